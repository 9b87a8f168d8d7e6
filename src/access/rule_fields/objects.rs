//! The fields of a rule that are JSON objects or lists.

use serde::Deserialize;

use super::values::{Budget, Scope};
use crate::access::conditions::{Lists, Referers, SitePattern};
use crate::access::hide::{Glob, GlobError, Hide};
use crate::bytes::{MAX_BYTES, parse_bytes};
use crate::config::error::ConfigError;
use crate::config::read::missing;
use crate::config::secret_name::SecretName;

/// The name of a secret, or a list of names.
#[derive(Deserialize)]
#[serde(untagged, expecting = "the name of a secret, or a list of names")]
pub enum SecretNames {
    /// The name of one secret.
    One(SecretName),
    /// The names of several secrets.
    Many(Vec<SecretName>),
}

/// The globs that hide entries: those of the strength `unlisted`, or by strength.
#[derive(Deserialize)]
#[serde(untagged, expecting = "a list of globs, or a table of unlisted, closed and blocked")]
pub enum RawHide {
    /// Globs of entries that are not listed.
    Unlisted(Vec<String>),
    /// A table of globs by the strength with which they hide.
    Strengths(RawStrengths),
}

/// The field `hide` as an object: a list of globs for each strength.
#[derive(Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct RawStrengths {
    unlisted: Vec<String>,
    closed: Vec<String>,
    blocked: Vec<String>,
}

/// The field `referers`: the sites whose pages may embed files.
#[derive(Default, Deserialize)]
#[serde(default, deny_unknown_fields, expecting = "a table")]
pub struct RawReferers {
    allow: Option<Vec<String>>,
    /// Whether a request may come without a referrer. `false` if it is not set, since any page can leave
    /// the referrer away.
    empty: Option<bool>,
}

/// The fields `countries` and `addresses`: what is allowed and what is refused.
#[derive(Default, Deserialize)]
#[serde(default, deny_unknown_fields, expecting = "a table")]
pub struct RawLists {
    allow: Option<Vec<String>>,
    deny: Option<Vec<String>>,
}

/// The field `budget`: the maximum traffic of a day and a month, in all and for each client, and what a file
/// of unknown size counts as.
#[derive(Default, Deserialize)]
#[serde(default, deny_unknown_fields, expecting = "a table")]
pub struct RawBudget {
    day: Option<Amount>,
    month: Option<Amount>,
    client_day: Option<Amount>,
    client_month: Option<Amount>,
    unknown: Option<Amount>,
}

/// A number of bytes, or a text with its unit.
#[derive(Deserialize)]
#[serde(untagged, expecting = "bytes, or a text such as \"20 GB\"")]
enum Amount {
    Bytes(u64),
    Text(String),
}

/// The number of bytes that a file of unknown size counts as in a budget, unless the rule says otherwise:
/// one gigabyte.
const UNKNOWN: u64 = 1_000_000_000;

/// Parses the globs of the field `hide`.
///
/// # Errors
/// A text that is not a glob.
pub fn hide(setting: &str, raw: &RawHide) -> Result<Hide, ConfigError> {
    let (unlisted, closed, blocked): (&[String], &[String], &[String]) = match raw {
        RawHide::Unlisted(unlisted) => (unlisted, &[], &[]),
        RawHide::Strengths(RawStrengths { unlisted, closed, blocked }) => {
            (unlisted, closed, blocked)
        }
    };
    let globs = |name: &str, texts: &[String]| {
        let parsed = texts.iter().enumerate().map(|(index, text)| {
            Glob::parse(text).map_err(|error| {
                let (message, hint) = match error {
                    GlobError::NotAGlob => (
                        "not a glob",
                        "write it with *, ?, [a-z] and, between slashes, **; instead of {a,b} two \
                         globs, and [*] for a character that means itself",
                    ),
                    GlobError::TooLong => (
                        "more than 64 characters between two *, with ? or [a-z] among them",
                        "use fewer of them, or take away one of the two *",
                    ),
                };
                ConfigError::new(format!("{setting}.{name}[{index}]"), message, hint)
            })
        });
        parsed.collect::<Result<Vec<_>, _>>()
    };
    let unlisted = globs("unlisted", unlisted)?;
    let closed = globs("closed", closed)?;
    Ok(Hide::new(unlisted, closed, globs("blocked", blocked)?))
}

/// Parses the sites of the field `referers`.
///
/// # Errors
/// `allow` is missing, or holds a text that is not a site.
pub fn referers(setting: &str, raw: &RawReferers) -> Result<Referers, ConfigError> {
    let allow = raw.allow.as_ref().ok_or_else(|| missing(setting, "allow"))?;
    let sites = allow.iter().enumerate().map(|(index, site)| {
        SitePattern::parse(site).ok_or_else(|| {
            let hint = "write example.com or *.example.com, without https:// and path";
            ConfigError::new(format!("{setting}.allow[{index}]"), "not a site", hint)
        })
    });
    Ok(Referers::new(sites.collect::<Result<_, _>>()?, raw.empty.unwrap_or(false)))
}

/// Parses the allow list and the deny list of a field, each entry by `parse`; `hint` says how to write one.
///
/// # Errors
/// Both lists are missing, or hold an entry that `parse` refuses.
pub fn lists<T>(
    setting: &str,
    raw: &RawLists,
    parse: impl Fn(&str) -> Option<T>,
    hint: &str,
) -> Result<Lists<T>, ConfigError> {
    let read = |name: &str, texts: &[String]| {
        let parsed = texts.iter().enumerate().map(|(index, text)| {
            parse(text).ok_or_else(|| {
                ConfigError::new(format!("{setting}.{name}[{index}]"), "can't be one of them", hint)
            })
        });
        parsed.collect::<Result<Vec<_>, _>>()
    };
    let deny = raw.deny.as_deref().unwrap_or_default();
    if raw.allow.is_none() && deny.is_empty() {
        let hint = "give allow or deny, or leave the field out";
        return Err(ConfigError::new(setting, "neither allow nor deny is given", hint));
    }
    let allow = raw.allow.as_deref().map(|allow| read("allow", allow)).transpose()?;
    Ok(Lists { allow, deny: read("deny", deny)? })
}

/// Parses the amounts of the field `budget`.
///
/// # Errors
/// An amount that is out of range or no number of bytes, or a budget that limits nothing.
pub fn budget(setting: &str, scope: &Scope, raw: &RawBudget) -> Result<Budget, ConfigError> {
    let bytes = |name: &str, amount: &Option<Amount>| match amount {
        None => Ok(None),
        Some(Amount::Bytes(bytes)) if *bytes <= MAX_BYTES => Ok(Some(*bytes)),
        Some(Amount::Text(text)) if parse_bytes(text).is_ok() => Ok(parse_bytes(text).ok()),
        Some(_) => Err(ConfigError::new(
            format!("{setting}.{name}"),
            "not an amount of bytes",
            "write it like \"20 GB\", \"1.5 TB\" or 700000000",
        )),
    };
    let budget = Budget {
        scope: scope.clone(),
        day: bytes("day", &raw.day)?,
        month: bytes("month", &raw.month)?,
        client_day: bytes("client_day", &raw.client_day)?,
        client_month: bytes("client_month", &raw.client_month)?,
        unknown: bytes("unknown", &raw.unknown)?.unwrap_or(UNKNOWN),
    };
    if budget.day.or(budget.month).or(budget.client_day).or(budget.client_month).is_none() {
        let hint = "set day, month, client_day or client_month";
        return Err(ConfigError::new(setting, "the budget limits nothing", hint));
    }
    Ok(budget)
}
