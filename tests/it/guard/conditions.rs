//! Conditions that hold whatever the credentials: Referer, country, address and rate.

use serde_json::json;

use super::ruled;
use crate::support::host::{Host, Part};
use crate::support::request::{Req, claims, cookie, get, login, share};

#[test]
fn a_page_has_to_be_one_of_those_that_may_embed() {
    let rules = |empty: bool| json!([{ "path": "/team", "referers": { "allow": ["good.example", "*.wide.example"], "empty": empty } }]);
    let (strict, lenient) = (ruled(&rules(false)), ruled(&rules(true)));
    let unset = ruled(&json!([{ "path": "/team", "referers": { "allow": ["good.example"] } }]));
    for (referer, origin, strictly, leniently) in [
        (None, None, 403, 302),
        (Some(""), None, 403, 302),
        (Some(""), Some(""), 403, 302),
        (None, Some("null"), 403, 302),
        (Some("https://good.example/a?b#c"), None, 302, 302),
        (Some("http://good.example:8080"), None, 302, 302),
        (Some("https://GOOD.example/"), None, 302, 302),
        (Some("https://sub.good.example/"), None, 403, 403),
        (Some("https://a.wide.example/"), None, 302, 302),
        (Some("https://a.b.wide.example/"), None, 302, 302),
        (Some("https://wide.example/"), None, 403, 403),
        (Some("https://badwide.example/"), None, 403, 403),
        (Some("https://files.example/team/"), None, 302, 302),
        (Some("https://files.example.evil.example/"), None, 403, 403),
        (Some("https://good.example@evil.example/"), None, 403, 403),
        (Some("https://evil.example\\@good.example/"), None, 403, 403),
        (Some("https://evil.example#@good.example/"), None, 403, 403),
        (Some("https://evil.example/good.example/"), None, 403, 403),
        (Some("https://good.example/"), Some("https://evil.example"), 403, 403),
        (Some("https://evil.example/"), Some("https://good.example"), 403, 403),
        (None, Some("https://good.example"), 302, 302),
        (None, Some("https://evil.example"), 403, 403),
        (Some("good.example"), None, 403, 403),
        (Some("data:text/html,x"), None, 403, 403),
        (Some("https://good.example\r\nX: 1"), None, 403, 403),
    ] {
        let req = Req {
            referer: referer.map(str::to_owned),
            origin: origin.map(str::to_owned),
            ..get("/team/a.txt")
        };
        for (site, want) in [(&strict, strictly), (&unset, strictly), (&lenient, leniently)] {
            let wide = referer.is_some_and(|referer| referer.contains(".wide."))
                && std::ptr::eq(site, &raw const unset);
            assert_eq!(req.status(site), if wide { 403 } else { want }, "{referer:?} {origin:?}");
        }
        let nothing = Req { target: "/team/nothing".to_owned(), ..req };
        assert_eq!(nothing.status(&strict), if strictly == 302 { 404 } else { 403 }, "{referer:?}");
    }
    assert_eq!(get("/teams/t.txt").referer("https://evil.example").status(&strict), 302);
}

#[test]
fn a_referer_error_is_reported_only_to_clients_with_access() {
    let site = ruled(
        &json!([{ "path": "/team", "password": "FIRST", "referers": { "allow": ["good.example"] } }]),
    );
    let evil = get("/team/a.txt").referer("https://evil.example/");
    assert_eq!(evil.status(&site), 401);
    assert_eq!(evil.cookie(&cookie("/team", "first password")).status(&site), 403);
}

#[test]
fn countries_and_addresses_are_asked_before_any_password() {
    let by = |rule: serde_json::Value| ruled(&json!([rule]));
    let only = by(
        json!({ "path": "/team", "password": "FIRST", "countries": { "allow": ["CN", "HK"], "deny": ["HK"] } }),
    );
    for (country, status) in [
        ("CN", 302),
        ("cn", 302),
        ("HK", 403),
        ("US", 403),
        ("XX", 403),
        ("T1", 403),
        ("C", 403),
        ("CNN", 403),
        ("", 403),
    ] {
        let req = get("/team/a.txt").in_country(country).basic("first password");
        assert_eq!(req.status(&only), status, "{country}");
        if status == 403 {
            let mut host = Host::default();
            assert_eq!(req.send(&only, &mut host).status, 403);
            assert!(host.asked.is_empty(), "nothing was guessed");
        }
    }
    assert_eq!(get("/team/a.txt").basic("first password").status(&only), 403, "unknown");
    let but = by(json!({ "path": "/team", "countries": { "deny": ["T1", "US"] } }));
    for (country, status) in [(Some("CN"), 302), (Some("T1"), 403), (Some("us"), 403), (None, 403)]
    {
        assert_eq!(Req { country, ..get("/team/a.txt") }.status(&but), status, "{country:?}");
    }
    let nets = by(json!({ "path": "/team", "addresses": {
        "allow": ["10.0.0.0/8", "2001:db8::/32", "192.0.2.1"], "deny": ["10.9.0.0/16", "2001:db8:bad::/48"],
    } }));
    for (address, status) in [
        (Some("10.1.2.3"), 302),
        (Some("10.9.2.3"), 403),
        (Some("11.0.0.1"), 403),
        (Some("192.0.2.1"), 302),
        (Some("192.0.2.2"), 403),
        (Some("2001:db8::1"), 302),
        (Some("2001:db8:bad::1"), 403),
        (Some("2001:db9::1"), 403),
        (Some("::1"), 403),
        (None, 403),
    ] {
        let req = Req { address: address.map(str::to_owned), ..get("/team/a.txt") };
        assert_eq!(req.status(&nets), status, "{address:?}");
        let shared =
            Req { target: format!("{}/team/a.txt", share("/team", &claims("/team"))), ..req };
        assert_eq!(shared.status(&nets), status, "a link does not help: {address:?}");
    }
    // Nobody is on an empty list.
    let nobody = by(json!({ "path": "/team", "countries": { "allow": [] } }));
    assert_eq!(get("/team/a.txt").in_country("CN").status(&nobody), 403);
}

