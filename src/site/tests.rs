//! Tests of mounts and of what they resolve to.

use futures_util::FutureExt as _;

use super::authorized_file::{AuthorizedFile, Delivery};
use super::opened::{Opened, OpenedEntry};
use super::*;
use crate::access::client::{AccessRequest, Client};
use crate::account::command::Reply;
use crate::platform::fake::FakePlatform;
use crate::seed::RequestSeed;
use crate::sources::listing::{Extent, Listing, encode};
use crate::sources::shown_listing::ShownListing;
use crate::sources::upstream::entry::Entry;

fn site(pairs: &[(&str, &str)]) -> Site {
    let lookup = |name: &str| {
        pairs.iter().find(|(have, _)| *have == name).map(|(_, value)| (*value).to_owned())
    };
    Site::load(&lookup, UnixSeconds(1_700_000_000))
}

type Context<'p> = RequestContext<&'p FakePlatform>;

/// A request context on a platform that has nothing to give.
fn request(platform: &FakePlatform) -> Context<'_> {
    RequestContext::new(platform, RequestSeed::new(NOW, [7; 16]))
}

/// Opens a path as a client without credentials, which takes no check.
fn open<'s>(site: &'s Site, path: &str, ctx: &'s Context<'_>) -> Result<Opened<'s>, Error> {
    let path = EntryPath::parse(path).unwrap();
    let opened = site.open(&access(&path), ctx).now_or_never().unwrap();
    assert_eq!(ctx.platform.take_asked(), [""; 0]);
    opened
}

fn refused(site: &Site, path: &str) -> Error {
    open(site, path, &request(&FakePlatform::default())).unwrap_err()
}

fn access<'v>(path: &'v EntryPath<'v>) -> AccessRequest<'v> {
    const STRANGER: &Client<'_> = &Client {
        site: "https://files.example",
        cookie: None,
        authorization: None,
        login: None,
        referer: None,
        origin: None,
        address: None,
        country: None,
    };
    AccessRequest { path, share: None, query: "", sign: None, client: STRANGER, now: NOW }
}

const NOW: UnixSeconds = UnixSeconds(1_700_000_000);

fn names(site: &Site, path: &str) -> Vec<String> {
    let platform = FakePlatform::default();
    let ctx = request(&platform);
    match open(site, path, &ctx) {
        Ok(Opened::Folder(folder)) => {
            let path = EntryPath::parse(path).unwrap();
            folder.rows(&access(&path)).map(|row| row.name.to_owned()).collect()
        }
        other => panic!("{path} is no folder: {other:?}"),
    }
}

/// Opens a path and tells how the file there is delivered.
fn delivery(site: &Site, path: &str, platform: &FakePlatform) -> Result<Delivery, Error> {
    let ctx = request(platform);
    let Ok(Opened::File(file)) = open(site, path, &ctx) else { panic!("{path} is no file") };
    let path = EntryPath::parse(path).unwrap();
    let access = access(&path);
    let file = AuthorizedFile::charge(file, &access, &ctx).now_or_never().unwrap().unwrap();
    file.deliver(&access, &ctx).now_or_never().unwrap()
}

fn url(site: &Site, path: &str) -> String {
    match delivery(site, path, &FakePlatform::default()).unwrap() {
        Delivery::Redirect(link) => link.url,
        Delivery::Proxy | Delivery::Nothing => panic!("no link"),
    }
}

const TWO_MOUNTS: &[(&str, &str)] = &[
    (
        "MOUNTS",
        r#"[{"path":"/","source":"links","tree":"A"},{"path":"/x/y/","source":"links","tree":"B"}]"#,
    ),
    (
        "A",
        "z:
  https://h.example/z.txt
x:
  y:
    https://h.example/hidden.txt
  https://h.example/1.txt
",
    ),
    ("B", "https://h.example/deep.txt"),
];

#[test]
fn the_deepest_mount_owns_its_paths() {
    let site = site(TWO_MOUNTS);
    assert_eq!(names(&site, "/"), ["x", "z"]);
    assert_eq!(names(&site, "/x/"), ["y", "1.txt"]);
    assert_eq!(names(&site, "/x/y/"), ["deep.txt"]);
    assert_eq!(url(&site, "/x/y/deep.txt"), "https://h.example/deep.txt");
    assert_eq!(refused(&site, "/x/y/hidden.txt"), Error::NotFound);
    assert_eq!(refused(&site, "/x/yy/deep.txt"), Error::NotFound);
}

