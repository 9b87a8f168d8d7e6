//! A site with one of everything that can be locked, each bearing canaries: a name, the
//! end of a URL, a size and a time that stand nowhere else.

use std::time::Duration;

use serde_json::{Value, json};
use signpost::account::command::{AccountStatus, UpstreamLink};
use signpost::site::Site;
use signpost::sources::listing::{Extent, Listing, encode};
use signpost::sources::upstream::entry::Entry;
use signpost::time::UnixSeconds;

use crate::support::request::{NOW, site};

/// The rule that locks an entry.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Zone {
    /// A password on a folder.
    Team,
    /// A password of its own, below the team's folder.
    Inner,
    /// Access by share links alone.
    Link,
    /// No access for any client.
    Deny,
    /// An entry hidden by `unlisted`.
    Unlisted,
    /// An entry hidden by `closed`.
    Closed,
    /// An entry hidden by `blocked`.
    Blocked,
    /// A password, on a folder that is listed all the same.
    Listed,
    /// A password on a mount.
    Mount,
    /// A password on a remote folder.
    Remote,
    /// A password on a name that needs every kind of escape.
    Odd,
    /// A password on a name that differs from an open one in its normal form alone.
    Twin,
    /// A password on a name that differs from an open one in its case alone.
    Case,
    /// Access from pages of one site alone.
    Referred,
    /// Access from one country alone.
    Abroad,
    /// Access by share links, and from one address alone.
    LinkFrom,
    /// No access for any client, by a rule that names addresses as well.
    DenyFrom,
    /// Access from one address alone.
    Local,
    /// A password on a folder whose name begins the paths of AList's links.
    Outer,
}

/// A locked entry, with all that a client without access may not learn of it.
#[derive(Clone, Debug)]
pub struct LockedEntry {
    /// The rule that locks it.
    pub zone: Zone,
    /// The decoded path, without a slash at its end.
    pub path: &'static str,
    /// Whether the entry is a folder.
    pub is_folder: bool,
    /// The entry's number, which its name, size, time and URL bear.
    pub index: u64,
}

/// The zones with a password, each with the scope and the password.
pub const LOCKS: &[(Zone, &str, &str)] = &[
    (Zone::Team, "/CANARY00team", "team password"),
    (Zone::Inner, "/CANARY00team/CANARY04inner", "inner password"),
    (Zone::Listed, "/listed", "listed password"),
    (Zone::Mount, "/way/CANARY16mount", "mount password"),
    (Zone::Remote, "/CANARY18remote", "remote password"),
    (Zone::Odd, ODD, "odd password"),
    (Zone::Twin, "/CANARY22twi\u{e9}n", "twin password"),
    (Zone::Case, "/CANARY24case", "case password"),
    (Zone::Outer, "/outer", "outer password"),
];

/// The address that opens [`Zone::Local`].
pub const NEAR: &str = "10.0.0.1";
/// The address at which a share link opens [`Zone::LinkFrom`].
pub const LINKED: &str = "10.0.0.2";

const ODD: &str = "/CANARY20 ;a%2f#b?😀\u{e9}&'+";

const FOLDER: bool = true;
const FILE: bool = false;

