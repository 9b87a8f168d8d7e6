//! Explanations for the owner: which settings decide who may embed what is at a path, and which rules
//! redirect to links that fail.

use std::rc::Rc;

use signpost_pages::view::DoctorRules;

use super::mount::Mount;
use super::{NamedRule, Site};
use crate::access::policy::{Access, Policy, RuleFields};
use crate::path::EntryPath;
use crate::sources::remote::RemoteSource;

/// The settings that decide over a path: the one that lists the sites that may embed, and the others that
/// keep clients out.
pub fn deciding_settings<'s>(site: &'s Site, path: &EntryPath<'_>) -> DoctorRules<'s> {
    let mut others = Vec::new();
    let mut add = |field: &str, setting: Option<&str>| {
        others.extend(setting.map(|setting| [setting, ".", field].concat()));
    };
    let access = site.access.rules.at(path.segments()).map(Policy::access);
    let scope = |fields: &RuleFields| fields.access.as_ref().map(|(_, scope)| scope.path.clone());
    let passwords = |fields: &RuleFields| {
        fields.passwords.as_ref().map(|passwords| passwords.scope.path.clone())
    };
    match access {
        Some(Access::Password) => {
            add("password", setter(site, path, &passwords, |a, b| a == b));
        }
        Some(Access::Link | Access::Deny) => {
            add("access", setter(site, path, &scope, |a, b| a == b));
        }
        Some(Access::Public) | None => {}
    }
    let countries = |fields: &RuleFields| fields.countries.clone();
    add("countries", setter(site, path, &countries, Rc::ptr_eq));
    let addresses = |fields: &RuleFields| fields.addresses.clone();
    add("addresses", setter(site, path, &addresses, Rc::ptr_eq));
    let referers = |fields: &RuleFields| fields.referers.clone();
    DoctorRules { referers: setter(site, path, &referers, Rc::ptr_eq).map(Into::into), others }
}

/// The names of the rules whose own `mode` redirects clients to links of a mount that 123Pan's CDN refuses
/// them (see [`RemoteSource::needs_proxy`]).
pub fn refused_redirects<'s>(site: &'s Site, mount: &Mount) -> Vec<&'s str> {
    if !mount.remote().is_some_and(RemoteSource::needs_proxy) {
        return Vec::new();
    }
    // At the mount itself holds the mode of the deepest rule on the way that sets one.
    let on_the_way = site.rule_paths.iter().filter(|rule| mount.path.starts_with(&rule.path));
    let at_mount = on_the_way
        .filter(|rule| rule.redirects.is_some())
        .max_by_key(|rule| rule.path.len())
        .map(|rule| rule.path.len());
    let holds = |rule: &NamedRule| {
        if mount.path.starts_with(&rule.path) {
            return at_mount == Some(rule.path.len());
        }
        // A rule below the mount counts unless its path is another mount's.
        rule.path.starts_with(&mount.path)
            && site
                .mounts
                .owner_of(&rule.path.iter().map(String::as_str))
                .is_some_and(|(owner, _)| owner.path == mount.path)
    };
    let rules = site.rule_paths.iter();
    rules
        .filter(|rule| rule.redirects == Some(true) && holds(rule))
        .map(|rule| rule.setting.as_str())
        .collect()
}

/// The name of the rule that sets a field's value at a path: the highest rule on the way with the same
/// value.
fn setter<'s, T>(
    site: &'s Site,
    path: &EntryPath<'_>,
    field: &impl Fn(&RuleFields) -> Option<T>,
    is_same: impl Fn(&T, &T) -> bool,
) -> Option<&'s str> {
    let at = |depth| field(&site.access.rules.at(path.segments().take(depth))?.fields);
    let have = at(path.depth())?;
    let depth =
        (0..=path.depth()).find(|depth| at(*depth).is_some_and(|found| is_same(&found, &have)))?;
    let is_here = |rule: &[String]| {
        rule.len() == depth && rule.iter().map(String::as_str).eq(path.segments().take(depth))
    };
    let mut rules = site.rule_paths.iter();
    rules.find(|rule| is_here(&rule.path)).map(|rule| rule.setting.as_str())
}
