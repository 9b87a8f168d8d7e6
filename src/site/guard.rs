//! The one place that decides who gets what. No surface reaches an entry, a name or a link but
//! through [`Site::open`]: what it opens can be made nowhere else.
//!
//! Everything is decided before the path is looked up, so that an answer to a visitor who is not let
//! in says nothing about what is there.

use super::Site;
use super::credentials::{Key, covers};
use super::due::{Allowed, Receipts, Stop};
use super::opened::{OpenFile, OpenFolder, Opened};
use super::place::Place;
use super::visit::Visit;
use crate::error::{Barrier, Error};
use crate::path::EntryPath;
use crate::percent;
use crate::rules::FolderRules;
use crate::rules::hide::Hidden;
use crate::rules::policy::{Access, Policy};
use crate::share;

/// That a visitor may have what is at a path, as far as it can be said before looking. Made by
/// [`Site::admit`] alone.
#[derive(Clone, Debug)]
pub(super) struct Permit<'s> {
    pub policy: &'s Policy,
    /// What opened it.
    pub key: Key,
}

impl Site {
    /// What is at a path, for whoever may have it.
    ///
    /// # Errors
    /// [`Stop::Refused`] with the reason, [`Stop::Owes`] if something has to be settled first.
    pub fn open<'s>(&'s self, visit: &Visit<'_>, receipts: &Receipts) -> Result<Opened<'s>, Stop> {
        let permit = self.admit(visit, receipts)?;
        // AList signs files only, so its signature opens no folder.
        let opens_folders = !matches!(permit.key, Key::Alist)
            && self.rules.hidden(visit.path.segments()) < Hidden::Closed;
        if !opens_folders {
            let file = self.resolve_file(visit.path, visit.now, receipts)?;
            return Ok(Opened::File(OpenFile::new(self, file, permit)));
        }
        Ok(match self.resolve(visit.path, visit.now, receipts)? {
            Place::File(file) => Opened::File(OpenFile::new(self, file, permit)),
            Place::Folder(folder) => Opened::Folder(OpenFolder::new(self, folder, permit)),
        })
    }

    /// Whether the visitor's address decides anything at all.
    pub fn has_addresses(&self) -> bool {
        self.rules.has_addresses()
    }

    /// Whether the visitor's address decides what the answer is, as far as this visitor may know of it: a
    /// page of another origin, which could ask from the browser of a visitor at the right address, must
    /// not read such an answer. Of what is in a folder the rules alone say it, so that this tells nothing
    /// of what is there.
    pub fn answers_by_address(&self, visit: &Visit<'_>) -> bool {
        // Wherever the link is used: else it would tell where it leads.
        if visit.share.is_some_and(share::claims_address) {
            return true;
        }
        let terms = visit.share.and_then(|token| self.share_terms(token, visit).ok());
        let is_covered =
            |policy: &Policy| terms.as_ref().is_some_and(|terms| covers(terms, policy));
        let Some((depth, policy)) = self.known_policy(visit, is_covered) else { return false };
        if policy.fields.addresses.is_some() {
            return true;
        }
        let here = Some(visit.path.segments()).filter(|_| depth == visit.path.depth());
        let Some(folder) = here.and_then(|segments| self.rules.folder(segments)) else {
            return false;
        };
        folder.ruled_entries().any(|(name, policy)| {
            let may_show = match policy.access() {
                Access::Public | Access::Password => true,
                Access::Link => is_covered(policy),
                Access::Deny => false,
            };
            may_show && policy.fields.addresses.is_some() && folder.hidden(name) == Hidden::No
        })
    }

    /// Lets a visitor in, or says why not. A place that is not for the visitor is told as one that isn't
    /// there: as the nearest folder above says it that the visitor may know of.
    fn admit<'s>(&'s self, visit: &Visit<'_>, receipts: &Receipts) -> Result<Permit<'s>, Stop> {
        if self.is_broken() {
            return Err(Error::Misconfigured.into());
        }
        let blocked = self.rules.first_blocked(visit.path.segments());
        let mut is_closed = blocked.is_some();
        let mut depth = blocked.map_or(visit.path.depth(), |blocked| blocked - 1);
        loop {
            let segments = visit.path.segments().take(depth);
            let policy = self.rules.at(segments.clone()).ok_or(Error::Misconfigured)?;
            match self.admit_by(policy, visit, receipts)? {
                Some(key) if !is_closed => return Ok(Permit { policy, key }),
                Some(_) => {
                    self.look_into(segments, visit.now, receipts)?;
                    return Err(Error::NotFound.into());
                }
                // The same policy says the same of every folder below its place.
                None => {
                    is_closed = true;
                    depth = policy.place.depth.checked_sub(1).ok_or(Error::NotFound)?;
                }
            }
        }
    }

    /// Lets a visitor in by the policy of a place. `None` where nobody is to learn that there is such a
    /// place.
    fn admit_by(
        &self,
        policy: &Policy,
        visit: &Visit<'_>,
        receipts: &Receipts,
    ) -> Result<Option<Key>, Stop> {
        if policy.is_plain && visit.share.is_none() {
            return Ok(Some(Key::None));
        }
        let key = match policy.access() {
            Access::Deny => return Ok(None),
            // Without a link nobody is to learn that there is a rule.
            Access::Link => {
                let key = match self.unlock(policy, visit, receipts) {
                    Err(Stop::Refused(Error::NotFound)) => return Ok(None),
                    key => key?,
                };
                pass_barriers(policy, visit)?;
                key
            }
            Access::Public | Access::Password => {
                pass_barriers(policy, visit)?;
                self.unlock(policy, visit, receipts)?
            }
        };
        pass_limits(policy, visit, receipts)?;
        Ok(Some(key))
    }

