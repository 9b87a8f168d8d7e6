//! Tokens that are lent to isolates, which ask for links from their own places, and what they report.

use std::time::Duration;

use signpost::account::command::{AccountRequest, Command, OwnPlaceFile, Reply, UpstreamLink};
use signpost::error::upstream::{UpstreamError, UpstreamErrorKind};
use signpost::sources::upstream::entry::FileRef;

use super::{ReplyExt, file, inject, link, list, request, status};
use crate::support::account::World;
use crate::support::mounts::{personal, share};
use crate::support::vendor::Vendor;
use crate::support::vendor::failures::InjectedFailure;
use crate::support::vendor::quirks::SignIn;

#[test]
fn a_token_is_lent_when_it_is_the_calls_turn_and_never_logged() {
    let world = World::sample();
    let client = world.client(&[personal(), share(None)]);
    let video = file(&world, "/video.mp4");
    let token_of = |mount, file: &FileRef| {
        let asked = OwnPlaceFile { file: file.clone(), place: "SIN".to_owned() };
        request(mount, Command::Token { asked, refused: String::new() })
    };
    let token = |mount| token_of(mount, &video);
    let other = file(&world, "/zero.bin");
    let asked =
        vec![token("personal"), token_of("personal", &other), link("personal", &video, None)];
    let mut waits = Vec::new();
    for (reply, wait) in world.answers(&client, asked) {
        if let Reply::Token(lent) = &reply {
            let secret = lent.secret();
            assert!(!secret.expose().is_empty());
            assert!(!format!("{reply:?}").contains(secret.expose()));
            assert!(world.logged().iter().all(|line| !line.contains(secret.expose())));
            waits.push(wait);
        } else {
            reply.link();
        }
    }
    // The link's own call takes some time after its turn.
    assert!(waits.len() == 2 && waits[0].abs_diff(waits[1]) >= 700, "one rate limit: {waits:?}");
    assert!(waits.iter().all(|wait| *wait >= 700), "after the link's call: {waits:?}");
    assert_eq!((world.calls("login"), world.calls("web.download_info")), (1, 1));
    let anonymous = world.answer(&client, token("share")).failed();
    assert_eq!(anonymous.kind, UpstreamErrorKind::LoginRequired);
    world.vendor(|vendor| {
        vendor.quirks.sign_in = SignIn::Risk7012;
        vendor.end_tokens();
    });
    world.answer(&client, list("personal", 0));
    let stopped = world.answer(&client, token("personal")).failed();
    assert_eq!(stopped.kind, UpstreamErrorKind::NeedHuman, "a stopped account lends nothing");
    world.finish();
}

/// The command for a token to ask for this file's link in a place where `refused` does not work.
fn token_in(place: &str, video: &FileRef, refused: &str) -> AccountRequest {
    let asked = OwnPlaceFile { file: video.clone(), place: place.to_owned() };
    request("personal", Command::Token { asked, refused: refused.to_owned() })
}

/// The command that says how a call for this file's link went there.
fn outcome_in(
    place: &str,
    video: &FileRef,
    outcome: Result<&str, UpstreamErrorKind>,
) -> AccountRequest {
    let asked = OwnPlaceFile { file: video.clone(), place: place.to_owned() };
    let outcome = outcome.map_err(UpstreamError::from).map(|url| UpstreamLink {
        url: url.to_owned(),
        referer: None,
        permanent: None,
        age: Duration::ZERO,
    });
    request("personal", Command::OwnLink { asked, outcome })
}

#[test]
fn a_crowd_of_isolates_takes_one_turn_for_a_file_and_place() {
    let world = World::sample();
    let client = world.client(&[personal()]);
    let video = file(&world, "/video.mp4");
    let (there, here) = ("https://h.test/there", "https://h.test/here");
    world.answer(&client, token_in("SIN", &video, there)).token();
    // The others wait for what the first gets, and other files' calls do not wait for them.
    let mut commands = vec![outcome_in("SIN", &video, Ok(here))];
    commands.splice(0..0, (0..30).map(|_| token_in("SIN", &video, there)));
    let other = file(&world, "/a+b.txt");
    commands.push(link("personal", &other, None));
    let mut links = 0;
    for (reply, took) in world.answers(&client, commands) {
        match reply {
            Reply::Link(got) if got.url == here => links += 1,
            Reply::Link(_) => assert!(took <= 2_000, "{took} ms for another file's link"),
            Reply::Status(_) => {}
            reply => panic!("{reply:?}"),
        }
    }
    assert_eq!(links, 30);
    // A later one has it at once, another place asks for itself, and who finds it refused asks after a minute.
    assert_eq!(world.answer(&client, token_in("SIN", &video, there)).link().url, here);
    world.answer(&client, token_in("FRA", &video, there)).token();
    let refused = world.answer(&client, token_in("SIN", &video, here)).failed();
    assert_eq!(refused.kind, UpstreamErrorKind::CityLocked);
    world.pass(60_000);
    world.answer(&client, token_in("SIN", &video, here)).token();
    world.finish();
}

