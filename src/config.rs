//! The owner's settings: read once, checked whole, never looked at as text again.

mod brand;
mod mount;
mod mount_fields;
mod raw_rule;
mod rule;
mod rule_fields;
mod rule_parts;
mod settings;
mod table;
mod upstream;

pub use brand::Brand;
pub use rule::RuleConfig;
pub use settings::{SETTINGS, Setting};

use crate::fault::Fault;
use crate::host::SignedHosts;
use crate::keys::KeyRing;
use crate::path::{EntryPath, PathError, check_segment};
use crate::secret::Secret;
use crate::sign::{PathForm, Signer};
use crate::time::{ValidMinutes, Zone};
use crate::tree::pack::{Joined, MOST_SECRETS};
use crate::upstream::settings::Upstream;
use table::Table;

/// The settings of a site, checked.
#[derive(Debug)]
pub struct Config {
    /// The name of the site, on its pages.
    pub title: String,
    /// Whether this is the built-in demo.
    pub demo: bool,
    /// What is mounted where.
    pub mounts: Vec<MountConfig>,
    /// What holds where.
    pub rules: Vec<RuleConfig>,
    /// What cookies and share links are signed with.
    pub keys: Option<KeyRing>,
    /// What opens the API.
    pub api_token: Option<Secret>,
    /// Where its days begin.
    pub zone: Zone,
    /// How long a password that was given once is remembered, in days.
    pub login_days: u16,
    /// What its pages look like.
    pub brand: Brand,
}

/// A source at a place of the site.
#[derive(Debug)]
pub struct MountConfig {
    /// What to call this mount in a report: `MOUNTS[0]`, or the simple case's secrets.
    pub setting: String,
    /// The segments of its path; none for the root.
    pub path: Vec<String>,
    /// What is mounted there.
    pub source: SourceConfig,
}

/// Where a mount's entries come from.
#[derive(Debug)]
pub enum SourceConfig {
    /// A tree that the owner wrote.
    Links(LinksConfig),
    /// The vendor.
    Upstream(Box<Upstream>),
}

/// A link tree.
#[derive(Debug)]
pub struct LinksConfig {
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

#[derive(Default)]
struct RawSite {
    title: Option<String>,
    time_zone: Option<String>,
    login_days: Option<u16>,
    brand: Brand,
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
        let rules = lookup("RULES")
            .map(|json| rule::read_rules(&json, &lookup, &mut faults))
            .unwrap_or_default();
        let keys = read_keys(&lookup, &mut faults);
        let api_token = read_api_token(&lookup, &mut faults);
        let zone = read_zone(site.time_zone.as_deref(), &mut faults);
        let login_days = site.login_days.unwrap_or(7);
        if !(1..=365).contains(&login_days) {
            faults.push(Fault::new("SITE.login_days", "not a number of days", "use 1 to 365"));
        }
        site.brand.check(&mut faults);
        if faults.is_empty() {
            let brand = site.brand;
            Ok(Self { title, demo, mounts, rules, keys, api_token, zone, login_days, brand })
        } else {
            Err(faults)
        }
    }
}

/// The mounts of one account at 123Pan, by the name of its object ([`Upstream::desk`]). Nothing else is
/// read, and what is wrong is left out: a site with a fault asks no account for anything.
pub fn account_mounts(lookup: impl Fn(&str) -> Option<String>, account: &str) -> Vec<Upstream> {
    let Some(json) = lookup("MOUNTS") else { return Vec::new() };
    let mounts = mount::read_vendor_mounts(&json, &lookup).into_iter();
    let upstreams = mounts.filter_map(|mount| match mount.source {
        SourceConfig::Upstream(upstream) => Some(*upstream),
        SourceConfig::Links(_) => None,
    });
    upstreams.filter(|upstream| upstream.desk == account).collect()
}

fn read_site(lookup: &impl Fn(&str) -> Option<String>) -> Result<RawSite, Fault> {
    let Some(json) = lookup("SITE") else { return Ok(RawSite::default()) };
    let value = table::parse("SITE", &json)?;
    let known = [&["title", "time_zone", "login_days"][..], &Brand::FIELDS].concat();
    let table = Table::new("SITE", &value, &known)?;
    Ok(RawSite {
        title: table.text("title")?,
        time_zone: table.text("time_zone")?,
        login_days: table.number("login_days")?,
        brand: Brand::read(&table)?,
    })
}

