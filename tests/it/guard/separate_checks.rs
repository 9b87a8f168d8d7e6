//! The outcome of a check belongs to the policy and the client that it was made for: it opens nothing
//! else, however one request leads from one path to another.

use serde_json::json;
use signpost::site::Site;

use crate::support::host::Host;
use crate::support::request::{get, location, site, text};

const TREE: &str = "\
d:
  open.txt:1:1600000000:https://vip.123pan.cn/13/open.txt
  Priv:
    f.txt:1:1600000000:https://vip.123pan.cn/13/decoy.txt
Priv:
  f.txt:1:1600000000:https://vip.123pan.cn/13/SECRET.txt
Rate:
  r1.mp4:1:1600000000:https://vip.123pan.cn/13/r1.mp4
  r2.mp4:1:1600000000:https://vip.123pan.cn/13/r2.mp4
  r3.mp4:1:1600000000:https://vip.123pan.cn/13/r3.mp4
";

/// Else AList's API would have the path `/d`.
const ALIST_OFF: (&str, &str) = ("SITE", r#"{"alist":false}"#);

fn two_locks(tree: &str) -> Site {
    let rules = json!([
        { "path": "/d", "password": "FIRST" },
        { "path": "/Priv", "password": "SECOND", "alist_sign": "ALIST" },
    ]);
    site(&[
        ("URL_TREE", tree),
        ALIST_OFF,
        ("RULES", &rules.to_string()),
        ("FIRST", "first password"),
        ("SECOND", "second password"),
        ("ALIST", "alist-0123456789"),
    ])
}

#[test]
fn a_password_opens_no_path_but_that_of_its_own_rule() {
    let with_folder = TREE;
    let with_remote = TREE.replace(
        "  Priv:\n    f.txt:1:1600000000:https://vip.123pan.cn/13/decoy.txt\n",
        "  Priv/*: https://vip.123pan.cn/13/decoy/\n",
    );
    for tree in [with_folder, &with_remote] {
        let site = two_locks(tree);
        for query in ["search=a&sign=z", "sign=z&search=a", "sign=z", "search=a&sign=z&format=json"]
        {
            for prefix in ["/d", "/p"] {
                let target = format!("{prefix}/Priv/f.txt?{query}");
                let mut host = Host::default();
                let answer = get(&target).basic("first password").send(&site, &mut host);
                let page_text = text(&answer);
                assert!(!page_text.contains("SECRET"), "{target}: {} {page_text}", answer.status);
                assert!(matches!(answer.status, 401 | 404), "{target}: {}", answer.status);
            }
            // Its own password does.
            let target = format!("/p/Priv/f.txt?{query}");
            let answer = get(&target).basic("second password").alone(&site);
            assert!(text(&answer).contains("SECRET"), "{target}: {}", answer.status);
        }
    }
}

#[test]
fn a_password_finds_nothing_behind_another_lock() {
    let rules = json!([
        { "path": "/d", "password": "FIRST", "listed": true },
        { "path": "/d/Priv", "password": "SECOND", "listed": true },
    ]);
    let site = site(&[
        ("URL_TREE", TREE),
        ALIST_OFF,
        ("RULES", &rules.to_string()),
        ("FIRST", "first password"),
        ("SECOND", "second password"),
    ]);
    for target in ["/d/?search=f", "/d/", "/d/?format=json", "/-/api/search?q=f&path=/d/"] {
        let answer = get(target).basic("first password").alone(&site);
        assert_eq!(answer.status, 200, "{target}");
        assert!(!text(&answer).contains("f.txt"), "{target}: {}", text(&answer));
    }
    for target in [
        "/d/Priv/?format=rss",
        "/d/Priv/?search=f",
        "/d/Priv/f.txt?view",
        "/d/Priv/f.txt?embed",
        "/~latest/d/Priv/*",
        "/~random/d/Priv/",
    ] {
        let answer = get(target).basic("first password").alone(&site);
        assert_eq!(answer.status, 401, "{target}");
        let answer = get(target).basic("second password").alone(&site);
        assert!(matches!(answer.status, 200 | 302), "{target}: {}", answer.status);
    }
    let oembed = "/-/oembed?url=https%3A%2F%2Ffiles.example%2Fd%2FPriv%2Ff.txt";
    assert_eq!(get(oembed).basic("second password").status(&site), 404);
}

#[test]
fn a_files_rate_is_not_its_folders() {
    let rules = json!([
        { "path": "/Rate", "rate": "CALM" },
        { "path": "/Rate/r2.mp4", "rate": "GUESSES" },
    ]);
    let site = site(&[("URL_TREE", TREE), ("RULES", &rules.to_string())]);
    let mut host = Host { rate_limit: 2, ..Host::default() };
    let mut ask = |target: &str| get(target).from("203.0.113.7").send(&site, &mut host);
    assert_eq!([ask("/Rate/").status, ask("/Rate/").status, ask("/Rate/").status], [200, 200, 429]);
    let page = ask("/Rate/r2.mp4?view");
    assert_eq!(page.status, 200);
    let page_text = text(&page);
    for neighbour in ["r1.mp4", "r3.mp4"] {
        assert!(!page_text.contains(neighbour), "{neighbour}: {page_text}");
    }
    // Where both are one count, the page shows what the folder would.
    let rules = json!([{ "path": "/Rate", "rate": "CALM" }]);
    let site = crate::support::request::site(&[("URL_TREE", TREE), ("RULES", &rules.to_string())]);
    let page = get("/Rate/r2.mp4?view").alone(&site);
    assert!(text(&page).contains("r1.mp4") && text(&page).contains("r3.mp4"));
    assert_eq!(location(&page), "");
}
