//! Listings in KV: which are written, against the day's budget of writes.

use std::collections::BTreeMap;
use std::rc::Rc;
use std::time::Duration;

use signpost::account::client::AccountClient;
use signpost::account::command::Reply;
use signpost::sources::RemoteMountConfig;
use signpost::sources::listing::Listing;

use super::{ReplyExt, list, list_with};
use crate::support::account::{ORIGIN, World};
use crate::support::mounts::personal;
use crate::support::vendor::Vendor;
use crate::support::vendor::drive::Drive;

/// What a client may write in a day.
const BUDGET: usize = 300;

#[test]
fn a_listing_is_published_when_a_second_visitor_wants_it() {
    let world = World::sample();
    let client = world.client(&[personal()]);
    let listing = world.answer(&client, list("personal", 0)).listing();
    world.run_until_idle();
    assert_eq!(world.published_count(), 0);
    for _ in 0..10 {
        world.answer(&client, list_with("personal", 0, Some(listing.digest())));
    }
    world.run_until_idle();
    assert_eq!(world.published_count(), 0, "they have it");
    let client = world.client(&[personal()]);
    for _ in 0..10 {
        world.answer(&client, list("personal", 0)).listing();
    }
    world.run_until_idle();
    let published = world.published();
    assert_eq!(published.len(), 1);
    assert_eq!((&*published[0].key, published[0].seconds), ("listing2:personal:0", 86_400));
    assert_eq!(Listing::parse(published[0].text.clone()).unwrap().digest(), listing.digest());
    // Unchanged, it is published again only when its end is near.
    for hour in 1..=26 {
        world.pass(3_600_000);
        world.answer(&client, list_with("personal", 0, Some(listing.digest())));
        world.run_until_idle();
        let count = world.published_count();
        assert_eq!(count, if hour < 22 { 1 } else { 2 }, "hour {hour}");
    }
    world.finish();
}

/// Isolates, as the edge has them: memory first, then KV, then the client.
struct Day {
    world: World,
    client: Rc<AccountClient<World>>,
    folders: Vec<u64>,
    /// For each folder, what is at hand: its digest, and when it was read.
    isolates: Vec<BTreeMap<u64, (String, u64)>>,
    seed: u64,
    requests: usize,
    kv_reads: usize,
}

const FOLDERS: usize = 2_000;
const VISITS: u64 = 50_000;
const ISOLATES: usize = 40;
const FRESH: u64 = 1_800;

impl Day {
    fn begin() -> Self {
        let mut drive = Drive::default();
        let folders = (0..FOLDERS).map(|index| drive.add_folder(0, &format!("d{index}")));
        let folders = folders.collect::<Vec<_>>();
        for folder in &folders {
            drive.add_file(*folder, "a.bin", 1);
        }
        let world = World::new(Vendor::with(ORIGIN, drive));
        let client = world.client(&Self::mounts());
        let isolates = vec![BTreeMap::new(); ISOLATES];
        Self { world, client, folders, isolates, seed: 7, requests: 0, kv_reads: 0 }
    }

    fn mounts() -> [RemoteMountConfig; 1] {
        let mut mount = personal();
        mount.settings.fresh = Duration::from_secs(FRESH);
        [mount]
    }

    /// Zipf-like: the folder of rank r is visited 1/r as often as the first.
    #[expect(
        clippy::cast_precision_loss,
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "an index below 2,000"
    )]
    fn folder(&mut self) -> u64 {
        self.seed = self.seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
        let chance = (self.seed >> 11) as f64 / (1_u64 << 53) as f64;
        let rank = (FOLDERS as f64).powf(chance) as usize;
        self.folders[rank.clamp(1, FOLDERS) - 1]
    }

    fn access(&mut self, isolate: usize) {
        let (folder, now) = (self.folder(), self.world.now_ms() / 1_000);
        let mut have = self.isolates[isolate].get(&folder).cloned();
        if have.is_none() {
            self.kv_reads += 1;
            let text = self.world.in_kv(&format!("listing1:personal:{folder}"));
            have = text.and_then(Listing::parse).as_ref().map(known);
        }
        if have.as_ref().is_none_or(|(_, read_at)| now >= read_at + FRESH) {
            self.requests += 1;
            let digest = have.as_ref().map(|(digest, _)| digest.as_str());
            have = match self.world.answer(&self.client, list_with("personal", folder, digest)) {
                Reply::Same(read_at) => have.map(|(digest, _)| (digest, read_at.0)),
                other => Some(known(&other.listing())),
            };
        }
        self.isolates[isolate].insert(folder, have.unwrap());
    }
}

fn known(listing: &Listing) -> (String, u64) {
    (listing.digest().to_owned(), listing.read_at().0)
}

#[test]
fn a_day_of_visitors_fits_into_the_budget() {
    let mut day = Day::begin();
    let world = day.world.clone();
    let isolates = (0..ISOLATES).cycle();
    for (access, isolate) in (0..VISITS).zip(isolates) {
        world.pass(86_400_000 / VISITS);
        if access % 400 == 0 {
            let folder = day.folder();
            let name = format!("new{access}.bin");
            world.vendor(|vendor| vendor.drive.add_file(folder, &name, 1));
        }
        // Isolates come and go, and so does the client.
        if access % 997 == 0 {
            day.isolates[isolate].clear();
        }
        if access % 9_000 == 8_999 {
            day.client = world.client(&Day::mounts());
        }
        day.access(isolate);
    }
    world.run_until_idle();
    // The last of them are of the next day.
    let published = world.published_by_day().into_values().max().unwrap_or_default();
    println!(
        "{VISITS} visits, {FOLDERS} folders, {} changes: {} requests, {} reads of KV, {published} \
         writes to KV, {} writes to the storage, {} calls to the vendor",
        VISITS / 400,
        day.requests,
        day.kv_reads,
        world.writes(),
        world.calls("all"),
    );
    assert!((50..=BUDGET).contains(&published), "{published}");
    assert_eq!(world.calls("login"), 1);
    world.finish();
}
