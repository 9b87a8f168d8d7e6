//! The API that AList and OpenList share: the listing of a folder, and the link of a file.

use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

use crate::cli::http::{HttpError, Method};
use crate::cli::site_client::{SiteClient, SiteRequest};
use crate::secret::Secret;

/// The number of entries that are asked for at once.
const PER_PAGE: usize = 1_000;

/// The maximum number of parts of a folder, in case a server repeats the last one for ever.
const MAX_PAGES: usize = 1_000;

/// The envelope around every answer of the API.
#[derive(Deserialize)]
struct Envelope {
    code: i64,
    #[serde(default)]
    message: String,
    #[serde(default)]
    data: Value,
}

/// A folder's listing, or a part of it.
#[derive(Default, Deserialize)]
#[serde(default)]
struct Listing {
    /// `null` in an empty folder.
    content: Option<Vec<Item>>,
    total: usize,
}

/// An entry of a listing.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct Item {
    /// The name.
    pub name: String,
    /// The size in bytes; -1 where it is not known.
    pub size: i64,
    /// Whether the entry is a folder.
    pub is_dir: bool,
    /// RFC 3339; the year 1 where it is not known.
    pub modified: String,
    /// The signature of the file's address on the server; empty where none is needed.
    pub sign: String,
}

/// A file, as it is asked for alone.
#[derive(Default, Deserialize)]
#[serde(default)]
struct File {
    raw_url: String,
}

/// The reason why the API has no answer.
#[derive(Debug, PartialEq, Eq)]
pub enum ApiError {
    /// There is no response.
    NoAnswer(HttpError),
    /// Something else answers.
    NotTheApi(u16),
    /// The API's code and message.
    Refused(i64, String),
}

impl std::fmt::Display for ApiError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::NoAnswer(error) => error.fmt(f),
            Self::NotTheApi(status) => {
                write!(f, "answers {status}, and not as AList or OpenList does")
            }
            Self::Refused(code, message) => write!(f, "the server refuses it: {code} {message}"),
        }
    }
}

/// An AList or OpenList server, and the token of a user of it; none for a guest.
pub struct Api<'s> {
    /// The server.
    pub server: &'s SiteClient<'s>,
    /// The user's token.
    pub token: Option<&'s Secret>,
}

impl Api<'_> {
    /// Calls a function of the API.
    fn call<T: DeserializeOwned + Default>(
        &self,
        target: &str,
        body: &Value,
    ) -> Result<T, ApiError> {
        let mut headers = vec![("content-type", "application/json")];
        // The bare token, without a scheme, is what both programs read.
        headers.extend(self.token.map(|token| ("authorization", token.expose())));
        let body = body.to_string();
        let request = SiteRequest { method: Method::Post, target, headers: &headers, body: &body };
        let response = self.server.send(&request).map_err(ApiError::NoAnswer)?;
        let wrong = || ApiError::NotTheApi(response.status);
        let envelope: Envelope = serde_json::from_slice(&response.body).map_err(|_| wrong())?;
        match envelope.code {
            200 if envelope.data.is_null() => Ok(T::default()),
            200 => serde_json::from_value(envelope.data).map_err(|_| wrong()),
            code => Err(ApiError::Refused(code, envelope.message)),
        }
    }

    /// All entries of a folder, part by part.
    ///
    /// # Errors
    /// The reason why there is no answer.
    pub fn list(&self, path: &str) -> Result<Vec<Item>, ApiError> {
        let mut all = Vec::new();
        for page in 1..=MAX_PAGES {
            let body = json!({
                "path": path, "password": "", "page": page, "per_page": PER_PAGE, "refresh": false,
            });
            let part: Listing = self.call("/api/fs/list", &body)?;
            let content = part.content.unwrap_or_default();
            let is_last = content.is_empty();
            all.extend(content);
            if is_last || all.len() >= part.total {
                break;
            }
        }
        Ok(all)
    }

    /// The link of a file, as the server hands it out; empty if it has none.
    ///
    /// # Errors
    /// The reason why there is no answer.
    pub fn link(&self, path: &str) -> Result<String, ApiError> {
        let file: File = self.call("/api/fs/get", &json!({ "path": path, "password": "" }))?;
        Ok(file.raw_url)
    }
}

/// An error, with what to do about it.
pub fn explained(error: &ApiError, has_token: bool) -> String {
    let hint = match error {
        ApiError::Refused(401 | 403, _) if !has_token => {
            "; give a user's token: --token-file, or OPENLIST_TOKEN"
        }
        ApiError::Refused(401 | 403, _) => {
            "; the token is wrong, has ended, or may not list this path"
        }
        _ => "",
    };
    format!("{error}{hint}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_refusal_says_what_to_do() {
        let refused = ApiError::Refused(401, "Guest user is disabled, login please".into());
        assert!(explained(&refused, false).contains("--token-file"));
        assert!(explained(&refused, true).contains("has ended"));
        assert_eq!(
            explained(&ApiError::NotTheApi(404), false),
            "answers 404, and not as AList or OpenList does"
        );
    }
}
