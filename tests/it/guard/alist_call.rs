//! Calls of AList's API, as its clients make them.

use serde_json::{Value, json};
use signpost::site::Site;

use crate::support::host::Host;
use crate::support::request::{Req, get};

/// The request of a call with a body in JSON.
pub fn post(call: &str, body: &Value) -> Req {
    Req { method: "POST", body: Some(body.to_string()), ..get(&format!("/api{call}")) }
}

/// The request with this value of `Authorization`, as AList's clients send it.
pub fn with_token(req: Req, token: &str) -> Req {
    Req { authorization: Some(token.to_owned()), ..req }
}

/// The response to a request, which is JSON under the status 200 for this client alone.
pub fn ask(site: &Site, host: &mut Host, req: &Req) -> Value {
    let answer = req.send(site, host);
    assert_eq!(answer.status, 200, "{req:?}");
    assert_eq!(answer.header("Content-Type"), Some("application/json; charset=utf-8"));
    assert_eq!(answer.header("Cache-Control"), Some("private, no-store"), "{req:?}");
    assert_eq!(answer.header("Access-Control-Allow-Origin"), None, "{req:?}");
    let json: Value = serde_json::from_str(&answer.body.text()).unwrap();
    assert_eq!(json["code"] == 200, json["message"] == "success", "{json}");
    json
}

/// The response to a call, with nothing limited.
pub fn call(site: &Site, name: &str, body: &Value, token: &str) -> Value {
    ask(site, &mut Host::default(), &with_token(post(name, body), token))
}

/// The token of a login, which has to succeed.
pub fn log_in(site: &Site, user: &str, password: &str) -> String {
    let body = json!({ "username": user, "password": password, "otp_code": "" });
    let json = call(site, "/auth/login", &body, "");
    json["data"]["token"].as_str().unwrap_or_else(|| panic!("{json}")).to_owned()
}

/// The names in a listing.
pub fn names(json: &Value) -> Vec<&str> {
    let rows = json["data"]["content"].as_array().unwrap_or_else(|| panic!("{json}"));
    rows.iter().map(|row| row["name"].as_str().unwrap()).collect()
}
