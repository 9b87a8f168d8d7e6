//! Policies: the access settings that hold at a path, merged from all rules on the way to it.

use std::rc::Rc;

use ipnet::IpNet;

use super::conditions::{Country, Lists, Referers};
use super::hide::Hide;
use super::password::Password;
use crate::secret::Secret;
use crate::time::ValidMinutes;

/// Who may open a path: the setting `access` of a rule.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Access {
    /// Everybody.
    #[default]
    Public,
    /// Clients that know a password, or have a share link.
    Password,
    /// Clients that have a share link.
    Link,
    /// Nobody.
    Deny,
}

/// The scope of a rule: the path for which, and below which, it holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Scope {
    /// The decoded path, `/` for the root.
    pub path: Rc<str>,
    /// The number of segments in the path.
    pub depth: usize,
}

impl Scope {
    /// The scope at the path of these segments.
    pub fn new(segments: &[String]) -> Self {
        let path = match segments {
            [] => "/".to_owned(),
            _ => segments.iter().fold(String::new(), |path, segment| path + "/" + segment),
        };
        Self { path: path.into(), depth: segments.len() }
    }
}

/// The passwords of a rule, and its scope: a client that has given any of them has opened the scope.
#[derive(Clone, Debug)]
pub struct Passwords {
    /// The scope of the rule that sets the passwords.
    pub scope: Scope,
    /// The passwords, of which any opens the scope.
    pub list: Rc<[Password]>,
}

/// A rate limit by a Workers rate-limit binding, counted for each client and scope.
#[derive(Clone, Debug)]
pub struct Rate {
    /// The binding's name.
    pub binding: Rc<str>,
    /// The scope of the rule that sets the rate limit.
    pub scope: Scope,
}

/// The maximum number of new links for each client in an hour.
#[derive(Clone, Debug)]
pub struct MaxLinks {
    /// The number of links.
    pub limit: u32,
    /// The scope of the rule that sets the limit.
    pub scope: Scope,
}

/// A traffic budget: the bytes of files that may be had by links.
#[derive(Clone, Debug)]
pub struct Budget {
    /// The scope of the rule that sets the budget: everything in it counts together.
    pub scope: Scope,
    /// Bytes a day for all clients together.
    pub day: Option<u64>,
    /// Bytes a month for all clients together.
    pub month: Option<u64>,
    /// Bytes a day for one client.
    pub client_day: Option<u64>,
    /// Bytes a month for one client.
    pub client_month: Option<u64>,
    /// What a file of unknown size counts as, in bytes.
    pub unknown: u64,
}

/// How a file's bytes get to the client: the setting `mode` of a rule.
#[derive(Clone, Debug, Default)]
pub enum Mode {
    /// A redirect to the signed link.
    #[default]
    Redirect,
    /// Through the Worker.
    Proxy,
    /// A redirect to the owner's own download proxy.
    ProxyUrl,
}

/// The owner's download proxy, which checks AList's signature.
#[derive(Clone, Debug)]
pub struct DownloadProxy {
    /// The proxy's URL, without a slash at the end.
    pub url: Rc<str>,
    /// The secret with which the signatures for the proxy are made.
    pub key: Secret,
}

/// The settings of a rule for how pages look.
#[derive(Clone, Debug, Default)]
pub struct Presentation {
    /// The title of this part of the site.
    pub title: Option<Rc<str>>,
    /// Markdown above the listing.
    pub header: Option<Rc<str>>,
    /// Markdown below the listing.
    pub readme: Option<Rc<str>>,
    /// The value of the header `X-Robots-Tag`, for search engines.
    pub robots: Option<Rc<str>>,
    /// What a click on a file does; see [`Click`].
    pub click: Option<Click>,
}

/// What a click on a file does on a folder's page.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Click {
    /// The click opens the file's page.
    #[default]
    View,
    /// The click downloads the file.
    Download,
}

/// The fields of a rule, each `None` unless the rule sets it.
#[derive(Clone, Debug, Default)]
pub struct RuleFields {
    /// Who may open a path, and the scope of the rule that says so.
    pub access: Option<(Access, Scope)>,
    /// The passwords that open a path, and their scope.
    pub passwords: Option<Passwords>,
    /// The secret with which AList made its own signatures.
    pub alist_key: Option<Secret>,
    /// Whether a locked folder is shown in its parent.
    pub listed: Option<bool>,
    /// The globs of entries that are hidden.
    pub hide: Option<Rc<Hide>>,
    /// The sites whose pages may embed files.
    pub referers: Option<Rc<Referers>>,
    /// The countries that are allowed or refused.
    pub countries: Option<Rc<Lists<Country>>>,
    /// The address ranges that are allowed or refused.
    pub addresses: Option<Rc<Lists<IpNet>>>,
    /// The limit on requests, by a rate-limit binding.
    pub rate: Option<Rate>,
    /// The limit on new links for each client in an hour.
    pub max_links: Option<MaxLinks>,
    /// The traffic budget.
    pub budget: Option<Rc<Budget>>,
    /// Whether files stay open while the quota object can't be asked.
    pub budget_fails_open: Option<bool>,
    /// The lifetime of a signed link.
    pub valid: Option<ValidMinutes>,
    /// For how many minutes a file has the same signed link; 0 for a new one each time.
    pub window: Option<u16>,
    /// How a file's bytes get to the client.
    pub mode: Option<Mode>,
    /// The owner's download proxy.
    pub proxy: Option<DownloadProxy>,
    /// Whether a playlist is rewritten, so that its parts are paths of this site, and not answered with a
    /// signed link like any file.
    pub playlists: Option<bool>,
    /// The maximum lifetime, in hours, of a share link that a client with a password makes; without it
    /// clients can make none.
    pub share_hours: Option<u16>,
    /// Whether clients are told the MD5 of files.
    pub md5: Option<bool>,
    /// How pages look.
    pub presentation: Presentation,
}

