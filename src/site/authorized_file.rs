//! A file that is charged to the quota: its signed link, or the other ways of its bytes to the client.

use std::time::Duration;

use super::open_file::{OpenFile, Transport};
use crate::access::alist_sign;
use crate::access::client::AccessRequest;
use crate::context::RequestContext;
use crate::error::{Error, Limit};
use crate::http::file_headers::DOWNLOAD_FIELD;
use crate::http::query::has_field;
use crate::platform::Platform;
use crate::quota::{self, TicketReply, TicketRequest};
use crate::seed::RequestSeed;
use crate::sources::link::{Link, LinkLifetime};
use crate::sources::remote::{Age, RemoteFile};
use crate::sources::upstream::entry::FileRef;
use crate::time::{UnixSeconds, ValidMinutes, Window};

/// A file whose link has been charged to the quota, or costs nothing.
#[derive(Debug)]
pub struct AuthorizedFile<'s> {
    /// The file, which the client may have.
    pub(super) open: OpenFile<'s>,
    /// The largest share of a budget that is used, this link included, from 0 to 1; 0 without a budget.
    pub(super) used: f64,
    /// The charge; `None` if the link is not counted.
    charged: Option<Charge>,
}

/// A charge to the quota, as it was asked for.
#[derive(Clone, Debug)]
pub struct Charge {
    ticket: Box<TicketRequest>,
    /// Whether the file opens although the quota object can't be asked.
    is_open_on_failure: bool,
}

impl Charge {
    /// Asks the quota object, and returns the largest share of a budget that is used then, from 0 to 1.
    ///
    /// # Errors
    /// The errors of [`AuthorizedFile::charge`].
    async fn ask(&self, ctx: &RequestContext<impl Platform>) -> Result<f64, Error> {
        match ctx.charge((*self.ticket).clone()).await {
            Some(TicketReply::Granted { used, .. }) => Ok(used),
            Some(TicketReply::Refused { why, retry_at }) => {
                Err(Error::OverLimit { limit: limit_of(why), reopens_at: retry_at })
            }
            None if self.is_open_on_failure => Ok(0.0),
            None => Err(Error::Unavailable),
        }
    }

    /// Charges a file of another size, which turned out to have taken the place of the one that was charged.
    ///
    /// # Errors
    /// The errors of [`AuthorizedFile::charge`].
    pub async fn replace(
        &self,
        by: &FileRef,
        ctx: &RequestContext<impl Platform>,
    ) -> Result<(), Error> {
        if by.size == self.ticket.size {
            return Ok(());
        }
        let ticket = Box::new(self.ticket.for_replacement(by.id, by.size));
        Self { ticket, ..self.clone() }.ask(ctx).await.map(|_| ())
    }
}

/// The way by which a file's bytes get to the client.
#[derive(Debug)]
pub enum Delivery {
    /// By a redirect to this signed link.
    Redirect(Link),
    /// Through the Worker, which fetches the upstream file that [`AuthorizedFile::source`] gives.
    Proxy,
    /// No bytes are sent: the file is empty, and 123Pan may have no link to it.
    Nothing,
}

/// The upstream file that the Worker fetches and passes on to the client.
#[derive(Debug)]
pub struct ProxySource {
    /// The URL to fetch, and the headers that have to be sent with it.
    pub link: Link,
    /// The 123Pan file for which a new link can be asked if this one is dead; `None` where the link is made of a
    /// tree or of the file's path.
    pub renewable: Option<RemoteFile>,
    /// Size of the whole file in bytes, where 123Pan's listing says it.
    pub size: Option<u64>,
    /// The entry that the file is on this site.
    pub entry: ProxiedEntry,
    /// Whether a rule lets the client know the MD5 of the content.
    pub tells_md5: bool,
    /// The charge for the file; `None` if it is not counted.
    pub charged: Option<Charge>,
}

/// The facts that the site knows of a proxied file before it is fetched.
#[derive(Clone, Debug)]
pub struct ProxiedEntry {
    /// The name under which clients save the file.
    pub name: String,
    /// Size in bytes; in a tree it is what the owner wrote, and may be a rough one.
    pub size: Option<u64>,
    /// Time of the last change.
    pub modified: Option<UnixSeconds>,
    /// Whether the client asks that the file be saved and not shown.
    pub is_download: bool,
}

/// The used share of a budget from which on links live shorter.
const NEARLY_SPENT: f64 = 0.8;
/// Maximum lifetime of a link once a budget is nearly spent.
const SHORT: Duration = Duration::from_mins(5);

impl<'s> AuthorizedFile<'s> {
    /// Charges the file's link to the quota: with the quota object's ticket, where a budget or a limit asks
    /// for one.
    ///
    /// # Errors
    /// [`Error::OverLimit`] where a limit is reached, [`Error::Unavailable`] where the quota object can't
    /// be asked and the rule stays closed then.
    pub async fn charge(
        open: OpenFile<'s>,
        access: &AccessRequest<'_>,
        ctx: &RequestContext<impl Platform>,
    ) -> Result<Self, Error> {
        let Some(request) = open.ticket(access)? else {
            return Ok(Self { open, used: 0.0, charged: None });
        };
        let is_open_on_failure = open.is_open_on_failure(&request);
        let charge = Charge { ticket: Box::new(request), is_open_on_failure };
        let used = charge.ask(ctx).await?;
        Ok(Self { open, used, charged: Some(charge) })
    }

