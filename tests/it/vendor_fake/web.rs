//! The web API's checks.

use serde_json::{Value, json};

use super::client::{Client, LIST, NOW, Spoiled, body, code, query};
use crate::support::vendor::digest;
use crate::support::vendor::http::Request;

#[test]
fn a_correct_call_is_answered() {
    let mut client = Client::new();
    let list = client.list(LIST);
    let data = client.data(&list);
    assert_eq!(data["InfoList"][0]["FileName"], "资料 a+b.txt");
    assert_eq!(data["Next"], "-1");
    let info = client.signed("GET", "/b/api/user/info", "");
    let info = client.bearer(info);
    assert_eq!(client.data(&info)["UID"], 1_812_345_678);
    let infos = client.post("/b/api/file/info", &json!({"fileIdList": [{"fileId": 14_749_954}]}));
    assert_eq!(client.data(&infos)["infoList"][0]["Size"], 11);
}

#[test]
fn every_header_is_wanted() {
    const CASES: [Spoiled; 11] = [
        ("no token", |it| it.without("authorization")),
        ("no bearer", |it| it.without("authorization").with("authorization", "abc")),
        ("two bearers", |it| {
            let token = format!("Bearer {}", it.header("authorization").unwrap());
            it.without("authorization").with("authorization", &token)
        }),
        ("no platform", |it| it.without("platform")),
        ("another platform", |it| it.without("platform").with("platform", "android")),
        ("another version", |it| it.without("app-version").with("app-version", "2")),
        ("another origin", |it| it.without("origin").with("origin", "https://www.123pan.com")),
        ("a referer without slash", |it| {
            let origin = it.header("origin").unwrap().to_owned();
            it.without("referer").with("referer", &origin)
        }),
        ("no referer", |it| it.without("referer")),
        ("no agent", |it| it.without("user-agent")),
        ("an empty agent", |it| it.without("user-agent").with("user-agent", "")),
    ];
    Client::new().refuses(|client| client.list(LIST), &CASES);
    let post: [Spoiled; 1] = [("no content type", |it| it.without("content-type"))];
    Client::new().refuses(|client| client.download("/video.mp4"), &post);
}

/// A request signed for something else.
fn signed_as(request: Request, path: &str, ts: u64, rnd: u64) -> Request {
    let (name, value) = digest::signature(path, ts, rnd);
    Request { query: format!("{LIST}&{name}={value}"), ..request }
}

#[test]
fn a_signature_is_checked_whole() {
    const PATH: &str = "/b/api/file/list/new";
    const CASES: [Spoiled; 8] = [
        ("none", |it| Request { query: LIST.to_owned(), ..it }),
        ("two", |it| {
            let query = format!("{}&{}", it.query, it.query.split('&').next_back().unwrap());
            Request { query, ..it }
        }),
        ("path without /b/api", |it| signed_as(it, "/file/list/new", NOW / 1000, 7)),
        ("too early", |it| signed_as(it, PATH, NOW / 1000 - 301, 7)),
        ("too late", |it| signed_as(it, PATH, NOW / 1000 + 400, 7)),
        ("rnd too high", |it| signed_as(it, PATH, NOW / 1000, 10_000_001)),
        ("another name", |it| {
            let value = it.query.rsplit('=').next().unwrap();
            Request { query: format!("{LIST}&12345={value}"), ..it }
        }),
        ("another digest", |it| Request { query: format!("{}1", it.query), ..it }),
    ];
    Client::new().refuses(|client| client.list(LIST), &CASES);
    let mut client = Client::new();
    let unsigned = client.bearer(client.plain("GET", &format!("{PATH}?{LIST}")));
    let message = client.send(&unsigned).value()["message"].clone();
    assert!(message.as_str().unwrap().contains("UTC+8"), "{message}");
}

#[test]
fn a_signature_is_good_once() {
    let mut client = Client::new();
    let request = client.list(LIST);
    client.data(&request);
    assert_eq!(code(&client.send(&request)), json!(400));
    assert_eq!(client.vendor.violations(), ["web.list: signature: used before"]);
    client.vendor.quirks.replay_check = false;
    assert_eq!(code(&client.send(&request)), json!(0));
}

