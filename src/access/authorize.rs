//! The access decision: whether a client may have what is at a path. The path's policy and the client's
//! request decide it, and nothing else.
//!
//! Deciding is pure (`AccessControl::authorize`): where a decision depends on a check, it names the
//! check, and is resumed once the check's outcome is known. The order is fixed: paths that the client may
//! not know of, country and address, the lock, Referer, rate. Whether there is anything at the path is
//! looked up after that.

use std::rc::Rc;

use super::check_outcomes::CheckOutcomes;
use super::client::AccessRequest;
use super::conditions::{Referers, SitePattern};
use super::control::AccessControl;
use super::credentials::{Credential, has_alist_sign};
use super::password::PasswordAttempt;
use super::policy::Policy;
use super::rule_fields::values::Access;
use super::share_link::ShareClaims;
use crate::access::check_outcomes::{RateLimit, Verification};
use crate::error::{Condition, Error};

/// Proof that a client may have what is at a path, given before anything is looked up there. Made by
/// [`AccessControl::authorize`] alone.
#[derive(Clone, Debug)]
pub(crate) struct Permit<'s> {
    policy: &'s Policy,
    credential: Credential,
}

impl<'s> Permit<'s> {
    /// The policy of the path that the permit is for.
    pub fn policy(&self) -> &'s Policy {
        self.policy
    }

    /// The credential that opened the path.
    pub fn credential(&self) -> &Credential {
        &self.credential
    }

    /// Whether services that show what links lead to may tell of the path: every client gets the same
    /// response, from any page, since no credential opened the path, and neither country, address nor
    /// Referer keeps anybody out. Rules may still count or limit.
    pub fn can_be_previewed(&self) -> bool {
        self.policy.is_open_to_every_client()
            && self.policy.fields.referers.is_none()
            && matches!(self.credential, Credential::None)
    }
}

/// The decision of [`AccessControl::authorize`] about a request.
#[derive(Debug)]
pub(crate) enum Decision<'s> {
    /// The client may have what is at the path.
    Allow(Permit<'s>),
    /// The client is answered as if the path didn't exist: as for any name that is missing from the
    /// folder at the first `known_depth` segments of the path, the deepest folder that this client may
    /// know of.
    Absent { known_depth: usize },
    /// The request is refused.
    Deny(Error),
    /// The decision depends on a check whose outcome is not known yet.
    Needs(Pending<'s>),
}

/// A decision that waits for the outcome of a check.
#[derive(Debug)]
pub(crate) struct Pending<'s> {
    check: Check,
    at: Candidate<'s>,
}

impl Pending<'_> {
    /// The check that the decision waits for.
    pub fn check(&self) -> &Check {
        &self.check
    }

    /// The check alone, for a decision that is made anew after it.
    pub fn into_check(self) -> Check {
        self.check
    }
}

/// A check for the platform to perform. It names all that its outcome depends on: the policy's rule and
/// the client.
#[derive(Clone, Debug)]
pub(crate) enum Check {
    /// Whether a share link with these claims is revoked.
    Revocation(Box<ShareClaims>),
    /// Whether a password is right.
    Password(PasswordAttempt),
    /// Whether the client is within the policy's rate: `key` names the rule's path and the client, and
    /// `with` is the credential that it has.
    Rate { binding: Rc<str>, key: String, with: Credential },
}

/// The state of a policy's lock for a client, before a password is verified.
#[derive(Debug)]
pub(crate) enum Lock {
    /// The lock is open to the client, by this credential.
    Open(Credential),
    /// A password opens the lock.
    Password,
    /// The lock stays closed, and the client is not to learn that there is one.
    Concealed,
}

/// A policy that may decide about a request, and where it was looked up.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Candidate<'s> {
    /// The policy that holds for the entry.
    pub policy: &'s Policy,
    /// The number of segments of the path at which the policy was looked up.
    pub depth: usize,
    /// Whether the request's path leads deeper, to something that the client may not know of.
    is_above: bool,
}

