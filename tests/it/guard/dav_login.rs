//! Logins on WebDAV: what a user name and a password open, and what they cost.

use serde_json::json;
use signpost::access::key_ring::KeyRing;
use signpost::access::share_link::make_dav_token;
use signpost::http::response::Response;
use signpost::site::Site;
use signpost::time::UnixSeconds;

use super::dav::hrefs;
use super::{ruled, ruled_with};
use crate::support::host::Host;
use crate::support::request::{API_TOKEN, KEY, NOW, Req, claims, cookie, get, propfind, text};

const CHALLENGE: &str = "Basic realm=\"Signpost\", charset=\"UTF-8\"";

fn locked() -> Site {
    ruled(&json!([
        { "path": "/team", "password": "FIRST" },
        { "path": "/team/sub", "password": "SECOND" },
        { "path": "/teams", "password": "HASHED", "listed": true },
        { "path": "/Team", "access": "link" },
        { "path": "/café", "access": "deny" },
    ]))
}

fn root(answer: &Response) -> Vec<String> {
    hrefs(answer).into_iter().filter(|href| href.contains("eam") && href.ends_with('/')).collect()
}

#[test]
fn a_locked_path_answers_strangers_alike_whether_anything_is_there() {
    let site = locked();
    for method in ["PROPFIND", "GET", "HEAD"] {
        for root in ["/dav", "/dav-strm"] {
            let ask = |path: &str, depth| {
                text(&Req { method, depth, ..get(&format!("{root}{path}")) }.alone(&site))
            };
            for depth in [Some("0"), Some("1"), Some("infinity"), None] {
                let answer = Req { method, depth, ..get(&format!("{root}/team/")) }.alone(&site);
                assert_eq!(answer.status, 401, "{method} {root} {depth:?}");
                assert_eq!(answer.header("WWW-Authenticate"), Some(CHALLENGE));
                let (here, ghost) = (ask("/team/a.txt", depth), ask("/team/ghost", depth));
                assert_eq!(here, ghost, "{method} {depth:?}");
                // A link's folder, and a denied one, are as nothing.
                let ghost = ask("/ghost/", depth);
                assert_eq!(ask("/Team/", depth), ghost, "{method} {depth:?}");
                assert_eq!(ask("/caf%C3%A9/", depth), ghost, "{method} {depth:?}");
                assert_eq!(ask("/Team/T.txt", depth), ask("/ghost/T.txt", depth));
            }
        }
    }
}

#[test]
fn a_password_opens_its_rule_by_any_user_name_and_is_known_above_by_its_path() {
    let site = locked();
    let list = |user: &str, password: &str, path: &str| {
        let mut host = Host::default();
        let answer = propfind(path, "1").login(user, password).send(&site, &mut host);
        let derived = host.asked.iter().filter(|asked| **asked == "password").count();
        (answer, derived)
    };
    // In the root nobody knows what the password is for, and a listed folder is there by its name.
    let (answer, derived) = list("me", "first password", "/dav/");
    assert_eq!((root(&answer), derived), (vec!["/dav/teams/".to_owned()], 0));
    let (answer, derived) = list("/team", "first password", "/dav/");
    assert_eq!((root(&answer), derived), (vec!["/dav/team/".into(), "/dav/teams/".into()], 1));
    for user in ["me", "", "/team", "/team/", "/team/a.txt"] {
        let (answer, derived) = list(user, "first password", "/dav/team/");
        assert_eq!((hrefs(&answer).len(), derived), (3, 1), "{user}");
    }
    // Another rule's password is no right one, and is not tried there.
    for (user, password, path, derived) in [
        ("/team", "first password", "/dav/team/sub/", 1),
        ("/team", "first password", "/dav/teams/", 1),
        ("me", "first password", "/dav/team/sub/", 1),
        ("me", "wrong", "/dav/team/", 1),
        ("/team", "wrong", "/dav/", 1),
        ("me", API_TOKEN, "/dav/team/", 1),
    ] {
        let (answer, count) = list(user, password, path);
        assert_eq!((answer.status, count), (401, derived), "{user} {password} {path}");
        assert_eq!(answer.header("WWW-Authenticate"), Some(CHALLENGE));
    }
    // Where nothing is locked, nobody is asked.
    let (answer, derived) = list("me", "wrong", "/dav/");
    assert_eq!((answer.status, derived), (207, 0));
    assert_eq!(list("me", "hashed password", "/dav/teams/").0.status, 207);
    let cookie = cookie("/team", "first password");
    assert_eq!(propfind("/dav/team/", "1").cookie(&cookie).status(&site), 207);
}

