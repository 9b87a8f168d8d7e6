//! An opened file: what pages show of it, and what its link costs. Nothing is charged until a link is made,
//! since the client may never ask for a byte.

use std::rc::Rc;
use std::time::Duration;

use super::Site;
use super::entry::FileEntry;
use crate::absolute_url::{self, origin};
use crate::access::authorize::Permit;
use crate::access::client::AccessRequest;
use crate::access::conditions::{Referers, SitePattern};
use crate::access::credentials::Credential;
use crate::access::policy::{DownloadProxy, Restriction};
use crate::access::rule_fields::RuleFields;
use crate::access::rule_fields::values::{Access, Budget, BudgetFail, DavMode, Head, Mode};
use crate::error::Error;
use crate::quota::{self, TicketRequest};
use crate::sources::remote::Age;
use crate::time::{UnixSeconds, ValidMinutes, Window};

/// A file that the client may have. Nothing is charged for it until its link is made.
#[derive(Debug)]
pub struct OpenFile<'s> {
    /// The site with the file.
    pub(super) site: &'s Site,
    /// The file in its source.
    pub(super) file: FileEntry<'s>,
    /// The permit for the file's path.
    pub(super) permit: Permit<'s>,
    /// Whether a WebDAV client asks for the file.
    is_for_webdav: bool,
}

/// The origin of a file's bytes, as far as it is known before its link is made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum BytesFrom {
    /// The bytes come from this site itself.
    Here,
    /// Another origin, `https://host`, to which this site redirects.
    Origin(String),
    /// An origin that only 123Pan knows, which has not given the link yet.
    Anywhere,
}

/// The transport of a file's bytes to clients.
#[derive(Clone, Copy, Debug)]
pub(super) enum Transport<'s> {
    /// By a redirect to the file's link.
    Link,
    /// Through the Worker, which fetches the file's link.
    Worker,
    /// By a redirect to the owner's download proxy.
    DownloadProxy(DownloadProxy<'s>),
    /// Without a link: the file is empty.
    Empty,
    /// No bytes are sent: the download proxy has no URL for the path.
    None,
}

/// Size in bytes that a file of unknown size counts as where only a share link limits the bytes.
const UNKNOWN_SIZE: u64 = 1_000_000_000;

impl<'s> OpenFile<'s> {
    /// The file of an entry; the permit is for its path.
    pub(super) fn new(site: &'s Site, file: FileEntry<'s>, permit: Permit<'s>) -> Self {
        Self { site, file, permit, is_for_webdav: false }
    }

    /// The file for a WebDAV client, to which it is a file of some bytes: a playlist is not rewritten, and a
    /// rule may have the bytes sent another way.
    #[must_use]
    pub fn for_webdav(self) -> Self {
        Self { is_for_webdav: true, ..self }
    }

    /// Whether the file is asked for as it is, whatever rules say of its kind.
    pub(super) fn is_wanted_unchanged(&self) -> bool {
        self.is_for_webdav
    }

    /// Whether the file opens although the quota object can't be asked, as the field `budget_fail` says;
    /// never so where a share link is counted.
    pub(super) fn is_open_on_failure(&self, request: &TicketRequest) -> bool {
        self.permit.policy().fields.budget_fail == Some(BudgetFail::Open) && request.share.is_none()
    }

