//! Every format is parsed, and compared with what was rendered.

use roxmltree::{Document, Node};
use signpost_core::kind::{self, is_book};
use signpost_core::percent;

use super::*;
use crate::view::{Layout, RowView, View};

/// Names with characters that have a meaning in some format.
const HOSTILE: [&str; 10] = [
    "<&>\"'.mp4",
    "]]><x/>.mp3",
    "a\n  dir=/etc\nb.mkv",
    "..\\..\\evil.mp4",
    "...",
    "\u{202e}4pm.exe.mp4",
    "😀 中 é.flac",
    "%2e%2e%2f?#.epub",
    "\u{1b}[31m\u{7f}\0.pdf",
    " out=x.cbz ",
];

const NOW: u64 = 1_795_411_200;

fn file(name: &str, size: u64, modified: u64) -> RowView<'static> {
    RowView {
        items: None,
        name: name.to_owned().into(),
        folder: false,
        locked: false,
        size: Some(size),
        modified: Some(modified),
        md5: Some("0123456789abcdef0123456789abcdef".to_owned()),
    }
}

fn folder(name: &str) -> RowView<'static> {
    RowView { folder: true, size: None, modified: None, md5: None, ..file(name, 0, 0) }
}

fn view(format: FeedFormat, rows: Vec<RowView<'static>>) -> FeedView<'static> {
    FeedView {
        layout: Layout { site: "My <files>".into(), now: NOW, ..Layout::default() },
        format,
        title: "A & B".into(),
        base: "https://files.example/~TOKEN/a%20b/".to_owned(),
        permanent_base: "https://files.example/a%20b/".to_owned(),
        start: "https://files.example/~TOKEN/a%20b/".to_owned(),
        up: None,
        has_books: rows.iter().any(|row| is_book(&row.name)),
        rows,
        below: Vec::new(),
        since: None,
        per_page: None,
        page: None,
        next_page: None,
    }
}

fn hostile(format: FeedFormat) -> FeedView<'static> {
    let names = HOSTILE.iter().zip(1_700_000_000..);
    let mut rows = vec![folder("sub <&>")];
    rows.extend(names.map(|(name, modified)| file(name, 5, modified)));
    view(format, rows)
}

fn text(view: &FeedView<'_>) -> String {
    String::from_utf8(bytes(view)).unwrap()
}

fn url(name: &str) -> String {
    let encoded = percent::encode_name(name).collect::<String>();
    format!("https://files.example/~TOKEN/a%20b/{encoded}")
}

fn all<'d>(document: &'d Document<'_>, name: &str) -> Vec<Node<'d, 'd>> {
    document.descendants().filter(|node| node.tag_name().name() == name).collect()
}

fn child<'d>(node: Node<'d, 'd>, name: &str) -> &'d str {
    let child = node.children().find(|child| child.tag_name().name() == name).unwrap();
    child.text().unwrap_or_default()
}

/// A name with the characters that XML can't express replaced.
fn xml_text(name: &str) -> String {
    name.replace(['\0', '\u{1b}'], "\u{fffd}")
}

#[test]
fn every_link_is_absolute_encoded_and_without_a_query() {
    for (_, format) in FeedFormat::ALL {
        let made = bytes(&hostile(format));
        let text = String::from_utf8_lossy(&made).into_owned();
        let mut links = 0;
        for link in text.split("https://files.example/").skip(1) {
            let ends = |c: char| !c.is_ascii_graphic() || "\"<>'".contains(c);
            let link = link.split(ends).next().unwrap();
            let query = link.split_once('?').map_or("", |(_, query)| query);
            assert!(query.is_empty() || query.starts_with("format=opds"), "{format:?}: {link}");
            assert!(link.split('/').all(|segment| segment != ".."), "{format:?}: {link}");
            links += 1;
        }
        assert!(links > 1, "{format:?}: {text}");
    }
}

