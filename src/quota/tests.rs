use super::*;

const NOON: u64 = 1_795_406_400; // 2026-11-23T04:00:00Z, noon at +08:00
const DAY_ENDS: UnixSeconds = UnixSeconds(NOON + 12 * 3_600);
const MONTH_ENDS: UnixSeconds = UnixSeconds(NOON + 12 * 3_600 + 7 * 86_400);
const HOUR_ENDS: UnixSeconds = UnixSeconds(NOON + 3_600);

fn ask(size: u64) -> TicketRequest {
    TicketRequest {
        now: UnixSeconds(NOON),
        client: "203.0.113.7".to_owned(),
        file: "/a/b.mp4".to_owned(),
        lifetime: Duration::from_mins(30),
        size,
        replaces: None,
        budget: None,
        max_links: None,
        share: None,
        day: "2026-11-23".to_owned(),
        month: "2026-11".to_owned(),
        day_ends: DAY_ENDS,
        month_ends: MONTH_ENDS,
    }
}

/// Limits in the order day, month, client's day, client's month.
fn budget([day, month, client_day, client_month]: [Option<u64>; 4]) -> BudgetLimits {
    BudgetLimits { path: "/a".to_owned(), day, month, client_day, client_month }
}

/// The answer with so many bytes spent: in the order of the limits.
fn decided(ask: &TicketRequest, spent: [u64; 4]) -> TicketReply {
    let spent = |account: &Account| match account.why {
        ExceededLimit::Day => spent[0],
        ExceededLimit::Month => spent[1],
        ExceededLimit::ClientDay => spent[2],
        _ => spent[3],
    };
    let accounts = ask.accounts().map(|account| (account, spent(&account))).collect();
    decide(ask, &Usage { accounts, ..Usage::default() })
}

fn fresh(used: f64) -> TicketReply {
    TicketReply::Granted { fresh: true, used }
}

fn refused(why: ExceededLimit, retry_at: Option<UnixSeconds>) -> TicketReply {
    TicketReply::Refused { why, retry_at }
}

#[test]
fn a_link_fits_up_to_the_last_byte_of_every_limit() {
    let (day, month) = (Some(DAY_ENDS), Some(MONTH_ENDS));
    let limits = [Some(100), Some(1_000), Some(50), Some(400)];
    let cases = [
        (25, [0, 0, 0, 0], fresh(0.5)),
        (25, [75, 100, 25, 25], fresh(1.0)),
        (26, [75, 0, 0, 0], refused(ExceededLimit::Day, day)),
        (25, [0, 976, 0, 0], refused(ExceededLimit::Month, month)),
        (25, [0, 0, 26, 0], refused(ExceededLimit::ClientDay, day)),
        (25, [0, 0, 0, 376], refused(ExceededLimit::ClientMonth, month)),
        (0, [100, 1_000, 50, 400], fresh(1.0)),
        // A limit that was lowered: what is spent stays spent, and what costs nothing is free.
        (0, [200, 0, 0, 0], fresh(1.0)),
        (1, [200, 0, 0, 0], refused(ExceededLimit::Day, day)),
        // The one that holds longest is named, everybody's before the client's.
        (25, [100, 1_000, 50, 400], refused(ExceededLimit::Month, month)),
        (25, [100, 0, 50, 0], refused(ExceededLimit::Day, day)),
        (25, [100, 0, 0, 400], refused(ExceededLimit::ClientMonth, month)),
        // More than a limit allows at all: no time makes it fit.
        (51, [0, 0, 0, 0], refused(ExceededLimit::ClientDay, None)),
        (51, [0, 1_000, 0, 0], refused(ExceededLimit::ClientDay, None)),
        (1_001, [0, 0, 0, 0], refused(ExceededLimit::Month, None)),
    ];
    for (size, spent, want) in cases {
        let ask = TicketRequest { budget: Some(budget(limits)), ..ask(size) };
        assert_eq!(decided(&ask, spent), want, "{size} bytes on top of {spent:?}");
    }
}

