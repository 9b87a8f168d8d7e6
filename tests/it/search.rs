//! Search: what is found, in which order, and where it ends. Who finds what is held against a reference
//! in the leak suite.

use serde_json::{Value, json};
use signpost::site::Site;
use signpost::sources::listing::{Extent, Listing, encode};
use signpost::sources::upstream::entry::Entry;
use signpost::time::UnixSeconds;

use crate::support::host::Host;
use crate::support::request::{NOW, Req, claims, cookie, get, share, site};

const TREE: &str = "\
cosmos.txt:1:1600000000:https://vip.123pan.cn/13/1
my cosmos.txt:1:1600000000:https://vip.123pan.cn/13/2
microcosmos.txt:1:1600000000:https://vip.123pan.cn/13/3
Cosmos:
  S01E01.mkv:5:1600000001:https://vip.123pan.cn/13/4
  cosmos s01.nfo:https://vip.123pan.cn/13/5
  Extra:
    COSMOS.txt:1:1600000000:https://vip.123pan.cn/13/6
影视:
  中国人.mkv:1:1600000000:https://vip.123pan.cn/13/7
  大中国.mkv:1:1600000000:https://vip.123pan.cn/13/8
team:
  plan b.txt:1:1600000000:https://vip.123pan.cn/13/9
  inner:
    plan c.txt:1:1600000000:https://vip.123pan.cn/13/10
named:
  plan d.txt:1:1600000000:https://vip.123pan.cn/13/11
\"a b+c%&#?.txt\":1:1600000000:https://vip.123pan.cn/13/12
";

fn open_site(rules: &Value) -> Site {
    let rules = rules.to_string();
    site(&[("URL_TREE", TREE), ("RULES", &rules), ("TEAM", "team password")])
}

fn ask(site: &Site, req: &Req) -> Value {
    let answer = req.alone(site);
    assert_eq!(answer.status, 200, "{req:?} {}", answer.body.text());
    serde_json::from_str(&answer.body.text()).unwrap()
}

fn paths(json: &Value) -> Vec<&str> {
    let results = json["results"].as_array().unwrap();
    results.iter().map(|row| row["path"].as_str().unwrap()).collect()
}

/// The paths that are found from a folder on.
fn find(site: &Site, folder: &str, words: &str) -> Vec<String> {
    let words = url::form_urlencoded::byte_serialize(words.as_bytes()).collect::<String>();
    let json = ask(site, &get(&format!("{folder}?search={words}")));
    assert_eq!((&json["more"], &json["partial"]), (&false.into(), &false.into()));
    paths(&json).into_iter().map(str::to_owned).collect()
}

#[test]
fn the_best_name_comes_first() {
    let site = open_site(&json!([]));
    for (folder, words, want) in [
        (
            "/",
            "cosmos",
            &[
                "/Cosmos/",
                "/cosmos.txt",
                "/Cosmos/Extra/COSMOS.txt",
                "/Cosmos/cosmos s01.nfo",
                "/my cosmos.txt",
                "/microcosmos.txt",
            ][..],
        ),
        ("/Cosmos/", "cosmos", &["/Cosmos/Extra/COSMOS.txt", "/Cosmos/cosmos s01.nfo"]),
        ("/Cosmos", "s01", &["/Cosmos/S01E01.mkv", "/Cosmos/cosmos s01.nfo"]),
        // One of the words has to be in the name itself, the others on the way to it.
        ("/", "cosmos  S01", &["/Cosmos/cosmos s01.nfo", "/Cosmos/S01E01.mkv"]),
        ("/", "s01 cosmos", &["/Cosmos/cosmos s01.nfo", "/Cosmos/S01E01.mkv"]),
        ("/", "cosmos extra", &["/Cosmos/Extra/", "/Cosmos/Extra/COSMOS.txt"]),
        ("/", "zgr", &["/影视/中国人.mkv"]),
        ("/", "zg", &["/影视/中国人.mkv", "/影视/大中国.mkv"]),
        ("/", "yingshi", &["/影视/"]),
        ("/", "yingshi mkv", &["/影视/大中国.mkv", "/影视/中国人.mkv"]),
        ("/", "中国", &["/影视/中国人.mkv", "/影视/大中国.mkv"]),
        ("/", "b+c%&#?", &["/a b+c%&#?.txt"]),
        ("/", "nothing", &[]),
        ("/team/inner/", "plan", &["/team/inner/plan c.txt"]),
    ] {
        assert_eq!(find(&site, folder, words), want, "{words} in {folder}");
    }
}

