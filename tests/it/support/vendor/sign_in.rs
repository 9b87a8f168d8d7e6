//! Signing in with a password.

use serde_json::{Value, json};

use super::http::{Reply, Request};
use super::quirks::SignIn;
use super::{Vendor, accounts, clock, fields};

/// The vendor's message when an account has too many valid tokens.
pub const TOO_MANY_TOKENS: &str = "tokens number has exceeded the limit";

impl Vendor {
    /// Headers as for the web API but no token, no query, and no further try once it was refused
    /// for a reason that a retry doesn't change.
    pub(super) fn check_sign_in(&mut self, name: &str, request: &Request) -> Result<(), Reply> {
        if self.refusal.is_some() && self.refusal == Some(self.quirks.sign_in) {
            self.log.violation(name, "signed in again after a refusal that is final");
        }
        if request.header("authorization").is_some() {
            return Err(self.refuse(name, "a token was sent to sign-in"));
        }
        if !request.query.is_empty() {
            return Err(self.refuse(name, "sign-in takes no query"));
        }
        self.check_headers(name, request)
    }

    /// Answers a call to sign in.
    pub(super) fn sign_in(&mut self, name: &str, request: &Request) -> Reply {
        let sign_in = self.quirks.sign_in;
        self.refusal = (sign_in != SignIn::Fair).then_some(sign_in);
        match sign_in {
            SignIn::Fair => {}
            SignIn::Risk7012 => {
                let data = json!({"hashCode": "hash-FAKEsecret-1"});
                return self.envelope(
                    &json!(7012),
                    "您的账号存在海外登录风险，请验证后登录",
                    &data,
                );
            }
            SignIn::RiskWord => {
                let message = format!("为了您的账号安全，需要{}", self.quirks.sign_in_word);
                return self.fail(400, &message);
            }
            SignIn::TooManyTokens => return self.fail(401, TOO_MANY_TOKENS),
            SignIn::IpBan => {
                let text = "123pan-global-slb forbidden client ip";
                return Reply::new(403, "text/plain; charset=utf-8", text);
            }
        }
        match read(request, name == "login.sign_in_alternative") {
            Err(what) => self.refuse(name, &what),
            Ok(false) => self.fail(400, "用户名或密码错误"),
            Ok(true) => {
                let seconds = self.quirks.token_seconds;
                let (token, expires) = self.web_tokens.issue("web", request.now, seconds);
                let data = json!({"token": token, "expire": clock::iso(expires), "refresh_token_expire_time": 0});
                self.envelope(&json!(200), "success", &data)
            }
        }
    }
}

/// Whether user and password are right. Each kind of account has its own body: name or phone
/// `passport, password, remember: true`; e-mail `mail, password, type: 2`; at `/b/api` `type: 1`.
///
/// # Errors
/// What is wrong with the body.
fn read(request: &Request, alternative: bool) -> Result<bool, String> {
    let body: Value = serde_json::from_slice(&request.body).unwrap_or_default();
    let mail = body.get("mail").is_some();
    let names: &[&str] = match (alternative, mail) {
        (true, _) => &["type", "passport", "password"],
        (false, true) => &["mail", "password", "type"],
        (false, false) => &["passport", "password", "remember"],
    };
    let body = fields::body(request, names, false)?;
    let fixed = match (alternative, mail) {
        (true, _) => ("type", json!(1)),
        (false, true) => ("type", json!(2)),
        (false, false) => ("remember", json!(true)),
    };
    if body.get(fixed.0) != Some(&fixed.1) {
        return Err(format!("{:?} is not {}", fixed.0, fixed.1));
    }
    let text = |name: &str| body.get(name).and_then(Value::as_str).unwrap_or_default();
    let user = text(if mail { "mail" } else { "passport" });
    if user.contains('@') != mail {
        return Err("an e-mail address belongs in mail, everything else in passport".to_owned());
    }
    let known = [accounts::USERNAME, accounts::PHONE, accounts::EMAIL].contains(&user);
    Ok(known && text("password") == accounts::PASSWORD)
}
