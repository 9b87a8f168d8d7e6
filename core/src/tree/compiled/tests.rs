use super::*;
use crate::time::UnixSeconds;
use crate::tree::parse::Context;
use crate::tree::{Child, Folder, Found};

const TEXT: &str = "\
https://vip.123pan.cn/13/top.txt
Films:
  The 10th.mkv:5:1700000000:https://vip.123pan.cn/13/f/10.mkv
  the 2nd.mkv:6:https://vip.123pan.cn/13/f/2.mkv?x=%41
  第10集.mp4:https://vip.123pan.cn/13/%E7%AC%AC10%E9%9B%86.mp4
  第2集.mp4:https://vip.123pan.cn/13/2.mp4
  Extras: https://other.example/e/
    a b.txt
Deep/*: https://vip.123pan.cn/13/deep/
";

fn hosts() -> SignedHosts {
    SignedHosts::default()
}

fn parsed(text: &str) -> Tree {
    let context = Context { now: UnixSeconds(1_790_000_000), hosts: &hosts(), at_site_root: true };
    Tree::parse(text, context).unwrap().tree
}

/// All entries as listings show them, with their files' URLs.
fn listed(folder: Folder<'_>, out: &mut Vec<String>) {
    for child in folder.children() {
        match child {
            Child::Folder(folder) => {
                out.push(format!("{}/ {}", folder.name(), folder.has_remote_folder()));
                listed(folder, out);
            }
            Child::File(file) => {
                let origin = file.origin().unwrap();
                let signed = origin.base().is_signed();
                out.push(format!(
                    "{} {:?} {:?} {} {signed}",
                    file.name(),
                    file.size(),
                    file.modified(),
                    origin.written()
                ));
            }
        }
    }
}

#[test]
fn a_compiled_tree_is_the_tree() {
    let tree = parsed(TEXT);
    let form = tree.compile().unwrap();
    assert!(is_compiled(&form) && !is_compiled(TEXT.as_bytes()));
    // At an odd address, too: no offset is aligned.
    let shifted = [&[0][..], &form].concat();
    let read = Tree::from_compiled(&shifted[1..], &hosts()).unwrap();
    let (mut have, mut want) = (Vec::new(), Vec::new());
    listed(read.root(), &mut have);
    listed(tree.root(), &mut want);
    assert_eq!(have, want);
    for (line, begins) in have[1..4].iter().zip(["Fil", "Ext", "a b"]) {
        assert!(line.starts_with(begins), "{line}");
    }
    assert_eq!((read.files(), read.folders()), (tree.files(), tree.folders()));
    assert!(matches!(read.find("Films/第2集.mp4"), Some(Found::File(_))));
    assert!(matches!(read.find("Films/Extras"), Some(Found::Folder(_))));
    assert!(matches!(read.find("Deep/any/thing"), Some(Found::Remote(_))));
    assert!(read.find("Films/3.mp4").is_none());
    assert_eq!(read.compile().unwrap(), form);
}

#[test]
fn a_form_that_was_cut_changed_or_comes_from_another_version_is_refused_by_name() {
    let form = parsed(TEXT).compile().unwrap();
    let read = |form: &[u8]| Tree::from_compiled(form, &hosts()).map(|_| ());
    for length in 0..form.len() {
        assert_eq!(read(&form[..length]), Err(CompiledError::Length), "{length}");
    }
    assert_eq!(read(&[&form[..], b"x"].concat()), Err(CompiledError::Length));
    for at in CHECKED_FROM..form.len() {
        let mut changed = form.clone();
        changed[at] ^= 0x10;
        let read = read(&changed);
        // The version comes first: what else a form of another version means is not known.
        let want = match at - CHECKED_FROM {
            ..4 => matches!(read, Err(CompiledError::Version(_))),
            _ => matches!(read, Err(CompiledError::Checksum | CompiledError::Length)),
        };
        assert!(want, "{at} {read:?}");
    }
    let mut newer = form.clone();
    newer[CHECKED_FROM] = 2;
    assert_eq!(read(&newer), Err(CompiledError::Version(2)));
    assert!(CompiledError::Version(2).to_string().contains("form 2"));
    assert_eq!(stated_checksum(&newer), stated_checksum(&form));
}

/// Visits what lies in a folder, to no great depth: a folder may be its own child.
fn visit(folder: Folder<'_>, depth: usize) -> usize {
    let children = folder.children().take(20);
    children
        .map(|child| match child {
            Child::Folder(folder) if depth < 3 => visit(folder, depth + 1),
            Child::Folder(folder) => folder.name().len(),
            Child::File(file) => file.name().len(),
        })
        .sum()
}

#[test]
fn nonsense_with_a_right_checksum_ends_no_instance() {
    let form = parsed(TEXT).compile().unwrap();
    let mut seed = 1_u64;
    for round in 0..2_000 {
        let mut changed = form.clone();
        for _ in 0..=round % 8 {
            seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
            let at =
                size_of::<Header>() + (seed >> 33) as usize % (form.len() - size_of::<Header>());
            changed[at] = (seed >> 56) as u8;
        }
        let checksum = xxh64(&changed[CHECKED_FROM..], 0).to_le_bytes();
        changed[CHECKED_FROM - 8..CHECKED_FROM].copy_from_slice(&checksum);
        let Ok(tree) = Tree::from_compiled(&changed, &hosts()) else { continue };
        for path in ["Films/第2集.mp4", "Films", "Deep/x/y", "top.txt", "none"] {
            if let Some(Found::File(file)) = tree.find(path) {
                let _ = (file.name(), file.origin().map(|origin| origin.written()));
            }
        }
        visit(tree.root(), 0);
    }
}

/// The bytes of a compiled tree depend on how names are hashed, ordered and folded: where one of these functions
/// changes, so does the version of the form.
#[test]
fn the_functions_behind_the_form_are_those_of_its_version() {
    let form = parsed(TEXT).compile().unwrap();
    assert_eq!(
        (VERSION, form.len(), stated_checksum(&form)),
        (1, 830, Some(17_002_486_096_818_276_999))
    );
}
