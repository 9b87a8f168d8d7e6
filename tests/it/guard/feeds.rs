//! A folder for other programs: the rows of its page, and nothing else.

use serde_json::json;
use signpost_pages::feed::FeedFormat;

use super::ruled;
use crate::support::request::{NOW, Req, claims, cookie, get, share};

#[test]
fn a_feed_has_the_files_of_the_page_that_open() {
    let site = ruled(&json!([
        { "path": "/team/sub", "password": "FIRST", "listed": true },
        { "path": "/team/a2.txt", "access": "deny" },
    ]));
    for (name, format) in FeedFormat::ALL {
        let answer = get(&format!("/team/?format={name}")).alone(&site);
        assert_eq!(
            (answer.status, answer.header("Content-Type")),
            (200, Some(format.content_type()))
        );
        assert_eq!(answer.header("Cache-Control"), Some("private, no-cache"), "{name}");
        assert_eq!(answer.header("Vary"), Some("Accept, Accept-Language, Cookie"), "{name}");
        assert_eq!(answer.header("X-Content-Type-Options"), Some("nosniff"), "{name}");
        let text = answer.body.text();
        assert!(!text.contains("a2.txt") && !text.contains("sub"), "{name}: {text}");
        let lists_texts = !matches!(format, FeedFormat::M3u8 | FeedFormat::Xspf | FeedFormat::Strm);
        assert_eq!(
            text.contains("https://files.example/team/a.txt"),
            lists_texts,
            "{name}: {text}"
        );
        let head = Req { method: "HEAD", ..get(&format!("/team/?format={name}")) };
        assert_eq!(head.status(&site), 200);
        // Of a file there is none.
        assert_eq!(get(&format!("/team/a.txt?format={name}")).status(&site), 400, "{name}");
        assert_eq!(get(&format!("/nothing/?format={name}")).status(&site), 404, "{name}");
    }
    let catalogue = get("/team/?format=opds").cookie(&cookie("/team/sub", "first password"));
    let catalogue = catalogue.alone(&site).body.text().into_owned();
    assert!(catalogue.contains("https://files.example/team/sub/?format=opds"), "{catalogue}");
    assert!(catalogue.contains("rel=\"up\" href=\"https://files.example/?format=opds\""));
}

#[test]
fn what_is_for_keeping_is_called_as_its_folder() {
    let site = ruled(&json!([]));
    for (target, want) in [
        ("/team/?format=strm", Some("team.zip")),
        ("/caf%C3%A9/?format=m3u8", Some("caf%C3%A9.m3u8")),
        ("/%3B%20rm%20%2541%3F%23/?format=aria2", Some("%3B%20rm%20%2541%3F%23.txt")),
        ("/?format=metalink", Some("Signpost.meta4")),
        ("/?format=wget", None),
        ("/?format=rss", None),
        ("/?format=opds", None),
    ] {
        let answer = get(target).alone(&site);
        assert_eq!(answer.status, 200, "{target}");
        let header = answer.header("Content-Disposition");
        let name = header.map(|header| header.split_once("filename*=UTF-8''").unwrap().1);
        assert_eq!(name, want, "{header:?}");
    }
}

#[test]
fn a_feed_speaks_the_visitors_language_and_has_the_rules_title() {
    let site = ruled(&json!([{ "path": "/team", "title": "Team & <co>" }]));
    let feed = |language| {
        let answer = Req { language: Some(language), ..get("/team/?format=rss") }.alone(&site);
        answer.body.text().into_owned()
    };
    assert!(feed("zh-TW").contains("<language>zh-Hant</language>"));
    assert!(feed("en").contains("<description>Team &amp; &lt;co&gt;</description>"));
    let robots = ruled(&json!([{ "path": "/team", "robots": "noindex" }]));
    let answer = get("/team/?format=atom").alone(&robots);
    assert_eq!(answer.header("X-Robots-Tag"), Some("noindex"));
    // A wrong form says which there are.
    let wrong = get("/team/?format=pls").accept("text/html").alone(&site);
    let text = wrong.body.text();
    assert_eq!(wrong.status, 400);
    for (name, _) in FeedFormat::ALL.iter().filter(|(name, _)| *name != "opds-books") {
        assert!(text.contains(name), "{name}: {text}");
    }
}

#[test]
fn a_feed_by_a_share_link_stays_inside_it() {
    let site = ruled(&json!([{ "path": "/team", "access": "link" }]));
    let token = share("/team", &claims("/team"));
    let feed = |path: &str| {
        get(&format!("{token}{path}?format=opds")).alone(&site).body.text().into_owned()
    };
    let base = format!("https://files.example{token}/team/");
    let top = feed("/team/");
    assert!(top.contains(&format!("rel=\"start\" href=\"{base}?format=opds\"")), "{top}");
    assert!(!top.contains("rel=\"up\""), "{top}");
    let sub = feed("/team/sub/");
    assert!(sub.contains(&format!("rel=\"up\" href=\"{base}?format=opds\"")), "{sub}");
    // Ids outlive the link.
    for text in [top, sub] {
        for id in text.split("<id>").skip(1) {
            assert!(id.starts_with("https://files.example/team/"), "{id}");
        }
    }
    let late = get(&format!("{token}/team/?format=rss"))
        .later(claims("/team").expires_at.unwrap().0 - NOW);
    assert_eq!(late.status(&site), 410);
}

/// The addresses and types in a `Link` header.
fn linked(header: &str) -> Vec<(&str, &str)> {
    let links = header.split(", ").map(|link| {
        let (address, rest) = link.strip_prefix('<').unwrap().split_once('>').unwrap();
        let kind = rest.strip_prefix("; rel=\"alternate\"; type=\"").unwrap();
        (address, kind.strip_suffix('"').unwrap())
    });
    links.collect()
}

#[test]
fn a_page_says_where_its_feeds_are_and_they_open_for_the_same_visitor() {
    let site = ruled(&json!([
        { "path": "/team", "password": "FIRST" },
        { "path": "/teams", "access": "link" },
    ]));
    let token = share("/teams", &claims("/teams"));
    let by_link = format!("{token}/teams/");
    for client in [
        get("/"),
        get("/?sort=size"),
        get("/team/").cookie(&cookie("/team", "first password")),
        get("/team/sub/").basic("first password"),
        get(&by_link),
    ] {
        let page = client.clone().accept("text/html").alone(&site);
        let header = page.header("Link").unwrap_or_else(|| panic!("none: {}", client.target));
        let feeds = linked(header);
        assert_eq!(feeds.len(), 3, "{header}");
        let folder = client.target.split('?').next().unwrap();
        for (address, kind) in feeds {
            assert!(address.starts_with("?format="), "it holds no token: {address}");
            let feed = Req { target: format!("{folder}{address}"), ..client.clone() };
            let answer = feed.alone(&site);
            let got = answer.header("Content-Type").unwrap();
            assert_eq!((answer.status, got.split("; ").next()), (200, Some(kind)), "{folder}");
        }
    }
}

#[test]
fn a_page_names_no_feed_where_none_would_open() {
    let site = ruled(&json!([{ "path": "/team", "password": "FIRST" }]));
    for (target, status) in [
        ("/team/", 401),
        ("/nothing/", 404),
        ("/?format=json", 200),
        ("/?format=rss", 200),
        ("/top.txt?view", 200),
        ("/top.txt", 302),
    ] {
        let answer = get(target).accept("text/html").alone(&site);
        assert_eq!((answer.status, answer.header("Link")), (status, None), "{target}");
    }
}
