//! The settings of the surfaces that follow other protocols: WebDAV and AList's API.

use std::fmt;

use serde::de::{Error, Visitor};
use serde::{Deserialize, Deserializer};

/// The setting `SITE.dav`: whether WebDAV is served, and whether its root asks for a login.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum DavSetting {
    /// WebDAV is off, and its paths are those of entries.
    Off,
    /// WebDAV is on; its root shows to strangers what they may see.
    #[default]
    On,
    /// WebDAV is on, and its root asks for a login: many clients send their password only when they are
    /// asked for one.
    Login,
}

impl DavSetting {
    /// Whether WebDAV is served.
    pub fn is_on(self) -> bool {
        self != Self::Off
    }
}

struct DavVisitor;

impl Visitor<'_> for DavVisitor {
    type Value = DavSetting;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("true, false or \"login\"")
    }

    fn visit_bool<E: Error>(self, is_on: bool) -> Result<DavSetting, E> {
        Ok(if is_on { DavSetting::On } else { DavSetting::Off })
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<DavSetting, E> {
        if text == "login" {
            Ok(DavSetting::Login)
        } else {
            Err(E::invalid_value(serde::de::Unexpected::Other("text"), &self))
        }
    }
}

impl<'de> Deserialize<'de> for DavSetting {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(DavVisitor)
    }
}

/// The setting `SITE.alist_raw_url`: the address that AList's API gives for a file's bytes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum AlistRawUrl {
    /// An address of this site, which redirects to a fresh signed link each time.
    #[default]
    Own,
    /// The signed link itself, which expires.
    Signed,
}

struct RawUrlVisitor;

impl Visitor<'_> for RawUrlVisitor {
    type Value = AlistRawUrl;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("\"own\" or \"signed\"")
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<AlistRawUrl, E> {
        match text {
            "own" => Ok(AlistRawUrl::Own),
            "signed" => Ok(AlistRawUrl::Signed),
            _ => Err(E::invalid_value(serde::de::Unexpected::Other("text"), &self)),
        }
    }
}

impl<'de> Deserialize<'de> for AlistRawUrl {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(RawUrlVisitor)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::site_settings::SiteSettings;

    /// The settings that a text of `SITE` gives, and its errors.
    fn read(json: &str) -> (SiteSettings, Vec<String>) {
        let mut errors = Vec::new();
        let settings = SiteSettings::read(json, &mut errors);
        (settings, errors.into_iter().map(|error| error.setting + ": " + &error.message).collect())
    }

    #[test]
    fn webdav_is_on_off_or_asks_for_a_login() {
        for (json, want) in [
            ("{}", DavSetting::On),
            (r#"{"dav": true}"#, DavSetting::On),
            (r#"{"dav": false}"#, DavSetting::Off),
            (r#"{"dav": "login"}"#, DavSetting::Login),
        ] {
            let (settings, errors) = read(json);
            assert_eq!((settings.dav, errors), (want, Vec::new()), "{json}");
        }
        for json in [r#"{"dav": "on"}"#, r#"{"dav": 1}"#, r#"{"dav": []}"#] {
            let (_, errors) = read(json);
            assert_eq!(errors.len(), 1, "{json}");
            assert!(errors[0].starts_with("SITE.dav: "), "{errors:?}");
            assert!(errors[0].contains("true, false or \"login\""), "{errors:?}");
        }
    }

    #[test]
    fn alist_gives_addresses_of_this_site_unless_it_is_told_otherwise() {
        let (settings, errors) = read(r#"{"alist": false, "alist_raw_url": "signed"}"#);
        assert_eq!(errors, [""; 0]);
        assert_eq!((settings.alist, settings.alist_raw_url), (false, AlistRawUrl::Signed));
        assert_eq!(read("{}").0.alist_raw_url, AlistRawUrl::Own);
        let (_, errors) = read(r#"{"alist_raw_url": "direct"}"#);
        assert!(errors[0].starts_with("SITE.alist_raw_url: "), "{errors:?}");
        assert!(errors[0].contains("\"own\" or \"signed\""), "{errors:?}");
    }
}
