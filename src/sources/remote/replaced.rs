//! Files that were replaced at 123Pan: the new one has the name of the old, and another id. The listing that
//! has the old id may be fresh for minutes, so the folder is read once more, and the name followed.

use std::rc::Rc;

use super::load::TIMEOUT_WITHOUT_CACHED;
use super::{RemoteEntry, RemoteFile, RemoteSource};
use crate::account::command::{Command, PathCommand, Reply};
use crate::context::RequestContext;
use crate::error::Error;
use crate::platform::Platform;
use crate::sources::failures::FailureKey;
use crate::sources::link::{Link, LinkLifetime};
use crate::sources::listing::Listing;
use crate::sources::remote::cache::ListingKey;
use crate::sources::shown_listing::ShownListing;

impl RemoteSource {
    /// The file that has taken the name of one whose id is gone, once a request. The account object reads the
    /// folder again only if its listing is no newer than that of the file.
    ///
    /// # Errors
    /// [`Error::NotFound`] if there is none.
    async fn replacement<'s>(
        &'s self,
        gone: &RemoteFile,
        name: &str,
        ctx: &'s RequestContext<impl Platform>,
    ) -> Result<RemoteEntry<'s>, Error> {
        if !ctx.take_follow() {
            return Err(Error::NotFound);
        }
        let folder = gone.folder;
        let command = Command::Path(PathCommand {
            folder,
            names: vec![name.to_owned()],
            shown: ShownListing::None,
            known: Vec::new(),
            outdated: Some(gone.listed_at),
        });
        let reply = self.ask(command, TIMEOUT_WITHOUT_CACHED, ctx).await;
        let Some(Reply::Path(replies)) = reply else { return Err(Error::NotFound) };
        let text = replies.into_iter().find_map(|reply| match reply {
            (of, Reply::Excerpt(text) | Reply::Listing(text)) if of == folder => Some(text),
            _ => None,
        });
        let listing = text.and_then(Listing::parse).ok_or(Error::NotFound)?;
        let is_new = listing.find(name).is_some_and(|item| !item.folder && item.id != gone.file.id);
        if !is_new {
            return Err(Error::NotFound);
        }
        // The listing in memory still has the old id.
        self.cache().forget_folder(folder);
        self.cache().forget_failure(FailureKey::Link(gone.file.id));
        let (key, now) = (ListingKey::Entry(folder, name.to_owned()), ctx.now());
        self.cache().cache_if_newer(key.clone(), listing, now);
        let listing = self.cached_at(&key, now).ok_or(Error::NotFound)?;
        ctx.state.note_loaded(self.index, key, Rc::clone(&listing));
        let listing = ctx.state.keep(listing);
        let item = listing.find(name).ok_or(Error::NotFound)?;
        // Where links are made of paths none fails here.
        Ok(RemoteEntry { remote: self, item, listing, folder, tail: None })
    }

    /// Whether a moment ago 123Pan had no link to a file: what took its place was looked for then.
    fn is_known_to_fail(&self, file: u64, ctx: &RequestContext<impl Platform>) -> bool {
        self.cache().failure(FailureKey::Link(file), ctx.now()).is_some()
    }

    /// Fetches a new link for a file as [`RemoteSource::renew_link`], or for the file that has taken its name.
    ///
    /// # Errors
    /// Why there is no link.
    pub async fn renew_or_follow(
        &self,
        file: &RemoteFile,
        name: &str,
        dead: &str,
        ctx: &RequestContext<impl Platform>,
    ) -> Result<Option<(Link, RemoteFile)>, Error> {
        let is_known = self.is_known_to_fail(file.file.id, ctx);
        match self.renew_link(&file.file, dead, ctx).await {
            Err(Error::NotFound) if !is_known => {
                let entry = self.replacement(file, name, ctx).await?;
                Ok(Some((entry.link(LinkLifetime::default(), ctx).await?, entry.remote_file())))
            }
            renewed => Ok(renewed?.map(|link| (link, file.clone()))),
        }
    }
}

impl RemoteEntry<'_> {
    /// The file's link as [`RemoteEntry::link`], or that of the file that has taken its name; and the file that
    /// the link is for. `None` for a link that is made of the path: whatever file is there, the link is its own, and
    /// there is no other.
    ///
    /// # Errors
    /// Why there is no link.
    pub async fn link_or_follow(
        &self,
        lifetime: LinkLifetime,
        ctx: &RequestContext<impl Platform>,
    ) -> Result<(Link, Option<RemoteFile>), Error> {
        if let Some(link) = self.path_link(&ctx.seed, lifetime) {
            return Ok((link, None));
        }
        let is_known = self.remote.is_known_to_fail(self.item.id, ctx);
        match self.link(lifetime, ctx).await {
            Err(Error::NotFound) if !is_known => {
                let entry =
                    self.remote.replacement(&self.remote_file(), self.item.name, ctx).await?;
                Ok((entry.link(lifetime, ctx).await?, Some(entry.remote_file())))
            }
            link => Ok((link?, Some(self.remote_file()))),
        }
    }

    /// The file as its mount and 123Pan's details of it.
    pub fn remote_file(&self) -> RemoteFile {
        RemoteFile {
            mount: self.remote.index(),
            file: self.file_ref(),
            folder: self.folder,
            listed_at: self.listing.read_at(),
        }
    }
}
