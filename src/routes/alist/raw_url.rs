//! The address of a file's bytes in AList's API, `raw_url`. Clients open it without any header of theirs.

use super::failure::Failure;
use super::target::Target;
use crate::access::client::AccessRequest;
use crate::config::surface_settings::AlistRawUrl;
use crate::context::RequestContext;
use crate::http::request::Request;
use crate::platform::Platform;
use crate::site::Site;
use crate::site::authorized_file::{AuthorizedFile, Delivery};
use crate::site::open_file::OpenFile;
use crate::site::opened::OpenedEntry;
use crate::site::visitor_share_link::{self, Sharing};

/// The address of an opened file. It is one of this site: the file's own where it opens without a key, a share
/// link where the rule lets visitors make one, else the file's address with its signature. Nothing is charged
/// for it.
///
/// Where `SITE.alist_raw_url` says so it is the signed link itself, which is charged now. A HEAD gets no link.
///
/// # Errors
/// Why the file is not charged, or 123Pan gives no link.
pub(super) async fn raw_url(
    site: &Site,
    file: OpenFile<'_>,
    sign: &str,
    (request, target): (&Request<'_>, &Target),
    access: &AccessRequest<'_>,
    ctx: &RequestContext<impl Platform>,
) -> Result<String, Failure> {
    let opened = OpenedEntry::File(file);
    let own = own_url(&opened, sign, (request.url.site, target), access, ctx).await?;
    let OpenedEntry::File(file) = opened else { return Ok(own) };
    if site.settings.alist_raw_url == AlistRawUrl::Own || request.method == "HEAD" {
        return Ok(own);
    }
    let file = AuthorizedFile::charge(file, access, ctx).await?;
    Ok(match file.deliver(access, ctx).await? {
        Delivery::Redirect(link) => link.url,
        // A client that gets the bytes through the Worker is not to get around it.
        Delivery::Proxy | Delivery::Nothing => own,
    })
}

async fn own_url(
    opened: &OpenedEntry<'_>,
    sign: &str,
    (origin, target): (&str, &Target),
    access: &AccessRequest<'_>,
    ctx: &RequestContext<impl Platform>,
) -> Result<String, Failure> {
    let href = access.path.href(false);
    let sharing = visitor_share_link::share(opened, access, None, ctx).await?;
    Ok(match sharing {
        Sharing::Open => [origin, &href].concat(),
        Sharing::Link { .. } => [origin, &sharing.prefix(), &href].concat(),
        // By the client's path: `SITE.alist_prefix` maps it again when it is opened.
        Sharing::Own => [origin, "/d", &target.named_href(), "?sign=", sign].concat(),
    })
}
