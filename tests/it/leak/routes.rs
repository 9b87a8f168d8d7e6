//! The requests for each route.

use percent_encoding::percent_decode_str;
use signpost::http::router::Route;
use url::form_urlencoded::{Serializer, byte_serialize};

use super::alist;
use super::spellings::with_query;
use crate::support::request::{Req, SITE, get, login, propfind};

/// The requests to a route for this target. A route that is not about any path is asked the same each time.
/// No `_`: a new route does not build until it is here.
pub fn requests(route: Route, target: &str) -> Vec<Req> {
    let with = |query: &str| get(&with_query(target, query));
    let as_method = |method, target: &str| Req { method, ..get(target) };
    match route {
        Route::Entry => vec![
            get(target),
            get(target).accept("text/html,application/xhtml+xml,*/*;q=0.8"),
            with("format=html"),
            with("filter=c&sort=size&order=desc&per_page=2").accept("text/html"),
            as_method("HEAD", target),
            as_method("OPTIONS", target),
            as_method("PROPFIND", target),
        ],
        Route::Json => vec![
            with("format=json"),
            get(target).accept("application/json"),
            Req { language: Some("zh-CN"), ..with("format=json") },
            with("format=json&filter=c&sort=time&per_page=1&page=2"),
            Req { method: "OPTIONS", ..with("format=json") },
        ],
        Route::Url => vec![with("format=url")],
        // Without a slash in front it is part of the host, which feeds repeat, and no path of WebDAV's.
        Route::Feed | Route::Dav | Route::DavStrm if !target.starts_with('/') => Vec::new(),
        // The other formats are made of the same view.
        Route::Feed => vec![
            with("hours=3&format=aria2"),
            with("format=opds"),
            with("format=atom&per_page=1&page=2"),
            with("format=strm&depth=9&since=1"),
            with("format=wget&depth=9"),
        ],
        Route::Latest => {
            let above = target.rsplit_once('/').map_or("", |(above, _)| above);
            let all = format!("/~latest{above}/*");
            vec![get(&format!("/~latest{target}")), get(&all), as_method("OPTIONS", &all)]
        }
        Route::Embed => vec![with("embed"), with("embed&t=9&autoplay").accept("application/json")],
        Route::View => vec![with("view")],
        Route::Random => {
            let target = format!("/~random{target}");
            vec![get(&target), as_method("OPTIONS", &target)]
        }
        Route::Login => vec![
            login(target, "no password"),
            login(&percent_decode_str(target).decode_utf8_lossy(), "no password"),
        ],
        Route::ShareLinkApi => {
            let body = serde_json::json!({ "path": target, "forever": true }).to_string();
            vec![Req { body: Some(body), ..as_method("POST", "/-/api/links") }]
        }
        Route::VisitorShareLink => {
            let path: String = byte_serialize(target.as_bytes()).collect();
            let body = Some(format!("path={path}&hours=9"));
            let own = Req { body, ..as_method("POST", "/-/api/share") };
            // Without a slash in front it is part of the host, which the answer repeats.
            if !target.starts_with('/') {
                return vec![own];
            }
            let at_place = Req {
                body: Some("hours=9".to_owned()),
                ..as_method("POST", &with_query(target, "share"))
            };
            vec![own, at_place]
        }
        Route::Refresh => {
            vec![as_method("POST", &format!("/-/api/refresh?path={target}"))]
        }
        Route::Preferences => {
            let req = as_method("POST", "/-/look");
            vec![Req { body: Some("theme=dark".to_owned()), ..req }]
        }
        Route::Search => vec![
            with("search=canary&limit=200"),
            with("format=html&search=c"),
            // A signature that opens nothing: the search and the file are one path.
            with("search=c&sign=z"),
            get(&format!("/-/api/search?q=canary&limit=200&path={target}")),
        ],
        Route::OEmbed => vec![
            get(&oembed(target, "json")),
            get(&oembed(target, "xml")),
            get(&oembed(&with_query(target, "view"), "json&maxwidth=1")),
        ],
        Route::Doctor => {
            let ask = |page: &str, way: &str| {
                let mut form = Serializer::new(String::new());
                form.append_pair("path", target).append_pair("page", page);
                form.append_pair("way", way).append_pair("policy", "no-referrer").finish()
            };
            let posted = Some(ask("https://evil.example/", "fetch") + "&token=no");
            vec![
                get(&format!("/-/doctor?{}", ask("https://evil.example/", "img"))),
                get(&format!("/-/doctor?{}", ask("https://files.example/", "iframe"))),
                Req { body: posted, ..as_method("POST", "/-/doctor") },
            ]
        }
        Route::Dav => dav(&format!("/dav{target}")),
        Route::DavStrm => {
            let film = target.strip_suffix(".mkv").unwrap_or(target);
            let strm = format!("/dav-strm{film}.strm");
            let own = format!("/dav-strm{target}");
            let listed = [propfind(&own, "0"), propfind(&own, "1"), as_method("HEAD", &own)];
            let had = [get(&own), get(&strm), propfind(&strm, "0")];
            listed.into_iter().chain(had).collect()
        }
        Route::AlistFile => alist::files(target),
        Route::AlistApi => alist::calls(target),
        Route::Health | Route::Asset | Route::Ping => Vec::new(),
    }
}