/// All locked entries, by their index.
pub const LOCKED: &[LockedEntry] = &[
    entry(0, Zone::Team, "/CANARY00team", FOLDER),
    entry(1, Zone::Team, "/CANARY00team/CANARY01 film.mkv", FILE),
    entry(2, Zone::Team, "/CANARY00team/CANARY02sub", FOLDER),
    entry(3, Zone::Team, "/CANARY00team/CANARY02sub/CANARY03;deep.m3u8", FILE),
    entry(4, Zone::Inner, "/CANARY00team/CANARY04inner", FOLDER),
    entry(5, Zone::Inner, "/CANARY00team/CANARY04inner/CANARY05.txt", FILE),
    entry(6, Zone::Link, "/CANARY06link", FOLDER),
    entry(7, Zone::Link, "/CANARY06link/CANARY07.M3U8", FILE),
    entry(8, Zone::Deny, "/CANARY08deny", FOLDER),
    entry(9, Zone::Deny, "/CANARY08deny/CANARY09.txt", FILE),
    entry(10, Zone::Unlisted, "/hidden/CANARY10.txt", FILE),
    entry(11, Zone::Closed, "/hidden/CANARY11closed", FOLDER),
    entry(12, Zone::Closed, "/hidden/CANARY11closed/CANARY12.txt", FILE),
    entry(13, Zone::Blocked, "/hidden/CANARY13blocked", FOLDER),
    entry(14, Zone::Blocked, "/hidden/CANARY13blocked/CANARY14.txt", FILE),
    entry(15, Zone::Listed, "/listed/CANARY15.txt", FILE),
    entry(16, Zone::Mount, "/way/CANARY16mount", FOLDER),
    entry(17, Zone::Mount, "/way/CANARY16mount/CANARY17.m3u", FILE),
    entry(18, Zone::Remote, "/CANARY18remote", FOLDER),
    entry(19, Zone::Remote, "/CANARY18remote/CANARY19.m3u8", FILE),
    entry(20, Zone::Odd, ODD, FOLDER),
    entry(21, Zone::Odd, "/CANARY20 ;a%2f#b?😀\u{e9}&'+/CANARY21 %41;\u{e9}.txt", FILE),
    entry(22, Zone::Twin, "/CANARY22twi\u{e9}n", FOLDER),
    entry(23, Zone::Twin, "/CANARY22twi\u{e9}n/CANARY23.txt", FILE),
    entry(24, Zone::Case, "/CANARY24case", FOLDER),
    entry(25, Zone::Case, "/CANARY24case/CANARY25.txt", FILE),
    entry(26, Zone::Referred, "/referred/CANARY26.txt", FILE),
    entry(27, Zone::Abroad, "/CANARY27abroad", FOLDER),
    entry(28, Zone::Abroad, "/CANARY27abroad/CANARY28.txt", FILE),
    entry(29, Zone::LinkFrom, "/CANARY29link", FOLDER),
    entry(30, Zone::LinkFrom, "/CANARY29link/CANARY30.txt", FILE),
    entry(31, Zone::DenyFrom, "/CANARY31deny", FOLDER),
    entry(32, Zone::DenyFrom, "/CANARY31deny/CANARY32.txt", FILE),
    entry(33, Zone::Local, "/CANARY33local", FOLDER),
    entry(34, Zone::Local, "/CANARY33local/CANARY34.txt", FILE),
    entry(35, Zone::Local, "/open/CANARY35.txt", FILE),
    entry(36, Zone::Outer, "/outer/CANARY36.txt", FILE),
];

const fn entry(index: u64, zone: Zone, path: &'static str, is_folder: bool) -> LockedEntry {
    LockedEntry { zone, path, is_folder, index }
}

/// Files that every client may have.
pub const OPEN: &[&str] = &[
    "/open/hello.txt",
    "/CANARY00team/pub/free.txt",
    "/CANARY22twie\u{301}n/free.txt",
    "/canary24CASE/free.txt",
];

/// Folders that every client may list.
pub const OPEN_FOLDERS: &[&str] = &[
    "",
    "/open",
    "/hidden",
    "/way",
    "/CANARY00team/pub",
    "/CANARY22twie\u{301}n",
    "/canary24CASE",
];

