//! Share links in KV: the revoked ones, and those that were made by the API.

use std::cell::RefCell;
use std::rc::Rc;
use std::time::Duration;

use worker::Env;
use worker::kv::KvStore;

use super::quota_object;
use super::runtime::{KV, MIN_TTL};
use crate::access::revocation::RevocationList;
use crate::access::share_link::ShareId;
use crate::access::share_link::records::{ShareLinkCommand, ShareLinkRecord};
use crate::time::UnixSeconds;

/// The KV key of the list of revoked share links.
const REVOKED: &str = "share-links/revoked";
/// The prefix of the KV keys of share links made by the API, before the link's id; with the version of the
/// record's form.
const RECORDS: &str = "share-links/made.v1/";
/// The time for which the list in memory is used without reading KV.
const FRESH: Duration = Duration::from_mins(1);
/// The time for which other requests use the old list while one reads the new one. That request may never end, since
/// its client may have gone.
const READING: Duration = Duration::from_secs(5);
/// Maximum age of a list that is used while KV can't be read.
const STALE: Duration = Duration::from_mins(10);
/// Maximum number of keys that KV reads in one call.
const MAX_BULK_KEYS: usize = 100;
/// Maximum number of links in a listing, which takes 11 of the 50 calls that a request may make.
const MAX_LISTED: u64 = 1_000;
/// Maximum number of times a revocation is written, until no other one has come in between.
const MAX_ATTEMPTS: usize = 5;

#[derive(Clone)]
struct Cached {
    read_at: UnixSeconds,
    /// When a request last began to read the list.
    tried_at: UnixSeconds,
    list: Rc<RevocationList>,
}

thread_local! {
    static LIST: RefCell<Option<Cached>> = const { RefCell::new(None) };
}

/// The list in memory, if it is fresh or just being read anew.
fn fresh(now: UnixSeconds) -> Option<Rc<RevocationList>> {
    let cached = LIST.with_borrow(Clone::clone)?;
    let is_fresh = now.since(cached.read_at) < FRESH;
    let is_being_read = now.since(cached.tried_at) < READING && now.since(cached.read_at) < STALE;
    (is_fresh || is_being_read).then_some(cached.list)
}

/// The list of revoked share links; `None` if KV can't be read and there is no list in memory that is young
/// enough.
pub async fn revoked(env: &Env, now: UnixSeconds) -> Option<Rc<RevocationList>> {
    if let Some(list) = fresh(now) {
        return Some(list);
    }
    newest(env, now).await
}

/// The list from KV, else the one in memory if that is young enough.
async fn newest(env: &Env, now: UnixSeconds) -> Option<Rc<RevocationList>> {
    LIST.with_borrow_mut(|cached| {
        if let Some(cached) = cached {
            cached.tried_at = now;
        }
    });
    if let Some(list) = read(env).await {
        return Some(cache(list, now));
    }
    let cached = LIST.with_borrow(Clone::clone);
    cached.filter(|cached| now.since(cached.read_at) < STALE).map(|cached| cached.list)
}

/// Changes or lists the recorded share links; `None` if KV fails.
pub async fn run(
    command: ShareLinkCommand,
    env: &Env,
    now: UnixSeconds,
) -> Option<Vec<ShareLinkRecord>> {
    let kv = env.kv(KV).ok()?;
    match command {
        ShareLinkCommand::Record(record) => {
            let json = serde_json::to_string(&record).ok()?;
            let key = record_key(&record.id);
            let mut put = kv.put(&key, json).ok()?;
            if let Some(at) = record.expires_at {
                let lifetime = UnixSeconds(at).since(now).max(MIN_TTL);
                put = put.expiration_ttl(lifetime.as_secs());
            }
            put.execute().await.ok()?;
            Some(Vec::new())
        }
        ShareLinkCommand::List => list(&kv, env, now).await,
        ShareLinkCommand::Revoke(id) => {
            let record = record(&kv, id).await?;
            let expires_at = record.and_then(|record| record.expires_at).map(UnixSeconds);
            change(&kv, env, now, |list| list.add(id, expires_at, now)).await?;
            kv.delete(&record_key(&id.to_string())).await.ok()?;
            Some(Vec::new())
        }
        ShareLinkCommand::RevokeBefore(moment) => {
            change(&kv, env, now, |list| list.add_all_before(moment)).await?;
            Some(Vec::new())
        }
    }
}

fn record_key(id: &str) -> String {
    format!("{RECORDS}{id}")
}

async fn record(kv: &KvStore, id: ShareId) -> Option<Option<ShareLinkRecord>> {
    let json = kv.get(&record_key(&id.to_string())).text().await.ok()?;
    Some(json.and_then(|json| ShareLinkRecord::parse(&json)))
}

/// The share links that were made by the API and still work.
async fn list(kv: &KvStore, env: &Env, now: UnixSeconds) -> Option<Vec<ShareLinkRecord>> {
    let revoked = newest(env, now).await?;
    let keys = kv.list().prefix(RECORDS.to_owned()).limit(MAX_LISTED).execute().await.ok()?.keys;
    let mut records = Vec::new();
    for keys in keys.chunks(MAX_BULK_KEYS) {
        let keys = keys.iter().map(|key| &key.name).collect::<Vec<_>>();
        let texts = kv.get_bulk(&keys).text().await.ok()?;
        records
            .extend(texts.into_values().flatten().filter_map(|json| ShareLinkRecord::parse(&json)));
    }
    let has_ended = |record: &ShareLinkRecord| {
        let id = record.id.parse::<ShareId>().ok();
        record.created < revoked.before().0
            || revoked.ids().any(|(dead, _)| Some(dead) == id)
            || record.expires_at.is_some_and(|at| at <= now.0)
    };
    records.retain(|record| !has_ended(record));
    records.sort_by(|a, b| (b.created, &a.id).cmp(&(a.created, &b.id)));
    Some(records)
}

/// Changes the list of revoked links. The quota object's list is the authoritative one, so that of two
/// changes at once, or from two ends of the world, none is lost; KV holds a copy of it.
async fn change(
    kv: &KvStore,
    env: &Env,
    now: UnixSeconds,
    change: impl FnOnce(&mut RevocationList),
) -> Option<()> {
    let mut more = read(env).await?;
    change(&mut more);
    let mut list = quota_object::revoke(env, &more).await?;
    for _ in 0..MAX_ATTEMPTS {
        kv.put(REVOKED, list.to_json()).ok()?.execute().await.ok()?;
        // Another change may have come in between, and this write may have overwritten its copy.
        let newest = quota_object::revoke(env, &list).await?;
        if newest == list {
            cache(list, now);
            return Some(());
        }
        list = newest;
    }
    None
}

async fn read(env: &Env) -> Option<RevocationList> {
    let text = env.kv(KV).ok()?.get(REVOKED).text().await.ok()?;
    // A list that can't be parsed fails the read: it is no reason to open what it may close.
    text.map_or_else(|| Some(RevocationList::default()), |json| RevocationList::parse(&json).ok())
}

fn cache(list: RevocationList, now: UnixSeconds) -> Rc<RevocationList> {
    // What was revoked while KV was being read stays so: KV may give the list from before.
    let list = match LIST.take() {
        Some(cached) => list.with(&cached.list),
        None => list,
    };
    let list = Rc::new(list);
    LIST.set(Some(Cached { read_at: now, tried_at: now, list: Rc::clone(&list) }));
    list
}
