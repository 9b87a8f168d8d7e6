//! The key ring of a site: the HMAC keys that its cookies and share links are signed with.

use std::fmt;

use hmac::{Hmac, KeyInit as _, Mac as _};
use sha2::Sha256;
use subtle::{Choice, ConstantTimeEq as _};

/// The minimum length of a key, in characters.
pub const MIN_CHARACTERS: usize = 32;
/// The maximum number of keys in a ring.
pub const MAX_KEYS: usize = 8;
/// The shortest MAC that is accepted, in bytes.
const MIN_MAC: usize = 16;

/// A ring of HMAC keys, so that a key can be changed without ending what it signed: the first one signs,
/// every one verifies.
#[derive(Clone)]
pub struct KeyRing {
    first: Hmac<Sha256>,
    others: Vec<Hmac<Sha256>>,
}

/// The purpose of a MAC. A MAC for one purpose is not valid for another.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Purpose {
    /// The cookie of a login.
    Session,
    /// The token of a share link.
    ShareLink,
    /// The token of a login in AList's API.
    AlistLogin,
    /// The signature of a file's address in AList's API.
    FileSign,
    /// The token for WebDAV.
    DavToken,
}

impl Purpose {
    const fn label(self) -> &'static [u8] {
        match self {
            Self::Session => b"signpost session 1",
            Self::ShareLink => b"signpost share link 1",
            Self::AlistLogin => b"signpost alist login 1",
            Self::FileSign => b"signpost file sign 1",
            Self::DavToken => b"signpost dav token 1",
        }
    }
}

/// The reason why a text is no key ring. Keys are numbered from 1.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum KeyRingError {
    /// The text holds no key.
    Empty,
    /// The key of this number has fewer than [`MIN_CHARACTERS`] characters.
    TooShort(usize),
    /// There are more than [`MAX_KEYS`] keys.
    TooMany,
    /// The text holds a key more than once.
    Twice,
}

impl fmt::Display for KeyRingError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Empty => f.write_str("there is no key in it"),
            Self::TooShort(number) => {
                write!(f, "key {number} has fewer than {MIN_CHARACTERS} characters")
            }
            Self::TooMany => write!(f, "there are more than {MAX_KEYS} keys"),
            Self::Twice => f.write_str("a key is there more than once"),
        }
    }
}

impl KeyRing {
    /// Parses keys that are separated by white space or commas, the newest first.
    ///
    /// # Errors
    /// [`KeyRingError`], which never holds a key.
    pub fn parse(text: &str) -> Result<Self, KeyRingError> {
        let keys = text
            .split(|c: char| c.is_whitespace() || c == ',')
            .filter(|key| !key.is_empty())
            .collect::<Vec<_>>();
        if keys.len() > MAX_KEYS {
            return Err(KeyRingError::TooMany);
        }
        for (index, key) in keys.iter().enumerate() {
            if key.chars().count() < MIN_CHARACTERS {
                return Err(KeyRingError::TooShort(index + 1));
            }
            let same = |other: &&str| bool::from(other.as_bytes().ct_eq(key.as_bytes()));
            if keys.iter().skip(index + 1).any(same) {
                return Err(KeyRingError::Twice);
            }
        }
        let mut keys = keys.into_iter().map(|key| hmac_sha256(key.as_bytes()));
        let first = keys.next().ok_or(KeyRingError::Empty)?;
        Ok(Self { first, others: keys.collect() })
    }

    /// HMAC-SHA256 of the parts, by the first key.
    ///
    /// The purpose and then each part go in behind their lengths (eight bytes, big-endian), so that no
    /// two lists of parts give the same input.
    pub fn sign(&self, purpose: Purpose, parts: &[&[u8]]) -> [u8; 32] {
        mac(&self.first, purpose, parts)
    }

    /// The MACs of the parts by all keys, the one of [`Self::sign`] first: as keys of their own, for MACs of
    /// many texts that have the parts in common.
    pub(super) fn derived<'k>(
        &'k self,
        purpose: Purpose,
        parts: &'k [&'k [u8]],
    ) -> impl Iterator<Item = [u8; 32]> + 'k {
        let keys = std::iter::once(&self.first).chain(&self.others);
        keys.map(move |key| mac(key, purpose, parts))
    }

    /// Whether `given` is the MAC of the parts by any key, whole or cut to its first 16 bytes or
    /// more. Takes as long whichever key it is, and wherever the first difference lies.
    pub fn verify(&self, purpose: Purpose, parts: &[&[u8]], given: &[u8]) -> bool {
        if given.len() < MIN_MAC {
            return false;
        }
        let mut matches = Choice::from(0);
        for key in std::iter::once(&self.first).chain(&self.others) {
            let right = mac(key, purpose, parts);
            // `None` if `given` is longer than any MAC.
            let Some(right) = right.get(..given.len()) else { return false };
            matches |= right.ct_eq(given);
        }
        matches.into()
    }
}

impl fmt::Debug for KeyRing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("KeyRing(***)")
    }
}

fn mac(key: &Hmac<Sha256>, purpose: Purpose, parts: &[&[u8]]) -> [u8; 32] {
    let mut mac = key.clone();
    for part in std::iter::once(&purpose.label()).chain(parts) {
        mac.update(&(part.len() as u64).to_be_bytes());
        mac.update(part);
    }
    mac.finalize().into_bytes().into()
}

/// HMAC-SHA256 with this key, ready for data.
#[expect(clippy::expect_used, reason = "HMAC takes keys of any length (RFC 2104, section 2)")]
pub(crate) fn hmac_sha256(key: &[u8]) -> Hmac<Sha256> {
    Hmac::new_from_slice(key).expect("a key of any length")
}