#[test]
fn every_parameter_is_wanted_as_it_is_spelled() {
    const CASES: [Spoiled; 9] = [
        ("small page", |it| query(it, "Page=", "page=")),
        ("small search", |it| query(it, "SearchData=", "searchData=")),
        ("no page", |it| query(it, "&Page=1", "")),
        ("page 0", |it| query(it, "Page=1", "Page=0")),
        ("a cursor", |it| query(it, "next=0", "next=5")),
        ("unknown", |it| query(it, "driveId=0", "driveId=0&more=1")),
        ("twice", |it| query(it, "driveId=0", "driveId=0&driveId=0")),
        ("no id", |it| query(it, "parentFileId=0", "parentFileId=x")),
        ("unknown order", |it| query(it, "file_id", "fileid")),
    ];
    Client::new().refuses(|client| client.list(LIST), &CASES);
}

#[test]
fn a_download_names_the_file_field_by_field() {
    const CASES: [Spoiled; 8] = [
        ("etag", |it| body(it, "\"etag\":\"", "\"etag\":\"0")),
        ("a negative id", |it| body(it, "\"fileId\":1", "\"fileId\":-1")),
        ("size", |it| body(it, "300000", "300001")),
        ("type", |it| body(it, "\"type\":0", "\"type\":1")),
        ("name", |it| body(it, "video", "vidio")),
        ("flag", |it| body(it, "1812345678-0", "1812345678-1")),
        ("drive", |it| body(it, "\"driveId\":0", "\"driveId\":1")),
        ("casing", |it| body(it, "s3keyFlag", "S3KeyFlag")),
    ];
    Client::new().refuses(|client| client.download("/video.mp4"), &CASES);
    let mut client = Client::new();
    client.vendor.drive.rename(client.id("/video.mp4"), "film.mp4");
    let mut former = client.download_body("/film.mp4");
    former["fileName"] = json!("video.mp4");
    let request = client.post("/b/api/file/download_info", &former);
    assert!(client.data(&request)["DownloadUrl"].as_str().unwrap().starts_with("http"));
}

#[test]
fn a_file_that_cannot_be_had_says_why() {
    let mut client = Client::new();
    for (path, want) in
        [("/states/invalid.txt", 104), ("/states/rejected.txt", 104), ("/binned.txt", 5066)]
    {
        let request = client.download(path);
        assert_eq!(code(&client.send(&request)), json!(want), "{path}");
    }
    let zero = client.download("/zero.bin");
    assert_eq!(client.data(&zero)["DownloadUrl"], "");
    let gone = client.download("/video.mp4");
    client.vendor.drive.remove(client.id("/video.mp4"));
    assert_eq!(code(&client.send(&gone)), json!(5066));
    client.vendor.quirks.quota = 5113;
    let request = client.download("/音乐/02.一千零一夜-李克勤.mp3");
    assert_eq!(code(&client.send(&request)), json!(5113));
    assert_eq!(client.vendor.violations(), [""; 0]);
}

#[test]
fn a_dead_token_is_answered_as_set() {
    let mut client = Client::new();
    client.now += 30 * 24 * 3600 * 1000;
    for want in [401, 2, 20101] {
        client.vendor.quirks.dead_token_code = want;
        let request = client.list(LIST);
        assert_eq!(code(&client.send(&request)), json!(want));
    }
    assert_eq!(client.vendor.violations(), [""; 0]);
}

#[test]
fn too_many_calls_are_refused_for_a_while() {
    let mut client = Client::new();
    let mut codes = Vec::new();
    for _ in 0..16 {
        let request = client.list(LIST);
        let reply = client.vendor.handle(&request);
        codes.push(code(&reply));
    }
    assert_eq!(codes[14], json!(0));
    assert_eq!(codes[15], json!(100_011));
    client.now += 1000;
    let request = client.list(LIST);
    assert_eq!(client.send(&request).value()["message"], "ok");
    client.vendor.quirks.spacing_ms = 700;
    client.now -= 400;
    let request = client.list(LIST);
    client.send(&request);
    assert_eq!(client.vendor.violations(), ["web.list: calls closer than the spacing"]);
}

#[test]
fn what_does_not_exist_is_a_violation() {
    let mut client = Client::new();
    for (method, target, want) in [
        ("GET", "/b/api/file/list", 404),
        ("POST", "/b/api/file/delete", 404),
        ("POST", "/b/api/file/list/new", 405),
        ("GET", "/b/api/file/download_info", 405),
        ("DELETE", "/cdn/p/1/c", 405),
        ("GET", "/moved", 404),
    ] {
        let request = client.plain(method, target);
        let reply = client.send(&request);
        assert_eq!((reply.status, reply.value()), (want, Value::Null), "{method} {target}");
    }
    assert_eq!(client.vendor.violations().len(), 6);
}
