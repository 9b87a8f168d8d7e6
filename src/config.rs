//! The owner's settings: parsed once, validated as a whole, and used as typed values from then on.

mod brand;
pub mod error;
pub(crate) mod lookup;
mod mount;
pub(crate) mod mount_fields;
mod raw_rule;
pub(crate) mod remote_mount;
mod rule;
mod rule_fields;
mod rule_parts;
mod settings;
pub(crate) mod table;

pub use brand::Brand;
pub use rule::RuleConfig;
pub use settings::{SETTINGS, Setting};

use crate::access::key_ring::KeyRing;
use crate::secret::Secret;
use crate::sources::links::config::LinksConfig;
use crate::sources::{Upstream, links};
use crate::time::Zone;
use error::ConfigError;
use lookup::is_bound;
use table::Table;

/// The settings of a site, checked.
#[derive(Debug)]
pub struct Config {
    /// The title of the site, shown on its pages.
    pub title: String,
    /// Whether this is the built-in demo.
    pub demo: bool,
    /// The sources, each with the path at which it is mounted.
    pub mounts: Vec<MountConfig>,
    /// The access rules, each with its path.
    pub rules: Vec<RuleConfig>,
    /// The keys that cookies and share links are signed with.
    pub keys: Option<KeyRing>,
    /// The bearer token that opens the API.
    pub api_token: Option<Secret>,
    /// The time zone in which the days of the site begin.
    pub zone: Zone,
    /// The lifetime of a login, in days: how long a password that was given once is remembered.
    pub login_days: u16,
    /// The look of the site's pages.
    pub brand: Brand,
}

/// A mount: a source, and the path in the site at which it appears.
#[derive(Debug)]
pub struct MountConfig {
    /// The mount's name in error reports: `MOUNTS[0]`; without `MOUNTS`, `URL_TREE` or `the demo`.
    pub setting: String,
    /// The segments of the mount's path; none for the root.
    pub path: Vec<String>,
    /// The source that is mounted.
    pub source: SourceConfig,
}

impl MountConfig {
    /// The mount of a link tree that is the whole site; `setting` is its name in error reports.
    fn at_root(setting: &str, tree: LinksConfig) -> Self {
        let (setting, path) = (setting.to_owned(), Vec::new());
        Self { setting, path, source: SourceConfig::Links(tree) }
    }
}

/// The source of a mount's entries.
#[derive(Debug)]
pub enum SourceConfig {
    /// A link tree that the owner wrote.
    Links(LinksConfig),
    /// A listing by 123Pan.
    Upstream(Box<Upstream>),
}

#[derive(Default)]
struct RawSite {
    title: Option<String>,
    time_zone: Option<String>,
    login_days: Option<u16>,
    brand: Brand,
}

impl Config {
    /// Reads the settings. `lookup` gives a variable or secret by name, an object or list as JSON.
    ///
    /// # Errors
    /// All errors in the settings, each naming its setting, and none with a secret's value.
    pub fn from_lookup(lookup: impl Fn(&str) -> Option<String>) -> Result<Self, Vec<ConfigError>> {
        let mut faults = Vec::new();
        let site = read_site(&lookup).unwrap_or_else(|fault| {
            faults.push(fault);
            RawSite::default()
        });
        let title = site.title.unwrap_or_else(|| "Signpost".to_owned());
        let mut demo = false;
        let mounts = match lookup("MOUNTS") {
            Some(json) => mount::read_mounts(&json, &lookup, &mut faults),
            None => match links::config::simple(&lookup) {
                Ok(Some(tree)) => vec![MountConfig::at_root("URL_TREE", tree)],
                Ok(None) => {
                    demo = true;
                    let demo = links::config::demo().into_iter();
                    demo.map(|tree| MountConfig::at_root("the demo", tree)).collect()
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
            faults.push(ConfigError::new(
                "SITE.login_days",
                "not a number of days",
                "use 1 to 365",
            ));
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

/// The mounts of one 123Pan account, by the name of its account object (`account` of its settings). No
/// other setting is read, and mounts with errors are left out: a site with a configuration error makes no
/// calls to 123Pan.
pub fn account_mounts(lookup: impl Fn(&str) -> Option<String>, account: &str) -> Vec<Upstream> {
    let Some(json) = lookup("MOUNTS") else { return Vec::new() };
    let mounts = mount::read_vendor_mounts(&json, &lookup).into_iter();
    let upstreams = mounts.filter_map(|mount| match mount.source {
        SourceConfig::Upstream(upstream) => Some(*upstream),
        SourceConfig::Links(_) => None,
    });
    upstreams.filter(|upstream| upstream.settings.account == account).collect()
}

fn read_site(lookup: &impl Fn(&str) -> Option<String>) -> Result<RawSite, ConfigError> {
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

fn read_keys(
    lookup: &impl Fn(&str) -> Option<String>,
    faults: &mut Vec<ConfigError>,
) -> Option<KeyRing> {
    let hint = "make a key with signpost key, then: npx wrangler secret put SITE_KEYS";
    let keys = KeyRing::parse(&lookup("SITE_KEYS")?)
        .map_err(|error| faults.push(ConfigError::new("SITE_KEYS", error.to_string(), hint)))
        .ok();
    // Without KV, a share link could never be revoked.
    if !is_bound(lookup, "KV") {
        let message = "the KV binding is missing, where the list of revoked share links lies";
        let hint = "take [[kv_namespaces]] over from the wrangler.toml that comes with Signpost";
        faults.push(ConfigError::new("KV", message, hint));
    }
    keys
}

fn read_api_token(
    lookup: &impl Fn(&str) -> Option<String>,
    faults: &mut Vec<ConfigError>,
) -> Option<Secret> {
    let token = Secret::new(&lookup("API_TOKEN")?);
    if token.expose().len() < 32 {
        let hint = "use 32 characters or more; signpost key prints a good one";
        faults.push(ConfigError::new("API_TOKEN", "short enough to be guessed", hint));
    } else if !is_bound(lookup, "QUOTA") {
        let message = "the Durable Object binding QUOTA is missing, which revokes links";
        let hint = "take [[durable_objects.bindings]] and [[migrations]] over from the wrangler.toml that comes with Signpost";
        faults.push(ConfigError::new("API_TOKEN", message, hint));
    } else if lookup("SITE_KEYS").is_none() {
        let hint = "make a key with signpost key, then: npx wrangler secret put SITE_KEYS";
        faults.push(ConfigError::new(
            "API_TOKEN",
            "there are no SITE_KEYS to make links with",
            hint,
        ));
    }
    Some(token)
}

fn read_zone(written: Option<&str>, faults: &mut Vec<ConfigError>) -> Zone {
    let Some(written) = written else { return Zone::default() };
    Zone::parse(written).unwrap_or_else(|| {
        let message = format!("{written:?} is not a distance from UTC");
        faults.push(ConfigError::new(
            "SITE.time_zone",
            message,
            "write it like +08:00, -05:30 or UTC",
        ));
        Zone::default()
    })
}
