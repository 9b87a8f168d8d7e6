//! The quota object: one Durable Object per site, which counts every signed link with a limit and keeps the
//! list of revoked share links; and its client.
//!
//! All requests of a site meet in the object named `site`. A ticket is decided without an await between
//! reading the counts and writing them, so that parallel requests can't both have the last of a budget. Its
//! state is in its database only, and survives restarts and deploys.
//!
//! Rows written, of the 100,000 a day on the free plan:
//! - a fresh ticket: one for the ticket, one for each limit of the budget (`day`, `month`,
//!   `client_day`, `client_month`), one for `max_links`, one for a share link with caps: two for a
//!   budget by the day, seven at most
//! - its end: one for each of those rows that was new, when it is deleted. Rows of periods, hours
//!   and share links are shared by many tickets, so in the long run it is one more, the ticket's
//! - a repeated ticket, a refusal: none
//!
//! Old rows are deleted when fresh tickets come, a few at a time, so no alarm has to be paid for.

use serde_json::json;
use worker::{
    DurableObject, Env, Error, Method, Request, Response, ResponseBuilder, Result, SqlStorage,
    SqlStorageValue, State, console_error, durable_object,
};

use super::objects::post_to_object;
use super::runtime::now;
use super::sql::{integer, rows, whole};
use crate::access::revocation::RevocationList;
use crate::quota::{TicketReply, TicketRequest, Usage, decide};

/// The binding of the Durable Object namespace.
const QUOTA: &str = "QUOTA";
/// The name of the site's one object.
const NAME: &str = "site";

/// The tables, each named with the version of its form: what another version counted is not read. Without
/// row ids, so that a row is written once and not once more into an index. The old rows of `spent` and
/// `links` stand first. `tickets` are in the order of a digest: see [`forget`].
const TABLES: &str = "
    CREATE TABLE IF NOT EXISTS spent_v1 (
        period TEXT NOT NULL, path TEXT NOT NULL, client TEXT NOT NULL, bytes INTEGER NOT NULL,
        PRIMARY KEY (period, path, client)
    ) WITHOUT ROWID;
    CREATE TABLE IF NOT EXISTS links_v1 (
        hour INTEGER NOT NULL, path TEXT NOT NULL, client TEXT NOT NULL, count INTEGER NOT NULL,
        PRIMARY KEY (hour, path, client)
    ) WITHOUT ROWID;
    CREATE TABLE IF NOT EXISTS tickets_v1 (
        ticket TEXT NOT NULL PRIMARY KEY, expires INTEGER NOT NULL
    ) WITHOUT ROWID;
    CREATE TABLE IF NOT EXISTS shares_v1 (
        id TEXT NOT NULL PRIMARY KEY, uses INTEGER NOT NULL, bytes INTEGER NOT NULL, expires INTEGER
    ) WITHOUT ROWID;
    CREATE TABLE IF NOT EXISTS revoked_v1 (one INTEGER NOT NULL PRIMARY KEY, list TEXT NOT NULL);";

/// The path of requests that revoke share links; below, that of requests for tickets.
const REVOKED: &str = "/revoked";
const TICKETS: &str = "/";

/// The Durable Object, whose class `Quota` in `src/entry.js` outlives the WASM instance. It takes a
/// [`TicketRequest`] by `POST` and answers with a [`TicketReply`]; at `/revoked` it takes share links to
/// revoke and answers with the whole list.
#[durable_object(fetch)]
pub struct QuotaObject {
    sql: SqlStorage,
}

impl DurableObject for QuotaObject {
    /// Opens the database and makes its tables.
    fn new(state: State, _env: Env) -> Self {
        let sql = state.storage().sql();
        if sql.exec(TABLES, None).is_err() {
            console_error!("quota: its tables can't be made");
        }
        Self { sql }
    }

    /// Answers one request to the object.
    async fn fetch(&self, mut request: Request) -> Result<Response> {
        if request.method() != Method::Post {
            return refusal("only POST", 405);
        }
        let body = request.text().await?;
        // From here on there is no await, and so no other request in between.
        if request.path() == REVOKED {
            return match RevocationList::parse(&body) {
                Ok(more) => {
                    merge_revoked(&self.sql, &more).map_or_else(|error| failed(&error), json)
                }
                Err(_) => refusal("not a list of revoked links", 400),
            };
        }
        let Ok(request) = TicketRequest::parse(body.as_bytes()) else {
            return refusal("not a ticket request", 400);
        };
        match grant(&self.sql, &request) {
            Ok(reply) => Response::from_json(&reply),
            Err(error) => failed(&error),
        }
    }
}

/// The response to a request that failed for a reason of the database's. The message names tables and
/// columns, never values.
fn failed(error: &Error) -> Result<Response> {
    console_error!("quota: {error}");
    refusal("the quota object failed", 500)
}

