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

use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;
use web_sys::{Headers, Request, Response, ResponseInit};

use super::bindings::{Env, log_error, now};
use super::objects::ask_object;
use super::sql::{Sql, Value, whole};
use crate::access::revocation::Revoked;
use crate::quota::{TicketReply, TicketRequest, Usage, counted, decide};

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

/// The Durable Object's implementation, whose class is in `src/entry.js`. It takes a [`TicketRequest`] by
/// `POST` and answers with a [`TicketReply`]; at `/revoked` it takes share links to revoke and answers with
/// the whole list.
#[wasm_bindgen]
pub struct QuotaObject {
    sql: Sql,
}

#[wasm_bindgen]
impl QuotaObject {
    /// Opens the database and makes its tables.
    #[wasm_bindgen(constructor)]
    pub fn new(sql: Sql) -> Self {
        if sql.run(TABLES, &[]).is_err() {
            log_error("quota: its tables can't be made");
        }
        Self { sql }
    }

    /// Answers one request to the object.
    ///
    /// # Errors
    /// The platform's error for a request whose body can't be read, and the database's for a list of links.
    pub async fn fetch(&self, request: Request) -> Result<Response, JsValue> {
        if request.method() != "POST" {
            return reply(&refusal("only POST"), 405);
        }
        let url = request.url();
        let body = JsFuture::from(request.text()?).await?.as_string().unwrap_or_default();
        // From here on there is no await, and so no other request in between.
        if url.ends_with(REVOKED) {
            return match Revoked::parse(&body) {
                Ok(more) => reply(&merge_revoked(&self.sql, &more)?, 200),
                Err(_) => reply(&refusal("not a list of revoked links"), 400),
            };
        }
        self.count(&body)
    }

    fn count(&self, body: &str) -> Result<Response, JsValue> {
        let Ok(ask) = TicketRequest::parse(body.as_bytes()) else {
            return reply(&refusal("not a ticket's ask"), 400);
        };
        let answer = settle(&self.sql, &ask);
        // SQLite's own message: it names tables and columns, never values.
        let answer = answer.inspect_err(|error| log_error(&format!("quota: {error:?}")));
        match answer.ok().and_then(|answer| serde_json::to_string(&answer).ok()) {
            Some(answer) => reply(&answer, 200),
            None => reply(&refusal("the quota object failed"), 500),
        }
    }
}

fn refusal(error: &str) -> String {
    format!("{{\"error\":\"{error}\"}}")
}

fn reply(json: &str, status: u16) -> Result<Response, JsValue> {
    let headers = Headers::new()?;
    headers.set("Content-Type", "application/json")?;
    let init = ResponseInit::new();
    init.set_headers(&headers);
    init.set_status(status);
    Response::new_with_opt_str_and_init(Some(json), &init)
}

/// Adds to the list of revoked share links, and returns the whole list as JSON.
fn merge_revoked(sql: &Sql, more: &Revoked) -> Result<String, JsValue> {
    let rows = sql.rows("SELECT list FROM revoked_v1", &[])?;
    let before = rows.first().and_then(|row| Revoked::parse(&row.get(0).as_string()?).ok());
    let mut list = before.unwrap_or_default().with(more);
    list.forget(now().to_seconds());
    let list = list.to_json();
    let put = "INSERT INTO revoked_v1 (one, list) VALUES (1, ?)
        ON CONFLICT DO UPDATE SET list = excluded.list WHERE list <> excluded.list";
    sql.run(put, &[Value::Text(&list)])?;
    Ok(list)
}

/// Decides about a ticket, and counts a fresh one.
fn settle(sql: &Sql, ask: &TicketRequest) -> Result<TicketReply, JsValue> {
    let ticket = ask.ticket();
    let usage = look_up(sql, ask, &ticket)?;
    let answer = decide(ask, &usage);
    if matches!(answer, TicketReply::Granted { fresh: true, .. }) {
        count(sql, ask, &ticket, &usage)?;
        // The ticket is counted all the same; the next one tries again.
        let _ = forget(sql, ask, &ticket);
    }
    Ok(answer)
}

