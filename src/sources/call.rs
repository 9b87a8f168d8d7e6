//! What is fetched from 123Pan, whichever source it is for: one way for all calls.

use super::upstream::call::{ApiResponse, Call, Endpoint};
use super::upstream::entry::{FileRef, Page};
use super::upstream::error::{UpstreamError, UpstreamErrorKind};
use super::web_api::request_sign::Signing;
use super::{Kind, open, personal, share};
use crate::secret::Secret;

/// A call to be made for a mount.
#[derive(Clone, Copy, Debug)]
pub enum ApiCall<'e> {
    /// A page of a folder.
    List {
        /// The folder.
        folder: u64,
        /// Where the page begins, as [`super::upstream::pages::Progress`] counts.
        cursor: u64,
    },
    /// A file's address.
    Download {
        /// The file.
        file: &'e FileRef,
        /// 1 or 2: the web API has two ways to say it.
        version: u8,
    },
    /// A file's permanent address.
    DirectLink(u64),
    /// The number of the account.
    UserInfo,
}

/// What it brought.
#[derive(Clone, Debug)]
pub enum ApiResult {
    /// A page of a folder.
    Page(Page),
    /// An address.
    Url(String),
    /// The number of the account.
    Uid(u64),
}

impl ApiResult {
    /// The address, if it is one.
    ///
    /// # Errors
    /// [`UpstreamErrorKind::Other`] if it is something else.
    pub fn url(self) -> Result<String, UpstreamError> {
        match self {
            Self::Url(url) => Ok(url),
            Self::Page(_) | Self::Uid(_) => Err(UpstreamErrorKind::Other.into()),
        }
    }
}

impl ApiCall<'_> {
    /// Whether it is made without a token. A share's listing with one could be of the caller's own
    /// drive instead.
    pub fn is_anonymous(self, kind: &Kind) -> bool {
        matches!(self, Self::List { .. }) && kind.is_listed_anonymously()
    }

    /// Whose pace it keeps.
    pub fn endpoint(self, kind: &Kind) -> Endpoint {
        match (self, kind) {
            (Self::List { .. }, Kind::Personal(_)) => Endpoint::List,
            (Self::List { .. }, Kind::Share(_)) => Endpoint::ShareList,
            (Self::List { .. }, Kind::Open(_)) => Endpoint::OpenList,
            (Self::Download { .. }, Kind::Personal(_)) => Endpoint::Download,
            (Self::Download { .. }, Kind::Share(_)) => Endpoint::ShareDownload,
            (Self::Download { .. }, Kind::Open(_)) => Endpoint::OpenDownload,
            (Self::DirectLink(_), _) => Endpoint::OpenDirectLink,
            (Self::UserInfo, _) => Endpoint::OpenUserInfo,
        }
    }

    /// The call, afresh for each attempt. `None` for what the API doesn't have.
    pub fn call(self, kind: &Kind, token: &Secret, signing: &Signing) -> Option<Call> {
        Some(match (self, kind) {
            (Self::List { folder, cursor }, Kind::Personal(account)) => {
                let page = u32::try_from(cursor).ok()?;
                personal::api::list(&account.hosts, token, folder, page, signing)
            }
            (Self::List { folder, cursor }, Kind::Share(share)) => {
                share::api::list(share, folder, u32::try_from(cursor).ok()?, signing)
            }
            (Self::List { folder, cursor }, Kind::Open(open)) => {
                open::api::list(open, token, folder, (cursor != 0).then_some(cursor))
            }
            (Self::Download { file, version }, Kind::Personal(account)) => {
                personal::api::download(&account.hosts, token, file, version, signing)
            }
            (Self::Download { file, version }, Kind::Share(share)) => {
                share::api::download(share, token, file, version, signing)
            }
            (Self::Download { file, .. }, Kind::Open(open)) => {
                open::api::download(open, token, file.id)
            }
            (Self::DirectLink(id), Kind::Open(open)) => open::api::direct_link(open, token, id),
            (Self::UserInfo, Kind::Open(open)) => open::api::user_info(open, token),
            (Self::DirectLink(_) | Self::UserInfo, Kind::Personal(_) | Kind::Share(_)) => {
                return None;
            }
        })
    }

    /// What the answer to it says.
    ///
    /// # Errors
    /// What 123Pan refused, or that the answer makes no sense.
    pub fn read(self, kind: &Kind, answer: &ApiResponse) -> Result<ApiResult, UpstreamError> {
        match (self, kind) {
            (Self::List { .. }, Kind::Personal(_)) => {
                personal::api::read_list(answer).map(ApiResult::Page)
            }
            (Self::List { .. }, Kind::Share(_)) => {
                share::api::read_list(answer).map(ApiResult::Page)
            }
            (Self::List { .. }, Kind::Open(_)) => open::api::read_list(answer).map(ApiResult::Page),
            (Self::Download { .. }, Kind::Personal(_)) => {
                personal::api::read_download(answer).map(ApiResult::Url)
            }
            (Self::Download { .. }, Kind::Share(_)) => {
                share::api::read_download(answer).map(ApiResult::Url)
            }
            (Self::Download { .. }, Kind::Open(_)) => {
                open::api::read_download(answer).map(ApiResult::Url)
            }
            (Self::DirectLink(_), _) => open::api::read_direct_link(answer).map(ApiResult::Url),
            (Self::UserInfo, _) => open::api::read_user_info(answer).map(ApiResult::Uid),
        }
    }
}