#[test]
fn an_address_is_the_same_in_both_notations() {
    let site = ruled(&json!([{ "path": "/team", "addresses": { "deny": ["192.0.2.0/24"] } }]));
    assert_eq!(get("/team/a.txt").from("::ffff:192.0.2.1").status(&site), 403);
}

#[test]
fn requests_are_counted_by_client_and_rule_scope() {
    let site = ruled(&json!([
        { "path": "/team", "rate": "CALM", "password": "FIRST" },
        { "path": "/team/sub", "rate": "GUESSES" },
    ]));
    let mut host = Host { rate_limit: 2, ..Host::default() };
    let cookie = cookie("/team", "first password");
    let mut ask = |target: &str, address: &str| {
        let req = get(target).cookie(&cookie).from(address);
        let answer = req.send(&site, &mut host);
        if answer.status == 429 {
            assert_eq!(answer.header("Retry-After"), Some("60"));
            assert!(!answer.body.text().contains("auth_key"));
        }
        answer.status
    };
    for (target, address, status) in [
        ("/team/a.txt", "2001:db8:1:2::1", 302),
        ("/team/nothing", "2001:db8:1:2:3:4:5:6", 404),
        // A household is one visitor; what is there and what isn't counts alike.
        ("/team/a.txt", "2001:db8:1:2::7", 429),
        ("/team/nothing", "2001:db8:1:2::7", 429),
        ("/team/a.txt", "2001:db8:1:3::1", 302),
        ("/team/a.txt", "203.0.113.7", 302),
        ("/team/", "203.0.113.7", 200),
        ("/team/", "203.0.113.7", 429),
        ("/team/a.txt", "203.0.113.8", 302),
        ("/team/sub/b.txt", "203.0.113.7", 302),
        ("/team/sub/deep/c.txt", "203.0.113.7", 302),
        ("/team/sub/b.txt", "203.0.113.7", 429),
        ("/top.txt", "203.0.113.7", 302),
    ] {
        assert_eq!(ask(target, address), status, "{target} {address}");
    }
    let mut keys = host.rates.keys().cloned().collect::<Vec<_>>();
    keys.sort();
    let key = |binding: &str, key: &str| (binding.to_owned(), key.to_owned());
    assert_eq!(
        keys,
        [
            key("CALM", "/team|2001:db8:1:2::/64"),
            key("CALM", "/team|2001:db8:1:3::/64"),
            key("CALM", "/team|203.0.113.7"),
            key("CALM", "/team|203.0.113.8"),
            key("GUESSES", "/team/sub|203.0.113.7"),
        ]
    );
    // Nobody is counted who does not get in, and nobody gets in who can't be counted.
    let before = host.rates.len();
    assert_eq!(get("/team/a.txt").from("198.51.100.1").send(&site, &mut host).status, 401);
    assert_eq!(
        login("/team/", "no password").from("198.51.100.1").send(&site, &mut host).status,
        401
    );
    assert_eq!(host.rates.len(), before);
    let mut host = Host::without(Part::Rate);
    assert_eq!(get("/team/a.txt").cookie(&cookie).send(&site, &mut host).status, 503);
}

#[test]
fn what_is_open_by_address_is_not_read_by_other_pages() {
    let site = ruled(&json!([{ "path": "/team", "addresses": { "allow": ["10.0.0.0/8"] } }]));
    for target in ["/team/?format=json", "/team/a.txt?format=json", "/team/a.txt?format=url"] {
        let answer = get(target).from("10.0.0.1").origin("https://evil.example").alone(&site);
        assert_ne!(answer.header("Access-Control-Allow-Origin"), Some("*"), "{target}");
    }
    // Nor is its name, in the folder above.
    for format in ["json", "m3u8", "aria2", "metalink", "wget", "rss", "atom", "opds"] {
        let at = |folder: &str| get(&format!("{folder}?format={format}")).from("10.0.0.1");
        assert_eq!(at("/").alone(&site).header("Access-Control-Allow-Origin"), None, "{format}");
        let other = at("/teams/").alone(&site);
        assert_eq!(other.header("Access-Control-Allow-Origin"), Some("*"), "{format}");
    }
}
