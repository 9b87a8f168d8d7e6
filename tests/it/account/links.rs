//! Links: fetched once, given for a while, replaced when they are dead.

use std::time::Duration;

use serde_json::json;
use signpost::error::upstream::UpstreamErrorKind;
use signpost::sources::upstream::call::USER_AGENT;

use super::{ReplyExt, file, inject, link, list};
use crate::support::account::{ORIGIN, World};
use crate::support::mounts::{account, client, direct, open_with, password, personal, share};
use crate::support::vendor::accounts::{PASSWORD, UID};
use crate::support::vendor::failures::InjectedFailure;
use crate::support::vendor::http::Request;
use crate::support::vendor::quirks::{LinkHop, LinkParams};

/// Whether the CDN gives the file for this link to the Worker, which called for it.
fn fetch(world: &World, url: &str, referer: Option<&str>) -> u16 {
    let mut request = Request::new("GET", url, world.now_ms()).with("user-agent", USER_AGENT);
    if let Some(referer) = referer {
        request = request.with("referer", referer);
    }
    world.vendor(|vendor| vendor.handle(&request)).status
}

#[test]
fn a_hundred_visitors_of_a_file_cause_one_call() {
    let world = World::sample();
    let client = world.client(&[personal()]);
    let video = file(&world, "/video.mp4");
    let mut links = world.answers(&client, vec![link("personal", &video, None); 100]);
    let (first, _) = links.pop().unwrap();
    assert!(links.iter().all(|(reply, _)| *reply == first));
    let first = first.link();
    assert_eq!((first.permanent, fetch(&world, &first.url, first.referer.as_deref())), (None, 200));
    assert_eq!((world.calls("login"), world.calls("web.download_info")), (1, 1));
    assert_eq!(first.age, Duration::ZERO);
    world.pass(599_000);
    assert_eq!(world.answer(&client, link("personal", &video, None)).link().age.as_secs(), 599);
    assert_eq!(world.calls("web.download_info"), 1);
    world.pass(2_000);
    world.answer(&client, link("personal", &video, None)).link();
    assert_eq!(world.calls("web.download_info"), 2);
    assert!(world.stored().values().all(|text| !text.contains("/cdn/")), "never stored");
    world.finish();
}

#[test]
fn folders_and_redirects_before_the_file_are_followed() {
    let hops = [LinkHop::None, LinkHop::Found, LinkHop::FoundRelative, LinkHop::Ok, LinkHop::Ok210];
    for hop in hops {
        for params in [LinkParams::None, LinkParams::Standard, LinkParams::UrlSafe] {
            let world = World::sample();
            world.vendor(|vendor| {
                (vendor.quirks.link_hop, vendor.quirks.link_params) = (hop, params);
            });
            let borrowed = account(password(PASSWORD));
            let client = world.client(&[personal(), share(Some(borrowed))]);
            for (mount, path) in [("personal", "/video.mp4"), ("share", "/shared/readme.txt")] {
                let found = world.answer(&client, link(mount, &file(&world, path), None)).link();
                assert_eq!(found.referer, Some(format!("{ORIGIN}/")));
                let status = fetch(&world, &found.url, found.referer.as_deref());
                assert_eq!(status, 200, "{mount}, {hop:?}, {params:?}");
            }
            assert_eq!(world.calls("login"), 1, "one account, one token");
            world.finish();
        }
    }
}

#[test]
fn a_dead_link_is_replaced_once_in_a_while() {
    let world = World::sample();
    let client = world.client(&[personal()]);
    let video = file(&world, "/video.mp4");
    let first = world.answer(&client, link("personal", &video, None)).link();
    world.pass(5_000);
    let dead = vec![link("personal", &video, Some(&first.url)); 50];
    for (reply, _) in world.answers(&client, dead) {
        assert_ne!(reply.link().url, first.url);
    }
    assert_eq!(world.calls("web.download_info"), 2);
    let second = world.answer(&client, link("personal", &video, None)).link();
    let failed = world.answer(&client, link("personal", &video, Some(&second.url))).failed();
    assert!(failed.retry_after.unwrap() <= Duration::from_secs(30));
    assert_eq!(world.calls("web.download_info"), 2);
    world.pass(31_000);
    world.answer(&client, link("personal", &video, Some(&second.url))).link();
    assert_eq!(world.calls("web.download_info"), 3);
    world.finish();
}

