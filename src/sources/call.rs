//! The API calls that are made for a mount, and their results, for all sources that 123Pan lists.

use super::upstream::call::{ApiResponse, Call, Endpoint};
use super::upstream::entry::{FileRef, Page};
use super::upstream::error::{UpstreamError, UpstreamErrorKind};
use super::web_api::request_sign::Signing;
use super::{SourceKind, open, personal, share};
use crate::secret::Secret;

/// An API call to be made for a mount, independent of the mount's source.
#[derive(Clone, Copy, Debug)]
pub enum ApiCall<'e> {
    /// A page of a folder's listing.
    List {
        /// The folder's 123Pan id.
        folder: u64,
        /// The page's cursor, as [`super::upstream::pages::Progress`] counts.
        cursor: u64,
    },
    /// A file's download URL.
    Download {
        /// The file, with what 123Pan wants to know of it.
        file: &'e FileRef,
        /// The version of the endpoint: 1 or 2, which only the web API tells apart.
        version: u8,
    },
    /// The permanent direct link of the file with this 123Pan id.
    DirectLink(u64),
    /// The account's 123Pan user id.
    UserInfo,
}

/// The result of an [`ApiCall`].
#[derive(Clone, Debug)]
pub enum ApiResult {
    /// A page of a folder's listing.
    Page(Page),
    /// A download URL or a direct link.
    Url(String),
    /// The account's 123Pan user id.
    Uid(u64),
}

impl ApiResult {
    /// The URL of a result that is one.
    ///
    /// # Errors
    /// [`UpstreamErrorKind::Other`] if the result is something else.
    pub fn url(self) -> Result<String, UpstreamError> {
        match self {
            Self::Url(url) => Ok(url),
            Self::Page(_) | Self::Uid(_) => Err(UpstreamErrorKind::Other.into()),
        }
    }
}

impl ApiCall<'_> {
    /// Whether the call is made without a token. Listing a share with one could list the caller's own drive
    /// instead.
    pub fn is_anonymous(self, kind: &SourceKind) -> bool {
        matches!(self, Self::List { .. }) && kind.is_listed_anonymously()
    }

    /// The endpoint that the call is rate-limited as.
    pub fn endpoint(self, kind: &SourceKind) -> Endpoint {
        match (self, kind) {
            (Self::List { .. }, SourceKind::Personal(_)) => Endpoint::List,
            (Self::List { .. }, SourceKind::Share(_)) => Endpoint::ShareList,
            (Self::List { .. }, SourceKind::Open(_)) => Endpoint::OpenList,
            (Self::Download { .. }, SourceKind::Personal(_)) => Endpoint::Download,
            (Self::Download { .. }, SourceKind::Share(_)) => Endpoint::ShareDownload,
            (Self::Download { .. }, SourceKind::Open(_)) => Endpoint::OpenDownload,
            (Self::DirectLink(_), _) => Endpoint::OpenDirectLink,
            (Self::UserInfo, _) => Endpoint::OpenUserInfo,
        }
    }

    /// Builds the HTTP request, afresh for each attempt; `None` if the source's API has no such call.
    pub fn call(self, kind: &SourceKind, token: &Secret, signing: &Signing) -> Option<Call> {
        Some(match (self, kind) {
            (Self::List { folder, cursor }, SourceKind::Personal(account)) => {
                let page = u32::try_from(cursor).ok()?;
                personal::api::list(&account.hosts, token, folder, page, signing)
            }
            (Self::List { folder, cursor }, SourceKind::Share(share)) => {
                share::api::list(share, folder, u32::try_from(cursor).ok()?, signing)
            }
            (Self::List { folder, cursor }, SourceKind::Open(open)) => {
                open::api::list(open, token, folder, (cursor != 0).then_some(cursor))
            }
            (Self::Download { file, version }, SourceKind::Personal(account)) => {
                personal::api::download(&account.hosts, token, file, version, signing)
            }
            (Self::Download { file, version }, SourceKind::Share(share)) => {
                share::api::download(share, token, file, version, signing)
            }
            (Self::Download { file, .. }, SourceKind::Open(open)) => {
                open::api::download(open, token, file.id)
            }
            (Self::DirectLink(id), SourceKind::Open(open)) => {
                open::api::direct_link(open, token, id)
            }
            (Self::UserInfo, SourceKind::Open(open)) => open::api::user_info(open, token),
            (
                Self::DirectLink(_) | Self::UserInfo,
                SourceKind::Personal(_) | SourceKind::Share(_),
            ) => {
                return None;
            }
        })
    }

    /// Reads the result from the HTTP response to the call.
    ///
    /// # Errors
    /// The failure that 123Pan reported, or that the response makes no sense.
    pub fn read(self, kind: &SourceKind, answer: &ApiResponse) -> Result<ApiResult, UpstreamError> {
        match (self, kind) {
            (Self::List { .. }, SourceKind::Personal(_)) => {
                personal::api::read_list(answer).map(ApiResult::Page)
            }
            (Self::List { .. }, SourceKind::Share(_)) => {
                share::api::read_list(answer).map(ApiResult::Page)
            }
            (Self::List { .. }, SourceKind::Open(_)) => {
                open::api::read_list(answer).map(ApiResult::Page)
            }
            (Self::Download { .. }, SourceKind::Personal(_)) => {
                personal::api::read_download(answer).map(ApiResult::Url)
            }
            (Self::Download { .. }, SourceKind::Share(_)) => {
                share::api::read_download(answer).map(ApiResult::Url)
            }
            (Self::Download { .. }, SourceKind::Open(_)) => {
                open::api::read_download(answer).map(ApiResult::Url)
            }
            (Self::DirectLink(_), _) => open::api::read_direct_link(answer).map(ApiResult::Url),
            (Self::UserInfo, _) => open::api::read_user_info(answer).map(ApiResult::Uid),
        }
    }
}
