//! The guard, which alone decides about access. No route reaches an entry, a name or a link but
//! through [`Site::open`], and what it returns can be made nowhere else.
//!
//! Everything is decided before the path is looked up, so that a response to a client that is not let
//! in says nothing about what is there.

use super::Site;
use super::entry::{Entry, UnlistedEntry};
use super::open_file::OpenFile;
use super::open_folder::OpenFolder;
use super::opened::{Opened, OpenedEntry, UnlistedFolder};
use crate::access::authorize::{Decision, Permit};
use crate::access::check_outcomes::CheckOutcomes;
use crate::access::client::AccessRequest;
use crate::access::credentials::Credential;
use crate::access::hide::Hidden;
use crate::context::{RequestContext, RequestState};
use crate::error::Error;
use crate::platform::Platform;
use crate::sources::shown_listing::ShownListing;

impl Site {
    /// Opens the entry at a path, for a client that may have it.
    ///
    /// # Errors
    /// Why the client may not have the entry, or why it can't be found.
    pub async fn open<'s>(
        &'s self,
        access: &AccessRequest<'_>,
        ctx: &'s RequestContext<impl Platform>,
    ) -> Result<Opened<'s>, Error> {
        let permit = self.admit(access, ctx).await?;
        if !self.can_open_folders(&permit, access) {
            let file = self.mounts.resolve_file(access.path, ctx).await?;
            return Ok(Opened::File(OpenFile::new(self, file, permit)));
        }
        Ok(self.opened(self.mounts.resolve(access.path, ctx).await?, permit, &ctx.state.checks))
    }

    /// Opens an entry as [`Site::open`], for a response that shows no listing of it: 123Pan is not asked for
    /// the listing of a folder at the path, and for that around a file only if `shown` says so.
    ///
    /// # Errors
    /// The errors of [`Site::open`].
    pub async fn open_entry<'s>(
        &'s self,
        access: &AccessRequest<'_>,
        shown: ShownListing,
        ctx: &'s RequestContext<impl Platform>,
    ) -> Result<OpenedEntry<'s>, Error> {
        let permit = self.admit(access, ctx).await?;
        if !self.can_open_folders(&permit, access) {
            let file = self.mounts.resolve_file(access.path, ctx).await?;
            return Ok(OpenedEntry::File(OpenFile::new(self, file, permit)));
        }
        Ok(match self.mounts.resolve_entry(access.path, shown, ctx).await? {
            UnlistedEntry::File(file) => OpenedEntry::File(OpenFile::new(self, file, permit)),
            UnlistedEntry::Folder => OpenedEntry::Folder(UnlistedFolder { site: self, permit }),
        })
    }

    /// Opens an entry as [`Site::open`], without asking the platform: `None` where the client is refused,
    /// where a check is needed whose outcome isn't known yet, and where the entry isn't in memory.
    pub fn open_cached<'s>(
        &'s self,
        access: &AccessRequest<'_>,
        state: &'s RequestState,
    ) -> Option<Opened<'s>> {
        let Decision::Allow(permit) = self.authorize(access, &state.checks) else { return None };
        let entry = self.mounts.resolve_cached(access.path, access.now, state)?;
        let is_shown = matches!(entry, Entry::File(_)) || self.can_open_folders(&permit, access);
        is_shown.then(|| self.opened(entry, permit, &state.checks))
    }

    fn opened<'s>(
        &'s self,
        entry: Entry<'s>,
        permit: Permit<'s>,
        checks: &'s CheckOutcomes,
    ) -> Opened<'s> {
        match entry {
            Entry::File(file) => Opened::File(OpenFile::new(self, file, permit)),
            Entry::Folder(folder) => Opened::Folder(OpenFolder::new(self, folder, permit, checks)),
        }
    }

    /// Whether this permit opens a folder at the request's path. AList signs files only, so its signature
    /// opens none.
    fn can_open_folders(&self, permit: &Permit<'_>, access: &AccessRequest<'_>) -> bool {
        !matches!(permit.credential(), Credential::Alist)
            && self.access.rules.hidden(access.path.segments()) < Hidden::Closed
    }

    /// Lets a client in: asks the platform about each check that the decision depends on.
    ///
    /// # Errors
    /// Why the client is not let in.
    async fn admit<'s>(
        &'s self,
        access: &AccessRequest<'_>,
        ctx: &RequestContext<impl Platform>,
    ) -> Result<Permit<'s>, Error> {
        let outcomes = &ctx.state.checks;
        let mut decision = self.authorize(access, outcomes);
        loop {
            match decision {
                Decision::Allow(permit) => return Ok(permit),
                Decision::Deny(error) => return Err(error),
                Decision::Absent { known_depth } => {
                    self.mounts.look_up(access.path, known_depth, ctx).await?;
                    return Err(Error::NotFound);
                }
                Decision::Needs(pending) => {
                    ctx.perform(pending.check()).await;
                    decision = self.access.resume(pending, access, outcomes);
                }
            }
        }
    }

    /// Decides whether a client may open a path. A broken configuration lets nobody in: half of it could
    /// open what the other half protects.
    fn authorize(&self, access: &AccessRequest<'_>, outcomes: &CheckOutcomes) -> Decision<'_> {
        if self.is_broken() {
            return Decision::Deny(Error::Misconfigured);
        }
        self.access.authorize(access, outcomes)
    }
}
