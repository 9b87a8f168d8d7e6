//! A file whose charge is settled: its link, or how else its bytes get to the client.

use super::open_file::OpenFile;
use crate::access::alist_sign;
use crate::access::client::AccessRequest;
use crate::access::policy::Mode;
use crate::context::RequestContext;
use crate::error::{Error, Limit};
use crate::platform::Platform;
use crate::quota::{self, TicketReply};
use crate::seed::RequestSeed;
use crate::sources::links::source::{Link, LinkLifetime};
use crate::sources::remote::{Age, RemoteFile};
use crate::time::{UnixSeconds, ValidMinutes, Window};

/// A file whose link is paid for, or costs nothing.
#[derive(Debug)]
pub struct AuthorizedFile<'s> {
    pub(super) open: OpenFile<'s>,
    /// The largest share of a budget that is spent, this link included; 0 without a budget.
    pub(super) used: f64,
}

/// How a file's bytes get to the visitor.
#[derive(Debug)]
pub enum Delivery {
    /// By a redirect to this link.
    Redirect(Link),
    /// Through the Worker, which fetches [`AuthorizedFile::source`].
    Proxy,
    /// There are no bytes, and the vendor has no link to them.
    Nothing,
}

/// What the Worker fetches to pass it on.
#[derive(Debug)]
pub struct ProxySource {
    /// Its address, and what has to be sent along.
    pub link: Link,
    /// The file, where a new link can be had if this one is dead.
    pub renewable: Option<RemoteFile>,
    /// Bytes that the whole file has, where its keeper says so.
    pub size: Option<u64>,
    /// Whether a rule lets the visitor know the content's MD5.
    pub tells_md5: bool,
}

/// From this share of a budget on, links live shorter.
const NEARLY_SPENT: f64 = 0.8;
/// How long a link lives then at most.
const SHORT_MINUTES: u64 = 5;

impl<'s> AuthorizedFile<'s> {
    /// Charges a link: with the quota object's ticket, where a budget or a limit asks for one.
    ///
    /// # Errors
    /// [`Error::OverLimit`] where a limit is reached, [`Error::Unavailable`] where the quota object can't
    /// be asked and the rule stays closed then.
    pub async fn charge(
        open: OpenFile<'s>,
        access: &AccessRequest<'_>,
        ctx: &RequestContext<impl Platform>,
    ) -> Result<Self, Error> {
        let Some(ask) = open.ticket(access)? else {
            return Ok(Self { open, used: 0.0 });
        };
        let fails_open = open.fails_open(&ask);
        match ctx.charge(ask).await {
            Some(TicketReply::Granted { used, .. }) => Ok(Self { open, used }),
            Some(TicketReply::Refused { why, retry_at }) => {
                Err(Error::OverLimit { limit: limit_of(why), reopens_at: retry_at })
            }
            None if fails_open => Ok(Self { open, used: 0.0 }),
            None => Err(Error::Unavailable),
        }
    }

    /// The file, if its link costs nothing.
    pub fn free(open: OpenFile<'s>, access: &AccessRequest<'_>) -> Option<Self> {
        let is_free = open.ticket(access).is_ok_and(|ask| ask.is_none());
        is_free.then_some(Self { open, used: 0.0 })
    }
}

impl AuthorizedFile<'_> {
    /// Bytes, if known.
    pub fn size(&self) -> Option<u64> {
        self.open.size()
    }

    /// Unix seconds, if known.
    pub fn modified(&self) -> Option<u64> {
        self.open.modified()
    }

    /// How the visitor gets the bytes, with the link where they get one.
    ///
    /// # Errors
    /// Why the vendor gives no link.
    pub async fn deliver(
        &self,
        access: &AccessRequest<'_>,
        ctx: &RequestContext<impl Platform>,
    ) -> Result<Delivery, Error> {
        if let Some(delivery) = self.without_link(access)? {
            return Ok(delivery);
        }
        self.open.file.link(access.query, self.lifetime(), ctx).await.map(Delivery::Redirect)
    }

    /// The same, if nobody has to be asked for the link.
    pub fn deliver_cached(
        &self,
        access: &AccessRequest<'_>,
        seed: &RequestSeed,
    ) -> Option<Delivery> {
        if let Some(delivery) = self.without_link(access).ok()? {
            return Some(delivery);
        }
        self.open.file.cached_link(access.query, seed, self.lifetime()).map(Delivery::Redirect)
    }

    /// How the visitor gets the bytes where that takes no link to them; `None` where it does.
    fn without_link(&self, access: &AccessRequest<'_>) -> Result<Option<Delivery>, Error> {
        let fields = &self.open.permit.policy().fields;
        let file = &self.open.file;
        Ok(match (&fields.mode, &fields.proxy) {
            (Some(Mode::ProxyUrl), Some(proxy)) => {
                let valid = self.lifetime().valid.unwrap_or_else(|| self.open.valid());
                let expires_at = access.now.plus(valid);
                let sign = alist_sign::make(&proxy.key, &access.path.display(), expires_at.0);
                let url = format!("{}{}?sign={sign}", proxy.url, access.path.href(false));
                Some(Delivery::Redirect(Link::plain(url, Some(expires_at))))
            }
            (Some(Mode::ProxyUrl), None) => return Err(Error::NotFound),
            // The vendor may have no link to an empty file, and needs none.
            _ if file.is_nothing() => Some(Delivery::Nothing),
            (Some(Mode::Proxy), _) => Some(Delivery::Proxy),
            (None, _) if file.needs_proxy() => Some(Delivery::Proxy),
            (Some(Mode::Redirect) | None, _) => None,
        })
    }

    /// What the Worker fetches, for [`Delivery::Proxy`].
    ///
    /// # Errors
    /// The same as of [`AuthorizedFile::deliver`].
    pub async fn source(
        &self,
        access: &AccessRequest<'_>,
        ctx: &RequestContext<impl Platform>,
    ) -> Result<ProxySource, Error> {
        let link = self.open.file.link(access.query, self.lifetime(), ctx).await?;
        let renewable = self.open.file.remote();
        // What a tree says of a size is its owner's word, and may be a rough one.
        let size = renewable.as_ref().and_then(|_| self.size());
        let tells_md5 = self.open.permit.policy().gives_md5();
        Ok(ProxySource { link, renewable, size, tells_md5 })
    }

    /// The content's MD5, where it is known and a rule gives it away.
    pub fn md5(&self) -> Option<[u8; 16]> {
        self.open.md5()
    }

    /// How old what is known of it is; `None` if its owner wrote it.
    pub fn age(&self, now: UnixSeconds) -> Option<Age> {
        self.open.age(now)
    }

    fn lifetime(&self) -> LinkLifetime {
        let fields = &self.open.permit.policy().fields;
        let (valid, window) = (fields.valid, fields.window.and_then(Window::new));
        match ValidMinutes::new(SHORT_MINUTES) {
            Some(short) if self.used >= NEARLY_SPENT => {
                LinkLifetime { valid: Some(self.open.valid().min(short)), window: None }
            }
            _ => LinkLifetime { valid, window },
        }
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