#[cfg(test)]
mod tests {
    use super::*;

    const OLD: &str = "old-0123456789abcdefghijklmnopqrstuv";
    const NEW: &str = "new-0123456789abcdefghijklmnopqrstuv";

    fn ring(text: &str) -> KeyRing {
        KeyRing::parse(text).unwrap()
    }

    #[test]
    fn keys_are_separated_by_white_space_or_commas() {
        let short = "x".repeat(MIN_CHARACTERS - 1);
        let many = |count: usize| (0..count).map(|n| format!("{n}{NEW}")).collect::<Vec<_>>();
        let cases: &[(String, Result<usize, KeyRingError>)] = &[
            (NEW.to_owned(), Ok(1)),
            (format!("{NEW}{short}"), Ok(1)),
            (format!(" {NEW},{OLD}\n"), Ok(2)),
            (format!("{NEW}\r\n\t{OLD} , "), Ok(2)),
            ("é".repeat(MIN_CHARACTERS), Ok(1)),
            (many(MAX_KEYS).join(","), Ok(MAX_KEYS)),
            (many(MAX_KEYS + 1).join(","), Err(KeyRingError::TooMany)),
            (String::new(), Err(KeyRingError::Empty)),
            (" ,\n".to_owned(), Err(KeyRingError::Empty)),
            (short.clone(), Err(KeyRingError::TooShort(1))),
            (format!("{NEW} {short}"), Err(KeyRingError::TooShort(2))),
            ("é".repeat(MIN_CHARACTERS - 1), Err(KeyRingError::TooShort(1))),
            (format!("{NEW} {OLD} {NEW}"), Err(KeyRingError::Twice)),
        ];
        for (text, want) in cases {
            let got = KeyRing::parse(text).map(|ring| 1 + ring.others.len());
            assert_eq!(got, *want, "{text:?}");
        }
    }

    /// By Python's `hmac`, from the description in the documentation of `sign`.
    #[test]
    fn a_mac_is_what_other_implementations_compute() {
        const CASES: &[(Purpose, &[&[u8]], &str)] = &[
            (
                Purpose::Session,
                &[],
                "1c4bb60fd523284647e9180bdf3f6ac5914d25bf05d39a134c5edee59fc3e2af",
            ),
            (
                Purpose::Session,
                &[b"/a", b"\0\x01"],
                "1adcba40f265fdebc99b67c9ce0c50bb744f8a107609f5c9052aee25a6c713cf",
            ),
            (
                Purpose::ShareLink,
                &[b"/a", b"\0\x01"],
                "4756728b97bfee144f968dc0da3c62893702d11ca5b15b281922edf82aa07331",
            ),
            (
                Purpose::ShareLink,
                &["中".as_bytes(), b""],
                "7714391270dd4d26cff8de7701a1c4e6c165ab8e8860026c9fc0adfbf65ba93e",
            ),
        ];
        for (purpose, parts, want) in CASES {
            let mac = ring(&format!("{NEW} {OLD}")).sign(*purpose, parts);
            assert_eq!(hex::encode(mac), *want, "{purpose:?} {parts:?}");
        }
    }

    #[test]
    fn no_two_inputs_share_a_mac() {
        let inputs: &[(Purpose, &[&[u8]])] = &[
            (Purpose::Session, &[]),
            (Purpose::ShareLink, &[]),
            (Purpose::Session, &[b""]),
            (Purpose::Session, &[b"", b""]),
            (Purpose::Session, &[b"ab"]),
            (Purpose::ShareLink, &[b"ab"]),
            (Purpose::Session, &[b"a", b"b"]),
            (Purpose::Session, &[b"", b"ab"]),
            (Purpose::Session, &[b"ab", b""]),
            (Purpose::Session, &[b"a\0\0\0\0\0\0\0\x01b"]),
        ];
        let ring = ring(NEW);
        for (index, (purpose, parts)) in inputs.iter().enumerate() {
            let mac = ring.sign(*purpose, parts);
            for (other, (purpose, parts)) in inputs.iter().enumerate() {
                assert_eq!(ring.verify(*purpose, parts, &mac), index == other, "{index} {other}");
            }
        }
    }

    #[test]
    fn every_key_of_the_ring_verifies_and_no_other() {
        let mac = ring(OLD).sign(Purpose::ShareLink, &[b"a"]);
        for (keys, want) in [
            (OLD.to_owned(), true),
            (format!("{NEW} {OLD}"), true),
            (format!("{OLD} {NEW}"), true),
            (NEW.to_owned(), false),
            (OLD.to_uppercase(), false),
        ] {
            assert_eq!(ring(&keys).verify(Purpose::ShareLink, &[b"a"], &mac), want, "{keys}");
        }
        assert_ne!(ring(&format!("{NEW} {OLD}")).sign(Purpose::ShareLink, &[b"a"]), mac);
    }

    #[test]
    fn a_mac_may_be_cut_to_sixteen_bytes_and_no_further() {
        let ring = ring(NEW);
        let mac = ring.sign(Purpose::Session, &[b"a"]);
        let long = [&mac[..], b"\0"].concat();
        for length in 0..=long.len() {
            let right = ring.verify(Purpose::Session, &[b"a"], &long[..length]);
            assert_eq!(right, (16..=32).contains(&length), "{length} bytes");
        }
    }

    #[test]
    fn a_ring_does_not_print_its_keys() {
        assert_eq!(format!("{:?}", ring(NEW)), "KeyRing(***)");
    }
}
