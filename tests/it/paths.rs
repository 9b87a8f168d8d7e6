//! Request paths and what they lead to, held against the same done slowly.

use percent_encoding::percent_decode_str;
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::select;
use signpost::host::SignedHosts;
use signpost::path::{EntryPath, MAX_SEGMENTS};

use signpost::time::UnixSeconds;
use signpost::tree::parse::Context;
use signpost::tree::{Found, Tree};
use signpost_core::percent;

/// The names on the way, or `None` where nothing can be called so.
fn names(raw: &str) -> Option<Vec<String>> {
    let inner = raw.strip_prefix('/')?.trim_end_matches('/');
    if inner.is_empty() {
        return Some(Vec::new());
    }
    let name = |segment: &str| {
        let mut escapes = segment.split('%').skip(1);
        let is_whole = |after: &str| {
            after.len() >= 2 && after.bytes().take(2).all(|byte| byte.is_ascii_hexdigit())
        };
        let name = percent_decode_str(segment).decode_utf8().ok()?.into_owned();
        let allowed = !matches!(name.as_str(), "" | "." | "..") && !name.contains(['/', '\0']);
        (escapes.all(is_whole) && allowed).then_some(name)
    };
    let names = inner.split('/').map(name).collect::<Option<Vec<_>>>()?;
    (names.len() <= MAX_SEGMENTS).then_some(names)
}

fn pieces() -> impl Strategy<Value = String> {
    const PIECES: [&str; 20] = [
        "/",
        "/",
        "a",
        "b",
        ".",
        "..",
        "%2e",
        "%2F",
        "%00",
        "%",
        "%4",
        "%zz",
        "%25",
        "%e4%b8%ad",
        "%E4",
        "中",
        "\u{301}",
        " ",
        "+",
        "\\",
    ];
    vec(select(&PIECES[..]), 0..24).prop_map(|pieces| pieces.concat())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 20_000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_path_is_read_as_its_names_are_decoded_one_by_one(path in pieces()) {
        for raw in [path.clone(), format!("/{path}")] {
            let read = EntryPath::parse(&raw).ok();
            let want = names(&raw);
            let got = read.as_ref().map(|path| path.segments().map(str::to_owned).collect());
            prop_assert_eq!(&got, &want, "{:?}", raw);
            if let (Some(path), Some(names)) = (&read, &want) {
                prop_assert_eq!(path.depth(), names.len(), "{:?}", raw);
                for depth in 0..=names.len() {
                    prop_assert_eq!(path.below(depth), names[depth..].join("/"), "{:?}", raw);
                }
            }
        }
    }

    #[test]
    fn text_is_decoded_as_the_crate_for_it_does(text in pieces()) {
        prop_assert_eq!(&*percent::decode(&text), &*percent_decode_str(&text).collect::<Vec<_>>());
    }
}

#[test]
fn a_path_is_as_deep_as_it_may_be() {
    let path = |depth| "/a".repeat(depth);
    assert_eq!(EntryPath::parse(&path(MAX_SEGMENTS)).unwrap().depth(), MAX_SEGMENTS);
    assert!(EntryPath::parse(&path(MAX_SEGMENTS + 1)).is_err());
    assert!(EntryPath::parse(&format!("/%61{}", path(MAX_SEGMENTS))).is_err());
}

/// What lies below several remote folders, inside each other and in plain ones.
#[test]
fn a_path_without_a_line_lies_below_the_deepest_remote_folder_above_it() {
    const TREE: &str = "\
r/*: https://vip.123pan.cn/13/r/
  s:
    t/*: https://vip.123pan.cn/13/t/
      own.mkv:https://vip.123pan.cn/13/own
    file:https://vip.123pan.cn/13/file
plain:
  u/*: https://vip.123pan.cn/13/u/
";
    let hosts = SignedHosts::default();
    let context = Context { now: UnixSeconds(1_790_000_000), hosts: &hosts, at_site_root: true };
    let tree = Tree::parse(TREE, context).unwrap().tree;
    let leads_to = |path| match tree.find(path) {
        Some(Found::Remote(remote)) => remote.origin().written(),
        Some(Found::File(file)) => file.origin().unwrap().written(),
        Some(Found::Folder(_)) => "a folder".to_owned(),
        None => "nothing".to_owned(),
    };
    for (path, want) in [
        ("", "a folder"),
        ("r", "a folder"),
        ("r/a b%.ts", "https://vip.123pan.cn/13/r/a%20b%25.ts"),
        ("r/s", "a folder"),
        ("r/s/x/y", "https://vip.123pan.cn/13/r/s/x/y"),
        ("r/s/t", "a folder"),
        ("r/s/t/own.mkv", "https://vip.123pan.cn/13/own"),
        ("r/s/t/x/中", "https://vip.123pan.cn/13/t/x/%E4%B8%AD"),
        ("r/s/file", "https://vip.123pan.cn/13/file"),
        ("r/s/file/x", "https://vip.123pan.cn/13/r/s/file/x"),
        ("r/s/t/own.mkv/x", "https://vip.123pan.cn/13/t/own.mkv/x"),
        ("rs", "nothing"),
        ("rs/x", "nothing"),
        ("plain/x", "nothing"),
        ("plain/u/x", "https://vip.123pan.cn/13/u/x"),
        ("plain/ux/x", "nothing"),
    ] {
        assert_eq!(leads_to(path), want, "{path}");
    }
}
