//! The JSON that all of 123Pan's APIs send. Names of fields stand in lower case here, as
//! [`lenient::parse`] makes them.

use serde::{Deserialize, Deserializer};
use serde_json::Value;

use super::lenient;
use crate::time::UnixSeconds;

/// The object around every response. No field of it has to be there.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(crate) struct Envelope {
    /// The result code: 0 is success, but for sign-ins.
    #[serde(deserialize_with = "lenient::whole")]
    pub code: Option<i64>,
    /// OAuth's name for the message.
    #[serde(deserialize_with = "lenient::filled")]
    pub error_description: Option<String>,
    /// A renewal service's name for the message.
    #[serde(deserialize_with = "lenient::filled")]
    pub text: Option<String>,
    /// The message for people.
    #[serde(deserialize_with = "lenient::filled")]
    pub message: Option<String>,
    /// OAuth's code, as a word.
    #[serde(deserialize_with = "lenient::filled")]
    pub error: Option<String>,
    /// The data of the response, of any shape.
    #[serde(deserialize_with = "data")]
    pub data: Value,
}

/// Reads an envelope's data, of which `"null"` says that there is none.
fn data<'de, D: Deserializer<'de>>(from: D) -> Result<Value, D::Error> {
    let data = Value::deserialize(from)?;
    Ok(if data == "null" { Value::Null } else { data })
}

/// The state of a share, in the data of its responses.
#[derive(Deserialize)]
pub(crate) struct ShareState {
    /// Whether the share expired.
    #[serde(default)]
    pub expired: bool,
}

/// A file or folder in a listing. No field of it has to be there.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(crate) struct Row {
    /// The 123Pan id.
    #[serde(rename = "fileid", deserialize_with = "lenient::unsigned")]
    pub file_id: Option<u64>,
    /// The name of the file or folder.
    #[serde(rename = "filename", deserialize_with = "lenient::text")]
    pub file_name: Option<String>,
    /// 0 for a file, 1 for a folder.
    #[serde(rename = "type", deserialize_with = "lenient::whole")]
    pub kind: Option<i64>,
    /// The size in bytes.
    #[serde(deserialize_with = "lenient::unsigned")]
    pub size: Option<u64>,
    /// The content's MD5 in hex.
    #[serde(deserialize_with = "lenient::text")]
    pub etag: Option<String>,
    /// The `S3KeyFlag`, which the web API wants back when a link is asked for.
    #[serde(rename = "s3keyflag", deserialize_with = "lenient::text")]
    pub s3_key_flag: Option<String>,
    /// The time at which the entry was created.
    #[serde(rename = "createat", deserialize_with = "lenient::moment")]
    pub create_at: Option<UnixSeconds>,
    /// The time at which the entry was last changed.
    #[serde(rename = "updateat", deserialize_with = "lenient::moment")]
    pub update_at: Option<UnixSeconds>,
    /// The outcome of 123Pan's review: above 100 the entry is refused.
    #[serde(deserialize_with = "lenient::whole")]
    pub status: Option<i64>,
    /// Whether it is in the bin.
    #[serde(deserialize_with = "lenient::flag")]
    pub trashed: bool,
}

/// The data of a relay's response.
#[derive(Deserialize)]
pub(crate) struct Redirect {
    /// The URL to which the relay leads.
    #[serde(default, deserialize_with = "lenient::filled")]
    pub redirect_url: Option<String>,
}

/// The claims of a token that is a JWT.
#[derive(Deserialize)]
pub(crate) struct JwtClaims {
    /// When the token expires, in Unix seconds.
    #[serde(default, deserialize_with = "lenient::unsigned")]
    pub exp: Option<u64>,
}
