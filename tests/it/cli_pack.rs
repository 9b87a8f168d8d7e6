//! `signpost pack`, as its users run it.

use std::path::PathBuf;
use std::process::Output;

use serde_json::Value;
use signpost::host::SignedHosts;
use signpost::tree::{Found, Tree};

use crate::support::command::{self, stderr, stdout};

const TREE: &str = "Movies: https://vip.123pan.cn/13/movies/\n  7:1694101621:a b.mkv\n";

fn run(args: &[&str], input: impl AsRef<[u8]>, key: Option<&str>) -> Output {
    command::run(args, input, "SIGNPOST_PRIVATE_KEY", key)
}

/// An empty folder of this name, which the test removes.
fn folder(name: &str) -> PathBuf {
    let folder = std::env::temp_dir().join(format!("signpost-{name}-{}", std::process::id()));
    std::fs::create_dir_all(&folder).unwrap();
    folder
}

#[test]
fn names_come_out_as_they_are_in_data_and_harmless_for_people() {
    let tree = "a\u{7f}b\u{1b}[31m:1:https://vip.123pan.cn/13/a\n";
    let json = run(&["check", "--json", "-"], tree, None);
    let json: Value = serde_json::from_str(stdout(&json)).unwrap();
    assert_eq!(json["text"], tree);
    assert_eq!(json["files"][0]["path"], "/a\u{7f}b\u{1b}[31m");
    let secrets: Value = serde_json::from_str(stdout(&run(&["pack", "-"], tree, None))).unwrap();
    assert_eq!(secrets["URL_TREE"], tree);

    let shown = run(&["check", "-"], tree, None);
    assert!(stdout(&shown).starts_with("/\n  a\\u{7f}b\\u{1b}[31m  1 byte  https://"));
    let refused = run(&["check", "-"], "a\u{1b}[31m\u{7}\n", None);
    assert!(stdout(&refused).contains("\n  | a\\u{1b}[31m\\u{7}\n"), "{}", stdout(&refused));
}

#[test]
fn check_reads_what_pack_wrote() {
    let packed = run(&["pack", "--kv", "-"], TREE, None);
    let output = run(&["check", "-"], &packed.stdout, None);
    assert!(stdout(&output).starts_with("/\n  Movies/\n    a b.mkv"), "{}", stdout(&output));
    assert!(stdout(&output).ends_with("0 warnings\n"), "{}", stdout(&output));
    let damaged = run(&["check", "-"], &packed.stdout[..99], None);
    assert_eq!(
        stderr(&damaged),
        "error: the compiled tree is cut off, or has more bytes than it says\n"
    );
    let twice =
        run(&["pack", "--kv", "-"], "1:https://vip.123pan.cn/a\n2:https://vip.123pan.cn/a\n", None);
    assert!(
        twice.status.success() && stderr(&twice).starts_with("warning: line 2: "),
        "{}",
        stderr(&twice)
    );
    let again = run(&["pack", "-"], &packed.stdout, None);
    assert!(
        stderr(&again).starts_with("error: the tree is compiled already"),
        "{}",
        stderr(&again)
    );
}

#[test]
fn pack_writes_secrets_to_a_file_that_nobody_else_may_read() {
    let folder = folder("secrets");
    let file = folder.join("secrets.json");
    let output = run(&["pack", "-", "--output", file.to_str().unwrap()], TREE, None);
    assert!(output.status.success() && output.stdout.is_empty(), "{}", stderr(&output));
    let secrets: Value = serde_json::from_slice(&std::fs::read(&file).unwrap()).unwrap();
    assert_eq!(secrets["URL_TREE"].as_str(), Some(TREE));
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        assert_eq!(std::fs::metadata(&file).unwrap().permissions().mode() & 0o777, 0o600);
    }
    std::fs::remove_dir_all(&folder).unwrap();
}

#[test]
fn pack_writes_a_compiled_tree_to_a_file_and_says_how_large_it_is() {
    let folder = folder("pack");
    let file = folder.join("tree.packed");
    let output = run(&["pack", "--kv", "-", "--output", file.to_str().unwrap()], TREE, None);
    let written = std::fs::read(&file).unwrap();
    std::fs::remove_dir_all(&folder).unwrap();
    assert!(output.stdout.is_empty() && stderr(&output).contains("tree.packed: 1 file, "));
    assert_eq!(written, run(&["pack", "--kv", "-"], TREE, None).stdout);
    let hosts = SignedHosts::default();
    assert!(matches!(
        Tree::from_compiled(&written, &hosts).unwrap().find("Movies/a b.mkv"),
        Some(Found::File(_))
    ));
}

