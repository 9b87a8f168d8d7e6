//! What is said in the frames of other pages, in every language.

/// Files in frames of other pages.
#[derive(Debug)]
pub struct EmbedWords {
    /// The button that fetches a file.
    pub download: &'static str,
    /// Leads to this site, in a window of its own; `{site}` is its name.
    pub open: &'static str,
}

pub(super) const EN: EmbedWords = EmbedWords { download: "Download", open: "Open on {site}" };
pub(super) const ZH_HANS: EmbedWords = EmbedWords { download: "下载", open: "在 {site} 打开" };
pub(super) const ZH_HANT: EmbedWords = EmbedWords { download: "下載", open: "在 {site} 開啟" };
