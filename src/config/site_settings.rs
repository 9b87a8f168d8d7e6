//! The setting `SITE`: title, time zone, logins, the branding of the pages, WebDAV and AList's API.

use serde::Deserialize;

use super::error::ConfigError;
use super::path_map::PathMap;
use super::read;
use super::surface_settings::{AlistRawUrl, DavSetting};
use crate::absolute_url;
use crate::time::Zone;

/// The fields of the setting `SITE`, each with its default.
#[derive(Clone, Debug, Deserialize)]
#[serde(default, deny_unknown_fields, expecting = "a table")]
pub struct SiteSettings {
    /// The site's title, as its pages show it.
    pub title: String,
    /// The time zone as its owner wrote it, such as `+08:00`; [`SiteSettings::zone`] reads it.
    pub time_zone: Option<String>,
    /// The lifetime of a login, in days: how long a password that was given once is remembered.
    pub login_days: u16,
    /// The icon's URL: a path of this site, or an absolute `https` URL.
    pub icon: Option<String>,
    /// Markdown at the foot of every page.
    pub footer: Option<String>,
    /// The accent colour, as `#rrggbb`.
    pub accent: Option<String>,
    /// CSS that pages load after the built-in style sheet.
    pub css: Option<String>,
    /// WebDAV at `/dav/` and `/dav-strm/`.
    pub dav: DavSetting,
    /// Whether AList's API is served: `/api/…`, `/d/…`, `/p/…` and `/ping`.
    pub alist: bool,
    /// The address that AList's API gives for a file's bytes.
    pub alist_raw_url: AlistRawUrl,
    /// The paths of a media library, as clients of AList's API name them, each with its folder here.
    pub alist_prefix: PathMap,
}

impl Default for SiteSettings {
    fn default() -> Self {
        Self {
            title: "Signpost".to_owned(),
            time_zone: None,
            login_days: 7,
            icon: None,
            footer: None,
            accent: None,
            css: None,
            dav: DavSetting::On,
            alist: true,
            alist_raw_url: AlistRawUrl::Own,
            alist_prefix: PathMap::default(),
        }
    }
}

impl SiteSettings {
    /// Reads the settings from the text of `SITE`. An empty text in a field of the branding counts as not
    /// set; fields that are wrong are added to `errors`.
    pub(crate) fn read(json: &str, errors: &mut Vec<ConfigError>) -> Self {
        let mut settings: Self = match read::parse("SITE", json) {
            Ok(value) => read::read("SITE", &value, &[], errors),
            Err(error) => {
                errors.push(error);
                return Self::default();
            }
        };
        let Self { icon, footer, accent, css, .. } = &mut settings;
        for text in [icon, footer, accent, css] {
            *text = text.take().filter(|text| !text.trim().is_empty());
        }
        settings.check(errors);
        settings
    }

    /// The time zone in which the days of the site begin; `None` if none can be read.
    pub fn zone(&self) -> Option<Zone> {
        self.time_zone.as_deref().map_or(Some(Zone::default()), Zone::parse)
    }

    /// Reports the values that can't be used.
    fn check(&self, errors: &mut Vec<ConfigError>) {
        if self.zone().is_none() {
            let hint = "write it like +08:00, -05:30 or UTC";
            errors.push(ConfigError::new("SITE.time_zone", "not a distance from UTC", hint));
        }
        if !(1..=365).contains(&self.login_days) {
            let hint = "use 1 to 365";
            errors.push(ConfigError::new("SITE.login_days", "not a number of days", hint));
        }
        if self.icon.as_deref().is_some_and(|icon| !is_address(icon)) {
            let hint = "write a path of this site, like /icon.png, or https://example.com/icon.png; escape what is not ASCII";
            errors.push(ConfigError::new("SITE.icon", "not the address of a picture", hint));
        }
        if self.accent.as_deref().is_some_and(|accent| !is_colour(accent)) {
            let hint = "write it like #0b57b0: a # and six hexadecimal digits";
            errors.push(ConfigError::new("SITE.accent", "not a colour", hint));
        }
        for name in self.alist_prefix.unusable() {
            let hint = "write both as absolute, decoded paths of folders: { \"/media/123\" = \"/Movies\" }";
            let setting = format!("SITE.alist_prefix.{name:?}");
            errors.push(ConfigError::new(
                setting,
                "not a path and the path that it stands for",
                hint,
            ));
        }
    }
}

fn is_address(icon: &str) -> bool {
    let plain = icon.bytes().all(|byte| {
        byte.is_ascii_graphic() && !matches!(byte, b'"' | b'\'' | b'<' | b'>' | b'\\' | b'`')
    });
    let here = icon.starts_with('/') && !icon.starts_with("//");
    plain && (here || absolute_url::parse(icon).is_some_and(|url| url.scheme() == "https"))
}

fn is_colour(accent: &str) -> bool {
    accent.strip_prefix('#').is_some_and(|digits| {
        digits.len() == 6 && digits.bytes().all(|digit| digit.is_ascii_hexdigit())
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn errors(settings: &SiteSettings) -> Vec<String> {
        let mut errors = Vec::new();
        settings.check(&mut errors);
        errors.into_iter().map(|error| error.setting).collect()
    }

    #[test]
    fn an_icon_is_a_path_of_this_site_or_leads_to_https() {
        for right in [
            "/icon.png",
            "/a%20b/icon.svg?x=1",
            "https://x.example/i.png",
            "https://x.example:8443/",
        ] {
            assert_eq!(
                errors(&SiteSettings { icon: Some(right.into()), ..SiteSettings::default() }),
                [""; 0],
                "{right}"
            );
        }
        for wrong in [
            "icon.png",
            "//evil.example/i.png",
            "/\\evil.example",
            "http://x.example/i.png",
            "https://",
            "https://u@x.example/",
            "javascript:alert(1)",
            "data:image/svg+xml,x",
            "/a b.png",
            "/a\">.png",
            "/图.png",
            "/a\r\nX: y",
        ] {
            assert_eq!(
                errors(&SiteSettings { icon: Some(wrong.into()), ..SiteSettings::default() }),
                ["SITE.icon"],
                "{wrong:?}"
            );
        }
    }

    #[test]
    fn an_accent_is_six_hexadecimal_digits() {
        for (accent, right) in [
            ("#0b57b0", true),
            ("#FFFFFF", true),
            ("0b57b0", false),
            ("#fff", false),
            ("#0b57b0ff", false),
            ("#0b57bg", false),
            ("red", false),
            ("#０b57b", false),
            ("#000000;}", false),
        ] {
            let settings = SiteSettings { accent: Some(accent.into()), ..SiteSettings::default() };
            assert_eq!(errors(&settings).is_empty(), right, "{accent}");
        }
    }
}
