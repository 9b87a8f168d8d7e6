//! Playlists: answered as such, never by a link, and by the rules of any other file.

use serde_json::{Value, json};
use signpost::http::response::{Body, Response};
use signpost::routes::redirect;
use signpost::seed::RequestSeed;
use signpost::site::Site;
use signpost::site::playlist::Playlist;
use signpost::time::UnixSeconds;

use super::ruled_with;
use crate::support::request::{NOW, Req, get, location, text};

const TREE: &str = "\
a.m3u8:10:1600000000:https://vip.123pan.cn/13/films/a.m3u8
a.M3U:10:1600000000:https://vip.123pan.cn/13/films/a.M3U
m3u8:10:1600000000:https://vip.123pan.cn/13/films/m3u8
a.m3u8.txt:10:1600000000:https://vip.123pan.cn/13/films/a.m3u8.txt
\"a&auth_key=1.m3u8\":10:1600000000:https://vip.123pan.cn/13/films/a&auth_key=1.m3u8
old.m3u8:10:1600000000:https://elsewhere.example/get?auth_key=1-2-3-4&file=old
films/*: https://vip.123pan.cn/13/hls/
";

fn films(rules: &Value) -> Site {
    ruled_with(rules, &[("URL_TREE", TREE)])
}

fn playlist(answer: &Response) -> &Playlist {
    match &answer.body {
        Body::Playlist(playlist) => playlist,
        _ => panic!("{answer:?}"),
    }
}

/// The way of a redirect that is open to everybody.
fn fast(site: &Site, target: &str) -> Option<String> {
    let url = format!("https://files.example{target}");
    redirect::location(site, &url, false, &RequestSeed::new(UnixSeconds(NOW), [7; 16]))
}

#[test]
fn a_playlist_is_one_by_its_name() {
    let site = films(&json!([]));
    for target in
        ["/a.m3u8", "/a.M3U", "/films/x/b.M3u8", "/films/.m3u8", "/%61.m3u8", "/films/b.m3u8?x=1"]
    {
        for method in ["GET", "HEAD"] {
            let answer = Req { method, ..get(target) }.alone(&site);
            assert_eq!((answer.status, location(&answer)), (200, ""), "{target}");
            assert_eq!(answer.header("Content-Type"), Some("application/vnd.apple.mpegurl"));
            assert_eq!(answer.header("Access-Control-Allow-Origin"), Some("*"));
            assert_eq!(answer.header("Cache-Control"), Some("no-cache"));
            let playlist = playlist(&answer);
            assert!(
                playlist.source.link.url.contains("auth_key="),
                "it is fetched with a signature"
            );
            assert!(!playlist.source.origin().contains("auth_key="));
            assert!(playlist.shows_origin);
        }
        assert_eq!(fast(&site, target), None, "{target}");
    }
    for target in
        ["/m3u8", "/films/a.MPD", "/a.m3u8.txt", "/films/m3u8", "/films/a.ts", "/films/a.m3u88"]
    {
        assert_eq!(get(target).status(&site), 302, "{target}");
        assert!(fast(&site, target).is_some(), "{target}");
    }
    for target in ["/nothing.m3u8", "/a.m3u8/b.m3u8"] {
        assert_eq!((get(target).status(&site), fast(&site, target)), (404, None), "{target}");
    }
    assert_eq!(get("/a.m3u8/").status(&site), 308);
}

#[test]
fn format_url_of_a_playlist_gives_its_link() {
    let site = films(&json!([{ "path": "/films", "mode": "proxy" }]));
    let url = get("/a.m3u8?format=url").alone(&site);
    assert!(text(&url).contains("https://vip.123pan.cn/13/films/a.m3u8?auth_key="));
    let json = get("/a.m3u8").accept("application/json").alone(&site);
    assert!(text(&json).contains("?auth_key="));
    let proxied = get("/films/a.m3u8?format=url").alone(&site);
    assert!(text(&proxied).ends_with("https://files.example/films/a.m3u8"));
}

#[test]
fn a_rule_leaves_it_a_redirect_or_hides_where_it_is_kept() {
    let proxy = json!({
        "path": "/films/own", "mode": "proxy_url", "proxy_url": "https://dl.example", "proxy_key": "PROXY",
    });
    let site = films(&json!([
        { "path": "/films", "playlists": "redirect" },
        { "path": "/films/new", "playlists": "rewrite" },
        { "path": "/films/proxy", "playlists": "rewrite", "mode": "proxy" },
        proxy,
    ]));
    assert!(location(&get("/films/a.m3u8").alone(&site)).contains("auth_key="));
    assert!(fast(&site, "/films/a.m3u8").is_some());
    assert!(location(&get("/films/own/a.m3u8").alone(&site)).starts_with("https://dl.example/"));
    let shows_origin = |target: &str| playlist(&get(target).alone(&site)).shows_origin;
    assert!(shows_origin("/films/new/a.m3u8"));
    assert!(!shows_origin("/films/proxy/a.m3u8"));
    let path = get("/films/new/%E7%89%87/a.m3u8?x=1").alone(&site);
    assert_eq!(playlist(&path).path, "/films/new/\u{7247}/a.m3u8");
}

#[test]
fn an_unknown_value_is_a_configuration_error() {
    let rules = json!([{ "path": "/", "playlists": "proxy" }]).to_string();
    let site = Site::load(&|name: &str| (name == "RULES").then(|| rules.clone()), UnixSeconds(NOW));
    let error = site.config_errors().next().unwrap();
    assert_eq!(error.setting, "RULES[0].playlists");
    assert_eq!(error.hint, "use \"rewrite\" or \"redirect\"");
}

#[test]
fn its_origin_is_the_same_for_whoever_asks_and_another_for_each_file() {
    let site = films(&json!([{ "path": "/films/w", "window_minutes": 60 }]));
    let origin = |target: &str, random| {
        let answer = Req { random, ..get(target) }.alone(&site);
        playlist(&answer).source.origin().to_owned()
    };
    for (target, want) in [
        ("/a.m3u8", "https://vip.123pan.cn/13/films/a.m3u8"),
        ("/films/a.m3u8", "https://vip.123pan.cn/13/hls/a.m3u8"),
        ("/films/w/a.m3u8?x=auth_key=1&y", "https://vip.123pan.cn/13/hls/w/a.m3u8?x=auth_key=1&y"),
        ("/films/a.m3u8?auth_key=9&format=html", "https://vip.123pan.cn/13/hls/a.m3u8"),
        ("/films/a&auth_key=1.m3u8", "https://vip.123pan.cn/13/hls/a%26auth_key%3D1.m3u8"),
        ("/a&auth_key=1.m3u8", "https://vip.123pan.cn/13/films/a&auth_key=1.m3u8"),
        // On a host for which nothing is signed.
        ("/old.m3u8", "https://elsewhere.example/get?file=old"),
    ] {
        assert_eq!(origin(target, 1), want);
        assert_eq!(origin(target, 2), want);
    }
}

#[test]
fn a_remote_file_is_asked_for_with_the_query_and_no_other_file_is() {
    let site = films(&json!([]));
    for (target, want) in [
        ("/films/a.ts?v=1&x", "https://vip.123pan.cn/13/hls/a.ts?v=1&x&auth_key="),
        ("/films/a.ts?auth_key=1-2-3-4", "https://vip.123pan.cn/13/hls/a.ts?auth_key="),
        (
            "/films/a.ts?v=%0d%0a'\"&format=html",
            "https://vip.123pan.cn/13/hls/a.ts?v=%0d%0a%27%22&auth_key=",
        ),
        ("/m3u8?v=1", "https://vip.123pan.cn/13/films/m3u8?auth_key="),
    ] {
        let answer = get(target).alone(&site);
        let (start, key) = location(&answer).split_once("auth_key=").unwrap();
        assert_eq!(format!("{start}auth_key="), want);
        assert_eq!(key.split('-').count(), 4);
        assert!(fast(&site, target).unwrap().starts_with(want));
    }
}