#[test]
fn what_a_call_from_another_place_failed_with_is_told_to_all_that_wait() {
    let world = World::sample();
    let client = world.client(&[personal()]);
    let video = file(&world, "/video.mp4");
    world.answer(&client, token_in("SIN", &video, "")).token();
    let commands =
        vec![token_in("SIN", &video, ""), outcome_in("SIN", &video, Err(UpstreamErrorKind::Quota))];
    let replies = world.answers(&client, commands);
    assert_eq!(replies[0].0.clone().failed().kind, UpstreamErrorKind::Quota);
    let later = world.answer(&client, token_in("SIN", &video, "")).failed();
    assert_eq!(later.kind, UpstreamErrorKind::Quota, "remembered");
    world.pass(61_000);
    world.answer(&client, token_in("SIN", &video, "")).token();
    // An isolate that is never heard of again holds the others up no longer than its call may take.
    let (reply, took) = world.answers(&client, vec![token_in("SIN", &video, "")]).remove(0);
    reply.token();
    assert!((10_000..=17_000).contains(&took), "{took} ms");
    world.finish();
}

#[test]
fn a_token_that_ended_during_the_wait_is_not_lent() {
    let world = World::sample();
    let client = world.client(&[personal()]);
    let (video, other) = (file(&world, "/video.mp4"), file(&world, "/zero.bin"));
    let first = world.answer(&client, token_in("SIN", &video, "")).token();
    // While the next waits for its turn, a listing finds that the token is no longer good.
    world.vendor(Vendor::end_tokens);
    let commands = vec![list("personal", 0), token_in("SIN", &other, "")];
    let mut replies = world.answers(&client, commands);
    let lent = replies.remove(1).0.token();
    replies.remove(0).0.listing();
    assert_ne!(lent, first, "the token of the new sign-in");
    assert_eq!(world.calls("login"), 2);
    world.finish();
}

#[test]
fn a_report_of_the_cdn_hides_no_failing_call() {
    let world = World::sample();
    let client = world.client(&[personal()]);
    let last = |world: &World| {
        let last = world.answer(&client, status("personal")).status().last;
        last.map(|(failed, _)| failed.kind)
    };
    let broken = InjectedFailure {
        at: "web.list".to_owned(),
        status: Some(500),
        ..InjectedFailure::default()
    };
    inject(&world, broken);
    world.answer(&client, list("personal", 0)).failed();
    let report = Command::Report(UpstreamErrorKind::CityLocked.into());
    world.answer(&client, request("personal", report)).status();
    assert_eq!(last(&world), Some(UpstreamErrorKind::Server));
    world.vendor(Vendor::clear_failures);
    world.pass(61_000);
    world.answer(&client, list("personal", 0)).listing();
    assert_eq!(last(&world), Some(UpstreamErrorKind::CityLocked), "told once the calls work again");
    world.finish();
}

#[test]
fn a_report_of_the_cdn_is_shown_for_an_hour() {
    let world = World::sample();
    let client = world.client(&[personal()]);
    let video = file(&world, "/video.mp4");
    let report = Command::Report(UpstreamErrorKind::CityLocked.into());
    world.answer(&client, request("personal", report)).status();
    // That the API gives links says nothing of the CDN.
    world.answer(&client, link("personal", &video, None)).link();
    let last = |world: &World| {
        let last = world.answer(&client, status("personal")).status().last;
        last.map(|(failed, _)| failed.kind)
    };
    assert_eq!(last(&world), Some(UpstreamErrorKind::CityLocked));
    world.pass(3_600_000);
    assert_eq!(last(&world), None);
    world.finish();
}
