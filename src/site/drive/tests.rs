//! Drives in a site: what is due, what is remembered, what is said while the vendor fails.

use super::*;
use crate::listing::{Extent, encode};
use crate::path::EntryPath;
use crate::site::due::FolderReceipt;
use crate::site::visit::{Visit, Visitor};
use crate::site::{Opened, Site};
use crate::upstream::entry::Entry;
use crate::upstream::trouble::{Failed, Trouble};

const NOW: UnixSeconds = UnixSeconds(1_700_000_000);
const MOUNTS: &str = r#"[
    {"path":"/","source":"open","access_token":"T"},
    {"path":"/tree","source":"links","tree":"TREE"}
]"#;
const RULES: &str = r#"[
    {"path":"/","hide":{"closed":["closed"]}},
    {"path":"/denied","access":"deny"},
    {"path":"/dir/link","access":"link"}
]"#;
/// Deeper mounts come first.
const DRIVE: usize = 1;

fn site() -> Site {
    let settings = [
        ("MOUNTS", MOUNTS),
        ("RULES", RULES),
        ("T", "token"),
        ("TREE", "https://h.example/a.txt\n"),
        ("ACCOUNTS", "{}"),
        ("KV", "{}"),
        ("SITE_KEYS", "0123456789abcdef0123456789abcdef"),
    ];
    let lookup = |name: &str| {
        settings.iter().find(|(have, _)| *have == name).map(|(_, value)| (*value).to_owned())
    };
    let site = Site::load(lookup, NOW);
    assert!(!site.is_broken(), "{:?}", site.faults().collect::<Vec<_>>());
    site
}

fn entry(id: u64, name: &str, folder: bool) -> Entry {
    let (name, key_flag) = (name.to_owned(), String::new());
    Entry { id, name, folder, size: 5, modified: None, md5: None, key_flag }
}

fn offer(site: &mut Site, folder: u64, entries: Vec<Entry>, whole: bool, read_at: UnixSeconds) {
    let extent = if whole { Extent::Whole } else { Extent::Part };
    let listing = Listing::parse(encode(entries, 0, extent, read_at)).unwrap();
    site.drive_mut(DRIVE).unwrap().memory().offer(folder, listing, NOW);
}

/// What a stranger is told of a path: a word.
fn said(site: &Site, path: &str, receipts: &Receipts) -> String {
    let path = EntryPath::parse(path).unwrap();
    let visitor = Visitor::default();
    let visit =
        Visit { path: &path, share: None, query: "", sign: None, visitor: &visitor, now: NOW };
    match site.open(&visit, receipts) {
        Ok(Opened::Folder(folder)) => {
            let rows = folder.rows(&visit);
            let names = rows.iter().map(|row| row.name).collect::<Vec<_>>();
            format!("{names:?}{}", if folder.lacks_some() { " and more" } else { "" })
        }
        Ok(Opened::File(_)) => "a file".to_owned(),
        Err(stop) => format!("{stop:?}"),
    }
}

fn asked(folder: u64, outcome: Result<(), Option<Failed>>) -> Receipts {
    let folders = vec![FolderReceipt { mount: DRIVE, folder, outcome }];
    Receipts { folders, ..Receipts::default() }
}

#[test]
fn what_nobody_may_have_is_not_told_from_what_is_not_there() {
    let mut site = site();
    let pairs = [
        ("/denied", "/nothing"),
        ("/denied/x", "/nothing/x"),
        ("/dir/link", "/dir/nothing"),
        ("/closed", "/nothing"),
        ("/closed/", "/nothing/"),
        ("/dir/closed/", "/dir/nothing/"),
    ];
    let same = |site: &Site, receipts: &Receipts, when: &str| {
        for (kept, missing) in pairs {
            assert_eq!(said(site, kept, receipts), said(site, missing, receipts), "{kept} {when}");
        }
    };
    same(&site, &Receipts::default(), "while nothing is known");
    for trouble in [Trouble::Server, Trouble::NeedHuman, Trouble::RateLimited] {
        same(&site, &asked(0, Err(Some(trouble.into()))), "while the vendor fails");
    }
    same(&site, &asked(0, Err(None)), "while the desk can't be asked");
    let root = || vec![entry(1, "denied", true), entry(2, "dir", true), entry(4, "closed", true)];
    offer(&mut site, 0, root(), false, NOW);
    same(&site, &Receipts::default(), "while the root is loading");
    offer(&mut site, 0, root(), true, NOW);
    same(&site, &Receipts::default(), "while the folder is not known");
    for closed in [4, 5] {
        let failing = asked(closed, Err(Some(Trouble::Server.into())));
        same(&site, &failing, "while its own listing fails");
    }
    let below = || vec![entry(3, "link", true), entry(5, "closed", true)];
    offer(&mut site, 2, below(), true, NOW);
    same(&site, &Receipts::default(), "when all is known");
    assert!(said(&site, "/denied", &Receipts::default()).contains("NotFound"));
}

