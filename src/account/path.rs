//! A path, found folder by folder in one go: an isolate that knows none of the folders asks once.

use std::pin::pin;
use std::rc::Rc;

use futures_util::future::{Either, select};

use super::command::{Path, Reply};
use super::host::Host;
use super::{Desk, JOB_MS, Mount};
use crate::sources::listing::Listing;
use crate::sources::upstream::trouble::Trouble;

impl<H: Host + 'static> Desk<H> {
    /// The listings of the folders on a path, in one reply. It ends at a name that is no folder, or is not
    /// in what has come of its folder so far, and at a folder that can't be listed.
    pub(super) async fn path(self: &Rc<Self>, mount: &Rc<Mount>, path: Path) -> Reply {
        let until = self.host.now_ms() + JOB_MS;
        let Path { mut folder, names, have } = path;
        let mut names = names.iter();
        let mut replies = Vec::new();
        loop {
            let digest =
                have.iter().find(|(of, _)| *of == folder).map(|(_, digest)| digest.as_str());
            let left = until.saturating_sub(self.host.now_ms());
            // What is under way goes on by itself.
            let reply = {
                let listing = pin!(self.list(mount, folder, digest, false));
                match select(listing, pin!(self.host.sleep(left))).await {
                    Either::Left((reply, _)) => reply,
                    // What has come, if anything: who wants the rest asks for that folder alone.
                    Either::Right(_) => self.part(mount, folder, Trouble::TimedOut.into()),
                }
            };
            let is_over = self.host.now_ms() >= until;
            if is_over && !replies.is_empty() && matches!(reply, Reply::Failed(_)) {
                return Reply::Path(replies);
            }
            let next = names.next().and_then(|name| self.child_folder(mount, folder, &reply, name));
            replies.push((folder, reply));
            match next {
                // A folder in itself: whoever shares it might have it sent without end.
                Some(next) if replies.iter().all(|(of, _)| *of != next) => folder = next,
                Some(_) | None => return Reply::Path(replies),
            }
        }
    }

    /// The vendor's number of the folder with this name in a folder of which this is the reply.
    fn child_folder(&self, mount: &Mount, folder: u64, reply: &Reply, name: &str) -> Option<u64> {
        let text = match reply {
            Reply::Listing(text) => text.clone(),
            Reply::Same(_) => self.text(mount, folder)?.to_string(),
            Reply::Path(_) | Reply::Link(_) | Reply::Status(_) | Reply::Failed(_) => return None,
        };
        let listing = Listing::parse(text)?;
        listing.find(name).filter(|item| item.folder).map(|item| item.id)
    }
}
