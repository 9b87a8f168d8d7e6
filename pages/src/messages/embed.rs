//! Messages of embed pages, in every language.

/// Messages of embed pages: files in frames of other pages.
#[derive(Debug)]
pub struct EmbedMessages {
    /// The button that downloads the file.
    pub download: &'static str,
    /// The browser plays no HLS.
    pub no_hls: &'static str,
    /// The file can't be played: it is missing, damaged or of an unknown format.
    pub not_played: &'static str,
    /// The link to the file's page, which opens a new window.
    pub open_page: &'static str,
    /// The link to this site, which opens a new window; `{site}` is the site's title.
    pub open: &'static str,
}

pub(super) const EN: EmbedMessages = EmbedMessages {
    download: "Download",
    no_hls: "This browser doesn’t play HLS by itself.",
    not_played: "This file can’t be played here.",
    open_page: "Open its page",
    open: "Open on {site}",
};
pub(super) const ZH_HANS: EmbedMessages = EmbedMessages {
    download: "下载",
    no_hls: "这个浏览器本身不支持 HLS。",
    not_played: "这个文件无法在这里播放。",
    open_page: "打开文件页面",
    open: "在 {site} 打开",
};
pub(super) const ZH_HANT: EmbedMessages = EmbedMessages {
    download: "下載",
    no_hls: "這個瀏覽器本身不支援 HLS。",
    not_played: "這個檔案無法在這裡播放。",
    open_page: "開啟檔案頁面",
    open: "在 {site} 開啟",
};
