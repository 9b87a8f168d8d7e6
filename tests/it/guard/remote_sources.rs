//! How files of 123Pan's own listings reach the visitor, and what the owner learns of rules that
//! redirect where a redirect fails.

use std::time::Duration;

use serde_json::{Value, json};
use signpost::account::command::{AccountStatus, UpstreamLink};
use signpost::http::response::Body;
use signpost::site::Site;
use signpost::site::mount::Mount;
use signpost::sources::listing::{Extent, Listing, encode};
use signpost::sources::upstream::entry::Entry;
use signpost::time::UnixSeconds;

use crate::support::request::{API_TOKEN, NOW, get, location, site};

/// A link of 123Pan's own making: good in the city of whoever called the API.
const PASSING: &str = "https://download.cjjd19.com/123-1/video.mp4?t=1";
const DIRECT: &str = "https://vip.123pan.cn/13/video.mp4";

/// A mount of each source, each with `/video.mp4` and `/in/video.mp4`, listings and links known.
fn drives(rules: &Value) -> Site {
    let mounts = json!([
        { "path": "/my", "source": "personal", "token": "TOKEN" },
        { "path": "/shared", "source": "share", "key": "VN6A-qP163", "account": "/my" },
        { "path": "/open", "source": "open", "access_token": "TOKEN" },
        { "path": "/direct", "source": "open", "access_token": "TOKEN", "direct_link": true,
          "uid": 13, "private_key": "PRIVATE_KEY" },
    ]);
    let (mounts, rules) = (mounts.to_string(), rules.to_string());
    let site = site(&[("MOUNTS", &mounts), ("RULES", &rules), ("TOKEN", "token")]);
    let paths = site.mounts().iter().map(Mount::path).collect::<Vec<_>>();
    for (mount, path) in paths.iter().enumerate() {
        let drive = site.remote(mount).unwrap();
        drive.update_status(AccountStatus::default(), UnixSeconds(NOW));
        let entry = |id, name: &str, folder| Entry {
            id,
            name: name.to_owned(),
            folder,
            size: 5,
            modified: None,
            md5: None,
            key_flag: String::new(),
        };
        let root = vec![entry(7, "video.mp4", false), entry(8, "in", true)];
        for (folder, entries) in [(0, root), (8, vec![entry(9, "video.mp4", false)])] {
            let text = encode(entries, 0, Extent::Whole, UnixSeconds(NOW));
            drive.cache().cache_if_newer(folder, Listing::parse(text).unwrap(), UnixSeconds(NOW));
        }
        let permanent = (path == "/direct").then_some(13);
        let url = if permanent.is_some() { DIRECT } else { PASSING }.to_owned();
        for file in [7, 9] {
            let link =
                UpstreamLink { url: url.clone(), referer: None, permanent, age: Duration::ZERO };
            drive.cache_link(file, link, UnixSeconds(NOW));
        }
    }
    site
}

/// How a file comes: through the Worker, or by a redirect to 123Pan.
fn way(site: &Site, target: &str) -> &'static str {
    let answer = get(target).alone(site);
    match (answer.status, &answer.body) {
        (200, Body::Proxy(source)) => {
            assert!(source.link.url.starts_with("https://"), "{target}");
            "proxy"
        }
        (302, Body::None) if location(&answer).starts_with(DIRECT) => "signed redirect",
        (302, Body::None) if location(&answer) == PASSING => "redirect",
        _ => panic!("{target}: {answer:?}"),
    }
}

#[test]
fn only_direct_links_are_redirected_to_unless_a_rule_says_so() {
    let plain = drives(&json!([]));
    for (mount, want) in
        [("/my", "proxy"), ("/shared", "proxy"), ("/open", "proxy"), ("/direct", "signed redirect")]
    {
        assert_eq!(way(&plain, &format!("{mount}/video.mp4")), want, "{mount}");
        // Nor does anything else hand such a link out.
        for form in ["json", "url"] {
            let answer = get(&format!("{mount}/video.mp4?format={form}")).alone(&plain);
            let text = answer.body.text();
            assert!(!text.contains("cjjd19"), "{mount} {form}: {text}");
            assert_eq!(text.contains(DIRECT), want == "signed redirect", "{mount} {form}: {text}");
        }
    }
    let all = drives(&json!([{ "path": "/", "mode": "redirect" }]));
    for (mount, want) in [
        ("/my", "redirect"),
        ("/shared", "redirect"),
        ("/open", "redirect"),
        ("/direct", "signed redirect"),
    ] {
        assert_eq!(way(&all, &format!("{mount}/video.mp4")), want, "{mount}");
    }
    let none = drives(&json!([{ "path": "/", "mode": "proxy" }]));
    assert_eq!(way(&none, "/direct/video.mp4"), "proxy");
}

