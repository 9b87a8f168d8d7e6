//! Backups of AList and OpenList: paths, locks, users and settings.

use serde_json::{Value, json};

use super::{Imported, import, refused};
use crate::support::request::{alist_signature, get, location};

pub(super) const BACKUP: &str = include_str!("../../data/openlist_backup.json");
pub(super) const CLOSED: &str = "Closed, because it was unsure";
pub(super) const TOKEN: &str = "openlist-made-up-token-for-tests";

/// The backup, in which the user `guest` is disabled.
pub(super) fn backup() -> Value {
    serde_json::from_str(BACKUP).unwrap()
}

/// The backup with a user `guest` who may come in.
pub(super) fn open_backup() -> Value {
    let mut backup = backup();
    backup["users"][1]["disabled"] = json!(false);
    backup
}

/// The import of a backup.
pub(super) fn imported(test: &str, backup: &Value) -> Imported {
    import(test, &[("backup.json", &backup.to_string())], &[])
}

/// A meta of these fields.
fn meta(id: u64, path: &str, fields: &Value) -> Value {
    let mut meta = json!({ "id": id, "path": path });
    meta.as_object_mut().unwrap().extend(fields.as_object().unwrap().clone());
    meta
}

fn set(backup: &mut Value, key: &str, value: &str) {
    let settings = backup["settings"].as_array_mut().unwrap();
    settings.retain(|setting| setting["key"] != key);
    settings.push(json!({ "key": key, "value": value }));
}

#[test]
fn files_keep_the_paths_that_openlist_gave_them() {
    let got = imported("paths", &open_backup());
    let site = got.site();
    for (path, url) in [
        // A tab is no indent: OpenList puts these into the root of the storage.
        ("/pan/setup%20v2.exe", "https://vip.123pan.cn/1800000001/soft/setup%20v2.exe?auth_key="),
        ("/pan/disk.img", "https://vip.123pan.cn/1800000001/soft/disk.img?auth_key="),
        (
            "/pan/%E8%AF%BB%E6%88%91.txt%3Fver=2",
            "https://vip.123pan.cn/1800000001/soft/%E8%AF%BB%E6%88%91.txt?ver=2&auth_key=",
        ),
        ("/pan/old.zip", "https://vip.123pan.cn/1800000001/soft/old.zip?auth_key="),
        ("/urls/Docs/%E6%89%8B%E5%86%8C.pdf", "https://files.example.org/manual.pdf"),
    ] {
        let answer = get(path).alone(&site);
        assert_eq!(answer.status, 302, "{path}");
        assert!(location(&answer).starts_with(url), "{path}: {}", location(&answer));
    }
    let folder = get("/pan/?format=json").alone(&site);
    let folder: Value = serde_json::from_str(&folder.body.text()).unwrap();
    let sizes = folder["entries"].as_array().unwrap().iter().map(|entry| {
        (entry["name"].as_str().unwrap(), entry["size"].as_u64(), entry["modified"].as_u64())
    });
    let old = sizes.clone().find(|(name, ..)| *name == "old.zip").unwrap();
    assert_eq!(old.1, Some(1_700_000_001), "a lone number is a size: {old:?}");
    assert!(got.says("Acts differently", &["line 4", "读我.txt?ver=2"]));
}

#[test]
fn a_published_signature_lives_on_and_opens_what_it_opened() {
    for (test, backup) in [("sign-open", open_backup()), ("sign-closed", backup())] {
        let site = imported(test, &backup).site();
        let path = "/pan/Photos/2025/a.jpg";
        let sign = alist_signature(TOKEN, path, 0);
        for door in ["", "/d", "/p"] {
            let signed = get(&format!("{door}{path}?sign={sign}")).alone(&site);
            let followed = match signed.status {
                302 | 307 | 308 if location(&signed).starts_with('/') => {
                    get(location(&signed)).alone(&site)
                }
                _ => signed,
            };
            assert_eq!(followed.status, 302, "{test} {door}");
            assert!(location(&followed).starts_with("https://1800000001.v.123pan.cn/"), "{test}");
        }
        let other = alist_signature("another", path, 0);
        assert_ne!(get(&format!("{path}?sign={other}")).status(&site), 302, "{test}");
    }
}

