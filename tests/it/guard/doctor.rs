//! The Referer doctor: what it says to strangers, and what to the owner.

use serde_json::json;
use signpost::http::response::Response;
use signpost::site::Site;

use super::ruled;
use crate::support::host::{Host, Part};
use crate::support::request::{API_TOKEN, Req, claims, cookie, get, share};

fn clinic() -> Site {
    ruled(&json!([
        { "path": "/team", "referers": { "allow": ["good.example", "*.wide.example"] } },
        { "path": "/team/sub", "password": "FIRST" },
        { "path": "/team/sub/deep", "access": "public", "referers": { "allow": [], "empty": true } },
        { "path": "/teams", "access": "link", "countries": { "deny": ["T1"] } },
    ]))
}

fn form(fields: &[(&str, &str)]) -> String {
    url::form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish()
}

fn posted(fields: &[(&str, &str)]) -> Req {
    Req { method: "POST", body: Some(form(fields)), ..get("/-/doctor") }
}

fn html(answer: &Response) -> String {
    assert_eq!(answer.status, 200);
    assert_eq!(answer.header("Cache-Control"), Some("private, no-store"));
    assert_eq!(answer.header("X-Robots-Tag"), Some("noindex"));
    answer.body.text().replace("&#39;", "'").replace("&#34;", "\"")
}

/// What it finds of a file for a page.
fn found(path: &str, page: &str, more: &[(&str, &str)]) -> String {
    let fields = [&[("path", path), ("page", page)], more].concat();
    html(&posted(&fields).alone(&clinic()))
}

const PASSES: &str = "It opens: this page may show it.";
const SILENT: &str = "does not say which page it comes from";
const NOTHING: &str = "There is no answer for this path";

#[test]
fn it_says_what_a_visitor_could_find_out_by_trying() {
    let good = "https://good.example/post?x=1";
    for (path, page, more, want) in [
        ("/team/a.txt", good, [("way", "img")].as_slice(), PASSES),
        ("/team/a.txt", "https://a.wide.example", &[], PASSES),
        ("/team/a.txt", "https://wide.example/", &[], "pages of wide.example may not show it"),
        ("/team/a.txt", good, &[("policy", "no-referrer")], SILENT),
        ("/team/a.txt", good, &[("policy", "no-referrer"), ("way", "fetch")], PASSES),
        ("https://files.example/team/a.txt?view", good, &[], PASSES),
        ("/top.txt", "https://any.example/", &[], PASSES),
        ("/top.txt", "https://any.example/", &[("way", "iframe")], PASSES),
        ("/team/sub/b.txt", good, &[], NOTHING),
        ("/team/nothing", good, &[], NOTHING),
        ("/teams/t.txt", good, &[], NOTHING),
        // It opens without a referrer, but a browser knows whose frame it is.
        ("/team/sub/deep/c.txt", good, &[("policy", "no-referrer")], PASSES),
        (
            "/team/sub/deep/c.txt",
            good,
            &[("policy", "no-referrer"), ("way", "iframe")],
            "in no frame on good.example",
        ),
    ] {
        let html = found(path, page, more);
        assert!(html.contains(want), "{path} {page} {more:?}: {html}");
        assert!(!html.contains("RULES["), "{html}");
    }
    let fields = [("path", "/team/a.txt"), ("page", "https://bad.example/")];
    let by_address = get(&format!("/-/doctor?{}", form(&fields)));
    assert!(html(&by_address.alone(&clinic())).contains("pages of bad.example may not"));
    let link = format!("{}/teams/t.txt", share("/teams", &claims("/teams")));
    assert!(found(&link, good, &[]).contains(NOTHING), "its country is not known");
}

#[test]
fn the_doctor_ignores_cookies() {
    let fields = [("path", "/team/sub/b.txt"), ("page", "https://good.example/")];
    let cookie = cookie("/team/sub", "first password");
    let answer = posted(&fields).cookie(&cookie).alone(&clinic());
    assert!(html(&answer).contains(NOTHING));
}

