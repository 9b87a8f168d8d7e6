//! API calls of the open platform, and their responses. Source: the official pages (copies in
//! restic-123pan), OpenList `drivers/123_open`, OpenList-APIPages for renewals.
//!
//! Names of query parameters are case-sensitive, and differ between endpoints: `fileId` for
//! `download_info`, `fileID` for `direct-link/url`.

use std::fmt::Write as _;

use serde_json::{Value, json};

use super::{Open, OpenCredentials, RefreshClient};
use crate::percent::encode_name;
use crate::secret::Secret;
use crate::sources::upstream::call::{ApiResponse, Call, Endpoint, USER_AGENT};
use crate::sources::upstream::entry::Page;
use crate::sources::upstream::envelope::rows;
use crate::sources::upstream::envelope::{self, Api, field, filled, number};
use crate::sources::upstream::error::{UpstreamError, UpstreamErrorKind};
use crate::sources::upstream::row;
use crate::sources::upstream::token::Token;
use crate::sources::web_api::call::other;
use crate::time::UnixSeconds;

/// The tokens that a sign-in brought.
#[derive(Clone, Debug)]
pub struct OpenTokens {
    /// The access token, for calls.
    pub access: Token,
    /// The refresh token for the next sign-in, if the account signs in with one. Each works once: it has to
    /// be stored before the access token is used.
    pub refresh: Option<Secret>,
}

/// The assumed lifetime of a token whose expiry isn't stated, in seconds: half an hour.
const UNSTATED: u64 = 1_800;

/// The sign-in call, with the newest refresh token or else the first; `None` for a pasted access token.
pub fn token(open: &Open, refresh: Option<&Secret>) -> Option<Call> {
    match &open.credentials {
        OpenCredentials::AccessToken(_) => None,
        OpenCredentials::Client { id, secret } => {
            let body = json!({ "clientID": id.expose(), "clientSecret": secret.expose() });
            let url = format!("{}/api/v1/access_token", open.api);
            let mut call = call("POST", Endpoint::OpenToken, url, None);
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
            Some(call("POST", Endpoint::OpenToken, url, None))
        }
        OpenCredentials::Refresh { token, client: RefreshClient::Elsewhere(address) } => {
            let and = if address.contains('?') { '&' } else { '?' };
            let mut url = format!("{address}{and}refresh_ui=");
            url.extend(encode_name(refresh.unwrap_or(token).expose()));
            url.push_str("&server_use=true&driver_txt=123cloud_oa");
            let headers = vec![("user-agent", USER_AGENT.to_owned())];
            Some(Call { endpoint: Endpoint::OpenToken, method: "GET", url, headers, body: None })
        }
    }
}

/// Reads the tokens from the response to [`token`].
///
/// # Errors
/// [`UpstreamErrorKind::Credentials`] if 123Pan, or the renewal service, refused the credentials: only the
/// owner can help then.
pub fn read_token(
    open: &Open,
    answer: &ApiResponse,
    now: UnixSeconds,
) -> Result<OpenTokens, UpstreamError> {
    match &open.credentials {
        OpenCredentials::AccessToken(_) => Err(UpstreamErrorKind::Auth.into()),
        OpenCredentials::Client { .. } => {
            let data = envelope::read(answer, Api::Open).map_err(refused)?;
            let access = Token::read(field(&data, "accessToken"), field(&data, "expiredAt"), now);
            Ok(OpenTokens { access: access.ok_or_else(other)?, refresh: None })
        }
        OpenCredentials::Refresh { client, .. } => {
            let elsewhere = matches!(client, RefreshClient::Elsewhere(_));
            refreshed(answer, now).ok_or_else(|| not_refreshed(answer, elsewhere))
        }
    }
}

/// Reads both tokens from a flat JSON object, or from one within an envelope.
fn refreshed(answer: &ApiResponse, now: UnixSeconds) -> Option<OpenTokens> {
    let body = envelope::object(answer).filter(|_| (200..300).contains(&answer.status))?;
    let data = field(&body, "data");
    let data = if data.is_object() { data } else { &body };
    let seconds = number(field(data, "expires_in")).and_then(|seconds| u64::try_from(seconds).ok());
    let seconds = seconds.filter(|seconds| *seconds > 0).unwrap_or(UNSTATED);
    let mut access = Token::read(field(data, "access_token"), &Value::Null, now)?;
    access.expires_at = Some(UnixSeconds(now.0.saturating_add(seconds)));
    let refresh = Token::read(field(data, "refresh_token"), &Value::Null, now)?;
    Some(OpenTokens { access, refresh: Some(refresh.secret) })
}

