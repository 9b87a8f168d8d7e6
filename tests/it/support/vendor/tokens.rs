//! Access tokens of one account: at most three live, and a further one pushes out the oldest.

use std::collections::VecDeque;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::json;

use super::accounts::{MARKER, UID};

/// The maximum number of valid tokens of an account.
pub const MAX: usize = 3;

/// Whether a token is accepted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Usage {
    /// The token is valid.
    Live,
    /// The token has expired.
    Expired,
    /// The token was never issued, or has been ended.
    Unknown,
}

#[derive(Clone, Debug)]
struct Token {
    text: String,
    /// Unix milliseconds.
    expires: u64,
}

/// The tokens that one kind of login has issued.
#[derive(Clone, Debug, Default)]
pub struct Tokens {
    live: VecDeque<Token>,
    issued: u64,
}

impl Tokens {
    /// A token shaped as a JWT with `id` and `exp`, and when it expires, in Unix milliseconds.
    pub fn issue(&mut self, kind: &str, now: u64, seconds: u64) -> (String, u64) {
        self.issued += 1;
        let expires = now + seconds * 1000;
        let encode = |value: serde_json::Value| URL_SAFE_NO_PAD.encode(value.to_string());
        let head = encode(json!({"alg": "HS256", "typ": "JWT"}));
        let payload = encode(json!({"id": UID, "exp": expires / 1000, "n": self.issued}));
        let text = format!("{head}.{payload}.{MARKER}-{kind}-{}", self.issued);
        self.live.retain(|token| token.expires > now);
        while self.live.len() >= MAX {
            self.live.pop_front();
        }
        self.live.push_back(Token { text: text.clone(), expires });
        (text, expires)
    }

    /// Whether a token is accepted at this time, in Unix milliseconds.
    pub fn usage(&self, text: &str, now: u64) -> Usage {
        match self.live.iter().find(|token| token.text == text) {
            None => Usage::Unknown,
            Some(token) if token.expires <= now => Usage::Expired,
            Some(_) => Usage::Live,
        }
    }

    /// Ends a token, which is then unknown.
    pub fn end(&mut self, text: &str) {
        self.live.retain(|token| token.text != text);
    }

    /// Ends all tokens, which are then unknown.
    pub fn end_all(&mut self) {
        self.live.clear();
    }

    /// The number of valid tokens.
    pub fn live(&self, now: u64) -> usize {
        self.live.iter().filter(|token| token.expires > now).count()
    }

    /// The number of tokens issued so far.
    pub fn issued(&self) -> u64 {
        self.issued
    }
}
