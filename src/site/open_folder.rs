//! An opened folder: what its listing shows to the client.

use super::Site;
use super::entry::FolderEntry;
use super::row::Row;
use crate::access::authorize::Permit;
use crate::access::check_outcomes::CheckOutcomes;
use crate::access::client::AccessRequest;
use crate::access::policy::Policy;
use crate::access::rule_fields::RuleFields;
use crate::access::rule_fields::values::Access;
use crate::access::visibility::Visibility;
use crate::sources::order::sort_names;
use crate::sources::remote::Age;
use crate::time::{UnixSeconds, Window};

/// A folder that the client may see.
#[derive(Debug)]
pub struct OpenFolder<'s> {
    /// The site with the folder.
    pub(super) site: &'s Site,
    /// The folder's children, unfiltered.
    pub(super) folder: FolderEntry<'s>,
    /// The permit for the folder's path.
    pub(super) permit: Permit<'s>,
    checks: &'s CheckOutcomes,
}

impl<'s> OpenFolder<'s> {
    /// The folder of an entry; the permit is for its path.
    pub(super) fn new(
        site: &'s Site,
        folder: FolderEntry<'s>,
        permit: Permit<'s>,
        checks: &'s CheckOutcomes,
    ) -> Self {
        Self { site, folder, permit, checks }
    }

    /// The entries that the client may see in the folder: folders first, both in the order of
    /// [`crate::names`]: `a2` before `a10`, Chinese by pinyin.
    pub fn rows(&self, access: &AccessRequest<'_>) -> Vec<Row<'s>> {
        let mut rows = Vec::new();
        let Some(rules) = self.site.access.rules.folder(access.path.segments()) else {
            return rows;
        };
        for mut row in self.folder.rows() {
            match self.site.access.visibility(&rules, row.name, &self.permit, access, self.checks) {
                Visibility::Hidden => {}
                Visibility::Visible => {
                    row.md5 = row.md5.filter(|_| rules.policy(row.name).is_md5_public());
                    rows.push(row);
                }
                Visibility::Locked => rows.push(row.closed()),
            }
        }
        sort_names(&mut rows, |row| (u32::from(!row.folder), row.name));
        rows
    }

    /// Age of the cached listing; `None` for link trees, which never go stale.
    pub fn age(&self, now: UnixSeconds) -> Option<Age> {
        self.folder.age(now)
    }

    /// Whether 123Pan has more entries in the folder, and can't be asked at present.
    pub fn is_incomplete(&self) -> bool {
        self.folder.is_incomplete
    }

    /// Whether the folder has files that can't be listed: it is a remote folder of a tree.
    pub fn has_remote_folder(&self) -> bool {
        self.folder.has_remote_folder()
    }

    /// Whether the folder's listing has the same rows for every client: no rule stands on one of them.
    pub fn is_same_for_all(&self, access: &AccessRequest<'_>) -> bool {
        self.site.access.rules.folder(access.path.segments()).is_some_and(|rules| {
            let is_as_here =
                |row: Row<'_>| std::ptr::eq(rules.policy(row.name), self.permit.policy());
            self.folder.rows().all(is_as_here)
        })
    }

    /// The time window within which the file that `~random` picks of the folder stays the same.
    pub fn window(&self) -> Option<Window> {
        self.permit.policy().fields.window_minutes.and_then(Window::new)
    }

    /// The merged fields of the rules that hold at the folder.
    pub fn rule_fields(&self) -> &'s RuleFields {
        &self.permit.policy().fields
    }

    /// The number of path segments of the share link's scope, above which nothing opens.
    pub fn share_depth(&self) -> usize {
        self.permit.credential().share_depth()
    }

    /// Whether everybody may see the folder's contents, so that search engines and the like may show them.
    pub fn is_open_to_every_client(&self) -> bool {
        let policy: &Policy = self.permit.policy();
        policy.access() == Access::Public && policy.is_open_to_every_client()
    }

    /// Whether services that show what links lead to may tell of the folder: its page opens for every
    /// client, from any page, without a credential.
    pub fn can_be_previewed(&self) -> bool {
        self.permit.can_be_previewed()
    }
}