fn not_refreshed(answer: &ApiResponse, elsewhere: bool) -> UpstreamError {
    let Err(mut failed) = envelope::read(answer, Api::Open) else { return other() };
    // A renewal service says HTTP 500 for a refusal, with its reason; that is final (OpenList).
    let is_final =
        failed.kind == UpstreamErrorKind::HostChanged || (elsewhere && answer.status == 500);
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

/// The call for a page of a folder's listing, from the row behind the id `after`.
pub fn list(open: &Open, token: &Secret, folder: u64, after: Option<u64>) -> Call {
    let mut url = format!("{}/api/v2/file/list?parentFileId={folder}&limit=100", open.api);
    if let Some(after) = after.filter(|after| *after != 0) {
        // Writing to a String can't fail.
        let _ = write!(url, "&lastFileId={after}");
    }
    call("GET", Endpoint::OpenList, url, Some(token))
}

/// Reads a page of a listing from the response to [`list`]. 123Pan lists rows in the bin too; they are
/// dropped without being counted.
///
/// # Errors
/// The failure that 123Pan reported, or [`UpstreamErrorKind::Other`] if there is no list in the response.
pub fn read_list(answer: &ApiResponse) -> Result<Page, UpstreamError> {
    let data = envelope::read(answer, Api::Open)?;
    let rows = rows(&data, "fileList")?;
    let mut page = Page::default();
    for row in rows.iter().filter(|row| !row::is_trashed(row)) {
        row::take(&mut page, row);
    }
    for entry in &mut page.entries {
        entry.key_flag.clear();
    }
    let next = number(field(&data, "lastFileId")).and_then(|next| u64::try_from(next).ok());
    page.next = next.filter(|next| *next != 0 && !rows.is_empty());
    Ok(page)
}

/// The call for a file's download URL, which works for some hours.
pub fn download(open: &Open, token: &Secret, id: u64) -> Call {
    let url = format!("{}/api/v1/file/download_info?fileId={id}", open.api);
    call("GET", Endpoint::OpenDownload, url, Some(token))
}

/// Reads the download URL from the response to [`download`].
///
/// # Errors
/// The failure that 123Pan reported, or [`UpstreamErrorKind::Other`] if there is no URL in the response.
pub fn read_download(answer: &ApiResponse) -> Result<String, UpstreamError> {
    address(answer, "downloadUrl")
}

/// The call for a file's permanent direct link, which comes unsigned.
pub fn direct_link(open: &Open, token: &Secret, id: u64) -> Call {
    let url = format!("{}/api/v1/direct-link/url?fileID={id}", open.api);
    call("GET", Endpoint::OpenDirectLink, url, Some(token))
}

/// Reads the direct link from the response to [`direct_link`].
///
/// # Errors
/// The same as those of [`read_download`].
pub fn read_direct_link(answer: &ApiResponse) -> Result<String, UpstreamError> {
    address(answer, "url")
}

/// The call for the account's user id.
pub fn user_info(open: &Open, token: &Secret) -> Call {
    call("GET", Endpoint::OpenUserInfo, format!("{}/api/v1/user/info", open.api), Some(token))
}

/// Reads the account's user id, with which direct links are signed, from the response to [`user_info`].
///
/// # Errors
/// The failure that 123Pan reported, or [`UpstreamErrorKind::Other`] if there is no number in the response.
pub fn read_user_info(answer: &ApiResponse) -> Result<u64, UpstreamError> {
    let data = envelope::read(answer, Api::Open)?;
    number(field(&data, "uid")).and_then(|uid| u64::try_from(uid).ok()).ok_or_else(other)
}

fn address(answer: &ApiResponse, name: &str) -> Result<String, UpstreamError> {
    let data = envelope::read(answer, Api::Open)?;
    filled(&data, name).map(str::to_owned).ok_or_else(other)
}

fn call(method: &'static str, endpoint: Endpoint, url: String, token: Option<&Secret>) -> Call {
    let mut headers = vec![
        ("user-agent", USER_AGENT.to_owned()),
        ("platform", "open_platform".to_owned()),
        ("content-type", "application/json".to_owned()),
    ];
    headers.extend(token.map(|token| ("authorization", format!("Bearer {}", token.expose()))));
    Call { endpoint, method, url, headers, body: None }
}

#[cfg(test)]
mod tests;
