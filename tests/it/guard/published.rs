//! Links that AList published, `/d/PATH?sign=` and `/p/PATH?sign=`.

use serde_json::json;

use super::{ruled, ruled_with};
use crate::support::request::{NOW, alist_signature, get, location};

fn sign(path: &str, expires: u64) -> String {
    alist_signature("alist-0123456789", path, expires)
}

#[test]
fn without_alists_api_its_urls_open_where_a_rule_has_alist_sign() {
    let rules = json!([
        { "path": "/team", "password": "FIRST", "alist_sign": "ALIST" },
        { "path": "/teams", "access": "link" },
        { "path": "/team/sub", "access": "deny" },
    ]);
    let site = ruled_with(&rules, &[("SITE", r#"{"alist":false}"#)]);
    for (target, path, expires, status) in [
        ("/d/team/a.txt", "/team/a.txt", 0, 302),
        ("/p/team/a.txt", "/team/a.txt", NOW, 302),
        ("/d/te%61m/a.txt", "/team/a.txt", 0, 302),
        ("/d/team/a.txt", "/d/team/a.txt", 0, 401),
        ("/d/team/a.txt", "/team/a2.txt", 0, 401),
        ("/d/team/a.txt", "/team/a.txt", NOW - 1, 401),
        ("/d/team/", "/team", 0, 404),
        ("/d/team/nothing", "/team/nothing", 0, 404),
        ("/d/team/sub/b.txt", "/team/sub/b.txt", 0, 404),
        ("/d/d/team/a.txt", "/team/a.txt", 0, 404),
        ("/D/team/a.txt", "/team/a.txt", 0, 404),
        ("/dteam/a.txt", "/team/a.txt", 0, 404),
        ("/d//team/a.txt", "/team/a.txt", 0, 400),
        ("/d/../team/a.txt", "/team/a.txt", 0, 400),
        ("/d/team%2fa.txt", "/team/a.txt", 0, 400),
        // No rule takes them here.
        ("/d/teams/t.txt", "/teams/t.txt", 0, 404),
        ("/d/top.txt", "/top.txt", 0, 404),
    ] {
        let target = format!("{target}?sign={}", sign(path, expires));
        assert_eq!(get(&target).status(&site), status, "{target}");
    }
    assert_eq!(
        get("/d/team/a.txt").status(&site),
        404,
        "without a signature there is no such path"
    );
}

#[test]
fn what_is_open_by_address_is_not_read_by_other_pages_under_its_old_path() {
    let site = ruled(&json!([
        { "path": "/team", "addresses": { "allow": ["10.0.0.0/8"] }, "alist_sign": "ALIST" },
    ]));
    for (form, status) in [("", 302), ("&format=json", 200), ("&format=url", 200)] {
        let sign = sign("/team/a.txt", 0);
        let target = format!("/d/team/a.txt?sign={sign}{form}");
        let answer = get(&target).from("10.0.0.1").origin("https://evil.example").alone(&site);
        assert_eq!(answer.status, status, "{form}");
        assert_eq!(answer.header("Access-Control-Allow-Origin"), None, "{form}");
    }
}

#[test]
fn an_old_one_asks_for_a_password_that_leads_on() {
    let site = ruled(&json!([{ "path": "/team", "password": "FIRST", "alist_sign": "ALIST" }]));
    let target = format!("/d/team/a.txt?sign={}", sign("/team/a.txt", NOW - 1));
    let form = get(&target).accept("text/html").alone(&site);
    let form = form.body.text();
    let (_, back) = form.split_once("name=\"back\" value=\"").unwrap();
    let back = back.split('"').next().unwrap();
    let answer = crate::support::request::login(back, "first password").alone(&site);
    let cookie = answer.header("Set-Cookie").unwrap_or_else(|| panic!("no cookie for {back}"));
    let cookie = cookie.split(';').next().unwrap();
    assert_eq!(get(location(&answer)).cookie(cookie).status(&site), 302);
}
