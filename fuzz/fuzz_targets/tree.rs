//! Any text: the parser doesn't panic, and every file of a tree it accepts is found, makes a link,
//! and is found again by the address that our own pages print.
//!
//! Run by hand: `cargo +nightly fuzz run tree`.
#![no_main]

use libfuzzer_sys::fuzz_target;
use signpost::host::SignedHosts;
use signpost::path::EntryPath;
use signpost::secret::Secret;
use signpost::sign::{PathForm, Signer};
use signpost::time::UnixSeconds;
use signpost::tree::parse::Context;
use signpost::tree::{Found, Tree};

fuzz_target!(|text: &str| {
    let hosts = SignedHosts::default();
    let context = Context { now: UnixSeconds(1_790_000_000), hosts: &hosts, at_site_root: true };
    let Ok(parsed) = Tree::parse(text, context) else { return };
    let signer = Signer::new(13, Secret::new("k"), PathForm::Decoded);
    for (path, file) in parsed.tree.lines() {
        let Some(Found::File(_)) = parsed.tree.find(path.trim_start_matches('/')) else {
            panic!("{path:?} is listed and not found");
        };
        let link = signer.sign(&file.origin().expect("a file has an origin"), UnixSeconds(1), "7");
        assert!(link.bytes().all(|byte| byte.is_ascii_graphic()), "{link:?}");
        let href = path.split('/').skip(1).fold(String::new(), |href, segment| {
            segment.bytes().fold(href + "/", |href, byte| href + &format!("%{byte:02X}"))
        });
        let read = EntryPath::parse(&href).expect("our own address is read");
        assert_eq!(read.display(), path);
    }
});
