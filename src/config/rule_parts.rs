//! The fields of a rule that are JSON objects or lists.

use serde_json::Value;

use super::error::ConfigError;
use super::table::Table;
use crate::access::conditions::{Lists, Referers, SitePattern};
use crate::access::hide::{Glob, Hide};
use crate::access::policy::{Budget, Scope};
use crate::bytes::{MAX_BYTES, parse_bytes};

pub enum RawHide {
    Unlisted(Vec<String>),
    Strengths(RawStrengths),
}

pub struct RawStrengths {
    unlisted: Vec<String>,
    closed: Vec<String>,
    blocked: Vec<String>,
}

pub struct RawReferers {
    allow: Vec<String>,
    /// Whether a request may come without a referrer. `false` if it is not set, since any page can leave
    /// the referrer away.
    empty: Option<bool>,
}

pub struct RawLists {
    allow: Option<Vec<String>>,
    deny: Vec<String>,
}

pub struct RawBudget {
    day: Option<Amount>,
    month: Option<Amount>,
    client_day: Option<Amount>,
    client_month: Option<Amount>,
    unknown: Option<Amount>,
}

enum Amount {
    Bytes(u64),
    Text(String),
}

/// Reads a field that holds a name or a list of names.
pub fn one_or_many(rule: &Table, field: &str) -> Result<Option<Vec<String>>, ConfigError> {
    match rule.value(field) {
        Some(Value::String(one)) => Ok(Some(vec![one.clone()])),
        _ => rule.texts(field),
    }
}

/// Reads a field that holds a JSON object with these known fields.
fn table<'v>(
    rule: &Table<'v>,
    field: &str,
    known: &[&str],
) -> Result<Option<Table<'v>>, ConfigError> {
    let value = rule.value(field);
    value.map(|value| Table::new(&rule.setting(field), value, known)).transpose()
}

impl RawHide {
    pub fn read(rule: &Table, field: &str) -> Result<Option<Self>, ConfigError> {
        let read = || -> Result<Option<Self>, ConfigError> {
            if rule.value(field).is_some_and(Value::is_array) {
                return Ok(rule.texts(field)?.map(Self::Unlisted));
            }
            let known = ["unlisted", "closed", "blocked"];
            let Some(table) = table(rule, field, &known)? else { return Ok(None) };
            let globs = |name: &str| Ok(table.texts(name)?.unwrap_or_default());
            Ok(Some(Self::Strengths(RawStrengths {
                unlisted: globs("unlisted")?,
                closed: globs("closed")?,
                blocked: globs("blocked")?,
            })))
        };
        let forms = "a list of globs, or a table of unlisted, closed and blocked";
        read().map_err(|_| rule.no_form(field, forms))
    }
}

impl RawReferers {
    pub fn read(rule: &Table, field: &str) -> Result<Option<Self>, ConfigError> {
        let Some(table) = table(rule, field, &["allow", "empty"])? else { return Ok(None) };
        let allow = table.texts("allow")?.ok_or_else(|| table.missing("allow"))?;
        Ok(Some(Self { allow, empty: table.flag("empty")? }))
    }
}

impl RawLists {
    pub fn read(rule: &Table, field: &str) -> Result<Option<Self>, ConfigError> {
        let Some(table) = table(rule, field, &["allow", "deny"])? else { return Ok(None) };
        let deny = table.texts("deny")?.unwrap_or_default();
        Ok(Some(Self { allow: table.texts("allow")?, deny }))
    }
}

impl RawBudget {
    pub fn read(rule: &Table, field: &str) -> Result<Option<Self>, ConfigError> {
        let known = ["day", "month", "client_day", "client_month", "unknown"];
        let Some(table) = table(rule, field, &known)? else { return Ok(None) };
        Ok(Some(Self {
            day: Amount::read(&table, "day")?,
            month: Amount::read(&table, "month")?,
            client_day: Amount::read(&table, "client_day")?,
            client_month: Amount::read(&table, "client_month")?,
            unknown: Amount::read(&table, "unknown")?,
        }))
    }
}

impl Amount {
    fn read(budget: &Table, field: &str) -> Result<Option<Self>, ConfigError> {
        let Some(value) = budget.value(field) else { return Ok(None) };
        let bytes = value.as_u64().map(Self::Bytes);
        let amount = bytes.or_else(|| value.as_str().map(|text| Self::Text(text.to_owned())));
        let forms = "bytes, or a text such as \"20 GB\"";
        amount.map(Some).ok_or_else(|| budget.no_form(field, forms))
    }
}

/// The number of bytes that a file of unknown size counts as in a budget, unless the rule says otherwise:
/// one gigabyte.
const UNKNOWN: u64 = 1_000_000_000;

pub fn hide(setting: &str, raw: RawHide) -> Result<Hide, ConfigError> {
    let strengths = match raw {
        RawHide::Unlisted(unlisted) => {
            RawStrengths { unlisted, closed: Vec::new(), blocked: Vec::new() }
        }
        RawHide::Strengths(strengths) => strengths,
    };
    let globs = |name: &str, texts: &[String]| {
        let parsed = texts.iter().enumerate().map(|(index, text)| {
            Glob::parse(text).ok_or_else(|| {
                let hint = "write it with *, ?, [a-z] and, between slashes, **; instead of {a,b} two \
                            globs, and [*] for a character that means itself";
                ConfigError::new(format!("{setting}.{name}[{index}]"), "not a glob", hint)
            })
        });
        parsed.collect::<Result<Vec<_>, _>>()
    };
    let unlisted = globs("unlisted", &strengths.unlisted)?;
    let closed = globs("closed", &strengths.closed)?;
    Ok(Hide::new(unlisted, closed, globs("blocked", &strengths.blocked)?))
}

pub fn referers(setting: &str, raw: &RawReferers) -> Result<Referers, ConfigError> {
    let sites = raw.allow.iter().enumerate().map(|(index, site)| {
        SitePattern::parse(site).ok_or_else(|| {
            let hint = "write example.com or *.example.com, without https:// and path";
            ConfigError::new(format!("{setting}.allow[{index}]"), "not a site", hint)
        })
    });
    Ok(Referers::new(sites.collect::<Result<_, _>>()?, raw.empty.unwrap_or(false)))
}

pub fn lists<T>(
    setting: &str,
    raw: RawLists,
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
    if raw.allow.is_none() && raw.deny.is_empty() {
        let hint = "give allow or deny, or leave the field out";
        return Err(ConfigError::new(setting, "neither allow nor deny is given", hint));
    }
    let allow = raw.allow.map(|allow| read("allow", &allow)).transpose()?;
    Ok(Lists { allow, deny: read("deny", &raw.deny)? })
}

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
