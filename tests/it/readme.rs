//! The READMEs against the code.

use signpost::config::SETTINGS;
use signpost::host::SignedHosts;
use signpost::time::UnixSeconds;
use signpost::tree::{Child, Context, Folder, Tree};

#[test]
fn both_readmes_list_every_setting_with_its_default() {
    for (name, text) in [
        ("README.md", include_str!("../../README.md")),
        ("README.zh-CN.md", include_str!("../../README.zh-CN.md")),
    ] {
        let rows = text
            .lines()
            .filter_map(|line| line.strip_prefix("| `"))
            .filter_map(|row| {
                let (setting, rest) = row.split_once("` | ")?;
                let (default, _) = rest.split_once(" |")?;
                Some((setting.to_owned(), default.replace('`', "")))
            })
            .filter(|(setting, _)| SETTINGS.iter().any(|known| known.name == setting))
            .collect::<Vec<_>>();
        let want = SETTINGS
            .iter()
            .map(|setting| (setting.name.to_owned(), setting.default.to_owned()))
            .collect::<Vec<_>>();
        assert_eq!(rows, want, "{name}");
    }
}

#[test]
fn the_readmes_tree_is_served_as_they_show_it() {
    for text in [include_str!("../../README.md"), include_str!("../../README.zh-CN.md")] {
        let mut blocks =
            text.split("```text\n").skip(1).filter_map(|rest| rest.split("```").next());
        let tree = blocks.find(|block| block.starts_with("# A comment.")).unwrap();
        let shown = blocks.next().unwrap();
        let context = Context {
            now: UnixSeconds(1_790_000_000),
            hosts: &SignedHosts::default(),
            at_site_root: true,
        };
        let parsed = Tree::parse(tree, context).unwrap();
        let mut got = vec!["/".to_owned()];
        list(parsed.tree.root(), "  ", &mut got);
        let want = shown.lines().map(|line| {
            // What is said of a remote folder is no part of its name.
            let line = line.split_once("/  ").map_or(line.into(), |(name, _)| format!("{name}/"));
            let indent = line.len() - line.trim_start().len();
            let words = line.replace("字节", "bytes");
            " ".repeat(indent) + &words.split_whitespace().collect::<Vec<_>>().join(" ")
        });
        assert_eq!(got, want.collect::<Vec<_>>());
    }
}

fn list(folder: Folder<'_>, indent: &str, out: &mut Vec<String>) {
    for child in folder.children() {
        match child {
            Child::Folder(name, folder) => {
                out.push(format!("{indent}{name}/"));
                list(folder, &format!("{indent}  "), out);
            }
            Child::File(file) => {
                let size = file.size().map_or_else(String::new, |size| format!(" {size} bytes"));
                // The one time in it.
                let time = file.modified().map_or("", |time| {
                    assert_eq!(time, 1_694_101_621);
                    " 2023-09-07T15:47:01Z"
                });
                out.push(format!("{indent}{}{size}{time}", file.name()));
            }
        }
    }
}
