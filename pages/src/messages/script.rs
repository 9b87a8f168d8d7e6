//! Messages of the script of folder pages. They are served with the script, as a JavaScript object of one
//! language.

use serde::Serialize;

use super::file::{en, zh_hans, zh_hant};

/// Messages of the script of folder pages in one language. Where they contain a number, the singular
/// stands before `|`.
#[derive(Debug, Serialize)]
pub struct ScriptMessages {
    /// The label of the filter above the list.
    pub filter: &'static str,
    /// The label of the sort order.
    pub sort: &'static str,
    /// Names of the sort orders.
    pub by_name: &'static str,
    #[expect(missing_docs, reason = "as above")]
    pub by_size: &'static str,
    #[expect(missing_docs, reason = "as above")]
    pub by_time: &'static str,
    /// The views of a folder.
    pub view_list: &'static str,
    #[expect(missing_docs, reason = "as above")]
    pub view_grid: &'static str,
    #[expect(missing_docs, reason = "as above")]
    pub view_wall: &'static str,
    /// The number of rows that the filter leaves.
    pub shown: &'static str,
    /// The filter leaves no rows.
    pub no_match: &'static str,
    /// The button that searches the folders below.
    pub search_below: &'static str,
    /// The note before the picture wall: pictures are loaded on request, since every picture costs
    /// traffic.
    pub pictures: &'static str,
    /// The button that loads the pictures; their size follows.
    pub show_pictures: &'static str,
    /// The name of the search.
    pub search: &'static str,
    /// The placeholder of the search field.
    pub search_placeholder: &'static str,
    /// The switch that searches the whole site.
    pub whole_site: &'static str,
    /// The search has no results.
    pub nothing_found: &'static str,
    /// Some folders could not be searched.
    pub partial: &'static str,
    /// There are more results than are shown.
    pub more_found: &'static str,
    /// The search does not respond.
    pub no_search: &'static str,
    /// The name of a row's menu, for screen readers.
    pub actions: &'static str,
    /// The name of the button that opens a row's menu.
    pub more: &'static str,
    /// The menu item that shows players, for films and music.
    pub open_in: &'static str,
    /// The menu item that leads to the file’s page.
    pub file_page: &'static str,
    /// Whether players need a share link that the visitor can't make, or get one: as on files’ pages.
    pub players_sealed: &'static str,
    #[expect(missing_docs, reason = "as above")]
    pub players_shared: &'static str,
    /// Loading failed: as on files’ pages.
    pub failed: &'static str,
    /// Items of a row's menu and of the selection bar.
    pub copy_link: &'static str,
    #[expect(missing_docs, reason = "as above")]
    pub share: &'static str,
    #[expect(missing_docs, reason = "as above")]
    pub download: &'static str,
    #[expect(missing_docs, reason = "as above")]
    pub info: &'static str,
    #[expect(missing_docs, reason = "as above")]
    pub select: &'static str,
    /// The name of a row’s checkbox.
    pub pick: &'static str,
    /// The number of selected rows; their size may follow.
    pub picked: &'static str,
    /// The name of the selection bar.
    pub picked_tools: &'static str,
    /// Buttons of the selection bar.
    pub copy_links: &'static str,
    #[expect(missing_docs, reason = "as above")]
    pub download_all: &'static str,
    /// The button that copies the selection for a program.
    pub copy_as: &'static str,
    #[expect(missing_docs, reason = "as above")]
    pub unpick: &'static str,
    /// Short notices at the edge of the page.
    pub copied: &'static str,
    #[expect(missing_docs, reason = "as above")]
    pub copied_links: &'static str,
    #[expect(missing_docs, reason = "as above")]
    pub not_copied: &'static str,
    #[expect(missing_docs, reason = "as above")]
    pub downloading: &'static str,
    #[expect(missing_docs, reason = "as above")]
    pub only_folders: &'static str,
    /// The heading of the list of files that the browser shows instead of saving them.
    pub not_saved: &'static str,
    /// Hint how files that browsers show are saved: as on files’ pages.
    pub opens_in_tab: &'static str,
    /// A size in bytes.
    pub bytes: &'static str,
    /// The label of the field with a link.
    pub link: &'static str,
    /// The name of a link's QR code.
    pub qr: &'static str,
    /// The button that closes a dialog.
    pub close: &'static str,
    /// The heading and the descriptions of keyboard shortcuts.
    pub keys: &'static str,
    #[expect(missing_docs, reason = "as above")]
    pub key_walk: &'static str,
    #[expect(missing_docs, reason = "as above")]
    pub key_open: &'static str,
    #[expect(missing_docs, reason = "as above")]
    pub key_up: &'static str,
    #[expect(missing_docs, reason = "as above")]
    pub key_filter: &'static str,
    #[expect(missing_docs, reason = "as above")]
    pub key_search: &'static str,
    #[expect(missing_docs, reason = "as above")]
    pub key_pick: &'static str,
    #[expect(missing_docs, reason = "as above")]
    pub key_range: &'static str,
    #[expect(missing_docs, reason = "as above")]
    pub key_escape: &'static str,
    #[expect(missing_docs, reason = "as above")]
    pub key_help: &'static str,
}

