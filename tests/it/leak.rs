//! The leak suite: every route of the site, every kind of client, every spelling of every path that
//! is locked. Whoever may not have something learns nothing of it by any of them.

mod alist;
mod canaries;
mod clients;
mod dav;
mod random;
mod routes;
mod sites;
mod spellings;
mod world;

use std::sync::atomic::{AtomicUsize, Ordering};

use signpost::http::response::{Body, Response};
use signpost::http::router::Route;
use signpost::site::Site;

use crate::support::host::Host;
use crate::support::request::{API_TOKEN, Req, get, location, text};
use canaries::{SEARCH, check, without_echo};
use clients::{Client, bound_link, clients, host};
use routes::{fixed_requests, requests};
use sites::{
    LINKED, LOCKED, LOCKS, LockedEntry, NEAR, OPEN, OPEN_FOLDERS, Zone, remote_site, tree_site,
};
use spellings::{plain, spellings, with_query};

impl Client {
    /// The request as this client sends it.
    fn sends(&self, req: &Req, site: &Site, host: &mut Host) -> (Req, Response) {
        // A share link reaches one of the site's own pages.
        let own = req.target.starts_with("/-/") && !req.target.starts_with(SEARCH);
        let prefix = if own { "" } else { &self.prefix };
        let mut target = format!("{prefix}{}", req.target);
        if let Some(sign) = &self.sign {
            target = with_query(&target, &format!("sign={sign}"));
        }
        let Req { method, accept, language, depth, body, .. } = req.clone();
        let req = Req { method, target, accept, language, depth, body, ..self.req.clone() };
        let answer = req.send(site, host);
        (req, answer)
    }

    fn may_have(&self, entry: &LockedEntry, asked: &str) -> bool {
        let asked = asked.trim_end_matches('/');
        // Links that AList published, and paths of WebDAV, have one of these before them.
        let published =
            ["/dav-strm", "/dav", "/d", "/p"].iter().find_map(|prefix| asked.strip_prefix(prefix));
        let is_asked_for = asked == entry.path || published == Some(entry.path);
        self.opens.contains(&entry.zone)
            || (self.files.contains(&entry.path) && is_asked_for)
            || (matches!(entry.zone, Zone::Unlisted | Zone::Closed)
                && !entry.is_folder
                && is_asked_for)
    }
}

/// A path where nothing is, in the same folder as `entry`: `None` where the client may know the path.
fn ghost(entry: &LockedEntry, client: &Client) -> Option<String> {
    let last =
        |path: &str| format!("{}/GHOST{:02}.txt", path.rsplit_once('/').unwrap().0, entry.index);
    match entry.zone {
        Zone::Link | Zone::Deny | Zone::Blocked | Zone::LinkFrom | Zone::DenyFrom => {
            Some(entry.path.replace("/CANARY", "/GHOST"))
        }
        Zone::Closed if entry.is_folder => Some(last(entry.path)),
        Zone::Closed | Zone::Unlisted => None,
        // Whoever may look into the team's folder is asked for the other password.
        Zone::Inner if entry.is_folder => {
            (!client.opens.contains(&Zone::Team)).then(|| last(entry.path))
        }
        // The rule stands on the file itself.
        Zone::Local if entry.index == 35 => None,
        Zone::Inner | Zone::Referred | Zone::Listed | Zone::Outer => Some(last(entry.path)),
        Zone::Team
        | Zone::Mount
        | Zone::Remote
        | Zone::Odd
        | Zone::Twin
        | Zone::Case
        | Zone::Local
        | Zone::Abroad => {
            let is_root = entry.is_folder && !matches!(entry.index, 2);
            (!is_root).then(|| last(entry.path))
        }
    }
}

/// An answer without what it repeats of the request.
fn core(answer: &Response, req: &Req) -> (u16, String) {
    let text = text(answer);
    let text = without_echo(&text).into_owned();
    let text = text.replace(location(answer), "");
    assert!(answer.status != 308 || location(answer).starts_with('/'), "{req:?}");
    (answer.status, text)
}

/// Of everything that could be asked but by a stranger, one in so many is: which ones is
/// another for each client and entry. With `LEAK_SUITE=whole` in the environment all of it, in minutes.
const ONE_IN: usize = 127;
/// At least as many requests as [`requests`] gives for all routes together.
const MAX_REQUESTS: usize = 100;

/// The same site from both kinds of sources: where entries come from changes nothing.
const SITES: [fn() -> Site; 2] = [tree_site, remote_site];

