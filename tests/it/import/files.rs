//! The files of an import: modes, what is overwritten, and trees that are too large for secrets.

use std::fmt::Write as _;
use std::fs;

use super::{Imported, Scratch, import};
use crate::support::command::{self, stderr, stdout};

const BACKUP: &str = include_str!("../../data/openlist_backup.json");

#[cfg(unix)]
#[test]
fn secrets_are_readable_to_their_owner_alone_and_are_not_printed() {
    use std::os::unix::fs::PermissionsExt as _;

    let scratch = Scratch::new("mode");
    let backup = scratch.file("backup.json", BACKUP);
    let out = scratch.path("out");
    fs::create_dir(&out).unwrap();
    // Left by somebody with another mode.
    fs::write(scratch.path("out/secrets.json.new"), "x").unwrap();
    let output = command::run(&["import", &backup, "--out", &out], "", "UNUSED", None);
    assert!(output.status.success(), "{}", stderr(&output));
    let mode = fs::metadata(scratch.path("out/secrets.json")).unwrap().permissions().mode();
    assert_eq!(mode & 0o777, 0o600);
    let printed = format!("{}{}", stdout(&output), stderr(&output));
    for secret in ["k3yForTests", "secret-two", "family", "openlist-made-up-token"] {
        assert!(!printed.contains(secret), "{printed}");
    }
    assert!(printed.contains("REPORT.md"), "{printed}");
}

#[test]
fn only_files_of_an_earlier_import_are_overwritten() {
    let scratch = Scratch::new("overwrite");
    let backup = scratch.file("backup.json", BACKUP);
    let out = scratch.path("out");
    let run = |more: &[&str]| {
        let args = [&["import", backup.as_str(), "--out", out.as_str()], more].concat();
        let output = command::run(&args, "", "UNUSED", None);
        (output.status.code(), stderr(&output).to_owned())
    };
    assert_eq!(run(&[]).0, Some(0));
    assert_eq!(run(&[]).0, Some(0), "its own files");
    for name in ["tree-pan.txt", "wrangler.part.toml"] {
        let file = scratch.path(&format!("out/{name}"));
        let before = fs::read_to_string(&file).unwrap();
        fs::write(&file, before.clone() + "# mine\n").unwrap();
        let (code, said) = run(&[]);
        assert!(code == Some(2) && said.contains(name) && said.contains("--force"), "{said}");
        assert!(fs::read_to_string(&file).unwrap().ends_with("# mine\n"));
        fs::write(&file, before).unwrap();
    }
    assert_eq!(run(&[]).0, Some(0));
    fs::remove_file(scratch.path("out/REPORT.md")).unwrap();
    assert_eq!(run(&[]).0, Some(2), "nothing says that they are an import's");
    assert_eq!(run(&["--force"]).0, Some(0));
    Imported::read(out.as_ref()).site();
}

#[test]
fn a_tree_that_is_too_large_for_secrets_is_left_to_kv_and_the_report_says_how() {
    let mut text = String::new();
    for n in 0..40_000_u64 {
        // Names that can't be compressed well.
        let name = n.wrapping_mul(0x9e37_79b9_7f4a_7c15);
        let _ = writeln!(text, "https://vip.123pan.cn/13/{:x}/{name:016x}.bin", n % 50);
    }
    let got = import("large", &[("links.txt", &text)], &[]);
    assert_eq!(got.vars["MOUNTS"][0]["tree_kv"], "url-tree");
    assert!(got.vars["MOUNTS"][0].get("tree").is_none());
    assert!(got.secrets.as_object().unwrap().is_empty(), "not even the file is written");
    assert!(
        got.report.contains("signpost pack --kv tree.txt --output url-tree.packed"),
        "{}",
        got.report
    );
    assert!(got.report.contains("--remote url-tree --path url-tree.packed"));
    let checked = command::run(&["check", "--json", "-"], &got.trees[0].1, "UNUSED", None);
    assert!(checked.status.success());

    let middle = text.lines().take(2_000).fold(String::new(), |all, line| all + line + "\n");
    let got = import("middle", &[("links.txt", &middle)], &[]);
    got.site();
    assert!(got.secrets["URL_TREE"].as_str().unwrap().starts_with("deflate:"));
    assert!(got.secrets.get("URL_TREE_2").is_some());
}

#[test]
fn a_server_by_plain_http_outside_private_networks_and_its_options_without_a_server_are_refused() {
    let scratch = Scratch::new("server");
    let (out, links) =
        (scratch.path("out"), scratch.file("links.txt", "https://vip.123pan.cn/13/a"));
    for (args, words) in [
        (["http://alist.example.com/a", "--key-file", &links], "over plain http"),
        ([&links, "--token-file", &links], "--token-file is for one server"),
        ([&links, "--base", "https://vip.123pan.cn/13/"], "--base is for one server"),
    ] {
        let args = [&["import", "--out", out.as_str()], args.as_slice()].concat();
        let output = command::run(&args, "", "UNUSED", None);
        assert!(stderr(&output).contains(words), "{}", stderr(&output));
    }
}
