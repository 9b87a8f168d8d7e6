//! What the guard lets out: files with their links, folders with their listings.

pub mod playlist;
pub mod shown;

use super::Site;
use super::entry::{FilePlace, FolderPlace};
use super::row::Row;
use crate::access::alist_sign;
use crate::access::authorize::Permit;
use crate::access::client::Visit;
use crate::access::credentials::Key;
use crate::access::policy::{Access, Budget, Mode, Policy, Presentation};
use crate::access::visibility::Shown;
use crate::context::RequestContext;
use crate::error::{Error, Limit};
use crate::platform::Platform;
use crate::quota::{self, TicketAnswer, TicketAsk};
use crate::sources::links::source::{Life, Link};
use crate::sources::order::sort_names;
use crate::sources::remote::Age;
use crate::sources::remote::RemoteFile;
use crate::stamp::Stamp;
use crate::time::{UnixSeconds, ValidMinutes, Window};

/// What a visitor may have.
#[derive(Debug)]
pub enum Opened<'s> {
    /// A folder.
    Folder(OpenFolder<'s>),
    /// A file.
    File(OpenFile<'s>),
}

/// A file that the visitor may have. Its link has its price.
#[derive(Debug)]
pub struct OpenFile<'s> {
    pub(super) site: &'s Site,
    file: FilePlace<'s>,
    pub(super) permit: Permit<'s>,
}

/// A file whose link is paid for, or costs nothing.
#[derive(Debug)]
pub struct PaidFile<'s> {
    open: OpenFile<'s>,
    /// The largest share of a budget that is spent, this link included; 0 without a budget.
    used: f64,
}

/// How a file's bytes get to the visitor.
#[derive(Debug)]
pub enum Delivery {
    /// By a redirect to this link.
    Redirect(Link),
    /// Through the Worker, which fetches [`PaidFile::source`].
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

/// A folder that the visitor may see.
#[derive(Debug)]
pub struct OpenFolder<'s> {
    pub(super) site: &'s Site,
    pub(super) folder: FolderPlace<'s>,
    pub(super) permit: Permit<'s>,
}

/// From this share of a budget on, links live shorter.
const NEARLY_SPENT: f64 = 0.8;
/// How long a link lives then at most.
const SHORT_MINUTES: u64 = 5;

impl Opened<'_> {
    /// Whether it is open to everybody without any condition: the answer may be the same for all.
    pub fn is_plain(&self) -> bool {
        let permit = match self {
            Self::Folder(folder) => &folder.permit,
            Self::File(file) => &file.permit,
        };
        permit.policy().is_plain && matches!(permit.key(), Key::None)
    }
}

impl<'s> OpenFile<'s> {
    pub(super) fn new(site: &'s Site, file: FilePlace<'s>, permit: Permit<'s>) -> Self {
        Self { site, file, permit }
    }

