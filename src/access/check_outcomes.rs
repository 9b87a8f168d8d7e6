//! The outcomes of one request's checks of passwords, rates, share links and their revocation.

use std::cell::RefCell;
use std::rc::Rc;

use super::key_ring::KeyRing;
use super::password::PasswordAttempt;
use super::revocation::Revoked;
use super::share_link::{self, ShareClaims, ShareError};
use crate::error::Error;
use crate::time::UnixSeconds;

/// The outcome of a password attempt.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verification {
    /// The attempt is right: it matches the password with this index.
    Right(usize),
    /// The attempt matches none of the passwords.
    Wrong,
    /// The attempt was not verified: there were too many.
    TooMany,
    /// The attempt was not verified: attempts can't be counted at present.
    Unavailable,
}

/// The answer of a rate limiter.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RateLimit {
    /// The request is within the limit.
    Within,
    /// The limit is reached.
    Exceeded,
    /// The rate limiter can't be asked.
    Unavailable,
}

/// The outcomes of one request's checks. Each is found again by all that its check depends on: it never
/// stands for another policy's or client's.
#[derive(Debug, Default)]
pub struct CheckOutcomes {
    passwords: RefCell<Vec<(PasswordAttempt, Verification)>>,
    /// The answers of rate limiters, by binding and key.
    rates: RefCell<Vec<(Rc<str>, String, RateLimit)>>,
    revoked: RefCell<Option<Result<Rc<Revoked>, Error>>>,
    share_links: RefCell<Vec<VerifiedShareLink>>,
}

/// A share link's token, with the result of verifying it for a path.
#[derive(Debug)]
struct VerifiedShareLink {
    token: String,
    /// The link's scope, if the token is valid; else the path that it was verified for.
    segments: Vec<String>,
    result: Result<ShareClaims, ShareError>,
}

impl VerifiedShareLink {
    /// Whether the result holds for a token at a path: a valid one for its whole scope, another for its
    /// path alone.
    fn is_of(&self, token: &str, path: &[&str]) -> bool {
        let path = if self.result.is_ok() { path.get(..self.segments.len()) } else { Some(path) };
        self.token == token && path.is_some_and(|path| path == self.segments)
    }
}

impl CheckOutcomes {
    /// The outcome of a password attempt, if it was verified.
    pub fn verification(&self, attempt: &PasswordAttempt) -> Option<Verification> {
        let passwords = self.passwords.borrow();
        let known = passwords.iter().find(|(known, _)| known.is_same(attempt));
        known.map(|(_, verification)| *verification)
    }

    /// Notes the outcome of a password attempt.
    pub fn note_verification(&self, attempt: &PasswordAttempt, verification: Verification) {
        self.passwords.borrow_mut().push((attempt.clone(), verification));
    }

    /// The answer of a rate limiter about a key, if it was asked.
    pub fn rate_limit(&self, binding: &str, key: &str) -> Option<RateLimit> {
        let rates = self.rates.borrow();
        let known = rates.iter().find(|(of, known, _)| (&**of, known.as_str()) == (binding, key));
        known.map(|(_, _, limit)| *limit)
    }

    /// Notes the answer of a rate limiter about a key.
    pub fn note_rate_limit(&self, binding: &Rc<str>, key: &str, limit: RateLimit) {
        self.rates.borrow_mut().push((Rc::clone(binding), key.to_owned(), limit));
    }

    /// The list of revoked share links, if it was read; [`Error::Unavailable`] if it can't be.
    pub fn revoked_share_links(&self) -> Option<Result<Rc<Revoked>, Error>> {
        self.revoked.borrow().clone()
    }

    /// Notes the list of revoked share links.
    pub fn note_revoked_share_links(&self, list: Result<Rc<Revoked>, Error>) {
        *self.revoked.borrow_mut() = Some(list);
    }

    /// The claims of a share link for the path of these segments. Its MAC is verified once (see
    /// [`share_link::read`]).
    ///
    /// # Errors
    /// [`ShareError`], the reason why the token opens nothing there.
    pub fn share_claims(
        &self,
        keys: &KeyRing,
        token: &str,
        segments: &[&str],
        now: UnixSeconds,
    ) -> Result<ShareClaims, ShareError> {
        let mut known = self.share_links.borrow_mut();
        if let Some(link) = known.iter().find(|link| link.is_of(token, segments)) {
            return link.result.clone();
        }
        let result = share_link::read(keys, token, segments, now);
        let scope = result.as_ref().ok().and_then(|claims| segments.get(..claims.depth));
        known.push(VerifiedShareLink {
            token: token.to_owned(),
            segments: scope.unwrap_or(segments).iter().map(|name| (*name).to_owned()).collect(),
            result: result.clone(),
        });
        result
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::access::share_link::ShareId;
    use crate::seed::RequestSeed;

    const NOW: UnixSeconds = UnixSeconds(1_700_000_000);

    #[test]
    fn a_verified_share_link_says_nothing_of_paths_outside_its_scope() {
        let keys = KeyRing::parse("k1:0123456789abcdef0123456789abcdef").unwrap();
        let claims = ShareClaims {
            id: ShareId::draw(&RequestSeed::new(NOW, [7; 16])),
            depth: 1,
            created: NOW,
            expires_at: None,
            uses: None,
            bytes: None,
            site: None,
            address: None,
        };
        let token = share_link::make(&keys, &["a"], &claims).unwrap();
        let outcomes = CheckOutcomes::default();
        let good = |path: &[&str]| outcomes.share_claims(&keys, &token, path, NOW).is_ok();
        assert!(good(&["a", "x"]) && good(&["a"]) && good(&["a", "y", "z"]));
        assert_eq!(outcomes.share_links.borrow().len(), 1);
        assert!(!good(&["b"]) && !good(&["b", "x"]) && !good(&[]) && !good(&["ab"]));
        assert!(good(&["a", "b"]));
        let other = share_link::make(&keys, &["b"], &claims).unwrap();
        assert!(outcomes.share_claims(&keys, &other, &["a"], NOW).is_err());
        assert!(outcomes.share_claims(&keys, &other, &["b"], NOW).is_ok());
    }
}
