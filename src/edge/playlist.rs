//! Playlists through the Worker: fetched whole, since they are small, and rewritten by the pages module.
//! Both forms are cached for a moment, so that a player that polls every few seconds costs neither again.

use std::cell::RefCell;
use std::rc::Rc;
use std::time::Duration;

use js_sys::Uint8Array;
use signpost_playlists::{PlaylistLimit, PlaylistView};
use wasm_bindgen::{JsCast as _, JsValue};
use web_sys::{Headers, Response, ResponseInit};

use super::body;
use super::proxy::{
    FetchOutcome, POLICY, UNREACHABLE, UpstreamOutcome, drop_body, failure, fetch_source,
    is_the_file, refusal,
};
use super::renderer::Renderer;
use super::respond::headers;
use super::runtime::{now, timeout_signal};
use crate::http::response::Response as SiteResponse;
use crate::site::authorized_file::ProxySource;
use crate::site::playlist::Playlist;
use crate::sources::cache::Cache;
use crate::sources::remote::RemoteFile;
use crate::time::UnixMillis;

/// Maximum size of a playlist in bytes, ten times that of a three-hour film in segments of two seconds.
const MAX_BYTES: usize = 4 << 20;
/// Timeout of a playlist's fetch.
const TIMEOUT: Duration = Duration::from_secs(10);
/// How long a complete playlist is served from the cache; below, one that may still grow.
const TTL_ENDED: Duration = Duration::from_mins(1);
const TTL_LIVE: Duration = Duration::from_secs(2);
/// Maximum bytes of all cached playlists as fetched: one of the largest, its key, and more.
const MAX_FETCHED_BYTES: usize = 5 << 20;
/// Maximum bytes of all cached playlists as rewritten: the largest that may come of one, its key, and more.
const MAX_REWRITTEN_BYTES: usize = 9 << 20;
/// Estimated overhead in bytes of a cache entry.
const ENTRY_BYTES: usize = 200;

/// A playlist as it was fetched.
#[derive(Clone)]
enum Fetched {
    Whole(Rc<[u8]>),
    /// A body of more than [`MAX_BYTES`].
    TooLarge,
}

/// A rewritten playlist, in JavaScript's memory: that of WebAssembly never shrinks.
#[derive(Clone)]
enum Rewritten {
    Text(Uint8Array),
    Refused(PlaylistLimit),
}

/// The cache key of a rewritten playlist: all that it depends on. Its URLs are relative, so it is the same
/// for every host and share link.
#[derive(Clone, PartialEq, Eq, Hash)]
struct RewriteKey {
    file: String,
    origin: String,
    path: String,
    shows_origin: bool,
}

thread_local! {
    /// Fetched playlists, each with the time until which it is served. Every reader has passed the guard,
    /// as if it were fetched anew.
    static FETCHED: RefCell<Cache<String, (Fetched, UnixMillis)>> =
        RefCell::new(Cache::new(MAX_FETCHED_BYTES));
    static REWRITTEN: RefCell<Cache<RewriteKey, Rewritten>> =
        RefCell::new(Cache::new(MAX_REWRITTEN_BYTES));
}

/// Serves a playlist with the headers of `answer`. `is_last` says that a dead link can't be replaced any
/// more.
pub async fn pass(
    playlist: &Playlist,
    answer: &SiteResponse,
    is_last: bool,
    renderer: &Renderer,
) -> Result<FetchOutcome, JsValue> {
    let source = &playlist.source;
    if let Some(rewritten) = rewritten(&RewriteKey::of(playlist)) {
        return rewritten.answer(answer).map(FetchOutcome::Response);
    }
    let file = file_key(source);
    let cached = FETCHED.with_borrow(|cache| cache.get(&file, now()).cloned());
    if let Some((fetched, until)) = cached {
        return answer_with(fetched, until, playlist, answer, renderer)
            .await
            .map(FetchOutcome::Response);
    }
    let signal = timeout_signal(TIMEOUT);
    // Fetched whole, whatever range the client asks for: rewriting moves the bytes.
    let upstream = match fetch_source("GET", &Headers::new()?, Some(&signal), source, is_last).await
    {
        UpstreamOutcome::Response(upstream) => upstream,
        UpstreamOutcome::Dead => return Ok(FetchOutcome::Dead),
        UpstreamOutcome::Refused(failed) => return Ok(FetchOutcome::Refused(failed)),
    };
    let status = upstream.as_ref().map_or(502, Response::status);
    let upstream = match upstream {
        Some(refused) if matches!(status, 401 | 403) => {
            return Ok(FetchOutcome::Refused(refusal(refused).await));
        }
        upstream => upstream,
    };
    let Some(upstream) =
        upstream.as_ref().filter(|upstream| status == 200 && is_the_file(upstream, source.size))
    else {
        drop_body(upstream).await;
        let status = if matches!(status, 404 | 410) { 404 } else { 502 };
        return failure(&headers(answer)?, status, UNREACHABLE).map(FetchOutcome::Response);
    };
    // The platform's error may hold the URL, and with it the signature.
    let Ok((bytes, is_cut)) = body::read(upstream.body(), MAX_BYTES).await else {
        return failure(&headers(answer)?, 502, UNREACHABLE).map(FetchOutcome::Response);
    };
    let fetched = if is_cut { Fetched::TooLarge } else { Fetched::Whole(Rc::from(bytes)) };
    let until = cache_fetched(file, &fetched);
    answer_with(fetched, until, playlist, answer, renderer).await.map(FetchOutcome::Response)
}