/// The result of one step of the decision by a policy.
enum PolicyDecision {
    /// The path opens with this credential.
    Open(Credential),
    /// The client is not to learn that there is such a path.
    Concealed,
    /// The request is refused.
    Deny(Error),
    /// The decision depends on this check.
    Needs(Check),
}

impl AccessControl {
    /// Decides about a request, by the outcomes of its checks so far. A path that the client may not know
    /// of is answered as one that doesn't exist, by the policy of the nearest folder above that the
    /// client may know of.
    pub(crate) fn authorize(
        &self,
        access: &AccessRequest<'_>,
        outcomes: &CheckOutcomes,
    ) -> Decision<'_> {
        let Some(at) = self.first_candidate(access) else {
            return Decision::Deny(Error::Misconfigured);
        };
        self.follow(at, self.begin(at.policy, access, outcomes), access, outcomes)
    }

    /// The policy that decides about a request first: that of its path, or if an entry on the way is
    /// blocked, of the folder around that.
    pub(crate) fn first_candidate(&self, access: &AccessRequest<'_>) -> Option<Candidate<'_>> {
        let blocked = self.rules.first_blocked(access.path.segments());
        let depth = blocked.map_or(access.path.depth(), |blocked| blocked - 1);
        let policy = self.rules.at(access.path.segments().take(depth))?;
        Some(Candidate { policy, depth, is_above: blocked.is_some() })
    }

    /// The policy that decides if the client may not know of what this one is for: that of the folder
    /// around. In between every folder has the same policy as here.
    ///
    /// # Errors
    /// [`Error::NotFound`] if there is no folder around.
    pub(crate) fn next_candidate(
        &self,
        at: Candidate<'_>,
        access: &AccessRequest<'_>,
    ) -> Result<Candidate<'_>, Error> {
        let depth = at.policy.scope.depth.checked_sub(1).ok_or(Error::NotFound)?;
        let policy = self.rules.at(access.path.segments().take(depth));
        Ok(Candidate { policy: policy.ok_or(Error::Misconfigured)?, depth, is_above: true })
    }

    /// Resumes a decision whose check has an outcome now.
    pub(crate) fn resume<'s>(
        &'s self,
        pending: Pending<'s>,
        access: &AccessRequest<'_>,
        outcomes: &CheckOutcomes,
    ) -> Decision<'s> {
        self.follow(pending.at, PolicyDecision::Needs(pending.check), access, outcomes)
    }

    /// Continues from an interim result until the decision is made, or depends on a check whose outcome is not
    /// known.
    fn follow<'s>(
        &'s self,
        mut at: Candidate<'s>,
        mut decision: PolicyDecision,
        access: &AccessRequest<'_>,
        outcomes: &CheckOutcomes,
    ) -> Decision<'s> {
        loop {
            decision = match decision {
                PolicyDecision::Open(_) if at.is_above => {
                    return Decision::Absent { known_depth: at.depth };
                }
                PolicyDecision::Open(credential) => {
                    return Decision::Allow(Permit { policy: at.policy, credential });
                }
                PolicyDecision::Deny(error) => return Decision::Deny(error),
                PolicyDecision::Needs(check) => {
                    match self.conclude(check, at.policy, access, outcomes) {
                        Ok(decision) => decision,
                        Err(check) => return Decision::Needs(Pending { check, at }),
                    }
                }
                PolicyDecision::Concealed => {
                    at = match self.next_candidate(at, access) {
                        Ok(above) => above,
                        Err(error) => return Decision::Deny(error),
                    };
                    self.begin(at.policy, access, outcomes)
                }
            };
        }
    }

    /// The first step of the decision by a policy: country and address, then the share link.
    fn begin(
        &self,
        policy: &Policy,
        access: &AccessRequest<'_>,
        outcomes: &CheckOutcomes,
    ) -> PolicyDecision {
        if policy.is_unconditional && access.share.is_none() {
            return PolicyDecision::Open(Credential::None);
        }
        match policy.access() {
            Access::Deny => return PolicyDecision::Concealed,
            // Without a share link nobody is to learn that there is a rule.
            Access::Link => {}
            Access::Public | Access::Password => {
                if let Err(error) = check_conditions(policy, access) {
                    return PolicyDecision::Deny(error);
                }
            }
        }
        let Some(token) = access.share else {
            return self.unlock(policy, &Credential::None, access, outcomes);
        };
        match outcomes.share_claims_for(self.keys.as_ref(), token, access) {
            Ok(claims) => PolicyDecision::Needs(Check::Revocation(Box::new(claims))),
            Err(error) => refused(policy, error),
        }
    }

    /// The result after a check, by its outcome; the check itself as `Err` if no outcome is known.
    fn conclude(
        &self,
        check: Check,
        policy: &Policy,
        access: &AccessRequest<'_>,
        outcomes: &CheckOutcomes,
    ) -> Result<PolicyDecision, Check> {
        Ok(match check {
            Check::Revocation(claims) => match outcomes.revoked_share_links() {
                None => return Err(Check::Revocation(claims)),
                Some(Err(error)) => PolicyDecision::Deny(error),
                Some(Ok(list)) if list.is_revoked(&claims) => PolicyDecision::Deny(Error::LinkOver),
                Some(Ok(_)) => match check_share_conditions(&claims, access) {
                    Ok(()) => self.unlock(policy, &Credential::Share(claims), access, outcomes),
                    Err(error) => refused(policy, error),
                },
            },
            Check::Password(attempt) => match outcomes.verification(&attempt) {
                None => return Err(Check::Password(attempt)),
                Some(verification) => match matching_password(verification) {
                    Ok(_) => check_after_lock(policy, Credential::Password(attempt.scope), access),
                    Err(error) => PolicyDecision::Deny(error),
                },
            },
            Check::Rate { binding, key, with } => match outcomes.rate_limit(&binding, &key) {
                None => return Err(Check::Rate { binding, key, with }),
                Some(RateLimit::Within) => PolicyDecision::Open(with),
                Some(RateLimit::Exceeded) => PolicyDecision::Deny(Error::TooManyRequests),
                Some(RateLimit::Unavailable) => PolicyDecision::Deny(Error::Unavailable),
            },
        })
    }

    /// The result after the share link's checks: opens the policy's lock by the share link or another
    /// credential. A share link has to be valid even where nothing is locked: what is downloaded through
    /// it may be counted.
    fn unlock(
        &self,
        policy: &Policy,
        share: &Credential,
        access: &AccessRequest<'_>,
        outcomes: &CheckOutcomes,
    ) -> PolicyDecision {
        match (self.lock(policy, share, access, None, outcomes), &policy.fields.password) {
            (Lock::Open(credential), _) => check_after_lock(policy, credential, access),
            (Lock::Password, Some(passwords)) => match outcomes.basic_password(access.client) {
                None => PolicyDecision::Deny(Error::Locked { wrong: false }),
                Some(given) => {
                    PolicyDecision::Needs(Check::Password(passwords.attempt(given, access.client)))
                }
            },
            (Lock::Password | Lock::Concealed, _) => refused(policy, Error::NotFound),
        }
    }

    /// The state of a policy's lock for a client with this credential, as far as it is known without a
    /// check by the platform: the one decision for opening an entry, for listing and counting it, and for
    /// what other origins may read of it. `child` is the name of the entry in the request's folder that the
    /// policy is for; `None` where it is for the request's own path.
    pub(crate) fn lock(
        &self,
        policy: &Policy,
        credential: &Credential,
        access: &AccessRequest<'_>,
        child: Option<&str>,
        outcomes: &CheckOutcomes,
    ) -> Lock {
        let path = || access.path.segments().chain(child);
        let by_login = || access.client.login.and_then(|login| login.open(policy, path()));
        match policy.access() {
            Access::Public => Lock::Open(credential.clone()),
            Access::Link | Access::Password if credential.is_share_link_for(policy) => {
                Lock::Open(credential.clone())
            }
            Access::Link | Access::Password
                if has_alist_sign(policy, access) || self.has_file_sign(policy, access) =>
            {
                Lock::Open(Credential::Alist)
            }
            Access::Link => by_login().unwrap_or(Lock::Concealed),
            Access::Deny => Lock::Concealed,
            Access::Password => match &policy.fields.password {
                Some(passwords)
                    if credential.is_password_of(policy)
                        || outcomes.has_cookie(self.keys.as_ref(), passwords, access) =>
                {
                    Lock::Open(Credential::Password(passwords.scope.path.clone()))
                }
                Some(_) | None => by_login().unwrap_or(Lock::Password),
            },
        }
    }
}

