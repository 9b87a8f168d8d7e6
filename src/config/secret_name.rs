//! Names of secrets in settings.

use std::fmt;
use std::ops::Deref;

use serde::de::{Deserialize, Deserializer, Error, Visitor};

/// The name of a secret, in a field where an owner may have pasted the secret itself: no error and no
/// `Debug` shows it.
#[derive(Clone, PartialEq, Eq)]
pub struct SecretName(String);

impl SecretName {
    /// The type's name in serde's errors about values of other types.
    pub const EXPECTED: &str = "the name of a secret";
}

impl Deref for SecretName {
    type Target = str;

    fn deref(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for SecretName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SecretName(***)")
    }
}

impl<'de> Deserialize<'de> for SecretName {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        struct Name;
        impl Visitor<'_> for Name {
            type Value = SecretName;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(SecretName::EXPECTED)
            }

            fn visit_str<E: Error>(self, name: &str) -> Result<SecretName, E> {
                Ok(SecretName(name.to_owned()))
            }
        }
        from.deserialize_str(Name)
    }
}
