//! Records of the share links that were made by API, as KV stores them, and the API's commands on them.

use super::ShareId;
use crate::time::UnixSeconds;

/// A command that changes or lists the share links that KV stores.
#[derive(Clone, Debug)]
pub enum ShareLinkCommand {
    /// Records a share link that was made, until it expires.
    Record(ShareLinkRecord),
    /// Lists all share links that are recorded and still open.
    List,
    /// Revokes the share link of this id.
    Revoke(ShareId),
    /// Revokes all share links that were made before this time.
    RevokeBefore(UnixSeconds),
}

/// A share link as the API shows it and KV stores it.
#[derive(Clone, Debug, serde::Serialize, serde::Deserialize)]
pub struct ShareLinkRecord {
    /// The id of the share link: 12 hex digits.
    pub id: String,
    /// The decoded path that the share link opens.
    pub path: String,
    /// The time at which it was made, in Unix seconds.
    pub created: u64,
    /// The time at which it expires, in Unix seconds; `None` is never.
    pub expires_at: Option<u64>,
    /// The maximum number of tickets that it gives: links to one file within a ticket's time count once.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub uses: Option<u32>,
    /// The maximum number of bytes that may be had through it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub bytes: Option<u64>,
    /// The site whose pages alone may embed it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub referer: Option<String>,
    /// The addresses that it works for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub address: Option<String>,
    /// Whether it is a token for WebDAV, and no link.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub dav: bool,
}

impl ShareLinkRecord {
    /// Parses a record as KV stores it; `None` for any other text.
    pub fn parse(kept: &str) -> Option<Self> {
        serde_json::from_str(kept).ok()
    }
}
