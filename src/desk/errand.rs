//! What is fetched from the vendor, whichever API it is: one way for all calls.

use crate::secret::Secret;
use crate::upstream::call::{Answer, Call, Endpoint};
use crate::upstream::entry::{FileRef, Page};
use crate::upstream::request_sign::Signing;
use crate::upstream::settings::Kind;
use crate::upstream::trouble::{Failed, Trouble};
use crate::upstream::{open, web};

/// A call to be made for a mount.
#[derive(Clone, Copy, Debug)]
pub enum Errand<'e> {
    /// A page of a folder.
    List {
        /// The folder.
        folder: u64,
        /// Where the page begins, as [`crate::upstream::pages::Progress`] counts.
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
pub enum Got {
    /// A page of a folder.
    Page(Page),
    /// An address.
    Url(String),
    /// The number of the account.
    Uid(u64),
}

impl Got {
    /// The address, if it is one.
    pub fn url(self) -> Result<String, Failed> {
        match self {
            Self::Url(url) => Ok(url),
            Self::Page(_) | Self::Uid(_) => Err(Trouble::Other.into()),
        }
    }
}

impl Errand<'_> {
    /// Whether it is made without a token. A share's listing with one could be of the caller's own
    /// drive instead.
    pub fn is_anonymous(self, kind: &Kind) -> bool {
        matches!(self, Self::List { .. }) && is_listed_by_nobody(kind)
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
                web::list(&account.hosts, token, folder, page, signing)
            }
            (Self::List { folder, cursor }, Kind::Share(share)) => {
                web::share_list(share, folder, u32::try_from(cursor).ok()?, signing)
            }
            (Self::List { folder, cursor }, Kind::Open(open)) => {
                open::list(open, token, folder, (cursor != 0).then_some(cursor))
            }
            (Self::Download { file, version }, Kind::Personal(account)) => {
                web::download(&account.hosts, token, file, version, signing)
            }
            (Self::Download { file, version }, Kind::Share(share)) => {
                web::share_download(share, token, file, version, signing)
            }
            (Self::Download { file, .. }, Kind::Open(open)) => open::download(open, token, file.id),
            (Self::DirectLink(id), Kind::Open(open)) => open::direct_link(open, token, id),
            (Self::UserInfo, Kind::Open(open)) => open::user_info(open, token),
            (Self::DirectLink(_) | Self::UserInfo, Kind::Personal(_) | Kind::Share(_)) => {
                return None;
            }
        })
    }

    /// What the answer to it says.
    pub fn read(self, kind: &Kind, answer: &Answer) -> Result<Got, Failed> {
        match (self, kind) {
            (Self::List { .. }, Kind::Personal(_)) => web::read_list(answer).map(Got::Page),
            (Self::List { .. }, Kind::Share(_)) => web::read_share_list(answer).map(Got::Page),
            (Self::List { .. }, Kind::Open(_)) => open::read_list(answer).map(Got::Page),
            (Self::Download { .. }, Kind::Personal(_)) => web::read_download(answer).map(Got::Url),
            (Self::Download { .. }, Kind::Share(_)) => {
                web::read_share_download(answer).map(Got::Url)
            }
            (Self::Download { .. }, Kind::Open(_)) => open::read_download(answer).map(Got::Url),
            (Self::DirectLink(_), _) => open::read_direct_link(answer).map(Got::Url),
            (Self::UserInfo, _) => open::read_user_info(answer).map(Got::Uid),
        }
    }
}

/// Whether a kind's folders are listed without an account.
pub fn is_listed_by_nobody(kind: &Kind) -> bool {
    matches!(kind, Kind::Share(_))
}

/// Whether pages are asked for by the last entry instead of by number.
pub fn is_by_cursor(kind: &Kind) -> bool {
    matches!(kind, Kind::Open(_))
}

/// Whether the API is without TLS. Then it is one on the owner's own machine, and so is what it leads
/// to.
pub fn is_local(kind: &Kind) -> bool {
    let api = match kind {
        Kind::Personal(account) => &account.hosts.api,
        Kind::Share(share) => &share.hosts.api,
        Kind::Open(open) => &open.api,
    };
    api.get(..7).is_some_and(|scheme| scheme.eq_ignore_ascii_case("http://"))
}
