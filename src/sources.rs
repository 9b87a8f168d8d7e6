//! The sources of entries: one folder each, and one enum.
//!
//! - [`links`]: a tree of direct links that the owner wrote
//! - [`personal`]: a person's own drive, by the web API
//! - [`share`]: a share, by the web API
//! - [`open`]: an account of the open platform
//! - [`web_api`]: what `personal` and `share` have in common
//!
//! A source that 123Pan lists is a folder with its settings (`config`) and its API (`api`), and a variant
//! of [`Kind`].

pub mod cache;
pub mod call;
pub mod failures;
pub mod links;
pub mod listing;
pub mod open;
pub(crate) mod order;
pub mod personal;
pub mod remote;
pub mod share;
pub mod upstream;
pub mod web_api;

use std::rc::Rc;

use crate::config::error::ConfigError;
use crate::config::remote_mount::Reader;
pub use crate::config::remote_mount::RemoteSettings;
use crate::time::ValidMinutes;
use open::Open;
use share::Share;
use web_api::WebAccount;
use web_api::account::Accounts;

/// A mount whose entries come from the vendor.
#[derive(Clone, Debug)]
pub struct Upstream {
    /// The settings that do not depend on the source.
    pub settings: RemoteSettings,
    /// Which API, with what.
    pub kind: Kind,
}

/// The sources that 123Pan lists.
#[derive(Clone, Debug)]
pub enum Kind {
    /// A personal drive, by the web API.
    Personal(Rc<WebAccount>),
    /// A share, by the web API.
    Share(Share),
    /// An account of the open platform.
    Open(Open),
}

impl Kind {
    /// The fields that a mount of the source with this name may have, besides those of all; `None` if
    /// there is no such source.
    pub fn fields(source: &str) -> Option<&'static [&'static str]> {
        match source {
            "personal" => Some(&personal::config::FIELDS),
            "share" => Some(&share::config::FIELDS),
            "open" => Some(&open::config::FIELDS),
            _ => None,
        }
    }

    /// Reads a mount of the source with this name; `accounts` are those that a share may borrow.
    ///
    /// # Errors
    /// The field that is wrong, and how to mend it.
    pub fn read<L: Fn(&str) -> Option<String>>(
        source: &str,
        reader: &Reader<'_, L>,
        accounts: &Accounts,
    ) -> Result<Upstream, ConfigError> {
        match source {
            "personal" => personal::config::read(reader),
            "share" => share::config::read(reader, accounts),
            _ => open::config::read(reader),
        }
    }

    /// The name of the source.
    pub fn name(&self) -> &'static str {
        match self {
            Self::Personal(_) => "personal",
            Self::Share(_) => "share",
            Self::Open(_) => "open",
        }
    }

    /// How permanent direct links are signed, where the mount hands them out.
    pub fn direct(&self) -> Option<&open::Direct> {
        match self {
            Self::Open(open) => open.direct.as_ref(),
            Self::Personal(_) | Self::Share(_) => None,
        }
    }

    /// The lifetime of links, unless a rule says otherwise.
    pub fn valid(&self) -> ValidMinutes {
        self.direct().map(|direct| direct.valid).unwrap_or_default()
    }

    /// Whether folders are listed without an account.
    pub fn is_listed_anonymously(&self) -> bool {
        matches!(self, Self::Share(_))
    }

    /// Whether pages are asked for by the last entry instead of by number.
    pub fn is_by_cursor(&self) -> bool {
        matches!(self, Self::Open(_))
    }

    /// Whether the API is without TLS. Then it is one on the owner's own machine, and so is what it leads
    /// to.
    pub fn is_local(&self) -> bool {
        let api = match self {
            Self::Personal(account) => &account.hosts.api,
            Self::Share(share) => &share.hosts.api,
            Self::Open(open) => &open.api,
        };
        api.get(..7).is_some_and(|scheme| scheme.eq_ignore_ascii_case("http://"))
    }
}
