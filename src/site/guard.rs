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
use crate::rules::hide::Hidden;
use crate::rules::policy::{Access, Policy};

/// That a visitor may have what is at a path, as far as it can be said before looking. Made by
/// [`Site::admit`] alone.
#[derive(Debug)]
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
        match self.resolve(visit.path)? {
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

    /// Lets a visitor in, or says why not.
    fn admit<'s>(&'s self, visit: &Visit<'_>, receipts: &Receipts) -> Result<Permit<'s>, Stop> {
        if self.is_broken() {
            return Err(Error::Misconfigured.into());
        }
        let policy = self.rules.at(visit.path.segments()).ok_or(Error::Misconfigured)?;
        if policy.access() == Access::Deny
            || self.rules.hidden(visit.path.segments()) == Hidden::Blocked
        {
            return Err(Error::NotFound.into());
        }
        if policy.is_plain && visit.share.is_none() {
            return Ok(Permit { policy, key: Key::None });
        }
        pass_barriers(policy, visit)?;
        let key = self.unlock(policy, visit, receipts)?;
        let visitor = visit.visitor;
        if let Some(referers) = &policy.fields.referers
            && !referers.allow(visitor.referer, visitor.origin, visitor.host)
        {
            return Err(Error::Forbidden(Barrier::Referer).into());
        }
        if let Some(rate) = &policy.fields.rate {
            match receipts.rate {
                Some(Allowed::Yes) => {}
                Some(Allowed::No) => return Err(Error::TooManyRequests.into()),
                Some(Allowed::Unreachable) => return Err(Error::Unavailable.into()),
                None => {
                    let key = format!("{}|{}", rate.scope.path, visitor.client());
                    return Err(Stop::Owes(Due::Rate { binding: rate.binding.clone(), key }));
                }
            }
        }
        Ok(Permit { policy, key })
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
}

/// Country and address.
pub(super) fn pass_barriers(policy: &Policy, visit: &Visit<'_>) -> Result<(), Error> {
    if !policy
        .fields
        .countries
        .as_ref()
        .is_none_or(|lists| lists.allow_country(visit.visitor.country))
    {
        return Err(Error::Forbidden(Barrier::Country));
    }
    if !policy
        .fields
        .addresses
        .as_ref()
        .is_none_or(|lists| lists.allow_address(visit.visitor.address))
    {
        return Err(Error::Forbidden(Barrier::Address));
    }
    Ok(())
}

/// How an entry appears in a listing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Shown {
    No,
    /// By its name alone: its owner wants it to be found.
    Locked,
    Yes,
}
