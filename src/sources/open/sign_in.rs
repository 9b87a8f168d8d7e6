//! Signing in at the open platform, and renewing tokens. Source: the official pages (copies in
//! restic-123pan), OpenList-APIPages for renewals.

use std::time::Duration;

use serde_json::json;

use super::api::{TOKEN, call};
use super::wire::{ClientToken, Renewal};
use super::{Open, OpenCredentials, RefreshClient};
use crate::error::upstream::{UpstreamError, UpstreamErrorKind};
use crate::percent::encode_name;
use crate::secret::Secret;
use crate::sources::upstream::call::{ApiResponse, Call, USER_AGENT};
use crate::sources::upstream::envelope::{self, CallKind, malformed};
use crate::sources::upstream::lenient;
use crate::sources::upstream::sign_in::{SignIn, Tokens};
use crate::sources::upstream::token::{Token, pasted};
use crate::time::UnixSeconds;

/// The assumed lifetime of a token whose expiry isn't stated.
const DEFAULT_LIFETIME: Duration = Duration::from_mins(30);

/// The sign-in call, with the newest refresh token or else the first; `None` for a pasted access token.
pub(super) fn token(open: &Open, refresh: Option<&Secret>) -> Option<Call> {
    match &open.credentials {
        OpenCredentials::AccessToken(_) => None,
        OpenCredentials::Client { id, secret } => {
            let body = json!({ "clientID": id.expose(), "clientSecret": secret.expose() });
            let url = format!("{}/api/v1/access_token", open.api);
            let mut call = call("POST", TOKEN, url, None);
            call.body = Some(body.to_string());
            Some(call)
        }
        OpenCredentials::Refresh { token, client: RefreshClient::Own { id, secret } } => {
            let refresh = refresh.unwrap_or(token).expose();
            let mut url = format!(
                "{}/api/v1/oauth2/access_token?grant_type=refresh_token&client_id=",
                open.api
            );
            url.extend(encode_name(id.expose()));
            url.push_str("&client_secret=");
            url.extend(encode_name(secret.expose()));
            url.push_str("&refresh_token=");
            url.extend(encode_name(refresh));
            Some(call("POST", TOKEN, url, None))
        }
        OpenCredentials::Refresh { token, client: RefreshClient::RenewalService(address) } => {
            let and = if address.contains('?') { '&' } else { '?' };
            let mut url = format!("{address}{and}refresh_ui=");
            url.extend(encode_name(refresh.unwrap_or(token).expose()));
            url.push_str("&server_use=true&driver_txt=123cloud_oa");
            let headers = vec![("user-agent", USER_AGENT.to_owned())];
            Some(Call { endpoint: TOKEN, method: "GET", url, headers, body: None })
        }
    }
}

/// Reads the tokens from the response to [`token`].
///
/// # Errors
/// [`UpstreamErrorKind::Credentials`] if 123Pan, or the renewal service, refused the credentials: only the
/// owner can help then.
pub(super) fn read_token(
    open: &Open,
    response: &ApiResponse,
    now: UnixSeconds,
) -> Result<Tokens, UpstreamError> {
    match &open.credentials {
        OpenCredentials::AccessToken(_) => Err(UpstreamErrorKind::Auth.into()),
        OpenCredentials::Client { .. } => {
            let data = envelope::data(response, CallKind::Open).map_err(refused)?;
            let given = envelope::object::<ClientToken>(data)?;
            let access = Token::read(&given.access_token, given.expired_at, now);
            Ok(Tokens { access: access.ok_or_else(malformed)?, refresh: None })
        }
        OpenCredentials::Refresh { client, .. } => {
            let elsewhere = matches!(client, RefreshClient::RenewalService(_));
            refreshed(response, now).ok_or_else(|| not_refreshed(response, elsewhere))
        }
    }
}

/// Reads both tokens from a flat JSON object, or from one within an envelope.
fn refreshed(response: &ApiResponse, now: UnixSeconds) -> Option<Tokens> {
    let body = lenient::parse(&response.body).filter(|_| (200..300).contains(&response.status))?;
    let renewal = lenient::object::<Renewal>(body)?;
    let Renewal { access_token, refresh_token, expires_in, data: _ } = match renewal.data {
        Some(inner) => *inner,
        None => renewal,
    };
    let lifetime =
        expires_in.filter(|seconds| *seconds > 0).map_or(DEFAULT_LIFETIME, Duration::from_secs);
    let mut access = Token::read(&access_token?, None, now)?;
    access.expires_at = Some(now.after(lifetime));
    let refresh = Token::read(&refresh_token?, None, now)?;
    Some(Tokens { access, refresh: Some(refresh.secret) })
}

fn not_refreshed(response: &ApiResponse, elsewhere: bool) -> UpstreamError {
    let Err(mut failed) = envelope::data(response, CallKind::Open) else { return malformed() };
    // A renewal service says HTTP 500 for a refusal, with its reason; that is final (OpenList).
    let is_final =
        failed.kind == UpstreamErrorKind::HostChanged || (elsewhere && response.status == 500);
    if is_final && failed.said.is_some() {
        failed.kind = UpstreamErrorKind::Credentials;
    }
    refused(failed)
}

fn refused(mut failed: UpstreamError) -> UpstreamError {
    if envelope::is_refusal(failed.kind) {
        failed.kind = UpstreamErrorKind::Credentials;
    }
    failed
}

impl SignIn for Open {
    fn key(&self) -> &str {
        &self.account
    }

    fn pasted_token(&self) -> Option<Secret> {
        match &self.credentials {
            OpenCredentials::AccessToken(token) => Some(Secret::new(pasted(token.expose()))),
            OpenCredentials::Client { .. } | OpenCredentials::Refresh { .. } => None,
        }
    }

    fn credentials(&self) -> [&str; 4] {
        match &self.credentials {
            OpenCredentials::Client { id, secret } => ["client", id.expose(), secret.expose(), ""],
            OpenCredentials::AccessToken(token) => ["access", token.expose(), "", ""],
            OpenCredentials::Refresh { token, client: RefreshClient::Own { id, secret } } => {
                ["refresh", token.expose(), id.expose(), secret.expose()]
            }
            OpenCredentials::Refresh { token, client: RefreshClient::RenewalService(url) } => {
                ["refresh", token.expose(), url, ""]
            }
        }
    }

    /// The credentials without the client of a refresh token: a token stays good whichever client renews
    /// it.
    fn token_credentials(&self) -> [&str; 4] {
        match &self.credentials {
            OpenCredentials::Refresh { token, .. } => ["refresh", token.expose(), "", ""],
            OpenCredentials::Client { .. } | OpenCredentials::AccessToken(_) => self.credentials(),
        }
    }

    fn call(&self, refresh: Option<&Secret>) -> Option<Call> {
        token(self, refresh)
    }

    fn may_repeat(&self) -> bool {
        matches!(self.credentials, OpenCredentials::Client { .. })
    }

    fn read(&self, response: &ApiResponse, now: UnixSeconds) -> Result<Tokens, UpstreamError> {
        read_token(self, response, now)
    }
}