#[test]
fn no_route_reveals_what_is_locked() {
    SITES.into_iter().for_each(try_every_route);
}

fn try_every_route(build: fn() -> Site) {
    let clients = clients();
    let next = AtomicUsize::new(0);
    let count = AtomicUsize::new(0);
    let work = || {
        let (site, mut host) = (build(), host());
        loop {
            let at = next.fetch_add(1, Ordering::Relaxed);
            let Some(client) = clients.get(at / LOCKED.len()) else { break };
            let entry = at % LOCKED.len();
            let asked = spell(client, at / LOCKED.len(), &LOCKED[entry], &site, &mut host);
            count.fetch_add(asked, Ordering::Relaxed);
        }
    };
    std::thread::scope(|scope| {
        let other = scope.spawn(work);
        work();
        other.join().unwrap();
    });
    println!("{} requests", count.into_inner());
}

/// Requests an entry in every spelling by every route, and a missing one in the same folder.
fn spell(
    client: &Client,
    number: usize,
    entry: &LockedEntry,
    site: &Site,
    host: &mut Host,
) -> usize {
    let whole = number == 0 || std::env::var_os("LEAK_SUITE").is_some_and(|suite| suite == "whole");
    let is_due = |position: usize| whole || position.is_multiple_of(ONE_IN);
    let may = client.may_have(entry, entry.path);
    let ghosts = ghost(entry, client).filter(|_| !may).map(|path| spellings(&path));
    let mut count = 0;
    for (index, target) in spellings(entry.path).iter().enumerate() {
        let first = index + 3 * number + 5 * usize::try_from(entry.index).unwrap();
        if !(first..first + MAX_REQUESTS).any(is_due) {
            continue;
        }
        let all =
            |target: &str| Route::ALL.map(|route| requests(route, target)).into_iter().flatten();
        let ghosts = ghosts.as_ref().map_or_else(Vec::new, |ghosts| all(&ghosts[index]).collect());
        for (route, req) in all(target).enumerate() {
            assert!(route < MAX_REQUESTS);
            if !is_due(first + route) {
                continue;
            }
            let (sent, answer) = client.sends(&req, site, host);
            check(client, &sent, &answer);
            count += 1;
            let Some(ghost) = ghosts.get(route) else { continue };
            let (ghost_sent, nothing) = client.sends(ghost, site, host);
            count += 1;
            let (got, want) = (core(&answer, &sent), core(&nothing, &ghost_sent));
            let message =
                format!("{}: {} {:?} {:?}", client.name, sent.method, sent.target, sent.body);
            assert_eq!(got, want, "{message} is not {:?}", ghost_sent.target);
        }
    }
    count
}

#[test]
fn no_page_reveals_what_is_locked() {
    for build in SITES {
        check_every_page(&build());
    }
}

fn check_every_page(site: &Site) {
    let mut host = host();
    for client in clients() {
        for req in Route::ALL.into_iter().flat_map(fixed_requests) {
            let (req, mut answer) = client.sends(&req, site, &mut host);
            if let Body::Json(json) = &mut answer.body {
                // See `health_names_no_locked_folder_that_holds_an_open_one`.
                *json = json.replace("\"/CANARY00team/pub\"", "");
            }
            check(&client, &req, &answer);
        }
        for path in folders() {
            let target = format!("{}/", plain(path).trim_end_matches('/'));
            for req in Route::ALL.into_iter().flat_map(|route| requests(route, &target)) {
                let (req, answer) = client.sends(&req, site, &mut host);
                check(&client, &req, &answer);
            }
        }
    }
}

/// Every folder of the site.
fn folders() -> impl Iterator<Item = &'static str> {
    let locked = LOCKED.iter().filter(|entry| entry.is_folder).map(|entry| entry.path);
    locked.chain(OPEN_FOLDERS.iter().copied()).chain(["/listed", "/referred"])
}

