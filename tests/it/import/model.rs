//! The imported site against a model of OpenList's own decisions: it opens nothing that OpenList kept closed.
//!
//! The model is `CanAccess` of `server/common/check.go` in `OpenListTeam/OpenList`, for the user `guest`: only
//! the nearest meta counts.

use proptest::prelude::*;
use serde_json::{Value, json};

use super::import;
use crate::support::request::get;

const TREE: &str = "\
https://vip.123pan.cn/13/top.nfo
a:
  https://vip.123pan.cn/13/.dot
  https://vip.123pan.cn/13/f.nfo
  b:
    https://vip.123pan.cn/13/g.nfo
    c:
      https://vip.123pan.cn/13/h.txt
";
const PATHS: [&str; 10] = [
    "/",
    "/x",
    "/x/top.nfo",
    "/x/a",
    "/x/a/.dot",
    "/x/a/f.nfo",
    "/x/a/b",
    "/x/a/b/g.nfo",
    "/x/a/b/c",
    "/x/a/b/c/h.txt",
];
const PASSWORDS: [&str; 5] = ["", "ab", "word one", "word two", "w3ird "];

#[derive(Clone, Debug)]
struct Meta {
    path: &'static str,
    password: &'static str,
    p_sub: bool,
    hide: &'static str,
    h_sub: bool,
    read_users: bool,
}

impl Meta {
    fn covers(&self, path: &str, sub: bool) -> bool {
        path == self.path || sub && is_below(path, self.path)
    }
}

fn is_below(path: &str, above: &str) -> bool {
    above == "/" && path != "/"
        || path.strip_prefix(above).is_some_and(|rest| rest.starts_with('/'))
}

/// Whether OpenList lets a guest with this password open the path.
fn openlist_opens(metas: &[Meta], path: &str, password: &str) -> bool {
    let around = metas.iter().filter(|meta| meta.covers(path, true));
    let Some(meta) = around.max_by_key(|meta| meta.path.len()) else { return true };
    let (dir, name) = path.rsplit_once('/').unwrap();
    let dir = if dir.is_empty() { "/" } else { dir };
    let is_hidden = !meta.hide.is_empty()
        && meta.covers(dir, meta.h_sub)
        && meta.hide.split('\n').any(|regex| regex::Regex::new(regex).unwrap().is_match(name));
    if is_hidden && path != "/" {
        return false;
    }
    // `read_users_sub` is off: only the path itself is for these users.
    if meta.read_users && meta.path == path {
        return false;
    }
    meta.password.is_empty() || !meta.covers(path, meta.p_sub) || meta.password == password
}

fn meta() -> impl Strategy<Value = Meta> {
    let path = prop::sample::select(PATHS.to_vec());
    let password = prop::sample::select(PASSWORDS.to_vec());
    let hide =
        prop::sample::select(vec!["", "", "^\\.", "\\.nfo$", "^b$", "^\\.\n\\.nfo$", "\\d", "a"]);
    let read_users = prop::bool::weighted(0.1);
    (path, password, any::<bool>(), hide, any::<bool>(), read_users).prop_map(
        |(path, password, p_sub, hide, h_sub, read_users)| Meta {
            path,
            password,
            p_sub,
            hide,
            h_sub,
            read_users,
        },
    )
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(40))]

    #[test]
    fn nothing_opens_that_openlist_kept_closed(mut metas in prop::collection::vec(meta(), 0..5)) {
        // As in OpenList's database: one meta for a path.
        metas.sort_by_key(|meta| meta.path);
        metas.dedup_by_key(|meta| meta.path);
        let addition = json!({ "origin_urls": TREE, "uid": 13, "private_key": "key" }).to_string();
        let rows = metas.iter().enumerate().map(|(id, meta)| {
            let users = if meta.read_users { json!([9]) } else { json!([]) };
            json!({
                "id": id + 1, "path": meta.path, "password": meta.password, "p_sub": meta.p_sub,
                "hide": meta.hide, "h_sub": meta.h_sub, "read_users": users,
            })
        });
        let backup = json!({
            "settings": [],
            "users": [{ "username": "guest", "base_path": "/" }],
            "storages": [{ "id": 1, "mount_path": "/x", "driver": "123PanLink", "addition": addition }],
            "metas": rows.collect::<Vec<_>>(),
        });
        let site = import("model", &[("backup.json", &backup.to_string())], &[]).site();
        for path in PATHS {
            let is_file = path.rsplit('/').next().unwrap().contains('.');
            let target = if is_file || path == "/" { path.to_owned() } else { format!("{path}/") };
            for password in PASSWORDS {
                let request = get(&format!("{target}?format=json"));
                let request = if password.is_empty() { request } else { request.basic(password) };
                let answer = request.alone(&site);
                let is_open = matches!(answer.status, 200 | 302);
                prop_assert!(
                    !is_open || openlist_opens(&metas, path, password),
                    "{path} with {password:?}: {}\n{metas:?}", answer.status
                );
                if !is_open || is_file {
                    continue;
                }
                // Nor is any name listed that OpenList hid.
                let folder: Value = serde_json::from_str(&answer.body.text()).unwrap();
                for entry in folder["entries"].as_array().unwrap() {
                    let name = entry["name"].as_str().unwrap();
                    let around = metas.iter().filter(|meta| meta.covers(path, true));
                    let nearest = around.max_by_key(|meta| meta.path.len());
                    let is_hidden = nearest.is_some_and(|meta| {
                        !meta.hide.is_empty() && meta.covers(path, meta.h_sub)
                            && meta.hide.split('\n').any(|regex| regex::Regex::new(regex).unwrap().is_match(name))
                    });
                    prop_assert!(!is_hidden, "{path} lists {name}\n{metas:?}");
                }
            }
        }
    }
}
