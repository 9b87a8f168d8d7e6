//! The clients of the leak suite, and what each may open.

use signpost::access::share_link::{ShareClaims, ShareId};
use signpost::time::UnixSeconds;

use super::sites::{LINKED, LOCKS, NEAR, Zone};
use crate::support::host::Host;
use crate::support::request::{NOW, Req, alist_signature, claims, cookie, cookie_by, get, share};

/// A client with its credentials.
pub struct Client {
    /// The client's name in failure messages.
    pub name: &'static str,
    /// The `/~TOKEN` of its share link, or nothing.
    pub prefix: String,
    /// Its signature by AList.
    pub sign: Option<String>,
    /// Its request, without a target.
    pub req: Req,
    /// The zones that it may open.
    pub opens: Vec<Zone>,
    /// Locked files that it may have apart from those zones.
    pub files: &'static [&'static str],
    /// Whether it may have what is open to everybody: a bad share link opens nothing.
    pub sees_open: bool,
}

/// The file that AList signed.
pub const SIGNED: &str = "/CANARY00team/CANARY01 film.mkv";
const REVOKED: ShareId = ShareId([9; 6]);

/// A host that limits nothing and has one revoked share link.
pub fn host() -> Host {
    let mut host = Host::default();
    host.revoke(REVOKED);
    host
}

/// A client that sends requests like this one.
pub fn with(name: &'static str, req: Req, opens: &[Zone]) -> Client {
    let opens = opens.to_vec();
    Client { name, prefix: String::new(), sign: None, req, opens, files: &[], sees_open: true }
}

fn bearing(name: &'static str, prefix: String, opens: &[Zone]) -> Client {
    Client { prefix, sees_open: false, ..with(name, get(""), opens) }
}

fn lock(zone: Zone) -> (&'static str, &'static str) {
    let (_, scope, password) = LOCKS.iter().find(|(of, ..)| *of == zone).unwrap();
    (scope, password)
}

fn cookie_of(zone: Zone) -> String {
    let (scope, password) = lock(zone);
    cookie(scope, password)
}

fn strangers() -> Vec<Client> {
    let (team, password) = lock(Zone::Team);
    let named = |value: &str| {
        let cookie = cookie_of(Zone::Team);
        format!("{}={value}", cookie.split_once('=').unwrap().0)
    };
    let listed = cookie_of(Zone::Listed);
    let moved = named(listed.split_once('=').unwrap().1);
    let other_key = "other-0123456789abcdefghijklmnopqrst";
    let everything = LOCKS.iter().map(|(zone, ..)| cookie_of(*zone)).collect::<Vec<_>>();
    let sign = |path: &str, expires| Some(alist_signature("alist-0123456789", path, expires));
    vec![
        with("a stranger", get(""), &[]),
        with("a wrong password", get("").basic("no password"), &[]),
        with("an empty password", get("").basic(""), &[]),
        with("a bearer of nothing", get("").bearer("no token"), &[]),
        with("a made-up cookie", get("").cookie(&named("1795386000.AAAA")), &[]),
        with("another scope's cookie", get("").cookie(&moved), &[]),
        with("a cookie of a removed password", get("").cookie(&cookie(team, "old password")), &[]),
        with(
            "an old cookie",
            get("").cookie(&cookie_by(crate::support::request::KEY, team, password, NOW)),
            &[],
        ),
        with(
            "another site's cookie",
            get("").cookie(&cookie_by(other_key, team, password, NOW + 60)),
            &[],
        ),
        Client {
            sign: sign("/CANARY00team/CANARY01", 0),
            ..with("a signature of another path", get(""), &[])
        },
        Client {
            sign: sign("/CANARY00team", 0),
            ..with("a signature of the folder", get(""), &[])
        },
        Client { sign: sign(SIGNED, NOW - 1), ..with("an old signature", get(""), &[]) },
        with("a page elsewhere", get("").referer("https://evil.example/"), &[]),
        with("a script elsewhere", get("").origin("https://evil.example"), &[]),
        with(
            "a page elsewhere, with a good origin",
            get("").origin("https://good.example").referer("https://evil.example/"),
            &[],
        ),
        with("somebody from abroad", get("").in_country("US").from("203.0.113.7"), &[]),
        with(
            "a right cookie where it does not help",
            get("").cookie(&everything.join("; ")),
            &ALL_LOCKED,
        ),
    ]
}

