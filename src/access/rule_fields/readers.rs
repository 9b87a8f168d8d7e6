//! The readers of a rule's fields: each checks what the owner wrote and returns the field's value, or
//! reports what is wrong and returns `None`.

#![expect(
    clippy::unnecessary_wraps,
    clippy::trivially_copy_pass_by_ref,
    reason = "the table calls every reader in one way"
)]

use std::rc::Rc;
use std::slice;

use ipnet::IpNet;

use super::objects::{self, RawBudget, RawHide, RawLists, RawReferers, SecretNames};
use super::values::{
    Access, Budget, BudgetFail, Click, DavMode, Head, MaxLinks, Mode, Passwords, Playlists, Rate,
    Scope,
};
use crate::access::address_range::parse_range;
use crate::access::conditions::{Country, Lists, Referers};
use crate::access::hide::Hide;
use crate::access::password::{Password, PasswordError};
use crate::access::password_list::PasswordList;
use crate::config::base_url::{self, base_url};
use crate::config::error::ConfigError;
use crate::config::lookup::{no_such_secret, set_secret};
use crate::config::secret_name::SecretName;
use crate::secret::Secret;
use crate::time::ValidMinutes;

/// The rule around one field, and where the field's errors go.
pub(super) struct FieldContext<'r> {
    /// The rule's name in error reports: `RULES[0]`.
    pub setting: &'r str,
    /// The field's name.
    pub field: &'static str,
    /// The scope of the rule.
    pub scope: &'r Scope,
    /// Looks up a secret by its name.
    pub lookup: &'r dyn Fn(&str) -> Option<String>,
    /// The list to which errors are added.
    pub errors: &'r mut Vec<ConfigError>,
}

impl FieldContext<'_> {
    fn name(&self) -> String {
        format!("{}.{}", self.setting, self.field)
    }

    fn report(&mut self, message: &str, hint: &str) {
        self.errors.push(ConfigError::new(self.name(), message, hint));
    }

    fn refuse<T>(&mut self, message: &str, hint: &str) -> Option<T> {
        self.report(message, hint);
        None
    }

    fn take<T>(&mut self, read: Result<T, ConfigError>) -> Option<T> {
        read.map_err(|error| self.errors.push(error)).ok()
    }

    fn choose<T: Copy>(&mut self, written: &str, known: &[(&str, T)]) -> Option<T> {
        if let Some((_, value)) = known.iter().find(|(name, _)| *name == written) {
            return Some(*value);
        }
        let names = known.iter().map(|(name, _)| format!("{name:?}")).collect::<Vec<_>>();
        self.refuse("there is no such choice", &format!("use {}", names.join(" or ")))
    }

    fn number(&mut self, written: u64, unit: &str, least: u16, most: u16) -> Option<u16> {
        let fitting = u16::try_from(written).ok().filter(|n| (least..=most).contains(n));
        if fitting.is_some() {
            return fitting;
        }
        let message = format!("{written} {unit} is out of range");
        self.refuse(&message, &format!("use {least} to {most}"))
    }
}

/// The value that needs no check.
pub(super) fn as_written<T: Clone>(written: &T, _: &mut FieldContext<'_>) -> Option<T> {
    Some(written.clone())
}

/// A text that needs no check.
pub(super) fn text(written: &str, _: &mut FieldContext<'_>) -> Option<Rc<str>> {
    Some(written.into())
}

/// Reads `access`.
pub(super) fn access(written: &str, context: &mut FieldContext<'_>) -> Option<(Access, Scope)> {
    let known = [
        ("public", Access::Public),
        ("password", Access::Password),
        ("link", Access::Link),
        ("deny", Access::Deny),
    ];
    Some((context.choose(written, &known)?, context.scope.clone()))
}

/// Reads `password`: the secrets that hold a password or its hash. Those that are wrong are left out.
pub(super) fn passwords(names: &SecretNames, context: &mut FieldContext<'_>) -> Option<Passwords> {
    let names = match names {
        SecretNames::One(name) => slice::from_ref(name),
        SecretNames::Many(names) => names.as_slice(),
    };
    if names.is_empty() {
        context.report("there is no name in the list", "name a secret, or leave password out");
    }
    let mut list = PasswordList::default();
    for name in names {
        let Some(secret) = secret(name, context) else { continue };
        let added = Password::parse(secret.expose()).and_then(|password| list.push(password));
        if let Err(error) = added {
            let hint = match error {
                PasswordError::OtherDerivation => {
                    "hash the passwords of a list together: signpost password reads one from each line"
                }
                _ => "set the secret to the password itself, or to what signpost password prints",
            };
            context.report(&error.to_string(), hint);
        }
    }
    let (scope, counted_at) = (context.scope.clone(), context.scope.path.clone());
    Some(Passwords { scope, list: list.into(), counted_at })
}

/// Reads a field that names a secret.
pub(super) fn secret(name: &SecretName, context: &mut FieldContext<'_>) -> Option<Secret> {
    match (context.lookup)(name).map(|text| Secret::new(&text)) {
        Some(secret) if !secret.expose().is_empty() => Some(secret),
        Some(_) => context.refuse("the secret is empty", &set_secret("NAME")),
        None => {
            context.errors.push(no_such_secret(context.name()));
            None
        }
    }
}