#[test]
fn a_view_survives_json() {
    for (name, format) in FeedFormat::ALL {
        let view = hostile(format);
        let want = bytes(&view);
        let json = serde_json::to_string(&View::Feed(view)).unwrap();
        assert_eq!(crate::render(&json), Some(want), "{name}");
        assert_eq!(FeedFormat::of_name(name), Some(format));
    }
    for name in ["", "M3U8", "opds-", "json"] {
        assert_eq!(FeedFormat::of_name(name), None, "{name:?}");
    }
}

#[test]
fn a_playlist_has_two_lines_for_each_film_and_song() {
    let list = text(&hostile(FeedFormat::M3u8));
    let lines = list.lines().collect::<Vec<_>>();
    assert_eq!(lines[..2], ["#EXTM3U", "#PLAYLIST:A & B"]);
    let mut want = Vec::new();
    for name in HOSTILE.iter().filter(|name| kind::is_playable(name)) {
        want.push(format!("#EXTINF:-1,{}", name.replace('\n', " ")));
        want.push(url(name));
    }
    assert_eq!(lines[2..], want);
    assert_eq!(want.len(), 12);
    assert_eq!(text(&view(FeedFormat::M3u8, Vec::new())), "#EXTM3U\n#PLAYLIST:A & B\n");
}

#[test]
fn a_list_for_wget_is_a_url_a_line() {
    let list = text(&hostile(FeedFormat::Wget));
    assert_eq!(list.lines().collect::<Vec<_>>(), HOSTILE.map(url));
    assert_eq!(text(&view(FeedFormat::Wget, vec![folder("a")])), "");
}

#[test]
fn a_name_adds_no_option_to_a_list_for_aria2() {
    let mut rows = hostile(FeedFormat::Aria2).rows;
    rows.push(RowView { md5: Some("0\n  dir=/".to_owned()), ..file("no.md5", 1, 1) });
    let list = text(&view(FeedFormat::Aria2, rows));
    let mut lines = list.lines();
    let outs = [
        "_&__'.mp4",
        "]]__x__.mp3",
        "a_  dir=_etc_b.mkv",
        ".._.._evil.mp4",
        "_",
        "\u{202e}4pm.exe.mp4",
        "😀 中 é.flac",
        "%2e%2e%2f_#.epub",
        "_[31m__.pdf",
        "out=x.cbz",
    ];
    for (name, out) in HOSTILE.iter().zip(outs) {
        assert_eq!(lines.next(), Some(&*url(name)));
        assert_eq!(lines.next(), Some(&*format!("  out={out}")));
        assert_eq!(lines.next(), Some("  checksum=md5=0123456789abcdef0123456789abcdef"));
    }
    let rest = [url("no.md5"), "  out=no.md5".to_owned()];
    assert_eq!(lines.collect::<Vec<_>>(), rest);
}

#[test]
fn a_metalink_has_sizes_and_hashes() {
    let list = text(&hostile(FeedFormat::Metalink));
    let document = Document::parse(&list).unwrap();
    let root = document.root_element();
    assert_eq!(root.tag_name().namespace(), Some("urn:ietf:params:xml:ns:metalink"));
    assert_eq!(child(root, "published"), "2026-11-23T05:20:00Z");
    let files = all(&document, "file");
    assert_eq!(files.len(), HOSTILE.len());
    for (node, name) in files.iter().zip(HOSTILE) {
        let written = node.attribute("name").unwrap();
        assert!(!written.contains(['/', '\\', '\n']) && written != "..", "{written:?}");
        assert_eq!((child(*node, "url"), child(*node, "size")), (&*url(name), "5"));
        let hash = node.children().find(|child| child.tag_name().name() == "hash").unwrap();
        assert_eq!(hash.attribute("type"), Some("md5"));
        assert_eq!(hash.text(), Some("0123456789abcdef0123456789abcdef"));
    }
    let bare = RowView { size: None, md5: Some("<".to_owned()), ..file("a", 1, 1) };
    let bare = text(&view(FeedFormat::Metalink, vec![bare]));
    assert!(!bare.contains("<size>") && !bare.contains("<hash"), "{bare}");
}