#[test]
fn a_listing_is_trusted_for_a_while_and_shown_old_only_when_the_desk_was_asked() {
    let mut site = site();
    let due = |site: &Site| said(site, "/", &Receipts::default()).starts_with("Owes");
    assert!(due(&site), "nothing is known");
    offer(&mut site, 0, vec![entry(1, "a", false)], true, NOW);
    assert!(!due(&site));
    let old = UnixSeconds(NOW.0 - 301);
    let mut site = self::site();
    offer(&mut site, 0, vec![entry(1, "a", false)], true, old);
    let drive = site.drive(DRIVE).unwrap();
    assert!(drive.age(drive.at_hand(0, NOW).unwrap(), NOW).stale);
    let later = UnixSeconds(NOW.0 + 3);
    assert!(!drive.is_trusted(drive.memory.folder(0).unwrap(), later), "old ones for a moment");
    assert_eq!(said(&site, "/", &asked(0, Ok(()))), r#"["tree", "a"]"#);
    let too_old = UnixSeconds(NOW.0 + 86_400);
    assert!(site.drive(DRIVE).unwrap().at_hand(0, too_old).is_none());
}

#[test]
fn a_refusal_is_repeated_for_a_moment_without_asking() {
    let mut site = site();
    let failed = Failed { retry_after: Some(600), ..Trouble::Quota.into() };
    let memory = site.drive_mut(DRIVE).unwrap().memory();
    memory.refuse(Wanted::Folder(0), failed.clone(), NOW);
    memory.refuse(Wanted::Link(7), failed, NOW);
    assert!(memory.refusal(Wanted::Folder(0), UnixSeconds(NOW.0 + 9)).is_some());
    assert!(memory.refusal(Wanted::Link(7), UnixSeconds(NOW.0 + 10)).is_none());
    assert!(memory.refusal(Wanted::Folder(7), NOW).is_none());
    assert!(said(&site, "/x", &Receipts::default()).contains("Quota"));
    offer(&mut site, 0, vec![entry(1, "x", false)], true, NOW);
    assert_eq!(said(&site, "/x", &Receipts::default()), "a file");
}

#[test]
fn a_failing_drive_leaves_what_else_is_mounted_there_reachable() {
    let site = site();
    let failing = asked(0, Err(Some(Trouble::Server.into())));
    assert_eq!(said(&site, "/", &failing), r#"["tree"] and more"#);
    assert_eq!(said(&site, "/tree", &failing), r#"["a.txt"]"#);
    assert!(said(&site, "/x", &failing).contains("Server"));
}

#[test]
fn what_is_not_in_a_part_is_not_said_to_be_missing() {
    let mut site = site();
    offer(&mut site, 0, vec![entry(1, "a", false)], false, NOW);
    assert_eq!(said(&site, "/a", &Receipts::default()), "a file");
    assert!(said(&site, "/b", &Receipts::default()).contains("StillLoading"));
}

#[test]
fn a_link_lives_as_long_as_the_desk_s() {
    let mut site = site();
    let drive = site.drive_mut(DRIVE).unwrap();
    let url = "https://h.example/a".to_owned();
    drive.offer_link(7, UpstreamLink { url, referer: None, permanent: None, age: 400 }, NOW);
    let kept = drive.memory.link(7).unwrap();
    assert_eq!(NOW.seconds_since(kept.seen_at), 400);
}
