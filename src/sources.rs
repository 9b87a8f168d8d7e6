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
pub mod config;
pub mod failures;
pub mod link;
pub mod links;
pub mod listing;
pub mod lru;
pub mod open;
pub mod personal;
pub mod remote;
pub mod share;
pub mod shown_listing;
pub mod upstream;
pub mod web_api;

use std::rc::Rc;

use crate::config::error::ConfigError;
use crate::config::remote_mount::Reader;
pub use crate::config::remote_mount::RemoteSettings;
use crate::host::is_unfetchable_address;
use crate::time::ValidMinutes;
use call::{LinkKind, SourceApi};
use open::Open;
use personal::Personal;
use share::Share;
use upstream::direct_link::DirectLinks;
use upstream::path_link::PathLinks;
use web_api::account::{Accounts, WebAccount};

/// The configuration of a mount that 123Pan lists: the settings that all such mounts have, and the source
/// with its credentials.
#[derive(Clone, Debug)]
pub struct RemoteMountConfig {
    /// The settings that all mounts of 123Pan's have, whatever their source.
    pub settings: RemoteSettings,
    /// The source, with its API, credentials and addresses.
    pub kind: SourceKind,
    /// The settings of direct links that are made of paths, if files are given out by those.
    pub path_links: Option<PathLinks>,
}

impl RemoteMountConfig {
    /// The lifetime of signed links, unless a rule says otherwise.
    pub fn valid(&self) -> ValidMinutes {
        let of_paths = self.path_links.as_ref().map(|links| links.valid);
        let given = || self.kind.direct_links().map(|direct| direct.valid);
        of_paths.or_else(given).unwrap_or_default()
    }

    /// Whether the API's host is an IP address, from which a Worker can't fetch.
    pub fn has_address_as_host(&self) -> bool {
        let after_scheme = self.kind.api().base_url().split_once("://").map(|(_, rest)| rest);
        let host = after_scheme.and_then(|rest| rest.split('/').next());
        host.is_some_and(is_unfetchable_address)
    }
}

/// The sources that 123Pan lists, each with what its API calls need.
#[derive(Clone, Debug)]
pub enum SourceKind {
    /// A 123Pan user's own drive, by the web API.
    Personal(Personal),
    /// A 123Pan share, by the web API.
    Share(Share),
    /// An account of 123Pan's open platform.
    Open(Rc<Open>),
}

impl SourceKind {
    /// The names of the sources, as the `source` field of `MOUNTS` has them.
    pub const NAMES: [&str; 3] = ["personal", "share", "open"];

    /// Reads the settings of a mount of the source named `source`; `accounts` are those that a share may
    /// use. `None` if 123Pan lists no source of this name.
    ///
    /// # Errors
    /// The field that is wrong, and how to correct it. Fields that are unknown or of a wrong type are added
    /// to `errors`.
    pub fn read<L: Fn(&str) -> Option<String>>(
        source: &str,
        reader: &Reader<'_, L>,
        accounts: &Accounts,
        errors: &mut Vec<ConfigError>,
    ) -> Option<Result<RemoteMountConfig, ConfigError>> {
        Some(match source {
            "personal" => {
                personal::config::read(reader, errors).map(|(settings, personal, path_links)| {
                    RemoteMountConfig { settings, kind: Self::Personal(personal), path_links }
                })
            }
            "share" => share::config::read(reader, accounts, errors).map(|(settings, share)| {
                RemoteMountConfig { settings, kind: Self::Share(share), path_links: None }
            }),
            "open" => open::config::read(reader, errors).map(|(settings, open, path_links)| {
                RemoteMountConfig { settings, kind: Self::Open(Rc::new(open)), path_links }
            }),
            _ => return None,
        })
    }

    /// Whether mounts of the source named `source` may use the account of another mount.
    pub fn can_use_other_account(source: &str) -> bool {
        source == "share"
    }

    /// The account that other mounts may use.
    pub fn shareable_account(&self) -> Option<&Rc<WebAccount>> {
        match self {
            Self::Personal(personal) => Some(&personal.account),
            Self::Share(_) | Self::Open(_) => None,
        }
    }

    /// 123Pan's API for the source.
    pub fn api(&self) -> &dyn SourceApi {
        match self {
            Self::Personal(personal) => personal,
            Self::Share(share) => share,
            Self::Open(open) => open,
        }
    }

    /// The settings of permanent direct links that 123Pan gives; `None` if the mount does not ask for those.
    pub fn direct_links(&self) -> Option<&DirectLinks> {
        match self.api().link_kind() {
            LinkKind::Permanent(direct) => Some(direct),
            LinkKind::Relayed | LinkKind::Temporary => None,
        }
    }

    /// Whether the API is called without TLS. It is then on the owner's own machine, and so are the URLs
    /// that it gives.
    pub fn is_local(&self) -> bool {
        let scheme = self.api().base_url().get(..7);
        scheme.is_some_and(|scheme| scheme.eq_ignore_ascii_case("http://"))
    }
}
