//! Which rule holds where, and whom it lets in.

use serde_json::{Value, json};

use super::ruled;
use crate::support::request::{Req, claims, cookie, get, share};

fn first(req: Req) -> Req {
    req.basic("first password")
}

fn second(req: Req) -> Req {
    req.basic("second password")
}

fn no_credentials(req: Req) -> Req {
    req
}

/// Rules, and what each request of a visitor is answered with.
type Case = (Value, &'static [(&'static str, fn(Req) -> Req, u16)]);

fn one_rule() -> Vec<Case> {
    vec![
        (json!([]), &[("/team/a.txt", no_credentials, 302), ("/team/", no_credentials, 200)]),
        (
            json!([{ "path": "/team", "password": "FIRST" }]),
            &[
                ("/team", no_credentials, 401),
                ("/team/", no_credentials, 401),
                ("/team/a.txt", no_credentials, 401),
                ("/team/nothing", no_credentials, 401),
                ("/team/sub/deep/c.txt", no_credentials, 401),
                ("/team/sub/deep/c.txt", first, 302),
                ("/team/nothing", first, 404),
                ("/team", first, 308),
                ("/team/", first, 200),
                ("/team/a.txt", second, 401),
                // Neither of these is the team's.
                ("/teams/t.txt", no_credentials, 302),
                ("/Team/T.txt", no_credentials, 302),
                ("/team.txt", no_credentials, 302),
                ("/team./a.txt", no_credentials, 404),
                ("/TEAM/a.txt", no_credentials, 404),
                ("/te%61m/a.txt", no_credentials, 401),
                ("/%74%65%61%6d/a.txt", first, 302),
            ],
        ),
    ]
}

fn rules_below_rules() -> Vec<Case> {
    vec![
        (
            json!([{ "path": "/team", "password": "FIRST" }, { "path": "/team/sub", "access": "public" }]),
            &[
                ("/team/sub/b.txt", no_credentials, 302),
                ("/team/sub/", no_credentials, 200),
                ("/team/sub/nothing", no_credentials, 404),
                ("/team/sub/deep/c.txt", no_credentials, 302),
                ("/team/subs", no_credentials, 401),
                ("/team/a.txt", no_credentials, 401),
            ],
        ),
        (
            json!([
                { "path": "/team", "password": "FIRST" },
                { "path": "/team/sub", "access": "public" },
                // The password is inherited from the team, though it is open in between.
                { "path": "/team/sub/deep", "access": "password" },
            ]),
            &[
                ("/team/sub/b.txt", no_credentials, 302),
                ("/team/sub/deep/c.txt", no_credentials, 401),
                ("/team/sub/deep/c.txt", first, 302),
            ],
        ),
        (
            json!([{ "path": "/team", "password": "FIRST" }, { "path": "/team/sub", "password": "SECOND" }]),
            &[
                ("/team/sub/b.txt", first, 401),
                ("/team/sub/b.txt", second, 302),
                ("/team/sub/deep/c.txt", second, 302),
                ("/team/a.txt", second, 401),
            ],
        ),
        (
            json!([{ "path": "/team", "password": "FIRST" }, { "path": "/team/sub", "access": "link" }]),
            &[
                // As what isn't there: the team is locked.
                ("/team/sub/b.txt", no_credentials, 401),
                ("/team/sub/b.txt", first, 404),
                ("/team/sub/", first, 404),
                ("/team/a.txt", first, 302),
            ],
        ),
        (
            json!([{ "path": "/team", "password": ["FIRST", "SECOND"] }, { "path": "/team/sub", "access": "deny" }]),
            &[
                ("/team/a.txt", first, 302),
                ("/team/a.txt", second, 302),
                ("/team/sub/", second, 404),
                ("/team/sub/b.txt", first, 404),
                ("/team/sub/deep/c.txt", first, 404),
            ],
        ),
        (
            json!([{ "path": "/", "access": "deny" }, { "path": "/team/sub/b.txt", "access": "public" }]),
            &[
                ("/", no_credentials, 404),
                ("/team/", no_credentials, 404),
                ("/team/sub/", no_credentials, 404),
                ("/team/sub/b.txt", no_credentials, 302),
                ("/top.txt", no_credentials, 404),
                ("/-/assets/0/style.css", no_credentials, 200),
            ],
        ),
        (
            json!([{ "path": "/", "password": "FIRST" }, { "path": "/; rm %41?#", "access": "public" }]),
            &[
                ("/", no_credentials, 401),
                ("/nothing", no_credentials, 401),
                ("/~x", no_credentials, 401),
                ("/%3B%20rm%20%2541%3F%23/o.txt", no_credentials, 302),
                ("/; rm %2541%3F%23/o.txt", no_credentials, 302),
                ("/; rm %41%3F%23/o.txt", no_credentials, 401),
                ("/", first, 200),
                ("/-/nothing", no_credentials, 404),
            ],
        ),
        (
            // A field that is set deeper leaves the others as they are.
            json!([
                { "path": "/team", "password": "FIRST", "countries": { "deny": ["US"] } },
                { "path": "/team/sub", "access": "public", "title": "Sub" },
            ]),
            &[
                ("/team/sub/b.txt", |req| req.in_country("US"), 403),
                ("/team/sub/b.txt", |req| req.in_country("CN"), 302),
                ("/team/sub/b.txt", no_credentials, 403),
                ("/team/a.txt", |req| req.in_country("CN"), 401),
                ("/team/a.txt", |req| req.in_country("US").basic("first password"), 403),
            ],
        ),
    ]
}