#[test]
fn guesses_are_counted_as_those_of_the_form() {
    let site = locked();
    let mut host = Host { attempt_limit: 2, ..Host::default() };
    let mut guess = |user: &str, path: &str| {
        propfind(path, "1").login(user, "wrong").from("192.0.2.1").send(&site, &mut host)
    };
    assert_eq!(guess("me", "/dav/team/").status, 401);
    assert_eq!(guess("/team", "/dav/").status, 401);
    let answer = guess("me", "/dav/team/ghost");
    assert_eq!((answer.status, answer.header("Retry-After")), (429, Some("60")));
    assert_eq!(guess("/team", "/dav-strm/").status, 429);
}

#[test]
fn a_token_opens_its_path_until_it_is_revoked() {
    let site = locked();
    let keys = KeyRing::parse(KEY).unwrap();
    let token = make_dav_token(&keys, &["Team"], &claims("/Team")).unwrap();
    let mut host = Host::default();
    let mut status = |user: &str, path: &str| {
        propfind(path, "1").login(user, &token).send(&site, &mut host).status
    };
    for (user, path, want) in [
        ("/Team", "/dav/Team/", 207),
        ("me", "/dav/Team/", 207),
        ("me", "/dav/Team/T.txt", 207),
        ("/Team", "/dav/team/", 401),
        ("me", "/dav/team/", 401),
        ("/team", "/dav/Team/", 401),
        ("me", "/dav/", 207),
        ("/Team", "/dav/", 207),
    ] {
        assert_eq!(status(user, path), want, "{user} {path}");
    }
    let listed = propfind("/dav/", "1").login("/Team", &token).send(&site, &mut host);
    assert_eq!(root(&listed), ["/dav/Team/", "/dav/teams/"]);
    assert!(!host.asked.contains(&"password"), "{:?}", host.asked);
    // Nothing but WebDAV takes it.
    assert_eq!(get("/Team/T.txt").login("/Team", &token).status(&site), 404);
    host.revoked.add(claims("/Team").id, None, UnixSeconds(NOW));
    let answer = propfind("/dav/Team/", "1").login("/Team", &token).send(&site, &mut host);
    assert_eq!(answer.status, 401);
}

#[test]
fn the_root_asks_for_a_login_where_the_setting_says_so() {
    let site = ruled_with(
        &json!([{ "path": "/team", "password": "FIRST" }]),
        &[("SITE", "{ \"dav\": \"login\" }")],
    );
    for method in ["PROPFIND", "GET", "HEAD"] {
        for target in ["/dav", "/dav/", "/dav-strm/"] {
            let answer = Req { method, ..propfind(target, "1") }.alone(&site);
            assert_eq!(answer.status, 401, "{method} {target}");
            assert_eq!(answer.header("WWW-Authenticate"), Some(CHALLENGE));
        }
    }
    assert_eq!(Req { method: "OPTIONS", ..get("/dav/") }.status(&site), 200);
    assert_eq!(propfind("/dav/", "1").login("me", "anything").status(&site), 207);
    // Below the root nothing is asked that need not be.
    assert_eq!(propfind("/dav/teams/", "1").status(&site), 207);
    assert_eq!(get("/").status(&site), 200);
}

#[test]
fn webdav_that_is_off_leaves_its_paths_to_entries() {
    let tree = "dav:\n  a.txt:10:1600000000:https://vip.123pan.cn/13/a.txt\n";
    let off = ruled_with(&json!([]), &[("SITE", "{ \"dav\": false }"), ("URL_TREE_2", tree)]);
    assert_eq!(get("/dav/a.txt").status(&off), 302);
    assert_eq!(propfind("/dav/", "1").status(&off), 405);
    assert_eq!(Req { method: "OPTIONS", ..get("/dav/") }.alone(&off).header("DAV"), None);
}

#[test]
fn a_token_opens_a_path_with_a_colon_by_its_user_name() {
    let tree = "a:\n  f.txt:1:https://vip.123pan.cn/13/f.txt\n\"a: b\":\n  f.txt:1:https://vip.123pan.cn/13/f.txt\n";
    let rules = json!([
        { "path": "/a", "password": "FIRST" },
        { "path": "/a: b", "password": "SECOND" },
    ]);
    let site = ruled_with(&rules, &[("URL_TREE", tree)]);
    let keys = KeyRing::parse(KEY).unwrap();
    let token = make_dav_token(&keys, &["a: b"], &claims("/a: b")).unwrap();
    let mut host = Host::default();
    let mut ask = |path: &str| propfind(path, "1").login("/a: b", &token).send(&site, &mut host);
    assert_eq!(hrefs(&ask("/dav/")), ["/dav/", "/dav/a%3A%20b/"]);
    assert_eq!(hrefs(&ask("/dav/a%3A%20b/")), ["/dav/a%3A%20b/", "/dav/a%3A%20b/f.txt"]);
    assert_eq!(ask("/dav/a/").status, 401);
    // And it is held against no password, as one for `/a` would be.
    assert!(!host.asked.contains(&"password"), "{:?}", host.asked);
}