const ALL_LOCKED: [Zone; 9] = [
    Zone::Team,
    Zone::Inner,
    Zone::Listed,
    Zone::Mount,
    Zone::Remote,
    Zone::Odd,
    Zone::Twin,
    Zone::Case,
    Zone::Outer,
];

fn sharers() -> Vec<Client> {
    let link = |path: &str, change: &dyn Fn(&mut ShareClaims)| {
        let mut claims = claims(path);
        change(&mut claims);
        share(path, &claims)
    };
    let same = |_: &mut ShareClaims| {};
    let (team, inner) = (lock(Zone::Team).0, lock(Zone::Inner).0);
    let good = link(team, &same);
    let last = if good.ends_with('A') { 'Q' } else { 'A' };
    vec![
        bearing("a link for a file elsewhere", link("/open/hello.txt", &same), &[]),
        bearing("a link for a sibling", link("/CANARY00team/CANARY02su", &same), &[]),
        bearing("a link for a name that begins alike", link("/CANARY00tea", &same), &[]),
        Client { sees_open: true, ..bearing("a link for the whole site", link("/", &same), &[]) },
        bearing("a link for the team", good.clone(), &[Zone::Team]),
        bearing("a link for the inner room", link(inner, &same), &[Zone::Inner]),
        bearing("a link for the room of links", link("/CANARY06link", &same), &[Zone::Link]),
        bearing("a link for what is denied", link("/CANARY08deny", &same), &[]),
        bearing("a link for what is blocked", link("/hidden/CANARY13blocked", &same), &[]),
        bearing("a link for the mount", link("/way/CANARY16mount", &same), &[Zone::Mount]),
        bearing(
            "an expired link",
            link(team, &|claims| claims.expires_at = Some(UnixSeconds(NOW))),
            &[],
        ),
        bearing("a revoked link", link(team, &|claims| claims.id = REVOKED), &[]),
        bearing(
            "a link for another page",
            link(team, &|claims| claims.site = Some("good.example".to_owned())),
            &[],
        ),
        bearing(
            "a link for another address",
            link(team, &|claims| claims.address = "192.0.2.1/32".parse().ok()),
            &[],
        ),
        bearing("a forged link", format!("{}{last}", &good[..good.len() - 1]), &[]),
        bearing("a truncated link", good[..good.len() - 4].to_owned(), &[]),
        bearing("an empty link", "/~".to_owned(), &[]),
        bearing("two links", format!("{}{good}", link("/", &same)), &[]),
    ]
}

/// The `/~TOKEN` of a share link that works at [`LINKED`] alone.
pub fn bound_link(path: &str) -> String {
    share(path, &ShareClaims { address: format!("{LINKED}/32").parse().ok(), ..claims(path) })
}

fn guests() -> Vec<Client> {
    let mut guests = vec![
        Client {
            sign: Some(alist_signature("alist-0123456789", SIGNED, 0)),
            files: &[SIGNED],
            ..with("AList's signature", get(""), &[])
        },
        with("a good page", get("").referer("https://good.example/page"), &[Zone::Referred]),
        with("somebody from the country", get("").in_country("CN"), &[Zone::Abroad]),
        with("somebody at the address", get("").from(NEAR), &[Zone::Local]),
        Client {
            req: get("").from(LINKED),
            ..bearing("a link, at its address", bound_link("/CANARY29link"), &[Zone::LinkFrom])
        },
        Client {
            req: get("").from(LINKED),
            ..bearing("a link for what is denied, at its address", bound_link("/CANARY31deny"), &[])
        },
    ];
    for (zone, ..) in LOCKS {
        guests.push(with("the right password", get("").basic(lock(*zone).1), &[*zone]));
        guests.push(with("the right cookie", get("").cookie(&cookie_of(*zone)), &[*zone]));
    }
    guests
}

/// All clients of the leak suite.
pub fn clients() -> Vec<Client> {
    [strangers(), sharers(), guests()].into_iter().flatten().collect()
}