#[test]
fn only_limits_that_are_set_are_counted() {
    assert_eq!(ask(1).accounts().count(), 0);
    let everything = TicketRequest { budget: Some(budget([Some(1); 4])), ..ask(1) };
    assert_eq!(everything.accounts().count(), 4);
    let ask = TicketRequest { budget: Some(budget([Some(10), None, None, Some(20)])), ..ask(1) };
    let got: Vec<_> =
        ask.accounts().map(|a| (a.path, a.client, a.period, a.limit, a.ends)).collect();
    let want =
        [("/a", "203.0.113.7", "2026-11", 20, MONTH_ENDS), ("/a", "", "2026-11-23", 10, DAY_ENDS)];
    assert_eq!(got, want);
}

#[test]
fn sizes_and_limits_at_the_end_of_the_range_neither_wrap_nor_pass() {
    let day = Some(DAY_ENDS);
    let cases = [
        (1 << 53, 1 << 53, 0, fresh(1.0)),
        (u64::MAX, u64::MAX, 0, fresh(1.0)),
        (u64::MAX, u64::MAX, 1, refused(ExceededLimit::Day, day)),
        (1, u64::MAX, MAX_COUNT, refused(ExceededLimit::Day, day)),
        (1, u64::MAX, u64::MAX, refused(ExceededLimit::Day, day)),
        (1, MAX_COUNT, MAX_COUNT - 1, fresh(1.0)),
        (u64::MAX, MAX_COUNT - 1, 0, refused(ExceededLimit::Day, None)),
        (0, 0, 0, fresh(1.0)),
        (1, 0, 0, refused(ExceededLimit::Day, None)),
    ];
    for (size, limit, spent, want) in cases {
        let ask =
            TicketRequest { budget: Some(budget([Some(limit), None, None, None])), ..ask(size) };
        assert_eq!(decided(&ask, [spent; 4]), want, "{size} bytes of {limit} after {spent}");
    }
    assert_eq!(counted(MAX_COUNT, 1), MAX_COUNT);
    assert_eq!(counted(u64::MAX, u64::MAX), MAX_COUNT);
    assert_eq!(counted(1, 2), 3);
    assert_eq!(TicketRequest { lifetime: Duration::MAX, ..ask(1) }.expires(), MAX_COUNT);
}

#[test]
fn links_are_limited_until_the_hour_ends() {
    let late = UnixSeconds(HOUR_ENDS.0 - 1);
    let cases = [
        (NOON, 3, 2, fresh(0.0)),
        (NOON, 3, 3, refused(ExceededLimit::MaxLinks, Some(HOUR_ENDS))),
        (late.0, 3, 9, refused(ExceededLimit::MaxLinks, Some(HOUR_ENDS))),
        (NOON, 0, 0, refused(ExceededLimit::MaxLinks, None)),
    ];
    for (now, limit, links, want) in cases {
        let max_links = Some(LinkLimit { path: "/a".to_owned(), limit });
        let ask = TicketRequest { now: UnixSeconds(now), max_links, ..ask(5) };
        let got = decide(&ask, &Usage { links, ..Usage::default() });
        assert_eq!(got, want, "{links} of {limit} links");
    }
}

#[test]
fn caps_of_a_share_link_never_begin_anew() {
    let never = |why| refused(why, None);
    let cases = [
        (None, None, 9, 9, fresh(0.0)),
        (Some(2), None, 1, 0, fresh(0.0)),
        (Some(2), None, 2, 0, never(ExceededLimit::Uses)),
        (None, Some(10), 9, 5, fresh(0.0)),
        (None, Some(10), 0, 6, never(ExceededLimit::Bytes)),
        (Some(2), Some(10), 2, 10, never(ExceededLimit::Uses)),
    ];
    for (uses, bytes, used, moved, want) in cases {
        let share = Some(ShareLimits { id: "0a".to_owned(), uses, bytes, expires: None });
        let ask = TicketRequest { share, ..ask(5) };
        let usage = Usage { uses: used, bytes: moved, ..Usage::default() };
        assert_eq!(decide(&ask, &usage), want, "{used} of {uses:?}, {moved} of {bytes:?}");
        assert_eq!(ask.capped_share().is_some(), uses.is_some() || bytes.is_some());
    }
}

