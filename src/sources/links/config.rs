//! The settings of a mount of the source `links`: a link tree's text, key and hosts.

use serde::Deserialize;
use serde_json::Value;

use crate::config::error::ConfigError;
use crate::config::lookup::{is_bound, is_plain_name, no_such_secret, set_secret};
use crate::config::mount_fields::{
    direct_host, mount_path, path_form, signed_hosts, valid_minutes,
};
use crate::config::read;
use crate::config::secret_name::SecretName;
use crate::direct_host::DirectHost;
use crate::host::SignedHosts;
use crate::secret::Secret;
use crate::sign::{PathForm, Signer};
use crate::time::ValidMinutes;
use crate::tree::pack::{Joined, MAX_SECRETS};

/// The KV key of the tree of a site that has neither `MOUNTS` nor `URL_TREE`.
const KV_KEY: &str = "tree";
/// The name of that key in reports.
const KV_NAME: &str = "URL_TREE, or the KV key tree";
const DEMO_TREE: &str = include_str!("demo.txt");
/// The user id and the key of the example that 123Pan publishes.
const DEMO_ACCOUNT: (u64, &str) = (13, "289ds32418bxdba");

/// The fields of a mount of a link tree as its owner wrote them.
#[derive(Default, Deserialize)]
#[serde(default, deny_unknown_fields, expecting = "a table")]
pub(crate) struct RawLinks {
    path: Option<String>,
    source: Option<String>,
    tree: Option<SecretName>,
    tree_kv: Option<String>,
    uid: Option<u64>,
    private_key: Option<SecretName>,
    valid_minutes: Option<u64>,
    hosts: Vec<String>,
    host: Option<String>,
    path_form: Option<String>,
}

/// The settings of a link tree: where its text is, and how its links are signed.
#[derive(Debug)]
pub struct LinksConfig {
    /// The place of the tree's text.
    pub tree: TreeText,
    /// Signs the tree's links; `None` if they are not signed.
    pub signer: Option<Signer>,
    /// The lifetime of a signed link.
    pub valid: ValidMinutes,
    /// The hosts whose URLs are signed.
    pub hosts: SignedHosts,
    /// Whether the tree is the built-in demo.
    pub is_demo: bool,
    /// The host of all direct links, in place of the one that stands in their URLs.
    pub host: Option<DirectHost>,
}

/// The place of a tree's text: secrets, or KV.
#[derive(Debug)]
pub enum TreeText {
    /// The text itself, joined from the secrets `NAME`, `NAME_2` and so on, with that `NAME`; for the
    /// built-in demo tree, what stands for its name in reports.
    InSecrets(String, Joined),
    /// KV, which is read when the site is in service.
    Kv {
        /// The key of the text.
        key: String,
        /// The name in reports of the setting with the key, as `MOUNTS[0].tree_kv`.
        setting: String,
        /// The tree to serve while KV has no text: the built-in demo, on a site without any settings.
        default: Option<Box<LinksConfig>>,
    },
}

/// Reads the fields of a mount of a link tree: the mount's path, and the tree's settings.
///
/// # Errors
/// The field that is wrong, and how to correct it.
pub fn read(
    setting: &str,
    value: &Value,
    lookup: &impl Fn(&str) -> Option<String>,
    errors: &mut Vec<ConfigError>,
) -> Result<(Vec<String>, LinksConfig), ConfigError> {
    let raw: RawLinks = read::read(setting, value, &[], errors);
    let field = |name: &str| format!("{setting}.{name}");
    let path = mount_path(setting, raw.path.as_deref())?;
    if raw.source.is_none() {
        return Err(read::missing(setting, "source"));
    }
    let tree = match (raw.tree, raw.tree_kv) {
        (Some(_), Some(_)) | (None, None) => {
            let hint = "name the tree's secret in tree, or its KV key in tree_kv, one of the two";
            return Err(ConfigError::new(field("tree"), "a mount has one tree", hint));
        }
        (None, Some(key)) if key.is_empty() || key.len() > 500 => {
            return Err(ConfigError::new(field("tree_kv"), "not a KV key", "use 1 to 500 bytes"));
        }
        (None, Some(key)) => TreeText::Kv { key, setting: field("tree_kv"), default: None },
        (Some(name), None) => {
            let parts = tree_secrets(&name, lookup)?;
            if parts.is_empty() {
                return Err(no_such_secret(field("tree")));
            }
            joined(&name, &parts)?
        }
    };
    let key = match raw.private_key {
        Some(name) => Some(lookup(&name).ok_or_else(|| no_such_secret(field("private_key")))?),
        None => None,
    };
    let form = path_form(setting, raw.path_form.as_deref())?;
    let signer = match (raw.uid, key) {
        (Some(uid), Some(key)) => Some(signer(&field("private_key"), uid, &key, form)?),
        (None, Some(_)) => {
            return Err(ConfigError::new(
                field("uid"),
                "a key is set, but no uid",
                "add the account's uid",
            ));
        }
        (_, None) => None,
    };
    let valid = valid_minutes(setting, raw.valid_minutes)?;
    let host = direct_host(setting, raw.host.as_deref(), raw.uid)?;
    let hosts = signed_hosts(setting, &raw.hosts, host.as_ref())?;
    Ok((path, LinksConfig { tree, signer, valid, hosts, host, is_demo: false }))
}

