//! The whole site: what is mounted where, what a path leads to, and who may have it.

mod credentials;
pub mod due;
mod guard;
pub mod links;
mod opened;
mod place;
pub mod visit;

use std::collections::BTreeSet;

pub use credentials::{Cookie, Login};
pub use opened::{Delivery, OpenFile, OpenFolder, Opened, PaidFile};
pub use place::Row;

use crate::config::{Config, RuleConfig};
use crate::error::Error;
use crate::fault::Fault;
use crate::keys::KeyRing;
use crate::path::EntryPath;
use crate::rules::Rules;
use crate::rules::hide::Hidden;
use crate::rules::policy::Policy;
use crate::secret::Secret;
use crate::time::{UnixSeconds, Zone};
use crate::tree::Found;
use links::Links;
use place::{AnyFile, FilePlace, FolderPlace, Place};

/// A site as an isolate holds it: read once, then only looked up in.
#[derive(Debug)]
pub struct Site {
    /// Its name, on its pages.
    pub title: String,
    /// Whether it is the built-in demo.
    pub demo: bool,
    /// Deepest paths first, so that the first that fits is the right one.
    mounts: Vec<Mount>,
    rules: Rules,
    /// The rules' paths, and what to call them in a report.
    rule_paths: Vec<(String, Vec<String>)>,
    keys: Option<KeyRing>,
    api_token: Option<Secret>,
    /// Where its days begin.
    pub zone: Zone,
    login_days: u16,
    faults: Vec<Fault>,
}

/// A source at its place in the site.
#[derive(Debug)]
pub struct Mount {
    path: Vec<String>,
    /// Where its entries come from.
    links: Links,
}

impl Site {
    /// Reads the settings and parses every tree that is here already. Never fails: a site with
    /// faults answers, but serves nothing.
    pub fn load(lookup: impl Fn(&str) -> Option<String>, now: UnixSeconds) -> Self {
        let config = match Config::from_lookup(lookup) {
            Ok(config) => config,
            Err(faults) => return Self::broken(faults),
        };
        let Config { title, demo, mounts, rules, keys, api_token, zone, login_days } = config;
        let mut mounts = mounts
            .into_iter()
            .map(|config| Mount { path: config.path.clone(), links: Links::new(config, now) })
            .collect::<Vec<_>>();
        mounts.sort_unstable_by_key(|mount| std::cmp::Reverse(mount.path.len()));
        let names = |rule: &RuleConfig| (rule.setting.clone(), rule.path.clone());
        let mut site = Self {
            title,
            demo,
            mounts,
            rule_paths: rules.iter().map(names).collect(),
            rules: Rules::new(rules.into_iter().map(|rule| (rule.path, rule.fields)).collect()),
            keys,
            api_token,
            zone,
            login_days,
            faults: Vec::new(),
        };
        site.faults = site
            .rules_astray(false)
            .map(|setting| {
                Fault::new(
                    format!("{setting}.path"),
                    "nothing is at this path, so the rule would protect nothing",
                    "write the path decoded, as the site shows it: case, spaces and accents count",
                )
            })
            .collect();
        site
    }

    fn broken(faults: Vec<Fault>) -> Self {
        Self {
            title: "Signpost".to_owned(),
            demo: false,
            mounts: Vec::new(),
            rules: Rules::new(Vec::new()),
            rule_paths: Vec::new(),
            keys: None,
            api_token: None,
            zone: Zone::default(),
            login_days: 1,
            faults,
        }
    }

    /// The rules whose paths lead nowhere: `in_kv` says whether in a tree that lies in KV, which
    /// may change at any time, or in one that does not change.
    pub fn rules_astray(&self, in_kv: bool) -> impl Iterator<Item = &str> {
        self.rule_paths.iter().filter_map(move |(setting, path)| {
            let mount = self.mount_of(&path.iter().map(String::as_str));
            let changes = mount.is_some_and(|(mount, _)| mount.links.is_in_kv());
            let leads = || self.leads_somewhere(path);
            (changes == in_kv && !leads()).then_some(setting.as_str())
        })
    }

    fn leads_somewhere(&self, path: &[String]) -> bool {
        let on_the_way = self.mounts.iter().any(|mount| mount.path.starts_with(path));
        let found = || {
            let (mount, depth) = self.mount_of(&path.iter().map(String::as_str))?;
            let below = path.get(depth..)?;
            // A tree with errors is a fault of its own.
            mount
                .links
                .tree()
                .is_none_or(|tree| tree.find(below.iter().map(String::as_str)).is_some())
                .then_some(())
        };
        on_the_way || found().is_some()
    }

    /// The mount that owns a path, and how many of its segments lead to it.
    fn mount_of<'p>(
        &self,
        path: &(impl Iterator<Item = &'p str> + Clone),
    ) -> Option<(&Mount, usize)> {
        self.mounts.iter().find_map(|mount| {
            let mut segments = path.clone();
            let fits = mount.path.iter().all(|want| segments.next() == Some(want));
            fits.then_some((mount, mount.path.len()))
        })
    }

    /// The mounts, deepest paths first.
    pub fn mounts(&self) -> &[Mount] {
        &self.mounts
    }

    /// The same, to give them what was read from KV.
    pub fn mounts_mut(&mut self) -> &mut [Mount] {
        &mut self.mounts
    }

    /// Whether somebody should look into KV for a newer tree.
    pub fn is_due(&self, now: UnixSeconds) -> bool {
        self.mounts.iter().any(|mount| mount.links.due(now).is_some())
    }

