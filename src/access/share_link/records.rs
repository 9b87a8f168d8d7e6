//! The share links that were made by API, as KV keeps them, and what the API does with them.

use super::ShareId;
use crate::time::UnixSeconds;

/// A change to, or a reading of, the share links that KV keeps.
#[derive(Clone, Debug)]
pub enum ShareLinkCommand {
    /// Records a link that was made, until it expires.
    Record(ShareLinkRecord),
    /// Lists all links that are recorded and still good.
    List,
    /// Revokes one link.
    Revoke(ShareId),
    /// Revokes all links that were made before this time.
    RevokeBefore(UnixSeconds),
}

/// A share link as the API shows it.
#[derive(Clone, Debug, serde::Serialize, serde::Deserialize)]
pub struct ShareLinkRecord {
    /// 12 hex digits.
    pub id: String,
    /// The decoded path that it opens.
    pub path: String,
    /// Unix seconds.
    pub created: u64,
    /// Unix seconds; `None`: never.
    pub expires_at: Option<u64>,
    /// Links that may be made through it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub uses: Option<u32>,
    /// Bytes that may be had through it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub bytes: Option<u64>,
    /// The site whose pages alone may embed it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub referer: Option<String>,
    /// The addresses that it works for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub address: Option<String>,
}

impl ShareLinkRecord {
    /// Reads a record as KV keeps it; `None` for any other text.
    pub fn parse(kept: &str) -> Option<Self> {
        serde_json::from_str(kept).ok()
    }
}