    /// The ticket to ask of the quota object; `None` if no budget or limit counts this file.
    pub(super) fn ticket(
        &self,
        access: &AccessRequest<'_>,
    ) -> Result<Option<TicketRequest>, Error> {
        let fields = &self.permit.policy().fields;
        let share = match self.permit.credential() {
            Credential::Share(claims) if claims.uses.is_some() || claims.bytes.is_some() => {
                Some(quota::ShareLimits {
                    id: claims.id.to_string(),
                    uses: claims.uses.map(u64::from),
                    bytes: claims.bytes,
                    expires: claims.expires_at,
                })
            }
            _ => None,
        };
        if fields.budget.is_none() && fields.max_links.is_none() && share.is_none() {
            return Ok(None);
        }
        let day = self.site.zone.day(access.now).ok_or(Error::Unavailable)?;
        let unknown = fields.budget.as_ref().map_or(UNKNOWN_SIZE, |budget| budget.unknown);
        let budget = |budget: &Budget| quota::BudgetLimits {
            path: budget.scope.path.to_string(),
            day: budget.day,
            month: budget.month,
            client_day: budget.client_day,
            client_month: budget.client_month,
        };
        Ok(Some(TicketRequest {
            now: access.now,
            client: access.client.client_name(),
            file: access.path.display(),
            lifetime: self.lifetime(access.now),
            size: self.file.size().unwrap_or(unknown),
            replaces: None,
            budget: fields.budget.as_deref().map(budget),
            max_links: fields.max_links.as_ref().map(|max| quota::LinkLimit {
                path: max.scope.path.to_string(),
                limit: max.limit.into(),
            }),
            share,
            day: day.day,
            month: day.month,
            day_ends: day.day_ends,
            month_ends: day.month_ends,
        }))
    }

    /// The lifetime of a link made now: within it, asking for the link again costs nothing.
    fn lifetime(&self, now: UnixSeconds) -> Duration {
        let window = self.permit.policy().fields.window_minutes.and_then(Window::new);
        let from = window.map_or(now, |window| window.end(now));
        from.plus(self.valid()).since(now)
    }

    /// The lifetime of the file's links, by its rules or its source.
    pub(super) fn valid(&self) -> ValidMinutes {
        self.permit.policy().fields.valid_minutes.unwrap_or_else(|| self.file.valid())
    }

    /// Whether the file is listed: it exists as far as its source knows, and is not any path below a remote
    /// folder.
    pub fn is_listed(&self) -> bool {
        !matches!(self.file, FileEntry::RemoteFolder(..))
    }

    /// Size in bytes, if known.
    pub fn size(&self) -> Option<u64> {
        self.file.size()
    }

    /// The number under which clients save the file, where it is redirected to a link that ends in a number in
    /// place of the name.
    pub fn saved_as(&self) -> Option<&str> {
        self.file.number().filter(|_| matches!(self.transport(), Transport::Link))
    }

    /// Size in bytes for the answer to a HEAD without a link, where a rule says so and the size is known. That
    /// of a playlist as it is rewritten is not, and a file without any way to its bytes has none.
    pub fn head_size(&self, access: &AccessRequest<'_>) -> Option<u64> {
        let is_local = self.rule_fields().head == Some(Head::Local);
        let is_served =
            is_local && !matches!(self.transport(), Transport::None) && !self.is_playlist(access);
        self.size().filter(|_| is_served)
    }

    /// Time of the last change in Unix seconds, if known.
    pub fn modified(&self) -> Option<UnixSeconds> {
        self.file.modified()
    }

    /// The MD5 of the content, where it is known and a rule gives it away.
    pub fn md5(&self) -> Option<[u8; 16]> {
        self.file.md5().filter(|_| self.permit.policy().is_md5_public())
    }

    /// Age of the cached listing that the file is from; `None` for link trees, which never go stale.
    pub fn age(&self, now: UnixSeconds) -> Option<Age> {
        self.file.age(now)
    }

