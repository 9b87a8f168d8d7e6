//! The requests of AList's clients, for the leak suite: the API's calls for a path, and the addresses of files;
//! and the logins that the API alone has.

use percent_encoding::percent_decode_str;
use serde_json::{Value, json};
use signpost::access::alist_login;
use signpost::access::key_ring::KeyRing;
use signpost::access::password::Password;
use signpost::http::router::Route;
use signpost::time::UnixSeconds;

use super::canaries::check;
use super::clients::{Client, host, with};
use super::routes::requests;
use super::sites::{LOCKED, LOCKS, OPEN_FOLDERS, Zone};
use super::spellings::{plain, with_query};
use super::{SITES, core, ghost};
use crate::support::request::{API_TOKEN, KEY, NOW, Req, get};

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

/// The zones that a password or a share link opens.
const OWNERS: [Zone; 15] = [
    Zone::Team,
    Zone::Inner,
    Zone::Link,
    Zone::LinkFrom,
    Zone::Unlisted,
    Zone::Referred,
    Zone::Listed,
    Zone::Outer,
    Zone::Mount,
    Zone::Remote,
    Zone::Odd,
    Zone::Twin,
    Zone::Case,
    Zone::Local,
    Zone::Abroad,
];

/// The clients with a login of the API's, each with the zones that it opens.
fn clients() -> Vec<Client> {
    let with_token = |name, token: &str, opens: &[Zone]| {
        with(name, Req { authorization: Some(token.to_owned()), ..get("") }, opens)
    };
    let token = |key: &str, scope: &str, password: &str, later: u64| {
        let (keys, password) = (KeyRing::parse(key).unwrap(), Password::parse(password).unwrap());
        alist_login::make(&keys, scope, &password, UnixSeconds(NOW + later))
    };
    let mut clients = Vec::new();
    for (zone, path, password) in LOCKS {
        clients.push(with_token("a login", &token(KEY, path, password, 60), &[*zone]));
    }
    let (_, team, password) = LOCKS[0];
    clients.push(with_token("an old login", &token(KEY, team, password, 0), &[]));
    let other = KEY.to_uppercase();
    clients.push(with_token("a login of another key", &token(&other, team, password, 60), &[]));
    clients.push(with_token("a login of a wrong password", &token(KEY, team, "wrong", 60), &[]));
    clients.push(with_token("a login of the root", &token(KEY, "/", password, 60), &[]));
    clients.push(with_token("the owner", API_TOKEN, &OWNERS));
    clients
}

#[test]
fn a_login_of_alists_tells_of_what_it_opens_and_of_nothing_else() {
    for build in SITES {
        let (site, mut host) = (build(), host());
        let mut opened = 0;
        for client in clients() {
            let mut ask = |target: &str| {
                // The owner's would have 123Pan asked, which is not there.
                let refreshes = |req: &Req| {
                    req.body.as_ref().is_some_and(|body| body.contains("\"refresh\":true"))
                };
                let requests = requests(Route::AlistApi, target).into_iter();
                let answers = requests.filter(|req| !refreshes(req)).map(|req| {
                    let (sent, answer) = client.sends(&req, &site, &mut host);
                    check(&client, &sent, &answer);
                    opened += usize::from(answer.body.text().contains("\"code\":200"));
                    core(&answer, &sent)
                });
                answers.collect::<Vec<_>>()
            };
            for folder in OPEN_FOLDERS.iter().copied().chain(["/listed"]) {
                ask(&plain(folder));
            }
            for entry in LOCKED {
                let answers = ask(&plain(entry.path));
                let ghost = ghost(entry, &client).filter(|_| !client.may_have(entry, entry.path));
                if let Some(ghost) = ghost {
                    assert_eq!(answers, ask(&plain(&ghost)), "{}: {ghost}", client.name);
                }
            }
        }
        assert!(opened > 300, "{opened}");
    }
}
