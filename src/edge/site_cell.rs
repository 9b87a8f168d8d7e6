//! The isolate's site in service.

use std::cell::RefCell;
use std::rc::Rc;

use crate::site::Site;
use crate::sources::links::source::LinkTree;

/// The cell that holds the site in service. A request keeps the site that was current when it came in; a
/// tree that is read anew is put into a new site, which shares all else with the old one.
pub struct SiteCell(RefCell<Rc<Site>>);

/// The cell of the site in service, shared by the requests.
pub type SharedSite = Rc<SiteCell>;

impl SiteCell {
    /// A cell that holds this site.
    pub fn new(site: Site) -> Self {
        Self(RefCell::new(Rc::new(site)))
    }

    /// The site in service at present.
    pub fn current(&self) -> Rc<Site> {
        Rc::clone(&self.0.borrow())
    }

    /// Puts a copy of the site, with one mount's tree changed, into service. `None` if the mount has no
    /// tree.
    pub fn change_links<T>(
        &self,
        mount: usize,
        change: impl FnOnce(&mut LinkTree) -> T,
    ) -> Option<T> {
        let mut site = Site::clone(&self.0.borrow());
        let changed = site.mounts_mut().get_mut(mount)?.links_mut().map(change)?;
        self.0.replace(Rc::new(site));
        Some(changed)
    }
}

thread_local! {
    /// The isolate's site in service, from the first request on; plain data, so it may outlive a request.
    pub static SITE: RefCell<Option<SharedSite>> = const { RefCell::new(None) };
}
