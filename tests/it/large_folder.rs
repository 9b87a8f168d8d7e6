//! Large folders: their pages, JSON and feeds come in parts, and tools that read one page get the whole list.

use serde_json::{Value, json};
use signpost::http::response::{Body, Response};
use signpost::site::Site;

use crate::support::request::{Req, get, site};

const FILES: usize = 2_345;
const HTML: &str = "text/html,application/xhtml+xml,*/*;q=0.8";

/// A folder with so many files of which every tenth is hidden, two folders, and a book.
fn large() -> Site {
    let file = |n: usize| {
        let (size, time) = ((n * 7_919) % 100_003, 1_600_000_000 + (n * 31) % 9_973);
        let name =
            if n.is_multiple_of(10) { format!("draft {n}.tmp") } else { format!("第{n}集.mp4") };
        format!("  {size}:{time}:https://vip.123pan.cn/13/{name}\n")
    };
    let files = (1..=FILES).map(file).collect::<String>();
    let folders = "  b:\n    https://vip.123pan.cn/13/1\n  a:\n    https://vip.123pan.cn/13/2\n";
    let tree = format!("big:\n{files}{folders}  1:https://vip.123pan.cn/13/x.epub\n");
    let rules = json!([{ "path": "/", "hide": ["*.tmp"] }]).to_string();
    site(&[("URL_TREE", &tree), ("RULES", &rules)])
}

const VISIBLE: usize = FILES - FILES / 10 + 3;

fn ask(site: &Site, target: &str) -> (Value, Response) {
    let answer = get(target).alone(site);
    assert_eq!(answer.status, 200, "{target} {}", answer.body.text());
    (serde_json::from_str(&answer.body.text()).unwrap(), answer)
}

fn names(listing: &Value) -> Vec<&str> {
    listing["entries"].as_array().unwrap().iter().map(|it| it["name"].as_str().unwrap()).collect()
}

/// The page as its visitor gets it.
fn html(site: &Site, target: &str, accept: &'static str) -> (String, Response) {
    let answer = Req { accept: Some(accept), ..get(target) }.alone(site);
    let Body::View(_, view) = &answer.body else { panic!("{target}: {answer:?}") };
    (String::from_utf8(signpost_pages::render(view).unwrap()).unwrap(), answer)
}

/// The target of the link with this relation in a `Link` header.
fn linked(answer: &Response, relation: &str) -> Option<String> {
    let links = answer.header("Link")?;
    let link = links.split(", ").find(|link| link.ends_with(&format!("rel=\"{relation}\"")))?;
    Some(link.split_once('<')?.1.split_once('>')?.0.to_owned())
}

#[test]
fn scripts_walk_a_large_folder_by_its_links_and_miss_nothing() {
    let site = large();
    for (first, parts) in [("?format=json", 3), ("?format=json&per_page=100", 22)] {
        let (mut all, mut count, mut next) = (Vec::new(), 0, Some(first.to_owned()));
        while let Some(target) = next {
            let (listing, answer) = ask(&site, &format!("/big/{target}"));
            count += 1;
            assert_eq!((&listing["total"], &listing["pages"]), (&json!(VISIBLE), &json!(parts)));
            assert_eq!(listing["page"], count);
            all.extend(names(&listing).into_iter().map(str::to_owned));
            next = linked(&answer, "next");
        }
        assert_eq!((count, all.len()), (parts, VISIBLE));
        assert_eq!(all[..3], ["a", "b", "x.epub"]);
        assert!(
            all[3..].is_sorted_by_key(|name| name[3..name.len() - 7].parse::<usize>().unwrap())
        );
        assert!(!all.iter().any(|name| name.contains("tmp")));
    }
}

#[test]
fn sort_order_and_filter_hold_for_the_whole_folder() {
    let site = large();
    let by_size = ask(&site, "/big/?format=json&sort=size&order=desc").0;
    let sizes = by_size["entries"].as_array().unwrap().iter().filter_map(|it| it["size"].as_u64());
    let sizes = sizes.collect::<Vec<_>>();
    let largest = (1..=FILES).filter(|n| n % 10 != 0).map(|n| (n as u64 * 7_919) % 100_003).max();
    assert!(Some(sizes[0]) == largest && sizes.is_sorted_by(|a, b| a >= b));
    let (found, answer) = ask(&site, "/big/?format=json&filter=%E7%AC%AC2&sort=time&per_page=50");
    assert!(names(&found).iter().all(|name| name.contains("第2")));
    // 2, 21–29, 201–299 and 2001–2345, without those that are hidden.
    assert_eq!(found["total"], 1 + 9 + 90 + 311);
    let next = linked(&answer, "next").unwrap();
    assert_eq!(next, "?per_page=50&sort=time&filter=%E7%AC%AC2&format=json&page=2");
    let hidden = ask(&site, "/big/?format=json&filter=tmp").0;
    assert_eq!((&hidden["total"], &hidden["pages"]), (&json!(0), &json!(1)));
    assert_eq!(ask(&site, "/big/?format=json&filter=x.epub").0["total"], 1);
    for bad in ["page=0", "per_page=1001", "sort=colour", "order=up", "filter=%ff%ff&page=x"] {
        let refused = get(&format!("/big/?format=json&{bad}")).alone(&site);
        assert_eq!(refused.status, 400, "{bad}");
        assert!(refused.body.text().contains("bad_query"), "{}", refused.body.text());
    }
}

