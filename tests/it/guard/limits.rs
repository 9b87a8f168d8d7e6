//! Budgets and limits of links: what costs something, what does not, and how the end is reported.

use serde_json::{Value, json};

use super::ruled;
use crate::support::host::{Host, Part};
use crate::support::request::{NOW, claims, get, location, share};

/// Midnight in China, and the end of November.
const MIDNIGHT: u64 = 1_795_449_600;
const MONTH_ENDS: u64 = 1_796_054_400;

/// The expiry in a signed link.
fn expires(location: &str) -> u64 {
    let (_, value) =
        location.split_once("auth_key=").unwrap_or_else(|| panic!("{location:?} is not signed"));
    value.split('-').next().unwrap().parse().unwrap()
}

fn budget(budget: &Value) -> Value {
    json!([{ "path": "/", "budget": budget }])
}

#[test]
fn a_link_is_charged_once_in_its_lifetime_for_each_client() {
    let site = ruled(&budget(&json!({ "day": 1_000 })));
    let mut host = Host::default();
    for (target, address, later, spent) in [
        ("/team/a.txt", "192.0.2.1", 0, 10),
        ("/team/a.txt", "192.0.2.1", 60, 10),
        ("/team/a.txt?format=json", "192.0.2.1", 61, 10),
        ("/team/%61.txt", "192.0.2.1", 1_799, 10),
        ("/team/a.txt", "192.0.2.1", 1_800, 20),
        ("/team/a.txt", "192.0.2.2", 1_800, 30),
        ("/team/a2.txt", "192.0.2.1", 1_800, 40),
        ("/team/a2.txt", "2001:db8::1", 1_800, 50),
        ("/team/a2.txt", "2001:db8::2", 1_801, 50),
        // Pages, and what is put right, cost nothing.
        ("/team/", "192.0.2.1", 1_801, 50),
        ("/team/a.txt/", "192.0.2.9", 1_801, 50),
        ("/nothing", "192.0.2.1", 1_801, 50),
    ] {
        let answer = get(target).from(address).later(later).send(&site, &mut host);
        assert!(answer.status < 405, "{target}");
        assert_eq!(host.quota.spent(), spent, "{target} {address} {later}");
    }
    let ask = &host.ticket_requests[0];
    assert_eq!((&*ask.file, ask.size, ask.lifetime.as_secs()), ("/team/a.txt", 10, 1_800));
    assert_eq!((&*ask.day, &*ask.month), ("2026-11-23", "2026-11"));
    assert_eq!((ask.day_ends.0, ask.month_ends.0), (MIDNIGHT, MONTH_ENDS));
}

#[test]
fn a_link_is_charged_once_in_a_window() {
    let site = ruled(
        &json!([{ "path": "/", "budget": { "day": 1_000 }, "window_minutes": 60, "valid_minutes": 10 }]),
    );
    let mut host = Host::default();
    let first = get("/team/a.txt").send(&site, &mut host);
    let later = get("/team/a.txt").later(1_200).send(&site, &mut host);
    assert_eq!(location(&first), location(&later));
    assert_eq!(host.quota.spent(), 10, "the same link was counted twice");
}

#[test]
fn the_quota_object_is_not_asked_where_nothing_is_counted() {
    let site = ruled(
        &json!([{ "path": "/team", "budget": { "day": 1_000 } }, { "path": "/Team", "valid_minutes": 5 }]),
    );
    let mut host = Host::default();
    for target in [
        "/top.txt",
        "/Team/T.txt",
        "/teams/t.txt",
        "/",
        "/team/",
        "/team/nothing",
        "/team/sub",
        "/top.txt?format=json",
    ] {
        get(target).send(&site, &mut host);
        assert!(host.asked.is_empty(), "{target}: {:?}", host.asked);
    }
    // A share link without caps costs nothing either.
    let target = format!("{}/teams/t.txt", share("/teams", &claims("/teams")));
    assert_eq!(get(&target).send(&site, &mut host).status, 302);
    assert_eq!(host.asked, ["revoked"]);
}

#[test]
fn near_the_end_links_live_shorter_and_at_the_end_there_are_none() {
    let cases = [
        (json!({ "day": 50 }), "budget_used_up", MIDNIGHT),
        (json!({ "month": "50 B" }), "budget_used_up", MONTH_ENDS),
        (json!({ "client_day": 50 }), "client_budget_used_up", MIDNIGHT),
        (json!({ "client_month": 50, "day": 1_000 }), "client_budget_used_up", MONTH_ENDS),
        // Of two limits the one that holds longest is reported.
        (json!({ "day": 50, "month": 50 }), "budget_used_up", MONTH_ENDS),
    ];
    let targets = [
        "/team/a.txt",
        "/team/a2.txt",
        "/top.txt",
        "/team/sub/b.txt",
        "/team/sub/deep/c.txt",
        "/teams/t.txt",
    ];
    for (limits, code, reopens) in cases {
        let site = ruled(&budget(&limits));
        let mut host = Host::default();
        for (index, target) in targets.iter().enumerate() {
            let req = get(target).from("192.0.2.1");
            let answer = req.send(&site, &mut host);
            match index {
                0..3 => assert_eq!(expires(location(&answer)), NOW + 1_800, "{limits} {target}"),
                3 | 4 => assert_eq!(expires(location(&answer)), NOW + 300, "{limits} {target}"),
                _ => {
                    let retry = (reopens - NOW).to_string();
                    assert_eq!(
                        (answer.status, answer.header("Retry-After")),
                        (429, Some(&*retry)),
                        "{limits}"
                    );
                    assert_eq!(answer.header("Cache-Control"), Some("private, no-store"));
                    let message = if reopens == MIDNIGHT {
                        "2026-11-24 00:00 (UTC+08:00)"
                    } else {
                        "2026-12-01 00:00 (UTC+08:00)"
                    };
                    assert!(answer.body.text().contains(message), "{}", answer.body.text());
                    let json = req.clone().accept("application/json").send(&site, &mut host);
                    let json: Value = serde_json::from_str(&json.body.text()).unwrap();
                    assert_eq!(
                        (&json["error"]["code"], &json["error"]["retry_at"]),
                        (&code.into(), &reopens.into())
                    );
                }
            }
        }
        // Whoever has a ticket keeps it, though for a short link.
        let again = get(targets[0]).from("192.0.2.1").later(60).send(&site, &mut host);
        assert_eq!(expires(location(&again)), NOW + 360, "{limits}");
        let other = get(targets[5]).from("192.0.2.2").send(&site, &mut host).status;
        assert_eq!(other, if code.starts_with("client") { 302 } else { 429 }, "{limits}");
        // And begins anew.
        let next = get(targets[5]).from("192.0.2.1").later(reopens - NOW).send(&site, &mut host);
        assert_eq!(expires(location(&next)), reopens + 1_800, "{limits}");
        let eve = get(targets[5]).from("192.0.2.1").later(reopens - NOW - 1);
        let mut spent = Host::default();
        for target in &targets[..5] {
            get(target).from("192.0.2.1").later(reopens - NOW - 1).send(&site, &mut spent);
        }
        let answer = eve.send(&site, &mut spent);
        assert_eq!((answer.status, answer.header("Retry-After")), (429, Some("1")), "{limits}");
    }
}

