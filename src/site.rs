//! The whole site: what is mounted where, what a path leads to, and who may have it.

mod authorize;
mod counting;
mod credentials;
mod deciding;
pub mod drive;
mod guard;
pub mod links;
mod login;
mod mount;
mod opened;
mod place;
mod search;
pub mod sharing;
mod unmatched_rules;
mod visibility;
pub mod visit;
mod walk;

pub use login::{Cookie, Login};
pub use mount::{Figures, Mount};
pub use opened::{
    BytesFrom, Delivery, OpenFile, OpenFolder, Opened, PaidFile, Playlist, ProxySource, RemoteFile,
};
pub use place::Row;
pub use search::{Finding, Findings};

use std::rc::Rc;

use crate::config::{Brand, Config, RuleConfig};
use crate::context::{RequestContext, RequestState};
use crate::error::Error;
use crate::fault::Fault;
use crate::keys::KeyRing;
use crate::path::EntryPath;
use crate::platform::Platform;
use crate::rules::Rules;
use crate::rules::hide::Hidden;
use crate::rules::policy::{Mode, Policy};
use crate::secret::Secret;
use crate::time::{UnixSeconds, Zone};
use crate::tree::Found;
use drive::{Drive, DriveFound};
use links::Links;
use mount::Source;
use place::{AnyFolder, FilePlace, FolderPlace, Place};
use visit::Visitor;

/// A site as an isolate holds it: read once, then only looked up in. A copy shares trees and listings.
#[derive(Clone, Debug)]
pub struct Site {
    /// Its name, on its pages.
    pub title: String,
    /// Whether it is the built-in demo.
    pub demo: bool,
    /// Deepest paths first, so that the first that fits is the right one.
    mounts: Vec<Mount>,
    rules: Rc<Rules>,
    /// The rules as reports name them.
    rule_paths: Vec<NamedRule>,
    keys: Option<KeyRing>,
    api_token: Option<Secret>,
    /// Where its days begin.
    pub zone: Zone,
    login_days: u16,
    /// What its pages look like.
    pub brand: Brand,
    faults: Vec<Fault>,
}

/// A rule as it was written, before what it inherits was merged into it.
#[derive(Clone, Debug)]
struct NamedRule {
    /// What to call it in a report, such as `RULES[0]`.
    setting: String,
    path: Vec<String>,
    /// Whether its own `mode` is `redirect`; `None` if it has none.
    redirects: Option<bool>,
}

impl Site {
    /// Reads the settings and parses every tree that is here already. Never fails: a site with
    /// faults answers, but serves nothing.
    pub fn load(lookup: impl Fn(&str) -> Option<String>, now: UnixSeconds) -> Self {
        let config = match Config::from_lookup(lookup) {
            Ok(config) => config,
            Err(faults) => return Self::broken(faults),
        };
        let Config { title, demo, mounts, rules, keys, api_token, zone, login_days, brand } =
            config;
        let mut mounts = mounts;
        mounts.sort_by_key(|mount| std::cmp::Reverse(mount.path.len()));
        let numbered = mounts.into_iter().enumerate();
        let mounts = numbered.map(|(number, config)| Mount::new(config, number, now)).collect();
        let names = |rule: &RuleConfig| NamedRule {
            setting: rule.setting.clone(),
            path: rule.path.clone(),
            redirects: rule.fields.mode.as_ref().map(|mode| matches!(mode, Mode::Redirect)),
        };
        let mut site = Self {
            title,
            demo,
            mounts,
            rule_paths: rules.iter().map(names).collect(),
            rules: Rc::new(Rules::new(
                rules.into_iter().map(|rule| (rule.path, rule.fields)).collect(),
            )),
            keys,
            api_token,
            zone,
            login_days,
            brand,
            faults: Vec::new(),
        };
        site.faults = site.rule_path_faults();
        site
    }

    fn broken(faults: Vec<Fault>) -> Self {
        Self {
            title: "Signpost".to_owned(),
            demo: false,
            mounts: Vec::new(),
            rules: Rc::new(Rules::new(Vec::new())),
            rule_paths: Vec::new(),
            keys: None,
            api_token: None,
            zone: Zone::default(),
            login_days: 1,
            brand: Brand::default(),
            faults,
        }
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
        self.mounts.iter().any(|mount| mount.links().is_some_and(|links| links.due(now).is_some()))
    }

