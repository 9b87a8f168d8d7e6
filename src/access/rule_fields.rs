//! The fields of rules: one table, from which each field's type in the settings, its value, and how it is
//! inherited are made.
//!
//! A field is read by a function of `readers`; what a group of fields has to fulfil together is checked
//! by [`super::rule_config`].

mod objects;
mod readers;
pub mod values;

use std::rc::Rc;

use ipnet::IpNet;
use serde::Deserialize;

use super::conditions::{Country, Lists, Referers};
use super::hide::Hide;
use crate::config::error::ConfigError;
use crate::config::secret_name::SecretName;
use crate::secret::Secret;
use crate::time::ValidMinutes;
use objects::{RawBudget, RawHide, RawLists, RawReferers, SecretNames};
use readers::FieldContext;
use values::{
    Access, Budget, BudgetFail, Click, DavMode, Head, MaxLinks, Mode, Passwords, Playlists, Rate,
    Scope,
};

/// Makes [`RawRule`] and [`RuleFields`] from the table of the fields: `name: type in the settings => type of
/// the value, by reader`.
macro_rules! rule_fields {
    ($($(#[doc = $doc:literal])+ $name:ident: $raw:ty => $value:ty, by $reader:expr;)+) => {
        /// The fields of a rule as its owner wrote them, of the right types.
        #[derive(Default, Deserialize)]
        #[serde(default, deny_unknown_fields, expecting = "a table")]
        pub(crate) struct RawRule {
            /// The path that the rule is for, as its owner wrote it.
            pub path: Option<String>,
            $(pub $name: Option<$raw>,)+
        }

        /// The fields of a rule, each `None` unless the rule sets it.
        #[derive(Clone, Debug, Default)]
        pub struct RuleFields {
            $($(#[doc = $doc])+ pub $name: Option<$value>,)+
        }

        /// The names of the fields, in the order of the table.
        #[cfg(test)]
        const FIELDS: &[&str] = &[$(stringify!($name)),+];

        impl RuleFields {
            fn read_each(raw: RawRule, context: &mut FieldContext<'_>) -> Self {
                Self {
                    $($name: raw.$name.and_then(|written| {
                        context.field = stringify!($name);
                        $reader(&written, context)
                    }),)+
                }
            }

            /// Merges the fields of a rule over those it inherits: each that is not set is taken from
            /// `inherited`.
            #[must_use]
            pub fn over(&self, inherited: &Self) -> Self {
                Self {
                    $($name: self.$name.as_ref().or(inherited.$name.as_ref()).cloned(),)+
                }
            }
        }
    };
}

rule_fields! {
    /// The access that the rule gives, and the rule's scope.
    access: String => (Access, Scope), by readers::access;
    /// The passwords that open a path, and their scope.
    password: SecretNames => Passwords, by readers::passwords;
    /// The secret with which AList made its own signatures.
    alist_sign: SecretName => Secret, by readers::secret;
    /// Whether a locked folder is shown in its parent.
    listed: bool => bool, by readers::as_written;
    /// The globs of entries that are hidden.
    hide: RawHide => Rc<Hide>, by readers::hide;
    /// The sites whose pages may embed files.
    referers: RawReferers => Rc<Referers>, by readers::referers;
    /// The countries that are allowed or refused.
    countries: RawLists => Rc<Lists<Country>>, by readers::countries;
    /// The address ranges that are allowed or refused.
    addresses: RawLists => Rc<Lists<IpNet>>, by readers::addresses;
    /// The limit on requests, by a rate-limit binding.
    rate: String => Rate, by readers::rate;
    /// The limit on new links for each client in an hour.
    max_links: u32 => MaxLinks, by readers::max_links;
    /// The traffic budget, in bytes for a day or month.
    budget: RawBudget => Rc<Budget>, by readers::budget;
    /// Whether files stay open while the quota object can't be asked.
    budget_fail: String => BudgetFail, by readers::budget_fail;
    /// The lifetime of a signed link.
    valid_minutes: u64 => ValidMinutes, by readers::valid_minutes;
    /// For how many minutes a file has the same signed link; 0 for a new one each time.
    window_minutes: u64 => u16, by readers::window_minutes;
    /// The maximum lifetime, in hours, of a share link that a client with a password makes; without it
    /// clients can make none.
    share_hours: u64 => u16, by readers::share_hours;
    /// The way of files' bytes to clients: a redirect, or the Worker.
    mode: String => Mode, by readers::mode;
    /// The URL of the owner's download proxy, without a slash at the end.
    proxy_url: String => Rc<str>, by readers::proxy_url;
    /// The secret with which the signatures for the download proxy are made.
    proxy_key: SecretName => Secret, by readers::secret;
    /// The answer to a HEAD request for a file.
    head: String => Head, by readers::head;
    /// The way of files' bytes to WebDAV clients.
    dav: String => DavMode, by readers::dav;
    /// Whether a playlist is rewritten.
    playlists: String => Playlists, by readers::playlists;
    /// Whether responses show the MD5 of files.
    md5: bool => bool, by readers::as_written;
    /// The title of this part of the site.
    title: String => Rc<str>, by readers::text;
    /// Markdown above the listing.
    header: String => Rc<str>, by readers::text;
    /// Markdown below the listing.
    readme: String => Rc<str>, by readers::text;
    /// The value of the header `X-Robots-Tag`, for search engines.
    robots: String => Rc<str>, by readers::robots;
    /// The effect of a click on a file on a folder's page.
    click: String => Click, by readers::click;
}

impl RuleFields {
    /// Reads the fields of a rule of this scope; `setting` is the rule's name in error reports. A field
    /// that is wrong is reported, and is read as if it were not set.
    pub(crate) fn read(
        raw: RawRule,
        setting: &str,
        scope: &Scope,
        lookup: &dyn Fn(&str) -> Option<String>,
        errors: &mut Vec<ConfigError>,
    ) -> Self {
        if raw.proxy_url.is_some() != raw.proxy_key.is_some() {
            errors.push(ConfigError::new(
                format!("{setting}.proxy_url"),
                "proxy_url and proxy_key go together",
                "set both, or neither: proxy_key names the secret with the proxy's token",
            ));
        }
        let mut context = FieldContext { setting, field: "", scope, lookup, errors };
        let mut fields = Self::read_each(raw, &mut context);
        if fields.access.is_none() && fields.password.is_some() {
            fields.access = Some((Access::Password, scope.clone()));
        }
        fields
    }
}

#[cfg(test)]
mod tests;