#[test]
fn pack_splits_at_the_limit_and_what_it_prints_is_read_back() {
    // Sizes without a pattern, so that the compressed text needs several secrets too.
    let line = |n: u64| {
        let (size, name) = (n * n * 7_919 % 999_983, n * 104_729 % 65_537);
        format!("{size}:https://vip.123pan.cn/13/file-{name}.bin\n")
    };
    let tree = (1..2_000).map(line).collect::<Vec<_>>().concat();
    for extra in [&[][..], &["--compress"]] {
        let args = [&["pack", "--name", "MOVIES", "-"][..], extra].concat();
        let output = run(&args, &tree, None);
        assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
        let secrets: serde_json::Map<String, Value> =
            serde_json::from_str(stdout(&output)).unwrap();
        assert!(secrets.len() > 1);
        let parts = secrets.iter().enumerate().map(|(index, (name, part))| {
            let want =
                if index == 0 { "MOVIES".to_owned() } else { format!("MOVIES_{}", index + 1) };
            assert_eq!(*name, want);
            let part = part.as_str().unwrap();
            assert!(part.len() <= 5_000, "{} bytes", part.len());
            part.to_owned()
        });
        let parts = parts.collect::<Vec<_>>();
        let joined = signpost::tree::pack::Joined::new(parts.iter().map(String::as_str)).unwrap();
        assert_eq!(joined.text(), tree);
    }
}

#[test]
fn pack_deletes_the_parts_that_a_smaller_tree_leaves() {
    let output = run(&["pack", "--clear-to", "3", "-"], TREE, None);
    let secrets: Value = serde_json::from_str(stdout(&output)).unwrap();
    assert_eq!(
        secrets,
        serde_json::json!({ "URL_TREE": TREE, "URL_TREE_2": null, "URL_TREE_3": null })
    );
}

#[test]
fn pack_refuses_a_tree_with_errors() {
    let output = run(&["pack", "-"], "nothing\n", None);
    assert_eq!((output.status.code(), stdout(&output)), (Some(1), ""));
    assert!(
        stderr(&output).starts_with("error: line 1: expected a folder name"),
        "{}",
        stderr(&output)
    );
}

#[test]
fn pack_refuses_a_tree_with_nothing_in_it() {
    for (args, text) in
        [(&["pack", "-"][..], ""), (&["pack", "--kv", "-"], "\u{feff}# later\r\n\n")]
    {
        let output = run(args, text, None);
        assert_eq!((output.status.code(), stdout(&output)), (Some(2), ""), "{text:?}");
        assert_eq!(
            stderr(&output),
            "error: there is no file and no folder in it: everything on the site would be gone. Is it \
             the right file?\n"
        );
    }
    let folder = run(&["pack", "-"], "Empty:\n", None);
    assert!(folder.status.success(), "{}", stderr(&folder));
}

#[test]
fn pack_says_what_to_do_with_a_tree_that_is_too_large_for_secrets() {
    let line = |n: u64| {
        format!("https://vip.123pan.cn/13/{:x}.bin\n", n.wrapping_mul(0x9e37_79b9_7f4a_7c15))
    };
    let tree = |lines| (0..lines).map(line).collect::<String>();
    let long = format!("https://vip.123pan.cn/13/{}\n", "x".repeat(5_000));
    for (args, tree, want) in [
        (&["pack", "-"][..], tree(7_000), "62; use --compress, or KV with --kv\n"),
        (&["pack", "--compress", "-"], tree(40_000), "62; put it into KV, see --kv\n"),
        (&["pack", "-"], long, "error: line 1 is longer than a secret can be; use --compress\n"),
    ] {
        let output = run(args, tree, None);
        assert_eq!((output.status.code(), stdout(&output)), (Some(2), ""), "{args:?}");
        assert!(stderr(&output).ends_with(want), "{}", stderr(&output));
    }
}
