//! Messages in Simplified Chinese.

use signpost_core::path::PathError;

use super::catalog::{
    FailureMessages, FailureText, FolderMessages, LoginMessages, Messages, PreferencesMessages,
};
use crate::date;
use crate::view::Failure;

pub(super) const MESSAGES: Messages = Messages {
    crumbs: "路径",
    skip: "跳到正文",
    preferences: PreferencesMessages {
        name: "语言和配色",
        language: "语言",
        theme: "配色",
        themes: ["自动", "浅色", "深色"],
        needs_https: "通过 http 访问时无法保存选择，请改用 https 打开本站。",
    },
    folder: FolderMessages {
        name: "名称",
        size: "大小",
        modified: "修改时间",
        folders: ["{n} 个文件夹", "{n} 个文件夹"],
        files: ["{n} 个文件", "{n} 个文件"],
        items: ["{n} 项", "{n} 项"],
        and: "，",
        at_least: "至少 {size}",
        zone: "时间按 {zone}",
        ago: [
            ["{n} 分钟前", "{n} 分钟前"],
            ["{n} 小时前", "{n} 小时前"],
            ["{n} 天前", "{n} 天前"],
            ["{n} 个月前", "{n} 个月前"],
            ["{n} 年前", "{n} 年前"],
        ],
        just_now: "刚刚",
        locked: "需要密码或链接",
        empty: "这个文件夹里还没有内容。",
        pages: "分页",
        rows_of: "第 {first}–{last} 项，共 {n} 项",
        previous: "上一页",
        next: "下一页",
        filter: "筛选当前文件夹",
        no_match: "这里没有名称符合的内容。",
        apply: "筛选",
        demo: "这是内置的演示站点，其中的文件并不存在。设置 <code>PRIVATE_KEY</code> 和 <code>UID</code> 两个机密变量（secret），再把地址树写进机密变量 <code>URL_TREE</code> 或 KV 的键 <code>tree</code>，即可展示自己的文件。",
        books: "本文件夹中的书",
        remote: "这个文件夹里有些文件没有列出，需要用完整网址打开。",
        loading: "这个文件夹很大，还在加载，下面是目前已有的内容。页面会自动刷新。",
        stale: "这是 {n} 分钟前的内容，正在获取新的。",
        lacks_some: "这个文件夹里还有内容，但暂时连不上 123 云盘。",
    },
    file: super::file::zh_hans::MESSAGES,
    script: super::script::SIMPLIFIED,
    login: LoginMessages {
        title: "需要密码",
        label: "密码",
        wrong: "密码不正确，请检查后再试一次。",
        needs_https: "此页面是通过 http 打开的，浏览器不会保存登录状态，请改用 https 打开。",
        submit: "打开",
    },
    failure: FailureMessages {
        for_owner: "站长须知",
        home: "返回首页",
        again: "再试一次",
        reopens: "，将于 {when}恢复。",
        reads: "看起来是 {encoding} 编码，改用 UTF-8 编码的网址是：",
    },
    embed: super::embed::ZH_HANS,
    doctor: super::doctor::ZH_HANS,
    failure_text_of,
    moment: date::chinese,
};