/// A response with this status whose JSON body says why.
fn refusal(error: &str, status: u16) -> Result<Response> {
    ResponseBuilder::new().with_status(status).from_json(&json!({ "error": error }))
}

/// A response with a body that is JSON already.
fn json(text: String) -> Result<Response> {
    let response = ResponseBuilder::new().with_header("Content-Type", "application/json")?;
    Ok(response.fixed(text.into_bytes()))
}

/// Adds to the list of revoked share links, and returns the whole list as JSON.
fn merge_revoked(sql: &SqlStorage, more: &RevocationList) -> Result<String> {
    let rows = rows(sql, "SELECT list FROM revoked_v1", Vec::new())?;
    // A list that can't be read is never taken for an empty one: that would open what was revoked.
    let before = match rows.first().map(Vec::as_slice) {
        Some([SqlStorageValue::String(list)]) => RevocationList::parse(list)
            .map_err(|_| "the stored list of revoked links can't be read")?,
        Some(_) => return Err("the stored list of revoked links is no text".into()),
        None => RevocationList::default(),
    };
    let mut list = before.with(more);
    list.forget(now().to_seconds());
    let list = list.to_json();
    let put = "INSERT INTO revoked_v1 (one, list) VALUES (1, ?)
        ON CONFLICT DO UPDATE SET list = excluded.list WHERE list <> excluded.list";
    sql.exec(put, vec![list.as_str().into()])?;
    Ok(list)
}

/// Grants or refuses a ticket, and counts a fresh one.
fn grant(sql: &SqlStorage, request: &TicketRequest) -> Result<TicketReply> {
    let ticket = request.ticket();
    let usage = look_up(sql, request, &ticket)?;
    let reply = decide(request, &usage);
    if matches!(reply, TicketReply::Granted { fresh: true, .. }) {
        count(sql, request, &ticket, &usage)?;
        // The ticket is counted all the same; the next one tries again.
        let _ = forget(sql, request, &ticket);
    }
    Ok(reply)
}

fn look_up<'a>(sql: &SqlStorage, request: &'a TicketRequest, ticket: &str) -> Result<Usage<'a>> {
    let held = "SELECT expires FROM tickets_v1 WHERE ticket = ? AND expires > ?";
    let [ticket] = numbers(sql, held, vec![ticket.into(), integer(request.now.0)])?;
    let spent = "SELECT bytes FROM spent_v1 WHERE period = ? AND path = ? AND client = ?";
    let accounts = request.accounts().map(|account| {
        let key = vec![account.period.into(), account.path.into(), account.client.into()];
        let [bytes] = numbers(sql, spent, key)?;
        Ok((account, bytes))
    });
    let mut usage = Usage {
        ticket: ticket > 0,
        accounts: accounts.collect::<Result<_>>()?,
        ..Usage::default()
    };
    if let Some(limit) = &request.max_links {
        let count = "SELECT count FROM links_v1 WHERE hour = ? AND path = ? AND client = ?";
        let key = vec![
            integer(request.hour()),
            limit.path.as_str().into(),
            request.client.as_str().into(),
        ];
        [usage.links] = numbers(sql, count, key)?;
    }
    if let Some(share) = request.capped_share() {
        let caps = "SELECT uses, bytes FROM shares_v1 WHERE id = ?";
        [usage.uses, usage.bytes] = numbers(sql, caps, vec![share.id.as_str().into()])?;
    }
    Ok(usage)
}

/// Writes a fresh ticket's counts, the ticket last: if a write fails, a link is rather counted that nobody
/// got than the other way round.
fn count(sql: &SqlStorage, request: &TicketRequest, ticket: &str, usage: &Usage) -> Result<()> {
    for (account, before) in &usage.accounts {
        let put = "INSERT INTO spent_v1 (period, path, client, bytes) VALUES (?, ?, ?, ?)
            ON CONFLICT DO UPDATE SET bytes = excluded.bytes";
        let bytes = integer(request.counted_bytes(*before));
        let row = vec![account.period.into(), account.path.into(), account.client.into(), bytes];
        sql.exec(put, row)?;
    }
    if let Some(limit) = &request.max_links {
        let put = "INSERT INTO links_v1 (hour, path, client, count) VALUES (?, ?, ?, ?)
            ON CONFLICT DO UPDATE SET count = excluded.count";
        let links = integer(request.counted_links(usage.links));
        let row = vec![
            integer(request.hour()),
            limit.path.as_str().into(),
            request.client.as_str().into(),
            links,
        ];
        sql.exec(put, row)?;
    }
    if let Some(share) = request.capped_share() {
        let put = "INSERT INTO shares_v1 (id, uses, bytes, expires) VALUES (?, ?, ?, ?)
            ON CONFLICT DO UPDATE SET
                uses = excluded.uses, bytes = excluded.bytes, expires = excluded.expires";
        let uses = integer(request.counted_links(usage.uses));
        let bytes = integer(request.counted_bytes(usage.bytes));
        let expires = share.expires.map(|at| integer(at.0)).into();
        sql.exec(put, vec![share.id.as_str().into(), uses, bytes, expires])?;
    }
    let put = "INSERT INTO tickets_v1 (ticket, expires) VALUES (?, ?)
        ON CONFLICT DO UPDATE SET expires = excluded.expires";
    sql.exec(put, vec![ticket.into(), integer(request.expires())])?;
    Ok(())
}