impl LockedEntry {
    /// The entry's name, decoded.
    pub fn name(&self) -> &'static str {
        self.path.rsplit('/').next().unwrap()
    }

    /// Whether the file is a playlist, which the Worker fetches and rewrites.
    pub fn is_playlist(&self) -> bool {
        [".m3u8", ".M3U8", ".m3u"].iter().any(|end| self.path.ends_with(end))
    }

    /// The file's size in bytes, which no other has.
    pub fn size(&self) -> u64 {
        777_000_111_000 + self.index
    }

    /// The file's modification time in Unix seconds, which no other has.
    pub fn modified(&self) -> u64 {
        1_546_400_000 + self.index * 60
    }

    /// The end of the file's origin URL; a remote folder's files end in their own names.
    pub fn tail(&self) -> String {
        if self.zone == Zone::Remote {
            "TAIL19".to_owned()
        } else {
            format!("TAIL{:02}", self.index)
        }
    }

    fn line(&self, indent: usize) -> String {
        let (pad, name) = (" ".repeat(indent), self.name());
        if self.is_folder {
            return format!("{pad}\"{name}\":\n");
        }
        let Self { index, .. } = self;
        let (size, modified) = (self.size(), self.modified());
        format!("{pad}\"{name}\":{size}:{modified}:https://vip.123pan.cn/13/TAIL{index:02}\n")
    }
}

const FREE: &str = "\":5:1700000000:https://vip.123pan.cn/13/free.txt\n";

fn tree() -> String {
    let mut tree = String::new();
    for open in [
        "/open",
        "/hidden",
        "/listed",
        "/referred",
        "/canary24CASE",
        "/CANARY22twie\u{301}n",
        "/outer",
    ] {
        let name = open.trim_start_matches('/');
        tree.extend(["\"", name, "\":\n"]);
        let file = OPEN.iter().find(|path| path.starts_with(&format!("{open}/")));
        if let Some(file) = file {
            let name = file.rsplit('/').next().unwrap();
            tree.extend(["  \"", name, FREE]);
        }
        for entry in LOCKED.iter().filter(|entry| entry.path.starts_with(&format!("{open}/"))) {
            tree.push_str(&entry.line(2 * (entry.path.matches('/').count() - 1)));
        }
    }
    let at_root = |entry: &&LockedEntry| entry.path.starts_with("/CANARY");
    for entry in LOCKED.iter().filter(at_root) {
        match entry.index {
            18 => tree.push_str("\"CANARY18remote\"/*: https://vip.123pan.cn/13/TAIL19/\n"),
            19 => {}
            _ => tree.push_str(&entry.line(2 * (entry.path.matches('/').count() - 1))),
        }
        if entry.index == 5 {
            tree.push_str("  pub:\n    free.txt:5:1700000000:https://vip.123pan.cn/13/free.txt\n");
        }
    }
    tree
}

/// The site whose entries come from link trees.
pub fn tree_site() -> Site {
    let mount = |path: &str, tree: &str| json!({ "path": path, "source": "links", "tree": tree, "uid": 13, "private_key": "PRIVATE_KEY" });
    site_of(&[mount("/", "TREE"), mount("/way/CANARY16mount", "OTHER")])
}

/// The site whose entries come from 123Pan, with all listings and links in memory.
pub fn remote_site() -> Site {
    let mount = |path: &str, token: &str| json!({ "path": path, "source": "open", "access_token": token, "direct_link": true, "uid": 13, "private_key": "PRIVATE_KEY" });
    let site = site_of(&[mount("/", "ROOT_TOKEN"), mount("/way/CANARY16mount", "OTHER_TOKEN")]);
    // Deeper mounts come first.
    fill(&site, 0, "/way/CANARY16mount");
    fill(&site, 1, "");
    site
}

