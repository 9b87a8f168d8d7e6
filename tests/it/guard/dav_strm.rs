//! WebDAV with films as `.strm` files.

use serde_json::json;
use signpost::http::response::{Body, Response};
use signpost::site::Site;
use signpost_core::strm_name;

use super::dav::{Row, hrefs, rows};
use super::ruled_with;
use crate::support::host::Host;
use crate::support::request::{Req, SITE, claims, get, propfind, share, text};

const TREE: &str = "\
films:
  Film &1.mkv:9000:1600000000:https://vip.123pan.cn/13/Film%201.mkv
  Film &1.zh.srt:7:1600000000:https://vip.123pan.cn/13/Film%201.srt
  twin.mkv:9:https://vip.123pan.cn/13/twin.mkv
  twin.mp4:9:https://vip.123pan.cn/13/twin.mp4
  song.flac:9:1600000000:https://vip.123pan.cn/13/song.flac
  old.avi:9:1600000000:https://vip.123pan.cn/13/old.avi
  old.strm:9:1600000000:https://vip.123pan.cn/13/old.strm
  secret.mkv:9:1600000000:https://vip.123pan.cn/13/secret.mkv
  hidden.mkv:9:1600000000:https://vip.123pan.cn/13/hidden.mkv
  sub.strm:
    a.mkv:9:1600000000:https://vip.123pan.cn/13/a.mkv
";

const NEVER: &str = "Thu, 01 Jan 1970 00:00:00 GMT";

fn library(rules: &serde_json::Value) -> Site {
    ruled_with(rules, &[("URL_TREE", TREE)])
}

fn rules() -> serde_json::Value {
    json!([
        { "path": "/films", "budget": { "day": 1 }, "hide": ["hidden.*"] },
        { "path": "/films/secret.mkv", "password": "FIRST", "listed": true },
    ])
}

fn ask(method: &'static str, target: &str, site: &Site) -> Response {
    Req { method, ..propfind(target, "0") }.alone(site)
}

#[test]
fn films_are_strm_files_and_everything_else_is_what_it_is() {
    let site = library(&rules());
    let mut host = Host::default();
    let answer = propfind("/dav-strm/films/", "1").send(&site, &mut host);
    let want = [
        "/dav-strm/films/",
        "/dav-strm/films/sub.strm/",
        "/dav-strm/films/Film%20%261.strm",
        "/dav-strm/films/Film%20%261.zh.srt",
        "/dav-strm/films/old.avi.strm",
        "/dav-strm/films/old.strm",
        "/dav-strm/films/secret.strm",
        "/dav-strm/films/song.flac",
        "/dav-strm/films/twin.mkv.strm",
        "/dav-strm/films/twin.mp4.strm",
    ];
    assert_eq!(hrefs(&answer), want);
    for row in rows(&answer).iter().skip(2) {
        if row.href.contains("secret") {
            let told =
                [("resourcetype", ""), ("displayname", "secret.strm"), ("getlastmodified", NEVER)];
            assert_eq!(row.found, told.map(|(name, text)| (name.to_owned(), text.to_owned())));
            continue;
        }
        let single = rows(&propfind(&row.href, "0").send(&site, &mut host));
        assert_eq!((&single[0].href, &single[0].found), (&row.href, &row.found));
        check_file(row, &site, &mut host);
    }
    assert!(host.ticket_requests.is_empty(), "{:?}", host.ticket_requests);
    assert_eq!(hrefs(&propfind("/dav-strm/films/sub.strm/", "1").alone(&site)).len(), 2);
    let own = propfind("/dav/films/", "1").alone(&site);
    assert!(hrefs(&own).contains(&"/dav/films/twin.mkv".to_owned()));
}

/// A row says the same as a HEAD, and the film's row as its content.
fn check_file(row: &Row, site: &Site, host: &mut Host) {
    let head = Req { method: "HEAD", ..get(&row.href) }.send(site, host);
    assert_eq!(head.status, 200, "{row:?}");
    for (header, property) in [
        ("Content-Length", "getcontentlength"),
        ("Last-Modified", "getlastmodified"),
        ("ETag", "getetag"),
        ("Content-Type", "getcontenttype"),
    ] {
        // A listing has a date for each row.
        let told = row.value(property).filter(|value| *value != NEVER);
        assert_eq!(head.header(header), told, "{row:?}");
    }
    let is_film = row.value("getcontenttype") == Some("text/plain; charset=utf-8");
    assert_eq!(is_film, strm_name::strip(&row.href).is_some() && !row.href.ends_with("/old.strm"));
    if is_film {
        let answer = get(&row.href).send(site, host);
        assert_eq!(answer.status, 200, "{row:?}");
        let content = answer.body.text().into_owned();
        assert_eq!(row.value("getcontentlength"), Some(&*content.len().to_string()), "{content}");
        let address = content.strip_suffix('\n').unwrap().strip_prefix(SITE).unwrap();
        // The file is there, and is more than its budget.
        assert_eq!(get(address).status(site), 429, "{address}");
    }
}

