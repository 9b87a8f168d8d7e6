//! `MOUNTS`: each mount read, checked, and its secrets looked up.

use std::rc::Rc;

use serde_json::Value;

use super::mount_fields::{checked_path, path_form, signed_hosts, valid_minutes};
use super::table::{Table, parse_list};
use super::upstream::{Accounts, Reader};
use super::{
    LinksConfig, MountConfig, SourceConfig, TreeText, joined, no_such_secret, signer, tree_secrets,
};
use crate::fault::Fault;
use crate::upstream::settings::Kind;

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
