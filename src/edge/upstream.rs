//! What the vendor lists, from wherever it can be had soonest: this isolate's memory, KV, or the desk,
//! which alone talks to the vendor.

use wasm_bindgen::JsValue;

use super::bindings::{Env, Kv, binding, log_error};
use super::{KV, SharedSite, account_object};
use crate::desk::ask::{Ask, Job, Reply};
use crate::listing::{Listing, VERSION};
use crate::site::drive::memory::Wanted;
use crate::site::drive::{Drive, LinkDue};
use crate::site::due::FolderReceipt;
use crate::time::UnixSeconds;
use crate::upstream::trouble::Failed;

/// Milliseconds that an answer may take: with something to show in its place, and without. The desk
/// itself gives up on a job after 20 seconds.
const PATIENCE_WITH: u32 = 2_500;
const PATIENCE_WITHOUT: u32 = 25_000;

/// Gets a folder's listing into the drive's memory.
pub async fn folder(
    site: &SharedSite,
    env: &Env,
    mount: usize,
    folder: u64,
    now: UnixSeconds,
) -> FolderReceipt {
    let outcome = fetch(site, env, mount, folder, now, false).await;
    FolderReceipt { mount, folder, outcome }
}

/// The same, whatever is known already.
pub async fn refresh(
    site: &SharedSite,
    env: &Env,
    mount: usize,
    folder: u64,
    now: UnixSeconds,
) -> Result<(), Option<Failed>> {
    fetch(site, env, mount, folder, now, true).await
}

/// The error is `None` if the desk can't be asked. No borrow is held over an await.
async fn fetch(
    site: &SharedSite,
    env: &Env,
    mount: usize,
    folder: u64,
    now: UnixSeconds,
    force: bool,
) -> Result<(), Option<Failed>> {
    let at_hand = |drive: &mut Drive| {
        let listing = drive.at_hand(folder, now)?;
        // Only the whole can be the same as the newest.
        Some(listing.is_whole().then(|| listing.digest().to_owned()))
    };
    let mut have = with(site, mount, at_hand).flatten();
    if have.is_none() && !force {
        let key = with(site, mount, |drive| kv_key(drive, folder)).ok_or(None)?;
        if let Some(published) = read_kv(env, &key).await {
            let fresh = with(site, mount, |drive| {
                let read_at = published.read_at();
                if drive.is_worth_showing(&published, now) {
                    drive.memory().offer(folder, published, now);
                }
                now.seconds_since(read_at) < drive.upstream().fresh
            });
            if fresh == Some(true) {
                return Ok(());
            }
            have = with(site, mount, at_hand).flatten();
        }
    }
    let patience = if have.is_some() && !force { PATIENCE_WITH } else { PATIENCE_WITHOUT };
    let job = Job::List { folder, have: have.clone().flatten(), force };
    if force {
        with(site, mount, |drive| drive.memory().forgive());
    }
    let outcome = match ask(site, env, mount, job, patience).await {
        Some(Reply::Same(read_at)) => {
            with(site, mount, |drive| drive.memory().confirm(folder, Some(read_at), now));
            return Ok(());
        }
        Some(Reply::Listing(text)) => match Listing::parse(text) {
            Some(listing) => {
                with(site, mount, |drive| drive.memory().offer(folder, listing, now));
                return Ok(());
            }
            None => None,
        },
        Some(Reply::Failed(failed)) => Some(failed),
        Some(Reply::Link(_) | Reply::Status(_)) | None => None,
    };
    let is_gone = outcome.as_ref().is_some_and(|failed| failed.trouble.ends_a_listing());
    if is_gone {
        with(site, mount, |drive| drive.memory().forget(folder));
    } else if have.is_some() && !force {
        // Old is better than nothing; it is marked as such.
        with(site, mount, |drive| drive.memory().confirm(folder, None, now));
        return Ok(());
    }
    if let Some(failed) = outcome.clone().filter(|_| !force) {
        with(site, mount, |drive| drive.memory().refuse(Wanted::Folder(folder), failed, now));
    }
    Err(outcome)
}

/// Gets a file's link into the drive's memory; else says why not.
pub async fn link(site: &SharedSite, env: &Env, due: LinkDue, now: UnixSeconds) -> Option<Failed> {
    let LinkDue { mount, file, dead } = due;
    let id = file.id;
    match ask(site, env, mount, Job::Link { file, dead }, PATIENCE_WITHOUT).await {
        Some(Reply::Link(link)) => {
            with(site, mount, |drive| drive.offer_link(id, link, now));
            None
        }
        Some(Reply::Failed(failed)) => {
            let refused = failed.clone();
            with(site, mount, |drive| drive.memory().refuse(Wanted::Link(id), refused, now));
            Some(failed)
        }
        _ => None,
    }
}

/// Asks how a mount's account is.
pub async fn status(site: &SharedSite, env: &Env, mount: usize, now: UnixSeconds) {
    let answer = ask(site, env, mount, Job::Status, PATIENCE_WITH).await;
    if let Some(Reply::Status(status)) = answer {
        with(site, mount, |drive| drive.offer_status(status, now));
    }
}

async fn ask(site: &SharedSite, env: &Env, mount: usize, job: Job, patience: u32) -> Option<Reply> {
    let (digest, desk) = with(site, mount, |drive| {
        let upstream = drive.upstream();
        (upstream.digest.clone(), upstream.desk.clone())
    })?;
    let ask = Ask { desk: desk.clone(), mount: digest, job }.to_json();
    match account_object::ask(env, &desk, &ask, patience).await {
        Ok(answer) => Reply::parse(&answer),
        Err(error) => {
            // Its words come from the platform or from here: nothing of the vendor's.
            log_error(&format!("account: no answer for a mount: {error:?}"));
            None
        }
    }
}

async fn read_kv(env: &Env, key: &str) -> Option<Listing> {
    // A store that fails is one that has nothing: the desk has it.
    let text: Result<Option<String>, JsValue> = binding::<Kv>(env, KV)?.get(key).await;
    Listing::parse(text.ok()??)
}

fn kv_key(drive: &Drive, folder: u64) -> String {
    format!("{VERSION}:{}:{folder}", drive.upstream().digest)
}

fn with<T>(site: &SharedSite, mount: usize, act: impl FnOnce(&mut Drive) -> T) -> Option<T> {
    site.borrow_mut().drive_mut(mount).map(act)
}