    /// The merged fields of the rules that hold at the file.
    pub fn rule_fields(&self) -> &'s RuleFields {
        &self.permit.policy().fields
    }

    /// The number of path segments of the share link's scope, above which nothing opens.
    pub fn share_depth(&self) -> usize {
        self.permit.credential().share_depth()
    }

    /// Maximum lifetime, in hours, of a share link that the visitor may make for the file; `None` if they
    /// may make none.
    pub fn share_hours(&self) -> Option<u16> {
        self.permit.policy().fields.share_hours.filter(|_| self.is_opened_by_password())
    }

    /// Whether a password opened the file: its URL alone opens for nobody else, since another program or
    /// person would be asked for the password.
    pub fn is_opened_by_password(&self) -> bool {
        matches!(self.permit.credential(), Credential::Password(_))
    }

    /// Whether the file opens only to clients with a credential.
    pub fn needs_credential(&self) -> bool {
        self.permit.policy().access() != Access::Public
    }

    /// Whether services that show what links lead to may tell of the file: it opens for every client, from
    /// any page, without a credential.
    pub fn can_be_previewed(&self) -> bool {
        self.permit.can_be_previewed()
    }

    /// Whether the file opens independent of the client's country, IP address and referrer. It may still
    /// need a share link or a password.
    pub fn is_open_from_anywhere(&self) -> bool {
        let is_bound = match self.permit.credential() {
            Credential::Share(claims) => claims.site.is_some() || claims.address.is_some(),
            Credential::None | Credential::Alist | Credential::Password(_) | Credential::Owner => {
                false
            }
        };
        let mut restrictions = self.permit.policy().restrictions();
        !is_bound
            && restrictions.all(|restriction| match restriction {
                Restriction::Countries(_)
                | Restriction::Addresses(_)
                | Restriction::Referers(_) => false,
                Restriction::Password(_) | Restriction::Access(_) | Restriction::Rate(_) => true,
            })
    }

    /// The pages that may show the file in a frame, as source lists of a Content-Security-Policy: a page
    /// has to be in each of them. With no list every page may.
    pub fn embedders(&self) -> Vec<String> {
        self.framers().map(|sites| sites.sources()).collect()
    }

    /// The sites that may embed the file: those of the rule, and that of the share link.
    fn framers(&self) -> impl Iterator<Item = Rc<Referers>> {
        let of_link = match self.permit.credential() {
            Credential::Share(claims) => claims.site.as_ref(),
            Credential::None | Credential::Alist | Credential::Password(_) | Credential::Owner => {
                None
            }
        };
        let of_link = of_link.map(|site| {
            // A pattern that can't be read lets nobody in, as at the guard.
            let sites = SitePattern::parse(site).into_iter().collect();
            Rc::new(Referers::new(sites, false))
        });
        self.permit.policy().fields.referers.iter().cloned().chain(of_link)
    }

    /// Whether the page at this URL may show the file in a frame.
    pub fn can_be_framed_by(&self, page: &str, own_site: &str) -> bool {
        self.framers().all(|sites| sites.is_allowed(Some(page), None, own_site))
    }

    /// The origins from which the client gets the file's bytes.
    pub fn bytes_from(&self) -> BytesFrom {
        match self.transport() {
            Transport::DownloadProxy(proxy) => {
                let url = absolute_url::parse(proxy.url);
                url.map_or(BytesFrom::Anywhere, |url| BytesFrom::Origin(origin(&url).to_owned()))
            }
            Transport::None | Transport::Empty | Transport::Worker => BytesFrom::Here,
            Transport::Link => self.file.origin().map_or(BytesFrom::Anywhere, BytesFrom::Origin),
        }
    }

    /// The transport of the file's bytes to clients, by its rules and its source.
    pub(super) fn transport(&self) -> Transport<'s> {
        let policy = self.permit.policy();
        let is_streamed = self.is_for_webdav && policy.fields.dav == Some(DavMode::Proxy);
        match (policy.fields.mode, policy.download_proxy()) {
            _ if is_streamed && !self.file.is_empty_file() => Transport::Worker,
            (Some(Mode::ProxyUrl), Some(proxy)) => Transport::DownloadProxy(proxy),
            (Some(Mode::ProxyUrl), None) => Transport::None,
            // 123Pan may have no link to an empty file, and none is needed.
            _ if self.file.is_empty_file() => Transport::Empty,
            (Some(Mode::Proxy), _) => Transport::Worker,
            (None, _) if self.file.is_proxied_by_default() => Transport::Worker,
            (Some(Mode::Redirect) | None, _) => Transport::Link,
        }
    }
}
