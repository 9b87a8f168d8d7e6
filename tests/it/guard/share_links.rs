//! Share links: what they open, for whom, for how long and how often; and AList's signatures.

use serde_json::{Value, json};
use signpost::access::share_link::{ShareClaims, ShareId};
use signpost::time::UnixSeconds;

use super::ruled;
use crate::support::host::{Host, Part};
use crate::support::request::{API_TOKEN, NOW, Req, alist_signature, claims, get, location, share};

fn link(path: &str, change: impl Fn(&mut ShareClaims)) -> String {
    let mut claims = claims(path);
    change(&mut claims);
    share(path, &claims)
}

#[test]
fn a_link_opens_its_scope_and_what_lies_below() {
    let site = ruled(&json!([
        { "path": "/team", "password": "FIRST" },
        { "path": "/team/sub/deep", "access": "link" },
        { "path": "/teams", "access": "link" },
        { "path": "/Team", "access": "deny" },
    ]));
    for (scope, target, status) in [
        ("/team", "/team/", 200),
        ("/team", "/team", 308),
        ("/team", "/team/a.txt", 302),
        ("/team", "/te%61m/a.txt", 302),
        ("/team", "/team/nothing", 404),
        ("/team", "/team/sub/b.txt", 302),
        ("/team", "/team/sub/deep/c.txt", 404),
        ("/team/sub/deep", "/team/sub/deep/c.txt", 302),
        ("/team/sub/deep/c.txt", "/team/sub/deep/c.txt", 302),
        ("/team/sub", "/team/sub/deep/", 404),
        ("/team", "/teams/t.txt", 404),
        ("/team", "/Team/T.txt", 404),
        ("/team", "/top.txt", 404),
        ("/team", "/", 404),
        ("/team", "/team%2fa.txt", 400),
        ("/team", "/team/../teams/t.txt", 400),
        ("/teams", "/teams/t.txt", 302),
        ("/Team", "/Team/T.txt", 404),
        ("/team/a.txt", "/team/a.txt", 302),
        ("/team/a.txt", "/team/a.txt/", 308),
        ("/team/a.txt", "/team/a2.txt", 404),
        ("/team/a.txt", "/team/", 404),
        ("/team/a.txt", "/team/a.txt/x", 404),
        ("/team/a", "/team/a.txt", 404),
        ("/", "/top.txt", 302),
        ("/", "/team/a.txt", 401),
        ("/", "/teams/t.txt", 404),
        ("/", "/-/health", 404),
        ("/", "/", 200),
    ] {
        let target = format!("{}{target}", link(scope, |_| {}));
        assert_eq!(get(&target).status(&site), status, "{scope} {target}");
    }
}

#[test]
fn a_links_page_stays_inside_and_its_redirects_keep_it() {
    let site = ruled(&json!([{ "path": "/team", "access": "link" }]));
    let token = link("/team", |_| {});
    for (target, to) in [
        ("/team", "/team/"),
        ("/team?format=json", "/team/?format=json"),
        ("/team///", "/team/"),
        ("/team/sub", "/team/sub/"),
        ("/team/a.txt/", "/team/a.txt"),
    ] {
        let answer = get(&format!("{token}{target}")).alone(&site);
        assert_eq!((answer.status, location(&answer)), (308, &*format!("{token}{to}")));
    }
    let page_url = |path: &str| format!("https://files.example{token}{path}");
    for (path, up) in [("/team/", false), ("/team/sub/", true), ("/team/sub/deep/", true)] {
        let page = get(&format!("{token}{path}")).alone(&site);
        let html = page.body.text();
        assert_eq!(html.contains("class=\"up\""), up, "{path}");
        let base = url::Url::parse(&page_url(path)).unwrap();
        for href in html.split("href=\"").skip(1).map(|rest| rest.split('"').next().unwrap()) {
            let led = base.join(href).unwrap();
            let inside = led.as_str().starts_with(&page_url("/team/"));
            assert!(inside || led.path().starts_with("/-/"), "{path} leads to {led}");
            if inside && !led.path().ends_with('/') {
                let target = led.path().to_owned();
                assert_eq!(get(&target).status(&site), 302, "{target}");
            }
        }
    }
    // One for the whole site may lead to its root.
    let whole = link("/", |_| {});
    assert_eq!(get(&format!("{whole}/teams/")).status(&site), 200);
}

