//! Files in frames of other pages, and what services learn of links.

use serde_json::{Value, json};
use signpost::http::response::Response;
use signpost::site::Site;

use super::{ruled, ruled_with};
use crate::support::host::Host;
use crate::support::request::{Req, claims, cookie, get, share, text};

const FILMS: &str = "\
film.mp4:10:1600000000:https://vip.123pan.cn/13/film.mp4
cover.png:10:1600000000:https://cdn.example:8443/cover.png
song.mp3:10:1600000000:http://vip.123pan.cn/13/song.mp3
app.zip:2048:1600000000:https://vip.123pan.cn/13/app.zip
\"<i>&\\\"'.mp4\":10:1600000000:https://vip.123pan.cn/13/odd.mp4
team:
  film.mp4:10:1600000000:https://vip.123pan.cn/13/film.mp4
";

fn films(rules: &Value) -> Site {
    ruled_with(rules, &[("URL_TREE", FILMS)])
}

fn policy(answer: &Response) -> &str {
    answer.header("Content-Security-Policy").unwrap()
}

/// What may frame an answer; `*` if its policy says nothing of it.
fn framers(answer: &Response) -> Vec<&str> {
    let directives = policy(answer).split([';', ',']).map(str::trim);
    let lists = directives.filter_map(|part| part.strip_prefix("frame-ancestors "));
    let lists = lists.collect::<Vec<_>>();
    if lists.is_empty() { vec!["*"] } else { lists }
}

fn oembed(url: &str, more: &str) -> Req {
    let url = url::form_urlencoded::byte_serialize(url.as_bytes()).collect::<String>();
    get(&format!("/-/oembed?url={url}{more}"))
}

fn body(answer: &Response) -> Value {
    serde_json::from_str(&answer.body.text()).unwrap()
}

#[test]
fn each_kind_of_file_has_its_element_and_nothing_is_asked_for_before_the_visitor_does() {
    let site = films(&json!([]));
    let page = |target: &str| get(target).alone(&site).body.text().into_owned();
    let film = page("/film.mp4?embed&t=90&loop");
    assert!(
        film.contains("<video controls playsinline preload=\"none\" loop src=\"/film.mp4#t=90\""),
        "{film}"
    );
    assert!(!film.contains("autoplay") && !film.contains("muted"));
    assert!(!film.contains("crossorigin"));
    let film = page("/film.mp4?autoplay&embed&muted=1&t=x");
    assert!(film.contains(" autoplay muted src=\"/film.mp4\""), "{film}");
    assert!(page("/song.mp3?embed").contains("<audio controls preload=\"none\" src=\"/song.mp3\""));
    let cover = page("/cover.png?embed");
    assert!(cover.contains("<img src=\"/cover.png\" alt=\"cover.png\">"), "{cover}");
    assert!(!cover.contains("<script"), "{cover}");
    let card = page("/app.zip?embed");
    assert!(card.contains("2.0 KB") && card.contains("<a href=\"/app.zip\" target=\"_blank\""));
    let odd = page("/%3Ci%3E%26%22%27.mp4?embed");
    assert!(!odd.contains("<i>") && odd.contains("&#60;i&#62;&#38;&#34;&#39;.mp4"), "{odd}");
    for page in [film, cover, card, odd] {
        assert!(!page.contains("auth_key") && !page.contains("123pan") && !page.contains("<form"));
    }
}

#[test]
fn the_policy_lets_in_where_the_redirect_leads_and_no_more() {
    let site = films(&json!([]));
    for (target, origin) in [
        ("/film.mp4", "https://vip.123pan.cn"),
        ("/cover.png", "https://cdn.example:8443"),
        ("/song.mp3", "http://vip.123pan.cn"),
    ] {
        let answer = get(&format!("{target}?embed")).alone(&site);
        assert_eq!(
            policy(&answer),
            format!(
                "default-src 'none'; style-src 'self'; script-src 'self'; connect-src 'self'; \
                 img-src 'self' {origin}; media-src 'self' {origin}; base-uri 'none'; \
                 form-action 'none'"
            )
        );
        assert_eq!(answer.header("X-Layout-Options"), None);
        assert_eq!(answer.header("Referrer-Policy"), Some("same-origin"));
    }
    let proxied = films(&json!([{ "path": "/", "mode": "proxy" }]));
    assert!(policy(&get("/film.mp4?embed").alone(&proxied)).contains("media-src 'self';"));
    let elsewhere = films(&json!([{
        "path": "/", "mode": "proxy_url", "proxy_url": "https://download.example/base/", "proxy_key": "PROXY",
    }]));
    let answer = get("/film.mp4?embed").alone(&elsewhere);
    assert!(policy(&answer).contains("media-src 'self' https://download.example;"));
}

