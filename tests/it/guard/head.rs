//! HEAD of a file, where a rule says that the Worker answers it: what is said, to whom, and what it costs.

use serde_json::{Value, json};
use signpost::http::response::{Body, Response};
use signpost::routes::redirect;
use signpost::seed::RequestSeed;
use signpost::site::Site;
use signpost::time::UnixSeconds;

use super::{ruled, ruled_with};
use crate::support::host::Host;
use crate::support::request::{NOW, Req, claims, cookie, get, location, share};

fn head(target: &str) -> Req {
    Req { method: "HEAD", ..get(target) }
}

fn headers(answer: &Response) -> Value {
    let names =
        ["Content-Length", "Content-Type", "Last-Modified", "Accept-Ranges", "Location", "Vary"];
    names.map(|name| answer.header(name)).into_iter().collect()
}

fn local(rule: &Value) -> Site {
    let mut rule = rule.clone();
    rule["path"] = "/".into();
    rule["head"] = "local".into();
    ruled(&json!([rule]))
}

#[test]
fn a_head_says_what_is_known_of_the_file_in_every_mode() {
    let known = json!(["10", "text/plain", "Sun, 13 Sep 2020 12:26:40 GMT", "bytes", null, null]);
    let proxy_url = json!({
        "mode": "proxy_url", "proxy_url": "https://download.example", "proxy_key": "PROXY",
    });
    for rule in [json!({}), json!({ "mode": "redirect" }), json!({ "mode": "proxy" }), proxy_url] {
        let site = local(&rule);
        for target in ["/team/a.txt", "/team/%61.txt", "/foreign.txt", "/team/a.txt?format=html"] {
            let answer = head(target).alone(&site);
            assert_eq!(answer.status, 200, "{rule} {target}");
            assert!(matches!(answer.body, Body::None), "{rule} {target}");
            let mut got = headers(&answer);
            got[5] = Value::Null;
            assert_eq!(got, known, "{rule} {target}");
        }
        let answer = head("/team/a.txt").alone(&site);
        assert_eq!(
            answer.header("Content-Disposition"),
            Some("inline; filename=\"a.txt\"; filename*=UTF-8''a.txt")
        );
    }
}

#[test]
fn a_get_and_other_formats_are_answered_as_ever() {
    let site = local(&json!({}));
    assert_eq!(get("/team/a.txt").status(&site), 302);
    for (target, status) in [
        ("/team/a.txt?format=json", 200),
        ("/team/a.txt?format=url", 200),
        ("/team/a.txt/", 308),
        ("/team", 308),
        ("/team/", 200),
        ("/nothing", 404),
        // Nobody knows its size.
        ("/unknown.txt", 302),
    ] {
        let answer = head(target).alone(&site);
        assert_eq!((answer.status, answer.header("Content-Length")), (status, None), "{target}");
    }
    let site = ruled(&json!([
        { "path": "/", "head": "local" }, { "path": "/team/sub", "head": "link" },
    ]));
    assert_eq!(head("/team/sub/b.txt").status(&site), 302);
    assert_eq!(head("/team/a.txt").status(&site), 200);
    assert_eq!(head("/team/a.txt").status(&ruled(&json!([]))), 302, "the default");
}

#[test]
fn a_playlist_has_no_size_before_it_is_rewritten() {
    let tree = [("URL_TREE", "a.m3u8:10:1600000000:https://vip.123pan.cn/13/a.m3u8\n")];
    let rewritten = ruled_with(&json!([{ "path": "/", "head": "local" }]), &tree);
    let answer = head("/a.m3u8").alone(&rewritten);
    assert!(matches!(answer.body, Body::Playlist(_)), "{answer:?}");
    let rules = json!([{ "path": "/", "head": "local", "playlists": "redirect" }]);
    let answer = head("/a.m3u8").alone(&ruled_with(&rules, &tree));
    assert_eq!((answer.status, answer.header("Content-Length")), (200, Some("10")));
}

#[test]
fn a_head_costs_nothing_and_is_limited_by_the_rate() {
    let site = local(&json!({ "budget": { "day": 10 }, "max_links": 1, "rate": "CALM" }));
    let mut host = Host { rate_limit: 3, ..Host::default() };
    for _ in 0..2 {
        let answer = head("/team/a.txt").from("192.0.2.1").send(&site, &mut host);
        assert_eq!((answer.status, answer.header("Content-Length")), (200, Some("10")));
        assert_eq!(answer.header("Cache-Control"), Some("private, no-store"));
    }
    assert!(host.ticket_requests.is_empty(), "{:?}", host.ticket_requests);
    assert_eq!(get("/team/a.txt").from("192.0.2.1").send(&site, &mut host).status, 302);
    assert_eq!(host.ticket_requests.len(), 1);
    let answer = head("/team/a.txt").from("192.0.2.1").send(&site, &mut host);
    assert_eq!((answer.status, answer.header("Content-Length")), (429, None));
    let mut host = Host::default();
    let counted = share("/team", &{
        let mut claims = claims("/team");
        claims.uses = Some(1);
        claims
    });
    for _ in 0..3 {
        assert_eq!(head(&format!("{counted}/team/a.txt")).send(&site, &mut host).status, 200);
    }
    assert!(host.ticket_requests.is_empty());
}

#[test]
fn a_head_is_answered_for_clients_alone_that_may_open_the_file() {
    let site = ruled(&json!([
        { "path": "/", "head": "local" },
        { "path": "/team", "password": "FIRST" },
        { "path": "/teams", "access": "deny" },
        { "path": "/Team", "referers": { "allow": ["blog.example"] } },
        { "path": "/top.txt", "addresses": { "allow": ["192.0.2.0/24"] } },
    ]));
    for (target, status) in [
        ("/team/a.txt", 401),
        ("/team/nothing", 401),
        ("/teams/t.txt", 404),
        ("/Team/T.txt", 403),
        ("/top.txt", 403),
    ] {
        let answer = head(target).alone(&site);
        assert_eq!((answer.status, answer.header("Content-Length")), (status, None), "{target}");
        assert_eq!(answer.status, get(target).status(&site), "{target}");
        assert_eq!(answer.header("Last-Modified"), None, "{target}");
    }
    let answer = head("/team/a.txt").cookie(&cookie("/team", "first password")).alone(&site);
    assert_eq!((answer.status, answer.header("Content-Length")), (200, Some("10")));
    assert_eq!(answer.header("Cache-Control"), Some("private, no-store"));
    let token = share("/team", &claims("/team"));
    assert_eq!(head(&format!("{token}/team/a.txt")).status(&site), 200);
    assert_eq!(head("/top.txt").from("192.0.2.7").status(&site), 200);
}

#[test]
fn the_hot_path_leaves_a_head_to_the_router_and_no_get() {
    let fast = |site: &Site, target: &str, is_head| {
        let url = format!("https://files.example{target}");
        let seed = RequestSeed::new(UnixSeconds(NOW), [0xab; 16]);
        redirect::location(site, &url, is_head, &seed)
    };
    let site = local(&json!({}));
    assert_eq!(fast(&site, "/team/a.txt", true), None);
    let long = get("/team/a.txt").alone(&site);
    assert_eq!(fast(&site, "/team/a.txt", false).as_deref(), Some(location(&long)));
    assert!(fast(&site, "/unknown.txt", true).is_some(), "without a size, as ever");
    assert!(fast(&ruled(&json!([])), "/team/a.txt", true).is_some(), "without the rule, as ever");
}
