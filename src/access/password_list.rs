//! The list of a rule's passwords, of which any opens: an attempt derives once, however long the list.

use std::slice;

use super::password::{Derivation, Password, PasswordError};

/// The passwords of one rule, of which any is right. All that are hashed have the same [`Derivation`], since a
/// request has CPU time for one.
#[derive(Clone, Debug, Default)]
pub struct PasswordList(Vec<Password>);

impl PasswordList {
    /// Adds a password.
    ///
    /// # Errors
    /// [`PasswordError::OtherDerivation`] for a hash whose salt or iterations are not those of the hashes before
    /// it.
    pub fn push(&mut self, password: Password) -> Result<(), PasswordError> {
        let has_other = |known: &Derivation| password.derivation().is_some_and(|own| own != known);
        if self.derivation().is_some_and(has_other) {
            return Err(PasswordError::OtherDerivation);
        }
        self.0.push(password);
        Ok(())
    }

    /// The derivation of all passwords that are hashed; `None` if none is.
    pub fn derivation(&self) -> Option<&Derivation> {
        self.0.iter().find_map(Password::derivation)
    }

    /// The index of the password that was given: a plain one, or one whose hash is `derived`, the bytes that
    /// [`Self::derivation`] makes of `given`. All are compared, each in constant time.
    pub fn matching(&self, given: &str, derived: Option<&[u8; 32]>) -> Option<usize> {
        let is_right = |password: &Password| {
            password.matches_plain(given) | derived.is_some_and(|it| password.matches_derived(it))
        };
        let compare =
            |found, (index, password)| if is_right(password) { Some(index) } else { found };
        self.iter().enumerate().fold(None, compare)
    }

    /// The password with an index of [`Self::matching`].
    pub fn get(&self, index: usize) -> Option<&Password> {
        self.0.get(index)
    }

    /// The passwords in the order of the rule.
    pub fn iter(&self) -> slice::Iter<'_, Password> {
        self.0.iter()
    }
}

impl<'p> IntoIterator for &'p PasswordList {
    type Item = &'p Password;
    type IntoIter = slice::Iter<'p, Password>;

    fn into_iter(self) -> Self::IntoIter {
        self.iter()
    }
}

impl From<Password> for PasswordList {
    fn from(password: Password) -> Self {
        Self(vec![password])
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::access::password::{derive, hash};

    const SALT: &[u8] = b"saltsalt";

    fn list(texts: &[&str]) -> Result<PasswordList, PasswordError> {
        let mut list = PasswordList::default();
        for text in texts {
            list.push(Password::parse(text)?)?;
        }
        Ok(list)
    }

    #[test]
    fn one_derivation_tells_which_password_it_is() {
        let [first, second] = ["first password", "second password"].map(|it| hash(it, 1_000, SALT));
        let list = list(&["a plain one", &first, "another plain one", &second]).unwrap();
        for (given, want) in [
            ("a plain one", Some(0)),
            ("first password", Some(1)),
            ("another plain one", Some(2)),
            ("second password", Some(3)),
            ("third password", None),
            (&*first, None),
        ] {
            let derived = derive(given, list.derivation().unwrap());
            assert_eq!(list.matching(given, Some(&derived)), want, "{given}");
        }
        assert_eq!(list.matching("first password", None), None, "not without its derivation");
    }

    #[test]
    fn a_hash_with_another_derivation_is_refused() {
        let known = hash("first password", 1_000, SALT);
        for other in [hash("second", 1_000, b"othersal"), hash("second", 1_001, SALT)] {
            for texts in [[&*known, &other, "plain"], [&*known, "plain", &other]] {
                assert_eq!(list(&texts).err(), Some(PasswordError::OtherDerivation));
            }
            assert!(list(&["plain", &other]).is_ok());
        }
        assert!(list(&["one plain", "two plain"]).unwrap().derivation().is_none());
    }
}
