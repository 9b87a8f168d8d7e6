//! Tests of mounts and of what they resolve to.

use super::due::{Due, Receipts, Stop};
use super::visit::{Visit, Visitor};
use super::*;
use crate::listing::{Extent, Listing, encode};
use crate::stamp::Stamp;
use crate::upstream::entry::Entry;

fn site(pairs: &[(&str, &str)]) -> Site {
    let lookup = |name: &str| {
        pairs.iter().find(|(have, _)| *have == name).map(|(_, value)| (*value).to_owned())
    };
    Site::load(lookup, UnixSeconds(1_700_000_000))
}

/// Opens a path as a stranger who brings nothing.
fn open<'s>(site: &'s Site, path: &str) -> Result<Opened<'s>, Error> {
    let path = EntryPath::parse(path).unwrap();
    site.open(&visit(&path), &Receipts::default()).map_err(|stop| match stop {
        Stop::Refused(error) => error,
        Stop::Owes(due) => panic!("{due:?} is due"),
    })
}

fn visit<'v>(path: &'v EntryPath<'v>) -> Visit<'v> {
    const STRANGER: &Visitor<'_> = &Visitor {
        site: "https://files.example",
        cookie: None,
        authorization: None,
        referer: None,
        origin: None,
        address: None,
        country: None,
    };
    Visit { path, share: None, query: "", sign: None, visitor: STRANGER, now: NOW }
}

const NOW: UnixSeconds = UnixSeconds(1_700_000_000);

fn names(site: &Site, path: &str) -> Vec<String> {
    match open(site, path) {
        Ok(Opened::Folder(folder)) => {
            let path = EntryPath::parse(path).unwrap();
            folder.rows(&visit(&path)).iter().map(|row| row.name.to_owned()).collect()
        }
        other => panic!("{path} is no folder: {other:?}"),
    }
}

fn url(site: &Site, path: &str) -> String {
    let stamp = Stamp::new(NOW, [7; 16]);
    let Ok(Opened::File(file)) = open(site, path) else { panic!("{path} is no file") };
    let path = EntryPath::parse(path).unwrap();
    let visit = visit(&path);
    match file
        .pay(&visit, &Receipts::default())
        .unwrap()
        .deliver(&visit, &stamp, &Receipts::default())
        .unwrap()
    {
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
    let hidden = open(&site, "/x/y/hidden.txt");
    assert_eq!(hidden.unwrap_err(), Error::NotFound);
    let likeness = open(&site, "/x/yy/deep.txt");
    assert_eq!(likeness.unwrap_err(), Error::NotFound);
}

#[test]
fn a_folder_stands_on_the_way_to_a_mount() {
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
        let found = open(&site, path);
        assert_eq!(found.unwrap_err(), Error::NotFound, "{path}");
    }
}

#[test]
fn what_is_the_sites_own_is_never_an_entry() {
    let site =
        site(&[("URL_TREE", "~x:https://h/a\n\"-\":\n  https://h/b\nz:\n  ~y:https://h/c\n")]);
    for path in ["/~x", "/-", "/-/", "/-/b"] {
        let found = open(&site, path);
        assert_eq!(found.unwrap_err(), Error::NotFound, "{path}");
    }
    assert_eq!(url(&site, "/z/~y"), "https://h/c");
    assert_eq!(names(&site, "/"), ["z"], "no page links to them");
}

#[test]
fn a_site_with_faults_serves_nothing() {
    let broken = site(&[(
        "URL_TREE",
        "https://h/ok.txt
 not a line
",
    )]);
    let found = open(&broken, "/ok.txt");
    assert_eq!(found.unwrap_err(), Error::Misconfigured);
    let fault = broken.faults().next().unwrap();
    assert_eq!((fault.setting.as_str(), fault.line), ("URL_TREE", Some(2)));
    assert!(site(&[]).demo && !site(&[]).is_broken());
}

/// How the empty file of an open-platform mount is delivered, its listing known.
fn empty_file(direct_link: bool) -> Result<Delivery, Stop> {
    let mounts = format!(
        r#"[{{"path":"/","source":"open","access_token":"T","direct_link":{direct_link}}}]"#
    );
    let mut site = site(&[("MOUNTS", &mounts), ("T", "token"), ("ACCOUNTS", "{}")]);
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
    site.drive_mut(0).unwrap().memory().offer(0, listing, NOW);
    let Ok(Opened::File(file)) = open(&site, "/zero.bin") else { panic!("no file") };
    let path = EntryPath::parse("/zero.bin").unwrap();
    let (visit, none) = (visit(&path), Receipts::default());
    file.pay(&visit, &none).unwrap().deliver(&visit, &Stamp::new(NOW, [7; 16]), &none)
}

#[test]
fn an_empty_file_of_the_vendors_takes_no_link_but_a_direct_one() {
    assert!(matches!(empty_file(false), Ok(Delivery::Nothing)));
    assert!(matches!(empty_file(true), Err(Stop::Owes(Due::Link(_)))));
}
