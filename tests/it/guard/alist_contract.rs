//! The calls that programs make of AList's API, in their order, and the fields that they read of the responses.
//!
//! Recorded from the programs' own code: `OpenList`'s drivers `openlist` and `alist_v3` (commit `0b1e9d0`), which
//! have also mounted the built Worker; `MediaWarp`, `go-emby2openlist` and `emby2Alist`.

use serde_json::{Value, json};
use signpost::site::Site;

use super::alist_call::{ask, with_token};
use super::ruled;
use crate::support::host::Host;
use crate::support::request::{API_TOKEN, Req, SITE, get};

/// The type of a field, as the programs' decoders want it: they fail on any other, and on `null`.
#[derive(Clone, Copy, Debug)]
enum Type {
    Text,
    Number,
    Bool,
    /// RFC 3339, with a zone.
    Date,
    List,
}

use Type::{Bool, Date, List, Number, Text};

/// The fields of a row, by all decoders together.
const ROW: &[(&str, Type)] = &[
    ("/name", Text),
    ("/size", Number),
    ("/is_dir", Bool),
    ("/modified", Date),
    ("/created", Date),
    ("/sign", Text),
    ("/thumb", Text),
    ("/type", Number),
    ("/hashinfo", Text),
];
const ME: &[(&str, Type)] = &[
    ("/data/id", Number),
    ("/data/username", Text),
    ("/data/password", Text),
    ("/data/base_path", Text),
    ("/data/role", Number),
    ("/data/disabled", Bool),
    ("/data/permission", Number),
    ("/data/sso_id", Text),
    ("/data/otp", Bool),
];
const LIST: &[(&str, Type)] = &[
    ("/data/content", List),
    ("/data/total", Number),
    ("/data/readme", Text),
    ("/data/header", Text),
    ("/data/write", Bool),
    ("/data/provider", Text),
];
const GET: &[(&str, Type)] = &[
    ("/data/raw_url", Text),
    ("/data/readme", Text),
    ("/data/header", Text),
    ("/data/provider", Text),
];

fn assert_fields(json: &Value, fields: &[(&str, Type)]) {
    for (pointer, wanted) in fields {
        let value = json.pointer(pointer).unwrap_or(&Value::Null);
        let is_right = match wanted {
            Text => value.is_string(),
            Number => value.is_i64() || value.is_u64(),
            Bool => value.is_boolean(),
            List => value.is_array(),
            Date => value.as_str().is_some_and(|text| {
                chrono::DateTime::parse_from_rfc3339(text).is_ok() && text.ends_with('Z')
            }),
        };
        assert!(is_right, "{pointer} is {value}, not {wanted:?}: {json}");
    }
}

/// A program with what it was given: its token, which is empty before a login.
struct Program<'s> {
    site: &'s Site,
    token: String,
}

impl Program<'_> {
    fn get(&self, call: &str) -> Value {
        self.send(get(&format!("/api{call}")))
    }

    fn post(&self, call: &str, body: &Value) -> Value {
        self.send(super::alist_call::post(call, body))
    }

    fn send(&self, req: Req) -> Value {
        ask(self.site, &mut Host::default(), &with_token(req, &self.token))
    }

    /// The start of `OpenList`'s drivers: they log in if the user is not the one they were given.
    fn mount(&mut self, user: &str, password: &str) {
        let me = self.get("/me");
        assert_fields(&me, ME);
        if me["data"]["username"] != user && !user.is_empty() {
            let login =
                self.post("/auth/login", &json!({ "username": user, "password": password }));
            assert_fields(&login, &[("/data/token", Text)]);
            login["data"]["token"].as_str().unwrap().clone_into(&mut self.token);
        }
        let me = self.get("/me");
        assert!(user.is_empty() || me["data"]["username"] == user, "it would log in at each start");
        if me["data"]["role"] == 1 {
            let settings = self.get("/public/settings");
            assert_eq!(settings["data"]["allow_mounted"], "true", "a text");
        }
    }

    /// The paths of all files at and below a folder, each with its `raw_url`, as `OpenList`'s drivers see them.
    fn crawl(&self, folder: &str) -> Vec<(String, String)> {
        let body =
            json!({ "page": 1, "per_page": 0, "path": folder, "password": "", "refresh": false });
        let list = self.post("/fs/list", &body);
        assert_fields(&list, LIST);
        let mut files = Vec::new();
        for row in list["data"]["content"].as_array().unwrap() {
            assert_fields(row, ROW);
            let path =
                format!("{}/{}", folder.trim_end_matches('/'), row["name"].as_str().unwrap());
            if row["is_dir"] == true {
                files.extend(self.crawl(&path));
                continue;
            }
            let file = self.post("/fs/get", &json!({ "path": path, "password": "" }));
            assert_fields(&file, GET);
            assert_fields(&file["data"], ROW);
            files.push((path, file["data"]["raw_url"].as_str().unwrap().to_owned()));
        }
        files
    }
}

