//! Logins in AList's API: a rule's path as the user name, and its password.

use std::rc::Rc;

use super::Site;
use crate::access::alist_login;
use crate::access::authorize::{check_conditions, matching_password};
use crate::access::client::{AccessRequest, Client};
use crate::access::password::PasswordAttempt;
use crate::access::rule_fields::values::Access;
use crate::context::RequestContext;
use crate::error::Error;
use crate::path::EntryPath;
use crate::platform::Platform;
use crate::secret::Secret;

/// The path of attempts where nothing asks strangers for a password: no rule has it.
const NO_RULE: &str = "/-/api/auth/login";

impl Site {
    /// Logs a client of AList's API in with a password of the rule at a path, and returns the login's token.
    /// One password is verified, as for the form of that path, and counted with it. A path without a rule of its
    /// own, or of which the client may not know, is answered as if the password were wrong.
    ///
    /// # Errors
    /// If the password is wrong or can't be verified, or the client is kept out by another condition.
    pub async fn alist_log_in(
        &self,
        path: &EntryPath<'_>,
        given: Secret,
        client: &Client<'_>,
        ctx: &RequestContext<impl Platform>,
    ) -> Result<String, Error> {
        if self.is_broken() {
            return Err(Error::Misconfigured);
        }
        let access = AccessRequest::new(path, None, client, ctx.now());
        let known = self.access.policy_asking_for_password(&access, &ctx.state.checks);
        let known = known.filter(|policy| policy.access() == Access::Password);
        let passwords = known.and_then(|policy| policy.fields.password.as_ref());
        let (Some(policy), Some(passwords), Some(keys)) = (known, passwords, &self.access.keys)
        else {
            let (passwords, client) = (Rc::default(), client.client_name());
            let [scope, counted_at] = [NO_RULE; 2].map(Rc::from);
            let attempt = PasswordAttempt { given, passwords, scope, counted_at, client };
            matching_password(ctx.verify_password(&attempt).await)?;
            return Err(Error::Locked { wrong: true });
        };
        check_conditions(policy, &access)?;
        let attempt = passwords.attempt(given, client);
        let which = matching_password(ctx.verify_password(&attempt).await)?;
        // After the check: neither its time nor its count tells whether there is a rule of this path.
        let is_at_path = *passwords.scope.path == *path.display();
        let password = passwords.list.get(which).filter(|_| is_at_path);
        let password = password.ok_or(Error::Locked { wrong: true })?;
        let expires_at = ctx.now().after(alist_login::LIFETIME);
        Ok(alist_login::make(keys, &passwords.scope.path, password, expires_at))
    }
}
