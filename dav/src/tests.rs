//! Tests with the bodies that clients send, and with another XML reader for what is written.

use proptest::collection::vec;
use proptest::prelude::*;
use roxmltree::{Document, Node};
use signpost_core::percent::decode_text;
use signpost_core::time::UnixSeconds;

use super::*;

const DAV: &str = "DAV:";

/// A row as it is read back: the status of each `propstat`, with names and texts of its properties.
type Row = Vec<(String, Vec<(String, String)>)>;

fn write(request: &Propfind, resources: &[Resource<'_>]) -> String {
    let mut xml = Multistatus::new(request, resources.len());
    for resource in resources {
        xml.push_child("/dav/", resource.name, resource).unwrap();
    }
    String::from_utf8(xml.finish()).unwrap()
}

fn rows(text: &str) -> Vec<(String, Row)> {
    let document = Document::parse(text).unwrap_or_else(|error| panic!("{error}: {text}"));
    let root = document.root_element();
    assert!(root.has_tag_name((DAV, "multistatus")), "{text}");
    root.children().map(|response| row(response)).collect()
}

fn row(response: Node<'_, '_>) -> (String, Row) {
    assert!(response.has_tag_name((DAV, "response")));
    let child = |node: Node<'_, '_>, name: &str| {
        let found =
            node.children().find(|child| child.has_tag_name((DAV, name))).map(|node| node.id());
        response.document().get_node(found.unwrap()).unwrap()
    };
    let href = child(response, "href").text().unwrap().to_owned();
    let stats = response.children().filter(|node| node.has_tag_name((DAV, "propstat")));
    let stats = stats.map(|stat| {
        let properties = child(stat, "prop").children().map(|property| {
            let name = property.tag_name();
            let mut text = property.text().unwrap_or_default().to_owned();
            if let Some(element) = property.first_element_child() {
                text = element.tag_name().name().to_owned();
            }
            (format!("{{{}}}{}", name.namespace().unwrap_or_default(), name.name()), text)
        });
        (child(stat, "status").text().unwrap().to_owned(), properties.collect())
    });
    (href, stats.collect())
}

fn names(properties: &[(String, String)]) -> Vec<&str> {
    properties.iter().map(|(name, _)| name.strip_prefix("{DAV:}").unwrap_or(name)).collect()
}

fn propfind(body: &str) -> Result<Propfind, BadPropfind> {
    Propfind::parse(body.as_bytes())
}

const FILM: Resource<'_> = Resource {
    name: "a b.mkv",
    is_folder: false,
    size: Some(7),
    modified: Some(UnixSeconds(784_111_777)),
    created: Some(UnixSeconds(784_111_777)),
    tag: Some(EntityTag::Version(7, UnixSeconds(16))),
    content_type: Some("video/x-matroska"),
};
const FOLDER: Resource<'_> = Resource {
    name: "电影",
    is_folder: true,
    size: None,
    modified: None,
    created: None,
    tag: None,
    content_type: None,
};

const OK: &str = "HTTP/1.1 200 OK";
const MISSING: &str = "HTTP/1.1 404 Not Found";

#[test]
fn all_properties_are_those_that_an_entry_has() {
    let read = rows(&write(&Propfind::all(), &[FILM, FOLDER]));
    let (film, folder) = (&read[0], &read[1]);
    assert_eq!(
        (film.0.as_str(), folder.0.as_str()),
        ("/dav/a%20b.mkv", "/dav/%E7%94%B5%E5%BD%B1/")
    );
    let text = |name: &str, text: &str| (format!("{{DAV:}}{name}"), text.to_owned());
    let want = vec![
        text("resourcetype", ""),
        text("displayname", "a b.mkv"),
        text("getcontentlength", "7"),
        text("getlastmodified", "Sun, 06 Nov 1994 08:49:37 GMT"),
        text("creationdate", "1994-11-06T08:49:37Z"),
        text("getetag", "\"7-10\""),
        text("getcontenttype", "video/x-matroska"),
    ];
    assert_eq!(film.1, [(OK.to_owned(), want)]);
    let want = vec![
        text("resourcetype", "collection"),
        text("displayname", "电影"),
        // Nothing is known of it.
        text("getlastmodified", "Thu, 01 Jan 1970 00:00:00 GMT"),
    ];
    assert_eq!(folder.1, [(OK.to_owned(), want)]);
}

