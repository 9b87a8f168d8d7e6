//! The check that nothing names a path which is closed or hidden: the pages, feeds and searches of the folders
//! above it, `~latest`, and the health page.

use serde_json::Value;
use url::form_urlencoded::byte_serialize;

use super::report::{Outcome, REDEPLOY, Row};
use super::routes::{FEEDS, encoded, name_of, parent_of};
use crate::cli::format::count;
use crate::cli::http::Response;
use crate::cli::site_client::{SiteClient, href};
use crate::percent::readable_name;

/// The name of the check.
const CHECK: &str = "names";

/// Asks everything that could name an entry which no list may show.
pub fn check(site: &SiteClient<'_>, path: &str, health: Option<&Value>) -> Row {
    let (name, parent) = (name_of(path), parent_of(path));
    let folder = href(parent, true);
    let referer = format!("{}/", site.base);
    let html = [("accept", "text/html"), ("referer", referer.as_str())];
    let mut found = Vec::new();
    let mut asked = 0;
    let mut unclear = 0;
    let pages = [folder.clone()];
    let feeds = FEEDS.map(|format| format!("{folder}?format={format}"));
    for target in pages.iter().chain(&feeds) {
        asked += 1;
        match site.get(target, &html) {
            Ok(response) if names_in_links(&response, &site.base, parent, name) => {
                found.push(target.clone());
            }
            Ok(response) if response.status < 500 && response.status != 429 => {}
            _ => unclear += 1,
        }
    }
    let words = byte_serialize(name.as_bytes()).collect::<String>();
    let searches = [
        format!("{folder}?search={words}&limit=200"),
        format!("/-/api/search?q={words}&limit=200"),
    ];
    for target in searches {
        asked += 1;
        match site.get(&target, &[("referer", referer.as_str())]) {
            Ok(response) if names_in_results(&response, path) => found.push(target),
            // 400 is for a name that is no search.
            Ok(response) if response.status < 500 && response.status != 429 => {}
            _ => unclear += 1,
        }
    }
    let list = format!("/api/fs/list?path={}", folder.replace('+', "%2B"));
    asked += 1;
    match site.get(&list, &[]) {
        Ok(response) if names_in_listing(&response, name) => found.push(list),
        Ok(response) if response.status < 500 && response.status != 429 => {}
        _ => unclear += 1,
    }
    let latest = format!("/~latest{folder}{}", glob(name));
    asked += 1;
    match site.get(&latest, &[("referer", referer.as_str())]) {
        Ok(response) if response.status == 302 => found.push(latest),
        Ok(response) if response.status < 500 && response.status != 429 => {}
        _ => unclear += 1,
    }
    if health.is_some_and(|health| names_in_json(health, path)) {
        found.push("/-/health".to_owned());
    }
    if !found.is_empty() {
        let detail = format!("is named by {}", found.join(", "));
        return Row::new(CHECK, path, Outcome::Leak, detail).hint(REDEPLOY);
    }
    if unclear > 0 {
        let detail = format!("{unclear} of {} had no clear answer", count(asked, "request"));
        return Row::new(CHECK, path, Outcome::Untested, detail);
    }
    let detail =
        format!("named in no page, feed, search or shortcut ({})", count(asked, "request"));
    Row::new(CHECK, path, Outcome::Ok, detail)
}

/// A name as a glob that matches it alone, percent-encoded.
fn glob(name: &str) -> String {
    let literal = |c: char| match c {
        '*' | '?' | '[' => format!("[{c}]"),
        c => c.to_string(),
    };
    encoded(&name.chars().map(literal).collect::<String>())
}

/// Whether a page or feed has a link to the entry: its name behind the folder's URL or path, or alone in an
/// `href`, and nothing but the end of a segment behind it. Names alone may be words of the page, or elements.
fn names_in_links(response: &Response, site: &str, parent: &str, name: &str) -> bool {
    if response.status != 200 {
        return false;
    }
    let text = response.text();
    let folder = href(parent, true);
    let host = site.split_once("://").map_or(site, |(_, host)| host);
    let escaped = name.replace('&', "&amp;");
    let spellings = [encoded(name), name.to_owned(), escaped, readable_name(name)];
    spellings.iter().any(|spelling| {
        let starts = [
            format!("//{host}{folder}{spelling}"),
            format!("\"{folder}{spelling}"),
            format!("href=\"{spelling}"),
        ];
        starts.iter().any(|start| is_whole(&text, start))
    })
}

