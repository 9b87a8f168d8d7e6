//! API calls of the open platform, and their responses. Source: the official pages (copies in
//! restic-123pan), OpenList `drivers/123_open`.
//!
//! Names of query parameters are case-sensitive, and differ between endpoints: `fileId` for
//! `download_info`, `fileID` for `direct-link/url`.

use std::fmt::Write as _;
use std::rc::Rc;
use std::time::Duration;

use super::Open;
use super::wire::{DirectLink, Download, Listing, UserInfo};
use crate::error::upstream::UpstreamError;
use crate::secret::Secret;
use crate::sources::call::{ApiCall, ApiResult, LinkKind, SourceApi};
use crate::sources::upstream::call::{ApiResponse, Call, CallContext, USER_AGENT};
use crate::sources::upstream::endpoint::Endpoint;
use crate::sources::upstream::entry::Page;
use crate::sources::upstream::envelope::{self, CallKind, malformed};
use crate::sources::upstream::row;
use crate::sources::upstream::sign_in::SignIn;
use crate::sources::upstream::wire::Row;

const fn endpoint(name: &'static str, spacing: Duration) -> Endpoint {
    let usual = Endpoint::new(name, spacing);
    Endpoint { max_attempts: 6, first_pause: Duration::from_millis(500), ..usual }
}

// Calls are spaced as OpenList spaces them: below what is documented for free keys.
/// `POST /api/v1/access_token`, `POST /api/v1/oauth2/access_token`, or a renewal address.
pub const TOKEN: Endpoint =
    Endpoint { is_sign_in: true, ..endpoint("OpenPlatformToken", Duration::from_millis(500)) };
/// `GET /api/v2/file/list`.
pub const LIST: Endpoint = endpoint("OpenPlatformList", Duration::from_millis(334));
/// `GET /api/v1/file/download_info`.
pub const DOWNLOAD: Endpoint = endpoint("OpenPlatformDownload", Duration::from_millis(200));
/// `GET /api/v1/direct-link/url`.
pub const DIRECT_LINK: Endpoint = endpoint("OpenPlatformDirectLink", Duration::from_millis(200));
/// `GET /api/v1/user/info`.
pub const USER_INFO: Endpoint = endpoint("OpenPlatformUserInfo", Duration::from_secs(1));

impl SourceApi for Rc<Open> {
    fn name(&self) -> &'static str {
        "open"
    }

    fn base_url(&self) -> &str {
        &self.api
    }

    fn account(&self) -> Option<Rc<dyn SignIn>> {
        Some(Self::clone(self))
    }

    fn is_by_cursor(&self) -> bool {
        true
    }

    fn link_kind(&self) -> LinkKind<'_> {
        self.direct.as_ref().map_or(LinkKind::Temporary, LinkKind::Permanent)
    }

    fn endpoint(&self, api_call: ApiCall<'_>) -> Endpoint {
        match api_call {
            ApiCall::List { .. } => LIST,
            ApiCall::Download { .. } => DOWNLOAD,
            ApiCall::DirectLink(_) => DIRECT_LINK,
            ApiCall::UserInfo => USER_INFO,
        }
    }

    fn call(&self, api_call: ApiCall<'_>, token: &Secret, _: CallContext) -> Option<Call> {
        Some(match api_call {
            ApiCall::List { folder, cursor } => {
                list(self, token, folder, (cursor != 0).then_some(cursor))
            }
            ApiCall::Download { is_fallback: true, .. } => return None,
            ApiCall::Download { file, is_fallback: false } => download(self, token, file.id),
            ApiCall::DirectLink(id) => direct_link(self, token, id),
            ApiCall::UserInfo => user_info(self, token),
        })
    }

    fn read(
        &self,
        api_call: ApiCall<'_>,
        response: &ApiResponse,
    ) -> Result<ApiResult, UpstreamError> {
        match api_call {
            ApiCall::List { .. } => read_list(response).map(ApiResult::Page),
            ApiCall::Download { .. } => read_download(response).map(ApiResult::Url),
            ApiCall::DirectLink(_) => read_direct_link(response).map(ApiResult::Url),
            ApiCall::UserInfo => read_user_info(response).map(ApiResult::Uid),
        }
    }
}

