//! `MOUNTS`: each mount read, checked, and its secrets looked up.

use std::rc::Rc;

use serde_json::Value;

use super::table::{Table, parse_list};
use super::upstream::{Accounts, Reader};
use super::{
    LinksConfig, MountConfig, SourceConfig, TreeText, joined, no_such_secret, signer, site_path,
    tree_secrets,
};
use crate::fault::Fault;
use crate::host::SignedHosts;
use crate::percent::is_escaped_path;
use crate::sign::PathForm;
use crate::time::ValidMinutes;
use crate::upstream::settings::Kind;

/// With the levels of a tree they are as many as a request's path may have.
const MOST_SEGMENTS: usize = 16;

const LINKS: [&str; 9] = [
    "path",
    "source",
    "tree",
    "tree_kv",
    "uid",
    "private_key",
    "valid_minutes",
    "hosts",
    "path_form",
];

/// Every mount that is right; what is wrong with the others is added to `faults`.
pub(super) fn read_mounts(
    json: &str,
    lookup: &impl Fn(&str) -> Option<String>,
    faults: &mut Vec<Fault>,
) -> Vec<MountConfig> {
    read_mounts_of(|_| true, json, lookup, faults)
}

/// The mounts that 123Pan itself lists, as far as they are right. No other one is read: its tree may be
/// large.
pub(super) fn read_vendor_mounts(
    json: &str,
    lookup: &impl Fn(&str) -> Option<String>,
) -> Vec<MountConfig> {
    let is_vendors = |source: &str| source != "links";
    read_mounts_of(is_vendors, json, lookup, &mut Vec::new())
}

fn read_mounts_of(
    is_wanted: impl Fn(&str) -> bool,
    json: &str,
    lookup: &impl Fn(&str) -> Option<String>,
    faults: &mut Vec<Fault>,
) -> Vec<MountConfig> {
    let raw = match parse_list("MOUNTS", json) {
        Ok(raw) => raw,
        Err(fault) => {
            faults.push(fault);
            return Vec::new();
        }
    };
    if raw.is_empty() {
        faults.push(Fault::new("MOUNTS", "there is no mount in it", "add one, or remove MOUNTS"));
    }
    let mut mounts: Vec<MountConfig> = Vec::new();
    let mut accounts = Accounts::new();
    let is_share = |raw: &Value| source_of(raw) == "share";
    let numbered = || raw.iter().enumerate().filter(|(_, raw)| is_wanted(source_of(raw)));
    // Shares come last, since they may borrow any of the accounts.
    let shares = numbered().filter(|(_, raw)| is_share(raw));
    for (index, raw) in numbered().filter(|(_, raw)| !is_share(raw)).chain(shares) {
        let setting = format!("MOUNTS[{index}]");
        let mount = match read_mount(&setting, raw, lookup, &accounts) {
            Ok(mount) => mount,
            Err(fault) => {
                faults.push(fault);
                continue;
            }
        };
        if let Some(other) = mounts.iter().find(|other| other.path == mount.path) {
            faults.push(Fault::new(
                format!("{setting}.path"),
                format!("{} has the same path", other.setting),
                "give each mount a path of its own",
            ));
            continue;
        }
        if let SourceConfig::Upstream(upstream) = &mount.source
            && let Kind::Personal(account) = &upstream.kind
        {
            accounts.push((mount.path.clone(), Rc::clone(account)));
        }
        mounts.push(mount);
    }
    mounts
}

/// The source that a mount names; `links` if none.
fn source_of(mount: &Value) -> &str {
    mount.get("source").and_then(Value::as_str).unwrap_or("links")
}

fn read_mount(
    setting: &str,
    value: &Value,
    lookup: &impl Fn(&str) -> Option<String>,
    accounts: &Accounts,
) -> Result<MountConfig, Fault> {
    let source = source_of(value);
    let (path, source) = match source {
        "links" => read_links(&Table::new(setting, value, &LINKS)?, lookup)?,
        "personal" | "share" | "open" => {
            let reader = Reader::new(setting, source, value, lookup)?;
            let upstream = match source {
                "personal" => reader.personal()?,
                "share" => reader.share(accounts)?,
                _ => reader.open()?,
            };
            (reader.path()?, SourceConfig::Upstream(Box::new(upstream)))
        }
        other => {
            let mend = "use \"links\", \"personal\", \"share\" or \"open\"";
            let message = format!("there is no source {other:?}");
            return Err(Fault::new(format!("{setting}.source"), message, mend));
        }
    };
    Ok(MountConfig { setting: setting.to_owned(), path, source })
}

