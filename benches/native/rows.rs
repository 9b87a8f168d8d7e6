//! Benchmarks with a target: what is measured, and what it is compared with.

use std::hint::black_box;

use md5::{Digest, Md5};
use signpost::path::EntryPath;
use signpost::routes::redirect::location;
use signpost::secret::Secret;
use signpost::seed::RequestSeed;
use signpost::sign::{PathForm, Signer};
use signpost::site::Site;
use signpost::time::UnixSeconds;
use signpost::tree::{Found, Tree};

use crate::heap;
use crate::report::Table;
use crate::sample::{self, Requests, Rng};
use crate::timing::{compare, measure};

const UID: u64 = 1_812_000_499;
const KEY: &str = "b7f3c0a45d1e4f60";
const EXPIRES: UnixSeconds = UnixSeconds(1_790_001_800);

/// Measures one signature with a fresh `rand` ÷ MD5 of the same bytes, by the same crate.
pub fn signature(table: &mut Table) {
    const NAMES: [(&str, &str); 3] = [
        ("ASCII name", "Show.Name.S01E02.1080p.WEB-DL.x264-5e8a1c.mkv"),
        ("Chinese name, raw", "第12集.国语中字.5e8a1c.mp4"),
        ("Chinese name, escaped", "%E7%AC%AC12%E9%9B%86.%E5%9B%BD%E8%AF%AD.5e8a1c.mp4"),
    ];
    for (what, name) in NAMES {
        let tree = sample::tree(&format!("https://vip.123pan.cn/1812000499/剧集/{name}"));
        let (_, file) = tree.lines().next().expect("one line");
        let origin = file.origin().expect("a file with a base");
        let signer = Signer::new(UID, Secret::new(KEY), PathForm::Decoded);
        let mut rng = Rng::new();
        let mut sign = || {
            let mut random = [0; 16];
            random[..8].copy_from_slice(&rng.next().to_le_bytes());
            random[8..].copy_from_slice(&rng.next().to_le_bytes());
            let seed = RequestSeed::new(sample::NOW, random);
            signer.sign(black_box(&origin), EXPIRES, seed.rand())
        };
        let (_, allocations) = heap::allocations(&mut sign);

        let (folder, path) = origin.decoded_path();
        let rand = "0f1e2d3c4b5a69788796a5b4c3d2e1f0";
        let rest = format!("-{}-{rand}-{UID}-{KEY}", EXPIRES.0);
        let hashed = [folder, &path, rest.as_bytes()].concat();
        let times =
            compare(&mut |steps| (0..steps).for_each(|_| drop(black_box(sign()))), &mut |steps| {
                (0..steps).for_each(|_| {
                    black_box(Md5::digest(black_box(&hashed)));
                });
            });
        let [signature, digest] = times.nanos;
        table.at_most(
            format!("signature ÷ MD5 of its {} bytes, {what}", hashed.len()),
            times.ratio,
            "",
            2.0,
        );
        table.report("  one signature", signature, "ns");
        table.report("  bare MD5", digest, "ns");
        table.at_most("  allocations a signature", allocations as f64, "", 2.0);
    }
}

pub fn parse(table: &mut Table) {
    let text = sample::text(10_000);
    let nanos = measure(&mut |steps| (0..steps).for_each(|_| drop(black_box(sample::tree(&text)))));
    let rate = text.len() as f64 / nanos * 1e3;
    table.at_least("parse, 10,000 files", rate, "MB/s", 250.0);
    table.report("  bytes a line", text.len() as f64 / text.lines().count() as f64, "");
}

pub fn memory(table: &mut Table) {
    const FILES: usize = 100_000;
    let text = sample::text(FILES);
    let entries = text.lines().count() as f64;
    let (tree, kept) = heap::kept(|| sample::tree(&text));
    table.report("heap bytes an entry, 100,000 files", kept as f64 / entries, "");
    table.report("  by Tree::heap_bytes", tree.heap_bytes() as f64 / entries, "");
    table.report("  text bytes an entry", text.len() as f64 / entries, "");
}