#[test]
fn rss_has_an_enclosure_and_a_permanent_guid_for_each_file() {
    let list = text(&hostile(FeedFormat::Rss));
    let document = Document::parse(&list).unwrap();
    let channel = all(&document, "channel")[0];
    assert_eq!(child(channel, "title"), "A & B");
    assert_eq!(child(channel, "lastBuildDate"), "Tue, 14 Nov 2023 22:13:29 GMT");
    let items = all(&document, "item");
    assert_eq!(items.len(), HOSTILE.len());
    for (item, name) in items.iter().rev().zip(HOSTILE) {
        assert_eq!(child(*item, "title"), xml_text(name));
        assert_eq!(child(*item, "link"), url(name));
        assert_eq!(child(*item, "guid"), url(name).replace("/~TOKEN", ""));
        assert!(child(*item, "pubDate").starts_with("Tue, 14 Nov 2023 22:13:"));
        let enclosure = item.children().find(|node| node.has_tag_name("enclosure")).unwrap();
        assert_eq!(enclosure.attribute("url"), Some(&*url(name)));
        assert_eq!(enclosure.attribute("length"), Some("5"));
    }
    let types = all(&document, "enclosure");
    assert_eq!(types.last().unwrap().attribute("type"), Some("video/mp4"));
    let unknown = RowView { size: None, modified: None, ..file("a.bin", 0, 0) };
    let unknown = text(&view(FeedFormat::Rss, vec![unknown]));
    assert!(unknown.contains("length=\"0\"") && !unknown.contains("pubDate"), "{unknown}");
}

/// Checks what RFC 4287 requires of a feed and its entries.
fn check_atom(document: &Document<'_>) {
    let feed = document.root_element();
    assert!(feed.has_tag_name(("http://www.w3.org/2005/Atom", "feed")));
    let count = |node: Node<'_, '_>, name: &str| {
        node.children().filter(|child| child.tag_name().name() == name).count()
    };
    let mut ids = Vec::new();
    for node in std::iter::once(feed).chain(all(document, "entry")) {
        for name in ["id", "title", "updated"] {
            assert_eq!(count(node, name), 1, "{name}");
        }
        assert!(child(node, "updated").ends_with('Z'));
        assert!(!child(node, "id").contains("TOKEN"));
        ids.push(child(node, "id").to_owned());
    }
    assert_eq!(count(feed, "author"), 1);
    for entry in all(document, "entry") {
        assert_eq!(count(entry, "summary") + count(entry, "content"), 1);
        // A summary alone is not enough (RFC 4287, 4.1.2).
        let mut relations = links(entry).into_iter().map(|[relation, ..]| relation);
        assert!(count(entry, "content") == 1 || relations.any(|relation| relation == "alternate"));
    }
    let count = ids.len();
    ids.sort();
    ids.dedup();
    assert_eq!(ids.len(), count, "ids are each other's: {ids:?}");
}

#[test]
fn atom_has_all_required_elements() {
    let list = text(&hostile(FeedFormat::Atom));
    let document = Document::parse(&list).unwrap();
    check_atom(&document);
    let entries = all(&document, "entry");
    assert_eq!(entries.len(), HOSTILE.len());
    assert_eq!(child(document.root_element(), "updated"), "2023-11-14T22:13:29Z");
    for (entry, name) in entries.iter().rev().zip(HOSTILE) {
        assert_eq!(child(*entry, "title"), xml_text(name));
        let links = entry.children().filter(|node| node.tag_name().name() == "link");
        let relations = links.map(|link| {
            assert_eq!(link.attribute("href"), Some(&*url(name)));
            link.attribute("rel").unwrap()
        });
        assert_eq!(relations.collect::<Vec<_>>(), ["alternate", "enclosure"]);
    }
    // An unknown time is written as one that never changes.
    let old = RowView { modified: None, ..file("a", 1, 1) };
    let [old, empty] = [vec![old], Vec::new()].map(|rows| text(&view(FeedFormat::Atom, rows)));
    assert!(old.contains("<updated>1970-01-01T00:00:00Z"), "{old}");
    check_atom(&Document::parse(&empty).unwrap());
    assert!(empty.contains("<updated>2026-11-23T05:20:00Z"), "{empty}");
}

