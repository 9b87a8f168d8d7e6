//! What of a folder is shown to a client that was let into it. Nobody is asked anything.

use super::authorize::{Decision, Lock, Permit, check_conditions};
use super::check_outcomes::CheckOutcomes;
use super::client::AccessRequest;
use super::control::AccessControl;
use super::credentials::{Credential, share_claims};
use super::hide::Hidden;
use super::policy::Policy;
use super::rules::FolderRules;
use super::share_link;
use crate::path::EntryPath;
use crate::percent;

/// How a folder in a listing opens.
#[derive(Debug)]
pub(crate) enum ChildAccess<'s> {
    /// By itself.
    Open(Permit<'s>),
    /// Somebody would have to be asked.
    NeedsCheck,
    /// Not for this visitor.
    Shut,
}

/// How an entry appears in a listing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Shown {
    No,
    /// By its name alone: its owner wants it to be found.
    Locked,
    Yes,
}

impl AccessControl {
    /// Whether an entry is shown in the listing of its folder: the same decision as for opening it,
    /// without asking anybody anything.
    pub(crate) fn shows(
        &self,
        folder: &FolderRules<'_>,
        name: &str,
        permit: &Permit<'_>,
        access: &AccessRequest<'_>,
    ) -> Shown {
        let policy = folder.policy(name);
        if folder.hidden(name) != Hidden::No {
            return Shown::No;
        }
        // What holds here holds there.
        if std::ptr::eq(policy, permit.policy()) {
            return Shown::Yes;
        }
        if check_conditions(policy, access).is_err() {
            return Shown::No;
        }
        // A signature of AList's is of one path, not of what is in it.
        let access = &AccessRequest { sign: None, ..*access };
        match self.lock(policy, permit.key(), access) {
            Lock::Open(_) => Shown::Yes,
            Lock::Password if policy.fields.listed == Some(true) => Shown::Locked,
            Lock::Password | Lock::Unknown => Shown::No,
        }
    }

    /// Whether a visitor who was let into a folder, and is shown a folder in it that other rules hold for,
    /// may list that as well: the same decision as for opening it, without asking anybody anything.
    pub(crate) fn way_into<'s>(
        &'s self,
        child: &[&str],
        access: &AccessRequest<'_>,
        outcomes: &CheckOutcomes,
    ) -> ChildAccess<'s> {
        let mut href = String::new();
        for name in child {
            href.push('/');
            href.extend(percent::encode_name(name));
        }
        let Ok(path) = EntryPath::parse(&href) else { return ChildAccess::Shut };
        // A signature of AList's is of one path, and opens no folder.
        match self.authorize(&AccessRequest { path: &path, sign: None, ..*access }, outcomes) {
            Decision::Allow(permit) => ChildAccess::Open(permit),
            Decision::Needs(_) => ChildAccess::NeedsCheck,
            Decision::Absent { .. } | Decision::Deny(_) => ChildAccess::Shut,
        }
    }

    /// Whether the visitor's address decides what the answer is, as far as this visitor may know of it: a
    /// page of another origin, which could ask from the browser of a visitor at the right address, must
    /// not read such an answer. Of what is in a folder the rules alone say it, so that this tells nothing
    /// of what is there.
    pub(crate) fn answers_by_address(
        &self,
        access: &AccessRequest<'_>,
        outcomes: &CheckOutcomes,
    ) -> bool {
        // Wherever the link is used: else it would tell where it leads.
        if access.share.is_some_and(share_link::claims_address) {
            return true;
        }
        let claims = access
            .share
            .and_then(|token| share_claims(self.keys.as_ref(), token, access, outcomes).ok());
        let key = claims.map_or(Credential::None, |claims| Credential::Share(Box::new(claims)));
        let Some((depth, policy)) = self.known_policy(access, &key) else { return false };
        if policy.fields.addresses.is_some() {
            return true;
        }
        let here = Some(access.path.segments()).filter(|_| depth == access.path.depth());
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
    fn known_policy(
        &self,
        access: &AccessRequest<'_>,
        key: &Credential,
    ) -> Option<(usize, &Policy)> {
        let blocked = self.rules.first_blocked(access.path.segments());
        let mut depth = blocked.map_or(access.path.depth(), |blocked| blocked - 1);
        loop {
            let policy = self.rules.at(access.path.segments().take(depth))?;
            if key.may_know(policy) {
                return Some((depth, policy));
            }
            depth = policy.place.depth.checked_sub(1)?;
        }
    }

    /// What asks for a password at this path: what holds there, or if nobody can open that, what
    /// holds in the nearest folder above that can be opened.
    pub(crate) fn lock_at(&self, access: &AccessRequest<'_>) -> Option<&Policy> {
        self.known_policy(access, &Credential::None).map(|(_, policy)| policy)
    }
}