/// Reads `hide`.
pub(super) fn hide(raw: &RawHide, context: &mut FieldContext<'_>) -> Option<Rc<Hide>> {
    let hide = objects::hide(&context.name(), raw);
    context.take(hide).map(Rc::new)
}

/// Reads `referers`.
pub(super) fn referers(raw: &RawReferers, context: &mut FieldContext<'_>) -> Option<Rc<Referers>> {
    let referers = objects::referers(&context.name(), raw);
    context.take(referers).map(Rc::new)
}

/// Reads `countries`.
pub(super) fn countries(
    raw: &RawLists,
    context: &mut FieldContext<'_>,
) -> Option<Rc<Lists<Country>>> {
    let hint = "use two letters, such as CN, or T1 for Tor";
    let lists = objects::lists(&context.name(), raw, Country::parse, hint);
    context.take(lists).map(Rc::new)
}

/// Reads `addresses`.
pub(super) fn addresses(
    raw: &RawLists,
    context: &mut FieldContext<'_>,
) -> Option<Rc<Lists<IpNet>>> {
    let hint = "write an address or a range, such as 203.0.113.7 or 2001:db8::/32";
    let lists = objects::lists(&context.name(), raw, parse_range, hint);
    context.take(lists).map(Rc::new)
}

/// Reads `rate`: the name of a rate-limit binding.
pub(super) fn rate(binding: &str, context: &mut FieldContext<'_>) -> Option<Rate> {
    Some(Rate { binding: binding.into(), scope: context.scope.clone() })
}

/// Reads `max_links`.
pub(super) fn max_links(limit: &u32, context: &mut FieldContext<'_>) -> Option<MaxLinks> {
    Some(MaxLinks { limit: *limit, scope: context.scope.clone() })
}

/// Reads `budget`.
pub(super) fn budget(raw: &RawBudget, context: &mut FieldContext<'_>) -> Option<Rc<Budget>> {
    let budget = objects::budget(&context.name(), context.scope, raw);
    context.take(budget).map(Rc::new)
}

/// Reads `budget_fail`.
pub(super) fn budget_fail(written: &str, context: &mut FieldContext<'_>) -> Option<BudgetFail> {
    context.choose(written, &[("closed", BudgetFail::Closed), ("open", BudgetFail::Open)])
}

/// Reads `valid_minutes`.
pub(super) fn valid_minutes(minutes: &u64, context: &mut FieldContext<'_>) -> Option<ValidMinutes> {
    let minutes = context.number(*minutes, "minutes", 1, ValidMinutes::MAX)?;
    ValidMinutes::new(minutes.into())
}

/// Reads `window_minutes`.
pub(super) fn window_minutes(minutes: &u64, context: &mut FieldContext<'_>) -> Option<u16> {
    context.number(*minutes, "minutes", 0, ValidMinutes::MAX)
}

/// Reads `share_hours`: at most the hours of a year.
pub(super) fn share_hours(hours: &u64, context: &mut FieldContext<'_>) -> Option<u16> {
    context.number(*hours, "hours", 1, 365 * 24)
}

/// Reads `mode`.
pub(super) fn mode(written: &str, context: &mut FieldContext<'_>) -> Option<Mode> {
    let known =
        [("redirect", Mode::Redirect), ("proxy", Mode::Proxy), ("proxy_url", Mode::ProxyUrl)];
    context.choose(written, &known)
}

/// Reads `proxy_url`.
pub(super) fn proxy_url(written: &str, context: &mut FieldContext<'_>) -> Option<Rc<str>> {
    let Some(url) = base_url(written) else {
        let hint = "write it like https://download.example.com, without ? and #";
        return context.refuse("not the URL of a download proxy", hint);
    };
    Some(base_url::text(&url).into())
}

/// Reads `head`.
pub(super) fn head(written: &str, context: &mut FieldContext<'_>) -> Option<Head> {
    context.choose(written, &[("link", Head::Link), ("local", Head::Local)])
}

/// Reads `dav`.
pub(super) fn dav(written: &str, context: &mut FieldContext<'_>) -> Option<DavMode> {
    context.choose(written, &[("mode", DavMode::Mode), ("proxy", DavMode::Proxy)])
}

/// Reads `playlists`.
pub(super) fn playlists(written: &str, context: &mut FieldContext<'_>) -> Option<Playlists> {
    context.choose(written, &[("rewrite", Playlists::Rewrite), ("redirect", Playlists::Redirect)])
}

/// Reads `robots`: directives, of characters that are safe in a header.
pub(super) fn robots(robots: &str, context: &mut FieldContext<'_>) -> Option<Rc<str>> {
    let plain =
        |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b',' | b' ' | b'-' | b':' | b'_');
    if robots.is_empty() || !robots.bytes().all(plain) {
        return context
            .refuse("not a list of directives for robots", "write it like \"noindex, nofollow\"");
    }
    Some(robots.into())
}

/// Reads `click`.
pub(super) fn click(written: &str, context: &mut FieldContext<'_>) -> Option<Click> {
    context.choose(written, &[("view", Click::View), ("download", Click::Download)])
}