#[test]
fn a_password_locks_what_it_locked_and_a_nearer_meta_opens_nothing() {
    let got = imported("locks", &open_backup());
    let site = got.site();
    for path in ["/pan/Photos/", "/pan/Photos/2025/", "/pan/Photos/2025/a.jpg"] {
        assert_eq!(get(path).status(&site), 401, "{path}");
        let status = get(path).basic("family").status(&site);
        assert!(matches!(status, 200 | 302), "{path}: {status}");
        assert_eq!(get(path).basic("famil").status(&site), 401, "{path}");
    }
    assert_eq!(got.rule("/pan/Photos")["listed"], true);
    assert!(get("/pan/?format=json").alone(&site).body.text().contains("\"Photos\""));
    let words =
        ["meta 2", "/pan/Photos/2025", "nearest meta", "`/pan/Photos`", "access = \"public\""];
    assert!(got.says(CLOSED, &words), "{}", got.report);
    // Its texts are those of the nearest one.
    assert_eq!(got.rule("/pan/Photos")["header"], "# 相册");
    assert_eq!(got.rule("/pan/Photos/2025")["header"], "");
    assert_eq!(got.rule("/pan/Photos/2025")["readme"], "无密码的子目录");
    let readme = got.rule("/pan/Software")["readme"].as_str().unwrap();
    assert_eq!(readme, "[https://example.org/readme.md](<https://example.org/readme.md>)");
}

#[test]
fn a_password_of_one_folder_alone_locks_all_below_it_and_says_so() {
    let mut backup = open_backup();
    backup["metas"] =
        json!([meta(7, "/pan/Photos", &json!({ "password": "family", "p_sub": false }))]);
    let got = imported("p-sub", &backup);
    assert_eq!(get("/pan/Photos/2025/a.jpg").status(&got.site()), 401);
    assert!(got.says(CLOSED, &["meta 7", "`p_sub` was off", "locked, too"]), "{}", got.report);
}

#[test]
fn passwords_that_can_not_be_set_close_their_paths() {
    for (n, password) in ["ab", "abc", " long enough", "pbkdf2-sha256$1$x"].iter().enumerate() {
        let mut backup = open_backup();
        backup["metas"] = json!([
            meta(1, "/pan/Photos", &json!({ "password": password, "p_sub": true })),
            meta(2, "/open/secret", &json!({ "password": password, "p_sub": true })),
        ]);
        let got = imported(&format!("short-{n}"), &backup);
        let site = got.site();
        assert_eq!(got.rule("/open/secret")["access"], "link", "{password}");
        for request in
            [get("/pan/Photos/2025/a.jpg"), get("/pan/Photos/2025/a.jpg").basic(password)]
        {
            assert_eq!(request.status(&site), 404, "{password:?}");
        }
        assert!(got.says(CLOSED, &["meta 1", "access = \"link\""]), "{}", got.report);
        let everything = format!("{}{}{}", got.secrets, got.vars, got.report);
        assert!(!everything.contains(&format!("\"{password}\"")), "{everything}");
        assert!(password.len() < 4 || !everything.contains(password.trim()), "{everything}");
    }
}

#[test]
fn a_site_without_guests_is_closed_and_no_password_opens_it() {
    for (test, guest) in [
        ("guest-off", json!({ "username": "guest", "base_path": "/", "disabled": true })),
        ("guest-below", json!({ "username": "guest", "base_path": "/pan", "disabled": false })),
        ("guest-none", json!({ "username": "someone", "base_path": "/team" })),
        (
            "guest-renamed",
            json!({ "username": "访客", "role": 1, "base_path": "/", "disabled": true }),
        ),
    ] {
        let mut backup = backup();
        backup["users"] = json!([guest]);
        let got = imported(test, &backup);
        let site = got.site();
        for path in ["/", "/pan/", "/pan/old.zip", "/pan/Photos/", "/urls/Docs/", "/open/x"] {
            for request in [get(path), get(path).basic("family")] {
                assert_eq!(request.status(&site), 404, "{test} {path}");
            }
        }
        assert!(got.says(CLOSED, &["users", "guest", "access = \"link\""]), "{}", got.report);
        assert_eq!(got.secrets["META_1_PASSWORD"], "family");
        assert!(got.says(CLOSED, &["meta 1", "META_1_PASSWORD"]), "{}", got.report);
    }
    let mut backup = open_backup();
    backup["users"] = json!([
        { "username": "guest", "base_path": "/", "disabled": false, "permission": 3 },
        { "username": "小王", "base_path": "/team" },
    ]);
    let got = imported("users", &backup);
    assert!(got.says("Not brought", &["user `小王`", "`/team`"]), "{}", got.report);
    assert!(got.says(CLOSED, &["users", "could see what metas hide"]));
    assert!(got.says(CLOSED, &["users", "needed no passwords"]));
    assert_eq!(get("/pan/Photos/").status(&got.site()), 401);
}