/// Deletes a few rows that are no longer needed: at most eight per table.
/// A ticket's digest picks the rows looked at in `tickets`, so each row is looked at sooner or later: four
/// for each new ticket keep the expired rows at about a third of the valid ones. An index by time would
/// find them faster, and cost two rows written more for each ticket.
fn forget(sql: &SqlStorage, request: &TicketRequest, ticket: &str) -> Result<()> {
    let tickets = "DELETE FROM tickets_v1 WHERE expires <= ?2 AND ticket IN
        (SELECT ticket FROM tickets_v1 WHERE ticket > ?1 ORDER BY ticket LIMIT 4)";
    sql.exec(tickets, vec![ticket.into(), integer(request.now.0)])?;
    if request.can_delete_periods() {
        // The period of a month sorts before those of its days.
        let spent = "DELETE FROM spent_v1 WHERE (period, path, client) IN
            (SELECT period, path, client FROM spent_v1 WHERE period < ?1
             UNION ALL
             SELECT period, path, client FROM spent_v1 WHERE period > ?1 AND period < ?2
             LIMIT 8)";
        sql.exec(spent, vec![request.month.as_str().into(), request.day.as_str().into()])?;
    }
    if request.max_links.is_some() {
        let links = "DELETE FROM links_v1 WHERE (hour, path, client) IN
            (SELECT hour, path, client FROM links_v1 WHERE hour < ? LIMIT 8)";
        sql.exec(links, vec![integer(request.oldest_hour())])?;
    }
    if let Some(share) = request.capped_share() {
        let shares = "DELETE FROM shares_v1 WHERE expires <= ?2 AND id IN
            (SELECT id FROM shares_v1 WHERE id > ?1 ORDER BY id LIMIT 4)";
        sql.exec(shares, vec![share.id.as_str().into(), integer(request.oldest_share())])?;
    }
    Ok(())
}

/// The whole numbers in a query's only row; zeros if there is none.
fn numbers<const N: usize>(
    sql: &SqlStorage,
    query: &str,
    values: Vec<SqlStorageValue>,
) -> Result<[u64; N]> {
    let rows = rows(sql, query, values)?;
    let Some(row) = rows.first() else { return Ok([0; N]) };
    let numbers: Vec<u64> = row.iter().filter_map(whole).collect();
    numbers.try_into().map_err(|_| "a row of the counts is not in numbers".into())
}

/// Asks the quota object for a ticket. `None` if it doesn't answer, whatever the reason, which is logged.
pub async fn request_ticket(env: &Env, request: &TicketRequest) -> Option<TicketReply> {
    let reply = match post(env, request).await {
        // Asking twice counts once: the second request finds the ticket of the first.
        Err(error) if is_retryable(&error) => post(env, request).await,
        reply => reply,
    };
    reply.inspect_err(log_no_answer).ok()
}

/// Adds to the list of revoked share links, and returns the whole list. `None` if the quota object doesn't
/// answer.
pub async fn revoke(env: &Env, more: &RevocationList) -> Option<RevocationList> {
    let reply = post_to_object(env, QUOTA, NAME, REVOKED, &more.to_json(), None).await;
    RevocationList::parse(&reply.inspect_err(log_no_answer).ok()?).ok()
}

async fn post(env: &Env, request: &TicketRequest) -> Result<TicketReply> {
    let body = serde_json::to_string(request)?;
    let reply = post_to_object(env, QUOTA, NAME, TICKETS, &body, None).await?;
    TicketReply::parse(&reply).map_err(|_| "not a ticket's reply".into())
}

/// Logs a request that failed. The error's text is the platform's or ours: no path, no client.
fn log_no_answer(error: &Error) {
    console_error!("quota: no answer: {error}");
}

/// Whether the platform marks an error as retryable, as when a deploy restarts the object.
fn is_retryable(error: &Error) -> bool {
    let error = error.to_js_value();
    let is = |name: &str| {
        js_sys::Reflect::get(&error, &name.into()).is_ok_and(|value| value.is_truthy())
    };
    is("retryable") && !is("overloaded")
}
