//! What opens a lock: a share link, AList's signature, a cookie, a password.

use std::rc::Rc;

use super::Site;
use super::authorize::{pass_barriers, right_password};
use super::visit::{Visit, Visitor};
use crate::context::RequestContext;
use crate::error::Error;
use crate::password::{Password, PasswordAttempt};
use crate::path::EntryPath;
use crate::platform::Platform;
use crate::rules::policy::{Access, Passwords, Policy};
use crate::secret::Secret;
use crate::share::{self, ShareError, Terms};
use crate::time::UnixSeconds;
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

/// A cookie that remembers a password.
#[derive(Debug)]
pub struct Login {
    /// `None` if nothing is locked there.
    pub cookie: Option<Cookie>,
}

/// A cookie to set.
#[derive(Debug)]
pub struct Cookie {
    /// Made of letters, digits and `_`.
    pub name: String,
    /// Made of letters, digits, `.`, `-` and `_`.
    pub value: String,
    /// The decoded path below which it counts.
    pub scope: Rc<str>,
    /// Its life in seconds.
    pub max_age: u64,
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

    /// Takes a password that was typed into the form of a locked place.
    ///
    /// # Errors
    /// If it is wrong, can't be verified, or the client is kept out.
    pub async fn log_in(
        &self,
        given: Secret,
        visit: &Visit<'_>,
        ctx: &RequestContext<impl Platform>,
    ) -> Result<Login, Error> {
        if self.is_broken() {
            return Err(Error::Misconfigured);
        }
        let policy = self.lock_at(visit).ok_or(Error::Misconfigured)?;
        let (Access::Password, Some(passwords), Some(keys)) =
            (policy.access(), &policy.fields.passwords, &self.keys)
        else {
            return Ok(Login { cookie: None });
        };
        pass_barriers(policy, visit)?;
        let attempt = passwords.attempt(given, visit.visitor);
        let which = right_password(ctx.verify_password(&attempt).await)?;
        let password = passwords.list.get(which).ok_or(Error::Locked { wrong: true })?;
        let scope = &passwords.scope.path;
        let max_age = u64::from(self.login_days) * 86_400;
        let expires_at = UnixSeconds(visit.now.0.saturating_add(max_age));
        Ok(Login {
            cookie: Some(Cookie {
                name: session::cookie_name(scope),
                value: session::make(keys, scope, password, expires_at),
                scope: scope.clone(),
                max_age,
            }),
        })
    }

    /// Whether what was typed into a form is the API's token: an attempt, and counted as one.
    ///
    /// # Errors
    /// [`Error::TooManyGuesses`], and [`Error::Unavailable`] where attempts can't be counted.
    pub async fn is_token(
        &self,
        given: Secret,
        visitor: &Visitor<'_>,
        ctx: &RequestContext<impl Platform>,
    ) -> Result<bool, Error> {
        let token = self.api_token.as_ref().and_then(|token| Password::parse(token.expose()).ok());
        let Some(token) = token else { return Ok(false) };
        let attempt = PasswordAttempt {
            given,
            passwords: Rc::new([token]),
            // No place of a rule is called so.
            scope: "/-/".into(),
            client: visitor.client(),
        };
        match right_password(ctx.verify_password(&attempt).await) {
            Ok(_) => Ok(true),
            Err(Error::Locked { .. }) => Ok(false),
            Err(error) => Err(error),
        }
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
