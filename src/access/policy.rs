//! What holds at a path.

use std::rc::Rc;

use ipnet::IpNet;

use super::conditions::{Country, Lists, Referers};
use super::hide::Hide;
use super::password::Password;
use crate::secret::Secret;
use crate::time::ValidMinutes;

/// Who may open something.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Access {
    /// Everybody.
    #[default]
    Public,
    /// Who knows a password, or has a share link.
    Password,
    /// Who has a share link.
    Link,
    /// Nobody.
    Deny,
}

/// A place that a rule stands on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Scope {
    /// The decoded path, `/` for the root.
    pub path: Rc<str>,
    /// The number of its segments.
    pub depth: usize,
}

impl Scope {
    /// The place of these segments.
    pub fn new(segments: &[String]) -> Self {
        let path = match segments {
            [] => "/".to_owned(),
            _ => segments.iter().fold(String::new(), |path, segment| path + "/" + segment),
        };
        Self { path: path.into(), depth: segments.len() }
    }
}

/// Passwords, and where they were set: whoever has given one has opened that place.
#[derive(Clone, Debug)]
pub struct Passwords {
    /// Where they hold.
    pub scope: Scope,
    /// Any of them opens it.
    pub list: Rc<[Password]>,
}

/// A rate-limit binding, counted for each visitor and this place.
#[derive(Clone, Debug)]
pub struct Rate {
    /// The binding's name.
    pub binding: Rc<str>,
    /// Where it was set.
    pub scope: Scope,
}

/// Links for each visitor in an hour.
#[derive(Clone, Debug)]
pub struct MaxLinks {
    /// How many.
    pub limit: u32,
    /// Where it was set.
    pub scope: Scope,
}

/// Bytes that links may be handed out for.
#[derive(Clone, Debug)]
pub struct Budget {
    /// Where it was set: all below counts together.
    pub scope: Scope,
    /// Bytes a day.
    pub day: Option<u64>,
    /// Bytes a month.
    pub month: Option<u64>,
    /// Bytes a day for one visitor.
    pub client_day: Option<u64>,
    /// Bytes a month for one visitor.
    pub client_month: Option<u64>,
    /// What a file of unknown size counts as, in bytes.
    pub unknown: u64,
}

/// How a file's bytes get to the visitor.
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
    /// Its URL, without a slash at the end.
    pub url: Rc<str>,
    /// What its signatures are made with.
    pub key: Secret,
}

/// How pages look.
#[derive(Clone, Debug, Default)]
pub struct Presentation {
    /// The name of this part of the site.
    pub title: Option<Rc<str>>,
    /// Markdown above the listing.
    pub header: Option<Rc<str>>,
    /// The same below it.
    pub readme: Option<Rc<str>>,
    /// For search engines: the value of `X-Robots-Tag`.
    pub robots: Option<Rc<str>>,
    /// See [`Click`].
    pub click: Option<Click>,
}

/// What a click on a file does on a folder's page.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Click {
    /// It opens the file's page.
    #[default]
    View,
    /// It downloads the file.
    Download,
}

/// The fields of a rule, each there only if the rule sets it.
#[derive(Clone, Debug, Default)]
pub struct Fields {
    /// Who may open it, and where that was said.
    pub access: Option<(Access, Scope)>,
    /// See [`Passwords`].
    pub passwords: Option<Passwords>,
    /// What AList's own signatures were made with.
    pub alist_key: Option<Secret>,
    /// Whether a locked folder is shown in its parent.
    pub listed: Option<bool>,
    /// See [`Hide`].
    pub hide: Option<Rc<Hide>>,
    /// See [`Referers`].
    pub referers: Option<Rc<Referers>>,
    /// See [`Lists`].
    pub countries: Option<Rc<Lists<Country>>>,
    /// See [`Lists`].
    pub addresses: Option<Rc<Lists<IpNet>>>,
    /// See [`Rate`].
    pub rate: Option<Rate>,
    /// See [`MaxLinks`].
    pub max_links: Option<MaxLinks>,
    /// See [`Budget`].
    pub budget: Option<Rc<Budget>>,
    /// Whether files stay open while the quota object can't be asked.
    pub budget_fails_open: Option<bool>,
    /// The lifetime of a link.
    pub valid: Option<ValidMinutes>,
    /// For how many minutes a file has the same link; 0 for a new one each time.
    pub window: Option<u16>,
    /// See [`Mode`].
    pub mode: Option<Mode>,
    /// See [`DownloadProxy`].
    pub proxy: Option<DownloadProxy>,
    /// Whether a playlist is answered as one whose parts are paths of this site's, and not by a link
    /// like any file.
    pub playlists: Option<bool>,
    /// For how many hours at most a link lives that a visitor with a password makes; without it they can
    /// make none.
    pub share_hours: Option<u16>,
    /// Whether the MD5 of files may be told.
    pub md5: Option<bool>,
    /// See [`Presentation`].
    pub presentation: Presentation,
}

impl Fields {
    /// These fields, and for those that are not set those of `inherited`.
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

/// What holds at a path: the fields of all rules on the way to it, merged.
#[derive(Clone, Debug)]
pub struct Policy {
    /// The place of the rule, or on the way to it.
    pub place: Scope,
    /// The merged fields.
    pub fields: Fields,
    /// Whether a file's link is all there is to it: open to everybody, nothing to ask or to count.
    pub is_plain: bool,
}

impl Policy {
    /// What holds at and below the path of these segments.
    pub fn new(path: &[String], fields: &Fields) -> Self {
        // Every field is named, so that a new one has to be weighed here: what restricts or counts must not
        // be plain.
        let Fields {
            access,
            referers,
            countries,
            addresses,
            rate,
            max_links,
            budget,
            mode,
            passwords: _,
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
        let open = access.as_ref().is_none_or(|(access, _)| *access == Access::Public);
        let unasked =
            referers.is_none() && countries.is_none() && addresses.is_none() && rate.is_none();
        let uncounted = max_links.is_none() && budget.is_none();
        let redirects = matches!(mode, None | Some(Mode::Redirect));
        Self {
            place: Scope::new(path),
            fields: fields.clone(),
            is_plain: open && unasked && uncounted && redirects,
        }
    }

    /// Who may open it.
    pub fn access(&self) -> Access {
        self.fields.access.as_ref().map_or(Access::Public, |(access, _)| *access)
    }

    /// The segments of the rule that said who may: a share link of a folder above does not reach
    /// into what was locked apart.
    pub fn access_depth(&self) -> usize {
        let access = self.fields.access.as_ref().map_or(0, |(_, scope)| scope.depth);
        let passwords = self.fields.passwords.as_ref().map_or(0, |passwords| passwords.scope.depth);
        if self.access() == Access::Password { access.max(passwords) } else { access }
    }

    /// Whether the MD5 of files may be told.
    pub fn gives_md5(&self) -> bool {
        self.fields.md5 == Some(true)
    }

    /// Whether everybody in the world may open what is here: rules may still count or limit.
    pub fn is_open(&self) -> bool {
        self.access() == Access::Public
            && self.fields.countries.is_none()
            && self.fields.addresses.is_none()
    }
}
