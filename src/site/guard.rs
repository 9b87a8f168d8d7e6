//! The one place that decides who gets what. No surface reaches an entry, a name or a link but
//! through [`Site::open`]: what it opens can be made nowhere else.
//!
//! Everything is decided before the path is looked up, so that a response to a client that is not let
//! in says nothing about what is there.

use super::Site;
use super::authorize::{Decision, Permit};
use super::credentials::Key;
use super::opened::{OpenFile, OpenFolder, Opened};
use super::place::Place;
use super::visit::Visit;
use crate::context::{RequestContext, RequestState};
use crate::error::Error;
use crate::platform::Platform;
use crate::rules::hide::Hidden;
use crate::rules::policy::Policy;
use crate::share;

impl Site {
    /// What is at a path, for a client that may have it.
    ///
    /// # Errors
    /// Why the client may not have it, or why it can't be had.
    pub async fn open<'s>(
        &'s self,
        visit: &Visit<'_>,
        ctx: &'s RequestContext<impl Platform>,
    ) -> Result<Opened<'s>, Error> {
        let permit = self.admit(visit, ctx).await?;
        if !self.opens_folders(&permit, visit) {
            let file = self.resolve_file(visit.path, ctx).await?;
            return Ok(Opened::File(OpenFile::new(self, file, permit)));
        }
        Ok(self.opened(self.resolve(visit.path, ctx).await?, permit))
    }

    /// The same without asking the platform anything: only what is decided by what is known already, and
    /// found in memory.
    pub fn open_cached<'s>(
        &'s self,
        visit: &Visit<'_>,
        state: &'s RequestState,
    ) -> Option<Opened<'s>> {
        let Decision::Allow(permit) = self.authorize(visit, state) else { return None };
        let place = self.resolve_cached(visit.path, visit.now, state)?;
        let is_shown = matches!(place, Place::File(_)) || self.opens_folders(&permit, visit);
        is_shown.then(|| self.opened(place, permit))
    }

    fn opened<'s>(&'s self, place: Place<'s>, permit: Permit<'s>) -> Opened<'s> {
        match place {
            Place::File(file) => Opened::File(OpenFile::new(self, file, permit)),
            Place::Folder(folder) => Opened::Folder(OpenFolder::new(self, folder, permit)),
        }
    }

    /// Whether a folder at the visit's path opens. AList signs files only, so its signature opens none.
    fn opens_folders(&self, permit: &Permit<'_>, visit: &Visit<'_>) -> bool {
        !matches!(permit.key, Key::Alist)
            && self.rules.hidden(visit.path.segments()) < Hidden::Closed
    }

    /// Whether the visitor's address decides anything at all.
    pub fn has_addresses(&self) -> bool {
        self.rules.has_addresses()
    }

    /// Whether the visitor's address decides what the answer is, as far as this visitor may know of it: a
    /// page of another origin, which could ask from the browser of a visitor at the right address, must
    /// not read such an answer. Of what is in a folder the rules alone say it, so that this tells nothing
    /// of what is there.
    pub fn answers_by_address(&self, visit: &Visit<'_>) -> bool {
        // Wherever the link is used: else it would tell where it leads.
        if visit.share.is_some_and(share::claims_address) {
            return true;
        }
        let terms = visit.share.and_then(|token| self.share_terms(token, visit).ok());
        let key = terms.map_or(Key::None, |terms| Key::Share(Box::new(terms)));
        let Some((depth, policy)) = self.known_policy(visit, &key) else { return false };
        if policy.fields.addresses.is_some() {
            return true;
        }
        let here = Some(visit.path.segments()).filter(|_| depth == visit.path.depth());
        let Some(folder) = here.and_then(|segments| self.rules.folder(segments)) else {
            return false;
        };
        folder.ruled_entries().any(|(name, policy)| {
            key.may_know(policy)
                && policy.fields.addresses.is_some()
                && folder.hidden(name) == Hidden::No
        })
    }

    /// The policy of the deepest place on the way to the visit's path that a client with this key may know
    /// of, and the segments of that place.
    fn known_policy(&self, visit: &Visit<'_>, key: &Key) -> Option<(usize, &Policy)> {
        let blocked = self.rules.first_blocked(visit.path.segments());
        let mut depth = blocked.map_or(visit.path.depth(), |blocked| blocked - 1);
        loop {
            let policy = self.rules.at(visit.path.segments().take(depth))?;
            if key.may_know(policy) {
                return Some((depth, policy));
            }
            depth = policy.place.depth.checked_sub(1)?;
        }
    }

    /// What asks for a password at this path: what holds there, or if nobody can open that, what
    /// holds in the nearest folder above that can be opened.
    pub(super) fn lock_at(&self, visit: &Visit<'_>) -> Option<&Policy> {
        self.known_policy(visit, &Key::None).map(|(_, policy)| policy)
    }
}
