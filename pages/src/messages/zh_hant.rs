//! Messages in Traditional Chinese, in the words of Taiwan.

use signpost_core::path::PathError;

use super::catalog::{
    FailureMessages, FailureText, FolderMessages, LoginMessages, Messages, PreferencesMessages,
};
use crate::date;
use crate::view::Failure;

pub(super) const MESSAGES: Messages = Messages {
    crumbs: "路徑",
    skip: "跳到正文",
    preferences: PreferencesMessages {
        name: "語言與配色",
        language: "語言",
        theme: "配色",
        themes: ["自動", "淺色", "深色"],
        needs_https: "透過 http 瀏覽時無法保留選擇，請改用 https 開啟本站。",
    },
    folder: FolderMessages {
        name: "名稱",
        size: "大小",
        modified: "修改時間",
        folders: ["{n} 個資料夾", "{n} 個資料夾"],
        files: ["{n} 個檔案", "{n} 個檔案"],
        items: ["{n} 項", "{n} 項"],
        and: "，",
        at_least: "至少 {size}",
        zone: "時間為 {zone}",
        ago: [
            ["{n} 分鐘前", "{n} 分鐘前"],
            ["{n} 小時前", "{n} 小時前"],
            ["{n} 天前", "{n} 天前"],
            ["{n} 個月前", "{n} 個月前"],
            ["{n} 年前", "{n} 年前"],
        ],
        just_now: "剛剛",
        locked: "需要密碼或連結",
        empty: "這個資料夾裡還沒有內容。",
        pages: "分頁",
        rows_of: "第 {first}–{last} 項，共 {n} 項",
        previous: "上一頁",
        next: "下一頁",
        filter: "篩選目前的資料夾",
        no_match: "這裡沒有名稱符合的內容。",
        apply: "篩選",
        demo: "這是內建的示範網站，其中的檔案並不存在。設定 <code>PRIVATE_KEY</code> 與 <code>UID</code> 兩個機密變數（secret），再把地址樹寫進機密變數 <code>URL_TREE</code> 或 KV 的鍵 <code>tree</code>，就會顯示自己的檔案。",
        books: "本資料夾中的書",
        remote: "這個資料夾裡有些檔案沒有列出，需要用完整網址開啟。",
        loading: "這個資料夾很大，還在載入，以下是目前已有的內容。頁面會自動重新整理。",
        stale: "這是 {n} 分鐘前的內容，正在取得新的。",
        lacks_some: "這個資料夾裡還有內容，但目前連不上 123 雲盤。",
    },
    file: super::file::zh_hant::MESSAGES,
    script: super::script::TRADITIONAL,
    login: LoginMessages {
        title: "需要密碼",
        label: "密碼",
        wrong: "密碼不正確，請檢查後再試一次。",
        needs_https: "此頁面是透過 http 開啟的，瀏覽器不會保留登入狀態，請改用 https 開啟。",
        submit: "開啟",
    },
    failure: FailureMessages {
        for_owner: "站長須知",
        home: "回到首頁",
        again: "再試一次",
        reopens: "，將於 {when}恢復。",
        reads: "看起來是 {encoding} 編碼，改用 UTF-8 編碼的網址是：",
    },
    embed: super::embed::ZH_HANT,
    doctor: super::doctor::ZH_HANT,
    failure_text_of,
    moment: date::chinese,
};

