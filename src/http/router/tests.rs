mod broken_site;

use futures_util::FutureExt as _;

use crate::context::RequestContext;
use crate::http::request::{Request, RequestParts};
use crate::http::response::Response;
use crate::platform::fake::FakePlatform;
use crate::routes::redirect;
use crate::seed::RequestSeed;
use crate::site::Site;
use crate::time::UnixSeconds;

const TREE: &str = "\
Movies: https://vip.123pan.cn/13/movies/
  7:1694101621:a b.mkv
  Sub:
    c.mkv
\"<script>alert('1')&\\\"\":https://vip.123pan.cn/13/x
5:https://vip.123pan.cn/13/files/1.txt
https://files.example/foreign.txt
";

fn site(more: &[(&str, &str)]) -> Site {
    let pairs = [("URL_TREE", TREE), ("UID", "13"), ("PRIVATE_KEY", "289ds32418bxdba")];
    let lookup = |name: &str| {
        let mut pairs = more.iter().chain(&pairs);
        pairs.find(|(have, _)| *have == name).map(|(_, value)| (*value).to_owned())
    };
    Site::load(&lookup, UnixSeconds(1_700_000_000))
}

fn seed() -> RequestSeed {
    RequestSeed::new(UnixSeconds(1_700_000_000), [0xab; 16])
}

/// The response of a site on a platform that must not be asked for anything.
pub(crate) fn answer(site: &Site, parts: &RequestParts<'_>, seed: &RequestSeed) -> Response {
    let platform = FakePlatform::default();
    let ctx = RequestContext::new(&platform, *seed);
    let answer = super::answer(site, &Request::new(site, parts), &ctx).now_or_never().unwrap();
    assert_eq!(platform.take_asked(), [""; 0]);
    answer
}

fn ask(method: &str, target: &str, accept: Option<&str>) -> Response {
    let url = format!("https://dl.example.com{target}");
    answer(
        &site(&[]),
        &RequestParts { method, url: &url, accept, ..RequestParts::default() },
        &seed(),
    )
}

fn get(target: &str) -> Response {
    ask("GET", target, None)
}

/// A signed link, whose digest md5sum computed from the path, the three fields before it and the key.
const SIGNED: &str = "https://vip.123pan.cn/13/files/1.txt?auth_key=1700001800-abababababababababababababababab-13-b84690e53c36ac5934bbd3c733daee8b";

#[test]
fn a_file_is_a_redirect_that_nobody_stores() {
    for method in ["GET", "HEAD"] {
        let got = ask(method, "/1.txt", Some("text/html,*/*;q=0.8"));
        assert_eq!((got.status, got.header("Location")), (302, Some(SIGNED)));
        for (name, value) in redirect::HEADERS {
            assert_eq!(got.header(name), Some(value));
        }
    }
}