/// The links of a node: relation, URL, type.
fn links<'d>(node: Node<'d, 'd>) -> Vec<[&'d str; 3]> {
    let links = node.children().filter(|node| node.tag_name().name() == "link");
    let of = |link: Node<'d, 'd>| {
        ["rel", "href", "type"].map(|name| link.attribute(name).unwrap_or_default())
    };
    links.map(of).collect()
}

const KIND: &str = "application/atom+xml;profile=opds-catalog";

#[test]
fn a_catalogue_lists_folders_or_books_and_never_both() {
    let base = "https://files.example/~TOKEN/a%20b/";
    let mixed = FeedView {
        up: Some("https://files.example/~TOKEN/".to_owned()),
        ..hostile(FeedFormat::Opds)
    };
    let navigation = format!("{KIND};kind=navigation");
    let acquisition = format!("{KIND};kind=acquisition");
    let list = text(&mixed);
    let document = Document::parse(&list).unwrap();
    check_atom(&document);
    let here = format!("{base}?format=opds");
    let above = "https://files.example/~TOKEN/?format=opds";
    assert_eq!(
        links(document.root_element()),
        [["self", &here, &navigation], ["start", &here, KIND], ["up", above, &navigation]]
    );
    let entries = all(&document, "entry").into_iter().map(links).collect::<Vec<_>>();
    let books = format!("{base}?format=opds-books");
    let sub = format!("{base}sub%20%3C%26%3E/?format=opds");
    assert_eq!(
        entries,
        [vec![["subsection", &*books, &*acquisition]], vec![["subsection", &sub, KIND]]]
    );

    let list = text(&hostile(FeedFormat::OpdsBooks));
    let document = Document::parse(&list).unwrap();
    check_atom(&document);
    assert_eq!(links(document.root_element())[0], ["self", &books, &acquisition]);
    assert_eq!(links(document.root_element())[2], ["up", &here, &navigation]);
    let entries = all(&document, "entry");
    let names = HOSTILE.iter().filter(|name| is_book(name)).collect::<Vec<_>>();
    assert_eq!((entries.len(), names.len()), (2, 2));
    for (entry, name) in entries.into_iter().zip(names) {
        let [relation, href, kind] = links(entry)[0];
        assert_eq!((relation, href), ("http://opds-spec.org/acquisition", &*url(name)));
        assert!(["application/epub+zip", "application/pdf"].contains(&kind), "{kind}");
        assert!(["EPUB · 5 B", "PDF · 5 B"].contains(&child(entry, "content")));
    }
    let unknown = RowView { size: None, ..file("a.epub", 1, 1) };
    let list = text(&view(FeedFormat::OpdsBooks, vec![unknown]));
    assert!(list.contains("<content type=\"text\">EPUB</content>") && !list.contains("length="));

    // A folder without folders lists its books in the first feed.
    let leaf = text(&view(FeedFormat::Opds, vec![file("a.epub", 1, 1), file("a.zip", 1, 1)]));
    let document = Document::parse(&leaf).unwrap();
    assert_eq!(links(document.root_element())[0], ["self", &here, &acquisition]);
    assert_eq!(leaf.matches("<entry>").count(), 1, "{leaf}");
    check_atom(&Document::parse(&text(&view(FeedFormat::Opds, Vec::new()))).unwrap());
}

