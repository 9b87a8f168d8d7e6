//! The one place that decides who gets what. No surface reaches an entry, a name or a link but
//! through [`Site::open`]: what it opens can be made nowhere else.
//!
//! Everything is decided before the path is looked up, so that an answer to a visitor who is not let
//! in says nothing about what is there.

use super::Site;
use super::credentials::Key;
use super::due::{Allowed, Due, Receipts, Stop};
use super::opened::{OpenFile, OpenFolder, Opened};
use super::place::Place;
use super::visit::Visit;
use crate::error::{Barrier, Error};
use crate::path::EntryPath;
use crate::percent;
use crate::rules::hide::Hidden;
use crate::rules::policy::{Access, Policy, Rate};

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
        match self.resolve(visit.path, visit.now, receipts)? {
            Place::File(file) => Ok(Opened::File(OpenFile::new(self, file, permit))),
            Place::Folder(folder) => {
                // AList signs files only, so its signature opens no folder.
                let closed = self.rules.hidden(visit.path.segments()) >= Hidden::Closed;
                if closed || matches!(permit.key, Key::Alist) {
                    return Err(Error::NotFound.into());
                }
                Ok(Opened::Folder(OpenFolder::new(self, folder, permit)))
            }
        }
    }

    /// Whether the visitor's address decides anything at all.
    pub fn has_addresses(&self) -> bool {
        self.rules.has_addresses()
    }

    /// Whether the visitor's address decides who may open this path.
    pub fn opens_by_address(&self, path: &EntryPath<'_>) -> bool {
        let policy = self.rules.at(path.segments());
        policy.is_some_and(|policy| policy.fields.addresses.is_some())
    }

    /// Lets a visitor in, or says why not.
    fn admit<'s>(&'s self, visit: &Visit<'_>, receipts: &Receipts) -> Result<Permit<'s>, Stop> {
        if self.is_broken() {
            return Err(Error::Misconfigured.into());
        }
        self.admit_to(visit.path.depth(), visit, receipts)
    }

    /// The same for the place at the first `depth` segments of the path.
    fn admit_to<'s>(
        &'s self,
        depth: usize,
        visit: &Visit<'_>,
        receipts: &Receipts,
    ) -> Result<Permit<'s>, Stop> {
        let policy =
            self.rules.at(visit.path.segments().take(depth)).ok_or(Error::Misconfigured)?;
        if self.is_shut(policy, depth, visit) {
            return Err(self.as_if_not_there(depth, visit, receipts));
        }
        if policy.is_plain && visit.share.is_none() {
            return Ok(Permit { policy, key: Key::None });
        }
        let key = if policy.access() == Access::Link {
            // Without a link nobody is to learn that there is a rule.
            let key = match self.unlock(policy, visit, receipts) {
                Err(Stop::Refused(Error::NotFound)) => {
                    return Err(self.as_if_not_there(depth, visit, receipts));
                }
                key => key?,
            };
            pass_barriers(policy, visit)?;
            key
        } else {
            pass_barriers(policy, visit)?;
            self.unlock(policy, visit, receipts)?
        };
        pass_limits(policy, visit, receipts)?;
        Ok(Permit { policy, key })
    }

    /// Whether nobody can open the place at the first `depth` segments.
    fn is_shut(&self, policy: &Policy, depth: usize, visit: &Visit<'_>) -> bool {
        policy.access() == Access::Deny || self.rules.is_blocked(visit.path.segments().take(depth))
    }

    /// What a visitor is told of a place that is not for them: the same as of one that isn't there,
    /// which is what the folder above says of it.
    fn as_if_not_there(&self, depth: usize, visit: &Visit<'_>, receipts: &Receipts) -> Stop {
        let Some(above) = depth.checked_sub(1) else { return Error::NotFound.into() };
        let folder = self.admit_to(above, visit, receipts).and_then(|_| {
            let path = visit.path.segments().take(above);
            self.look_into(path, visit.now, receipts)
        });
        folder.err().unwrap_or_else(|| Error::NotFound.into())
    }

    /// What asks for a password at this path: what holds there, or if nobody can open that, what
    /// holds in the nearest folder above that can be opened.
    pub(super) fn lock_at(&self, visit: &Visit<'_>) -> Option<&Policy> {
        let depths = (0..=visit.path.depth()).rev();
        let policies = depths.filter_map(|depth| {
            let policy = self.rules.at(visit.path.segments().take(depth))?;
            let opens = policy.access() != Access::Link && !self.is_shut(policy, depth, visit);
            opens.then_some(policy)
        });
        policies.into_iter().next()
    }

    /// What holds at the path of these segments.
    pub(super) fn rule_at(&self, segments: &[&str]) -> Option<&Policy> {
        self.rules.at(segments.iter().copied())
    }

    /// Whether a rule gives an entry's MD5 away.
    pub(super) fn gives_md5(&self, child: &[&str]) -> bool {
        let policy = self.rule_at(child);
        policy.is_some_and(|policy| policy.fields.md5 == Some(true))
    }

    /// Whether an entry is shown in the listing of its folder: the same decision as for opening it,
    /// without asking anybody anything.
    pub(super) fn shows(&self, child: &[&str], permit: &Permit<'_>, visit: &Visit<'_>) -> Shown {
        let Some(policy) = self.rules.at(child.iter().copied()) else { return Shown::No };
        if self.rules.hidden(child.iter().copied()) != Hidden::No {
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

    /// Whether a visitor who was let into a folder, and is shown a folder in it, may list that as well:
    /// the same decision as for opening it, without asking anybody anything. `asked` is the rate that
    /// the receipts are of.
    pub(super) fn way_into<'s>(
        &'s self,
        child: &[&str],
        above: &Permit<'_>,
        asked: Option<&Rate>,
        visit: &Visit<'_>,
        receipts: &Receipts,
    ) -> Way<'s> {
        let Some(policy) = self.rules.at(child.iter().copied()) else { return Way::Shut };
        if std::ptr::eq(policy, above.policy) {
            return Way::Same;
        }
        let is_asked = |rate: &Rate| asked.is_some_and(|asked| asked.counts_with(rate));
        if policy.fields.rate.as_ref().is_some_and(|rate| !is_asked(rate)) {
            return Way::Unasked;
        }
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
    /// As the one that it is in.
    Same,
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
        && !referers.allow(visitor.referer, visitor.origin, visitor.host)
    {
        return Err(Error::Forbidden(Barrier::Referer).into());
    }
    let Some(rate) = &policy.fields.rate else { return Ok(()) };
    match receipts.rate {
        Some(Allowed::Yes) => Ok(()),
        Some(Allowed::No) => Err(Error::TooManyRequests.into()),
        Some(Allowed::Unreachable) => Err(Error::Unavailable.into()),
        None => {
            let key = format!("{}|{}", rate.scope.path, visitor.client());
            Err(Stop::Owes(Due::Rate { binding: rate.binding.clone(), key }))
        }
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
