//! The quota: what a signed link costs, whether it still fits the limits, and when it would again.
//!
//! The quota object keeps the counts; every decision about them is here, as a value. Requests and replies
//! are JSON on their way between the Worker and that object.
//!
//! A *ticket* is one client's right to one file through one share link (or none) for some time. Within
//! that time, further links cost nothing: players and download managers ask again and again. Only what
//! has a limit is counted, so that a limit that is new today begins at zero today.

mod limit_check;

use std::cmp::Reverse;
use std::time::Duration;

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use limit_check::LimitCheck;

use crate::bytes::MAX_BYTES;
use crate::time::{UnixSeconds, as_seconds};

/// The largest count that is stored, 2^53 - 1: the quota object's SQL has JavaScript's numbers. Larger
/// counts are stored as this one.
pub const MAX_COUNT: u64 = MAX_BYTES;

const HOUR: Duration = Duration::from_hours(1);
/// A day without its first hour.
const REST_OF_DAY: Duration = Duration::from_hours(23);

/// A request to the quota object for a ticket, made before a link is signed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TicketRequest {
    /// The time of the request.
    pub now: UnixSeconds,
    /// The client: an IPv4 address, the /64 of an IPv6 address, or `unknown`. Never empty.
    pub client: String,
    /// The file's path on the site. Never empty.
    pub file: String,
    /// The lifetime of the ticket, in whole seconds.
    #[serde(rename = "life", with = "as_seconds")]
    pub lifetime: Duration,
    /// The cost of the link, in bytes.
    pub size: u64,
    /// The cost that was counted for the file that this one turned out to have replaced: it is counted no
    /// more, and there is no further link or use.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub replaces: Option<u64>,
    /// The traffic budget that the file falls under.
    #[serde(deserialize_with = "Option::deserialize")]
    pub budget: Option<BudgetLimits>,
    /// The limit of links an hour that the file falls under.
    #[serde(deserialize_with = "Option::deserialize")]
    pub max_links: Option<LinkLimit>,
    /// The share link that the request came through.
    #[serde(deserialize_with = "Option::deserialize")]
    pub share: Option<ShareLimits>,
    /// The day in the site's time zone, `2026-11-23`.
    pub day: String,
    /// The month of that day, `2026-11`.
    pub month: String,
    /// When the day ends.
    pub day_ends: UnixSeconds,
    /// When the month ends.
    pub month_ends: UnixSeconds,
}

/// Limits of traffic, in bytes; `None` is no limit.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct BudgetLimits {
    /// The path that has the budget.
    pub path: String,
    /// The limit for all clients together in a day.
    pub day: Option<u64>,
    /// The limit for all clients together in a month.
    pub month: Option<u64>,
    /// The limit for each client in a day.
    pub client_day: Option<u64>,
    /// The limit for each client in a month.
    pub client_month: Option<u64>,
}

/// A limit of fresh links for each client in an hour of the clock.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LinkLimit {
    /// The path that has the limit.
    pub path: String,
    /// The number of links.
    pub limit: u64,
}

/// The caps of a share link; `None` is no cap.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ShareLimits {
    /// The share link's id. Never empty.
    pub id: String,
    /// The maximum number of tickets, for all clients together.
    pub uses: Option<u64>,
    /// The maximum number of bytes, for all clients together.
    pub bytes: Option<u64>,
    /// When the share link ends, and its count may be forgotten. `None` keeps it for ever.
    pub expires: Option<UnixSeconds>,
}

/// The quota object's reply to a [`TicketRequest`].
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TicketReply {
    /// The link may be signed.
    Granted {
        /// Whether this made a ticket and counted it; a repeated link costs nothing.
        fresh: bool,
        /// The part of a budget that is used, this link included: 0 to 1, the largest over the budget's
        /// limits.
        used: f64,
    },
    /// The link would exceed a limit. Nothing was counted.
    Refused {
        /// The limit that would be exceeded: of several, the one that holds longest.
        why: ExceededLimit,
        /// When that limit begins anew; `None` if it never does, or could never hold this file.
        retry_at: Option<UnixSeconds>,
    },
}

/// The limit that a link would exceed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ExceededLimit {
    /// The budget's bytes a day.
    Day,
    /// The budget's bytes a month.
    Month,
    /// The budget's bytes a day for each client.
    ClientDay,
    /// The budget's bytes a month for each client.
    ClientMonth,
    /// Links an hour for each client.
    MaxLinks,
    /// The share link's tickets.
    Uses,
    /// The share link's bytes.
    Bytes,
}

/// The error for a text that is no request or reply, or for a request that contradicts itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Malformed;

