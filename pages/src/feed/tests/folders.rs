//! Feeds with the folders below, and archives.

use super::*;

/// A view with two folders, one in the other, whose names no file system takes.
fn tree(format: FeedFormat) -> FeedView<'static> {
    let path = |names: &[&'static str]| names.iter().map(|name| (*name).into()).collect();
    let deep = SubfolderView { path: path(&["s: 1", "CON"]), rows: vec![file("e.mkv", 1, 9)] };
    let rows = vec![folder("CON"), file("b?.mkv", 1, 2), file("b:.mkv", 1, 3)];
    let season = SubfolderView { path: path(&["s: 1"]), rows };
    let rows = vec![folder("s: 1"), folder("s_ 1"), file("a.mkv", 1, 1), file("a.nfo", 1, 1)];
    FeedView { below: vec![deep, season], ..view(format, rows) }
}

#[test]
fn folders_below_stand_before_the_files_of_their_own_folder() {
    let base = "https://files.example/~TOKEN/a%20b/";
    let media = ["s%3A%201/CON/e.mkv", "s%3A%201/b%3F.mkv", "s%3A%201/b%3A.mkv", "a.mkv"];
    let media = media.map(|path| format!("{base}{path}"));
    let list = text(&tree(FeedFormat::M3u8));
    let lines = list.lines().collect::<Vec<_>>();
    assert_eq!(
        lines.iter().filter(|line| !line.starts_with('#')).collect::<Vec<_>>(),
        media.iter().collect::<Vec<_>>()
    );
    assert_eq!(lines[2], "#EXTINF:-1,s: 1/CON/e.mkv");
    assert_eq!(lines[8], "#EXTINF:-1,a.mkv");
    let list = text(&tree(FeedFormat::Wget));
    let all = media.iter().cloned().chain([format!("{base}a.nfo")]).collect::<Vec<_>>();
    assert_eq!(list.lines().collect::<Vec<_>>(), all);

    let list = text(&tree(FeedFormat::Xspf));
    let document = Document::parse(&list).unwrap();
    let tracks = all_tracks(&document);
    assert_eq!(tracks.iter().map(|track| child(*track, "location")).collect::<Vec<_>>(), media);
    assert_eq!(tracks.map(|track| child(track, "album")), ["CON", "s: 1", "s: 1", "A & B"]);
}

fn all_tracks<'d>(document: &'d Document<'_>) -> [Node<'d, 'd>; 4] {
    all(document, "track").try_into().unwrap()
}

#[test]
fn files_of_folders_below_are_stored_in_folders_that_lead_nowhere_else() {
    let strm = [
        "s_ 1 [DIGEST]/_CON/e.strm",
        "s_ 1 [DIGEST]/b_ [17ad4675].strm",
        "s_ 1 [DIGEST]/b_.strm",
        "a.strm",
    ];
    let stored = |names: &[&str]| {
        names.iter().map(|name| name.replace("DIGEST", "9863a584")).collect::<Vec<_>>()
    };
    let names = unpacked(&bytes(&tree(FeedFormat::Strm))).into_iter().map(|(name, _)| name);
    assert_eq!(names.collect::<Vec<_>>(), stored(&strm));
    let files = [
        "s_ 1 [DIGEST]/_CON/e.mkv",
        "s_ 1 [DIGEST]/b_.mkv",
        "s_ 1 [DIGEST]/b_ (2).mkv",
        "a.mkv",
        "a.nfo",
    ];
    let list = text(&tree(FeedFormat::Aria2));
    let out = list.lines().filter_map(|line| line.strip_prefix("  out=")).collect::<Vec<_>>();
    assert_eq!(out, stored(&files));
    let list = text(&tree(FeedFormat::Metalink));
    let document = Document::parse(&list).unwrap();
    let names = all(&document, "file").into_iter().map(|node| node.attribute("name").unwrap());
    assert_eq!(names.collect::<Vec<_>>(), stored(&files));
}

#[test]
fn an_archive_has_the_same_bytes_whenever_it_is_made() {
    let mut rows = vec![file("a.mkv", 1, 1_700_000_000), file("b.mkv", 1, 1)];
    rows[1].modified = None;
    let mut early = view(FeedFormat::Strm, rows);
    let bytes_then = bytes(&early);
    early.layout.now += 86_400;
    assert_eq!(bytes(&early), bytes_then);
}

#[test]
fn an_archive_of_new_files_has_them_under_the_same_names() {
    let mut rows =
        [file("a.mkv", 1, 10), file("a.mp4", 1, 20), file("b.mkv", 1, 30), file("c.mkv", 1, 1)];
    rows[2].modified = None;
    let since = |since| {
        let view = FeedView { since: Some(since), ..view(FeedFormat::Strm, Vec::new()) };
        let rows =
            rows.iter().map(|row| RowView { modified: row.modified, ..file(&row.name, 1, 1) });
        let view = FeedView { rows: rows.collect(), ..view };
        unpacked(&bytes(&view)).into_iter().map(|(name, _)| name).collect::<Vec<_>>()
    };
    assert_eq!(since(20), ["a.mp4.strm", "b.strm"]);
    assert_eq!(since(21), ["b.strm"]);
    assert_eq!(since(0).len(), 4);
}
