//! The owner's settings: read once, checked whole, never looked at as text again.

mod mount;

use serde::Deserialize;

use crate::fault::Fault;
use crate::host::SignedHosts;
use crate::secret::Secret;
use crate::sign::{PathForm, Signer};
use crate::time::ValidMinutes;
use crate::tree::pack::{Joined, MOST_SECRETS};

/// A setting, for the table in the README, which a test compares with this one.
#[derive(Debug)]
pub struct Setting {
    /// The variable or secret, or the field of one.
    pub name: &'static str,
    /// What holds without it; empty if it has to be there.
    pub default: &'static str,
}

const fn setting(name: &'static str, default: &'static str) -> Setting {
    Setting { name, default }
}

/// Everything that is ever looked up, in the README's order.
pub const SETTINGS: &[Setting] = &[
    setting("URL_TREE", "the demo tree"),
    setting("PRIVATE_KEY", "links are not signed"),
    setting("UID", "links are not signed"),
    setting("SITE.title", "Signpost"),
    setting("MOUNTS[].path", "required"),
    setting("MOUNTS[].source", "required"),
    setting("MOUNTS[].tree", "one of tree and tree_kv"),
    setting("MOUNTS[].tree_kv", "one of tree and tree_kv"),
    setting("MOUNTS[].uid", "required with private_key"),
    setting("MOUNTS[].private_key", "links are not signed"),
    setting("MOUNTS[].valid_minutes", "30"),
    setting("MOUNTS[].hosts", "[]"),
    setting("MOUNTS[].path_form", "decoded"),
];

/// The settings of a site, checked.
#[derive(Debug)]
pub struct Config {
    /// The name of the site, on its pages.
    pub title: String,
    /// Whether this is the built-in demo.
    pub demo: bool,
    /// What is mounted where.
    pub mounts: Vec<MountConfig>,
}

/// A link tree at a place of the site.
#[derive(Debug)]
pub struct MountConfig {
    /// What to call this mount in a report: `MOUNTS[0]`, or the simple case's secrets.
    pub setting: String,
    /// The segments of its path; none for the root.
    pub path: Vec<String>,
    /// Where its text comes from.
    pub tree: TreeText,
    /// Signs its links; without one they are not signed.
    pub signer: Option<Signer>,
    /// The lifetime of a signed link.
    pub valid: ValidMinutes,
    /// The hosts to sign for.
    pub hosts: SignedHosts,
}

/// Where a tree's text comes from.
#[derive(Debug)]
pub enum TreeText {
    /// It is here already, from secrets whose names begin with this one.
    Here(String, Joined),
    /// It is to be read from KV, at this key.
    Kv(String),
}

#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct RawSite {
    title: Option<String>,
}

const DEMO_TREE: &str = include_str!("demo.txt");
/// The account and key of the vendor's own published example.
const DEMO_ACCOUNT: (u64, &str) = (13, "289ds32418bxdba");

impl Config {
    /// Reads the settings. `lookup` gives a variable or secret by name, an object or list as JSON.
    ///
    /// # Errors
    /// Everything that is wrong, each with the setting, and never with a secret's value.
    pub fn from_lookup(lookup: impl Fn(&str) -> Option<String>) -> Result<Self, Vec<Fault>> {
        let mut faults = Vec::new();
        if lookup("RULES").is_some() {
            faults.push(Fault::new(
                "RULES",
                "this version can't keep access rules yet",
                "remove RULES, and whatever it was to protect",
            ));
        }
        let site = read_site(&lookup).unwrap_or_else(|fault| {
            faults.push(fault);
            RawSite::default()
        });
        let title = site.title.unwrap_or_else(|| "Signpost".to_owned());
        let mut demo = false;
        let mounts = match lookup("MOUNTS") {
            Some(json) => mount::read_mounts(&json, &lookup, &mut faults),
            None => match simple_mount(&lookup) {
                Ok(Some(mount)) => vec![mount],
                Ok(None) => {
                    demo = true;
                    demo_mount().into_iter().collect()
                }
                Err(fault) => {
                    faults.push(fault);
                    Vec::new()
                }
            },
        };
        if faults.is_empty() { Ok(Self { title, demo, mounts }) } else { Err(faults) }
    }
}

fn read_site(lookup: &impl Fn(&str) -> Option<String>) -> Result<RawSite, Fault> {
    lookup("SITE").map_or(Ok(RawSite::default()), |json| from_json("SITE", &json))
}

