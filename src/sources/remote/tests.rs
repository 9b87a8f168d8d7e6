//! Tests of remote sources in a site: what is requested, what is cached, and what is reported while 123Pan
//! fails.

use std::time::Duration;

use futures_util::FutureExt as _;

use super::*;
use crate::access::client::{AccessRequest, Client};
use crate::account::command::{LentToken, Reply, UpstreamLink};
use crate::error::upstream::{UpstreamError, UpstreamErrorKind};
use crate::path::EntryPath;
use crate::platform::fake::FakePlatform;
use crate::secret::Secret;
use crate::seed::RequestSeed;
use crate::site::Site;
use crate::site::opened::Opened;
use crate::sources::failures::FailureKey;
use crate::sources::listing::{Extent, encode};
use crate::sources::upstream::call::ApiResponse;
use crate::sources::upstream::entry::{Entry, FileRef};

mod own_place;

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
/// The index of the remote mount: deeper mounts come first.
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
    let site = Site::load(&lookup, NOW);
    assert!(!site.is_broken(), "{:?}", site.config_errors().collect::<Vec<_>>());
    site
}

fn entry(id: u64, name: &str, folder: bool) -> Entry {
    let (name, key_flag) = (name.to_owned(), String::new());
    Entry { id, name, folder, size: 5, modified: None, md5: None, key_flag }
}

fn cache(site: &Site, folder: u64, entries: Vec<Entry>, whole: bool, read_at: UnixSeconds) {
    let extent = if whole { Extent::Whole } else { Extent::Part };
    let listing = Listing::parse(encode(entries, 0, extent, read_at)).unwrap();
    site.remote(DRIVE).unwrap().cache().cache_if_newer(folder, listing, NOW);
}

/// The outcome of an anonymous client's request for a path, in words, and the commands that the account
/// object got for it.
fn outcome_and_commands(site: &Site, path: &str, platform: &FakePlatform) -> (String, Vec<String>) {
    let path = EntryPath::parse(path).unwrap();
    let client = Client::default();
    let access = AccessRequest {
        path: &path,
        share: None,
        query: "",
        sign: None,
        client: &client,
        now: NOW,
    };
    let ctx = RequestContext::new(platform, RequestSeed::new(NOW, [7; 16]));
    let outcome = match site.open(&access, &ctx).now_or_never().unwrap() {
        Ok(Opened::Folder(folder)) => {
            let rows = folder.rows(&access);
            let names = rows.map(|row| row.name).collect::<Vec<_>>();
            format!("{names:?}{}", if folder.is_incomplete() { " and more" } else { "" })
        }
        Ok(Opened::File(_)) => "a file".to_owned(),
        Err(error) => format!("{error:?}"),
    };
    (outcome, platform.take_asked())
}

/// The outcome of an anonymous client's request for a path while the account object does not answer.
fn outcome(site: &Site, path: &str) -> String {
    outcome_and_commands(site, path, &FakePlatform::default()).0
}

/// A platform whose account object fails at a folder.
fn failing(folder: u64, kind: UpstreamErrorKind) -> FakePlatform {
    let folders = [(folder, Reply::Failed(kind.into()))].into();
    FakePlatform { folders, ..FakePlatform::default() }
}

#[test]
fn what_no_client_may_have_looks_as_if_it_were_missing() {
    let pairs = [
        ("/denied", "/nothing"),
        ("/denied/x", "/nothing/x"),
        ("/dir/link", "/dir/nothing"),
        ("/closed", "/nothing"),
        ("/closed/", "/nothing/"),
        ("/dir/closed/", "/dir/nothing/"),
    ];
    // Each path is requested from a site that has cached nothing for the other.
    let same = |known: &dyn Fn(&Site), platform: &FakePlatform, when: &str| {
        for (kept, missing) in pairs {
            let outcome_and_commands = |path| {
                let site = site();
                known(&site);
                outcome_and_commands(&site, path, platform)
            };
            assert_eq!(outcome_and_commands(kept), outcome_and_commands(missing), "{kept} {when}");
        }
    };
    let none = FakePlatform::default();
    same(&|_| {}, &none, "while the account object can't be asked");
    for kind in
        [UpstreamErrorKind::Server, UpstreamErrorKind::NeedHuman, UpstreamErrorKind::RateLimited]
    {
        same(&|_| {}, &failing(0, kind), "while the vendor fails");
    }
    let root = || vec![entry(1, "denied", true), entry(2, "dir", true), entry(4, "closed", true)];
    same(&|site| cache(site, 0, root(), false, NOW), &none, "while the root is loading");
    let with_root = |site: &Site| cache(site, 0, root(), true, NOW);
    same(&with_root, &none, "while the folder is not known");
    for closed in [4, 5] {
        same(
            &with_root,
            &failing(closed, UpstreamErrorKind::Server),
            "while its own listing fails",
        );
    }
    let below = || vec![entry(3, "link", true), entry(5, "closed", true)];
    let with_all = |site: &Site| {
        with_root(site);
        cache(site, 2, below(), true, NOW);
    };
    same(&with_all, &none, "when all is known");
    let site = site();
    with_all(&site);
    assert_eq!(outcome(&site, "/denied"), "NotFound");
}

