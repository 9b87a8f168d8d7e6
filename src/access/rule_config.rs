//! The setting `RULES`: each rule is read and checked, and its secrets and bindings are looked up.

use serde_json::Value;

use super::rule_fields::values::{Access, Mode, Scope};
use super::rule_fields::{RawRule, RuleFields};
use crate::config::error::ConfigError;
use crate::config::lookup::{is_bound, site_path};
use crate::config::read::{missing, parse_list, read};

/// A rule as its owner wrote it, with its fields checked, but not merged with other rules.
#[derive(Debug)]
pub struct RuleConfig {
    /// The rule's name in error reports: `RULES[0]`.
    pub setting: String,
    /// The segments of the rule's path.
    pub path: Vec<String>,
    /// The fields that the rule sets.
    pub fields: RuleFields,
}

/// Reads the valid rules; the errors of the others are added to `errors`.
pub(crate) fn read_rules(
    json: &str,
    lookup: &impl Fn(&str) -> Option<String>,
    errors: &mut Vec<ConfigError>,
) -> Vec<RuleConfig> {
    let raw = match parse_list("RULES", json) {
        Ok(raw) => raw,
        Err(error) => {
            errors.push(error);
            return Vec::new();
        }
    };
    let mut rules: Vec<RuleConfig> = Vec::new();
    for (index, raw) in raw.iter().enumerate() {
        let setting = format!("RULES[{index}]");
        match read_rule(&setting, raw, lookup, errors) {
            Ok(rule) => match rules.iter().find(|other| other.path == rule.path) {
                Some(other) => errors.push(ConfigError::new(
                    format!("{setting}.path"),
                    format!("{} has the same path", other.setting),
                    "put what both say into one of them",
                )),
                None => rules.push(rule),
            },
            Err(error) => errors.push(error),
        }
    }
    check_together(&rules, lookup, errors);
    rules
}

/// Checks what a rule depends on besides its own fields: keys, bindings, and the fields that it inherits.
fn check_together(
    rules: &[RuleConfig],
    lookup: &impl Fn(&str) -> Option<String>,
    errors: &mut Vec<ConfigError>,
) {
    let set = |name: &str| lookup(name).is_some();
    let bound = |name: &str| is_bound(lookup, name);
    for RuleConfig { setting, path, fields } in rules {
        let mut needs = |needed: bool, field: &str, message: &str, hint: &str| {
            if needed {
                errors.push(ConfigError::new(format!("{setting}.{field}"), message, hint));
            }
        };
        // From the root down to the rule itself.
        let merged = (0..=path.len()).fold(RuleFields::default(), |merged, end| {
            let here = rules.iter().find(|rule| Some(rule.path.as_slice()) == path.get(..end));
            here.map_or_else(|| merged.clone(), |rule| rule.fields.over(&merged))
        });
        let access = fields.access.as_ref().map(|(access, _)| *access);
        needs(
            access == Some(Access::Password) && merged.password.is_none(),
            "password",
            "access is \"password\", but no password is set here or above",
            "name the secret that holds it: password = \"TEAM_PASSWORD\"",
        );
        needs(
            matches!(access, Some(Access::Password | Access::Link)) && !set("SITE_KEYS"),
            "access",
            "the secret SITE_KEYS is not set, which cookies and share links are signed with",
            "make a key with signpost key, and set it as the secret SITE_KEYS",
        );
        needs(
            access == Some(Access::Password) && !bound("GUESSES"),
            "password",
            "the rate-limit binding GUESSES is missing, so guesses could not be limited",
            "take [[ratelimits]] name = \"GUESSES\" over from the wrangler.toml that comes with Signpost",
        );
        let counted = fields.budget.is_some() || fields.max_links.is_some();
        needs(
            counted && !bound("QUOTA"),
            if fields.budget.is_some() { "budget" } else { "max_links" },
            "the Durable Object binding QUOTA is missing, so nothing can be counted",
            "take [[durable_objects.bindings]] and [[migrations]] over from the wrangler.toml that comes with Signpost",
        );
        needs(
            fields.rate.as_ref().is_some_and(|rate| !bound(&rate.binding)),
            "rate",
            "there is no rate-limit binding of this name",
            "add [[ratelimits]] with this name, a namespace_id and simple = { limit = 100, period = 60 } to wrangler.toml",
        );
        needs(
            access == Some(Access::Public) && fields.password.is_some(),
            "access",
            "access is \"public\", and yet a password is set",
            "leave out one of the two",
        );
        needs(
            matches!((&merged.alist_sign, &merged.proxy_key), (Some(alist), Some(proxy))
                if alist.expose() == proxy.expose()),
            "proxy_key",
            "alist_sign has the same token, so each redirect to the proxy would open the file for ever",
            "give the proxy a token of its own",
        );
        needs(
            matches!(fields.mode, Some(Mode::ProxyUrl)) && merged.proxy_url.is_none(),
            "proxy_url",
            "mode is \"proxy_url\", but no proxy_url is set here or above",
            "set proxy_url to your download proxy and proxy_key to the name of the secret with its token",
        );
    }
}

fn read_rule(
    setting: &str,
    value: &Value,
    lookup: &impl Fn(&str) -> Option<String>,
    errors: &mut Vec<ConfigError>,
) -> Result<RuleConfig, ConfigError> {
    let mut raw: RawRule = read(setting, value, &[], errors);
    let path = raw.path.take().ok_or_else(|| missing(setting, "path"))?;
    let path = site_path(&path)
        .map_err(|(message, hint)| ConfigError::new(format!("{setting}.path"), message, hint))?;
    let fields = RuleFields::read(raw, setting, &Scope::new(&path), lookup, errors);
    Ok(RuleConfig { setting: setting.to_owned(), path, fields })
}
