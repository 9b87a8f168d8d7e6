//! The signature of one file's address, the `sign` of AList's API, as this site makes it: it opens that file
//! until it expires, and nothing else. It dies with the secret that its owner opened the file with, and with the API
//! where `SITE.alist` turns that off.
//!
//! A listing signs thousands of files, so the MAC is made in two steps: a key for the folder, and with that
//! a MAC of each name.

use std::rc::Rc;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use hmac::{Hmac, Mac as _};
use sha2::Sha256;
use subtle::{Choice, ConstantTimeEq as _};

use super::key_ring::{KeyRing, Purpose, hmac_sha256};
use super::password::Password;
use crate::secret::Secret;
use crate::time::UnixSeconds;

/// The length of a signature's MAC in bytes, of the 32 that HMAC-SHA256 has.
const MAC_BYTES: usize = 16;

/// The secret by which a client opened what it wants signatures of.
#[derive(Clone, Debug)]
pub enum SignedBy {
    /// A password of the rule at this decoded path, by its fingerprint.
    Password(Rc<str>, [u8; 16]),
    /// The API's token.
    Owner(Secret),
}

impl SignedBy {
    /// A password of the rule at this decoded path.
    pub fn password(scope: &Rc<str>, password: &Password) -> Self {
        Self::Password(Rc::clone(scope), password.fingerprint())
    }

    /// The secret as parts of a MAC; no two secrets have the same.
    fn parts(&self) -> [&[u8]; 2] {
        match self {
            Self::Password(scope, fingerprint) => [scope.as_bytes(), fingerprint],
            // No path is empty.
            Self::Owner(token) => [b"", token.expose().as_bytes()],
        }
    }
}

/// Signs the files of one folder.
pub struct FolderSigner {
    key: Hmac<Sha256>,
    expires_at: UnixSeconds,
}

impl std::fmt::Debug for FolderSigner {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("FolderSigner").finish_non_exhaustive()
    }
}

impl FolderSigner {
    /// The signer of the files in a folder, by its decoded path without a slash at the end; the root's is
    /// empty.
    pub fn new(keys: &KeyRing, by: &SignedBy, folder: &str, expires_at: UnixSeconds) -> Self {
        let expires = expires_at.0.to_be_bytes();
        let key = keys.sign(Purpose::FileSign, &parts(by, folder, &expires));
        Self { key: hmac_sha256(&key), expires_at }
    }

    /// The signature of a file in the folder: `<MAC>:<expires>`, the MAC in base64url without padding, the
    /// expiry in decimal Unix seconds, as AList has it. It needs no escaping in a URL.
    pub fn sign(&self, name: &str) -> String {
        format!("{}:{}", URL_SAFE_NO_PAD.encode(mac(&self.key, name)), self.expires_at)
    }
}

/// A signature taken apart, but not verified.
#[derive(Clone, Debug)]
pub struct FileSign {
    mac: [u8; MAC_BYTES],
    expires_at: UnixSeconds,
}

impl FileSign {
    /// Parses a signature that has not expired; `None` for any other text.
    pub fn parse(sign: &str, now: UnixSeconds) -> Option<Self> {
        let (mac, expires) = sign.split_once(':')?;
        let expires_at = expires.parse().map(UnixSeconds).ok().filter(|at| *at > now)?;
        if expires_at.to_string() != expires {
            return None;
        }
        let mac = URL_SAFE_NO_PAD.decode(mac).ok()?;
        Some(Self { mac: mac.try_into().ok()?, expires_at })
    }

    /// Whether this is the signature of the file at a decoded path, by a key of the ring and this secret.
    pub fn is_of(&self, keys: &KeyRing, by: &SignedBy, path: &str) -> bool {
        let Some((folder, name)) = path.rsplit_once('/') else { return false };
        let expires = self.expires_at.0.to_be_bytes();
        let parts = parts(by, folder, &expires);
        let mut matches = Choice::from(0);
        for key in keys.derived(Purpose::FileSign, &parts) {
            matches |= mac(&hmac_sha256(&key), name).ct_eq(&self.mac);
        }
        matches.into()
    }
}

fn parts<'p>(by: &'p SignedBy, folder: &'p str, expires: &'p [u8; 8]) -> [&'p [u8]; 4] {
    let [scope, secret] = by.parts();
    [scope, secret, folder.as_bytes(), expires]
}

