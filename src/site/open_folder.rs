//! An opened folder: what its listing shows to the client.

use super::Site;
use super::entry::FolderEntry;
use super::row::Row;
use crate::access::authorize::Permit;
use crate::access::client::AccessRequest;
use crate::access::policy::{Access, Policy, Presentation};
use crate::access::visibility::Shown;
use crate::sources::order::sort_names;
use crate::sources::remote::Age;
use crate::time::{UnixSeconds, Window};

/// A folder that the visitor may see.
#[derive(Debug)]
pub struct OpenFolder<'s> {
    pub(super) site: &'s Site,
    pub(super) folder: FolderEntry<'s>,
    pub(super) permit: Permit<'s>,
}

impl<'s> OpenFolder<'s> {
    pub(super) fn new(site: &'s Site, folder: FolderEntry<'s>, permit: Permit<'s>) -> Self {
        Self { site, folder, permit }
    }

    /// What the visitor may see in it: folders first, both in the order of [`crate::names`]:
    /// `a2` before `a10`, Chinese by pinyin.
    pub fn rows(&self, access: &AccessRequest<'_>) -> Vec<Row<'s>> {
        let mut rows = Vec::new();
        let Some(rules) = self.site.access.rules.folder(access.path.segments()) else {
            return rows;
        };
        for mut row in self.folder.rows() {
            match self.site.access.shows(&rules, row.name, &self.permit, access) {
                Shown::No => {}
                Shown::Yes => {
                    row.md5 = row.md5.filter(|_| rules.policy(row.name).gives_md5());
                    rows.push(row);
                }
                Shown::Locked => rows.push(row.closed()),
            }
        }
        sort_names(&mut rows, |row| (u32::from(!row.folder), row.name));
        rows
    }

    /// How old its listing is; `None` if its owner wrote it.
    pub fn age(&self, now: UnixSeconds) -> Option<Age> {
        self.folder.age(now)
    }

    /// Whether the vendor has more in it, and can't be asked.
    pub fn lacks_some(&self) -> bool {
        self.folder.lacks_some
    }

    /// Whether it has files that can't be listed.
    pub fn opens_remote(&self) -> bool {
        self.folder.opens_remote()
    }

    /// Whether it has the same rows for everybody: no rule stands on one of them.
    pub fn is_same_for_all(&self, access: &AccessRequest<'_>) -> bool {
        self.site.access.rules.folder(access.path.segments()).is_some_and(|rules| {
            let is_as_here =
                |row: Row<'_>| std::ptr::eq(rules.policy(row.name), self.permit.policy());
            self.folder.rows().all(is_as_here)
        })
    }

    /// For how long what is picked of it stays the same.
    pub fn window(&self) -> Option<Window> {
        self.permit.policy().fields.window.and_then(Window::new)
    }

    /// How its page looks.
    pub fn presentation(&self) -> &'s Presentation {
        &self.permit.policy().fields.presentation
    }

    /// The segments of the share link's scope: above it nothing opens.
    pub fn share_depth(&self) -> usize {
        self.permit.key().share_depth()
    }

    /// Whether what is in it may be shown to search engines and the like: everybody may see it.
    pub fn is_open(&self) -> bool {
        let policy: &Policy = self.permit.policy();
        policy.access() == Access::Public && policy.is_open()
    }

    /// Whether its page may be told to whoever asks, such as a service that shows what links lead to.
    pub fn is_for_everybody(&self) -> bool {
        self.permit.is_for_everybody()
    }
}
