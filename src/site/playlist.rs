//! HLS playlists: they are fetched and answered with their media segments as paths of this site.

use signpost_core::kind::may_be_hls;

use super::authorized_file::{AuthorizedFile, ProxySource};
use super::open_file::{OpenFile, Transport};
use crate::access::client::AccessRequest;
use crate::access::rule_fields::values::Playlists;
use crate::context::RequestContext;
use crate::error::Error;
use crate::origin::cut;
use crate::platform::Platform;

/// A playlist to fetch, and to answer with the URLs in it rewritten as paths of this site.
#[derive(Debug)]
pub struct Playlist {
    /// The upstream playlist to fetch.
    pub source: ProxySource,
    /// The playlist's decoded path on this site, without the token of a share link.
    pub path: String,
    /// Whether the client may learn the playlist's origin URL, as it would by a redirect.
    pub shows_origin: bool,
}

impl Playlist {
    /// The content type of HLS playlists (RFC 8216, section 4).
    pub const CONTENT_TYPE: &str = "application/vnd.apple.mpegurl";
}

impl ProxySource {
    /// The source's URL without our `auth_key`: the same for every client at any time.
    pub fn origin(&self) -> &str {
        let url = self.link.url.as_str();
        let Some((_, query)) = cut(url, b'?') else { return url };
        let last = query.rsplit('&').next().unwrap_or(query);
        if !last.starts_with("auth_key=") {
            return url;
        }
        // With the `?` or `&` before it.
        url.get(..url.len() - last.len() - 1).unwrap_or(url)
    }
}

impl OpenFile<'_> {
    /// Whether the file is a playlist that the Worker rewrites: see [`AuthorizedFile::is_playlist`].
    pub(super) fn is_playlist(&self, access: &AccessRequest<'_>) -> bool {
        may_be_hls(access.path.name())
            && !self.is_wanted_unchanged()
            && self.permit.policy().fields.playlists != Some(Playlists::Redirect)
            && !self.file.is_empty_file()
    }
}

impl AuthorizedFile<'_> {
    /// Whether the file is a playlist that the Worker rewrites. Redirected, it would not play: its segments
    /// would be asked for without a signature.
    pub fn is_playlist(&self, access: &AccessRequest<'_>) -> bool {
        self.open.is_playlist(access)
    }

    /// The playlist for the Worker to fetch and rewrite.
    ///
    /// # Errors
    /// The errors of [`AuthorizedFile::deliver`].
    pub async fn playlist(
        &self,
        access: &AccessRequest<'_>,
        ctx: &RequestContext<impl Platform>,
    ) -> Result<Playlist, Error> {
        let source = self.source(access, ctx).await?;
        let shows_origin = matches!(self.open.transport(), Transport::Link);
        Ok(Playlist { source, path: access.path.display(), shows_origin })
    }
}