#[test]
fn a_ticket_that_holds_costs_nothing_whatever_the_limits_say() {
    let ask = TicketRequest {
        budget: Some(budget([Some(4), Some(100), None, None])),
        max_links: Some(LinkLimit { path: "/".to_owned(), limit: 1 }),
        share: Some(ShareLimits {
            id: "0a".to_owned(),
            uses: Some(1),
            bytes: Some(5),
            expires: None,
        }),
        ..ask(5)
    };
    let accounts = ask.accounts().map(|account| (account, 3)).collect();
    let usage = Usage { ticket: true, accounts, links: 1, uses: 1, bytes: 5 };
    assert_eq!(decide(&ask, &usage), TicketReply::Granted { fresh: false, used: 0.75 });
}

#[test]
fn a_ticket_belongs_to_one_client_one_file_and_one_share_link() {
    let share =
        |id: &str| Some(ShareLimits { id: id.to_owned(), uses: None, bytes: None, expires: None });
    let with = |client: &str, file: &str, id: &str| {
        let share = if id.is_empty() { None } else { share(id) };
        TicketRequest { client: client.to_owned(), file: file.to_owned(), share, ..ask(1) }.ticket()
    };
    let tickets = [
        with("a", "/b", ""),
        with("b", "/b", ""),
        with("a", "/c", ""),
        with("a", "/b", "0a"),
        with("a", "/b", "0b"),
        // The same letters, divided otherwise.
        with("a/", "b", ""),
        with("a", "/", "b"),
        with("a1:/", "b", ""),
    ];
    let mut unique = tickets.to_vec();
    unique.sort();
    unique.dedup();
    assert_eq!(unique.len(), tickets.len());
    assert!(tickets.iter().all(|key| key.len() == 32));
    let later = TicketRequest {
        now: UnixSeconds(NOON + 60),
        size: 9,
        lifetime: Duration::from_secs(1),
        ..ask(1)
    };
    assert_eq!(later.ticket(), ask(1).ticket());
}

#[test]
fn old_rows_are_kept_for_an_hour_after_their_end() {
    let midnight = DAY_ENDS.before(Duration::from_hours(24)).0;
    for (now, forgets) in [(midnight, false), (midnight + 3_599, false), (midnight + 3_600, true)] {
        let ask = TicketRequest { now: UnixSeconds(now), ..ask(1) };
        assert_eq!(ask.can_delete_periods(), forgets, "{} s after midnight", now - midnight);
    }
    assert_eq!(ask(1).oldest_hour(), NOON / 3_600 - 1);
    assert_eq!(ask(1).oldest_share(), NOON - 3_600);
}

