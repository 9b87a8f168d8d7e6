//! The rate limiter and retries: what the vendor sees when it says that it is too much, or when it fails.

use serde_json::json;
use signpost::error::upstream::UpstreamErrorKind;
use signpost::time::ceil_seconds;

use super::{ReplyExt, file, folder, inject, link, list};
use crate::support::account::World;
use crate::support::mounts::{account, client, open_with, password, personal, share};
use crate::support::vendor::Vendor;
use crate::support::vendor::accounts::PASSWORD;
use crate::support::vendor::failures::InjectedFailure;

fn spaced(ms: u64) -> World {
    let world = World::sample();
    world.vendor(|vendor| vendor.quirks.spacing_ms = ms);
    world
}

#[test]
fn calls_of_one_endpoint_are_700_ms_apart_whatever_is_asked() {
    let world = spaced(700);
    let client = world.client(&[personal()]);
    let names = ["/many", "/empty", "/deep", "/dates", "/direct", "/states", "/shared", "/音乐"];
    let requests = names.map(|name| list("personal", folder(&world, name)));
    for (reply, took) in world.answers(&client, requests.to_vec()) {
        reply.listing();
        assert!(took <= 20_000);
    }
    world.finish();
}

#[test]
fn a_request_that_would_wait_too_long_gets_a_retry_after() {
    let world = spaced(700);
    let client = world.client(&[personal()]);
    world.answer(&client, list("personal", 0)).listing();
    let requests = (0..40).map(|index| list("personal", 500_000 + index)).collect();
    let replies = world.answers(&client, requests);
    let refused = replies.iter().filter(|(_, took)| *took == 0).count();
    assert!((20..=30).contains(&refused), "{refused} refused");
    for (reply, took) in replies {
        let failed = reply.failed();
        assert!(took <= 9_000, "{took} ms");
        if took == 0 {
            assert_eq!(failed.kind, UpstreamErrorKind::RateLimited);
            assert!((1..=9).contains(&ceil_seconds(failed.retry_after.unwrap())));
        }
    }
    world.finish();
}

#[test]
fn a_limit_is_met_with_pauses_that_double_for_everybody() {
    for code in [json!(100_011), json!("429")] {
        let world = spaced(700);
        let client = world.client(&[personal()]);
        world.answer(&client, list("personal", 0)).listing();
        let (begun, calls) = (world.now_ms(), world.calls("web.list"));
        let limited = InjectedFailure {
            at: "web.list".to_owned(),
            code: Some(code),
            ..InjectedFailure::default()
        };
        inject(&world, limited);
        let names = ["/many", "/empty", "/deep", "/dates"];
        let requests = names.map(|name| list("personal", folder(&world, name)));
        for (reply, took) in world.answers(&client, requests.to_vec()) {
            assert_eq!(reply.failed().kind, UpstreamErrorKind::RateLimited);
            assert!(took <= 20_000);
        }
        world.run_until_idle();
        // 1, 2, 4 and 8 seconds: all four folders together have no more than the pauses let through.
        let seconds = (world.now_ms() - begun) / 1_000;
        let made = world.calls("web.list") - calls;
        assert!(made <= 4 + 4, "{made} calls in {seconds} s");
        world.vendor(Vendor::clear_failures);
        world.pass(20_000);
        world.answer(&client, list("personal", folder(&world, "/many"))).listing();
        world.finish();
    }
}

#[test]
fn one_call_too_many_is_made_again_a_second_later() {
    let world = World::sample();
    let client = world.client(&[personal(), open_with(client(), None)]);
    world.answer(&client, list("personal", 0)).listing();
    world.answer(&client, list("open", 0)).listing();
    for (mount, at, most) in [("personal", "web.list", 2_400), ("open", "open.list", 1_400)] {
        let once = InjectedFailure {
            at: at.to_owned(),
            times: Some(1),
            code: Some(json!(429)),
            ..InjectedFailure::default()
        };
        inject(&world, once);
        let empty = folder(&world, "/empty");
        let (reply, took) = world.answers(&client, vec![list(mount, empty)]).remove(0);
        reply.listing();
        assert!((500..most).contains(&took), "{mount}: {took} ms");
    }
    world.finish();
}

