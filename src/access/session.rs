//! The token of a login: signed, bound to a scope and a password, and never stored. A browser keeps it as a
//! cookie; a client of AList's API sends one of another purpose (`alist_login.rs`).

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use sha2::{Digest as _, Sha256};
use std::time::Duration;

use super::key_ring::{KeyRing, Purpose};
use super::password::Password;
use crate::time::UnixSeconds;

/// The maximum lifetime of a cookie: 400 days, for as long as browsers keep one
/// (draft-ietf-httpbis-rfc6265bis, section 5.5).
pub const MAX_LIFETIME: Duration = Duration::from_hours(400 * 24);

/// The name of the login cookie that opens `scope`, the decoded path of the folder that is locked: a
/// browser that has been let into several folders sends a cookie for each.
pub fn cookie_name(scope: &str) -> String {
    let digest: [u8; 32] = Sha256::digest(scope).into();
    format!("signpost_{}", hex::encode(digest.first_chunk::<8>().unwrap_or(&[0; 8])))
}

/// The value of a login cookie: `<expires>.<MAC>`, the expiry in decimal Unix seconds, the MAC in
/// base64url without padding. The MAC covers scope, expiry and the password's fingerprint.
pub fn make(keys: &KeyRing, scope: &str, password: &Password, expires_at: UnixSeconds) -> String {
    make_for(Purpose::Session, keys, scope, password, expires_at)
}

/// Makes a token as [`make`], for a login of this purpose.
pub(super) fn make_for(
    purpose: Purpose,
    keys: &KeyRing,
    scope: &str,
    password: &Password,
    expires_at: UnixSeconds,
) -> String {
    let expires = expires_at.0.to_be_bytes();
    let parts: [&[u8]; 3] = [scope.as_bytes(), &expires, &password.fingerprint()];
    let mac = keys.sign(purpose, &parts);
    format!("{expires_at}.{}", URL_SAFE_NO_PAD.encode(mac))
}

/// Whether `token`, the value of a login cookie, opens `scope`: made by [`make`] with a key of the ring,
/// for this scope and this password, and not yet expired. An expiry more than [`MAX_LIFETIME`] ahead
/// opens nothing.
pub fn verify(
    keys: &KeyRing,
    token: &str,
    scope: &str,
    password: &Password,
    now: UnixSeconds,
) -> bool {
    verify_for(Purpose::Session, keys, token, scope, password, now)
        .is_some_and(|expires_at| expires_at.since(now) <= MAX_LIFETIME)
}

/// The expiry of a token of [`make_for`], if it was made for this purpose, scope and password with a key of
/// the ring and has not expired.
pub(super) fn verify_for(
    purpose: Purpose,
    keys: &KeyRing,
    token: &str,
    scope: &str,
    password: &Password,
    now: UnixSeconds,
) -> Option<UnixSeconds> {
    let (expires, mac) = token.split_once('.')?;
    let expires_at: u64 = expires.parse().ok()?;
    // Only the one spelling that `make` writes: no sign, no zero in front.
    if expires_at.to_string() != expires {
        return None;
    }
    // The base64 engine takes neither padding nor stray bits, so a MAC has one spelling as well.
    let mac = URL_SAFE_NO_PAD.decode(mac).ok()?;
    if mac.len() != 32 || expires_at <= now.0 {
        return None;
    }
    let parts: [&[u8]; 3] = [scope.as_bytes(), &expires_at.to_be_bytes(), &password.fingerprint()];
    keys.verify(purpose, &parts, &mac).then_some(UnixSeconds(expires_at))
}

#[cfg(test)]
mod tests {
    use super::*;

    const KEY: &str = "new-0123456789abcdefghijklmnopqrstuv";
    const NOW: UnixSeconds = UnixSeconds(1_800_000_000);

    fn keys() -> KeyRing {
        KeyRing::parse(KEY).unwrap()
    }

    fn password(text: &str) -> Password {
        Password::parse(text).unwrap()
    }

    fn cookie(expires_at: u64) -> String {
        make(&keys(), "/locked", &password("open sesame"), UnixSeconds(expires_at))
    }

    fn opens_locked(token: &str) -> bool {
        verify(&keys(), token, "/locked", &password("open sesame"), NOW)
    }

    /// By Python's `hmac`, from the descriptions in the documentation.
    #[test]
    fn a_cookie_is_what_other_implementations_compute() {
        assert_eq!(cookie(1_800_604_800), "1800604800.WGUQri7epoo9fv23Qvk5Cabfe0BBwR96Wf3wCvETF7w");
        assert_eq!(cookie_name("/locked"), "signpost_87523ef13b792014");
        assert_ne!(cookie_name("/locked"), cookie_name("/locked/"));
    }

    #[test]
    fn a_cookie_opens_its_scope_for_its_password_alone() {
        let token = cookie(NOW.0 + 60);
        assert!(opens_locked(&token));
        let right = password("open sesame");
        for scope in ["", "/", "/lock", "/lockedx", "/Locked", "/locked/", "/locked/a"] {
            assert!(!verify(&keys(), &token, scope, &right, NOW), "{scope:?}");
        }
        assert!(!verify(&keys(), &token, "/locked", &password("changed"), NOW));
        let others = KeyRing::parse(&KEY.to_uppercase()).unwrap();
        assert!(!verify(&others, &token, "/locked", &right, NOW));
    }

    #[test]
    fn a_cookie_holds_until_its_expiry_and_none_holds_for_ever() {
        for (expires_at, want) in [
            (0, false),
            (NOW.0 - 1, false),
            (NOW.0, false),
            (NOW.0 + 1, true),
            (NOW.after(MAX_LIFETIME).0, true),
            (NOW.after(MAX_LIFETIME).0 + 1, false),
            (u64::MAX, false),
        ] {
            assert_eq!(opens_locked(&cookie(expires_at)), want, "{expires_at}");
        }
    }

    #[test]
    fn only_the_canonical_spelling_opens() {
        let token = cookie(NOW.0 + 60);
        let (expires, mac) = token.split_once('.').unwrap();
        // The last of 43 digits holds two stray bits.
        let stray = match mac.as_bytes()[42] {
            b'A'..=b'Y' | b'a'..=b'y' | b'0'..=b'8' => mac.as_bytes()[42] + 1,
            _ => b'B',
        };
        let short = URL_SAFE_NO_PAD.encode(&URL_SAFE_NO_PAD.decode(mac).unwrap()[..16]);
        for forged in [
            String::new(),
            ".".to_owned(),
            expires.to_owned(),
            format!("{expires}."),
            format!(".{mac}"),
            format!("0{token}"),
            format!("+{token}"),
            format!(" {token}"),
            format!("{token} "),
            format!("{token}="),
            format!("{token}A"),
            format!("{token}.{mac}"),
            format!("{expires}.{short}"),
            format!("{expires}.{}{}", mac.split_at(42).0, char::from(stray)),
            format!("{}.{mac}", NOW.0 + 61),
            format!("\"{token}\""),
        ] {
            assert!(!opens_locked(&forged), "{forged:?}");
        }
    }

    #[test]
    fn a_cookie_needs_no_quoting() {
        let token = cookie(u64::MAX);
        assert!(token.bytes().all(|b| b.is_ascii_alphanumeric() || b"-_.".contains(&b)), "{token}");
    }
}
