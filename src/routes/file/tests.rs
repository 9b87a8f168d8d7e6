use crate::http::request::RequestParts;
use crate::http::response::Response;
use crate::seed::RequestSeed;
use crate::site::Site;
use crate::time::UnixSeconds;

const TREE: &str = "\
Films:
  100:1694101621:https://vip.123pan.cn/13/films/a1.mkv
  https://vip.123pan.cn/13/films/a2.mkv
  https://vip.123pan.cn/13/films/a3.mkv
  https://vip.123pan.cn/13/films/a4.mkv
  https://vip.123pan.cn/13/films/a10.MP4
  https://vip.123pan.cn/13/films/a2.zh.srt
  https://vip.123pan.cn/13/films/a2.vtt
  https://vip.123pan.cn/13/films/a2.jpg
  \"\\\"><script>x.txt\":https://vip.123pan.cn/13/films/x
Proxied:
  https://vip.123pan.cn/13/p.txt
Mine:
  https://vip.123pan.cn/13/m.txt
Locked:
  https://vip.123pan.cn/13/l.txt
Elsewhere:
  http://files.example:8080/e.png
";

const RULES: &str = r#"[
    {"path": "/Films/a3.mkv", "access": "deny"},
    {"path": "/Films/a4.mkv", "password": "PASSWORD", "listed": true},
    {"path": "/Films/a2.vtt", "access": "deny"},
    {"path": "/Proxied", "mode": "proxy"},
    {"path": "/Mine", "mode": "proxy_url", "proxy_url": "https://proxy.example/x", "proxy_key": "TOKEN"},
    {"path": "/Locked", "password": "PASSWORD"},
    {"path": "/", "robots": "noindex"}
]"#;

fn site() -> Site {
    let pairs = [
        ("URL_TREE", TREE),
        ("UID", "13"),
        ("PRIVATE_KEY", "289ds32418bxdba"),
        ("RULES", RULES),
        ("PASSWORD", "open sesame"),
        ("TOKEN", "alist-0123456789abcdef"),
        ("GUESSES", "{}"),
        ("KV", "{}"),
        ("SITE_KEYS", "0123456789abcdefghijklmnopqrstuvwxyz"),
    ];
    let lookup = |name: &str| {
        pairs.iter().find(|(have, _)| *have == name).map(|(_, value)| (*value).to_owned())
    };
    let site = Site::load(&lookup, UnixSeconds(1_700_000_000));
    assert_eq!(site.config_errors().count(), 0, "{:?}", site.config_errors().collect::<Vec<_>>());
    site
}

fn ask(method: &str, target: &str) -> Response {
    let url = format!("https://dl.example.com{target}");
    let accept = Some("text/html,*/*;q=0.8");
    let seed = RequestSeed::new(UnixSeconds(1_700_000_000), [0xab; 16]);
    let parts = RequestParts { method, url: &url, accept, ..RequestParts::default() };
    crate::http::router::tests::answer(&site(), &parts, &seed)
}

fn page(target: &str) -> String {
    let got = ask("GET", target);
    assert_eq!(got.status, 200, "{target}");
    got.body.text().into_owned()
}

/// The first tag in a page that begins with this text, up to the next `>`.
fn tag<'p>(page: &'p str, begins: &str) -> Option<&'p str> {
    let from = page.get(page.find(begins)?..)?;
    from.get(..from.find('>')?)
}

