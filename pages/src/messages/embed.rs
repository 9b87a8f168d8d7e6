//! Messages of embed pages, in every language.

/// Messages of embed pages: files in frames of other pages.
#[derive(Debug)]
pub struct EmbedMessages {
    /// The button that downloads the file.
    pub download: &'static str,
    /// The link to this site, which opens a new window; `{site}` is the site's title.
    pub open: &'static str,
}

pub(super) const EN: EmbedMessages = EmbedMessages { download: "Download", open: "Open on {site}" };
pub(super) const ZH_HANS: EmbedMessages =
    EmbedMessages { download: "下载", open: "在 {site} 打开" };
pub(super) const ZH_HANT: EmbedMessages =
    EmbedMessages { download: "下載", open: "在 {site} 開啟" };
