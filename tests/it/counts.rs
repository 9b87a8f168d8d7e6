//! How many entries a page says that each of its folders has: as many as the visitor sees in it, or
//! nothing.

use serde_json::{Value, json};
use signpost::site::Site;

use crate::support::request::{Req, claims, get, share, site};

const TREE: &str = "\
one:
  a.txt:https://vip.123pan.cn/13/1
two:
  b.txt:https://vip.123pan.cn/13/2
  c.bak:https://vip.123pan.cn/13/3
  inner:
    d.txt:https://vip.123pan.cn/13/4
deep:
  way:
    e.txt:https://vip.123pan.cn/13/5
f.txt:https://vip.123pan.cn/13/6
";

/// What the page says of its folders, by name; `None` where it says nothing.
fn counted(site: &Site, req: &Req) -> Vec<(String, Option<usize>)> {
    let page = req.alone(site);
    assert_eq!(page.status, 200, "{req:?}");
    let page = page.body.text().into_owned();
    let rows = page.split("<tr><td><a href=\"").skip(1).filter(|row| !row.starts_with("../"));
    let folders = rows.filter_map(|row| {
        let (name, row) = row.split_once('>')?.1.split_once("/</a>")?;
        let cell = row.split("<td>").nth(1).unwrap();
        let items = cell.split_once(" item").map(|(number, _)| number.parse().unwrap());
        assert_eq!(items.is_none(), cell.trim().is_empty(), "{cell}");
        Some((name.to_owned(), items))
    });
    folders.collect()
}

/// How many entries its own listing has, where the visitor gets one without being asked for anything.
fn listed(site: &Site, folder: &str, as_who: &dyn Fn(&str) -> Req) -> Option<usize> {
    let answer = as_who(&format!("{folder}?format=json")).alone(site);
    let json: Value = serde_json::from_str(&answer.body.text()).ok()?;
    json["entries"].as_array().map(Vec::len)
}

fn assert_true(
    site: &Site,
    at: &str,
    as_who: &dyn Fn(&str) -> Req,
) -> Vec<(String, Option<usize>)> {
    let counted = counted(site, &as_who(at));
    for (name, items) in &counted {
        assert_eq!(*items, listed(site, &format!("{at}{name}/"), as_who), "{at}{name}/");
    }
    counted
}

fn named(counted: &[(String, Option<usize>)]) -> Vec<(&str, Option<usize>)> {
    counted.iter().map(|(name, items)| (name.as_str(), *items)).collect()
}

#[test]
fn a_page_counts_what_the_visitor_would_see() {
    type Want<'a> = &'a [(&'a str, Option<usize>)];
    let cases: [(Value, Want<'_>); 8] = [
        (json!([]), &[("deep", Some(1)), ("one", Some(1)), ("two", Some(3))]),
        (
            json!([{ "path": "/two", "hide": ["*.bak"] }]),
            &[("deep", Some(1)), ("one", Some(1)), ("two", Some(2))],
        ),
        (
            json!([{ "path": "/two/inner", "access": "deny" }, { "path": "/one", "access": "deny" }]),
            &[("deep", Some(1)), ("two", Some(2))],
        ),
        (
            json!([{ "path": "/deep/way", "access": "deny" }]),
            &[("deep", Some(0)), ("one", Some(1)), ("two", Some(3))],
        ),
        (
            json!([{ "path": "/two", "password": "TEAM", "listed": true }]),
            &[("deep", Some(1)), ("one", Some(1)), ("two", None)],
        ),
        // Its name is shown there, without what is in it.
        (
            json!([{ "path": "/two/inner", "password": "TEAM", "listed": true }]),
            &[("deep", Some(1)), ("one", Some(1)), ("two", Some(3))],
        ),
        (
            json!([{ "path": "/two", "countries": { "deny": ["CN"] } }]),
            &[("deep", Some(1)), ("one", Some(1))],
        ),
        (
            json!([{ "path": "/two", "referers": { "allow": ["blog.example"] } }]),
            &[("deep", Some(1)), ("one", Some(1)), ("two", None)],
        ),
    ];
    for (rules, want) in cases {
        let rules = rules.to_string();
        let site = site(&[("URL_TREE", TREE), ("RULES", &rules), ("TEAM", "team password")]);
        let counted = assert_true(&site, "/", &|target| get(target).in_country("CN"));
        assert_eq!(named(&counted), want, "{rules}");
    }
}

#[test]
fn a_share_link_counts_what_it_opens() {
    let rules = json!([{ "path": "/two", "access": "link" }]).to_string();
    let site = site(&[("URL_TREE", TREE), ("RULES", &rules)]);
    assert_eq!(named(&counted(&site, &get("/"))), [("deep", Some(1)), ("one", Some(1))]);
    let way = share("/two", &claims("/two")) + "/two/";
    let counted = assert_true(&site, &way, &|target| get(target));
    assert_eq!(named(&counted), [("inner", Some(1))]);
}

#[test]
fn counting_entries_asks_the_platform_for_nothing() {
    let rules = json!([{ "path": "/two", "rate": "CALM" }]).to_string();
    let site = site(&[("URL_TREE", TREE), ("RULES", &rules)]);
    let counted = counted(&site, &get("/"));
    assert_eq!(named(&counted), [("deep", Some(1)), ("one", Some(1)), ("two", None)]);
}

#[test]
fn counting_ends_after_so_many_entries() {
    let file = |number: u32| format!("  {number}:https://vip.123pan.cn/13/{number}\n");
    let many = (0..5_000).map(file).collect::<String>();
    let tree = ["a:\n", &file(1), "b:\n", &many, "c:\n", &file(1)].concat();
    let site = site(&[("URL_TREE", &tree)]);
    let counted = counted(&site, &get("/"));
    assert_eq!(named(&counted), [("a", Some(1)), ("b", None), ("c", None)]);
}

#[test]
fn what_is_hidden_takes_no_part_in_a_count() {
    let file =
        |number: u32, end: &str| format!("  {number}{end}:https://vip.123pan.cn/13/{number}\n");
    let hidden = (0..5_000).map(|number| file(number, ".nfo")).collect::<String>();
    let twenty = (0..20).map(|number| file(number, "")).collect::<String>();
    let tree = ["a:\n", &file(1, ""), &hidden, "b:\n", &twenty, "c:\n", &file(1, "")].concat();
    // By glob, and by rules of their own.
    for rules in [
        json!([{ "path": "/", "hide": ["*.nfo"] }]),
        json!([{ "path": "/", "hide": { "blocked": ["*.nfo"] } }]),
    ] {
        let rules = rules.to_string();
        let site = site(&[("URL_TREE", &tree), ("RULES", &rules)]);
        let counted = counted(&site, &get("/"));
        assert_eq!(named(&counted), [("a", Some(1)), ("b", Some(20)), ("c", Some(1))], "{rules}");
    }
}