#[test]
fn a_result_says_all_that_a_page_needs() {
    let site = open_site(&json!([]));
    let json = ask(&site, &get("/-/api/search?q=%20s01e01%20%20mkv&path=/Cosmos/"));
    let row = json!({
        "name": "S01E01.mkv", "type": "file", "path": "/Cosmos/S01E01.mkv",
        "href": "/Cosmos/S01E01.mkv", "folder": "/Cosmos/", "size": 5, "modified": 1_600_000_001,
    });
    let want = json!({
        "query": "s01e01 mkv", "path": "/Cosmos/", "results": [row], "more": false, "partial": false,
    });
    assert_eq!(json, want);
    let json = ask(&site, &get("/?search=b%2Bc"));
    assert_eq!(json["results"][0]["href"], "/a%20b%2Bc%25%26%23%3F.txt");
    let json = ask(&site, &get("/-/api/search?q=extra"));
    let row = json!({
        "name": "Extra", "type": "folder", "path": "/Cosmos/Extra/", "href": "/Cosmos/Extra/",
        "folder": "/Cosmos/", "size": null, "modified": null,
    });
    assert_eq!((&json["path"], &json["results"][0]), (&"/".into(), &row));
}

#[test]
fn both_addresses_and_every_spelling_of_the_folder_answer_alike() {
    let site = open_site(&json!([]));
    let want = ask(&site, &get("/%E5%BD%B1%E8%A7%86/?search=mkv"));
    assert_eq!(paths(&want).len(), 2);
    for target in [
        "/影视?search=mkv",
        "/影视/?limit=50&search=mkv&format=json",
        "/-/api/search?q=mkv&path=/影视/",
        "/-/api/search?q=mkv&path=/%E5%BD%B1%E8%A7%86",
        "/-/api/search?path=%2F%E5%BD%B1%E8%A7%86%2F&q=mkv",
    ] {
        assert_eq!(ask(&site, &get(target)), want, "{target}");
    }
}

#[test]
fn an_invalid_search_is_an_error() {
    let site = open_site(&json!([{ "path": "/team", "password": "TEAM" }]));
    let long = "x".repeat(101);
    for (target, status, code) in [
        ("/-/api/search", 400, "bad_query"),
        ("/-/api/search?q=", 400, "bad_query"),
        ("/-/api/search?q=%20%09", 400, "bad_query"),
        ("/-/api/search?q=%ff", 400, "bad_query"),
        (&format!("/-/api/search?q={long}"), 400, "bad_query"),
        ("/?search", 400, "bad_query"),
        ("/?search=", 400, "bad_query"),
        ("/?search=a&limit=0", 400, "bad_query"),
        ("/?search=a&limit=201", 400, "bad_query"),
        ("/?search=a&limit=ten", 400, "bad_query"),
        ("/-/api/search?q=a&path=team", 400, "bad_path"),
        ("/-/api/search?q=a&path=/x/../team", 400, "bad_path"),
        ("/-/api/search?q=a&path=/nothing/", 404, "not_found"),
        ("/-/api/search?q=a&path=/cosmos.txt", 404, "not_found"),
        ("/-/api/search?q=a&path=/-/", 404, "not_found"),
        ("/nothing/?search=a", 404, "not_found"),
        // Whoever is not let in learns no more than that.
        ("/team/?search=", 401, "password_required"),
        ("/-/api/search?q=a&path=/team/", 401, "password_required"),
        ("/-/api/searches?q=a", 404, "not_found"),
        ("/~token/-/api/links", 404, "not_found"),
    ] {
        let answer = get(target).accept("text/html").alone(&site);
        assert_eq!(answer.status, status, "{target} {}", answer.body.text());
        if !target.contains("search=")
            && !target.starts_with("/-/api/search?")
            && target != "/-/api/search"
        {
            continue;
        }
        let is_page = answer.header("Content-Type").unwrap().starts_with("text/html");
        assert!(!is_page, "{target}");
        let json: Value = serde_json::from_str(&answer.body.text()).unwrap();
        assert_eq!(json["error"]["code"], code, "{target}");
        assert_eq!(answer.header("Access-Control-Allow-Origin"), None, "{target}");
    }
}

#[test]
fn an_answer_is_its_visitors_own() {
    let site = open_site(&json!([]));
    for target in ["/?search=cosmos", "/-/api/search?q=cosmos"] {
        let answer = get(target).alone(&site);
        assert_eq!(answer.header("Cache-Control"), Some("private, no-store"));
        assert!(answer.header("Vary").unwrap().contains("Cookie"));
        assert_eq!(answer.header("Access-Control-Allow-Origin"), None);
        for (method, status) in [("HEAD", 200), ("OPTIONS", 204), ("POST", 405), ("DELETE", 405)] {
            let answer = Req { method, ..get(target) }.alone(&site);
            assert_eq!(answer.status, status, "{method} {target}");
            if status != 200 {
                assert_eq!(answer.header("Allow"), Some("GET, HEAD, OPTIONS"));
            }
        }
    }
}