#[test]
fn the_hot_path_gives_the_location_of_the_router_or_nothing() {
    let targets = [
        "/1.txt",
        "/1.txt?x=1",
        "/1.txt?format=html",
        "/foreign.txt",
        "/Movies/a%20b.mkv",
        "/Movies/Sub/c.mkv",
        "/1.txt?format=json",
        "/1.txt?format=url",
        "/1.txt?format=x",
        "/1.txt/",
        "/Movies",
        "/Movies/",
        "/",
        "/nothing",
        "/%zz",
        "/-/health",
        "/a%2fb",
        "//1.txt",
        "/./1.txt",
    ];
    // A client that may want JSON never takes the hot path.
    let accepts = [None, Some("*/*")];
    // What a rule opens to some may be left to the router; what it closes may not take the hot path.
    let rules = [
        ("[]", true),
        (r#"[{"path":"/Movies/Sub","access":"deny"},{"path":"/1.txt","valid_minutes":5}]"#, true),
        (r#"[{"path":"/Movies","hide":{"blocked":["a b.mkv","Sub"]},"title":"x"}]"#, true),
        (r#"[{"path":"/","password":"WORD"},{"path":"/1.txt","access":"public"}]"#, true),
        (r#"[{"path":"/Movies","access":"link"}]"#, true),
        (r#"[{"path":"/Movies","referers":{"allow":["a.example"],"empty":true}}]"#, false),
        (r#"[{"path":"/","mode":"proxy"}]"#, true),
        (r#"[{"path":"/","head":"local"},{"path":"/Movies","head":"link"}]"#, true),
    ];
    for (rules, both) in rules {
        let bound = [("SITE_KEYS", KEY), ("KV", "{}"), ("GUESSES", "{}"), ("WORD", "the word")];
        let site = site(&[&[("RULES", rules)], &bound[..]].concat());
        let methods = ["GET", "HEAD"];
        let requests = targets.iter().flat_map(|target| accepts.map(|accept| (target, accept)));
        for ((target, accept), method) in
            requests.flat_map(|request| methods.map(|method| (request, method)))
        {
            let url = format!("https://dl.example.com{target}");
            let ask = RequestParts { method, url: &url, accept, ..RequestParts::default() };
            let long = answer(&site, &ask, &seed());
            let want = if long.status == 302 { long.header("Location") } else { None };
            let short = redirect::location(&site, &url, method == "HEAD", &seed());
            if both || short.is_some() {
                assert_eq!(short.as_deref(), want, "{rules} {target} {accept:?}");
            }
        }
    }
}

/// A signing key for these tests alone.
const KEY: &str = "0123456789abcdef0123456789abcdef";

#[test]
fn a_host_that_is_not_123pans_is_never_signed() {
    assert_eq!(get("/foreign.txt").header("Location"), Some("https://files.example/foreign.txt"));
}

#[test]
fn a_file_is_shown_as_json_and_as_text() {
    let want = serde_json::json!({
        "name": "1.txt", "path": "/1.txt", "size": 5, "modified": null, "url": SIGNED, "expires_at": 1_700_001_800,
    });
    for got in [get("/1.txt?format=json"), ask("GET", "/1.txt", Some("application/json"))] {
        assert_eq!(serde_json::from_str::<serde_json::Value>(&got.body.text()).unwrap(), want);
        assert_eq!(got.header("Cache-Control"), Some("no-store"));
    }
    assert_eq!(get("/1.txt?format=url").body.text(), SIGNED);
    assert_eq!(get("/1.txt?format=xml").status, 400);
    let unsigned = get("/foreign.txt?format=json");
    assert!(unsigned.body.text().contains("\"expires_at\":null"));
}

#[test]
fn a_folder_is_shown_as_json() {
    let got = get("/Movies/?format=json");
    let want = serde_json::json!({ "path": "/Movies/", "name": "Movies", "entries": [
        { "name": "Sub", "type": "folder", "path": "/Movies/Sub/", "size": null, "modified": null },
        { "name": "a b.mkv", "type": "file", "path": "/Movies/a b.mkv", "size": 7, "modified": 1_694_101_621 },
    ], "total": 2, "page": 1, "pages": 1 });
    assert_eq!(serde_json::from_str::<serde_json::Value>(&got.body.text()).unwrap(), want);
    assert_eq!(get("/Movies/?format=url").status, 400);
}

#[test]
fn a_page_of_what_cannot_be_listed_does_not_say_that_nothing_is_there() {
    let site = site(&[("URL_TREE", "hls/*: https://vip.123pan.cn/13/hls/\nempty:\n")]);
    let page = |url| {
        answer(&site, &RequestParts { method: "GET", url, ..RequestParts::default() }, &seed())
    };
    let said = |url| page(url).body.text().matches("There is nothing").count();
    assert_eq!(said("https://dl.example.com/hls/"), 0);
    assert_eq!(said("https://dl.example.com/empty/"), 1);
}

#[test]
fn a_page_escapes_every_name_and_links_without_query() {
    let page = get("/");
    let html = page.body.text();
    // The page has its own script, and no other.
    let scripts = html.split("<script").skip(1).collect::<Vec<_>>();
    assert!(
        matches!(*scripts, [own] if own.starts_with(" type=\"module\" src=\"/-/assets/")),
        "{html}"
    );
    let row = "<a href=\"%3Cscript%3Ealert%28%271%27%29%26%22\">&#60;script&#62;alert(&#39;1&#39;)&#38;&#34;</a>";
    assert!(html.contains(row), "{html}");
    let hrefs = html.split("href=\"").skip(1).filter_map(|rest| rest.split('"').next());
    let rows = hrefs.filter(|href| !href.starts_with("/-/")).collect::<Vec<_>>();
    let want =
        ["#main", "./", "Movies/", "%3Cscript%3Ealert%28%271%27%29%26%22", "1.txt", "foreign.txt"];
    assert_eq!(rows, want);
    let policy = page.header("Content-Security-Policy").unwrap();
    assert!(policy.starts_with("default-src 'none';") && !policy.contains("unsafe"));
    assert_eq!(page.header("X-Content-Type-Options"), Some("nosniff"));
}

#[test]
fn a_slash_at_the_end_is_put_right_and_the_query_kept() {
    const CASES: &[(&str, &str)] = &[
        ("/Movies", "/Movies/"),
        ("/Movies?format=json", "/Movies/?format=json"),
        ("/Movies?x='<>", "/Movies/?x=%27%3C%3E"),
        ("/Movies//", "/Movies/"),
        ("/Movies/Sub///?x", "/Movies/Sub/?x"),
        ("//", "/"),
        ("/1.txt/", "/1.txt"),
        ("/1.txt//", "/1.txt"),
        ("/Movies/a%20b.mkv/?x", "/Movies/a%20b.mkv?x"),
    ];
    for (target, want) in CASES {
        let got = get(target);
        assert_eq!((got.status, got.header("Location")), (308, Some(*want)), "{target}");
    }
}

#[test]
fn a_missing_path_is_reported_as_html_or_json() {
    for (target, status) in [
        ("/nothing", 404),
        ("/Movies/nothing/", 404),
        ("/-/nothing", 404),
        ("/%zz", 400),
        ("/1.txt%2f", 400),
    ] {
        let page = get(target);
        assert_eq!(page.status, status, "{target}");
        assert_eq!(page.header("Content-Type"), Some("text/html; charset=utf-8"));
        let json = ask("GET", target, Some("application/json"));
        let body: serde_json::Value = serde_json::from_str(&json.body.text()).unwrap();
        assert_eq!((json.status, &body["error"]["status"]), (status, &status.into()), "{target}");
    }
}

#[test]
fn other_methods_are_refused_and_preflights_answered() {
    for method in ["POST", "PUT", "DELETE", "PATCH", "PROPFIND", "get"] {
        let got = ask(method, "/1.txt", None);
        assert_eq!(
            (got.status, got.header("Allow")),
            (405, Some("GET, HEAD, OPTIONS")),
            "{method}"
        );
        assert!(!got.body.text().contains("auth_key"));
    }
    for target in ["/1.txt", "/nothing"] {
        let got = ask("OPTIONS", target, None);
        assert_eq!((got.status, got.header("Access-Control-Allow-Origin")), (204, Some("*")));
    }
}

#[test]
fn health_counts_warns_and_shows_no_secret() {
    let health = |site: &Site| -> serde_json::Value {
        let ask = RequestParts {
            method: "GET",
            url: "https://dl.example.com/-/health",
            ..RequestParts::default()
        };
        let answer = answer(site, &ask, &seed());
        assert!(!answer.body.text().contains("289ds") && !answer.body.text().contains("foreign"));
        serde_json::from_str(&answer.body.text()).unwrap()
    };
    let ok = health(&site(&[]));
    assert_eq!((&ok["status"], &ok["version"]), (&"ok".into(), &env!("CARGO_PKG_VERSION").into()));
    let mount = serde_json::json!({
        "path": "/", "source": "links", "files": 5, "folders": 2, "entries": 7, "signed": true,
    });
    assert_eq!(ok["mounts"], serde_json::json!([mount]));
    assert_eq!(ok["warnings"][0]["message"], "a host that is not signed for");
    assert_eq!(ok["warnings"][0]["lines"], serde_json::json!([7]));
    assert_eq!(ok["errors"], serde_json::json!([]));
    let twice = "a:https://vip.123pan.cn/1\na:https://vip.123pan.cn/1\nb:https://vip.123pan.cn/1\nb:https://vip.123pan.cn/1\n";
    let twice = health(&site(&[("URL_TREE", twice)]));
    assert_eq!(twice["warnings"][0]["message"], "the path stands in an earlier line already");
    assert_eq!(twice["warnings"][0]["lines"], serde_json::json!([2, 4]));
    let broken = health(&site(&[("URL_TREE_2", "nothing")]));
    assert_eq!(broken["status"], "broken");
    assert_eq!(
        (&broken["errors"][0]["setting"], &broken["errors"][0]["line"]),
        (&"URL_TREE_2".into(), &1.into())
    );
}