#[test]
fn a_file_may_be_framed_by_the_sites_that_may_embed_it() {
    let framed = |rules: &Value| {
        let req = get("/film.mp4?embed").referer("https://files.example/");
        let answer = req.alone(&films(rules));
        assert_eq!(answer.status, 200);
        framers(&answer).into_iter().map(str::to_owned).collect::<Vec<_>>()
    };
    assert_eq!(framed(&json!([])), ["*"]);
    let rule = |referers: Value| json!([{ "path": "/", "referers": referers }]);
    assert_eq!(framed(&rule(json!({ "allow": [] }))), ["'self'"]);
    // Whether a referrer may be left away does not matter to a browser that knows the page.
    assert_eq!(framed(&rule(json!({ "allow": [], "empty": true }))), ["'self'"]);
    assert_eq!(
        framed(&rule(json!({ "allow": ["blog.example", "*.wide.example"] }))),
        [
            "'self' https://blog.example:* http://blog.example:* https://*.wide.example:* http://*.wide.example:*"
        ]
    );
}

#[test]
fn a_share_link_for_one_site_is_framed_by_that_site_alone() {
    let site = films(&json!([
        { "path": "/team", "access": "link", "referers": { "allow": ["*.example"] } },
    ]));
    let link = share(
        "/team",
        &signpost::access::share_link::ShareClaims {
            site: Some("blog.example".to_owned()),
            ..claims("/team")
        },
    );
    let answer =
        get(&format!("{link}/team/film.mp4?embed")).referer("https://blog.example/").alone(&site);
    assert_eq!(
        framers(&answer),
        [
            "'self' https://*.example:* http://*.example:*",
            "'self' https://blog.example:* http://blog.example:*"
        ]
    );
    let html = answer.body.text();
    assert!(html.contains(&format!("src=\"{link}/team/film.mp4\"")), "{html}");
    assert_eq!(answer.header("Cache-Control"), Some("private, no-store"));
}

#[test]
fn a_refusal_is_shown_inside_the_iframe_without_controls() {
    let site = films(&json!([
        { "path": "/", "referers": { "allow": ["blog.example"] } },
        { "path": "/team", "password": "FIRST", "referers": { "allow": ["blog.example"] } },
    ]));
    for (target, referer, status) in [
        ("/film.mp4?embed", Some("https://evil.example/"), 403),
        ("/film.mp4?embed", None, 403),
        ("/nothing.mp4?embed", Some("https://evil.example/"), 403),
        ("/nothing.mp4?embed", Some("https://blog.example/"), 404),
        ("/team/film.mp4?embed", Some("https://blog.example/"), 401),
        ("/team/nothing?embed", Some("https://blog.example/"), 401),
        ("/%zz?embed", Some("https://blog.example/"), 400),
    ] {
        let req = Req { referer: referer.map(str::to_owned), ..get(target) };
        let answer = req.alone(&site);
        assert_eq!((answer.status, framers(&answer)), (status, vec!["*"]), "{target}");
        assert!(answer.header("WWW-Authenticate").is_none());
        let html = answer.body.text();
        for bad in ["<form", "<script", "<button", "film", "Retry"] {
            assert!(!html.contains(bad), "{bad}: {html}");
        }
        assert!(html.contains("target=\"_blank\" rel=\"noopener\""), "{html}");
        // A framed page of ours is nowhere the whole site.
        let whole = Req { target: target.replace("?embed", ""), ..req }.alone(&site);
        assert_eq!(framers(&whole), ["'none'"]);
    }
    let html = |target: &str| {
        get(target).referer("https://blog.example/").alone(&site).body.text().into_owned()
    };
    assert!(
        html("/team/film.mp4?embed").contains("<a href=\"?\""),
        "where the password is asked for"
    );
    assert!(html("/nothing?embed").contains("<a href=\"/\""));
    let cookie = cookie("/team", "first password");
    let mine = get("/team/film.mp4?embed").referer("https://files.example/").cookie(&cookie);
    assert_eq!(mine.status(&site), 200);
}