#[test]
fn what_is_named_and_missing_is_told_as_missing() {
    let body = "<?xml version=\"1.0\"?><a:propfind xmlns:a=\"DAV:\" xmlns=\"urn:x?a&amp;b\"><a:prop>\
        <a:getcontentlength/><a:quota-available-bytes/><unknown/><none xmlns=\"\"/><a:supportedlock/>\
        <unknown/><b:getetag xmlns:b=\"urn:y\"/></a:prop></a:propfind>";
    let read = rows(&write(&propfind(body).unwrap(), &[FILM, FOLDER]));
    let missing = ["quota-available-bytes", "{urn:x?a&b}unknown", "{}none", "{urn:y}getetag"];
    let [(ok, found), (not_found, lacks)] = read[0].1.as_slice() else { panic!("{read:?}") };
    assert_eq!((ok.as_str(), not_found.as_str()), (OK, MISSING));
    assert_eq!(
        (names(found), names(lacks)),
        (vec!["getcontentlength", "supportedlock"], missing.to_vec())
    );
    let [(_, found), (_, lacks)] = read[1].1.as_slice() else { panic!("{read:?}") };
    assert_eq!(names(found), ["supportedlock"]);
    assert_eq!(names(lacks), [&["getcontentlength"], missing.as_slice()].concat());
    // Nothing but what is missing.
    let body = "<propfind xmlns='DAV:'><prop><quota-used-bytes/></prop></propfind>";
    let read = rows(&write(&propfind(body).unwrap(), &[FILM]));
    assert_eq!(
        read[0].1,
        [(MISSING.to_owned(), vec![("{DAV:}quota-used-bytes".to_owned(), String::new())])]
    );
    // Nothing at all.
    let read =
        rows(&write(&propfind("<propfind xmlns='DAV:'><prop/></propfind>").unwrap(), &[FILM]));
    assert_eq!(read[0].1, [(OK.to_owned(), vec![])]);
}

#[test]
fn a_request_for_names_gets_names_alone() {
    let request = propfind("<D:propfind xmlns:D='DAV:'><D:propname/></D:propfind>").unwrap();
    let text = write(&request, &[FILM, FOLDER]);
    let read = rows(&text);
    let want = "resourcetype displayname getcontentlength getlastmodified creationdate getetag getcontenttype";
    assert_eq!(names(&read[0].1[0].1).join(" "), want);
    assert_eq!(names(&read[1].1[0].1), ["resourcetype", "displayname", "getlastmodified"]);
    assert!(read.iter().flat_map(|row| &row.1[0].1).all(|(_, text)| text.is_empty()), "{text}");
}

#[test]
fn a_request_for_all_may_include_more() {
    let body = "<propfind xmlns='DAV:'><allprop/><include><lockdiscovery/><getetag/><x/></include></propfind>";
    let read = rows(&write(&propfind(body).unwrap(), &[FOLDER]));
    let [(_, found), (_, lacks)] = read[0].1.as_slice() else { panic!("{read:?}") };
    assert_eq!(names(found), ["resourcetype", "displayname", "getlastmodified", "lockdiscovery"]);
    assert_eq!(names(lacks), ["getetag", "x"]);
}

#[test]
fn an_empty_body_asks_for_all() {
    for body in ["", " \r\n", "\u{feff}", "<propfind xmlns='DAV:'><allprop/></propfind>"] {
        assert_eq!(propfind(body), Ok(Propfind::all()), "{body:?}");
    }
}

#[test]
fn well_formed_bodies_are_read() {
    for body in [
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<!-- a -->\n<propfind xmlns=\"DAV:\"><allprop/></propfind>\n<!-- b -->",
        "\u{feff}<D:propfind xmlns:D='DAV:'><D:allprop></D:allprop></D:propfind>",
        // What a client adds that is unknown has no meaning (RFC 4918, section 17).
        "<propfind xmlns='DAV:'><x:y xmlns:x='z'>&lt;&#60;<prop/></x:y><propname/><later/></propfind>",
        "<propfind xmlns='DAV:' a='&quot;'><prop>text<x><![CDATA[<]]></x></prop></propfind>",
        "<propfind xmlns='&#68;AV:'><allprop/></propfind>",
    ] {
        assert!(propfind(body).is_ok(), "{body}");
    }
}

