//! Shortcuts: they lead to a file that the visitor may see, and say nothing of others.

use std::collections::BTreeSet;

use serde_json::{Value, json};
use signpost::site::Site;

use crate::support::host::Host;
use crate::support::request::{Req, claims, cookie, get, location, share, site};

const TREE: &str = "\
app-1.9.apk:1:1600000000:https://vip.123pan.cn/13/1.apk
app-1.10.apk:1:1600000000:https://vip.123pan.cn/13/2.apk
app-1.10-rc1.apk:1:1700000000:https://vip.123pan.cn/13/3.apk
app-1.10.apk.asc:1:1700000000:https://vip.123pan.cn/13/3.asc
build-a.zip:1:1600000000:https://vip.123pan.cn/13/a.zip
Build_a.zip:1:1700000000:https://vip.123pan.cn/13/b.zip
pictures:
  1.jpg:1:1600000000:https://vip.123pan.cn/13/1.jpg
  2.PNG:1:1600000000:https://vip.123pan.cn/13/2.png
  film.mp4:1:1600000000:https://vip.123pan.cn/13/film.mp4
  a [1]?.pdf:1:1600000000:https://vip.123pan.cn/13/a.pdf
  secret.jpg:1:1600000000:https://vip.123pan.cn/13/s.jpg
  below:
    3.jpg:1:1600000000:https://vip.123pan.cn/13/3.jpg
empty:
  inner:
    x.txt:1:1600000000:https://vip.123pan.cn/13/x.txt
";

fn with(rules: &Value) -> Site {
    let rules = rules.to_string();
    site(&[("URL_TREE", TREE), ("RULES", &rules), ("FIRST", "first password")])
}

fn leads(site: &Site, target: &str) -> (u16, String) {
    let answer = get(target).alone(site);
    (answer.status, location(&answer).to_owned())
}

#[test]
fn the_latest_is_the_newest_version_that_fits_the_glob() {
    let site = with(&json!([]));
    for (target, want) in [
        ("/~latest/app-*.apk", "/app-1.10.apk"),
        ("/~latest/app-1.9*", "/app-1.9.apk"),
        ("/~latest/app-*rc*", "/app-1.10-rc1.apk"),
        ("/~latest/app-*", "/app-1.10.apk"),
        ("/~latest/app-1.9.apk", "/app-1.9.apk"),
        // Of one version the one that changed last.
        ("/~latest/*uild*", "/Build_a.zip"),
        ("/~latest/pictures/%5B12%5D.*", "/pictures/2.PNG"),
        ("/~latest/pictures/[12].*", "/pictures/2.PNG"),
        ("/~latest/pictures/*.pdf", "/pictures/a%20%5B1%5D%3F.pdf"),
        ("/~latest/app-*.apk?format=json", "/app-1.10.apk?format=json"),
        ("/~latest/app-*.apk?x=1&format=url", "/app-1.10.apk?format=url"),
        ("/~latest/app-*.apk?format=html", "/app-1.10.apk"),
    ] {
        assert_eq!(leads(&site, target), (302, want.to_owned()), "{target}");
    }
    for target in [
        "/~latest",
        "/~latest/",
        "/~latest/nothing-*",
        "/~latest/pictures",
        "/~latest/pictures/",
        "/~latest/pictures/below*",
        "/~latest//*",
        "/~latest/nowhere/*",
        "/~latest/app-1.9.apk/*",
        "/~latest/%5Bx",
        "/~latest/{a,b}",
        "/~latest/!a",
        "/~latest/%ff*",
        "/~latest/-/health",
        "/~latest/~random",
        "/~random/~latest/*",
        "/%7Elatest/app-*.apk",
    ] {
        assert_eq!(leads(&site, target), (404, String::new()), "{target}");
    }
    for target in ["/~latest/a/../*", "/~latest/a%2fb/*"] {
        assert_eq!(leads(&site, target).0, 400, "{target}");
    }
    assert_eq!(leads(&site, "/~latest/app-*?format=m3u8").0, 400);
}

#[test]
fn a_glob_has_a_hundred_characters_at_most() {
    let site = with(&json!([]));
    // In characters, not in bytes of the address.
    for letter in ["a", "%E4%B8%AD"] {
        let glob = |letters: usize| format!("/~latest/[a{}]pp-*.apk", letter.repeat(letters));
        assert_eq!(leads(&site, &glob(89)), (302, "/app-1.10.apk".to_owned()), "{letter}");
        assert_eq!(leads(&site, &glob(90)), (404, String::new()), "{letter}");
    }
}

#[test]
fn chance_picks_among_the_files_of_that_folder_and_type() {
    let site = with(&json!([]));
    let picked = |target: &str| {
        let of = |random| location(&Req { random, ..get(target) }.alone(&site)).to_owned();
        (0..=255).map(of).collect::<BTreeSet<_>>().into_iter().collect::<Vec<_>>()
    };
    let all = ["1.jpg", "2.PNG", "a%20%5B1%5D%3F.pdf", "film.mp4", "secret.jpg"];
    let all = all.map(|name| format!("/pictures/{name}"));
    for target in ["/~random/pictures/", "/~random/pictures"] {
        assert_eq!(picked(target), all, "{target}");
    }
    let [one, two, document, film, secret] = &all;
    assert_eq!(picked("/~random/pictures/?type=image"), [one, two, secret].map(String::clone));
    assert_eq!(picked("/~random/pictures/?x&type=video"), std::slice::from_ref(film));
    assert_eq!(picked("/~random/pictures?type=document"), std::slice::from_ref(document));
    assert_eq!(picked("/~random?type=document"), [""], "none of the root's");
    assert_eq!(picked("/~random").len(), 6);
    for target in [
        "/~random/pictures/?type=audio",
        "/~random/pictures/?type=",
        "/~random/pictures/?type=Image",
        "/~random/empty/",
        "/~random/nowhere/",
        "/~random/app-1.9.apk",
        "/~random/-/health",
        "/~random/-/",
    ] {
        assert_eq!(leads(&site, target), (404, String::new()), "{target}");
    }
}

