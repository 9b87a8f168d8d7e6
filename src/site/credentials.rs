//! What opens a lock: a share link, AList's signature, a cookie, a password.

use std::rc::Rc;

use super::Site;
use super::visit::{Visit, Visitor};
use crate::error::Error;
use crate::password::PasswordAttempt;
use crate::path::EntryPath;
use crate::rules::policy::{Access, Passwords, Policy};
use crate::secret::Secret;
use crate::share::{self, ShareError, Terms};
use crate::{alist, session};

/// What a visitor opened a place with.
#[derive(Clone, Debug)]
pub(super) enum Key {
    /// It was open.
    None,
    /// A share link of ours.
    Share(Box<Terms>),
    /// A signature that AList made.
    Alist,
    /// A password, given now or before, of the place with this path.
    Password(Rc<str>),
}

impl Key {
    /// The segments of a share link's scope; 0 for any other key.
    pub fn share_depth(&self) -> usize {
        match self {
            Self::Share(terms) => terms.depth,
            Self::None | Self::Alist | Self::Password(_) => 0,
        }
    }

    /// Whether it is a share link that reaches what this policy locks: one of a folder above does
    /// not reach into what was locked apart.
    pub fn covers(&self, policy: &Policy) -> bool {
        matches!(self, Self::Share(terms) if terms.depth >= policy.access_depth())
    }

    /// Whether whoever has this key, and nothing else, may know that there is something that this policy
    /// holds for.
    pub fn may_know(&self, policy: &Policy) -> bool {
        match policy.access() {
            Access::Public | Access::Password => true,
            Access::Link => self.covers(policy),
            Access::Deny => false,
        }
    }

    /// Whether it is a password that opens this, too.
    pub fn is_password_of(&self, policy: &Policy) -> bool {
        match (self, &policy.fields.passwords) {
            (Self::Password(scope), Some(passwords)) => *scope == passwords.scope.path,
            _ => false,
        }
    }
}

/// Whether AList signed this path with the policy's key. Whoever brings a share link came by that.
pub(super) fn has_alist_sign(policy: &Policy, visit: &Visit<'_>) -> bool {
    match (&policy.fields.alist_key, visit.sign) {
        (Some(key), Some(sign)) if visit.share.is_none() => {
            alist::check(key, &visit.path.display(), sign, visit.now)
        }
        _ => false,
    }
}

impl Site {
    /// Whether a rule takes AList's signatures at this path.
    pub fn takes_alist_signs(&self, path: &EntryPath<'_>) -> bool {
        self.rules.at(path.segments()).is_some_and(|policy| policy.fields.alist_key.is_some())
    }

    /// Whether a cookie shows that a password of this place was given before.
    pub(super) fn has_cookie(&self, policy: &Policy, visit: &Visit<'_>) -> bool {
        let (Some(keys), Some(passwords)) = (&self.keys, &policy.fields.passwords) else {
            return false;
        };
        let scope = &passwords.scope.path;
        visit.visitor.cookies(&session::cookie_name(scope)).any(|token| {
            let mut list = passwords.list.iter();
            list.any(|password| session::opens(keys, token, scope, password, visit.now))
        })
    }

    /// The terms of a share link that was made here for this path and is not over. Whether it is revoked,
    /// and whom it is for, is not looked at.
    ///
    /// # Errors
    /// [`Error::NotFound`] for a forged one, [`Error::LinkOver`] for an expired one.
    pub(super) fn share_terms(&self, token: &str, visit: &Visit<'_>) -> Result<Terms, Error> {
        let keys = self.keys.as_ref().ok_or(Error::NotFound)?;
        let segments = visit.path.segments().collect::<Vec<_>>();
        share::read(keys, token, &segments, visit.now).map_err(|error| match error {
            ShareError::Forged => Error::NotFound,
            ShareError::Expired => Error::LinkOver,
        })
    }
}

impl Passwords {
    /// A client's attempt at these passwords.
    pub(super) fn attempt(&self, given: Secret, client: &Visitor<'_>) -> PasswordAttempt {
        PasswordAttempt {
            given,
            passwords: self.list.clone(),
            scope: self.scope.path.clone(),
            client: client.client(),
        }
    }
}
