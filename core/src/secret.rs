//! Keys, passwords and tokens: text that must never be printed.

use std::fmt;

use sha2::{Digest as _, Sha256};
use subtle::ConstantTimeEq as _;

/// A key, password or token. No `Display`, no `Serialize`; `Debug` prints `***`.
#[derive(Clone)]
pub struct Secret(String);

impl Secret {
    /// Wraps a text, without the spaces and line ends around a pasted key and the byte order mark that some
    /// editors put before it.
    pub fn new(text: &str) -> Self {
        Self(text.trim_start_matches('\u{feff}').trim().to_owned())
    }

    /// Whether `given` equals the secret. The time that takes tells nothing about the secret, not even its
    /// length.
    pub fn matches(&self, given: &str) -> bool {
        Sha256::digest(&self.0).ct_eq(&Sha256::digest(given)).into()
    }

    /// The secret text: the only way to read it, by a name that is easy to search for.
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("***")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_secret_does_not_print() {
        assert_eq!(format!("{:?}", Some(Secret::new("k3y\n"))), "Some(***)");
        assert_eq!(Secret::new(" k3y\n").expose(), "k3y");
        assert_eq!(Secret::new("\u{feff}k3y\r\n").expose(), "k3y");
    }
}
