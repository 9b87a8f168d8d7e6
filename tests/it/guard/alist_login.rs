//! Logins in AList's API: which password opens what, for how long, and what a login does not open.

use serde_json::{Value, json};
use signpost::access::key_ring::KeyRing;
use signpost::access::password::Password;
use signpost::access::{alist_login, session};
use signpost::site::Site;
use signpost::time::UnixSeconds;

use super::alist_call::{ask, call, log_in, names, post, with_token};
use super::ruled;
use crate::support::host::Host;
use crate::support::request::{API_TOKEN, KEY, NOW, Req, get};

fn rules() -> Value {
    json!([
        { "path": "/team", "password": ["FIRST", "HASHED"] },
        { "path": "/team/sub/deep", "password": "SECOND" },
        { "path": "/teams", "access": "link" },
        { "path": "/Team", "access": "deny" },
        { "path": "/top.txt", "password": "SECOND" },
        { "path": "/caf\u{e9}", "hide": { "blocked": ["n.txt"] } },
        { "path": "/; rm %41?#", "countries": { "allow": ["DE"] }, "password": "SECOND" },
    ])
}

fn site() -> Site {
    ruled(&rules())
}

fn code(site: &Site, path: &str, token: &str) -> u64 {
    call(site, "/fs/get", &json!({ "path": path }), token)["code"].as_u64().unwrap()
}

fn try_login(site: &Site, host: &mut Host, user: &str, password: &str) -> Value {
    ask(site, host, &post("/auth/login", &json!({ "username": user, "password": password })))
}

#[test]
fn a_login_by_a_rules_path_and_password_opens_what_that_password_opens() {
    let site = site();
    for (user, password) in
        [("/team", "first password"), ("team", "hashed password"), ("/team/", "first password")]
    {
        let token = log_in(&site, user, password);
        for (path, want) in [
            ("/team/a.txt", 200),
            ("/team/sub/b.txt", 200),
            ("/team/sub/deep/c.txt", 403),
            ("/top.txt", 403),
            ("/team.txt", 200),
            ("/teams/t.txt", 500),
            ("/Team/T.txt", 500),
            ("/café/n.txt", 500),
        ] {
            assert_eq!(code(&site, path, &token), want, "{user} {path}");
        }
        let me = ask(&site, &mut Host::default(), &with_token(get("/api/me"), &token));
        assert_eq!((&me["data"]["username"], &me["data"]["role"]), (&json!("/team"), &json!(0)));
        let root = call(&site, "/fs/list", &json!({ "path": "/" }), &token);
        assert!(names(&root).contains(&"team") && !names(&root).contains(&"teams"), "{root}");
    }
    let file = log_in(&site, "/top.txt", "second password");
    assert_eq!((code(&site, "/top.txt", &file), code(&site, "/team/a.txt", &file)), (200, 403));
}

#[test]
fn the_roots_password_has_the_user_name_slash_or_none() {
    let site = ruled(&json!([{ "path": "/", "password": "FIRST" }]));
    assert_eq!(code(&site, "/team/a.txt", ""), 403);
    for user in ["/", ""] {
        let token = log_in(&site, user, "first password");
        assert_eq!(code(&site, "/team/a.txt", &token), 200);
        let me = ask(&site, &mut Host::default(), &with_token(get("/api/me"), &token));
        assert_eq!(me["data"]["username"], "/");
    }
}

#[test]
fn a_login_that_fails_tells_nothing() {
    let site = site();
    let wrong = json!({ "code": 401, "message": "Invalid username or password", "data": null });
    for (user, password) in [
        ("/team", "second password"),
        ("/team", ""),
        ("/team", API_TOKEN),
        ("admin", API_TOKEN),
        ("/", API_TOKEN),
        ("/ghost", "first password"),
        ("/team/sub", "first password"),
        ("/team/a.txt", "first password"),
        ("/team/ghost", "first password"),
        ("/teams", "first password"),
        ("/Team", "first password"),
        ("/..", "first password"),
        ("/-/health", "first password"),
    ] {
        let mut host = Host::default();
        assert_eq!(try_login(&site, &mut host, user, password), wrong, "{user} {password}");
    }
}