#[test]
fn a_links_claims_are_enforced() {
    let site = ruled(&json!([{ "path": "/team", "access": "link" }]));
    let ask = |token: &str| get(&format!("{token}/team/a.txt"));
    let page = link("/team", |claims| claims.site = Some("*.good.example".to_owned()));
    for (referer, origin, status) in [
        (Some("https://a.good.example/x"), None, 302),
        (Some("https://files.example/"), None, 302),
        (Some(""), Some("https://a.good.example"), 302),
        (None, Some("https://a.good.example"), 302),
        (None, None, 403),
        (Some("https://good.example/"), None, 403),
        (Some("https://evil.example/"), Some("https://a.good.example"), 403),
        (None, Some("null"), 403),
    ] {
        let req = Req {
            referer: referer.map(str::to_owned),
            origin: origin.map(str::to_owned),
            ..ask(&page)
        };
        assert_eq!(req.status(&site), status, "{referer:?} {origin:?}");
    }
    let near = link("/team", |claims| claims.address = "2001:db8::/32".parse().ok());
    for (address, status) in [
        (Some("2001:db8:1::1"), 302),
        (Some("2001:db9::1"), 403),
        (Some("192.0.2.1"), 403),
        (None, 403),
    ] {
        assert_eq!(
            Req { address: address.map(str::to_owned), ..ask(&near) }.status(&site),
            status,
            "{address:?}"
        );
    }
    let short = link("/team", |claims| claims.expires_at = Some(UnixSeconds(NOW + 60)));
    for (later, status) in [(0, 302), (59, 302), (60, 410), (10_000, 410)] {
        assert_eq!(ask(&short).later(later).status(&site), status, "{later}");
    }
    let forever = link("/team", |claims| claims.expires_at = None);
    assert_eq!(ask(&forever).later(1_000_000_000).status(&site), 302);
}

#[test]
fn a_link_for_an_address_is_read_in_either_notation() {
    let site = ruled(&json!([{ "path": "/team", "access": "link" }]));
    let mut host = Host::default();
    let mut made = |range: &str| {
        let body = json!({ "path": "/team/a.txt", "address": range }).to_string();
        let req = Req { method: "POST", body: Some(body), ..get("/-/api/links") };
        let answer = req.bearer(API_TOKEN).send(&site, &mut host);
        let made: Value = serde_json::from_str(&answer.body.text()).unwrap();
        let url = made["url"].as_str().unwrap().strip_prefix("https://files.example").unwrap();
        (url.to_owned(), made["address"].as_str().unwrap().to_owned())
    };
    let (one, kept) = made("::ffff:192.0.2.7");
    assert_eq!(kept, "192.0.2.7/32");
    let (range, kept) = made("::ffff:192.0.2.0/125");
    assert_eq!(kept, "192.0.2.0/29");
    let mapped = link("/team", |claims| claims.address = "::ffff:192.0.2.7/128".parse().ok());
    let mapped = format!("{mapped}/team/a.txt");
    // Made when tokens kept the notation of IPv6.
    let older =
        "/~ASABBwcHBwcHAGsDXESAAAAAAAAAAAAAAP__wAACB23A1sRNyOMiXgtcM10SocI/team/a.txt".to_owned();
    for link in [one, range, mapped, older] {
        for (address, status) in [
            ("192.0.2.7", 302),
            ("::ffff:192.0.2.7", 302),
            ("192.0.2.8", 403),
            ("::ffff:192.0.2.8", 403),
            ("2001:db8::7", 403),
        ] {
            assert_eq!(get(&link).from(address).status(&site), status, "{link} {address}");
        }
    }
}