#[test]
fn browsers_get_pages_of_a_large_folder_with_links_that_need_no_script() {
    let site = large();
    let (first, answer) = html(&site, "/big/", HTML);
    assert_eq!(first.matches("<tr><td><a href=").count(), 1_001, "with the folder above");
    assert!(first.contains(&format!("1–1000 of {VISIBLE}")) && first.contains("data-parts"));
    assert!(first.contains(r#"<a href="?page=2" rel="next""#) && !first.contains("rel=\"prev\""));
    assert!(
        first.contains(r#"<a href="?sort=size&#38;order=desc" class="sort">"#),
        "{first:.3000}"
    );
    assert_eq!(linked(&answer, "next").as_deref(), Some("?page=2"));
    assert!(answer.header("Link").unwrap().contains("?format=atom"), "its feeds as well");
    let (last, _) = html(&site, "/big/?page=3", HTML);
    assert!(last.contains("rel=\"prev\"") && !last.contains("rel=\"next\""));
    let (found, _) = html(&site, "/big/?filter=%3Cb%3E&sort=name&order=desc", HTML);
    assert!(found.contains("value=\"&#60;b&#62;\"") && found.contains("Nothing here has that"));
    assert!(found.contains(">0–0 of 0<"), "{found:.3000}");
    // What one page holds needs no links.
    let (small, answer) = html(&site, "/big/a/", HTML);
    assert!(!small.contains("data-parts") && linked(&answer, "next").is_none());
}

#[test]
fn tools_that_ask_for_no_html_get_the_whole_list_at_once() {
    let site = large();
    for accept in ["*/*", "text/plain", "image/avif,image/webp,*/*"] {
        let (list, answer) = html(&site, "/big/", accept);
        assert_eq!(list.matches("<a href=").count(), VISIBLE + 1, "with the folder above");
        assert!(list.contains("<a href=\"a/\">a/</a>  -  -\n"), "{list:.400}");
        assert!(list.contains("</a>  2020-09-13 20:") && !list.contains("tmp"), "{list:.900}");
        assert_eq!(answer.header("Content-Type"), Some("text/html; charset=utf-8"));
        assert!(linked(&answer, "next").is_none());
    }
    // A part that is asked for is a part for anybody.
    assert!(html(&site, "/big/?page=2", "*/*").0.contains("data-parts"));
}

#[test]
fn subscribed_feeds_come_in_parts_and_download_lists_whole() {
    let site = large();
    let entries = |target: &str, element: &str| {
        let (feed, answer) = html(&site, target, "*/*");
        (feed.matches(element).count(), linked(&answer, "next"), feed)
    };
    let (count, next, atom) = entries("/big/?format=atom", "<entry>");
    assert_eq!((count, next.as_deref()), (1_000, Some("?format=atom&page=2")));
    assert!(atom.contains("https://files.example/big/?format=atom&amp;page=2\" rel=\"next\""));
    // The next part begins where this one ends, whatever its size.
    for (format, next) in [
        ("atom", "&amp;per_page=10&amp;page=3\" rel=\"next\""),
        ("rss", "&amp;per_page=10&amp;page=3\" rel=\"next\""),
        (
            "opds",
            "rel=\"next\" href=\"https://files.example/big/?format=opds&amp;per_page=1&amp;page=2\"",
        ),
    ] {
        let part = if format == "opds" { "per_page=1" } else { "per_page=10&page=2" };
        let (_, _, feed) = entries(&format!("/big/?format={format}&{part}"), "<entry>");
        let feed = feed.replace("&#38;", "&amp;");
        assert!(feed.contains(next), "{format}: {feed:.1500}");
    }
    let times = atom.matches("<updated>").count();
    assert_eq!(times, 1_001);
    assert_eq!(entries("/big/?format=atom&page=3", "<entry>").0, VISIBLE - 2 - 2_000);
    assert_eq!(entries("/big/?format=rss&page=2", "<item>").0, 1_000);
    assert_eq!(entries("/big/?format=opds", "<entry>").0, 3, "two folders, and the feed of books");
    assert_eq!(entries("/big/?format=opds-books", "<entry>").0, 1);
    for (format, mark, count) in [
        ("m3u8", "#EXTINF", VISIBLE - 3),
        ("wget", "https://", VISIBLE - 2),
        ("aria2", "\n  out=", VISIBLE - 2),
        ("metalink", "<file ", VISIBLE - 2),
    ] {
        let (found, next, _) = entries(&format!("/big/?format={format}&page=2"), mark);
        assert_eq!((found, next), (count, None), "{format}");
    }
}