#[test]
fn at_a_files_address_there_is_the_file() {
    let site = open_site(&json!([{ "path": "/team", "password": "TEAM" }]));
    assert_eq!(get("/cosmos.txt?search=a").status(&site), 302);
    let in_team = get("/team/plan%20b.txt?search=a").cookie(&cookie("/team", "team password"));
    assert_eq!(in_team.status(&site), 302);
}

#[test]
fn a_locked_folder_is_searched_by_whom_it_is_open_to() {
    let site = open_site(&json!([
        { "path": "/team", "password": "TEAM" },
        { "path": "/named", "password": "TEAM", "listed": true },
    ]));
    assert_eq!(find(&site, "/", "plan"), [""; 0]);
    let json = ask(&site, &get("/?search=named"));
    assert_eq!(paths(&json), ["/named/"]);
    assert_eq!(json["results"][0]["locked"], true);
    let team = cookie("/team", "team password");
    for target in ["/?search=plan", "/team/?search=plan", "/-/api/search?q=plan&path=/team/"] {
        let json = ask(&site, &get(target).cookie(&team));
        assert_eq!(paths(&json), ["/team/plan b.txt", "/team/inner/plan c.txt"], "{target}");
    }
    let basic = get("/team/?search=plan").basic("team password");
    assert_eq!(paths(&ask(&site, &basic)).len(), 2);
    // One password opens one scope, wherever else it is set.
    let basic = get("/?search=plan").basic("team password");
    assert_eq!(paths(&ask(&site, &basic)), [""; 0]);
}

#[test]
fn a_share_link_searches_what_it_shares_and_stays_in_the_links() {
    let site = open_site(&json!([{ "path": "/team", "access": "link" }]));
    let link = share("/team", &claims("/team"));
    for target in ["/team/?search=plan", "/-/api/search?q=plan&path=/team/"] {
        let json = ask(&site, &get(&format!("{link}{target}")));
        assert_eq!(paths(&json), ["/team/plan b.txt", "/team/inner/plan c.txt"], "{target}");
        let href = json["results"][0]["href"].as_str().unwrap();
        assert_eq!(href, format!("{link}/team/plan%20b.txt"));
        assert_eq!(get(href).status(&site), 302);
    }
    for outside in ["/?search=plan", "/-/api/search?q=plan", "/-/api/search?q=a&path=/Cosmos/"] {
        assert_eq!(get(&format!("{link}{outside}")).status(&site), 404, "{outside}");
        assert_eq!(get("/team/?search=plan").status(&site), 404);
    }
}

#[test]
fn a_rate_limit_that_was_not_checked_is_not_bypassed() {
    let site = open_site(&json!([
        { "path": "/team", "rate": "CALM" },
        { "path": "/team/inner", "rate": "GUESSES" },
        { "path": "/named", "rate": "CALM" },
        { "path": "/Cosmos/Extra", "referers": { "allow": ["good.example"] } },
    ]));
    let mut host = Host { rate_limit: 1, ..Host::default() };
    let json = |answer: signpost::http::response::Response| -> Value {
        serde_json::from_str(&answer.body.text()).unwrap()
    };
    let got = json(get("/?search=plan").send(&site, &mut host));
    assert_eq!((paths(&got), &got["partial"]), (vec![], &true.into()));
    assert_eq!(host.asked, [""; 0]);
    let got = json(get("/team/?search=plan").send(&site, &mut host));
    assert_eq!((paths(&got), &got["partial"]), (vec!["/team/plan b.txt"], &true.into()));
    assert_eq!(get("/team/?search=plan").send(&site, &mut host).status, 429);
    // Where its pages refuse the visitor, so does the search, and there is nothing left to ask for.
    let elsewhere = get("/Cosmos/?search=cosmos").referer("https://evil.example/");
    let got = json(elsewhere.alone(&site));
    assert_eq!((paths(&got), &got["partial"]), (vec!["/Cosmos/cosmos s01.nfo"], &false.into()));
    let here = get("/Cosmos/?search=cosmos").referer("https://good.example/");
    assert_eq!(paths(&ask(&site, &here)).len(), 2);
}

