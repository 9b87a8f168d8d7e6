//! Passwords of rules, as the owner's secrets store them: plain, or hashed by PBKDF2 with SHA-256.

use std::fmt;
use std::rc::Rc;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use sha2::{Digest as _, Sha256};
use subtle::ConstantTimeEq as _;

use super::password_list::PasswordList;
use crate::secret::Secret;

/// The minimum length of a plain password, in characters.
pub const MIN_CHARACTERS: usize = 4;
/// The minimum number of iterations of a hash.
pub const MIN_ITERATIONS: u32 = 1_000;
/// The maximum number of iterations of a hash: `WebCrypto` refuses more in Cloudflare's runtime.
pub const MAX_ITERATIONS: u32 = 100_000;
/// The minimum and maximum length of a salt, in bytes.
const SALT_BYTES: std::ops::RangeInclusive<usize> = 8..=64;

const SCHEME: &str = "pbkdf2-sha256$";

/// A password of a rule, parsed from its secret. The plain text is not kept, so that `Debug` could not
/// show it.
#[derive(Clone)]
pub struct Password {
    kind: Kind,
    fingerprint: [u8; 16],
}

#[derive(Clone)]
enum Kind {
    /// The SHA-256 of the password, so that a comparison takes as long whatever its length.
    Plain([u8; 32]),
    Hashed(Derivation, [u8; 32]),
}

/// The parameters of PBKDF2 with HMAC-SHA256: what it needs besides the password to derive the 32 bytes
/// of a hash.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Derivation {
    /// The number of iterations: [`MIN_ITERATIONS`] to [`MAX_ITERATIONS`].
    pub iterations: u32,
    /// The salt: 8 to 64 random bytes.
    pub salt: Vec<u8>,
}

/// A password that a client gave for one scope.
#[derive(Clone, Debug)]
pub struct PasswordAttempt {
    /// The password as given.
    pub given: Secret,
    /// The passwords of the rule, of which any is right.
    pub passwords: Rc<PasswordList>,
    /// The decoded path of the rule that asks for the password.
    pub scope: Rc<str>,
    /// The decoded path under which the attempt is counted.
    pub counted_at: Rc<str>,
    /// The client's name in counts; see [`super::conditions::client_name`].
    pub client: String,
}

impl PasswordAttempt {
    /// Whether another attempt is the same: of the same password, for the same scope, by the same client.
    pub fn is_same(&self, other: &Self) -> bool {
        self.scope == other.scope
            && self.client == other.client
            && self.given.matches(other.given.expose())
    }
}

/// The reason why a secret's text is no password.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PasswordError {
    /// The text is empty.
    Empty,
    /// A plain password has fewer than [`MIN_CHARACTERS`] characters.
    TooShort,
    /// The text begins as a hash does, but isn't one.
    MalformedHash,
    /// A hash has fewer than [`MIN_ITERATIONS`] or more than [`MAX_ITERATIONS`] iterations.
    Iterations,
    /// A hash in a list has another salt, or other iterations, than a hash before it.
    OtherDerivation,
}

impl fmt::Display for PasswordError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Empty => f.write_str("the password is empty"),
            Self::TooShort => {
                write!(f, "the password has fewer than {MIN_CHARACTERS} characters")
            }
            Self::MalformedHash => {
                write!(f, "not a whole hash of the form {SCHEME}<iterations>$<salt>$<hash>")
            }
            Self::Iterations => {
                write!(f, "a hash takes {MIN_ITERATIONS} to {MAX_ITERATIONS} iterations")
            }
            Self::OtherDerivation => {
                f.write_str("the hashes in the list have different salts or iterations")
            }
        }
    }
}

impl Password {
    /// Parses a secret's text: `pbkdf2-sha256$<iterations>$<salt>$<hash>`, salt and hash (32 bytes) in
    /// base64url without padding, or else the password itself. White space around it is cut off.
    ///
    /// # Errors
    /// [`PasswordError`]. A text that looks like a hash is never taken for a plain password.
    pub fn parse(text: &str) -> Result<Self, PasswordError> {
        let text = text.trim();
        let kind = if let Some(fields) = text.strip_prefix(SCHEME) {
            let (derivation, hash) = parse_hash(fields)?;
            Kind::Hashed(derivation, hash)
        } else if text.is_empty() {
            return Err(PasswordError::Empty);
        } else if text.trim_start_matches('$').to_ascii_lowercase().starts_with(SCHEME) {
            // A hash as other tools write it, whose base64 is another one.
            return Err(PasswordError::MalformedHash);
        } else if text.chars().count() < MIN_CHARACTERS {
            return Err(PasswordError::TooShort);
        } else {
            Kind::Plain(Sha256::digest(text).into())
        };
        let digest: [u8; 32] =
            Sha256::new().chain_update("signpost password\0").chain_update(text).finalize().into();
        let mut fingerprint = [0; 16];
        for (to, from) in fingerprint.iter_mut().zip(digest) {
            *to = from;
        }
        Ok(Self { kind, fingerprint })
    }

