//! The open platform.

use serde_json::{Value, json};

use super::client::{AGENT, Client, NOW, ORIGIN, Spoiled, code, query};
use crate::support::vendor::accounts::{CLIENT_ID, CLIENT_SECRET, REFRESH_TOKEN};
use crate::support::vendor::http::Request;
use crate::support::vendor::quirks::OpenCursor;

const LIST: &str = "/api/v2/file/list?parentFileId=0&limit=100";

fn token(client: &Client) -> Request {
    let body = json!({"clientID": CLIENT_ID, "clientSecret": CLIENT_SECRET});
    client.open("POST", "/api/v1/access_token").without("authorization").json(&body)
}

#[test]
fn a_correct_call_is_answered() {
    let mut client = Client::new();
    let request = token(&client);
    let data = client.data(&request);
    assert_eq!(data["expiredAt"], "2026-01-31T00:00:00+08:00");
    client.open_token = data["accessToken"].as_str().unwrap().to_owned();
    let request = client.open("GET", LIST);
    let data = client.data(&request);
    let row = &data["fileList"][0];
    assert_eq!(
        (&row["filename"], &row["createAt"]),
        (&json!("资料 a+b.txt"), &json!("2025-02-24 17:57:01"))
    );
    assert!(data["fileList"].as_array().unwrap().iter().any(|row| row["trashed"] == 1));
    let id = client.id("/shared");
    let request = client.open("GET", &format!("/api/v1/file/detail?fileID={id}"));
    assert_eq!(client.data(&request)["size"], client.vendor.drive.weight(id));
    let request = client.open("POST", "/api/v1/file/infos").json(&json!({"fileIds": [id]}));
    assert_eq!(client.data(&request)["fileList"][0]["fileId"], id);
    let id = client.id("/video.mp4");
    let request = client.open("GET", &format!("/api/v1/file/download_info?fileId={id}"));
    let url = client.data(&request)["downloadUrl"].as_str().unwrap().to_owned();
    let bytes = client.send(&Request::new("GET", &url, NOW).with("user-agent", AGENT)).body;
    assert_eq!(bytes.len(), 300_000);
    let request = client.open("GET", "/api/v1/user/info");
    assert_eq!(client.data(&request)["uid"], 1_812_345_678);
}

#[test]
fn wrong_calls_are_refused() {
    const HEADERS: [Spoiled; 8] = [
        ("no token", |it| it.without("authorization")),
        ("two bearers", |it| it.without("authorization").with("authorization", "Bearer Bearer x")),
        ("no platform", |it| it.without("platform")),
        ("web", |it| it.without("platform").with("platform", "web")),
        ("no content type", |it| it.without("content-type")),
        ("limit", |it| query(it, "limit=100", "limit=101")),
        ("casing", |it| query(it, "parentFileId", "parentFileID")),
        ("a cursor from nowhere", |it| query(it, "limit", "lastFileId=5&limit")),
    ];
    Client::new().refuses(|client| client.open("GET", LIST), &HEADERS);
    let id: [Spoiled; 1] = [("casing", |it| query(it, "fileId", "fileID"))];
    Client::new()
        .refuses(|client| client.open("GET", "/api/v1/file/download_info?fileId=14749954"), &id);
    let id: [Spoiled; 1] = [("casing", |it| query(it, "fileID", "fileId"))];
    Client::new()
        .refuses(|client| client.open("GET", "/api/v1/direct-link/url?fileID=14749954"), &id);
    let mut client = Client::new();
    client.open_token = client.token.clone();
    let request = client.open("GET", LIST);
    assert_eq!(code(&client.send(&request)), json!(401));
    let want = ["open.list: a token from sign-in was sent to the open platform"];
    assert_eq!(client.vendor.violations(), want);
}

#[test]
fn a_fourth_token_ends_the_first() {
    let mut client = Client::new();
    for want in [0, 0, 401] {
        let request = token(&client);
        client.data(&request);
        let request = client.open("GET", LIST);
        assert_eq!(code(&client.send(&request)), json!(want));
    }
}

fn refresh(client: &mut Client, refresh: &str) -> Value {
    let query = format!(
        "client_id={CLIENT_ID}&client_secret={CLIENT_SECRET}&grant_type=refresh_token\
         &refresh_token={refresh}"
    );
    let url = format!("{ORIGIN}/api/v1/oauth2/access_token?{query}");
    let request = Request::new("POST", &url, client.now);
    client.send(&request).value()
}

#[test]
fn a_refresh_token_works_once_and_ends_the_token_before() {
    let mut client = Client::new();
    let first = refresh(&mut client, REFRESH_TOKEN);
    assert_eq!(first["expires_in"], 7200);
    client.open_token = first["access_token"].as_str().unwrap().to_owned();
    let request = client.open("GET", LIST);
    client.data(&request);
    refresh(&mut client, first["refresh_token"].as_str().unwrap());
    let request = client.open("GET", LIST);
    assert_eq!(code(&client.send(&request)), json!(401));
    assert_eq!(client.vendor.violations(), [""; 0]);
    assert_eq!(refresh(&mut client, REFRESH_TOKEN)["error"], "invalid_grant");
    assert_eq!(client.vendor.violations(), ["open.oauth2: a refresh token was used twice"]);
}

#[test]
fn a_third_party_renews_too() {
    let mut client = Client::new();
    let url = format!(
        "{ORIGIN}/123cloud/renewapi?refresh_ui={REFRESH_TOKEN}&server_use=true\
         &driver_txt=123cloud_oa"
    );
    client.vendor.quirks.renew_error = "text".to_owned();
    let reply = client.send(&Request::new("GET", &url, NOW));
    assert_eq!((reply.status, &reply.value()["text"]), (500, &json!("refresh is refused")));
    client.vendor.quirks.renew_error.clear();
    client.vendor.quirks.renew_no_expiry = true;
    let reply = client.send(&Request::new("GET", &url, NOW)).value();
    assert!(reply["access_token"].is_string() && reply["expires_in"].is_null());
    assert_eq!(client.vendor.violations(), [""; 0]);
}

fn cursors(client: &mut Client, pages: usize) -> Vec<(usize, i64)> {
    let parent = client.id("/many");
    let mut last = 0;
    let mut seen = Vec::new();
    for _ in 0..pages {
        let target = format!("/api/v2/file/list?parentFileId={parent}&limit=100&lastFileId={last}");
        let request = client.open("GET", &target);
        let data = client.data(&request);
        last = data["lastFileId"].as_i64().unwrap();
        seen.push((data["fileList"].as_array().unwrap().len(), last));
    }
    seen
}

#[test]
fn the_cursor_ends_or_stays_as_set() {
    let mut client = Client::new();
    let end = i64::try_from(client.id("/many/第350集.mp4")).unwrap();
    assert_eq!(cursors(&mut client, 4)[3], (50, -1));
    client.vendor.quirks.open_cursor = OpenCursor::Stays;
    assert_eq!(cursors(&mut client, 5)[3..], [(50, end), (0, end)]);
    client.vendor.quirks.open_cursor = OpenCursor::Repeats;
    assert_eq!(cursors(&mut client, 5)[3..], [(50, end), (100, end)]);
}

#[test]
fn too_many_calls_are_refused() {
    let mut client = Client::new();
    let codes: Vec<Value> =
        (0..6).map(|_| code(&client.vendor.handle(&client.open("GET", LIST)))).collect();
    assert_eq!(codes, [0, 0, 0, 0, 0, 429]);
}