pub(super) const ENGLISH: ScriptMessages = ScriptMessages {
    filter: "Filter",
    sort: "Order",
    by_name: "Name",
    by_size: "Size",
    by_time: "Modified",
    view_list: "List",
    view_grid: "Grid",
    view_wall: "Picture wall",
    shown: "{n} match|{n} match",
    no_match: "Nothing here has that in its name.",
    search_below: "Search the folders below, too",
    pictures: "{n} picture is shown once you ask for it.|{n} pictures are shown once you ask for them.",
    show_pictures: "Show pictures",
    search: "Search",
    search_placeholder: "Words of a name, or pinyin initials",
    whole_site: "The whole site",
    nothing_found: "Nothing found.",
    partial: "Some folders could not be searched just now.",
    more_found: "The best {n} are below.",
    no_search: "The search does not answer just now. Try again in a while.",
    actions: "Actions",
    more: "Actions for {name}",
    open_in: "Open with…",
    file_page: "The file’s page",
    players_sealed: en::MESSAGES.script.players_sealed,
    players_shared: en::MESSAGES.script.players_shared,
    failed: en::MESSAGES.script.failed,
    copy_link: "Copy link",
    share: "Share",
    download: "Download",
    info: "Info",
    select: "Select",
    pick: "Select {name}",
    picked: "{n} selected|{n} selected",
    picked_tools: "Selected files",
    copy_links: "Copy links",
    download_all: "Download one after another",
    copy_as: "Copy for {name}",
    unpick: "Clear the selection",
    copied: "Copied",
    copied_links: "{n} link copied|{n} links copied",
    not_copied: "This browser doesn’t let pages copy.",
    downloading: "{n} download begins|{n} downloads begin, one after another",
    only_folders: "Folders are downloaded file by file: open them first.",
    not_saved: "Opened, not saved",
    opens_in_tab: en::MESSAGES.script.opens_in_tab,
    bytes: "{n} bytes",
    link: "Link",
    qr: "QR code of the link",
    close: "Close",
    keys: "Keyboard",
    key_walk: "Next, previous",
    key_open: "Open",
    key_up: "Up one folder",
    key_filter: "Filter this folder",
    key_search: "Search below and elsewhere",
    key_pick: "Select or unselect",
    key_range: "Select on the way",
    key_escape: "Clear the selection, then the filter",
    key_help: "This help",
};