/// The requests to a path of WebDAV, by all methods and depths.
fn dav(target: &str) -> Vec<Req> {
    const SOME: &str = "<propfind xmlns='DAV:'><prop><getetag/><x/></prop></propfind>";
    let as_method = |method| Req { method, ..get(target) };
    vec![
        propfind(target, "0"),
        propfind(target, "1"),
        propfind(target, "infinity"),
        as_method("PROPFIND"),
        Req { body: Some(SOME.to_owned()), ..propfind(target, "1") },
        as_method("GET"),
        as_method("HEAD"),
        as_method("OPTIONS"),
        as_method("PUT"),
    ]
}

/// Asks how to embed an address of this site.
fn oembed(target: &str, format: &str) -> String {
    let url = byte_serialize(format!("{SITE}{target}").as_bytes()).collect::<String>();
    format!("/-/oembed?url={url}&format={format}")
}

/// The requests to a route that name no path.
pub fn fixed_requests(route: Route) -> Vec<Req> {
    let all = |target: &str| {
        let json = with_query(target, "format=json");
        let methods = ["GET", "HEAD", "OPTIONS", "POST", "DELETE"];
        let plain = methods.map(|method| Req { method, ..get(target) });
        plain.into_iter().chain([get(&json), get(target).accept("application/json")]).collect()
    };
    match route {
        Route::Health => all("/-/health"),
        Route::Asset => {
            let files = ["/-/assets/0/style.css", "/-/assets/0/nothing", "/-/embed.js"];
            files.into_iter().flat_map(all).collect()
        }
        Route::OEmbed => all("/-/oembed"),
        Route::Doctor => all("/-/doctor"),
        Route::Preferences => all("/-/look"),
        Route::Login => all("/-/login"),
        Route::ShareLinkApi => all("/-/api/links"),
        Route::VisitorShareLink => all("/-/api/share"),
        Route::Refresh => all("/-/api/refresh"),
        Route::Search => all("/-/api/search?q=canary&limit=200"),
        Route::Latest => all("/~latest/*"),
        Route::Random => all("/~random"),
        Route::Ping => all("/ping"),
        Route::Dav => dav("/dav"),
        Route::DavStrm => dav("/dav-strm"),
        Route::AlistFile => Vec::new(),
        Route::AlistApi => alist::fixed(),
        Route::Entry | Route::Json | Route::Url | Route::View | Route::Feed | Route::Embed => {
            Vec::new()
        }
    }
}
