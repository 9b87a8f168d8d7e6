//! Explanations for the owner: which settings decide who may embed what is at a path, and which rules
//! redirect to links that fail, and what is proxied.

use signpost_pages::view::DoctorRules;

use super::Site;
use super::mount::Mount;
use super::named_rule::NamedRule;
use crate::access::policy::Restriction;
use crate::access::rule_fields::values::Mode;
use crate::path::EntryPath;
use crate::sources::remote::RemoteSource;

/// The settings that decide over a path: the one that lists the sites that may embed, and the others that
/// keep clients out.
pub fn deciding_settings<'s>(site: &'s Site, path: &EntryPath<'_>) -> DoctorRules<'s> {
    let mut settings = DoctorRules { referers: None, others: Vec::new() };
    for (restriction, depth) in site.access.restrictions(path) {
        let is_set_here = |rule: &&NamedRule| {
            rule.path.len() == depth
                && rule.path.iter().map(String::as_str).eq(path.segments().take(depth))
        };
        let Some(rule) = site.rule_paths.iter().find(is_set_here) else { continue };
        match restriction {
            Restriction::Referers(_) => settings.referers = Some(site.setting_name(&rule.setting)),
            Restriction::Countries(_)
            | Restriction::Addresses(_)
            | Restriction::Password(_)
            | Restriction::Access(_)
            | Restriction::Rate(_) => {
                let setting = [&rule.setting, ".", restriction.field()].concat();
                settings.others.push(site.setting_name(&setting).into_owned());
            }
        }
    }
    settings
}

/// The names of the rules whose own `mode` redirects clients to links of a mount that 123Pan's CDN refuses
/// them (see [`RemoteSource::is_proxied_by_default`]).
pub fn refused_redirects<'s>(site: &'s Site, mount: &'s Mount) -> Vec<&'s str> {
    if !mount.remote().is_some_and(RemoteSource::is_proxied_by_default) {
        return Vec::new();
    }
    let redirects = modes_in(site, mount).filter(|rule| rule.mode == Some(Mode::Redirect));
    redirects.map(|rule| rule.setting.as_str()).collect()
}

/// Whether the Worker passes on the bytes of files in a mount: of all, or of those below a rule in it.
pub fn is_proxied_within(site: &Site, mount: &Mount) -> bool {
    let is_proxied_by_default = mount.remote().is_some_and(RemoteSource::is_proxied_by_default);
    let mut modes = modes_in(site, mount);
    modes.any(|rule| rule.mode == Some(Mode::Proxy))
        || (is_proxied_by_default
            && !modes_in(site, mount).any(|rule| mount.path.starts_with(&rule.path)))
}

/// The rules whose own `mode` holds at a mount or somewhere below it.
fn modes_in<'s>(site: &'s Site, mount: &'s Mount) -> impl Iterator<Item = &'s NamedRule> {
    // At the mount itself holds the mode of the deepest rule on the way that sets one.
    let on_the_way = site.rule_paths.iter().filter(|rule| mount.path.starts_with(&rule.path));
    let at_mount = on_the_way
        .filter(|rule| rule.mode.is_some())
        .max_by_key(|rule| rule.path.len())
        .map(|rule| rule.path.len());
    let holds = move |rule: &NamedRule| {
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
    site.rule_paths.iter().filter(move |rule| rule.mode.is_some() && holds(rule))
}
