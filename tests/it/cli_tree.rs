//! `signpost tree diff`, as its users run it.

use serde_json::{Value, json};

use crate::support::command::{self, stderr, stdout};

const OLD: &str = "\
Movies: https://vip.123pan.cn/13/movies/
  7:1694101621:a b.mkv
  8::gone.mkv
  9::moved.mkv
Empty:
hls/*: https://vip.123pan.cn/13/hls/
";
const NEW: &str = "\
# Another form, but the same to visitors, is no difference.
Movies:
  70:1694101621:https://vip.123pan.cn/13/movies/a%20b.mkv
Films:
  moved.mkv:9::https://vip.123pan.cn/13/movies/moved.mkv
  :1694101621:https://vip.123pan.cn/13/movies/new\u{1b}.mkv
hls/*: https://vip.123pan.cn/14/hls/
";

/// Runs the comparison of two texts.
fn compare(test: &str, old: &str, new: &str, more: &[&str]) -> (Option<i32>, String, String) {
    let folder = std::env::temp_dir().join(format!("signpost-diff-{test}-{}", std::process::id()));
    std::fs::create_dir_all(&folder).unwrap();
    let file = folder.join("old");
    std::fs::write(&file, old).unwrap();
    let args = [&["tree", "diff", file.to_str().unwrap(), "-"], more].concat();
    let output = command::run(&args, new, "UNUSED", None);
    std::fs::remove_dir_all(&folder).unwrap();
    (output.status.code(), stdout(&output).to_owned(), stderr(&output).to_owned())
}

#[test]
fn what_visitors_see_change_is_told_line_by_line() {
    let want = "\
- /Empty/
- /Movies/gone.mkv  8 bytes  https://vip.123pan.cn/13/movies/gone.mkv
+ /Films/new\\u{1b}.mkv  2023-09-07T15:47:01Z  https://vip.123pan.cn/13/movies/new%1B.mkv
> /Movies/moved.mkv -> /Films/moved.mkv
~ /Movies/a b.mkv  size 7 bytes -> 70 bytes
~ /hls/*  target https://vip.123pan.cn/13/hls/ -> https://vip.123pan.cn/14/hls/
1 added, 2 removed, 1 moved, 2 changed
";
    let (code, said, _) = compare("text", OLD, NEW, &[]);
    assert_eq!((code, said.as_str()), (Some(1), want));
}

#[test]
fn trees_that_are_the_same_to_visitors_exit_with_0_in_any_form() {
    let (code, said, _) = compare("same", OLD, OLD, &[]);
    assert_eq!((code, said.as_str()), (Some(0), "visitors see no difference\n"));
    let other = "Movies:\n  7:1694101621:https://vip.123pan.cn/13/movies/a%20b.mkv\n  \
                 8::https://vip.123pan.cn/13/movies/gone.mkv\n  # x\n  \
                 9::https://vip.123pan.cn/13/movies/moved.mkv\nEmpty:\nhls/*: https://vip.123pan.cn/13/hls/\n";
    assert_eq!(compare("form", OLD, other, &[]).0, Some(0));
    // The second line of a path is served to nobody.
    let twice = format!("{OLD}Movies:\n  8:https://vip.123pan.cn/13/other/gone.mkv\n");
    assert_eq!(compare("twice", OLD, &twice, &[]).0, Some(0));
}

#[test]
fn json_has_the_states_before_and_after() {
    let (code, said, _) = compare("json", OLD, NEW, &["--json"]);
    let diff: Value = serde_json::from_str(&said).unwrap();
    assert_eq!(code, Some(1));
    assert_eq!(diff["moved"][0]["from"], "/Movies/moved.mkv");
    assert_eq!(diff["added"][0]["path"], "/Films/new\u{1b}.mkv");
    assert_eq!(
        diff["changed"][0],
        json!({
            "path": "/Movies/a b.mkv",
            "before": { "size": 7, "modified": 1_694_101_621, "url": "https://vip.123pan.cn/13/movies/a%20b.mkv" },
            "after": { "size": 70, "modified": 1_694_101_621, "url": "https://vip.123pan.cn/13/movies/a%20b.mkv" },
        })
    );
}

#[test]
fn a_tree_with_errors_is_trouble_and_no_difference() {
    let (code, said, error) = compare("errors", OLD, "\tx\n", &[]);
    assert_eq!((code, said.as_str()), (Some(2), ""));
    assert!(
        error.contains("error: line 1: a tab in the indent")
            && error.contains("-: the tree has errors"),
        "{error}"
    );
    let output = command::run(&["tree", "diff", "-", "-"], "", "UNUSED", None);
    assert!(stderr(&output).contains("standard input is one tree"));
}
