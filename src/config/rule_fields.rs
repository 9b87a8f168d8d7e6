//! The fields of a rule, checked group by group.

use std::rc::Rc;

use super::base_url::{self, base_url};
use super::error::ConfigError;
use super::lookup::no_such_secret;
use super::raw_rule::RawRule;
use super::rule_parts::{Names, budget, hide, lists, referers};
use super::secret_name::SecretName;
use crate::access::address_range::parse_range;
use crate::access::conditions::Country;
use crate::access::password::Password;
use crate::access::policy::{
    Access, Click, DownloadProxy, MaxLinks, Mode, Passwords, Presentation, Rate, RuleFields, Scope,
};
use crate::secret::Secret;
use crate::time::ValidMinutes;

/// Reads the fields of a rule group by group, and reports the errors in them. Each group is returned with
/// the fields of the others unset.
pub(super) struct Reader<'r, L> {
    /// The rule's name in error reports.
    pub setting: &'r str,
    pub scope: Scope,
    pub errors: &'r mut Vec<ConfigError>,
    pub lookup: &'r L,
}

impl<L: Fn(&str) -> Option<String>> Reader<'_, L> {
    /// Reads who may open the rule's path and with which credentials, and what is hidden or listed there.
    pub fn lock(&mut self, raw: &mut RawRule) -> RuleFields {
        const NAMES: [(&str, Access); 4] = [
            ("public", Access::Public),
            ("password", Access::Password),
            ("link", Access::Link),
            ("deny", Access::Deny),
        ];
        let names = raw.password.take().map(|names| match names {
            Names::One(name) => vec![name],
            Names::Many(names) => names,
        });
        let passwords = names
            .map(|names| Passwords { scope: self.scope.clone(), list: self.passwords(&names) });
        let access = match raw.access.as_deref() {
            None => passwords.as_ref().map(|_| Access::Password),
            written => self.choice("access", written, &NAMES),
        };
        let hidden = raw.hide.take().map(|raw| hide(&self.field("hide"), raw));
        RuleFields {
            access: access.map(|access| (access, self.scope.clone())),
            passwords,
            alist_key: raw.alist_sign.take().and_then(|name| self.secret("alist_sign", &name)),
            listed: raw.listed,
            hide: self.take(hidden).map(Rc::new),
            ..RuleFields::default()
        }
    }

    /// Reads the conditions that keep a client out whatever its credentials: Referer, country, address.
    pub fn conditions(&mut self, raw: &mut RawRule) -> RuleFields {
        let sites = raw.referers.take().map(|raw| referers(&self.field("referers"), &raw));
        let countries = raw.countries.take().map(|raw| {
            let hint = "use two letters, such as CN, or T1 for Tor";
            lists(&self.field("countries"), raw, Country::parse, hint)
        });
        let addresses = raw.addresses.take().map(|raw| {
            let hint = "write an address or a range, such as 203.0.113.7 or 2001:db8::/32";
            lists(&self.field("addresses"), raw, parse_range, hint)
        });
        RuleFields {
            referers: self.take(sites).map(Rc::new),
            countries: self.take(countries).map(Rc::new),
            addresses: self.take(addresses).map(Rc::new),
            ..RuleFields::default()
        }
    }

    /// Reads the limits on requests, links and bytes.
    pub fn limits(&mut self, raw: &mut RawRule) -> RuleFields {
        let scope = &self.scope;
        let rate = raw.rate.take();
        let rate = rate.map(|name| Rate { binding: name.into(), scope: scope.clone() });
        let max_links = raw.max_links.map(|limit| MaxLinks { limit, scope: scope.clone() });
        let bytes = raw.budget.take().map(|raw| budget(&self.field("budget"), scope, &raw));
        let fails = raw.budget_fail.as_deref();
        RuleFields {
            rate,
            max_links,
            budget: self.take(bytes).map(Rc::new),
            budget_fails_open: self.choice(
                "budget_fail",
                fails,
                &[("closed", false), ("open", true)],
            ),
            ..RuleFields::default()
        }
    }

    /// Reads how files are served: the link's lifetime, the mode, playlists, MD5, share links.
    pub fn links(&mut self, raw: &mut RawRule) -> RuleFields {
        const PLAYLISTS: [(&str, bool); 2] = [("rewrite", true), ("redirect", false)];
        let window = self.minutes("window_minutes", raw.window_minutes, 0);
        let share_hours = self.hours("share_hours", raw.share_hours);
        RuleFields {
            valid: self.minutes("valid_minutes", raw.valid_minutes, 1).and_then(ValidMinutes::new),
            window: window.and_then(|minutes| u16::try_from(minutes).ok()),
            share_hours,
            mode: self.mode(raw.mode.as_deref()),
            playlists: self.choice("playlists", raw.playlists.as_deref(), &PLAYLISTS),
            md5: raw.md5,
            proxy: self.proxy(raw.proxy_url.take(), raw.proxy_key.as_deref()),
            ..RuleFields::default()
        }
    }

    /// Reads how the pages of folders and files look.
    pub fn presentation(&mut self, raw: &mut RawRule) -> RuleFields {
        const CLICKS: [(&str, Click); 2] = [("view", Click::View), ("download", Click::Download)];
        let presentation = Presentation {
            title: raw.title.take().map(Into::into),
            header: raw.header.take().map(Into::into),
            readme: raw.readme.take().map(Into::into),
            robots: self.robots(raw.robots.take()),
            click: self.choice("click", raw.click.as_deref(), &CLICKS),
        };
        RuleFields { presentation, ..RuleFields::default() }
    }

    fn field(&self, name: &str) -> String {
        format!("{}.{name}", self.setting)
    }

    fn report(&mut self, field: &str, message: &str, hint: &str) {
        self.errors.push(ConfigError::new(self.field(field), message, hint));
    }

    fn take<T>(&mut self, read: Option<Result<T, ConfigError>>) -> Option<T> {
        match read? {
            Ok(value) => Some(value),
            Err(error) => {
                self.errors.push(error);
                None
            }
        }
    }

    fn choice<T: Copy>(
        &mut self,
        field: &str,
        written: Option<&str>,
        known: &[(&str, T)],
    ) -> Option<T> {
        let written = written?;
        let found = known.iter().find(|(name, _)| *name == written).map(|(_, value)| *value);
        if found.is_none() {
            let names = known.iter().map(|(name, _)| format!("{name:?}")).collect::<Vec<_>>();
            self.report(field, "there is no such choice", &format!("use {}", names.join(" or ")));
        }
        found
    }

    fn mode(&mut self, written: Option<&str>) -> Option<Mode> {
        const NAMES: [(&str, u8); 3] = [("redirect", 0), ("proxy", 1), ("proxy_url", 2)];
        self.choice("mode", written, &NAMES).map(|mode| match mode {
            0 => Mode::Redirect,
            1 => Mode::Proxy,
            _ => Mode::ProxyUrl,
        })
    }

    fn minutes(&mut self, field: &str, minutes: Option<u64>, least: u64) -> Option<u64> {
        let minutes = minutes?;
        if (least..=u64::from(ValidMinutes::MAX)).contains(&minutes) {
            return Some(minutes);
        }
        let hint = format!("use {least} to {}", ValidMinutes::MAX);
        self.report(field, &format!("{minutes} minutes is out of range"), &hint);
        None
    }

    /// Checks a number of hours: 1 to 8760, those of a year.
    fn hours(&mut self, field: &str, hours: Option<u64>) -> Option<u16> {
        const YEAR: u16 = 365 * 24;
        let hours = hours?;
        let fits = u16::try_from(hours).ok().filter(|hours| (1..=YEAR).contains(hours));
        if fits.is_none() {
            self.report(
                field,
                &format!("{hours} hours is out of range"),
                &format!("use 1 to {YEAR}"),
            );
        }
        fits
    }

    fn secret(&mut self, field: &str, name: &str) -> Option<Secret> {
        let secret = (self.lookup)(name).map(|text| Secret::new(&text));
        match secret {
            Some(secret) if !secret.expose().is_empty() => Some(secret),
            Some(_) => {
                self.report(field, "the secret is empty", "set it: npx wrangler secret put NAME");
                None
            }
            None => {
                self.errors.push(no_such_secret(self.field(field)));
                None
            }
        }
    }

    fn passwords(&mut self, names: &[SecretName]) -> Rc<[Password]> {
        if names.is_empty() {
            self.report(
                "password",
                "there is no name in the list",
                "name a secret, or leave password out",
            );
        }
        let mut passwords = Vec::new();
        for name in names {
            let Some(secret) = self.secret("password", name) else { continue };
            match Password::parse(secret.expose()) {
                Ok(password) => passwords.push(password),
                Err(error) => {
                    let hint = "set the secret to the password itself, or to what signpost password prints";
                    self.report("password", &error.to_string(), hint);
                }
            }
        }
        passwords.into()
    }

    fn proxy(&mut self, url: Option<String>, key: Option<&str>) -> Option<DownloadProxy> {
        let url = match (url, key) {
            (None, None) => return None,
            (Some(url), Some(_)) => url,
            _ => {
                let hint =
                    "set both, or neither: proxy_key names the secret with the proxy's token";
                self.report("proxy_url", "proxy_url and proxy_key go together", hint);
                return None;
            }
        };
        let key = self.secret("proxy_key", key.unwrap_or_default())?;
        let Some(url) = base_url(&url) else {
            let hint = "write it like https://download.example.com, without ? and #";
            self.report("proxy_url", "not the URL of a download proxy", hint);
            return None;
        };
        Some(DownloadProxy { url: base_url::text(&url).into(), key })
    }

    fn robots(&mut self, robots: Option<String>) -> Option<Rc<str>> {
        let robots = robots?;
        let plain = |byte: u8| {
            byte.is_ascii_alphanumeric() || matches!(byte, b',' | b' ' | b'-' | b':' | b'_')
        };
        if robots.is_empty() || !robots.bytes().all(plain) {
            let hint = "write it like \"noindex, nofollow\"";
            self.report("robots", "not a list of directives for robots", hint);
            return None;
        }
        Some(robots.into())
    }
}
