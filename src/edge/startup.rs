//! The start of an isolate. The settings are read and the trees in them parsed before the first request:
//! a start may take a second of CPU time, a request on the free plan 10 ms.
//!
//! At the start the clock stands at 1970, and random bytes, fetches and timers throw. [`Site::load`] needs
//! none of them but the time, see [`ASSUMED_NOW`].

use std::cell::RefCell;
use std::rc::Rc;

use worker::Env;

use super::runtime::EnvSettings;
use super::site_cell::{SITE, SiteCell};
use crate::site::Site;
use crate::time::UnixSeconds;

/// 2026-11-23: the time assumed at the start, for which trees are parsed. Where a tree would be read
/// otherwise at the time of the first request, it is parsed again there ([`Site::is_valid_at`]); so this
/// only has to be near, and moves on with the releases.
const ASSUMED_NOW: UnixSeconds = UnixSeconds(1_795_392_000);

thread_local! {
    /// The preloaded site, until the first request takes it.
    static PRELOADED: RefCell<Option<Site>> = const { RefCell::new(None) };
}

/// Loads the site from the settings, for the first request.
pub(super) fn preload(env: &Env) {
    PRELOADED.set(Some(Site::load(&EnvSettings(env), ASSUMED_NOW)));
}

/// Takes the preloaded site; `None` if it was taken, or would be another one at this time.
pub(super) fn take(now: UnixSeconds) -> Option<Site> {
    PRELOADED.take().filter(|site| site.is_valid_at(now))
}

/// Puts the preloaded site into service, unless trees have to be read from KV first. Returns whether it
/// did.
pub(super) fn put_into_service(now: UnixSeconds) -> bool {
    let Some(site) = take(now) else { return false };
    if site.is_due(now) {
        PRELOADED.set(Some(site));
        return false;
    }
    SITE.set(Some(Rc::new(SiteCell::new(site))));
    true
}
