//! Passwords held against those that are right: counted first, and remembered when right, so that a
//! tool that sends its password with each request is neither slowed down nor counted.

use std::cell::RefCell;
use std::collections::HashMap;

use js_sys::{Array, Object, Reflect, Uint8Array};
use sha2::{Digest as _, Sha256};
use wasm_bindgen::{JsCast as _, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{Crypto, CryptoKey};

use super::bindings::Env;
use super::settle::may;
use crate::password::Derivation;
use crate::site::due::{Allowed, Guess, Verdict};

/// The rate-limit binding that guesses are counted with.
const GUESSES: &str = "GUESSES";
/// Right guesses that are remembered, at most.
const MOST_KNOWN: usize = 256;
/// A place has so many counters, and a guess is counted by any one of them: together they allow more
/// guesses than a visitor has, so that one visitor can't lock out the others.
const SHARDS: u8 = 10;

thread_local! {
    /// Digests of right guesses, and which password each was. Salted, since they are of passwords.
    static KNOWN: RefCell<Option<Known>> = const { RefCell::new(None) };
}

struct Known {
    salt: [u8; 32],
    right: HashMap<[u8; 32], usize>,
}

/// What comes of a guess.
pub async fn hold(guess: &Guess, env: &Env) -> Verdict {
    let Some(digest) = digest(guess) else { return Verdict::Unreachable };
    let known = KNOWN.with_borrow(|known| known.as_ref()?.right.get(&digest).copied());
    if let Some(which) = known {
        return Verdict::Right(which);
    }
    match is_allowed(guess, env).await {
        Allowed::Yes => {}
        Allowed::No => return Verdict::TooMany,
        Allowed::Unreachable => return Verdict::Unreachable,
    }
    let mut verdict = Verdict::Wrong;
    for (which, password) in guess.passwords.iter().enumerate() {
        let given = guess.given.expose();
        let is_right = match password.derivation() {
            None => password.matches_plain(given),
            Some(derivation) => match derive(given, derivation).await {
                Ok(derived) => password.matches_derived(&derived),
                Err(_) => return Verdict::Unreachable,
            },
        };
        if is_right {
            verdict = Verdict::Right(which);
        }
    }
    if let Verdict::Right(which) = verdict {
        remember(digest, which);
    }
    verdict
}

/// Counts the guess for its visitor, and if they may, for its place.
async fn is_allowed(guess: &Guess, env: &Env) -> Allowed {
    let Guess { scope, client, .. } = guess;
    match may(env, GUESSES, &format!("{client}|{scope}")).await {
        Allowed::Yes => {
            let mut shard = [0];
            if getrandom::fill(&mut shard).is_err() {
                return Allowed::Unreachable;
            }
            let [shard] = shard.map(|byte| byte % SHARDS);
            may(env, GUESSES, &format!("any {shard}|{scope}")).await
        }
        refused => refused,
    }
}

fn digest(guess: &Guess) -> Option<[u8; 32]> {
    KNOWN.with_borrow_mut(|known| {
        let salt = if let Some(known) = known {
            known.salt
        } else {
            let mut salt = [0; 32];
            getrandom::fill(&mut salt).ok()?;
            *known = Some(Known { salt, right: HashMap::new() });
            salt
        };
        let mut digest = Sha256::new_with_prefix(salt);
        for password in guess.passwords.iter() {
            digest.update(password.fingerprint());
        }
        // Who guesses belongs to it: else whoever comes after the first right guess could guess on
        // without being counted.
        digest.update(&guess.client);
        digest.update([0]);
        digest.update(guess.scope.as_bytes());
        digest.update([0]);
        digest.update(guess.given.expose());
        Some(digest.finalize().into())
    })
}

fn remember(digest: [u8; 32], which: usize) {
    KNOWN.with_borrow_mut(|known| {
        if let Some(known) = known {
            if known.right.len() >= MOST_KNOWN {
                known.right.clear();
            }
            known.right.insert(digest, which);
        }
    });
}

/// PBKDF2 with SHA-256 by the platform: several times as fast as it would be in here.
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
