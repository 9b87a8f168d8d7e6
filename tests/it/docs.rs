//! The documentation against the code: tables of settings, the example tree, links between pages.

use std::fs;
use std::path::{Path, PathBuf};

use signpost::config::settings::SETTINGS;
use signpost::host::SignedHosts;
use signpost::time::UnixSeconds;
use signpost::tree::parse::Context;
use signpost::tree::{Child, Folder, Tree};

/// Defaults that are words, in Chinese; all others are values.
const IN_CHINESE: [(&str, &str); 27] = [
    ("the demo tree", "演示用的地址树"),
    ("links are not signed", "链接不签名"),
    ("no passwords, no share links", "没有密码和分享链接"),
    ("no share links by API", "不能通过 API 生成分享链接"),
    ("Signpost's own", "Signpost 自带的"),
    ("none", "无"),
    ("required", "必填"),
    ("one of tree and tree_kv", "tree、tree_kv 二选一"),
    ("required with private_key", "设置了 private_key 时必填"),
    ("one of username and token", "username、token 二选一"),
    ("required with username; of a share none", "设置了 username 时必填；分享则无"),
    ("one of username and token; of a share none", "username、token 二选一；分享则无"),
    ("files of a share are only listed", "分享里的文件只列出"),
    ("one way to sign in is required", "登录方式必选其一"),
    ("required with client_id", "设置了 client_id 时必填"),
    ("the vendor renews", "由 123 云盘更新"),
    ("the vendor's of 2026", "123 云盘 2026 年的网址"),
    ("public; password if password is set", "public；设置了 password 时为 password"),
    ("AList's signatures are not accepted", "不接受 AList 的签名"),
    ("every page may embed", "所有网页都可以嵌入"),
    ("every country", "所有国家和地区"),
    ("every address", "所有 IP 地址"),
    ("not limited", "不限"),
    ("that of the mount", "沿用挂载的"),
    ("visitors make no links", "访客不能生成"),
    ("required with mode proxy_url", "mode 为 proxy_url 时必填"),
    ("required with proxy_url", "设置了 proxy_url 时必填"),
];

fn in_chinese(default: &str) -> &str {
    let words = IN_CHINESE.iter().find(|(words, _)| *words == default);
    words.map_or(default, |(_, chinese)| chinese)
}

#[test]
fn both_languages_list_every_setting_with_its_default() {
    type Say = fn(&str) -> &str;
    for (name, text, say) in [
        ("en", include_str!("../../docs/en/configuration.md"), (|default| default) as Say),
        ("zh-CN", include_str!("../../docs/zh-CN/configuration.md"), in_chinese),
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
            .map(|setting| (setting.name.to_owned(), say(setting.default).to_owned()))
            .collect::<Vec<_>>();
        assert_eq!(rows, want, "{name}");
        let is_english = |default: &str| default.contains(' ') && default.is_ascii();
        let english = rows.iter().filter(|(_, default)| is_english(default)).count();
        assert_eq!(english > 0, name == "en", "{name}");
    }
}

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
            Child::Folder(name, folder) => {
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

/// The targets of a page's relative links. Those with `../../actions/` are of the repository's host.
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
        .filter(|link| !link.contains("://") && !link.starts_with("../../actions/"))
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