#[test]
fn an_embed_page_costs_no_link_and_counts_against_the_rate() {
    let site = films(&json!([{ "path": "/", "max_links": 1, "rate": "CALM" }]));
    let mut host = Host::default();
    for _ in 0..3 {
        assert_eq!(get("/film.mp4?embed").send(&site, &mut host).status, 200);
    }
    // What the script asks with each play belongs to that play.
    assert_eq!(get("/film.mp4").send(&site, &mut host).status, 302);
    assert_eq!(get("/film.mp4?format=json").send(&site, &mut host).status, 200);
    assert_eq!(get("/film.mp4?again=1").send(&site, &mut host).status, 302);
    assert_eq!(get("/song.mp3").send(&site, &mut host).status, 429);
    host.rate_limit = 0;
    assert_eq!(get("/film.mp4?embed").send(&site, &mut host).status, 429);
}

#[test]
fn a_folder_has_no_embed_page() {
    let site = films(&json!([]));
    assert_eq!(get("/team/?embed").status(&site), 400);
    assert_eq!(get("/team?embed").alone(&site).header("Location"), Some("/team/?embed"));
    assert_eq!(get("/film.mp4/?embed").alone(&site).header("Location"), Some("/film.mp4?embed"));
}

#[test]
fn services_learn_how_to_embed_what_is_open() {
    let site = films(&json!([]));
    let answer = oembed("https://files.example/film.mp4?view", "&maxwidth=320").alone(&site);
    assert_eq!(answer.header("Content-Type"), Some("application/json; charset=utf-8"));
    assert_eq!(answer.header("Access-Control-Allow-Origin"), Some("*"));
    let film = body(&answer);
    for (field, want) in [
        ("version", json!("1.0")),
        ("type", json!("video")),
        ("title", json!("film.mp4")),
        ("provider_name", json!("Signpost")),
        ("provider_url", json!("https://files.example")),
        ("width", json!(320)),
        ("height", json!(180)),
    ] {
        assert_eq!(film[field], want);
    }
    let html = film["html"].as_str().unwrap();
    assert!(html.starts_with("<iframe src=\"https://files.example/film.mp4?embed\""), "{html}");
    assert!(!text(&answer).contains("auth_key"));
    let photo = body(&oembed("http://FILES.example/cover.png", "&format=json").alone(&site));
    assert_eq!(
        (&photo["type"], &photo["url"]),
        (&json!("photo"), &json!("https://files.example/cover.png"))
    );
    let xml = oembed("https://files.example/song.mp3", "&format=xml").alone(&site);
    assert_eq!(xml.header("Content-Type"), Some("text/xml; charset=utf-8"));
    assert!(xml.body.text().contains("<type>rich</type>"));
    assert_eq!(oembed("https://files.example/song.mp3", "&format=php").status(&site), 501);
    assert_eq!(get("/-/oembed").status(&site), 400);
    for url in [
        "https://files.example/nothing.mp4",
        "https://files.example/team/",
        "https://files.example/film.mp4/",
        "https://elsewhere.example/film.mp4",
        "https://files.example/-/health",
        "https://files.example/%zz",
        "https://files.example",
        "nonsense",
    ] {
        assert_eq!(oembed(url, "").status(&site), 404, "{url}");
    }
}