#[test]
fn the_api_makes_passwords_for_webdav_that_are_no_links() {
    let site = ruled(&json!([{ "path": "/team", "access": "link" }]));
    let mut host = Host::default();
    let api = |method, body: Option<Value>, host: &mut Host| {
        let body = body.map(|body| body.to_string());
        let req = Req { method, body, ..get("/-/api/links") }.bearer(API_TOKEN);
        let answer = req.send(&site, host);
        (answer.status, serde_json::from_str::<Value>(&answer.body.text()).unwrap())
    };
    let wanted = json!({ "path": "/team/", "dav": true, "forever": true });
    let (status, made) = api("POST", Some(wanted), &mut host);
    assert_eq!((status, &made["dav"]), (201, &json!(true)));
    assert_eq!(made["url"], "https://files.example/dav/team/");
    assert_eq!(made["user"], "/team");
    let password = made["password"].as_str().unwrap();
    assert_eq!(get(&format!("/~{password}/team/a.txt")).status(&site), 404);
    let (_, list) = api("GET", None, &mut host);
    assert_eq!((&list["links"][0]["id"], &list["links"][0]["dav"]), (&made["id"], &json!(true)));
    assert!(!list.to_string().contains(password));

    let with_referer = json!({ "path": "/team/", "dav": true, "referer": "a.example" });
    let (status, refused) = api("POST", Some(with_referer), &mut host);
    assert_eq!((status, &refused["error"]["field"]), (400, &json!("referer")));
    let (_, link) = api("POST", Some(json!({ "path": "/team/" })), &mut host);
    for field in ["dav", "user", "password"] {
        assert_eq!(link[field], json!(null), "{field}");
    }
}

#[test]
fn a_forged_link_is_nothing_and_an_old_one_is_over() {
    let site = ruled(&json!([{ "path": "/team", "access": "link" }]));
    let good = link("/team", |_| {});
    let mut forged = vec![
        "/~".to_owned(),
        "/~x".to_owned(),
        format!("{good}="),
        format!("{good}A"),
        good.to_uppercase(),
    ];
    forged.extend((3..good.len()).map(|end| good[..end].to_owned()));
    for at in 2..good.len() {
        let other = if &good[at..=at] == "A" { "B" } else { "A" };
        forged.push(format!("{}{other}{}", &good[..at], &good[at + 1..]));
    }
    for token in forged {
        for path in ["/team/a.txt", "/team/", "/top.txt"] {
            let mut host = Host::default();
            assert_eq!(
                get(&format!("{token}{path}")).send(&site, &mut host).status,
                404,
                "{token}"
            );
            assert!(host.asked.is_empty(), "nothing is asked for a forged one: {token}");
        }
    }
    let mut host = Host::default();
    host.revoke(ShareId([7; 6]));
    for target in ["/team/a.txt", "/team/", "/team/nothing"] {
        assert_eq!(get(&format!("{good}{target}")).send(&site, &mut host).status, 410, "{target}");
    }
    let other = link("/team", |claims| claims.id = ShareId([8; 6]));
    assert_eq!(get(&format!("{other}/team/a.txt")).send(&site, &mut host).status, 302);
    host.revoked.add_all_before(UnixSeconds(NOW - 59));
    assert_eq!(get(&format!("{other}/team/a.txt")).send(&site, &mut host).status, 410);
    let newer =
        link("/team", |claims| (claims.id, claims.created) = (ShareId([8; 6]), UnixSeconds(NOW)));
    assert_eq!(get(&format!("{newer}/team/a.txt")).send(&site, &mut host).status, 302);
    // Without the list nobody knows, and nothing opens.
    let mut host = Host::without(Part::Revoked);
    for path in ["/team/a.txt", "/team/", "/team/nothing"] {
        assert_eq!(get(&format!("{good}{path}")).send(&site, &mut host).status, 503);
    }
    assert_eq!(get("/top.txt").send(&site, &mut host).status, 302);
}

