//! Share links that visitors make: a rule may let those who know a password pass on what they opened by it.

use std::time::Duration;

use super::open_folder::OpenFolder;
use super::opened::OpenedEntry;
use crate::access::authorize::Permit;
use crate::access::client::AccessRequest;
use crate::access::control::AccessControl;
use crate::access::credentials::Credential;
use crate::access::share_link::{self, ShareClaims, ShareId};
use crate::context::RequestContext;
use crate::error::Error;
use crate::platform::Platform;
use crate::time::UnixSeconds;

/// The key that somebody else needs to open what a visitor has opened.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Sharing {
    /// No key is needed: the path alone opens the entry.
    Open,
    /// The token of a share link.
    Link {
        /// The token, which stands behind `/~` in a URL.
        token: String,
        /// The number of path segments of the link's scope, above which nothing opens.
        depth: usize,
        /// The first moment at which the link no longer opens; `None` if it never expires.
        expires_at: Option<UnixSeconds>,
    },
    /// A key of the visitor's own, which can't be passed on.
    Own,
}

impl Sharing {
    /// The prefix of a path in a link: `/~TOKEN`, or nothing.
    pub fn prefix(&self) -> String {
        match self {
            Self::Link { token, .. } => ["/~", token].concat(),
            Self::Open | Self::Own => String::new(),
        }
    }

    /// The number of path segments of the topmost folder that the key opens.
    pub fn depth(&self) -> usize {
        match self {
            Self::Link { depth, .. } => *depth,
            Self::Open | Self::Own => 0,
        }
    }
}

/// Default lifetime, in hours, of a share link that a visitor makes, where the rule allows it.
const DEFAULT_HOURS: u16 = 24;

/// Decides what a visitor passes on so that others can open an entry, or what is below it. A visitor who
/// came by a share link passes on that link. One who gave a password gets a new link, where a rule allows
/// it, which expires after `hours` hours, a day if that is `None`, and never longer than the rule says.
///
/// # Errors
/// [`Error::Unavailable`] where the list of revoked links can't be read.
pub async fn share(
    opened: &OpenedEntry<'_>,
    access: &AccessRequest<'_>,
    hours: Option<u16>,
    ctx: &RequestContext<impl Platform>,
) -> Result<Sharing, Error> {
    match opened {
        OpenedEntry::File(file) => {
            share_on(&file.site.access, &file.permit, access, hours, ctx).await
        }
        OpenedEntry::Folder(folder) => {
            share_on(&folder.site.access, &folder.permit, access, hours, ctx).await
        }
    }
}

/// Decides what a visitor passes on so that others can open a folder: see [`share`].
///
/// # Errors
/// The errors of [`share`].
pub async fn share_folder(
    folder: &OpenFolder<'_>,
    access: &AccessRequest<'_>,
    hours: Option<u16>,
    ctx: &RequestContext<impl Platform>,
) -> Result<Sharing, Error> {
    share_on(&folder.site.access, &folder.permit, access, hours, ctx).await
}

/// Decides what a visitor with this permit passes on. A new link's scope is exactly the path that was
/// opened, and of what lies below it what the same rule locks: no link of a folder above opens a lock of
/// its own (see [`Credential::is_share_link_for`]). The link has no limits, so that those of the rules hold.
async fn share_on(
    control: &AccessControl,
    permit: &Permit<'_>,
    access: &AccessRequest<'_>,
    hours: Option<u16>,
    ctx: &RequestContext<impl Platform>,
) -> Result<Sharing, Error> {
    match (permit.credential(), access.share) {
        (Credential::None, _) => return Ok(Sharing::Open),
        (Credential::Share(claims), Some(token)) => {
            let (depth, expires_at) = (claims.depth, claims.expires_at);
            return Ok(Sharing::Link { token: token.to_owned(), depth, expires_at });
        }
        (Credential::Share(_) | Credential::Alist | Credential::Owner, _) => {
            return Ok(Sharing::Own);
        }
        (Credential::Password(_), _) => {}
    }
    let scope = access.path.segments().collect::<Vec<_>>();
    let (Some(most), Some(keys)) = (control.rules.share_hours(&scope), &control.keys) else {
        return Ok(Sharing::Own);
    };
    // A link that is made right after all were revoked is not one of them.
    let created = access.now.max(ctx.revoked_share_links().await?.before());
    let hours = hours.unwrap_or(DEFAULT_HOURS).clamp(1, most);
    let expires_at = access.now.after(Duration::from_hours(hours.into()));
    let claims = ShareClaims {
        id: ShareId::draw(&ctx.seed),
        depth: scope.len(),
        created,
        expires_at: Some(expires_at),
        uses: None,
        bytes: None,
        site: None,
        address: None,
    };
    let token = share_link::make(keys, &scope, &claims).map_err(|_| Error::Unavailable)?;
    Ok(Sharing::Link { token, depth: claims.depth, expires_at: Some(expires_at) })
}
