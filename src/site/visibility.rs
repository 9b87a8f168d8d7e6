//! What of a folder is shown to a client that was let into it. Nobody is asked anything.

use super::Site;
use super::authorize::{Decision, Lock, Permit, pass_barriers};
use super::visit::Visit;
use crate::context::RequestState;
use crate::path::EntryPath;
use crate::percent;
use crate::rules::FolderRules;
use crate::rules::hide::Hidden;

/// How a folder in a listing opens.
#[derive(Debug)]
pub(super) enum Way<'s> {
    /// By itself.
    Open(Permit<'s>),
    /// Somebody would have to be asked.
    Unasked,
    /// Not for this visitor.
    Shut,
}

/// How an entry appears in a listing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Shown {
    No,
    /// By its name alone: its owner wants it to be found.
    Locked,
    Yes,
}

impl Site {
    /// Whether an entry is shown in the listing of its folder: the same decision as for opening it,
    /// without asking anybody anything.
    pub(super) fn shows(
        &self,
        folder: &FolderRules<'_>,
        name: &str,
        permit: &Permit<'_>,
        visit: &Visit<'_>,
    ) -> Shown {
        let policy = folder.policy(name);
        if folder.hidden(name) != Hidden::No {
            return Shown::No;
        }
        // What holds here holds there.
        if std::ptr::eq(policy, permit.policy) {
            return Shown::Yes;
        }
        if pass_barriers(policy, visit).is_err() {
            return Shown::No;
        }
        // A signature of AList's is of one path, not of what is in it.
        let visit = &Visit { sign: None, ..*visit };
        match self.lock(policy, &permit.key, visit) {
            Lock::Open(_) => Shown::Yes,
            Lock::Password if policy.fields.listed == Some(true) => Shown::Locked,
            Lock::Password | Lock::Unknown => Shown::No,
        }
    }

    /// Whether a visitor who was let into a folder, and is shown a folder in it that other rules hold for,
    /// may list that as well: the same decision as for opening it, without asking anybody anything.
    pub(super) fn way_into<'s>(
        &'s self,
        child: &[&str],
        visit: &Visit<'_>,
        state: &RequestState,
    ) -> Way<'s> {
        let mut href = String::new();
        for name in child {
            href.push('/');
            href.extend(percent::encode_name(name));
        }
        let Ok(path) = EntryPath::parse(&href) else { return Way::Shut };
        // A signature of AList's is of one path, and opens no folder.
        match self.authorize(&Visit { path: &path, sign: None, ..*visit }, state) {
            Decision::Allow(permit) => Way::Open(permit),
            Decision::Needs(_) => Way::Unasked,
            Decision::Absent { .. } | Decision::Deny(_) => Way::Shut,
        }
    }
}
