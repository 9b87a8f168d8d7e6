use proptest::prelude::*;

use serde_json::json;

use super::*;
use crate::error::upstream::UpstreamErrorKind;
use crate::sources::open::sign_in::{read_token, token};
use crate::sources::open::{OpenCredentials, RefreshClient};
use crate::sources::upstream::envelope::tests::{any_response, response};
use crate::time::UnixSeconds;

const NOW: UnixSeconds = UnixSeconds(1_700_000_000);

fn open(credentials: OpenCredentials) -> Open {
    let api = "https://open-api.123pan.com".to_owned();
    Open { account: String::new(), credentials, api, direct: None }
}

fn client() -> Open {
    open(OpenCredentials::Client { id: Secret::new("i"), secret: Secret::new("s&") })
}

fn pasted() -> Open {
    open(OpenCredentials::AccessToken(Secret::new("t0k")))
}

fn own() -> Open {
    let client = RefreshClient::Own { id: Secret::new("i"), secret: Secret::new("s&") };
    open(OpenCredentials::Refresh { token: Secret::new("first+"), client })
}

fn elsewhere(address: &str) -> Open {
    let client = RefreshClient::RenewalService(address.to_owned());
    open(OpenCredentials::Refresh { token: Secret::new("first+"), client })
}

fn header<'c>(call: &'c Call, name: &str) -> Option<&'c str> {
    call.headers.iter().find(|(have, _)| *have == name).map(|(_, value)| &**value)
}

