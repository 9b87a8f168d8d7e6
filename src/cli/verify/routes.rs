//! The requests by which a closed path is tried: every route of the site that could open or name it.

use signpost_core::percent;
use url::form_urlencoded::{Serializer, byte_serialize};

use crate::cli::http::Method;
use crate::cli::site_client::href;
use crate::http::router::Route;
use crate::http::surface::Surface;

/// The answer that a request for a closed path should get.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ExpectedStatus {
    /// The status that the rules give to the path.
    AsClosed,
    /// 401, 403 or 404, whichever: the path in the URL is another.
    AnyClosed,
    /// 401, 403 or 404, or 405 where the site has no WebDAV: the path in the URL is another then.
    AnyClosedOrNoMethod,
    /// This status, whatever the path.
    Exactly(u16),
    /// 200, with a page that tells nothing but what was asked.
    Page,
    /// 200, with the refusal in the body that AList's API has for a path which is closed so; without that API,
    /// what the site has at this path.
    AlistRefusal,
}

/// A request for a closed path, and the answer that it should get.
#[derive(Clone, Debug)]
pub struct Probe {
    /// The method.
    pub method: Method,
    /// The path and the query, percent-encoded.
    pub target: String,
    /// The value of the `Accept` header; `*/*` is what tools send.
    pub accept: &'static str,
    /// The body of a `POST`.
    pub body: String,
    /// The answer that it should get.
    pub expected: ExpectedStatus,
}

const ANY: &str = "*/*";
const HTML: &str = "text/html,application/xhtml+xml,*/*;q=0.8";
const JSON: &str = "application/json";

/// The formats of folders for other programs.
pub const FEEDS: [&str; 9] =
    ["m3u8", "xspf", "strm", "aria2", "metalink", "wget", "rss", "atom", "opds"];

/// A closed path as it is asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shape {
    /// A file or a folder, or anything below it: the answer has to be the same.
    Anything,
    /// A folder that gives no list; files in it open.
    Folder,
}

/// The requests of all routes for a decoded path.
pub fn probes(path: &str, shape: Shape, site: &str) -> Vec<Probe> {
    Route::ALL.into_iter().flat_map(|route| route_probes(route, path, shape, site)).collect()
}

/// The requests of one route. No `_`: a new route does not build until it is here.
fn route_probes(route: Route, path: &str, shape: Shape, site: &str) -> Vec<Probe> {
    let (file, folder) = (href(path, false), href(path, true));
    // There a plus would be a space.
    let in_query = folder.replace('+', "%2B");
    let has_file = shape == Shape::Anything && path != "/";
    let get = |target: String| Probe {
        method: Method::Get,
        target,
        accept: ANY,
        body: String::new(),
        expected: ExpectedStatus::AsClosed,
    };
    let post = |target: String, body: String| Probe { method: Method::Post, body, ..get(target) };
    let of_file = |query: &str| has_file.then(|| get(format!("{file}{query}")));
    let of_folder = |query: &str| get(format!("{folder}{query}"));
    let html = |probe: Probe| Probe { accept: HTML, ..probe };
    match route {
        Route::Entry => {
            let mut all = vec![html(of_folder("")), of_folder("?sign=AAAA:0")];
            all.extend(of_file("").map(|probe| Probe { method: Method::Head, ..probe }));
            all.extend(of_file("").into_iter().chain(of_file("").map(html)));
            all.extend(of_file("?sign=AAAA:0"));
            // Nothing is there, and the answer may not tell.
            if shape == Shape::Anything {
                all.push(get(format!("{folder}signpost-verify")));
            }
            all
        }
        Route::Json => {
            let accepting = |probe: Probe| Probe { accept: JSON, ..probe };
            let both = [of_folder("?format=json"), accepting(of_folder(""))];
            both.into_iter().chain(of_file("?format=json")).collect()
        }
        Route::Url => of_file("?format=url").into_iter().collect(),
        Route::View => of_file("?view").into_iter().chain([of_folder("?view")]).collect(),
        Route::Embed => of_file("?embed").into_iter().chain([of_folder("?embed")]).collect(),
        Route::Feed => FEEDS.map(|format| of_folder(&format!("?format={format}"))).into(),
        Route::Latest => vec![get(format!("/~latest{folder}*"))],
        Route::Random => vec![get(format!("/~random{folder}"))],
        Route::Search => {
            vec![of_folder("?search=a"), get(format!("/-/api/search?q=a&path={in_query}"))]
        }
        Route::VisitorShareLink => {
            let body = Serializer::new(String::new()).append_pair("path", &folder).finish();
            let own = post("/-/api/share".to_owned(), body);
            vec![own, post(format!("{folder}?share"), "hours=1".to_owned())]
        }
        Route::OEmbed => {
            let url = byte_serialize(format!("{site}{file}").as_bytes()).collect::<String>();
            vec![Probe {
                expected: ExpectedStatus::Exactly(404),
                ..get(format!("/-/oembed?url={url}"))
            }]
        }
        Route::Doctor => {
            let page = "https://signpost-verify.invalid/";
            let mut form = Serializer::new(String::new());
            let form = form.append_pair("path", &file).append_pair("page", page).finish();
            vec![Probe { expected: ExpectedStatus::Page, ..get(format!("/-/doctor?{form}")) }]
        }
        Route::Refresh => {
            let refresh = post(format!("/-/api/refresh?path={in_query}"), String::new());
            vec![Probe { expected: ExpectedStatus::Exactly(401), ..refresh }]
        }
        // It is about no path: that nobody lists or makes links without the token is one request.
        Route::ShareLinkApi => {
            let body = serde_json::json!({ "path": path }).to_string();
            let make = post("/-/api/links".to_owned(), body);
            vec![Probe { expected: ExpectedStatus::Exactly(401), ..make }]
        }
        // A wrong password would count as a guess of the owner's address. Health is read as a whole, by the
        // check of names. The others know no paths.
        Route::Login | Route::Health | Route::Asset | Route::Preferences | Route::Ping => {
            Vec::new()
        }
        Route::Dav => dav(Surface::Dav, &file, &folder, has_file),
        Route::DavStrm => dav(Surface::DavStrm, &file, &folder, has_file),
        Route::AlistFile if !has_file => Vec::new(),
        Route::AlistFile => {
            // Without AList's API, and without a rule for AList's own signatures, these are other paths.
            let targets = ["/d", "/p"].map(|prefix| format!("{prefix}{file}"));
            let signed = targets.clone().map(|target| target + "?sign=AAAA:0");
            let all = targets.into_iter().chain(signed).map(get);
            let head = get(format!("/d{file}"));
            let all = all.chain([Probe { method: Method::Head, ..head }]);
            all.map(|probe| Probe { expected: ExpectedStatus::AnyClosed, ..probe }).collect()
        }
        // What a closed folder holds is asked for as well; files in a folder without a list do open.
        Route::AlistApi => {
            let body = serde_json::json!({ "path": path, "password": "" }).to_string();
            let list = [
                get(format!("/api/fs/list?path={in_query}")),
                get(format!("/api/fs/dirs?path={in_query}")),
                get(format!("/api/fs/search?keywords=a&parent={in_query}")),
                post("/api/fs/list".to_owned(), body),
            ];
            let of_file = [format!("/api/fs/get?path={}", href(path, false).replace('+', "%2B"))];
            let of_file = of_file.into_iter().filter(|_| shape == Shape::Anything).map(get);
            let expected = ExpectedStatus::AlistRefusal;
            list.into_iter().chain(of_file).map(|probe| Probe { expected, ..probe }).collect()
        }
    }
}

