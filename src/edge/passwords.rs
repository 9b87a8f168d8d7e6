//! Password checks: attempts are counted first, and right ones are remembered, so that a tool that sends
//! its password with each request is neither slowed down nor counted.

use std::cell::RefCell;

use js_sys::{Array, Object, Reflect, Uint8Array};
use sha2::{Digest as _, Sha256};
use wasm_bindgen::{JsCast as _, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{Crypto, CryptoKey};
use worker::Env;

use super::runtime::rate_limit;
use crate::access::check_outcomes::{RateLimit, Verification};
use crate::access::password::{Derivation, PasswordAttempt};
use crate::sources::lru::Lru;

/// The rate-limit binding that counts password attempts.
const ATTEMPTS: &str = "GUESSES";
/// Maximum number of right attempts that are remembered.
const MAX_KNOWN: usize = 256;
/// The number of rate-limit counters per path, of which each attempt counts at one: together they allow
/// more attempts than one client has, so that one client can't lock out the others.
const SHARDS: u8 = 10;

thread_local! {
    /// Salted digests of right attempts, each with the index of its password in the policy's list.
    static KNOWN: RefCell<Option<Known>> = const { RefCell::new(None) };
}

struct Known {
    salt: [u8; 32],
    right: Lru<[u8; 32], usize>,
}

/// Counts a password attempt and verifies it.
pub async fn verify(attempt: &PasswordAttempt, env: &Env) -> Verification {
    let Some(digest) = digest(attempt) else { return Verification::Unavailable };
    let known = KNOWN.with_borrow(|known| known.as_ref()?.right.get(&digest).copied());
    if let Some(which) = known {
        return Verification::Right(which);
    }
    match count(attempt, env).await {
        RateLimit::Within => {}
        RateLimit::Exceeded => return Verification::TooMany,
        RateLimit::Unavailable => return Verification::Unavailable,
    }
    let given = attempt.given.expose();
    let derived = match attempt.passwords.derivation() {
        None => None,
        Some(derivation) => match derive(given, derivation).await {
            Ok(derived) => Some(derived),
            Err(_) => return Verification::Unavailable,
        },
    };
    match attempt.passwords.matching(given, derived.as_ref()) {
        Some(which) => {
            remember(digest, which);
            Verification::Right(which)
        }
        None => Verification::Wrong,
    }
}

/// Counts an attempt for its client, and if that is within the limit, for all clients.
async fn count(attempt: &PasswordAttempt, env: &Env) -> RateLimit {
    let PasswordAttempt { counted_at, client, .. } = attempt;
    match rate_limit(env, ATTEMPTS, format!("{client}|{counted_at}")).await {
        RateLimit::Within => {
            let mut shard = [0];
            if getrandom::fill(&mut shard).is_err() {
                return RateLimit::Unavailable;
            }
            let [shard] = shard.map(|byte| byte % SHARDS);
            rate_limit(env, ATTEMPTS, format!("any {shard}|{counted_at}")).await
        }
        refused => refused,
    }
}

fn digest(attempt: &PasswordAttempt) -> Option<[u8; 32]> {
    KNOWN.with_borrow_mut(|known| {
        let salt = if let Some(known) = known {
            known.salt
        } else {
            let mut salt = [0; 32];
            getrandom::fill(&mut salt).ok()?;
            *known = Some(Known { salt, right: Lru::new(MAX_KNOWN) });
            salt
        };
        let mut digest = Sha256::new_with_prefix(salt);
        for password in attempt.passwords.iter() {
            digest.update(password.fingerprint());
        }
        // The client is part of the digest: else, after the first right attempt, others could try passwords
        // without being counted.
        digest.update(&attempt.client);
        digest.update([0]);
        digest.update(attempt.scope.as_bytes());
        digest.update([0]);
        digest.update(attempt.given.expose());
        Some(digest.finalize().into())
    })
}

fn remember(digest: [u8; 32], which: usize) {
    KNOWN.with_borrow_mut(|known| {
        if let Some(known) = known {
            known.right.put(digest, which, 1);
        }
    });
}

/// PBKDF2 with SHA-256 by Web Crypto: several times as fast as it would be in WASM.
async fn derive(given: &str, derivation: &Derivation) -> Result<[u8; 32], JsValue> {
    let crypto: Crypto = Reflect::get(&js_sys::global(), &"crypto".into())?.unchecked_into();
    let subtle = crypto.subtle();
    let given = Uint8Array::from(given.as_bytes());
    let usages = Array::of1(&"deriveBits".into());
    let key = subtle.import_key_with_str("raw", &given, "PBKDF2", false, &usages)?;
    let key: CryptoKey = JsFuture::from(key).await?.unchecked_into();
    let algorithm = Object::new();
    for (name, value) in [
        ("name", "PBKDF2".into()),
        ("hash", "SHA-256".into()),
        ("salt", Uint8Array::from(derivation.salt.as_slice()).into()),
        ("iterations", JsValue::from(derivation.iterations)),
    ] {
        Reflect::set(&algorithm, &name.into(), &value)?;
    }
    let bits = JsFuture::from(subtle.derive_bits_with_object(&algorithm, &key, 256)?).await?;
    let mut derived = [0; 32];
    let bits = Uint8Array::new(&bits);
    if bits.length() != 32 {
        return Err("not 256 bits".into());
    }
    bits.copy_to(&mut derived);
    Ok(derived)
}
