//! Lists of a folder with all below it (`depth=`): what is in them, in which order, and where they end.

use serde_json::json;
use signpost::site::Site;
use signpost::sources::listing::{Extent, Listing, encode};
use signpost::sources::upstream::entry::Entry;
use signpost::time::UnixSeconds;

use crate::support::host::Host;
use crate::support::request::{NOW, Req, SITE, claims, cookie, get, share, site};

const TREE: &str = "\
z.mkv:1:1600000000:https://vip.123pan.cn/13/1
a.txt:https://vip.123pan.cn/13/2
Show:
  Season 10:
    e1.mkv:https://vip.123pan.cn/13/3
  Season 2:
    e1.mkv:https://vip.123pan.cn/13/4
    Extra:
      x.mkv:https://vip.123pan.cn/13/5
  trailer.mkv:https://vip.123pan.cn/13/6
locked:
  l.mkv:https://vip.123pan.cn/13/7
  inner:
    i.mkv:https://vip.123pan.cn/13/8
  own:
    o.mkv:https://vip.123pan.cn/13/9
linked:
  k.mkv:https://vip.123pan.cn/13/10
hidden:
  h.mkv:https://vip.123pan.cn/13/11
";

fn open_site() -> Site {
    let rules = json!([
        { "path": "/", "hide": ["hidden"] },
        { "path": "/locked", "password": "TEAM", "listed": true },
        { "path": "/locked/own", "password": "OTHER", "listed": true },
        { "path": "/linked", "access": "link" },
    ]);
    let (team, other) = (("TEAM", "team password"), ("OTHER", "other password"));
    site(&[("URL_TREE", TREE), ("RULES", &rules.to_string()), team, other])
}

/// The paths in a list, in its order.
fn list(site: &Site, req: &Req) -> Vec<String> {
    let answer = req.alone(site);
    assert_eq!(answer.status, 200, "{req:?} {}", answer.body.text());
    let text = answer.body.text().into_owned();
    text.lines().map(|line| line.strip_prefix(SITE).unwrap().replace("%20", " ")).collect()
}

#[test]
fn a_list_has_the_folders_below_in_their_order_and_no_deeper_than_asked() {
    let site = open_site();
    let all = [
        "/Show/Season 2/Extra/x.mkv",
        "/Show/Season 2/e1.mkv",
        "/Show/Season 10/e1.mkv",
        "/Show/trailer.mkv",
        "/a.txt",
        "/z.mkv",
    ];
    for (target, want) in [
        ("/?format=wget&depth=9", &all[..]),
        ("/?format=wget&depth=2", &all[1..]),
        ("/?format=wget&depth=1", &all[3..]),
        ("/?format=wget&depth=0", &all[4..]),
        ("/?format=wget", &all[4..]),
        ("/Show/?format=wget&depth=1", &all[1..4]),
    ] {
        assert_eq!(list(&site, &get(target)), want, "{target}");
    }
    for query in ["format=rss&depth=1", "format=m3u8&depth=-1", "format=m3u8&since=1"] {
        assert_eq!(get(&format!("/?{query}")).status(&site), 400, "{query}");
    }
    // The query means nothing where nothing is listed.
    assert_eq!(get("/z.mkv?depth=x").status(&site), 302);
}

#[test]
fn what_does_not_open_for_a_client_is_in_no_list() {
    let site = open_site();
    let team = cookie("/locked", "team password");
    let locked = ["/locked/inner/i.mkv", "/locked/l.mkv"];
    for req in [get("/locked/?format=wget&depth=9").cookie(&team), get("/?format=wget&depth=9")] {
        let paths = list(&site, &req);
        assert!(
            !paths.iter().any(|path| path.contains("own") || path.contains("hidden")),
            "{paths:?}"
        );
    }
    assert_eq!(list(&site, &get("/locked/?format=wget&depth=9").cookie(&team)), locked);
    let basic = get("/locked/?format=wget&depth=9").basic("team password");
    assert_eq!(list(&site, &basic), locked);
    assert_eq!(get("/locked/?format=wget&depth=9").status(&site), 401);
    let link = share("/linked", &claims("/linked"));
    let paths = list(&site, &get(&format!("{link}/linked/?format=wget&depth=9")));
    assert_eq!(paths, [format!("{link}/linked/k.mkv")]);
}

#[test]
fn a_folder_with_a_rate_of_its_own_is_counted_before_it_is_listed() {
    let rules = json!([{ "path": "/Show", "rate": "CALM" }]).to_string();
    let site = site(&[("URL_TREE", TREE), ("RULES", &rules)]);
    let mut host = Host { rate_limit: 1, ..Host::default() };
    let first = get("/?format=m3u8&depth=9").send(&site, &mut host);
    assert_eq!((first.status, first.body.text().contains("trailer")), (200, true));
    assert_eq!(get("/?format=m3u8&depth=9").send(&site, &mut host).status, 429);
    assert_eq!(get("/?format=m3u8").send(&site, &mut host).status, 200);
}

