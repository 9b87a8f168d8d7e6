//! Logins in AList's API: what its `Authorization` header holds.

use std::rc::Rc;
use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

use super::control::AccessControl;
use super::file_sign::SignedBy;
use super::key_ring::{KeyRing, Purpose};
use super::login::Login;
use super::password::Password;
use super::rule_fields::values::Passwords;
use super::session;
use crate::time::UnixSeconds;

/// The lifetime of a login: as long as AList's own by default, which `MediaWarp` counts on.
pub const LIFETIME: Duration = Duration::from_hours(48);
/// The maximum length in bytes of a token that is read: it names a path, of 4096 bytes at most.
const MAX_BYTES: usize = 8_192;

/// A verified login in AList's API.
#[derive(Clone, Debug)]
pub struct AlistLogin {
    /// The login, for the guard.
    pub login: Login,
    /// The secret that was given, for signatures.
    pub(crate) by: SignedBy,
    /// When the login ends; `None` for the owner's, whose token stays as it is.
    pub(crate) expires_at: Option<UnixSeconds>,
}

/// Makes the token of a login: `<scope>.<expires>.<MAC>`, the scope in base64url without padding, and the rest
/// as in a login's cookie.
pub fn make(keys: &KeyRing, scope: &str, password: &Password, expires_at: UnixSeconds) -> String {
    let session = session::make_for(Purpose::AlistLogin, keys, scope, password, expires_at);
    format!("{}.{session}", URL_SAFE_NO_PAD.encode(scope))
}

impl AccessControl {
    /// The login that an `Authorization` header of AList's API stands for: the token alone, or behind
    /// `Bearer`. `None` for any other text, and for a token that has expired or whose password has changed.
    pub fn alist_login(&self, authorization: &str, now: UnixSeconds) -> Option<AlistLogin> {
        let authorization = authorization.trim();
        let token = match authorization.split_once(' ') {
            Some((scheme, token)) if scheme.eq_ignore_ascii_case("bearer") => token.trim(),
            _ => authorization,
        };
        if let Some(own) = self.api_token.as_ref().filter(|own| own.matches(token)) {
            let by = SignedBy::Owner(own.clone());
            return Some(AlistLogin { login: Login::Owner, by, expires_at: None });
        }
        let keys = self.keys.as_ref().filter(|_| token.len() <= MAX_BYTES)?;
        let (scope, session) = token.split_once('.')?;
        let scope = String::from_utf8(URL_SAFE_NO_PAD.decode(scope).ok()?).ok()?;
        let passwords = self.passwords_of(&scope)?;
        let verify = |password: &Password| {
            let purpose = Purpose::AlistLogin;
            let expires_at = session::verify_for(purpose, keys, session, &scope, password, now)?;
            Some((password.clone(), expires_at))
        };
        let (password, expires_at) = passwords.list.iter().find_map(verify)?;
        // None was made for longer.
        if expires_at.since(now) > LIFETIME {
            return None;
        }
        let scope = Rc::clone(&passwords.scope.path);
        let by = SignedBy::password(&scope, &password);
        Some(AlistLogin { login: Login::Password { scope }, by, expires_at: Some(expires_at) })
    }

    /// The passwords of the very rule at this decoded path, if that has any.
    fn passwords_of(&self, scope: &str) -> Option<&Passwords> {
        let segments = scope.split('/').filter(|name| !name.is_empty());
        let passwords = self.rules.at(segments)?.fields.password.as_ref()?;
        (*passwords.scope.path == *scope).then_some(passwords)
    }
}
