//! Playlists: fetched whole, since they are small, kept for a moment, and rewritten by the pages.

use std::cell::RefCell;
use std::rc::Rc;

use js_sys::Date;
use signpost_pages::view::{PlaylistView, View};
use wasm_bindgen::JsValue;
use web_sys::{AbortSignal, Headers, Response, ResponseInit};

use super::bindings::Draw;
use super::proxy::{POLICY, Passed, Reached, UNREACHABLE, drop_body, failure, is_the_file, reach};
use super::{account_object, headers, respond};
use crate::site::{Playlist, ProxySource};
use crate::web::answer::{Answer, Body};

/// Bytes of a playlist: one of a film of three hours in parts of two seconds has a tenth of it.
const MOST_BYTES: usize = 4 << 20;
/// Milliseconds that it may take to come.
const PATIENCE_MS: u32 = 10_000;
/// Milliseconds for which one is repeated: one that is over, and one that may still grow.
const REPEAT_ENDED_MS: f64 = 60_000.0;
const REPEAT_LIVE_MS: f64 = 2_000.0;
/// Bytes of all that are kept.
const MOST_KEPT: usize = 4 << 20;

const TOO_LARGE: &str = "This playlist has more than 4 MiB, too many to rewrite. The site's owner can \
                         have it redirected instead: playlists = \"redirect\" in a rule.\n";

/// A playlist that was fetched.
struct Kept {
    key: String,
    bytes: Rc<[u8]>,
    until_ms: f64,
}

thread_local! {
    /// Whoever gets one of these has asked the guard, as if it were fetched anew. The oldest is first.
    static KEPT: RefCell<Vec<Kept>> = const { RefCell::new(Vec::new()) };
}

/// The playlist, with the headers of `answer`. If this is the last try, there is no other link.
pub async fn pass(
    playlist: &Playlist,
    answer: &Answer,
    is_last: bool,
    draw: &Draw,
) -> Result<Passed, JsValue> {
    let source = &playlist.source;
    let key = key(source);
    let kept = KEPT.with_borrow(|kept| {
        let kept = kept.iter().find(|kept| kept.key == key && kept.until_ms > Date::now());
        kept.map(|kept| Rc::clone(&kept.bytes))
    });
    if let Some(bytes) = kept {
        return answer_with(&bytes, playlist, answer, draw).await.map(Passed::Answer);
    }
    let signal = AbortSignal::timeout_with_u32(PATIENCE_MS);
    // Whole, whatever part the visitor asks for: its parts have other places here.
    let upstream = match reach("GET", &Headers::new()?, Some(&signal), source, is_last).await {
        Reached::Answer(upstream) => upstream,
        Reached::Dead(mount, file) => return Ok(Passed::Dead(mount, file)),
    };
    let status = upstream.as_ref().map_or(502, Response::status);
    let Some(upstream) =
        upstream.as_ref().filter(|upstream| status == 200 && is_the_file(upstream, source.size))
    else {
        drop_body(upstream).await;
        let status = if matches!(status, 404 | 410) { 404 } else { 502 };
        return failure(&headers(answer)?, status, UNREACHABLE).map(Passed::Answer);
    };
    // What the platform says of a failure may hold the URL, and with it the signature.
    let Ok((bytes, is_cut)) = account_object::read(upstream, MOST_BYTES).await else {
        return failure(&headers(answer)?, 502, UNREACHABLE).map(Passed::Answer);
    };
    if is_cut {
        return failure(&headers(answer)?, 502, TOO_LARGE).map(Passed::Answer);
    }
    let bytes = Rc::from(bytes);
    keep(key, &bytes);
    answer_with(&bytes, playlist, answer, draw).await.map(Passed::Answer)
}

/// What is no playlist is passed on as it is: old ones are mere lists of songs.
async fn answer_with(
    bytes: &[u8],
    playlist: &Playlist,
    answer: &Answer,
    draw: &Draw,
) -> Result<Response, JsValue> {
    let text = str::from_utf8(bytes).ok().filter(|text| is_playlist(text));
    if let Some(text) = text {
        let origin = playlist.source.origin().split('?').next().unwrap_or_default();
        let view = View::Playlist(PlaylistView {
            text: text.into(),
            origin: origin.into(),
            site: playlist.site.as_str().into(),
            path: playlist.path.as_str().into(),
            told: playlist.told,
        });
        let headers = answer.headers.clone();
        let answer =
            Answer { status: 200, headers, body: Body::view(playlist.content_type(), &view) };
        // DASH is XML, which some browsers show as a page, scripts and all.
        return respond(&answer.with("Content-Security-Policy", POLICY), draw).await;
    }
    let headers = headers(answer)?;
    headers.set("Content-Type", "application/octet-stream")?;
    headers.set("Content-Security-Policy", POLICY)?;
    let init = ResponseInit::new();
    init.set_headers(&headers);
    Response::new_with_opt_u8_array_and_init(Some(&mut bytes.to_vec()), &init)
}

fn is_playlist(text: &str) -> bool {
    let text = text.trim_start_matches('\u{feff}');
    text.starts_with("#EXTM3U") || (text.trim_start().starts_with('<') && text.contains("<MPD"))
}

/// What tells one playlist from another: not its link, which is new for everybody.
fn key(source: &ProxySource) -> String {
    match source.renewable {
        Some((mount, file)) => [mount.to_string(), file.to_string()].join(" "),
        None => source.origin().to_owned(),
    }
}

fn keep(key: String, bytes: &Rc<[u8]>) {
    let is_over = |text: &str| text.contains("#EXT-X-ENDLIST") || text.contains("\"static\"");
    let is_over = str::from_utf8(bytes).is_ok_and(is_over);
    let now_ms = Date::now();
    let until_ms = now_ms + if is_over { REPEAT_ENDED_MS } else { REPEAT_LIVE_MS };
    KEPT.with_borrow_mut(|kept| {
        kept.retain(|kept| kept.key != key && kept.until_ms > now_ms);
        kept.push(Kept { key, bytes: Rc::clone(bytes), until_ms });
        let size = |kept: &Kept| kept.key.len() + kept.bytes.len();
        while kept.iter().map(size).sum::<usize>() > MOST_KEPT {
            kept.remove(0);
        }
    });
}
