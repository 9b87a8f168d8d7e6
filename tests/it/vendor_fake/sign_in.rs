//! Signing in, and how many tokens live.

use serde_json::{Value, json};

use super::client::{Client, LIST, NOW, Spoiled, body, code};
use crate::support::vendor::Vendor;
use crate::support::vendor::accounts::{EMAIL, PASSWORD, PHONE, USERNAME};
use crate::support::vendor::quirks::SignIn;

fn by_name() -> Value {
    json!({"passport": USERNAME, "password": PASSWORD, "remember": true})
}

#[test]
fn each_kind_of_account_has_its_body() {
    let mut client = Client::new();
    for right in [
        by_name(),
        json!({"passport": PHONE, "password": PASSWORD, "remember": true}),
        json!({"mail": EMAIL, "password": PASSWORD, "type": 2}),
    ] {
        let request = client.sign_in(&right);
        let reply = client.send(&request);
        assert_eq!(code(&reply), json!(200), "{right}");
        let token = reply.value()["data"]["token"].as_str().unwrap().to_owned();
        assert!(token.contains("FAKEsecret"), "{token}");
    }
    let body = json!({"type": 1, "passport": USERNAME, "password": PASSWORD});
    let request = client.plain("POST", "/b/api/user/sign_in").json(&body);
    assert_eq!(code(&client.send(&request)), json!(200));
    let wrong = json!({"passport": USERNAME, "password": "no", "remember": true});
    let request = client.sign_in(&wrong);
    assert_eq!(code(&client.send(&request)), json!(400));
    assert_eq!(client.vendor.violations(), [""; 0]);
}

#[test]
fn another_body_is_refused() {
    const CASES: [Spoiled; 8] = [
        ("not remembered", |it| body(it, "true", "false")),
        ("a type", |it| body(it, "\"remember\":true", "\"type\":1")),
        ("mail as passport", |it| body(it, USERNAME, EMAIL)),
        ("passport as mail", |it| body(it, "passport", "mail")),
        ("more", |it| body(it, "{", "{\"more\":1,")),
        ("a token", |it| it.with("authorization", "Bearer x")),
        ("a form", |it| it.without("content-type").with("content-type", "text/plain")),
        ("signed", |mut it| {
            it.query = "12=3-4-5".to_owned();
            it
        }),
    ];
    Client::new().refuses(|client| client.sign_in(&by_name()), &CASES);
}

#[test]
fn a_fourth_sign_in_ends_the_first_token() {
    let mut client = Client::new();
    for _ in 0..2 {
        let request = client.sign_in(&by_name());
        client.data(&request);
    }
    let request = client.list(LIST);
    client.data(&request);
    let request = client.sign_in(&by_name());
    client.data(&request);
    let request = client.list(LIST);
    assert_eq!(code(&client.send(&request)), json!(401));
    assert_eq!(client.vendor.state(NOW)["live_tokens"]["web"], 3);
    assert_eq!(client.vendor.calls("login"), 3);
}

#[test]
fn a_token_ends_when_its_payload_says() {
    use base64::Engine as _;
    use base64::engine::general_purpose::URL_SAFE_NO_PAD;

    let mut vendor = Vendor::new("http://127.0.0.1:1");
    vendor.quirks.token_seconds = 60;
    let token = vendor.issue_web_token(NOW);
    let payload = URL_SAFE_NO_PAD.decode(token.split('.').nth(1).unwrap()).unwrap();
    let payload: Value = serde_json::from_slice(&payload).unwrap();
    assert_eq!((&payload["id"], &payload["exp"]), (&json!(1_812_345_678), &json!(NOW / 1000 + 60)));
    assert_eq!(vendor.state(NOW + 59_999)["live_tokens"]["web"], 1);
    assert_eq!(vendor.state(NOW + 60_000)["live_tokens"]["web"], 0);
}

#[test]
fn a_client_that_tries_again_after_a_refusal_is_a_violation() {
    for (sign_in, want) in [
        (SignIn::Risk7012, json!(7012)),
        (SignIn::RiskWord, json!(400)),
        (SignIn::TooManyTokens, json!(401)),
        (SignIn::IpBan, Value::Null),
    ] {
        let mut client = Client::new();
        client.vendor.quirks.sign_in = sign_in;
        let request = client.sign_in(&by_name());
        assert_eq!(code(&client.send(&request)), want);
        assert_eq!(client.vendor.violations(), [""; 0]);
        let request = client.sign_in(&by_name());
        client.send(&request);
        assert_eq!(client.vendor.violations().len(), 1, "{sign_in:?}");
        client.vendor.quirks.sign_in = SignIn::Fair;
        let request = client.sign_in(&by_name());
        assert_eq!(code(&client.send(&request)), json!(200));
        assert_eq!(client.vendor.violations().len(), 1, "{sign_in:?}");
    }
}

#[test]
fn the_limit_of_tokens_is_reported_by_every_call() {
    let mut client = Client::new();
    client.vendor.quirks.sign_in = SignIn::TooManyTokens;
    let request = client.list(LIST);
    let reply = client.send(&request).value();
    assert_eq!(reply["message"], "tokens number has exceeded the limit");
    let request = client.sign_in(&by_name());
    client.send(&request);
    assert_eq!(client.vendor.violations().len(), 1);
}
