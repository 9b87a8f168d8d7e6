//! The site: its mounts, the resolution of paths to entries, and the access rules.

mod alist_login;
pub mod authorized_file;
pub mod config;
pub mod counts;
pub mod dav_login;
mod entry;
pub mod explain;
pub mod folder_tree;
mod guard;
pub mod login;
pub mod mount;
mod mounts;
mod named_rule;
pub mod open_file;
pub mod open_folder;
pub mod opened;
pub mod playlist;
mod resolve;
pub mod row;
pub mod search;
mod traversal;
mod unmatched_rules;
pub mod visitor_share_link;

use std::borrow::Cow;
use std::rc::Rc;

use crate::access::control::AccessControl;
use crate::access::hide::Hidden;
use crate::access::policy::Policy;
use crate::access::rules::Rules;
use crate::config::error::ConfigError;
use crate::config::lookup::Settings;
use crate::config::site_settings::SiteSettings;
use crate::config::text_settings::TextSettings;
use crate::context::RequestContext;
use crate::error::Error;
use crate::path::EntryPath;
use crate::platform::Platform;
use crate::sources::links::source::LinkTree;
use crate::sources::remote::RemoteSource;
use crate::time::{UnixSeconds, Zone};
use config::Config;
use mount::Mount;
use mounts::Mounts;
use named_rule::NamedRule;

/// A site as an isolate holds it: loaded once, then read only. A clone shares trees and listings.
#[derive(Clone, Debug)]
pub struct Site {
    /// The setting `SITE`.
    pub settings: SiteSettings,
    mounts: Mounts,
    /// The access rules and the keys that open what they protect.
    pub access: AccessControl,
    /// The rules with the names under which reports mention them.
    rule_paths: Vec<NamedRule>,
    /// The time zone in which the site's days and months begin.
    pub zone: Zone,
    config_errors: Vec<ConfigError>,
    texts: TextSettings,
}

impl Site {
    /// Reads the settings and parses every tree that is in them. Never fails: a site with configuration
    /// errors answers, but serves nothing.
    pub fn load(settings: &impl Settings, now: UnixSeconds) -> Self {
        let config = match Config::from_lookup(settings) {
            Ok(config) => config,
            Err(config_errors) => return Self::broken(config_errors),
        };
        let Config { settings, mounts, rules, keys, api_token, texts } = config;
        let mounts = Mounts::new(mounts, now);
        let rule_paths = rules.iter().map(NamedRule::new).collect::<Vec<_>>();
        let config_errors = unmatched_rules::rule_path_errors(&rule_paths, &mounts);
        let config_errors = config_errors.into_iter().map(|error| texts.locate(error)).collect();
        let rules = rules.into_iter().map(|rule| (rule.path, rule.fields)).collect();
        let rules = Rc::new(Rules::new(rules));
        Self {
            zone: settings.zone().unwrap_or_default(),
            access: AccessControl { rules, keys, api_token, file_signs: settings.alist },
            settings,
            mounts,
            rule_paths,
            config_errors,
            texts,
        }
    }

    fn broken(config_errors: Vec<ConfigError>) -> Self {
        Self {
            settings: SiteSettings::default(),
            mounts: Mounts::default(),
            access: AccessControl::public(),
            rule_paths: Vec::new(),
            zone: Zone::default(),
            config_errors,
            texts: TextSettings::default(),
        }
    }

    /// Whether the site is the built-in demo.
    pub fn is_demo(&self) -> bool {
        self.mounts.all().iter().filter_map(Mount::links).any(LinkTree::is_demo)
    }

