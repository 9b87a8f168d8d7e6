//! `Tree::parse` against the reference, on texts made at random.

use proptest::prelude::*;
use signpost::host::SignedHosts;
use signpost::origin::Origin;
use signpost::time::UnixSeconds;
use signpost::tree::parse::{Context, Parsed};
use signpost::tree::problem::Problem;
use signpost::tree::{Found, Tree};

use crate::reference::{self, File};

fn parse(text: &str) -> Result<Parsed, Vec<Problem>> {
    let hosts = SignedHosts::default();
    Tree::parse(
        text,
        Context { now: UnixSeconds(reference::NOW), hosts: &hosts, at_site_root: true },
    )
}

fn name() -> impl Strategy<Value = String> {
    prop_oneof![
        4 => "[a-c]{1,2}",
        2 => "[ab 中é😀+;'\\\\&=~!().-]{1,4}",
        1 => "[0-9]{1,3}",
        1 => Just(".".to_owned()),
        1 => Just("..".to_owned()),
        1 => "[a%?:/ ]{1,3}",
        1 => Just("%2e%2E".to_owned()),
        1 => Just("a%20b%41".to_owned()),
    ]
}

fn host() -> impl Strategy<Value = &'static str> {
    prop_oneof![
        6 => Just("vip.123pan.cn"),
        1 => Just("h.example"),
        1 => Just("VIP.123pan.CN"),
        1 => Just("u@h.example"),
    ]
}

fn url() -> impl Strategy<Value = String> {
    let query = prop_oneof![4 => Just(""), 1 => Just("?x=1"), 1 => Just("?x=/y"), 1 => Just("#f")];
    (prop_oneof![Just("http"), Just("https")], host(), prop::collection::vec(name(), 1..3), query)
        .prop_map(|(scheme, host, names, query)| {
            format!("{scheme}://{host}/{}{query}", names.join("/"))
        })
}

fn numbers() -> impl Strategy<Value = String> {
    prop_oneof![
        5 => Just(String::new()),
        2 => "[0-9]{1,4}:",
        1 => "1[0-9]{9}:",
        1 => "[0-9]{1,4}:1[0-9]{9}:",
        1 => "[0-9]{1,4}::",
        1 => ":1[0-9]{9}:",
        1 => "[0-9]{1,3}k:",
        1 => "1:2:3:",
    ]
}

fn line() -> impl Strategy<Value = String> {
    let content = prop_oneof![
        4 => (numbers(), url()).prop_map(|(numbers, url)| numbers + &url),
        3 => (name(), numbers(), url()).prop_map(|(name, numbers, url)| format!("{name}:{numbers}{url}")),
        2 => (name(), numbers(), url()).prop_map(|(name, numbers, url)| format!("\"{name}\":{numbers}{url}")),
        5 => name().prop_map(|name| format!("{name}:")),
        1 => name().prop_map(|name| format!("\"{name}\":")),
        3 => (name(), url()).prop_map(|(name, url)| format!("{name}: {url}/")),
        3 => (numbers(), name()).prop_map(|(numbers, name)| numbers + &name),
        1 => name().prop_map(|name| format!("\"{name}\"")),
        1 => Just("# a comment".to_owned()),
        1 => Just(String::new()),
    ];
    let indent = prop_oneof![12 => 0..4_usize, 1 => Just(9_usize)];
    let end = prop_oneof![8 => Just(""), 1 => Just("\r"), 1 => Just("  ")];
    (indent, content, end).prop_map(|(indent, content, end)| {
        let spaces = if indent == 9 { 3 } else { indent * 2 };
        " ".repeat(spaces) + &content + end
    })
}

fn files(tree: &Tree) -> Vec<File> {
    let lines = tree.lines();
    lines
        .map(|(path, file)| {
            let origin = file.origin().unwrap();
            hashes_what_it_is(&origin);
            (path, origin.written(), file.size(), file.modified().map(|at| at.0))
        })
        .collect()
}

