//! Trees in KV: read before the first response, and again once a minute.

use std::rc::Rc;

use worker::worker_sys::Context;
use worker::{Env, Result};

use super::runtime::{KV, setting, wait_until};
use super::site_cell::{SITE, SharedSite, SiteCell};
use super::startup;
use crate::site::Site;
use crate::site::mount::Mount;
use crate::sources::links::source::{LinkTree, UpdateOutcome};
use crate::time::UnixSeconds;

/// Loads the site with its trees from KV, before the first response. The settings are read here where the
/// start has not done so, as in a WASM instance that follows a panic. Of several first requests at once one
/// finishes first: its site stays, and it alone keeps copies.
pub(super) async fn load(env: Env, context: &Context, now: UnixSeconds) -> SharedSite {
    let site = startup::take(now).unwrap_or_else(|| Site::load(|name| setting(&env, name), now));
    let site = Rc::new(SiteCell::new(site));
    let texts = read_trees(&site, &env, now).await;
    if let Some(first) = SITE.with_borrow(Option::clone) {
        return first;
    }
    SITE.set(Some(Rc::clone(&site)));
    if !texts.is_empty() {
        wait_until(context, async move { keep_copies(&env, texts).await });
    }
    site
}

/// A tree's text without errors, and its KV key.
pub(super) struct GoodText {
    key: String,
    text: String,
}

/// Reads every tree in KV that was not read for a minute, and returns the texts without errors that are
/// served from now on.
pub(super) async fn read_trees(site: &SharedSite, env: &Env, now: UnixSeconds) -> Vec<GoodText> {
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
) -> Result<Option<GoodText>> {
    let kv = env.kv(KV)?;
    let text = kv.get(&key).text().await?;
    let outcome = site.change_links(index, |links| links.update(text.as_deref(), now));
    match (outcome, text) {
        (Some(UpdateOutcome::Served), Some(text)) => Ok(Some(GoodText { key, text })),
        (Some(UpdateOutcome::Refused), _) => {
            let current = site.current();
            let links = current.mounts().get(index).and_then(Mount::links);
            let has_no_tree = links.is_some_and(LinkTree::has_no_tree);
            if has_no_tree && let Some(kept) = kv.get(&copy_key(&key)).text().await? {
                site.change_links(index, |links| links.update_from_copy(&kept, now));
            }
            Ok(None)
        }
        _ => Ok(None),
    }
}

/// Keeps copies of texts without errors in KV, for isolates that start while the newest text has errors.
pub(super) async fn keep_copies(env: &Env, texts: Vec<GoodText>) {
    for GoodText { key, text } in texts {
        // A missing copy does no harm; the next isolate tries again.
        let _ = keep_copy(env, &copy_key(&key), &text).await;
    }
}

/// Writes a copy unless it is there already: the free plan allows 1,000 KV writes a day.
async fn keep_copy(env: &Env, copy: &str, text: &str) -> Result<()> {
    let kv = env.kv(KV)?;
    if kv.get(copy).text().await?.as_deref() != Some(text) {
        kv.put(copy, text)?.execute().await?;
    }
    Ok(())
}

fn copy_key(key: &str) -> String {
    format!("{key}.good")
}
