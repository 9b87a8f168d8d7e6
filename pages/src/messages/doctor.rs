//! Messages of the Referer doctor, in every language.

/// Messages of the Referer doctor.
#[derive(Debug)]
pub struct DoctorMessages {
    /// The heading.
    pub title: &'static str,
    /// The introduction: what the doctor is for.
    pub intro: &'static str,
    /// The labels of the form.
    pub form: FormMessages,
    /// The findings.
    pub found: FoundMessages,
    /// The errors of the form, in the order of [`crate::view::DoctorProblem`].
    pub problems: [&'static str; 5],
}

/// The labels of the form.
#[derive(Debug)]
pub struct FormMessages {
    pub path: &'static str,
    pub page: &'static str,
    pub method: &'static str,
    /// The ways of embedding, in the order of `doctor::EMBED_METHODS`.
    pub methods: [&'static str; 6],
    pub policy: &'static str,
    pub no_policy: &'static str,
    /// The heading above the account's own Referer list at 123Pan.
    pub vendor: &'static str,
    pub list: &'static str,
    /// The kinds of list: none, white list, black list.
    pub lists: [&'static str; 3],
    pub hosts: &'static str,
    pub empty: &'static str,
    pub token: &'static str,
    pub why_token: &'static str,
    pub submit: &'static str,
}

/// The findings. `{host}` is the host of the embedding page, `{rule}` the rule that decides.
#[derive(Debug)]
pub struct FoundMessages {
    /// The headings of the findings.
    pub sent: &'static str,
    pub site: &'static str,
    pub vendor: &'static str,
    /// The text for a header that is not sent.
    pub nothing: &'static str,
    /// The request is answered.
    pub passes: &'static str,
    /// The request is refused because it names no page.
    pub silent: &'static str,
    /// The request is refused because of the page that it names.
    pub named: &'static str,
    /// The request is answered, but the page may not show the response in a frame.
    pub not_framed: &'static str,
    /// An anonymous visitor gets nothing at this path.
    pub none: &'static str,
    /// The name of the rule that decides.
    pub rule: &'static str,
    /// Message: no rule decides the verdict.
    pub no_rule: &'static str,
    /// Hint on allowing requests that name no page.
    pub hint_silent: &'static str,
    /// Hint on allowing requests of a named page.
    pub hint_named: &'static str,
    /// Other settings that refuse visitors.
    pub others: &'static str,
    /// Message on 123Pan's verdict for an account without a Referer list.
    pub no_list: &'static str,
    /// The clients that the list is examined for: a browser after our redirect, a tool that sends our
    /// URL, a client that ignores the policy.
    pub clients: [&'static str; 3],
    /// The client that the list is examined for last: Chromium and Firefox, for later requests of a film.
    pub parts_client: &'static str,
    /// The `Referer` that 123Pan receives with later requests of a film: `{referer}`.
    pub parts: &'static str,
    /// Messages on the verdict of 123Pan's Referer list for a client.
    pub lets: &'static str,
    pub refuses: &'static str,
    /// Hint on changing 123Pan's Referer list.
    pub hint_list: &'static str,
    /// Message on the limits of the findings: browsers and 123Pan may change their rules.
    pub unsure: &'static str,
}

pub(super) const EN: DoctorMessages = DoctorMessages {
    title: "Referer doctor",
    intro: "A file does not show in a page? Say which, and see what a browser sends, what this site does with it, and what a list at 123Pan would do.",
    form: FormMessages {
        path: "The file: its path or address on this site",
        page: "The page that is to show it",
        method: "How the page shows it",
        methods: [
            "Picture (img)",
            "Film (video)",
            "Sound (audio)",
            "Frame (iframe with ?embed)",
            "Link to press (a)",
            "Script (fetch), or an element with crossorigin",
        ],
        policy: "The page’s Referrer-Policy",
        no_policy: "None, as on most pages",
        vendor: "The Referer list of the account at 123Pan",
        list: "Kind of list",
        lists: ["None, or I don’t know", "White list", "Black list"],
        hosts: "Sites on it, one on a line",
        empty: "It lets requests pass that have no Referer",
        token: "API token (owner only)",
        why_token: "With it the rule is named that decides. Without it the answer is what every visitor could find out by trying.",
        submit: "Examine",
    },
    found: FoundMessages {
        sent: "What the browser sends",
        site: "What this site does",
        vendor: "What 123Pan does",
        nothing: "nothing",
        passes: "It opens: this page may show it.",
        silent: "It is refused: the request does not say which page it comes from, and here it has to.",
        named: "It is refused: pages of {host} may not show it.",
        not_framed: "It opens, but the browser shows it in no frame on {host}: that site is not one of those that may embed.",
        none: "There is no answer for this path: nothing opens there for a visitor without a key.",
        rule: "The field that decides is {rule}.referers.",
        no_rule: "No rule has referers here, so every page may embed.",
        hint_silent: "To fix it, give the page or the element the policy strict-origin-when-cross-origin, or set empty = true in {rule}.referers; then any page can get in by saying nothing.",
        hint_named: "To fix it, add \"{host}\" to allow in {rule}.referers.",
        others: "Visitors are also kept out by: {list}. A share link opens what is locked.",
        no_list: "Without a list of its own, 123Pan looks at no Referer.",
        clients: [
            "A browser, after this site’s redirect (no Referer)",
            "A tool that gives this site’s address, such as rclone or wget -r",
            "A client that ignores the redirect’s policy, such as an old Safari (the page’s address)",
        ],
        parts_client: "Chromium and Firefox, for later parts of a film or song",
        parts: "Chromium and Firefox ask 123Pan itself for later parts of a film or song, and then say of the page what its policy allows: {referer}. A frame (iframe with ?embed) says nothing.",
        lets: "passes",
        refuses: "is refused",
        hint_list: "In 123Pan’s console, let requests without a Referer pass, and put this site and the page’s on a white list, or turn the list off: then this site’s rules decide alone.",
        unsure: "Whether 123Pan counts the hosts below a site is not documented: here example.com is that host alone, *.example.com those below it.",
    },
    problems: [
        "That is not a path of this site. Write /folder/file, or paste the file’s address.",
        "That is another site’s address. The file has to be on this site.",
        "That is not the address of a page. It begins with https:// or http://.",
        "One of the sites on the list is none. Write example.com or *.example.com.",
        "That token is not right.",
    ],
};

pub(super) const ZH_HANS: DoctorMessages = DoctorMessages {
    title: "Referer 诊断",
    intro: "文件在网页里显示不出来？填写下面几项，即可看到浏览器会发送什么、本站会如何处理，以及 123 云盘的防盗链名单会如何处理。",
    form: FormMessages {
        path: "文件在本站的路径或网址",
        page: "要显示该文件的网页",
        method: "网页用什么方式显示",
        methods: [
            "图片（img）",
            "视频（video）",
            "音频（audio）",
            "框架（iframe 加 ?embed）",
            "点击的链接（a）",
            "脚本（fetch），或带 crossorigin 的元素",
        ],
        policy: "该网页的 Referrer-Policy",
        no_policy: "没有设置（多数网页如此）",
        vendor: "123 云盘账号的 Referer 名单",
        list: "名单类型",
        lists: ["没有，或不清楚", "白名单", "黑名单"],
        hosts: "名单里的网站，每行一个",
        empty: "允许没有 Referer 的请求",
        token: "API 令牌（仅站长）",
        why_token: "填写后会指出由哪条规则决定。不填时，给出的只是任何访客试一下就能知道的结果。",
        submit: "开始诊断",
    },
    found: FoundMessages {
        sent: "浏览器会发送",
        site: "本站会如何处理",
        vendor: "123 云盘会如何处理",
        nothing: "不发送",
        passes: "可以打开：这个网页可以显示该文件。",
        silent: "会被拒绝：请求没有说明来自哪个网页，而这里要求说明。",
        named: "会被拒绝：{host} 的网页不可以显示该文件。",
        not_framed: "可以打开，但浏览器不会在 {host} 的框架里显示该文件，因为这个网站不在允许嵌入的名单里。",
        none: "这个路径没有结果：没有密码或分享链接的访客在这里什么也打不开。",
        rule: "起作用的是 {rule}.referers。",
        no_rule: "这里没有规则设置 referers，所有网页都可以嵌入。",
        hint_silent: "解决办法：给网页或元素设置 strict-origin-when-cross-origin，或者在 {rule}.referers 里设置 empty = true；不过这样一来，任何网页只要不说明来源就能进来。",
        hint_named: "解决办法：把 \"{host}\" 加进 {rule}.referers 的 allow。",
        others: "此外还有这些设置会挡住访客：{list}。分享链接可以打开受密码保护的内容。",
        no_list: "没有设置名单时，123 云盘不检查 Referer。",
        clients: [
            "浏览器，经本站重定向（没有 Referer）",
            "发送本站网址的工具，例如 rclone、wget -r",
            "不理会重定向策略的客户端，例如旧版 Safari（发送网页的网址）",
        ],
        parts_client: "Chromium 和 Firefox 读取视频或音频的后续部分",
        parts: "Chromium 和 Firefox 会直接向 123 云盘读取视频或音频的后续部分，并按网页自己的策略发送 Referer：{referer}。使用框架（iframe 加 ?embed）则什么也不发送。",
        lets: "通过",
        refuses: "被拒绝",
        hint_list: "建议在 123 云盘后台允许空 Referer，并把本站和该网站加入白名单，或者关闭名单，只由本站的规则决定。",
        unsure: "123 云盘的名单是否包含子域名，官方没有说明：这里 example.com 只指这个域名本身，*.example.com 指它下面的所有域名。",
    },
    problems: [
        "这不是本站的路径。请写成 /文件夹/文件，或粘贴文件的网址。",
        "这是别的网站的网址，文件必须在本站。",
        "这不是网页的网址，应以 https:// 或 http:// 开头。",
        "名单里有一项不是网站，请写成 example.com 或 *.example.com。",
        "令牌不正确。",
    ],
};

pub(super) const ZH_HANT: DoctorMessages = DoctorMessages {
    title: "Referer 診斷",
    intro: "檔案在網頁裡顯示不出來？填寫以下幾項，即可看到瀏覽器會送出什麼、本站會如何處理，以及 123 雲盤的防盜連名單會如何處理。",
    form: FormMessages {
        path: "檔案在本站的路徑或網址",
        page: "要顯示該檔案的網頁",
        method: "網頁以什麼方式顯示",
        methods: [
            "圖片（img）",
            "影片（video）",
            "音訊（audio）",
            "框架（iframe 加 ?embed）",
            "供點按的連結（a）",
            "指令碼（fetch），或帶有 crossorigin 的元素",
        ],
        policy: "該網頁的 Referrer-Policy",
        no_policy: "沒有設定（多數網頁如此）",
        vendor: "123 雲盤帳號的 Referer 名單",
        list: "名單類型",
        lists: ["沒有，或不清楚", "白名單", "黑名單"],
        hosts: "名單裡的網站，每行一個",
        empty: "允許沒有 Referer 的請求",
        token: "API 權杖（僅限站長）",
        why_token: "填寫後會指出由哪條規則決定。不填時，只會給出任何訪客試一下就能知道的結果。",
        submit: "開始診斷",
    },
    found: FoundMessages {
        sent: "瀏覽器會送出",
        site: "本站會如何處理",
        vendor: "123 雲盤會如何處理",
        nothing: "不送出",
        passes: "可以開啟：這個網頁可以顯示該檔案。",
        silent: "會被拒絕：請求沒有說明來自哪個網頁，而這裡要求說明。",
        named: "會被拒絕：{host} 的網頁不可以顯示該檔案。",
        not_framed: "可以開啟，但瀏覽器不會在 {host} 的框架裡顯示該檔案，因為這個網站不在允許嵌入的名單裡。",
        none: "這個路徑沒有結果：沒有密碼或分享連結的訪客在這裡什麼也打不開。",
        rule: "起作用的是 {rule}.referers。",
        no_rule: "這裡沒有規則設定 referers，所有網頁都可以嵌入。",
        hint_silent: "解決辦法：為網頁或元素設定 strict-origin-when-cross-origin，或在 {rule}.referers 裡設定 empty = true；不過這樣一來，任何網頁只要不說明來源就能進來。",
        hint_named: "解決辦法：把 \"{host}\" 加進 {rule}.referers 的 allow。",
        others: "此外還有這些設定會擋住訪客：{list}。分享連結可以開啟受密碼保護的內容。",
        no_list: "沒有設定名單時，123 雲盤不檢查 Referer。",
        clients: [
            "瀏覽器，經本站重新導向（沒有 Referer）",
            "送出本站網址的工具，例如 rclone、wget -r",
            "不理會重新導向政策的用戶端，例如舊版 Safari（送出網頁的網址）",
        ],
        parts_client: "Chromium 和 Firefox 讀取影片或音訊的後續部分",
        parts: "Chromium 和 Firefox 會直接向 123 雲盤讀取影片或音訊的後續部分，並依網頁自己的政策送出 Referer：{referer}。使用框架（iframe 加 ?embed）則什麼也不送出。",
        lets: "通過",
        refuses: "被拒絕",
        hint_list: "建議在 123 雲盤後台允許空的 Referer，並把本站與該網站加入白名單，或關閉名單，只由本站的規則決定。",
        unsure: "123 雲盤的名單是否包含子網域，官方沒有說明：這裡 example.com 只指這個網域本身，*.example.com 指它底下的所有網域。",
    },
    problems: [
        "這不是本站的路徑。請寫成 /資料夾/檔案，或貼上檔案的網址。",
        "這是別的網站的網址，檔案必須在本站。",
        "這不是網頁的網址，開頭應為 https:// 或 http://。",
        "名單裡有一項不是網站，請寫成 example.com 或 *.example.com。",
        "權杖不正確。",
    ],
};
