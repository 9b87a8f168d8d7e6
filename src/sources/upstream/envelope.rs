//! The envelope: the JSON object around every response of 123Pan's APIs, and the failures that it reports.
//!
//! `{"code": 0, "message": "ok", "data": …}`, most often with HTTP 200 whatever the code. Responses were
//! seen with the code as a string, with `"null"` for no data, with capitals, as HTML or as plain text; all
//! of them are read (OpenList `drivers/123`, 123-helper's load notes).

use serde::Deserialize as _;
use serde::de::DeserializeOwned;
use serde_json::Value;

use super::call::ApiResponse;
use super::lenient;
use super::wire::{Envelope, ShareState};
use crate::error::upstream::{UpstreamError, UpstreamErrorKind};

mod clean;
mod exact;

pub use clean::clean;
use exact::{by_wording, by_wording_in_page};

/// The API that a response is from: the same code may mean different things in different APIs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CallKind {
    /// The web API's sign-in: success is 200 there, and other codes refuse the credentials.
    SignIn,
    /// The web API's calls for an account's own files.
    Web,
    /// The listing of a share, which is requested without a token.
    ShareList,
    /// The download of a share's file.
    ShareFile,
    /// The open platform's calls.
    Open,
}

/// Reads the data of a response that reports success, as the object that the call asks for.
///
/// # Errors
/// The failure that the HTTP status, the code and the message say together, or
/// [`UpstreamErrorKind::Other`] if the data is not such an object.
pub fn read<T: DeserializeOwned>(
    response: &ApiResponse,
    api: CallKind,
) -> Result<T, UpstreamError> {
    object(data(response, api)?)
}

/// Reads a response's data as the object that the call asks for.
///
/// # Errors
/// [`UpstreamErrorKind::Other`] if the data is not such an object.
pub(crate) fn object<T: DeserializeOwned>(data: Value) -> Result<T, UpstreamError> {
    lenient::object(data).ok_or_else(malformed)
}

/// The data of a response that reports success, whatever it is.
///
/// # Errors
/// The failure that the HTTP status, the code and the message say together.
pub(crate) fn data(response: &ApiResponse, api: CallKind) -> Result<Value, UpstreamError> {
    let Some(body) = parse(response) else {
        let failed = no_envelope(response);
        return Err(UpstreamError { kind: seen_by(api, failed.kind, None), ..failed });
    };
    if matches!(api, CallKind::ShareList | CallKind::ShareFile) && has_expired(&body.data) {
        return Err(failed(response, &body, UpstreamErrorKind::ShareGone));
    }
    let success = if api == CallKind::SignIn { 200 } else { 0 };
    if body.code == Some(success) && (200..300).contains(&response.status) {
        return Ok(body.data);
    }
    let words = said(&body).unwrap_or_default();
    Err(failed(response, &body, kind(api, response.status, body.code, words)))
}

/// The envelope of a response; `None` if the body is not a JSON object.
pub(crate) fn parse(response: &ApiResponse) -> Option<Envelope> {
    lenient::object(lenient::parse(&response.body)?)
}

/// Whether a share's data says that the share expired.
fn has_expired(data: &Value) -> bool {
    data.is_object() && ShareState::deserialize(data).is_ok_and(|share| share.expired)
}

/// The failure of a response, with the code and the message of its body.
fn failed(response: &ApiResponse, body: &Envelope, kind: UpstreamErrorKind) -> UpstreamError {
    UpstreamError {
        kind,
        code: body.code,
        said: said(body).and_then(clean),
        retry_after: response.retry_after,
    }
}

/// The failure for a response that makes no sense.
pub fn malformed() -> UpstreamError {
    UpstreamErrorKind::Other.into()
}

/// The failure of a response without an envelope.
pub(crate) fn no_envelope(response: &ApiResponse) -> UpstreamError {
    let head = response.body.get(..2048).unwrap_or(&response.body);
    let kind = by_wording_in_page(&String::from_utf8_lossy(head));
    let kind = kind
        .filter(|kind| matches!(kind, UpstreamErrorKind::Banned | UpstreamErrorKind::RegionBanned));
    // A body that was cut off may still be an envelope.
    let is_longer = response.cut && head.starts_with(b"{");
    let otherwise =
        if is_longer { UpstreamErrorKind::Other } else { UpstreamErrorKind::HostChanged };
    let kind = kind.or_else(|| by_status(response.status)).unwrap_or(otherwise);
    failed(response, &Envelope::default(), kind)
}

/// The message in a response body: the first field that is filled, in OpenList's order for renewals.
fn said(body: &Envelope) -> Option<&str> {
    [&body.error_description, &body.text, &body.message, &body.error]
        .into_iter()
        .find_map(Option::as_deref)
}

