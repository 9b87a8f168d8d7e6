//! What services that show links may tell of a page: only of what is open to everybody, by its plain
//! address.

use signpost_pages::view::Social;

use super::page::Page;
use crate::access::client::AccessRequest;
use crate::host::is_host;

impl Page<'_> {
    /// What services show of the page about an entry; `None` where it is not for everybody. `name` is the
    /// entry's.
    pub(crate) fn social<'v>(
        &'v self,
        is_for_everybody: bool,
        access: &AccessRequest<'_>,
        name: &'v str,
        folder: bool,
    ) -> Option<Social<'v>> {
        // What is opened by its address has a key in it.
        let is_plain = is_for_everybody
            && access.share.is_none()
            && access.sign.is_none()
            && is_host(self.host);
        is_plain.then(|| Social {
            site: self.origin.into(),
            href: access.path.href(folder),
            name: name.into(),
            folder,
        })
    }
}