fn site() -> Site {
    ruled(&json!([
        { "path": "/team", "password": "FIRST" },
        { "path": "/teams", "access": "link" },
        { "path": "/Team", "access": "deny" },
    ]))
}

/// Opens an address as the programs do that are given one: without any header of theirs.
fn assert_opens(site: &Site, url: &str) {
    let target = url.strip_prefix(SITE).unwrap_or_else(|| panic!("{url} is of another site"));
    assert_eq!(get(target).status(site), 302, "{url}");
}

#[test]
fn openlist_mounts_the_site_and_reads_all_that_its_user_may_have() {
    let site = site();
    let open = [
        "/; rm %41?#/o.txt",
        "/café/n.txt",
        "/foreign.txt",
        "/team.txt",
        "/top.txt",
        "/unknown.txt",
    ];
    let locked = ["/team/sub/deep/c.txt", "/team/sub/b.txt", "/team/a.txt", "/team/a2.txt"];
    for (user, password, token, more) in [
        ("", "", "", &[][..]),
        ("/team", "first password", "", &locked[..]),
        ("", "", API_TOKEN, &[&locked[..], &["/teams/t.txt"]].concat()[..]),
    ] {
        let mut program = Program { site: &site, token: token.to_owned() };
        program.mount(user, password);
        let files = program.crawl("/");
        let mut paths = files.iter().map(|(path, _)| path.as_str()).collect::<Vec<_>>();
        let mut want = [&open[..], more].concat();
        paths.sort_unstable();
        want.sort_unstable();
        assert_eq!(paths, want, "{user} {token}");
        for (_, url) in &files {
            assert_opens(&site, url);
        }
    }
}

#[test]
fn openlist_logs_in_once_more_where_its_token_has_ended() {
    let site = site();
    let mut program = Program { site: &site, token: "an.old.token".to_owned() };
    // At 401 and 403 it logs in and asks again; any HTTP status from 400 on would end the mount.
    assert_eq!(program.get("/me")["code"], 401);
    program.token = String::new();
    program.mount("/team", "first password");
    assert_eq!(program.crawl("/team").len(), 4);
}

#[test]
fn mediawarp_makes_an_address_of_the_sign_and_the_users_base_path() {
    let site = site();
    let mut program = Program { site: &site, token: String::new() };
    program.mount("/team", "first password");
    let body = json!({ "path": "/team/a.txt", "password": "", "page": 1, "per_page": 0, "refresh": false });
    let file = program.post("/fs/get", &body);
    assert_fields(&file["data"], ROW);
    let (me, sign) = (program.get("/me"), file["data"]["sign"].as_str().unwrap());
    assert_eq!(me["data"]["base_path"], "/");
    assert_opens(&site, &format!("{SITE}/d/team/a.txt?sign={sign}"));
    let open = program.post("/fs/get", &json!({ "path": "/top.txt", "password": "" }));
    assert_eq!(open["data"]["sign"], "", "it adds no query then");
}

#[test]
fn go_emby2openlist_reads_page_by_page_and_writes_addresses_with_any_sign() {
    let site = site();
    let program = Program { site: &site, token: API_TOKEN.to_owned() };
    let mut rows = Vec::new();
    for page in 1.. {
        let body = json!({ "refresh": false, "password": "", "path": "/team", "page": page, "per_page": 2 });
        let list = program.post("/fs/list", &body);
        assert_fields(&list, LIST);
        let content = list["data"]["content"].as_array().unwrap().clone();
        if content.is_empty() {
            break;
        }
        rows.extend(content);
    }
    assert_eq!(rows.len(), 3);
    for row in rows.iter().filter(|row| row["is_dir"] == false) {
        let (name, sign) = (row["name"].as_str().unwrap(), row["sign"].as_str().unwrap());
        assert_opens(&site, &format!("{SITE}/d/team/{name}?sign={sign}"));
    }
    assert_opens(&site, &format!("{SITE}/d/top.txt?sign="));
    // After any other code than 200 it plays the original.
    let other = json!({ "method": "video_preview", "password": "", "path": "/team/a.txt" });
    assert_ne!(program.post("/fs/other", &other)["code"], 200);
}

#[test]
fn emby2alist_tries_the_folders_of_the_root_where_a_path_is_missing() {
    let site = site();
    let program = Program { site: &site, token: API_TOKEN.to_owned() };
    let get = |path: &str| program.post("/fs/get", &json!({ "path": path, "password": "" }));
    // 403 would send it back to Emby.
    assert_eq!(get("/a.txt")["code"], 500);
    let root = program.post("/fs/list", &json!({ "path": "/", "password": "" }));
    assert!(root["data"]["raw_url"].is_null() && root["data"]["header"].is_string(), "{root}");
    let names = root["data"]["content"].as_array().unwrap().iter().map(|row| row["name"].as_str());
    let paths = names.map(|name| format!("/{}/a.txt", name.unwrap()));
    let found = paths.map(|path| get(&path)).find(|file| file["message"] == "success");
    assert_opens(&site, found.unwrap()["data"]["raw_url"].as_str().unwrap());
}
