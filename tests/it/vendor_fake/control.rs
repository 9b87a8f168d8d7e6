//! Injected failures, and what another process tells the fake.

use serde_json::{Value, json};

use super::client::{Client, LIST, NOW, ORIGIN, code};
use crate::support::vendor::failures::InjectedFailure;
use crate::support::vendor::http::{Act, Reply, Request};

fn tell(client: &mut Client, what: &str, body: &Value) -> Reply {
    client.send(&Request::new("POST", &format!("{ORIGIN}/_fake/{what}"), NOW).json(body))
}

fn ask(client: &mut Client, what: &str) -> Value {
    client.send(&Request::new("GET", &format!("{ORIGIN}/_fake/{what}"), NOW)).value()
}

fn list(client: &mut Client) -> Reply {
    let request = client.list(LIST);
    client.send(&request)
}

#[test]
fn injected_failures_happen_as_often_as_set() {
    let mut client = Client::new();
    client.vendor.add_failure(InjectedFailure {
        at: "web".to_owned(),
        times: Some(2),
        after: 1,
        code: Some(json!("429")),
        ..InjectedFailure::default()
    });
    let codes: Vec<Value> = (0..4).map(|_| code(&list(&mut client))).collect();
    assert_eq!(codes, [json!(0), json!("429"), json!("429"), json!(0)]);
    assert_eq!(client.vendor.violations(), [""; 0]);
}

#[test]
fn an_injected_failure_sets_what_the_server_does() {
    let cases = [
        (json!({"reset": true}), Act::Reset, 200, 0),
        (json!({"timeout": true}), Act::Silence, 200, 0),
        (json!({"truncate": 5}), Act::Truncate(5), 200, 0),
        (json!({"latency_ms": 250}), Act::Send, 200, 250),
        (json!({"status": 503}), Act::Send, 503, 0),
        (json!({"status": 301}), Act::Send, 301, 0),
        (json!({"html": true}), Act::Send, 200, 0),
        (json!({"body": "123pan-global-slb forbidden client ip"}), Act::Send, 200, 0),
    ];
    let mut client = Client::new();
    for (failure, act, status, delay) in cases {
        let mut failure = failure;
        failure["at"] = json!("all");
        failure["times"] = json!(1);
        assert_eq!(tell(&mut client, "set", &json!({"faults": [failure]})).status, 200);
        let reply = list(&mut client);
        assert_eq!((reply.act, reply.status, reply.delay_ms), (act, status, delay), "{failure}");
    }
    assert_eq!(code(&list(&mut client)), json!(0));
    assert_eq!(client.vendor.violations(), [""; 0]);
}

#[test]
fn an_injected_failure_hides_no_violation() {
    let mut client = Client::new();
    client.vendor.add_failure(InjectedFailure {
        at: "all".to_owned(),
        reset: true,
        ..InjectedFailure::default()
    });
    let request = client.list(LIST).without("platform");
    assert_eq!(client.send(&request).act, Act::Reset);
    assert_eq!(client.vendor.violations().len(), 1);
}

#[test]
fn switches_are_set_by_name_and_cleared() {
    let mut client = Client::new();
    let set = json!({"quirks": {"page_size": 500, "link_hop": "210", "quota": 5113}});
    assert_eq!(tell(&mut client, "set", &set).status, 200);
    assert_eq!((client.vendor.quirks.page_size, client.vendor.quirks.quota), (500, 5113));
    for wrong in [
        json!({"quirks": {"page_sice": 1}}),
        json!({"quirks": {"page_size": "1"}}),
        json!({"quirk": {}}),
        json!({"faults": [{"when": 1}]}),
    ] {
        assert_eq!(tell(&mut client, "set", &wrong).status, 400, "{wrong}");
    }
    tell(&mut client, "set", &json!({"clear": true, "end_tokens": true}));
    assert_eq!(client.vendor.quirks.page_size, 0);
    assert_eq!(code(&list(&mut client)), json!(401));
}

#[test]
fn the_clock_can_be_set_apart() {
    let mut client = Client::new();
    client.vendor.quirks.clock_offset_ms = -400_000;
    let reply = list(&mut client);
    assert_eq!(code(&reply), json!(400));
    assert_eq!(reply.header("date"), Some("Wed, 31 Dec 2025 15:53:20 GMT"));
}