fn read_keys(lookup: &impl Fn(&str) -> Option<String>, faults: &mut Vec<Fault>) -> Option<KeyRing> {
    let mend = "make a key with signpost key, then: npx wrangler secret put SITE_KEYS";
    let keys = KeyRing::parse(&lookup("SITE_KEYS")?)
        .map_err(|error| faults.push(Fault::new("SITE_KEYS", error.to_string(), mend)))
        .ok();
    // Without it a link could never be taken back.
    if !is_bound(lookup, "KV") {
        let message = "the KV binding is missing, where the list of revoked share links lies";
        let mend = "take [[kv_namespaces]] over from the wrangler.toml that comes with Signpost";
        faults.push(Fault::new("KV", message, mend));
    }
    keys
}

fn read_api_token(
    lookup: &impl Fn(&str) -> Option<String>,
    faults: &mut Vec<Fault>,
) -> Option<Secret> {
    let token = Secret::new(&lookup("API_TOKEN")?);
    if token.expose().len() < 32 {
        let mend = "use 32 characters or more; signpost key prints a good one";
        faults.push(Fault::new("API_TOKEN", "short enough to be guessed", mend));
    } else if !is_bound(lookup, "QUOTA") {
        let message = "the Durable Object binding QUOTA is missing, which revokes links";
        let mend = "take [[durable_objects.bindings]] and [[migrations]] over from the wrangler.toml that comes with Signpost";
        faults.push(Fault::new("API_TOKEN", message, mend));
    } else if lookup("SITE_KEYS").is_none() {
        let mend = "make a key with signpost key, then: npx wrangler secret put SITE_KEYS";
        faults.push(Fault::new("API_TOKEN", "there are no SITE_KEYS to make links with", mend));
    }
    Some(token)
}

fn read_zone(written: Option<&str>, faults: &mut Vec<Fault>) -> Zone {
    let Some(written) = written else { return Zone::default() };
    Zone::parse(written).unwrap_or_else(|| {
        let message = format!("{written:?} is not a distance from UTC");
        faults.push(Fault::new("SITE.time_zone", message, "write it like +08:00, -05:30 or UTC"));
        Zone::default()
    })
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
        source: SourceConfig::Links(LinksConfig {
            tree,
            signer,
            valid: ValidMinutes::default(),
            hosts: SignedHosts::default(),
        }),
    }))
}

fn demo_mount() -> Option<MountConfig> {
    let (uid, key) = DEMO_ACCOUNT;
    Some(MountConfig {
        setting: "the demo".to_owned(),
        path: Vec::new(),
        source: SourceConfig::Links(LinksConfig {
            tree: TreeText::Here("the demo tree".to_owned(), Joined::new([DEMO_TREE]).ok()?),
            signer: Some(Signer::new(uid, Secret::new(key), PathForm::Decoded)),
            valid: ValidMinutes::default(),
            hosts: SignedHosts::default(),
        }),
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

/// Whether a binding of this name is there: an object, and not a variable's text.
fn is_bound(lookup: &impl Fn(&str) -> Option<String>, name: &str) -> bool {
    lookup(name).is_some_and(|value| value.starts_with('{'))
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

/// The segments of a path that an owner wrote, with what is wrong with it and the mend.
fn site_path(raw: &str) -> Result<Vec<String>, (String, &'static str)> {
    let mend = "write it decoded and absolute, like / or /team/files";
    let text = raw.trim_end_matches('/');
    let Some(inner) = raw.strip_prefix('/') else {
        return Err((PathError::NotAbsolute.to_string(), mend));
    };
    if inner.is_empty() {
        return Ok(Vec::new());
    }
    let segments = text.split('/').skip(1).map(str::to_owned).collect::<Vec<_>>();
    for segment in &segments {
        check_segment(segment).map_err(|error| (error.to_string(), mend))?;
    }
    if segments.first().is_some_and(|first| EntryPath::is_reserved(first)) {
        return Err((
            "/-/ and names beginning with ~ are the site's own".to_owned(),
            "use another path",
        ));
    }
    Ok(segments)
}
