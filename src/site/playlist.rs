//! Playlists: films in pieces, which are answered with their pieces as paths of this site's.

use super::authorized_file::{AuthorizedFile, ProxySource};
use crate::access::client::AccessRequest;
use crate::access::policy::Mode;
use crate::context::RequestContext;
use crate::error::Error;
use crate::origin::cut;
use crate::platform::Platform;

/// A playlist to fetch, and to answer with what is in it as paths of this site's.
#[derive(Debug)]
pub struct Playlist {
    /// Where it is.
    pub source: ProxySource,
    /// Its decoded path here, without the token of a share link.
    pub path: String,
    /// Whether whoever gets it may learn where it is kept, as a redirect tells it.
    pub told: bool,
}

impl Playlist {
    /// The content type of HLS playlists (RFC 8216, section 4).
    pub const CONTENT_TYPE: &str = "application/vnd.apple.mpegurl";
}

impl ProxySource {
    /// Its address without a signature of ours: the same for whoever asks, and whenever.
    pub fn origin(&self) -> &str {
        let url = self.link.url.as_str();
        let Some((_, query)) = cut(url, b'?') else { return url };
        let last = query.rsplit('&').next().unwrap_or(query);
        if !last.starts_with("auth_key=") {
            return url;
        }
        // With the mark before it.
        url.get(..url.len() - last.len() - 1).unwrap_or(url)
    }
}

impl AuthorizedFile<'_> {
    /// Whether it is a playlist that is answered as such: by a redirect it would not play, since its
    /// parts would be asked for where they have no signature.
    pub fn is_playlist(&self, access: &AccessRequest<'_>) -> bool {
        let name = access.path.name().as_bytes();
        let ends = |with: &&str| {
            let end = name.len().checked_sub(with.len()).and_then(|at| name.get(at..));
            end.is_some_and(|end| end.eq_ignore_ascii_case(with.as_bytes()))
        };
        [".m3u8", ".m3u"].iter().any(ends)
            && self.open.permit.policy().fields.playlists != Some(false)
            && !self.open.file.is_nothing()
    }

    /// What the Worker fetches and rewrites, for a playlist.
    ///
    /// # Errors
    /// The same as of [`AuthorizedFile::deliver`].
    pub async fn playlist(
        &self,
        access: &AccessRequest<'_>,
        ctx: &RequestContext<impl Platform>,
    ) -> Result<Playlist, Error> {
        let source = self.source(access, ctx).await?;
        let told = match self.open.permit.policy().fields.mode {
            Some(Mode::Redirect) => true,
            Some(Mode::Proxy | Mode::ProxyUrl) => false,
            None => !self.open.file.needs_proxy(),
        };
        Ok(Playlist { source, path: access.path.display(), told })
    }
}