fn look_up<'a>(sql: &Sql, ask: &'a TicketRequest, ticket: &str) -> Result<Usage<'a>, JsValue> {
    let held = "SELECT expires FROM tickets_v1 WHERE ticket = ? AND expires > ?";
    let [ticket] = numbers(sql, held, &[Value::Text(ticket), Value::Number(ask.now.0)])?;
    let spent = "SELECT bytes FROM spent_v1 WHERE period = ? AND path = ? AND client = ?";
    let accounts = ask.accounts().map(|account| {
        let key =
            &[Value::Text(account.period), Value::Text(account.path), Value::Text(account.client)];
        let [bytes] = numbers(sql, spent, key)?;
        Ok((account, bytes))
    });
    let mut usage = Usage {
        ticket: ticket > 0,
        accounts: accounts.collect::<Result<_, JsValue>>()?,
        ..Usage::default()
    };
    if let Some(limit) = &ask.max_links {
        let count = "SELECT count FROM links_v1 WHERE hour = ? AND path = ? AND client = ?";
        let key = &[Value::Number(ask.hour()), Value::Text(&limit.path), Value::Text(&ask.client)];
        [usage.links] = numbers(sql, count, key)?;
    }
    if let Some(share) = ask.capped_share() {
        let caps = "SELECT uses, bytes FROM shares_v1 WHERE id = ?";
        [usage.uses, usage.bytes] = numbers(sql, caps, &[Value::Text(&share.id)])?;
    }
    Ok(usage)
}

/// Writes a fresh ticket's counts, the ticket last: if a write fails, a link is rather counted that nobody
/// got than the other way round.
fn count(sql: &Sql, ask: &TicketRequest, ticket: &str, usage: &Usage) -> Result<(), JsValue> {
    for (account, before) in &usage.accounts {
        let put = "INSERT INTO spent_v1 (period, path, client, bytes) VALUES (?, ?, ?, ?)
            ON CONFLICT DO UPDATE SET bytes = excluded.bytes";
        let bytes = Value::Number(counted(*before, ask.size));
        let row = &[
            Value::Text(account.period),
            Value::Text(account.path),
            Value::Text(account.client),
            bytes,
        ];
        sql.run(put, row)?;
    }
    if let Some(limit) = &ask.max_links {
        let put = "INSERT INTO links_v1 (hour, path, client, count) VALUES (?, ?, ?, ?)
            ON CONFLICT DO UPDATE SET count = excluded.count";
        let links = Value::Number(counted(usage.links, 1));
        let row =
            &[Value::Number(ask.hour()), Value::Text(&limit.path), Value::Text(&ask.client), links];
        sql.run(put, row)?;
    }
    if let Some(share) = ask.capped_share() {
        let put = "INSERT INTO shares_v1 (id, uses, bytes, expires) VALUES (?, ?, ?, ?)
            ON CONFLICT DO UPDATE SET
                uses = excluded.uses, bytes = excluded.bytes, expires = excluded.expires";
        let uses = Value::Number(counted(usage.uses, 1));
        let bytes = Value::Number(counted(usage.bytes, ask.size));
        let expires = share.expires.map_or(Value::Null, |at| Value::Number(at.0));
        sql.run(put, &[Value::Text(&share.id), uses, bytes, expires])?;
    }
    let put = "INSERT INTO tickets_v1 (ticket, expires) VALUES (?, ?)
        ON CONFLICT DO UPDATE SET expires = excluded.expires";
    sql.run(put, &[Value::Text(ticket), Value::Number(ask.expires())])?;
    Ok(())
}

