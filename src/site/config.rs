//! The settings of a site: parsed once, validated as a whole, and used as typed values from then on.

use serde::Deserialize;

use crate::access::key_ring::KeyRing;
use crate::access::rule_config::{RuleConfig, read_rules};
use crate::config::brand::Brand;
use crate::config::error::ConfigError;
use crate::config::lookup::is_bound;
use crate::config::read;
use crate::secret::Secret;
use crate::sources::config::{MountConfig, read_mounts};
use crate::sources::links;
use crate::time::Zone;

/// The settings of a site, checked.
#[derive(Debug)]
pub struct Config {
    /// The title of the site, shown on its pages.
    pub title: String,
    /// Whether this is the built-in demo.
    pub demo: bool,
    /// The sources, each with the path at which it is mounted.
    pub mounts: Vec<MountConfig>,
    /// The access rules, each with its path.
    pub rules: Vec<RuleConfig>,
    /// The keys that cookies and share links are signed with.
    pub keys: Option<KeyRing>,
    /// The bearer token that opens the API.
    pub api_token: Option<Secret>,
    /// The time zone in which the days of the site begin.
    pub zone: Zone,
    /// The lifetime of a login, in days: how long a password that was given once is remembered.
    pub login_days: u16,
    /// The branding of the site's pages.
    pub brand: Brand,
}

/// The fields of the setting `SITE` as its owner wrote them.
#[derive(Default, Deserialize)]
#[serde(default, deny_unknown_fields, expecting = "a table")]
struct RawSite {
    title: Option<String>,
    time_zone: Option<String>,
    login_days: Option<u16>,
    icon: Option<String>,
    footer: Option<String>,
    accent: Option<String>,
    css: Option<String>,
}

impl RawSite {
    /// The branding of the site's pages. An empty text counts as not set.
    fn brand(&mut self) -> Brand {
        let text = |field: &mut Option<String>| field.take().filter(|text| !text.trim().is_empty());
        Brand {
            icon: text(&mut self.icon),
            footer: text(&mut self.footer),
            accent: text(&mut self.accent),
            css: text(&mut self.css),
        }
    }
}

impl Config {
    /// Reads the settings of a site by their names. `lookup` gives a variable or secret by name, an object or
    /// list as JSON.
    ///
    /// # Errors
    /// All errors in the settings, each naming its setting, and none with a secret's value.
    pub fn from_lookup(lookup: impl Fn(&str) -> Option<String>) -> Result<Self, Vec<ConfigError>> {
        let mut errors = Vec::new();
        let mut site = read_site(&lookup, &mut errors);
        let brand = site.brand();
        let title = site.title.unwrap_or_else(|| "Signpost".to_owned());
        let mut demo = false;
        let mounts = match lookup("MOUNTS") {
            Some(json) => read_mounts(&json, &lookup, &mut errors),
            None => match links::config::simple(&lookup) {
                Ok(Some(tree)) => vec![MountConfig::at_root("URL_TREE", tree)],
                Ok(None) => {
                    demo = true;
                    let demo = links::config::demo().into_iter();
                    demo.map(|tree| MountConfig::at_root("the demo", tree)).collect()
                }
                Err(error) => {
                    errors.push(error);
                    Vec::new()
                }
            },
        };
        let rules =
            lookup("RULES").map(|json| read_rules(&json, &lookup, &mut errors)).unwrap_or_default();
        let keys = read_keys(&lookup, &mut errors);
        let api_token = read_api_token(&lookup, &mut errors);
        let zone = read_zone(site.time_zone.as_deref(), &mut errors);
        let login_days = site.login_days.unwrap_or(7);
        if !(1..=365).contains(&login_days) {
            errors.push(ConfigError::new(
                "SITE.login_days",
                "not a number of days",
                "use 1 to 365",
            ));
        }
        brand.check(&mut errors);
        if errors.is_empty() {
            Ok(Self { title, demo, mounts, rules, keys, api_token, zone, login_days, brand })
        } else {
            Err(errors)
        }
    }
}

fn read_site(lookup: &impl Fn(&str) -> Option<String>, errors: &mut Vec<ConfigError>) -> RawSite {
    let Some(json) = lookup("SITE") else { return RawSite::default() };
    match read::parse("SITE", &json) {
        Ok(value) => read::read("SITE", &value, &[], errors),
        Err(error) => {
            errors.push(error);
            RawSite::default()
        }
    }
}

fn read_keys(
    lookup: &impl Fn(&str) -> Option<String>,
    errors: &mut Vec<ConfigError>,
) -> Option<KeyRing> {
    let hint = "make a key with signpost key, then: npx wrangler secret put SITE_KEYS";
    let keys = KeyRing::parse(&lookup("SITE_KEYS")?)
        .map_err(|error| errors.push(ConfigError::new("SITE_KEYS", error.to_string(), hint)))
        .ok();
    // Without KV, a share link could never be revoked.
    if !is_bound(lookup, "KV") {
        let message = "the KV binding is missing, where the list of revoked share links lies";
        let hint = "take [[kv_namespaces]] over from the wrangler.toml that comes with Signpost";
        errors.push(ConfigError::new("KV", message, hint));
    }
    keys
}

fn read_api_token(
    lookup: &impl Fn(&str) -> Option<String>,
    errors: &mut Vec<ConfigError>,
) -> Option<Secret> {
    let token = Secret::new(&lookup("API_TOKEN")?);
    if token.expose().len() < 32 {
        let hint = "use 32 characters or more; signpost key prints a good one";
        errors.push(ConfigError::new("API_TOKEN", "short enough to be guessed", hint));
    } else if !is_bound(lookup, "QUOTA") {
        let message = "the Durable Object binding QUOTA is missing, which revokes links";
        let hint = "take [[durable_objects.bindings]] and [[migrations]] over from the wrangler.toml that comes with Signpost";
        errors.push(ConfigError::new("API_TOKEN", message, hint));
    } else if lookup("SITE_KEYS").is_none() {
        let hint = "make a key with signpost key, then: npx wrangler secret put SITE_KEYS";
        errors.push(ConfigError::new(
            "API_TOKEN",
            "there are no SITE_KEYS to make links with",
            hint,
        ));
    }
    Some(token)
}

fn read_zone(written: Option<&str>, errors: &mut Vec<ConfigError>) -> Zone {
    let Some(written) = written else { return Zone::default() };
    Zone::parse(written).unwrap_or_else(|| {
        let message = format!("{written:?} is not a distance from UTC");
        errors.push(ConfigError::new(
            "SITE.time_zone",
            message,
            "write it like +08:00, -05:30 or UTC",
        ));
        Zone::default()
    })
}

#[cfg(test)]
mod tests;
