//! Listings: what is given, how old it is, and what the vendor was asked for it.

use std::rc::Rc;

use signpost::account::client::AccountClient;
use signpost::account::command::{AccountRequest, Reply};
use signpost::error::upstream::UpstreamErrorKind;
use signpost::sources::listing::{Item, Listing};

use super::{ReplyExt, folder, forced, inject, list, list_with};
use crate::support::account::{ORIGIN, World};
use crate::support::mounts::{client, open_with, personal, share};
use crate::support::vendor::Vendor;
use crate::support::vendor::drive::Drive;
use crate::support::vendor::failures::InjectedFailure;
use crate::support::vendor::quirks::Expired;
use crate::support::vendor::sample::BIG;

fn hanging() -> InjectedFailure {
    InjectedFailure { at: "web.list".to_owned(), timeout: true, ..InjectedFailure::default() }
}

#[test]
fn ten_thousand_children_come_over_several_requests_and_none_is_lost() {
    for (mount, is_restarted) in [("personal", false), ("personal", true), ("open", true)] {
        let world = World::sample();
        let mounts = [personal(), open_with(client(), None)];
        let mut client = world.client(&mounts);
        let big = folder(&world, "/big");
        let (mut before, mut requests) = (0, 0);
        loop {
            let calls = world.calls("all");
            let (reply, took) = world.answers(&client, vec![list(mount, big)]).remove(0);
            let listing = reply.listing();
            requests += 1;
            assert!(took <= 20_000, "{took} ms");
            assert!(listing.len() >= before, "{before} → {}", listing.len());
            before = listing.len();
            if listing.is_whole() {
                break;
            }
            assert!(requests < 20);
            if is_restarted && requests == 2 {
                world.pass(9_000);
                client = world.client(&mounts);
            } else {
                world.run_until_idle();
            }
            assert!(world.calls("all") - calls <= 42, "{} calls", world.calls("all") - calls);
        }
        assert_eq!(before as u64, BIG, "{mount}");
        assert!(requests >= 3, "{requests} requests");
        assert!(world.calls("all") <= 101 + 1 + 10, "{} calls", world.calls("all"));
        assert!(world.stored().keys().all(|key| !key.starts_with("pages.")));
        world.finish();
    }
}

#[test]
fn a_listing_is_as_old_as_its_first_page() {
    let world = World::sample();
    let client = world.client(&[personal()]);
    let big = folder(&world, "/big");
    let begun = world.now_ms() / 1_000;
    loop {
        let listing = world.answer(&client, list("personal", big)).listing();
        assert_eq!(listing.read_at().0, begun);
        if listing.is_whole() {
            break;
        }
        world.run_until_idle();
        world.pass(200_000);
    }
    // Pages that are too old are not gone on with, whatever is stored of them.
    let other = folder(&world, "/many");
    let moody = InjectedFailure {
        at: "web.list".to_owned(),
        after: 2,
        status: Some(503),
        ..InjectedFailure::default()
    };
    inject(&world, moody);
    world.answer(&client, list("personal", other)).listing();
    world.run_until_idle();
    world.vendor(Vendor::clear_failures);
    world.pass(901_000);
    let client = world.client(&[personal()]);
    let now = world.now_ms() / 1_000;
    let listing = world.answer(&client, list("personal", other)).listing();
    assert_eq!((listing.is_whole(), listing.read_at().0), (true, now));
    assert!(!world.stored().contains_key(&format!("pages.v1/personal/{other}")));
    world.finish();
}

#[test]
fn a_listing_that_got_nowhere_at_first_is_as_old_as_the_page_that_came() {
    let world = World::sample();
    let client = world.client(&[personal()]);
    inject(
        &world,
        InjectedFailure { at: "web.list".to_owned(), html: true, ..InjectedFailure::default() },
    );
    assert_eq!(
        world.answer(&client, list("personal", 0)).failed().kind,
        UpstreamErrorKind::HostChanged
    );
    world.vendor(Vendor::clear_failures);
    world.pass(600_000);
    let listing = world.answer(&client, list("personal", 0)).listing();
    assert_eq!(listing.read_at().0, world.now_ms() / 1_000);
    world.finish();
}

