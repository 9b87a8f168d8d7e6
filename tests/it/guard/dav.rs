//! WebDAV: methods, properties and files, and what they cost.

use std::time::Duration;

use roxmltree::{Document, Node};
use serde_json::json;
use signpost::account::command::{AccountStatus, UpstreamLink};
use signpost::http::response::{Body, Response};
use signpost::site::Site;
use signpost::sources::listing::{Extent, Listing, encode};
use signpost::sources::upstream::entry::Entry;
use signpost::time::UnixSeconds;

use super::{ruled, ruled_with};
use crate::support::host::Host;
use crate::support::request::{NOW, Req, claims, get, location, propfind, share, site, text};

/// An entry of a multistatus: its address, and its properties by name.
#[derive(Debug)]
pub struct Row {
    pub href: String,
    pub found: Vec<(String, String)>,
    pub missing: Vec<String>,
}

impl Row {
    pub fn value(&self, name: &str) -> Option<&str> {
        self.found.iter().find(|(have, _)| have == name).map(|(_, value)| value.as_str())
    }
}

/// The rows of a multistatus.
pub fn rows(answer: &Response) -> Vec<Row> {
    assert_eq!(answer.status, 207, "{}", text(answer));
    assert_eq!(answer.header("Content-Type"), Some("application/xml; charset=utf-8"));
    let body = answer.body.text();
    let document = Document::parse(&body).unwrap_or_else(|error| panic!("{error}: {body}"));
    let root = document.root_element();
    assert!(root.has_tag_name(("DAV:", "multistatus")), "{body}");
    root.children().map(row).collect()
}

fn row(response: Node<'_, '_>) -> Row {
    let of = |node: Node<'_, '_>, status: &str| -> Vec<(String, String)> {
        let stats = node.children().filter(|node| node.has_tag_name(("DAV:", "propstat")));
        let has = |stat: &Node<'_, '_>| stat.last_child().unwrap().text() == Some(status);
        let properties = stats.filter(has).flat_map(|stat| stat.first_child().unwrap().children());
        let value = |node: Node<'_, '_>| {
            let element = node.first_element_child().map(|child| child.tag_name().name());
            element.or(node.text()).unwrap_or_default().to_owned()
        };
        properties.map(|node| (node.tag_name().name().to_owned(), value(node))).collect()
    };
    Row {
        href: response.first_child().unwrap().text().unwrap().to_owned(),
        found: of(response, "HTTP/1.1 200 OK"),
        missing: of(response, "HTTP/1.1 404 Not Found").into_iter().map(|(name, _)| name).collect(),
    }
}

pub fn hrefs(answer: &Response) -> Vec<String> {
    rows(answer).into_iter().map(|row| row.href).collect()
}

fn head(target: &str) -> Req {
    Req { method: "HEAD", ..get(target) }
}

#[test]
fn options_says_what_there_is_and_looks_at_no_path() {
    let site = ruled(&json!([{ "path": "/team", "access": "deny" }]));
    for target in ["/dav", "/dav/", "/dav/team/", "/dav/nothing", "/dav/..", "/dav-strm/%ff"] {
        let answer = Req { method: "OPTIONS", ..get(target) }.alone(&site);
        assert_eq!(answer.status, 200, "{target}");
        assert_eq!(answer.header("DAV"), Some("1"), "{target}");
        assert_eq!(answer.header("Allow"), Some("OPTIONS, GET, HEAD, PROPFIND"), "{target}");
        assert_eq!(answer.header("MS-Author-Via"), Some("DAV"), "{target}");
        assert_eq!(answer.header("Access-Control-Allow-Origin"), None, "{target}");
    }
    // A client that looks for a root above finds none.
    assert_eq!(Req { method: "OPTIONS", ..get("/") }.alone(&site).header("DAV"), None);
}

