//! Failure → HTTP, once, for every surface.

use std::borrow::Cow;

use askama::Template;
use chrono::{DateTime, Datelike as _, FixedOffset, Offset, Timelike as _, Utc};
use serde::Serialize;

use super::answer::{Answer, Body};
use super::language::Language;
use crate::error::{Barrier, Error, Limit};
use crate::fault::Fault;
use crate::path::PathError;
use crate::site::Site;
use crate::time::UnixSeconds;

/// How, and to whom, a failure is told.
#[derive(Clone, Copy, Debug)]
pub struct ErrorView {
    /// JSON instead of a page.
    pub as_json: bool,
    /// The language of the words.
    pub language: Language,
    /// The time of the request.
    pub now: UnixSeconds,
    /// The site's time zone, in which times are told: seconds east of UTC.
    pub offset_seconds: i32,
}

#[derive(Template)]
#[template(path = "error.html")]
struct ErrorPage<'a> {
    site: &'a str,
    style: &'static str,
    language: Language,
    status: u16,
    message: &'a str,
    faults: &'a [&'a Fault],
}

#[derive(Serialize)]
struct ErrorJson<'a> {
    error: ErrorBody<'a>,
}

#[derive(Serialize)]
struct ErrorBody<'a> {
    status: u16,
    code: &'a str,
    message: &'a str,
    /// Unix seconds; only where the moment is known.
    #[serde(skip_serializing_if = "Option::is_none")]
    retry_at: Option<u64>,
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    faults: &'a [&'a Fault],
}

/// The answer to a failure, as HTML or JSON.
pub fn answer(site: &Site, error: Error, view: &ErrorView) -> Answer {
    let (status, code) = status(error);
    let message = match view.language {
        Language::English => english(error, view),
        Language::Chinese => chinese(error, view),
    };
    let faults = if error == Error::Misconfigured { site.faults().collect() } else { Vec::new() };
    let body = if view.as_json {
        let retry_at = reopens_at(error).map(|at| at.0);
        let error = ErrorBody { status, code, message: &message, retry_at, faults: &faults };
        Body::Json(serde_json::to_string(&ErrorJson { error }).unwrap_or_default())
    } else {
        let page = ErrorPage {
            site: &site.title,
            style: super::folder::STYLE_HREF,
            language: view.language,
            status,
            message: &message,
            faults: &faults,
        };
        Body::Html(page.render().unwrap_or_else(|_| message.into_owned()))
    };
    let mut answer = Answer::new(status, body)
        .with("Cache-Control", cache_control(error))
        .with("Vary", "Accept, Accept-Language");
    if let Some(seconds) = retry_after(error, view.now) {
        answer = answer.with("Retry-After", seconds.to_string());
    }
    if error == Error::BadToken { answer.with("WWW-Authenticate", "Bearer") } else { answer }
}

/// The status a failure is answered with, and its name for programs. No `_` arm, here or below: a
/// new failure has to choose.
fn status(error: Error) -> (u16, &'static str) {
    match error {
        Error::BadPath(_) => (400, "bad_path"),
        Error::BadFormat => (400, "bad_format"),
        Error::BadBody => (400, "bad_body"),
        Error::BadToken => (401, "bad_token"),
        Error::Locked { wrong: false } => (401, "password_required"),
        Error::Locked { wrong: true } => (401, "wrong_password"),
        Error::Forbidden(Barrier::Referer) => (403, "referer_not_allowed"),
        Error::Forbidden(Barrier::Country) => (403, "country_not_allowed"),
        Error::Forbidden(Barrier::Address) => (403, "address_not_allowed"),
        Error::NotFound => (404, "not_found"),
        Error::Method => (405, "method_not_allowed"),
        Error::LinkOver => (410, "link_over"),
        Error::TooManyGuesses => (429, "too_many_guesses"),
        Error::TooManyRequests => (429, "too_many_requests"),
        Error::OverLimit { limit: Limit::Budget, .. } => (429, "budget_used_up"),
        Error::OverLimit { limit: Limit::ClientBudget, .. } => (429, "client_budget_used_up"),
        Error::OverLimit { limit: Limit::Links, .. } => (429, "too_many_links"),
        Error::OverLimit { limit: Limit::Share, .. } => (429, "share_used_up"),
        Error::Misconfigured => (503, "misconfigured"),
        Error::Unavailable => (503, "unavailable"),
        Error::StillLoading => (503, "still_loading"),
        Error::Upstream { trouble, .. } => (trouble::status(trouble), trouble::code(trouble)),
    }
}