/// The owner's warnings about rules, as the mount's path and the setting.
fn warned(rules: &Value) -> Vec<(String, String)> {
    let site = drives(rules);
    let health = |bearer: bool| -> Value {
        let req = get("/-/health");
        let req = if bearer { req.bearer(API_TOKEN) } else { req };
        serde_json::from_str(&req.alone(&site).body.text()).unwrap()
    };
    let about_rules = |health: &Value| -> Vec<Value> {
        let warnings = health["warnings"].as_array().unwrap();
        warnings.iter().filter(|warning| !warning["setting"].is_null()).cloned().collect()
    };
    let (stranger, owner) = (health(false), health(true));
    assert_eq!(about_rules(&stranger), [Value::Null; 0], "a stranger learns nothing of rules");
    assert_eq!(owner["status"], "ok", "it is what the owner chose");
    let text = |warning: &Value, field: &str| warning[field].as_str().unwrap().to_owned();
    let found = about_rules(&owner);
    for warning in &found {
        assert!(text(warning, "message").contains("123Pan's CDN"), "{warning}");
        assert!(text(warning, "mend").contains("mode = \"proxy\""), "{warning}");
        for (field, mounts) in
            [("direct_link = true", &["/open"][..]), ("direct_base", &["/open", "/my"])]
        {
            let says_it = text(warning, "mend").contains(field);
            assert_eq!(says_it, mounts.contains(&&*text(warning, "mount")), "{warning}");
        }
    }
    found.iter().map(|warning| (text(warning, "mount"), text(warning, "setting"))).collect()
}

#[test]
fn health_names_each_rule_that_redirects_where_the_cdn_refuses_visitors() {
    let cases: &[(Value, &[(&str, &str)])] = &[
        (json!([]), &[]),
        (json!([{ "path": "/open", "mode": "redirect" }]), &[("/open", "RULES[0].mode")]),
        (json!([{ "path": "/open/in", "mode": "redirect" }]), &[("/open", "RULES[0].mode")]),
        (json!([{ "path": "/my", "mode": "redirect" }]), &[("/my", "RULES[0].mode")]),
        (json!([{ "path": "/shared/in", "mode": "redirect" }]), &[("/shared", "RULES[0].mode")]),
        (json!([{ "path": "/direct", "mode": "redirect" }]), &[]),
        (json!([{ "path": "/open", "mode": "proxy" }]), &[]),
        (json!([{ "path": "/open", "password": "TOKEN" }]), &[]),
        // From further up, and only as far as no other rule stands between.
        (
            json!([{ "path": "/", "mode": "redirect" }]),
            &[("/my", "RULES[0].mode"), ("/open", "RULES[0].mode"), ("/shared", "RULES[0].mode")],
        ),
        (
            json!([
                { "path": "/my", "mode": "proxy" },
                { "path": "/", "mode": "redirect" },
                { "path": "/shared", "password": "TOKEN" },
                { "path": "/open/in", "mode": "proxy" },
            ]),
            &[("/open", "RULES[1].mode"), ("/shared", "RULES[1].mode")],
        ),
        (
            json!([
                { "path": "/open", "mode": "redirect" },
                { "path": "/open/in", "mode": "redirect" },
            ]),
            &[("/open", "RULES[0].mode"), ("/open", "RULES[1].mode")],
        ),
    ];
    for (rules, want) in cases {
        let mut found = warned(rules);
        found.sort();
        let found = found.iter().map(|(mount, setting)| (mount.as_str(), setting.as_str()));
        assert_eq!(found.collect::<Vec<_>>(), *want, "{rules}");
    }
}

#[test]
fn whether_a_pick_may_be_remembered_tells_nothing_of_which_entries_exist() {
    let cache = |name: &str| {
        let site = drives(&json!([{ "path": format!("/my/{name}"), "access": "deny" }]));
        let answer = get("/~latest/my/*.mp4").alone(&site);
        assert_eq!(location(&answer), "/my/video.mp4", "{answer:?}");
        answer.header("Cache-Control").unwrap().to_owned()
    };
    assert_eq!(cache("in"), cache("nothing"));
    assert_eq!(cache("in"), "private, no-store");
}