#[test]
fn version_two_is_asked_if_one_has_no_address() {
    let world = World::sample();
    let client = world.client(&[personal()]);
    let odd = InjectedFailure {
        at: "web.download_info".to_owned(),
        code: Some(serde_json::json!(12_345)),
        ..InjectedFailure::default()
    };
    inject(&world, odd);
    let found = world.answer(&client, link("personal", &file(&world, "/video.mp4"), None)).link();
    assert_eq!(fetch(&world, &found.url, found.referer.as_deref()), 200);
    world.finish();
}

#[test]
fn used_up_traffic_is_remembered_for_a_minute() {
    let world = World::sample();
    world.vendor(|vendor| vendor.quirks.quota = 5_113);
    let client = world.client(&[personal()]);
    let video = file(&world, "/video.mp4");
    for _ in 0..11 {
        let failed = world.answer(&client, link("personal", &video, None)).failed();
        assert_eq!((failed.kind, failed.code), (UpstreamErrorKind::Quota, Some(5_113)));
        world.pass(5_000);
    }
    assert_eq!(world.calls("web.download_info"), 1);
    world.finish();
}

#[test]
fn a_share_without_an_account_is_only_listed() {
    let world = World::sample();
    let client = world.client(&[share(None)]);
    world.answer(&client, list("share", 0)).listing();
    let readme = file(&world, "/shared/readme.txt");
    let failed = world.answer(&client, link("share", &readme, None)).failed();
    assert_eq!(failed.kind, UpstreamErrorKind::LoginRequired);
    assert_eq!(world.calls("all"), 1);
    world.finish();
}

#[test]
fn a_permanent_link_is_asked_for_once_in_its_life() {
    for signed in [true, false] {
        let world = World::sample();
        let mounts = [open_with(client(), Some(direct(signed)))];
        let video = file(&world, "/direct/video.mp4");
        for _ in 0..3 {
            let client = world.client(&mounts);
            let found = world.answer(&client, link("open", &video, None)).link();
            assert_eq!(found.permanent, Some(if signed { UID } else { 0 }));
            assert_eq!(found.referer, None);
            world.pass(40 * 86_400_000);
        }
        assert_eq!(world.calls("open.direct_url"), 1);
        assert_eq!(world.calls("open.user_info"), u64::from(signed));
        let client = world.client(&mounts);
        let found = world.answer(&client, link("open", &video, None)).link();
        let again = world.answer(&client, link("open", &video, Some(&found.url))).link();
        assert_eq!(again, found);
        assert_eq!(world.calls("open.direct_url"), 2, "once it was said to be dead");
        assert_eq!(world.calls("open.user_info"), u64::from(signed));
        world.finish();
    }
}

#[test]
fn an_open_link_needs_no_referer() {
    let world = World::sample();
    let client = world.client(&[open_with(client(), None)]);
    let found = world.answer(&client, link("open", &file(&world, "/video.mp4"), None)).link();
    assert_eq!((found.referer, found.permanent), (None, None));
    assert_eq!(fetch(&world, &found.url, None), 200);
    world.finish();
}

#[test]
fn an_invalid_url_is_never_handed_out() {
    let urls = [
        "ftp://h.test/a",
        "//h.test/a",
        "/a",
        "https://user@h.test/a",
        "https://127.0.0.1/a",
        "https://localhost/a",
        "https://[::1]/a",
        "https://h.test/a\r\nSet-Cookie: a=b",
        "javascript:alert(1)",
    ];
    for (at, field, how) in [
        ("open.download_info", "downloadUrl", None),
        ("open.direct_url", "url", Some(direct(true))),
    ] {
        for url in urls {
            let world = World::sample();
            let client = world.client(&[open_with(client(), how.clone())]);
            let body = json!({ "code": 0, "message": "ok", "data": { field: url } });
            let odd = InjectedFailure {
                at: at.to_owned(),
                body: Some(body.to_string()),
                ..InjectedFailure::default()
            };
            inject(&world, odd);
            let video = file(&world, "/direct/video.mp4");
            let failed = world.answer(&client, link("open", &video, None)).failed();
            assert_eq!(failed.kind, UpstreamErrorKind::Other, "{url}");
            assert!(world.stored().keys().all(|key| !key.starts_with("direct_link.")));
        }
        let world = World::sample();
        let client = world.client(&[open_with(client(), how)]);
        let body = json!({ "code": 0, "data": { field: "https://h.test/资料 100%?a=b#c" } });
        let raw = InjectedFailure {
            at: at.to_owned(),
            body: Some(body.to_string()),
            ..InjectedFailure::default()
        };
        inject(&world, raw);
        let video = file(&world, "/direct/video.mp4");
        let found = world.answer(&client, link("open", &video, None)).link();
        assert_eq!(found.url, "https://h.test/%E8%B5%84%E6%96%99%20100%25?a=b");
    }
}