#[test]
fn caps_are_shared_by_all_who_come_by_the_link() {
    let site = ruled(&json!([{ "path": "/team", "access": "link" }]));
    let targets = ["/team/a.txt", "/team/a2.txt", "/team/sub/b.txt"];
    for capped in [
        link("/team", |claims| claims.uses = Some(2)),
        link("/team", |claims| claims.bytes = Some(25)),
        link("/team", |claims| (claims.uses, claims.bytes) = (Some(2), Some(1_000))),
    ] {
        let mut host = Host::default();
        let mut ask = |target: &str, address: &str| {
            get(&format!("{capped}{target}")).from(address).send(&site, &mut host)
        };
        assert_eq!(ask("/team/", "192.0.2.1").status, 200, "pages cost nothing");
        assert_eq!(ask(targets[0], "192.0.2.1").status, 302);
        assert_eq!(ask(targets[0], "192.0.2.1").status, 302, "the same ticket");
        assert_eq!(ask(targets[0], "192.0.2.2").status, 302);
        for target in targets {
            let answer = ask(target, "192.0.2.3");
            assert_eq!((answer.status, answer.header("Retry-After")), (429, None), "{target}");
        }
        assert_eq!(ask(targets[0], "192.0.2.1").status, 302, "a ticket stays");
        assert!(ask(targets[2], "192.0.2.1").body.text().contains("has been used as much"));
    }
    // Where everything is open, too.
    let once = link("/top.txt", |claims| claims.uses = Some(1));
    let mut host = Host::default();
    for (address, status) in [("192.0.2.1", 302), ("192.0.2.2", 429)] {
        assert_eq!(
            get(&format!("{once}/top.txt")).from(address).send(&site, &mut host).status,
            status
        );
    }
}

#[test]
fn the_api_makes_lists_and_revokes() {
    let site = ruled(&json!([{ "path": "/team", "access": "link" }]));
    let mut host = Host::default();
    let api = |method, target: &str, body: Option<Value>| {
        Req { method, body: body.map(|body| body.to_string()), ..get(target) }.bearer(API_TOKEN)
    };
    let wanted =
        api("POST", "/-/api/links", Some(json!({ "path": "/team/", "expires_in": 60, "uses": 1 })));
    for req in [
        Req { authorization: None, ..wanted.clone() },
        wanted.clone().bearer("wrong"),
        wanted.clone().bearer(&API_TOKEN[1..]),
        wanted.clone().basic(API_TOKEN),
        Req { authorization: None, ..api("GET", "/-/api/links", None) },
        Req { authorization: None, ..api("DELETE", "/-/api/links/070707070707", None) },
    ] {
        let answer = req.send(&site, &mut host);
        assert_eq!((answer.status, answer.header("WWW-Authenticate")), (401, Some("Bearer")));
        assert!(host.asked.is_empty());
    }
    let made = wanted.send(&site, &mut host);
    assert_eq!(made.status, 201);
    let made: Value = serde_json::from_str(&made.body.text()).unwrap();
    let target =
        made["url"].as_str().unwrap().strip_prefix("https://files.example").unwrap().to_owned();
    assert_eq!(get(&target).send(&site, &mut host).status, 200);
    assert_eq!(get(&format!("{target}a.txt")).send(&site, &mut host).status, 302);
    assert_eq!(get(&target).later(60).send(&site, &mut host).status, 410);
    let list = api("GET", "/-/api/links", None).send(&site, &mut host);
    let list: Value = serde_json::from_str(&list.body.text()).unwrap();
    assert_eq!(list["links"][0]["id"], made["id"]);
    assert_eq!(list["links"][0]["path"], "/team/");
    let gone = format!("/-/api/links/{}", made["id"].as_str().unwrap());
    assert_eq!(api("DELETE", &gone, None).send(&site, &mut host).status, 204);
    assert_eq!(get(&target).send(&site, &mut host).status, 410);
    let other = link("/team", |_| {});
    assert_eq!(get(&format!("{other}/team/")).send(&site, &mut host).status, 200);
    assert_eq!(api("DELETE", "/-/api/links", None).send(&site, &mut host).status, 204);
    assert_eq!(get(&format!("{other}/team/")).send(&site, &mut host).status, 410);
    for (body, status) in [
        (json!({ "path": "team" }), 400),
        (json!({ "path": "/-/health" }), 400),
        (json!({ "path": "/a/../b" }), 400),
        (json!({ "path": "/a", "expires_at": NOW }), 400),
        (json!({ "path": "/a", "expires_in": 0 }), 400),
        (json!({ "path": "/a", "expires_in": 60, "forever": true }), 400),
        (json!({ "path": "/a", "uses": 0 }), 400),
        (json!({ "path": "/a", "bytes": "lots" }), 400),
        (json!({ "path": "/a", "referer": "https://x" }), 400),
        (json!({ "path": "/a", "address": "nowhere" }), 400),
        (json!({ "path": "/a", "unknown": 1 }), 400),
    ] {
        assert_eq!(
            api("POST", "/-/api/links", Some(body.clone())).send(&site, &mut host).status,
            status,
            "{body}"
        );
    }
    host.down.push(Part::Links);
    for method in ["GET", "DELETE"] {
        assert_eq!(api(method, "/-/api/links", None).send(&site, &mut host).status, 503);
    }
}