#[test]
fn guesses_are_counted_as_in_the_form_whatever_the_user_name() {
    for user in ["/team", "/ghost", "/teams", "/Team"] {
        let (site, mut host) = (site(), Host { attempt_limit: 2, ..Host::default() });
        for want in [401, 401, 429] {
            assert_eq!(try_login(&site, &mut host, user, "wrong")["code"], want, "{user}");
        }
        assert_eq!(host.asked, ["password"; 3], "one attempt a request");
    }
    let (site, mut host) = (site(), Host { attempt_limit: 1, ..Host::default() });
    crate::support::request::login("/team/", "wrong password").send(&site, &mut host);
    assert_eq!(try_login(&site, &mut host, "/team", "first password")["code"], 429, "one count");
}

#[test]
fn a_login_tells_of_no_rule_below_a_locked_folder() {
    let rules = |deeper: bool| {
        let mut rules = vec![json!({ "path": "/team", "password": "FIRST" })];
        rules.extend(deeper.then(|| json!({ "path": "/team/sub", "password": "SECOND" })));
        ruled(&json!(rules))
    };
    for site in [rules(false), rules(true)] {
        let mut host = Host { attempt_limit: 2, ..Host::default() };
        // The password of the folder above is not that of the path.
        assert_eq!(try_login(&site, &mut host, "/team/sub", "first password")["code"], 401);
        assert_eq!(try_login(&site, &mut host, "/team/ghost", "wrong")["code"], 401);
        assert_eq!(try_login(&site, &mut host, "/team/sub", "wrong")["code"], 429);
        assert_eq!(host.asked, ["password"; 3]);
    }
}

#[test]
fn a_page_of_another_site_makes_its_visitor_guess_nothing() {
    let (site, mut host) = (site(), Host::default());
    let login = post("/auth/login", &json!({ "username": "/team", "password": "x" }));
    let list = post("/fs/list", &json!({ "path": "/team", "password": "x" }));
    for req in [login.clone().origin("https://evil.example"), list.origin("null")] {
        assert_eq!(ask(&site, &mut host, &req)["code"], 403);
    }
    assert_eq!(host.asked, [""; 0]);
    let own = login.origin(crate::support::request::SITE);
    assert_eq!(ask(&site, &mut host, &own)["code"], 401);
}

#[test]
fn a_rules_conditions_hold_for_its_login() {
    let site = site();
    let body = json!({ "username": "/; rm %41?#", "password": "second password" });
    let req = post("/auth/login", &body);
    assert_eq!(ask(&site, &mut Host::default(), &req.clone().in_country("US"))["code"], 403);
    assert_eq!(ask(&site, &mut Host::default(), &req.in_country("DE"))["code"], 200);
}

#[test]
fn a_login_ends_after_two_days_and_with_its_password() {
    let site = site();
    let token = log_in(&site, "/team", "first password");
    let at = |site: &Site, later: u64| {
        let req = with_token(post("/fs/list", &json!({ "path": "/team" })), &token).later(later);
        ask(site, &mut Host::default(), &req)["code"].as_u64().unwrap()
    };
    let two_days = 2 * 24 * 3_600;
    assert_eq!((at(&site, 0), at(&site, two_days - 1), at(&site, two_days)), (200, 200, 401));
    let mut changed = rules();
    changed[0]["password"] = json!("HASHED");
    assert_eq!(at(&ruled(&changed), 0), 401);
    changed[0] = json!({ "path": "/team", "access": "deny" });
    assert_eq!(at(&ruled(&changed), 0), 401);
}

