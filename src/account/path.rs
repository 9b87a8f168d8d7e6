//! Resolves a path folder by folder in one command, so that an isolate with none of its folders cached
//! makes one call of the account object.

use std::pin::pin;
use std::rc::Rc;

use futures_util::future::{Either, select};

use super::api_client::COMMAND;
use super::command::{PathCommand, Reply, ShownListing};
use super::host::AccountHost;
use super::listings::Listings;
use super::mount::Mount;
use crate::error::upstream::UpstreamErrorKind;
use crate::sources::listing::Listing;

/// Replies with the entries on a path, and the listing that is shown. The reply ends at a name that is no
/// folder or is not in the part of its folder's listing that was read so far, and at a folder that can't be
/// listed.
pub async fn find_path<H: AccountHost + 'static>(
    listings: &Rc<Listings<H>>,
    mount: &Rc<Mount>,
    path: PathCommand,
) -> Reply {
    let host = &listings.api.host;
    let until = host.now().after(COMMAND);
    let PathCommand { mut folder, names, shown, have } = path;
    let mut names = names.iter().map(String::as_str).peekable();
    let mut replies = Vec::new();
    loop {
        let digest = have.iter().find(|(of, _)| *of == folder).map(|(_, digest)| digest.as_str());
        let left = until.since(host.now());
        // Work that is under way goes on by itself.
        let reply = {
            let listing = pin!(listings.list(mount, folder, digest, false));
            match select(listing, pin!(host.sleep(left))).await {
                Either::Left((reply, _)) => reply,
                // The part that was read, if any: a client that wants the rest asks for that folder alone.
                Either::Right(_) => {
                    listings.part(mount, folder, UpstreamErrorKind::TimedOut.into())
                }
            }
        };
        let is_over = host.now() >= until;
        if is_over && !replies.is_empty() && matches!(reply, Reply::Failed(_)) {
            return Reply::Path(replies);
        }
        let Some(name) = names.next() else {
            replies.push((folder, reply));
            return Reply::Path(replies);
        };
        let child = child_of(listings, mount, folder, &reply, name);
        let is_last = names.peek().is_none();
        let next = match child {
            Some(Child::Folder(id)) => {
                Some(id).filter(|_| !is_last || shown == ShownListing::Folder)
            }
            Some(Child::File) | None => None,
        };
        let is_around = is_last && matches!(child, Some(Child::File));
        let is_shown = is_around && shown == ShownListing::Around;
        replies.push((folder, if is_shown { reply } else { excerpt(reply, name) }));
        match next {
            // A folder inside itself: the owner of a share might otherwise have it sent without end.
            Some(next) if replies.iter().all(|(of, _)| *of != next) => folder = next,
            Some(_) | None => return Reply::Path(replies),
        }
    }
}

/// A child of a listed folder.
enum Child {
    Folder(u64),
    File,
}

/// The child with this name; `reply` holds the listing of its folder.
fn child_of<H: AccountHost + 'static>(
    listings: &Listings<H>,
    mount: &Mount,
    folder: u64,
    reply: &Reply,
    name: &str,
) -> Option<Child> {
    let text = match reply {
        Reply::Listing(text) => text.clone(),
        Reply::Same(_) => listings.text(mount, folder)?.to_string(),
        Reply::Excerpt(_)
        | Reply::Path(_)
        | Reply::Link(_)
        | Reply::Status(_)
        | Reply::Failed(_) => return None,
    };
    let listing = Listing::parse(text)?;
    let item = listing.find(name)?;
    Some(if item.folder { Child::Folder(item.id) } else { Child::File })
}

/// The reply with the one entry of a listing that was asked for, in place of the listing.
fn excerpt(reply: Reply, name: &str) -> Reply {
    match reply {
        Reply::Listing(text) => match Listing::parse(text) {
            Some(listing) => Reply::Excerpt(listing.excerpt(name)),
            None => Reply::Failed(UpstreamErrorKind::Other.into()),
        },
        other => other,
    }
}