/// What is hashed for a signature is the URL's path decoded, whatever the file is called.
#[track_caller]
fn hashes_what_it_is(origin: &Origin<'_>) {
    let written = origin.written();
    let path_at = written.match_indices('/').nth(2).map_or(written.len(), |(at, _)| at);
    let path = written[path_at..].split('?').next().unwrap();
    let want = percent_encoding::percent_decode_str(path).collect::<Vec<u8>>();
    let (base, tail) = origin.decoded_path();
    assert_eq!([base, &tail].concat(), want, "{written}");
}

/// What the parser tidies up in a URL and the reference leaves: the host's case, stray `%`.
fn tidy(mut files: Vec<File>) -> Vec<File> {
    for (_, url, ..) in &mut files {
        let (scheme, rest) = url.split_once("://").unwrap();
        let (host, path) = rest.split_once('/').unwrap();
        let mut tidied = format!("{scheme}://{}/", host.to_ascii_lowercase());
        let bytes = path.as_bytes();
        for (at, c) in path.char_indices() {
            let escape = bytes.get(at + 1..at + 3);
            let whole = escape.is_some_and(|two| two.iter().all(u8::is_ascii_hexdigit));
            tidied.push(c);
            if c == '%' && !whole {
                tidied.push_str("25");
            }
        }
        *url = tidied;
    }
    files
}

/// Holds one text against the reference.
#[track_caller]
fn compare(text: &str) {
    match (parse(text), reference::parse(text)) {
        (Ok(parsed), Ok(want)) => {
            let want = tidy(want);
            assert_eq!(files(&parsed.tree), want, "text: {text:?}");
            every_file_is_found(&parsed.tree, &want, text);
        }
        (Err(problems), Err(want)) => {
            let errors = problems.iter().filter(|problem| problem.kind.is_error());
            let lines = errors.map(|problem| problem.line).collect();
            assert_eq!(want, lines, "{problems:?} in {text:?}");
        }
        (got, want) => panic!("got {got:?}, want {want:?} for {text:?}"),
    }
}

/// A path leads to its first line; no path but those of the text leads to a file.
fn every_file_is_found(tree: &Tree, files: &[File], text: &str) {
    for (path, ..) in files {
        let first = files.iter().find(|file| file.0 == *path).unwrap();
        match tree.find(path.trim_start_matches('/')) {
            Some(Found::File(found)) => {
                assert_eq!(found.origin().unwrap().written(), first.1, "{path} in {text:?}");
            }
            other => panic!("{path} leads to {other:?} in {text:?}"),
        }
        let below = format!("{}/x", path.trim_start_matches('/'));
        assert!(tree.find(&below).is_none(), "something lies below the file {path}");
    }
    let paths = files.iter().map(|file| &file.0).collect::<std::collections::BTreeSet<_>>();
    assert_eq!(tree.files(), paths.len());
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 3_000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn random_trees_are_read_as_the_reference_reads_them(lines in prop::collection::vec(line(), 0..12)) {
        compare(&lines.join("\n"));
    }

    #[test]
    fn no_text_makes_the_parser_panic(text in "(?s).{0,200}") {
        let _ = parse(&text);
    }

    #[test]
    fn text_like_a_tree_does_not_make_it_panic(text in "[ \t\r\n:\"\\\\/*#%?.ahtps0-9中\u{feff}]{0,80}") {
        compare_if_plain(&text);
    }
}

/// The reference knows no escapes in quotes and no prefix mounts.
fn compare_if_plain(text: &str) {
    if text.contains('\\') || text.contains("/*") {
        let _ = parse(text);
    } else {
        compare(text);
    }
}

#[test]
fn a_tree_of_all_forms_is_read() {
    let text = "\u{feff}# films\r\nMovies: https://vip.123pan.cn/13/movies/\r\n  a.mkv\r\n  \
                127451136:1694101621:b c.mkv\r\n  Sub:\r\n    100%.txt\r\nMovies:\r\n  \
                https://vip.123pan.cn/13/other.mkv\r\n\"a:b\":5:https://vip.123pan.cn/13/x\r\n";
    compare(text);
    let parsed = parse(text).unwrap();
    let paths = parsed.tree.lines().map(|(path, _)| path).collect::<Vec<_>>();
    let want =
        ["/Movies/a.mkv", "/Movies/b c.mkv", "/Movies/Sub/100%.txt", "/Movies/other.mkv", "/a:b"];
    assert_eq!(paths, want);
    let urls = parsed.tree.lines().map(|(_, file)| file.origin().unwrap().written());
    assert_eq!(urls.collect::<Vec<_>>()[2], "https://vip.123pan.cn/13/movies/Sub/100%25.txt");
    assert_eq!(parsed.warnings, []);
}

