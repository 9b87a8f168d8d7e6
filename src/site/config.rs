//! The settings of a site: parsed once, validated as a whole, and used as typed values from then on.

use crate::access::key_ring::KeyRing;
use crate::access::rule_config::{RuleConfig, read_rules};
use crate::config::error::ConfigError;
use crate::config::lookup::{Settings, is_bound};
use crate::config::site_settings::SiteSettings;
use crate::config::text_settings::TextSettings;
use crate::http::surface::Surface;
use crate::secret::Secret;
use crate::sources::config::{MountConfig, read_mounts};
use crate::sources::links;

/// The settings of a site, checked.
#[derive(Debug)]
pub struct Config {
    /// The setting `SITE`.
    pub settings: SiteSettings,
    /// The sources, each with the path at which it is mounted.
    pub mounts: Vec<MountConfig>,
    /// The access rules, each with its path.
    pub rules: Vec<RuleConfig>,
    /// The keys that cookies and share links are signed with.
    pub keys: Option<KeyRing>,
    /// The bearer token that opens the API.
    pub api_token: Option<Secret>,
    /// The settings that are set as text, which reports name otherwise.
    pub(super) texts: TextSettings,
}

impl Config {
    /// Reads the settings of a site by their names.
    ///
    /// # Errors
    /// All errors in the settings, each naming its setting, and none with a secret's value.
    pub fn from_lookup(settings: &impl Settings) -> Result<Self, Vec<ConfigError>> {
        Self::read(&|name| settings.get(name), TextSettings::of(settings))
    }

    /// Reads the settings as [`Config::from_lookup`]. All callers share one copy of the code: `dyn` saves the
    /// Worker 2 KB, gzipped (measured).
    fn read(
        lookup: &dyn Fn(&str) -> Option<String>,
        texts: TextSettings,
    ) -> Result<Self, Vec<ConfigError>> {
        let mut errors = Vec::new();
        let settings = lookup("SITE")
            .map_or_else(SiteSettings::default, |json| SiteSettings::read(&json, &mut errors));
        let mut mounts = match lookup("MOUNTS") {
            Some(json) => read_mounts(&json, &lookup, &mut errors),
            None => match links::config::simple(&lookup) {
                Ok(tree) => tree.into_iter().map(MountConfig::at_root).collect(),
                Err(error) => {
                    errors.push(error);
                    Vec::new()
                }
            },
        };
        for setting in mounts.iter_mut().filter_map(MountConfig::kv_setting) {
            *setting = texts.name(setting).into_owned();
        }
        errors.extend(mounts.iter().filter_map(|mount| shadowed(mount, &settings)));
        let rules =
            lookup("RULES").map(|json| read_rules(&json, &lookup, &mut errors)).unwrap_or_default();
        let keys = read_keys(&lookup, &mut errors);
        let api_token = read_api_token(&lookup, &mut errors);
        if errors.is_empty() {
            Ok(Self { settings, mounts, rules, keys, api_token, texts })
        } else {
            Err(errors.into_iter().map(|error| texts.locate(error)).collect())
        }
    }
}

/// The error of a mount at a path that WebDAV or AList's API has: nothing in it could be reached.
fn shadowed(mount: &MountConfig, settings: &SiteSettings) -> Option<ConfigError> {
    let setting = Surface::shadowing(settings, mount.path.first()?)?;
    let surface = if setting == "SITE.dav" { "WebDAV" } else { "AList's API" };
    Some(ConfigError::new(
        format!("{}.path", mount.setting),
        format!("{surface} has this path"),
        format!("use another path, or set {setting} = false"),
    ))
}

fn read_keys(
    lookup: &impl Fn(&str) -> Option<String>,
    errors: &mut Vec<ConfigError>,
) -> Option<KeyRing> {
    let hint = "make a key with signpost key, and set it as the secret SITE_KEYS";
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
        let hint = "make a key with signpost key, and set it as the secret SITE_KEYS";
        errors.push(ConfigError::new(
            "API_TOKEN",
            "there are no SITE_KEYS to make links with",
            hint,
        ));
    }
    Some(token)
}

#[cfg(test)]
mod tests;
