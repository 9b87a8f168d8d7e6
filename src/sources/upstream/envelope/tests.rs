use std::time::Duration;

use proptest::prelude::*;
use serde_json::json;

use super::*;

/// A response with HTTP 200 and this body.
pub(crate) fn response(body: &str) -> ApiResponse {
    ApiResponse { status: 200, body: body.as_bytes().to_vec(), ..ApiResponse::default() }
}

/// Generates responses of any kind: bytes, or JSON with the fields that readers look for.
pub(crate) fn any_response() -> impl Strategy<Value = ApiResponse> {
    const FIELDS: [&str; 24] = [
        "code",
        "message",
        "data",
        "token",
        "expire",
        "Next",
        "Total",
        "InfoList",
        "Expired",
        "fileList",
        "lastFileId",
        "FileId",
        "FileName",
        "Type",
        "Size",
        "UpdateAt",
        "Trashed",
        "DownloadUrl",
        "dispatchList",
        "downloadPath",
        "url",
        "uid",
        "access_token",
        "expires_in",
    ];
    let leaf = prop_oneof![
        Just(json!(null)),
        any::<i64>().prop_map(Value::from),
        any::<u64>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        any::<bool>().prop_map(Value::from),
        (0..2_i64).prop_map(Value::from),
        ".{0,30}".prop_map(Value::from),
        "[0-9]{4}-[0-9]{2}-[0-9]{2}[T ][0-9:]{0,9}[.+Z0-9: -]{0,9}".prop_map(Value::from),
    ];
    let tree = leaf.prop_recursive(4, 40, 8, |inner| {
        let fields =
            proptest::collection::hash_map(proptest::sample::select(&FIELDS), inner.clone(), 0..8);
        prop_oneof![
            proptest::collection::vec(inner, 0..5).prop_map(Value::from),
            fields.prop_map(|fields| {
                fields.into_iter().map(|(name, value)| (name.to_owned(), value)).collect()
            }),
        ]
    });
    let body = prop_oneof![
        proptest::collection::vec(any::<u8>(), 0..200),
        tree.clone().prop_map(|tree| tree.to_string().into_bytes()),
        tree.prop_map(|tree| json!({ "code": 0, "data": tree }).to_string().into_bytes()),
        ".{0,200}".prop_map(String::into_bytes),
    ];
    (any::<u16>(), body).prop_map(|(status, body)| ApiResponse {
        status,
        body,
        ..ApiResponse::default()
    })
}

fn trouble_of(api: CallKind, status: u16, body: &str) -> UpstreamErrorKind {
    data(&ApiResponse { status, ..response(body) }, api).unwrap_err().kind
}