/// A page of another origin reads what it could have asked for itself: what a browser gets for its
/// address, or for a link that is bound to that, it does not read.
#[test]
fn pages_of_other_origins_read_nothing_by_an_address() {
    for build in SITES {
        let (site, mut host) = (build(), host());
        let paths = LOCKED.iter().map(|entry| entry.path).chain(OPEN.iter().copied());
        let paths = paths.chain(OPEN_FOLDERS.iter().copied()).collect::<Vec<_>>();
        let free = [String::new(), bound_link("/CANARY29link"), bound_link("/open")];
        let mut read = 0;
        for (prefix, path) in
            free.iter().flat_map(|prefix| paths.iter().map(move |path| (prefix, path)))
        {
            for target in [plain(path), format!("{}/", plain(path).trim_end_matches('/'))] {
                for req in Route::ALL.into_iter().flat_map(|route| requests(route, &target)) {
                    let own = req.target.starts_with("/-/") && !req.target.starts_with(SEARCH);
                    let target =
                        if own { req.target.clone() } else { format!("{prefix}{}", req.target) };
                    let req = Req { target, ..req }.origin("https://evil.example");
                    let address = if prefix.is_empty() { NEAR } else { LINKED };
                    let near = req.clone().from(address).send(&site, &mut host);
                    let far = req.send(&site, &mut host);
                    let cors =
                        |answer: &Response| answer.header("Access-Control-Allow-Origin").is_some();
                    assert_eq!(cors(&near), cors(&far), "{req:?}: {} {}", near.status, far.status);
                    if cors(&near) {
                        read += 1;
                        assert_eq!(core(&near, &req), core(&far, &req), "{req:?}");
                    }
                }
            }
        }
        assert!(read > 1_000, "{read}");
    }
}

#[test]
fn whoever_may_have_something_gets_it() {
    for build in SITES {
        get_everything(&build());
    }
}

fn get_everything(site: &Site) {
    let mut host = host();
    let mut had = Vec::new();
    for client in clients() {
        for entry in LOCKED.iter().filter(|entry| client.may_have(entry, entry.path)) {
            // A bad link spoils what is open without it.
            if !client.sees_open && !client.opens.contains(&entry.zone) {
                continue;
            }
            let slash = if entry.is_folder { "/" } else { "" };
            let escaped = entry.path.bytes().map(|byte| match byte {
                b'/' => "/".to_owned(),
                byte => format!("%{byte:02x}"),
            });
            for target in [plain(entry.path), escaped.collect::<String>()] {
                let ask = |query: &str, host: &mut Host| {
                    client.sends(&get(&format!("{target}{slash}{query}")), site, host).1
                };
                let (page, json) = (ask("", &mut host), ask("?format=json", &mut host));
                let message =
                    format!("{}: {}: {} {}", client.name, entry.path, page.status, text(&page));
                if entry.is_folder {
                    assert_eq!((page.status, json.status), (200, 200), "{message}");
                } else {
                    let status = if entry.is_playlist() { 200 } else { 302 };
                    assert_eq!((page.status, json.status), (status, 200), "{message}");
                    assert!(text(&page).contains(&entry.tail()), "{message}");
                    let bytes = entry.size().to_string();
                    assert!(
                        entry.zone == Zone::Remote || json.body.text().contains(&bytes),
                        "{message}"
                    );
                }
                assert_eq!(
                    page.header("Cache-Control"),
                    Some(match entry.zone {
                        Zone::Unlisted | Zone::Closed if client.prefix.is_empty() => "no-store",
                        _ => "private, no-store",
                    }),
                    "{message}"
                );
            }
            had.push(entry.index);
        }
        for path in OPEN.iter().filter(|_| client.sees_open) {
            let (req, answer) = client.sends(&get(&plain(path)), site, &mut host);
            // A link for the whole site does not open what was opened apart from it: it is open.
            assert_eq!(answer.status, 302, "{}: {req:?}", client.name);
        }
    }
    let never = LOCKED.iter().filter(|entry| !had.contains(&entry.index)).map(|entry| entry.zone);
    let dead = |zone| matches!(zone, Zone::Deny | Zone::DenyFrom | Zone::Blocked | Zone::Closed);
    assert!(never.clone().all(dead), "{:?}", never.collect::<Vec<_>>());
}

#[test]
fn pages_count_what_they_show() {
    for build in SITES {
        count_every_page(&build());
    }
}

