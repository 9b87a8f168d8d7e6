//! The sources of entries (files and folders): one module each, and one enum.
//!
//! - [`links`]: a tree of direct links that the owner wrote (a link tree)
//! - [`personal`]: a 123Pan user's own drive, by the web API
//! - [`share`]: a 123Pan share, by the web API
//! - [`open`]: an account of 123Pan's open platform
//! - [`web_api`]: what `personal` and `share` have in common, 123Pan's web API
//!
//! A source that 123Pan lists is a module with its settings (`config`) and its API calls (`api`), and a
//! variant of [`SourceKind`].

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

/// A mount whose entries come from 123Pan: its settings, and the source with its credentials.
#[derive(Clone, Debug)]
pub struct Upstream {
    /// The settings that all mounts of 123Pan's have, whatever their source.
    pub settings: RemoteSettings,
    /// The source, with its API, credentials and addresses.
    pub kind: SourceKind,
}

/// The sources that 123Pan lists, each with what its API calls need.
#[derive(Clone, Debug)]
pub enum SourceKind {
    /// A 123Pan user's own drive, by the web API.
    Personal(Rc<WebAccount>),
    /// A 123Pan share, by the web API.
    Share(Share),
    /// An account of 123Pan's open platform.
    Open(Open),
}

impl SourceKind {
    /// The fields that a mount of the source named `source` may have, besides those that all mounts have;
    /// `None` if there is no such source.
    pub fn fields(source: &str) -> Option<&'static [&'static str]> {
        match source {
            "personal" => Some(&personal::config::FIELDS),
            "share" => Some(&share::config::FIELDS),
            "open" => Some(&open::config::FIELDS),
            _ => None,
        }
    }

    /// Reads the settings of a mount of the source named `source`; `accounts` are those that a share may
    /// use.
    ///
    /// # Errors
    /// The field that is wrong, and how to correct it.
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

    /// The name of the source, as the `source` field of `MOUNTS` has it.
    pub fn name(&self) -> &'static str {
        match self {
            Self::Personal(_) => "personal",
            Self::Share(_) => "share",
            Self::Open(_) => "open",
        }
    }

    /// The settings of permanent direct links; `None` if the mount does not give those out.
    pub fn direct(&self) -> Option<&open::Direct> {
        match self {
            Self::Open(open) => open.direct.as_ref(),
            Self::Personal(_) | Self::Share(_) => None,
        }
    }

    /// The lifetime of signed links, unless a rule says otherwise.
    pub fn valid(&self) -> ValidMinutes {
        self.direct().map(|direct| direct.valid).unwrap_or_default()
    }

    /// Whether folders are listed without a token.
    pub fn is_listed_anonymously(&self) -> bool {
        matches!(self, Self::Share(_))
    }

    /// Whether pages of a listing are requested by the id of the last entry instead of by page number.
    pub fn is_by_cursor(&self) -> bool {
        matches!(self, Self::Open(_))
    }

    /// Whether the API is called without TLS. It is then on the owner's own machine, and so are the URLs
    /// that it gives.
    pub fn is_local(&self) -> bool {
        let api = match self {
            Self::Personal(account) => &account.hosts.api,
            Self::Share(share) => &share.hosts.api,
            Self::Open(open) => &open.api,
        };
        api.get(..7).is_some_and(|scheme| scheme.eq_ignore_ascii_case("http://"))
    }
}
