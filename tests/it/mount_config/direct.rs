//! The fields of mounts that are about direct links.

use serde_json::{Value, json};
use signpost::origin::Origin;
use signpost::time::UnixSeconds;

use super::{BASE, assert_named, mount, one};

#[test]
fn a_base_of_direct_links_says_whose_they_are() {
    let link = |more: Value| {
        let mut fields = json!({ "token": "TOKEN", "private_key": "KEY" });
        fields.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        let links = one(&mount("personal", &fields)).path_links.unwrap();
        let origin = Origin::new(&links.base, "a");
        let signed = links.signer.unwrap().sign(&origin, UnixSeconds(1_800_000_000), "0");
        let (url, key) = signed.split_once("?auth_key=1800000000-0-").unwrap();
        (url.to_owned(), key.split('-').next().unwrap().to_owned())
    };
    for (more, url, uid) in [
        (json!({ "direct_base": BASE }), "https://vip.123pan.cn/13/movies/a", "13"),
        (
            json!({ "direct_base": "https://vip.123pan.cn/13/movies" }),
            "https://vip.123pan.cn/13/movies/a",
            "13",
        ),
        // An account that hides its uid, with a folder of digits.
        (
            json!({ "direct_base": "https://vip.123pan.com/2024/", "uid": 13 }),
            "https://vip.123pan.com/2024/a",
            "13",
        ),
        (json!({ "direct_base": "https://13.v.123pan.cn/x/" }), "https://13.v.123pan.cn/x/a", "13"),
        (
            json!({ "direct_base": "https://dl.example.com/x/", "uid": 13, "hosts": ["dl.example.com"] }),
            "https://dl.example.com/x/a",
            "13",
        ),
        (
            json!({ "direct_base": BASE, "host": "dl.example.com" }),
            "https://dl.example.com/movies/a",
            "13",
        ),
        (
            json!({ "direct_base": BASE, "host": "13.cdn.123clouddisk.com" }),
            "https://13.cdn.123clouddisk.com/13/movies/a",
            "13",
        ),
        (
            json!({ "direct_base": "https://dl.example.com/x/", "uid": 13,
                    "hosts": ["dl.example.com"], "host": "vip.123pan.cn" }),
            "https://vip.123pan.cn/13/x/a",
            "13",
        ),
        (
            json!({ "direct_base": "https://vip.123pan.cn/13/电影 1/" }),
            "https://vip.123pan.cn/13/%E7%94%B5%E5%BD%B1%201/a",
            "13",
        ),
        (
            json!({ "direct_base": "http://127.0.0.1:9123/13/", "uid": 13, "hosts": ["127.0.0.1:9123"] }),
            "http://127.0.0.1:9123/13/a",
            "13",
        ),
    ] {
        assert_eq!(link(more.clone()), (url.to_owned(), uid.to_owned()), "{more}");
    }
    let unsigned = one(&mount("personal", &json!({ "token": "TOKEN", "direct_base": BASE })));
    assert!(unsigned.path_links.unwrap().signer.is_none());
}

#[test]
fn every_error_about_direct_links_is_named() {
    let on = |base: &str, more: Value| {
        let mut fields = json!({ "token": "TOKEN", "direct_base": base });
        fields.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        fields
    };
    let given = |field: &str, value: Value| {
        let mut fields = json!({ "access_token": "TOKEN", "direct_link": true });
        fields[field] = value;
        fields
    };
    assert_named(&[
        (
            "personal",
            json!({ "token": "TOKEN", "host": "dl.example.com" }),
            "host",
            "direct links, which are off",
        ),
        ("open", given("direct_base", json!(BASE)), "direct_base", "does one of the two"),
        ("open", given("host", json!("dl.example.com")), "host", "not clear whose links"),
        ("open", given("host", json!("https://x")), "host", "not a host"),
        ("personal", on("vip.123pan.cn/13/", json!({})), "direct_base", "not a URL"),
        ("personal", on("http://vip.123pan.cn/13/", json!({})), "direct_base", "not an https URL"),
        ("personal", on("https://vip.123pan.cn/13/a?b/", json!({})), "direct_base", "a ? or #"),
        ("personal", on("https://vip.123pan.cn/13/#/", json!({})), "direct_base", "a ? or #"),
        (
            "personal",
            on("https://vip.123pan.cn/13/../", json!({})),
            "direct_base",
            ". or .. segment",
        ),
        ("personal", on("https://u@vip.123pan.cn/13/", json!({})), "direct_base", "not a URL"),
        (
            "personal",
            on("https://vip.123pan.cn\\@evil.example/", json!({})),
            "direct_base",
            "not a",
        ),
        ("personal", on("https://vip.123pan.cn/13/\n/", json!({})), "direct_base", "not a URL"),
        (
            "personal",
            on("https://10.0.0.1/13/", json!({})),
            "direct_base",
            "none of 123Pan's hosts",
        ),
        (
            "personal",
            on("https://vip.123pan.cn.evil.example/13/", json!({})),
            "direct_base",
            "none of 123Pan's hosts",
        ),
        (
            "personal",
            on("https://vip.123pan.cn:8443/13/", json!({})),
            "direct_base",
            "none of 123Pan's hosts",
        ),
        (
            "personal",
            on("https://13.v.123pan.cn/13/", json!({ "uid": 14 })),
            "direct_base",
            "the host of the account 13",
        ),
        ("personal", on(BASE, json!({ "host": "14.v.123pan.cn" })), "host", "the account 14"),
        ("personal", on(BASE, json!({ "private_key": "NONE" })), "private_key", "no secret has"),
        ("personal", on(BASE, json!({ "valid_minutes": 0 })), "valid_minutes", "0 minutes"),
        (
            "personal",
            on("https://vip.123pan.cn/movies/", json!({ "private_key": "KEY" })),
            "uid",
            "no uid, and none is in direct_base",
        ),
        (
            "share",
            json!({ "key": "SHARE", "direct_base": BASE }),
            "direct_base",
            "unknown field `direct_base`",
        ),
    ]);
}