#[test]
fn methods_that_write_are_refused_without_a_look_at_the_path() {
    let site = ruled(&json!([{ "path": "/team", "password": "FIRST" }]));
    for method in ["PUT", "DELETE", "MKCOL", "COPY", "MOVE", "LOCK", "UNLOCK", "PROPPATCH", "POST"]
    {
        let answers =
            ["/dav/team/a.txt", "/dav/nothing", "/dav/..", "/dav-strm/?share"].map(|target| {
                let answer = Req { method, body: Some("x".into()), ..get(target) }.alone(&site);
                assert_eq!(answer.status, 405, "{method} {target}");
                assert_eq!(
                    answer.header("Allow"),
                    Some("OPTIONS, GET, HEAD, PROPFIND"),
                    "{method}"
                );
                assert_eq!(answer.header("DAV"), Some("1"), "{method}");
                text(&answer)
            });
        assert!(answers.iter().all(|answer| *answer == answers[0]), "{method}: {answers:?}");
    }
}

#[test]
fn a_folder_is_told_with_what_is_in_it() {
    let site = ruled(&json!([]));
    for target in ["/dav/team/", "/dav/team", "/dav/te%61m"] {
        let rows = rows(&propfind(target, "1").alone(&site));
        let hrefs = rows.iter().map(|row| row.href.as_str()).collect::<Vec<_>>();
        let want = ["/dav/team/", "/dav/team/sub/", "/dav/team/a.txt", "/dav/team/a2.txt"];
        assert_eq!(hrefs, want, "{target}");
        let folder = &rows[0];
        assert_eq!(folder.value("displayname"), Some("team"));
        assert_eq!(folder.value("resourcetype"), Some("collection"));
        assert_eq!(folder.value("getcontentlength"), None);
        let file = &rows[2];
        for (name, want) in [
            ("displayname", "a.txt"),
            ("resourcetype", ""),
            ("getcontentlength", "10"),
            ("getlastmodified", "Sun, 13 Sep 2020 12:26:40 GMT"),
            ("creationdate", "2020-09-13T12:26:40Z"),
            ("getetag", "\"a-5f5e1000\""),
            ("getcontenttype", "text/plain"),
        ] {
            assert_eq!(file.value(name), Some(want), "{name}");
        }
    }
    let root = rows(&propfind("/dav", "1").alone(&site));
    assert_eq!((&*root[0].href, root[0].value("displayname")), ("/dav/", Some("Signpost")));
    let odd = "/dav/%3B%20rm%20%2541%3F%23/";
    assert!(root.iter().any(|row| row.href == odd), "{root:?}");
    assert_eq!(hrefs(&propfind(odd, "1").alone(&site))[1], format!("{odd}o.txt"));
    let unknown = root.iter().find(|row| row.href == "/dav/unknown.txt").unwrap();
    assert_eq!((unknown.value("getcontentlength"), unknown.value("getetag")), (None, None));
}

#[test]
fn named_properties_that_are_not_there_are_told_as_missing() {
    let body = "<D:propfind xmlns:D='DAV:'><D:prop><D:getcontentlength/><D:quota-available-bytes/>\
        <x:y xmlns:x='urn:x'/></D:prop></D:propfind>";
    let site = ruled(&json!([]));
    let request = Req { body: Some(body.into()), ..propfind("/dav/team/a.txt", "0") };
    let rows = rows(&request.alone(&site));
    assert_eq!(rows[0].found, [("getcontentlength".into(), "10".into())]);
    assert_eq!(rows[0].missing, ["quota-available-bytes", "y"]);
}

#[test]
fn all_that_is_below_is_refused_for_folders_alone() {
    let site = ruled(&json!([]));
    for depth in [None, Some("infinity")] {
        for target in ["/dav/", "/dav/team", "/dav-strm/team/"] {
            let answer = Req { depth, ..propfind(target, "0") }.alone(&site);
            assert_eq!(answer.status, 403, "{target}");
            let body = answer.body.text();
            let document = Document::parse(&body).unwrap();
            let condition = document.root_element().first_child().unwrap();
            assert!(condition.has_tag_name(("DAV:", "propfind-finite-depth")), "{body}");
        }
        // Some clients ask for a file without saying how deep.
        let file = Req { depth, ..propfind("/dav/team/a.txt", "0") };
        assert_eq!(hrefs(&file.alone(&site)), ["/dav/team/a.txt"]);
    }
    assert_eq!(hrefs(&propfind("/dav/team", "0").alone(&site)), ["/dav/team/"]);
    assert_eq!(hrefs(&propfind("/dav/team/a.txt", "1").alone(&site)), ["/dav/team/a.txt"]);
}

