//! The caller of AList's API: its login, the password in its request, and the secret that signs for it.

use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use super::failure::Failure;
use crate::access::alist_login::{AlistLogin, LIFETIME};
use crate::access::check_outcomes::CheckOutcomes;
use crate::access::client::{AccessRequest, Client};
use crate::access::file_sign::{FolderSigner, SignedBy};
use crate::access::login::Login;
use crate::http::request::Request;
use crate::site::Site;
use crate::time::UnixSeconds;

/// The lifetime of signatures by the API's token.
const OWNER_LIFETIME: Duration = Duration::from_hours(7 * 24);
/// Signatures without a login's expiry expire at a whole one of these, so that they stay the same for a while.
const DAY: Duration = Duration::from_hours(24);
const HOUR: Duration = Duration::from_hours(1);

/// The caller of AList's API.
#[derive(Debug)]
pub(super) struct Caller {
    /// The login; `None` for a guest.
    pub login: Option<AlistLogin>,
    /// The password in the request, as HTTP Basic has it, for the guard.
    basic: Option<String>,
}

impl Caller {
    /// The caller of a request, with the password in its body.
    ///
    /// # Errors
    /// [`Failure::TOKEN`] for a token that is wrong or has expired; without any token the caller is a guest.
    pub fn of(
        site: &Site,
        request: &Request<'_>,
        password: Option<&str>,
        now: UnixSeconds,
    ) -> Result<Self, Failure> {
        let token = request.client.authorization.map(str::trim).filter(|token| !token.is_empty());
        let login = match token {
            None => None,
            Some(token) => Some(site.access.alist_login(token, now).ok_or(Failure::TOKEN)?),
        };
        let password = password.filter(|password| !password.is_empty());
        let basic = password
            .map(|password| ["Basic ", &STANDARD.encode([":", password].concat())].concat());
        Ok(Self { login, basic })
    }

    /// Whether the caller is the site's owner.
    pub fn is_owner(&self) -> bool {
        self.login.as_ref().is_some_and(|login| matches!(login.login, Login::Owner))
    }

    /// The client as the guard sees it: by its login, then by the password in the request, and by nothing else.
    pub fn client<'c>(&'c self, client: &Client<'c>) -> Client<'c> {
        let client = client.without_credentials();
        let login = self.login.as_ref().map(|login| &login.login);
        Client { authorization: self.basic.as_deref(), login, ..client }
    }

    /// The signer of the files in a folder for this caller, who has opened the entry of the access request;
    /// `None` for a guest who gave no password that opens it.
    pub fn signer(
        &self,
        site: &Site,
        access: &AccessRequest<'_>,
        outcomes: &CheckOutcomes,
        folder: &str,
    ) -> Option<FolderSigner> {
        let (by, expires_at) = self.signed_by(site, access, outcomes)?;
        Some(FolderSigner::new(site.access.keys.as_ref()?, &by, folder, expires_at))
    }

    /// The secret that opened the entry, and when its signatures expire.
    fn signed_by(
        &self,
        site: &Site,
        access: &AccessRequest<'_>,
        outcomes: &CheckOutcomes,
    ) -> Option<(SignedBy, UnixSeconds)> {
        if let Some(by) = site.access.given_password(access, outcomes) {
            return Some((by, whole(access.now.after(LIFETIME), HOUR)));
        }
        let login = self.login.as_ref()?;
        let of_owner = || whole(access.now.after(OWNER_LIFETIME), DAY);
        Some((login.by.clone(), login.expires_at.unwrap_or_else(of_owner)))
    }
}

/// The beginning of the period of this length that a moment lies in.
fn whole(moment: UnixSeconds, period: Duration) -> UnixSeconds {
    moment.period_end(period).before(period)
}