    /// Whether its settings, loaded at this time, would make the same site.
    pub fn is_valid_at(&self, now: UnixSeconds) -> bool {
        self.mounts.iter().filter_map(Mount::links).all(|links| links.is_valid_at(now))
    }

    /// Everything that the owner has to mend.
    pub fn faults(&self) -> impl Iterator<Item = &Fault> {
        let of_trees = self.mounts.iter().filter_map(Mount::links).flat_map(Links::faults);
        self.faults.iter().chain(of_trees)
    }

    /// Whether something is missing without which nothing may be served: a site with half of its
    /// configuration could open what the other half protects.
    pub fn is_broken(&self) -> bool {
        let is_bare = |mount: &Mount| mount.links().is_some_and(Links::is_bare);
        !self.faults.is_empty() || self.mounts.iter().any(is_bare)
    }

    /// How many rules there are.
    pub fn rule_count(&self) -> usize {
        self.rule_paths.len()
    }

    /// Whether this is the token that opens the API.
    fn is_api_token(&self, given: &str) -> bool {
        self.api_token.as_ref().is_some_and(|token| token.matches(given))
    }

    /// Whether a visitor brings the API's token, as its owner does.
    pub fn is_owner(&self, visitor: &Visitor<'_>) -> bool {
        visitor.bearer().is_some_and(|given| self.is_api_token(given))
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
    async fn resolve<'s>(
        &'s self,
        path: &EntryPath<'_>,
        ctx: &'s RequestContext<impl Platform>,
    ) -> Result<Place<'s>, Error> {
        Self::check_unreserved(path)?;
        let found = self.find(path, ctx).await;
        self.with_mounts(path, found)
    }

    /// The same by what is in memory alone; `None` where that is not known.
    fn resolve_cached<'s>(
        &'s self,
        path: &EntryPath<'_>,
        now: UnixSeconds,
        state: &'s RequestState,
    ) -> Option<Place<'s>> {
        Self::check_unreserved(path).ok()?;
        let found = match self.mount_of(&path.segments()) {
            None => Ok(None),
            Some((mount, depth)) => match &mount.source {
                Source::Links(links) => find_in_tree(links, path, depth),
                Source::Drive(drive) => {
                    let found = drive.find_cached(path.segments().skip(depth), now, state)?;
                    Ok(Some(drive_place(drive, found)))
                }
            },
        };
        self.with_mounts(path, found).ok()
    }

    /// What a mount has at a path, and what else is mounted below it.
    fn with_mounts<'s>(
        &'s self,
        path: &EntryPath<'_>,
        found: Result<Option<Place<'s>>, Error>,
    ) -> Result<Place<'s>, Error> {
        // A file goes before what is mounted below its path.
        if let Ok(Some(file @ Place::File(_))) = found {
            return Ok(file);
        }
        let mounted = self.mounted_below(path);
        let found = match found {
            // What else is mounted here stays reachable while the vendor fails.
            Err(error) if !mounted.is_empty() && error.is_the_vendors() => Err(()),
            found => Ok(found?),
        };
        let lacks_some = found.is_err();
        let folder = match found {
            Ok(Some(Place::Folder(place))) => place.folder,
            Ok(Some(Place::File(_)) | None) | Err(()) => None,
        };
        if folder.is_none() && mounted.is_empty() {
            return Err(Error::NotFound);
        }
        let is_root = path.segments().next().is_none();
        Ok(Place::Folder(FolderPlace { folder, is_root, mounted, lacks_some }))
    }

    /// The file that `path` leads to. A folder there costs the same calls as nothing, and fails as that
    /// does: its own listing is not asked for. Only the guard may ask.
    async fn resolve_file<'s>(
        &'s self,
        path: &EntryPath<'_>,
        ctx: &'s RequestContext<impl Platform>,
    ) -> Result<FilePlace<'s>, Error> {
        Self::check_unreserved(path)?;
        let mount = self.mount_of(&path.segments());
        let drive = mount.and_then(|(mount, depth)| Some((mount.drive()?, depth)));
        let file = if let Some((drive, depth)) = drive {
            drive.find_file(path.segments().skip(depth), ctx).await?.map(FilePlace::Drive)
        } else {
            match self.find(path, ctx).await? {
                Some(Place::File(file)) => Some(file),
                Some(Place::Folder(_)) | None => None,
            }
        };
        if let Some(file) = file {
            return Ok(file);
        }
        // Of a mount's own folder the mount above is asked, as of every other name there.
        let above = path.segments().take(path.depth().saturating_sub(1));
        self.require_listing(above, ctx).await?;
        Err(Error::NotFound)
    }

    fn check_unreserved(path: &EntryPath<'_>) -> Result<(), Error> {
        let is_reserved = path.segments().next().is_some_and(EntryPath::is_reserved);
        if is_reserved { Err(Error::NotFound) } else { Ok(()) }
    }

    /// Loads the listing of the folder at a path unless it is cached, so that a name that is missing from
    /// it can be told as such: an entry that the client may not know of fails as that does.
    async fn require_listing<'p>(
        &self,
        path: impl Iterator<Item = &'p str> + Clone,
        ctx: &RequestContext<impl Platform>,
    ) -> Result<(), Error> {
        let Some((mount, depth)) = self.mount_of(&path) else { return Ok(()) };
        let Some(drive) = mount.drive() else { return Ok(()) };
        drive.require_listing(path.skip(depth), ctx).await
    }

    /// What the mount that owns a path has there.
    async fn find<'s>(
        &'s self,
        path: &EntryPath<'_>,
        ctx: &'s RequestContext<impl Platform>,
    ) -> Result<Option<Place<'s>>, Error> {
        let Some((mount, depth)) = self.mount_of(&path.segments()) else { return Ok(None) };
        match &mount.source {
            Source::Links(links) => find_in_tree(links, path, depth),
            Source::Drive(drive) => {
                let found = drive.find(path.segments().skip(depth), ctx).await?;
                Ok(found.map(|found| drive_place(drive, found)))
            }
        }
    }

    /// The drive at an index among the mounts.
    pub fn drive(&self, mount: usize) -> Option<&Drive> {
        self.mounts.get(mount)?.drive()
    }

    /// The folder of the vendor's at a path, for its owner: the drive, and the vendor's number.
    ///
    /// # Errors
    /// [`Error::NotFound`] where the vendor has no folder, and why it can't be found.
    pub async fn vendor_folder(
        &self,
        path: &EntryPath<'_>,
        ctx: &RequestContext<impl Platform>,
    ) -> Result<(&Drive, u64), Error> {
        if self.is_broken() {
            return Err(Error::Misconfigured);
        }
        let (mount, depth) = self.mount_of(&path.segments()).ok_or(Error::NotFound)?;
        let drive = mount.drive().ok_or(Error::NotFound)?;
        let folder = drive.folder_id(path.segments().skip(depth), ctx).await?;
        Ok((drive, folder.ok_or(Error::NotFound)?))
    }

    /// The next segment on the way from `path` to each mount below it.
    fn mounted_below(&self, path: &EntryPath<'_>) -> Vec<&str> {
        let next = |mount: &'_ Mount| {
            let mut rest = mount.path.iter();
            let on_the_way =
                path.segments().all(|segment| rest.next().is_some_and(|have| have == segment));
            on_the_way.then(|| rest.len())
        };
        let mut names = Vec::new();
        for mount in &self.mounts {
            let left = next(mount).filter(|left| *left > 0);
            let name = left.and_then(|left| mount.path.get(mount.path.len() - left));
            names.extend(name.map(String::as_str).filter(|name| !names.contains(name)));
        }
        names
    }
}

/// What a tree has at a path, whose first `depth` segments lead to the tree.
fn find_in_tree<'s>(
    links: &'s Links,
    path: &EntryPath<'_>,
    depth: usize,
) -> Result<Option<Place<'s>>, Error> {
    let tree = links.tree().ok_or(Error::Misconfigured)?;
    Ok(match tree.find(path.below(depth)) {
        Some(Found::File(file)) => Some(Place::File(FilePlace::Listed(links, file))),
        // A remote file's name can't end in a slash.
        Some(Found::Remote(file)) if !path.asks_for_folder() => {
            Some(Place::File(FilePlace::Remote(links, file)))
        }
        Some(Found::Folder(found)) => Some(Place::folder(AnyFolder::Tree(found))),
        Some(Found::Remote(_)) | None => None,
    })
}

fn drive_place<'s>(drive: &'s Drive, found: DriveFound<'s>) -> Place<'s> {
    match found {
        DriveFound::File(file) => Place::File(FilePlace::Drive(file)),
        DriveFound::Folder(listing) => Place::folder(AnyFolder::Drive(drive, listing)),
    }
}

#[cfg(test)]
mod tests;
