//! Links that visitors make: where a rule lets them, to exactly what they opened, for as long as it says.

use serde_json::{Value, json};
use signpost::site::Site;
use signpost::time::UnixSeconds;
use signpost_pages::feed::FeedFormat;

use super::{ruled, ruled_with};
use crate::support::host::{Host, Part};
use crate::support::request::{NOW, Req, SITE, claims, cookie, get, location, share};

/// The form of a page's link box.
fn form(fields: &[(&str, &str)]) -> Req {
    let body = url::form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish();
    let req = Req { method: "POST", body: Some(body), ..get("/-/api/share") };
    req.origin(SITE)
}

fn team() -> Req {
    get("").cookie(&cookie("/team", "first password"))
}

/// What a visitor is given for a path: its status, and the link's path with its end.
fn ask(site: &Site, host: &mut Host, client: &Req, fields: &[(&str, &str)]) -> (u16, Value) {
    let Req { cookie, authorization, .. } = client.clone();
    let answer = Req { cookie, authorization, ..form(fields) }.send(site, host);
    let cache = answer.header("Cache-Control").unwrap();
    assert!(cache == "private, no-store" || answer.status != 200 && cache.contains("no-store"));
    assert_eq!(answer.header("Access-Control-Allow-Origin").is_some(), answer.status != 200);
    (answer.status, serde_json::from_str(&answer.body.text()).unwrap())
}

fn link(site: &Site, client: &Req, path: &str) -> String {
    let (status, json) = ask(site, &mut Host::default(), client, &[("path", path)]);
    assert_eq!(status, 200, "{json}");
    json["url"].as_str().unwrap().strip_prefix(SITE).unwrap().to_owned()
}

fn site() -> Site {
    ruled(&json!([
        { "path": "/team", "password": "FIRST", "share_hours": 12 },
        { "path": "/team/sub/deep", "password": "SECOND" },
        { "path": "/teams", "password": "SECOND" },
        { "path": "/Team", "access": "link", "share_hours": 12 },
    ]))
}

#[test]
fn who_knows_the_password_may_pass_on_what_it_opens() {
    let site = site();
    for client in [team(), get("").basic("first password")] {
        let file = link(&site, &client, "/team/a.txt");
        assert!(file.starts_with("/~") && file.ends_with("/team/a.txt"), "{file}");
        assert_eq!(get(&file).status(&site), 302);
        let folder = link(&site, &client, "/team/");
        assert_eq!(get(&folder).status(&site), 200);
        assert_eq!(get(&format!("{folder}sub/b.txt")).status(&site), 302);
        // A folder's address needs no slash.
        assert!(link(&site, &client, "/team/sub").ends_with("/team/sub/"));
        assert!(link(&site, &client, "/te%61m/a.txt?view#x").ends_with("/team/a.txt"));
    }
}

#[test]
fn a_visitors_link_opens_that_scope_and_nothing_else() {
    let site = site();
    let token = |path: &str| {
        let link = link(&site, &team(), path);
        link.strip_suffix(path).unwrap().to_owned()
    };
    for (path, target, status) in [
        ("/team/a.txt", "/team/a.txt", 302),
        ("/team/a.txt", "/team/a2.txt", 404),
        ("/team/a.txt", "/team/", 404),
        ("/team/sub/", "/team/sub/", 200),
        ("/team/sub/", "/team/sub/b.txt", 302),
        ("/team/sub/", "/team/a.txt", 404),
        ("/team/", "/team/sub/b.txt", 302),
        // Another lock below it stays shut.
        ("/team/", "/team/sub/deep/", 401),
        ("/team/", "/team/sub/deep/c.txt", 401),
        ("/team/", "/", 404),
        ("/team/", "/teams/t.txt", 404),
    ] {
        let target = format!("{}{target}", token(path));
        assert_eq!(get(&target).status(&site), status, "{path}: {target}");
    }
    // Whoever knows both passwords gets a link for the inner room by itself.
    let both = [cookie("/team", "first password"), cookie("/team/sub/deep", "second password")];
    let both = get("").cookie(&both.join("; "));
    let inner = link(&site, &both, "/team/sub/deep/");
    assert_eq!(get(&inner).status(&site), 200);
    let outer = link(&site, &both, "/team/");
    assert_eq!(get(&format!("{outer}sub/deep/")).status(&site), 401);
}