#[test]
fn the_deepest_rule_that_says_it_decides() {
    for (rules, requests) in one_rule().into_iter().chain(rules_below_rules()) {
        let site = ruled(&rules);
        for (target, client, status) in requests {
            for accept in ["*/*", "text/html", "application/json"] {
                // JSON of what is a redirect for others.
                let wanted =
                    if accept == "application/json" && *status == 302 { 200 } else { *status };
                let req = client(get(target)).accept(accept);
                assert_eq!(req.status(&site), wanted, "{rules} {target} {accept} {req:?}");
            }
        }
    }
}

#[test]
fn a_rule_can_stand_on_a_file() {
    let rules = json!([{ "path": "/team/a.txt", "password": "FIRST" }, { "path": "/team/a2.txt", "access": "deny" }]);
    let site = ruled(&rules);
    assert_eq!(get("/team/a.txt").status(&site), 401);
    assert_eq!(
        get("/team/a.txt").cookie(&cookie("/team/a.txt", "first password")).status(&site),
        302
    );
    assert_eq!(get("/team/a2.txt").status(&site), 404);
    assert_eq!(names(&get("/team/"), &rules), ["sub"]);
    assert_eq!(
        names(&get("/team/").cookie(&cookie("/team/a.txt", "first password")), &rules),
        ["sub", "a.txt"]
    );
}

/// The names on a page as JSON.
fn names(req: &Req, rules: &Value) -> Vec<String> {
    let answer = req.clone().accept("application/json").alone(&ruled(rules));
    let json: Value = serde_json::from_str(&answer.body.text()).unwrap();
    let entries = json["entries"].as_array().unwrap_or_else(|| panic!("{json}"));
    entries.iter().map(|entry| entry["name"].as_str().unwrap().to_owned()).collect()
}

#[test]
fn a_page_shows_what_opens_and_nothing_else() {
    let locked = json!([{ "path": "/team/sub", "password": "FIRST" }]);
    let all = ["sub", "a.txt", "a2.txt"];
    assert_eq!(names(&get("/team/"), &locked), all[1..]);
    assert_eq!(names(&get("/team/").cookie(&cookie("/team/sub", "first password")), &locked), all);
    assert_eq!(
        names(&get("/team/").cookie(&cookie("/team/sub", "second password")), &locked),
        all[1..]
    );
    let listed = json!([{ "path": "/team/sub", "password": "FIRST", "listed": true }]);
    assert_eq!(names(&get("/team/"), &listed), all);
    // A client that no password lets in is not asked for one.
    for rule in [
        json!({ "path": "/team/sub", "access": "link", "listed": true }),
        json!({ "path": "/team/sub", "access": "deny", "listed": true }),
        json!({ "path": "/team/sub", "password": "FIRST", "listed": true, "addresses": { "allow": ["10.0.0.0/8"] } }),
        json!({ "path": "/team/sub", "countries": { "deny": ["US"] } }),
        json!({ "path": "/team", "hide": ["sub"] }),
        json!({ "path": "/team", "hide": { "closed": ["sub"] } }),
        json!({ "path": "/", "hide": { "blocked": ["team/sub"] } }),
    ] {
        assert_eq!(names(&get("/team/").in_country("US"), &json!([rule])), all[1..], "{rule}");
    }
    // The same password opens both; a link for the outer folder does not reach the inner lock.
    let nested = json!([
        { "path": "/team", "password": "FIRST" },
        { "path": "/team/sub", "access": "public" },
        { "path": "/team/sub/deep", "access": "password" },
    ]);
    assert_eq!(names(&get("/team/sub/"), &nested), ["b.txt"]);
    assert_eq!(names(&first(get("/team/")), &nested), all);
    let by_link = |path: &str| get(&format!("{}/team/sub/", share(path, &claims(path))));
    assert_eq!(names(&by_link("/team"), &nested), ["b.txt"]);
    assert_eq!(names(&by_link("/team/sub"), &nested), ["b.txt"]);
}

