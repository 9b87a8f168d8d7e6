//! Paths in GBK and Latin-1: who is redirected to the entry that was meant, and who is told how to write it.

use serde_json::{Value, json};
use signpost::site::Site;

use crate::support::host::Host;
use crate::support::request::{API_TOKEN, SITE, claims, cookie, get, location, share, site, text};

const TREE: &str = "\
电影:
  朱镕基.txt:10:1600000000:https://vip.123pan.cn/13/a.txt
café:
  é.txt:10:1600000000:https://vip.123pan.cn/13/b.txt
两.txt:10:1600000000:https://vip.123pan.cn/13/c.txt
Á½.txt:10:1600000000:https://vip.123pan.cn/13/d.txt
any/*: https://vip.123pan.cn/13/any/
";
/// `/电影/朱镕基.txt` in GBK, and in UTF-8.
const GBK: &str = "/%B5%E7%D3%B0/%D6%EC%E9F%BB%F9.txt";
const UTF8: &str = "/%E7%94%B5%E5%BD%B1/%E6%9C%B1%E9%95%95%E5%9F%BA.txt";

fn ruled(rules: &Value) -> Site {
    let rules = rules.to_string();
    site(&[("URL_TREE", TREE), ("RULES", &rules), ("FIRST", "first password")])
}

#[test]
fn what_opens_to_the_client_is_redirected_to_its_own_path() {
    let site = ruled(&json!([]));
    for (target, want) in [
        (GBK, UTF8.to_owned()),
        (&*format!("{GBK}?x=%B5"), format!("{UTF8}?x=%B5")),
        (&*format!("{GBK}?format=json"), format!("{UTF8}?format=json")),
        // The folder is right, the name is what the player has made of it.
        ("/%E7%94%B5%E5%BD%B1/%D6%EC%E9F%BB%F9.txt", UTF8.to_owned()),
        ("/%B5%E7%D3%B0", "/%E7%94%B5%E5%BD%B1/".to_owned()),
        ("/%B5%E7%D3%B0/", "/%E7%94%B5%E5%BD%B1/".to_owned()),
        ("/caf%E9/%E9.txt", "/caf%C3%A9/%C3%A9.txt".to_owned()),
        ("/caf%E9/%E9.txt/", "/caf%C3%A9/%C3%A9.txt".to_owned()),
    ] {
        for method in ["GET", "HEAD"] {
            let answer = crate::support::request::Req { method, ..get(target) }.alone(&site);
            assert_eq!((answer.status, location(&answer)), (308, &*want), "{target}");
            assert_eq!(answer.header("Cache-Control"), Some("private, no-store"));
            assert_eq!(answer.header("Access-Control-Allow-Origin"), None);
            assert!(matches!(get(&want).status(&site), 200 | 302), "{want}");
        }
    }
}

#[test]
fn one_password_is_verified_whatever_the_readings() {
    let rules =
        json!([{ "path": "/", "password": "FIRST" }, { "path": "/电影", "password": "FIRST" }]);
    let (site, mut host) = (ruled(&rules), Host::default());
    let answer = get(GBK).basic("wrong password").send(&site, &mut host);
    assert_eq!((answer.status, host.asked), (400, vec!["password"]));
    let mut host = Host::default();
    let answer = get(GBK).basic("first password").send(&site, &mut host);
    assert_eq!((location(&answer), host.asked), (UTF8, vec!["password"]));
}

#[test]
fn what_is_not_there_gets_the_encoding_and_the_address_to_use() {
    let site = ruled(&json!([]));
    for (target, encoding, path) in [
        ("/%B5%E7%D3%B0/%C3%BB.txt?x=1", "GBK", "/%E7%94%B5%E5%BD%B1/%E6%B2%A1.txt?x=1"),
        ("/na%EFve.txt", "Latin-1 (ISO 8859-1)", "/na%C3%AFve.txt"),
        // Two entries, and any path below a remote folder, are not one.
        ("/%C1%BD.txt", "GBK", "/%E4%B8%A4.txt"),
        ("/any/na%EFve.txt", "Latin-1 (ISO 8859-1)", "/any/na%C3%AFve.txt"),
    ] {
        let address = format!("{SITE}{path}");
        let answer = get(target).accept("application/json").alone(&site);
        assert_eq!(answer.status, 400, "{target}");
        assert_eq!(answer.header("Access-Control-Allow-Origin"), None);
        let body: Value = serde_json::from_str(&answer.body.text()).unwrap();
        let error = &body["error"];
        assert_eq!(
            (&error["code"], &error["encoding"], &error["address"]),
            (&json!("bad_path"), &json!(encoding), &json!(address)),
        );
        let message = error["message"].as_str().unwrap();
        assert!(message.contains(encoding) && message.ends_with(&address), "{message}");
        let page = text(&get(target).accept("text/html").alone(&site));
        assert!(
            page.contains(encoding) && page.contains(&format!("<a href=\"{address}\">")),
            "{page}"
        );
    }
    for target in ["/-/%B5%E7", "/~tok%E9", "/%7Etok%E9/a", "/%B5%E7/..%2F", "/~random/%B5%E7"] {
        let answer = text(&get(target).accept("application/json").alone(&site));
        assert!(!answer.contains("\"encoding\""), "{target}: {answer}");
    }
}

#[test]
fn nothing_is_told_of_what_does_not_open_to_the_client() {
    let folder = "/电影";
    let file = "/电影/朱镕基.txt";
    let without = site(&[("URL_TREE", "https://vip.123pan.cn/13/other.txt")]);
    for rule in [
        json!({ "path": folder, "access": "deny" }),
        json!({ "path": folder, "access": "link" }),
        json!({ "path": folder, "password": "FIRST" }),
        json!({ "path": folder, "addresses": { "allow": ["10.0.0.0/8"] } }),
        json!({ "path": folder, "countries": { "allow": ["CN"] } }),
        json!({ "path": folder, "referers": { "allow": ["a.example"], "empty": false } }),
        json!({ "path": "/", "hide": { "blocked": ["电影/朱*"] } }),
        json!({ "path": file, "access": "deny" }),
    ] {
        let closed = ruled(&json!([rule]));
        for accept in ["application/json", "text/html"] {
            let answers = [&closed, &without].map(|site| get(GBK).accept(accept).alone(site));
            let [locked, absent] = answers.each_ref().map(|it| (it.status, &it.headers, text(it)));
            assert_eq!(locked, absent, "{rule}");
            assert_eq!(locked.0, 400, "{rule}");
        }
    }
    // Nor is the password asked for, or a guess of it spent, by a path that nobody has.
    let locked = ruled(&json!([{ "path": folder, "password": "FIRST" }]));
    let request = get(GBK).cookie(&cookie("/电影", "first password"));
    assert_eq!(location(&request.alone(&locked)), UTF8);
    let linked = ruled(&json!([{ "path": folder, "access": "link" }]));
    let token = share(folder, &claims(folder));
    assert_eq!(location(&get(&format!("{token}{GBK}")).alone(&linked)), format!("{token}{UTF8}"));
}

#[test]
fn a_legacy_path_charges_nothing_and_is_counted_once() {
    let site = ruled(&json!([
        { "path": "/", "max_links": 3, "rate": "CALM" },
    ]));
    let mut host = Host::default();
    let answer = get(GBK).send(&site, &mut host);
    assert_eq!(answer.status, 308);
    assert_eq!(host.ticket_requests.len(), 0);
    assert_eq!(host.rates.values().sum::<usize>(), 1);
    assert!(get("/-/health").bearer(API_TOKEN).status(&site) == 200);
}