fn failure_text_of(failure: Failure) -> FailureText {
    use Failure as F;
    let (title, text) = match failure {
        F::BadPath(why) => (
            "網址不正確",
            match why {
                PathError::BadEscape => "這個網址不正確：路徑裡的 % 後面不是兩位十六進位數字。",
                PathError::NotUtf8 => "這個網址不正確：路徑不是 UTF-8 編碼。",
                PathError::EmptySegment => "這個網址不正確：路徑裡有空的一段（//）。",
                PathError::DotSegment => "這個網址不正確：路徑裡有 . 或 .. 這樣的一段。",
                PathError::Forbidden => "這個網址不正確：路徑裡有跳脫的斜線或 NUL。",
                PathError::NotAbsolute => "這個網址不正確：路徑不是以 / 開頭。",
                PathError::TooDeep => "這個網址不正確：路徑超過 80 層。",
            },
        ),
        F::BadFormat => (
            "沒有這種格式",
            "format= 的值：檔案可用 json 或 url，資料夾可用 html、json、m3u8、xspf、strm、aria2、metalink、wget、rss、atom 或 opds。",
        ),
        F::BadBody => ("送出的內容無效", "送出的內容不完整或格式不對，請返回後再試一次。"),
        F::BadQuery => (
            "搜尋或分頁參數無效",
            "搜尋和篩選內容應為 1 到 100 個字元；limit= 應為 1 到 200 的整數，page= 應為從 1 起的整數，\
             per_page= 應為 1 到 1000 的整數，sort= 應為 name、size 或 time，order= 應為 asc 或 desc；depth= 應為 0 到 80 的整數，用於 m3u8、xspf、strm、aria2、metalink 和 wget；\
             since= 應為 Unix 秒數，用於 strm。",
        ),
        F::TreeTooLarge => (
            "項目過多，無法列在一個清單中",
            "使用 depth= 時，一個清單最多包含 4,000 個檔案和資料夾，這裡超出了。請減小 depth=，或分別請求各個資料夾；\
             signpost strm 沒有這個限制。",
        ),
        F::BadToken => ("需要權杖", "需要本站的 API 權杖，請用 Authorization: Bearer 傳送。"),
        F::PasswordRequired => ("需要密碼", "需要密碼才能開啟。"),
        F::WrongPassword => ("需要密碼", "密碼不正確，請檢查後再試一次。"),
        F::RefererNotAllowed => {
            ("不能從那個網頁開啟", "不能在您來的那個網頁裡顯示或開啟，請從本站的頁面開啟。")
        }
        F::CountryNotAllowed => (
            "國家或地區受限",
            "本站不允許從您的國家或地區存取。如果您正在使用 VPN 或 Proxy，請關閉後再試，或聯絡站長。",
        ),
        F::AddressNotAllowed => {
            ("IP 位址受限", "本站不允許從您的 IP 位址存取。請換一個網路再試，或聯絡站長。")
        }
        F::NotFound => ("這裡沒有內容", "這個網址沒有內容，可能已經移動或改名。"),
        F::MethodNotAllowed => {
            ("不支援的請求方法", "不支援的請求方法，本站只支援 GET、HEAD 與 OPTIONS。")
        }
        F::NoSharing => ("不能分享", "這裡不允許訪客產生分享連結。"),
        F::LinkOver => ("連結已失效", "這個分享連結已過期或已撤銷，請向分享給您的人要一個新連結。"),
        F::TooManyGuesses => ("嘗試次數太多", "嘗試密碼的次數太多，請等一分鐘再試。"),
        F::TooManyRequests => ("請求過於頻繁", "請求過於頻繁，請等一分鐘再試。"),
        F::BudgetUsedUp => ("本站流量上限已用完", "這裡的下載流量已達到站長設定的上限"),
        F::ClientBudgetUsedUp => {
            ("您的流量上限已用完", "您在這裡的下載流量已達到站長為每位訪客設定的上限")
        }
        F::TooManyLinks => ("開啟的檔案已達上限", "您一小時內開啟的檔案已達上限"),
        F::ShareUsedUp => ("連結額度已用完", "這個分享連結的額度已用完"),
        F::Misconfigured => ("設定有誤", "本站的設定有誤，站長修正之前無法使用。"),
        F::Unavailable => ("暫時無法確認", "暫時無法確認能否開啟，請過幾秒再試。"),
        F::StillLoading => ("正在載入", "這個資料夾很大，還在載入，請過幾秒再試。"),
        F::ShareGone => ("分享已失效", "這裡的內容來自 123 雲盤的一個分享，該分享已過期或被取消。"),
        F::ShareDenied => (
            "分享無法開啟",
            "這裡的內容來自 123 雲盤的一個分享，但該分享無法開啟，請站長檢查分享網址與提取碼。",
        ),
        F::Blocked => ("無法提供", "123 雲盤不提供這個檔案。"),
        F::MissingOrRefused => (
            "檔案不存在或遭拒絕",
            "存放檔案的伺服器上沒有這個檔案，或者拒絕提供。如果一直這樣，請聯絡站長。",
        ),
        F::CityLocked => (
            "異地連結受限",
            "123 雲盤只在一個城市提供這個檔案，而本站的伺服器在另一個城市。請稍後再試，或聯絡站長。",
        ),
        F::TrafficUsedUp => {
            ("123 雲盤流量已用完", "本站帳號在 123 雲盤的下載流量已用完，請稍後再試，或聯絡站長。")
        }
        F::StillChecked => ("正在審核", "123 雲盤還在審核這個檔案，請過一分鐘再試。"),
        F::VendorBusy => ("123 雲盤忙碌中", "123 雲盤要求放慢速度，請過半分鐘再試。"),
        F::NoAccount => ("只能瀏覽", "本站沒有為這個分享設定 123 雲盤帳號，只能瀏覽，不能下載。"),
        F::VendorSlow => ("123 雲盤回應太慢", "123 雲盤沒有及時回應，請過半分鐘再試。"),
        F::AccountStopped => ("帳號無法使用", "本站的 123 雲盤帳號無法使用，需要站長處理。"),
        F::VendorFailed => ("連不上 123 雲盤", "暫時連不上 123 雲盤，請過半分鐘再試。"),
    };
    FailureText::new(title, text).or(otherwise(failure))
}

fn otherwise(failure: Failure) -> &'static str {
    match failure {
        Failure::BudgetUsedUp | Failure::ClientBudgetUsedUp | Failure::TooManyLinks => {
            "，請聯絡站長重新開放。"
        }
        Failure::ShareUsedUp => "，請向分享給您的人要一個新連結。",
        _ => "",
    }
}