#[test]
fn services_learn_nothing_of_what_is_not_for_everybody() {
    let rules = |rule: Value| {
        let mut rule = rule;
        rule["path"] = "/team".into();
        films(&json!([rule]))
    };
    let url = "https://files.example/team/film.mp4";
    let missing = text(&oembed("https://files.example/nothing", "").alone(&rules(json!({}))));
    for rule in [
        json!({ "password": "FIRST" }),
        json!({ "access": "link" }),
        json!({ "access": "deny" }),
        json!({ "countries": { "allow": ["CN"] } }),
        json!({ "countries": { "deny": ["US"] } }),
        json!({ "addresses": { "deny": ["10.0.0.0/8"] } }),
        json!({ "referers": { "allow": ["blog.example"], "empty": true } }),
    ] {
        let site = rules(rule.clone());
        let from_home = oembed(url, "")
            .cookie(&cookie("/team", "first password"))
            .basic("first password")
            .in_country("CN")
            .from("203.0.113.7")
            .referer("https://blog.example/");
        let answer = from_home.alone(&site);
        assert_eq!(answer.status, 404, "{rule}");
        assert_eq!(text(&answer), missing, "{rule}");
    }
    let locked = rules(json!({ "password": "FIRST" }));
    let link = share("/team", &claims("/team"));
    let answer = oembed(&format!("https://files.example{link}/team/film.mp4"), "").alone(&locked);
    let html = body(&answer)["html"].as_str().unwrap().to_owned();
    assert!(html.contains(&format!("https://files.example{link}/team/film.mp4?embed")), "{html}");
    let bound = share(
        "/team",
        &signpost::access::share_link::ShareClaims {
            address: "203.0.113.7/32".parse().ok(),
            ..claims("/team")
        },
    );
    let bound = format!("https://files.example{bound}/team/film.mp4");
    assert_eq!(oembed(&bound, "").from("203.0.113.7").status(&locked), 404);
}

#[test]
fn cards_are_for_pages_that_are_open_to_everybody() {
    let rules = json!([
        { "path": "/team", "password": "FIRST" },
        { "path": "/teams", "countries": { "deny": ["T1"] } },
        { "path": "/caf\u{e9}", "referers": { "allow": [], "empty": true } },
        { "path": "/; rm %41?#", "max_links": 5 },
    ]);
    let site = ruled(&rules);
    let html = |req: Req| {
        let answer = req.alone(&site);
        assert_eq!(answer.status, 200);
        answer.body.text().into_owned()
    };
    let open = html(get("/"));
    assert!(open.contains("<meta property=\"og:url\" content=\"https://files.example/\">"));
    assert!(open.contains("<meta property=\"og:title\" content=\"Signpost\">"), "{open}");
    assert!(open.contains("<meta property=\"og:locale\" content=\"en_US\">"));
    let counted = html(get("/%3B%20rm%20%2541%3F%23/"));
    assert!(counted.contains("content=\"https://files.example/%3B%20rm%20%2541%3F%23/\""));
    let film = get("/film.mp4?view").alone(&films(&json!([]))).body.text().into_owned();
    for tag in [
        "<meta property=\"og:url\" content=\"https://files.example/film.mp4?view\">",
        "<meta property=\"og:video\" content=\"https://files.example/film.mp4\">",
        "<meta name=\"twitter:player\" content=\"https://files.example/film.mp4?embed\">",
        "href=\"https://files.example/-/oembed?url=https%3A%2F%2Ffiles%2Eexample%2Ffilm%2Emp4&#38;format=json\"",
    ] {
        assert!(film.contains(tag), "{tag}: {film}");
    }
    assert!(!film.contains("auth_key"));
    let link = share("/team", &claims("/team"));
    for req in [
        get("/team/a.txt?view").cookie(&cookie("/team", "first password")),
        get(&format!("{link}/team/a.txt?view")),
        get("/teams/t.txt?view").in_country("US"),
        get("/team/").cookie(&cookie("/team", "first password")),
        get("/team/").basic("first password"),
        get(&format!("{link}/team/")),
        get(&format!("{}/", share("/", &claims("/")))),
        get("/teams/").in_country("US"),
        get("/caf%C3%A9/"),
    ] {
        let html = html(req);
        assert!(!html.contains("og:") && !html.contains("oembed") && !html.contains("twitter:"));
    }
}
