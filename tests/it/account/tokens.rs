//! Tokens: how few there are, and how little is lost of them.

use std::rc::Rc;

use serde_json::json;
use signpost::error::upstream::UpstreamErrorKind;
use signpost::secret::Secret;
use signpost::sources::SourceKind;
use signpost::sources::open::{OpenCredentials, RefreshClient};
use signpost::sources::personal::Personal;
use signpost::sources::web_api::WebCredentials;

use super::circuit_breaker::personal_with;
use super::{ReplyExt, file, folder, forced, inject, link, list, status};
use crate::support::account::{ORIGIN, PASTED, World};
use crate::support::mounts::{
    account, client, mount, open_with, password, personal, refresh, share,
};
use crate::support::vendor::Vendor;
use crate::support::vendor::accounts::{CLIENT_ID, CLIENT_SECRET, PASSWORD, REFRESH_TOKEN};
use crate::support::vendor::failures::InjectedFailure;
use crate::support::vendor::http::Request;

#[test]
fn a_hundred_first_visitors_cause_one_sign_in_and_one_listing_of_each_folder() {
    let world = World::sample();
    let client = world.client(&[personal()]);
    let many = folder(&world, "/many");
    let requests = (0..100).map(|index| list("personal", if index % 2 == 0 { 0 } else { many }));
    for (index, (reply, took)) in world.answers(&client, requests.collect()).into_iter().enumerate()
    {
        let listing = reply.listing();
        assert!(listing.is_whole() && took < 8_000, "{took} ms");
        assert_eq!(listing.len() > 300, index % 2 == 1);
    }
    assert_eq!((world.calls("login"), world.calls("web.list")), (1, 1 + 4));
    world.finish();
}

#[test]
fn an_abandoned_request_delays_no_other() {
    let world = World::sample();
    let client = world.client(&[personal()]);
    World::abandon(&client, list("personal", 0));
    assert!(world.answer(&client, list("personal", 0)).listing().is_whole());
    assert_eq!((world.calls("login"), world.calls("web.list")), (1, 1));
    world.finish();
}

#[test]
fn a_token_survives_a_restart() {
    let world = World::sample();
    let mounts = [personal(), open_with(client(), None)];
    for round in 0..5 {
        let client = world.client(&mounts);
        world.answer(&client, forced("personal", 0)).listing();
        world.answer(&client, forced("open", 0)).listing();
        assert!(world.answer(&client, status("personal")).status().signed_in);
        assert_eq!((world.calls("login"), world.calls("open.access_token")), (1, 1), "{round}");
    }
    world.finish();
}

#[test]
fn a_token_that_is_over_is_renewed_once_for_all_who_saw_it() {
    let world = World::sample();
    let client = world.client(&[personal()]);
    world.answer(&client, list("personal", 0)).listing();
    world.pass(3_600_000);
    world.vendor(Vendor::end_tokens);
    let names = ["/many", "/empty", "/deep", "/dates", "/direct", "/states"];
    let requests = names.map(|name| list("personal", folder(&world, name)));
    for (reply, _) in world.answers(&client, requests.to_vec()) {
        assert!(reply.listing().is_whole());
    }
    assert_eq!(world.calls("login"), 2);
    assert!(world.calls("web.list") <= 1 + 2 * 6 + 3, "{}", world.calls("web.list"));
    world.finish();
}

#[test]
fn a_token_is_renewed_before_its_end() {
    let world = World::sample();
    world.vendor(|vendor| vendor.quirks.open_token_seconds = 7_200);
    let client = world.client(&[open_with(client(), None)]);
    world.answer(&client, list("open", 0)).listing();
    world.pass(6_890_000);
    world.answer(&client, forced("open", 0)).listing();
    assert_eq!(world.calls("open.access_token"), 1);
    world.pass(20_000);
    world.answer(&client, forced("open", 0)).listing();
    assert_eq!(world.calls("open.access_token"), 2);
    assert_eq!(world.calls("open.list"), 3, "none was refused");
    world.finish();
}

/// [`World::check_durable`] looks at each call.
#[test]
fn refresh_tokens_are_used_once_each_whatever_restarts() {
    let world = World::sample();
    for round in 1..=6 {
        let client = world.client(&[open_with(refresh(), None)]);
        world.answer(&client, forced("open", 0)).listing();
        assert_eq!(world.calls("open.oauth2"), round);
        world.pass(7_000_000);
    }
    world.finish();
}