#[test]
fn requests_that_are_no_webdav_are_told_so() {
    let site = ruled(&json!([]));
    for (request, status) in [
        (propfind("/dav/", "2"), 400),
        (Req { body: Some("<".into()), ..propfind("/dav/", "0") }, 400),
        (Req { body: Some("<!DOCTYPE a>".into()), ..propfind("/dav/", "0") }, 400),
        (propfind("/dav/..", "0"), 400),
        (propfind("/dav/%ff", "0"), 400),
        (propfind("/dav/nothing", "0"), 404),
        (propfind("/dav/team/nothing/", "1"), 404),
        (head("/dav/nothing"), 404),
        (get("/dav/nothing"), 404),
    ] {
        let answer = request.alone(&site);
        assert_eq!(answer.status, status, "{request:?}");
        let body = answer.body.text();
        let document = Document::parse(&body).unwrap();
        assert!(document.root_element().has_tag_name(("DAV:", "error")), "{request:?}: {body}");
    }
    let broken = crate::support::request::load(&[("SITE", "{ \"title\": 1 }")]);
    assert_eq!(propfind("/dav/", "1").status(&broken), 503);
}

#[test]
fn a_head_and_a_propfind_cost_nothing_and_a_get_is_charged() {
    let site = ruled(&json!([{ "path": "/", "budget": { "day": 10 }, "max_links": 1 }]));
    let mut host = Host::default();
    for target in ["/dav/team/a.txt", "/dav/team/a2.txt"] {
        let answer = head(target).from("192.0.2.1").send(&site, &mut host);
        let told = ["Content-Length", "Content-Type", "Last-Modified", "ETag", "Accept-Ranges"];
        let want = ["10", "text/plain", "Sun, 13 Sep 2020 12:26:40 GMT", "\"a-5f5e1000\"", "bytes"];
        assert_eq!(answer.status, 200);
        assert_eq!(told.map(|name| answer.header(name)), want.map(Some));
        assert!(matches!(answer.body, Body::None));
    }
    hrefs(&propfind("/dav/team/", "1").from("192.0.2.1").send(&site, &mut host));
    assert!(host.ticket_requests.is_empty(), "{:?}", host.ticket_requests);
    let answer = get("/dav/team/a.txt").from("192.0.2.1").send(&site, &mut host);
    assert_eq!(answer.status, 302);
    assert!(location(&answer).starts_with("https://vip.123pan.cn/13/a.txt?auth_key="));
    assert_eq!(answer.header("Access-Control-Allow-Origin"), None);
    assert_eq!(host.ticket_requests.len(), 1);
    let answer = get("/dav/team/a2.txt").from("192.0.2.1").send(&site, &mut host);
    assert_eq!(answer.status, 429);
    assert!(answer.header("Retry-After").is_some());
    assert_eq!(head("/dav/unknown.txt").alone(&site).header("Content-Length"), None);
}

#[test]
fn a_folder_answers_a_head_and_shows_its_page_to_a_browser() {
    let site = ruled(&json!([]));
    let token = share("/team", &claims("/team"));
    for (target, page) in [
        ("/dav".to_owned(), "/".to_owned()),
        ("/dav/team".to_owned(), "/team/".to_owned()),
        ("/dav-strm/team/sub/".to_owned(), "/team/sub/".to_owned()),
        (format!("{token}/dav/team/"), format!("{token}/team/")),
    ] {
        assert_eq!(head(&target).status(&site), 200, "{target}");
        let answer = get(&target).alone(&site);
        assert_eq!((answer.status, location(&answer)), (302, &*page), "{target}");
    }
}

#[test]
fn a_rule_may_have_the_bytes_of_webdav_go_through_the_worker() {
    let site = ruled(&json!([
        { "path": "/", "dav": "proxy" },
        { "path": "/team/sub", "dav": "mode" },
        { "path": "/teams", "mode": "proxy_url", "proxy_url": "https://proxy.example", "proxy_key": "PROXY" },
    ]));
    for (target, is_streamed) in [
        ("/dav/team/a.txt", true),
        ("/dav/teams/t.txt", true),
        ("/dav/team/sub/b.txt", false),
        ("/team/a.txt", false),
    ] {
        let answer = get(target).alone(&site);
        let is = answer.status == 200 && matches!(answer.body, Body::Proxy(_));
        assert_eq!(is, is_streamed, "{target}: {answer:?}");
        let is_readable = answer.header("Access-Control-Allow-Origin").is_some();
        assert_eq!(is_readable, !target.starts_with("/dav/"), "{target}");
    }
}