/// The requests of WebDAV for a path that is a file's, if it may be one, and a folder's.
fn dav(surface: Surface, file: &str, folder: &str, has_file: bool) -> Vec<Probe> {
    let ask = |method, path: &str, expected| Probe {
        method,
        target: [surface.prefix(), path].concat(),
        accept: ANY,
        body: String::new(),
        expected,
    };
    let mut all = vec![ask(Method::Propfind, folder, ExpectedStatus::AnyClosedOrNoMethod)];
    if has_file {
        all.push(ask(Method::Propfind, file, ExpectedStatus::AnyClosedOrNoMethod));
        all.push(ask(Method::Head, file, ExpectedStatus::AnyClosed));
        all.push(ask(Method::Get, file, ExpectedStatus::AnyClosed));
    }
    all
}

/// The last name in a decoded path.
pub fn name_of(path: &str) -> &str {
    path.rsplit('/').next().unwrap_or_default()
}

/// The decoded path of the folder around a path.
pub fn parent_of(path: &str) -> &str {
    match path.rsplit_once('/') {
        Some((parent, _)) if !parent.is_empty() => parent,
        _ => "/",
    }
}

/// A name as it stands in URLs, percent-encoded.
pub fn encoded(name: &str) -> String {
    percent::encode_name(name).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_route_that_knows_paths_is_tried() {
        for route in Route::ALL {
            let is_asked = !route_probes(route, "/a b/c", Shape::Anything, "https://s").is_empty();
            let knows_none = matches!(
                route,
                Route::Login | Route::Health | Route::Asset | Route::Preferences | Route::Ping
            );
            assert_eq!(is_asked, !knows_none, "{route:?}");
        }
    }

    #[test]
    fn a_path_is_asked_for_escaped_and_as_file_and_folder() {
        let targets =
            probes("/a b/文", Shape::Anything, "https://s").into_iter().map(|probe| probe.target);
        let targets = targets.collect::<Vec<_>>();
        for want in [
            "/a%20b/%E6%96%87",
            "/a%20b/%E6%96%87/?format=opds",
            "/~latest/a%20b/%E6%96%87/*",
            "/-/api/search?q=a&path=/a%20b/%E6%96%87/",
            "/-/oembed?url=https%3A%2F%2Fs%2Fa%2520b%2F%25E6%2596%2587",
            "/d/a%20b/%E6%96%87?sign=AAAA:0",
            "/p/a%20b/%E6%96%87",
            "/api/fs/list?path=/a%20b/%E6%96%87/",
            "/api/fs/get?path=/a%20b/%E6%96%87",
            "/dav/a%20b/%E6%96%87",
            "/dav-strm/a%20b/%E6%96%87/",
        ] {
            assert!(targets.iter().any(|target| target == want), "{want} in {targets:#?}");
        }
    }

    #[test]
    fn a_folder_that_gives_no_list_is_asked_as_a_folder_alone() {
        let all = probes("/a", Shape::Folder, "https://s");
        let other =
            all.iter().find(|probe| probe.target == "/a" || probe.target.starts_with("/a?"));
        assert!(other.is_none(), "{other:?}");
        assert!(
            probes("/", Shape::Anything, "https://s")
                .iter()
                .all(|probe| !probe.target.contains("//") || probe.target.contains("url="))
        );
    }

    #[test]
    fn names_and_parents_of_paths() {
        for (path, name, parent) in
            [("/a", "a", "/"), ("/a/b c", "b c", "/a"), ("/a/b/c", "c", "/a/b")]
        {
            assert_eq!((name_of(path), parent_of(path)), (name, parent));
        }
    }
}