impl RuleFields {
    /// Merges the fields of a rule over those it inherits: each that is not set is taken from
    /// `inherited`.
    #[must_use]
    pub fn over(&self, inherited: &Self) -> Self {
        fn first<T: Clone>(own: Option<&T>, inherited: Option<&T>) -> Option<T> {
            own.or(inherited).cloned()
        }
        let (own, above) = (&self.presentation, &inherited.presentation);
        Self {
            access: first(self.access.as_ref(), inherited.access.as_ref()),
            passwords: first(self.passwords.as_ref(), inherited.passwords.as_ref()),
            alist_key: first(self.alist_key.as_ref(), inherited.alist_key.as_ref()),
            listed: first(self.listed.as_ref(), inherited.listed.as_ref()),
            hide: first(self.hide.as_ref(), inherited.hide.as_ref()),
            referers: first(self.referers.as_ref(), inherited.referers.as_ref()),
            countries: first(self.countries.as_ref(), inherited.countries.as_ref()),
            addresses: first(self.addresses.as_ref(), inherited.addresses.as_ref()),
            rate: first(self.rate.as_ref(), inherited.rate.as_ref()),
            max_links: first(self.max_links.as_ref(), inherited.max_links.as_ref()),
            budget: first(self.budget.as_ref(), inherited.budget.as_ref()),
            budget_fails_open: first(
                self.budget_fails_open.as_ref(),
                inherited.budget_fails_open.as_ref(),
            ),
            valid: first(self.valid.as_ref(), inherited.valid.as_ref()),
            window: first(self.window.as_ref(), inherited.window.as_ref()),
            mode: first(self.mode.as_ref(), inherited.mode.as_ref()),
            proxy: first(self.proxy.as_ref(), inherited.proxy.as_ref()),
            playlists: first(self.playlists.as_ref(), inherited.playlists.as_ref()),
            share_hours: first(self.share_hours.as_ref(), inherited.share_hours.as_ref()),
            md5: first(self.md5.as_ref(), inherited.md5.as_ref()),
            presentation: Presentation {
                title: first(own.title.as_ref(), above.title.as_ref()),
                header: first(own.header.as_ref(), above.header.as_ref()),
                readme: first(own.readme.as_ref(), above.readme.as_ref()),
                robots: first(own.robots.as_ref(), above.robots.as_ref()),
                click: own.click.or(above.click),
            },
        }
    }
}

/// The policy of a path: the fields of all rules on the way to it, merged.
#[derive(Clone, Debug)]
pub struct Policy {
    /// The path that the policy was merged for: that of a rule, or one on the way to a rule's.
    pub scope: Scope,
    /// The merged fields.
    pub fields: RuleFields,
    /// Whether files are redirected without any check or count: open to everybody, with no condition,
    /// rate, limit or budget, in mode `redirect`.
    pub is_plain: bool,
}

impl Policy {
    /// The policy at and below the path of these segments, from fields that are merged already.
    pub fn new(path: &[String], fields: &RuleFields) -> Self {
        let counts = fields.max_links.is_some() || fields.budget.is_some();
        let redirects = matches!(fields.mode, None | Some(Mode::Redirect));
        Self {
            scope: Scope::new(path),
            fields: fields.clone(),
            is_plain: restrictions(fields).next().is_none() && !counts && redirects,
        }
    }

    /// The restrictions that keep clients out of the path.
    pub fn restrictions(&self) -> impl Iterator<Item = Restriction<'_>> {
        restrictions(&self.fields)
    }

    /// Who may open the path.
    pub fn access(&self) -> Access {
        self.fields.access.as_ref().map_or(Access::Public, |(access, _)| *access)
    }

    /// The number of segments in the path of the rule that says who may open this one: a share link of a
    /// folder above that rule's path does not open it.
    pub fn access_depth(&self) -> usize {
        let access = self.fields.access.as_ref().map_or(0, |(_, scope)| scope.depth);
        let passwords = self.fields.passwords.as_ref().map_or(0, |passwords| passwords.scope.depth);
        if self.access() == Access::Password { access.max(passwords) } else { access }
    }

    /// Whether clients are told the MD5 of files.
    pub fn gives_md5(&self) -> bool {
        self.fields.md5 == Some(true)
    }

    /// Whether every client may open the path, from any country and address. Rules may still count or
    /// limit.
    pub fn is_open(&self) -> bool {
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
    /// The field `countries`.
    Countries(&'p Rc<Lists<Country>>),
    /// The field `addresses`.
    Addresses(&'p Rc<Lists<IpNet>>),
    /// The field `password`, with the scope of its rule.
    Password(&'p Scope),
    /// The field `access` with the value `link` or `deny`, with the scope of its rule.
    Access(&'p Scope),
    /// The field `referers`.
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
    // Every field is named, so that a new one has to be weighed here: a policy without restrictions is not
    // checked at all.
    let RuleFields {
        access,
        passwords,
        referers,
        countries,
        addresses,
        rate,
        max_links: _,
        budget: _,
        mode: _,
        alist_key: _,
        listed: _,
        hide: _,
        budget_fails_open: _,
        valid: _,
        window: _,
        proxy: _,
        playlists: _,
        share_hours: _,
        md5: _,
        presentation: _,
    } = fields;
    let lock = access.as_ref().and_then(|(access, scope)| match access {
        Access::Public => None,
        Access::Password => {
            // Without any password the path stays shut.
            let scope = passwords.as_ref().map_or(scope, |passwords| &passwords.scope);
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
