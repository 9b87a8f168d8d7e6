//! The requests of AList's clients, for the leak suite: the API's calls for a path, and the addresses of files.

use percent_encoding::percent_decode_str;
use serde_json::{Value, json};

use super::spellings::with_query;
use crate::support::request::{Req, get};

fn post(call: &str, body: &Value) -> Req {
    Req { method: "POST", body: Some(body.to_string()), ..get(&format!("/api{call}")) }
}

/// The API's calls for a path, as it is spelled and as it is meant, with passwords and without.
pub fn calls(target: &str) -> Vec<Req> {
    let meant = percent_decode_str(target).decode_utf8_lossy();
    let named = |path: &str| json!({ "path": path, "password": "", "page": 1, "per_page": 0 });
    let opening = json!({ "path": meant, "password": "no password", "refresh": true });
    let search = json!({ "parent": meant, "keywords": "canary", "page": 1, "per_page": 200 });
    let login = json!({ "username": meant, "password": "no password" });
    let query = with_query("/api/fs/list", &format!("path={target}"));
    vec![
        post("/fs/list", &named(&meant)),
        post("/fs/list", &named(target)),
        post("/fs/list", &opening),
        post("/fs/get", &named(&meant)),
        post("/fs/get", &opening),
        post("/fs/dirs", &named(&meant)),
        post("/fs/search", &search),
        post("/fs/other", &named(&meant)),
        post("/auth/login", &login),
        get(&query),
    ]
}

/// The requests for a file at the addresses that AList's clients know.
pub fn files(target: &str) -> Vec<Req> {
    // Without a slash in front there is no such path.
    if !target.starts_with('/') {
        return Vec::new();
    }
    let at = format!("/d{target}");
    vec![
        get(&at),
        Req { method: "HEAD", ..get(&at) },
        get(&format!("/p{target}")),
        get(&with_query(&at, "sign=AAAAAAAAAAAAAAAAAAAAAA:4000000000")),
        get(&with_query(&at, "format=json")),
    ]
}

/// The requests that name no path.
pub fn fixed() -> Vec<Req> {
    let calls =
        ["/me", "/public/settings", "/fs/list", "/fs/dirs", "/fs/mkdir", "/auth/logout", ""];
    let methods = ["GET", "HEAD", "OPTIONS", "POST", "DELETE", "PUT"];
    let each = |call: &&str| {
        let target = format!("/api{call}");
        methods.map(|method| Req { method, body: Some("{}".to_owned()), ..get(&target) })
    };
    calls.iter().flat_map(each).collect()
}

/// The path that a call of the API is about, as the API reads it; `None` for other requests.
pub fn asked(req: &Req) -> Option<String> {
    let call = req.target.strip_prefix("/api/")?;
    let body: Value = serde_json::from_str(req.body.as_deref().unwrap_or("{}")).ok()?;
    let query = call.split_once("path=").map(|(_, path)| path.split(['&', '#']).next().unwrap());
    let decoded =
        |path: &str| percent_decode_str(&path.replace('+', " ")).decode_utf8_lossy().into_owned();
    let path = body["path"].as_str().or(body["parent"].as_str()).map(str::to_owned);
    let path = path.or(query.map(decoded)).unwrap_or_default();
    let names = path.split('/').filter(|name| !matches!(*name, "" | "."));
    Some(names.fold(String::new(), |path, name| path + "/" + name))
}