/// Puts the listings and links of everything below `root` into a drive.
fn fill(site: &Site, mount: usize, root: &str) {
    let is_mount = |path: &str| path.starts_with("/way/CANARY16mount");
    let mut files = vec![];
    let mut folders = vec![root.to_owned()];
    for entry in LOCKED.iter().filter(|entry| is_mount(entry.path) != root.is_empty()) {
        if entry.is_folder {
            folders.push(entry.path.to_owned());
        } else {
            files.push((entry.path, entry.size(), entry.modified(), entry.tail()));
        }
    }
    if root.is_empty() {
        let more = ["/open", "/hidden", "/listed", "/referred", "/canary24CASE", "/outer"];
        folders.extend(more.map(str::to_owned));
        folders.extend(["/CANARY22twie\u{301}n", "/CANARY00team/pub"].map(str::to_owned));
        files.extend(OPEN.iter().map(|path| (*path, 5, 1_700_000_000, "free.txt".to_owned())));
    }
    folders.sort();
    folders.dedup();
    let id_of = |path: &str| folders.iter().position(|folder| folder == path).unwrap() as u64;
    let entry = |id, path: &str, folder, size, modified| Entry {
        id,
        name: path.rsplit('/').next().unwrap().to_owned(),
        folder,
        size,
        modified: Some(UnixSeconds(modified)),
        md5: None,
        key_flag: String::new(),
    };
    let drive = site.remote(mount).unwrap();
    drive.update_status(AccountStatus::default(), UnixSeconds(NOW));
    for (index, folder) in folders.iter().enumerate() {
        let is_child = |path: &str| path != folder && path.rsplit_once('/').unwrap().0 == folder;
        let below = folders.iter().filter(|path| !path.is_empty() && is_child(path));
        let mut entries =
            below.map(|path| entry(id_of(path), path, true, 0, 1)).collect::<Vec<_>>();
        for (number, (path, size, modified, tail)) in files.iter().enumerate() {
            if is_child(path) {
                let id = 1_000 + number as u64;
                entries.push(entry(id, path, false, *size, *modified));
                let url = format!("https://vip.123pan.cn/13/{tail}");
                let link =
                    UpstreamLink { url, referer: None, permanent: Some(13), age: Duration::ZERO };
                drive.cache_link(id, link, UnixSeconds(NOW));
            }
        }
        let text = encode(entries, 0, Extent::Whole, UnixSeconds(NOW));
        drive.cache().cache_if_newer(index as u64, Listing::parse(text).unwrap(), UnixSeconds(NOW));
    }
}

fn site_of(mounts: &[Value]) -> Site {
    let mut rules = vec![
        json!({ "path": "/CANARY00team/pub", "access": "public" }),
        json!({ "path": "/CANARY06link", "access": "link" }),
        json!({ "path": "/CANARY08deny", "access": "deny" }),
        json!({ "path": "/hidden", "hide": {
            "unlisted": ["CANARY10*"], "closed": ["CANARY11*"], "blocked": ["CANARY13*"],
        } }),
        json!({ "path": "/referred", "referers": { "allow": ["good.example"] } }),
        json!({ "path": "/CANARY27abroad", "countries": { "allow": ["CN"] } }),
        json!({ "path": "/CANARY29link", "access": "link", "addresses": { "allow": [LINKED] } }),
        json!({ "path": "/CANARY31deny", "access": "deny", "addresses": { "allow": [LINKED] } }),
        json!({ "path": "/CANARY33local", "addresses": { "allow": [NEAR] } }),
        json!({ "path": "/open/CANARY35.txt", "addresses": { "allow": [NEAR] } }),
    ];
    let mut settings = vec![
        ("TREE".to_owned(), tree()),
        ("OTHER".to_owned(), LOCKED[17].line(0)),
        ("ALIST".to_owned(), "alist-0123456789".to_owned()),
    ];
    for (index, (zone, path, password)) in LOCKS.iter().enumerate() {
        let secret = format!("PASSWORD{index}");
        let mut rule = json!({ "path": path, "password": secret });
        match zone {
            Zone::Team => {
                rule["alist_sign"] = "ALIST".into();
                rule["share_hours"] = 12.into();
            }
            Zone::Listed => rule["listed"] = true.into(),
            _ => {}
        }
        rules.push(rule);
        settings.push((secret, (*password).to_owned()));
    }
    settings.push(("ROOT_TOKEN".to_owned(), "a token of the vendor's".to_owned()));
    settings.push(("OTHER_TOKEN".to_owned(), "another token of the vendor's".to_owned()));
    settings.push(("MOUNTS".to_owned(), json!(mounts).to_string()));
    settings.push(("RULES".to_owned(), json!(rules).to_string()));
    let settings = settings.iter().map(|(name, value)| (&**name, &**value)).collect::<Vec<_>>();
    site(&settings)
}