#[test]
fn no_link_is_made_for_what_a_visitor_cannot_open_or_may_not_pass_on() {
    let site = site();
    let other = get("").cookie(&cookie("/teams", "second password"));
    for (client, path, status) in [
        (get(""), "/team/a.txt", 401),
        (get(""), "/team/", 401),
        (get("").basic("wrong"), "/team/a.txt", 401),
        (other.clone(), "/team/a.txt", 401),
        (team(), "/team/sub/deep/c.txt", 401),
        // The password opens it, but no rule lets it be passed on.
        (other, "/teams/t.txt", 403),
        (team(), "/Team/T.txt", 404),
        (team(), "/team/nothing", 404),
        (team(), "/-/health", 404),
        (team(), "/~latest/team/*", 404),
        (team(), "/~random", 404),
        (team(), "/team%2fa.txt", 400),
        (team(), "/team/../team/a.txt", 400),
        (team(), "team/a.txt", 400),
        (team(), "@evil.example/team/a.txt", 400),
        (team(), "//evil.example/team/a.txt", 400),
        (team(), "", 400),
    ] {
        let (got, json) = ask(&site, &mut Host::default(), &client, &[("path", path)]);
        assert_eq!(got, status, "{path}: {json}");
        assert!(!json.to_string().contains("/~"), "{json}");
    }
    // What is open needs no link, and has no end.
    let open = ask(&site, &mut Host::default(), &get(""), &[("path", "/top.txt")]);
    let want = json!({ "url": "https://files.example/top.txt", "expires_at": null });
    assert_eq!(open, (200, want));
}

#[test]
fn a_visitors_link_ends_when_they_say_and_never_later_than_the_rule() {
    let site = site();
    let end = |hours: &[(&str, &str)]| {
        let fields = [&[("path", "/team/a.txt")], hours].concat();
        let (status, json) = ask(&site, &mut Host::default(), &team(), &fields);
        let Some(expires_at) = json["expires_at"].as_u64() else { return Err(status) };
        let path = json["url"].as_str().unwrap().strip_prefix(SITE).unwrap();
        let last = expires_at - NOW;
        assert_eq!(get(path).later(last - 1).status(&site), 302, "{hours:?}");
        assert_eq!(get(path).later(last).status(&site), 410, "{hours:?}");
        Ok(last)
    };
    assert_eq!(end(&[]), Ok(12 * 3_600), "a day would be more than the rule allows");
    for (hours, want) in [
        ("1", Ok(3_600)),
        ("12", Ok(12 * 3_600)),
        ("13", Ok(12 * 3_600)),
        ("99999999999999999999", Ok(12 * 3_600)),
        ("", Ok(12 * 3_600)),
        ("0", Err(400)),
        ("-1", Err(400)),
        ("1.5", Err(400)),
    ] {
        assert_eq!(end(&[("hours", hours)]), want, "{hours:?}");
    }
    let long = ruled(&json!([{ "path": "/team", "password": "FIRST", "share_hours": 8760 }]));
    let (_, json) = ask(&long, &mut Host::default(), &team(), &[("path", "/team/")]);
    assert_eq!(json["expires_at"], NOW + 24 * 3_600);
}