#[test]
fn a_forced_listing_holds_nothing_read_before_the_request() {
    let world = World::sample();
    let mut client = world.client(&[personal()]);
    let big = folder(&world, "/big");
    let read = |client: &Rc<AccountClient<World>>, ask: &dyn Fn() -> AccountRequest| {
        let listing = world.answer(client, ask()).listing();
        world.run_until_idle();
        listing
    };
    assert!(!read(&client, &|| list("personal", big)).is_whole());
    world.pass(60_000);
    world.vendor(|vendor| vendor.drive.add_file(big, "new.txt", 9));
    let begun = world.now_ms() / 1_000;
    let calls = world.calls("web.list");
    for round in 0.. {
        let ask = || if round % 2 == 0 { forced("personal", big) } else { list("personal", big) };
        let listing = read(&client, &ask);
        assert!(listing.read_at().0 >= begun);
        if listing.is_whole() {
            assert!(listing.find("new.txt").is_some());
            break;
        }
        client = world.client(&[personal()]);
    }
    // Once for the owner, however often that was asked.
    let made = world.calls("web.list") - calls;
    assert!(made <= 102 + 4, "{made} calls");
    world.finish();
}

#[test]
fn what_is_stale_is_given_at_once_while_the_vendor_hangs() {
    let world = World::sample();
    let mut client = world.client(&[personal()]);
    let listing = world.answer(&client, list("personal", 0)).listing();
    inject(&world, hanging());
    for round in 0..60 {
        world.pass(400_000);
        if round % 20 == 10 {
            client = world.client(&[personal()]);
        }
        let requests = (0..50).map(|_| list("personal", 0)).collect();
        for (reply, took) in world.answers(&client, requests) {
            let given = reply.listing();
            assert_eq!((given.digest(), given.read_at()), (listing.digest(), listing.read_at()));
            assert_eq!(took, 0);
        }
    }
    assert!(world.calls("web.list") <= 1 + 60 * 4, "{}", world.calls("web.list"));
    world.vendor(Vendor::clear_failures);
    world.pass(40_000);
    world.answer(&client, list("personal", 0)).listing();
    world.pass(20_000);
    let given = world.answer(&client, list("personal", 0)).listing();
    assert!(given.read_at() > listing.read_at());
    world.finish();
}

#[test]
fn a_change_is_seen_after_a_refresh() {
    let world = World::sample();
    let client = world.client(&[personal()]);
    let old = world.answer(&client, list("personal", 0)).listing();
    world.vendor(|vendor| vendor.drive.add_file(0, "new.txt", 9));
    let same = world.answer(&client, list_with("personal", 0, Some(old.digest())));
    assert_eq!(same, Reply::Same(old.read_at()));
    world.pass(301_000);
    let stale = world.answer(&client, list_with("personal", 0, Some(old.digest())));
    assert_eq!(stale, Reply::Same(old.read_at()), "it is asked for meanwhile");
    world.run_until_idle();
    let new = world.answer(&client, list_with("personal", 0, Some(old.digest()))).listing();
    assert!(new.find("new.txt").is_some() && old.find("new.txt").is_none());
    assert_eq!(world.calls("web.list"), 2);
    world.finish();
}

#[test]
fn what_did_not_change_costs_a_small_note() {
    let world = World::sample();
    let mut client = world.client(&[personal()]);
    let old = world.answer(&client, list("personal", 0)).listing();
    let text = world.stored().get("listing.v1/personal/0").unwrap().clone();
    world.pass(301_000);
    let writes = world.writes();
    world.answer(&client, list("personal", 0)).listing();
    world.run_until_idle();
    assert_eq!(world.stored().get("listing.v1/personal/0"), Some(&text));
    // It is published at the second ask besides, with its two notes.
    assert!(world.writes() - writes <= 3, "{}", world.writes() - writes);
    for _ in 0..2 {
        let reply = world.answer(&client, list_with("personal", 0, Some(old.digest())));
        let Reply::Same(read_at) = reply else { panic!("{reply:?}") };
        assert!(read_at.0 >= old.read_at().0 + 300);
        client = world.client(&[personal()]);
    }
    world.finish();
}

