//! The branding of a site, as its owner chose it: icon, footer, colour, style sheet.

use super::error::ConfigError;
use crate::absolute_url;

/// The branding of a site's pages, besides the title.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Brand {
    /// The icon's URL: a path of this site, or an absolute `https` URL.
    pub icon: Option<String>,
    /// Markdown at the foot of every page.
    pub footer: Option<String>,
    /// The accent colour, as `#rrggbb`.
    pub accent: Option<String>,
    /// CSS that pages load after the built-in style sheet.
    pub css: Option<String>,
}

impl Brand {
    /// Reports the values that can't be put into a page.
    pub(crate) fn check(&self, errors: &mut Vec<ConfigError>) {
        if self.icon.as_deref().is_some_and(|icon| !is_address(icon)) {
            let hint = "write a path of this site, like /icon.png, or https://example.com/icon.png; escape what is not ASCII";
            errors.push(ConfigError::new("SITE.icon", "not the address of a picture", hint));
        }
        if self.accent.as_deref().is_some_and(|accent| !is_colour(accent)) {
            let hint = "write it like #0b57b0: a # and six hexadecimal digits";
            errors.push(ConfigError::new("SITE.accent", "not a colour", hint));
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

    fn errors(brand: &Brand) -> Vec<String> {
        let mut errors = Vec::new();
        brand.check(&mut errors);
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
                errors(&Brand { icon: Some(right.into()), ..Brand::default() }),
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
                errors(&Brand { icon: Some(wrong.into()), ..Brand::default() }),
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
            let brand = Brand { accent: Some(accent.into()), ..Brand::default() };
            assert_eq!(errors(&brand).is_empty(), right, "{accent}");
        }
    }
}