#[test]
fn a_playlist_is_a_file_like_any_other() {
    let tree = [("URL_TREE", "a.m3u8:10:1600000000:https://vip.123pan.cn/13/a.m3u8\n")];
    let site = ruled_with(&json!([]), &tree);
    assert!(matches!(get("/a.m3u8").alone(&site).body, Body::Playlist(_)));
    assert_eq!(get("/dav/a.m3u8").status(&site), 302);
    assert_eq!(head("/dav/a.m3u8").alone(&site).header("Content-Length"), Some("10"));
    let proxied = ruled_with(&json!([{ "path": "/", "mode": "proxy" }]), &tree);
    assert!(matches!(get("/dav/a.m3u8").alone(&proxied).body, Body::Proxy(_)));
}

#[test]
fn a_share_link_is_a_root_of_its_own() {
    let site = ruled(&json!([{ "path": "/team", "access": "link" }]));
    let token = share("/team", &claims("/team"));
    let want = ["/", "/sub/", "/a.txt", "/a2.txt"].map(|path| format!("{token}/dav/team{path}"));
    assert_eq!(hrefs(&propfind(&format!("{token}/dav/team/"), "1").alone(&site)), want);
    assert_eq!(get(&format!("{token}/dav/team/a.txt")).status(&site), 302);
    assert_eq!(propfind("/dav/team/", "1").status(&site), 404);
    assert_eq!(propfind(&format!("{token}/dav/teams/"), "1").status(&site), 404);
}

/// A mount of 123Pan's whose root holds `a.txt`, as far as it was read.
fn mounted(extent: Extent, age: u64) -> Site {
    let mounts = json!([{ "path": "/", "source": "open", "access_token": "TOKEN" }]).to_string();
    let site = site(&[("MOUNTS", &mounts), ("TOKEN", "token")]);
    let drive = site.remote(0).unwrap();
    drive.update_status(AccountStatus::default(), UnixSeconds(NOW));
    let entry = Entry {
        id: 7,
        name: "a.txt".to_owned(),
        folder: false,
        size: 5,
        modified: Some(UnixSeconds(1_600_000_000)),
        md5: Some([0xab; 16]),
        key_flag: String::new(),
    };
    let text = encode(vec![entry], 0, extent, UnixSeconds(NOW - age));
    drive.cache().cache_if_newer(0, Listing::parse(text).unwrap(), UnixSeconds(NOW));
    let url = "https://download.cjjd19.com/123-1/a.txt?t=1".to_owned();
    let link = UpstreamLink { url, referer: None, permanent: None, age: Duration::ZERO };
    drive.cache_link(7, link, UnixSeconds(NOW));
    site
}

#[test]
fn a_listing_is_told_whole_or_not_at_all() {
    let whole = mounted(Extent::Whole, 0);
    let rows = rows(&propfind("/dav/", "1").alone(&whole));
    assert_eq!(rows.len(), 2);
    // The MD5 is for those alone to whom a rule tells it.
    assert_eq!(rows[1].value("getetag"), Some("\"5-5f5e1000\""));
    assert!(!format!("{rows:?}").contains("abab"), "{rows:?}");
    for target in ["/dav/", "/dav-strm/", "/dav-strm/film.strm"] {
        let answer = propfind(target, "1").alone(&mounted(Extent::Part, 0));
        assert_eq!((answer.status, answer.header("Retry-After")), (503, Some("3")), "{target}");
    }
    // What is there can be had meanwhile.
    let loading = mounted(Extent::Part, 0);
    assert_eq!(propfind("/dav/", "0").status(&loading), 207);
    assert_eq!(head("/dav/a.txt").status(&loading), 200);
    // An old listing is better than none.
    let answer = propfind("/dav/", "1").alone(&mounted(Extent::Whole, 3_600));
    assert_eq!(answer.header("X-Signpost-Cache"), Some("stale; age=3600"));
    assert_eq!(hrefs(&answer), ["/dav/", "/dav/a.txt"]);
}