/// Answers with the playlist, rewritten. A text that is no HLS playlist is passed on as it is: old `.m3u`
/// files are mere lists of songs.
async fn answer_with(
    fetched: Fetched,
    until: UnixMillis,
    playlist: &Playlist,
    answer: &SiteResponse,
    renderer: &Renderer,
) -> Result<Response, JsValue> {
    let bytes = match fetched {
        Fetched::Whole(bytes) => bytes,
        Fetched::TooLarge => return too_much(answer, "more than 4 MiB"),
    };
    if !str::from_utf8(&bytes).is_ok_and(is_playlist) {
        let headers = headers(answer)?;
        headers.set("Content-Type", "application/octet-stream")?;
        return respond(&headers, &Uint8Array::from(&*bytes));
    }
    let key = RewriteKey::of(playlist);
    // Another request may have rewritten it while this one waited for the bytes.
    if let Some(rewritten) = rewritten(&key) {
        return rewritten.answer(answer);
    }
    let view = PlaylistView {
        origin: key.origin.as_str().into(),
        path: key.path.as_str().into(),
        shows_origin: key.shows_origin,
    };
    let view = serde_json::to_string(&view).unwrap_or_default();
    let rewritten = match renderer.rewrite(&bytes, &view).await {
        Ok(text) => Rewritten::Text(text.dyn_into()?),
        Err(error) => {
            let limit = error.as_string().and_then(|name| PlaylistLimit::of_name(&name));
            Rewritten::Refused(limit.ok_or(error)?)
        }
    };
    let (size, now) = (key.bytes() + rewritten.bytes(), now());
    let until = match rewritten {
        Rewritten::Text(_) => until,
        // Cached as long as one that is too large: it does not get smaller.
        Rewritten::Refused(_) => now.after(TTL_ENDED),
    };
    REWRITTEN.with_borrow_mut(|cache| cache.put(key, rewritten.clone(), size, Some(until), now));
    rewritten.answer(answer)
}

/// The rewritten playlist from the cache.
fn rewritten(key: &RewriteKey) -> Option<Rewritten> {
    REWRITTEN.with_borrow(|cache| cache.get(key, now()).cloned())
}

impl RewriteKey {
    fn of(playlist: &Playlist) -> Self {
        let origin = playlist.source.origin().split('?').next().unwrap_or_default();
        Self {
            file: file_key(&playlist.source),
            origin: origin.to_owned(),
            path: playlist.path.clone(),
            shows_origin: playlist.shows_origin,
        }
    }

    fn bytes(&self) -> usize {
        let Self { file, origin, path, shows_origin: _ } = self;
        ENTRY_BYTES + [file, origin, path].iter().map(|text| text.len()).sum::<usize>()
    }
}

impl Rewritten {
    fn bytes(&self) -> usize {
        match self {
            Self::Text(text) => usize::try_from(text.byte_length()).unwrap_or(usize::MAX),
            Self::Refused(_) => 0,
        }
    }

    fn answer(self, answer: &SiteResponse) -> Result<Response, JsValue> {
        match self {
            Self::Text(text) => respond(&headers(answer)?, &text),
            Self::Refused(limit) => too_much(answer, &limit.to_string()),
        }
    }
}

/// The response for a playlist that exceeds a limit.
fn too_much(answer: &SiteResponse, what: &str) -> Result<Response, JsValue> {
    let text = format!(
        "This playlist has {what}, which is too much to rewrite. The site's owner can have it \
         redirected instead: playlists = \"redirect\" in a rule.\n"
    );
    failure(&headers(answer)?, 502, &text)
}

fn respond(headers: &Headers, body: &Uint8Array) -> Result<Response, JsValue> {
    // A file with a playlist's name may be a page, scripts and all.
    headers.set("Content-Security-Policy", POLICY)?;
    let init = ResponseInit::new();
    init.set_headers(headers);
    Response::new_with_opt_buffer_source_and_init(Some(body), &init)
}

fn is_playlist(text: &str) -> bool {
    text.trim_start_matches('\u{feff}').starts_with("#EXTM3U")
}

/// The cache key of a playlist's file: its 123Pan file, or its origin URL. Not its link, which is new for
/// every client.
fn file_key(source: &ProxySource) -> String {
    match &source.renewable {
        Some(RemoteFile { mount, file, .. }) => [mount.to_string(), file.id.to_string()].join(" "),
        None => source.origin().to_owned(),
    }
}

/// Caches what was fetched, and returns the time until which it is served.
fn cache_fetched(file: String, fetched: &Fetched) -> UnixMillis {
    let is_over = |text: &str| text.contains("#EXT-X-ENDLIST") || text.contains("\"static\"");
    let (is_over, bytes) = match fetched {
        Fetched::Whole(bytes) => (str::from_utf8(bytes).is_ok_and(is_over), bytes.len()),
        // A playlist that is too large does not get smaller.
        Fetched::TooLarge => (true, 0),
    };
    let now = now();
    let until = now.after(if is_over { TTL_ENDED } else { TTL_LIVE });
    let size = ENTRY_BYTES + file.len() + bytes;
    FETCHED
        .with_borrow_mut(|cache| cache.put(file, (fetched.clone(), until), size, Some(until), now));
    until
}
