//! An opened folder: what its listing shows to the client.

use std::rc::Rc;

use super::Site;
use super::entry::{FolderEntry, ListedEntry};
use super::row::Row;
use crate::access::authorize::Permit;
use crate::access::check_outcomes::CheckOutcomes;
use crate::access::client::AccessRequest;
use crate::access::policy::Policy;
use crate::access::rule_fields::RuleFields;
use crate::access::rule_fields::values::Access;
use crate::access::rules::FolderRules;
use crate::access::visibility::Visibility;
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
    /// [`crate::names`]: `a2` before `a10`, Chinese by pinyin. Each is read when the iterator comes to it.
    pub fn rows<'f>(&'f self, access: &'f AccessRequest<'_>) -> impl Iterator<Item = Row<'s>> + 'f {
        self.rows_with_locks(access).map(|(row, _)| row)
    }

    /// The entries as [`Self::rows`], each with whether it opens only to clients with a credential.
    pub fn rows_with_locks<'f>(
        &'f self,
        access: &'f AccessRequest<'_>,
    ) -> impl Iterator<Item = (Row<'s>, bool)> + 'f {
        self.visible(access).map(|(entry, rules, visibility)| {
            let row = entry.row();
            let policy = rules.policy(row.name);
            let row = match visibility {
                Visibility::Visible => {
                    Row { md5: row.md5.filter(|_| policy.is_md5_public()), ..row }
                }
                Visibility::Locked | Visibility::Hidden => row.closed(),
            };
            (row, policy.access() != Access::Public)
        })
    }

    /// The names of the files that open for the client, in the order of [`Self::rows`].
    pub fn file_names<'f>(
        &'f self,
        access: &'f AccessRequest<'_>,
    ) -> impl Iterator<Item = &'s str> + 'f {
        let visible = self.visible(access);
        let files = visible.filter(|(entry, _, visibility)| {
            *visibility == Visibility::Visible && !entry.is_folder()
        });
        files.map(|(entry, ..)| entry.name())
    }

    fn visible<'f>(
        &'f self,
        access: &'f AccessRequest<'_>,
    ) -> impl Iterator<Item = (ListedEntry<'s>, Rc<FolderRules<'s>>, Visibility)> + 'f {
        let rules = self.site.access.rules.folder(access.path.segments()).map(Rc::new);
        rules.into_iter().flat_map(move |rules| {
            self.folder.entries().filter_map(move |entry| {
                // Without a rule on any entry the names need not be read.
                let visibility = if rules.is_uniform(self.permit.policy()) {
                    Visibility::Visible
                } else {
                    let (control, name) = (&self.site.access, entry.name());
                    control.visibility(&rules, name, &self.permit, access, self.checks)
                };
                (visibility != Visibility::Hidden).then(|| (entry, Rc::clone(&rules), visibility))
            })
        })
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

    /// Whether the folder's listing has the same rows for every client: no rule stands on one of them. Only the
    /// rules are considered, so that this tells nothing of which entries exist.
    pub fn is_same_for_all(&self, access: &AccessRequest<'_>) -> bool {
        let rules = self.site.access.rules.folder(access.path.segments());
        rules.is_some_and(|rules| rules.has_one_policy(self.permit.policy()))
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
