//! The settings of a mount of the source `links`: a link tree's text, key and hosts.

use serde::Deserialize;
use serde_json::Value;

use crate::config::error::ConfigError;
use crate::config::lookup::{is_plain_name, no_such_secret};
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
    /// The host of all direct links, in place of the one that stands in their URLs.
    pub host: Option<DirectHost>,
}

/// The place of a tree's text: secrets, or KV.
#[derive(Debug)]
pub enum TreeText {
    /// The text itself, joined from the secrets `NAME`, `NAME_2` and so on, with that `NAME`; for the
    /// built-in demo tree, what stands for its name in reports.
    InSecrets(String, Joined),
    /// The KV key from which the text is read.
    Kv(String),
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
        (None, Some(key)) => TreeText::Kv(key),
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
    Ok((path, LinksConfig { tree, signer, valid, hosts, host }))
}

/// Reads the tree of a site that is configured by `URL_TREE`, `PRIVATE_KEY` and `UID` alone; `None` if none
/// of the three is set.
///
/// # Errors
/// The secret that is wrong or missing, and how to correct it.
pub fn simple(
    lookup: &impl Fn(&str) -> Option<String>,
) -> Result<Option<LinksConfig>, ConfigError> {
    let parts = tree_secrets("URL_TREE", lookup)?;
    let (key, uid) = (lookup("PRIVATE_KEY"), lookup("UID"));
    if parts.is_empty() {
        return match (key, uid) {
            (None, None) => Ok(None),
            _ => Err(ConfigError::new(
                "URL_TREE",
                "a key or uid is set, but no tree",
                "npx wrangler secret put URL_TREE",
            )),
        };
    }
    let signer = match (uid, key) {
        (Some(uid), Some(key)) => {
            let uid = uid.trim().parse().map_err(|_| {
                ConfigError::new(
                    "UID",
                    "not an account id",
                    "set it to the digits on the account's settings page",
                )
            })?;
            Some(signer("PRIVATE_KEY", uid, &key, PathForm::default())?)
        }
        (None, None) => None,
        (Some(_), None) => {
            return Err(ConfigError::new(
                "PRIVATE_KEY",
                "a uid is set, but no key",
                "npx wrangler secret put PRIVATE_KEY",
            ));
        }
        (None, Some(_)) => {
            return Err(ConfigError::new(
                "UID",
                "a key is set, but no uid",
                "npx wrangler secret put UID",
            ));
        }
    };
    let tree = joined("URL_TREE", &parts)?;
    Ok(Some(LinksConfig {
        tree,
        signer,
        valid: ValidMinutes::default(),
        hosts: SignedHosts::default(),
        host: None,
    }))
}

/// The built-in demo tree, which is signed with the key of 123Pan's published example.
pub fn demo() -> Option<LinksConfig> {
    let (uid, key) = DEMO_ACCOUNT;
    Some(LinksConfig {
        tree: TreeText::InSecrets("the demo tree".to_owned(), Joined::new([DEMO_TREE]).ok()?),
        signer: Some(Signer::new(uid, Secret::new(key), PathForm::Decoded)),
        valid: ValidMinutes::default(),
        hosts: SignedHosts::default(),
        host: None,
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
