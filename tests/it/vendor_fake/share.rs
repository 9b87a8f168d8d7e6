//! Shares.

use serde_json::{Value, json};

use super::client::{Client, SHARE, Spoiled, body, code, query};
use crate::support::vendor::quirks::Expired;

fn get(client: &mut Client) -> crate::support::vendor::http::Request {
    client.signed("GET", "/b/api/share/get", SHARE)
}

#[test]
fn anybody_lists_and_who_is_signed_in_downloads() {
    let mut client = Client::new();
    let request = get(&mut client);
    let data = client.data(&request);
    assert_eq!(data["InfoList"][0]["FileName"], "shared");
    assert_eq!((&data["Expired"], &data["Total"]), (&json!(false), &Value::Null));
    let id = client.id("/shared");
    let request = query(get(&mut client), "parentFileId=0", &format!("ParentFileId={id}"));
    assert_eq!(client.data(&request)["InfoList"][1]["FileName"], "共享 文件.mp4");
    let request = client.share_download("/shared/readme.txt");
    assert!(client.data(&request)["DownloadURL"].as_str().unwrap().contains("/cdn/s/"));
    let other =
        |it| body(body(body(it, "shareKey", "ShareKey"), "fileId", "FileID"), "etag", "Etag");
    let request = other(client.share_download("/shared/readme.txt"));
    client.data(&request);
    let request = client.share_download("/shared/readme.txt").without("authorization");
    assert_eq!(code(&client.send(&request)), json!(401));
    assert_eq!(client.vendor.violations(), [""; 0]);
}

#[test]
fn wrong_calls_are_refused() {
    const LIST: [Spoiled; 5] = [
        ("unsigned", |it| {
            let (query, _) = it.query.rsplit_once('&').unwrap();
            let query = query.to_owned();
            crate::support::vendor::http::Request { query, ..it }
        }),
        ("no password", |it| query(it, "&SharePwd=q7Zf", "")),
        ("small password", |it| query(it, "SharePwd", "sharePwd")),
        ("no page", |it| query(it, "&Page=1", "")),
        ("no platform", |it| it.without("platform")),
    ];
    const DOWNLOAD: [Spoiled; 3] = [
        ("etag", |it| body(it, "\"etag\":\"", "\"etag\":\"0")),
        ("a field twice", |it| body(it, "{", "{\"FILEID\":1,")),
        ("a drive", |it| body(it, "{", "{\"driveId\":0,")),
    ];
    Client::new().refuses(get, &LIST);
    Client::new().refuses(|client| client.share_download("/shared/readme.txt"), &DOWNLOAD);
}

#[test]
fn a_listing_with_a_token_is_that_of_the_callers_own_folder() {
    let mut client = Client::new();
    let id = client.id("/duplicates");
    let request = query(get(&mut client), "parentFileId=0", &format!("parentFileId={id}"));
    assert_eq!(code(&client.send(&request)), json!(5066));
    let request = query(get(&mut client), "parentFileId=0", &format!("parentFileId={id}"));
    let request = client.bearer(request);
    let reply = client.send(&request).value();
    assert_eq!(reply["data"]["InfoList"][0]["FileName"], "same.txt");
    assert_eq!(client.vendor.violations(), ["share.get: a share was listed with a token"]);
}

#[test]
fn wrong_words_and_expiry_are_told_apart() {
    let mut client = Client::new();
    let wrong = query(get(&mut client), "q7Zf", "q7Zg");
    assert_eq!(code(&client.send(&wrong)), json!(5103));
    let wrong = query(get(&mut client), "VN6A", "vn6a");
    assert_eq!(code(&client.send(&wrong)), json!(5103));
    let cased = query(get(&mut client), "q7Zf", "Q7zF");
    assert_eq!(code(&client.send(&cased)), json!(0));
    for (expired, want) in
        [(Expired::Flag, json!(0)), (Expired::Code, json!(5104)), (Expired::Message, json!(1))]
    {
        client.vendor.quirks.share_expired = expired;
        let request = get(&mut client);
        let reply = client.send(&request);
        assert_eq!(code(&reply), want);
        assert_eq!(reply.value()["data"]["Expired"] == true, expired == Expired::Flag);
    }
    assert_eq!(client.vendor.violations(), [""; 0]);
}

#[test]
fn a_share_is_throttled_by_the_minute_with_a_text() {
    let mut client = Client::new();
    let mut last = Value::Null;
    for _ in 0..61 {
        let request = get(&mut client);
        last = code(&client.vendor.handle(&request));
    }
    assert_eq!(last, json!("429"));
    client.now += 60_000;
    let request = get(&mut client);
    client.data(&request);
}