#[test]
fn hiding_has_three_strengths() {
    let site = ruled(&json!([{ "path": "/team", "hide": {
        "unlisted": ["a.txt"], "closed": ["sub"], "blocked": ["deep", "a2.*"],
    } }]));
    for (target, status) in [
        ("/team/", 200),
        ("/team/a.txt", 302),
        ("/team/sub", 404),
        ("/team/sub/", 404),
        ("/team/sub/?format=url", 404),
        ("/team/sub/b.txt", 302),
        ("/team/sub/deep/", 404),
        ("/team/sub/deep/c.txt", 404),
        ("/team/a2.txt", 404),
        ("/team/a2.txt/", 404),
    ] {
        assert_eq!(get(target).status(&site), status, "{target}");
    }
    assert!(!get("/team/").alone(&site).body.text().contains(".txt"));
    // Not even for a link to it.
    for path in ["/team/a2.txt", "/team/sub/deep/c.txt"] {
        let target = format!("{}{path}", share(path, &claims(path)));
        assert_eq!(get(&target).status(&site), 404, "{target}");
    }
}

#[test]
fn what_is_answered_behind_a_lock_is_one_visitors() {
    let site = ruled(
        &json!([{ "path": "/team", "password": "FIRST" }, { "path": "/teams", "referers": { "allow": ["a.example"], "empty": true } }]),
    );
    let vary = "Accept, Accept-Language, Authorization, Cookie, Origin, Referer";
    for target in [
        "/team/",
        "/team",
        "/team/a.txt",
        "/team/a.txt/",
        "/team/a.txt?format=json",
        "/team/a.txt?format=url",
        "/teams/t.txt",
        "/teams/",
    ] {
        let answer = first(get(target)).alone(&site);
        assert!(answer.status < 400, "{target}");
        assert_eq!(answer.header("Cache-Control"), Some("private, no-store"), "{target}");
        assert_eq!(answer.header("Vary"), Some(vary), "{target}");
    }
    for (req, cache) in [
        (get("/team/"), "private, no-store"),
        (get("/team/").accept("text/html"), "private, no-store"),
        (get("/team/").accept("application/json"), "private, no-store"),
        (get("/teams/").referer("https://b.example/"), "private, no-store"),
        // As it is where nothing is locked.
        (first(get("/team/nothing")), "no-store"),
        (get("/"), "private, no-cache"),
        (get("/top.txt"), "no-store"),
    ] {
        assert_eq!(req.alone(&site).header("Cache-Control"), Some(cache), "{req:?}");
    }
}

#[test]
fn what_is_closed_below_a_lock_looks_like_what_is_not_there() {
    for rule in [
        json!({ "path": "/team/sub", "access": "deny" }),
        json!({ "path": "/team/sub", "access": "link" }),
        json!({ "path": "/", "hide": { "blocked": ["sub"] } }),
    ] {
        let site = ruled(&json!([{ "path": "/team", "password": "FIRST" }, rule]));
        let (closed, nothing) = (get("/team/sub/"), get("/team/nothing/"));
        assert_eq!(closed.status(&site), nothing.status(&site), "{rule}");
    }
}

#[test]
fn a_condition_does_not_reveal_a_path_for_links() {
    let rule = json!({ "path": "/team", "access": "link", "countries": { "allow": ["CN"] } });
    let site = ruled(&json!([rule]));
    assert_eq!(get("/team/").in_country("US").status(&site), get("/nothing/").status(&site));
}