#[test]
fn a_files_page_tells_what_is_known_and_holds_no_link_but_its_own_address() {
    let got = ask("GET", "/Films/a1.mkv?view");
    let text = got.body.text();
    assert_eq!((got.status, got.header("Content-Type")), (200, Some("text/html; charset=utf-8")));
    for part in ["<h1>a1.mkv</h1>", "100 B", "2023-09-07", r#"href="a1.mkv""#, r#"href="./">Films"#]
    {
        assert!(text.contains(part), "{part} in {text}");
    }
    assert!(!text.contains("auth_key") && !text.contains("/13/"), "{text}");
    // The redirect's target is in the policy, and there for the script alone.
    assert_eq!(text.matches("123pan").count(), 1);
    assert_eq!(got.header("Cache-Control"), Some("private, no-cache"));
    assert_eq!(got.header("X-Robots-Tag"), Some("noindex"));
    assert!(text.contains(r#"<meta name="robots" content="noindex">"#));
    assert_eq!(ask("HEAD", "/Films/a1.mkv?view").status, 200);
}

#[test]
fn before_and_after_are_files_of_its_kind_that_the_visitor_may_have() {
    let text = page("/Films/a2.mkv?view");
    assert_eq!(tag(&text, r#"<a rel="prev""#), Some(r#"<a rel="prev" href="a1.mkv?view""#));
    // Of the two files in between, one does not open for anybody, and the other is locked.
    assert_eq!(tag(&text, r#"<a rel="next""#), Some(r#"<a rel="next" href="a10.MP4?view""#));
    assert!(!text.contains("a3.mkv") && !text.contains("a4.mkv"));
    let first = page("/Films/a1.mkv?view");
    assert_eq!(tag(&first, r#"<a rel="prev""#), None);
    assert_eq!(tag(&page("/Films/a10.MP4?view"), r#"<a rel="next""#), None);
    assert!(!page("/Films/a2.jpg?view").contains(r#"class="beside""#));
}

#[test]
fn subtitles_are_those_of_its_name_that_the_visitor_may_have() {
    let text = page("/Films/a2.mkv?view");
    let main = tag(&text, "<main").unwrap();
    assert!(main.contains("a2.zh.srt") && !main.contains("a2.vtt"), "{main}");
    assert!(!page("/Films/a1.mkv?view").contains("data-tracks"));
}

#[test]
fn the_policy_names_the_one_origin_of_the_bytes() {
    const CASES: &[(&str, &str)] = &[
        ("/Films/a1.mkv?view", " 'self' https://vip.123pan.cn"),
        ("/Elsewhere/e.png?view", " 'self' http://files.example:8080"),
        ("/Proxied/p.txt?view", " 'self'"),
        ("/Mine/m.txt?view", " 'self' https://proxy.example"),
    ];
    let policy = |target: &str| {
        let got = ask("GET", target);
        let policy = got.header("Content-Security-Policy").unwrap_or_default().to_owned();
        assert!(!policy.contains("unsafe") && !policy.contains('*'), "{policy}");
        assert!(policy.contains("script-src 'self';"), "{policy}");
        assert!(policy.contains("style-src 'self';"), "{policy}");
        policy
    };
    let sources = |policy: &str, name: &str| {
        let mut parts = policy.split("; ");
        parts.find_map(|part| part.strip_prefix(name).map(str::to_owned)).unwrap_or_default()
    };
    for (target, want) in CASES {
        let policy = policy(target);
        for name in ["img-src", "media-src", "connect-src"] {
            assert_eq!(sources(&policy, name), *want, "{name} of {target}");
        }
        // Downloads begin in frames, and may be redirected on.
        assert_eq!(sources(&policy, "frame-src"), " 'self' https:");
    }
    assert_eq!(sources(&policy("/Films/?view"), "media-src"), "");
}

#[test]
fn a_name_is_text_wherever_it_stands() {
    let text = page("/Films/%22%3E%3Cscript%3Ex.txt?view");
    assert!(text.contains("<h1>&#34;&#62;&#60;script&#62;x.txt</h1>"), "{text}");
    assert_eq!(text.matches("<script").count(), 1, "the page's own");
}

#[test]
fn a_folder_has_its_own_page_and_nothing_has_none() {
    assert!(page("/Films/?view").contains("<table"));
    assert_eq!(ask("GET", "/Films?view").header("Location"), Some("/Films/?view"));
    assert_eq!(ask("GET", "/Films/a1.mkv/?view").header("Location"), Some("/Films/a1.mkv?view"));
    assert_eq!(ask("GET", "/Films/a3.mkv?view").status, 404);
    // A format that is named goes before `?view`, and both before what `Accept` names.
    assert!(page("/Films/a1.mkv?view=&x").starts_with("<!doctype html>"));
    assert!(page("/Films/a1.mkv?view&format=json").starts_with('{'));
    assert_eq!(ask("GET", "/Films/a1.mkv?preview").status, 302);
}

#[test]
fn what_is_locked_asks_for_the_password_and_comes_back_to_the_page() {
    let got = ask("GET", "/Locked/l.txt?view");
    assert_eq!(got.status, 401);
    let text = got.body.text();
    assert!(text.contains(r#"name="back" value="/Locked/l.txt?view""#), "{text}");
}
