//! Files at the addresses that AList's API gives them, and the signatures there.

use serde_json::{Value, json};
use signpost::site::Site;

use super::alist_call::{call, log_in};
use super::ruled;
use crate::support::request::{API_TOKEN, NOW, SITE, get, location};

fn rules() -> Value {
    json!([
        { "path": "/team", "password": ["FIRST", "HASHED"] },
        { "path": "/team/sub/deep", "password": "SECOND" },
        { "path": "/teams", "access": "link" },
        { "path": "/Team", "access": "deny" },
    ])
}

fn file(site: &Site, path: &str, token: &str) -> (String, String) {
    let json = call(site, "/fs/get", &json!({ "path": path }), token);
    let text =
        |name: &str| json["data"][name].as_str().unwrap_or_else(|| panic!("{json}")).to_owned();
    (text("sign"), text("raw_url").strip_prefix(SITE).unwrap().to_owned())
}

#[test]
fn an_open_file_is_redirected_as_at_its_own_path() {
    let site = ruled(&rules());
    for method in ["GET", "HEAD"] {
        for target in
            ["/d/top.txt", "/p/top.txt", "/d/top.txt?sign=", "/d/caf%C3%A9/n.txt?sign=x:1"]
        {
            let req = crate::support::request::Req { method, ..get(target) };
            let answer = req.alone(&site);
            assert_eq!(answer.status, 302, "{method} {target}");
            assert!(location(&answer).starts_with("https://vip.123pan.cn/13/"), "{target}");
            assert_eq!(answer.header("Referrer-Policy"), Some("no-referrer"));
        }
    }
}

#[test]
fn folders_have_no_address_of_this_kind() {
    let site = ruled(&rules());
    for target in [
        "/d",
        "/d/",
        "/p/",
        "/d/caf%C3%A9",
        "/d/caf%C3%A9/",
        "/d/ghost",
        "/d/ghost/",
        "/d/teams/",
        "/d/Team/T.txt",
    ] {
        assert_eq!(get(target).status(&site), 404, "{target}");
    }
    // Behind a lock nothing is told.
    for target in ["/d/team/", "/d/team/sub", "/d/team/ghost", "/d/team/a.txt"] {
        assert_eq!(get(target).status(&site), 401, "{target}");
    }
}

#[test]
fn a_signature_opens_its_file_and_nothing_else() {
    let site = ruled(&rules());
    for (token, path) in [
        (log_in(&site, "/team", "first password"), "/team/a.txt"),
        (log_in(&site, "/team", "hashed password"), "/team/sub/b.txt"),
        (API_TOKEN.to_owned(), "/team/a.txt"),
        (API_TOKEN.to_owned(), "/team/sub/deep/c.txt"),
        (API_TOKEN.to_owned(), "/teams/t.txt"),
    ] {
        let (sign, raw_url) = file(&site, path, &token);
        assert_eq!(raw_url, format!("/d{path}?sign={sign}"));
        for target in [raw_url, format!("/p{path}?sign={sign}"), format!("{path}?sign={sign}")] {
            assert_eq!(get(&target).status(&site), 302, "{target}");
        }
        let (folder, _) = path.rsplit_once('/').unwrap();
        for other in [
            folder.to_owned(),
            format!("{folder}/"),
            format!("{path}x"),
            "/team/a2.txt".to_owned(),
            "/team/sub/".to_owned(),
            format!("{folder}/?format=json"),
            format!("{folder}/?search=a"),
        ] {
            let mark = if other.contains('?') { '&' } else { '?' };
            let target = format!("{other}{mark}sign={sign}");
            assert!(matches!(get(&target).status(&site), 401 | 404), "{target}");
            assert!(matches!(get(&format!("/d{target}")).status(&site), 401 | 404), "{target}");
        }
    }
}

#[test]
fn a_signature_dies_with_the_password_the_token_and_the_rule() {
    let site = ruled(&rules());
    let by_password = file(&site, "/team/a.txt", &log_in(&site, "/team", "first password")).1;
    let by_owner = file(&site, "/team/a.txt", API_TOKEN).1;
    let mut changed = rules();
    changed[0]["password"] = json!("HASHED");
    assert_eq!(get(&by_password).status(&ruled(&changed)), 401);
    assert_eq!(get(&by_owner).status(&ruled(&changed)), 302);
    let other =
        super::ruled_with(&rules(), &[("API_TOKEN", "api-zzzzzzzzzzabcdefghijklmnopqrstuv")]);
    assert_eq!((get(&by_owner).status(&other), get(&by_password).status(&other)), (401, 302));
    let denied = ruled(&json!([{ "path": "/team", "access": "deny" }]));
    assert_eq!((get(&by_owner).status(&denied), get(&by_password).status(&denied)), (404, 404));
    // With AList's API its signatures are over.
    let off = super::ruled_with(&rules(), &[("SITE", r#"{"alist": false}"#)]);
    for raw_url in [&by_password, &by_owner] {
        let own = raw_url.strip_prefix("/d").unwrap();
        assert_eq!((get(own).status(&site), get(own).status(&off)), (302, 401), "{own}");
    }
    // A signature by a password opens no link-only path.
    let linked = ruled(&json!([{ "path": "/team", "access": "link" }]));
    assert_eq!((get(&by_owner).status(&linked), get(&by_password).status(&linked)), (302, 404));
}

#[test]
fn a_signature_lives_as_long_as_its_login_and_the_owners_a_week() {
    let site = ruled(&rules());
    let day = 24 * 3_600;
    let by_password = file(&site, "/team/a.txt", &log_in(&site, "/team", "first password")).1;
    assert_eq!(get(&by_password).later(2 * day - 1).status(&site), 302);
    assert_eq!(get(&by_password).later(2 * day).status(&site), 401);
    let by_owner = file(&site, "/team/a.txt", API_TOKEN);
    assert_eq!(get(&by_owner.1).later(6 * day - 1).status(&site), 302);
    assert_eq!(get(&by_owner.1).later(7 * day).status(&site), 401);
    let expires: u64 = by_owner.0.rsplit_once(':').unwrap().1.parse().unwrap();
    assert_eq!(expires % day, 0, "the same all day long");
    assert!(expires > NOW);
}

#[test]
fn the_address_of_a_mapped_file_is_mapped_once() {
    let rules = json!([{ "path": "/team", "password": "FIRST" }]);
    for (prefix, path) in [
        (json!({ "/": "/team" }), "/sub/b.txt"),
        (json!({ "/team": "/ghost", "/caf\u{e9}": "/team" }), "/caf\u{e9}/sub/b.txt"),
        (json!({ "/a b": "/team" }), "/a b/sub/b.txt"),
    ] {
        let settings = json!({ "alist_prefix": prefix }).to_string();
        let site = super::ruled_with(&rules, &[("SITE", &*settings)]);
        for token in [API_TOKEN.to_owned(), log_in(&site, "/team", "first password")] {
            let json = call(&site, "/fs/get", &json!({ "path": path }), &token);
            let url = json["data"]["raw_url"].as_str().unwrap().strip_prefix(SITE).unwrap();
            assert_eq!(get(url).status(&site), 302, "{prefix} {url}");
        }
    }
}
