//! The API calls that are made for a mount, and their results: what all sources that 123Pan lists have in
//! common.

use std::fmt;
use std::rc::Rc;

use super::upstream::call::{ApiResponse, Call, CallContext};
use super::upstream::direct_link::DirectLinks;
use super::upstream::endpoint::Endpoint;
use super::upstream::entry::{FileRef, Page};
use super::upstream::sign_in::SignIn;
use crate::error::upstream::{UpstreamError, UpstreamErrorKind};
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
        /// Whether to call the source's second endpoint for this, after the first gave no URL. A source
        /// with one endpoint has no such call.
        is_fallback: bool,
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

/// 123Pan's API as one source uses it.
pub trait SourceApi: fmt::Debug {
    /// The name of the source, as the `source` field of `MOUNTS` has it.
    fn name(&self) -> &'static str;

    /// The API's base URL.
    fn base_url(&self) -> &str;

    /// The account whose token calls about files are made with; without one, files are only listed.
    fn account(&self) -> Option<Rc<dyn SignIn>>;

    /// Whether folders are listed without a token.
    fn is_listed_anonymously(&self) -> bool {
        false
    }

    /// Whether pages of a listing are requested by the id of the last entry instead of by page number.
    fn is_by_cursor(&self) -> bool {
        false
    }

    /// The kind of links that the source's files have.
    fn link_kind(&self) -> LinkKind<'_>;

    /// The endpoint of a call.
    fn endpoint(&self, api_call: ApiCall<'_>) -> Endpoint;

    /// Builds the HTTP request of a call, afresh for each attempt; `None` if the API has no such call.
    fn call(&self, api_call: ApiCall<'_>, token: &Secret, context: CallContext) -> Option<Call>;

    /// Reads the result of a call from the HTTP response to it.
    ///
    /// # Errors
    /// The failure that 123Pan reported, or that the response makes no sense.
    fn read(
        &self,
        api_call: ApiCall<'_>,
        response: &ApiResponse,
    ) -> Result<ApiResult, UpstreamError>;
}

/// The kind of links that a source's files have.
#[derive(Clone, Copy, Debug)]
pub enum LinkKind<'s> {
    /// A URL that leads over 123Pan's [relay](super::upstream::relay) to one that expires.
    Relayed,
    /// A URL that expires, given to clients as it is.
    Temporary,
    /// A permanent direct link, which this site signs.
    Permanent(&'s DirectLinks),
}