#[test]
fn what_may_pass_is_tried_four_times_and_what_won_t_is_not() {
    for (failure, calls, kind) in [
        (
            InjectedFailure { status: Some(502), ..InjectedFailure::default() },
            4,
            UpstreamErrorKind::Server,
        ),
        (
            InjectedFailure { reset: true, ..InjectedFailure::default() },
            4,
            UpstreamErrorKind::Unreachable,
        ),
        (
            InjectedFailure { code: Some(json!(-1)), ..InjectedFailure::default() },
            4,
            UpstreamErrorKind::Server,
        ),
        (
            InjectedFailure { code: Some(json!(5113)), ..InjectedFailure::default() },
            1,
            UpstreamErrorKind::Quota,
        ),
        (
            InjectedFailure { code: Some(json!(7012)), ..InjectedFailure::default() },
            1,
            UpstreamErrorKind::NeedHuman,
        ),
        (
            InjectedFailure { html: true, ..InjectedFailure::default() },
            1,
            UpstreamErrorKind::HostChanged,
        ),
        (
            InjectedFailure { body: Some("{\"code\":0,".to_owned()), ..InjectedFailure::default() },
            1,
            UpstreamErrorKind::HostChanged,
        ),
        (
            InjectedFailure { status: Some(302), ..InjectedFailure::default() },
            1,
            UpstreamErrorKind::HostChanged,
        ),
    ] {
        let world = World::sample();
        let client = world.client(&[personal()]);
        inject(&world, InjectedFailure { at: "web.list".to_owned(), ..failure.clone() });
        for (reply, took) in world.answers(&client, vec![list("personal", 0); 50]) {
            assert_eq!(reply.failed().kind, kind, "{failure:?}");
            assert!(took <= 20_000);
        }
        world.run_until_idle();
        assert_eq!(world.calls("web.list"), calls, "{failure:?}");
        world.finish();
    }
}

#[test]
fn a_share_is_paused_for_a_minute_and_requests_fail_at_once() {
    for is_restarted in [false, true] {
        let world = World::sample();
        let mounts = [share(Some(account(password(PASSWORD))))];
        let mut client = world.client(&mounts);
        let limited = InjectedFailure {
            at: "share".to_owned(),
            code: Some(json!("429")),
            ..InjectedFailure::default()
        };
        inject(&world, limited);
        let shared = folder(&world, "/shared/many");
        let readme = file(&world, "/shared/readme.txt");
        let (mut calls, writes) = (Vec::new(), world.writes());
        for _ in 0..120 {
            let requests =
                vec![list("share", 0), list("share", shared), link("share", &readme, None)];
            for (reply, took) in world.answers(&client, requests) {
                let failed = reply.failed();
                assert_eq!(failed.kind, UpstreamErrorKind::RateLimited);
                assert!(took <= 2_000, "{took} ms");
            }
            calls.push(world.calls("share"));
            world.pass(5_000);
            if is_restarted {
                client = world.client(&mounts);
            }
        }
        // Ten minutes: at once, after 60, 120, 240 and 300 seconds.
        assert!(*calls.last().unwrap() <= 5 + 3, "{calls:?}");
        // And the token.
        assert!(world.writes() - writes <= 5 + 3 + 1, "{}", world.writes() - writes);
        world.vendor(Vendor::clear_failures);
        world.pass(400_000);
        world.answer(&client, list("share", 0)).listing();
        world.answer(&client, link("share", &readme, None)).link();
        assert_eq!(world.stored().get("pauses.v2").map(String::as_str), Some(""), "all is well");
        world.finish();
    }
}

#[test]
fn the_log_has_each_class_of_failure_once_a_minute_and_no_secret() {
    let world = World::sample();
    let client = world.client(&[personal()]);
    let limited = InjectedFailure {
        at: "web.list".to_owned(),
        code: Some(json!(5113)),
        message: "https://secret.test/FAKEsecret".to_owned(),
        ..InjectedFailure::default()
    };
    inject(&world, limited);
    for minute in 1..=5 {
        for folder in 0..4 {
            world.answer(&client, list("personal", folder)).failed();
        }
        world.pass(60_000);
        let line = "MOUNTS[personal]: List: quota (code 5113)";
        let lines = world.logged();
        assert!(lines.len() <= minute + 2 && lines.iter().all(|have| have == line), "{lines:?}");
    }
    world.finish();
}
