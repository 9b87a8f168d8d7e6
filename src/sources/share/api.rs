//! API calls for a share, and their responses.

use std::rc::Rc;
use std::time::Duration;

use serde_json::json;

use super::Share;
use crate::error::upstream::UpstreamError;
use crate::percent::encode_name;
use crate::secret::Secret;
use crate::sources::call::{ApiCall, ApiResult, LinkKind, SourceApi};
use crate::sources::upstream::call::{ApiResponse, Call, CallContext};
use crate::sources::upstream::endpoint::{Endpoint, Pauses};
use crate::sources::upstream::entry::{FileRef, Page};
use crate::sources::upstream::envelope::{self, CallKind};
use crate::sources::upstream::sign_in::SignIn;
use crate::sources::web_api::call::{self, download_url, etag, signed};
use crate::sources::web_api::request_sign::Signing;

/// `GET share/get`. One limit of 60 calls a minute holds for listings and downloads together.
const LIST: Endpoint = Endpoint {
    rate_limit: "Share",
    pauses: Pauses::Minutes,
    ..Endpoint::new("ShareList", Duration::from_secs(1))
};
/// `POST share/download/info`.
const DOWNLOAD: Endpoint = Endpoint { name: "ShareDownload", refuses_good_tokens: true, ..LIST };

impl SourceApi for Share {
    fn name(&self) -> &'static str {
        "share"
    }

    fn base_url(&self) -> &str {
        &self.hosts.api
    }

    fn account(&self) -> Option<Rc<dyn SignIn>> {
        self.account.clone().map(|account| account as Rc<dyn SignIn>)
    }

    /// Always: with a token, 123Pan could list the caller's own drive instead.
    fn is_listed_anonymously(&self) -> bool {
        true
    }

    fn link_kind(&self) -> LinkKind<'_> {
        LinkKind::Relayed
    }

    fn endpoint(&self, api_call: ApiCall<'_>) -> Endpoint {
        match api_call {
            ApiCall::List { .. } => LIST,
            ApiCall::Download { .. } | ApiCall::DirectLink(_) | ApiCall::UserInfo => DOWNLOAD,
        }
    }

    fn call(&self, api_call: ApiCall<'_>, token: &Secret, context: CallContext) -> Option<Call> {
        let signing = &Signing::new(context);
        match api_call {
            ApiCall::List { folder, cursor } => {
                Some(list(self, folder, u32::try_from(cursor).ok()?, signing))
            }
            ApiCall::Download { file, is_fallback } => {
                let version = if is_fallback { 2 } else { 1 };
                Some(download(self, token, file, version, signing))
            }
            ApiCall::DirectLink(_) | ApiCall::UserInfo => None,
        }
    }

    fn read(
        &self,
        api_call: ApiCall<'_>,
        response: &ApiResponse,
    ) -> Result<ApiResult, UpstreamError> {
        match api_call {
            ApiCall::List { .. } => read_list(response).map(ApiResult::Page),
            ApiCall::Download { .. } => read_download(response).map(ApiResult::Url),
            ApiCall::DirectLink(_) | ApiCall::UserInfo => Err(envelope::malformed()),
        }
    }
}

/// The call for a page of a share's folder. Folder 0 is the share's root; pages count from 1.
///
/// Never sent with a token: with one, 123Pan lists a folder of the caller's own drive with that id instead
/// of the share's (p123client).
pub fn list(share: &Share, folder: u64, page: u32, signing: &Signing) -> Call {
    let mut query = format!(
        "limit=100&next=0&orderBy=file_id&orderDirection=asc&event=homeListFile&operateType=4\
         &parentFileId={folder}&Page={}&shareKey=",
        page.max(1)
    );
    query.extend(encode_name(share.key.expose()));
    query.push_str("&SharePwd=");
    query.extend(encode_name(share.password.expose()));
    let url = signed(&share.hosts, "/share/get", &query, signing);
    call::call(LIST, url, &share.hosts, None, None)
}

/// Reads a page of a listing from the response to [`list`], without its total, which can't be relied on.
///
/// # Errors
/// The failure that 123Pan reported;
/// [`ShareGone`](crate::error::upstream::UpstreamErrorKind::ShareGone) also if the share says it
/// expired, and [`LoginRequired`](crate::error::upstream::UpstreamErrorKind::LoginRequired) for
/// [`Auth`](crate::error::upstream::UpstreamErrorKind::Auth), as no token was sent.
pub fn read_list(response: &ApiResponse) -> Result<Page, UpstreamError> {
    let page = call::page(envelope::read(response, CallKind::ShareList)?);
    Ok(Page { total: None, ..page })
}

/// The call for the download URL of a share's file, by version 1 or 2 of the endpoint.
pub fn download(
    share: &Share,
    token: &Secret,
    file: &FileRef,
    version: u8,
    signing: &Signing,
) -> Call {
    let body = json!({
        "shareKey": share.key.expose(),
        "SharePwd": share.password.expose(),
        "fileId": file.id,
        "etag": etag(file),
        "s3keyFlag": file.key_flag,
        "size": file.size,
    });
    let path = if version == 2 { "/v2/share/download/info" } else { "/share/download/info" };
    let url = signed(&share.hosts, path, "", signing);
    call::call(DOWNLOAD, url, &share.hosts, Some(token), Some(&body))
}

/// Reads the download URL from the response to [`download`].
///
/// # Errors
/// The failure that 123Pan reported;
/// [`ShareGone`](crate::error::upstream::UpstreamErrorKind::ShareGone) also if the share says it
/// expired.
pub fn read_download(response: &ApiResponse) -> Result<String, UpstreamError> {
    download_url(envelope::read(response, CallKind::ShareFile)?)
}
