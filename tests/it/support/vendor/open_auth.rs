//! Where tokens of the open platform come from: a client's secret, or a refresh token that works
//! once.

use serde_json::{Map, Value, json};

use super::accounts::{CLIENT_ID, CLIENT_SECRET, MARKER};
use super::http::{Reply, Request};
use super::quirks::SignIn;
use super::sign_in::TOO_MANY_TOKENS;
use super::web::is_json;
use super::{Vendor, clock, fields};

impl Vendor {
    /// Answers a call of the open platform's token endpoints.
    pub(super) fn open_auth(&mut self, name: &str, request: &Request) -> Reply {
        let answered = match name {
            "open.access_token" => self.access_token(request),
            "open.oauth2" => self.oauth2(request),
            _ => self.renew(request),
        };
        answered.unwrap_or_else(|what| self.refuse(name, &what))
    }

    /// Exactly `clientID` and `clientSecret`, `Platform: open_platform`, and no token.
    fn access_token(&mut self, request: &Request) -> Result<Reply, String> {
        if request.header("platform") != Some("open_platform") || !is_json(request) {
            return Err("header platform or content-type".to_owned());
        }
        let body = fields::body(request, &["clientID", "clientSecret"], false)?;
        let right = body.get("clientID") == Some(&json!(CLIENT_ID))
            && body.get("clientSecret") == Some(&json!(CLIENT_SECRET));
        if self.quirks.sign_in == SignIn::TooManyTokens {
            if self.refusal == Some(SignIn::TooManyTokens) {
                self.log
                    .violation("open.access_token", "asked again after a refusal that is final");
            }
            self.refusal = Some(SignIn::TooManyTokens);
            return Ok(self.fail(401, TOO_MANY_TOKENS));
        }
        if !right {
            return Ok(self.fail(1, "clientID或clientSecret错误"));
        }
        let seconds = self.quirks.open_token_seconds;
        let (token, expires) = self.open_tokens.issue("open", request.now, seconds);
        Ok(self.success(&json!({"accessToken": token, "expiredAt": clock::iso(expires)})))
    }

    /// All in the query; the answer is flat.
    fn oauth2(&mut self, request: &Request) -> Result<Reply, String> {
        let required = [
            ("client_id", None),
            ("client_secret", None),
            ("grant_type", Some("refresh_token")),
            ("refresh_token", None),
        ];
        let fields = fields::query(request, &required, &["redirect_uri"], &[])?;
        let text = |name: &str| fields.get(name).map(String::as_str).unwrap_or_default();
        if text("client_id") != CLIENT_ID || text("client_secret") != CLIENT_SECRET {
            let body = json!({"error": "invalid_client", "error_description": "client is unknown"});
            return Ok(Reply::json(400, &body));
        }
        let Some(mut body) = self.refresh_with(text("refresh_token"), request.now) else {
            let why = "refresh token is invalid";
            let body = json!({"error": "invalid_grant", "error_description": why});
            return Ok(Reply::json(400, &body));
        };
        body.insert("token_type".to_owned(), json!("Bearer"));
        body.insert("scope".to_owned(), json!("user:base,file:all:read"));
        Ok(Reply::json(200, &Value::Object(body)))
    }

    /// A third party's way to the same, without the client's secret.
    fn renew(&mut self, request: &Request) -> Result<Reply, String> {
        let required = [
            ("refresh_ui", None),
            ("server_use", Some("true")),
            ("driver_txt", Some("123cloud_oa")),
        ];
        let fields = fields::query(request, &required, &[], &[])?;
        if !self.quirks.renew_error.is_empty() {
            let field = self.quirks.renew_error.as_str();
            return Ok(Reply::json(500, &json!({ field: "refresh is refused" })));
        }
        let refresh = fields.get("refresh_ui").map(String::as_str).unwrap_or_default();
        Ok(match self.refresh_with(refresh, request.now) {
            Some(mut body) => {
                if self.quirks.renew_no_expiry {
                    body.remove("expires_in");
                }
                Reply::json(200, &Value::Object(body))
            }
            None => Reply::json(500, &json!({"text": "refresh token is invalid"})),
        })
    }

    /// New tokens for a refresh token; the access token before them dies at once. A refresh token
    /// twice is a violation: its owner lost the new one, or asked twice.
    fn refresh_with(&mut self, refresh: &str, now: u64) -> Option<Map<String, Value>> {
        if self.used_refresh.contains(refresh) {
            self.log.violation("open.oauth2", "a refresh token was used twice");
        }
        if refresh != self.refresh {
            return None;
        }
        let fresh = format!("refresh-{MARKER}-{}", self.oauth_tokens.issued() + 1);
        self.used_refresh.insert(std::mem::replace(&mut self.refresh, fresh));
        self.oauth_tokens.end_all();
        let (token, _) = self.oauth_tokens.issue("oauth", now, self.quirks.oauth_seconds);
        let mut body = Map::new();
        body.insert("access_token".to_owned(), json!(token));
        body.insert("refresh_token".to_owned(), json!(self.refresh));
        body.insert("expires_in".to_owned(), json!(self.quirks.oauth_seconds));
        Some(body)
    }
}
