use proptest::prelude::*;

use super::*;

fn entry(id: u64) -> Entry {
    Entry {
        id,
        name: format!("文 \"{id}\""),
        folder: id.is_multiple_of(3),
        size: id,
        modified: (!id.is_multiple_of(2)).then_some(UnixSeconds(id)),
        md5: id.is_multiple_of(2).then_some([7; 16]),
        key_flag: "1-0".to_owned(),
    }
}

fn page(ids: &[u64], next: Option<u64>, total: Option<u64>) -> Page {
    Page { entries: ids.iter().copied().map(entry).collect(), unusable: 0, next, total }
}

fn ids(progress: &Progress) -> Vec<u64> {
    progress.entries().iter().map(|entry| entry.id).collect()
}

/// Reads pages to the end. After each page the progress is stored and parsed again: a restart changes
/// nothing.
fn run(pages: Vec<Page>, by_cursor: bool) -> Progress {
    let mut progress = Progress::new();
    for page in pages {
        progress.add_page(page, by_cursor);
        progress = Progress::parse(&progress.to_json()).unwrap();
    }
    progress
}

#[test]
fn pages_are_counted_until_one_is_the_last() {
    let mut progress = run(vec![page(&[3, 2], Some(2), Some(3))], false);
    assert_eq!((progress.cursor(), progress.is_done(), progress.pages()), (2, false, 1));
    assert_eq!(ids(&progress), [3, 2]);
    progress.add_page(page(&[1], None, Some(3)), false);
    assert!(progress.is_done() && !progress.has_count_mismatch());
    assert_eq!(ids(&progress), [3, 2, 1]);
    progress.add_page(page(&[9], Some(1), None), false);
    assert_eq!(ids(&progress), [3, 2, 1], "it is done");
}

#[test]
fn each_end_condition_ends_a_listing() {
    let endings = [
        page(&[1], None, None),
        page(&[], Some(0), None),
        page(&[3, 2], Some(0), None),
        Page { unusable: 0, ..page(&[], None, None) },
    ];
    for ending in endings {
        let progress = run(vec![page(&[3, 2], Some(0), None), ending.clone()], false);
        assert!(progress.is_done() && !progress.has_count_mismatch(), "{ending:?}");
        assert!(ids(&progress).starts_with(&[3, 2]));
    }
}

#[test]
fn a_cursor_has_to_advance() {
    let progress = run(vec![page(&[1], Some(7), None), page(&[2], Some(7), None)], true);
    assert!(progress.is_done());
    assert_eq!(ids(&progress), [1, 2]);
    let progress = run(vec![page(&[1], Some(7), None), page(&[], Some(9), None)], true);
    assert!(!progress.is_done(), "all of that page lay in the bin");
    assert_eq!(progress.cursor(), 9);
    let progress = run(vec![page(&[1], Some(7), None), page(&[1], Some(9), None)], true);
    assert!(progress.is_done(), "nothing new");
}

#[test]
fn a_folder_that_does_not_add_up_is_read_twice() {
    let short = || page(&[3, 2], None, Some(3));
    let mut progress = run(vec![short()], false);
    assert!(!progress.is_done());
    assert_eq!((progress.cursor(), ids(&progress)), (0, vec![3, 2]), "what is known is not lost");
    progress.add_page(page(&[5], Some(5), Some(3)), false);
    assert_eq!(ids(&progress), [3, 2]);
    progress = Progress::parse(&progress.to_json()).unwrap();
    progress.add_page(page(&[3, 2], None, Some(3)), false);
    assert!(progress.is_done() && !progress.has_count_mismatch());
    assert_eq!(ids(&progress), [5, 3, 2]);

    let progress = run(vec![short(), short()], false);
    assert!(progress.is_done() && progress.has_count_mismatch());
    assert_eq!((ids(&progress), progress.pages()), (vec![3, 2], 2));
    let progress = run(vec![short(), page(&[3], None, Some(3))], false);
    assert!(progress.has_count_mismatch());
    assert_eq!(progress.into_entries().len(), 2, "the fuller one");
}

#[test]
fn rows_that_cant_be_used_are_rows() {
    let unusable = |page, unusable| Page { unusable, ..page };
    let progress = run(
        vec![
            unusable(page(&[], Some(0), Some(4)), 2),
            unusable(page(&[3], Some(0), Some(4)), 1),
            unusable(page(&[3], Some(0), Some(4)), 1),
        ],
        false,
    );
    assert!(
        progress.is_done() && !progress.has_count_mismatch(),
        "a page that came twice counts once"
    );
    assert_eq!((ids(&progress), progress.unusable()), (vec![3], 3));
}

#[test]
fn a_listing_without_end_is_left() {
    let mut progress = Progress::new();
    for _ in 0..MAX_BARREN {
        progress.add_page(Page { unusable: 1, ..page(&[], Some(0), None) }, false);
    }
    assert!(progress.is_done() && progress.has_count_mismatch());
    let mut progress = Progress::new();
    for id in 1..=u64::from(MAX_PAGES) {
        assert!(!progress.is_done());
        progress.add_page(page(&[id], Some(id), None), true);
    }
    assert!(progress.is_done() && progress.has_count_mismatch());
}

#[test]
fn a_text_that_is_no_progress_is_none() {
    for text in ["", "{}", "[]", r#"{"cursor":1,"entries":[[1]]}"#] {
        assert_eq!(Progress::parse(text), None, "{text}");
    }
}

proptest! {
    #[test]
    fn reading_pages_always_ends(
        pages in proptest::collection::vec(
            (proptest::collection::vec(1..9_u64, 0..4), 0..3_u32, any::<Option<u8>>(), 0..5_u64),
            1..20,
        ),
        by_cursor: bool,
    ) {
        let mut progress = Progress::new();
        for (ids, unusable, next, total) in pages.iter().cycle().take(2 * MAX_PAGES as usize) {
            let next = next.map(u64::from);
            let total = (*total > 0).then_some(*total);
            progress.add_page(Page { unusable: *unusable, ..page(ids, next, total) }, by_cursor);
            if progress.is_done() {
                break;
            }
        }
        prop_assert!(progress.is_done());
        prop_assert!(progress.pages() <= MAX_PAGES);
        prop_assert_eq!(Progress::parse(&progress.to_json()), Some(progress));
    }
}
