//! `RULES`: each rule read, checked, and its secrets and bindings looked up.

use std::rc::Rc;

use serde_json::Value;

use super::rule_parts::{
    RawBudget, RawHide, RawLists, RawReferers, budget, hide, lists, one_or_many, referers,
};
use super::table::{Table, parse_list};
use super::{no_such_secret, site_path};
use crate::fault::Fault;
use crate::markdown::to_html;
use crate::password::Password;
use crate::rules::barrier::{Country, parse_range};
use crate::rules::policy::{
    Access, DownloadProxy, Fields, MaxLinks, Mode, Passwords, Presentation, Rate, Scope,
};
use crate::secret::Secret;
use crate::time::ValidMinutes;

struct RawRule {
    path: String,
    access: Option<String>,
    password: Option<Vec<String>>,
    alist_sign: Option<String>,
    listed: Option<bool>,
    hide: Option<RawHide>,
    referers: Option<RawReferers>,
    countries: Option<RawLists>,
    addresses: Option<RawLists>,
    rate: Option<String>,
    max_links: Option<u32>,
    budget: Option<RawBudget>,
    budget_fail: Option<String>,
    valid_minutes: Option<u64>,
    window_minutes: Option<u64>,
    mode: Option<String>,
    proxy_url: Option<String>,
    proxy_key: Option<String>,
    title: Option<String>,
    header: Option<String>,
    readme: Option<String>,
    robots: Option<String>,
}

impl RawRule {
    const FIELDS: [&str; 22] = [
        "path",
        "access",
        "password",
        "alist_sign",
        "listed",
        "hide",
        "referers",
        "countries",
        "addresses",
        "rate",
        "max_links",
        "budget",
        "budget_fail",
        "valid_minutes",
        "window_minutes",
        "mode",
        "proxy_url",
        "proxy_key",
        "title",
        "header",
        "readme",
        "robots",
    ];

    fn read(setting: &str, value: &Value) -> Result<Self, Fault> {
        let table = Table::new(setting, value, &Self::FIELDS)?;
        Ok(Self {
            path: table.required("path")?,
            access: table.text("access")?,
            password: one_or_many(&table, "password")?,
            alist_sign: table.text("alist_sign")?,
            listed: table.flag("listed")?,
            hide: RawHide::read(&table, "hide")?,
            referers: RawReferers::read(&table, "referers")?,
            countries: RawLists::read(&table, "countries")?,
            addresses: RawLists::read(&table, "addresses")?,
            rate: table.text("rate")?,
            max_links: table.number("max_links")?,
            budget: RawBudget::read(&table, "budget")?,
            budget_fail: table.text("budget_fail")?,
            valid_minutes: table.number("valid_minutes")?,
            window_minutes: table.number("window_minutes")?,
            mode: table.text("mode")?,
            proxy_url: table.text("proxy_url")?,
            proxy_key: table.text("proxy_key")?,
            title: table.text("title")?,
            header: table.text("header")?,
            readme: table.text("readme")?,
            robots: table.text("robots")?,
        })
    }
}

/// A rule as written, its parts checked.
#[derive(Debug)]
pub struct RuleConfig {
    /// What to call it in a report: `RULES[0]`.
    pub setting: String,
    /// The segments of its path.
    pub path: Vec<String>,
    /// What it sets.
    pub fields: Fields,
}

/// Every rule that is right; what is wrong with the others is added to `faults`.
pub(super) fn read_rules(
    json: &str,
    lookup: &impl Fn(&str) -> Option<String>,
    faults: &mut Vec<Fault>,
) -> Vec<RuleConfig> {
    let raw = match parse_list("RULES", json) {
        Ok(raw) => raw,
        Err(fault) => {
            faults.push(fault);
            return Vec::new();
        }
    };
    let mut rules: Vec<RuleConfig> = Vec::new();
    for (index, raw) in raw.iter().enumerate() {
        let setting = format!("RULES[{index}]");
        match read_rule(&setting, raw, lookup, faults) {
            Ok(rule) => match rules.iter().find(|other| other.path == rule.path) {
                Some(other) => faults.push(Fault::new(
                    format!("{setting}.path"),
                    format!("{} has the same path", other.setting),
                    "put what both say into one of them",
                )),
                None => rules.push(rule),
            },
            Err(fault) => faults.push(fault),
        }
    }
    check_together(&rules, lookup, faults);
    rules
}

