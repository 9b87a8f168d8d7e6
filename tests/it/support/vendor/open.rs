//! The open platform's checks of each call, and its endpoint of the account.

use serde_json::{Value, json};

use super::http::{Reply, Request};
use super::quirks::SignIn;
use super::sign_in::TOO_MANY_TOKENS;
use super::tokens::Usage;
use super::web::is_json;
use super::{Vendor, accounts, fields};

impl Vendor {
    /// Checks the headers of a call of the open platform: `Authorization: Bearer TOKEN`, `Platform:
    /// open_platform` and `Content-Type: application/json`. A token from sign-in is none of this platform.
    pub(super) fn check_open(&mut self, name: &str, request: &Request) -> Result<(), Reply> {
        if request.header("platform") != Some("open_platform") {
            return Err(self.refuse(name, "header platform is not open_platform"));
        }
        if !is_json(request) {
            return Err(self.refuse(name, "header content-type is not application/json"));
        }
        let Some(header) = request.header("authorization") else {
            self.log.violation(name, "no token was sent");
            return Err(self.fail(401, "access_token is empty"));
        };
        let token = self.bearer(name, header)?;
        if self.quirks.sign_in == SignIn::TooManyTokens {
            self.refusal = Some(SignIn::TooManyTokens);
            return Err(self.fail(401, TOO_MANY_TOKENS));
        }
        if self.web_tokens.usage(&token, request.now) != Usage::Unknown {
            self.log.violation(name, "a token from sign-in was sent to the open platform");
        }
        let live = [&self.open_tokens, &self.oauth_tokens]
            .iter()
            .any(|tokens| tokens.usage(&token, request.now) == Usage::Live);
        if live { Ok(()) } else { Err(self.fail(401, "access_token校验不通过")) }
    }

    /// Answers a call of the open platform.
    pub(super) fn open(&mut self, name: &str, request: &Request) -> Reply {
        let answered = match name {
            "open.user_info" => self.open_user_info(request),
            "open.list" => self.open_list(request),
            "open.detail" => self.open_detail(request),
            "open.infos" => self.open_infos(request),
            "open.download_info" => self.open_download(request),
            _ => self.open_direct_url(request),
        };
        answered.unwrap_or_else(|what| self.refuse(name, &what))
    }

    fn open_user_info(&self, request: &Request) -> Result<Reply, String> {
        fields::query(request, &[], &[], &[])?;
        Ok(self.success(&json!({
            "uid": accounts::UID,
            "nickname": accounts::NICKNAME,
            "headImage": "",
            "passport": accounts::PHONE,
            "mail": accounts::EMAIL,
            "spaceUsed": self.drive.weight(0),
            "spacePermanent": 2_199_023_255_552_u64,
            "spaceTemp": 0,
            "spaceTempExpr": 0,
            "vip": false,
            "directTraffic": 1_073_741_824_u64,
            "isHideUID": self.quirks.hide_uid,
            "httpsCount": 0,
            "vipInfo": Value::Null,
            "developerInfo": Value::Null,
        })))
    }
}