/// The names and contents of an archive's files, read by its central directory.
fn unpacked(zip: &[u8]) -> Vec<(String, String)> {
    let number = |at: usize, length: usize| {
        zip[at..at + length].iter().rev().fold(0, |number, byte| number << 8 | usize::from(*byte))
    };
    let end = zip.len() - 22;
    assert_eq!(&zip[end..end + 4], b"PK\x05\x06");
    let mut at = number(end + 16, 4);
    let mut files = Vec::new();
    for _ in 0..number(end + 10, 2) {
        assert_eq!(&zip[at..at + 4], b"PK\x01\x02");
        let (length, name_length) = (number(at + 24, 4), number(at + 28, 2));
        let local = number(at + 42, 4);
        assert_eq!(&zip[local..local + 4], b"PK\x03\x04");
        assert_eq!(&zip[local + 4..local + 30], &zip[at + 6..at + 32], "both say the same");
        let text = |at: usize, length| String::from_utf8(zip[at..at + length].to_vec()).unwrap();
        let (name, content) = (text(at + 46, name_length), text(local + 30 + name_length, length));
        assert!(name.is_ascii() || number(at + 8, 2) & 1 << 11 != 0, "{name} is UTF-8");
        files.push((name, content));
        at += 46 + name_length;
    }
    assert_eq!(at, end);
    files
}

#[test]
fn an_archive_has_a_file_with_the_url_for_each_film() {
    let files = unpacked(&bytes(&hostile(FeedFormat::Strm)));
    let names = [
        "_&__'.strm",
        "]]__x__.strm",
        "a_  dir=_etc_b.strm",
        ".._.._evil.strm",
        "\u{202e}4pm.exe.strm",
        "😀 中 é.strm",
    ];
    let playable = HOSTILE.iter().filter(|name| kind::is_playable(name));
    let want = names.into_iter().zip(playable);
    let want = want.map(|(name, of)| (name.to_owned(), url(of) + "\n"));
    assert_eq!(files, want.collect::<Vec<_>>());
    // Names that differ in their extension only keep it, compared without regard to case.
    let rows = ["a.mkv", "A.mp4", "b.mkv", "b.mkv.mp4"].map(|name| file(name, 1, 1));
    let files = unpacked(&bytes(&view(FeedFormat::Strm, rows.into())));
    let names = files.iter().map(|(name, _)| &**name).collect::<Vec<_>>();
    assert_eq!(names, ["a.mkv.strm", "A.mp4.strm", "b.strm", "b.mkv.strm"]);
}

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

#[test]
fn ten_thousand_rows_are_all_there() {
    let film = |number| file(&format!("{number:05} & <{number}>.mp4"), 1, number);
    let book = |number| file(&format!("{number}.pdf"), 1, number);
    let rows = || (0..10_000).map(film).chain((0..10_000).map(book)).collect::<Vec<_>>();
    for (format, marker, count) in [
        (FeedFormat::M3u8, "#EXTINF", 10_000),
        (FeedFormat::Xspf, "<track>", 10_000),
        (FeedFormat::Aria2, "  out=", 20_000),
        (FeedFormat::Metalink, "<file ", 20_000),
        (FeedFormat::Wget, "\n", 20_000),
        (FeedFormat::Rss, "<item>", 20_000),
        (FeedFormat::Atom, "<entry>", 20_000),
        (FeedFormat::Opds, "<entry>", 10_000),
    ] {
        let list = text(&view(format, rows()));
        assert_eq!(list.matches(marker).count(), count, "{format:?}");
        if list.starts_with("<?xml") {
            let options = roxmltree::ParsingOptions { nodes_limit: u32::MAX, ..Default::default() };
            Document::parse_with_options(&list, options).unwrap();
        }
    }
    let zip = bytes(&view(FeedFormat::Strm, rows()));
    assert_eq!(unpacked(&zip).len(), 10_000);
}