    /// Everything that the owner has to mend.
    pub fn faults(&self) -> impl Iterator<Item = &Fault> {
        self.faults.iter().chain(self.mounts.iter().flat_map(|mount| mount.links.faults()))
    }

    /// Whether something is missing without which nothing may be served: a site with half of its
    /// configuration could open what the other half protects.
    pub fn is_broken(&self) -> bool {
        !self.faults.is_empty() || self.mounts.iter().any(|mount| mount.links.tree().is_none())
    }

    /// How many rules there are.
    pub fn rule_count(&self) -> usize {
        self.rule_paths.len()
    }

    /// Whether this is the token that opens the API.
    pub fn is_api_token(&self, given: &str) -> bool {
        self.api_token.as_ref().is_some_and(|token| token.matches(given))
    }

    /// What share links are signed with.
    pub fn keys(&self) -> Option<&KeyRing> {
        self.keys.as_ref()
    }

    /// The paths that open to everybody while what is above them does not, the root included. What
    /// lies below something closed, or is hidden, is for its owner's eyes.
    pub fn open_paths(&self, for_owner: bool) -> Vec<&str> {
        let mut open = Vec::new();
        self.rules.walk(&mut |policy, above| {
            let begins = policy.is_open() && above.is_none_or(|above| !above.is_open());
            let is_public = || {
                let segments = || policy.place.path.split('/').filter(|name| !name.is_empty());
                let above = |depth| self.rules.at(segments().take(depth));
                (0..policy.place.depth).all(|depth| above(depth).is_some_and(Policy::is_open))
                    && self.rules.hidden(segments()) == Hidden::No
            };
            if begins && (for_owner || is_public()) {
                open.push(&*policy.place.path);
            }
        });
        open
    }

    /// Whether a mount has nothing that is not open to everybody and listed.
    pub fn is_all_open(&self, mount: &Mount) -> bool {
        let inside =
            |path: &[String]| path.starts_with(&mount.path) || mount.path.starts_with(path);
        let mut all_open = true;
        self.rules.walk(&mut |policy, _| {
            let path = policy
                .place
                .path
                .split('/')
                .filter(|s| !s.is_empty())
                .map(str::to_owned)
                .collect::<Vec<_>>();
            all_open &= !inside(&path) || (policy.is_open() && policy.fields.hide.is_none());
        });
        all_open
    }

    /// What `path` leads to. Only the guard may ask.
    fn resolve<'s>(&'s self, path: &EntryPath<'_>) -> Result<Place<'s>, Error> {
        if self.is_broken() {
            return Err(Error::Misconfigured);
        }
        if path.segments().next().is_some_and(EntryPath::is_reserved) {
            return Err(Error::NotFound);
        }
        let mut below = None;
        if let Some((Mount { links, .. }, depth)) = self.mount_of(&path.segments()) {
            let tree = links.tree().ok_or(Error::Misconfigured)?;
            below = tree.find(path.segments().skip(depth)).map(|found| (links, found));
        }
        let folder = match below {
            Some((links, Found::File(file))) => {
                return Ok(Place::File(FilePlace { links, file: AnyFile::Listed(file) }));
            }
            // A remote file's name can't end in a slash.
            Some((links, Found::Remote(file))) if !path.asks_for_folder() => {
                return Ok(Place::File(FilePlace { links, file: AnyFile::Remote(file) }));
            }
            Some((_, Found::Folder(folder))) => Some(folder),
            Some((_, Found::Remote(_))) | None => None,
        };
        let mounted = self.mounted_below(path);
        if folder.is_none() && mounted.is_empty() {
            return Err(Error::NotFound);
        }
        let is_root = path.segments().next().is_none();
        Ok(Place::Folder(FolderPlace { folder, is_root, mounted }))
    }

    /// The next segment on the way from `path` to each mount below it.
    fn mounted_below(&self, path: &EntryPath<'_>) -> BTreeSet<&str> {
        let next = |mount: &'_ Mount| {
            let mut rest = mount.path.iter();
            let on_the_way =
                path.segments().all(|segment| rest.next().is_some_and(|have| have == segment));
            on_the_way.then(|| rest.len())
        };
        self.mounts
            .iter()
            .filter_map(|mount| {
                let left = next(mount).filter(|left| *left > 0)?;
                mount.path.get(mount.path.len() - left).map(String::as_str)
            })
            .collect()
    }
}

/// What may be said of a mount's tree.
#[derive(Clone, Copy, Debug)]
pub struct Figures {
    /// Files, second lines of one path not counted.
    pub files: usize,
    /// Folders without the root.
    pub folders: usize,
}

impl Mount {
    /// How much is in it.
    pub fn figures(&self) -> Figures {
        let tree = self.links.tree();
        let (files, folders) = tree.map_or((0, 0), |tree| (tree.files(), tree.folders()));
        Figures { files, folders }
    }

    /// How its tree is read and signed.
    pub fn links(&self) -> &Links {
        &self.links
    }

    /// The same, to give it what was read from KV.
    pub fn links_mut(&mut self) -> &mut Links {
        &mut self.links
    }

    /// Its place in the site, decoded; the root is `/`.
    pub fn path(&self) -> String {
        if self.path.is_empty() {
            return "/".to_owned();
        }
        self.path.iter().fold(String::new(), |path, segment| path + "/" + segment)
    }
}

#[cfg(test)]
mod tests;
