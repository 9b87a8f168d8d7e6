//! The crawl through an AList or OpenList server, by its API: folders, sizes, times, and the direct links that it
//! hands out.

use std::collections::VecDeque;

use chrono::DateTime;
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

use super::crawl::{Crawl, UrlSource, direct_link};
use crate::cli::failure::Failure;
use crate::cli::http::{HttpError, Method};
use crate::cli::site_client::{SiteClient, SiteRequest, href, is_in_own_network};
use crate::cli::tree_text::FileText;
use crate::path::check_segment;

/// The number of entries that are asked for at once.
const PER_PAGE: usize = 1_000;

/// The maximum number of parts of a folder, in case a server repeats the last one for ever.
const MAX_PAGES: usize = 1_000;
/// The maximum number of folders one in the other, as in a tree.
const MAX_DEPTH: usize = 64;

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
struct Item {
    name: String,
    /// -1 where it is not known.
    size: i64,
    is_dir: bool,
    /// RFC 3339; the year 1 where it is not known.
    modified: String,
    /// The signature of the file's address on the server; empty where none is needed.
    sign: String,
}

/// A file, as it is asked for alone.
#[derive(Default, Deserialize)]
#[serde(default)]
struct File {
    raw_url: String,
}

/// The reason why the API has no answer.
#[derive(Debug, PartialEq, Eq)]
enum ApiError {
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
struct Api<'s> {
    server: &'s SiteClient<'s>,
    token: Option<&'s str>,
}

impl Api<'_> {
    fn call<T: DeserializeOwned + Default>(
        &self,
        target: &str,
        body: &Value,
    ) -> Result<T, ApiError> {
        let mut headers = vec![("content-type", "application/json")];
        // The bare token, without a scheme, is what both programs read.
        headers.extend(self.token.map(|token| ("authorization", token)));
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
    fn list(&self, path: &str) -> Result<Vec<Item>, ApiError> {
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
}

/// Crawls all folders below a path of the server.
///
/// # Errors
/// The folder at the path can't be listed, or nobody answers.
pub fn crawl(
    server: &SiteClient<'_>,
    path: &str,
    urls: &UrlSource,
    token: Option<&str>,
) -> Result<Crawl, Failure> {
    if token.is_some() && server.base.starts_with("http:") && !is_in_own_network(&server.base) {
        return Err(Failure::new(
            "over plain http anybody on the way could read the token: give the server's https address",
        ));
    }
    let api = Api { server, token };
    let mut crawl = Crawl::default();
    let mut left = VecDeque::from([path.to_owned()]);
    while let Some(folder) = left.pop_front() {
        let asked = if folder.is_empty() { "/" } else { &folder };
        let items = match api.list(asked) {
            Ok(items) => items,
            Err(error) if folder == path => {
                return Err(Failure::new(format_args!(
                    "{}{asked}: {}",
                    server.base,
                    explained(&error, token)
                )));
            }
            // Below, one folder with a password of its own, or a storage that fails, is no end.
            Err(ApiError::Refused(401 | 403, _)) => {
                crawl.locked.push(folder);
                continue;
            }
            Err(ApiError::Refused(..)) => {
                crawl.incomplete.push(folder);
                continue;
            }
            Err(error) => {
                return Err(Failure::new(format_args!("{}{asked}: {error}", server.base)));
            }
        };
        crawl.folders += 1;
        for item in items {
            let at = format!("{folder}/{}", item.name);
            if check_segment(&item.name).is_err() || at.split('/').count() > MAX_DEPTH {
                crawl.unusable.push(at);
                continue;
            }
            if item.is_dir {
                left.push_back(at);
                continue;
            }
            let url = match urls {
                UrlSource::Base(base) => {
                    let below = at.strip_prefix(path).unwrap_or(&at);
                    format!("{}{}", base.trim_end_matches('/'), href(below, false))
                }
                UrlSource::Links | UrlSource::Site => link(&api, &at, &item, &mut crawl)?,
            };
            let below = folder.strip_prefix(path).unwrap_or_default();
            let names = below.split('/').filter(|name| !name.is_empty());
            let file = FileText {
                size: u64::try_from(item.size).ok(),
                modified: modified(&item.modified),
                name: item.name,
                url,
            };
            crawl.root.folder_at(names).files.push(file);
        }
    }
    Ok(crawl)
}

/// The direct link that the server hands out for a file; else the file's address on the server.
fn link(api: &Api<'_>, path: &str, item: &Item, crawl: &mut Crawl) -> Result<String, Failure> {
    let body = json!({ "path": path, "password": "" });
    match api.call::<File>("/api/fs/get", &body) {
        Ok(file) => {
            if let Some(url) = direct_link(&file.raw_url) {
                return Ok(url);
            }
        }
        Err(ApiError::Refused(..)) => {}
        Err(error) => return Err(Failure::new(format_args!("{}{path}: {error}", api.server.base))),
    }
    crawl.without_link.push(path.to_owned());
    let sign = if item.sign.is_empty() { String::new() } else { format!("?sign={}", item.sign) };
    Ok(format!("{}/d{}{sign}", api.server.base, href(path, false)))
}

/// An error, with what to do about it.
fn explained(error: &ApiError, token: Option<&str>) -> String {
    let hint = match error {
        ApiError::Refused(401 | 403, _) if token.is_none() => {
            "; give a user's token: --token-file, or OPENLIST_TOKEN"
        }
        ApiError::Refused(401 | 403, _) => {
            "; the token is wrong, has ended, or may not list this path"
        }
        _ => "",
    };
    format!("{error}{hint}")
}

/// The time of a change in Unix seconds; `None` if the server does not know it.
fn modified(text: &str) -> Option<u64> {
    let at = DateTime::parse_from_rfc3339(text).ok()?.timestamp();
    u64::try_from(at).ok().filter(|at| *at > 0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_time_that_is_not_known_is_left_out() {
        for (text, want) in [
            ("2023-12-26T12:23:59.259218+08:00", Some(1_703_564_639)),
            ("2023-12-26T04:23:59Z", Some(1_703_564_639)),
            ("0001-01-01T00:00:00Z", None),
            ("1970-01-01T00:00:00Z", None),
            ("", None),
        ] {
            assert_eq!(modified(text), want, "{text}");
        }
    }

    #[test]
    fn a_refusal_says_what_to_do() {
        let refused = ApiError::Refused(401, "Guest user is disabled, login please".into());
        assert!(explained(&refused, None).contains("--token-file"));
        assert!(explained(&refused, Some("t")).contains("has ended"));
        assert_eq!(
            explained(&ApiError::NotTheApi(404), None),
            "answers 404, and not as AList or OpenList does"
        );
    }
}
