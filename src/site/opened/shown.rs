//! What a page that shows a file has to know of it. Nothing is paid for yet: the visitor may never ask
//! for a byte.

use std::rc::Rc;

use super::{OpenFile, OpenFolder};
use crate::access::authorize::Permit;
use crate::access::conditions::{Referers, SitePattern};
use crate::access::credentials::Key;
use crate::access::policy::{Mode, Presentation};
use crate::sources::remote::Age;
use crate::time::UnixSeconds;

/// Where a file's bytes come from, as far as it is known before its link is made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum BytesFrom {
    /// From this site.
    Here,
    /// From this origin, `https://host`, after a redirect of this site's.
    Origin(String),
    /// After a redirect that the vendor has not given yet.
    Anywhere,
}

impl Permit<'_> {
    /// Whether everybody in the world gets the same, from any page: nothing was given to open it, and
    /// nobody is kept out by where they are or come from. Rules may still count or limit.
    fn is_for_everybody(&self) -> bool {
        self.policy().is_open()
            && self.policy().fields.referers.is_none()
            && matches!(self.key(), Key::None)
    }
}

impl OpenFolder<'_> {
    /// Whether its page may be told to whoever asks, such as a service that shows what links lead to.
    pub fn is_for_everybody(&self) -> bool {
        self.permit.is_for_everybody()
    }
}

impl<'s> OpenFile<'s> {
    /// Bytes, if known.
    pub fn size(&self) -> Option<u64> {
        self.file.size()
    }

    /// Unix seconds, if known.
    pub fn modified(&self) -> Option<u64> {
        self.file.modified()
    }

    /// The content's MD5, where it is known and a rule gives it away.
    pub fn md5(&self) -> Option<[u8; 16]> {
        self.file.md5().filter(|_| self.permit.policy().gives_md5())
    }

    /// How old what is known of it is; `None` if its owner wrote it.
    pub fn age(&self, now: UnixSeconds) -> Option<Age> {
        self.file.age(now)
    }

    /// How pages about it look.
    pub fn presentation(&self) -> &'s Presentation {
        &self.permit.policy().fields.presentation
    }

    /// The segments of the share link's scope: above it nothing opens.
    pub fn share_depth(&self) -> usize {
        self.permit.key().share_depth()
    }

    /// For how many hours at most a link lives that the visitor may make of it, if they may.
    pub fn share_hours(&self) -> Option<u16> {
        self.permit.policy().fields.share_hours.filter(|_| self.is_for_this_visitor())
    }

    /// Whether its address opens for this visitor alone: another program or person is asked for the
    /// password that was given here.
    pub fn is_for_this_visitor(&self) -> bool {
        matches!(self.permit.key(), Key::Password(_))
    }

    /// The same for a file.
    pub fn is_for_everybody(&self) -> bool {
        self.permit.is_for_everybody()
    }

    /// Whether whoever has the same address of it gets the same: nobody is kept out by where they are
    /// or come from.
    pub fn is_for_every_holder(&self) -> bool {
        let fields = &self.permit.policy().fields;
        let is_bound = match self.permit.key() {
            Key::Share(terms) => terms.site.is_some() || terms.address.is_some(),
            Key::None | Key::Alist | Key::Password(_) => false,
        };
        !is_bound
            && fields.countries.is_none()
            && fields.addresses.is_none()
            && fields.referers.is_none()
    }

    /// The pages that may show it in a frame, as lists of sources of a content security policy: a page
    /// has to be in each of them. Without any every page may.
    pub fn embedders(&self) -> Vec<String> {
        self.framers().map(|sites| sites.sources()).collect()
    }

    /// The rule's sites, and the share link's.
    fn framers(&self) -> impl Iterator<Item = Rc<Referers>> {
        let of_link = match self.permit.key() {
            Key::Share(terms) => terms.site.as_ref(),
            Key::None | Key::Alist | Key::Password(_) => None,
        };
        let of_link = of_link.map(|site| {
            // A pattern that can't be read lets nobody in, as at the guard.
            let sites = SitePattern::parse(site).into_iter().collect();
            Rc::new(Referers::new(sites, false))
        });
        self.permit.policy().fields.referers.iter().cloned().chain(of_link)
    }

    /// Whether a page at this address may show it in a frame.
    pub fn may_be_framed_by(&self, page: &str, own_site: &str) -> bool {
        self.framers().all(|sites| sites.allow(Some(page), None, own_site))
    }

    /// Where its bytes come from.
    pub fn bytes_from(&self) -> BytesFrom {
        let fields = &self.permit.policy().fields;
        match (&fields.mode, &fields.proxy) {
            (Some(Mode::ProxyUrl), Some(proxy)) => {
                origin_of(&proxy.url).map_or(BytesFrom::Anywhere, BytesFrom::Origin)
            }
            (Some(Mode::Proxy | Mode::ProxyUrl), _) => BytesFrom::Here,
            (None, _) if self.file.needs_proxy() => BytesFrom::Here,
            _ if self.file.is_nothing() => BytesFrom::Here,
            (Some(Mode::Redirect) | None, _) => {
                self.file.origin().map_or(BytesFrom::Anywhere, BytesFrom::Origin)
            }
        }
    }
}

/// `https://host` of an absolute URL.
fn origin_of(url: &str) -> Option<String> {
    let (scheme, rest) = url.split_once("://")?;
    let host = rest.split(['/', '?', '#']).next()?;
    Some([scheme, "://", host].concat())
}
