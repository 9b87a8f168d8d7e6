//! Logins on WebDAV: by HTTP Basic authentication, with a password or a token made for it.

use super::Site;
use crate::access::authorize::check_share_conditions;
use crate::access::client::{AccessRequest, Client};
use crate::access::login::Login;
use crate::access::share_link::ShareToken;
use crate::context::RequestContext;
use crate::error::Error;
use crate::path::EntryPath;
use crate::platform::Platform;
use crate::secret::Secret;

/// The credentials of a WebDAV request, as far as they are looked at before its path is opened.
#[derive(Debug)]
pub enum DavLogin {
    /// None were sent, or they say nothing at this path: the client is a stranger.
    Stranger,
    /// They are right for the path that the user name names, or the token is for the request's path.
    Verified(Login),
    /// A password that says by no user name what it is for: it is held against the rule of the request's path,
    /// as everywhere on the site.
    ByPath,
}

impl Site {
    /// Logs a WebDAV client in by its user name and password. A user name that is an absolute path names the
    /// rule whose password it is, or the path that a token is for: so a client that sends the same credentials
    /// for every path is known in the folders above as well. One password is verified at most.
    ///
    /// The API's token is never taken: some clients pass a password on to the host that they are redirected to.
    ///
    /// # Errors
    /// [`Error::Locked`] for credentials that are wrong for the path that they name, and why they can't be
    /// verified.
    pub async fn log_in_to_dav(
        &self,
        access: &AccessRequest<'_>,
        ctx: &RequestContext<impl Platform>,
    ) -> Result<DavLogin, Error> {
        let Some((user, given)) = credentials(access.client) else { return Ok(DavLogin::Stranger) };
        let named = EntryPath::from_decoded(&user).ok();
        let path = named.as_ref().unwrap_or(access.path);
        let access = AccessRequest { path, ..*access };
        if let Some(token) = ShareToken::decode(given.expose()) {
            return match self.verify_dav_token(&token, &access, ctx).await {
                Ok(login) => Ok(DavLogin::Verified(login)),
                // It may be right for another path than the request's.
                Err(Error::Locked { .. }) if named.is_none() => Ok(DavLogin::Stranger),
                Err(error) => Err(error),
            };
        }
        if named.is_none() {
            return Ok(DavLogin::ByPath);
        }
        Ok(match self.check_password(given, &access, ctx).await? {
            Some((passwords, _)) => {
                DavLogin::Verified(Login::Password { scope: passwords.scope.path.clone() })
            }
            None => DavLogin::Stranger,
        })
    }

    async fn verify_dav_token(
        &self,
        token: &ShareToken,
        access: &AccessRequest<'_>,
        ctx: &RequestContext<impl Platform>,
    ) -> Result<Login, Error> {
        const WRONG: Error = Error::Locked { wrong: true };
        let keys = self.access.keys.as_ref().filter(|_| !self.is_broken()).ok_or(WRONG)?;
        let segments = access.path.segments().collect::<Vec<_>>();
        let claims = token.verify_dav_token(keys, &segments, access.now).map_err(|_| WRONG)?;
        if ctx.revoked_share_links().await?.is_revoked(&claims) {
            return Err(WRONG);
        }
        check_share_conditions(&claims, access)?;
        let scope = segments.into_iter().take(claims.depth).map(str::to_owned).collect();
        Ok(Login::Token { claims: Box::new(claims), scope })
    }
}

/// The user name and the password of a client. If the password is a token, the user name may have colons: a path
/// may, and a token has none. HTTP Basic authentication ends a user name at its first colon.
fn credentials(client: &Client<'_>) -> Option<(String, Secret)> {
    let is_token = |(_, given): &(String, Secret)| ShareToken::decode(given.expose()).is_some();
    client.basic_with_colons().filter(is_token).or_else(|| client.basic())
}
