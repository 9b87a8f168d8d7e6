//! How a file's bytes get to the visitor, how long its link is the same, and how pages look.

use md5::{Digest as _, Md5};
use serde_json::{Value, json};
use signpost::access::alist_sign;
use signpost::http::response::{Body, Response};
use signpost::secret::Secret;
use signpost::site::Site;
use signpost::time::UnixSeconds;

use super::ruled;
use crate::support::request::{NOW, Req, claims, cookie, get, load, location, share, site, text};

fn body(answer: &Response) -> Value {
    serde_json::from_str(&answer.body.text()).unwrap()
}

#[test]
fn a_proxied_file_never_shows_its_link() {
    let site = ruled(&json!([
        { "path": "/team", "mode": "proxy" },
        { "path": "/team/sub", "password": "FIRST" },
        { "path": "/team/sub/deep", "mode": "redirect" },
    ]));
    let cookie = cookie("/team/sub", "first password");
    let token = share("/team/sub", &claims("/team/sub"));
    for (target, req) in [
        ("/team/a.txt".to_owned(), get("")),
        ("/team/sub/b.txt".to_owned(), get("").cookie(&cookie)),
        (format!("{token}/team/sub/b.txt"), get("")),
    ] {
        for method in ["GET", "HEAD"] {
            let answer = Req { method, target: target.clone(), ..req.clone() }.alone(&site);
            let Body::Proxy(source) = &answer.body else { panic!("{answer:?}") };
            let url = &source.link.url;
            assert!(url.starts_with("https://vip.123pan.cn/13/") && url.contains("?auth_key="));
            assert_eq!((answer.status, answer.header("Location")), (200, None));
            assert_eq!(answer.header("Cache-Control"), Some("private, no-store"));
        }
        for query in ["?format=json", "?format=url"] {
            let answer = Req { target: format!("{target}{query}"), ..req.clone() }.alone(&site);
            let text = text(&answer);
            assert!(!text.contains("123pan") && !text.contains("auth_key"), "{text}");
            assert!(text.contains(&format!("https://files.example{target}")), "{text}");
        }
        let json = Req { target: format!("{target}?format=json"), ..req }.alone(&site);
        assert_eq!((&body(&json)["expires_at"], &body(&json)["size"]), (&Value::Null, &10.into()));
    }
    let back = get("/team/sub/deep/c.txt").cookie(&cookie).alone(&site);
    assert_eq!(back.status, 302);
    assert_eq!(get("/team/").status(&site), 200);
    assert_eq!(get("/team/nothing").status(&site), 404);
}

#[test]
fn links_on_every_direct_link_host_are_signed_and_no_others() {
    for (written, host, signed) in [
        ("https://vip.123pan.cn", "vip.123pan.cn", true),
        ("https://vip.123pan.com", "vip.123pan.com", true),
        ("https://13.v.123pan.cn", "13.v.123pan.cn", true),
        ("https://13.v.123yx.com", "13.v.123yx.com", true),
        ("https://13.V.123YX.com", "13.v.123yx.com", true),
        ("https://13.cdn.123clouddisk.com", "13.cdn.123clouddisk.com", true),
        ("https://x.v.123yx.com", "x.v.123yx.com", false),
        ("https://evil1.v.123yx.com", "evil1.v.123yx.com", false),
        ("https://1.v.123yx.com.evil.example", "1.v.123yx.com.evil.example", false),
        ("https://1.v.123yx.com:8443", "1.v.123yx.com:8443", false),
        ("https://vip.123yx.com", "vip.123yx.com", false),
    ] {
        let tree = format!("a.txt:10:1600000000:{written}/13/a.txt\n");
        let answer = get("/a.txt").alone(&site(&[("URL_TREE", &tree)]));
        let plain = format!("https://{host}/13/a.txt");
        let rest = location(&answer).strip_prefix(&plain);
        let rest = rest.unwrap_or_else(|| panic!("{written} leads to {}", location(&answer)));
        assert_eq!(rest.starts_with("?auth_key="), signed, "{written}{rest}");
        assert!(signed || rest.is_empty(), "{written}{rest}");
    }
    // A host with a dot at its end is one to DNS and another to the CDN: the line is an error.
    let site = load(&[("URL_TREE", "a.txt:10:1600000000:https://1.v.123yx.com./13/a.txt\n")]);
    assert_eq!(get("/a.txt").status(&site), 503);
}

#[test]
fn a_download_proxy_gets_a_signature_that_it_can_verify() {
    let site = ruled(&json!([{
        "path": "/", "mode": "proxy_url", "proxy_url": "https://download.example/base/", "proxy_key": "PROXY", "valid_minutes": 5,
    }]));
    let key = Secret::new("proxy-0123456789");
    for (target, path, to) in [
        ("/team/a.txt", "/team/a.txt", "/team/a.txt"),
        ("/te%61m/a.txt", "/team/a.txt", "/team/a.txt"),
        ("/caf%C3%A9/n.txt", "/caf\u{e9}/n.txt", "/caf%C3%A9/n.txt"),
        ("/%3B%20rm%20%2541%3F%23/o.txt", "/; rm %41?#/o.txt", "/%3B%20rm%20%2541%3F%23/o.txt"),
    ] {
        let answer = get(target).alone(&site);
        let (url, sign) = location(&answer).split_once("?sign=").unwrap();
        assert_eq!((answer.status, url), (302, &*format!("https://download.example/base{to}")));
        let now = |later| UnixSeconds(NOW + later);
        assert!(alist_sign::check(&key, path, sign, now(300)), "{path} {sign}");
        assert!(!alist_sign::check(&key, path, sign, now(301)));
        assert!(!alist_sign::check(&Secret::new("alist-0123456789"), path, sign, now(0)));
        let json = get(&format!("{target}?format=json")).alone(&site);
        assert_eq!(
            (&body(&json)["url"], &body(&json)["expires_at"]),
            (&location(&answer).into(), &(NOW + 300).into())
        );
        assert!(!text(&answer).contains("123pan"));
    }
}

