//! Logins that WebDAV alone has: a user name that is a path, and tokens. Whoever has one is told what it opens,
//! and nothing else.

use signpost::access::key_ring::KeyRing;
use signpost::access::share_link::make_dav_token;
use signpost::http::router::Route;

use super::canaries::check;
use super::clients::{Client, host, with};
use super::routes::requests;
use super::sites::{LOCKED, LOCKS, LockedEntry, OPEN_FOLDERS, Zone};
use super::spellings::plain;
use super::{SITES, core, ghost};
use crate::support::request::{KEY, claims, get};

/// The clients with a login of WebDAV's, each with the zone that it opens.
fn clients() -> Vec<Client> {
    let keys = KeyRing::parse(KEY).unwrap();
    let token = |path: &str| {
        let scope = path.split('/').filter(|name| !name.is_empty()).collect::<Vec<_>>();
        make_dav_token(&keys, &scope, &claims(path)).unwrap()
    };
    let mut clients = Vec::new();
    for (zone, path, password) in LOCKS.iter().filter(|(zone, ..)| *zone != Zone::Outer) {
        clients.push(with("a password, by its path", get("").login(path, password), &[*zone]));
        clients.push(with("a token, by its path", get("").login(path, &token(path)), &[*zone]));
    }
    let (team, password) = (LOCKS[0].1, LOCKS[0].2);
    clients.push(with("a token", get("").login("me", &token(team)), &[Zone::Team]));
    clients.push(with("a wrong password, by its path", get("").login(team, "wrong"), &[]));
    for (path, opens) in [
        ("/CANARY06link", &[Zone::Link][..]),
        ("/CANARY08deny", &[]),
        ("/hidden/CANARY13blocked", &[]),
        ("/CANARY00tea", &[]),
        ("/", &[]),
    ] {
        clients.push(with("a token, by its path", get("").login(path, &token(path)), opens));
        clients.push(with("a token", get("").login("me", &token(path)), opens));
        clients.push(with("the team's password", get("").login(path, password), &[]));
    }
    clients
}

#[test]
fn a_login_of_webdavs_tells_of_what_it_opens_and_of_nothing_else() {
    for build in SITES {
        let (site, mut host) = (build(), host());
        let mut opened = 0;
        for client in clients() {
            let mut ask = |target: &str| {
                let requests = [Route::Dav, Route::DavStrm].map(|route| requests(route, target));
                let answers = requests.into_iter().flatten().map(|req| {
                    let (sent, answer) = client.sends(&req, &site, &mut host);
                    check(&client, &sent, &answer);
                    opened += usize::from(answer.status == 207);
                    core(&answer, &sent)
                });
                answers.collect::<Vec<_>>()
            };
            for folder in OPEN_FOLDERS.iter().copied().chain(["/listed"]) {
                ask(&format!("{}/", plain(folder).trim_end_matches('/')));
            }
            for entry in LOCKED {
                let slash = if entry.is_folder { "/" } else { "" };
                let answers = ask(&format!("{}{slash}", plain(entry.path)));
                if let Some(ghost) = ghost_of(entry, &client) {
                    assert_eq!(answers, ask(&format!("{}{slash}", plain(&ghost))), "{ghost}");
                }
            }
        }
        assert!(opened > 1_000, "{opened}");
    }
}

fn ghost_of(entry: &LockedEntry, client: &Client) -> Option<String> {
    ghost(entry, client).filter(|_| !client.may_have(entry, entry.path))
}