/// What a rule can't keep alone: it needs keys or bindings, or what it inherits.
fn check_together(
    rules: &[RuleConfig],
    lookup: &impl Fn(&str) -> Option<String>,
    faults: &mut Vec<Fault>,
) {
    let bound = |name: &str| lookup(name).is_some();
    for RuleConfig { setting, path, fields } in rules {
        let mut needs = |needed: bool, field: &str, message: &str, mend: &str| {
            if needed {
                faults.push(Fault::new(format!("{setting}.{field}"), message, mend));
            }
        };
        // From the root down to the rule itself.
        let merged = (0..=path.len()).fold(Fields::default(), |merged, end| {
            let here = rules.iter().find(|rule| Some(rule.path.as_slice()) == path.get(..end));
            here.map_or_else(|| merged.clone(), |rule| rule.fields.over(&merged))
        });
        let access = fields.access.as_ref().map(|(access, _)| *access);
        needs(
            access == Some(Access::Password) && merged.passwords.is_none(),
            "password",
            "access is \"password\", but no password is set here or above",
            "name the secret that holds it: password = \"TEAM_PASSWORD\"",
        );
        needs(
            matches!(access, Some(Access::Password | Access::Link)) && !bound("SITE_KEYS"),
            "access",
            "the secret SITE_KEYS is not set, which cookies and share links are signed with",
            "make a key with signpost key, then: npx wrangler secret put SITE_KEYS",
        );
        needs(
            access == Some(Access::Password) && !bound("GUESSES"),
            "password",
            "the rate-limit binding GUESSES is missing, so guesses could not be limited",
            "take [[ratelimits]] name = \"GUESSES\" over from the wrangler.toml that comes with Signpost",
        );
        let counted = fields.budget.is_some() || fields.max_links.is_some();
        needs(
            counted && !bound("COORDINATOR"),
            if fields.budget.is_some() { "budget" } else { "max_links" },
            "the Durable Object binding COORDINATOR is missing, so nothing can be counted",
            "take [[durable_objects.bindings]] and [[migrations]] over from the wrangler.toml that comes with Signpost",
        );
        needs(
            fields.rate.as_ref().is_some_and(|rate| !bound(&rate.binding)),
            "rate",
            "there is no rate-limit binding of this name",
            "add [[ratelimits]] with this name, a namespace_id and simple = { limit = 100, period = 60 } to wrangler.toml",
        );
        needs(
            access == Some(Access::Public) && fields.passwords.is_some(),
            "access",
            "access is \"public\", and yet a password is set",
            "leave out one of the two",
        );
        let same = |key: &Secret, proxy: &DownloadProxy| key.expose() == proxy.key.expose();
        needs(
            matches!((&merged.alist_key, &merged.proxy), (Some(key), Some(proxy)) if same(key, proxy)),
            "proxy_key",
            "alist_sign has the same token, so each redirect to the proxy would open the file for ever",
            "give the proxy a token of its own",
        );
        needs(
            matches!(fields.mode, Some(Mode::ProxyUrl)) && merged.proxy.is_none(),
            "proxy_url",
            "mode is \"proxy_url\", but no proxy_url is set here or above",
            "set proxy_url to your download proxy and proxy_key to the name of the secret with its token",
        );
    }
}