#[test]
fn a_refresh_token_that_its_owner_changed_is_the_one() {
    let world = World::sample();
    let client = world.client(&[open_with(refresh(), None)]);
    world.answer(&client, list("open", 0)).listing();
    let issue = Request::new("POST", "/_fake/issue", world.now_ms());
    let newest = world.vendor(|vendor| vendor.handle(&issue)).value();
    let credentials = OpenCredentials::Refresh {
        token: Secret::new(newest["refresh"].as_str().unwrap()),
        client: RefreshClient::Own {
            id: Secret::new(CLIENT_ID),
            secret: Secret::new(CLIENT_SECRET),
        },
    };
    let client = world.client(&[open_with(credentials, None)]);
    world.answer(&client, forced("open", 0)).listing();
    assert_eq!(world.calls("open.oauth2"), 2);
    world.finish();
}

#[test]
fn a_refresh_token_outlives_a_change_of_who_renews_it() {
    let renewed_by = |client: RefreshClient| {
        let token = Secret::new(REFRESH_TOKEN);
        open_with(OpenCredentials::Refresh { token, client }, None)
    };
    let own = |secret: &str| RefreshClient::Own {
        id: Secret::new(CLIENT_ID),
        secret: Secret::new(secret),
    };
    let elsewhere = RefreshClient::RenewalService(format!("{ORIGIN}/123cloud/renewapi"));
    let world = World::sample();
    let client = world.client(&[renewed_by(own(CLIENT_SECRET))]);
    world.answer(&client, list("open", 0)).listing();
    world.pass(7_000_000);
    let client = world.client(&[renewed_by(own("wrong"))]);
    assert_eq!(
        world.answer(&client, forced("open", 0)).failed().kind,
        UpstreamErrorKind::Credentials
    );
    let client = world.client(&[renewed_by(elsewhere)]);
    world.answer(&client, list("open", 0)).listing();
    world.pass(7_000_000);
    let client = world.client(&[renewed_by(own(CLIENT_SECRET))]);
    world.answer(&client, forced("open", 0)).listing();
    world.finish();
}

#[test]
fn a_sign_in_without_a_response_is_not_repeated_and_pauses() {
    let none = || InjectedFailure { reset: true, ..InjectedFailure::default() };
    let silent = || InjectedFailure { timeout: true, ..InjectedFailure::default() };
    let cases = [
        (personal(), "login", none(), 1),
        (personal(), "login", silent(), 1),
        (open_with(refresh(), None), "open.oauth2", none(), 1),
        (open_with(refresh(), None), "open.oauth2", silent(), 1),
        // Nothing came of it that could be lost.
        (open_with(client(), None), "open.access_token", none(), 2),
        (open_with(client(), None), "open.access_token", silent(), 1),
    ];
    for (mount, at, broken, calls) in cases {
        let world = World::sample();
        let want =
            if broken.reset { UpstreamErrorKind::Unreachable } else { UpstreamErrorKind::TimedOut };
        let name = mount.settings.digest.clone();
        let client = world.client(&[mount]);
        inject(&world, InjectedFailure { at: at.to_owned(), ..broken });
        for _ in 0..10 {
            let (reply, took) = world.answers(&client, vec![list(&name, 0)]).remove(0);
            assert_eq!(reply.failed().kind, want);
            assert!(took <= 20_000, "{at}: {took} ms");
            world.pass(1_000);
        }
        assert_eq!(world.calls(at), calls, "{at}");
        for _ in 0..240 {
            world.answer(&client, list(&name, 0)).failed();
            world.pass(15_000);
        }
        assert!(world.calls(at) <= 8 * calls, "{} in an hour", world.calls(at));
        world.vendor(Vendor::clear_failures);
        world.pass(3_600_000);
        world.answer(&client, list(&name, 0)).listing();
        world.finish();
    }
}

#[test]
fn a_sign_ins_pause_survives_restarts() {
    let limited = InjectedFailure { code: Some(json!(429)), ..InjectedFailure::default() };
    let silent = InjectedFailure { timeout: true, ..InjectedFailure::default() };
    for (what, kind) in
        [(limited, UpstreamErrorKind::RateLimited), (silent, UpstreamErrorKind::TimedOut)]
    {
        let world = World::sample();
        inject(&world, InjectedFailure { at: "login".to_owned(), ..what });
        for _ in 0..240 {
            let client = world.client(&[personal()]);
            let failed = world.answer(&client, list("personal", 0)).failed();
            assert_eq!(failed.kind, kind);
            world.pass(15_000);
        }
        assert!(world.calls("login") <= 8, "{} in an hour", world.calls("login"));
        world.vendor(Vendor::clear_failures);
        world.pass(3_600_000);
        world.answer(&world.client(&[personal()]), list("personal", 0)).listing();
        // What is over is forgotten.
        world.vendor(Vendor::end_tokens);
        world.pass(3_600_000);
        world.answer(&world.client(&[personal()]), forced("personal", 0)).listing();
        world.finish();
    }
}

