//! The fields of a rule that are tables or lists.

use serde::Deserialize;

use crate::bytes::parse_bytes;
use crate::fault::Fault;
use crate::rules::barrier::{Lists, Referers, SitePattern};
use crate::rules::hide::{Glob, Hide};
use crate::rules::policy::{Budget, Scope};

#[derive(Deserialize)]
#[serde(untagged, expecting = "a name, or a list of names")]
pub enum OneOrMany {
    One(String),
    Many(Vec<String>),
}

impl OneOrMany {
    pub fn into_vec(self) -> Vec<String> {
        match self {
            Self::One(one) => vec![one],
            Self::Many(many) => many,
        }
    }
}

#[derive(Deserialize)]
#[serde(untagged, expecting = "a list of globs, or a table of unlisted, closed and blocked")]
pub enum RawHide {
    Unlisted(Vec<String>),
    Strengths(RawStrengths),
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RawStrengths {
    #[serde(default)]
    unlisted: Vec<String>,
    #[serde(default)]
    closed: Vec<String>,
    #[serde(default)]
    blocked: Vec<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RawReferers {
    allow: Vec<String>,
    /// Closed unless it is opened: any page can leave the referrer away.
    empty: Option<bool>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RawLists {
    allow: Option<Vec<String>>,
    #[serde(default)]
    deny: Vec<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RawBudget {
    day: Option<Amount>,
    month: Option<Amount>,
    client_day: Option<Amount>,
    client_month: Option<Amount>,
    unknown: Option<Amount>,
}

#[derive(Deserialize)]
#[serde(untagged, expecting = "bytes, or a text such as \"20 GB\"")]
enum Amount {
    Bytes(u64),
    Text(String),
}

/// A file of unknown size counts as one gigabyte, unless the rule says otherwise.
const UNKNOWN: u64 = 1_000_000_000;

pub fn hide(setting: &str, depth: usize, raw: RawHide) -> Result<Hide, Fault> {
    let strengths = match raw {
        RawHide::Unlisted(unlisted) => {
            RawStrengths { unlisted, closed: Vec::new(), blocked: Vec::new() }
        }
        RawHide::Strengths(strengths) => strengths,
    };
    let globs = |name: &str, texts: &[String]| {
        let parsed = texts.iter().enumerate().map(|(index, text)| {
            Glob::parse(text).ok_or_else(|| {
                let mend = "write it with *, ?, [a-z] and, between slashes, **; instead of {a,b} two \
                            globs, and [*] for a character that means itself";
                Fault::new(format!("{setting}.{name}[{index}]"), "not a glob", mend)
            })
        });
        parsed.collect::<Result<Vec<_>, _>>()
    };
    let unlisted = globs("unlisted", &strengths.unlisted)?;
    let closed = globs("closed", &strengths.closed)?;
    Ok(Hide::new(depth, unlisted, closed, globs("blocked", &strengths.blocked)?))
}

pub fn referers(setting: &str, raw: &RawReferers) -> Result<Referers, Fault> {
    let sites = raw.allow.iter().enumerate().map(|(index, site)| {
        SitePattern::parse(site).ok_or_else(|| {
            let mend = "write example.com or *.example.com, without https:// and path";
            Fault::new(format!("{setting}.allow[{index}]"), "not a site", mend)
        })
    });
    Ok(Referers::new(sites.collect::<Result<_, _>>()?, raw.empty.unwrap_or(false)))
}

pub fn lists<T>(
    setting: &str,
    raw: RawLists,
    parse: impl Fn(&str) -> Option<T>,
    mend: &str,
) -> Result<Lists<T>, Fault> {
    let read = |name: &str, texts: &[String]| {
        let parsed = texts.iter().enumerate().map(|(index, text)| {
            parse(text).ok_or_else(|| {
                Fault::new(format!("{setting}.{name}[{index}]"), "can't be one of them", mend)
            })
        });
        parsed.collect::<Result<Vec<_>, _>>()
    };
    if raw.allow.is_none() && raw.deny.is_empty() {
        let mend = "give allow or deny, or leave the field out";
        return Err(Fault::new(setting, "neither allow nor deny is given", mend));
    }
    let allow = raw.allow.map(|allow| read("allow", &allow)).transpose()?;
    Ok(Lists { allow, deny: read("deny", &raw.deny)? })
}

pub fn budget(setting: &str, scope: &Scope, raw: &RawBudget) -> Result<Budget, Fault> {
    let bytes = |name: &str, amount: &Option<Amount>| match amount {
        None => Ok(None),
        Some(Amount::Bytes(bytes)) if *bytes <= MOST => Ok(Some(*bytes)),
        Some(Amount::Text(text)) if parse_bytes(text).is_ok() => Ok(parse_bytes(text).ok()),
        Some(_) => Err(Fault::new(
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
        let mend = "set day, month, client_day or client_month";
        return Err(Fault::new(setting, "the budget limits nothing", mend));
    }
    Ok(budget)
}

/// What the coordinator can count to.
const MOST: u64 = 1 << 53;