#[test]
fn the_drive_changes_under_a_client() {
    let mut client = Client::new();
    let add = json!({"add_file": {"folder": "/empty", "name": "新.txt", "size": 3}});
    let id = tell(&mut client, "change", &add).value()["id"].clone();
    assert_eq!(client.id("/empty/新.txt"), id);
    let rename = json!({"rename": {"path": "/empty/新.txt", "name": "b.txt"}});
    tell(&mut client, "change", &rename);
    assert_eq!(client.id("/empty/b.txt"), id);
    assert_eq!(ask(&mut client, "node?path=/empty/b.txt")["size"], 3);
    tell(&mut client, "change", &json!({"remove": {"path": "/empty"}}));
    assert_eq!(client.vendor.drive.find("/empty"), None);
    let gone = tell(&mut client, "change", &json!({"remove": {"path": "/empty"}}));
    assert_eq!(gone.status, 400);
}

#[test]
fn the_share_and_the_folder_with_direct_links_can_be_set() {
    let mut client = Client::new();
    for what in ["share", "direct"] {
        let reply = tell(&mut client, "change", &json!({what: {"path": "/duplicates"}}));
        assert_eq!(reply.status, 200);
    }
    let inside = ask(&mut client, "children?path=/duplicates");
    let ids = inside.as_array().unwrap().iter().map(|row| row["id"].as_u64().unwrap());
    let ids: Vec<u64> = ids.collect();
    assert_eq!(client.vendor.share.items, ids);
    assert!(ids.iter().all(|id| client.vendor.drive.node(*id).unwrap().direct));
    assert_eq!(ask(&mut client, &format!("node?id={}", ids[1]))["size"], 4);
}

#[test]
fn the_log_of_calls_holds_no_secret() {
    let mut client = Client::new();
    list(&mut client);
    let request = client.download("/video.mp4");
    let url = client.data(&request)["DownloadUrl"].as_str().unwrap().to_owned();
    client.send(&Request::new("GET", &url, client.now).with("range", "bytes=0-1"));
    let calls = ask(&mut client, "calls");
    assert_eq!(calls[0]["endpoint"], "web.list");
    assert_eq!(calls[2]["range"], "bytes=0-1");
    let state = ask(&mut client, "state");
    assert_eq!(state["calls"]["web.list"], 1);
    assert_eq!(client.vendor.calls("web"), 2);
    assert!(!format!("{calls}{state}").contains("FAKEsecret"));
    tell(&mut client, "reset", &json!({}));
    assert_eq!(ask(&mut client, "calls"), json!([]));
}

#[test]
fn an_answer_has_the_envelope_that_is_set() {
    let mut client = Client::new();
    for (envelope, field, want) in [
        ("plain", "code", json!(401)),
        ("capital", "Code", json!(401)),
        ("text_code", "code", json!("401")),
        ("text_null", "data", json!("null")),
        ("no_code", "code", Value::Null),
    ] {
        tell(&mut client, "set", &json!({"quirks": {"envelope": envelope}, "end_tokens": true}));
        assert_eq!(list(&mut client).value()[field], want, "{envelope}");
    }
}

#[test]
fn every_call_but_sign_in_is_refused_as_set() {
    let mut client = Client::new();
    for (refusal, want, words) in [
        ("human", json!(1), "请进行验证"),
        ("platform", json!(1), "Please include the platform field in the request header"),
        ("region", json!("403"), "123pan-foreign-forbidden cache client ip"),
    ] {
        tell(&mut client, "set", &json!({"quirks": {"refusal": refusal}}));
        let reply = list(&mut client);
        assert_eq!((code(&reply), &reply.value()["message"]), (want, &json!(words)));
    }
    tell(&mut client, "set", &json!({"clear": true}));
    assert_eq!(code(&list(&mut client)), json!(0));
    let request = client.list(LIST).without("platform");
    let reply = client.send(&request);
    assert_eq!(reply.value()["message"], "Please include the platform field in the request header");
}