#[test]
fn a_list_that_would_be_too_long_is_an_error_and_never_shortened() {
    let folder = |name: &str, files: usize| {
        let lines = (0..files).map(|n| format!("  {n}.mkv:https://vip.123pan.cn/13/{name}{n}\n"));
        format!("{name}:\n{}", lines.collect::<String>())
    };
    let tree = folder("a", 2_000) + &folder("b", 1_998) + &folder("c", 500);
    let rules = json!([{ "path": "/c", "access": "deny" }]).to_string();
    let (whole, partly) =
        (site(&[("URL_TREE", &tree)]), site(&[("URL_TREE", &tree), ("RULES", &rules)]));
    let answer = get("/?format=m3u8&depth=1").alone(&whole);
    assert_eq!(answer.status, 400);
    assert!(answer.body.text().contains("Too many entries for one list"));
    // What is hidden does not count, nor does a folder's own list.
    assert_eq!(list(&partly, &get("/?format=wget&depth=1")).len(), 3_998);
    assert_eq!(get("/a/?format=m3u8&depth=1").status(&whole), 200);
}

#[test]
fn an_unchanged_archive_is_not_sent_again() {
    let ask = |site: &Site, target: &str, tag: Option<&str>| {
        let req = Req { if_none_match: tag.map(str::to_owned), ..get(target) };
        let answer = req.alone(site);
        (answer.status, answer.header("ETag").map(str::to_owned))
    };
    let before = open_site();
    for format in ["strm", "m3u8", "xspf", "wget", "aria2"] {
        let target = format!("/?format={format}&depth=9");
        let (status, tag) = ask(&before, &target, None);
        let tag = tag.unwrap();
        assert_eq!((status, &*ask(&before, &target, Some(&tag)).1.unwrap()), (200, &*tag));
        for named in [tag.clone(), format!("W/{tag}"), format!("\"x\", {tag}"), "*".to_owned()] {
            assert_eq!(ask(&before, &target, Some(&named)).0, 304, "{format} {named}");
        }
        // Whenever, and in whatever language and colours it is asked for.
        let later =
            Req { language: Some("zh-CN"), if_none_match: Some(tag.clone()), ..get(&target) };
        assert_eq!(later.later(86_400).alone(&before).status, 304);
        assert_eq!(ask(&before, &target.replace('9', "1"), Some(&tag)).0, 200, "{format}");
        let after = site(&[("URL_TREE", &TREE.replace("z.mkv", "y.mkv"))]);
        assert_eq!(ask(&after, &target, Some(&tag)).0, 200, "{format}");
        // Nobody learns by a tag what is behind a lock.
        let locked = format!("/locked/?format={format}&depth=9");
        assert_eq!(ask(&before, &locked, Some("*")).0, 401);
    }
    for format in ["metalink", "rss", "atom", "opds"] {
        assert_eq!(ask(&before, &format!("/?format={format}"), None).1, None, "{format}");
    }
}

fn entry(id: u64, name: &str, folder: bool) -> Entry {
    let (name, modified) = (name.to_owned(), Some(UnixSeconds(1_600_000_000)));
    Entry { id, name, folder, size: 3, modified, md5: None, key_flag: String::new() }
}

fn cache(site: &Site, folder: u64, entries: Vec<Entry>, extent: Extent, at: u64) {
    let listing = Listing::parse(encode(entries, 0, extent, UnixSeconds(at))).unwrap();
    site.remote(0).unwrap().cache().cache_if_newer(folder, listing, UnixSeconds(NOW));
}

#[test]
fn a_tree_of_a_mount_that_is_not_read_in_full_is_never_answered_in_part() {
    let mounts = json!([{ "path": "/", "source": "open", "access_token": "T" }]).to_string();
    let open = || site(&[("MOUNTS", &mounts), ("T", "a token")]);
    let root = || vec![entry(1, "one", true), entry(2, "two", true), entry(9, "r.mkv", false)];
    let files = |name: &str| vec![entry(5, name, false)];

    let whole = open();
    cache(&whole, 0, root(), Extent::Whole, NOW);
    cache(&whole, 1, files("a.mkv"), Extent::Whole, NOW);
    cache(&whole, 2, files("b.mkv"), Extent::Whole, NOW);
    assert_eq!(list(&whole, &get("/?format=wget&depth=2")), ["/one/a.mkv", "/two/b.mkv", "/r.mkv"]);

    let loading = open();
    cache(&loading, 0, root(), Extent::Whole, NOW);
    cache(&loading, 1, files("a.mkv"), Extent::Whole, NOW);
    cache(&loading, 2, files("b.mkv"), Extent::Part, NOW);
    let answer = get("/?format=wget&depth=2").alone(&loading);
    assert_eq!((answer.status, answer.header("Retry-After")), (503, Some("3")));
    // The folder alone is whole.
    assert_eq!(list(&loading, &get("/one/?format=wget&depth=2")), ["/one/a.mkv"]);
}
