//! The outcomes of one request's checks of passwords, rates, share links and their revocation.

use std::cell::RefCell;
use std::fmt;
use std::rc::Rc;

use super::client::{AccessRequest, Client};
use super::credentials;
use super::key_ring::KeyRing;
use super::password::PasswordAttempt;
use super::revocation::RevocationList;
use super::rule_fields::values::Passwords;
use super::share_link::{ShareClaims, ShareError, ShareToken};
use crate::error::Error;
use crate::secret::Secret;
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
#[derive(Default)]
pub struct CheckOutcomes {
    passwords: RefCell<Vec<(PasswordAttempt, Verification)>>,
    /// The answers of rate limiters, by binding and key.
    rates: RefCell<Vec<(Rc<str>, String, RateLimit)>>,
    revoked: RefCell<Option<Result<Rc<RevocationList>, Error>>>,
    share_links: RefCell<Vec<KnownShareLink>>,
    cookies: RefCell<Vec<VerifiedCookies>>,
    basic: RefCell<Vec<DecodedBasic>>,
}

/// The result of verifying a `Cookie` header for a scope's passwords.
struct VerifiedCookies {
    header: String,
    scope: Rc<str>,
    is_good: bool,
}

/// An `Authorization` header, with the password in it if it has one.
struct DecodedBasic {
    header: String,
    password: Option<Secret>,
}

impl fmt::Debug for CheckOutcomes {
    /// Leaves out the outcomes, which name passwords and tokens.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("CheckOutcomes").finish_non_exhaustive()
    }
}

/// A share link's token, decoded once, with the results of verifying it.
struct KnownShareLink {
    token: String,
    /// `None` if the token can't be decoded.
    decoded: Option<ShareToken>,
    verified: Vec<VerifiedShareLink>,
}

/// The result of verifying a share link's token for a path.
struct VerifiedShareLink {
    /// The link's scope, if the token is valid; else the path that it was verified for.
    segments: Vec<String>,
    result: Result<ShareClaims, ShareError>,
}

impl VerifiedShareLink {
    /// Whether the result holds at a path: that of a valid token for the whole scope, another for its path
    /// alone.
    fn is_of(&self, path: &[&str]) -> bool {
        let path = if self.result.is_ok() { path.get(..self.segments.len()) } else { Some(path) };
        path.is_some_and(|path| path == self.segments)
    }
}

impl KnownShareLink {
    fn claims(
        &mut self,
        keys: &KeyRing,
        segments: &[&str],
        now: UnixSeconds,
    ) -> Result<ShareClaims, ShareError> {
        let token = self.decoded.as_ref().ok_or(ShareError::Forged)?;
        if let Some(known) = self.verified.iter().find(|known| known.is_of(segments)) {
            return known.result.clone();
        }
        let result = token.verify(keys, segments, now);
        let scope = result.as_ref().ok().and_then(|claims| segments.get(..claims.depth));
        self.verified.push(VerifiedShareLink {
            segments: scope.unwrap_or(segments).iter().map(|name| (*name).to_owned()).collect(),
            result: result.clone(),
        });
        result
    }
}

impl CheckOutcomes {
    /// The outcome of a password attempt, if it was verified.
    pub fn verification(&self, attempt: &PasswordAttempt) -> Option<Verification> {
        let passwords = self.passwords.borrow();
        let known = passwords.iter().find(|(known, _)| known.is_same(attempt));
        known.map(|(_, verification)| *verification)
    }

    /// Whether a password was verified, against whichever rule.
    pub fn has_verified_a_password(&self) -> bool {
        !self.passwords.borrow().is_empty()
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
    pub fn revoked_share_links(&self) -> Option<Result<Rc<RevocationList>, Error>> {
        self.revoked.borrow().clone()
    }

    /// Notes the list of revoked share links.
    pub fn note_revoked_share_links(&self, list: Result<Rc<RevocationList>, Error>) {
        *self.revoked.borrow_mut() = Some(list);
    }

    /// The claims of a share link for the path of these segments. Its token is decoded once, and its MAC
    /// verified once for the scope.
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
        self.share_link(token, |link| link.claims(keys, segments, now))
    }

    /// The claims of a share link that this site made for the request's path and that has not expired.
    /// Whether the link is revoked, and which clients it is for, is not checked.
    ///
    /// # Errors
    /// [`Error::NotFound`] for a forged one, [`Error::LinkOver`] for an expired one.
    pub(crate) fn share_claims_for(
        &self,
        keys: Option<&KeyRing>,
        token: &str,
        access: &AccessRequest<'_>,
    ) -> Result<ShareClaims, Error> {
        let keys = keys.ok_or(Error::NotFound)?;
        let segments = access.path.segments().collect::<Vec<_>>();
        self.share_claims(keys, token, &segments, access.now).map_err(|error| match error {
            ShareError::Forged => Error::NotFound,
            ShareError::Expired => Error::LinkOver,
        })
    }

