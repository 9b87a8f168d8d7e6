//! Trees in KV: read before the first response, and again once a minute.

use std::rc::Rc;

use worker::worker_sys::Context;
use worker::{Env, Result};

use super::runtime::{EnvSettings, KV, wait_until};
use super::site_cell::{SITE, SharedSite, SiteCell};
use super::startup;
use crate::site::Site;
use crate::site::mount::Mount;
use crate::sources::links::source::{LinkTree, UpdateOutcome};
use crate::time::UnixSeconds;

/// The isolate's site. The first call loads it; later ones begin to read the trees that are due, and don't wait
/// for them.
pub(super) async fn site(env: &Env, context: &Context, now: UnixSeconds) -> SharedSite {
    let Some(site) = SITE.with_borrow(Option::clone) else {
        return load(env.clone(), context, now).await;
    };
    if site.current().is_due(now) {
        let (site, env) = (SharedSite::clone(&site), env.clone());
        wait_until(context, async move {
            let values = read_trees(&site, &env, now).await;
            keep_copies(&env, values).await;
        });
    }
    site
}

/// Loads the site with its trees from KV, before the first response. The settings are read here where the
/// start has not done so, as in a WASM instance that follows a panic. Of several first requests at once one
/// finishes first: its site stays, and it alone keeps copies.
async fn load(env: Env, context: &Context, now: UnixSeconds) -> SharedSite {
    let site = startup::take(now).unwrap_or_else(|| Site::load(&EnvSettings(&env), now));
    let site = Rc::new(SiteCell::new(site));
    let values = read_trees(&site, &env, now).await;
    if let Some(first) = SITE.with_borrow(Option::clone) {
        return first;
    }
    SITE.set(Some(Rc::clone(&site)));
    if !values.is_empty() {
        wait_until(context, async move { keep_copies(&env, values).await });
    }
    site
}

/// A tree's value in KV, a text or a compiled tree, that has no errors; and its KV key.
struct GoodValue {
    key: String,
    value: Vec<u8>,
    digest: u64,
}

/// Reads every tree in KV that was not read for a minute, and returns the values without errors
/// that are served from now on.
async fn read_trees(site: &SharedSite, env: &Env, now: UnixSeconds) -> Vec<GoodValue> {
    let current = site.current();
    let due = current.mounts().iter().enumerate().filter_map(|(index, mount)| {
        let links = mount.links()?;
        let key = links.due(now)?.to_owned();
        links.note_read(now);
        Some((index, key))
    });
    // All reads begin before the first is awaited.
    let due = due.collect::<Vec<_>>();
    let mut good = Vec::new();
    for (index, key) in due {
        match read_tree(site, env, index, key, now).await {
            Ok(text) => good.extend(text),
            Err(_) => {
                site.change_links(index, LinkTree::note_unreadable);
            }
        }
    }
    good
}

async fn read_tree(
    site: &SharedSite,
    env: &Env,
    index: usize,
    key: String,
    now: UnixSeconds,
) -> Result<Option<GoodValue>> {
    let kv = env.kv(KV)?;
    let value = kv.get(&key).bytes().await?;
    let outcome = site.change_links(index, |links| links.update(value.as_deref(), now));
    match (outcome, value) {
        (Some(UpdateOutcome::Served), Some(value)) => {
            let current = site.current();
            let links = current.mounts().get(index).and_then(Mount::links);
            let digest = links.and_then(LinkTree::last_digest);
            Ok(digest.map(|digest| GoodValue { key, value, digest }))
        }
        (Some(UpdateOutcome::Refused), value) => {
            let current = site.current();
            let links = current.mounts().get(index).and_then(Mount::links);
            let has_no_tree = links.is_some_and(LinkTree::has_no_tree);
            if has_no_tree {
                match kv.get(&copy_key(&key)).bytes().await? {
                    Some(kept) => {
                        site.change_links(index, |links| links.update_from_copy(&kept, now));
                    }
                    None if value.is_none() => {
                        site.change_links(index, LinkTree::serve_default);
                    }
                    None => {}
                }
            }
            Ok(None)
        }
        _ => Ok(None),
    }
}

/// Keeps copies of values without errors in KV, for isolates that start while the newest value has errors.
async fn keep_copies(env: &Env, values: Vec<GoodValue>) {
    for GoodValue { key, value, digest } in values {
        // A missing copy does no harm; the next isolate tries again.
        let _ = keep_copy(env, &copy_key(&key), &value, digest).await;
    }
}

/// Writes a copy unless it is there already: the free plan allows 1,000 KV writes a day. Its digest has a key
/// of its own, since to read a large copy would cost as much as the tree itself.
async fn keep_copy(env: &Env, copy: &str, value: &[u8], digest: u64) -> Result<()> {
    let kv = env.kv(KV)?;
    let (digest_key, digest) = ([copy, ".xxh64"].concat(), format!("{digest:016x}"));
    if kv.get(&digest_key).text().await?.as_deref() != Some(&digest) {
        kv.put_bytes(copy, value)?.execute().await?;
        kv.put(&digest_key, digest)?.execute().await?;
    }
    Ok(())
}

fn copy_key(key: &str) -> String {
    format!("{key}.good")
}