pub(super) const SIMPLIFIED: ScriptMessages = ScriptMessages {
    filter: "筛选",
    sort: "排序",
    by_name: "名称",
    by_size: "大小",
    by_time: "修改时间",
    view_list: "列表",
    view_grid: "网格",
    view_wall: "图片墙",
    shown: "找到 {n} 项|找到 {n} 项",
    no_match: "这里没有名称符合的内容。",
    search_below: "在下级文件夹里也找找",
    pictures: "这里有 {n} 张图片，点击后才会加载。|这里有 {n} 张图片，点击后才会加载。",
    show_pictures: "显示图片",
    search: "搜索",
    search_placeholder: "名称中的字词，或拼音首字母",
    whole_site: "整个网站",
    nothing_found: "没有找到。",
    partial: "有些文件夹暂时无法搜索。",
    more_found: "以下是最相关的 {n} 项。",
    no_search: "暂时无法搜索，请稍后再试。",
    actions: "操作",
    more: "{name} 的操作",
    open_in: "打开方式…",
    file_page: "文件页面",
    players_sealed: zh_hans::MESSAGES.script.players_sealed,
    players_shared: zh_hans::MESSAGES.script.players_shared,
    failed: zh_hans::MESSAGES.script.failed,
    copy_link: "复制链接",
    share: "分享",
    download: "下载",
    info: "详细信息",
    select: "选择",
    pick: "选择 {name}",
    picked: "已选 {n} 项|已选 {n} 项",
    picked_tools: "所选文件",
    copy_links: "复制链接",
    download_all: "逐个下载",
    copy_as: "复制为 {name} 格式",
    unpick: "取消选择",
    copied: "已复制",
    copied_links: "已复制 {n} 个链接|已复制 {n} 个链接",
    not_copied: "浏览器不允许复制。",
    downloading: "开始下载 {n} 个文件|开始逐个下载 {n} 个文件",
    only_folders: "文件夹需要打开后再下载其中的文件。",
    not_saved: "未能直接保存的文件",
    opens_in_tab: zh_hans::MESSAGES.script.opens_in_tab,
    bytes: "{n} 字节",
    link: "链接",
    qr: "链接的二维码",
    close: "关闭",
    keys: "键盘快捷键",
    key_walk: "下一项、上一项",
    key_open: "打开",
    key_up: "上一级文件夹",
    key_filter: "筛选当前文件夹",
    key_search: "搜索下级文件夹和整个网站",
    key_pick: "选择或取消选择",
    key_range: "连续选择",
    key_escape: "先取消选择，再清除筛选",
    key_help: "显示本帮助",
};

pub(super) const TRADITIONAL: ScriptMessages = ScriptMessages {
    filter: "篩選",
    sort: "排序",
    by_name: "名稱",
    by_size: "大小",
    by_time: "修改時間",
    view_list: "清單",
    view_grid: "格狀",
    view_wall: "圖片牆",
    shown: "找到 {n} 項|找到 {n} 項",
    no_match: "這裡沒有名稱符合的內容。",
    search_below: "在下層資料夾裡也找找",
    pictures: "這裡有 {n} 張圖片，按下後才會載入。|這裡有 {n} 張圖片，按下後才會載入。",
    show_pictures: "顯示圖片",
    search: "搜尋",
    search_placeholder: "名稱中的字詞，或拼音首字母",
    whole_site: "整個網站",
    nothing_found: "沒有找到。",
    partial: "有些資料夾暫時無法搜尋。",
    more_found: "以下是最相關的 {n} 項。",
    no_search: "暫時無法搜尋，請稍後再試。",
    actions: "操作",
    more: "{name} 的操作",
    open_in: "開啟方式…",
    file_page: "檔案頁面",
    players_sealed: zh_hant::MESSAGES.script.players_sealed,
    players_shared: zh_hant::MESSAGES.script.players_shared,
    failed: zh_hant::MESSAGES.script.failed,
    copy_link: "複製連結",
    share: "分享",
    download: "下載",
    info: "詳細資訊",
    select: "選取",
    pick: "選取 {name}",
    picked: "已選 {n} 項|已選 {n} 項",
    picked_tools: "所選檔案",
    copy_links: "複製連結",
    download_all: "逐一下載",
    copy_as: "複製為 {name} 格式",
    unpick: "取消選取",
    copied: "已複製",
    copied_links: "已複製 {n} 個連結|已複製 {n} 個連結",
    not_copied: "瀏覽器不允許複製。",
    downloading: "開始下載 {n} 個檔案|開始逐一下載 {n} 個檔案",
    only_folders: "資料夾需要開啟後再下載其中的檔案。",
    not_saved: "未能直接儲存的檔案",
    opens_in_tab: zh_hant::MESSAGES.script.opens_in_tab,
    bytes: "{n} 位元組",
    link: "連結",
    qr: "連結的 QR Code",
    close: "關閉",
    keys: "鍵盤快速鍵",
    key_walk: "下一項、上一項",
    key_open: "開啟",
    key_up: "上一層資料夾",
    key_filter: "篩選目前的資料夾",
    key_search: "搜尋下層資料夾與整個網站",
    key_pick: "選取或取消選取",
    key_range: "連續選取",
    key_escape: "先取消選取，再清除篩選",
    key_help: "顯示本說明",
};
