//! The circuit breaker: which calls are not repeated, and what closes it.

use serde_json::json;
use signpost::account::command::Reply;
use signpost::error::upstream::UpstreamErrorKind;
use signpost::sources::personal::Personal;
use signpost::sources::web_api::WebCredentials;
use signpost::sources::{RemoteMountConfig, SourceKind};

use super::{ReplyExt, file, forced, inject, link, list, status};
use crate::support::account::World;
use crate::support::mounts::{account, mount, password, personal, share};
use crate::support::vendor::Vendor;
use crate::support::vendor::accounts::PASSWORD;
use crate::support::vendor::failures::InjectedFailure;
use crate::support::vendor::quirks::{Expired, Refusal, SignIn};

#[test]
fn a_series_of_refusals_opens_the_breaker_and_the_site_recovers() {
    let world = World::sample();
    let client = world.client(&[personal()]);
    let storm = InjectedFailure {
        at: "web.list".to_owned(),
        code: Some(json!(401)),
        ..InjectedFailure::default()
    };
    inject(&world, storm);
    for _ in 0..40 {
        let requests = (0..50).map(|_| list("personal", 0)).collect();
        for (reply, took) in world.answers(&client, requests) {
            assert_eq!(reply.failed().kind, UpstreamErrorKind::Auth);
            assert!(took <= 20_000);
        }
        world.pass(14_000);
    }
    assert_eq!(world.calls("login"), 3);
    assert!(world.calls("web.list") <= 4, "{}", world.calls("web.list"));
    let stopped = world.answer(&client, status("personal")).status();
    assert_eq!(stopped.stopped.unwrap().kind, UpstreamErrorKind::Auth);
    assert!(stopped.until.unwrap().0 > world.now_ms() / 1_000);
    // A day of it, over restarts.
    for hour in 0..24 {
        let client = world.client(&[personal()]);
        for _ in 0..60 {
            world.pass(60_000);
            world.answer(&client, list("personal", hour % 2)).failed();
        }
    }
    let sign_ins = world.calls("login");
    assert!((4..=20).contains(&sign_ins), "{sign_ins} sign-ins in a day");
    world.vendor(Vendor::clear_failures);
    let client = world.client(&[personal()]);
    world.pass(6 * 3_600_000);
    world.answer(&client, list("personal", 0)).listing();
    assert_eq!(world.answer(&client, status("personal")).status().stopped, None);
    world.finish();
}

#[test]
fn a_human_is_waited_for_and_a_restart_changes_nothing() {
    for sign_in in [SignIn::Risk7012, SignIn::RiskWord] {
        let world = World::sample();
        world.vendor(|vendor| vendor.quirks.sign_in = sign_in);
        for _ in 0..5 {
            let client = world.client(&[personal()]);
            for _ in 0..5 {
                let failed = world.answer(&client, list("personal", 0)).failed();
                assert_eq!((failed.kind, failed.retry_after), (UpstreamErrorKind::NeedHuman, None));
                world.pass(7_200_000);
            }
            let status = world.answer(&client, status("personal")).status();
            assert_eq!(
                (status.stopped.unwrap().kind, status.until),
                (UpstreamErrorKind::NeedHuman, None)
            );
        }
        assert_eq!((world.calls("login"), world.calls("web.list")), (1, 0));
        world.finish();
        // Its owner has been at the web page, and requests for one more try.
        world.vendor(|vendor| vendor.quirks.sign_in = SignIn::Fair);
        let client = world.client(&[personal()]);
        world.answer(&client, list("personal", 0)).failed();
        world.answer(&client, forced("personal", 0)).listing();
        assert_eq!(world.calls("login"), 2);
        let client = world.client(&[personal()]);
        assert_eq!(world.answer(&client, status("personal")).status().stopped, None);
        world.finish();
    }
}

#[test]
fn a_forced_try_is_one_try() {
    let world = World::sample();
    world.vendor(|vendor| vendor.quirks.sign_in = SignIn::TooManyTokens);
    let client = world.client(&[personal()]);
    world.answer(&client, list("personal", 0)).failed();
    let failed = world.answer(&client, forced("personal", 0)).failed();
    assert_eq!(failed.kind, UpstreamErrorKind::TooManyTokens);
    world.answer(&client, list("personal", 1)).failed();
    assert_eq!(world.calls("login"), 2);
}