fn read_rule(
    setting: &str,
    value: &Value,
    lookup: &impl Fn(&str) -> Option<String>,
    faults: &mut Vec<Fault>,
) -> Result<RuleConfig, Fault> {
    let raw = RawRule::read(setting, value)?;
    let field = |name: &str| format!("{setting}.{name}");
    let path =
        site_path(&raw.path).map_err(|(message, mend)| Fault::new(field("path"), message, mend))?;
    let scope = Scope::new(&path);
    // Every field that is wrong is reported, not the first only.
    let mut read = Reader { faults, lookup };
    let passwords = raw.password.map(|names| Passwords {
        scope: scope.clone(),
        list: read.passwords(&field("password"), &names),
    });
    let access = match raw.access.as_deref() {
        None => passwords.as_ref().map(|_| Access::Password),
        Some("public") => Some(Access::Public),
        Some("password") => Some(Access::Password),
        Some("link") => Some(Access::Link),
        Some("deny") => Some(Access::Deny),
        Some(_) => {
            let mend = "use \"public\", \"password\", \"link\" or \"deny\"";
            read.fault(field("access"), "there is no such access", mend);
            None
        }
    };
    let fields = Fields {
        access: access.map(|access| (access, scope.clone())),
        passwords,
        alist_key: raw.alist_sign.and_then(|name| read.secret(&field("alist_sign"), &name)),
        listed: raw.listed,
        hide: read.take(raw.hide.map(|raw| hide(&field("hide"), scope.depth, raw))).map(Rc::new),
        referers: read
            .take(raw.referers.map(|raw| referers(&field("referers"), &raw)))
            .map(Rc::new),
        countries: read
            .take(raw.countries.map(|raw| {
                let mend = "use two letters, such as CN, or T1 for Tor";
                lists(&field("countries"), raw, Country::parse, mend)
            }))
            .map(Rc::new),
        addresses: read
            .take(raw.addresses.map(|raw| {
                let mend = "write an address or a range, such as 203.0.113.7 or 2001:db8::/32";
                lists(&field("addresses"), raw, parse_range, mend)
            }))
            .map(Rc::new),
        rate: raw.rate.map(|name| Rate { binding: name.into(), scope: scope.clone() }),
        max_links: raw.max_links.map(|limit| MaxLinks { limit, scope: scope.clone() }),
        budget: read
            .take(raw.budget.map(|raw| budget(&field("budget"), &scope, &raw)))
            .map(Rc::new),
        budget_fails_open: read.choice(
            &field("budget_fail"),
            raw.budget_fail.as_deref(),
            &[("closed", false), ("open", true)],
        ),
        valid: read
            .minutes(&field("valid_minutes"), raw.valid_minutes, 1)
            .and_then(ValidMinutes::new),
        window: read
            .minutes(&field("window_minutes"), raw.window_minutes, 0)
            .and_then(|minutes| u16::try_from(minutes).ok()),
        mode: read.mode(&field("mode"), raw.mode.as_deref()),
        proxy: read.proxy(setting, raw.proxy_url, raw.proxy_key.as_deref()),
        presentation: Presentation {
            title: raw.title.map(Into::into),
            header: raw.header.map(|text| to_html(&text).into()),
            readme: raw.readme.map(|text| to_html(&text).into()),
            robots: read.robots(&field("robots"), raw.robots),
        },
    };
    Ok(RuleConfig { setting: setting.to_owned(), path, fields })
}

/// Reads fields, and notes what is wrong with them.
struct Reader<'r, L> {
    faults: &'r mut Vec<Fault>,
    lookup: &'r L,
}