#[test]
fn a_listing_is_trusted_for_a_while_and_shown_old_only_when_the_account_object_was_asked() {
    let site = site();
    let is_asked =
        |site: &Site| !outcome_and_commands(site, "/", &FakePlatform::default()).1.is_empty();
    assert!(is_asked(&site), "nothing is known");
    cache(&site, 0, vec![entry(1, "a", false)], true, NOW);
    assert!(!is_asked(&site));
    let old = UnixSeconds(NOW.0 - 301);
    let site = self::site();
    cache(&site, 0, vec![entry(1, "a", false)], true, old);
    let remote = site.remote(DRIVE).unwrap();
    assert!(remote.age(&remote.cached(0, NOW).unwrap(), NOW).stale);
    let (later, even_later) = (UnixSeconds(NOW.0 + 2), UnixSeconds(NOW.0 + 3));
    assert!(remote.trusted(&ListingKey::Folder(0), later).is_some(), "old ones for a moment");
    assert!(remote.trusted(&ListingKey::Folder(0), even_later).is_none());
    assert_eq!(outcome(&site, "/"), r#"["tree", "a"]"#);
    let too_old = UnixSeconds(NOW.0 + 86_400);
    assert!(site.remote(DRIVE).unwrap().cached(0, too_old).is_none());
}

#[test]
fn a_failure_is_repeated_from_memory_while_it_is_recent() {
    let site = site();
    let failed = UpstreamError {
        retry_after: Some(Duration::from_mins(10)),
        ..UpstreamErrorKind::Quota.into()
    };
    let remote = site.remote(DRIVE).unwrap();
    remote.cache().record_failure(FailureKey::Folder(0), failed.clone(), NOW);
    remote.cache().record_failure(FailureKey::Link(7), failed, NOW);
    let memory = remote.cache();
    assert!(memory.failure(FailureKey::Folder(0), UnixSeconds(NOW.0 + 59)).is_some());
    assert!(memory.failure(FailureKey::Link(7), UnixSeconds(NOW.0 + 60)).is_none());
    assert!(memory.failure(FailureKey::Folder(7), NOW).is_none());
    let (found, asked) = outcome_and_commands(&site, "/x", &FakePlatform::default());
    assert!(found.contains("Quota") && asked.is_empty(), "{found} {asked:?}");
    cache(&site, 0, vec![entry(1, "x", false)], true, NOW);
    assert_eq!(outcome(&site, "/x"), "a file");
}

#[test]
fn a_failing_drive_leaves_what_else_is_mounted_there_reachable() {
    let site = site();
    let failing = failing(0, UpstreamErrorKind::Server);
    let outcome = |path| outcome_and_commands(&site, path, &failing).0;
    assert_eq!(outcome("/"), r#"["tree"] and more"#);
    assert_eq!(outcome("/tree"), r#"["a.txt"]"#);
    assert!(outcome("/x").contains("Server"));
}

#[test]
fn an_entry_outside_a_partial_listing_is_not_reported_as_missing() {
    let site = site();
    cache(&site, 0, vec![entry(1, "a", false)], false, NOW);
    assert_eq!(outcome(&site, "/a"), "a file");
    assert_eq!(outcome(&site, "/b"), "StillLoading");
}

#[test]
fn a_link_lives_as_long_as_in_the_account_object() {
    let site = site();
    let remote = site.remote(DRIVE).unwrap();
    let url = "https://h.example/a".to_owned();
    remote.cache_link(
        7,
        UpstreamLink { url, referer: None, permanent: None, age: Duration::from_secs(400) },
        NOW,
    );
    let memory = remote.cache();
    assert_eq!(NOW.seconds_since(memory.link(7).unwrap().checked_at), 400);
}

#[test]
fn a_dead_link_is_replaced_once_and_a_newer_one_is_taken() {
    let site = site();
    let remote = site.remote(DRIVE).unwrap();
    let link = |url: &str, permanent| {
        let url = url.to_owned();
        UpstreamLink { url, referer: None, permanent, age: Duration::ZERO }
    };
    let (dead, new) = ("https://h.example/dead", "https://h.example/new");
    remote.cache_link(7, link(dead, None), NOW);
    let platform =
        FakePlatform { links: [(7, Reply::Link(link(new, None)))].into(), ..Default::default() };
    let ctx = RequestContext::new(&platform, RequestSeed::new(NOW, [7; 16]));
    let file =
        |id| FileRef { id, name: "a".to_owned(), size: 5, md5: None, key_flag: String::new() };
    let renew = |id, dead| {
        let renewed = remote.renew_link(&file(id), dead, &ctx).now_or_never().unwrap();
        (renewed.map(|link| link.map(|link| link.url)), platform.take_asked())
    };
    let is_new = Ok(Some(new.to_owned()));
    assert_eq!(renew(7, dead), (is_new.clone(), vec!["link 7".to_owned()]));
    assert_eq!(renew(7, dead), (is_new, Vec::new()), "another visitor comes late");
    assert_eq!(renew(8, dead), (Err(Error::Unavailable), vec!["link 8".to_owned()]));
}

#[test]
fn a_kind_of_refusal_is_reported_once_a_minute() {
    let site = site();
    let remote = site.remote(DRIVE).unwrap();
    let platform = FakePlatform::default();
    let reports = |id, kind: UpstreamErrorKind, later| {
        let seed = RequestSeed::new(UnixSeconds(NOW.0 + later), [7; 16]);
        let ctx = RequestContext::new(&platform, seed);
        remote.note_refusal(id, &kind.into(), &ctx).now_or_never().unwrap();
        platform.take_asked().len()
    };
    let (locked, rejected) = (UpstreamErrorKind::CityLocked, UpstreamErrorKind::LinkRejected);
    let cases = [(1, locked, 0, 1), (2, locked, 0, 0), (3, rejected, 1, 1), (4, locked, 59, 0)];
    for (id, kind, later, count) in cases {
        assert_eq!(reports(id, kind, later), count, "{id}");
    }
    assert_eq!(reports(5, locked, 60), 1);
    assert!(remote.cache().failure(FailureKey::Bytes(2), NOW).is_some(), "remembered all the same");
}

#[test]
fn what_was_loaded_for_a_request_is_not_asked_for_again_by_it() {
    let site = site();
    let remote = site.remote(DRIVE).unwrap();
    let listing = encode(vec![entry(1, "a", false)], 0, Extent::Whole, UnixSeconds(NOW.0 - 301));
    let folders = [(0, Reply::Listing(listing))].into();
    let platform = FakePlatform { folders, ..FakePlatform::default() };
    let ctx = RequestContext::new(&platform, RequestSeed::new(NOW, [7; 16]));
    let find = || {
        remote
            .find(["a"].into_iter(), ShownListing::None, &ctx)
            .now_or_never()
            .unwrap()
            .unwrap()
            .is_some()
    };
    assert!(find() && !platform.take_asked().is_empty());
    // As if another request's entries had evicted this one.
    remote.cache().forget_folder(0);
    assert!(find());
    assert_eq!(platform.take_asked(), [""; 0]);
}

#[test]
fn a_request_that_is_answered_late_makes_no_listing_older() {
    let site = site();
    let remote = site.remote(DRIVE).unwrap();
    cache(&site, 0, vec![entry(1, "a", false)], true, NOW);
    remote.cache().confirm(&ListingKey::Folder(0), None, UnixSeconds(NOW.0 - 20));
    let text = encode(vec![entry(1, "b", false)], 0, Extent::Whole, UnixSeconds(NOW.0 - 9));
    remote.cache().cache_if_newer(0, Listing::parse(text).unwrap(), UnixSeconds(NOW.0 - 9));
    assert_eq!(remote.cache().listing(&ListingKey::Folder(0)).unwrap().checked_at, NOW);
    assert_eq!(outcome(&site, "/a"), "a file");
}

#[test]
fn a_reply_about_a_folder_that_is_not_on_the_path_is_not_taken() {
    let site = site();
    let other = encode(vec![entry(1, "a", false)], 0, Extent::Whole, NOW);
    let platform =
        FakePlatform { stray: Some((9, Reply::Listing(other))), ..FakePlatform::default() };
    let (outcome, _) = outcome_and_commands(&site, "/a", &platform);
    assert_eq!(outcome, "Unavailable");
    assert!(site.remote(DRIVE).unwrap().cache().listing(&ListingKey::Folder(9)).is_none());
}

#[test]
fn made_up_names_take_little_memory_and_a_folder_that_is_gone_takes_its_entries_along() {
    let site = site();
    let memory = site.remote(DRIVE).unwrap().cache();
    let listing = |name: &str| {
        let text = encode(vec![entry(1, name, false)], 0, Extent::Whole, NOW);
        Listing::parse(text).unwrap()
    };
    let key = |folder, name: &str| ListingKey::Entry(folder, name.to_owned());
    memory.cache_if_newer(3, listing("whole"), NOW);
    for number in 0..3_000 {
        let name = number.to_string();
        memory.cache_if_newer(key(3 + number % 2, &name), listing(&name), NOW);
    }
    let kept = (0..3_000).filter(|n| memory.listing(&key(3 + n % 2, &n.to_string())).is_some());
    assert_eq!(kept.count(), 2_000);
    assert!(memory.listing(&ListingKey::Folder(3)).is_some(), "listings have room of their own");
    memory.forget_folder(3);
    assert!(memory.listing(&ListingKey::Folder(3)).is_none());
    assert!(memory.listing(&key(3, "2998")).is_none());
    assert!(memory.listing(&key(4, "2999")).is_some());
}