#[test]
fn folders_above_a_mount_exist() {
    let site = site(&[
        ("MOUNTS", r#"[{"path":"/a/b","source":"links","tree":"B"}]"#),
        ("B", "https://h.example/f"),
    ]);
    assert_eq!(names(&site, "/"), ["a"]);
    assert_eq!(names(&site, "/a/"), ["b"]);
    assert_eq!(url(&site, "/a/b/f"), "https://h.example/f");
}

#[test]
fn rows_stand_in_natural_order_folders_first() {
    let tree = "https://h/a10
https://h/a2
b:
https://h/第10集
https://h/第9集
";
    let site = site(&[("URL_TREE", tree)]);
    assert_eq!(names(&site, "/"), ["b", "a2", "a10", "第9集", "第10集"]);
}

#[test]
fn a_remote_folder_serves_any_path_below_it_and_lists_none() {
    let site = site(&[(
        "URL_TREE",
        "hls/*: https://h/x/
hls:
  https://h/own.txt
",
    )]);
    assert_eq!(
        url(&site, "/hls/a b/%25.ts".replace(' ', "%20").as_str()),
        "https://h/x/a%20b/%25.ts"
    );
    assert_eq!(url(&site, "/hls/own.txt"), "https://h/own.txt");
    assert_eq!(names(&site, "/hls/"), ["own.txt"]);
    for path in ["/hls/a/", "/other/a"] {
        assert_eq!(refused(&site, path), Error::NotFound, "{path}");
    }
}

#[test]
fn what_is_the_sites_own_is_never_an_entry() {
    let site =
        site(&[("URL_TREE", "~x:https://h/a\n\"-\":\n  https://h/b\nz:\n  ~y:https://h/c\n")]);
    for path in ["/~x", "/-", "/-/", "/-/b"] {
        assert_eq!(refused(&site, path), Error::NotFound, "{path}");
    }
    assert_eq!(url(&site, "/z/~y"), "https://h/c");
    assert_eq!(names(&site, "/"), ["z"], "no page links to them");
}

#[test]
fn a_site_with_configuration_errors_serves_nothing() {
    let broken = site(&[(
        "URL_TREE",
        "https://h/ok.txt
 not a line
",
    )]);
    assert_eq!(refused(&broken, "/ok.txt"), Error::Misconfigured);
    let error = broken.config_errors().next().unwrap();
    assert_eq!((error.setting.as_str(), error.line), ("URL_TREE", Some(2)));
    assert!(site(&[]).is_demo() && !site(&[]).is_broken());
}

/// How the empty file of an open-platform mount is delivered, with its listing cached; and which calls were
/// made for it.
fn empty_file(direct_link: bool) -> (Result<Delivery, Error>, Vec<String>) {
    let mounts = format!(
        r#"[{{"path":"/","source":"open","access_token":"T","direct_link":{direct_link}}}]"#
    );
    let site = site(&[("MOUNTS", &mounts), ("T", "token"), ("ACCOUNTS", "{}")]);
    let empty = Entry {
        id: 7,
        name: "zero.bin".to_owned(),
        folder: false,
        size: 0,
        modified: None,
        md5: None,
        key_flag: String::new(),
    };
    let listing = Listing::parse(encode(vec![empty], 0, Extent::Whole, NOW)).unwrap();
    site.remote(0).unwrap().cache().cache_if_newer(0, listing, NOW);
    let platform = FakePlatform::default();
    (delivery(&site, "/zero.bin", &platform), platform.take_asked())
}

#[test]
fn an_empty_file_of_the_vendors_takes_no_link_but_a_direct_one() {
    let (delivery, asked) = empty_file(false);
    assert!(matches!(delivery, Ok(Delivery::Nothing)) && asked.is_empty(), "{asked:?}");
    let (delivery, asked) = empty_file(true);
    assert_eq!((delivery.unwrap_err(), asked), (Error::Unavailable, vec!["link 7".to_owned()]));
}

#[test]
fn a_cold_path_of_five_levels_costs_one_call_of_the_account_object() {
    let mounts = r#"[{"path":"/","source":"open","access_token":"T"}]"#;
    let site = site(&[("MOUNTS", mounts), ("T", "token"), ("ACCOUNTS", "{}")]);
    let mut platform = FakePlatform::default();
    for folder in 0..5 {
        let (id, name, key_flag) = (folder + 1, format!("f{}", folder + 1), String::new());
        let child = Entry { id, name, folder: true, size: 0, modified: None, md5: None, key_flag };
        let listing = encode(vec![child], 0, Extent::Whole, NOW);
        platform.folders.insert(folder, Reply::Listing(listing));
    }
    let path = EntryPath::parse("/f1/f2/f3/f4/").unwrap();
    let ctx = request(&platform);
    let opened = site.open(&access(&path), &ctx).now_or_never().unwrap();
    assert!(matches!(opened, Ok(Opened::Folder(_))));
    let key = format!("kv listing2:{}:0", site.remote(0).unwrap().config().settings.digest);
    let call = "folders [0, 1, 2, 3, 4]".to_owned();
    assert_eq!(platform.take_asked(), [key, call]);
    // The next request finds all that the path needed in memory.
    let next = request(&platform);
    assert!(site.open(&access(&path), &next).now_or_never().unwrap().is_ok());
    assert_eq!(platform.take_asked(), [""; 0]);
    // A folder on the way was only passed: its listing is asked for when it is shown.
    let above = EntryPath::parse("/f1/f2/").unwrap();
    let next = request(&platform);
    for shown in [ShownListing::None, ShownListing::Parent] {
        let entry = site.open_entry(&access(&above), shown, &next).now_or_never().unwrap();
        assert!(matches!(entry, Ok(OpenedEntry::Folder(_))));
    }
    assert_eq!(platform.take_asked(), [""; 0]);
    assert!(site.open(&access(&above), &next).now_or_never().unwrap().is_ok());
    assert_eq!(platform.take_asked().len(), 2, "KV, and one call");
}

#[test]
fn a_file_brings_the_listing_around_it_only_where_that_is_shown() {
    let mounts = r#"[{"path":"/","source":"open","access_token":"T"}]"#;
    let site = site(&[("MOUNTS", mounts), ("T", "token"), ("ACCOUNTS", "{}")]);
    let entry = |id, name: &str, folder| {
        let (name, key_flag) = (name.to_owned(), String::new());
        Entry { id, name, folder, size: 5, modified: None, md5: None, key_flag }
    };
    let listed = |entries| Reply::Listing(encode(entries, 0, Extent::Whole, NOW));
    let root = listed(vec![entry(1, "dir", true)]);
    let inside = listed(vec![entry(2, "a.mp4", false), entry(3, "b.mp4", false)]);
    let platform =
        FakePlatform { folders: [(0, root), (1, inside)].into(), ..FakePlatform::default() };
    let remote = site.remote(0).unwrap();
    let open = |name: &str, shown| {
        let (path, ctx) = (EntryPath::parse(name).unwrap(), request(&platform));
        let opened = site.open_entry(&access(&path), shown, &ctx).now_or_never().unwrap();
        assert!(matches!(opened, Ok(OpenedEntry::File(_))), "{name}");
        platform.take_asked().into_iter().filter(|asked| asked.starts_with("folders")).collect()
    };
    let calls = |calls: &[&str]| calls.iter().map(|call| (*call).to_owned()).collect::<Vec<_>>();
    let asked: Vec<String> = open("/dir/a.mp4", ShownListing::None);
    assert_eq!(asked, calls(&["folders [0, 1]"]));
    assert!(remote.cached(1, NOW).is_none());
    let asked: Vec<String> = open("/dir/a.mp4", ShownListing::None);
    assert_eq!(asked, calls(&[]), "the entry is in memory");
    let asked: Vec<String> = open("/dir/b.mp4", ShownListing::None);
    assert_eq!(asked, calls(&["folders [1]"]), "another is not");
    let asked: Vec<String> = open("/dir/a.mp4", ShownListing::Parent);
    assert_eq!(asked, calls(&["folders [1]"]));
    assert_eq!(remote.cached(1, NOW).unwrap().len(), 2);
    for (name, shown) in [("/dir/b.mp4", ShownListing::None), ("/dir/b.mp4", ShownListing::Parent)]
    {
        let asked: Vec<String> = open(name, shown);
        assert_eq!(asked, calls(&[]), "the listing has them all");
    }
}