#[test]
fn every_finding_names_its_line() {
    const CASES: &[(&str, &str)] = &[
        ("a:\n   https://h/x", "2 an indent of 3 spaces, expected a multiple of 2"),
        ("\n\nb.mp4", "3 expected a folder name ending in `:` or a URL"),
        ("\tb:", "1 a tab in the indent"),
        ("b.mp4:12k:https://vip.123pan.cn/x", "1 a size or time that is not a number"),
        ("https://vip.123pan.cn/13/%FF", "1 the name in the URL is not UTF-8"),
        ("https://vip.123pan.cn/13/a%2Fb", "1 a name that no path can hold"),
        ("https://vip.123pan.cn/13/?x", "1 the URL ends without a name"),
        ("https://u@vip.123pan.cn/a", "1 the URL's host is not a plain host name"),
        ("a:\na:https://vip.123pan.cn/x", "2 a file and a folder of the same name (see line 1)"),
        ("a:https://vip.123pan.cn/x\na:", "2 a file and a folder of the same name (see line 1)"),
        (
            "a:https://vip.123pan.cn/x\na:https://vip.123pan.cn/y",
            "2 the path stands in line 1 already",
        ),
        ("    https://vip.123pan.cn/x", "1 an indent deeper than the folder above allows"),
        (
            "1500000000:https://vip.123pan.cn/x",
            "1 a lone number, read as a time, that could be a size",
        ),
        ("http://vip.123pan.cn/x", "1 http where https works"),
        ("https://h.example/x", "1 a host that is not signed for"),
        ("a.sql:7:8:vip.123pan.cn/1784780/a.sql", "1 a URL without https:// in front"),
        ("m: https://vip.123pan.cn/\n  vip.123pan.cn/13/a", "2 a URL without https:// in front"),
        ("https://vip.123pan.cn/x#y", "1 a # in the URL: what follows it is left out"),
        (
            "a.mkv:https://13.v.123pan.cn/13/8209290",
            "1 a direct link that ends in a number, not in the name",
        ),
        ("m: https://vip.123pan.cn/\n  a%20b", "2 a bare name that looks percent-encoded"),
        ("-:", "1 a name that the site's own paths hide"),
        ("~x:", "1 a name that the site's own paths hide"),
        ("dav:", "1 a name that WebDAV's paths hide"),
        ("p:https://vip.123pan.cn/x", "1 a name that the paths of AList's API hide"),
    ];
    for (text, want) in CASES {
        let problems = parse(text).map_or_else(|problems| problems, |parsed| parsed.warnings);
        let shown = problems.iter().map(|problem| format!("{} {}", problem.line, problem.kind));
        assert_eq!(shown.collect::<Vec<_>>(), [*want], "text: {text:?}");
    }
}

#[test]
fn a_bare_hash_at_a_urls_end_is_left_out_without_a_warning() {
    for url in ["https://vip.123pan.cn/13/a.sql#", "n.sql:7:8:https://1.v.123pan.cn/1/335.sql?x=1#"]
    {
        let parsed = parse(url).unwrap();
        assert_eq!(parsed.warnings, [], "{url}");
        let (_, file) = parsed.tree.lines().next().unwrap();
        let written = file.origin().unwrap().written();
        assert_eq!(Some(&*written), url.get(url.find("https").unwrap()..url.len() - 1));
    }
}

#[test]
fn all_errors_of_a_text_are_reported_at_once() {
    let problems = parse("x\nok:\n  y:z\n   odd:\nhttps://vip.123pan.cn/..").unwrap_err();
    let lines = problems.iter().map(|problem| problem.line).collect::<Vec<_>>();
    assert_eq!(lines, [1, 3, 4, 5]);
}
