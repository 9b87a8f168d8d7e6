//! Settles what an answer waits for, and asks again with the receipt.

use std::cell::RefCell;
use std::collections::HashMap;

use js_sys::Date;

use super::bindings::{self, Env, RateLimiter};
use super::{SharedSite, guesses, quota_object, share_links, upstream};
use crate::error::Error;
use crate::ledger::{TicketAnswer, TicketAsk, Why};
use crate::site::due::{Allowed, Due, FolderReceipt, Receipts, RevokedList};
use crate::stamp::Stamp;
use crate::time::UnixSeconds;
use crate::web::answer::Answer;
use crate::web::{self, Ask, Reply};

/// There are fewer kinds of dues than this besides folders, and each is settled once.
const MOST_DUES: usize = MOST_FOLDERS + 16;
/// Folders that one request asks for: each may take two of the free plan's 50 subrequests. The next
/// request finds them in memory and goes on from there.
const MOST_FOLDERS: usize = 20;
/// Milliseconds after which a request asks for nothing more.
const PATIENCE_MS: f64 = 20_000.0;

/// The answer to a request. No borrow of the site is held over an await.
pub async fn answer(site: &SharedSite, ask: &Ask<'_>, stamp: &Stamp, env: &Env) -> Answer {
    let mut receipts =
        Receipts { revoked: share_links::fresh_revoked(stamp.now), ..Receipts::default() };
    let begun_ms = Date::now();
    for _ in 0..MOST_DUES {
        if Date::now() - begun_ms > PATIENCE_MS {
            return web::failure(&site.borrow(), ask, stamp, Error::StillLoading);
        }
        let reply = web::answer(&site.borrow(), ask, stamp, &receipts);
        match reply {
            Reply::Answer(answer) => return answer,
            Reply::Owes(Due::Folder { .. }) if receipts.folders.len() >= MOST_FOLDERS => {
                return web::failure(&site.borrow(), ask, stamp, Error::StillLoading);
            }
            Reply::Owes(due) => settle(due, &mut receipts, site, stamp, env).await,
        }
    }
    web::failure(&site.borrow(), ask, stamp, Error::Unavailable)
}

async fn settle(due: Due, receipts: &mut Receipts, site: &SharedSite, stamp: &Stamp, env: &Env) {
    match due {
        Due::Password(guess) => {
            let verdict = guesses::hold(&guess, env).await;
            receipts.passwords.push((guess, verdict));
        }
        Due::Rate { binding, key } => {
            let allowed = may(env, &binding, &key).await;
            receipts.rates.push((binding, key, allowed));
        }
        Due::Ticket(ask) => {
            let answer = quota_object::ask(env, &ask).await;
            if let Some(TicketAnswer::Refused { why, .. }) = &answer {
                log_refusal(&ask, *why);
            }
            receipts.tickets.push((*ask, answer));
        }
        Due::Revoked => {
            let list = share_links::revoked(env, stamp.now).await;
            receipts.revoked = Some(list.map_or(RevokedList::Unreachable, RevokedList::Known));
        }
        Due::Folder { mount, folder } => {
            let receipt = upstream::folder(site, env, mount, folder, stamp.now).await;
            receipts.folders.push(receipt);
        }
        Due::Refresh { mount, folder } => {
            let outcome = upstream::refresh(site, env, mount, folder, stamp.now).await;
            receipts.refreshed.push(FolderReceipt { mount, folder, outcome });
        }
        Due::Link(due) => {
            let (mount, file) = (due.mount, due.file.id);
            let failed = upstream::link(site, env, *due, stamp.now).await;
            receipts.file_links.push((mount, file, failed));
        }
        Due::Status { mount } => {
            upstream::status(site, env, mount, stamp.now).await;
            receipts.statuses.push(mount);
        }
        Due::Links(work) => receipts.links = Some(share_links::work(*work, env, stamp.now).await),
    }
}

/// Asks a rate limiter about a key.
pub async fn may(env: &Env, binding: &str, key: &str) -> Allowed {
    let Some(limiter) = bindings::binding::<RateLimiter>(env, binding) else {
        return Allowed::Unreachable;
    };
    match limiter.limit(key).await {
        Ok(true) => Allowed::Yes,
        Ok(false) => Allowed::No,
        Err(_) => Allowed::Unreachable,
    }
}

thread_local! {
    /// What was logged last, and when: a limit that is reached refuses thousands.
    static LOGGED: RefCell<HashMap<String, UnixSeconds>> = RefCell::new(HashMap::new());
}

/// Seconds in which the same line is not logged again.
const QUIET: u64 = 60;
/// Lines that are remembered, at most.
const MOST_LINES: usize = 64;

/// For the owner's log: which limit of which place. Nothing of the visitor.
fn log_refusal(ask: &TicketAsk, why: Why) {
    let budget = ask.budget.as_ref().map(|budget| budget.path.as_str());
    let place = budget.or(ask.max_links.as_ref().map(|max| max.path.as_str()));
    let place = place.map_or_else(
        || ask.share.as_ref().map_or_else(String::new, |share| format!("share link {}", share.id)),
        |path| format!("{path:?}"),
    );
    let line = format!("signpost: limit {why:?} of {place} is reached");
    let is_new = LOGGED.with_borrow_mut(|logged| {
        let last = logged.get(&line);
        let is_new = last.is_none_or(|last| ask.now.seconds_since(*last) >= QUIET);
        if is_new {
            if logged.len() >= MOST_LINES {
                logged.clear();
            }
            logged.insert(line.clone(), ask.now);
        }
        is_new
    });
    if is_new {
        bindings::log_warning(&line);
    }
}