#[test]
fn an_envelope_is_read_however_it_is_written() {
    let cases = [
        (r#"{"code":0,"message":"ok","data":{"a":1}}"#, json!({ "a": 1 })),
        (r#"{"code":"0","message":"","data":{"a":1}}"#, json!({ "a": 1 })),
        (r#"{"Code":0,"Message":"ok","Data":{"a":1}}"#, json!({ "a": 1 })),
        (r#"{"code":0,"data":"null"}"#, json!(null)),
        (r#"{"code":0}"#, json!(null)),
    ];
    for (body, want) in cases {
        assert_eq!(data(&response(body), CallKind::Web), Ok(want), "{body}");
    }
}

#[test]
fn a_string_for_data_is_a_fault_of_the_vendor_and_no_success() {
    for text in ["", "null", "参数错误", "https://h.example/a", "{\"url\":\"https://h.example/a\"}"]
    {
        for (api, code) in [
            (CallKind::SignIn, 200),
            (CallKind::Web, 0),
            (CallKind::ShareList, 0),
            (CallKind::ShareFile, 0),
            (CallKind::Open, 0),
        ] {
            let body = json!({ "code": code, "message": "ok", "data": text }).to_string();
            let read = read::<crate::sources::upstream::wire::Redirect>(&response(&body), api);
            assert_eq!(read.err(), Some(malformed()), "{api:?} {text:?}");
        }
    }
}

#[test]
fn a_code_decides_the_kind() {
    use UpstreamErrorKind::{
        Auth, Blocked, Checking, Credentials, LoginRequired, NeedHuman, NotFound, Other, Quota,
        RateLimited, Server, ShareDenied, ShareGone,
    };
    let cases = [
        (CallKind::Web, "401", Auth),
        (CallKind::Web, "2", Auth),
        (CallKind::Web, "20101", Auth),
        (CallKind::Web, "5066", NotFound),
        (CallKind::Web, "5113", Quota),
        (CallKind::Web, "5114", Quota),
        (CallKind::Web, "104", Blocked),
        (CallKind::Web, "400", Other),
        (CallKind::Web, "200", Other),
        (CallKind::Web, "5060", Other),
        (CallKind::Web, "429", RateLimited),
        (CallKind::Web, "\"429\"", RateLimited),
        (CallKind::Web, "100011", RateLimited),
        (CallKind::Web, "-1", Server),
        (CallKind::SignIn, "7012", NeedHuman),
        (CallKind::SignIn, "0", Credentials),
        (CallKind::SignIn, "1", Credentials),
        (CallKind::SignIn, "400", Credentials),
        (CallKind::SignIn, "401", Credentials),
        (CallKind::SignIn, "-1", Server),
        (CallKind::SignIn, "429", RateLimited),
        (CallKind::ShareList, "401", LoginRequired),
        (CallKind::ShareList, "5103", ShareDenied),
        (CallKind::ShareList, "5104", ShareGone),
        (CallKind::ShareFile, "401", Auth),
        (CallKind::ShareFile, "5112", Quota),
        (CallKind::Open, "1", Server),
        (CallKind::Open, "20103", Checking),
        (CallKind::Open, "5066", NotFound),
    ];
    for (api, code, want) in cases {
        let body = format!(r#"{{"code":{code},"message":"","data":null}}"#);
        assert_eq!(trouble_of(api, 200, &body), want, "{api:?} {code}");
    }
}

#[test]
fn a_message_decides_where_the_code_does_not() {
    use UpstreamErrorKind::{
        Auth, Banned, InvalidRequest, NeedHuman, NotFound, Other, RegionBanned, Server, ShareGone,
        Signature, TooManyTokens,
    };
    const PLATFORM: &str = "Please include the platform field in the request header";
    let cases = [
        (CallKind::Web, 400, "文件 验证码.txt 错误", Other),
        (CallKind::Web, -1, "文件 陌生设备 错误", Server),
        (CallKind::ShareFile, 9, "验证码", Other),
        (CallKind::Open, 1, "短信验证.mp4", Server),
        (CallKind::Web, 2, "检测到陌生设备", NeedHuman),
        (CallKind::Open, 20_101, "账号风险", NeedHuman),
        (CallKind::Web, 401, "tokens number has exceeded the limit", TooManyTokens),
        (CallKind::SignIn, 401, "Tokens number has exceeded the limit", TooManyTokens),
        (CallKind::Open, 401, "tokens number has exceeded the limit", TooManyTokens),
        (CallKind::SignIn, 9, "请完成短信验证", NeedHuman),
        (CallKind::SignIn, 9, "帐号风险", NeedHuman),
        (CallKind::Web, 401, "检测到陌生设备", NeedHuman),
        (CallKind::Web, 401, "签名错误，请检查本地时间是否为UTC+8", Signature),
        (CallKind::SignIn, 403, "Platform forbidden", Banned),
        (CallKind::ShareList, 9, "分享已失效", ShareGone),
        (CallKind::ShareList, 1, "分享已失效", ShareGone),
        (CallKind::ShareFile, 9, "share expired", ShareGone),
        (CallKind::ShareFile, 401, "token is expired", Auth),
        (CallKind::Web, 401, "token is expired", Auth),
        (CallKind::Web, 5066, "陌生设备.txt 不存在", NotFound),
        (CallKind::Web, 1, "请进行验证", NeedHuman),
        (CallKind::ShareList, 5, "请进行验证！", NeedHuman),
        (CallKind::Web, 1, "文件 请进行验证.txt 错误", Server),
        (CallKind::ShareFile, 1, "文件 123pan-foreign-forbidden.txt 错误", Server),
        (CallKind::ShareFile, 1, "123pan-foreign-forbidden.txt 错误", Server),
        (CallKind::Web, 1, "Tokens number has exceeded.txt 错误", Server),
        (CallKind::Web, 1, "文件 forbidden client ip.txt 错误", Server),
        (CallKind::ShareFile, 9, "文件 123pan forbidden 错误", Other),
        (CallKind::Web, 1, "123pan-foreign-forbidden cache client ip.mp4 错误", Server),
        (CallKind::Open, 1, "platform forbidden.mp4 is being checked", Server),
        (CallKind::Web, 401, "file tokens number has exceeded the limit.txt", Auth),
        (CallKind::Web, 1, "field in the request header.txt 错误", Server),
        (CallKind::Web, 1, "文件 UTC+8.txt 错误", Server),
        (CallKind::ShareFile, 1, "文件 签名错误.docx 错误", Server),
        (CallKind::Web, 1, PLATFORM, InvalidRequest),
        (CallKind::SignIn, 1, PLATFORM, InvalidRequest),
        (CallKind::ShareList, 400, "非法请求，源文件不存在", ShareGone),
        (CallKind::ShareFile, 400, "非法请求，源文件不存在", ShareGone),
        (CallKind::Web, 400, "非法请求，源文件不存在", Other),
        (CallKind::Web, 403, "123pan-foreign-forbidden cache client ip", RegionBanned),
        (CallKind::SignIn, 403, "123pan-foreign-forbidden cache client ip", RegionBanned),
    ];
    for (api, code, words, want) in cases {
        let body = json!({ "code": code, "message": words, "data": null }).to_string();
        assert_eq!(trouble_of(api, 200, &body), want, "{api:?} {code} {words}");
    }
    let expired = r#"{"code":0,"message":"ok","data":{"Expired":true,"InfoList":[]}}"#;
    assert_eq!(trouble_of(CallKind::ShareList, 200, expired), ShareGone);
    assert!(data(&response(expired), CallKind::Web).is_ok());
}

#[test]
fn status_and_code_both_have_to_be_right() {
    use UpstreamErrorKind::{
        Auth, Banned, Credentials, HostChanged, LoginRequired, Other, RateLimited, RegionBanned,
        Server, TimedOut,
    };
    let ok = r#"{"code":0,"data":{}}"#;
    let page = "<!DOCTYPE html><title>123云盘</title>";
    let cases = [
        (CallKind::Web, 401, ok, Auth),
        (CallKind::Web, 403, ok, Other),
        (CallKind::Web, 429, ok, RateLimited),
        (CallKind::Web, 502, ok, Server),
        (CallKind::Open, 429, r#"{"code":1,"message":"x"}"#, RateLimited),
        (CallKind::Web, 200, r#"{"data":{}}"#, HostChanged),
        (CallKind::Web, 200, page, HostChanged),
        (CallKind::Web, 302, "", HostChanged),
        (CallKind::Web, 404, page, HostChanged),
        (CallKind::Web, 503, page, Server),
        (CallKind::Web, 408, "", TimedOut),
        (CallKind::Open, 401, "nope", Auth),
        (CallKind::SignIn, 401, "nope", Credentials),
        (CallKind::ShareList, 401, "nope", LoginRequired),
        (CallKind::Web, 200, "[]", HostChanged),
        (CallKind::Web, 200, "123pan-global-slb forbidden client ip 1.2.3.4", Banned),
        (CallKind::Web, 403, "123pan-foreign-forbidden cache client ip 1.2.3.4", RegionBanned),
        (CallKind::Web, 403, "<h1>123Pan Forbidden</h1>", Banned),
        (CallKind::Web, 200, r#"{"message":"123pan forbidden"}"#, Banned),
    ];
    for (api, status, body, want) in cases {
        assert_eq!(trouble_of(api, status, body), want, "{api:?} {status} {body}");
    }
    let cut = ApiResponse { cut: true, ..response(r#"{"code":0,"data":{"InfoList":[{"#) };
    assert_eq!(data(&cut, CallKind::Web).unwrap_err().kind, Other);
}

#[test]
fn a_failure_tells_what_the_vendor_told() {
    let body = r#"{"code":"429","message":"请求过于频繁\u0007","data":null}"#;
    let failed = data(
        &ApiResponse { retry_after: Some(Duration::from_secs(9)), ..response(body) },
        CallKind::ShareList,
    );
    let want = UpstreamError {
        kind: UpstreamErrorKind::RateLimited,
        code: Some(429),
        said: Some("请求过于频繁".to_owned()),
        retry_after: Some(Duration::from_secs(9)),
    };
    assert_eq!(failed, Err(want));
}

#[test]
fn a_message_loses_whatever_could_be_a_secret() {
    const CASES: &[(&str, &str)] = &[
        ("账号或密码错误", "账号或密码错误"),
        ("not found r or referer in steal link v6", "not found r or referer in steal link v6"),
        ("您需要注册登录或付费后下载", "您需要注册登录或付费后下载"),
        ("请检查本地时间是否为UTC+8", "请检查本地时间是否为UTC+8"),
        ("user 13812345678 is unknown", "user … is unknown"),
        ("手机号138-1234-5678错误", "手机号…错误"),
        ("share VN6A-qP163 is gone", "share … is gone"),
        ("token eyJhbGciOiJIUzI1NiJ9.eyJpZCI6MX0.c2ln_-", "token …"),
        ("key abcdefghijklmnopqrstuvwxyz", "key …"),
        ("见https://h.example/中文?a=b，重试", "见…，重试"),
        ("see www.example.com/x now", "see … now"),
        ("mail me@example.com please", "mail … please"),
        ("password=hunter wrong", "… wrong"),
        ("a\u{0}b\tc\nd\u{202e}e\u{200b}f", "ab c def"),
        ("password hunter2", "password …"),
    ];
    for (message, want) in CASES {
        assert_eq!(clean(message).unwrap(), *want, "{message:?}");
    }
    assert_eq!(clean(&"长".repeat(500)).unwrap(), "长".repeat(120));
    for nothing in ["", " \n", "\u{7}"] {
        assert_eq!(clean(nothing), None, "{nothing:?}");
    }
}

proptest! {
    #[test]
    fn any_response_is_read_without_panic(response in any_response()) {
        for api in [CallKind::SignIn, CallKind::Web, CallKind::ShareList, CallKind::ShareFile, CallKind::Open] {
            let _ = data(&response, api);
        }
    }

    #[test]
    fn what_was_cleaned_is_short_and_tells_no_number(message in r"[a-z0-9@/:. _中，\-]{0,300}") {
        if let Some(cleaned) = clean(&message) {
            prop_assert!(cleaned.chars().count() <= 120);
            let mut words = cleaned.split(|c: char| !c.is_ascii_alphanumeric());
            prop_assert!(words.all(|w| w.len() < 6 || !w.bytes().any(|b| b.is_ascii_digit())));
        }
    }
}
