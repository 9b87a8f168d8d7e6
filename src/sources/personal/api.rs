//! API calls for a personal drive, and their responses.

use std::rc::Rc;
use std::time::Duration;

use serde_json::json;

use super::Personal;
use crate::error::upstream::UpstreamError;
use crate::secret::Secret;
use crate::sources::call::{ApiCall, ApiResult, LinkKind, SourceApi};
use crate::sources::upstream::call::{ApiResponse, Call, CallContext};
use crate::sources::upstream::endpoint::Endpoint;
use crate::sources::upstream::entry::{FileRef, Page};
use crate::sources::upstream::envelope::{self, CallKind};
use crate::sources::upstream::sign_in::SignIn;
use crate::sources::web_api::WebHosts;
use crate::sources::web_api::call::{self, download_url, etag, signed};
use crate::sources::web_api::request_sign::Signing;

// The spacing is 123Pan's own contribution to AList (6d85f1b0).
/// `GET file/list/new`.
const LIST: Endpoint = Endpoint::new("List", Duration::from_millis(700));
/// `POST file/download_info`.
const DOWNLOAD: Endpoint = Endpoint::new("Download", Duration::from_millis(700));

/// The fixed part of a listing's query. `Page` turns the pages, `next` does not (OpenList). Ordered by id:
/// by name, rows were lost or came twice (AList issues 6814, 6820). Oldest first: of two entries with one
/// name the older keeps it, in a part of a listing too.
const LIST_QUERY: &str = "driveId=0&limit=100&next=0&orderBy=file_id&orderDirection=asc&trashed=false\
     &SearchData=&OnlyLookAbnormalFile=0&event=homeListFile&operateType=4&inDirectSpace=false";

impl SourceApi for Personal {
    fn name(&self) -> &'static str {
        "personal"
    }

    fn base_url(&self) -> &str {
        &self.account.hosts.api
    }

    fn account(&self) -> Option<Rc<dyn SignIn>> {
        Some(Rc::clone(&self.account) as Rc<dyn SignIn>)
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
        let hosts = &self.account.hosts;
        match api_call {
            ApiCall::List { folder, cursor } => {
                Some(list(hosts, token, folder, u32::try_from(cursor).ok()?, signing))
            }
            ApiCall::Download { file, is_fallback } => {
                let version = if is_fallback { 2 } else { 1 };
                Some(download(hosts, token, file, version, signing))
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

/// The call for a page of a folder's listing. Folder 0 is the root; pages count from 1, and 0 is the first
/// too.
pub fn list(hosts: &WebHosts, token: &Secret, folder: u64, page: u32, signing: &Signing) -> Call {
    let query = format!("{LIST_QUERY}&parentFileId={folder}&Page={}", page.max(1));
    let url = signed(hosts, "/file/list/new", &query, signing);
    call::call(LIST, url, hosts, Some(token), None)
}

/// Reads a page of a listing from the response to [`list`]. [`Page::next`] says only whether there may be
/// more.
///
/// # Errors
/// The failure that 123Pan reported, or
/// [`UpstreamErrorKind::Other`](crate::error::upstream::UpstreamErrorKind::Other) if there is no
/// list in the response.
pub fn read_list(response: &ApiResponse) -> Result<Page, UpstreamError> {
    envelope::read(response, CallKind::Web).map(call::page)
}

/// The call for a file's download URL, by version 1 or 2 of the endpoint.
pub fn download(
    hosts: &WebHosts,
    token: &Secret,
    file: &FileRef,
    version: u8,
    signing: &Signing,
) -> Call {
    let body = json!({
        "driveId": 0,
        "etag": etag(file),
        "fileId": file.id,
        "fileName": file.name,
        "s3keyFlag": file.key_flag,
        "size": file.size,
        "type": 0,
    });
    let path = if version == 2 { "/v2/file/download_info" } else { "/file/download_info" };
    let url = signed(hosts, path, "", signing);
    call::call(DOWNLOAD, url, hosts, Some(token), Some(&body))
}

/// Reads the URL at which [`crate::sources::upstream::relay`] begins from the response to [`download`].
///
/// # Errors
/// The failure that 123Pan reported, or
/// [`UpstreamErrorKind::Other`](crate::error::upstream::UpstreamErrorKind::Other) if there is no
/// URL in the response.
pub fn read_download(response: &ApiResponse) -> Result<String, UpstreamError> {
    download_url(envelope::read(response, CallKind::Web)?)
}