#[test]
fn alists_signature_opens_the_file_that_it_was_made_for() {
    let rules = json!([
        { "path": "/team", "password": "FIRST", "alist_sign": "ALIST" },
        { "path": "/team/sub/deep", "access": "deny" },
        { "path": "/teams", "access": "link", "alist_sign": "ALIST" },
        { "path": "/caf\u{e9}", "access": "link" },
    ]);
    let site = ruled(&rules);
    let sign = alist_signature;
    let key = "alist-0123456789";
    for (target, path, expires, status) in [
        ("/team/a.txt", "/team/a.txt", 0, 302),
        ("/team/a.txt", "/team/a.txt", NOW, 302),
        ("/te%61m/a.txt", "/team/a.txt", 0, 302),
        ("/team/a.txt", "/team/a.txt", NOW - 1, 401),
        ("/team/a.txt", "/team/a2.txt", 0, 401),
        ("/team/a.txt", "/team/A.txt", 0, 401),
        ("/team/a.txt", "/team", 0, 401),
        ("/team/a.txt", "/", 0, 401),
        ("/team/", "/team", 0, 404),
        ("/team", "/team", 0, 404),
        ("/team/", "/team/", 0, 401),
        ("/team/nothing", "/team/nothing", 0, 404),
        ("/team/sub/deep/c.txt", "/team/sub/deep/c.txt", 0, 404),
        ("/teams/t.txt", "/teams/t.txt", 0, 302),
        ("/teams/t.txt", "/teams/x.txt", 0, 404),
        ("/teams/", "/teams", 0, 404),
        ("/caf%C3%A9/n.txt", "/caf\u{e9}/n.txt", 0, 404),
    ] {
        let sign = sign(key, path, expires);
        for sign in [sign.clone(), sign.replace('=', "%3D").replace(':', "%3A")] {
            let target = format!("{target}?sign={sign}");
            assert_eq!(get(&target).status(&site), status, "{target}");
        }
    }
    for sign in [
        String::new(),
        ":0".to_owned(),
        sign("", "/team/a.txt", 0),
        sign("alist-0123456780", "/team/a.txt", 0),
        sign(key, "/team/a.txt", 0).replace(":0", ":1"),
        sign(key, "/team/a.txt", 0).replace(":0", ""),
        sign(key, "/team/a.txt", 0).replace('=', ""),
        format!("{}&sign={}", "x", sign(key, "/team/a.txt", 0)),
    ] {
        assert_eq!(get(&format!("/team/a.txt?sign={sign}")).status(&site), 401, "{sign}");
    }
    let json = get(&format!("/team/a.txt?format=json&sign={}", sign(key, "/team/a.txt", 0)));
    assert_eq!(json.status(&site), 200);
}

#[test]
fn an_old_link_tells_nothing_of_what_is_denied() {
    let site = ruled(&json!([{ "path": "/team/sub", "access": "deny" }]));
    let old = link("/team", |claims| claims.expires_at = Some(UnixSeconds(NOW)));
    let status = |path: &str| get(&format!("{old}{path}")).status(&site);
    assert_eq!(status("/team/sub/"), status("/team/nothing/"));
}