#[test]
fn the_account_of_a_share_is_tried_once_more_after_a_refresh() {
    let world = World::sample();
    world.vendor(|vendor| vendor.quirks.sign_in = SignIn::Risk7012);
    let readme = file(&world, "/shared/readme.txt");
    let mounts = [share(Some(account(password(PASSWORD))))];
    let client = world.client(&mounts);
    let ask = || link("share", &readme, None);
    for round in 1..=2 {
        for _ in 0..3 {
            let failed = world.answer(&client, ask()).failed();
            assert_eq!(failed.kind, UpstreamErrorKind::NeedHuman);
            world.pass(100_000);
        }
        assert_eq!(world.calls("login"), round);
        world.answer(&client, forced("share", 0)).listing();
    }
    world.vendor(|vendor| vendor.quirks.sign_in = SignIn::Fair);
    let client = world.client(&mounts);
    world.answer(&client, ask()).link();
    assert_eq!(world.answer(&client, status("share")).status().stopped, None);
}

#[test]
fn new_credentials_begin_anew() {
    let world = World::sample();
    let wrong = personal_with(password("wrong"));
    let client = world.client(&[wrong]);
    for _ in 0..3 {
        let failed = world.answer(&client, list("personal", 0)).failed();
        assert_eq!(failed.kind, UpstreamErrorKind::Credentials);
        world.pass(3_600_000);
    }
    assert_eq!(world.calls("login"), 1);
    let client = world.client(&[personal_with(password(PASSWORD))]);
    world.answer(&client, list("personal", 0)).listing();
    assert_eq!(world.calls("login"), 2);
    world.finish();
}

/// A mount of a personal drive with these credentials.
pub(super) fn personal_with(credentials: WebCredentials) -> RemoteMountConfig {
    mount("personal", SourceKind::Personal(Personal { account: account(credentials) }))
}

#[test]
fn a_ban_is_kept_for_an_hour() {
    let world = World::sample();
    world.vendor(|vendor| vendor.quirks.sign_in = SignIn::IpBan);
    let client = world.client(&[personal(), share(Some(account(password(PASSWORD))))]);
    for _ in 0..59 {
        let failed = world.answer(&client, list("personal", 0)).failed();
        assert_eq!(failed.kind, UpstreamErrorKind::Banned);
        world.pass(60_000);
    }
    assert_eq!(world.calls("login"), 1);
    world.answer(&client, list("share", 0)).listing();
    world.vendor(|vendor| vendor.quirks.sign_in = SignIn::Fair);
    world.pass(120_000);
    world.answer(&client, list("personal", 0)).listing();
    world.finish();
}

#[test]
fn a_human_and_a_served_region_are_waited_for_and_an_incomplete_request_is_not_repeated() {
    use UpstreamErrorKind::{InvalidRequest, NeedHuman, RegionBanned};
    for (refusal, kind, hours) in [
        (Refusal::Human, NeedHuman, None),
        (Refusal::Region, RegionBanned, Some(6)),
        (Refusal::Platform, InvalidRequest, Some(0)),
    ] {
        let world = World::sample();
        world.vendor(|vendor| vendor.quirks.refusal = refusal);
        let client = world.client(&[personal()]);
        assert_eq!(world.answer(&client, list("personal", 0)).failed().kind, kind);
        assert_eq!(world.calls("web.list"), 1, "{kind}: a call that fails again is not repeated");
        let reported = world.answer(&client, status("personal")).status();
        assert_eq!(reported.last.unwrap().0.kind, kind);
        assert_eq!(reported.stopped.is_some(), hours != Some(0), "{kind}");
        if hours != Some(0) {
            world.pass(5 * 3_600_000);
            world.answer(&client, list("personal", 1)).failed();
            assert_eq!(world.calls("web.list"), 1, "{kind}");
        }
        world.vendor(|vendor| vendor.quirks.refusal = Refusal::None);
        world.pass(3_600_000);
        let replied = world.answer(&client, list("personal", 0));
        assert_eq!(matches!(replied, Reply::Listing(_)), hours.is_some(), "{kind}");
        world.answer(&client, forced("personal", 0)).listing();
        world.finish();
    }
}

#[test]
fn a_download_that_wants_a_login_or_payment_is_reported_in_the_vendors_words() {
    let world = World::sample();
    world.vendor(|vendor| vendor.quirks.quota = 5112);
    let readme = file(&world, "/shared/readme.txt");
    let client = world.client(&[share(Some(account(password(PASSWORD))))]);
    let failed = world.answer(&client, link("share", &readme, None)).failed();
    assert_eq!((failed.kind, failed.code), (UpstreamErrorKind::Quota, Some(5112)));
    assert_eq!(failed.said.as_deref(), Some("您需要注册登录或付费后下载"));
    let reported = world.answer(&client, status("share")).status();
    assert_eq!(reported.last.unwrap().0, failed);
    world.finish();
}

#[test]
fn a_share_without_its_files_is_gone() {
    let world = World::sample();
    world.vendor(|vendor| vendor.quirks.share_expired = Expired::NoSource);
    let client = world.client(&[share(None)]);
    let failed = world.answer(&client, list("share", 0)).failed();
    assert_eq!((failed.kind, failed.code), (UpstreamErrorKind::ShareGone, Some(400)));
    world.finish();
}
