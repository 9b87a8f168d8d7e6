//! What the vendor does at times, and the fake does when told. The defaults are its better days.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::Value;

/// How sign-in ends.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SignIn {
    /// As the password says.
    #[default]
    Fair,
    /// 7012 with `data.hashCode`.
    Risk7012,
    /// A message with the word of `sign_in_word`.
    RiskWord,
    /// 401, `tokens number has exceeded the limit`; calls with a token say so too.
    TooManyTokens,
    /// Plain text: the address is banned.
    IpBan,
}

/// How a link hides the CDN's URL in `params`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LinkParams {
    #[default]
    None,
    /// Base64 with `+` and `/`, percent-encoded.
    Standard,
    /// The same with a bare `+`.
    BarePlus,
    UrlSafe,
}

/// What answers between the link and the CDN.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum LinkHop {
    #[default]
    #[serde(rename = "none")]
    None,
    #[serde(rename = "302")]
    Found,
    #[serde(rename = "302_relative")]
    FoundRelative,
    /// JSON with `data.redirect_url`.
    #[serde(rename = "200")]
    Ok,
    #[serde(rename = "210")]
    Ok210,
    /// JSON without `redirect_url`.
    #[serde(rename = "200_empty")]
    OkEmpty,
    /// Redirects to itself.
    #[serde(rename = "loop")]
    Loop,
}

/// How a share says that it has expired.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum Expired {
    #[default]
    #[serde(rename = "no")]
    No,
    #[serde(rename = "flag")]
    Flag,
    #[serde(rename = "5104")]
    Code,
    #[serde(rename = "message")]
    Message,
}

/// The open platform's cursor on the last page.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum OpenCursor {
    /// -1.
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
    #[default]
    Text,
    Int,
    /// Under `next`.
    Lower,
}

/// How an answer is wrapped.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Envelope {
    #[default]
    Plain,
    /// `Code`, `Message`, `Data`.
    Capital,
    /// `code` is a text.
    TextCode,
    /// A null `data` is the text `null`.
    TextNull,
    /// No `code` at all.
    NoCode,
}

/// Every switch. `POST /_fake/set {"quirks": {...}}` changes those it names.
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
    /// Calls of one endpoint closer than this are a violation; 0: never.
    pub spacing_ms: u64,
    pub rate_limits: bool,
    /// Endpoint → most calls and within how many ms; replaces the documented limit.
    pub rates: BTreeMap<String, (usize, u64)>,
    pub sign_in: SignIn,
    pub sign_in_word: String,
    /// Of tokens from sign-in.
    pub token_seconds: u64,
    /// Of the developer's tokens.
    pub open_token_seconds: u64,
    pub oauth_seconds: u64,
    /// What a dead token is answered with: 401, 2 or 20101.
    pub dead_token_code: i64,
    /// Whether `expires_in` is left out by renewapi.
    pub renew_no_expiry: bool,
    /// The field in which renewapi says why it fails; empty: it doesn't.
    pub renew_error: String,
    /// Rows on a page whatever `limit` says; 0: `limit`, at most 100.
    pub page_size: usize,
    /// Added to `Total`.
    pub total_wrong: i64,
    /// `Next` is a cursor on the last page too.
    pub next_kept: bool,
    pub next_style: NextStyle,
    /// Each page begins with so many rows of the one before.
    pub page_overlap: usize,
    pub string_ids: bool,
    pub envelope: Envelope,
    pub open_cursor: OpenCursor,
    pub share_expired: Expired,
    /// The share costs its owner, not the visitor: downloads need no token.
    pub share_paid: bool,
    pub link_params: LinkParams,
    pub link_hop: LinkHop,
    /// How long a CDN URL is good.
    pub link_seconds: u64,
    /// A zero-byte file has a URL as well.
    pub zero_byte_url: bool,
    /// 5112, 5113 or 5114 for every download; 0: enough is left.
    pub quota: i64,
    /// Direct links want an `auth_key`.
    pub direct_auth: bool,
    /// Direct links redirect to the CDN.
    pub direct_redirect: bool,
    /// Direct links have no uid in their path.
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
            zero_byte_url: false,
            quota: 0,
            direct_auth: true,
            direct_redirect: false,
            hide_uid: false,
        }
    }
}

impl Quirks {
    /// With the switches that `change` names.
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