/// Measures look-ups of every file of a tree in random order: no two requests touch the same memory.
///
/// The target is on the tree's size alone: the same 1,000,000 requests to one tree and to 1,000 trees with
/// the same files. One tree of 1,000 files lies in the processor's cache, whatever is requested, and one of
/// 1,000,000 outside of it, where a file's slot and its record are two waits for memory, one after the
/// other: the last row is one such wait.
pub fn lookup(table: &mut Table) {
    const FILES: usize = 1_000;
    let text = sample::text(FILES * FILES);
    let large = [sample::tree(&text)];
    let small = sample::upper_folders(&text).into_iter().map(sample::tree).collect::<Vec<_>>();
    assert!(small.len() == FILES && small.iter().all(|tree| tree.files() == FILES));
    let all = || Requests::escaped(&large[0]);
    let one = &small[..1];
    let (mut at_large, mut at_small) = (all(), all().of_trees(FILES));
    let times = compare(&mut |steps| serve(&large, &mut at_large, steps), &mut |steps| {
        serve(&small, &mut at_small, steps);
    });
    let what = "request path to file, 1,000,000 in one tree ÷ in 1,000 trees of 1,000";
    table.at_most(what, times.ratio, "", 1.2);
    table.report("  in one tree", times.nanos[0], "ns");
    table.report("  in 1,000 trees", times.nanos[1], "ns");

    let mut at_one = Requests::escaped(&small[0]);
    let times = compare(&mut |steps| serve(&large, &mut at_large, steps), &mut |steps| {
        serve(one, &mut at_one, steps);
    });
    table.report("  1,000,000 files ÷ one tree of 1,000 in the cache", times.ratio, "");
    table.report("  at 1,000, from the cache", times.nanos[1], "ns");

    let mut some = all().first(FILES);
    let times = compare(&mut |steps| serve(&large, &mut some, steps), &mut |steps| {
        serve(one, &mut at_one, steps);
    });
    table.report("  1,000 files of 1,000,000 ÷ every file of one of 1,000", times.ratio, "");

    let [mut at_large, mut at_one] = [&large[0], &small[0]].map(Requests::decoded);
    table.report(
        "  Tree::find alone, of 1,000,000",
        measure(&mut |steps| find(&large[0], &mut at_large, steps)),
        "ns",
    );
    table.report(
        "  Tree::find alone, of 1,000 from the cache",
        measure(&mut |steps| find(&small[0], &mut at_one, steps)),
        "ns",
    );
    table.report(
        "  one wait for memory, of as many bytes",
        wait_for_memory(large[0].heap_bytes()),
        "ns",
    );
}

/// Nanoseconds of one random read from memory, whose address is known only after the read before it.
fn wait_for_memory(bytes: usize) -> f64 {
    let mut rng = Rng::new();
    // One cycle through all positions.
    let mut next = (0..bytes / size_of::<usize>()).collect::<Vec<_>>();
    for at in (1..next.len()).rev() {
        next.swap(at, rng.below(at as u64) as usize);
    }
    let mut at = 0;
    measure(&mut |steps| (0..steps).for_each(|_| at = black_box(next[at])))
}

/// Measures the parsing of a request's URL by the `url` crate ÷ by hand, as the hot path does it.
pub fn url(table: &mut Table) {
    const URL: &str =
        "https://files.example.com/%E5%BD%B1%E8%A7%86/Cosmos%20%281980%29/S01E02.1080p.mkv";
    let path_at = URL.match_indices('/').nth(2).map_or(0, |(at, _)| at);
    let parse = |path: &str| drop(black_box(EntryPath::parse(path).expect("a path")));
    let times = compare(
        &mut |steps| {
            (0..steps).for_each(|_| parse(url::Url::parse(black_box(URL)).expect("a URL").path()));
        },
        &mut |steps| (0..steps).for_each(|_| parse(&black_box(URL)[path_at..])),
    );
    table.report("a request's path through the url crate ÷ as it is done", times.ratio, "");
    table.report("  with url", times.nanos[0], "ns");
    table.report("  as it is done", times.nanos[1], "ns");
}

/// Measures a whole request to a site of 10,000 files, with and without rules.
pub fn request(table: &mut Table) {
    let text = sample::text(10_000);
    let requests = || Requests::escaped(&sample::tree(&text));
    let (more, rules) = sample::with_rules(&text);
    let plain = sample::site(&text, None);
    let with_rules = sample::site(&more, Some(&rules));
    let (mut at_plain, mut at_with_rules) = (requests(), requests());
    let times =
        compare(&mut |steps| redirect(&with_rules, &mut at_with_rules, steps), &mut |steps| {
            redirect(&plain, &mut at_plain, steps);
        });
    table.at_most(
        "request to redirect, with 50 rules, one matching ÷ without",
        times.ratio,
        "",
        1.05,
    );
    table.report("  with 50 rules", times.nanos[0], "ns");
    table.report("  without", times.nanos[1], "ns");
}

fn redirect(site: &Site, requests: &mut Requests, steps: u32) {
    let mut url = String::with_capacity(512);
    for _ in 0..steps {
        url.clear();
        url.push_str("https://files.example.com");
        url.push_str(requests.next());
        let seed = RequestSeed::new(sample::NOW, black_box([7; 16]));
        black_box(location(site, &url, false, &seed).expect("a file of the sample"));
    }
}

/// Looks files up as a request does: from the escaped path to the file and its size.
fn serve(trees: &[Tree], requests: &mut Requests, steps: u32) {
    for _ in 0..steps {
        let (tree, path) = requests.next_of_trees();
        let path = EntryPath::parse(path).expect("a path of the sample");
        look_up(&trees[tree], path.below(0));
    }
}

fn find(tree: &Tree, requests: &mut Requests, steps: u32) {
    for _ in 0..steps {
        look_up(tree, requests.next());
    }
}

fn look_up(tree: &Tree, path: &str) {
    match tree.find(path) {
        Some(Found::File(file)) => black_box(file.size()),
        _ => panic!("every path of the sample is a file's"),
    };
}
