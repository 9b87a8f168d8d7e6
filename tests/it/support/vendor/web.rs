//! The web API's checks of each call: headers, token and the signature of the query.

use serde_json::{Value, json};

use super::http::{Reply, Request};
use super::quirks::SignIn;
use super::sign_in::TOO_MANY_TOKENS;
use super::tokens::Usage;
use super::{PLATFORM_MISSING, Vendor, accounts, digest, fields};

/// How far a signature's time may be from the server's, in seconds.
const SKEW: u64 = 300;
/// Signatures that are remembered.
const MAX_SIGNATURES: usize = 50_000;
/// What a bad signature is answered with.
const BAD_SIGNATURE: &str = "签名错误，请检查本地时间是否为UTC+8";

impl Vendor {
    /// `platform: web`, `app-version: 3`, `origin` and `referer` of the API's own host, any
    /// `user-agent`, and JSON for a body.
    pub(super) fn check_headers(&mut self, name: &str, request: &Request) -> Result<(), Reply> {
        let own = match self.quirks.web_origin.as_str() {
            "" => self.origin.clone(),
            origin => origin.to_owned(),
        };
        let referer = format!("{own}/");
        let wanted =
            [("platform", "web"), ("app-version", "3"), ("origin", &own), ("referer", &referer)];
        for (header, value) in wanted {
            if header == "platform" && request.header(header).is_none() {
                self.log.violation(name, "no header platform");
                return Err(self.fail(1, PLATFORM_MISSING));
            }
            if request.header(header) != Some(value) {
                return Err(self.refuse(name, &format!("platform forbidden: header {header}")));
            }
        }
        if request.header("user-agent").unwrap_or_default().is_empty() {
            return Err(self.refuse(name, "123pan forbidden"));
        }
        if request.method == "POST" && !is_json(request) {
            return Err(self.refuse(name, "header content-type is not application/json"));
        }
        Ok(())
    }

    /// The query has exactly one pair `timeSign=ts-rnd-dataSign`, right for the path and near the
    /// server's time; each pair is good once.
    pub(super) fn check_signature(&mut self, name: &str, request: &Request) -> Result<(), Reply> {
        if let Some(what) = self.signature_error(request) {
            self.log.violation(name, what);
            return Err(self.fail(400, BAD_SIGNATURE));
        }
        Ok(())
    }

    fn signature_error(&mut self, request: &Request) -> Option<&'static str> {
        let mut pairs = request.pairs();
        pairs.retain(|(name, _)| fields::is_signature(name));
        let [(name, value)] = pairs.as_slice() else { return Some("not exactly one signature") };
        let parts: Vec<&str> = value.split('-').collect();
        let &[ts, rnd, _] = parts.as_slice() else { return Some("signature: not three parts") };
        let (Ok(ts), Ok(rnd)) = (ts.parse::<u64>(), rnd.parse::<u64>()) else {
            return Some("signature: no numbers");
        };
        if rnd > 10_000_000 {
            return Some("signature: rnd above 10000000");
        }
        let now = request.now / 1000;
        if ts.abs_diff(now) > SKEW {
            return Some("signature: time off by more than 300 s");
        }
        let right = digest::signature(&request.path, ts, rnd);
        if (name, value) != (&right.0, &right.1) {
            return Some("signature: wrong");
        }
        if self.signatures.len() >= MAX_SIGNATURES {
            self.signatures.retain(|_, then| then.abs_diff(now) <= SKEW);
            self.signatures.pop_first();
        }
        let seen = self.signatures.insert(format!("{name}={value}"), ts).is_some();
        (seen && self.quirks.replay_check).then_some("signature: used before")
    }

    /// `Authorization: Bearer TOKEN`, once.
    pub(super) fn check_web_token(&mut self, name: &str, request: &Request) -> Result<(), Reply> {
        let Some(header) = request.header("authorization") else {
            self.log.violation(name, "no token was sent");
            return Err(self.fail(401, "token is empty"));
        };
        let token = self.bearer(name, header)?;
        if self.quirks.sign_in == SignIn::TooManyTokens {
            self.refusal = Some(SignIn::TooManyTokens);
            return Err(self.fail(401, TOO_MANY_TOKENS));
        }
        match self.web_tokens.usage(&token, request.now) {
            Usage::Live => Ok(()),
            Usage::Expired | Usage::Unknown => {
                let code = self.quirks.dead_token_code;
                let message =
                    if code == 20101 { "用户未登录" } else { "access Token Invalid" };
                Err(self.fail(code, message))
            }
        }
    }

    /// The token of a header; a doubled `Bearer` is refused.
    pub(super) fn bearer(&mut self, name: &str, header: &str) -> Result<String, Reply> {
        let token = header.strip_prefix("Bearer ").unwrap_or_default();
        let doubled = token.get(..6).is_some_and(|start| start.eq_ignore_ascii_case("bearer"));
        if token.is_empty() || doubled {
            self.log.violation(name, "authorization is not one Bearer and a token");
            return Err(self.fail(401, "token must have one bearer prefix"));
        }
        Ok(token.to_owned())
    }

    /// Checks a call of the web API: headers, signature and token.
    pub(super) fn check_web(&mut self, name: &str, request: &Request) -> Result<(), Reply> {
        self.check_headers(name, request)?;
        self.check_signature(name, request)?;
        self.check_web_token(name, request)
    }

    /// Answers a call of the web API.
    pub(super) fn web(&mut self, name: &str, request: &Request) -> Reply {
        let answered = match name {
            "web.server_time" => {
                Ok(self.success(&json!({"timestamp": request.now / 1000, "ms": request.now})))
            }
            "web.dydomain" => {
                let host = self.origin.split("://").last().unwrap_or_default();
                Ok(self.success(&json!({"domains": [host], "ucenterDomain": host})))
            }
            "web.user_info" => self.web_user_info(request),
            "web.list" => self.web_list(request),
            "web.file_info" => self.web_file_info(request),
            _ => self.web_download(request, name == "web.download_info_v2"),
        };
        answered.unwrap_or_else(|what| self.refuse(name, &what))
    }

    fn web_user_info(&self, request: &Request) -> Result<Reply, String> {
        fields::query(request, &[], &[], &[])?;
        Ok(self.success(&json!({
            "UID": accounts::UID,
            "Nickname": accounts::NICKNAME,
            "SpaceUsed": self.drive.weight(0),
            "SpacePermanent": 2_199_023_255_552_u64,
            "SpaceTemp": 0,
            "FileCount": self.drive.len(),
            "Vip": false,
            "VipLevel": 0,
            "DirectTraffic": 1_073_741_824_u64,
            "ShareTraffic": 0,
            "Mail": Value::Null,
        })))
    }
}

/// Whether the content type is that of JSON, parameters aside.
pub fn is_json(request: &Request) -> bool {
    let given = request.header("content-type").unwrap_or_default();
    given.split(';').next().unwrap_or_default().trim().eq_ignore_ascii_case("application/json")
}