fn mac(key: &Hmac<Sha256>, name: &str) -> [u8; MAC_BYTES] {
    let mut mac = key.clone();
    mac.update(name.as_bytes());
    let whole: [u8; 32] = mac.finalize().into_bytes().into();
    whole.first_chunk().copied().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: UnixSeconds = UnixSeconds(1_800_000_000);

    fn keys(key: &str) -> KeyRing {
        KeyRing::parse(key).unwrap()
    }

    fn by(scope: &str, password: &str) -> SignedBy {
        SignedBy::password(&scope.into(), &Password::parse(password).unwrap())
    }

    const KEY: &str = "new-0123456789abcdefghijklmnopqrstuv";

    fn opens(sign: &str, path: &str, by: &SignedBy, now: UnixSeconds) -> bool {
        FileSign::parse(sign, now).is_some_and(|sign| sign.is_of(&keys(KEY), by, path))
    }

    #[test]
    fn a_signature_opens_one_file_for_one_secret_until_it_expires() {
        let right = by("/team", "open sesame");
        let signer = FolderSigner::new(&keys(KEY), &right, "/team/b", NOW.after(HOUR));
        let sign = signer.sign("a b.mkv");
        assert!(opens(&sign, "/team/b/a b.mkv", &right, NOW));
        for path in ["/team/b/a b.mk", "/team/b", "/team/a b.mkv", "/a b.mkv", "a b.mkv", "", "/"] {
            assert!(!opens(&sign, path, &right, NOW), "{path:?}");
        }
        // What is folder and what is name is part of it.
        let slashed =
            FolderSigner::new(&keys(KEY), &right, "/team", NOW.after(HOUR)).sign("b/a b.mkv");
        assert!(!opens(&slashed, "/team/b/a b.mkv", &right, NOW));
        let owner = |token: &str| SignedBy::Owner(Secret::new(token));
        for other in [by("/team", "changed"), by("/", "open sesame"), owner("open sesame")] {
            assert!(!opens(&sign, "/team/b/a b.mkv", &other, NOW), "{other:?}");
        }
        let expiry = NOW.after(HOUR);
        assert!(opens(&sign, "/team/b/a b.mkv", &right, UnixSeconds(expiry.0 - 1)));
        assert!(!opens(&sign, "/team/b/a b.mkv", &right, expiry));
        let own = FolderSigner::new(&keys(KEY), &owner("token"), "", expiry).sign("top.txt");
        assert!(opens(&own, "/top.txt", &owner("token"), NOW));
        assert!(!opens(&own, "/top.txt", &owner("other"), NOW));
    }

    const HOUR: std::time::Duration = std::time::Duration::from_hours(1);

    #[test]
    fn a_signature_of_an_older_key_opens_while_the_key_is_in_the_ring() {
        let (right, old) = (by("/", "open sesame"), KEY.to_uppercase());
        let sign = FolderSigner::new(&keys(&old), &right, "", NOW.after(HOUR)).sign("a");
        let sign = FileSign::parse(&sign, NOW).unwrap();
        assert!(sign.is_of(&keys(&format!("{KEY} {old}")), &right, "/a"));
        assert!(!sign.is_of(&keys(KEY), &right, "/a"));
    }

    #[test]
    fn a_signature_has_one_spelling_and_needs_no_escaping() {
        let right = by("/", "open sesame");
        let sign = FolderSigner::new(&keys(KEY), &right, "", UnixSeconds(1_800_003_600)).sign("a");
        let plain = |b: u8| b.is_ascii_alphanumeric() || b"-_:".contains(&b);
        assert!(sign.bytes().all(plain), "{sign}");
        let (mac, expires) = sign.split_once(':').unwrap();
        assert_eq!((mac.len(), expires), (22, "1800003600"));
        for forged in [
            String::new(),
            mac.to_owned(),
            format!("{mac}:"),
            format!("{mac}:0"),
            format!("{mac}:01800003600"),
            format!("{mac}:+1800003600"),
            format!("{mac}:1800003601"),
            format!("{mac}=:{expires}"),
            format!("{mac}A:{expires}"),
            format!(":{expires}"),
            format!("{sign}:{expires}"),
            format!("{sign} "),
        ] {
            assert!(!opens(&forged, "/a", &right, NOW), "{forged:?}");
        }
    }
}