/// Reads the tree of a site without `MOUNTS`: the secret `URL_TREE`, or the KV key `tree`, signed with
/// `PRIVATE_KEY` and `UID`. Where none of these secrets is set and KV has no such key, the tree is the
/// built-in demo.
///
/// # Errors
/// The secret that is wrong or missing, and how to correct it.
pub fn simple(
    lookup: &impl Fn(&str) -> Option<String>,
) -> Result<Option<LinksConfig>, ConfigError> {
    let parts = tree_secrets("URL_TREE", lookup)?;
    let signer = simple_signer(lookup)?;
    let is_signed = signer.is_some();
    let tree = if !parts.is_empty() {
        joined("URL_TREE", &parts)?
    } else if is_bound(lookup, "KV") {
        let default = if is_signed { None } else { demo().map(Box::new) };
        TreeText::Kv { key: KV_KEY.to_owned(), setting: KV_NAME.to_owned(), default }
    } else if is_signed {
        let message = "a key and a uid are set, but no tree";
        let hint = "set it: npx wrangler secret put URL_TREE; or bind a KV namespace as KV and put the \
                    tree under its key tree";
        return Err(ConfigError::new("URL_TREE", message, hint));
    } else {
        return Ok(demo());
    };
    let (valid, hosts) = (ValidMinutes::default(), SignedHosts::default());
    Ok(Some(LinksConfig { tree, signer, valid, hosts, host: None, is_demo: false }))
}

/// The signer of a site without `MOUNTS`; `None` if neither the key nor the uid is set. An empty text counts as
/// not set.
fn simple_signer(lookup: &impl Fn(&str) -> Option<String>) -> Result<Option<Signer>, ConfigError> {
    let missing = |name, message| ConfigError::new(name, message, set_secret(name));
    let set = |name| lookup(name).filter(|text| !text.trim().is_empty());
    match (set("UID"), set("PRIVATE_KEY")) {
        (Some(uid), Some(key)) => {
            let uid = uid.trim().parse().map_err(|_| {
                let hint = "set it to the digits on the account's settings page";
                ConfigError::new("UID", "not an account id", hint)
            })?;
            signer("PRIVATE_KEY", uid, &key, PathForm::default()).map(Some)
        }
        (None, None) => Ok(None),
        (Some(_), None) => Err(missing("PRIVATE_KEY", "a uid is set, but no key, or an empty one")),
        (None, Some(_)) => Err(missing("UID", "a key is set, but no uid, or an empty one")),
    }
}

/// The built-in demo tree, which is signed with the key of 123Pan's published example.
fn demo() -> Option<LinksConfig> {
    let (uid, key) = DEMO_ACCOUNT;
    Some(LinksConfig {
        tree: TreeText::InSecrets("the demo tree".to_owned(), Joined::new([DEMO_TREE]).ok()?),
        signer: Some(Signer::new(uid, Secret::new(key), PathForm::Decoded)),
        valid: ValidMinutes::default(),
        hosts: SignedHosts::default(),
        host: None,
        is_demo: true,
    })
}

/// The texts of the secrets that make up a tree: `NAME`, `NAME_2`, `NAME_3` and so on; none if there is no
/// `NAME`.
fn tree_secrets(
    name: &str,
    lookup: &impl Fn(&str) -> Option<String>,
) -> Result<Vec<String>, ConfigError> {
    let parts =
        (1..=MAX_SECRETS).map(|number| lookup(&part_name(name, number - 1))).collect::<Vec<_>>();
    let last = parts.iter().rposition(Option::is_some);
    let missing = parts.iter().position(Option::is_none).unwrap_or(MAX_SECRETS);
    match last {
        Some(last) if missing < last => Err(ConfigError::new(
            part_name(if is_plain_name(name) { name } else { "the tree" }, missing),
            "this part of the tree is missing, though a later one is set",
            "set it, or remove the later ones",
        )),
        _ => Ok(parts.into_iter().flatten().collect()),
    }
}

/// The name of the secret with a tree's part; parts are counted from 0.
pub fn part_name(name: &str, index: usize) -> String {
    if index == 0 { name.to_owned() } else { format!("{name}_{}", index + 1) }
}

fn joined(name: &str, parts: &[String]) -> Result<TreeText, ConfigError> {
    let text = Joined::new(parts.iter().map(String::as_str)).map_err(|error| {
        ConfigError::new(
            name,
            error.to_string(),
            "pack it again with signpost pack and set every part",
        )
    })?;
    Ok(TreeText::InSecrets(name.to_owned(), text))
}

fn signer(setting: &str, uid: u64, key: &str, form: PathForm) -> Result<Signer, ConfigError> {
    let key = Secret::new(key);
    if key.expose().is_empty() {
        return Err(ConfigError::new(
            setting,
            "the key is empty",
            "set it to the key of the account's console",
        ));
    }
    Ok(Signer::new(uid, key, form))
}