/// The call for a page of a folder's listing, from the row behind the id `after`.
fn list(open: &Open, token: &Secret, folder: u64, after: Option<u64>) -> Call {
    let mut url = format!("{}/api/v2/file/list?parentFileId={folder}&limit=100", open.api);
    if let Some(after) = after.filter(|after| *after != 0) {
        // Writing to a String can't fail.
        let _ = write!(url, "&lastFileId={after}");
    }
    call("GET", LIST, url, Some(token))
}

/// Reads a page of a listing from the response to [`list`]. 123Pan lists rows in the bin too; they are
/// dropped without being counted.
///
/// # Errors
/// The failure that 123Pan reported, or [`UpstreamErrorKind::Other`](crate::error::upstream::UpstreamErrorKind::Other) if
/// there is no list in the response.
fn read_list(response: &ApiResponse) -> Result<Page, UpstreamError> {
    let listing = envelope::read::<Listing>(response, CallKind::Open)?;
    let is_empty = listing.rows.is_empty();
    let mut page = Page::default();
    let is_trashed = |row: &Option<Row>| row.as_ref().is_some_and(|row| row.trashed);
    for row in listing.rows.into_iter().filter(|row| !is_trashed(row)) {
        row::add_row(&mut page, row);
    }
    for entry in &mut page.entries {
        entry.key_flag.clear();
    }
    page.next = listing.last_file_id.filter(|next| *next != 0 && !is_empty);
    Ok(page)
}

/// The call for a file's download URL, which works for some hours.
fn download(open: &Open, token: &Secret, id: u64) -> Call {
    let url = format!("{}/api/v1/file/download_info?fileId={id}", open.api);
    call("GET", DOWNLOAD, url, Some(token))
}

/// Reads the download URL from the response to [`download`].
///
/// # Errors
/// The failure that 123Pan reported, or [`UpstreamErrorKind::Other`](crate::error::upstream::UpstreamErrorKind::Other) if
/// there is no URL in the response.
fn read_download(response: &ApiResponse) -> Result<String, UpstreamError> {
    envelope::read::<Download>(response, CallKind::Open)?.url.ok_or_else(malformed)
}

/// The call for a file's permanent direct link, which comes unsigned.
fn direct_link(open: &Open, token: &Secret, id: u64) -> Call {
    let url = format!("{}/api/v1/direct-link/url?fileID={id}", open.api);
    call("GET", DIRECT_LINK, url, Some(token))
}

/// Reads the direct link from the response to [`direct_link`].
///
/// # Errors
/// The same as those of [`read_download`].
fn read_direct_link(response: &ApiResponse) -> Result<String, UpstreamError> {
    envelope::read::<DirectLink>(response, CallKind::Open)?.url.ok_or_else(malformed)
}

/// The call for the account's user id.
fn user_info(open: &Open, token: &Secret) -> Call {
    call("GET", USER_INFO, format!("{}/api/v1/user/info", open.api), Some(token))
}

/// Reads the account's user id, with which direct links are signed, from the response to [`user_info`].
///
/// # Errors
/// The failure that 123Pan reported, or [`UpstreamErrorKind::Other`](crate::error::upstream::UpstreamErrorKind::Other) if
/// there is no number in the response.
fn read_user_info(response: &ApiResponse) -> Result<u64, UpstreamError> {
    envelope::read::<UserInfo>(response, CallKind::Open)?.uid.ok_or_else(malformed)
}

/// A call of the open platform, with the headers that all of them have.
pub fn call(method: &'static str, endpoint: Endpoint, url: String, token: Option<&Secret>) -> Call {
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
