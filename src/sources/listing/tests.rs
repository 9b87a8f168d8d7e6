use super::*;

const AT: UnixSeconds = UnixSeconds(1_700_000_000);

fn file(id: u64, name: &str) -> Entry {
    Entry {
        id,
        name: name.to_owned(),
        folder: false,
        size: 12,
        modified: Some(UnixSeconds(1_600_000_000)),
        md5: Some([7; 16]),
        key_flag: "1812345678-0".to_owned(),
    }
}

fn folder(id: u64, name: &str) -> Entry {
    Entry {
        folder: true,
        size: 0,
        modified: None,
        md5: None,
        key_flag: String::new(),
        ..file(id, name)
    }
}

fn listing(entries: Vec<Entry>) -> Listing {
    Listing::parse(encode(entries, 0, Extent::Whole, AT)).unwrap()
}

#[test]
fn what_is_written_is_read_again() {
    let read = listing(vec![file(2, "b c.txt"), folder(1, "资料"), file(3, "a+#%?.bin")]);
    assert_eq!((read.len(), read.read_at(), read.is_whole()), (3, AT, true));
    let item = read.find("b c.txt").unwrap();
    assert_eq!((item.id, item.size, item.modified), (2, 12, Some(UnixSeconds(1_600_000_000))));
    assert_eq!((item.md5, item.key_flag, item.folder), (Some([7; 16]), "1812345678-0", false));
    let item = read.find("资料").unwrap();
    assert_eq!((item.id, item.folder, item.modified, item.md5), (1, true, None, None));
    assert_eq!(read.find("b c"), None);
    assert_eq!(read.in_order().count(), 3);
}

#[test]
fn an_excerpt_has_the_one_entry_and_the_state_of_the_listing() {
    let all = [file(1, "a"), file(2, "ab"), folder(3, "资 料")];
    for extent in [Extent::Whole, Extent::Part] {
        let all = Listing::parse(encode(all.to_vec(), 7, extent, UnixSeconds(9))).unwrap();
        for name in ["a", "ab", "资 料"] {
            let excerpt = Listing::parse(all.excerpt(name)).unwrap();
            assert_eq!((excerpt.len(), excerpt.find(name)), (1, all.find(name)), "{name}");
            assert_eq!((excerpt.read_at(), excerpt.unusable()), (UnixSeconds(9), 7));
            assert_eq!(excerpt.is_whole(), extent == Extent::Whole);
        }
        let nothing = Listing::parse(all.excerpt("b")).unwrap();
        assert_eq!((nothing.len(), nothing.is_whole()), (0, extent == Extent::Whole));
    }
}

#[test]
fn of_entries_with_one_name_the_oldest_has_it_and_the_others_stay_reachable() {
    let entries = vec![file(9, "a.txt"), file(3, "a.txt"), folder(7, "a.txt"), file(5, "b")];
    let read = listing(entries.clone());
    let names = read
        .in_order()
        .filter_map(|line| line.item())
        .map(|item| (item.name.to_owned(), item.id))
        .collect::<Vec<_>>();
    let want = [("a.txt~7", 7), ("a.txt", 3), ("a~9.txt", 9), ("b", 5)];
    assert_eq!(names, want.map(|(name, id)| (name.to_owned(), id)));
    let again = listing(entries.into_iter().rev().collect());
    assert_eq!(again.digest(), read.digest(), "whatever order they come in");
    let own = read
        .in_order()
        .filter_map(|line| line.item())
        .map(|item| item.vendor_name())
        .collect::<Vec<_>>();
    assert_eq!(own, ["a.txt", "a.txt", "a.txt", "b"]);
}

#[test]
fn the_vendors_name_loses_only_what_was_put_into_it() {
    let names = ["a.txt", "a", ".a", "a.b.c", "a~12.txt", "a~1", "a.~1"];
    for (is_folder, name) in [false, true].into_iter().flat_map(|is| names.map(|n| (is, n))) {
        let entry = |id| if is_folder { folder(id, name) } else { file(id, name) };
        let read = listing(vec![entry(1_000), entry(1)]);
        let doubled =
            read.in_order().filter_map(|line| line.item()).find(|item| item.id == 1_000).unwrap();
        assert_eq!(doubled.vendor_name(), name, "{}", doubled.name);
    }
    for name in ["a~5002.txt", "a~50.b.txt", "a~50", "~50.txt", "a.txt~50", "a.~50x"] {
        let read = listing(vec![file(500, "other"), file(50, name)]);
        let item = read.find(name).unwrap();
        // Only this one looks as if it had been put there.
        let want = if name == "a~50" { "a" } else { name };
        assert_eq!(item.vendor_name(), want);
    }
}

#[test]
fn names_that_no_path_can_have_are_counted_and_left_out() {
    let bad = ["..", ".", "", "a/b", "a\0", "a\tb", "a\nb", "a\\b"];
    let mut entries = vec![file(1, "good")];
    entries.extend(bad.iter().zip(2..).map(|(name, id)| file(id, name)));
    let read = listing(entries);
    assert_eq!((read.len(), read.unusable()), (1, 8));
}

#[test]
fn a_digest_is_of_the_entries_and_whether_they_are_all() {
    let text = encode(vec![file(1, "a")], 0, Extent::Whole, AT);
    let part = encode(vec![file(1, "a")], 0, Extent::Part, AT);
    assert_ne!(digest_of(&text), digest_of(&part));
    let doubt = Listing::parse(encode(vec![file(1, "a")], 0, Extent::CountMismatch, AT)).unwrap();
    assert!(doubt.is_whole() && doubt.has_count_mismatch());
    assert_ne!(digest_of(&text), Some(doubt.digest()));
    let later = with_read_at(&text, UnixSeconds(AT.0 + 60)).unwrap();
    let (text, later) = (Listing::parse(text).unwrap(), Listing::parse(later).unwrap());
    assert_eq!(text.digest(), later.digest());
    assert_eq!(text.digest().len(), 32);
    assert_eq!(later.read_at().0, AT.0 + 60);
    assert_ne!(listing(vec![file(1, "b")]).digest(), text.digest());
}

#[test]
fn a_text_that_is_no_listing_is_none() {
    for text in ["", "listing1", "listing0 1 whole 0 d\n", "listing1 x whole 0 d\n", "{}\n"] {
        assert!(Listing::parse(text.to_owned()).is_none(), "{text:?}");
    }
    assert!(listing(Vec::new()).is_empty());
}