#[test]
fn tokens_of_other_purposes_are_none() {
    let (site, keys) = (site(), KeyRing::parse(KEY).unwrap());
    let password = Password::parse("first password").unwrap();
    let token = |scope: &str, later: u64| {
        alist_login::make(&keys, scope, &password, UnixSeconds(NOW + later))
    };
    assert_eq!(code(&site, "/team/a.txt", &token("/team", 60)), 200);
    let cookie = session::make(&keys, "/team", &password, UnixSeconds(NOW + 60));
    let scope = token("/team", 60).split('.').next().unwrap().to_owned();
    for wrong in [
        token("/team", 0),
        token("/team", 400 * 24 * 3_600),
        token("/team/", 60),
        token("/", 60),
        token("/team/sub", 60),
        cookie.clone(),
        format!("{scope}.{cookie}"),
        format!("{}.x", token("/team", 60)),
        ".".repeat(9_000),
    ] {
        assert_eq!(code(&site, "/team/a.txt", &wrong), 401, "{wrong}");
    }
    // And a login's token is no cookie, and no password of HTTP Basic.
    let name = session::cookie_name("/team");
    let (_, value) =
        token("/team", 60).split_once('.').map(|(a, b)| (a.to_owned(), b.to_owned())).unwrap();
    assert_eq!(get("/team/a.txt").cookie(&format!("{name}={value}")).status(&site), 401);
    assert_eq!(get("/team/a.txt").basic(&token("/team", 60)).status(&site), 401);
    assert_eq!(get("/team/a.txt").bearer(&token("/team", 60)).status(&site), 401);
}

#[test]
fn the_api_token_opens_what_a_password_or_a_share_link_could() {
    let site = site();
    for (path, want) in [
        ("/team/a.txt", 200),
        ("/team/sub/deep/c.txt", 200),
        ("/teams/t.txt", 200),
        ("/top.txt", 200),
        ("/Team/T.txt", 500),
        ("/caf\u{e9}/n.txt", 500),
    ] {
        assert_eq!(code(&site, path, API_TOKEN), want, "{path}");
    }
    let root = call(&site, "/fs/list", &json!({ "path": "/" }), API_TOKEN);
    assert!(names(&root).contains(&"teams") && !names(&root).contains(&"Team"), "{root}");
}

#[test]
fn cookies_and_basic_passwords_open_nothing_here() {
    let site = site();
    let list = post("/fs/list", &json!({ "path": "/team" }));
    let cookie = crate::support::request::cookie("/team", "first password");
    assert_eq!(ask(&site, &mut Host::default(), &list.clone().cookie(&cookie))["code"], 403);
    assert_eq!(ask(&site, &mut Host::default(), &list.basic("first password"))["code"], 401);
}

#[test]
fn a_login_opens_nothing_outside_of_the_api() {
    let site = site();
    let token = log_in(&site, "/team", "first password");
    for target in
        ["/team/a.txt", "/d/team/a.txt", "/team/?format=json", "/-/api/search?q=a&path=/team/"]
    {
        for authorization in [token.clone(), API_TOKEN.to_owned()] {
            let req = Req { authorization: Some(authorization), ..get(target) };
            assert_eq!(req.status(&site), 401, "{target}");
        }
    }
}

#[test]
fn a_password_in_a_query_is_no_guess() {
    // A page of another site may have an image with such an address, and send no header that names the page.
    let site = ruled(&json!([{ "path": "/team", "password": "FIRST" }]));
    for target in [
        "/api/fs/list?path=/team&password=",
        "/api/fs/get?path=/team/a.txt&password=",
        "/api/fs/dirs?path=/team&password=",
        "/api/fs/search?parent=/team&keywords=a&password=",
    ] {
        for password in ["x", "first%20password"] {
            let mut host = Host::default();
            let req = get(&format!("{target}{password}"));
            assert_eq!(ask(&site, &mut host, &req)["code"], 403, "{target}");
            assert_eq!(host.asked, [""; 0], "{target}");
        }
    }
    let open = get("/api/fs/list?path=/&password=x");
    assert!(names(&ask(&site, &mut Host::default(), &open)).contains(&"top.txt"));
}

#[test]
fn a_page_of_another_site_logs_nobody_in_without_a_password_either() {
    let site = ruled(&json!([{ "path": "/team", "password": "FIRST" }]));
    for body in [json!({ "username": "/team" }), json!({ "username": "/team", "password": "" })] {
        let mut host = Host::default();
        let req = post("/auth/login", &body).origin("https://evil.example");
        assert_eq!(ask(&site, &mut host, &req)["code"], 403, "{body}");
        assert_eq!(host.asked, [""; 0], "{body}");
    }
}