#[test]
fn bodies_that_are_no_propfind_are_refused() {
    let many =
        |count| format!("<propfind xmlns='DAV:'><prop>{}</prop></propfind>", "<a/>".repeat(count));
    let deep = |depth: usize| {
        let (open, close) = ("<a>".repeat(depth), "</a>".repeat(depth));
        format!("<propfind xmlns='DAV:'><allprop/>{open}{close}</propfind>")
    };
    let attributes = |count: usize| {
        let attributes = (0..count).map(|at| format!(" a{at}=''")).collect::<Vec<_>>().concat();
        format!("<propfind xmlns='DAV:'{attributes}><allprop/></propfind>")
    };
    let long = |length: usize| {
        format!(
            "<propfind xmlns='DAV:'><prop><a xmlns='{}'/></prop></propfind>",
            "x".repeat(length)
        )
    };
    for body in [many(64), deep(15), attributes(63), long(1023)] {
        assert!(propfind(&body).is_ok(), "{body}");
    }
    let entity = "<!DOCTYPE propfind [<!ENTITY e SYSTEM 'file:///etc/passwd'>]><propfind xmlns='DAV:'><prop><a>&e;</a></prop></propfind>";
    for body in [
        many(65),
        deep(16),
        attributes(64),
        long(1024),
        entity.to_owned(),
        " ".repeat(MAX_PROPFIND_BYTES + 1),
        "<!DOCTYPE a><propfind xmlns='DAV:'><allprop/></propfind>".into(),
        "<?xml-stylesheet href='a'?><propfind xmlns='DAV:'><allprop/></propfind>".into(),
        "<propfind xmlns='DAV:'><?php ?><allprop/></propfind>".into(),
        "<propfind xmlns='DAV:'><x>&e;</x><allprop/></propfind>".into(),
        "<propfind xmlns='DAV:'><x>a & b</x><allprop/></propfind>".into(),
        "<propfind xmlns='DAV:' a='&e;'><allprop/></propfind>".into(),
        "<propfind xmlns='DAV:' a='' a=''><allprop/></propfind>".into(),
        "<propfind xmlns='DAV:'><allprop/>".into(),
        "<propfind xmlns='DAV:'><allprop></propfind>".into(),
        "<propfind xmlns='DAV:'><allprop/></propfind><propfind xmlns='DAV:'><allprop/></propfind>"
            .into(),
        "<propfind xmlns='DAV:'><allprop/></propfind>a".into(),
        "<propfind xmlns='DAV:'><allprop/></propfind>&lt;".into(),
        "a<propfind xmlns='DAV:'><allprop/></propfind>".into(),
        "<propfind xmlns='DAV:'/>".into(),
        "<propfind xmlns='DAV:'><later/></propfind>".into(),
        "<propfind xmlns='DAV:'><include/></propfind>".into(),
        "<propfind xmlns='DAV:'><prop/><include/></propfind>".into(),
        "<propfind xmlns='DAV:'><prop/><allprop/></propfind>".into(),
        "<propfind xmlns='DAV:'><prop/><prop/></propfind>".into(),
        "<propfind><allprop/></propfind>".into(),
        "<propfind xmlns='dav:'><allprop/></propfind>".into(),
        "<propertyupdate xmlns='DAV:'><allprop/></propertyupdate>".into(),
        "<D:propfind xmlns='DAV:'><D:allprop/></D:propfind>".into(),
        // A prefix that is declared empty, which litmus tries.
        "<D:propfind xmlns:D='DAV:'><D:prop><b:c xmlns:b=''/></D:prop></D:propfind>".into(),
        "<D:propfind xmlns:D='DAV:'><D:prop><a xmlns:b=''/></D:prop></D:propfind>".into(),
        "<propfind xmlns='DAV:'><prop><xmlns:a/></prop></propfind>".into(),
        "<propfind xmlns='DAV:'><prop><xml:lang/></prop></propfind>".into(),
        "<propfind xmlns='DAV:'><prop><a\"b/></prop></propfind>".into(),
        "<propfind xmlns='DAV:'><prop><1/></prop></propfind>".into(),
        "<propfind xmlns='DAV:'><prop><a:b:c xmlns:a='x'/></prop></propfind>".into(),
        "<propfind xmlns='DAV:'><prop><a xmlns='\u{1}'/></prop></propfind>".into(),
        "<propfind xmlns='DAV:'><prop><a xmlns='&#1;'/></prop></propfind>".into(),
        "<propfind xmlns='DAV:'><allprop/></propfind>\0".into(),
        "{}".into(),
        "<".into(),
    ] {
        assert_eq!(propfind(&body), Err(BadPropfind), "{body}");
    }
    assert_eq!(
        Propfind::parse(b"<propfind xmlns='DAV:'><x>\xff</x><allprop/></propfind>"),
        Err(BadPropfind)
    );
    let utf16 =
        "<propfind xmlns='DAV:'><allprop/></propfind>".encode_utf16().flat_map(u16::to_le_bytes);
    assert_eq!(Propfind::parse(&utf16.collect::<Vec<_>>()), Err(BadPropfind));
}

