use std::rc::Rc;

use proptest::prelude::*;

use super::*;
use crate::access::hide::{Hidden, Hide, Traversal};

fn globs_of(list: &[String]) -> Rc<Hide> {
    let globs = list.iter().map(|glob| Glob::parse(glob).unwrap()).collect();
    Rc::new(Hide::new(globs, Vec::new(), Vec::new()))
}

/// Whether any of the globs hides the last name of a path like `/a/b`.
fn hides(hide: &Rc<Hide>, path: &str) -> bool {
    let mut traversal = Traversal::start(hide);
    let mut hidden = Hidden::No;
    for name in path.split('/').skip(1) {
        hidden = traversal.hidden(name);
        traversal.enter(name);
    }
    hidden != Hidden::No
}

#[test]
fn expressions_become_the_globs_that_people_would_write() {
    for (regex, want) in [
        ("^\\.", &[".*"] as &[&str]),
        ("\\.nfo$", &["*.nfo"]),
        ("\\.bak$", &["*.bak"]),
        ("^~", &["~*"]),
        ("^README\\.md$", &["README.md"]),
        ("secret", &["*secret*"]),
        ("", &["*"]),
        ("^Thumbs", &["Thumbs*"]),
        ("(?i)\\.nfo$", &["*.[Nn][Ff][Oo]"]),
        ("\\.(nfo|txt)$", &["*.nfo", "*.txt"]),
        ("^v[0-9]{2}$", &["v[0-9][0-9]"]),
        ("^a.*b$", &["a*b"]),
        ("^a.+b$", &["a?*b"]),
        ("^colou?r$", &["color", "colour"]),
        ("^[^a-c]x$", &["[!a-c]x"]),
        ("^\\[x\\]\\*$", &["[[]x][*]"]),
        ("^(?:a|b)$", &["a", "b"]),
        ("^a/b$", &[]),
        ("第.集", &["*第?集*"]),
    ] {
        assert_eq!(
            name_globs(regex).as_deref(),
            Some(&want.iter().map(|g| (*g).to_owned()).collect::<Vec<_>>()[..]),
            "{regex}"
        );
    }
}

#[test]
fn expressions_that_no_glob_equals_are_told() {
    for regex in [
        "\\d+",
        "\\w",
        "^(?!a)",
        "(?<=a)b",
        "a+",
        "(ab)*",
        "\\bx",
        "a\\\\b",
        "x{",
        "^!",
        "[a&&b]",
        "[[:alpha:]]",
        "\\p{L}",
        "a^b",
        "(?m)^a",
        "(?i)é",
        "[",
        "(",
        "a{1,40}b{1,40}",
        "\\x41",
    ] {
        assert_eq!(name_globs(regex), None, "{regex}");
    }
    for line in ["/a/gi", "/\\d/", "/(/"] {
        assert_eq!(path_globs_of_setting(line), None, "{line}");
    }
}

#[test]
fn the_setting_hides_by_paths() {
    let of = |line: &str| path_globs_of_setting(line).unwrap();
    let readme = "[Rr][Ee][Aa][Dd][Mm][Ee]";
    assert_eq!(
        of("/\\/README.md/i"),
        [
            format!("/**/{readme}/[Mm][Dd]*"),
            format!("/**/{readme}/[Mm][Dd]*/**"),
            format!("/**/{readme}?[Mm][Dd]*/**"),
            format!("{readme}?[Mm][Dd]*"),
        ]
    );
    assert_eq!(of("/\\.nfo$/"), ["*.nfo"]);
    assert_eq!(of("/^\\/private$/"), ["/private"]);
    assert_eq!(of("/\\/\\.[^\\/]*$/"), [".*"]);
    assert_eq!(of("/^private/"), [] as [&str; 0], "every path begins with a slash");
    let hide = globs_of(&of("/\\/README.md/i"));
    for (path, want) in [
        ("/README.md", true),
        ("/a/readme.MD", true),
        ("/a/readme.md.bak", true),
        ("/a/README.md/x", true),
        ("/a/README/md", true),
        ("/a/xREADME.md", false),
        ("/a/README.txt", false),
    ] {
        assert_eq!(hides(&hide, path), want, "{path}");
    }
}

#[test]
fn a_glob_of_paths_is_cut_to_what_is_left_of_it_in_a_folder() {
    let path = |path: &str| path.split('/').map(str::to_owned).collect::<Vec<_>>();
    for (glob, at, want) in [
        ("*.nfo", "a/b", &["*.nfo"] as &[&str]),
        ("/a/*/x", "a", &["/*/x"]),
        ("/a/*/x", "a/b", &["/x"]),
        ("/a/*/x", "b", &[]),
        ("/**/a/x", "a", &["/**/a/x", "/x"]),
        ("/a", "a", &[]),
        ("/**/a/**", "a", &["/**", "/**/a/**"]),
    ] {
        assert_eq!(below(glob, &path(at)), want, "{glob} in {at}");
    }
}

const REGEX: &str = "(\\^)?([ab]|\\.|\\\\\\.|\\[ab\\]|\\[\\^a\\]|\\.\\*|\\.\\+|a\\?|\\[\\^/\\]\\*|\\(a\\|b\\)){1,4}(\\$)?";
const PATH_REGEX: &str = "(\\^/)?([ab/]|\\.|\\\\\\.|\\[ab\\]|\\[\\^a\\]|\\.\\*|\\.\\+|a\\?|\\[\\^/\\]\\*|\\(a\\|/b\\)){1,4}(\\$)?";

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn globs_match_the_names_that_the_expression_matches(
        regex in REGEX, names in prop::collection::vec("[ab.c]{1,5}", 1..20)
    ) {
        let Some(globs) = name_globs(&regex) else { return Ok(()) };
        let hide = globs_of(&globs);
        let exact = regex::Regex::new(&regex).unwrap();
        for name in names {
            prop_assert_eq!(
                hides(&hide, &format!("/{name}")), exact.is_match(&name),
                "{} {:?} {}", regex, globs, name
            );
        }
    }

    #[test]
    fn globs_match_the_paths_that_the_setting_matches(
        regex in PATH_REGEX,
        paths in prop::collection::vec("(/[ab.c]{1,3}){1,4}", 1..20),
        depth in 0_usize..3,
    ) {
        let Some(globs) = path_globs_of_setting(&format!("/{regex}/")) else { return Ok(()) };
        let exact = regex::Regex::new(&regex).unwrap();
        for path in paths {
            // The same globs, and what is left of them in a folder on the way.
            let names = path.split('/').skip(1).map(str::to_owned).collect::<Vec<_>>();
            let (above, rest) = names.split_at(depth.min(names.len() - 1));
            let left = globs.iter().flat_map(|glob| below(glob, above)).collect::<Vec<_>>();
            let rest = format!("/{}", rest.join("/"));
            prop_assert_eq!(
                hides(&globs_of(&left), &rest), exact.is_match(&path),
                "{} {:?} {:?} {}", regex, globs, left, path
            );
        }
    }
}