    /// The policy of the deepest place on the way to the visit's path that the visitor may know of, and
    /// the segments of that place. `is_open` says of a policy for share links whether the visitor has one.
    fn known_policy(
        &self,
        visit: &Visit<'_>,
        is_open: impl Fn(&Policy) -> bool,
    ) -> Option<(usize, &Policy)> {
        let blocked = self.rules.first_blocked(visit.path.segments());
        let mut depth = blocked.map_or(visit.path.depth(), |blocked| blocked - 1);
        loop {
            let policy = self.rules.at(visit.path.segments().take(depth))?;
            let is_known = match policy.access() {
                Access::Public | Access::Password => true,
                Access::Link => is_open(policy),
                Access::Deny => false,
            };
            if is_known {
                return Some((depth, policy));
            }
            depth = policy.place.depth.checked_sub(1)?;
        }
    }

    /// What asks for a password at this path: what holds there, or if nobody can open that, what
    /// holds in the nearest folder above that can be opened.
    pub(super) fn lock_at(&self, visit: &Visit<'_>) -> Option<&Policy> {
        self.known_policy(visit, |_| false).map(|(_, policy)| policy)
    }

    /// Whether an entry is shown in the listing of its folder: the same decision as for opening it,
    /// without asking anybody anything.
    pub(super) fn shows(
        &self,
        folder: &FolderRules<'_>,
        name: &str,
        permit: &Permit<'_>,
        visit: &Visit<'_>,
    ) -> Shown {
        let policy = folder.policy(name);
        if folder.hidden(name) != Hidden::No {
            return Shown::No;
        }
        // What holds here holds there.
        if std::ptr::eq(policy, permit.policy) {
            return Shown::Yes;
        }
        if pass_barriers(policy, visit).is_err() {
            return Shown::No;
        }
        let opens = match policy.access() {
            Access::Public => true,
            Access::Deny => false,
            Access::Link => permit.key.covers(policy),
            Access::Password => {
                permit.key.covers(policy)
                    || permit.key.is_password_of(policy)
                    || self.has_cookie(policy, visit)
            }
        };
        match (opens, policy.access(), policy.fields.listed) {
            (true, ..) => Shown::Yes,
            (false, Access::Password, Some(true)) => Shown::Locked,
            _ => Shown::No,
        }
    }

    /// Whether a visitor who was let into a folder, and is shown a folder in it that other rules hold for,
    /// may list that as well: the same decision as for opening it, without asking anybody anything.
    pub(super) fn way_into<'s>(
        &'s self,
        child: &[&str],
        visit: &Visit<'_>,
        receipts: &Receipts,
    ) -> Way<'s> {
        let mut href = String::new();
        for name in child {
            href.push('/');
            href.extend(percent::encode_name(name));
        }
        let Ok(path) = EntryPath::parse(&href) else { return Way::Shut };
        // A signature of AList's is of one path, and opens no folder.
        match self.admit(&Visit { path: &path, sign: None, ..*visit }, receipts) {
            Ok(permit) => Way::Open(permit),
            Err(Stop::Owes(_)) => Way::Unasked,
            Err(Stop::Refused(_)) => Way::Shut,
        }
    }
}

/// How a folder in a listing opens.
#[derive(Debug)]
pub(super) enum Way<'s> {
    /// By itself.
    Open(Permit<'s>),
    /// Somebody would have to be asked.
    Unasked,
    /// Not for this visitor.
    Shut,
}

/// Country and address.
pub(super) fn pass_barriers(policy: &Policy, visit: &Visit<'_>) -> Result<(), Error> {
    let (fields, visitor) = (&policy.fields, visit.visitor);
    if fields.countries.as_ref().is_some_and(|lists| !lists.allow_country(visitor.country)) {
        return Err(Error::Forbidden(Barrier::Country));
    }
    if fields.addresses.as_ref().is_some_and(|lists| !lists.allow_address(visitor.address)) {
        return Err(Error::Forbidden(Barrier::Address));
    }
    Ok(())
}

/// Referer and rate.
fn pass_limits(policy: &Policy, visit: &Visit<'_>, receipts: &Receipts) -> Result<(), Stop> {
    let visitor = visit.visitor;
    if let Some(referers) = &policy.fields.referers
        && !referers.allow(visitor.referer, visitor.origin, visitor.site)
    {
        return Err(Error::Forbidden(Barrier::Referer).into());
    }
    let Some(rate) = &policy.fields.rate else { return Ok(()) };
    match receipts.rate(&rate.binding, format!("{}|{}", rate.scope.path, visitor.client()))? {
        Allowed::Yes => Ok(()),
        Allowed::No => Err(Error::TooManyRequests.into()),
        Allowed::Unreachable => Err(Error::Unavailable.into()),
    }
}

/// How an entry appears in a listing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Shown {
    No,
    /// By its name alone: its owner wants it to be found.
    Locked,
    Yes,
}
