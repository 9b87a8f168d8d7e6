//! Tests of 123Pan's web API: accounts, personal drives and shares.

use std::rc::Rc;

use proptest::prelude::*;
use serde_json::{Value, json};

use super::account::{read_sign_in, sign_in};
use super::request_sign::Signing;
use super::{WebAccount, WebCredentials, WebHosts};
use crate::error::upstream::UpstreamErrorKind;
use crate::secret::Secret;
use crate::sources::personal::api::{download, list, read_download, read_list};
use crate::sources::share::Share;
use crate::sources::share::api::{
    download as share_download, list as share_list, read_download as read_share_download,
    read_list as read_share_list,
};
use crate::sources::upstream::call::Call;
use crate::sources::upstream::entry::{FileRef, Page};
use crate::sources::upstream::envelope::tests::{any_response, response};
use crate::time::UnixSeconds;

const SIGNING: Signing = Signing { now: UnixSeconds(1_767_196_800), rnd: 1_234_567 };

fn hosts() -> WebHosts {
    WebHosts {
        api: "https://yun.123pan.com/b/api".to_owned(),
        login: "https://login.123pan.com/api/user/sign_in".to_owned(),
    }
}

fn share(password: &str) -> Share {
    let token = WebCredentials::Token(Secret::new("t0k"));
    let account = WebAccount { digest: String::new(), credentials: token, hosts: hosts() };
    let password = Secret::new(password);
    let key = Secret::new("VN6A-qP163");
    Share { key, password, hosts: hosts(), account: Some(Rc::new(account)) }
}

fn file() -> FileRef {
    FileRef {
        id: 5001,
        name: "资料 a+b.txt".to_owned(),
        size: 12,
        md5: Some([0xab; 16]),
        key_flag: "1812345678-0".to_owned(),
    }
}

fn body(call: &Call) -> Value {
    serde_json::from_str(call.body.as_deref().unwrap()).unwrap()
}

fn header<'c>(call: &'c Call, name: &str) -> Option<&'c str> {
    call.headers.iter().find(|(have, _)| *have == name).map(|(_, value)| &**value)
}

#[test]
fn a_listing_is_asked_for_as_the_web_page_does() {
    let call = list(&hosts(), &Secret::new("t0k"), 77, 2, &SIGNING);
    let want = "https://yun.123pan.com/b/api/file/list/new?driveId=0&limit=100&next=0\
        &orderBy=file_id&orderDirection=asc&trashed=false&SearchData=&OnlyLookAbnormalFile=0\
        &event=homeListFile&operateType=4&inDirectSpace=false&parentFileId=77&Page=2\
        &2543441651=1767196800-1234567-3144878440";
    assert_eq!(call.url, want);
    assert_eq!((call.method, call.endpoint.name, &call.body), ("GET", "List", &None));
    assert_eq!(header(&call, "authorization"), Some("Bearer t0k"));
    assert_eq!(header(&call, "platform"), Some("web"));
    assert_eq!(header(&call, "app-version"), Some("3"));
    assert_eq!(header(&call, "origin"), Some("https://yun.123pan.com"));
    assert_eq!(header(&call, "referer"), Some("https://yun.123pan.com/"));
    assert_eq!(header(&call, "content-type"), None);
    assert!(header(&call, "user-agent").unwrap().contains("Signpost/"));
    let first = list(&hosts(), &Secret::new("t0k"), 77, 0, &SIGNING);
    assert!(first.url.contains("&Page=1&"), "{}", first.url);
}

#[test]
fn a_sign_in_is_by_name_or_by_mail() {
    let call = sign_in(&hosts(), &Secret::new("13800000000"), &Secret::new("p"));
    assert_eq!(call.url, "https://login.123pan.com/api/user/sign_in");
    let want = json!({ "passport": "13800000000", "password": "p", "remember": true });
    assert_eq!(body(&call), want);
    assert_eq!(header(&call, "content-type"), Some("application/json"));
    assert_eq!(header(&call, "authorization"), None);
    let call = sign_in(&hosts(), &Secret::new("A@b.cn"), &Secret::new("p"));
    assert_eq!(body(&call), json!({ "mail": "A@b.cn", "password": "p", "type": 2 }));
}