#[test]
fn a_multistatus_has_a_limit() {
    let request = Propfind::all();
    let mut xml = Multistatus::new(&request, usize::MAX);
    let name = "图".repeat(1 << 20);
    let resource = Resource { name: &name, ..FILM };
    let pushed = (0..100).map_while(|_| xml.push_child("/dav/", &name, &resource).ok()).count();
    // Each row holds the name once in nine bytes a letter and once in three.
    assert_eq!(pushed, MAX_MULTISTATUS_BYTES / (12 << 20));
}

proptest! {
    #[test]
    fn what_is_written_is_read_back(
        names in vec(any::<String>(), 1..8),
        size: Option<u64>,
        modified in proptest::option::of(0..300_000_000_000_u64),
        is_folder: bool,
        content_type in proptest::option::of("[a-z]{1,9}/[a-z&<>]{1,9}"),
    ) {
        let modified = modified.map(UnixSeconds);
        let resources = names.iter().map(|name| Resource {
            name,
            is_folder,
            size,
            modified,
            created: modified,
            tag: EntityTag::of(None, size, modified),
            content_type: content_type.as_deref(),
        });
        let text = write(&Propfind::all(), &resources.collect::<Vec<_>>());
        let read = rows(&text);
        prop_assert_eq!(read.len(), names.len());
        for (name, (href, row)) in names.iter().zip(&read) {
            let encoded = href.strip_prefix("/dav/").unwrap();
            let encoded = if is_folder { encoded.strip_suffix('/').unwrap() } else { encoded };
            prop_assert_eq!(&decode_text(encoded).unwrap(), name);
            let [(status, properties)] = row.as_slice() else { panic!("{row:?}") };
            prop_assert_eq!(status, OK);
            let shown = &properties.iter().find(|(name, _)| name == "{DAV:}displayname").unwrap().1;
            prop_assert_eq!(shown, &*xml::valid(name));
        }
    }

    #[test]
    fn a_property_that_is_asked_for_is_told_of_by_its_name(
        namespace in "\\PC{0,12}",
        local in "[A-Za-z_é名][A-Za-z0-9_.é名-]{0,9}",
    ) {
        let declared = xml::escaped(&namespace).replace('"', "&quot;");
        let body = format!("<D:propfind xmlns:D=\"DAV:\"><D:prop><{local} xmlns=\"{declared}\"/></D:prop></D:propfind>");
        let text = write(&propfind(&body).unwrap(), &[FILM]);
        let read = rows(&text);
        let told = read[0].1.iter().flat_map(|(_, properties)| properties).map(|(name, _)| name);
        prop_assert_eq!(told.collect::<Vec<_>>(), [&format!("{{{namespace}}}{local}")]);
    }

    #[test]
    fn no_body_panics(body: Vec<u8>) {
        Propfind::parse(&body).ok();
    }

    /// Pieces of bodies in any order: whatever is read can be written.
    #[test]
    fn no_markup_panics_and_what_is_read_can_be_written(pieces in vec(prop::sample::select(vec![
        "<propfind xmlns='DAV:'>", "</propfind>", "<prop>", "</prop>", "<allprop/>", "<propname/>", "<include>",
        "</include>", "<a:b xmlns:a='u'/>", "<c xmlns=''/>", "<", ">", "/>", "&amp;", "&#0;", "&x;", "<![CDATA[", "]]>",
        "<!--", "-->", "<?a?>", "<?xml version='1.0'?>", "<!DOCTYPE a>", " ", "\"", "'", "=", "xmlns", ":", "é", "\u{1}",
        "<getetag/>", "<x/>", "<xml:a/>",
    ]), 0..14)) {
        let body = pieces.concat();
        for body in [format!("<propfind xmlns='DAV:'>{body}</propfind>"), body] {
            if let Ok(request) = propfind(&body) {
                rows(&write(&request, &[FILM, FOLDER]));
            }
        }
    }
}