/// Deletes a few rows that are no longer needed: at most eight per table.
/// A ticket's digest picks the rows looked at in `tickets`, so each row is looked at sooner or later: four
/// for each new ticket keep the expired rows at about a third of the valid ones. An index by time would
/// find them faster, and cost two rows written more for each ticket.
fn forget(sql: &Sql, ask: &TicketRequest, ticket: &str) -> Result<(), JsValue> {
    let tickets = "DELETE FROM tickets_v1 WHERE expires <= ?2 AND ticket IN
        (SELECT ticket FROM tickets_v1 WHERE ticket > ?1 ORDER BY ticket LIMIT 4)";
    sql.run(tickets, &[Value::Text(ticket), Value::Number(ask.now.0)])?;
    if ask.forgets_periods() {
        // The period of a month sorts before those of its days.
        let spent = "DELETE FROM spent_v1 WHERE (period, path, client) IN
            (SELECT period, path, client FROM spent_v1 WHERE period < ?1
             UNION ALL
             SELECT period, path, client FROM spent_v1 WHERE period > ?1 AND period < ?2
             LIMIT 8)";
        sql.run(spent, &[Value::Text(&ask.month), Value::Text(&ask.day)])?;
    }
    if ask.max_links.is_some() {
        let links = "DELETE FROM links_v1 WHERE (hour, path, client) IN
            (SELECT hour, path, client FROM links_v1 WHERE hour < ? LIMIT 8)";
        sql.run(links, &[Value::Number(ask.oldest_hour())])?;
    }
    if let Some(share) = ask.capped_share() {
        let shares = "DELETE FROM shares_v1 WHERE expires <= ?2 AND id IN
            (SELECT id FROM shares_v1 WHERE id > ?1 ORDER BY id LIMIT 4)";
        sql.run(shares, &[Value::Text(&share.id), Value::Number(ask.oldest_share())])?;
    }
    Ok(())
}

/// The whole numbers in a query's only row; zeros if there is none.
fn numbers<const N: usize>(
    sql: &Sql,
    query: &str,
    values: &[Value<'_>],
) -> Result<[u64; N], JsValue> {
    let rows = sql.rows(query, values)?;
    let Some(row) = rows.first() else { return Ok([0; N]) };
    let numbers: Vec<u64> = row.iter().filter_map(|column| whole(&column)).collect();
    numbers.try_into().map_err(|_| "a row of the counts is not in numbers".into())
}

/// Asks the quota object for a ticket. `None` if it doesn't answer, whatever the reason, which is logged.
pub async fn ask(env: &Env, ask: &TicketRequest) -> Option<TicketReply> {
    let answer = match post(env, ask).await {
        // Asking twice counts once: the second request finds the ticket of the first.
        Err(error) if is_passing(&error) => post(env, ask).await,
        answer => answer,
    };
    // The error's text is the platform's or ours: no path, no client.
    answer.inspect_err(|error| log_error(&format!("quota: no answer: {error:?}"))).ok()
}

/// Adds to the list of revoked share links, and returns the whole list. `None` if the quota object doesn't
/// answer.
pub async fn revoke(env: &Env, more: &Revoked) -> Option<Revoked> {
    let answer = ask_object(env, QUOTA, NAME, REVOKED, &more.to_json(), None).await;
    let answer = answer.inspect_err(|error| log_error(&format!("quota: no answer: {error:?}")));
    Revoked::parse(&answer.ok()?).ok()
}

async fn post(env: &Env, ask: &TicketRequest) -> Result<TicketReply, JsValue> {
    let body = serde_json::to_string(ask).map_err(|_| "not to be written")?;
    let answer = ask_object(env, QUOTA, NAME, TICKETS, &body, None).await?;
    TicketReply::parse(&answer).map_err(|_| "not a ticket's answer".into())
}

/// Whether the platform marks an error as retryable, as when a deploy restarts the object.
fn is_passing(error: &JsValue) -> bool {
    let says =
        |name: &str| js_sys::Reflect::get(error, &name.into()).is_ok_and(|value| value.is_truthy());
    says("retryable") && !says("overloaded")
}