    /// The name of a setting in reports, which says where it is set.
    pub fn setting_name<'n>(&self, setting: &'n str) -> Cow<'n, str> {
        self.texts.name(setting)
    }

    /// The mounts, deepest paths first.
    pub fn mounts(&self) -> &[Mount] {
        self.mounts.all()
    }

    /// The mounts as [`Site::mounts`], mutable, to give them the trees that were read from KV.
    pub fn mounts_mut(&mut self) -> &mut [Mount] {
        self.mounts.all_mut()
    }

    /// Whether the tree of any mount is due to be read from KV again.
    pub fn is_due(&self, now: UnixSeconds) -> bool {
        self.mounts
            .all()
            .iter()
            .any(|mount| mount.links().is_some_and(|links| links.due(now).is_some()))
    }

    /// Whether settings loaded at this time would make the same site as these did.
    pub fn is_valid_at(&self, now: UnixSeconds) -> bool {
        self.mounts.all().iter().filter_map(Mount::links).all(|links| links.is_valid_at(now))
    }

    /// All configuration errors that the owner has to fix, those of trees included.
    pub fn config_errors(&self) -> impl Iterator<Item = &ConfigError> {
        let of_trees =
            self.mounts.all().iter().filter_map(Mount::links).flat_map(LinkTree::config_errors);
        self.config_errors.iter().chain(of_trees)
    }

    /// Whether the site must serve nothing because of a configuration error or a missing tree: half of a
    /// configuration could open what the other half protects.
    pub fn is_broken(&self) -> bool {
        let has_no_tree = |mount: &Mount| mount.links().is_some_and(LinkTree::has_no_tree);
        !self.config_errors.is_empty() || self.mounts.all().iter().any(has_no_tree)
    }

    /// Configuration errors for rules that match nothing in their trees in KV at present.
    pub fn unmatched_rules_in_kv(&self) -> impl Iterator<Item = ConfigError> {
        unmatched_rules::unmatched_rules_in_kv(&self.rule_paths, &self.mounts)
            .map(|error| self.texts.locate(error))
    }

    /// The number of access rules.
    pub fn rule_count(&self) -> usize {
        self.rule_paths.len()
    }

    /// The paths of rules that open to everybody while the policy above them does not, the root included.
    /// Paths below something closed, and hidden ones, are listed for the owner only.
    pub fn open_paths(&self, for_owner: bool) -> Vec<&str> {
        let mut open = Vec::new();
        self.access.rules.for_each_path(&mut |policy, above| {
            let begins = policy.is_open_to_every_client()
                && above.is_none_or(|above| !above.is_open_to_every_client());
            let is_public = || {
                let segments = || policy.scope.path.split('/').filter(|name| !name.is_empty());
                let above = |depth| self.access.rules.at(segments().take(depth));
                (0..policy.scope.depth)
                    .all(|depth| above(depth).is_some_and(Policy::is_open_to_every_client))
                    && self.access.rules.hidden(segments()) == Hidden::No
            };
            if begins && (for_owner || is_public()) {
                open.push(&*policy.scope.path);
            }
        });
        open
    }

    /// Whether everything in a mount is open to everybody and nothing of it is hidden.
    pub fn is_all_open(&self, mount: &Mount) -> bool {
        let inside =
            |path: &[String]| path.starts_with(&mount.path) || mount.path.starts_with(path);
        let mut all_open = true;
        self.access.rules.for_each_path(&mut |policy, _| {
            let path = policy
                .scope
                .path
                .split('/')
                .filter(|s| !s.is_empty())
                .map(str::to_owned)
                .collect::<Vec<_>>();
            all_open &= !inside(&path)
                || (policy.is_open_to_every_client() && policy.fields.hide.is_none());
        });
        all_open
    }

    /// The remote source at an index among the mounts.
    pub fn remote(&self, mount: usize) -> Option<&RemoteSource> {
        self.mounts.remote(mount)
    }

    /// Finds the 123Pan folder at a path, without an access check, for the owner: the remote source, and
    /// the folder's id at 123Pan.
    ///
    /// # Errors
    /// [`Error::NotFound`] where 123Pan has no folder, and the failure where it can't be looked up.
    pub async fn vendor_folder(
        &self,
        path: &EntryPath<'_>,
        ctx: &RequestContext<impl Platform>,
    ) -> Result<(&RemoteSource, u64), Error> {
        if self.is_broken() {
            return Err(Error::Misconfigured);
        }
        self.mounts.vendor_folder(path, ctx).await
    }
}

#[cfg(test)]
mod tests;
