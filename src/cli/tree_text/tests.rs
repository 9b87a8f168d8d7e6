use proptest::prelude::*;

use super::*;
use crate::time::UnixSeconds;
use crate::tree::Tree;
use crate::tree::parse::Context;

fn file(url: &str, size: Option<u64>, modified: Option<u32>) -> File {
    File { url: clean_url(url).unwrap(), size, modified }
}

fn folders(path: &str) -> Vec<String> {
    path.split('/').filter(|name| !name.is_empty()).map(str::to_owned).collect()
}

/// The files of a text as it will be served: path, URL on the wire, size and time.
fn served(text: &str) -> Vec<(String, String, Option<u64>, Option<u64>)> {
    let hosts = SignedHosts::default();
    let context = Context { now: UnixSeconds(1_790_000_000), hosts: &hosts, at_site_root: false };
    let tree =
        Tree::parse(text, context).unwrap_or_else(|errors| panic!("{errors:?}\n{text}")).tree;
    let lines = tree.lines().map(|(path, file)| {
        let url = file.origin().unwrap().wire(0).0;
        (path, url, file.size(), file.modified().map(|at| at.0))
    });
    lines.collect()
}

#[test]
fn a_base_is_written_where_it_saves_space_and_folders_below_it_inherit_it() {
    let mut root = Folder::default();
    let base = "https://vip.123pan.cn/13/films/";
    let mut add = |path: &str, name: &str, tail: &str, size, modified| {
        let file = file(&[base, tail].concat(), size, modified);
        root.add_file(&folders(path), name, file).unwrap();
    };
    add("Films", "a b.mkv", "a%20b.mkv", Some(7), None);
    add("Films", "b: c.mkv", "b%3A%20c.mkv", Some(8), Some(1_700_000_000));
    add("Films/第 1 季", "1.mkv", "第 1 季/1.mkv", None, Some(1_700_000_000));
    add("Films", "renamed.mkv", "81234", None, None);
    add("Films", "query.mkv", "query.mkv?v=2", None, None);
    add("", "alone.mkv", "alone.mkv", None, None);
    let want = "\
Films: https://vip.123pan.cn/13/films/
  7::a b.mkv
  8:1700000000:\"b: c.mkv\"
  https://vip.123pan.cn/13/films/query.mkv?v=2
  renamed.mkv:https://vip.123pan.cn/13/films/81234
  第 1 季:
    :1700000000:1.mkv
https://vip.123pan.cn/13/films/alone.mkv
";
    let text = root.text().unwrap();
    assert_eq!(text, want);
    assert_eq!(served(&text).len(), 6);
    assert_eq!(root.files(), 6);
}

#[test]
fn names_that_a_line_would_misread_are_quoted() {
    let mut root = Folder::default();
    for (n, name) in
        ["2024", "#1.txt", " a.txt", "b.txt ", "c:d", "\"e\"", "12:34:f", "g\\h"].iter().enumerate()
    {
        let url = format!("https://vip.123pan.cn/13/{n}.bin");
        root.add_file(&[], name, file(&url, None, None)).unwrap();
        root.add_folder(&[format!("{name} folder")]).unwrap();
    }
    root.add_folder(&folders("2025")).unwrap();
    let names =
        served(&root.text().unwrap()).into_iter().map(|(path, ..)| path).collect::<Vec<_>>();
    assert_eq!(
        names,
        ["/ a.txt", "/\"e\"", "/#1.txt", "/12:34:f", "/2024", "/b.txt ", "/c:d", "/g\\h"]
    );
}

#[test]
fn odd_names_are_bare_names_and_read_back_as_they_were() {
    let names = [
        " lead",
        "trail ",
        "#hash",
        "1:2",
        "\"q\"",
        "a\\b",
        "100%",
        "%41",
        "x?y",
        "a#b",
        "http://x",
        "文 件",
        "a:",
        "*",
        "~t",
        "…",
        "é",
        "e\u{301}",
        "a%2Fb",
        "tab\there",
        "2024",
    ];
    let mut root = Folder::default();
    let names = names.into_iter().filter(|name| is_name(name));
    for (n, name) in names.clone().enumerate() {
        let url = format!(
            "https://vip.123pan.cn/13/d/{}",
            percent::encode_name(name).collect::<String>()
        );
        root.add_file(&folders("d"), name, file(&url, Some(n as u64), None)).unwrap();
    }
    let text = root.text().unwrap();
    assert!(text.starts_with("d: https://vip.123pan.cn/13/d/\n"), "{text}");
    let found = served(&text).into_iter().map(|(path, ..)| path).collect::<Vec<_>>();
    let mut want = names.map(|name| format!("/d/{name}")).collect::<Vec<_>>();
    want.sort();
    let mut sorted = found.clone();
    sorted.sort();
    assert_eq!(sorted, want);
    assert_eq!(
        text.matches("https://").count(),
        3,
        "all but those that look like escapes:\n{text}"
    );
}

