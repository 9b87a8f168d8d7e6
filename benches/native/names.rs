//! Benchmarks of names: sorting a folder's rows, and a search over a whole tree.

use std::fmt::Write as _;
use std::hint::black_box;

use signpost::access::client::{AccessRequest, Client};
use signpost::context::RequestState;
use signpost::names::Query;
use signpost::path::EntryPath;
use signpost::site::Site;
use signpost::site::open_folder::OpenFolder;
use signpost::site::opened::Opened;
use signpost::site::search::search;

use crate::report::Table;
use crate::sample::{self, Rng};
use crate::timing::measure;

pub fn rows(table: &mut Table) {
    let site = sample::site(&one_folder(10_000), None);
    at_root(&site, |folder, access, _| {
        let nanos = measure(&mut |steps| {
            (0..steps).for_each(|_| {
                assert_eq!(black_box(folder.rows(access).collect::<Vec<_>>()).len(), 10_000);
            });
        });
        table.report("a folder of 10,000 rows in their order", nanos / 1e6, "ms");
    });
    let site = sample::site(&sample::text(100_000), None);
    for query_text in ["s01e99998", "第99999集", "zgdsj", "nothing at all"] {
        let query = Query::parse(query_text).expect("valid query");
        at_root(&site, |folder, access, state| {
            let nanos = measure(&mut |steps| {
                (0..steps).for_each(|_| drop(black_box(search(folder, &query, 50, access, state))));
            });
            table.report(format!("a search in 100,000 files: {query_text}"), nanos / 1e6, "ms");
        });
    }
}

/// A tree of one folder with unsorted files, whose names are as long and as often Chinese as the sample's.
fn one_folder(files: u32) -> String {
    let mut rng = Rng::new();
    let mut text = String::new();
    for n in 0..files {
        let number = rng.below(100_000);
        let _ = match n % 4 {
            0 => write!(text, "\"Show.Name.S01E{number}.1080p.WEB-DL.x264-{n:06x}.mkv\""),
            1 => write!(text, "\"第{number}集.国语中字.{n:06x}.mp4\""),
            2 => write!(text, "\"假期照片 第{number}张 {n}.jpg\""),
            _ => write!(text, "\"Disc {number} track {n}.flac\""),
        };
        let _ = writeln!(text, ":https://vip.123pan.cn/1812000499/{n}");
    }
    text
}

fn at_root(
    site: &Site,
    act: impl for<'s> FnOnce(&OpenFolder<'s>, &AccessRequest<'_>, &'s RequestState),
) {
    let path = EntryPath::parse("/").expect("a path");
    let client = Client::default();
    let (share, sign, now) = (None, None, sample::NOW);
    let access = AccessRequest { path: &path, share, query: "", sign, client: &client, now };
    let state = RequestState::default();
    match site.open_cached(&access, &state) {
        Some(Opened::Folder(folder)) => act(&folder, &access, &state),
        other => panic!("the root is a folder: {other:?}"),
    }
}