#[test]
fn a_visitors_link_dies_with_the_keys_and_with_all_others() {
    let site = site();
    let link = link(&site, &team(), "/team/a.txt");
    let other_keys = "other-0123456789abcdefghijklmnopqrst";
    let rules = json!([{ "path": "/team", "password": "FIRST", "share_hours": 12 }]);
    let changed = ruled_with(&rules, &[("SITE_KEYS", other_keys)]);
    assert_eq!(get(&link).status(&changed), 404);

    let mut host = Host::default();
    assert_eq!(get(&link).send(&site, &mut host).status, 302);
    host.revoked.add_all_before(UnixSeconds(NOW + 1));
    assert_eq!(get(&link).send(&site, &mut host).status, 410);
    // One that is made in the same second, but afterwards, is not among them.
    let (_, json) = ask(&site, &mut host, &team(), &[("path", "/team/a.txt")]);
    let newer = json["url"].as_str().unwrap().strip_prefix(SITE).unwrap();
    assert_eq!(get(newer).send(&site, &mut host).status, 302);
    // Without the list nobody knows whether it would be.
    let mut host = Host::without(Part::Revoked);
    assert_eq!(ask(&site, &mut host, &team(), &[("path", "/team/a.txt")]).0, 503);
}

#[test]
fn who_came_by_a_link_passes_on_that_link_with_its_end() {
    let site = site();
    let mut own = claims("/team");
    own.uses = Some(3);
    let own = share("/team", &own);
    for path in ["/team/a.txt", "/team/sub/"] {
        let fields = [("path", &*format!("{own}{path}")), ("hours", "9999")];
        let (status, json) = ask(&site, &mut Host::default(), &get(""), &fields);
        let want = json!({ "url": format!("{SITE}{own}{path}"), "expires_at": NOW + 3_600 });
        assert_eq!((status, json), (200, want));
    }
    // Even where a rule lets nobody make one.
    let link = share("/Team", &claims("/Team"));
    let path = format!("{link}/Team/T.txt");
    let (status, json) = ask(&site, &mut Host::default(), &get(""), &[("path", &path)]);
    assert_eq!((status, &json["url"]), (200, &json!(format!("{SITE}{path}"))));
}

#[test]
fn another_sites_page_gets_no_link_for_its_visitor() {
    let site = site();
    let post = |origin: Option<&str>| {
        let client = team();
        let origin = origin.map(str::to_owned);
        Req { origin, cookie: client.cookie, ..form(&[("path", "/team/a.txt")]) }.status(&site)
    };
    assert_eq!(post(Some(SITE)), 200);
    for origin in ["https://evil.example", "null", "https://files.example.evil.example"] {
        assert_eq!(post(Some(origin)), 403, "{origin}");
    }
    for method in ["GET", "HEAD", "PUT", "DELETE"] {
        let answer = Req { method, ..form(&[("path", "/top.txt")]) }.alone(&site);
        assert_eq!((answer.status, answer.header("Allow")), (405, Some("POST, OPTIONS")));
    }
    assert_eq!(Req { body: None, ..form(&[]) }.status(&site), 400);
}

#[test]
fn a_visitors_link_counts_as_the_rules_say() {
    let site = ruled(&json!([
        { "path": "/team", "password": "FIRST", "share_hours": 12, "max_links": 1 },
    ]));
    let link = link(&site, &team(), "/team/");
    let mut host = Host::default();
    let mut status = |file: &str| get(&format!("{link}{file}")).send(&site, &mut host).status;
    assert_eq!((status("a.txt"), status("a2.txt")), (302, 429));
}

