use serde_json::json;

use super::*;

#[test]
fn names_are_read_in_any_case() {
    let lowered = |json: &str| parse(json.as_bytes());
    let nested = json!({ "code": 0, "data": { "infolist": [{ "fileid": 1 }], "a_b": "Ab" } });
    assert_eq!(
        lowered(r#"{"Code":0,"DATA":{"InfoList":[{"fileId":1}],"a_B":"Ab"}}"#),
        Some(nested)
    );
    assert_eq!(lowered(r#"{"A":1,"a":2}"#), Some(json!({ "a": 1 })), "the first stays");
    for other in ["", "null", "[]", "[{}]", "\"a\"", "{", "{} {}"] {
        assert_eq!(lowered(other), None, "{other}");
    }
}

#[test]
fn a_scalar_is_read_however_it_is_written() {
    let cases = [
        (json!(7), Some(7), None, true),
        (json!("7"), Some(7), Some("7"), true),
        (json!(" 7 "), Some(7), Some("7"), true),
        (json!(7.9), Some(7), None, true),
        (json!("7.9"), None, Some("7.9"), false),
        (json!(-7), Some(-7), None, true),
        (json!(0), Some(0), None, false),
        (json!("0"), Some(0), Some("0"), false),
        (json!(u64::MAX), Some(i64::MAX), None, true),
        (json!(1e300), Some(i64::MAX), None, true),
        (json!(true), None, None, true),
        (json!(false), None, None, false),
        (json!(null), None, None, false),
        (json!(" "), None, None, false),
        (json!([7]), None, None, false),
        (json!({ "a": 7 }), None, None, false),
    ];
    for (value, number, words, is_set) in cases {
        let natural = number.and_then(|number| u64::try_from(number).ok());
        assert_eq!(whole(&value).unwrap(), number, "{value}");
        assert_eq!(unsigned(&value).unwrap(), natural, "{value}");
        assert_eq!(text(&value).unwrap().as_deref(), value.as_str(), "{value}");
        assert_eq!(filled(&value).unwrap().as_deref(), words, "{value}");
        assert_eq!(flag(&value).unwrap(), is_set, "{value}");
    }
}

#[test]
fn an_object_is_read_from_nothing_else() {
    #[derive(Debug, PartialEq, Deserialize)]
    struct Named {
        name: String,
    }
    let a = || Some(Named { name: "a".to_owned() });
    let cases = [
        (json!([{ "name": "a" }, ["a"], { "name": 1 }, {}]), Some(vec![a(), None, None, None])),
        (json!([["a"], { "name": "a" }]), Some(vec![None, a()])),
        (json!([]), Some(vec![])),
        (json!(null), Some(vec![])),
        (json!("null"), None),
        (json!({ "name": "a" }), None),
    ];
    for (value, want) in cases {
        let in_front = want.as_ref().and_then(|items| items.first()?.as_ref());
        assert_eq!(first::<_, Named>(&value).unwrap().as_ref(), in_front, "{value}");
        assert_eq!(list(&value).ok(), want, "{value}");
    }
    assert_eq!(nested(json!({ "name": "a" })).unwrap(), a());
    assert_eq!(nested::<_, Named>(json!(["a"])).unwrap(), None);
}

#[test]
fn a_moment_is_read_however_it_is_written() {
    let cases = [
        (json!("2026-01-02T03:04:05+08:00"), Some(1_767_294_245)),
        (json!("2026-01-02T03:04:05.999+08:00"), Some(1_767_294_245)),
        (json!("2026-01-01T19:04:05Z"), Some(1_767_294_245)),
        (json!("2026-01-01T13:34:05-05:30"), Some(1_767_294_245)),
        (json!("2025-02-24 17:57:01"), Some(1_740_391_021)),
        (json!("2025-02-24 17:57:01 +0800 CST"), Some(1_740_391_021)),
        (json!("2025-03-23T15:48:37+08:00"), Some(1_742_716_117)),
        (json!("2024-02-29T00:00:00Z"), Some(1_709_164_800)),
        (json!(1_740_391_021), Some(1_740_391_021)),
        (json!(1_740_391_021.9), Some(1_740_391_021)),
        (json!(1_740_391_021_987_u64), Some(1_740_391_021)),
        (json!("1740391021"), Some(1_740_391_021)),
        (json!(0), None),
        (json!(-5), None),
        (json!(null), None),
        (json!(""), None),
        (json!("0001-01-01T00:00:00Z"), None),
        (json!("2025-13-01 00:00:00"), None),
        (json!("2025-02-24"), None),
        (json!("2025-02-24 25:00:00"), None),
        (json!("2025-02-24 17:57:01 CST"), None),
        (json!("2025/02/24 17:57:01"), None),
        (json!("二〇二五年二月二十四日十七时五十七分"), None),
        (json!([]), None),
    ];
    for (value, want) in cases {
        assert_eq!(moment(&value).unwrap(), want.map(UnixSeconds), "{value}");
    }
}

#[test]
fn a_date_is_one_of_the_calendars() {
    let cases = [
        ("2025-02-24 17:57:01.5", Some(1_740_391_021)),
        ("2025-02-24t17:57:01z", Some(1_740_419_821)),
        ("2025-02-24 17:57:01.123456789 +0800 CST m=+0.01", Some(1_740_391_021)),
        ("2025-02-24 17:57:01 +0000 UTC", Some(1_740_419_821)),
        ("2025-02-24T17:57:01+08:00 ", Some(1_740_391_021)),
        ("2016-12-31T23:59:60Z", Some(1_483_228_800)),
        ("2017-01-01 07:59:60.5", Some(1_483_228_800)),
        ("2025-02-29 00:00:00", None),
        ("2025-02-24 17:57:01 +08:60", None),
        ("2025-02-24 17:57:61", None),
        ("2025-02-24 17:57", None),
    ];
    for (text, want) in cases {
        assert_eq!(moment(json!(text)).unwrap(), want.map(UnixSeconds), "{text}");
    }
}
