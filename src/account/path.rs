//! A path, found folder by folder in one go: an isolate that knows none of the folders asks once.

use std::pin::pin;
use std::rc::Rc;

use futures_util::future::{Either, select};

use super::api_client::COMMAND;
use super::command::{PathCommand, Reply};
use super::host::AccountHost;
use super::listings::Listings;
use super::mount::Mount;
use crate::sources::listing::Listing;
use crate::sources::upstream::error::UpstreamErrorKind;

/// The listings of the folders on a path, in one reply. It ends at a name that is no folder, or is not in what
/// has come of its folder so far, and at a folder that can't be listed.
pub async fn list_path<H: AccountHost + 'static>(
    listings: &Rc<Listings<H>>,
    mount: &Rc<Mount>,
    path: PathCommand,
) -> Reply {
    let host = &listings.api.host;
    let until = host.now().after(COMMAND);
    let PathCommand { mut folder, names, have } = path;
    let mut names = names.iter();
    let mut replies = Vec::new();
    loop {
        let digest = have.iter().find(|(of, _)| *of == folder).map(|(_, digest)| digest.as_str());
        let left = until.since(host.now());
        // What is under way goes on by itself.
        let reply = {
            let listing = pin!(listings.list(mount, folder, digest, false));
            match select(listing, pin!(host.sleep(left))).await {
                Either::Left((reply, _)) => reply,
                // What has come, if anything: who wants the rest asks for that folder alone.
                Either::Right(_) => {
                    listings.part(mount, folder, UpstreamErrorKind::TimedOut.into())
                }
            }
        };
        let is_over = host.now() >= until;
        if is_over && !replies.is_empty() && matches!(reply, Reply::Failed(_)) {
            return Reply::Path(replies);
        }
        let next =
            names.next().and_then(|name| child_folder(listings, mount, folder, &reply, name));
        replies.push((folder, reply));
        match next {
            // A folder in itself: whoever shares it might have it sent without end.
            Some(next) if replies.iter().all(|(of, _)| *of != next) => folder = next,
            Some(_) | None => return Reply::Path(replies),
        }
    }
}

/// The vendor's number of the folder with this name in a folder of which this is the reply.
fn child_folder<H: AccountHost + 'static>(
    listings: &Listings<H>,
    mount: &Mount,
    folder: u64,
    reply: &Reply,
    name: &str,
) -> Option<u64> {
    let text = match reply {
        Reply::Listing(text) => text.clone(),
        Reply::Same(_) => listings.text(mount, folder)?.to_string(),
        Reply::Path(_) | Reply::Link(_) | Reply::Status(_) | Reply::Failed(_) => return None,
    };
    let listing = Listing::parse(text)?;
    listing.find(name).filter(|item| item.folder).map(|item| item.id)
}