    /// Pays for a link: with the quota object's ticket, where a budget or a limit asks for one.
    ///
    /// # Errors
    /// [`Error::OverLimit`] where a limit is reached, [`Error::Unavailable`] where the quota object can't
    /// be asked and the rule stays closed then.
    pub async fn pay(
        self,
        visit: &Visit<'_>,
        ctx: &RequestContext<impl Platform>,
    ) -> Result<PaidFile<'s>, Error> {
        let Some(ask) = self.ticket(visit)? else { return Ok(PaidFile { open: self, used: 0.0 }) };
        let fails_open = self.fails_open(&ask);
        match ctx.charge(ask).await {
            Some(TicketAnswer::Granted { used, .. }) => Ok(PaidFile { open: self, used }),
            Some(TicketAnswer::Refused { why, retry_at }) => {
                Err(Error::OverLimit { limit: limit_of(why), reopens_at: retry_at })
            }
            None if fails_open => Ok(PaidFile { open: self, used: 0.0 }),
            None => Err(Error::Unavailable),
        }
    }

    /// The file, if its link costs nothing.
    pub fn free(self, visit: &Visit<'_>) -> Option<PaidFile<'s>> {
        let is_free = self.ticket(visit).is_ok_and(|ask| ask.is_none());
        is_free.then_some(PaidFile { open: self, used: 0.0 })
    }

    fn fails_open(&self, ask: &TicketAsk) -> bool {
        self.permit.policy().fields.budget_fails_open == Some(true) && ask.share.is_none()
    }

    /// What to ask the quota object; `None` if nothing is counted here.
    fn ticket(&self, visit: &Visit<'_>) -> Result<Option<TicketAsk>, Error> {
        let fields = &self.permit.policy().fields;
        let share = match self.permit.key() {
            Key::Share(terms) if terms.uses.is_some() || terms.bytes.is_some() => {
                Some(quota::ShareAsk {
                    id: terms.id.to_string(),
                    uses: terms.uses.map(u64::from),
                    bytes: terms.bytes,
                    expires: terms.expires_at,
                })
            }
            _ => None,
        };
        if fields.budget.is_none() && fields.max_links.is_none() && share.is_none() {
            return Ok(None);
        }
        let day = self.site.zone.day(visit.now).ok_or(Error::Unavailable)?;
        let unknown = fields.budget.as_ref().map_or(UNKNOWN_SIZE, |budget| budget.unknown);
        let budget = |budget: &Budget| quota::BudgetAsk {
            path: budget.scope.path.to_string(),
            day: budget.day,
            month: budget.month,
            client_day: budget.client_day,
            client_month: budget.client_month,
        };
        Ok(Some(TicketAsk {
            now: visit.now,
            client: visit.visitor.client(),
            file: visit.path.display(),
            life: self.life(visit.now),
            size: self.file.size().unwrap_or(unknown),
            budget: fields.budget.as_deref().map(budget),
            max_links: fields.max_links.as_ref().map(|max| quota::LinksAsk {
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

    /// Seconds that a link made now lives: within them it costs nothing to ask for it again.
    fn life(&self, now: UnixSeconds) -> u64 {
        let window = self.permit.policy().fields.window.and_then(Window::new);
        let from = window.map_or(now, |window| window.end(now));
        from.plus(self.valid()).seconds_since(now)
    }

    fn valid(&self) -> ValidMinutes {
        self.permit.policy().fields.valid.unwrap_or_else(|| self.file.valid())
    }
}

/// What a file of unknown size counts as where only a share link limits the bytes.
const UNKNOWN_SIZE: u64 = 1_000_000_000;

fn limit_of(why: quota::Why) -> Limit {
    use quota::Why;
    match why {
        Why::Day | Why::Month => Limit::Budget,
        Why::ClientDay | Why::ClientMonth => Limit::ClientBudget,
        Why::MaxLinks => Limit::Links,
        Why::Uses | Why::Bytes => Limit::Share,
    }
}

impl PaidFile<'_> {
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
        visit: &Visit<'_>,
        ctx: &RequestContext<impl Platform>,
    ) -> Result<Delivery, Error> {
        if let Some(delivery) = self.without_link(visit)? {
            return Ok(delivery);
        }
        self.open.file.link(visit.query, self.life(), ctx).await.map(Delivery::Redirect)
    }

    /// The same, if nobody has to be asked for the link.
    pub fn deliver_cached(&self, visit: &Visit<'_>, stamp: &Stamp) -> Option<Delivery> {
        if let Some(delivery) = self.without_link(visit).ok()? {
            return Some(delivery);
        }
        self.open.file.cached_link(visit.query, stamp, self.life()).map(Delivery::Redirect)
    }

    /// How the visitor gets the bytes where that takes no link to them; `None` where it does.
    fn without_link(&self, visit: &Visit<'_>) -> Result<Option<Delivery>, Error> {
        let fields = &self.open.permit.policy().fields;
        let file = &self.open.file;
        Ok(match (&fields.mode, &fields.proxy) {
            (Some(Mode::ProxyUrl), Some(proxy)) => {
                let valid = self.life().valid.unwrap_or_else(|| self.open.valid());
                let expires_at = visit.now.plus(valid);
                let sign = alist_sign::make(&proxy.key, &visit.path.display(), expires_at.0);
                let url = format!("{}{}?sign={sign}", proxy.url, visit.path.href(false));
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
    /// The same as of [`PaidFile::deliver`].
    pub async fn source(
        &self,
        visit: &Visit<'_>,
        ctx: &RequestContext<impl Platform>,
    ) -> Result<ProxySource, Error> {
        let link = self.open.file.link(visit.query, self.life(), ctx).await?;
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

    fn life(&self) -> Life {
        let fields = &self.open.permit.policy().fields;
        let (valid, window) = (fields.valid, fields.window.and_then(Window::new));
        match ValidMinutes::new(SHORT_MINUTES) {
            Some(short) if self.used >= NEARLY_SPENT => {
                Life { valid: Some(self.open.valid().min(short)), window: None }
            }
            _ => Life { valid, window },
        }
    }
}

impl<'s> OpenFolder<'s> {
    pub(super) fn new(site: &'s Site, folder: FolderPlace<'s>, permit: Permit<'s>) -> Self {
        Self { site, folder, permit }
    }

    /// What the visitor may see in it: folders first, both in the order of [`crate::names`]:
    /// `a2` before `a10`, Chinese by pinyin.
    pub fn rows(&self, visit: &Visit<'_>) -> Vec<Row<'s>> {
        let mut rows = Vec::new();
        let Some(rules) = self.site.access.rules.folder(visit.path.segments()) else { return rows };
        for mut row in self.folder.rows() {
            match self.site.access.shows(&rules, row.name, &self.permit, visit) {
                Shown::No => {}
                Shown::Yes => {
                    row.md5 = row.md5.filter(|_| rules.policy(row.name).gives_md5());
                    rows.push(row);
                }
                Shown::Locked => rows.push(row.closed()),
            }
        }
        sort_names(&mut rows, |row| (u32::from(!row.folder), row.name));
        rows
    }

    /// How old its listing is; `None` if its owner wrote it.
    pub fn age(&self, now: UnixSeconds) -> Option<Age> {
        self.folder.age(now)
    }

    /// Whether the vendor has more in it, and can't be asked.
    pub fn lacks_some(&self) -> bool {
        self.folder.lacks_some
    }

    /// Whether it has files that can't be listed.
    pub fn opens_remote(&self) -> bool {
        self.folder.opens_remote()
    }

    /// Whether it has the same rows for everybody: no rule stands on one of them.
    pub fn is_same_for_all(&self, visit: &Visit<'_>) -> bool {
        self.site.access.rules.folder(visit.path.segments()).is_some_and(|rules| {
            let is_as_here =
                |row: Row<'_>| std::ptr::eq(rules.policy(row.name), self.permit.policy());
            self.folder.rows().all(is_as_here)
        })
    }

    /// For how long what is picked of it stays the same.
    pub fn window(&self) -> Option<Window> {
        self.permit.policy().fields.window.and_then(Window::new)
    }

    /// How its page looks.
    pub fn presentation(&self) -> &'s Presentation {
        &self.permit.policy().fields.presentation
    }

    /// The segments of the share link's scope: above it nothing opens.
    pub fn share_depth(&self) -> usize {
        self.permit.key().share_depth()
    }

    /// Whether what is in it may be shown to search engines and the like: everybody may see it.
    pub fn is_open(&self) -> bool {
        let policy: &Policy = self.permit.policy();
        policy.access() == Access::Public && policy.is_open()
    }
}