    /// Whether a share link's token, which may be forged, says that it is for some addresses alone.
    pub fn has_address_claim(&self, token: &str) -> bool {
        self.share_link(token, |link| {
            link.decoded.as_ref().is_some_and(ShareToken::has_address_claim)
        })
    }

    /// Whether a cookie shows that one of these passwords was given before. The MACs of a `Cookie` header
    /// are verified once for a scope.
    pub(crate) fn has_cookie(
        &self,
        keys: Option<&KeyRing>,
        passwords: &Passwords,
        access: &AccessRequest<'_>,
    ) -> bool {
        let (Some(keys), Some(header)) = (keys, access.client.cookie) else { return false };
        let scope = &passwords.scope.path;
        let mut verified = self.cookies.borrow_mut();
        let known = verified.iter().find(|known| known.scope == *scope && known.header == header);
        if let Some(known) = known {
            return known.is_good;
        }
        let is_good = credentials::has_cookie(keys, passwords, access.client, access.now);
        verified.push(VerifiedCookies {
            header: header.to_owned(),
            scope: Rc::clone(scope),
            is_good,
        });
        is_good
    }

    /// The password of a client's HTTP Basic authentication. The header is decoded once.
    pub(crate) fn basic_password(&self, client: &Client<'_>) -> Option<Secret> {
        let header = client.authorization?;
        let mut decoded = self.basic.borrow_mut();
        if let Some(known) = decoded.iter().find(|known| known.header == header) {
            return known.password.clone();
        }
        let password = client.basic_password();
        decoded.push(DecodedBasic { header: header.to_owned(), password: password.clone() });
        password
    }

    /// Gives access to a share link, whose token is decoded unless it was before.
    fn share_link<T>(&self, token: &str, access: impl FnOnce(&mut KnownShareLink) -> T) -> T {
        let mut known = self.share_links.borrow_mut();
        if let Some(link) = known.iter_mut().find(|link| link.token == token) {
            return access(link);
        }
        let mut link = KnownShareLink {
            token: token.to_owned(),
            decoded: ShareToken::decode(token),
            verified: Vec::new(),
        };
        let answer = access(&mut link);
        known.push(link);
        answer
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::access::password::Password;
    use crate::access::rule_fields::values::Scope;
    use crate::access::session;
    use crate::access::share_link::{self, ShareId};
    use crate::path::EntryPath;
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
        assert_eq!(outcomes.share_links.borrow()[0].verified.len(), 1);
        assert!(!good(&["b"]) && !good(&["b", "x"]) && !good(&[]) && !good(&["ab"]));
        assert!(good(&["a", "b"]));
        let other = share_link::make(&keys, &["b"], &claims).unwrap();
        assert!(outcomes.share_claims(&keys, &other, &["a"], NOW).is_err());
        assert!(outcomes.share_claims(&keys, &other, &["b"], NOW).is_ok());
        assert_eq!(outcomes.share_links.borrow().len(), 2);
        let shown = format!("{outcomes:?}");
        assert!(!shown.contains(&token), "{shown}");
    }

    #[test]
    fn cookies_and_passwords_of_another_client_are_not_taken_for_these() {
        let keys = KeyRing::parse("k1:0123456789abcdef0123456789abcdef").unwrap();
        let password = Password::parse("open sesame").unwrap();
        let value = session::make(&keys, "/a", &password, UnixSeconds(NOW.0 + 60));
        let passwords = |path: &str| Passwords {
            scope: Scope { path: path.into(), depth: 1 },
            list: Rc::new(password.clone().into()),
            counted_at: path.into(),
        };
        let path = EntryPath::parse("/a/x").unwrap();
        let outcomes = CheckOutcomes::default();
        let has = |cookie: Option<&str>, scope: &str| {
            let client = Client { cookie, ..Client::default() };
            let access = AccessRequest::new(&path, None, &client, NOW);
            outcomes.has_cookie(Some(&keys), &passwords(scope), &access)
        };
        let good = format!("{}={value}", session::cookie_name("/a"));
        let moved = format!("{}={value}", session::cookie_name("/b"));
        for _ in 0..2 {
            assert!(has(Some(&good), "/a"));
            assert!(!has(Some(&good), "/b") && !has(Some(&moved), "/b") && !has(None, "/a"));
        }
        // One header for one scope was verified once.
        assert_eq!(outcomes.cookies.borrow().len(), 3);

        let given = |authorization| {
            let client = Client { authorization, ..Client::default() };
            outcomes.basic_password(&client).map(|given| given.expose().to_owned())
        };
        for _ in 0..2 {
            assert_eq!(given(Some("Basic YW55OnMzY3JldDp4")).as_deref(), Some("s3cret:x"));
            assert_eq!(given(Some("Basic YW55OmI=")).as_deref(), Some("b"));
            assert_eq!((given(Some("Bearer x")), given(None)), (None, None));
        }
        assert_eq!(outcomes.basic.borrow().len(), 3);
    }
}
