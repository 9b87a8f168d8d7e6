//! Logins: checks passwords and API tokens that are typed into forms.

use std::rc::Rc;
use std::time::Duration;

use super::Site;
use crate::access::authorize::{check_conditions, matching_password};
use crate::access::client::{AccessRequest, Client};
use crate::access::password::{Password, PasswordAttempt};
use crate::access::rule_fields::values::{Access, Passwords};
use crate::access::session;
use crate::context::RequestContext;
use crate::error::Error;
use crate::platform::Platform;
use crate::secret::Secret;

/// A successful login, with the cookie that remembers its password.
#[derive(Debug)]
pub struct Login {
    /// The cookie to set; `None` if the path has no password.
    pub cookie: Option<Cookie>,
}

/// A cookie to set, before its serialisation.
#[derive(Debug)]
pub struct Cookie {
    /// The cookie's name, made of letters, digits and `_`.
    pub name: String,
    /// The cookie's value, made of letters, digits, `.`, `-` and `_`.
    pub value: String,
    /// The decoded path below which the cookie is sent.
    pub scope: Rc<str>,
    /// The cookie's lifetime, its `Max-Age`.
    pub max_age: Duration,
}

impl Site {
    /// Logs a client in with a password that was typed into the form of a locked path.
    ///
    /// # Errors
    /// If the password is wrong or can't be verified, or the client is kept out by another condition.
    pub async fn log_in(
        &self,
        given: Secret,
        access: &AccessRequest<'_>,
        ctx: &RequestContext<impl Platform>,
    ) -> Result<Login, Error> {
        let Some((passwords, password)) = self.check_password(given, access, ctx).await? else {
            return Ok(Login { cookie: None });
        };
        let Some(keys) = &self.access.keys else { return Ok(Login { cookie: None }) };
        let scope = &passwords.scope.path;
        let max_age = Duration::from_hours(u64::from(self.settings.login_days) * 24);
        let expires_at = access.now.after(max_age);
        Ok(Login {
            cookie: Some(Cookie {
                name: session::cookie_name(scope),
                value: session::make(keys, scope, password, expires_at),
                scope: scope.clone(),
                max_age,
            }),
        })
    }

    /// Checks a password that was given for a path, as one attempt: the passwords of the rule that asks for one
    /// there, and which of them it is. `None` where the path asks for none.
    ///
    /// # Errors
    /// If the password is wrong or can't be verified, or the client is kept out by another condition.
    pub async fn check_password<'s>(
        &'s self,
        given: Secret,
        access: &AccessRequest<'_>,
        ctx: &'s RequestContext<impl Platform>,
    ) -> Result<Option<(&'s Passwords, &'s Password)>, Error> {
        if self.is_broken() {
            return Err(Error::Misconfigured);
        }
        let policy = self
            .access
            .policy_asking_for_password(access, &ctx.state.checks)
            .ok_or(Error::Misconfigured)?;
        let (Access::Password, Some(passwords)) = (policy.access(), &policy.fields.password) else {
            return Ok(None);
        };
        check_conditions(policy, access)?;
        let attempt = passwords.attempt(given, access.client);
        let which = matching_password(ctx.verify_password(&attempt).await)?;
        let password = passwords.list.get(which).ok_or(Error::Locked { wrong: true })?;
        Ok(Some((passwords, password)))
    }

    /// Whether a text that was typed into a form is the API's token. Counted as a password attempt.
    ///
    /// # Errors
    /// [`Error::TooManyAttempts`], and [`Error::Unavailable`] where attempts can't be counted.
    pub async fn is_token(
        &self,
        given: Secret,
        client: &Client<'_>,
        ctx: &RequestContext<impl Platform>,
    ) -> Result<bool, Error> {
        let token =
            self.access.api_token.as_ref().and_then(|token| Password::parse(token.expose()).ok());
        let Some(token) = token else { return Ok(false) };
        let attempt = PasswordAttempt {
            given,
            passwords: Rc::new(token.into()),
            // No rule has this path as its scope.
            scope: "/-/".into(),
            counted_at: "/-/".into(),
            client: client.client_name(),
        };
        match matching_password(ctx.verify_password(&attempt).await) {
            Ok(_) => Ok(true),
            Err(Error::Locked { .. }) => Ok(false),
            Err(error) => Err(error),
        }
    }
}
