//! MACs of names by one key: a listing may have thousands, and a MAC takes longer than the rest of a row.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use hmac::{Hmac, KeyInit as _, Mac as _};
use sha2::Sha256;

/// The length of a MAC in bytes, of the 32 that HMAC-SHA256 has.
pub const MAC_BYTES: usize = 16;

/// A key for MACs of names.
#[derive(Clone)]
pub struct NameMac(Hmac<Sha256>);

impl std::fmt::Debug for NameMac {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("NameMac(***)")
    }
}

impl NameMac {
    /// The key of these bytes.
    #[expect(clippy::expect_used, reason = "HMAC takes keys of any length (RFC 2104, section 2)")]
    pub fn new(key: &[u8; 32]) -> Self {
        Self(Hmac::new_from_slice(key).expect("a key of any length"))
    }

    /// The first [`MAC_BYTES`] of HMAC-SHA256 of a name.
    pub fn of(&self, name: &str) -> [u8; MAC_BYTES] {
        let mut mac = self.0.clone();
        mac.update(name.as_bytes());
        let whole: [u8; 32] = mac.finalize().into_bytes().into();
        whole.first_chunk().copied().unwrap_or_default()
    }

    /// Appends the MAC of a name in base64url without padding.
    pub fn push(&self, name: &str, text: &mut String) {
        URL_SAFE_NO_PAD.encode_string(self.of(name), text);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// By Python's `hmac` and `base64`.
    #[test]
    fn a_mac_is_what_other_implementations_compute() {
        let mac = NameMac::new(&[7; 32]);
        let mut text = String::new();
        mac.push("a b.mkv", &mut text);
        assert_eq!(text, "Y2nbg0ZNObVcnY3Y_nfNfw");
        assert_eq!(hex::encode(mac.of("")), "9dac6a74401b46ed9b489d0e19d68d1b");
    }
}
