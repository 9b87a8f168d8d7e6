//! `MOUNTS`: each mount read, checked, and its secrets looked up.

use serde_json::Value;

use super::table::{Table, parse_list};
use super::{MountConfig, TreeText, joined, no_such_secret, signer, site_path, tree_secrets};
use crate::fault::Fault;
use crate::host::SignedHosts;
use crate::sign::PathForm;
use crate::time::ValidMinutes;

/// With the levels of a tree they are as many as a request's path may have.
const MOST_SEGMENTS: usize = 16;

struct RawMount {
    path: String,
    source: String,
    tree: Option<String>,
    tree_kv: Option<String>,
    uid: Option<u64>,
    private_key: Option<String>,
    valid_minutes: Option<u64>,
    hosts: Vec<String>,
    path_form: Option<String>,
}

impl RawMount {
    const FIELDS: [&str; 9] = [
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

    fn read(setting: &str, value: &Value) -> Result<Self, Fault> {
        let table = Table::new(setting, value, &Self::FIELDS)?;
        Ok(Self {
            path: table.required("path")?,
            source: table.required("source")?,
            tree: table.text("tree")?,
            tree_kv: table.text("tree_kv")?,
            uid: table.number("uid")?,
            private_key: table.text("private_key")?,
            valid_minutes: table.number("valid_minutes")?,
            hosts: table.texts("hosts")?.unwrap_or_default(),
            path_form: table.text("path_form")?,
        })
    }
}

/// Every mount that is right; what is wrong with the others is added to `faults`.
pub(super) fn read_mounts(
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
    for (index, raw) in raw.iter().enumerate() {
        let setting = format!("MOUNTS[{index}]");
        match read_mount(&setting, raw, lookup) {
            Ok(mount) => match mounts.iter().find(|other| other.path == mount.path) {
                Some(other) => faults.push(Fault::new(
                    format!("{setting}.path"),
                    format!("{} has the same path", other.setting),
                    "give each mount a path of its own",
                )),
                None => mounts.push(mount),
            },
            Err(fault) => faults.push(fault),
        }
    }
    mounts
}

fn read_mount(
    setting: &str,
    value: &Value,
    lookup: &impl Fn(&str) -> Option<String>,
) -> Result<MountConfig, Fault> {
    let raw = RawMount::read(setting, value)?;
    let field = |name: &str| format!("{setting}.{name}");
    match raw.source.as_str() {
        "links" => {}
        "personal" | "share" | "open" => {
            let message = format!("this version can't mount {:?} yet", raw.source);
            return Err(Fault::new(field("source"), message, "use \"links\""));
        }
        other => {
            let message = format!("there is no source {other:?}");
            return Err(Fault::new(field("source"), message, "use \"links\""));
        }
    }
    let tree = match (&raw.tree, raw.tree_kv) {
        (Some(_), Some(_)) | (None, None) => {
            let mend = "name the tree's secret in tree, or its KV key in tree_kv, one of the two";
            return Err(Fault::new(field("tree"), "a mount has one tree", mend));
        }
        (None, Some(key)) if key.is_empty() || key.len() > 500 => {
            return Err(Fault::new(field("tree_kv"), "not a KV key", "use 1 to 500 bytes"));
        }
        (None, Some(key)) => TreeText::Kv(key),
        (Some(name), None) => {
            let parts = tree_secrets(name, lookup)?;
            if parts.is_empty() {
                return Err(no_such_secret(field("tree")));
            }
            joined(name, &parts)?
        }
    };
    let key = match &raw.private_key {
        Some(name) => Some(lookup(name).ok_or_else(|| no_such_secret(field("private_key")))?),
        None => None,
    };
    let form = match raw.path_form.as_deref() {
        None | Some("decoded") => PathForm::Decoded,
        Some("as_is") => PathForm::AsIs,
        Some(_) => {
            return Err(Fault::new(
                field("path_form"),
                "there is no such form",
                "use \"decoded\" or \"as_is\"",
            ));
        }
    };
    let signer = match (raw.uid, key) {
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
    let valid = match raw.valid_minutes {
        None => ValidMinutes::default(),
        Some(minutes) => ValidMinutes::new(minutes).ok_or_else(|| {
            let message = format!("{minutes} minutes is not a lifetime for links");
            Fault::new(field("valid_minutes"), message, "use 1 to 10080")
        })?,
    };
    let hosts = SignedHosts::with(&raw.hosts).map_err(|index| {
        let mend = "write host or host:port, without https:// and path";
        Fault::new(format!("{setting}.hosts[{index}]"), "not a host", mend)
    })?;
    let path =
        site_path(&raw.path).map_err(|(message, mend)| Fault::new(field("path"), message, mend))?;
    if path.len() > MOST_SEGMENTS {
        return Err(Fault::new(field("path"), "too many folders", "use at most 16"));
    }
    Ok(MountConfig { setting: setting.to_owned(), path, tree, signer, valid, hosts })
}
