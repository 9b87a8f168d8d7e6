//! Search, as JSON: in a folder and all below it, or over the whole site.
//!
//! # The contract
//!
//! Two URLs, one response:
//!
//! - `GET /team/?search=WORDS&limit=50`: at and below that folder. It is the folder's own URL, so
//!   it carries the cookie of a locked folder, and below `/~TOKEN/` it is searched with the share link.
//!   A page searches its folder by `fetch("?search=" + encodeURIComponent(words))`, wherever it is.
//! - `GET /-/api/search?q=WORDS&path=/team/&limit=50`: the same for any folder, the root where `path` is
//!   left out. Browsers send no folder's cookie here: locked folders stay closed, unless the root itself
//!   is what was unlocked. `/~TOKEN/-/api/search?…` is the same with a share link; there `path` has to be
//!   in its scope. The path is written in either way: `path=/a%20b/` or `path=%2Fa%20b%2F`.
//!
//! `WORDS`: 1 to 100 characters, separated by white space; each word has to be in the name, or in the name
//! of a folder on the way, and one of them in the name itself. Case, accents and width don't count. Letters
//! also match pinyin, by initials or in full, in the first eight words: `zgr` and `zhongguor` find
//! `中国人`. `limit`: 1 to 200, 50 if it is left out.
//!
//! 200:
//!
//! ```json
//! {
//!   "query": "zgr",
//!   "path": "/team/",
//!   "results": [
//!     {
//!       "name": "中国人.txt",
//!       "type": "file",
//!       "path": "/team/b/中国人.txt",
//!       "href": "/~TOKEN/team/b/%E4%B8%AD%E5%9B%BD%E4%BA%BA.txt",
//!       "folder": "/team/b/",
//!       "size": 12,
//!       "modified": 1700000000
//!     }
//!   ],
//!   "more": false,
//!   "partial": false
//! }
//! ```
//!
//! - `query` is what was asked for, white space put right. `path` is the folder that was searched.
//! - `results` are sorted, the best first. `type` is `file` or `folder`. `path` and `folder` are
//!   decoded, those of folders end in a slash. `href` is ready for a link: absolute, escaped, with the
//!   share link that it was found through. `size` (bytes) and `modified` (Unix seconds) are `null` where
//!   they are not known. `"locked": true` is there where only the name is visible.
//! - `more`: there are more than `limit`, or the search ended before the last entry.
//! - `partial`: folders that this visitor may list were not searched: those of a remote source whose
//!   listing is not in memory, and those that need a check of their own first.
//!
//! Failures are those of the folder's JSON, `{"error":{"status","code","message"}}`: 400 `bad_query` for
//! invalid words or an invalid limit, 404, 401, 403, 429 and 503 as for the folder itself. Every response
//! is for one visitor (`private, no-store`) and for this site's pages alone: no
//! `Access-Control-Allow-Origin`.

use serde::Serialize;

use super::entry;
use crate::access::client::AccessRequest;
use crate::context::{RequestContext, RequestState};
use crate::error::Error;
use crate::http::query::field;
use crate::http::request::Request;
use crate::http::response::{Body, Response};
use crate::names::Query;
use crate::path::EntryPath;
use crate::percent;
use crate::platform::Platform;
use crate::site::Site;
use crate::site::open_folder::OpenFolder;
use crate::site::opened::Opened;
use crate::site::search::{self, SearchHit, SearchResults};
use crate::time::UnixSeconds;

#[derive(Serialize)]
struct SearchJson {
    query: String,
    path: String,
    results: Vec<ResultJson>,
    more: bool,
    partial: bool,
}

#[derive(Serialize)]
struct ResultJson {
    name: String,
    r#type: &'static str,
    path: String,
    href: String,
    folder: String,
    size: Option<u64>,
    modified: Option<UnixSeconds>,
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    locked: bool,
}

/// The path below `/-/` at which the whole site is searched.
pub const SEARCH: &str = "api/search";
/// The default number of results; below, the maximum that `limit` may ask for.
const RESULTS: usize = 50;
const MAX_RESULTS: usize = 200;

/// The query field that asks for a search at a folder's own URL.
pub(crate) const FIELD: &str = "search";

/// Answers a search at either URL.
pub(crate) async fn answer(
    site: &Site,
    request: &Request<'_>,
    ctx: &RequestContext<impl Platform>,
) -> Result<Response, Error> {
    let url = &request.url;
    if url.path.strip_prefix(crate::http::url::OWN) == Some(SEARCH) {
        let raw = url.path_field().unwrap_or_else(|| "/".to_owned());
        let path = EntryPath::parse(&raw)?;
        let access = request.access(&path, ctx.now());
        return match site.open(&access, ctx).await? {
            Opened::Folder(folder) => search(&folder, &access, "q", request, &ctx.state),
            Opened::File(_) => Err(Error::NotFound),
        };
    }
    let path = request.path.as_ref().map_err(|error| Error::from(*error))?;
    let access = request.access(path, ctx.now());
    match site.open(&access, ctx).await? {
        Opened::Folder(folder) => search(&folder, &access, FIELD, request, &ctx.state),
        // A file has nothing below it: the field means nothing there.
        file @ Opened::File(_) => {
            let access = AccessRequest { query: url.query, ..access };
            entry::respond(site, request, file, &access, request.format?, ctx).await
        }
    }
}

/// Searches an open folder and all below it. The query field `field_name` has the words.
fn search(
    folder: &OpenFolder<'_>,
    access: &AccessRequest<'_>,
    field_name: &str,
    request: &Request<'_>,
    state: &RequestState,
) -> Result<Response, Error> {
    let url = &request.url;
    // Parsed only now: a client that is not let in learns nothing else.
    let words = field(url.query, field_name).unwrap_or_default();
    let query = Query::parse(&words).ok_or(Error::BadQuery)?;
    let limit = match field(url.query, "limit") {
        None => RESULTS,
        Some(limit) => {
            let limit = limit.parse().map_err(|_| Error::BadQuery)?;
            if !(1..=MAX_RESULTS).contains(&limit) {
                return Err(Error::BadQuery);
            }
            limit
        }
    };
    let results = search::search(folder, &query, limit, access, state);
    let json = SearchJson {
        query: words.split_whitespace().collect::<Vec<_>>().join(" "),
        path: as_folder(access.path.display()),
        more: results.more,
        partial: results.partial,
        results: to_json(url.share, results),
    };
    let json = serde_json::to_string(&json).unwrap_or_default();
    // The results may depend on every credential of the client, at whichever URL the search was asked for.
    let answer = Response::new(200, Body::Json(json)).without("Access-Control-Allow-Origin");
    Ok(answer.guarded())
}

fn to_json(share: Option<&str>, results: SearchResults<'_>) -> Vec<ResultJson> {
    let result = |SearchHit { folder, row }: SearchHit<'_>| {
        let mut path = folder.clone() + row.name;
        let mut href = share.map_or_else(String::new, |token| format!("/~{token}"));
        for name in path.split('/').skip(1) {
            href.push('/');
            href.extend(percent::encode_name(name));
        }
        if row.folder {
            path.push('/');
            href.push('/');
        }
        ResultJson {
            name: row.name.to_owned(),
            r#type: if row.folder { "folder" } else { "file" },
            path,
            href,
            folder,
            size: row.size,
            modified: row.modified,
            locked: row.locked,
        }
    };
    results.found.into_iter().map(result).collect()
}

fn as_folder(mut path: String) -> String {
    if !path.ends_with('/') {
        path.push('/');
    }
    path
}