#[test]
fn a_token_is_asked_for_by_credentials() {
    const TAIL: &str = "refresh_ui=next&server_use=true&driver_txt=123cloud_oa";
    assert_eq!(token(&pasted(), None), None);

    let call = token(&client(), Some(&Secret::new("unused"))).unwrap();
    assert_eq!(call.url, "https://open-api.123pan.com/api/v1/access_token");
    assert_eq!((call.method, call.endpoint), ("POST", TOKEN));
    assert_eq!(call.body.as_deref(), Some(r#"{"clientID":"i","clientSecret":"s&"}"#));
    assert_eq!(header(&call, "platform"), Some("open_platform"));
    assert_eq!(header(&call, "authorization"), None);

    let call = token(&own(), None).unwrap();
    let want = "https://open-api.123pan.com/api/v1/oauth2/access_token?grant_type=refresh_token\
        &client_id=i&client_secret=s%26&refresh_token=first%2B";
    assert_eq!((call.method, &*call.url, call.body), ("POST", want, None));
    let call = token(&own(), Some(&Secret::new("next"))).unwrap();
    assert!(call.url.ends_with("&refresh_token=next"), "{}", call.url);

    for (address, and) in [("https://r.example/renewapi", '?'), ("https://r.example/?a=1", '&')] {
        let call = token(&elsewhere(address), Some(&Secret::new("next"))).unwrap();
        assert_eq!((call.method, call.url), ("GET", format!("{address}{and}{TAIL}")));
        assert_eq!(call.headers.len(), 1, "nothing but the user agent goes to a third party");
    }
}

#[test]
fn a_developers_token_has_a_date() {
    let body = r#"{"code":0,"message":"ok","data":{"accessToken":"a.b.c","expiredAt":"2025-03-23T15:48:37+08:00"},"x-traceID":"t"}"#;
    let tokens = read_token(&client(), &response(body), NOW).unwrap();
    assert_eq!(tokens.access.secret.expose(), "a.b.c");
    assert_eq!(tokens.access.expires_at, Some(UnixSeconds(1_742_716_117)));
    assert!(tokens.refresh.is_none());
}

#[test]
fn a_renewed_token_has_a_lifetime() {
    let cases = [
        (
            r#"{"token_type":"Bearer","access_token":"a","refresh_token":"r","expires_in":7200}"#,
            7200,
        ),
        (r#"{"access_token":"a","refresh_token":"r"}"#, 1800),
        (r#"{"access_token":"a","refresh_token":"r","expires_in":0}"#, 1800),
        (r#"{"code":0,"data":{"access_token":"a","refresh_token":"r","expires_in":"60"}}"#, 60),
    ];
    for (body, seconds) in cases {
        for open in [own(), elsewhere("https://r.example/")] {
            let tokens = read_token(&open, &response(body), NOW).unwrap();
            assert_eq!(tokens.access.secret.expose(), "a");
            assert_eq!(tokens.refresh.unwrap().expose(), "r");
            assert_eq!(tokens.access.expires_at, Some(UnixSeconds(NOW.0 + seconds)), "{body}");
        }
    }
}

#[test]
fn a_token_that_is_refused_says_why() {
    let (own, other) = (own(), elsewhere("https://r.example/"));
    let cases = [
        (&client(), 200, r#"{"code":401,"message":"no client"}"#, UpstreamErrorKind::Credentials),
        (&client(), 200, r#"{"code":1,"message":"oops"}"#, UpstreamErrorKind::Server),
        (&client(), 200, r#"{"code":0,"data":{}}"#, UpstreamErrorKind::Other),
        (
            &client(),
            200,
            r#"{"code":401,"message":"tokens number has exceeded the limit"}"#,
            UpstreamErrorKind::TooManyTokens,
        ),
        (&own, 400, r#"{"error":"invalid_grant"}"#, UpstreamErrorKind::Credentials),
        (&own, 200, r#"{"code":401,"message":"over"}"#, UpstreamErrorKind::Credentials),
        (&own, 500, r#"{"message":"oops"}"#, UpstreamErrorKind::Server),
        (&own, 429, "", UpstreamErrorKind::RateLimited),
        (&own, 200, r#"{"access_token":"a"}"#, UpstreamErrorKind::HostChanged),
        (&other, 500, r#"{"text":"refused"}"#, UpstreamErrorKind::Credentials),
        (&other, 200, r#"{"text":"refused","access_token":""}"#, UpstreamErrorKind::Credentials),
        (&other, 500, "<html>", UpstreamErrorKind::Server),
        (&other, 502, r#"{"text":"busy"}"#, UpstreamErrorKind::Server),
        (&other, 200, "<html>", UpstreamErrorKind::HostChanged),
        (&pasted(), 200, "{}", UpstreamErrorKind::Auth),
    ];
    for (open, status, body, want) in cases {
        let failed = read_token(open, &ApiResponse { status, ..response(body) }, NOW).unwrap_err();
        assert_eq!(failed.kind, want, "{status} {body}");
    }
    let body = r#"{"error":"d","message":"c","text":"b","error_description":"a"}"#;
    let failed =
        read_token(&other, &ApiResponse { status: 500, ..response(body) }, NOW).unwrap_err();
    assert_eq!(failed.said.as_deref(), Some("a"));
}

#[test]
fn calls_are_spelled_as_the_vendor_spells_them() {
    let (open, token) = (client(), Secret::new("t0k"));
    let base = "https://open-api.123pan.com/api";
    let cases = [
        (list(&open, &token, 0, None), "/v2/file/list?parentFileId=0&limit=100"),
        (list(&open, &token, 7, Some(0)), "/v2/file/list?parentFileId=7&limit=100"),
        (list(&open, &token, 7, Some(9)), "/v2/file/list?parentFileId=7&limit=100&lastFileId=9"),
        (download(&open, &token, 5), "/v1/file/download_info?fileId=5"),
        (direct_link(&open, &token, 5), "/v1/direct-link/url?fileID=5"),
        (user_info(&open, &token), "/v1/user/info"),
    ];
    for (call, want) in cases {
        assert_eq!((call.method, &call.url), ("GET", &format!("{base}{want}")));
        assert_eq!(header(&call, "authorization"), Some("Bearer t0k"));
        assert_eq!(header(&call, "platform"), Some("open_platform"));
        assert_eq!(header(&call, "content-type"), Some("application/json"));
    }
}

#[test]
fn a_listing_is_read() {
    let body = r#"{"code":0,"message":"ok","data":{"lastFileId":-1,"fileList":[{"fileId":14749954,"filename":"a.txt","parentFileId":0,"type":0,"etag":"0123456789abcdef0123456789abcdef","size":12,"category":0,"status":0,"punishFlag":0,"s3KeyFlag":"1812345678-0","storageNode":"m1","trashed":0,"createAt":"2025-02-24 17:57:01","updateAt":"2025-02-24 17:57:01"}]},"x-traceID":"t-1"}"#;
    let page = read_list(&response(body)).unwrap();
    let entry = &page.entries[0];
    assert_eq!((entry.id, &*entry.name, entry.size), (14_749_954, "a.txt", 12));
    assert_eq!((entry.modified, &*entry.key_flag), (Some(UnixSeconds(1_740_391_021)), ""));
    assert_eq!((page.unusable, page.next, page.total), (0, None, None));
}

#[test]
fn what_lies_in_the_bin_is_not_there() {
    let row = |id: u64, trashed: u8, status: u8| json!({ "fileId": id, "filename": "a", "type": 1, "trashed": trashed, "status": status });
    let rows = [row(1, 1, 0), row(2, 0, 104), row(3, 0, 0)];
    let body = json!({ "code": 0, "data": { "lastFileId": 3, "fileList": rows } }).to_string();
    let page = read_list(&response(&body)).unwrap();
    assert_eq!((page.entries.len(), page.unusable, page.next), (1, 1, Some(3)));
    for (last, rows, next) in [
        (json!(9), json!([row(1, 1, 0)]), Some(9)),
        (json!(9), json!([]), None),
        (json!(0), json!([row(1, 0, 0)]), None),
        (json!(null), json!([row(1, 0, 0)]), None),
        (json!("-1"), json!([row(1, 0, 0)]), None),
    ] {
        let body = json!({ "code": 0, "data": { "lastFileId": last, "fileList": rows } });
        assert_eq!(read_list(&response(&body.to_string())).unwrap().next, next, "{body}");
    }
}

#[test]
fn addresses_and_the_account_are_read() {
    let some =
        response(r#"{"code":0,"data":{"downloadUrl":"https://h/a","url":"https://v/b","uid":7}}"#);
    assert_eq!(read_download(&some), Ok("https://h/a".to_owned()));
    assert_eq!(read_direct_link(&some), Ok("https://v/b".to_owned()));
    assert_eq!(read_user_info(&some), Ok(7));
    let nothing = response(r#"{"code":0,"data":{"url":"","uid":-1}}"#);
    assert_eq!(read_download(&nothing), Err(malformed()));
    assert_eq!(read_direct_link(&nothing), Err(malformed()));
    assert_eq!(read_user_info(&nothing), Err(malformed()));
}

proptest! {
    #[test]
    fn any_response_is_read_without_panic(response in any_response()) {
        for open in [client(), pasted(), own(), elsewhere("https://r.example/")] {
            let _ = read_token(&open, &response, NOW);
        }
        let _ = (read_list(&response), read_user_info(&response));
        let _ = (read_download(&response), read_direct_link(&response));
    }
}