/// What is refused to one visitor and not to another is nobody's to keep. What isn't there looks
/// the same whether it is hidden or not.
fn cache_control(error: Error) -> &'static str {
    match error {
        Error::BadPath(_)
        | Error::BadFormat
        | Error::NotFound
        | Error::Method
        | Error::Misconfigured => "no-store",
        Error::Locked { .. }
        | Error::Forbidden(_)
        | Error::LinkOver
        | Error::TooManyGuesses
        | Error::TooManyRequests
        | Error::OverLimit { .. }
        | Error::Unavailable
        | Error::StillLoading
        | Error::Upstream { .. }
        | Error::BadToken
        | Error::BadBody => "private, no-store",
    }
}

/// Seconds after which it makes sense to ask again.
fn retry_after(error: Error, now: UnixSeconds) -> Option<u64> {
    match error {
        Error::Misconfigured | Error::TooManyGuesses | Error::TooManyRequests => Some(60),
        Error::Unavailable => Some(10),
        Error::StillLoading => Some(3),
        Error::Upstream { trouble, retry_after } => {
            retry_after.map(u64::from).or(trouble::retry_after(trouble))
        }
        Error::OverLimit { reopens_at, .. } => reopens_at.map(|at| at.seconds_since(now).max(1)),
        Error::BadPath(_)
        | Error::BadFormat
        | Error::NotFound
        | Error::Method
        | Error::Locked { .. }
        | Error::Forbidden(_)
        | Error::LinkOver
        | Error::BadToken
        | Error::BadBody => None,
    }
}

fn reopens_at(error: Error) -> Option<UnixSeconds> {
    if let Error::OverLimit { reopens_at, .. } = error { reopens_at } else { None }
}

/// The moment from which it is open again, to the minute: a little late rather than early.
fn reopening(error: Error, view: &ErrorView) -> Option<DateTime<FixedOffset>> {
    let seconds = reopens_at(error)?.0.checked_next_multiple_of(60)?;
    let time = DateTime::<Utc>::from_timestamp(i64::try_from(seconds).ok()?, 0)?;
    let zone = FixedOffset::east_opt(view.offset_seconds).unwrap_or(Utc.fix());
    // Text at the ends of time can't be formatted in every zone.
    let local = time.naive_utc().checked_add_offset(zone)?;
    local.and_local_timezone(zone).single()
}

fn english(error: Error, view: &ErrorView) -> Cow<'static, str> {
    let told = match error {
        Error::BadPath(why) => return format!("This address can't be one of ours: {why}.").into(),
        Error::BadFormat => "format= can be json or url for files, json for folders.",
        Error::BadBody => "What was sent is not what this page expects. Go back and try once more.",
        Error::BadToken => "This needs the site's API token, sent as Authorization: Bearer.",
        Error::Locked { wrong: false } => "This needs a password.",
        Error::Locked { wrong: true } => "That password is not right. Check it and try again.",
        Error::Forbidden(Barrier::Referer) => {
            "This can't be shown in, or opened from, the page you came from. Open it from this \
             site's own pages instead."
        }
        Error::Forbidden(Barrier::Country) => {
            "This is not open to the country or region you are visiting from. If you use a VPN or \
             a proxy, try without it, or ask the site's owner."
        }
        Error::Forbidden(Barrier::Address) => {
            "This is not open to your network address. Try another network, or ask the site's \
             owner."
        }
        Error::NotFound => "There is nothing at this address.",
        Error::Method => "This site is read only: use GET, HEAD or OPTIONS.",
        Error::LinkOver => {
            "This share link has expired or was taken back. Ask whoever sent it to you for a new \
             one."
        }
        Error::TooManyGuesses => "Too many passwords were tried. Wait a minute, then try again.",
        Error::TooManyRequests => "Too many requests at once. Wait a minute, then try again.",
        Error::OverLimit { limit, .. } => {
            let (told, otherwise) = match limit {
                Limit::Budget => ("The traffic set aside for downloads here is used up.", OWNER),
                Limit::ClientBudget => {
                    ("You have used up the traffic that each visitor gets here.", OWNER)
                }
                Limit::Links => {
                    ("You have opened as many files as a visitor may in an hour.", OWNER)
                }
                Limit::Share => (
                    "This share link has been used as much as it may be.",
                    "Ask whoever sent it to you for a new one.",
                ),
            };
            return match reopening(error, view) {
                Some(time) => {
                    let (year, month, day) = (time.year(), time.month(), time.day());
                    let (hour, minute, zone) = (time.hour(), time.minute(), time.offset());
                    format!("{told} It opens again on {year:04}-{month:02}-{day:02} {hour:02}:{minute:02} (UTC{zone}).").into()
                }
                None => format!("{told} {otherwise}").into(),
            };
        }
        Error::Misconfigured => {
            "This site's configuration has an error, so nothing is served until its owner mends it."
        }
        Error::Unavailable => {
            "It can't be checked just now whether this may be opened. Try again in a few seconds."
        }
        Error::StillLoading => {
            "This folder is large and still loading. Try again in a few seconds."
        }
        Error::Upstream { trouble, .. } => trouble::english(trouble),
    };
    told.into()
}

