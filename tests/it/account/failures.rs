//! Failures of the vendor: replies come in time, stale ones where there are any, the number of calls is
//! limited, and afterwards everything works.

use serde_json::json;
use signpost::account::command::{AccountRequest, Reply};
use signpost::error::upstream::UpstreamErrorKind;
use signpost::secret::Secret;
use signpost::sources::SourceKind;
use signpost::sources::share::key;

use super::{ReplyExt, file, folder, forced, inject, link, list};
use crate::support::account::World;
use crate::support::mounts::{account, client, direct, open_with, password, personal, share};
use crate::support::vendor::Vendor;
use crate::support::vendor::accounts::PASSWORD;
use crate::support::vendor::drive::Drive;
use crate::support::vendor::failures::InjectedFailure;
use crate::support::vendor::quirks::Envelope;

const VISITORS: usize = 50;

fn failures() -> [(&'static str, InjectedFailure); 12] {
    let failure = || InjectedFailure { at: "all".to_owned(), ..InjectedFailure::default() };
    [
        ("slow", InjectedFailure { latency_ms: 5_000, ..failure() }),
        ("hanging", InjectedFailure { timeout: true, ..failure() }),
        ("reset", InjectedFailure { reset: true, ..failure() }),
        ("cut off", InjectedFailure { truncate: Some(30), ..failure() }),
        ("HTML", InjectedFailure { html: true, ..failure() }),
        ("moved", InjectedFailure { status: Some(301), ..failure() }),
        ("down", InjectedFailure { status: Some(503), ..failure() }),
        ("429", InjectedFailure { status: Some(429), ..failure() }),
        ("100011", InjectedFailure { code: Some(json!(100_011)), ..failure() }),
        ("text code", InjectedFailure { code: Some(json!("429")), ..failure() }),
        ("401", InjectedFailure { code: Some(json!(401)), ..failure() }),
        ("quota", InjectedFailure { code: Some(json!(5_113)), ..failure() }),
    ]
}

fn vendor() -> World {
    let mut drive = Drive::default();
    let shared = drive.add_folder(0, "shared");
    for parent in [0, shared] {
        for name in ["a", "b", "c"] {
            let folder = drive.add_folder(parent, name);
            drive.add_file(folder, "file.bin", 7);
        }
    }
    World::new(Vendor::with(crate::support::account::ORIGIN, drive))
}

/// The requests of many clients: for a folder that is cached, one that is not, and a file.
fn visits(world: &World) -> Vec<AccountRequest> {
    let mut requests = Vec::new();
    for (mount, root) in [("personal", ""), ("open", ""), ("share", "/shared")] {
        let path = |path: &str| format!("{root}{path}");
        for name in ["/a", "/b"] {
            requests.push(list(mount, folder(world, &path(name))));
        }
        requests.push(link(mount, &file(world, &path("/c/file.bin")), None));
    }
    requests
}

#[test]
fn every_injected_failure_is_survived_and_gone_afterwards() {
    for (name, what) in failures() {
        let world = vendor();
        let borrowed = account(password(PASSWORD));
        let mounts = [personal(), open_with(client(), None), share(Some(borrowed))];
        let client = world.client(&mounts);
        let requests = visits(&world);
        for cached in requests.iter().step_by(3) {
            world.answer(&client, cached.clone()).listing();
        }
        let calm = world.calls("all");
        world.pass(400_000);
        inject(&world, what);
        let begun = world.now_ms();
        for _ in 0..20 {
            let crowd = requests.iter().cycle().take(requests.len() * VISITORS).cloned().collect();
            for (index, (reply, took)) in world.answers(&client, crowd).into_iter().enumerate() {
                assert!(took <= 20_000, "{name}: {took} ms");
                let is_cached = index % 3 == 0;
                assert!(!is_cached || matches!(reply, Reply::Listing(_)), "{name}: {reply:?}");
            }
            world.pass(5_000);
        }
        world.run_until_idle();
        let calls = world.calls("all") - calm;
        let seconds = (world.now_ms() - begun) / 1_000;
        println!(
            "{name}: {calls} calls in {seconds} s for {} requests",
            requests.len() * VISITORS * 20
        );
        // Each thing is tried at most four times, or six on the open platform, and then not for ten
        // seconds.
        let most = (4 * 6 + 6 * 3) * (seconds / 10 + 1);
        assert!(calls <= most, "{name}: {calls} calls in {seconds} s");
        world.vendor(Vendor::clear_failures);
        world.pass(7 * 3_600_000);
        if name == "401" {
            // A sign-in that is refused is not tried again by itself: its owner has to say so.
            world.answer(&client, forced("personal", 0)).listing();
            world.answer(&client, forced("open", 0)).listing();
        }
        for ask in &requests {
            world.answer(&client, ask.clone());
        }
        world.run_until_idle();
        for ask in &requests {
            let reply = world.answer(&client, ask.clone());
            assert!(matches!(reply, Reply::Listing(_) | Reply::Link(_)), "{name}: {reply:?}");
        }
        world.finish();
    }
}

#[test]
fn a_text_in_place_of_the_data_is_no_success_of_any_call() {
    let world = vendor();
    let mounts = [personal(), open_with(client(), Some(direct(true))), share(None)];
    let client = world.client(&mounts);
    let ask = |mount| world.answer(&client, list(mount, 0));
    // Signed in, for the calls that come to fail.
    for mount in ["personal", "open", "share"] {
        ask(mount).listing();
    }
    world.pass(400_000);
    world.vendor(|vendor| vendor.quirks.envelope = Envelope::TextData);
    for (mount, path) in [("personal", "/a/file.bin"), ("open", "/a/file.bin")] {
        let failed = world.answer(&client, link(mount, &file(&world, path), None)).failed();
        assert_eq!(failed.kind, UpstreamErrorKind::Other, "{mount}");
    }
    for mount in ["personal", "open", "share"] {
        let failed = world.answer(&client, forced(mount, 0)).failed();
        assert_eq!(failed.kind, UpstreamErrorKind::Other, "{mount}");
    }
    world.finish();
}

#[test]
fn a_share_opens_with_a_code_beyond_ascii() {
    let world = vendor();
    world.vendor(|vendor| vendor.share.password = "点赞投币".to_owned());
    let text = "https://www.123pan.com/s/VN6A-qP163?pwd=%E7%82%B9%E8%B5%9E%E6%8A%95%E5%B8%81";
    let address = key::parse(text).unwrap();
    let mut mount = share(Some(account(password(PASSWORD))));
    let SourceKind::Share(of) = &mut mount.kind else { panic!("no share") };
    of.password = Secret::new(&address.password.unwrap());
    let client = world.client(&[mount]);
    world.answer(&client, list("share", 0)).listing();
    world.answer(&client, link("share", &file(&world, "/shared/c/file.bin"), None)).link();
    world.finish();
}
