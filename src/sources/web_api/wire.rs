//! The data of the web API's responses, with names in lower case.

use serde::Deserialize;

use crate::sources::upstream::lenient;
use crate::sources::upstream::wire::Row;
use crate::time::UnixSeconds;

/// The data of `GET file/list/new` and `GET share/get`.
#[derive(Deserialize)]
pub struct Listing {
    /// The rows; `None` for one that is no object.
    #[serde(rename = "infolist", deserialize_with = "lenient::list")]
    pub(super) rows: Vec<Option<Row>>,
    /// -1 on the last page. Other values are no cursor.
    #[serde(default, deserialize_with = "lenient::whole")]
    pub(super) next: Option<i64>,
    /// The number of rows in all pages.
    #[serde(default, deserialize_with = "lenient::unsigned")]
    pub(super) total: Option<u64>,
}

/// The data of `POST file/download_info` and `POST share/download/info`: version 1 gives a URL, version 2
/// its parts. No field of it has to be there.
#[derive(Default, Deserialize)]
#[serde(default)]
pub struct Download {
    /// The URL: `DownloadUrl` or `DownloadURL`.
    #[serde(rename = "downloadurl", deserialize_with = "lenient::filled")]
    pub(super) url: Option<String>,
    /// The first of the sites that have the file.
    #[serde(rename = "dispatchlist", deserialize_with = "lenient::first")]
    pub(super) site: Option<Site>,
    /// The rest of the URL, the same on each site.
    #[serde(rename = "downloadpath", deserialize_with = "lenient::filled")]
    pub(super) path: Option<String>,
}

/// A site that has a file.
#[derive(Deserialize)]
pub(super) struct Site {
    /// The URL's beginning, up to the path.
    #[serde(default, deserialize_with = "lenient::filled")]
    pub prefix: Option<String>,
}

/// The data of `POST login/api/user/sign_in`.
#[derive(Deserialize)]
pub(super) struct SignedIn {
    /// The access token.
    pub token: String,
    /// The time at which the token expires.
    #[serde(default, deserialize_with = "lenient::moment")]
    pub expire: Option<UnixSeconds>,
}