const OWNER: &str = "Ask the site's owner to open it again.";

fn chinese(error: Error, view: &ErrorView) -> Cow<'static, str> {
    let told = match error {
        Error::BadPath(why) => {
            return format!("这个地址不正确：{}。", chinese_path_error(why)).into();
        }
        Error::BadFormat => "format= 的值：文件可用 json 或 url，文件夹可用 json。",
        Error::BadBody => "提交的内容不正确，请返回后再试一次。",
        Error::BadToken => "需要本站的 API 令牌，请用 Authorization: Bearer 发送。",
        Error::Locked { wrong: false } => "需要密码才能打开。",
        Error::Locked { wrong: true } => "密码不正确，请检查后再试一次。",
        Error::Forbidden(Barrier::Referer) => {
            "不能在您来的那个网页里显示或打开，请从本站的页面打开。"
        }
        Error::Forbidden(Barrier::Country) => {
            "您所在的国家或地区无法打开。如果您在使用 VPN 或代理，请关闭后再试，或者联系站长。"
        }
        Error::Forbidden(Barrier::Address) => {
            "您的网络地址无法打开。请换一个网络再试，或者联系站长。"
        }
        Error::NotFound => "这个地址没有内容。",
        Error::Method => "本站只能读取，请使用 GET、HEAD 或 OPTIONS。",
        Error::LinkOver => "这个分享链接已过期或被收回，请向分享给您的人要一个新链接。",
        Error::TooManyGuesses => "尝试密码的次数太多，请等一分钟再试。",
        Error::TooManyRequests => "请求太频繁，请等一分钟再试。",
        Error::OverLimit { limit, .. } => {
            let (told, otherwise) = match limit {
                Limit::Budget => ("这里的下载流量已用完", "请联系站长重新开放"),
                Limit::ClientBudget => ("您在这里的下载流量已用完", "请联系站长重新开放"),
                Limit::Links => ("您一小时内打开的文件已达上限", "请联系站长重新开放"),
                Limit::Share => ("这个分享链接的额度已用完", "请向分享给您的人要一个新链接"),
            };
            return match reopening(error, view) {
                Some(time) => {
                    let (year, month, day) = (time.year(), time.month(), time.day());
                    let (hour, minute, zone) = (time.hour(), time.minute(), time.offset());
                    format!("{told}，将于 {year:04}年{month}月{day}日 {hour:02}:{minute:02}（UTC{zone}）恢复。").into()
                }
                None => format!("{told}，{otherwise}。").into(),
            };
        }
        Error::Misconfigured => "本站的设置有误，站长改好之前无法访问。",
        Error::Unavailable => "暂时无法确认能否打开，请过几秒再试。",
        Error::StillLoading => "这个文件夹很大，还在加载，请过几秒再试。",
        Error::Upstream { trouble, .. } => trouble::chinese(trouble),
    };
    told.into()
}

fn chinese_path_error(why: PathError) -> &'static str {
    match why {
        PathError::BadEscape => "路径里的 % 后面不是两位十六进制数字",
        PathError::NotUtf8 => "路径不是 UTF-8 编码",
        PathError::EmptySegment => "路径里有空的一段（//）",
        PathError::DotSegment => "路径里有 . 或 .. 这样的一段",
        PathError::Forbidden => "路径里有转义的斜杠或 NUL",
        PathError::NotAbsolute => "路径不是以 / 开头",
        PathError::TooDeep => "路径超过 80 层",
    }
}

mod trouble;

#[cfg(test)]
mod tests;