/// Whether a text has this part, and behind it no letter that would make the name another.
fn is_whole(text: &str, part: &str) -> bool {
    text.match_indices(part).any(|(at, _)| {
        let after = text.get(at + part.len()..).and_then(|rest| rest.chars().next());
        after.is_none_or(|next| "/\"'<>?&# \r\n\t".contains(next))
    })
}

/// Whether a search's results have the entry, or anything below it.
fn names_in_results(response: &Response, path: &str) -> bool {
    let json = response.json().unwrap_or_default();
    let results = json.get("results").and_then(Value::as_array);
    let paths = results.into_iter().flatten();
    let mut paths = paths.filter_map(|result| result.get("path")?.as_str());
    paths.any(|found| is_at_or_below(found, path))
}

/// Whether a listing of AList's API has an entry of this name.
fn names_in_listing(response: &Response, name: &str) -> bool {
    let json = response.json().unwrap_or_default();
    let rows = json.pointer("/data/content").and_then(Value::as_array);
    let mut names = rows.into_iter().flatten().filter_map(|row| row.get("name")?.as_str());
    names.any(|found| found == name)
}

/// Whether any text in a JSON value is the path, or one below it.
fn names_in_json(value: &Value, path: &str) -> bool {
    match value {
        Value::String(text) => is_at_or_below(text, path),
        Value::Array(values) => values.iter().any(|value| names_in_json(value, path)),
        Value::Object(fields) => fields.values().any(|value| names_in_json(value, path)),
        Value::Null | Value::Bool(_) | Value::Number(_) => false,
    }
}

fn is_at_or_below(found: &str, path: &str) -> bool {
    found.strip_prefix(path).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn page(body: &str) -> Response {
        Response { status: 200, body: body.into(), ..Response::default() }
    }

    const SITE: &str = "https://files.example";

    #[test]
    fn an_entry_is_found_in_a_listing_of_alists_api() {
        let list = page(r#"{"code":200,"data":{"content":[{"name":"b c"},{"name":"b"}]}}"#);
        assert!(names_in_listing(&list, "b c") && !names_in_listing(&list, "c"));
        for other in [r#"{"code":403,"data":null}"#, "<html>", r#"{"data":{"content":null}}"#] {
            assert!(!names_in_listing(&page(other), "b"), "{other}");
        }
    }

    #[test]
    fn a_link_to_the_entry_is_found_in_every_spelling_and_a_word_is_not() {
        for (body, is_named) in [
            (r#"<a href="/a/b%20c/">"#, true),
            (r#"<a href="b%20c/">"#, true),
            ("https://files.example/a/b%20c\n", true),
            ("http://files.example/a/b c<", true),
            ("https://other.example/a/b%20c", false),
            ("<x></a/b c>", false),
            (r#"<a href="/a/b%20cd">"#, false),
            ("<p>b c</p>", false),
            ("/x/b%20c", false),
        ] {
            assert_eq!(names_in_links(&page(body), SITE, "/a", "b c"), is_named, "{body}");
        }
        assert!(names_in_links(&page(r#"<a href="文件/">"#), SITE, "/", "文件"));
        assert!(!names_in_links(&Response { status: 404, ..page("\"/a/b\"") }, SITE, "/a", "b"));
    }

    #[test]
    fn a_result_below_the_entry_names_it_too() {
        for (found, is_named) in
            [("/a/b", true), ("/a/b/", true), ("/a/b/c", true), ("/a/bc", false), ("/a", false)]
        {
            let body = serde_json::json!({ "results": [{ "path": found }] }).to_string();
            assert_eq!(names_in_results(&page(&body), "/a/b"), is_named, "{found}");
            let health = serde_json::json!({ "open_to_everyone": [found] });
            assert_eq!(names_in_json(&health, "/a/b"), is_named, "{found}");
        }
        assert!(!names_in_results(&page("no json"), "/a/b"));
    }

    #[test]
    fn a_name_as_a_glob_matches_itself_alone() {
        assert_eq!(glob("a[1] b?.zip"), encoded("a[[]1] b[?].zip"));
    }
}
