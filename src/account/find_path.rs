//! Resolves a path folder by folder in one command, so that an isolate with none of its folders cached
//! makes one call of the account object.

use std::pin::pin;
use std::rc::Rc;

use futures_util::future::{Either, select};

use super::api_client::COMMAND_TIMEOUT;
use super::command::{PathCommand, Reply};
use super::host::AccountHost;
use super::listings::Listings;
use super::mount::Mount;
use crate::error::upstream::UpstreamErrorKind;
use crate::sources::listing::Listing;
use crate::sources::shown_listing::ShownListing;

/// Replies with the entries on a path, and the listing that is shown. The reply ends at a name that is no
/// folder or is not in the part of its folder's listing that was read so far, and at a folder that can't be
/// listed.
pub async fn find_path<H: AccountHost + 'static>(
    listings: &Rc<Listings<H>>,
    mount: &Rc<Mount>,
    path: PathCommand,
) -> Reply {
    let host = &listings.api.host;
    let until = host.now().after(COMMAND_TIMEOUT);
    let PathCommand { mut folder, names, shown, known, mut outdated } = path;
    let mut names = names.iter().map(String::as_str).peekable();
    let mut replies = Vec::new();
    loop {
        let digest = known.iter().find(|(of, _)| *of == folder).map(|(_, digest)| digest.as_str());
        let left = until.since(host.now());
        // Work that is under way goes on by itself.
        let reply = {
            let outdated = outdated.take();
            let listing = pin!(listings.newer(mount, folder, digest, outdated));
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
        let parent = parent_of(listings, mount, folder, &reply);
        let child = parent.as_ref().and_then(|parent| parent.find(name));
        let is_last = names.peek().is_none();
        let goes_on = !is_last || shown == ShownListing::Folder;
        let next = child.filter(|child| child.folder && goes_on).map(|child| child.id);
        let is_file_at_end = is_last && child.is_some_and(|child| !child.folder);
        let is_shown = is_file_at_end && shown == ShownListing::Parent;
        let reply = match (reply, &parent) {
            (Reply::Listing(_), Some(parent)) if !is_shown => Reply::Excerpt(parent.excerpt(name)),
            (reply, _) => reply,
        };
        replies.push((folder, reply));
        match next {
            // A folder inside itself: the owner of a share might otherwise have it sent without end.
            Some(next) if replies.iter().all(|(of, _)| *of != next) => folder = next,
            Some(_) | None => return Reply::Path(replies),
        }
    }
}

/// The listing of a folder in which a name is looked up: that in the reply, or the one that the reply says
/// is the same.
fn parent_of<H: AccountHost + 'static>(
    listings: &Listings<H>,
    mount: &Mount,
    folder: u64,
    reply: &Reply,
) -> Option<Listing> {
    let text = match reply {
        Reply::Listing(text) => text.clone(),
        Reply::Same(_) => listings.text(mount, folder)?.to_string(),
        Reply::Excerpt(_)
        | Reply::Path(_)
        | Reply::Link(_)
        | Reply::Status(_)
        | Reply::Token(_)
        | Reply::Failed(_) => return None,
    };
    Listing::parse(text)
}
