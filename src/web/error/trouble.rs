//! What a visitor is told when the vendor fails. Its owner reads more on the health page.

use crate::upstream::trouble::Trouble;

/// The HTTP status. Nothing here is the visitor's fault, and what is for the vendor's review to say
/// is not for us to call a bad gateway.
pub(super) fn status(trouble: Trouble) -> u16 {
    match trouble {
        Trouble::NotFound => 404,
        Trouble::ShareGone => 410,
        Trouble::Blocked => 451,
        Trouble::HostChanged | Trouble::Signature | Trouble::Other => 502,
        Trouble::TimedOut => 504,
        Trouble::Auth
        | Trouble::Credentials
        | Trouble::NeedHuman
        | Trouble::TooManyTokens
        | Trouble::Banned
        | Trouble::ShareDenied
        | Trouble::LoginRequired
        | Trouble::Quota
        | Trouble::Checking
        | Trouble::RateLimited
        | Trouble::Server
        | Trouble::Unreachable => 503,
    }
}

/// Its name for programs. Troubles that only the owner can mend are one to everybody else.
pub(super) fn code(trouble: Trouble) -> &'static str {
    match trouble {
        Trouble::NotFound => "not_found",
        Trouble::ShareGone => "share_gone",
        Trouble::ShareDenied => "share_denied",
        Trouble::Blocked => "blocked",
        Trouble::Quota => "traffic_used_up",
        Trouble::Checking => "still_checked",
        Trouble::RateLimited => "vendor_busy",
        Trouble::LoginRequired => "no_account",
        Trouble::TimedOut => "vendor_slow",
        Trouble::HostChanged
        | Trouble::Signature
        | Trouble::Other
        | Trouble::Server
        | Trouble::Unreachable => "vendor_failed",
        Trouble::Auth
        | Trouble::Credentials
        | Trouble::NeedHuman
        | Trouble::TooManyTokens
        | Trouble::Banned => "account_stopped",
    }
}

/// Seconds after which it makes sense to ask again, if the vendor did not say.
pub(super) fn retry_after(trouble: Trouble) -> Option<u64> {
    match code(trouble) {
        "vendor_busy" | "vendor_slow" | "vendor_failed" => Some(30),
        "still_checked" => Some(60),
        "account_stopped" | "traffic_used_up" => Some(600),
        _ => None,
    }
}

pub(super) fn english(trouble: Trouble) -> &'static str {
    match code(trouble) {
        "not_found" => "There is nothing at this address.",
        "share_gone" => "The share on 123Pan that this came from has expired or was taken back.",
        "share_denied" => {
            "The share on 123Pan that this comes from does not open. The site's owner has to check \
             its address and password."
        }
        "blocked" => "123Pan does not hand out this file.",
        "traffic_used_up" => {
            "The download traffic of the account at 123Pan is used up. Try again later, or ask the \
             site's owner."
        }
        "still_checked" => "123Pan is still checking this file. Try again in a minute.",
        "vendor_busy" => "123Pan asks to slow down. Try again in half a minute.",
        "no_account" => {
            "This share can be looked at here, but its files can't be fetched without an account."
        }
        "vendor_slow" => "123Pan did not answer in time. Try again in half a minute.",
        "account_stopped" => {
            "The site's account at 123Pan needs its owner: nothing can be fetched until then."
        }
        _ => "123Pan can't be asked just now. Try again in half a minute.",
    }
}

pub(super) fn chinese(trouble: Trouble) -> &'static str {
    match code(trouble) {
        "not_found" => "这个地址没有内容。",
        "share_gone" => "这里的内容来自 123 云盘的一个分享，它已过期或被取消。",
        "share_denied" => {
            "这里的内容来自 123 云盘的一个分享，但它打不开，请站长检查分享地址和提取码。"
        }
        "blocked" => "123 云盘不提供这个文件。",
        "traffic_used_up" => "账号在 123 云盘的下载流量已用完，请以后再试，或者联系站长。",
        "still_checked" => "123 云盘还在审核这个文件，请过一分钟再试。",
        "vendor_busy" => "123 云盘要求放慢速度，请过半分钟再试。",
        "no_account" => "这个分享只能浏览，没有账号无法下载其中的文件。",
        "vendor_slow" => "123 云盘没有及时回应，请过半分钟再试。",
        "account_stopped" => "本站在 123 云盘的账号需要站长处理，在此之前无法读取。",
        _ => "暂时连不上 123 云盘，请过半分钟再试。",
    }
}