    /// The file without a ticket, if its link is not counted; `None` if it has to be charged.
    pub fn free(open: OpenFile<'s>, access: &AccessRequest<'_>) -> Option<Self> {
        let is_free = open.ticket(access).is_ok_and(|request| request.is_none());
        is_free.then_some(Self { open, used: 0.0, charged: None })
    }
}

impl AuthorizedFile<'_> {
    /// Size in bytes, if known.
    pub fn size(&self) -> Option<u64> {
        self.open.size()
    }

    /// Time of the last change in Unix seconds, if known.
    pub fn modified(&self) -> Option<UnixSeconds> {
        self.open.modified()
    }

    /// Decides how the client gets the bytes, and makes the link where it is a redirect.
    ///
    /// # Errors
    /// Why 123Pan gives no link.
    pub async fn deliver(
        &self,
        access: &AccessRequest<'_>,
        ctx: &RequestContext<impl Platform>,
    ) -> Result<Delivery, Error> {
        if let Some(delivery) = self.delivery_by_mode(access)? {
            return Ok(delivery);
        }
        let (link, _) = self.link(access, ctx).await?;
        Ok(Delivery::Redirect(link))
    }

    /// The link, and the 123Pan file that it is for. One that took the place of the file that was charged is
    /// charged by its own size.
    async fn link(
        &self,
        access: &AccessRequest<'_>,
        ctx: &RequestContext<impl Platform>,
    ) -> Result<(Link, Option<RemoteFile>), Error> {
        let (link, remote) = self.open.file.link(access.query, self.lifetime(), ctx).await?;
        if let (Some(charge), Some(RemoteFile { file, .. })) = (&self.charged, &remote) {
            charge.replace(file, ctx).await?;
        }
        Ok((link, remote))
    }

    /// Decides as [`AuthorizedFile::deliver`], without asking the platform; `None` if the link isn't in
    /// memory.
    pub fn deliver_cached(
        &self,
        access: &AccessRequest<'_>,
        seed: &RequestSeed,
    ) -> Option<Delivery> {
        if let Some(delivery) = self.delivery_by_mode(access).ok()? {
            return Some(delivery);
        }
        self.open.file.cached_link(access.query, seed, self.lifetime()).map(Delivery::Redirect)
    }

    /// The delivery of a file that takes no link; `None` where it takes one.
    fn delivery_by_mode(&self, access: &AccessRequest<'_>) -> Result<Option<Delivery>, Error> {
        Ok(match self.open.transport() {
            Transport::DownloadProxy(proxy) => {
                let valid = self.lifetime().valid.unwrap_or_else(|| self.open.valid());
                let expires_at = access.now.plus(valid);
                let sign = alist_sign::make(proxy.key, &access.path.display(), Some(expires_at));
                let url = format!("{}{}?sign={sign}", proxy.url, access.path.href(false));
                Some(Delivery::Redirect(Link::plain(url, Some(expires_at))))
            }
            Transport::None => return Err(Error::NotFound),
            Transport::Empty => Some(Delivery::Nothing),
            Transport::Worker => Some(Delivery::Proxy),
            Transport::Link => None,
        })
    }

    /// The upstream file to fetch, for [`Delivery::Proxy`].
    ///
    /// # Errors
    /// The errors of [`AuthorizedFile::deliver`], and why 123Pan's CDN refused the bytes a moment ago.
    pub async fn source(
        &self,
        access: &AccessRequest<'_>,
        ctx: &RequestContext<impl Platform>,
    ) -> Result<ProxySource, Error> {
        if let Some(refused) = self.open.file.refusal(access.now) {
            return Err(refused);
        }
        let (link, renewable) = self.link(access, ctx).await?;
        // A size in a tree is what its owner wrote, and may be a rough one.
        let size = renewable.as_ref().map(|RemoteFile { file, .. }| file.size);
        let tells_md5 = self.open.permit.policy().is_md5_public();
        let entry = ProxiedEntry {
            name: access.path.name().to_owned(),
            size: size.or(self.size()),
            modified: self.modified(),
            is_download: has_field(access.query, DOWNLOAD_FIELD),
        };
        let charged = self.charged.clone();
        Ok(ProxySource { link, renewable, size, entry, tells_md5, charged })
    }

    /// The MD5 of the content, where it is known and a rule gives it away.
    pub fn md5(&self) -> Option<[u8; 16]> {
        self.open.md5()
    }

    /// Age of the cached listing that the file is from; `None` for link trees, which never go stale.
    pub fn age(&self, now: UnixSeconds) -> Option<Age> {
        self.open.age(now)
    }

    fn lifetime(&self) -> LinkLifetime {
        let fields = &self.open.permit.policy().fields;
        let (valid, window) = (fields.valid_minutes, fields.window_minutes.and_then(Window::new));
        if self.used >= NEARLY_SPENT {
            let short = ValidMinutes::within(SHORT);
            return LinkLifetime { valid: Some(self.open.valid().min(short)), window: None };
        }
        LinkLifetime { valid, window }
    }
}

fn limit_of(why: quota::ExceededLimit) -> Limit {
    use quota::ExceededLimit;
    match why {
        ExceededLimit::Day | ExceededLimit::Month => Limit::Budget,
        ExceededLimit::ClientDay | ExceededLimit::ClientMonth => Limit::ClientBudget,
        ExceededLimit::MaxLinks => Limit::Links,
        ExceededLimit::Uses | ExceededLimit::Bytes => Limit::Share,
    }
}
