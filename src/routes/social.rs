//! Link previews: what services that show links may tell of a page, for entries that are open to everybody
//! at their plain URL.

use signpost_pages::view::Social;

use super::page::Page;
use crate::access::client::AccessRequest;
use crate::host::is_host;

impl Page<'_> {
    /// The preview of the page about an entry named `name`; `None` where the entry is not open to
    /// everybody.
    pub(crate) fn social<'v>(
        &'v self,
        can_be_previewed: bool,
        access: &AccessRequest<'_>,
        name: &'v str,
        folder: bool,
    ) -> Option<Social<'v>> {
        // A URL that opens the entry by itself holds a key, which a preview must not spread.
        let is_at_plain_url = can_be_previewed
            && access.share.is_none()
            && access.sign.is_none()
            && is_host(self.host);
        is_at_plain_url.then(|| Social {
            site: self.origin.into(),
            href: access.path.href(folder),
            name: name.into(),
            folder,
        })
    }
}
