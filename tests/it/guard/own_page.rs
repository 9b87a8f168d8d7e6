//! Which page is the site's own: the one of the same origin, scheme, host and port.

use serde_json::json;
use signpost::site::Site;

use super::ruled;
use crate::support::request::{Req, cookie, get, login};

fn site() -> Site {
    ruled(&json!([
        { "path": "/team", "password": "FIRST", "share_hours": 24 },
        { "path": "/teams", "referers": { "allow": ["good.example"] } },
    ]))
}

/// Every form that does something for the visitor who sends it, and what it is answered with.
fn forms() -> Vec<(&'static str, Req, u16)> {
    let form = |target: &str, body: &str| Req {
        method: "POST",
        body: Some(body.to_owned()),
        cookie: Some(cookie("/team", "first password")),
        ..get(target)
    };
    vec![
        ("login", login("/team/", "first password"), 303),
        ("look", form("/-/look", "theme=dark"), 303),
        ("share", form("/-/api/share", "path=%2Fteam%2Fa.txt"), 200),
        ("share at the place", form("/team/a.txt?share", ""), 200),
        ("doctor", form("/-/doctor", "path=%2Ftop.txt&page=https%3A%2F%2Fa.example%2F"), 200),
    ]
}

const HTTPS: &str = "https://files.example";
const DEV: &str = "http://127.0.0.1:8787";

#[test]
fn a_form_is_taken_from_a_page_of_the_same_origin_alone() {
    let site = site();
    // The site, `Origin`, `Referer`, and whether a form is taken.
    let cases: &[(&'static str, Option<&str>, Option<&str>, bool)] = &[
        (HTTPS, Some("https://files.example"), None, true),
        (HTTPS, Some("https://files.example:443"), None, true),
        (HTTPS, Some("HTTPS://Files.example"), None, true),
        (HTTPS, Some("http://files.example"), None, false),
        (HTTPS, Some("http://files.example:443"), None, false),
        (HTTPS, Some("https://files.example:80"), None, false),
        (HTTPS, Some("https://files.example:8443"), None, false),
        (HTTPS, Some("https://files.example:x"), None, false),
        (HTTPS, Some("https://files.example:99999"), None, false),
        (HTTPS, Some("https://files.example."), None, false),
        (HTTPS, Some("https://evil.example"), None, false),
        (HTTPS, Some("https://evil.example:443"), None, false),
        (HTTPS, Some("https://files.example, https://files.example"), None, false),
        (HTTPS, Some("https://files.example@evil.example"), None, false),
        (HTTPS, Some("files.example"), None, false),
        (HTTPS, Some("null"), None, false),
        (HTTPS, Some(""), None, false),
        // What `Origin` says counts, whatever the `Referer` is.
        (HTTPS, Some("null"), Some("https://files.example/"), false),
        (HTTPS, Some("https://files.example:8443"), Some("https://files.example/"), false),
        (HTTPS, Some("https://files.example"), Some("https://evil.example/"), true),
        // Without it the `Referer` does.
        (HTTPS, None, Some("https://files.example/team/?x#y"), true),
        (HTTPS, None, Some("https://files.example:443/"), true),
        (HTTPS, None, Some("http://files.example/"), false),
        (HTTPS, None, Some("https://files.example:8443/"), false),
        (HTTPS, None, Some("https://evil.example/https://files.example/"), false),
        (HTTPS, None, Some("about:blank"), false),
        // Neither is sent by tools, which act for nobody else.
        (HTTPS, None, None, true),
        (HTTPS, None, Some(""), true),
        ("https://files.example:8443", Some("https://files.example:8443"), None, true),
        ("https://files.example:8443", Some("https://files.example"), None, false),
        ("http://files.example", Some("http://files.example:80"), None, true),
        ("http://files.example", Some("https://files.example"), None, false),
        ("https://my_files.example", Some("https://my_files.example"), None, true),
        // As `make dev` serves it.
        (DEV, Some("http://127.0.0.1:8787"), None, true),
        (DEV, None, Some("http://127.0.0.1:8787/team/"), true),
        (DEV, Some("http://127.0.0.1:3000"), None, false),
        (DEV, Some("http://127.0.0.1"), None, false),
        (DEV, Some("http://localhost:8787"), None, false),
        ("http://[::1]:8787", Some("http://[::1]:8787"), None, true),
        ("http://[::1]:8787", Some("http://[::1]:3000"), None, false),
    ];
    for (name, form, taken) in forms() {
        for (at, origin, referer, is_own) in cases {
            let answer = Req {
                site: Some(at),
                origin: origin.map(str::to_owned),
                referer: referer.map(str::to_owned),
                ..form.clone()
            }
            .alone(&site);
            let want = if *is_own { taken } else { 403 };
            assert_eq!(answer.status, want, "{name} at {at}: {origin:?} {referer:?}");
            assert!(*is_own || answer.header("Set-Cookie").is_none(), "{name} {origin:?}");
        }
    }
}

#[test]
fn what_referers_always_let_in_is_a_page_of_the_same_origin() {
    let site = site();
    for (at, page, status) in [
        (HTTPS, "https://files.example/", 302),
        (HTTPS, "https://FILES.example:443/teams/", 302),
        (HTTPS, "http://files.example/", 403),
        (HTTPS, "https://files.example:8443/", 403),
        (HTTPS, "http://files.example:443/", 403),
        (DEV, "http://127.0.0.1:8787/", 302),
        (DEV, "http://127.0.0.1:3000/", 403),
        // Those that the rule names may come by any scheme and port.
        (HTTPS, "http://good.example:8080/", 302),
    ] {
        let req = Req { site: Some(at), ..get("/teams/t.txt") };
        assert_eq!(req.clone().referer(page).status(&site), status, "{at} from {page}");
        assert_eq!(req.origin(page).status(&site), status, "{at} from {page}, by its origin");
    }
    // An owner may name the own host as any other.
    let wide = ruled(&json!([{ "path": "/teams", "referers": { "allow": ["files.example"] } }]));
    assert_eq!(get("/teams/t.txt").referer("https://files.example:8443/").status(&wide), 302);
}
