//! What is published: a day of visitors against the budget of KV.

use std::collections::BTreeMap;

use signpost::listing::Listing;
use signpost::upstream::settings::Upstream;

use super::{Told, list, list_with};
use crate::support::desk::{ORIGIN, World};
use crate::support::mounts::personal;
use crate::support::vendor::Vendor;
use crate::support::vendor::drive::Drive;

/// What a desk may write in a day.
const BUDGET: usize = 300;

#[test]
fn a_listing_is_published_when_a_second_visitor_wants_it() {
    let world = World::sample();
    let desk = world.desk(&[personal()]);
    let listing = world.answer(&desk, list("personal", 0)).listing();
    world.settle();
    assert_eq!(world.published_count(), 0);
    for _ in 0..10 {
        world.answer(&desk, list_with("personal", 0, Some(listing.digest())));
    }
    world.settle();
    assert_eq!(world.published_count(), 0, "they have it");
    let desk = world.desk(&[personal()]);
    for _ in 0..10 {
        world.answer(&desk, list("personal", 0)).listing();
    }
    world.settle();
    let published = world.published();
    assert_eq!(published.len(), 1);
    assert_eq!((&*published[0].key, published[0].seconds), ("listing1:personal:0", 86_400));
    assert_eq!(Listing::parse(published[0].text.clone()).unwrap().digest(), listing.digest());
    // Unchanged, it is published again only when its end is near.
    for hour in 1..=26 {
        world.pass(3_600_000);
        world.answer(&desk, list_with("personal", 0, Some(listing.digest())));
        world.settle();
        let count = world.published_count();
        assert_eq!(count, if hour < 22 { 1 } else { 2 }, "hour {hour}");
    }
    world.finish();
}

/// A visitor's isolate, as the edge has them: memory first, then KV, then the desk.
#[derive(Default)]
struct Isolate(BTreeMap<u64, (String, u64)>);

struct Day {
    world: World,
    folders: Vec<u64>,
    seed: u64,
}

impl Day {
    fn chance(&mut self) -> f64 {
        self.seed = self.seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
        #[expect(clippy::cast_precision_loss, reason = "a number between 0 and 1")]
        let part = (self.seed >> 11) as f64 / (1_u64 << 53) as f64;
        part
    }

    /// Zipf-like: the folder of rank r is visited 1/r as often as the first.
    fn folder(&mut self) -> u64 {
        #[expect(
            clippy::cast_precision_loss,
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "an index below 2,000"
        )]
        let index = (self.folders.len() as f64).powf(self.chance()) as usize - 1;
        self.folders[index.min(self.folders.len() - 1)]
    }
}

#[test]
fn a_day_of_visitors_fits_into_the_budget() {
    const FOLDERS: u64 = 2_000;
    const VISITS: u64 = 50_000;
    const ISOLATES: u64 = 40;
    const FRESH: u64 = 300;
    let mut drive = Drive::default();
    let folders = (0..FOLDERS).map(|index| drive.add_folder(0, &format!("d{index}")));
    let folders = folders.collect::<Vec<_>>();
    for folder in &folders {
        for index in 0..12 {
            drive.add_file(*folder, &format!("f{index}.bin"), index);
        }
    }
    let world = World::new(Vendor::with(ORIGIN, drive));
    let mounts: [Upstream; 1] = [personal()];
    let mut desk = world.desk(&mounts);
    let mut day = Day { world: world.clone(), folders, seed: 7 };
    let mut isolates = (0..ISOLATES).map(|_| Isolate::default()).collect::<Vec<_>>();
    let (mut asked, mut kv_reads, mut failed, mut changes) = (0, 0, 0, 0);
    for visit in 0..VISITS {
        world.pass(86_400_000 / VISITS);
        if visit % 400 == 0 {
            let changed = day.folder();
            world.vendor(|vendor| vendor.drive.add_file(changed, &format!("new{visit}.bin"), 1));
            changes += 1;
        }
        if visit % 9_000 == 8_999 {
            desk = world.desk(&mounts);
        }
        let which = usize::try_from(visit % ISOLATES).unwrap();
        if visit % 997 == 0 {
            isolates[which] = Isolate::default();
        }
        let (folder, now) = (day.folder(), world.now_ms() / 1_000);
        let isolate = &mut isolates[which];
        if !isolate.0.contains_key(&folder) {
            kv_reads += 1;
            let key = format!("listing1:personal:{folder}");
            let in_kv = world.published().into_iter().rev().find(|have| have.key == key);
            if let Some(listing) = in_kv.and_then(|have| Listing::parse(have.text)) {
                isolate.0.insert(folder, (listing.digest().to_owned(), listing.read_at().0));
            }
        }
        let have = isolate.0.get(&folder).cloned();
        if have.as_ref().is_some_and(|(_, read_at)| now < read_at + FRESH) {
            continue;
        }
        asked += 1;
        let digest = have.as_ref().map(|(digest, _)| digest.as_str());
        match day.world.answer(&desk, list_with("personal", folder, digest)) {
            signpost::desk::ask::Reply::Same(read_at) => {
                isolate.0.insert(folder, (digest.unwrap().to_owned(), read_at.0));
            }
            signpost::desk::ask::Reply::Listing(text) => {
                let listing = Listing::parse(text).unwrap();
                isolate.0.insert(folder, (listing.digest().to_owned(), listing.read_at().0));
            }
            other => {
                failed += 1;
                drop(other);
            }
        }
    }
    world.settle();
    let published = world.published_count();
    println!(
        "{VISITS} visits, {FOLDERS} folders, {changes} changes: {asked} asks, {kv_reads} reads of \
         KV, {published} writes to KV, {} writes to the storage, {} calls to the vendor",
        world.writes(),
        world.calls("all"),
    );
    assert!(published > 50 && published <= BUDGET, "{published}");
    assert_eq!(failed, 0);
    assert_eq!(world.calls("login"), 1);
    world.finish();
}