#[test]
fn a_strm_file_holds_the_films_own_address_and_costs_no_link() {
    let site = library(&rules());
    let mut host = Host::default();
    let answer = get("/dav-strm/films/Film%20%261.strm").send(&site, &mut host);
    assert_eq!(answer.body.text(), format!("{SITE}/films/Film%20%261.mkv\n"));
    assert_eq!(answer.header("Last-Modified"), Some("Sun, 13 Sep 2020 12:26:40 GMT"));
    assert!(matches!(answer.body, Body::Bytes(..)));
    assert!(host.ticket_requests.is_empty());
    // Other files are charged as ever.
    assert_eq!(get("/dav-strm/films/song.flac").send(&site, &mut host).status, 429);
    let token = share("/films", &claims("/films"));
    let linked = library(&json!([{ "path": "/films", "access": "link" }]));
    let answer = get(&format!("{token}/dav-strm/films/twin.mkv.strm")).alone(&linked);
    assert_eq!(answer.body.text(), format!("{SITE}{token}/films/twin.mkv\n"));
    assert_eq!(get("/dav-strm/films/twin.mkv.strm").status(&linked), 404);
}

#[test]
fn what_a_client_may_not_see_has_no_strm_file() {
    let site = library(&rules());
    for method in ["PROPFIND", "HEAD", "GET"] {
        let ghost = text(&ask(method, "/dav-strm/films/ghost.strm", &site));
        for name in
            ["hidden.strm", "hidden.mkv.strm", "twin.strm", "twin.mkv", "Film%20%261.mkv.strm"]
        {
            let answer = ask(method, &format!("/dav-strm/films/{name}"), &site);
            assert_eq!((answer.status, &text(&answer)), (404, &ghost), "{method} {name}");
        }
        assert_eq!(ask(method, "/dav-strm/films/secret.strm", &site).status, 401, "{method}");
        let opened = Req { method, ..propfind("/dav-strm/films/secret.strm", "0") };
        let opened = opened.login("/films/secret.mkv", "first password");
        assert!(matches!(opened.status(&site), 200 | 207), "{method}");
    }
    let inner = library(&json!([
        { "path": "/films", "password": "FIRST" },
        { "path": "/films/secret.mkv", "password": "SECOND", "listed": true },
    ]));
    for password in ["first password", "second password"] {
        let mut host = Host::default();
        let film = get("/dav-strm/films/secret.strm").basic(password).send(&inner, &mut host);
        let tried = host.asked.iter().filter(|asked| **asked == "password").count();
        assert_eq!((film.status, tried), (401, 1), "{password}");
    }
    let locked = library(&json!([{ "path": "/films", "password": "FIRST" }]));
    for method in ["PROPFIND", "HEAD", "GET"] {
        let [film, ghost] = ["old.avi.strm", "ghost.strm"]
            .map(|name| text(&ask(method, &format!("/dav-strm/films/{name}"), &locked)));
        assert_eq!(film, ghost, "{method}");
    }
}

#[test]
fn a_password_of_the_folder_is_not_held_against_a_films_own_rule() {
    let site = library(&json!([
        { "path": "/films", "password": "FIRST" },
        { "path": "/films/secret.mkv", "password": "SECOND", "listed": true },
    ]));
    let ask = |method, name: &str, password: &str| {
        let mut host = Host::default();
        let target = format!("/dav-strm/films/{name}");
        let req = Req { method, ..propfind(&target, "0") }.basic(password);
        let answer = req.send(&site, &mut host);
        let derived = host.asked.iter().filter(|asked| **asked == "password").count();
        (answer.status, derived)
    };
    for method in ["PROPFIND", "GET", "HEAD"] {
        let found = if method == "PROPFIND" { 207 } else { 200 };
        assert_eq!(ask(method, "twin.mkv.strm", "first password"), (found, 1), "{method}");
        assert_eq!(ask(method, "secret.strm", "first password"), (401, 1), "{method}");
        assert_eq!(ask(method, "secret.strm", "second password"), (401, 1), "{method}");
    }
    // In a folder that is open, it is the only one.
    let site = library(&rules());
    let mut host = Host::default();
    let req = get("/dav-strm/films/secret.strm").basic("first password");
    assert_eq!(req.send(&site, &mut host).status, 200);
}
