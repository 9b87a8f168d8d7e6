//! What the vendor does at times, and the fake when it is set. The defaults are its better days.

use std::cell::Cell;
use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::Value;

/// The outcome of a sign-in.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SignIn {
    /// The outcome that the password deserves.
    #[default]
    Fair,
    /// The code 7012 with `data.hashCode`.
    Risk7012,
    /// A message with the word of `sign_in_word`.
    RiskWord,
    /// 401, `tokens number has exceeded the limit`; calls with a token say so too.
    TooManyTokens,
    /// A ban of the IP address, in plain text.
    IpBan,
}

/// What every call of an API but sign-in is refused for, whatever it asks.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Refusal {
    /// Nothing.
    #[default]
    None,
    /// A check by a human is wanted.
    Human,
    /// The caller's address is in a region that is not served.
    Region,
    /// A header is missed that was not wanted before.
    Platform,
}

/// How a link hides the CDN's URL in `params`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LinkParams {
    /// The link has no hidden URL.
    #[default]
    None,
    /// Base64 with `+` and `/`, percent-encoded.
    Standard,
    /// Base64 with a bare `+` and `/`.
    BarePlus,
    /// Base64 with the URL-safe alphabet.
    UrlSafe,
}

/// The response between the link and the CDN.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum LinkHop {
    /// The link leads to the CDN itself.
    #[default]
    #[serde(rename = "none")]
    None,
    /// A redirect to an absolute URL.
    #[serde(rename = "302")]
    Found,
    /// A redirect to a relative URL.
    #[serde(rename = "302_relative")]
    FoundRelative,
    /// A page of JSON with `data.redirect_url`, status 200.
    #[serde(rename = "200")]
    Ok,
    /// A page of JSON with `data.redirect_url`, status 210.
    #[serde(rename = "210")]
    Ok210,
    /// A page of JSON without `redirect_url`.
    #[serde(rename = "200_empty")]
    OkEmpty,
    /// A redirect to itself.
    #[serde(rename = "loop")]
    Loop,
}

/// The form in which a share reports that it has expired.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum Expired {
    /// The share has not expired.
    #[default]
    #[serde(rename = "no")]
    No,
    /// A field of the share's details.
    #[serde(rename = "flag")]
    Flag,
    /// The error code 5104.
    #[serde(rename = "5104")]
    Code,
    /// An error with a message alone.
    #[serde(rename = "message")]
    Message,
    /// The error code 400, with the message that the shared files are gone.
    #[serde(rename = "no_source")]
    NoSource,
}

/// The open platform's cursor on the last page.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum OpenCursor {
    /// The cursor -1, as documented.
    #[default]
    End,
    /// The last row's id; the page after it is empty, with the same cursor.
    Stays,
    /// The last row's id; the page after it is the last one again.
    Repeats,
}

/// How `Next` is written on a page.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum NextStyle {
    /// A number in a string.
    #[default]
    Text,
    /// A number instead of a string.
    Int,
    /// The field `next` instead of `Next`.
    Lower,
}

/// How an answer is wrapped.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Envelope {
    /// The envelope `code`, `message`, `data`.
    #[default]
    Plain,
    /// The envelope `Code`, `Message`, `Data`.
    Capital,
    /// `code` is a text.
    TextCode,
    /// A null `data` is the text `null`.
    TextNull,
    /// No `code` at all.
    NoCode,
    /// `data` is a text.
    TextData,
}