    /// How to derive the bytes that [`Self::matches_derived`] takes; `None` for a plain password.
    pub fn derivation(&self) -> Option<&Derivation> {
        match &self.kind {
            Kind::Plain(_) => None,
            Kind::Hashed(derivation, _) => Some(derivation),
        }
    }

    /// Whether `given` is the plain password; never so for a hashed one. In constant time.
    pub fn matches_plain(&self, given: &str) -> bool {
        match &self.kind {
            Kind::Plain(digest) => digest.ct_eq(&<[u8; 32]>::from(Sha256::digest(given))).into(),
            Kind::Hashed(..) => false,
        }
    }

    /// Whether `derived`, the bytes derived as [`Self::derivation`] says, are those of the hash; never so
    /// for a plain password. In constant time.
    pub fn matches_derived(&self, derived: &[u8; 32]) -> bool {
        match &self.kind {
            Kind::Plain(_) => false,
            Kind::Hashed(_, hash) => hash.ct_eq(derived).into(),
        }
    }

    /// A digest of the secret's text, to which a login's cookie is bound, so that a changed password ends
    /// the login. Not to be shown, since it would let anyone try passwords.
    pub fn fingerprint(&self) -> [u8; 16] {
        self.fingerprint
    }
}

impl fmt::Debug for Password {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self.kind {
            Kind::Plain(_) => "Password(plain ***)",
            Kind::Hashed(..) => "Password(hashed ***)",
        })
    }
}

/// Parses what follows the scheme's name in a hash. The base64 engine takes neither padding nor stray
/// bits.
fn parse_hash(fields: &str) -> Result<(Derivation, [u8; 32]), PasswordError> {
    let mut fields = fields.split('$');
    let (Some(iterations), Some(salt), Some(hash), None) =
        (fields.next(), fields.next(), fields.next(), fields.next())
    else {
        return Err(PasswordError::MalformedHash);
    };
    let malformed = |_| PasswordError::MalformedHash;
    let salt = URL_SAFE_NO_PAD.decode(salt).map_err(malformed)?;
    let hash = URL_SAFE_NO_PAD.decode(hash).map_err(malformed)?;
    let hash = <[u8; 32]>::try_from(hash).map_err(|_| PasswordError::MalformedHash)?;
    let digits = !iterations.is_empty() && iterations.bytes().all(|byte| byte.is_ascii_digit());
    if !digits || iterations.starts_with('0') || !SALT_BYTES.contains(&salt.len()) {
        return Err(PasswordError::MalformedHash);
    }
    let iterations = iterations
        .parse()
        .ok()
        .filter(|iterations| (MIN_ITERATIONS..=MAX_ITERATIONS).contains(iterations))
        .ok_or(PasswordError::Iterations)?;
    Ok((Derivation { iterations, salt }, hash))
}

/// Derives the 32 bytes that [`Password::matches_derived`] takes from the password that was given.
#[cfg(not(target_arch = "wasm32"))]
pub fn derive(given: &str, derivation: &Derivation) -> [u8; 32] {
    let Derivation { iterations, salt } = derivation;
    pbkdf2::pbkdf2_hmac_array::<Sha256, 32>(given.as_bytes(), salt, *iterations)
}