#[test]
fn the_owner_learns_which_rule_it_is_and_how_to_correct_it() {
    let token = ("token", API_TOKEN);
    for (path, page, more, wants) in [
        (
            "/team/a.txt",
            "https://bad.example/",
            [].as_slice(),
            ["RULES[0].referers.", "add \"bad.example\" to allow in RULES[0].referers"],
        ),
        (
            "/team/a.txt",
            "https://bad.example/",
            &[("policy", "same-origin")],
            [SILENT, "set empty = true in RULES[0].referers"],
        ),
        (
            "/team/sub/b.txt",
            "https://good.example/",
            &[],
            ["RULES[0].referers.", "RULES[1].password"],
        ),
        ("/team/sub/deep/c.txt", "https://good.example/", &[], ["RULES[2].referers", "may not"]),
        (
            "/teams/t.txt",
            "https://good.example/",
            &[],
            ["RULES[3].access, RULES[3].countries", NOTHING],
        ),
        ("/top.txt", "https://good.example/", &[], ["No rule has referers here", PASSES]),
    ] {
        let html = found(path, page, &[more, &[token]].concat());
        for want in wants {
            assert!(html.contains(want), "{path} {page}: {want}: {html}");
        }
        assert!(!html.contains(API_TOKEN));
    }
    let fields = [("path", "/team/a.txt"), ("page", "https://bad.example/")];
    let bearer = posted(&fields).bearer(API_TOKEN).alone(&clinic());
    assert!(html(&bearer).contains("RULES[0]"));
}

#[test]
fn a_wrong_token_is_an_attempt_that_counts_and_is_never_shown() {
    let site = clinic();
    let mut host = Host { attempt_limit: 2, ..Host::default() };
    let guess = |token: &str| {
        posted(&[("path", "/team/a.txt"), ("page", "https://bad.example/"), ("token", token)])
    };
    for _ in 0..2 {
        let html = html(&guess("no token of theirs").send(&site, &mut host));
        assert!(html.contains("That token is not right."), "{html}");
        assert!(!html.contains("no token") && !html.contains("bad.example may"), "{html}");
    }
    assert_eq!(guess("another").send(&site, &mut host).status, 429);
    assert_eq!(guess("another").send(&site, &mut Host::without(Part::Attempts)).status, 503);
    // An address is kept by browsers and logs, so a token in one is none.
    let fields = [("path", "/team/a.txt"), ("page", "https://bad.example/"), ("token", API_TOKEN)];
    let html = html(&get(&format!("/-/doctor?{}", form(&fields))).alone(&site));
    assert!(!html.contains("RULES[") && !html.contains(API_TOKEN));
    let foreign = guess(API_TOKEN).origin("https://evil.example");
    assert_eq!(foreign.status(&site), 403);
}

#[test]
fn what_is_typed_in_is_shown_as_text_and_named_where_it_is_wrong() {
    let page = "https://good.example/";
    for (path, page, more, want) in [
        ("team", page, [].as_slice(), "That is not a path of this site."),
        ("/%zz", page, &[], "That is not a path of this site."),
        ("https://elsewhere.example/team/", page, &[], "another site’s address"),
        ("/team/", "good.example", &[], "not the address of a page"),
        ("/team/", "javascript:alert(1)", &[], "not the address of a page"),
        ("/team/", page, &[("list", "white"), ("hosts", "a b@c")], "One of the sites on the list"),
        ("\"><script>alert(1)</script>", "\"><script>", &[], "That is not a path"),
    ] {
        let html = found(path, page, more);
        assert!(html.contains(want), "{path} {page}: {html}");
        assert!(!html.contains("<script>alert"), "{html}");
    }
    let empty = html(&get("/-/doctor").alone(&clinic()));
    assert!(!empty.contains("role=\"alert\"") && !empty.contains("class=\"found\""));
}

#[test]
fn a_list_of_the_accounts_own_is_held_against_every_kind_of_client() {
    let verdicts = |more: &[(&str, &str)]| {
        let html = found("/top.txt", "https://blog.example/post", more);
        let passes = |row: &str| row.starts_with("<dd class=\"good\"");
        html.match_indices("<dd class=").map(|(at, _)| passes(&html[at..])).collect::<Vec<_>>()
    };
    assert!(verdicts(&[]).is_empty());
    let white = ("list", "white");
    assert_eq!(verdicts(&[white, ("hosts", "blog.example")]), [false, false, true]);
    assert_eq!(
        verdicts(&[white, ("hosts", "https://files.example/\r\n*.example"), ("empty", "on")]),
        [true, true, true]
    );
    // Later parts of a film come with what the page's policy allows.
    let film = [white, ("hosts", "good.example"), ("empty", "on"), ("way", "video")];
    assert_eq!(verdicts(&film), [true, false, false, false]);
    assert_eq!(
        verdicts(&[&film[..], &[("policy", "same-origin")]].concat()),
        [true, false, false, true]
    );
    let from_health = found("/top.txt", "https://blog.example/post", &[("way", "audio")]);
    assert!(
        from_health.contains("what its policy allows: https://blog.example/."),
        "{from_health}"
    );
    let black = ("list", "black");
    assert_eq!(verdicts(&[black, ("hosts", "blog.example"), ("empty", "on")]), [true, true, false]);
}