fn count_every_page(site: &Site) {
    let mut host = host();
    for client in clients() {
        for path in folders() {
            let target = format!("{}/", plain(path).trim_end_matches('/'));
            let (_, page) = client.sends(&get(&target), site, &mut host);
            if page.status != 200 {
                continue;
            }
            let (_, json) = client.sends(&get(&format!("{target}?format=json")), site, &mut host);
            let json: serde_json::Value = serde_json::from_str(&json.body.text()).unwrap();
            let entries = json["entries"].as_array().unwrap();
            let folders = entries.iter().filter(|entry| entry["type"] == "folder").count();
            let files = entries.len() - folders;
            let s = |count| if count == 1 { "" } else { "s" };
            let mut counts = Vec::new();
            if folders > 0 {
                counts.push(format!("{folders} folder{}", s(folders)));
            }
            if files > 0 || folders == 0 {
                counts.push(format!("{files} file{}", s(files)));
            }
            let caption = format!("<caption>{}", counts.join(", "));
            let html = page.body.text();
            // What follows: the sizes together, and the zone.
            let message = html.split(&caption).nth(1).and_then(|rest| rest.chars().next());
            assert!(matches!(message, Some('<' | ' ')), "{}: {path}: {html}", client.name);
            assert_eq!(
                html.matches("<tr><td><a href").count(),
                entries.len() + html.matches("class=\"up\"").count()
            );
            if path.is_empty() && client.opens.is_empty() {
                let names = entries.iter().map(|entry| entry["name"].as_str().unwrap());
                let mut names = names.collect::<Vec<_>>();
                names.sort_unstable();
                let want = [
                    "CANARY22twie\u{301}n",
                    "canary24CASE",
                    "hidden",
                    "listed",
                    "open",
                    "referred",
                    "way",
                ];
                assert_eq!(names, want, "{}", client.name);
                let listed = entries.iter().find(|entry| entry["name"] == "listed").unwrap();
                assert_eq!(
                    (&listed["locked"], &listed["size"]),
                    (&true.into(), &serde_json::Value::Null)
                );
            }
        }
    }
}

/// Orders, filters and parts of a listing are made of its rows alone.
#[test]
fn parts_and_orders_hold_no_entry_that_the_listing_lacks() {
    for build in SITES {
        let (site, mut host) = (build(), host());
        for client in clients() {
            for path in folders() {
                let target = format!("{}/", plain(path).trim_end_matches('/'));
                let mut listing = |query: &str| {
                    let (_, answer) = client.sends(
                        &get(&format!("{target}?format=json{query}")),
                        &site,
                        &mut host,
                    );
                    let json =
                        serde_json::from_str::<serde_json::Value>(&answer.body.text()).unwrap();
                    let rows = json["entries"].as_array().cloned().unwrap_or_default();
                    let mut rows = rows.iter().map(ToString::to_string).collect::<Vec<_>>();
                    rows.sort_unstable();
                    (answer, json["total"].clone(), rows)
                };
                let (answer, total, rows) = listing("");
                if answer.status != 200 {
                    continue;
                }
                assert_eq!(total, rows.len());
                for query in ["&sort=size&order=desc", "&sort=time", "&order=desc", "&page=99"] {
                    assert_eq!(listing(query).1, total, "{}: {target}{query}", client.name);
                    assert_eq!(listing(query).2, rows, "{}: {target}{query}", client.name);
                }
                let mut in_parts = Vec::new();
                for page in 1..=rows.len() {
                    let (answer, of_all, row) =
                        listing(&format!("&per_page=1&sort=size&page={page}"));
                    assert_eq!((of_all, row.len()), (total.clone(), 1));
                    let last = format!("page={}>; rel=\"last\"", rows.len());
                    assert!(rows.len() == 1 || answer.header("Link").unwrap().contains(&last));
                    in_parts.extend(row);
                }
                in_parts.sort_unstable();
                assert_eq!(in_parts, rows);
                let (_, of_filter, found) = listing("&filter=CANARY&per_page=1000");
                assert_eq!(of_filter, found.len());
                assert!(found.iter().all(|row| rows.contains(row)), "{}: {target}", client.name);
            }
        }
    }
}

#[test]
fn health_tells_the_bearer_more_than_a_stranger() {
    let site = tree_site();
    let health = |req: Req| -> serde_json::Value {
        serde_json::from_str(&req.alone(&site).body.text()).unwrap()
    };
    let stranger = health(get("/-/health"));
    for mount in stranger["mounts"].as_array().unwrap() {
        for field in ["path", "files", "folders", "entries"] {
            assert_eq!(mount[field], serde_json::Value::Null, "{stranger}");
        }
    }
    let bearer = health(get("/-/health").bearer(API_TOKEN));
    let mounts = bearer["mounts"].as_array().unwrap();
    let paths = mounts.iter().map(|mount| mount["path"].as_str().unwrap()).collect::<Vec<_>>();
    assert_eq!(paths, ["/way/CANARY16mount", "/"]);
    assert_eq!(mounts[0]["files"], 1);
    assert_eq!(bearer["rules"], LOCKS.len() + 10);
}

#[test]
fn health_names_no_locked_folder_that_holds_an_open_one() {
    let health = get("/-/health").alone(&tree_site());
    assert!(!health.body.text().contains("CANARY"), "{}", health.body.text());
}