/// All switches of the fake's behaviour. `POST /_fake/set {"quirks": {...}}` changes those it names.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
#[expect(clippy::struct_excessive_bools, reason = "each is a switch of its own")]
pub struct Quirks {
    /// Added to the clock of every request.
    pub clock_offset_ms: i64,
    /// Replaces the fake's own origin in the checks of `origin` and `referer`.
    pub web_origin: String,
    /// Whether a signature is good once only.
    pub replay_check: bool,
    /// The least time between two calls of one endpoint, in milliseconds; less is a violation, 0 allows all.
    pub spacing_ms: u64,
    /// Whether the documented rate limits hold.
    pub rate_limits: bool,
    /// Endpoint → most calls and within how many ms; replaces the documented limit.
    pub rates: BTreeMap<String, (usize, u64)>,
    /// The outcome of a sign-in.
    pub sign_in: SignIn,
    /// What every other call is refused for.
    pub refusal: Refusal,
    /// The word in the message of [`SignIn::RiskWord`].
    pub sign_in_word: String,
    /// The lifetime of tokens from sign-in, in seconds.
    pub token_seconds: u64,
    /// The lifetime of a developer's tokens, in seconds.
    pub open_token_seconds: u64,
    /// The lifetime of tokens from a refresh token, in seconds.
    pub oauth_seconds: u64,
    /// The code for a token that is not valid: 401, 2 or 20101.
    pub dead_token_code: i64,
    /// Whether `expires_in` is left out by renewapi.
    pub renew_no_expiry: bool,
    /// The field in which renewapi says why it fails; empty: it doesn't.
    pub renew_error: String,
    /// Rows on a page whatever `limit` says; 0: `limit`, at most 100.
    pub page_size: usize,
    /// The number added to `Total`.
    pub total_wrong: i64,
    /// Whether `Next` is a cursor on the last page too.
    pub next_kept: bool,
    /// The form of `Next`.
    pub next_style: NextStyle,
    /// Each page begins with so many rows of the one before.
    pub page_overlap: usize,
    /// Whether ids are strings.
    pub string_ids: bool,
    /// The envelope of responses.
    pub envelope: Envelope,
    /// The open platform's cursor on the last page.
    pub open_cursor: OpenCursor,
    /// The form in which the share reports that it has expired.
    pub share_expired: Expired,
    /// The share costs its owner, not the visitor: downloads need no token.
    pub share_paid: bool,
    /// The form in which links hide the CDN's URL.
    pub link_params: LinkParams,
    /// The response between the link and the CDN.
    pub link_hop: LinkHop,
    /// How long a CDN URL is good.
    pub link_seconds: u64,
    /// How many of the links that are given out from now on are for another city than their caller's.
    pub links_elsewhere: Cell<u64>,
    /// The number in the CDN's refusal of every link that an API gave out, such as 50002; 0: none is refused.
    pub cdn_error: i64,
    /// The status with which the CDN refuses every HEAD; 0: it answers them.
    pub head_status: u16,
    /// Whether a zero-byte file has a URL as well.
    pub zero_byte_url: bool,
    /// 5112, 5113 or 5114 for every download; 0: enough is left.
    pub quota: i64,
    /// Whether direct links want an `auth_key`.
    pub direct_auth: bool,
    /// Whether direct links redirect to the CDN.
    pub direct_redirect: bool,
    /// Whether direct links have no uid in their path.
    pub hide_uid: bool,
}

impl Default for Quirks {
    fn default() -> Self {
        const MONTH: u64 = 30 * 24 * 3600;
        Self {
            clock_offset_ms: 0,
            web_origin: String::new(),
            replay_check: true,
            spacing_ms: 0,
            rate_limits: true,
            rates: BTreeMap::new(),
            sign_in: SignIn::Fair,
            refusal: Refusal::None,
            sign_in_word: "短信验证".to_owned(),
            token_seconds: MONTH,
            open_token_seconds: MONTH,
            oauth_seconds: 7200,
            dead_token_code: 401,
            renew_no_expiry: false,
            renew_error: String::new(),
            page_size: 0,
            total_wrong: 0,
            next_kept: false,
            next_style: NextStyle::Text,
            page_overlap: 0,
            string_ids: false,
            envelope: Envelope::Plain,
            open_cursor: OpenCursor::End,
            share_expired: Expired::No,
            share_paid: false,
            link_params: LinkParams::None,
            link_hop: LinkHop::None,
            link_seconds: 24 * 3600,
            links_elsewhere: Cell::new(0),
            cdn_error: 0,
            head_status: 0,
            zero_byte_url: false,
            quota: 0,
            direct_auth: true,
            direct_redirect: false,
            hide_uid: false,
        }
    }
}

impl Quirks {
    /// The quirks with the switches that `change` names.
    ///
    /// # Errors
    /// What is unknown or of another type.
    pub fn changed(&self, change: &Value) -> Result<Self, String> {
        let mut all = serde_json::to_value(self).map_err(|error| error.to_string())?;
        let named = change.as_object().ok_or("quirks: expected an object")?;
        for (name, value) in named {
            all[name] = value.clone();
        }
        serde_json::from_value(all).map_err(|error| error.to_string())
    }
}
