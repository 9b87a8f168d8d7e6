//! Backups that other programs wrote, such as dumps of the database: what is not read as AList writes it closes.

use serde_json::{Value, json};

use super::{Imported, import};
use crate::support::request::get;

const TREE: &str = "a:\n  https://vip.123pan.cn/13/film.nfo\n  b:\n    https://vip.123pan.cn/13/deep.nfo\na%2541:\n  https://vip.123pan.cn/13/x.txt\n";

fn guest() -> Value {
    json!([{ "username": "guest", "base_path": "/" }])
}

/// The import of [`TREE`] at `/x` with these fields of a backup.
fn imported(test: &str, fields: &Value) -> Imported {
    let addition = json!({ "origin_urls": TREE, "uid": 13, "private_key": "key" }).to_string();
    let mut backup = json!({
        "settings": [],
        "users": guest(),
        "storages": [{ "id": 1, "mount_path": "/x", "driver": "123PanLink", "addition": addition }],
    });
    backup.as_object_mut().unwrap().extend(fields.as_object().unwrap().clone());
    import(test, &[("backup.json", &backup.to_string())], &[])
}

#[test]
fn a_lock_of_another_type_or_spelling_is_a_lock() {
    for (index, meta) in [
        json!({ "path": "/x/a", "password": 123_456 }),
        json!({ "Path": "/x/a", "Password": "family" }),
        json!({ "path": "/x/a", "read_users": "[2]" }),
        json!({ "path": "/x/a", "read_users": 2 }),
        json!({ "path": "/x/a", "password": ["family"] }),
        json!({ "path": "/x/a", "hide": ["\\.nfo$"], "h_sub": true }),
        json!({ "path": "/x/a", "hide": "\\.nfo$", "h_sub": "true" }),
        json!("a text"),
        json!({ "password": "family" }),
    ]
    .iter()
    .enumerate()
    {
        let got = imported(&format!("odd-lock-{index}"), &json!({ "metas": [meta] }));
        let status = get("/x/a/b/deep.nfo").status(&got.site());
        assert!(matches!(status, 401 | 403 | 404), "{meta}: {status}\n{}", got.report);
    }
    let number =
        imported("odd-number", &json!({ "metas": [{ "path": "/x/a", "password": 123_456 }] }));
    assert_eq!(get("/x/a/film.nfo").basic("123456").status(&number.site()), 302);
}

#[test]
fn no_password_opens_what_a_lock_that_can_not_be_read_may_have_closed() {
    let metas = json!(["a text", { "path": "/", "password": "family" }]);
    let site = imported("odd-root", &json!({ "metas": metas })).site();
    assert_ne!(get("/x/a/film.nfo").basic("family").status(&site), 302);
}

#[test]
fn what_is_clearly_off_closes_nothing() {
    for (index, off) in
        [json!(null), json!([]), json!(""), json!("[]"), json!("null")].iter().enumerate()
    {
        let metas = json!([{ "path": "/x/a", "read_users": off, "password": null, "hide": null, "h_sub": 0 }]);
        let got = imported(&format!("odd-off-{index}"), &json!({ "metas": metas }));
        assert_eq!(get("/x/a/film.nfo").status(&got.site()), 302, "{off}");
    }
    let none = imported("odd-null", &json!({ "metas": null }));
    assert_eq!(get("/x/a/film.nfo").status(&none.site()), 302);
}

#[test]
fn a_backup_without_metas_or_with_a_guest_of_another_type_closes_the_site() {
    for (index, fields) in [
        json!({}),
        json!({ "meta": [{ "path": "/x/a", "password": "family" }] }),
        json!({ "metas": [], "users": [{ "username": "guest", "base_path": "/", "disabled": "true" }] }),
        json!({ "metas": [], "users": [{ "username": "guest", "base_path": ["/y"] }] }),
    ]
    .iter()
    .enumerate()
    {
        let got = imported(&format!("odd-site-{index}"), fields);
        assert_ne!(get("/x/a/film.nfo").status(&got.site()), 302, "{fields}\n{}", got.report);
        assert_eq!(got.rule("/")["access"], "link", "{fields}");
    }
}

#[test]
fn a_meta_at_a_path_that_no_rule_can_have_closes_its_mount() {
    let metas = json!([{ "path": "/x/a%41", "password": "family" }]);
    let got = imported("odd-escape", &json!({ "metas": metas }));
    assert_ne!(get("/x/a%2541/x.txt").status(&got.site()), 302, "{}", got.report);
}
