//! Native benchmarks: signing, parsing, look-ups, memory. Prints a table and writes it to
//! `target/bench/native.json`, where `benches/workerd/run.js` reads it.
//!
//! The harness is our own and not criterion: every target is a ratio of two measurements made in turn, or a
//! count of allocations, and criterion does neither.

#![expect(
    clippy::cast_precision_loss,
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::string_slice,
    reason = "a benchmark may stop at the first surprise, and rounds its figures"
)]

mod heap;
mod listing;
mod names;
mod report;
mod rows;
mod sample;
mod timing;

use std::hint::black_box;
use std::{env, io};

use report::Table;

type Measure = fn(&mut Table);

/// The benchmarks by name: `cargo bench --bench native -- lookup` runs only that one and writes nothing.
const ROWS: [(&str, Measure); 8] = [
    ("signature", rows::signature),
    ("parse", rows::parse),
    ("memory", rows::memory),
    ("lookup", rows::lookup),
    ("request", rows::request),
    ("url", rows::url),
    ("listing", listing::rows),
    ("names", names::rows),
];

fn main() -> io::Result<()> {
    keep_freed_memory();
    // Cargo adds `--bench`.
    let wanted = env::args().skip(1).filter(|arg| !arg.starts_with('-')).collect::<Vec<_>>();
    let mut table = Table::default();
    for (name, measure) in ROWS {
        if wanted.is_empty() || wanted.iter().any(|wanted| wanted == name) {
            measure(&mut table);
        }
    }
    table.print();
    if wanted.is_empty() { table.write() } else { Ok(()) }
}

/// Makes glibc keep freed memory for the next round, as an allocator in WebAssembly always does. Otherwise
/// it gives a large block back to the kernel at once, and to get its pages again costs a parser of trees a
/// fifth of its time, two fifths in bad moments. Once a block of this size was freed, smaller ones are kept
/// (mallopt(3), `M_MMAP_THRESHOLD`).
fn keep_freed_memory() {
    const LARGEST: usize = 31 << 20;
    drop(black_box(Vec::<u8>::with_capacity(LARGEST)));
}
