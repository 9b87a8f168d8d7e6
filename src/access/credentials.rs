//! The credentials that open a policy's lock: a share link, AList's signature, a cookie, a password.

use std::rc::Rc;

use super::check_outcomes::{CheckOutcomes, Verification};
use super::client::{AccessRequest, Client};
use super::control::AccessControl;
use super::file_sign::{FileSign, SignedBy};
use super::key_ring::KeyRing;
use super::password::PasswordAttempt;
use super::policy::Policy;
use super::rule_fields::values::{Access, Passwords};
use super::share_link::ShareClaims;
use super::{alist_sign, session};
use crate::secret::Secret;
use crate::time::UnixSeconds;

/// The credential that a client opened a path with.
#[derive(Clone, Debug)]
pub(crate) enum Credential {
    /// No credential was needed.
    None,
    /// A share link of this site, by its claims.
    Share(Box<ShareClaims>),
    /// A signature of the path, made by AList, or by this site as AList makes them.
    Alist,
    /// A password, given now or before, of the scope with this path.
    Password(Rc<str>),
    /// The API's token, which the owner alone has.
    Owner,
}

impl Credential {
    /// The number of segments of a share link's scope; 0 for any other credential.
    pub fn share_depth(&self) -> usize {
        match self {
            Self::Share(claims) => claims.depth,
            Self::None | Self::Alist | Self::Password(_) | Self::Owner => 0,
        }
    }

    /// Whether this is a share link that opens what this policy locks: a share link of a folder does not
    /// open what a rule below that folder locks.
    pub fn is_share_link_for(&self, policy: &Policy) -> bool {
        matches!(self, Self::Share(claims) if claims.depth >= policy.access_depth())
    }

    /// Whether this is a password that opens this policy's lock, too.
    pub fn is_password_of(&self, policy: &Policy) -> bool {
        match (self, &policy.fields.password) {
            (Self::Password(scope), Some(passwords)) => *scope == passwords.scope.path,
            _ => false,
        }
    }
}

/// Whether AList signed the request's path with the policy's key. Never so for a request with a share
/// link: that is decided by the link.
pub(crate) fn has_alist_sign(policy: &Policy, access: &AccessRequest<'_>) -> bool {
    match (&policy.fields.alist_sign, access.sign) {
        (Some(key), Some(sign)) if access.share.is_none() => {
            alist_sign::check(key, &access.path.display(), sign, access.now)
        }
        _ => false,
    }
}

impl AccessControl {
    /// Whether the request's signature is one that this site made of its path, by a secret that opens the
    /// policy's lock. Never so for a request with a share link, which is decided by the link, and where AList's
    /// API is off.
    pub(crate) fn has_file_sign(&self, policy: &Policy, access: &AccessRequest<'_>) -> bool {
        let (Some(keys), Some(sign), None, true) =
            (&self.keys, access.sign, access.share, self.file_signs)
        else {
            return false;
        };
        let Some(sign) = FileSign::parse(sign, access.now) else { return false };
        let path = access.path.display();
        let is_by = |by: &SignedBy| sign.is_of(keys, by, &path);
        let passwords = policy.fields.password.as_ref();
        let passwords = passwords.filter(|_| policy.access() == Access::Password);
        let by_password = passwords.is_some_and(|passwords| {
            let scope = &passwords.scope.path;
            passwords.list.iter().any(|password| is_by(&SignedBy::password(scope, password)))
        });
        by_password
            || self.api_token.as_ref().is_some_and(|token| is_by(&SignedBy::Owner(token.clone())))
    }

    /// The password of the policy at a path that the client has given for it and that was verified.
    pub(crate) fn given_password(
        &self,
        access: &AccessRequest<'_>,
        outcomes: &CheckOutcomes,
    ) -> Option<SignedBy> {
        let passwords = self.rules.at(access.path.segments())?.fields.password.as_ref()?;
        let given = outcomes.basic_password(access.client)?;
        let verification = outcomes.verification(&passwords.attempt(given, access.client))?;
        let Verification::Right(which) = verification else { return None };
        Some(SignedBy::password(&passwords.scope.path, passwords.list.get(which)?))
    }
}

/// Whether a cookie of the client shows that one of these passwords was given before.
pub(crate) fn has_cookie(
    keys: &KeyRing,
    passwords: &Passwords,
    client: &Client<'_>,
    now: UnixSeconds,
) -> bool {
    let scope = &passwords.scope.path;
    client.cookies(&session::cookie_name(scope)).any(|token| {
        let mut list = passwords.list.iter();
        list.any(|password| session::verify(keys, token, scope, password, now))
    })
}

impl Passwords {
    /// A client's attempt at these passwords.
    pub(crate) fn attempt(&self, given: Secret, client: &Client<'_>) -> PasswordAttempt {
        PasswordAttempt {
            given,
            passwords: self.list.clone(),
            scope: self.scope.path.clone(),
            counted_at: self.counted_at.clone(),
            client: client.client_name(),
        }
    }
}