struct Signed {
    url: String,
    expires: u64,
    rand: String,
}

/// A signed link, verified as the vendor does it.
fn signed(site: &Site, target: &str, later: u64, random: u8) -> Signed {
    let answer = Req { random, ..get(target).later(later) }.alone(site);
    let url = location(&answer).to_owned();
    let (before, value) = url.split_once("?auth_key=").unwrap();
    let path = before.strip_prefix("https://vip.123pan.cn").unwrap();
    let [expires, rand, uid, digest] = value.split('-').collect::<Vec<_>>().try_into().unwrap();
    let hashed = format!("{path}-{expires}-{rand}-{uid}-289ds32418bxdba");
    assert_eq!(digest, hex::encode(Md5::digest(hashed)), "{url}");
    let (expires, rand) = (expires.parse().unwrap(), rand.to_owned());
    Signed { url, expires, rand }
}

#[test]
fn a_link_is_the_same_for_a_window_and_good_for_long_enough() {
    let site = ruled(&json!([
        { "path": "/", "window_minutes": 60, "valid_minutes": 10 },
        { "path": "/team/sub", "window_minutes": 0 },
    ]));
    // NOW is 20 minutes after the hour.
    let first = signed(&site, "/team/a.txt", 0, 1);
    for (later, random) in [(0, 2), (60, 3), (2_399, 4)] {
        let same = signed(&site, "/team/a.txt", later, random);
        assert_eq!(same.url, first.url, "{later}");
        assert!(same.expires >= NOW + later + 600, "{later}");
    }
    assert_eq!(first.expires, NOW + 2_400 + 600);
    let next = signed(&site, "/team/a.txt", 2_400, 1);
    assert_ne!((&next.url, &next.rand), (&first.url, &first.rand));
    assert_eq!(next.expires, first.expires + 3_600);
    let other = signed(&site, "/team/a2.txt", 0, 1);
    assert_ne!(other.rand, first.rand);
    assert_eq!(first.rand.len(), 32);
    // Where there is no window, each link is a new one.
    let (one, two) =
        (signed(&site, "/team/sub/b.txt", 0, 1), signed(&site, "/team/sub/b.txt", 0, 2));
    assert_eq!((one.expires, two.expires), (NOW + 600, NOW + 600));
    assert_ne!(one.rand, two.rand);
}

#[test]
fn a_rules_lifetime_is_that_of_its_links() {
    let site = ruled(&json!([{ "path": "/team", "valid_minutes": 7 }]));
    assert_eq!(signed(&site, "/team/sub/b.txt", 0, 1).expires, NOW + 420);
    assert_eq!(signed(&site, "/top.txt", 0, 1).expires, NOW + 1_800);
    assert_eq!(
        location(&get("/foreign.txt").alone(&site)),
        "https://elsewhere.example/foreign.txt"
    );
}

#[test]
fn a_page_has_the_branding_of_its_rule_and_runs_no_script() {
    let site = ruled(&json!([
        {
            "path": "/team", "title": "Team <b>&", "robots": "noindex, nofollow",
            "header": "# Hello *you*\n\n<script>alert(1)</script>\n\n![x](https://img.example/a.png \"t\")",
            "readme": "[bad](javascript:alert(1)) [good](https://good.example/) <img src=x onerror=alert(1)>",
        },
        { "path": "/team/sub", "title": "Sub", "robots": "noarchive" },
        { "path": "/teams", "title": "Teams" },
    ]));
    let page = get("/team/").alone(&site);
    let html = page.body.text();
    for part in [
        "<em>you</em>",
        "&#60;script&#62;",
        "src=\"https://img.example/a.png\"",
        "href=\"https://good.example/\"",
        "Team &#60;b&#62;&#38;",
        "<meta name=\"robots\" content=\"noindex, nofollow\">",
    ] {
        assert!(html.contains(part), "{part} is not in {html}");
    }
    for part in ["<script>", "<img src=x", "javascript:", "<b>&"] {
        assert!(!html.contains(part), "{part} is in {html}");
    }
    assert_eq!(page.header("X-Robots-Tag"), Some("noindex, nofollow"));
    let policy = page.header("Content-Security-Policy").unwrap();
    assert!(policy.contains("img-src 'self' https:") && policy.contains("default-src 'none'"));
    assert!(policy.contains("script-src 'self';") && !policy.contains("unsafe"));
    // Each is inherited by itself.
    let sub = get("/team/sub/").alone(&site);
    assert_eq!(sub.header("X-Robots-Tag"), Some("noarchive"));
    let html = sub.body.text();
    assert!(html.contains("<title>sub · Sub</title>") && html.contains("<em>you</em>"), "{html}");
    let plain = get("/teams/").alone(&site);
    assert_eq!(plain.header("X-Robots-Tag"), None);
    let policy = plain.header("Content-Security-Policy").unwrap();
    assert!(policy.contains("img-src 'self';"), "{policy}");
    assert!(get("/").alone(&site).body.text().contains("<title>Signpost</title>"));
}
