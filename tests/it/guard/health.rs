//! The health page: what it says beforehand of what Cloudflare refuses or counts.

use serde_json::{Value, json};

use signpost::account::command::AccountStatus;
use signpost::time::UnixSeconds;

use crate::support::request::{API_TOKEN, NOW, get, site};

const TREE: &str = "\
https://vip.123pan.cn/13/top.txt
nas:
  http://203.0.113.5:5244/d/a.mkv
  http://127.0.0.1:5244/d/b.mkv
  https://nas.example/d/c.mkv
far: https://198.51.100.7/films/
  d.mkv
any/*: https://198.51.100.7/any/
";

/// The warnings about IP addresses, to a stranger and to the owner.
fn warned(settings: &[(&str, &str)]) -> [Vec<Value>; 2] {
    let site = site(settings);
    // Nothing is asked of 123Pan here.
    if let Some(drive) = site.remote(0) {
        drive.update_status(AccountStatus::default(), UnixSeconds(NOW));
    }
    [get("/-/health"), get("/-/health").bearer(API_TOKEN)].map(|request| {
        let health: Value = serde_json::from_str(&request.alone(&site).body.text()).unwrap();
        let warnings = health["warnings"].as_array().unwrap().clone();
        let is_about = |warning: &Value| warning["message"].as_str().unwrap().contains("1003");
        warnings.into_iter().filter(is_about).collect()
    })
}

#[test]
fn health_names_the_lines_whose_addresses_cloudflare_refuses_once_they_are_proxied() {
    let of = |rules: &Value| {
        let rules = rules.to_string();
        warned(&[("URL_TREE", TREE), ("RULES", &rules)]).map(|warnings| {
            assert!(warnings.iter().all(|it| it["mend"].as_str().unwrap().contains("host name")));
            warnings.into_iter().map(|warning| warning["lines"].clone()).collect::<Vec<_>>()
        })
    };
    let (none, lines) = (Vec::<Value>::new(), vec![json!([3, 6, 8])]);
    for rules in [
        json!([]),
        json!([{ "path": "/nas", "mode": "redirect" }]),
        json!([
            { "path": "/", "mode": "proxy_url", "proxy_url": "https://p.example",
              "proxy_key": "SITE_KEYS" },
        ]),
    ] {
        assert_eq!(of(&rules), [none.clone(), none.clone()], "{rules}");
    }
    for rules in
        [json!([{ "path": "/", "mode": "proxy" }]), json!([{ "path": "/far", "mode": "proxy" }])]
    {
        assert_eq!(of(&rules), [lines.clone(), lines.clone()], "{rules}");
    }
    // To whom the mount is closed, its hosts are.
    let closed = json!([{ "path": "/", "mode": "proxy", "access": "link" }]);
    assert_eq!(of(&closed), [none, lines]);
}

#[test]
fn health_and_the_limits_say_how_many_proxied_films_the_free_plan_is() {
    let films = |requests: u32| 100_000 / requests / 100 * 100;
    let figures = [films(100), films(30)];
    let said = |settings: &[(&str, &str)]| {
        let site = site(settings);
        if let Some(drive) = site.remote(0) {
            drive.update_status(AccountStatus::default(), UnixSeconds(NOW));
        }
        let answer = get("/-/health").bearer(API_TOKEN).alone(&site);
        let health: Value = serde_json::from_str(&answer.body.text()).unwrap();
        health["mounts"][0]["proxied"].as_str().unwrap_or_default().to_owned()
    };
    let drive = json!([{ "path": "/my", "source": "personal", "token": "TOKEN" }]).to_string();
    let proxied = json!([{ "path": "/nas", "mode": "proxy" }]).to_string();
    let redirected = json!([{ "path": "/my", "mode": "redirect" }]).to_string();
    let drive = |rules| said(&[("MOUNTS", &drive), ("TOKEN", "token"), ("RULES", rules)]);
    assert_eq!(said(&[("URL_TREE", TREE)]), "", "a redirect costs one request");
    assert_eq!(drive(&redirected), "");
    let english = include_str!("../../../docs/en/limits.md");
    let chinese = include_str!("../../../docs/zh-CN/limits.md");
    for text in
        [&*said(&[("URL_TREE", TREE), ("RULES", &proxied)]), &*drive("[]"), english, chinese]
    {
        for figure in figures.map(|films| format!("{},{:03}", films / 1_000, films % 1_000)) {
            assert!(
                text.contains(&figure) && text.contains("100,000") && text.contains("30"),
                "{figure}: {text}"
            );
        }
    }
}

#[test]
fn health_names_an_api_at_an_address_to_the_owner() {
    let mounts = |api: &str| {
        json!([{ "path": "/my", "source": "personal", "token": "TOKEN", "api": api }]).to_string()
    };
    let of = |api: &str| {
        let mounts = mounts(api);
        warned(&[("MOUNTS", &mounts), ("TOKEN", "token")]).map(|warnings| {
            warnings.into_iter().map(|it| it["setting"].clone()).collect::<Vec<_>>()
        })
    };
    let none = Vec::<Value>::new();
    assert_eq!(of("https://203.0.113.5/b/api"), [none.clone(), vec![json!("MOUNTS[0].api")]]);
    for api in ["https://api.example/b/api", "http://127.0.0.1:9123/b/api"] {
        assert_eq!(of(api), [none.clone(), none.clone()], "{api}");
    }
}
