//! Link previews: Open Graph, Twitter cards and oEmbed discovery, for pages that are open to everybody.
//! `parts/social.html` writes them into a page's head.

use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use signpost_core::kind::{Use, media_type};

use crate::language::Language;
use crate::view::{Layout, Social};

impl Layout<'_> {
    /// The locale of the page's language, as Open Graph writes it.
    pub(crate) fn locale(&self) -> &'static str {
        match self.language {
            Language::English => "en_US",
            Language::Simplified => "zh_CN",
            Language::Traditional => "zh_TW",
        }
    }
}

impl Social<'_> {
    fn shown(&self) -> Option<Use> {
        Some(&self.name).filter(|_| !self.folder).and_then(|name| Use::in_a_page(name))
    }

    /// The permanent URL of the file or folder; a file's URL returns its bytes.
    pub(crate) fn address(&self) -> String {
        [&*self.site, &self.href].concat()
    }

    /// The URL of the page about the file or folder.
    pub(crate) fn page_address(&self) -> String {
        let mut address = self.address();
        if !self.folder {
            address.push_str("?view");
        }
        address
    }

    /// The Open Graph type of the file or folder.
    pub(crate) fn kind(&self) -> &'static str {
        match self.shown() {
            Some(Use::Video) => "video.other",
            Some(Use::Audio) => "music.song",
            _ => "website",
        }
    }

    pub(crate) fn is_image(&self) -> bool {
        self.shown() == Some(Use::Image)
    }

    pub(crate) fn is_audio(&self) -> bool {
        self.shown() == Some(Use::Audio)
    }

    /// The media type, if the file is a film.
    pub(crate) fn video_type(&self) -> Option<&'static str> {
        (self.shown() == Some(Use::Video)).then(|| media_type(&self.name))
    }

    /// The oEmbed endpoint for the file, in `format`.
    pub(crate) fn oembed(&self, format: &str) -> String {
        let mut address = [&*self.site, "/-/oembed?url="].concat();
        address.extend(utf8_percent_encode(&self.address(), NON_ALPHANUMERIC));
        address.push_str("&format=");
        address.push_str(format);
        address
    }
}