/// The site of three secrets: `URL_TREE`, `PRIVATE_KEY` and `UID`.
fn simple_mount(lookup: &impl Fn(&str) -> Option<String>) -> Result<Option<MountConfig>, Fault> {
    let parts = tree_secrets("URL_TREE", lookup)?;
    let (key, uid) = (lookup("PRIVATE_KEY"), lookup("UID"));
    if parts.is_empty() {
        return match (key, uid) {
            (None, None) => Ok(None),
            _ => Err(Fault::new(
                "URL_TREE",
                "a key or uid is set, but no tree",
                "npx wrangler secret put URL_TREE",
            )),
        };
    }
    let signer = match (uid, key) {
        (Some(uid), Some(key)) => {
            let uid = uid.trim().parse().map_err(|_| {
                Fault::new(
                    "UID",
                    "not an account id",
                    "set it to the digits on the account's settings page",
                )
            })?;
            Some(signer("PRIVATE_KEY", uid, &key, PathForm::default())?)
        }
        (None, None) => None,
        (Some(_), None) => {
            return Err(Fault::new(
                "PRIVATE_KEY",
                "a uid is set, but no key",
                "npx wrangler secret put PRIVATE_KEY",
            ));
        }
        (None, Some(_)) => {
            return Err(Fault::new(
                "UID",
                "a key is set, but no uid",
                "npx wrangler secret put UID",
            ));
        }
    };
    let tree = joined("URL_TREE", &parts)?;
    Ok(Some(MountConfig {
        setting: "URL_TREE".to_owned(),
        path: Vec::new(),
        tree,
        signer,
        valid: ValidMinutes::default(),
        hosts: SignedHosts::default(),
    }))
}

fn demo_mount() -> Option<MountConfig> {
    let (uid, key) = DEMO_ACCOUNT;
    Some(MountConfig {
        setting: "the demo".to_owned(),
        path: Vec::new(),
        tree: TreeText::Here("the demo tree".to_owned(), Joined::new([DEMO_TREE]).ok()?),
        signer: Some(Signer::new(uid, Secret::new(key), PathForm::Decoded)),
        valid: ValidMinutes::default(),
        hosts: SignedHosts::default(),
    })
}

/// The parts of a tree: `NAME`, `NAME_2`, `NAME_3` and so on. None if there is no `NAME`.
fn tree_secrets(
    name: &str,
    lookup: &impl Fn(&str) -> Option<String>,
) -> Result<Vec<String>, Fault> {
    let parts =
        (1..=MOST_SECRETS).map(|number| lookup(&part_name(name, number - 1))).collect::<Vec<_>>();
    let last = parts.iter().rposition(Option::is_some);
    let missing = parts.iter().position(Option::is_none).unwrap_or(MOST_SECRETS);
    match last {
        Some(last) if missing < last => Err(Fault::new(
            part_name(if is_plain_name(name) { name } else { "the tree" }, missing),
            "this part of the tree is missing, though a later one is set",
            "set it, or remove the later ones",
        )),
        _ => Ok(parts.into_iter().flatten().collect()),
    }
}

/// The name of a tree's part, counted from 0.
pub fn part_name(name: &str, index: usize) -> String {
    if index == 0 { name.to_owned() } else { format!("{name}_{}", index + 1) }
}

fn joined(name: &str, parts: &[String]) -> Result<TreeText, Fault> {
    let text = Joined::new(parts.iter().map(String::as_str)).map_err(|error| {
        Fault::new(name, error.to_string(), "pack it again with signpost pack and set every part")
    })?;
    Ok(TreeText::Here(name.to_owned(), text))
}

fn signer(setting: &str, uid: u64, key: &str, form: PathForm) -> Result<Signer, Fault> {
    let key = Secret::new(key);
    if key.expose().is_empty() {
        return Err(Fault::new(
            setting,
            "the key is empty",
            "set it to the key of the account's console",
        ));
    }
    Ok(Signer::new(uid, key, form))
}

/// Never quotes the name: an owner may have pasted the key itself where its name belongs.
fn no_such_secret(field: String) -> Fault {
    Fault::new(
        field,
        "no secret has the name that is given here",
        "give the name of a secret, never its value, and set it: npx wrangler secret put NAME",
    )
}

/// Whether this can be a secret's name and not a value pasted in its place.
fn is_plain_name(name: &str) -> bool {
    name.len() <= 64
        && name.bytes().all(|b| b.is_ascii_uppercase() || b.is_ascii_digit() || b == b'_')
}

fn from_json<T: for<'de> Deserialize<'de>>(setting: &str, json: &str) -> Result<T, Fault> {
    let mut json = serde_json::Deserializer::from_str(json);
    serde_path_to_error::deserialize(&mut json).map_err(|error| {
        let path = error.path().to_string();
        let setting = match path.as_str() {
            "." | "?" => setting.to_owned(),
            path => format!("{setting}.{path}"),
        };
        let names_a_secret = path.ends_with("private_key") || path.ends_with("tree");
        let message = error.into_inner().to_string();
        let message = match message.split_once(" at line ") {
            // The message quotes the value, and it may be the secret itself.
            _ if names_a_secret => "not the name of a secret".to_owned(),
            // The position is one in our own rendering of the value: no help to its owner.
            Some((message, _)) => message.to_owned(),
            None => message,
        };
        Fault::new(setting, message, "mend it in wrangler.toml; the README lists every setting")
    })
}
