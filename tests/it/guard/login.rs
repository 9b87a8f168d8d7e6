//! The login form: the cookie that it sets, and where it leads.

use serde_json::json;

use super::{ruled, ruled_with};
use crate::support::host::{Host, Part};
use crate::support::request::{Req, claims, get, location, login, share};

#[test]
fn a_login_sets_a_cookie_for_its_scope_that_opens_it() {
    let rules = json!([
        { "path": "/team", "password": ["FIRST", "HASHED"] },
        { "path": "/; rm %41?#", "password": "FIRST" },
        { "path": "/caf\u{e9}", "password": "FIRST" },
    ]);
    for (settings, age) in [(None, 604_800), (Some(("SITE", r#"{"login_days":1}"#)), 86_400)] {
        let site = ruled_with(&rules, &settings.into_iter().collect::<Vec<_>>());
        for (back, password, path, to, open) in [
            ("/team/a.txt", "first password", "/team", "/team/a.txt", "/team/a.txt"),
            ("/team/sub/", "hashed password", "/team", "/team/sub/", "/team/a.txt"),
            ("/team/nothing", "first password", "/team", "/team/nothing", "/team/a.txt"),
            ("/caf%C3%A9/", "first password", "/caf%C3%A9", "/caf%C3%A9/", "/caf\u{e9}/n.txt"),
            (
                "/; rm %2541%3F%23/",
                "first password",
                // A semicolon may stand escaped or not: the folder above is as near as it gets.
                "/",
                "/%3B%20rm%20%2541%3F%23/",
                "/%3B%20rm%20%2541%3F%23/o.txt",
            ),
        ] {
            let answer = login(back, password).alone(&site);
            assert_eq!((answer.status, location(&answer)), (303, to), "{back}");
            let (pair, attributes) = answer.header("Set-Cookie").unwrap().split_once("; ").unwrap();
            let want = format!("HttpOnly; SameSite=Lax; Secure; Path={path}; Max-Age={age}");
            assert_eq!(attributes, want);
            let open = get(open).cookie(pair);
            assert_eq!(open.status(&site), 302, "{pair}");
            assert_eq!(open.clone().later(age - 1).status(&site), 302, "{pair}");
            assert_eq!(open.later(age).status(&site), 401, "{pair}");
        }
    }
}

#[test]
fn over_plain_http_a_login_works_on_this_machine_and_elsewhere_the_page_says_what_is_missing() {
    let site = ruled(&json!([{ "path": "/team", "password": "FIRST" }]));
    let on = |origin, request: Req| Req { site: Some(origin), ..request };
    for (origin, secure, warned) in [
        ("https://files.example", true, false),
        ("https://localhost", true, false),
        ("http://localhost:8787", false, false),
        ("http://[::1]:8787", false, false),
        ("http://192.168.1.5:8787", true, true),
    ] {
        let answer = on(origin, login("/team/", "first password")).alone(&site);
        let cookie = answer.header("Set-Cookie").unwrap();
        assert_eq!((answer.status, cookie.contains("; Secure")), (303, secure), "{origin}");
        let pair = cookie.split(';').next().unwrap();
        assert_eq!(on(origin, get("/team/a.txt").cookie(pair)).status(&site), 302, "{origin}");
        let answer = on(origin, get("/team/").accept("text/html")).alone(&site);
        let text = answer.body.text();
        assert_eq!((answer.status, text.contains("open it over https")), (401, warned), "{origin}");
        assert_eq!(text.contains("open this site over https"), warned, "{origin}");
    }
    for (language, login, choice) in [
        ("zh-CN", "不会保存登录状态", "无法保存选择"),
        ("zh-TW", "不會保留登入狀態", "無法保留選擇"),
    ] {
        let request = Req { language: Some(language), ..get("/team/").accept("text/html") };
        let answer = on("http://files.example", request).alone(&site);
        let text = answer.body.text();
        assert!(text.contains(login) && text.contains(choice), "{language}: {text}");
    }
}

#[test]
fn a_wrong_password_asks_again_and_sets_nothing() {
    let site = ruled(&json!([{ "path": "/team", "password": "FIRST" }]));
    let mut host = Host { attempt_limit: 2, ..Host::default() };
    for want in [401, 401, 429, 429] {
        let answer = login("/team/sub/", "no password").send(&site, &mut host);
        assert_eq!((answer.status, answer.header("Set-Cookie")), (want, None));
        let form = "name=\"back\" value=\"/team/sub/\"";
        assert_eq!(answer.body.text().contains(form), want == 401);
    }
    assert_eq!(login("/team/", "first password").send(&site, &mut host).status, 429);
    host.down.push(Part::Attempts);
    assert_eq!(login("/team/", "first password").send(&site, &mut host).status, 503);
}

#[test]
fn a_login_never_leads_to_another_site() {
    let site = ruled(&json!([{ "path": "/", "password": "FIRST" }]));
    let token = share("/team", &claims("/team"));
    for (back, status, to) in [
        ("/", 303, "/"),
        ("//", 303, "/"),
        ("///", 303, "/"),
        ("//evil.example", 400, ""),
        ("//evil.example/", 400, ""),
        ("/%2fevil.example", 400, ""),
        ("/%2Fevil.example", 400, ""),
        ("/\\evil.example", 303, "/%5Cevil.example"),
        ("/\\/evil.example", 303, "/%5C/evil.example"),
        ("/%5cevil.example", 303, "/%5Cevil.example"),
        ("/\t/evil.example", 303, "/%09/evil.example"),
        ("/%09/evil.example", 303, "/%09/evil.example"),
        ("https://evil.example/", 400, ""),
        ("https:evil.example", 400, ""),
        ("javascript:alert(1)", 400, ""),
        ("evil.example", 400, ""),
        ("", 400, ""),
        ("\\\\evil.example", 400, ""),
        (" //evil.example", 400, ""),
        ("/@evil.example", 303, "/%40evil.example"),
        (".evil.example", 400, ""),
        ("@evil.example", 400, ""),
        ("/..//evil.example", 400, ""),
        ("/%2e%2e//evil.example", 400, ""),
        ("/a\r\nSet-Cookie: x=1", 303, "/a%0D%0ASet-Cookie%3A%20x%3D1"),
        (
            "/a%0d%0aLocation: https://evil.example",
            303,
            "/a%0D%0ALocation%3A%20https%3A//evil.example",
        ),
        ("/a?next=//evil.example", 303, "/a?next=//evil.example"),
        ("//evil.example?x", 400, ""),
        ("/?//evil.example", 303, "/?//evil.example"),
        ("/\u{2028}\u{e9}", 303, "/%E2%80%A8%C3%A9"),
    ] {
        let answer = login(back, "first password").alone(&site);
        // A path that has `//` in it names nothing.
        let path = to.split('?').next().unwrap();
        let double = path[1.min(path.len())..].contains("//");
        let (status, to) = if double { (400, "") } else { (status, to) };
        assert_eq!((answer.status, location(&answer)), (status, to), "{back:?}");
        let url = url::Url::parse("https://files.example/-/login").unwrap();
        let led = url.join(location(&answer)).unwrap();
        assert_eq!(led.host_str(), Some("files.example"), "{back:?}");
    }
    let shared = format!("{token}/team/sub/");
    let answer = login(&shared, "first password").alone(&site);
    assert_eq!((answer.status, location(&answer)), (303, &*shared));
}

#[test]
fn a_form_of_another_site_does_not_log_in() {
    let site = ruled(&json!([{ "path": "/team", "password": "FIRST" }]));
    for (origin, status) in [
        (Some("https://files.example"), 303),
        (Some("https://FILES.example"), 303),
        (None, 303),
        (Some("https://evil.example"), 403),
        (Some("https://files.example.evil.example"), 403),
        (Some("https://sub.files.example"), 403),
        (Some("null"), 403),
        (Some(""), 403),
        (Some("files.example"), 403),
        (Some("https://files.example@evil.example"), 403),
    ] {
        let req = Req { origin: origin.map(str::to_owned), ..login("/team/", "first password") };
        let answer = req.alone(&site);
        assert_eq!(answer.status, status, "{origin:?}");
        assert_eq!(answer.header("Set-Cookie").is_some(), status == 303, "{origin:?}");
    }
}

#[test]
fn what_is_no_form_is_refused_and_what_is_not_locked_sets_nothing() {
    let site = ruled(&json!([
        { "path": "/team", "password": "FIRST", "countries": { "allow": ["CN"] } },
        { "path": "/teams", "access": "link" },
        { "path": "/Team", "access": "deny" },
    ]));
    for body in [
        None,
        Some(""),
        Some("password=x"),
        Some("back=/team/"),
        Some("{\"back\":\"/\"}"),
        Some("back=%ff&password=x"),
    ] {
        let req = Req { body: body.map(str::to_owned), ..login("", "") };
        assert_eq!(req.status(&site), 400, "{body:?}");
    }
    for method in ["GET", "HEAD", "PUT", "DELETE"] {
        let answer = Req { method, ..get("/-/login") }.alone(&site);
        assert_eq!(
            (answer.status, answer.header("Allow")),
            (405, Some("POST, OPTIONS")),
            "{method}"
        );
    }
    for back in ["/top.txt", "/teams/t.txt", "/Team/", "/nothing"] {
        let mut host = Host::default();
        let answer = login(back, "first password").send(&site, &mut host);
        assert_eq!((answer.status, answer.header("Set-Cookie")), (303, None), "{back}");
        assert!(host.asked.is_empty(), "{back}");
    }
    let mut host = Host::default();
    assert_eq!(
        login("/team/", "first password").in_country("US").send(&site, &mut host).status,
        403
    );
    assert!(host.asked.is_empty());
    assert_eq!(login("/team/", "first password").in_country("CN").status(&site), 303);
}
