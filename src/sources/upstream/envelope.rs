//! What every answer comes in, and what its failures mean.
//!
//! `{"code": 0, "message": "ok", "data": …}`, most often with HTTP 200 whatever the code. Answers
//! were seen with the code as a string, with `"null"` for no data, with capitals, as HTML or as plain
//! text; all of them are read (OpenList `drivers/123`, 123-helper's load notes).

use serde_json::Value;

use super::call::Answer;
use super::trouble::{Failed, Trouble};
use crate::json;

mod clean;

pub use clean::clean;

/// Whose answer it is: the same code may mean different things.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Api {
    /// The web API's sign-in: success is 200 there, and other codes refuse the credentials.
    SignIn,
    /// The web API, about an account's own files.
    Web,
    /// A share's listing, which is asked for without a token.
    ShareList,
    /// A share's file.
    ShareFile,
    /// The open platform.
    Open,
}

/// A field of an object, its name in any case; `null` if there is none.
pub(crate) fn field<'v>(object: &'v Value, name: &str) -> &'v Value {
    let found = object
        .as_object()
        .and_then(|object| object.iter().find(|(have, _)| have.eq_ignore_ascii_case(name)));
    found.map_or(&Value::Null, |(_, value)| value)
}

/// A whole number, also as a string or with a fraction, which is cut off.
pub(crate) fn number(value: &Value) -> Option<i64> {
    match value {
        Value::String(text) => text.trim().parse().ok(),
        #[expect(clippy::cast_possible_truncation, reason = "`as` saturates")]
        value => value.as_i64().or_else(|| value.as_f64().map(|number| number as i64)),
    }
}

/// A text that isn't empty.
pub(crate) fn filled<'v>(object: &'v Value, name: &str) -> Option<&'v str> {
    field(object, name).as_str().map(str::trim).filter(|text| !text.is_empty())
}

/// The data of an answer that says it succeeded.
///
/// # Errors
/// What the HTTP status, the code and the message say together.
pub fn read(answer: &Answer, api: Api) -> Result<Value, Failed> {
    let Some(mut body) = object(answer) else {
        let failed = no_envelope(answer);
        return Err(Failed { trouble: seen_by(api, failed.trouble, None), ..failed });
    };
    let code = number(field(&body, "code"));
    let data = take(&mut body, "data");
    if matches!(api, Api::ShareList | Api::ShareFile)
        && field(&data, "Expired").as_bool() == Some(true)
    {
        return Err(failed(answer, &body, Trouble::ShareGone));
    }
    let success = if api == Api::SignIn { 200 } else { 0 };
    if code == Some(success) && (200..300).contains(&answer.status) {
        return Ok(data);
    }
    let words = said(&body).unwrap_or_default();
    Err(failed(answer, &body, trouble(api, answer.status, code, words)))
}

/// The answer's body if it is a JSON object.
pub(crate) fn object(answer: &Answer) -> Option<Value> {
    json::parse(&answer.body).ok().filter(Value::is_object)
}

fn take(object: &mut Value, name: &str) -> Value {
    let Some(fields) = object.as_object_mut() else { return Value::Null };
    let found = fields.iter_mut().find(|(have, _)| have.eq_ignore_ascii_case(name));
    match found.map(|(_, value)| value.take()) {
        Some(Value::String(text)) if text == "null" => Value::Null,
        found => found.unwrap_or_default(),
    }
}

/// A failure of `answer`, with what its body says.
fn failed(answer: &Answer, body: &Value, trouble: Trouble) -> Failed {
    Failed {
        trouble,
        code: number(field(body, "code")),
        said: said(body).and_then(clean),
        retry_after: answer.retry_after,
    }
}

/// A failure of `answer` that no envelope explains.
pub(crate) fn no_envelope(answer: &Answer) -> Failed {
    let head = answer.body.get(..2048).unwrap_or(&answer.body);
    let trouble = by_words(&String::from_utf8_lossy(head)).filter(|trouble| *trouble == BANNED);
    // An envelope that is longer than the host reads is still one.
    let is_longer = answer.cut && head.starts_with(b"{");
    let otherwise = if is_longer { Trouble::Other } else { Trouble::HostChanged };
    let trouble = trouble.or_else(|| by_status(answer.status)).unwrap_or(otherwise);
    failed(answer, &Value::Null, trouble)
}

/// The message: the first that is filled, in OpenList's order for renewals.
fn said(body: &Value) -> Option<&str> {
    ["error_description", "text", "message", "error"]
        .into_iter()
        .find_map(|name| filled(body, name))
}

