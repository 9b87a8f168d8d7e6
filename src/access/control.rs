//! Access control of one site: the rules and secrets that decisions about access are made from.

use std::rc::Rc;

use super::key_ring::KeyRing;
use super::rules::Rules;
use crate::access::client::Client;
use crate::error::Error;
use crate::path::EntryPath;
use crate::secret::Secret;

/// The rules of a site, and the secrets that credentials are checked with.
///
/// Decides who may open what (`authorize.rs`) and what a listing shows (`visibility.rs`).
#[derive(Clone, Debug)]
pub struct AccessControl {
    /// The rules, merged for each path.
    pub rules: Rc<Rules>,
    /// The keys of cookies and share links; `None` where the site has neither.
    pub keys: Option<KeyRing>,
    /// The owner's token, which opens the API.
    pub api_token: Option<Secret>,
    /// Whether the signatures that AList's API makes of files open them: while that API is on.
    pub file_signs: bool,
}

impl AccessControl {
    /// Access control without any rule or secret: everything is public.
    pub fn public() -> Self {
        Self {
            rules: Rc::new(Rules::new(Vec::new())),
            keys: None,
            api_token: None,
            file_signs: false,
        }
    }

    /// Whether a client sends the API's bearer token, as the owner does.
    pub fn is_owner(&self, client: &Client<'_>) -> bool {
        let token = self.api_token.as_ref();
        client.bearer().is_some_and(|given| token.is_some_and(|token| token.matches(given)))
    }

    /// Lets the owner alone pass, as the API does.
    ///
    /// # Errors
    /// [`Error::BadToken`] for any other client.
    pub fn require_owner(&self, client: &Client<'_>) -> Result<(), Error> {
        if self.is_owner(client) { Ok(()) } else { Err(Error::BadToken) }
    }

    /// Whether a rule accepts AList's signatures at this path.
    pub fn has_alist_key(&self, path: &EntryPath<'_>) -> bool {
        self.rules.at(path.segments()).is_some_and(|policy| policy.fields.alist_sign.is_some())
    }
}
