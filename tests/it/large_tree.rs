//! What the documentation says of large trees: how much memory an entry takes, and that neither finding a path
//! nor listing a folder goes through the others.

use signpost::host::SignedHosts;
use signpost::time::UnixSeconds;
use signpost::tree::parse::Context;
use signpost::tree::{Found, Tree};

const FILES: usize = 100_000;

fn tree(text: &str) -> Tree {
    let hosts = SignedHosts::default();
    let context = Context { now: UnixSeconds(1_790_000_000), hosts: &hosts, at_site_root: true };
    Tree::parse(text, context).unwrap().tree
}

fn name(index: usize) -> String {
    format!("{index}-{}.mkv", "x".repeat(20))
}

#[test]
fn an_entry_takes_as_much_memory_as_the_documentation_says() {
    const BYTES: usize = 42;
    for page in
        [include_str!("../../docs/en/limits.md"), include_str!("../../docs/zh-CN/limits.md")]
    {
        let said = [format!("an entry takes {BYTES} bytes"), format!("每个条目占 {BYTES} 字节")];
        assert!(said.iter().any(|said| page.contains(said)));
    }
    let names = (0..FILES).map(name).collect::<Vec<_>>();
    let text = names.iter().map(|name| format!("https://vip.123pan.cn/13/{name}\n"));
    let tree = tree(&text.collect::<String>());
    let names = names.iter().map(|name| name.len().next_multiple_of(4)).sum::<usize>();
    let entry = (tree.heap_bytes() - names) / FILES;
    assert!(entry <= BYTES, "{entry} bytes");
}

#[test]
fn finding_and_listing_take_no_longer_in_a_large_tree() {
    // Minutes, if either went through all the other entries.
    let big = (0..FILES).map(|index| format!("  https://vip.123pan.cn/13/{}\n", name(index)));
    let small = (0..FILES / 10).map(|index| format!("{index}:\n  https://vip.123pan.cn/13/a\n"));
    let remote = (0..FILES).map(|index| format!("r{index}/*: https://vip.123pan.cn/13/r/\n"));
    let parts = ["big:\n".to_owned(), big.collect(), small.collect(), remote.collect()];
    let tree = tree(&parts.concat());
    for index in 0..FILES {
        let found = tree.find(&format!("big/{}", name(index)));
        assert!(matches!(found, Some(Found::File(_))), "{index}");
        assert!(tree.find(&format!("big/no {index}")).is_none());
        assert!(matches!(tree.find(&format!("r{index}/x")), Some(Found::Remote(_))));
    }
    for index in 0..FILES / 10 {
        let Some(Found::Folder(folder)) = tree.find(&index.to_string()) else {
            panic!("no folder {index}");
        };
        assert_eq!(folder.children().count(), 1);
    }
}
