//! Direct links that are made of a mount's `direct_base` and the paths of its files, without asking 123Pan.

use std::time::Duration;

use md5::{Digest as _, Md5};
use serde_json::{Value, json};
use signpost::account::command::{AccountStatus, UpstreamLink};
use signpost::http::response::Body;
use signpost::routes::redirect;
use signpost::seed::RequestSeed;
use signpost::site::Site;
use signpost::sources::listing::{Extent, Listing, encode};
use signpost::sources::upstream::entry::Entry;
use signpost::time::UnixSeconds;

use crate::support::host::Host;
use crate::support::request::{API_TOKEN, NOW, Req, SITE, get, location, site};

const BASE: &str = "https://vip.123pan.cn/13/films";
const PASSING: &str = "https://download.cjjd19.com/123-1/";
const ODD: &str = "100%25 #?+\u{1}歌.mp4";

fn entry(id: u64, name: &str, folder: bool) -> Entry {
    Entry {
        id,
        name: name.to_owned(),
        folder,
        size: if folder { 0 } else { id },
        modified: None,
        md5: None,
        key_flag: String::new(),
    }
}

/// A site with a mount of this source at `/m`, whose listings are in memory; no link is.
fn mounted(source: &str, more: &Value, rules: &Value) -> Site {
    // Sources name their tokens differently.
    let token = if source == "open" { "access_token" } else { "token" };
    let mut mount = json!({
        "path": "/m", "source": source, token: "TOKEN", "private_key": "PRIVATE_KEY",
        "direct_base": format!("{BASE}/"),
    });
    mount.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    let (mounts, rules) = (json!([mount]).to_string(), rules.to_string());
    let site = site(&[("MOUNTS", &mounts), ("RULES", &rules), ("TOKEN", "token")]);
    let root = vec![
        entry(7, "video.mp4", false),
        entry(8, "内 1", true),
        entry(20, "same", true),
        entry(21, "same", true),
        entry(0x7fff, "zero.bin", false),
    ];
    let inner = vec![
        entry(9, ODD, false),
        entry(10, "twice.txt", false),
        entry(11, "twice.txt", false),
        entry(12, "up~13.txt", false),
        entry(14, "list.m3u8", false),
    ];
    let same = |id| vec![entry(id, "inside.txt", false)];
    for (folder, entries) in [(0, root), (8, inner), (20, same(22)), (21, same(23))] {
        let text = encode(entries, 0, Extent::Whole, UnixSeconds(NOW));
        let listing = Listing::parse(text).unwrap();
        site.remote(0).unwrap().cache().cache_if_newer(folder, listing, UnixSeconds(NOW));
    }
    let remote = site.remote(0).unwrap();
    remote.update_status(AccountStatus::default(), UnixSeconds(NOW));
    // Links as the API gives them, of the only files whose links are not made of their paths.
    for file in [11, 23] {
        let (url, age) = (format!("{PASSING}{file}"), Duration::ZERO);
        let link = UpstreamLink { url, referer: None, permanent: None, age };
        remote.cache_link(file, link, UnixSeconds(NOW));
    }
    site
}

fn plain(source: &str) -> Site {
    mounted(source, &json!({}), &json!([]))
}

/// The URL of a signed link without its signature, which is verified as the vendor does it.
fn verified(url: &str) -> &str {
    let (before, value) = url.split_once("?auth_key=").unwrap_or_else(|| panic!("{url}"));
    let path = before.splitn(4, '/').nth(3).unwrap();
    let path = percent_encoding::percent_decode_str(path).collect::<Vec<u8>>();
    let [expires, rand, uid, digest] = value.split('-').collect::<Vec<_>>().try_into().unwrap();
    let mut md5 = Md5::new_with_prefix("/");
    md5.update(&path);
    md5.update(format!("-{expires}-{rand}-{uid}-289ds32418bxdba"));
    assert_eq!((uid, digest), ("13", &*hex::encode(md5.finalize())), "{url}");
    before
}

#[test]
fn a_file_is_redirected_to_the_signed_path_below_the_base_without_a_call() {
    for source in ["personal", "open"] {
        let site = plain(source);
        for (target, below) in [
            ("/m/video.mp4", "video.mp4"),
            ("/m/%E5%86%85%201/twice.txt", "%E5%86%85%201/twice.txt"),
            (
                "/m/%E5%86%85%201/100%2525%20%23%3F+%01%E6%AD%8C.mp4",
                "%E5%86%85%201/100%2525%20%23%3F%2B%01%E6%AD%8C.mp4",
            ),
            // A name that only looks as if an id had been put into it.
            ("/m/%E5%86%85%201/up~13.txt", "%E5%86%85%201/up~13.txt"),
            ("/m/same/inside.txt", "same/inside.txt"),
        ] {
            let answer = get(target).alone(&site);
            assert_eq!(answer.status, 302, "{source} {target}: {answer:?}");
            assert_eq!(verified(location(&answer)), format!("{BASE}/{below}"), "{source} {target}");
            let head = Req { method: "HEAD", ..get(target) }.alone(&site);
            assert_eq!(
                (head.status, verified(location(&head))),
                (302, verified(location(&answer)))
            );
            // The hot path, too.
            let seed = RequestSeed::new(UnixSeconds(NOW), [1; 16]);
            let quick = redirect::location(&site, &format!("{SITE}{target}"), false, &seed);
            assert_eq!(verified(&quick.unwrap()), format!("{BASE}/{below}"), "{source} {target}");
        }
    }
}

