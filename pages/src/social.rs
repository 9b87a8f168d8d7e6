//! What services show of a link: Open Graph, Twitter cards and the way to oEmbed, for what is open to
//! everybody. `parts/social.html` writes them into a page's head.

use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};

use crate::language::Language;
use crate::playable::Playable;
use crate::view::{Frame, Social};

impl Frame<'_> {
    /// The language as Open Graph writes it.
    pub(crate) fn locale(&self) -> &'static str {
        match self.language {
            Language::English => "en_US",
            Language::Simplified => "zh_CN",
            Language::Traditional => "zh_TW",
        }
    }
}

impl Social<'_> {
    fn playable(&self) -> Option<Playable> {
        Some(&self.name).filter(|_| !self.folder).and_then(|name| Playable::of(name))
    }

    /// The permanent address: of a file its bytes.
    pub(crate) fn address(&self) -> String {
        [&*self.site, &self.href].concat()
    }

    /// The address of the page about it.
    pub(crate) fn page_address(&self) -> String {
        let mut address = self.address();
        if !self.folder {
            address.push_str("?view");
        }
        address
    }

    /// What Open Graph calls it.
    pub(crate) fn kind(&self) -> &'static str {
        match self.playable() {
            Some(Playable::Video) => "video.other",
            Some(Playable::Audio) => "music.song",
            Some(Playable::Image) | None => "website",
        }
    }

    pub(crate) fn is_image(&self) -> bool {
        self.playable() == Some(Playable::Image)
    }

    pub(crate) fn is_audio(&self) -> bool {
        self.playable() == Some(Playable::Audio)
    }

    /// The content type of a film.
    pub(crate) fn video_type(&self) -> Option<&'static str> {
        self.playable().filter(|kind| *kind == Playable::Video)?;
        let (_, extension) = self.name.rsplit_once('.')?;
        Some(match extension.to_ascii_lowercase().as_str() {
            "webm" => "video/webm",
            "ogv" => "video/ogg",
            "mov" => "video/quicktime",
            "mkv" => "video/matroska",
            "m3u8" => "application/vnd.apple.mpegurl",
            _ => "video/mp4",
        })
    }

    /// Where a service asks how to embed it.
    pub(crate) fn oembed(&self, format: &str) -> String {
        let mut address = [&*self.site, "/-/oembed?url="].concat();
        address.extend(utf8_percent_encode(&self.address(), NON_ALPHANUMERIC));
        address.push_str("&format=");
        address.push_str(format);
        address
    }
}
