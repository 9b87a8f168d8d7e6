//! Benchmarks of a stored 123Pan folder listing: its size as one text, parsing it, and finding names in it.

use std::hint::black_box;

use signpost::sources::listing::{Extent, Listing, encode};
use signpost::sources::upstream::entry::Entry;
use signpost::time::UnixSeconds;

use crate::report::Table;
use crate::sample::Rng;
use crate::timing::measure;

const CHILDREN: u64 = 10_000;

pub fn rows(table: &mut Table) {
    let text = encode(entries(), 0, Extent::Whole, UnixSeconds(1_790_000_000));
    table.report("bytes an entry of a listing in KV", per_child(text.len()), "");
    let listing = Listing::parse(text.clone()).expect("a listing");
    table.report("  in an isolate's memory", per_child(listing.heap_bytes()), "");
    let read = || drop(black_box(Listing::parse(black_box(text.clone()))));
    let nanos = measure(&mut |steps| (0..steps).for_each(|_| read()));
    table.report("a listing of 10,000, from KV's text", nanos / 1e3, "µs");
    let mut rng = Rng::new();
    let names = listing.in_order().map(|item| item.name().to_owned()).collect::<Vec<_>>();
    let nanos = measure(&mut |steps| {
        for _ in 0..steps {
            let name = &names[rng.below(CHILDREN) as usize];
            assert!(black_box(listing.find(black_box(name))).is_some());
        }
    });
    table.report("  a name in it", nanos, "ns");
    let nanos = measure(&mut |steps| {
        (0..steps).for_each(|_| {
            assert!(black_box(listing.in_order().filter_map(|item| item.item()).count()) > 0);
        });
    });
    table.report("  all of it", nanos / 1e3, "µs");
    let nanos = measure(&mut |steps| {
        (0..steps)
            .for_each(|_| drop(black_box(encode(entries(), 0, Extent::Whole, UnixSeconds(0)))));
    });
    table.report("  written anew", nanos / 1e6, "ms");
}

fn per_child(bytes: usize) -> f64 {
    bytes as f64 / CHILDREN as f64
}

/// Entries with names of some thirty bytes, Latin and Chinese.
fn entries() -> Vec<Entry> {
    let mut rng = Rng::new();
    let entry = |id| Entry {
        id: 10_000_000 + id,
        name: match id % 2 {
            0 => format!("Holiday pictures {:05} {id:05}.jpg", rng.below(100_000)),
            _ => format!("假期照片 第{:05}张 {id:05}.jpg", rng.below(100_000)),
        },
        folder: false,
        size: rng.below(1 << 32),
        modified: Some(UnixSeconds(1_700_000_000 + rng.below(1 << 26))),
        md5: Some([rng.below(256) as u8; 16]),
        key_flag: "1812345678-0".to_owned(),
    };
    (0..CHILDREN).map(entry).collect()
}