/// The result where a policy's lock stays closed: where only a share link opens it, the client is not to
/// learn that there is a rule.
fn refused(policy: &Policy, error: Error) -> PolicyDecision {
    if policy.access() == Access::Link && error == Error::NotFound {
        PolicyDecision::Concealed
    } else {
        PolicyDecision::Deny(error)
    }
}

/// The result after the lock is open: Referer and rate, and where a share link was needed, country and
/// address.
fn check_after_lock(
    policy: &Policy,
    credential: Credential,
    access: &AccessRequest<'_>,
) -> PolicyDecision {
    let client = access.client;
    if policy.access() == Access::Link
        && let Err(error) = check_conditions(policy, access)
    {
        return PolicyDecision::Deny(error);
    }
    if let Some(referers) = &policy.fields.referers
        && !referers.is_allowed(client.referer, client.origin, client.site)
    {
        return PolicyDecision::Deny(Error::Forbidden(Condition::Referer));
    }
    let Some(rate) = &policy.fields.rate else { return PolicyDecision::Open(credential) };
    let binding = Rc::clone(&rate.binding);
    let key = format!("{}|{}", rate.scope.path, client.client_name());
    PolicyDecision::Needs(Check::Rate { binding, key, with: credential })
}

/// The index of the password that matches, or the error of an attempt that failed.
pub(crate) fn matching_password(verification: Verification) -> Result<usize, Error> {
    match verification {
        Verification::Right(which) => Ok(which),
        Verification::Wrong => Err(Error::Locked { wrong: true }),
        Verification::TooMany => Err(Error::TooManyAttempts),
        Verification::Unavailable => Err(Error::Unavailable),
    }
}