/// What a failure means. Codes that say one thing only come first, as a message may quote a name.
fn trouble(api: Api, status: u16, code: Option<i64>, words: &str) -> Trouble {
    let code_means = code.and_then(by_code);
    if let Some((trouble, true)) = code_means {
        return trouble;
    }
    // What stops the account is not read out of a file's name that a message quotes.
    let is_of_account = api == Api::SignIn || matches!(code_means, Some((Trouble::Auth, _)));
    if let Some(trouble) = by_words(words).filter(|it| *it != Trouble::NeedHuman || is_of_account) {
        return trouble;
    }
    let expired = matches!(api, Api::ShareList | Api::ShareFile) && says_expired(words);
    let found = match (code_means, by_status(status)) {
        (_, Some(Trouble::RateLimited)) => Trouble::RateLimited,
        // A general code says less than these words; one about the token says more.
        (None | Some((Trouble::Server, _)), _) if expired => Trouble::ShareGone,
        (Some((trouble, _)), _) | (None, Some(trouble)) => trouble,
        (None, None) if code.is_none() => Trouble::HostChanged,
        (None, None) => Trouble::Other,
    };
    seen_by(api, found, code)
}

/// What a trouble is to whom it meets.
fn seen_by(api: Api, trouble: Trouble, code: Option<i64>) -> Trouble {
    match (api, trouble) {
        // No token was sent with it.
        (Api::ShareList, Trouble::Auth) => Trouble::LoginRequired,
        (Api::SignIn, trouble) if is_refusal(trouble) => Trouble::Credentials,
        // Which code wrong passwords bring is not documented, and none is tried twice.
        (Api::SignIn, Trouble::Server) if code == Some(1) => Trouble::Credentials,
        (_, trouble) => trouble,
    }
}

/// Whether a sign-in that failed so was understood, and refused.
pub(crate) const fn is_refusal(trouble: Trouble) -> bool {
    !trouble.is_passing()
        && !trouble.stops_the_account()
        && !matches!(trouble, Trouble::HostChanged | Trouble::Signature)
}

fn says_expired(words: &str) -> bool {
    words.contains("分享已失效") || words.to_ascii_lowercase().contains("expired")
}

/// The vendor's codes, and whether there is nothing else that they can mean.
const CODES: &[(i64, Trouble, bool)] = &[
    (-1, Trouble::Server, false),
    (1, Trouble::Server, false),
    (2, Trouble::Auth, false),
    (104, Trouble::Blocked, true),
    (401, Trouble::Auth, false),
    (429, Trouble::RateLimited, true),
    (5066, Trouble::NotFound, true),
    (5103, Trouble::ShareDenied, true),
    (5104, Trouble::ShareGone, true),
    (5112, Trouble::Quota, true),
    (5113, Trouble::Quota, true),
    (5114, Trouble::Quota, true),
    (7012, Trouble::NeedHuman, true),
    (20_101, Trouble::Auth, false),
    (20_103, Trouble::Checking, true),
    (100_011, Trouble::RateLimited, true),
];

fn by_code(code: i64) -> Option<(Trouble, bool)> {
    CODES.iter().find(|(have, ..)| *have == code).map(|(_, trouble, sole)| (*trouble, *sole))
}

const BANNED: Trouble = Trouble::Banned;

/// Words of messages, in lower case, and what they mean (OpenList `drivers/123`, rclone-123pan).
const WORDS: &[(&str, Trouble)] = &[
    ("forbidden client ip", BANNED),
    ("123pan forbidden", BANNED),
    ("platform forbidden", BANNED),
    ("tokens number has exceeded", Trouble::TooManyTokens),
    ("utc+8", Trouble::Signature),
    ("签名错误", Trouble::Signature),
    ("短信验证", Trouble::NeedHuman),
    ("微信登录", Trouble::NeedHuman),
    ("安全风险", Trouble::NeedHuman),
    ("账号风险", Trouble::NeedHuman),
    ("帐号风险", Trouble::NeedHuman),
    ("设备风险", Trouble::NeedHuman),
    ("陌生设备", Trouble::NeedHuman),
    ("验证码", Trouble::NeedHuman),
];

fn by_words(text: &str) -> Option<Trouble> {
    let text = text.to_ascii_lowercase();
    WORDS.iter().find(|(words, _)| text.contains(words)).map(|(_, trouble)| *trouble)
}

const fn by_status(status: u16) -> Option<Trouble> {
    match status {
        401 => Some(Trouble::Auth),
        408 => Some(Trouble::TimedOut),
        429 => Some(Trouble::RateLimited),
        500.. => Some(Trouble::Server),
        _ => None,
    }
}

/// A list in the data of an answer, which may be `null` if it is empty but has to be there.
///
/// # Errors
/// [`Trouble::Other`] if there is no list of this name.
pub fn rows<'v>(data: &'v Value, name: &str) -> Result<&'v [Value], Failed> {
    let has = |data: &Value| {
        data.as_object().is_some_and(|data| data.keys().any(|key| key.eq_ignore_ascii_case(name)))
    };
    match field(data, name) {
        Value::Array(rows) => Ok(rows),
        Value::Null if has(data) => Ok(&[]),
        _ => Err(Trouble::Other.into()),
    }
}

#[cfg(test)]
pub(crate) mod tests;