#[test]
fn a_failure_is_the_reply_to_all_requests_in_the_next_moments() {
    let world = World::sample();
    let client = world.client(&[personal()]);
    let big_id = 999_999;
    for _ in 0..20 {
        for (reply, _) in world.answers(&client, vec![list("personal", big_id); 20]) {
            assert_eq!(reply.failed().kind, UpstreamErrorKind::NotFound);
        }
        world.pass(2_900);
    }
    assert_eq!(world.calls("web.list"), 1);
    let html =
        InjectedFailure { at: "web.list".to_owned(), html: true, ..InjectedFailure::default() };
    inject(&world, html);
    for _ in 0..10 {
        let failed = world.answer(&client, list("personal", 0)).failed();
        assert_eq!(failed.kind, UpstreamErrorKind::HostChanged);
        world.pass(900);
    }
    assert_eq!(world.calls("web.list"), 2);
    world.finish();
}

#[test]
fn a_first_listing_is_waited_for_no_longer_than_is_bearable() {
    let world = World::sample();
    let client = world.client(&[personal()]);
    inject(&world, hanging());
    for (reply, took) in world.answers(&client, vec![list("personal", 0); 50]) {
        assert_eq!(reply.failed().kind, UpstreamErrorKind::TimedOut);
        assert!(took <= 20_000, "{took} ms");
    }
    world.run_until_idle();
    assert!(world.calls("web.list") <= 4);
    world.vendor(Vendor::clear_failures);
    world.pass(10_000);
    world.answer(&client, list("personal", 0)).listing();
    world.finish();
}

#[test]
fn its_owner_gets_the_newest_or_why_not() {
    let world = World::sample();
    let client = world.client(&[personal()]);
    world.answer(&client, list("personal", 0)).listing();
    world.vendor(|vendor| vendor.drive.add_file(0, "new.txt", 9));
    let new = world.answer(&client, forced("personal", 0)).listing();
    assert!(new.find("new.txt").is_some());
    let html =
        InjectedFailure { at: "web.list".to_owned(), html: true, ..InjectedFailure::default() };
    inject(&world, html);
    let failed = world.answer(&client, forced("personal", 0)).failed();
    assert_eq!(failed.kind, UpstreamErrorKind::HostChanged);
    world.answer(&client, list("personal", 0)).listing();
    world.finish();
}

#[test]
fn a_share_that_is_gone_is_gone() {
    let world = World::sample();
    let mut client = world.client(&[share(None)]);
    for _ in 0..2 {
        world.answer(&client, list("share", 0)).listing();
    }
    world.run_until_idle();
    assert_eq!(world.published_count(), 1);
    world.vendor(|vendor| vendor.quirks.share_expired = Expired::Code);
    world.pass(400_000);
    world.answer(&client, list("share", 0)).listing();
    world.run_until_idle();
    for _ in 0..2 {
        assert_eq!(
            world.answer(&client, list("share", 0)).failed().kind,
            UpstreamErrorKind::ShareGone
        );
        client = world.client(&[share(None)]);
    }
    assert!(
        world
            .stored()
            .keys()
            .all(|key| !key.starts_with("listing.") && !key.starts_with("published."))
    );
    let last = world.published().pop().unwrap();
    assert_eq!((last.text.as_str(), last.seconds), ("", 60));
    world.finish();
}

