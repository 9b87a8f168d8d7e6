//! Paths: folders that are found one in the other, in one reply.

use signpost::account::command::{AccountRequest, PathCommand, Reply};
use signpost::error::upstream::UpstreamErrorKind;
use signpost::sources::listing::Listing;
use signpost::sources::shown_listing::ShownListing;

use super::{Command, inject, request};
use crate::support::account::World;
use crate::support::mounts::personal;
use crate::support::vendor::Vendor;
use crate::support::vendor::failures::InjectedFailure;

const NAMES: [&str; 4] = ["一", "b c", "d", "film.mkv"];

/// A drive with three folders, one in the other, and a file in the last; the numbers of the folders on
/// the way, the root's first.
fn nested(world: &World) -> Vec<u64> {
    world.vendor(|vendor| {
        let mut folders = vec![0];
        for name in &NAMES[..3] {
            folders.push(vendor.drive.add_folder(*folders.last().unwrap(), name));
        }
        vendor.drive.add_file(*folders.last().unwrap(), NAMES[3], 9);
        folders
    })
}

fn path(folder: u64, names: &[&str], known: Vec<(u64, String)>) -> AccountRequest {
    shown(folder, names, ShownListing::Folder, known)
}

fn shown(
    folder: u64,
    names: &[&str],
    shown: ShownListing,
    known: Vec<(u64, String)>,
) -> AccountRequest {
    let names = names.iter().map(|name| (*name).to_owned()).collect();
    request("personal", Command::Path(PathCommand { folder, names, shown, known, outdated: None }))
}

#[track_caller]
fn replies(reply: Reply) -> Vec<(u64, Reply)> {
    match reply {
        Reply::Path(replies) => replies,
        other => panic!("{other:?}"),
    }
}

/// The folders of a reply, each with its digest.
fn digests(replies: &[(u64, Reply)]) -> Vec<(u64, String)> {
    let digest = |reply: &Reply| match reply {
        Reply::Listing(text) | Reply::Excerpt(text) => {
            Listing::parse(text.clone()).unwrap().digest().to_owned()
        }
        other => panic!("{other:?}"),
    };
    replies.iter().map(|(folder, reply)| (*folder, digest(reply))).collect()
}

#[test]
fn a_path_brings_its_entries_and_each_folder_is_listed_once() {
    let world = World::sample();
    let folders = nested(&world);
    let client = world.client(&[personal()]);
    let got = replies(world.answer(&client, path(0, &NAMES, Vec::new())));
    let known = digests(&got);
    assert_eq!(known.iter().map(|(folder, _)| *folder).collect::<Vec<_>>(), folders);
    assert_eq!(world.calls("web.list"), 4);
    for ((_, reply), name) in got.iter().zip(NAMES) {
        let Reply::Excerpt(text) = reply else { panic!("{got:?}") };
        let excerpt = Listing::parse(text.clone()).unwrap();
        assert!(excerpt.len() == 1 && excerpt.find(name).is_some(), "{name}");
    }
    // What has just been written is not read back, and what the asker has is not sent again.
    let reads = world.reads();
    let again = replies(world.answer(&client, path(0, &NAMES, Vec::new())));
    assert_eq!(digests(&again), known);
    let same = replies(world.answer(&client, path(0, &NAMES, known)));
    assert!(same.len() == 4 && same.iter().all(|(_, reply)| matches!(reply, Reply::Same(_))));
    assert_eq!((world.calls("web.list"), world.reads()), (4, reads));
    // A restart has it all from the storage.
    let client = world.client(&[personal()]);
    let again = replies(world.answer(&client, path(folders[1], &NAMES[1..], Vec::new())));
    assert_eq!(again.len(), 3);
    assert_eq!(world.calls("web.list"), 4);
    world.finish();
}

#[test]
fn a_path_ends_where_it_leads_nowhere() {
    let world = World::sample();
    let folders = nested(&world);
    let client = world.client(&[personal()]);
    for (names, listed) in [
        (&["nothing", "x"][..], 1),
        (&["一", "nothing"], 2),
        (&["一", "b c", "d", "film.mkv", "x"], 4),
        (&["一", "b c"], 3),
        (&[], 1),
    ] {
        let got = replies(world.answer(&client, path(0, names, Vec::new())));
        let got = digests(&got).into_iter().map(|(folder, _)| folder).collect::<Vec<_>>();
        assert_eq!(got, folders[..listed], "{names:?}");
    }
    world.finish();
}

#[test]
fn a_listing_comes_only_where_it_is_shown() {
    let world = World::sample();
    let folders = nested(&world);
    let client = world.client(&[personal()]);
    let lists = |names: &[&str], what: ShownListing| {
        let got = replies(world.answer(&client, shown(0, names, what, Vec::new())));
        let is_listing = |(_, reply): &(u64, Reply)| matches!(reply, Reply::Listing(_));
        (got.len(), got.iter().filter(|reply| is_listing(reply)).map(|(id, _)| *id).collect())
    };
    let none = Vec::<u64>::new;
    for (names, what, listed, with_listing) in [
        (&NAMES[..], ShownListing::None, 4, none()),
        (&NAMES, ShownListing::Folder, 4, none()),
        (&NAMES, ShownListing::Parent, 4, vec![folders[3]]),
        (&NAMES[..3], ShownListing::None, 3, none()),
        (&NAMES[..3], ShownListing::Parent, 3, none()),
        (&NAMES[..3], ShownListing::Folder, 4, vec![folders[3]]),
        (&["nothing"], ShownListing::Parent, 1, none()),
        (&[], ShownListing::Folder, 1, vec![0]),
    ] {
        assert_eq!(lists(names, what), (listed, with_listing), "{names:?} {what:?}");
    }
    world.finish();
}