#[test]
fn where_signatures_were_asked_for_only_they_and_passwords_open() {
    let mut all = open_backup();
    set(&mut all, "sign_all", "true");
    let mut one = open_backup();
    one["storages"][0]["enable_sign"] = json!(true);
    for (test, backup, is_everywhere) in [("sign-all", all, true), ("enable-sign", one, false)] {
        let got = imported(test, &backup);
        let site = got.site();
        assert_eq!(get("/pan/old.zip").status(&site), 404, "{test}");
        let sign = alist_signature(TOKEN, "/pan/old.zip", 0);
        assert_eq!(get(&format!("/pan/old.zip?sign={sign}")).status(&site), 302, "{test}");
        assert_eq!(get("/pan/Photos/").basic("family").status(&site), 200, "{test}");
        let urls = get("/urls/Docs/").status(&site);
        assert_eq!(urls, if is_everywhere { 404 } else { 200 }, "{test}");
        assert!(got.says(CLOSED, &["access = \"link\"", "signature"]), "{}", got.report);
    }
}

#[test]
fn what_only_some_users_could_read_is_closed() {
    let mut backup = open_backup();
    let fields = json!({ "read_users": [3], "password": "family" });
    backup["metas"] = json!([meta(1, "/pan/Photos", &fields)]);
    let got = imported("read-users", &backup);
    assert_eq!(get("/pan/Photos/").basic("family").status(&got.site()), 404);
    assert!(got.says(CLOSED, &["meta 1", "only some users"]), "{}", got.report);
}

#[test]
fn the_appearance_is_brought() {
    let mut backup = open_backup();
    let got = imported("look", &backup);
    assert_eq!(
        got.vars["SITE"],
        json!({ "title": "老王的网盘", "icon": "https://example.org/icon.svg", "accent": "#1890ff" })
    );
    assert_eq!(got.rule("/")["robots"], "noindex, nofollow");
    assert!(got.says("Not brought", &["`announcement`"]));
    set(&mut backup, "main_color", "#1bf");
    set(&mut backup, "favicon", "http://example.org/icon.svg");
    set(&mut backup, "allow_indexed", "true");
    set(&mut backup, "customize_body", "<script>a-word-of-theirs</script>");
    set(&mut backup, "aria2_secret", "never-shown");
    let got = imported("look-2", &backup);
    got.site();
    assert_eq!(got.vars["SITE"], json!({ "title": "老王的网盘", "accent": "#11bbff" }));
    assert!(got.rule("/").get("robots").is_none());
    assert!(got.says("Not brought", &["`favicon`", "neither an https URL"]));
    assert!(got.says("Not brought", &["`customize_body`"]));
    assert!(got.says("Not brought", &["other settings", "`aria2_secret`"]));
    assert!(!got.report.contains("a-word-of-theirs") && !got.report.contains("never-shown"));
}

#[test]
fn an_encrypted_backup_is_refused_with_the_way_out() {
    let mut backup = backup();
    backup["encrypted"] = json!("U2FsdGVkX1");
    let said = refused("encrypted", &[("b.json", &backup.to_string())]);
    assert!(said.contains("encrypted") && said.contains("left empty"), "{said}");
    let said = refused("empty", &[("b.json", "{\"settings\":[{\"key\":\"a\",\"value\":\"b\"}]}")]);
    assert!(said.contains("no storages"), "{said}");
    let said = refused("json", &[("b.json", "{\"a\":1}")]);
    assert!(said.contains("b.json: JSON, but no backup"), "{said}");
    let two = [("a.json", BACKUP), ("b.json", BACKUP)];
    assert!(refused("two", &two).contains("one backup at a time"));
    let mixed = [("a.json", BACKUP), ("b.txt", "https://vip.123pan.cn/13/a")];
    assert!(refused("mixed", &mixed).contains("one after the other"));
}