fn read_links(
    table: &Table<'_>,
    lookup: &impl Fn(&str) -> Option<String>,
) -> Result<(Vec<String>, SourceConfig), Fault> {
    let field = |name: &str| table.setting(name);
    let written_path = table.required("path")?;
    table.required("source")?;
    let tree = match (table.text("tree")?, table.text("tree_kv")?) {
        (Some(_), Some(_)) | (None, None) => {
            let mend = "name the tree's secret in tree, or its KV key in tree_kv, one of the two";
            return Err(Fault::new(field("tree"), "a mount has one tree", mend));
        }
        (None, Some(key)) if key.is_empty() || key.len() > 500 => {
            return Err(Fault::new(field("tree_kv"), "not a KV key", "use 1 to 500 bytes"));
        }
        (None, Some(key)) => TreeText::Kv(key),
        (Some(name), None) => {
            let parts = tree_secrets(&name, lookup)?;
            if parts.is_empty() {
                return Err(no_such_secret(field("tree")));
            }
            joined(&name, &parts)?
        }
    };
    let key = match table.text("private_key")? {
        Some(name) => Some(lookup(&name).ok_or_else(|| no_such_secret(field("private_key")))?),
        None => None,
    };
    let form = path_form(table)?;
    let signer = match (table.number("uid")?, key) {
        (Some(uid), Some(key)) => Some(signer(&field("private_key"), uid, &key, form)?),
        (None, Some(_)) => {
            return Err(Fault::new(
                field("uid"),
                "a key is set, but no uid",
                "add the account's uid",
            ));
        }
        (_, None) => None,
    };
    let valid = valid_minutes(table)?;
    let hosts = signed_hosts(table)?;
    let path = checked_path(table, &written_path)?;
    Ok((path, SourceConfig::Links(LinksConfig { tree, signer, valid, hosts })))
}

/// How the signature hashes the path.
pub(super) fn path_form(table: &Table<'_>) -> Result<PathForm, Fault> {
    match table.text("path_form")?.as_deref() {
        None | Some("decoded") => Ok(PathForm::Decoded),
        Some("as_is") => Ok(PathForm::AsIs),
        Some(_) => Err(Fault::new(
            table.setting("path_form"),
            "there is no such form",
            "use \"decoded\" or \"as_is\"",
        )),
    }
}

/// The lifetime of a signed link.
pub(super) fn valid_minutes(table: &Table<'_>) -> Result<ValidMinutes, Fault> {
    let Some(minutes) = table.number("valid_minutes")? else { return Ok(ValidMinutes::default()) };
    ValidMinutes::new(minutes).ok_or_else(|| {
        let message = format!("{minutes} minutes is not a lifetime for links");
        Fault::new(table.setting("valid_minutes"), message, "use 1 to 10080")
    })
}

/// The hosts to sign for.
pub(super) fn signed_hosts(table: &Table<'_>) -> Result<SignedHosts, Fault> {
    SignedHosts::with(&table.texts("hosts")?.unwrap_or_default()).map_err(|index| {
        let mend = "write host or host:port, without https:// and path";
        Fault::new(format!("{}[{index}]", table.setting("hosts")), "not a host", mend)
    })
}

/// The place in the site.
pub(super) fn field_path(table: &Table<'_>) -> Result<Vec<String>, Fault> {
    checked_path(table, &table.required("path")?)
}

fn checked_path(table: &Table<'_>, written: &str) -> Result<Vec<String>, Fault> {
    let fault =
        |message: String, mend: &'static str| Fault::new(table.setting("path"), message, mend);
    let path = site_path(written).map_err(|(message, mend)| fault(message, mend))?;
    if is_escaped_path(&path) {
        let mend = "write it decoded, as it is to be shown, like /team files";
        return Err(fault("it holds an escape like %20".to_owned(), mend));
    }
    if path.len() > MOST_SEGMENTS {
        return Err(fault("too many folders".to_owned(), "use at most 16"));
    }
    Ok(path)
}