#[test]
fn a_sign_in_brings_a_token() {
    let now = UnixSeconds(1_700_000_000);
    let ok = r#"{"code":200,"message":"success","data":{"token":"a.b.c","expire":"2025-03-23T15:48:37+08:00"}}"#;
    let token = read_sign_in(&response(ok), now).unwrap();
    assert_eq!(token.secret.expose(), "a.b.c");
    assert_eq!(token.expires_at, Some(UnixSeconds(1_742_716_117)));
    let cases = [
        (r#"{"code":200,"data":{}}"#, UpstreamErrorKind::Other),
        (r#"{"code":200,"data":{"token":"a\nb"}}"#, UpstreamErrorKind::Other),
        (r#"{"code":0,"data":{"token":"a.b.c"}}"#, UpstreamErrorKind::Credentials),
        (r#"{"code":400,"message":"账号或密码错误"}"#, UpstreamErrorKind::Credentials),
        (r#"{"code":7012,"message":"x","data":{"hashCode":"h"}}"#, UpstreamErrorKind::NeedHuman),
        ("<html>", UpstreamErrorKind::HostChanged),
    ];
    for (body, want) in cases {
        assert_eq!(read_sign_in(&response(body), now).unwrap_err().kind, want, "{body}");
    }
}

#[test]
fn a_listing_is_read() {
    let body = r#"{"code":0,"message":"ok","data":{"Next":"-1","Len":1,"IsFirst":true,"Total":1,"InfoList":[{"FileId":5001,"FileName":"资料 a+b.txt","Type":0,"Size":12,"Etag":"0123456789abcdef0123456789abcdef","S3KeyFlag":"1812345678-0","CreateAt":"2026-01-02T03:04:05+08:00","UpdateAt":"2026-01-02T03:04:05+08:00","ParentFileId":0,"Status":0,"Trashed":false}]}}"#;
    let page = read_list(&response(body)).unwrap();
    assert_eq!((page.entries.len(), page.unusable, page.next, page.total), (1, 0, None, Some(1)));
    assert_eq!(page.entries[0].key_flag, "1812345678-0");
    assert_eq!(read_share_list(&response(body)).unwrap(), Page { total: None, ..page });
}

#[test]
fn there_is_more_unless_the_vendor_says_no() {
    let row = r#"{"FileId":1,"FileName":"a","Type":1}"#;
    let cases = [
        (format!(r#"{{"Next":"-1","InfoList":[{row}]}}"#), None),
        (format!(r#"{{"next":-1,"InfoList":[{row}]}}"#), None),
        (format!(r#"{{"Next":"5001","InfoList":[{row}]}}"#), Some(5001)),
        (format!(r#"{{"Next":"","InfoList":[{row}]}}"#), Some(0)),
        (format!(r#"{{"InfoList":[{row}]}}"#), Some(0)),
        (r#"{"Next":"5001","InfoList":[]}"#.to_owned(), None),
        (r#"{"Next":"5001","InfoList":null}"#.to_owned(), None),
    ];
    for (data, want) in cases {
        let page = read_list(&response(&format!(r#"{{"code":0,"data":{data}}}"#))).unwrap();
        assert_eq!(page.next, want, "{data}");
    }
    for data in ["null", "\"null\"", "{}", r#"{"InfoList":7}"#] {
        let read = read_list(&response(&format!(r#"{{"code":0,"data":{data}}}"#)));
        assert_eq!(
            read.unwrap_err().kind,
            UpstreamErrorKind::Other,
            "an empty folder is not guessed"
        );
    }
}

#[test]
fn a_file_is_asked_for_by_what_its_row_said() {
    let token = Secret::new("t0k");
    let call = download(&hosts(), &token, &file(), 1, &SIGNING);
    let url = "https://yun.123pan.com/b/api/file/download_info?2543441651=1767196800-1234567-";
    assert!(call.url.starts_with(url), "{}", call.url);
    assert_eq!((call.method, call.endpoint.name), ("POST", "Download"));
    let want = json!({
        "driveId": 0, "etag": "ab".repeat(16), "fileId": 5001, "fileName": "资料 a+b.txt",
        "s3keyFlag": "1812345678-0", "size": 12, "type": 0,
    });
    assert_eq!(body(&call), want);
    let call = download(&hosts(), &token, &FileRef { md5: None, ..file() }, 2, &SIGNING);
    assert!(call.url.contains("/b/api/v2/file/download_info?"), "{}", call.url);
    assert_eq!(body(&call)["etag"], "");
}

#[test]
fn a_shares_listing_is_asked_for_without_a_token() {
    let call = share_list(&share("a&b"), 7, 1, &SIGNING);
    let want = "https://yun.123pan.com/b/api/share/get?limit=100&next=0&orderBy=file_id\
        &orderDirection=asc&event=homeListFile&operateType=4&parentFileId=7&Page=1\
        &shareKey=VN6A-qP163&SharePwd=a%26b&2543441651=1767196800-1234567-";
    assert!(call.url.starts_with(want), "{}", call.url);
    assert_eq!(header(&call, "authorization"), None);
}

#[test]
fn a_shares_file_is_asked_for_with_one() {
    let call = share_download(&share(""), &Secret::new("t0k"), &file(), 1, &SIGNING);
    assert!(call.url.contains("/b/api/share/download/info?"), "{}", call.url);
    let want = json!({
        "shareKey": "VN6A-qP163", "SharePwd": "", "fileId": 5001, "etag": "ab".repeat(16),
        "s3keyFlag": "1812345678-0", "size": 12,
    });
    assert_eq!(body(&call), want);
    assert_eq!(header(&call, "authorization"), Some("Bearer t0k"));
    let call = share_download(&share(""), &Secret::new("t0k"), &file(), 2, &SIGNING);
    assert!(call.url.contains("/b/api/v2/share/download/info?"), "{}", call.url);
}

#[test]
fn an_address_is_read_under_all_its_names() {
    let cases = [
        (r#"{"DownloadUrl":"https://h/a"}"#, Ok("https://h/a")),
        (r#"{"DownloadURL":" https://h/a "}"#, Ok("https://h/a")),
        (
            r#"{"dispatchList":[{"prefix":"https://h","isp":"x"},{"prefix":"https://i"}],"downloadPath":"/a?b"}"#,
            Ok("https://h/a?b"),
        ),
        (r#"{"dispatchList":[],"downloadPath":"/a"}"#, Err(UpstreamErrorKind::Other)),
        (r#"{"DownloadUrl":""}"#, Err(UpstreamErrorKind::Other)),
        ("null", Err(UpstreamErrorKind::Other)),
    ];
    for (data, want) in cases {
        let response = response(&format!(r#"{{"code":0,"data":{data}}}"#));
        for read in [read_download, read_share_download] {
            let got = read(&response).map_err(|failed| failed.kind);
            assert_eq!(got, want.map(str::to_owned), "{data}");
        }
    }
}

proptest! {
    #[test]
    fn any_response_is_read_without_panic(response in any_response()) {
        let _ = read_sign_in(&response, SIGNING.now);
        let _ = (read_list(&response), read_share_list(&response));
        let _ = (read_download(&response), read_share_download(&response));
    }
}