/// A count of bytes, against which a limit of a budget is checked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Account<'a> {
    /// The kind of limit.
    pub why: ExceededLimit,
    /// The path that has the budget.
    pub path: &'a str,
    /// The client, or empty for all clients together.
    pub client: &'a str,
    /// The day or month that is counted, as [`TicketRequest`] writes it.
    pub period: &'a str,
    /// The limit, in bytes.
    pub limit: u64,
    /// The time at which the counted period ends.
    pub ends: UnixSeconds,
}

/// The counts so far that the limits of a request are checked against.
#[derive(Clone, Debug, Default)]
pub struct Usage<'a> {
    /// Whether the client has a ticket for the file that has not expired.
    pub ticket: bool,
    /// The bytes that are spent of each of [`TicketRequest::accounts`].
    pub accounts: Vec<(Account<'a>, u64)>,
    /// The client's links in this hour.
    pub links: u64,
    /// The share link's tickets.
    pub uses: u64,
    /// The share link's bytes.
    pub bytes: u64,
}

impl TicketRequest {
    /// Reads a request's JSON. `budget`, `max_links` and `share` have to be there, be it as `null`: a
    /// limit that was lost on the way must not pass for none.
    ///
    /// # Errors
    /// [`Malformed`] if the text is no request, or contradicts itself.
    pub fn parse(text: &[u8]) -> Result<Self, Malformed> {
        let request = serde_json::from_slice::<Self>(text).map_err(|_| Malformed)?;
        if request.is_sound() { Ok(request) } else { Err(Malformed) }
    }

    /// Whether the request doesn't contradict itself. An empty client would stand for all clients
    /// together, and old periods are found by the order of their texts.
    fn is_sound(&self) -> bool {
        let of_the_month = self.day.strip_prefix(&*self.month);
        !self.client.is_empty()
            && !self.file.is_empty()
            && self.share.as_ref().is_none_or(|share| !share.id.is_empty())
            && self.month.len() == 7
            && of_the_month.is_some_and(|day| day.len() == 3 && day.starts_with('-'))
            && self.now < self.day_ends
            && self.day_ends <= self.month_ends
    }

    /// The ticket's key: 32 hexadecimal digits for client, file and share link. It is a digest, so that
    /// keys are spread evenly over the table, rows are short, and no address is kept in them.
    pub fn ticket(&self) -> String {
        let share = self.share.as_ref().map_or("", |share| &share.id);
        let mut digest = Sha256::new();
        for part in [&*self.client, &*self.file, share] {
            // With its length, so that no two lists of parts are the same bytes.
            digest.update(part.len().to_string());
            digest.update(":");
            digest.update(part);
        }
        let mut key = hex::encode(digest.finalize());
        key.truncate(32);
        key
    }

    /// The time at which a ticket that is given now expires, as stored: Unix seconds, up to [`MAX_COUNT`].
    pub fn expires(&self) -> u64 {
        stored(self.now.after(self.lifetime))
    }

    /// The number of the current hour since 1970, as stored.
    pub fn hour(&self) -> u64 {
        self.now.periods(HOUR)
    }

    /// When the current hour ends.
    fn hour_ends(&self) -> UnixSeconds {
        self.now.period_end(HOUR)
    }