#[test]
fn a_folder_that_fails_midway_shows_what_came() {
    let world = World::sample();
    let client = world.client(&[personal()]);
    let many = folder(&world, "/many");
    let moody = InjectedFailure {
        at: "web.list".to_owned(),
        after: 2,
        status: Some(503),
        ..InjectedFailure::default()
    };
    inject(&world, moody);
    let part = world.answer(&client, list("personal", many)).listing();
    assert_eq!((part.is_whole(), part.len()), (false, 200));
    world.run_until_idle();
    world.vendor(Vendor::clear_failures);
    world.pass(10_000);
    let whole = world.answer(&client, list("personal", many)).listing();
    assert_eq!((whole.is_whole(), whole.len()), (true, 350));
    // What came may have been all of it, and is still no whole.
    let empty_page = InjectedFailure {
        at: "web.list".to_owned(),
        after: 1,
        status: Some(503),
        ..InjectedFailure::default()
    };
    inject(&world, empty_page);
    world.vendor(|vendor| vendor.quirks.next_kept = true);
    let deep = folder(&world, "/deep");
    let part = world.answer(&client, list("personal", deep)).listing();
    world.run_until_idle();
    world.vendor(Vendor::clear_failures);
    world.pass(10_000);
    let whole = world.answer(&client, list_with("personal", deep, Some(part.digest()))).listing();
    assert_eq!((part.is_whole(), whole.is_whole()), (false, true));
    assert_eq!(items(&part), items(&whole));
    world.finish();
}

#[test]
fn the_older_of_two_with_one_name_has_it_in_a_part_too() {
    let mut drive = Drive::default();
    let shared = drive.add_folder(0, "shared");
    let first = drive.add_file(shared, "same.txt", 1);
    for number in 0..220 {
        drive.add_file(shared, &format!("{number}.txt"), 1);
    }
    drive.add_file(shared, "same.txt", 2);
    let world = World::new(Vendor::with(ORIGIN, drive));
    for (mount, at) in [(personal(), "web.list"), (share(None), "share.get")] {
        let name = mount.settings.digest.clone();
        let client = world.client(&[mount]);
        inject(
            &world,
            InjectedFailure {
                at: at.to_owned(),
                after: 2,
                status: Some(503),
                ..InjectedFailure::default()
            },
        );
        let part = world.answer(&client, list(&name, shared)).listing();
        world.run_until_idle();
        world.vendor(Vendor::clear_failures);
        world.pass(70_000);
        let whole = world.answer(&client, list(&name, shared)).listing();
        assert_eq!((part.len(), whole.len()), (200, 222));
        for listing in [part, whole] {
            assert_eq!(listing.find("same.txt").unwrap().id, first);
        }
    }
    world.finish();
}

#[test]
fn what_is_not_as_much_as_was_said_is_doubtful() {
    let world = World::sample();
    world.vendor(|vendor| vendor.quirks.total_wrong = 3);
    let client = world.client(&[personal()]);
    let many = folder(&world, "/many");
    let doubtful = world.answer(&client, list("personal", many)).listing();
    assert!(doubtful.is_whole() && doubtful.has_count_mismatch());
    let line = "MOUNTS[personal]: a folder has not as many rows as stated";
    assert_eq!(world.logged(), [line]);
    world.vendor(|vendor| vendor.quirks.total_wrong = 0);
    let sure = world.answer(&client, forced("personal", many)).listing();
    assert!(sure.is_whole() && !sure.has_count_mismatch());
    assert!(items(&doubtful) == items(&sure));
    world.finish();
}

#[test]
fn an_account_object_that_is_ended_at_any_moment_goes_on_from_there() {
    let mut worst = 0;
    for steps in (0..60).step_by(2) {
        let world = World::sample();
        let mounts = [personal()];
        let many = folder(&world, "/many");
        let requests = vec![list("personal", many), list("personal", 0), list("personal", many)];
        world.begin(&world.client(&mounts), requests.clone(), steps);
        let client = world.client(&mounts);
        let sizes =
            world.answers(&client, requests).into_iter().map(|(reply, _)| reply.listing().len());
        let sizes = sizes.collect::<Vec<_>>();
        assert_eq!((sizes[0], sizes[2]), (350, 350), "ended after {steps} steps");
        // At worst the vendor's answers were on their way.
        assert!(world.calls("login") <= 2 && world.calls("web.list") <= 10);
        worst = worst.max(world.calls("web.list"));
        world.finish();
    }
    assert!(worst > 5, "it was ended while it listed");
}

/// The entries of a listing, whole.
fn items(listing: &Listing) -> Vec<Item<'_>> {
    listing.in_order().map(|line| line.item().unwrap()).collect()
}
