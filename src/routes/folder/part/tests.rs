use super::*;
use crate::time::UnixSeconds;

fn row(name: &str, folder: bool, size: Option<u64>) -> Row<'_> {
    Row { name, folder, locked: false, size, modified: size.map(UnixSeconds), md5: None }
}

fn selected(query: &str) -> Vec<&'static str> {
    let mut rows = vec![
        row("A", true, None),
        row("b 中国", true, None),
        row("c.txt", false, Some(5)),
        row("d.mkv", false, None),
        row("e.txt", false, Some(3)),
        row("f.txt", false, Some(5)),
    ];
    PartRequest::parse(query).unwrap().select(&mut rows);
    rows.iter().map(|row| row.name).collect()
}

#[test]
fn rows_are_filtered_and_sorted_with_folders_first_and_unknown_values_last() {
    for (query, want) in [
        ("", ["A", "b 中国", "c.txt", "d.mkv", "e.txt", "f.txt"].as_slice()),
        ("order=desc", &["b 中国", "A", "f.txt", "e.txt", "d.mkv", "c.txt"]),
        ("sort=size", &["A", "b 中国", "e.txt", "c.txt", "f.txt", "d.mkv"]),
        ("sort=size&order=desc", &["A", "b 中国", "c.txt", "f.txt", "e.txt", "d.mkv"]),
        ("sort=time", &["A", "b 中国", "e.txt", "c.txt", "f.txt", "d.mkv"]),
        ("filter=TXT", &["c.txt", "e.txt", "f.txt"]),
        ("filter=txt+e", &["e.txt"]),
        ("filter=zg", &["b 中国"]),
        ("filter=%E4%B8%AD&sort=size", &["b 中国"]),
        ("filter=+", &["A", "b 中国", "c.txt", "d.mkv", "e.txt", "f.txt"]),
        ("filter=none", &[]),
    ] {
        assert_eq!(selected(query), want, "{query}");
    }
}

#[test]
fn every_row_is_in_one_part() {
    for count in [0, 1, 999, 1_000, 1_001, 10_000] {
        let request = PartRequest::parse("").unwrap();
        let pages = request.of(count, MAX_ROWS).pages;
        let mut rows = 0;
        for page in 1..=pages {
            let part =
                PartRequest { page: Some(page), ..PartRequest::default() }.of(count, MAX_ROWS);
            assert_eq!((part.page, part.range.start), (page, rows));
            rows = part.range.end;
        }
        assert_eq!(rows, count);
    }
    for page in ["99", "5000000000", "18446744073709551616", "99999999999999999999"] {
        let query = format!("page={page}&per_page=7");
        let beyond = PartRequest::parse(&query).unwrap().of(15, MAX_ROWS);
        assert_eq!(beyond, Part { page: 3, pages: 3, range: 14..15 }, "{page}");
    }
}

#[test]
fn parts_are_linked_with_what_the_request_asked_for() {
    let request = PartRequest::parse("x=1&format=json&page=2&sort=size&filter=a%20b'&per_page=10");
    let request = request.unwrap();
    let base = "?per_page=10&sort=size&filter=a%20b%27&format=json&page=";
    let link = |page: usize, rel: &str| format!("<{base}{page}>; rel=\"{rel}\"");
    let all = [link(3, "next"), link(1, "prev"), link(1, "first"), link(3, "last")];
    assert_eq!(request.link_header(&request.of(30, MAX_ROWS)), Some(all.join(", ")));
    assert_eq!(request.link_header(&request.of(10, MAX_ROWS)), None);
}

#[test]
fn what_is_no_part_is_refused() {
    for query in [
        "page=0",
        "page=-1",
        "page=x",
        "per_page=0",
        "per_page=1001",
        "per_page=99999999999999999999",
        "sort=colour",
        "order=up",
    ] {
        assert_eq!(PartRequest::parse(query).err(), Some(Error::BadQuery), "{query}");
    }
    let long = format!("filter={}", "x".repeat(101));
    assert_eq!(PartRequest::parse(&long).err(), Some(Error::BadQuery));
    assert!(!PartRequest::parse("page=&sort=&order=&x=2").unwrap().is_explicit());
}