#[test]
fn a_ticket_request_and_its_reply_have_the_documented_form() {
    let text = r#"{"now":1795406400,"client":"203.0.113.7","file":"/a/b.mp4","life":1800,"size":5,"budget":{"path":"/a","day":10,"month":null,"client_day":null,"client_month":null},"max_links":{"path":"/","limit":3},"share":{"id":"0a","uses":2,"bytes":null,"expires":1795500000},"day":"2026-11-23","month":"2026-11","day_ends":1795449600,"month_ends":1796054400}"#;
    let ask = TicketRequest {
        budget: Some(budget([Some(10), None, None, None])),
        max_links: Some(LinkLimit { path: "/".to_owned(), limit: 3 }),
        share: Some(ShareLimits {
            id: "0a".to_owned(),
            uses: Some(2),
            bytes: None,
            expires: Some(UnixSeconds(1_795_500_000)),
        }),
        ..ask(5)
    };
    assert_eq!(serde_json::to_string(&ask).unwrap(), text);
    assert_eq!(TicketRequest::parse(text.as_bytes()), Ok(ask));
    let answers = [
        (fresh(0.5), r#"{"granted":{"fresh":true,"used":0.5}}"#),
        (
            refused(ExceededLimit::ClientDay, Some(DAY_ENDS)),
            r#"{"refused":{"why":"client_day","retry_at":1795449600}}"#,
        ),
        (refused(ExceededLimit::Uses, None), r#"{"refused":{"why":"uses","retry_at":null}}"#),
    ];
    for (answer, text) in answers {
        assert_eq!(serde_json::to_string(&answer).unwrap(), text);
        assert_eq!(TicketReply::parse(text).unwrap(), answer);
    }
    for text in ["{}", r#"{"granted":{"used":0}}"#, r#"{"refused":{}}"#, r#"{"granted":1}"#] {
        assert!(TicketReply::parse(text).is_err(), "{text}");
    }
}

#[test]
fn what_is_no_ticket_request_or_contradicts_itself_is_malformed() {
    let good = serde_json::to_value(TicketRequest {
        share: Some(ShareLimits { id: "0a".to_owned(), uses: None, bytes: None, expires: None }),
        ..ask(5)
    });
    let good = good.unwrap();
    assert!(TicketRequest::parse(good.to_string().as_bytes()).is_ok());
    for text in ["", "null", "[]", "{}", "{\"now\":1", "\"\u{0}\""] {
        assert_eq!(TicketRequest::parse(text.as_bytes()), Err(Malformed), "{text}");
    }
    assert_eq!(TicketRequest::parse(b"\xff"), Err(Malformed));
    for name in good.as_object().unwrap().keys() {
        let mut lacking = good.clone();
        lacking.as_object_mut().unwrap().remove(name);
        assert_eq!(TicketRequest::parse(lacking.to_string().as_bytes()), Err(Malformed), "{name}");
    }
    let bad = [
        ("now", "-1"),
        ("now", "1.5"),
        ("now", "1795449600"),
        ("size", "-1"),
        ("size", "\"5\""),
        ("size", "1e30"),
        ("size", "18446744073709551616"),
        ("client", "\"\""),
        ("file", "\"\""),
        ("share", "{\"id\":\"\",\"uses\":1,\"bytes\":1,\"expires\":1}"),
        ("share", "5"),
        ("budget", "{}"),
        ("max_links", "{\"path\":\"/\"}"),
        ("day", "\"2026-12-01\""),
        ("day", "\"2026-11\""),
        ("month", "\"2026\""),
        ("month_ends", "1795449599"),
    ];
    for (name, value) in bad {
        let mut ask = good.clone();
        ask[name] = serde_json::from_str(value).unwrap();
        assert_eq!(
            TicketRequest::parse(ask.to_string().as_bytes()),
            Err(Malformed),
            "{name}: {}",
            ask[name]
        );
    }
}

#[test]
fn a_file_that_took_the_place_of_another_is_counted_by_its_own_size() {
    let limits = budget([Some(100), None, Some(100), None]);
    let share = ShareLimits { id: "s".to_owned(), uses: Some(1), bytes: Some(60), expires: None };
    let max_links = Some(LinkLimit { path: "/a".to_owned(), limit: 1 });
    let old = TicketRequest { budget: Some(limits), share: Some(share), max_links, ..ask(40) };
    let after = |new: &TicketRequest| {
        let accounts = new.accounts().map(|account| (account, 90)).collect();
        // The old file is among these counts, and took the last link and use.
        let usage = Usage { accounts, links: 1, uses: 1, bytes: 50, ticket: false };
        decide(new, &usage)
    };
    let larger = old.for_replacement(8, 50);
    assert_eq!(after(&larger), fresh(1.0), "90 - 40 + 50");
    assert_eq!((larger.counted_bytes(90), larger.counted_links(1)), (100, 1));
    assert_eq!(after(&old.for_replacement(8, 51)), refused(ExceededLimit::Bytes, None));
    let smaller = old.for_replacement(9, 5);
    assert_eq!(after(&smaller), fresh(0.55));
    assert_eq!(smaller.counted_bytes(90), 55);
    assert_eq!(smaller.counted_bytes(3), 5, "another day's count, which is never negative");
    // A limit that was lowered keeps nobody from a file that costs less.
    let lowered = TicketRequest { budget: Some(budget([Some(9), None, None, None])), ..ask(40) };
    assert_eq!(decided(&lowered.for_replacement(9, 5), [90, 0, 0, 0]), fresh(1.0));
    let tickets = [&old, &larger, &smaller].map(TicketRequest::ticket);
    assert!(tickets[0] != tickets[1] && tickets[1] != tickets[2], "each is counted once");
    let sent = serde_json::to_vec(&larger).unwrap();
    assert_eq!(TicketRequest::parse(&sent), Ok(larger));
}