#[test]
fn a_short_lifetime_is_not_made_longer() {
    let site = ruled(
        &json!([{ "path": "/", "budget": { "day": 10 }, "valid_minutes": 2, "window_minutes": 60 }]),
    );
    let answer = get("/team/a.txt").alone(&site);
    assert_eq!(expires(location(&answer)), NOW + 120);
}

#[test]
fn a_file_of_unknown_size_counts_as_the_rule_says() {
    for (rule, spent) in [
        (json!({ "day": "10 GB" }), 1_000_000_000),
        (json!({ "day": "10 GB", "unknown": 7 }), 7),
        (json!({ "day": "10 GB", "unknown": "2 KiB" }), 2_048),
    ] {
        let site = ruled(&budget(&rule));
        let mut host = Host::default();
        assert_eq!(get("/unknown.txt").send(&site, &mut host).status, 302);
        assert_eq!(host.quota.spent(), spent);
    }
    let site = ruled(&budget(&json!({ "day": 999_999_999 })));
    let answer = get("/unknown.txt").alone(&site);
    // It never fits: there is no use in waiting.
    assert_eq!((answer.status, answer.header("Retry-After")), (429, None));
}

#[test]
fn without_the_quota_object_a_rule_says_whether_it_is_open() {
    let down = || Host::without(Part::Quota);
    let open = |fail: Value| {
        let mut rule = json!({ "path": "/team", "budget": { "day": 1_000 } });
        if !fail.is_null() {
            rule["budget_fail"] = fail;
        }
        ruled(&json!([rule]))
    };
    let capped = |uses| {
        let mut claims = claims("/team");
        claims.uses = uses;
        format!("{}/team/a.txt", share("/team", &claims))
    };
    for (fail, plain, shared) in
        [(Value::Null, 503, 503), ("closed".into(), 503, 503), ("open".into(), 302, 503)]
    {
        let site = open(fail.clone());
        let answer = get("/team/a.txt").send(&site, &mut down());
        assert_eq!(answer.status, plain, "{fail}");
        assert_eq!(answer.header("Retry-After"), (plain == 503).then_some("10"));
        assert_eq!(
            get(&capped(Some(3))).send(&site, &mut down()).status,
            shared,
            "{fail}: the caps hold"
        );
        assert_eq!(get(&capped(None)).send(&site, &mut down()).status, plain, "{fail}");
        assert_eq!(get("/team/").send(&site, &mut down()).status, 200, "pages cost nothing");
        assert_eq!(get("/top.txt").send(&site, &mut down()).status, 302);
    }
}

#[test]
fn links_an_hour_are_counted_for_each_client() {
    let site = ruled(
        &json!([{ "path": "/team", "max_links": 2 }, { "path": "/team/sub/deep", "max_links": 1 }]),
    );
    let mut host = Host::default();
    for (target, address, later, status) in [
        ("/team/a.txt", "192.0.2.1", 0, 302),
        ("/team/a.txt", "192.0.2.1", 1, 302),
        ("/team/a2.txt", "192.0.2.1", 2, 302),
        ("/team/sub/b.txt", "192.0.2.1", 3, 429),
        ("/team/a.txt", "192.0.2.1", 4, 302),
        ("/team/sub/deep/c.txt", "192.0.2.1", 4, 302),
        ("/team/sub/b.txt", "192.0.2.2", 4, 302),
        ("/top.txt", "192.0.2.1", 4, 302),
        ("/team/sub/b.txt", "192.0.2.1", 2_399, 429),
        // NOW is 20 minutes after an hour of the clock.
        ("/team/sub/b.txt", "192.0.2.1", 2_400, 302),
    ] {
        let answer = get(target).from(address).later(later).send(&site, &mut host);
        assert_eq!(answer.status, status, "{target} {address} {later}");
        if status == 429 {
            let retry = (2_400 - later).to_string();
            assert_eq!(answer.header("Retry-After"), Some(&*retry));
        }
    }
    let none = ruled(&json!([{ "path": "/team", "max_links": 0 }]));
    assert_eq!(get("/team/a.txt").status(&none), 429);
}
