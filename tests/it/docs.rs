//! The documentation against the code: the example tree, links between pages.

use std::fs;
use std::path::{Path, PathBuf};

use signpost::host::SignedHosts;
use signpost::time::UnixSeconds;
use signpost::tree::parse::Context;
use signpost::tree::{Child, Folder, Tree};

#[test]
fn the_example_tree_is_served_as_the_page_shows_it() {
    let pages = [include_str!("../../docs/en/tree.md"), include_str!("../../docs/zh-CN/tree.md")];
    for text in pages {
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
            Child::Folder(folder) => {
                let name = folder.name();
                out.push(format!("{indent}{name}/"));
                list(folder, &format!("{indent}  "), out);
            }
            Child::File(file) => {
                let size = file.size().map_or_else(String::new, |size| format!(" {size} bytes"));
                // The one time in it.
                let time = file.modified().map_or("", |time| {
                    assert_eq!(time, UnixSeconds(1_694_101_621));
                    " 2023-09-07T15:47:01Z"
                });
                out.push(format!("{indent}{}{size}{time}", file.name()));
            }
        }
    }
}

#[test]
fn a_readme_fits_one_screen_or_a_few() {
    for name in ["README.md", "README.zh-CN.md"] {
        let bytes = fs::metadata(root().join(name)).unwrap().len();
        assert!(bytes <= 10 * 1024, "{name} has {bytes} bytes");
    }
}

#[test]
fn each_page_exists_in_both_languages() {
    let names = |language: &str| {
        let folder = fs::read_dir(root().join("docs").join(language)).unwrap();
        let mut names = folder.map(|page| page.unwrap().file_name()).collect::<Vec<_>>();
        names.sort();
        names
    };
    assert_eq!(names("en"), names("zh-CN"));
}

#[test]
fn every_relative_link_leads_to_a_file_and_every_fragment_to_a_heading() {
    let mut pages = Vec::new();
    for folder in ["", "docs/en", "docs/zh-CN"] {
        let entries = fs::read_dir(root().join(folder)).unwrap();
        let paths = entries.map(|entry| entry.unwrap().path());
        pages.extend(paths.filter(|path| path.extension().is_some_and(|end| end == "md")));
    }
    assert!(pages.len() > 28, "{pages:?}");
    let mut broken = Vec::new();
    for page in &pages {
        let text = fs::read_to_string(page).unwrap();
        for link in links(&text) {
            let (path, fragment) = link.split_once('#').unwrap_or((link, ""));
            let target =
                if path.is_empty() { page.clone() } else { page.parent().unwrap().join(path) };
            let is_heading =
                || headings(&fs::read_to_string(&target).unwrap()).iter().any(|id| id == fragment);
            if !target.exists() || (!fragment.is_empty() && !is_heading()) {
                broken.push(format!("{}: {link}", page.strip_prefix(root()).unwrap().display()));
            }
        }
    }
    assert_eq!(broken, Vec::<String>::new());
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).to_owned()
}

/// Pages of the repository's host, to which relative links lead out of the repository.
const OF_THE_HOST: [&str; 2] = ["actions/", "releases"];

/// The targets of a page's relative links, without those to pages of the repository's host.
fn links(text: &str) -> impl Iterator<Item = &str> {
    let prose = prose(text);
    let markdown = prose.clone().flat_map(|line| line.split("](").skip(1)).filter_map(|rest| {
        let (link, _) = rest.split_once(')')?;
        Some(link)
    });
    let html = prose
        .flat_map(|line| line.split(['=']).skip(1))
        .filter_map(|rest| rest.strip_prefix('"')?.split_once('"').map(|(link, _)| link))
        .filter(|value| value.starts_with("docs/images/"));
    markdown
        .chain(html)
        .filter(|link| !link.contains("://"))
        .filter(|link| {
            !OF_THE_HOST.iter().any(|page| link.trim_start_matches("../").starts_with(page))
        })
        .filter(|link| !link.starts_with("mailto:"))
}

/// The lines of a page that are not in a block of code.
fn prose(text: &str) -> impl Iterator<Item = &str> + Clone {
    let blocks = text.split("\n```").enumerate();
    blocks.filter(|(number, _)| number % 2 == 0).flat_map(|(_, block)| block.lines())
}

/// The fragments of a page's headings, as GitHub makes them.
fn headings(text: &str) -> Vec<String> {
    let mut ids = Vec::<String>::new();
    for line in prose(text).filter(|line| line.starts_with('#')) {
        let heading = line.trim_start_matches('#').trim();
        let id = heading
            .chars()
            .filter(|c| c.is_alphanumeric() || matches!(c, ' ' | '-' | '_'))
            .map(|c| if c == ' ' { '-' } else { c })
            .flat_map(char::to_lowercase)
            .collect::<String>();
        let again = ids.iter().filter(|have| **have == id).count();
        ids.push(if again == 0 { id } else { format!("{id}-{again}") });
    }
    ids
}