/// Classifies a failure by HTTP status, code and message. Codes with one meaning only come first, as a
/// message may quote a file's name.
fn kind(api: CallKind, status: u16, code: Option<i64>, words: &str) -> UpstreamErrorKind {
    let code_means = code.and_then(by_code);
    if let Some((kind, true)) = code_means {
        return kind;
    }
    // What stops the account for long is not read out of a message that may only quote a file's name.
    let is_of_account =
        api == CallKind::SignIn || matches!(code_means, Some((UpstreamErrorKind::Auth, _)));
    let is_meant = |kind: &UpstreamErrorKind| match kind {
        UpstreamErrorKind::TooManyTokens => is_of_account,
        _ => true,
    };
    if let Some(kind) = by_wording(words).filter(is_meant) {
        return kind;
    }
    if is_of_account && asks_for_human(words) {
        return UpstreamErrorKind::NeedHuman;
    }
    if blames_signature(words) {
        return UpstreamErrorKind::Signature;
    }
    let is_gone = matches!(api, CallKind::ShareList | CallKind::ShareFile) && says_gone(words);
    let found = match (code_means, by_status(status)) {
        (_, Some(UpstreamErrorKind::RateLimited)) => UpstreamErrorKind::RateLimited,
        // These words say more than a general code, and less than a code about the token.
        (None | Some((UpstreamErrorKind::Server, _)), _) if is_gone => UpstreamErrorKind::ShareGone,
        (Some((kind, _)), _) | (None, Some(kind)) => kind,
        (None, None) if code.is_none() => UpstreamErrorKind::HostChanged,
        (None, None) => UpstreamErrorKind::Other,
    };
    seen_by(api, found, code)
}

/// Maps a failure to its meaning for the API that reported it.
fn seen_by(api: CallKind, kind: UpstreamErrorKind, code: Option<i64>) -> UpstreamErrorKind {
    match (api, kind) {
        // A share's listing is requested without a token.
        (CallKind::ShareList, UpstreamErrorKind::Auth) => UpstreamErrorKind::LoginRequired,
        (CallKind::SignIn, kind) if is_refusal(kind) => UpstreamErrorKind::Credentials,
        // The code for a wrong password is not documented, and no password is tried twice.
        (CallKind::SignIn, UpstreamErrorKind::Server) if code == Some(1) => {
            UpstreamErrorKind::Credentials
        }
        (_, kind) => kind,
    }
}

/// Whether a failed sign-in with this failure was understood by 123Pan, and refused.
pub(crate) const fn is_refusal(kind: UpstreamErrorKind) -> bool {
    !kind.is_passing()
        && !kind.stops_the_account()
        && !matches!(
            kind,
            UpstreamErrorKind::HostChanged
                | UpstreamErrorKind::Signature
                | UpstreamErrorKind::InvalidRequest
        )
}

/// Whether a message says that a share is over: expired, cancelled, or without the files that it was of.
fn says_gone(words: &str) -> bool {
    ["分享已失效", "源文件不存在"].into_iter().any(|gone| words.contains(gone))
        || words.to_ascii_lowercase().contains("expired")
}

/// Whether a message about an account asks for a check by a human (rclone-123pan).
fn asks_for_human(words: &str) -> bool {
    const WORDS: [&str; 8] = [
        "短信验证",
        "微信登录",
        "安全风险",
        "账号风险",
        "帐号风险",
        "设备风险",
        "陌生设备",
        "验证码",
    ];
    WORDS.into_iter().any(|asked| words.contains(asked))
}

/// Whether a message blames the signature of the request, or the clock that went into it.
fn blames_signature(words: &str) -> bool {
    words.starts_with("签名错误")
        || (words.contains("时间") && words.to_ascii_lowercase().ends_with("utc+8"))
}

/// 123Pan's code for a download that needs more traffic, a login or a payment; its message says which.
pub const LOGIN_OR_QUOTA: i64 = 5112;

/// 123Pan's codes with their meanings, and whether that is a code's only meaning.
const CODES: &[(i64, UpstreamErrorKind, bool)] = &[
    (-1, UpstreamErrorKind::Server, false),
    (1, UpstreamErrorKind::Server, false),
    (2, UpstreamErrorKind::Auth, false),
    (104, UpstreamErrorKind::Blocked, true),
    (401, UpstreamErrorKind::Auth, false),
    (429, UpstreamErrorKind::RateLimited, true),
    (5066, UpstreamErrorKind::NotFound, true),
    (5103, UpstreamErrorKind::ShareDenied, true),
    (5104, UpstreamErrorKind::ShareGone, true),
    (LOGIN_OR_QUOTA, UpstreamErrorKind::Quota, true),
    (5113, UpstreamErrorKind::Quota, true),
    (5114, UpstreamErrorKind::Quota, true),
    (7012, UpstreamErrorKind::NeedHuman, true),
    (20_101, UpstreamErrorKind::Auth, false),
    (20_103, UpstreamErrorKind::Checking, true),
    (100_011, UpstreamErrorKind::RateLimited, true),
];

fn by_code(code: i64) -> Option<(UpstreamErrorKind, bool)> {
    CODES.iter().find(|(have, ..)| *have == code).map(|(_, kind, sole)| (*kind, *sole))
}

const fn by_status(status: u16) -> Option<UpstreamErrorKind> {
    match status {
        401 => Some(UpstreamErrorKind::Auth),
        408 => Some(UpstreamErrorKind::TimedOut),
        429 => Some(UpstreamErrorKind::RateLimited),
        500.. => Some(UpstreamErrorKind::Server),
        _ => None,
    }
}

#[cfg(test)]
pub(crate) mod tests;