#[test]
fn a_folder_of_one_file_has_a_base_too() {
    let mut root = Folder::default();
    let url = "https://vip.123pan.cn/13/films/Season%201/e01.mkv";
    root.add_file(&folders("Season 1"), "e01.mkv", file(url, Some(2), None)).unwrap();
    let want = "Season 1: https://vip.123pan.cn/13/films/Season%201/\n  2::e01.mkv\n";
    assert_eq!(root.text().as_deref(), Ok(want));
}

#[test]
fn a_text_with_other_files_than_its_folder_is_refused() {
    let mut root = Folder::default();
    root.add_file(&folders("d"), "a", file("https://vip.123pan.cn/13/a", Some(1), None)).unwrap();
    let line = "d:\n  1::https://vip.123pan.cn/13/a\n";
    assert_eq!(read_back::check(line, &root), Ok(()));
    for wrong in [
        "# No files.\n",
        "d:\n  2::https://vip.123pan.cn/13/a\n",
        "d:\n  1::https://vip.123pan.cn/13/A/a\n",
        "d:\n  1::https://vip.123pan.cn/13/a\nhttps://vip.123pan.cn/13/b\n",
        "d:\n  1::",
    ] {
        assert!(read_back::check(wrong, &root).is_err(), "{wrong}");
    }
}

#[test]
fn entries_that_no_tree_can_hold_are_refused_with_the_reason() {
    let mut root = Folder::default();
    let url = "https://vip.123pan.cn/13/a";
    root.add_file(&folders("x"), "a", file(url, None, None)).unwrap();
    let mut add =
        |path: &str, name: &str| root.add_file(&folders(path), name, file(url, None, None));
    assert_eq!(add("x", "a"), Err(EntryError::Taken));
    assert_eq!(add("x/a", "b"), Err(EntryError::Taken));
    for name in ["", ".", "..", "a/b", "a\nb"] {
        assert_eq!(add("", name), Err(EntryError::Name), "{name:?}");
    }
    assert_eq!(add(&"d/".repeat(64), "b"), Err(EntryError::TooDeep));
    for (url, error) in [
        ("https://vip.123pan.cn/13/", EntryError::EndsInSlash),
        ("https://vip.123pan.cn/13/a?b=c/", EntryError::EndsInSlash),
        ("https://vip.123pan.cn", EntryError::Url(OriginError::NoPath)),
        ("https://u@vip.123pan.cn/a", EntryError::Url(OriginError::Host)),
        ("ftp://vip.123pan.cn/a", EntryError::Url(OriginError::NoPath)),
        ("vip.123pan.cn/13/a", EntryError::Url(OriginError::Scheme)),
        ("https://vip.123pan.cn/../a", EntryError::Url(OriginError::DotSegment)),
    ] {
        assert_eq!(clean_url(url), Err(error), "{url}");
    }
    assert_eq!(
        clean_url("HTTPS://VIP.123pan.cn/13/a%20b.txt?auth_key=1-2-3-4#").as_deref(),
        Ok("https://vip.123pan.cn/13/a%20b.txt")
    );
    assert_eq!(Folder::default().text().as_deref(), Ok("# No files.\n"));
}

proptest! {
    #[test]
    fn a_text_is_served_as_the_files_that_it_was_written_from(
        files in prop::collection::vec(
            (
                prop::collection::vec("[ab:#\" 第%]{1,3}", 0..3),
                "[a-c0-9:#\"\\\\ %?第.]{1,6}",
                prop::option::of(0_u64..3_000_000_000),
                prop::option::of(any::<u32>()),
                0..4_usize,
            ),
            0..12,
        )
    ) {
        let mut root = Folder::default();
        let mut want = Vec::new();
        for (path, name, size, modified, form) in files {
            let encoded = |name: &str| percent::encode_name(name).collect::<String>();
            let folder = path.iter().map(|name| encoded(name) + "/").collect::<String>();
            let tail = match form {
                0 => "8123".to_owned(),
                1 => encoded(&name) + "?v=1",
                _ => encoded(&name),
            };
            let root_url = if form == 3 { "http://h/x/" } else { "https://vip.123pan.cn/13/" };
            let Ok(url) = clean_url(&[root_url, &folder, &tail].concat()) else { continue };
            let wire = url.clone();
            let added = root.add_file(&path, &name, File { url, size, modified });
            if added.is_ok() {
                let path = path.iter().flat_map(|name| ["/", name]).collect::<String>();
                want.push((format!("{path}/{name}"), wire, size, modified.map(u64::from)));
            }
        }
        // Two URLs are the same whatever is escaped in their paths.
        let decoded = |(path, url, size, modified): (String, String, _, _)| {
            let (url, query) = url.split_once('?').unwrap_or((&url, ""));
            let url = percent::decode_text(url).unwrap().into_owned();
            (path, url, query.to_owned(), size, modified)
        };
        let mut got = served(&root.text().unwrap()).into_iter().map(decoded).collect::<Vec<_>>();
        let mut want = want.into_iter().map(decoded).collect::<Vec<_>>();
        got.sort();
        want.sort();
        prop_assert_eq!(got, want);
    }
}