#[test]
fn what_a_path_can_not_name_gets_no_other_files_link() {
    // The second of two entries with one name: a path of 123Pan's leads to the first.
    let site = plain("personal");
    for (target, id) in [("/m/%E5%86%85%201/twice~11.txt", 11), ("/m/same~21/inside.txt", 23)] {
        let answer = get(target).alone(&site);
        let Body::Proxy(source) = &answer.body else { panic!("{answer:?}") };
        assert_eq!(source.link.url, format!("{PASSING}{id}"), "as without direct_base");
        assert!(source.renewable.is_some());
        let seed = RequestSeed::new(UnixSeconds(NOW), [1; 16]);
        assert_eq!(redirect::location(&site, &format!("{SITE}{target}"), false, &seed), None);
    }
    assert_eq!(get("/m/nothing.txt").status(&site), 404);
}

#[test]
fn an_empty_file_has_a_direct_link_as_any_other() {
    let site = plain("open");
    let text = encode(
        vec![Entry { size: 0, ..entry(5, "e.txt", false) }],
        0,
        Extent::Whole,
        UnixSeconds(NOW),
    );
    let listing = Listing::parse(text).unwrap();
    site.remote(0).unwrap().cache().cache_if_newer(8, listing, UnixSeconds(NOW));
    let answer = get("/m/%E5%86%85%201/e.txt").alone(&site);
    assert_eq!(verified(location(&answer)), format!("{BASE}/%E5%86%85%201/e.txt"));
}

#[test]
fn without_a_key_links_are_unsigned_and_health_says_so() {
    let bare = mounted("personal", &json!({ "private_key": null }), &json!([]));
    assert_eq!(location(&get("/m/video.mp4").alone(&bare)), format!("{BASE}/video.mp4"));
    let health = |site: &Site| -> Value {
        let answer = get("/-/health").bearer(API_TOKEN).alone(site);
        serde_json::from_str(&answer.body.text()).unwrap()
    };
    let (bare, signed) = (health(&bare), health(&plain("personal")));
    assert_eq!(bare["mounts"][0]["signed"], false);
    assert!(bare["warnings"][0]["message"].as_str().unwrap().contains("no private key"), "{bare}");
    assert_eq!(signed["mounts"][0]["signed"], true);
    assert_eq!(signed["warnings"], json!([]), "a redirect works, and no film costs requests");
    assert_eq!(signed["mounts"][0].get("proxied"), None);
    let redirects = json!([{ "path": "/m", "mode": "redirect" }]);
    assert_eq!(health(&mounted("open", &json!({}), &redirects))["warnings"], json!([]));
}

#[test]
fn pages_and_json_know_the_link_beforehand() {
    let site = plain("personal");
    let page = get("/m/video.mp4?view").alone(&site).body.text().into_owned();
    assert!(page.contains(r#"data-byte-origins="https://vip.123pan.cn""#), "{page}");
    let json = get("/m/video.mp4?format=json").alone(&site).body.text().into_owned();
    let json: Value = serde_json::from_str(&json).unwrap();
    assert_eq!(verified(json["url"].as_str().unwrap()), format!("{BASE}/video.mp4"));
    assert_eq!((&json["size"], &json["expires_at"]), (&json!(7), &json!(NOW + 1_800)));
    let hours = mounted("open", &json!({ "valid_minutes": 5 }), &json!([]));
    let json = get("/m/video.mp4?format=json").alone(&hours).body.text().into_owned();
    assert!(json.contains(&format!(r#""expires_at":{}"#, NOW + 300)), "{json}");
}

#[test]
fn rules_hold_for_direct_links_as_for_any_others() {
    let rules = json!([
        { "path": "/m", "budget": { "day": "20 B" }, "window_minutes": 60 },
        { "path": "/m/内 1", "mode": "proxy", "budget": null },
        { "path": "/m/same", "head": "local" },
    ]);
    let site = mounted("personal", &json!({}), &rules);
    let mut host = Host::default();
    let links = [1, 2].map(|random| {
        let answer = Req { random, ..get("/m/video.mp4") }.from("192.0.2.1").send(&site, &mut host);
        location(&answer).to_owned()
    });
    assert_eq!(verified(&links[0]), format!("{BASE}/video.mp4"));
    assert_eq!(links[0], links[1], "one link for a window");
    assert_eq!(host.ticket_requests[0].size, 7, "by the listing");
    let spent = get("/m/zero.bin").from("192.0.2.1").send(&site, &mut host);
    assert_eq!(spent.status, 429, "32,767 bytes are more than are left");
    let head = Req { method: "HEAD", ..get("/m/same/inside.txt") }.alone(&site);
    assert_eq!((head.status, head.header("Content-Length")), (200, Some("22")));
}

#[test]
fn in_mode_proxy_the_worker_fetches_the_direct_link_as_it_does_a_trees() {
    let rules = json!([{ "path": "/m", "mode": "proxy" }]);
    let site = mounted("open", &json!({}), &rules);
    let answer = get("/m/video.mp4").alone(&site);
    let Body::Proxy(source) = &answer.body else { panic!("{answer:?}") };
    assert_eq!(verified(&source.link.url), format!("{BASE}/video.mp4"));
    assert!(source.renewable.is_none(), "there is no other link, and no city to be in");
    assert_eq!((source.size, source.entry.size), (None, Some(7)), "the file may have changed");
    let playlist = get("/m/%E5%86%85%201/list.m3u8").alone(&plain("personal"));
    let Body::Playlist(playlist) = &playlist.body else { panic!("{playlist:?}") };
    assert_eq!(playlist.source.origin(), format!("{BASE}/%E5%86%85%201/list.m3u8"));
    assert!(playlist.shows_origin);
}