#[test]
fn what_is_hidden_or_locked_is_never_picked() {
    let rules = json!([
        { "path": "/pictures", "hide": ["film*"] },
        { "path": "/pictures/secret.jpg", "password": "FIRST", "listed": true },
        { "path": "/app-1.10.apk", "access": "link" },
        { "path": "/empty", "password": "FIRST" },
    ]);
    let site = with(&rules);
    assert_eq!(leads(&site, "/~latest/app-*.apk"), (302, "/app-1.10-rc1.apk".to_owned()));
    for random in 0..=255 {
        let answer = Req { random, ..get("/~random/pictures/") }.alone(&site);
        let to = location(&answer);
        assert!(!to.contains("secret") && !to.contains("film"), "{to}");
        // Another visitor may see more.
        assert_eq!(answer.header("Cache-Control"), Some("private, no-store"));
    }
    assert_eq!(leads(&site, "/~latest/pictures/film*").0, 404);
    assert_eq!(leads(&site, "/~latest/pictures/secret.jpg").0, 404);
    let known = cookie("/pictures/secret.jpg", "first password");
    let secret = get("/~latest/pictures/s*").cookie(&known).alone(&site);
    assert_eq!(location(&secret), "/pictures/secret.jpg");
    assert_eq!(secret.header("Cache-Control"), Some("private, no-store"));
    // A locked folder says the same of what is in it and what is not.
    for target in ["/~latest/empty/inner/x*", "/~latest/empty/inner/y*", "/~random/empty/nothing/"]
    {
        assert_eq!(leads(&site, target).0, 401, "{target}");
        let page = get(target).accept("text/html").alone(&site);
        assert_eq!((page.status, page.body.text().contains("name=\"back\"")), (401, true));
    }
    let inner = get("/~latest/empty/inner/x*").basic("first password").alone(&site);
    assert_eq!((inner.status, location(&inner)), (302, "/empty/inner/x.txt"));
}

#[test]
fn a_share_link_goes_on_with_what_it_opens() {
    let site = with(&json!([{ "path": "/pictures", "access": "link" }]));
    let token = share("/pictures", &claims("/pictures"));
    let to = |target: &str| leads(&site, &format!("{token}{target}"));
    assert_eq!(to("/~latest/pictures/*.PNG"), (302, format!("{token}/pictures/2.PNG")));
    assert_eq!(to("/~random/pictures/?type=video"), (302, format!("{token}/pictures/film.mp4")));
    assert_eq!(to("/~random").0, 404, "the root is not shared");
    assert_eq!(to("/~latest/*").0, 404);
    assert_eq!(leads(&site, "/~latest/pictures/*").0, 404);
    assert_eq!(leads(&site, &format!("/~latest{token}/pictures/*")).0, 404);
    assert_eq!(leads(&site, "/~AAAA/~latest/pictures/*").0, 404);
}

#[test]
fn a_pick_may_be_remembered_for_as_long_as_it_stays_the_same_for_everybody() {
    let site = with(&json!([{ "path": "/pictures", "window_minutes": 60 }]));
    let cache = |req: &Req| {
        let answer = req.alone(&site);
        (location(&answer).to_owned(), answer.header("Cache-Control").unwrap().to_owned())
    };
    let open = get("/~latest/pictures/*.jpg");
    assert_eq!(cache(&open).1, "public, max-age=60");
    assert_eq!(cache(&get("/~random/empty/inner/")).1, "no-store");
    // A rule on a row of the root: not the same for everybody, perhaps.
    assert_eq!(cache(&get("/~latest/app-*.apk")).1, "private, no-store");
    // Now is 20 minutes past the hour.
    let (first, until) = cache(&get("/~random/pictures/"));
    assert_eq!(until, "public, max-age=2400");
    for (later, random) in [(0, 1), (60, 2), (2_399, 255)] {
        let again = cache(&Req { random, ..get("/~random/pictures/").later(later) });
        assert_eq!(again, (first.clone(), format!("public, max-age={}", 2_400 - later)));
    }
    let others = (0..20).map(|hour| cache(&get("/~random/pictures/").later(2_400 + hour * 3_600)));
    let others = others.map(|(to, _)| to).collect::<BTreeSet<_>>();
    assert_eq!(others.len(), 5, "{others:?}");
}

#[test]
fn a_pick_is_answered_as_other_files_are() {
    let site = with(&json!([]));
    for target in ["/~latest/app-*.apk", "/~random/pictures/"] {
        let head = Req { method: "HEAD", ..get(target) }.alone(&site);
        assert_eq!((head.status, head.header("Referrer-Policy")), (302, None), "{target}");
        assert_eq!(head.header("Access-Control-Allow-Origin"), Some("*"));
        let options = Req { method: "OPTIONS", ..get(target) }.alone(&site);
        assert_eq!((options.status, options.header("Allow")), (204, Some("GET, HEAD, OPTIONS")));
        assert_eq!(Req { method: "POST", ..get(target) }.status(&site), 405);
    }
    // A link that is picked is charged where it leads, not here.
    let site = with(&json!([{ "path": "/", "max_links": 1 }]));
    let mut host = Host::default();
    for _ in 0..5 {
        assert_eq!(get("/~latest/app-*.apk").send(&site, &mut host).status, 302);
    }
    assert!(host.asked.is_empty());
}