fn failure_text_of(failure: Failure) -> FailureText {
    use Failure as F;
    let (title, text) = match failure {
        F::BadPath(why) => (
            "网址不正确",
            match why {
                PathError::BadEscape => "这个网址不正确：路径里的 % 后面不是两位十六进制数字。",
                PathError::NotUtf8 => "这个网址不正确：路径不是 UTF-8 编码。",
                PathError::EmptySegment => "这个网址不正确：路径里有空的一段（//）。",
                PathError::DotSegment => "这个网址不正确：路径里有 . 或 .. 这样的一段。",
                PathError::Forbidden => "这个网址不正确：路径里有转义的斜杠或 NUL。",
                PathError::NotAbsolute => "这个网址不正确：路径不是以 / 开头。",
                PathError::TooDeep => "这个网址不正确：路径超过 80 层。",
            },
        ),
        F::BadFormat => (
            "没有这种格式",
            "format= 的值：文件可用 json 或 url，文件夹可用 html、json、m3u8、xspf、strm、aria2、metalink、wget、rss、atom 或 opds。",
        ),
        F::BadBody => ("提交的内容无效", "提交的内容不完整或格式不对，请返回后再试一次。"),
        F::BadQuery => (
            "搜索或分页参数无效",
            "搜索和筛选内容应为 1 到 100 个字符；limit= 应为 1 到 200 的整数，page= 应为从 1 起的整数，\
             per_page= 应为 1 到 1000 的整数，sort= 应为 name、size 或 time，order= 应为 asc 或 desc；depth= 应为 0 到 80 的整数，用于 m3u8、xspf、strm、aria2、metalink 和 wget；\
             since= 应为 Unix 秒数，用于 strm。",
        ),
        F::TreeTooLarge => (
            "条目过多，无法列在一个列表中",
            "使用 depth= 时，一个列表最多包含 4,000 个文件和文件夹，这里超出了。请减小 depth=，或分别请求各个文件夹；\
             signpost strm 没有这个限制。",
        ),
        F::BadToken => ("需要令牌", "需要本站的 API 令牌，请用 Authorization: Bearer 发送。"),
        F::PasswordRequired => ("需要密码", "需要密码才能打开。"),
        F::WrongPassword => ("需要密码", "密码不正确，请检查后再试一次。"),
        F::RefererNotAllowed => {
            ("不能从那个网页打开", "不能在您来的那个网页里显示或打开，请从本站的页面打开。")
        }
        F::CountryNotAllowed => (
            "国家或地区受限",
            "本站不允许从您的国家或地区访问。如果您在使用 VPN 或代理，请关闭后再试，或者联系站长。",
        ),
        F::AddressNotAllowed => {
            ("IP 地址受限", "本站不允许从您的 IP 地址访问。请换一个网络再试，或者联系站长。")
        }
        F::NotFound => ("这里没有内容", "这个网址没有内容，可能已经移动或改名。"),
        F::MethodNotAllowed => {
            ("不支持的请求方法", "不支持的请求方法，本站只支持 GET、HEAD 和 OPTIONS。")
        }
        F::NoSharing => ("不能分享", "这里不允许访客生成分享链接。"),
        F::LinkOver => ("链接已失效", "这个分享链接已过期或已撤销，请向分享给您的人要一个新链接。"),
        F::TooManyGuesses => ("尝试次数太多", "尝试密码的次数太多，请等一分钟再试。"),
        F::TooManyRequests => ("请求过于频繁", "请求过于频繁，请等一分钟再试。"),
        F::BudgetUsedUp => ("本站流量限额已用完", "这里的下载流量已达到站长设置的上限"),
        F::ClientBudgetUsedUp => {
            ("您的流量限额已用完", "您在这里的下载流量已达到站长为每位访客设置的上限")
        }
        F::TooManyLinks => ("打开的文件已达上限", "您一小时内打开的文件已达上限"),
        F::ShareUsedUp => ("链接额度已用完", "这个分享链接的额度已用完"),
        F::Misconfigured => ("设置有误", "本站的设置有误，站长改好之前无法访问。"),
        F::Unavailable => ("暂时无法确认", "暂时无法确认能否打开，请过几秒再试。"),
        F::StillLoading => ("正在加载", "这个文件夹很大，还在加载，请过几秒再试。"),
        F::ShareGone => ("分享已失效", "这里的内容来自 123 云盘的一个分享，该分享已过期或被取消。"),
        F::ShareDenied => (
            "分享打不开",
            "这里的内容来自 123 云盘的一个分享，但该分享打不开，请站长检查分享网址和提取码。",
        ),
        F::Blocked => ("无法提供", "123 云盘不提供这个文件。"),
        F::MissingOrRefused => (
            "文件不存在或被拒绝",
            "存放文件的服务器上没有这个文件，或者拒绝提供。如果一直这样，请联系站长。",
        ),
        F::CityLocked => (
            "异地链接受限",
            "123 云盘只在一个城市提供这个文件，而本站的服务器在另一个城市。请以后再试，或者联系站长。",
        ),
        F::TrafficUsedUp => (
            "123 云盘流量已用完",
            "本站账号在 123 云盘的下载流量已用完，请以后再试，或者联系站长。",
        ),
        F::StillChecked => ("正在审核", "123 云盘还在审核这个文件，请过一分钟再试。"),
        F::VendorBusy => ("123 云盘繁忙", "123 云盘要求放慢速度，请过半分钟再试。"),
        F::NoAccount => ("只能浏览", "本站没有为这个分享设置 123 云盘账号，只能浏览，不能下载。"),
        F::VendorSlow => ("123 云盘响应太慢", "123 云盘没有及时回应，请过半分钟再试。"),
        F::AccountStopped => ("账号不可用", "本站的 123 云盘账号不可用，需要站长处理。"),
        F::VendorFailed => ("连不上 123 云盘", "暂时连不上 123 云盘，请过半分钟再试。"),
    };
    FailureText::new(title, text).or(otherwise(failure))
}

fn otherwise(failure: Failure) -> &'static str {
    match failure {
        Failure::BudgetUsedUp | Failure::ClientBudgetUsedUp | Failure::TooManyLinks => {
            "，请联系站长重新开放。"
        }
        Failure::ShareUsedUp => "，请向分享给您的人要一个新链接。",
        _ => "",
    }
}