#[test]
fn a_slow_sign_in_is_waited_for() {
    let world = World::sample();
    let client = world.client(&[personal()]);
    inject(
        &world,
        InjectedFailure {
            at: "login".to_owned(),
            latency_ms: 15_000,
            ..InjectedFailure::default()
        },
    );
    world.answer(&client, list("personal", 0)).listing();
    assert_eq!(world.calls("login"), 1);
    world.finish();
}

#[test]
fn a_failure_is_over_once_its_own_kind_of_call_goes_through() {
    let world = World::sample();
    world.vendor(|vendor| vendor.quirks.quota = 5_113);
    let client = world.client(&[personal()]);
    let video = file(&world, "/video.mp4");
    world.answer(&client, link("personal", &video, None)).failed();
    world.answer(&client, list("personal", 0)).listing();
    let last = world.answer(&client, status("personal")).status().last;
    assert_eq!(last.unwrap().0.kind, UpstreamErrorKind::Quota);
    world.vendor(|vendor| vendor.quirks.quota = 0);
    world.pass(61_000);
    world.answer(&client, link("personal", &video, None)).link();
    assert_eq!(world.answer(&client, status("personal")).status().last, None);
    world.finish();
}

#[test]
fn a_share_s_file_that_is_not_for_this_account_harms_no_token() {
    let refusal = || InjectedFailure {
        at: "share.download".to_owned(),
        code: Some(json!(401)),
        ..InjectedFailure::default()
    };
    let world = World::sample();
    let readme = file(&world, "/shared/readme.txt");
    inject(&world, refusal());
    let borrowed = account(password(PASSWORD));
    let own = mount("personal", SourceKind::Personal(Personal { account: Rc::clone(&borrowed) }));
    let client = world.client(&[own, share(Some(borrowed))]);
    for _ in 0..50 {
        world.answer(&client, forced("personal", 0)).listing();
        let failed = world.answer(&client, link("share", &readme, None)).failed();
        assert_eq!((failed.kind, failed.code), (UpstreamErrorKind::LoginRequired, Some(401)));
        world.pass(120_000);
    }
    let state = world.answer(&client, status("share")).status();
    assert_eq!((state.stopped, state.last, state.signed_in), (None, None, true));
    assert_eq!(world.calls("login"), 1);
    world.finish();
    // Nothing else accepts the token: a new one is tried now and then.
    let world = World::sample();
    let readme = file(&world, "/shared/readme.txt");
    inject(&world, refusal());
    for _ in 0..240 {
        let client = world.client(&[share(Some(account(password(PASSWORD))))]);
        let failed = world.answer(&client, link("share", &readme, None)).failed();
        assert_eq!(failed.kind, UpstreamErrorKind::LoginRequired);
        world.pass(60_000);
    }
    assert!((2..=5).contains(&world.calls("login")), "{} in four hours", world.calls("login"));
    world.finish();
}

#[test]
fn what_can_t_be_stored_is_not_used_and_not_lost() {
    let world = World::sample();
    let client = world.client(&[open_with(refresh(), None)]);
    world.fail_writes(true);
    for _ in 0..5 {
        let failed = world.answer(&client, list("open", 0)).failed();
        assert_eq!(failed.said.as_deref(), Some("storage"));
        world.pass(60_000);
    }
    assert_eq!((world.calls("open.oauth2"), world.calls("open.list")), (1, 0));
    world.fail_writes(false);
    world.answer(&client, list("open", 0)).listing();
    assert_eq!(world.calls("open.oauth2"), 1);
    world.finish();
}

#[test]
fn a_pasted_token_is_used_until_it_is_refused() {
    let world = World::sample();
    let pasted = format!("Bearer wrong{PASTED}");
    let client = world.client(&[personal_with(WebCredentials::Token(Secret::new(&pasted)))]);
    for _ in 0..120 {
        let failed = world.answer(&client, list("personal", 0)).failed();
        assert_eq!(failed.kind, UpstreamErrorKind::Auth);
        world.pass(30_000);
    }
    assert_eq!(world.calls("login"), 0);
    assert!(world.calls("web.list") <= 6, "{} in an hour", world.calls("web.list"));
}