    /// The counts of bytes that the budget limits: at most four.
    pub fn accounts(&self) -> impl Iterator<Item = Account<'_>> {
        self.budget.iter().flat_map(|budget| {
            let path = &*budget.path;
            let of_day = |why, client, limit: Option<u64>| {
                limit.map(|limit| (why, client, &*self.day, limit, self.day_ends))
            };
            let of_month = |why, client, limit: Option<u64>| {
                limit.map(|limit| (why, client, &*self.month, limit, self.month_ends))
            };
            let client = &*self.client;
            let limits = [
                of_month(ExceededLimit::Month, "", budget.month),
                of_month(ExceededLimit::ClientMonth, client, budget.client_month),
                of_day(ExceededLimit::Day, "", budget.day),
                of_day(ExceededLimit::ClientDay, client, budget.client_day),
            ];
            limits.into_iter().flatten().map(move |(why, client, period, limit, ends)| Account {
                why,
                path,
                client,
                period,
                limit,
                ends,
            })
        })
    }

    /// The request for the file that was found in the place of this one, by its 123Pan id and its size: within
    /// the ticket of the old file it counts the difference, once.
    #[must_use]
    pub fn for_replacement(&self, id: u64, size: u64) -> Self {
        // No file's name has a line break.
        let file = format!("{}\n{id}", self.file);
        Self { file, size, replaces: Some(self.size), ..self.clone() }
    }

    /// A count of bytes after this request was granted.
    pub fn counted_bytes(&self, before: u64) -> u64 {
        counted(before.saturating_sub(self.replaces.unwrap_or_default()), self.size)
    }

    /// A count of links or uses after this request was granted.
    pub fn counted_links(&self, before: u64) -> u64 {
        if self.replaces.is_some() { before } else { counted(before, 1) }
    }

    /// Whether no limit can be exceeded by this request: a smaller file takes the place of one that was counted.
    fn is_no_larger(&self) -> bool {
        self.replaces.is_some_and(|replaced| self.size <= replaced)
    }

    /// The share link, if it has a cap, so that its uses or bytes have to be counted.
    pub fn capped_share(&self) -> Option<&ShareLimits> {
        self.share.as_ref().filter(|share| share.uses.is_some() || share.bytes.is_some())
    }

    /// Whether the counts of earlier days and months may be deleted: not in the first hour of a day,
    /// while a request from just before midnight may still be on its way.
    pub fn can_delete_periods(&self) -> bool {
        self.now.after(REST_OF_DAY) >= self.day_ends
    }

    /// The first hour whose counts of links are kept, as stored: the one before the hour of this request.
    pub fn oldest_hour(&self) -> u64 {
        self.hour().saturating_sub(1)
    }

    /// The expiry before which the counts of share links are deleted, as stored: Unix seconds, up to
    /// [`MAX_COUNT`]. An hour later than need be, since clocks differ.
    pub fn oldest_share(&self) -> u64 {
        stored(self.now.before(HOUR))
    }
}

impl TicketReply {
    /// Reads a reply's JSON.
    ///
    /// # Errors
    /// [`Malformed`] if the text is no reply.
    pub fn parse(text: &str) -> Result<Self, Malformed> {
        serde_json::from_str(text).map_err(|_| Malformed)
    }
}

/// Decides whether a link may be signed, by what has been counted against its limits.
pub fn decide(request: &TicketRequest, usage: &Usage) -> TicketReply {
    if usage.ticket {
        return TicketReply::Granted { fresh: false, used: used(usage, |spent| spent) };
    }
    let mut checks = Vec::new();
    let replaced = request.replaces.unwrap_or_default();
    let of_bytes = |why, spent: u64, limit, ends| {
        LimitCheck::new(why, spent.saturating_sub(replaced), request.size, limit, ends)
    };
    // A replacement is neither a further use nor a further link.
    let counted = request.counted_links(0);
    if let Some(share) = &request.share {
        let uses = |limit| LimitCheck::new(ExceededLimit::Uses, usage.uses, counted, limit, None);
        checks.extend(share.uses.map(uses));
        let bytes = |limit| of_bytes(ExceededLimit::Bytes, usage.bytes, limit, None);
        checks.extend(share.bytes.map(bytes));
    }
    let of_account = |(account, spent): &(Account, u64)| {
        of_bytes(account.why, *spent, account.limit, Some(account.ends))
    };
    checks.extend(usage.accounts.iter().map(of_account));
    if let Some(links) = &request.max_links {
        checks.push(LimitCheck::new(
            ExceededLimit::MaxLinks,
            usage.links,
            counted,
            links.limit,
            Some(request.hour_ends()),
        ));
    }
    if request.is_no_larger() {
        checks.clear();
    }
    let longest = |check: &LimitCheck| Reverse(check.retry_at().unwrap_or(UnixSeconds::NEVER));
    match checks.iter().filter(|check| !check.is_within()).min_by_key(|check| longest(check)) {
        Some(check) => TicketReply::Refused { why: check.why, retry_at: check.retry_at() },
        None => TicketReply::Granted {
            fresh: true,
            used: used(usage, |spent| request.counted_bytes(spent)),
        },
    }
}

/// The form of a time in the quota object's storage: Unix seconds, up to [`MAX_COUNT`].
fn stored(at: UnixSeconds) -> u64 {
    at.0.min(MAX_COUNT)
}

/// A count after something was added to it; stays at [`MAX_COUNT`] instead of overflowing.
pub fn counted(before: u64, added: u64) -> u64 {
    before.saturating_add(added).min(MAX_COUNT)
}

#[expect(clippy::cast_precision_loss, reason = "counts are below 2^53, and so exact")]
fn used(usage: &Usage, after: impl Fn(u64) -> u64) -> f64 {
    let part = |(account, spent): &(Account, u64)| match account.limit.min(MAX_COUNT) {
        0 => 1.0,
        limit => after(*spent).min(MAX_COUNT) as f64 / limit as f64,
    };
    usage.accounts.iter().map(part).fold(0.0, f64::max).min(1.0)
}

#[cfg(test)]
mod tests;
