//! Policies: the access settings that hold at a path, merged from all rules on the way to it.

use std::rc::Rc;

use ipnet::IpNet;

use super::conditions::{Country, Lists, Referers};
use super::rule_fields::RuleFields;
use super::rule_fields::values::{Access, Mode, Scope};
use crate::secret::Secret;

/// The owner's download proxy, which checks AList's signature.
#[derive(Clone, Copy, Debug)]
pub struct DownloadProxy<'p> {
    /// The proxy's URL, without a slash at the end.
    pub url: &'p str,
    /// The secret with which the signatures for the proxy are made.
    pub key: &'p Secret,
}

/// The policy of a path: the fields of all rules on the way to it, merged.
#[derive(Clone, Debug)]
pub struct Policy {
    /// The path that the policy was merged for: that of a rule, or one on the way to a rule's.
    pub scope: Scope,
    /// The fields of all rules that hold at the path, merged.
    pub fields: RuleFields,
    /// Whether files are redirected without any check or count: open to every client, with no condition,
    /// rate, limit or budget, in mode `redirect`.
    pub is_unconditional: bool,
}

impl Policy {
    /// The policy at and below the path of these segments, from fields that are merged already.
    pub fn new(path: &[String], fields: &RuleFields) -> Self {
        let counts = fields.max_links.is_some() || fields.budget.is_some();
        let redirects = matches!(fields.mode, None | Some(Mode::Redirect));
        Self {
            scope: Scope::new(path),
            fields: fields.clone(),
            is_unconditional: restrictions(fields).next().is_none() && !counts && redirects,
        }
    }

    /// The restrictions that keep clients out of the path.
    pub fn restrictions(&self) -> impl Iterator<Item = Restriction<'_>> {
        restrictions(&self.fields)
    }

    /// The clients that may open the path, by credential.
    pub fn access(&self) -> Access {
        self.fields.access.as_ref().map_or(Access::Public, |(access, _)| *access)
    }

    /// The number of segments in the path of the rule that says who may open this one: a share link of a
    /// folder above that rule's path does not open it.
    pub fn access_depth(&self) -> usize {
        let access = self.fields.access.as_ref().map_or(0, |(_, scope)| scope.depth);
        let passwords = self.fields.password.as_ref().map_or(0, |passwords| passwords.scope.depth);
        if self.access() == Access::Password { access.max(passwords) } else { access }
    }

    /// Whether clients may learn the MD5 of files.
    pub fn is_md5_public(&self) -> bool {
        self.fields.md5 == Some(true)
    }

    /// The owner's download proxy, if a rule sets one.
    pub fn download_proxy(&self) -> Option<DownloadProxy<'_>> {
        let (url, key) = (self.fields.proxy_url.as_ref()?, self.fields.proxy_key.as_ref()?);
        Some(DownloadProxy { url, key })
    }

    /// Whether every client may open the path, from any country and address. Rules may still count or
    /// limit.
    pub fn is_open_to_every_client(&self) -> bool {
        self.restrictions().all(|restriction| match restriction {
            Restriction::Referers(_) | Restriction::Rate(_) => true,
            Restriction::Countries(_)
            | Restriction::Addresses(_)
            | Restriction::Password(_)
            | Restriction::Access(_) => false,
        })
    }
}

/// A restriction of a policy: a field that keeps some clients out.
#[derive(Clone, Copy, Debug)]
pub enum Restriction<'p> {
    /// Countries that the field `countries` allows or refuses.
    Countries(&'p Rc<Lists<Country>>),
    /// Addresses that the field `addresses` allows or refuses.
    Addresses(&'p Rc<Lists<IpNet>>),
    /// The field `password`, with the scope of its rule.
    Password(&'p Scope),
    /// The field `access` with the value `link` or `deny`, with the scope of its rule.
    Access(&'p Scope),
    /// Sites whose pages the field `referers` allows or refuses.
    Referers(&'p Rc<Referers>),
    /// The field `rate`, with the scope of its rule.
    Rate(&'p Scope),
}

impl Restriction<'_> {
    /// The name of the rule's field.
    pub fn field(&self) -> &'static str {
        match self {
            Self::Countries(_) => "countries",
            Self::Addresses(_) => "addresses",
            Self::Password(_) => "password",
            Self::Access(_) => "access",
            Self::Referers(_) => "referers",
            Self::Rate(_) => "rate",
        }
    }

    /// Whether both are one restriction, which a policy inherited from the other's rule.
    pub fn is_same(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Countries(one), Self::Countries(other)) => Rc::ptr_eq(one, other),
            (Self::Addresses(one), Self::Addresses(other)) => Rc::ptr_eq(one, other),
            (Self::Referers(one), Self::Referers(other)) => Rc::ptr_eq(one, other),
            (Self::Password(one), Self::Password(other))
            | (Self::Access(one), Self::Access(other))
            | (Self::Rate(one), Self::Rate(other)) => one == other,
            (
                Self::Countries(_)
                | Self::Addresses(_)
                | Self::Password(_)
                | Self::Access(_)
                | Self::Referers(_)
                | Self::Rate(_),
                _,
            ) => false,
        }
    }
}

/// The restrictions in a policy's fields.
fn restrictions(fields: &RuleFields) -> impl Iterator<Item = Restriction<'_>> {
    let RuleFields { access, password, referers, countries, addresses, rate, .. } = fields;
    let lock = access.as_ref().and_then(|(access, scope)| match access {
        Access::Public => None,
        Access::Password => {
            // Without any password the path stays closed.
            let scope = password.as_ref().map_or(scope, |passwords| &passwords.scope);
            Some(Restriction::Password(scope))
        }
        Access::Link | Access::Deny => Some(Restriction::Access(scope)),
    });
    let restrictions = [
        lock,
        countries.as_ref().map(Restriction::Countries),
        addresses.as_ref().map(Restriction::Addresses),
        referers.as_ref().map(Restriction::Referers),
        rate.as_ref().map(|rate| Restriction::Rate(&rate.scope)),
    ];
    restrictions.into_iter().flatten()
}