/// Hashes a password into the text of a secret that [`Password::parse`] reads, if `iterations` and the
/// salt's length are in the ranges of a [`Derivation`].
#[cfg(not(target_arch = "wasm32"))]
pub fn hash(given: &str, iterations: u32, salt: &[u8]) -> String {
    let derived = derive(given, &Derivation { iterations, salt: salt.to_vec() });
    let encode = |bytes: &[u8]| URL_SAFE_NO_PAD.encode(bytes);
    format!("{SCHEME}{iterations}${}${}", encode(salt), encode(&derived))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Password, iterations, salt and the secret's text, by Python's `hashlib.pbkdf2_hmac`.
    const VECTORS: &[(&str, u32, &[u8], &str)] = &[
        (
            "open sesame",
            1_000,
            b"saltsalt",
            "pbkdf2-sha256$1000$c2FsdHNhbHQ$C-w4bkkxux_6iuxBJHXHCpexx-t-30Y3y6nLwktObDw",
        ),
        (
            "芝麻开门",
            2_000,
            b"\xf8\xf9\xfa\xfb\xfc\xfd\xfe\xff\0\0\0\0\0\0\0\0",
            "pbkdf2-sha256$2000$-Pn6-_z9_v8AAAAAAAAAAA$dTPNssvzsLMSYj0j-vMk9hdPsVbzXdiacayYd7iWH_U",
        ),
    ];

    #[test]
    fn a_hash_is_what_other_implementations_compute() {
        for (given, iterations, salt, text) in VECTORS {
            assert_eq!(hash(given, *iterations, salt), *text, "{given}");
            let password = Password::parse(&format!(" {text}\n")).unwrap();
            let derivation = password.derivation().unwrap();
            assert_eq!((derivation.iterations, &derivation.salt[..]), (*iterations, *salt));
            assert!(password.matches_derived(&derive(given, derivation)));
            assert!(!password.matches_derived(&derive(&format!("{given} "), derivation)));
            assert!(!password.matches_plain(given), "a hash has no plain text");
            assert!(!password.matches_plain(text), "the hash is not the password");
        }
    }

    #[test]
    fn a_plain_password_matches_itself_alone() {
        let password = Password::parse("open sesame\r\n").unwrap();
        assert_eq!(password.derivation(), None);
        assert!(password.matches_plain("open sesame"));
        for given in ["", "open", "open sesame ", "Open sesame", "open sesame\r\n"] {
            assert!(!password.matches_plain(given), "{given:?}");
        }
        assert!(!password.matches_derived(&Sha256::digest("open sesame").into()));
        assert!(!password.matches_derived(&[0; 32]));
    }

    #[test]
    fn what_is_no_password_is_refused() {
        use PasswordError::{Empty, Iterations, MalformedHash, TooShort};
        let hash = |iterations: &str| VECTORS[0].3.replacen("$1000$", iterations, 1);
        let cases = [
            (String::new(), Empty),
            (" \n".to_owned(), Empty),
            ("abc".to_owned(), TooShort),
            (" abc ".to_owned(), TooShort),
            ("中文字".to_owned(), TooShort),
            (SCHEME.to_owned(), MalformedHash),
            ("pbkdf2-sha256$20000$open sesame".to_owned(), MalformedHash),
            ("pbkdf2-sha256$20000$c2FsdHNhbHQ$".to_owned(), MalformedHash),
            (format!("{}=", hash("$1000$")), MalformedHash),
            (format!("{}$", hash("$1000$")), MalformedHash),
            (hash("$1000$").replace("pbkdf2", "PBKDF2"), MalformedHash),
            (format!("${}", hash("$1000$")), MalformedHash),
            (hash("$$"), MalformedHash),
            (hash("$01000$"), MalformedHash),
            (hash("$+1000$"), MalformedHash),
            (hash("$1e3$"), MalformedHash),
            (hash("$999$"), Iterations),
            (hash("$100001$"), Iterations),
            (hash("$99999999999$"), Iterations),
            ("pbkdf2-sha256$1000$c2FsdA$".to_owned() + &"A".repeat(43), MalformedHash),
        ];
        for (text, want) in cases {
            assert_eq!(Password::parse(&text).err(), Some(want), "{text:?}");
        }
        for iterations in ["$1000$", "$100000$"] {
            assert!(Password::parse(&hash(iterations)).is_ok(), "{iterations}");
        }
        assert!(Password::parse("pbkdf2-sha256").is_ok(), "no hash without its dollar sign");
    }

    #[test]
    fn each_secret_has_a_fingerprint_of_its_own() {
        let fingerprint = |text: &str| Password::parse(text).unwrap().fingerprint();
        assert_eq!(hex::encode(fingerprint("open sesame")), "c8c93f04442f3174291c959952e63cee");
        assert_eq!(fingerprint("open sesame"), fingerprint("open sesame\n"));
        assert_ne!(fingerprint("open sesame"), fingerprint("Open sesame"));
        assert_ne!(fingerprint(VECTORS[0].3), fingerprint(VECTORS[1].3));
    }

    #[test]
    fn a_password_does_not_print() {
        let printed = |text: &str| format!("{:?}", Password::parse(text).unwrap());
        assert_eq!(printed("open sesame"), "Password(plain ***)");
        assert_eq!(printed(VECTORS[0].3), "Password(hashed ***)");
    }
}