/// Checks a policy's conditions on the client's country and address.
pub(crate) fn check_conditions(policy: &Policy, access: &AccessRequest<'_>) -> Result<(), Error> {
    let (fields, client) = (&policy.fields, access.client);
    if fields.countries.as_ref().is_some_and(|lists| !lists.is_country_allowed(client.country)) {
        return Err(Error::Forbidden(Condition::Country));
    }
    if fields.addresses.as_ref().is_some_and(|lists| !lists.is_address_allowed(client.address)) {
        return Err(Error::Forbidden(Condition::Address));
    }
    Ok(())
}

/// Checks that the client comes from the site and the addresses that a share link is for.
pub(crate) fn check_share_conditions(
    claims: &ShareClaims,
    access: &AccessRequest<'_>,
) -> Result<(), Error> {
    let client = access.client;
    if let Some(site) = &claims.site {
        let site = SitePattern::parse(site).ok_or(Error::NotFound)?;
        let referers = Referers::new(vec![site], false);
        if !referers.is_allowed(client.referer, client.origin, client.site) {
            return Err(Error::Forbidden(Condition::Referer));
        }
    }
    let is_elsewhere = claims
        .address
        .as_ref()
        .is_some_and(|range| !client.address.is_some_and(|address| range.contains(&address)));
    if is_elsewhere { Err(Error::Forbidden(Condition::Address)) } else { Ok(()) }
}