#[test]
fn feeds_of_a_locked_folder_open_for_the_program_that_gets_them() {
    let site = site();
    let urls = |req: Req| {
        let answer = req.alone(&site);
        assert_eq!(answer.status, 200);
        assert_eq!(answer.header("Cache-Control"), Some("private, no-store"));
        let text = answer.body.text().into_owned();
        text.lines().map(|url| url.strip_prefix(SITE).unwrap().to_owned()).collect::<Vec<_>>()
    };
    let client = team();
    let with = |target: &str| Req { target: target.to_owned(), ..client.clone() };
    for url in urls(with("/team/?format=wget&hours=2")) {
        assert!(url.starts_with("/~"), "{url}");
        assert_eq!(get(&url).later(7_199).status(&site), 302, "{url}");
        assert_eq!(get(&url).later(7_200).status(&site), 410, "{url}");
        let sibling =
            url.replace("/team/a2.txt", "/team/a.txt").replace("/a.txt", "/sub/deep/c.txt");
        assert_eq!(get(&sibling).status(&site), 401, "{sibling}");
    }
    // Without that field in the rule links are plain, and ask for the password.
    let plain = get("/teams/?format=wget").cookie(&cookie("/teams", "second password"));
    assert_eq!(urls(plain), ["/teams/t.txt"]);
    // A link keeps itself.
    let own = share("/team", &claims("/team"));
    let want = ["a.txt", "a2.txt"].map(|file| format!("{own}/team/{file}"));
    assert_eq!(urls(get(&format!("{own}/team/?format=wget&hours=9"))), want);
    assert_eq!(get("/team/?format=wget").status(&site), 401);
    assert_eq!(location(&with("/team?format=wget").alone(&site)), "/team/?format=wget");
}

#[test]
fn the_links_of_every_feed_end_when_the_visitor_says_and_never_later_than_the_rule() {
    let site = site();
    let ask = |format: &str, hours: &str| {
        let target = format!("/team/?format={format}{hours}");
        Req { target, ..team() }.alone(&site)
    };
    for (format, _) in FeedFormat::ALL {
        for (hours, want) in [
            ("", 12),
            ("&hours=", 12),
            ("&hours=1", 1),
            ("&hours=11", 11),
            ("&hours=12", 12),
            ("&hours=13", 12),
            ("&hours=0012", 12),
            ("&hours=8761", 12),
            ("&hours=65535", 12),
            ("&hours=65536", 12),
            ("&hours=65537", 12),
            ("&hours=18446744073709551617", 12),
            // The first one counts.
            ("&hours=2&hours=9", 2),
        ] {
            let answer = ask(format, hours);
            assert_eq!(answer.status, 200, "{format}{hours}");
            let text = answer.body.text();
            let Some((_, rest)) = text.split_once("https://files.example/~") else {
                // Nothing in the folder is played.
                assert!(["m3u8", "xspf", "strm"].contains(&format), "{format}");
                continue;
            };
            let file = format!("/~{}/team/a.txt", rest.split('/').next().unwrap());
            let last = want * 3_600;
            assert_eq!(get(&file).later(last - 1).status(&site), 302, "{format}{hours}");
            assert_eq!(get(&file).later(last).status(&site), 410, "{format}{hours}");
        }
        for hours in ["0", "00", "-1", "-0", "+1", "1.5", "1e3", "x", "%31", "1%20", "1h", "１"] {
            let answer = ask(format, &format!("&hours={hours}"));
            assert_eq!(answer.status, 400, "{format} {hours}");
            assert!(!answer.body.text().contains("/~"), "{format} {hours}");
        }
    }
}

#[test]
fn a_link_to_a_folder_ends_as_soon_as_any_rule_of_what_it_opens_says() {
    let site = ruled(&json!([
        { "path": "/team", "password": "FIRST", "share_hours": 12 },
        { "path": "/team/sub", "share_hours": 2 },
        // Another lock, which the link doesn't open: its rule says nothing about it.
        { "path": "/team/sub/deep", "password": "SECOND", "share_hours": 1 },
        { "path": "/team/a2.txt", "share_hours": 48 },
    ]));
    let hours = |path: &str| {
        let fields = [("path", path), ("hours", "9999")];
        let (status, json) = ask(&site, &mut Host::default(), &team(), &fields);
        assert_eq!(status, 200, "{json}");
        (json["expires_at"].as_u64().unwrap() - NOW) / 3_600
    };
    for (path, want) in [
        ("/team/", 2),
        ("/team/a.txt", 12),
        ("/team/a2.txt", 48),
        ("/team/sub/", 2),
        ("/team/sub/b.txt", 2),
    ] {
        assert_eq!(hours(path), want, "{path}");
    }
}