#[test]
fn a_folder_that_fails_ends_the_path_and_leaves_those_before_it() {
    let world = World::sample();
    let folders = nested(&world);
    let client = world.client(&[personal()]);
    let fails = InjectedFailure {
        at: "web.list".to_owned(),
        after: 2,
        html: true,
        ..InjectedFailure::default()
    };
    inject(&world, fails);
    let got = replies(world.answer(&client, path(0, &NAMES, Vec::new())));
    assert_eq!(got.iter().map(|(folder, _)| *folder).collect::<Vec<_>>(), folders[..3]);
    assert!(got[..2].iter().all(|(_, reply)| matches!(reply, Reply::Excerpt(_))));
    assert_eq!(got[2].1, Reply::Failed(UpstreamErrorKind::HostChanged.into()));
    world.vendor(Vendor::clear_failures);
    world.finish();
}

#[test]
fn a_folder_that_is_in_itself_is_sent_once() {
    let world = World::sample();
    let folders = nested(&world);
    world.vendor(|vendor| vendor.drive.list_in(folders[2], folders[2]));
    let client = world.client(&[personal()]);
    let names = ["b c"; 40];
    let got = replies(world.answer(&client, path(folders[2], &names, Vec::new())));
    assert_eq!(got.iter().map(|(folder, _)| *folder).collect::<Vec<_>>(), [folders[2]]);
}

#[test]
fn a_path_takes_no_longer_than_a_folder() {
    let world = World::sample();
    nested(&world);
    let client = world.client(&[personal()]);
    let hangs = InjectedFailure {
        at: "web.list".to_owned(),
        after: 1,
        timeout: true,
        ..InjectedFailure::default()
    };
    inject(&world, hangs);
    let (reply, took) = world.answers(&client, vec![path(0, &NAMES, Vec::new())]).remove(0);
    let got = replies(reply);
    assert!(took <= 20_000, "{took} ms");
    assert!(matches!(got[..], [(0, Reply::Excerpt(_)), (_, Reply::Failed(_))]), "{got:?}");
    world.vendor(Vendor::clear_failures);
    world.finish();
}

#[test]
fn a_folder_for_which_no_time_was_left_is_not_reported_as_failed() {
    let world = World::sample();
    nested(&world);
    let client = world.client(&[personal()]);
    let hangs = |after, times| InjectedFailure {
        at: "web.list".to_owned(),
        after,
        times,
        timeout: true,
        ..InjectedFailure::default()
    };
    inject(&world, hangs(0, Some(1)));
    inject(&world, hangs(1, None));
    let (reply, took) = world.answers(&client, vec![path(0, &NAMES, Vec::new())]).remove(0);
    assert!(took <= 20_000, "{took} ms");
    let got = replies(reply);
    assert!(matches!(got[..], [(0, Reply::Excerpt(_))]), "the rest is asked for alone: {got:?}");
    world.vendor(Vendor::clear_failures);
    world.finish();
}

#[test]
fn a_listing_with_an_entry_that_is_gone_is_read_again_once_in_a_while() {
    let world = World::sample();
    let id = world.vendor(|vendor| vendor.drive.add_file(0, "a.txt", 9));
    let client = world.client(&[personal()]);
    let find = |outdated| {
        let names = vec!["a.txt".to_owned()];
        let (shown, known) = (ShownListing::None, Vec::new());
        let path = PathCommand { folder: 0, names, shown, known, outdated };
        let got = replies(world.answer(&client, request("personal", Command::Path(path))));
        let (_, Reply::Excerpt(text)) = got.into_iter().next().unwrap() else { panic!() };
        let listing = Listing::parse(text).unwrap();
        (listing.find("a.txt").unwrap().id, listing.read_at())
    };
    let (first, read_at) = find(None);
    assert_eq!((first, world.calls("web.list")), (id, 1));
    let new = world.vendor(|vendor| {
        vendor.drive.remove(id);
        vendor.drive.add_file(0, "a.txt", 8)
    });
    world.pass(5_000);
    assert_eq!(find(Some(read_at)).0, id, "it was read a moment ago");
    world.pass(6_000);
    assert_eq!(find(None).0, id, "it is fresh to anybody else");
    let (found, read_again) = find(Some(read_at));
    assert_eq!((found, world.calls("web.list")), (new, 2));
    assert!(read_again > read_at);
    for _ in 0..5 {
        world.pass(11_000);
        assert_eq!(find(Some(read_at)).0, new, "of many isolates that have the old one, the first");
    }
    assert_eq!(world.calls("web.list"), 2);
    world.finish();
}
