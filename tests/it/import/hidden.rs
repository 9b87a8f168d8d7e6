//! What metas and settings of AList hid.

use serde_json::{Value, json};

use super::{Imported, import};
use crate::support::request::{alist_signature, get};

const CLOSED: &str = "Closed, because it was unsure";
const TREE: &str = "\
a:
  https://vip.123pan.cn/13/.hidden
  https://vip.123pan.cn/13/film.nfo
  https://vip.123pan.cn/13/film.mkv
  README.md:https://vip.123pan.cn/13/README.md
  b:
    https://vip.123pan.cn/13/.hidden
    https://vip.123pan.cn/13/deep.nfo
    https://vip.123pan.cn/13/readme.md
";

/// The import of [`TREE`] at `/x` with these metas, and with this `hide_files`.
fn hidden(test: &str, metas: &Value, hide_files: &str) -> Imported {
    let addition = json!({ "origin_urls": TREE, "uid": 13, "private_key": "key" }).to_string();
    let backup = json!({
        "settings": [{ "key": "hide_files", "value": hide_files }, { "key": "token", "value": "t0ken" }],
        "users": [{ "username": "guest", "base_path": "/" }],
        "storages": [{ "id": 1, "mount_path": "/x", "driver": "123PanLink", "addition": addition }],
        "metas": metas,
    });
    import(test, &[("backup.json", &backup.to_string())], &[])
}

/// The names that a folder lists.
fn names(got: &Imported, path: &str) -> Vec<String> {
    let answer = get(&format!("{path}?format=json")).alone(&got.site());
    let folder: Value = serde_json::from_str(&answer.body.text()).unwrap();
    let entries = folder["entries"].as_array().unwrap().iter();
    entries.map(|entry| entry["name"].as_str().unwrap().to_owned()).collect()
}

#[test]
fn hidden_names_are_not_listed_and_open_to_nobody() {
    let metas = json!([{ "id": 1, "path": "/x/a", "hide": "^\\.\n\\.nfo$", "h_sub": true }]);
    let got = hidden("hide-sub", &metas, "");
    assert_eq!(got.rule("/x/a")["hide"], json!({ "blocked": [".*", "*.nfo"] }));
    assert_eq!(names(&got, "/x/a/"), ["b", "film.mkv", "README.md"]);
    assert_eq!(names(&got, "/x/a/b/"), ["readme.md"]);
    let site = got.site();
    let sign = alist_signature("t0ken", "/x/a/film.nfo", 0);
    for path in ["/x/a/film.nfo", "/x/a/b/.hidden", &format!("/x/a/film.nfo?sign={sign}")] {
        assert_eq!(get(path).status(&site), 404, "{path}");
    }
    assert_eq!(get("/x/a/film.mkv").status(&site), 302);
    assert!(got.says(CLOSED, &["meta 1", "hide.blocked"]), "{}", got.report);
}

#[test]
fn without_h_sub_only_the_folder_itself_hides() {
    let metas = json!([{ "id": 1, "path": "/x/a", "hide": "^\\.\r\n\\.nfo$", "h_sub": false }]);
    let got = hidden("hide-own", &metas, "");
    assert_eq!(names(&got, "/x/a/"), ["b", "film.mkv", "README.md"]);
    assert_eq!(names(&got, "/x/a/b/"), [".hidden", "deep.nfo", "readme.md"]);
}

#[test]
fn a_nearer_meta_that_hides_nothing_stays_as_hidden_as_its_folder() {
    let metas = json!([
        { "id": 1, "path": "/x/a", "hide": "\\.nfo$", "h_sub": true },
        { "id": 2, "path": "/x/a/b", "readme": "hello" },
    ]);
    let got = hidden("hide-near", &metas, "");
    assert_eq!(names(&got, "/x/a/b/"), [".hidden", "readme.md"]);
    assert!(got.says(CLOSED, &["meta 2", "`/x/a` hides stay hidden"]), "{}", got.report);
}

#[test]
fn an_expression_that_is_no_glob_closes_its_folder() {
    let metas = json!([
        { "id": 1, "path": "/x/a", "hide": "\\d{4}\n\\.nfo$", "h_sub": true },
        { "id": 2, "path": "/x/a/b", "password": "family", "p_sub": true },
    ]);
    let got = hidden("hide-unsure", &metas, "");
    let site = got.site();
    for path in ["/x/a/", "/x/a/film.mkv"] {
        assert_eq!(get(path).status(&site), 404, "{path}");
    }
    // Its own password is all that AList asked for there.
    assert_eq!(get("/x/a/b/").status(&site), 401);
    assert_eq!(get("/x/a/b/").basic("family").status(&site), 200);
    assert!(got.says(CLOSED, &["meta 1", "`\\d{4}` is no glob", "deny"]), "{}", got.report);
}

#[test]
fn the_setting_hides_from_lists_alone_also_where_a_rule_hides_more() {
    let metas = json!([{ "id": 1, "path": "/x/a/b", "hide": "\\.nfo$", "h_sub": true }]);
    let got = hidden("hide-files", &metas, "/\\/README.md/i\n/\\/x\\/a\\/b\\/\\.hid/");
    assert_eq!(names(&got, "/x/a/"), ["b", ".hidden", "film.mkv", "film.nfo"]);
    assert_eq!(names(&got, "/x/a/b/"), [""; 0]);
    let site = got.site();
    for path in ["/x/a/README.md", "/x/a/b/readme.md", "/x/a/b/.hidden"] {
        assert_eq!(get(path).status(&site), 302, "{path}");
    }
    assert_eq!(get("/x/a/b/deep.nfo").status(&site), 404);
}

#[test]
fn a_setting_that_is_no_glob_closes_the_site() {
    let got = hidden("hide-files-unsure", &json!([]), "/(?<!a)b/");
    assert_eq!(get("/x/a/").status(&got.site()), 404);
    assert_eq!(got.rule("/")["access"], "deny");
    assert!(got.says(CLOSED, &["`hide_files`", "no glob"]), "{}", got.report);
}