#[test]
fn more_says_that_there_are_others() {
    let file = |n| format!("film {n}.mkv:https://vip.123pan.cn/13/{n}\n");
    let mut tree = (1..=120).map(file).collect::<String>();
    tree.push_str("film:\n  x.mkv:https://vip.123pan.cn/13/x\n");
    let site = site(&[("URL_TREE", &tree)]);
    for (limit, count, more) in [
        ("", 50, true),
        ("&limit=1", 1, true),
        ("&limit=120", 120, true),
        ("&limit=200", 121, false),
    ] {
        let json = ask(&site, &get(&format!("/?search=film{limit}")));
        assert_eq!((paths(&json).len(), &json["more"]), (count, &more.into()), "{limit}");
        assert_eq!(paths(&json)[0], "/film/", "the exact name");
    }
    let json = ask(&site, &get("/?search=film&limit=121"));
    assert_eq!((&json["more"], paths(&json)[10]), (&false.into(), "/film 10.mkv"));
}

#[test]
fn a_search_ends_after_so_many_entries() {
    let folder = |name: &str, files: usize| {
        let lines = (0..files).map(|n| format!("  https://vip.123pan.cn/13/{name}{n}\n"));
        format!("{name}:\n{}", lines.collect::<String>())
    };
    let tree = folder("a", 150_000) + &folder("b", 49_998) + &folder("c", 10);
    let rules = json!([{ "path": "/a", "access": "deny" }]).to_string();
    let whole = site(&[("URL_TREE", &tree)]);
    let json = ask(&whole, &get("/?search=c1"));
    assert_eq!((paths(&json), &json["more"]), (vec![], &true.into()));
    assert_eq!(paths(&ask(&whole, &get("/c/?search=c1"))), ["/c/c1"]);
    // Many words take as long as many entries.
    let words = |count: usize| format!("/b/?search={}", ["bb"; 25][..count].join("+"));
    let ends = |count: usize| ask(&whole, &get(&words(count)))["more"].clone();
    assert_eq!((ends(20), ends(25)), (false.into(), true.into()));
    // What is hidden does not count.
    let partly = site(&[("URL_TREE", &tree), ("RULES", &rules)]);
    let json = ask(&partly, &get("/?search=c1"));
    assert_eq!((paths(&json), &json["more"]), (vec!["/c/c1"], &false.into()));
}

fn entry(id: u64, name: &str, folder: bool) -> Entry {
    let (name, modified) = (name.to_owned(), Some(UnixSeconds(1_600_000_000)));
    Entry { id, name, folder, size: 3, modified, md5: None, key_flag: String::new() }
}

fn cache(site: &Site, mount: usize, folder: u64, entries: Vec<Entry>, extent: Extent, at: u64) {
    let listing = Listing::parse(encode(entries, 0, extent, UnixSeconds(at))).unwrap();
    site.remote(mount).unwrap().cache().cache_if_newer(folder, listing, UnixSeconds(at));
}

#[test]
fn of_a_drive_that_is_searched_which_is_in_memory() {
    let mount =
        |path: &str, token: &str| json!({ "path": path, "source": "open", "access_token": token });
    let tree = "way:\n  plan a.txt:https://vip.123pan.cn/13/1\n  drive:\n    plan x.txt:https://vip.123pan.cn/13/2\n";
    let links = json!({ "path": "/", "source": "links", "tree": "TREE" });
    let mounts = json!([links, mount("/way/drive", "T1"), mount("/way/far/off", "T2")]).to_string();
    let site =
        site(&[("MOUNTS", &mounts), ("TREE", tree), ("T1", "a token"), ("T2", "another token")]);
    let number = |site: &Site, path: &str| {
        site.mounts().iter().position(|mount| mount.path() == path).unwrap()
    };
    let (drive, off) = (number(&site, "/way/drive"), number(&site, "/way/far/off"));
    cache(
        &site,
        drive,
        0,
        vec![entry(1, "plan b.txt", false), entry(2, "sub", true)],
        Extent::Whole,
        NOW,
    );
    let all = |site: &Site| {
        let json = ask(site, &get("/?search=plan"));
        let paths = paths(&json).into_iter().map(str::to_owned).collect::<Vec<_>>();
        (paths, json["partial"] == true)
    };
    // The mount hides what the tree has in its place; nobody is asked for what is not here.
    let (paths, partial) = all(&site);
    assert_eq!(
        (paths, partial),
        (vec!["/way/plan a.txt".to_owned(), "/way/drive/plan b.txt".to_owned()], true)
    );
    cache(&site, drive, 2, vec![entry(3, "plan c.txt", false)], Extent::Whole, NOW - 3_600);
    cache(&site, off, 0, vec![entry(1, "plan d.txt", false)], Extent::Part, NOW);
    let (paths, partial) = all(&site);
    assert_eq!((paths.len(), partial), (4, true), "{paths:?}: one of them is still loading");
    cache(&site, off, 0, vec![entry(1, "plan d.txt", false)], Extent::Whole, NOW + 1);
    assert!(!all(&site).1, "everything was looked at");
}
