//! Which entries of a folder its listing shows to a client that may open it. No check is performed for
//! this.

use super::authorize::{Candidate, Check, Decision, Lock, Permit, check_conditions};
use super::check_outcomes::CheckOutcomes;
use super::client::AccessRequest;
use super::control::AccessControl;
use super::credentials::Credential;
use super::hide::Hidden;
use super::policy::Policy;
use super::rules::FolderRules;
use crate::error::Error;
use crate::path::EntryPath;
use crate::percent;

/// Whether a client may list a folder that appears in a listing.
#[derive(Debug)]
pub(crate) enum ChildAccess<'s> {
    /// The client may list the folder, with this permit.
    Open(Permit<'s>),
    /// The platform would have to perform this check first.
    NeedsCheck(Check),
    /// The request for the folder would be refused with this error.
    Refused(Error),
    /// The folder would not be found.
    Absent,
}

/// The appearance of an entry in a listing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Visibility {
    /// The entry is not listed.
    Hidden,
    /// The entry is listed by its name alone, and locked: the site's owner wants it to be found.
    Locked,
    /// The entry is listed with all its details.
    Visible,
}

impl AccessControl {
    /// How an entry appears in the listing of its folder: the same decision as for opening it,
    /// without performing any check.
    pub(crate) fn visibility(
        &self,
        folder: &FolderRules<'_>,
        name: &str,
        permit: &Permit<'_>,
        access: &AccessRequest<'_>,
        outcomes: &CheckOutcomes,
    ) -> Visibility {
        let policy = folder.policy(name);
        if folder.hidden(name) != Hidden::No {
            return Visibility::Hidden;
        }
        // The entry has the policy of its folder.
        if std::ptr::eq(policy, permit.policy()) {
            return Visibility::Visible;
        }
        if check_conditions(policy, access).is_err() {
            return Visibility::Hidden;
        }
        // AList's signature opens one path, not what is below it.
        let access = &AccessRequest { sign: None, ..*access };
        match self.lock(policy, permit.credential(), access, Some(name), outcomes) {
            Lock::Open(_) => Visibility::Visible,
            Lock::Password if policy.fields.listed == Some(true) => Visibility::Locked,
            Lock::Password | Lock::Concealed => Visibility::Hidden,
        }
    }

    /// Whether a client that may list a folder may also list its subfolder at `child`, which has another
    /// policy: the same decision as for opening it, without performing any check.
    pub(crate) fn child_access<'s>(
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
        let Ok(path) = EntryPath::parse(&href) else { return ChildAccess::Absent };
        // AList's signature opens one path, and no folder.
        match self.authorize(&AccessRequest { path: &path, sign: None, ..*access }, outcomes) {
            Decision::Allow(permit) => ChildAccess::Open(permit),
            Decision::Needs(pending) => ChildAccess::NeedsCheck(pending.into_check()),
            Decision::Absent { .. } => ChildAccess::Absent,
            Decision::Deny(error) => ChildAccess::Refused(error),
        }
    }

    /// Whether the response depends on the client's address, as far as this client may know of it: a page
    /// of another origin, which could send the request from the browser of a client at the right address,
    /// must not read such a response. For the entries of a folder only the rules are considered, so that
    /// this tells nothing of which entries exist.
    pub(crate) fn answers_by_address(
        &self,
        access: &AccessRequest<'_>,
        outcomes: &CheckOutcomes,
    ) -> bool {
        // Wherever the share link is used: else the answer would tell which path it opens.
        if access.share.is_some_and(|token| outcomes.has_address_claim(token)) {
            return true;
        }
        let claims = access
            .share
            .and_then(|token| outcomes.share_claims_for(self.keys.as_ref(), token, access).ok());
        let credential =
            claims.map_or(Credential::None, |claims| Credential::Share(Box::new(claims)));
        let Some(known) = self.known_candidate(access, &credential, outcomes) else { return false };
        if known.policy.fields.addresses.is_some() {
            return true;
        }
        let here = Some(access.path.segments()).filter(|_| known.depth == access.path.depth());
        let Some(folder) = here.and_then(|segments| self.rules.folder(segments)) else {
            return false;
        };
        // AList's signature opens one path, and no folder.
        let access = &AccessRequest { sign: None, ..*access };
        folder.ruled_entries().any(|(name, policy)| {
            policy.fields.addresses.is_some()
                && folder.hidden(name) == Hidden::No
                && !matches!(
                    self.lock(policy, &credential, access, Some(name), outcomes),
                    Lock::Concealed
                )
        })
    }

    /// The policy of the deepest folder or file on the way to the requested path that a client with this
    /// credential may know of: the same traversal and the same locks as for opening it.
    fn known_candidate(
        &self,
        access: &AccessRequest<'_>,
        credential: &Credential,
        outcomes: &CheckOutcomes,
    ) -> Option<Candidate<'_>> {
        let mut at = self.first_candidate(access)?;
        while matches!(self.lock(at.policy, credential, access, None, outcomes), Lock::Concealed) {
            at = self.next_candidate(at, access).ok()?;
        }
        Some(at)
    }

    /// The policy that asks for a password at this path: the path's own, or if a client without
    /// credentials may not know of it, that of the nearest folder above that such a client may know of.
    pub(crate) fn policy_asking_for_password(
        &self,
        access: &AccessRequest<'_>,
        outcomes: &CheckOutcomes,
    ) -> Option<&Policy> {
        let client = access.client.without_credentials();
        let access = AccessRequest { share: None, sign: None, client: &client, ..*access };
        let known = self.known_candidate(&access, &Credential::None, outcomes);
        known.map(|known| known.policy)
    }
}