impl<L: Fn(&str) -> Option<String>> Reader<'_, L> {
    fn fault(&mut self, setting: String, message: &str, mend: &str) {
        self.faults.push(Fault::new(setting, message, mend));
    }

    fn take<T>(&mut self, read: Option<Result<T, Fault>>) -> Option<T> {
        match read? {
            Ok(value) => Some(value),
            Err(fault) => {
                self.faults.push(fault);
                None
            }
        }
    }

    fn choice<T: Copy>(
        &mut self,
        setting: &str,
        written: Option<&str>,
        known: &[(&str, T)],
    ) -> Option<T> {
        let written = written?;
        let found = known.iter().find(|(name, _)| *name == written).map(|(_, value)| *value);
        if found.is_none() {
            let names = known.iter().map(|(name, _)| format!("{name:?}")).collect::<Vec<_>>();
            self.fault(
                setting.to_owned(),
                "there is no such choice",
                &format!("use {}", names.join(" or ")),
            );
        }
        found
    }

    fn mode(&mut self, setting: &str, written: Option<&str>) -> Option<Mode> {
        const NAMES: [(&str, u8); 3] = [("redirect", 0), ("proxy", 1), ("proxy_url", 2)];
        self.choice(setting, written, &NAMES).map(|mode| match mode {
            0 => Mode::Redirect,
            1 => Mode::Proxy,
            _ => Mode::ProxyUrl,
        })
    }

    fn minutes(&mut self, setting: &str, minutes: Option<u64>, least: u64) -> Option<u64> {
        let minutes = minutes?;
        if (least..=u64::from(ValidMinutes::MAX)).contains(&minutes) {
            return Some(minutes);
        }
        let mend = format!("use {least} to {}", ValidMinutes::MAX);
        self.fault(setting.to_owned(), &format!("{minutes} minutes is out of range"), &mend);
        None
    }

    fn secret(&mut self, setting: &str, name: &str) -> Option<Secret> {
        let secret = (self.lookup)(name).map(|text| Secret::new(&text));
        match secret {
            Some(secret) if !secret.expose().is_empty() => Some(secret),
            Some(_) => {
                self.fault(
                    setting.to_owned(),
                    "the secret is empty",
                    "set it: npx wrangler secret put NAME",
                );
                None
            }
            None => {
                self.faults.push(no_such_secret(setting.to_owned()));
                None
            }
        }
    }

    fn passwords(&mut self, setting: &str, names: &[String]) -> Rc<[Password]> {
        if names.is_empty() {
            self.fault(
                setting.to_owned(),
                "there is no name in the list",
                "name a secret, or leave password out",
            );
        }
        let mut passwords = Vec::new();
        for name in names {
            let Some(secret) = self.secret(setting, name) else { continue };
            match Password::parse(secret.expose()) {
                Ok(password) => passwords.push(password),
                Err(error) => {
                    let mend = "set the secret to the password itself, or to what signpost password prints";
                    self.fault(setting.to_owned(), &error.to_string(), mend);
                }
            }
        }
        passwords.into()
    }

    fn proxy(
        &mut self,
        setting: &str,
        url: Option<String>,
        key: Option<&str>,
    ) -> Option<DownloadProxy> {
        let url = match (url, key) {
            (None, None) => return None,
            (Some(url), Some(_)) => url,
            _ => {
                let mend =
                    "set both, or neither: proxy_key names the secret with the proxy's token";
                self.fault(
                    format!("{setting}.proxy_url"),
                    "proxy_url and proxy_key go together",
                    mend,
                );
                return None;
            }
        };
        let key = self.secret(&format!("{setting}.proxy_key"), key.unwrap_or_default())?;
        let plain = url
            .bytes()
            .all(|byte| byte.is_ascii_graphic() && !matches!(byte, b'?' | b'#' | b'\\' | b'@'));
        if !plain || crate::rules::barrier::host_of(&url).is_none() {
            let mend = "write it like https://download.example.com, without ? and #";
            self.fault(format!("{setting}.proxy_url"), "not the URL of a download proxy", mend);
            return None;
        }
        Some(DownloadProxy { url: url.trim_end_matches('/').into(), key })
    }

    fn robots(&mut self, setting: &str, robots: Option<String>) -> Option<Rc<str>> {
        let robots = robots?;
        let plain = |byte: u8| {
            byte.is_ascii_alphanumeric() || matches!(byte, b',' | b' ' | b'-' | b':' | b'_')
        };
        if robots.is_empty() || !robots.bytes().all(plain) {
            let mend = "write it like \"noindex, nofollow\"";
            self.fault(setting.to_owned(), "not a list of directives for robots", mend);
            return None;
        }
        Some(robots.into())
    }
}
