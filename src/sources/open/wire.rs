//! The data of the open platform's responses, with names in lower case.

use serde::Deserialize;

use crate::sources::upstream::lenient;
use crate::sources::upstream::wire::Row;
use crate::time::UnixSeconds;

/// The data of `GET /api/v2/file/list`.
#[derive(Deserialize)]
pub(super) struct Listing {
    /// The rows; `None` for one that is no object.
    #[serde(rename = "filelist", deserialize_with = "lenient::list")]
    pub rows: Vec<Option<Row>>,
    /// The cursor of the next page; -1 on the last.
    #[serde(rename = "lastfileid", default, deserialize_with = "lenient::unsigned")]
    pub last_file_id: Option<u64>,
}

/// The data of `GET /api/v1/file/download_info`.
#[derive(Deserialize)]
pub(super) struct Download {
    /// The URL from which the file is downloaded.
    #[serde(rename = "downloadurl", default, deserialize_with = "lenient::filled")]
    pub url: Option<String>,
}

/// The data of `GET /api/v1/direct-link/url`.
#[derive(Deserialize)]
pub(super) struct DirectLink {
    /// The direct link, unsigned.
    #[serde(default, deserialize_with = "lenient::filled")]
    pub url: Option<String>,
}

/// The data of `GET /api/v1/user/info`.
#[derive(Deserialize)]
pub(super) struct UserInfo {
    /// The account's user id.
    #[serde(default, deserialize_with = "lenient::unsigned")]
    pub uid: Option<u64>,
}

/// The data of `POST /api/v1/access_token`.
#[derive(Deserialize)]
pub(super) struct ClientToken {
    /// The access token.
    #[serde(rename = "accesstoken")]
    pub access_token: String,
    /// The time at which the token expires.
    #[serde(rename = "expiredat", default, deserialize_with = "lenient::moment")]
    pub expired_at: Option<UnixSeconds>,
}

/// The response of `POST /api/v1/oauth2/access_token` or of a renewal service: the tokens themselves, or
/// an envelope around them.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct Renewal {
    /// The access token.
    #[serde(deserialize_with = "lenient::text")]
    pub access_token: Option<String>,
    /// The refresh token for the next renewal.
    #[serde(deserialize_with = "lenient::text")]
    pub refresh_token: Option<String>,
    /// The lifetime of the access token in seconds.
    #[serde(deserialize_with = "lenient::unsigned")]
    pub expires_in: Option<u64>,
    /// The tokens within an envelope.
    #[serde(deserialize_with = "lenient::nested")]
    pub data: Option<Box<Self>>,
}
