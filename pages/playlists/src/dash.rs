//! Rewriting of DASH manifests (ISO/IEC 23009-1): an absolute URL of a file kept beside the manifest
//! becomes an absolute URL of this site. It stays absolute since another `BaseURL` may apply where it
//! stands. Relative URLs need no change: they are resolved against the manifest's own URL, which is on
//! this site.

use std::borrow::Cow;

use crate::limits::{PlaylistLimit, Work};
use crate::place::Place;

/// Elements whose text is a URL.
const ELEMENTS: [&str; 3] = ["BaseURL", "Location", "PatchLocation"];
/// Attributes whose value is a URL, or a URL template with `$Number$` and the like.
const ATTRIBUTES: [&str; 6] =
    ["media", "initialization", "sourceURL", "index", "bitstreamSwitching", "href"];

/// Rewrites every absolute URL of a manifest for the site that serves it.
///
/// This is no XML parser: it reads tags, attributes, comments and CDATA sections. Where an XML parser
/// would read the text in another way, a URL is kept or becomes one of this site; neither can end the
/// element or the quotes that the URL stands in.
pub(crate) fn rewrite(
    text: &str,
    place: &Place,
    site: &str,
    work: &mut Work,
) -> Result<String, PlaylistLimit> {
    let mut rest = text.trim_start_matches('\u{feff}');
    let mut out = String::with_capacity(rest.len() + 64);
    while let Some((before, tag)) = split_at(rest, b'<') {
        work.count_element()?;
        out.push_str(before);
        let end = ["<!--", "<![CDATA[", "<?"].iter().zip(["-->", "]]>", "?>"]);
        let special = end.into_iter().find(|(start, _)| tag.starts_with(**start));
        if let Some((_, end)) = special {
            let length = tag.find(end).map_or(tag.len(), |at| at + end.len());
            let (whole, after) = tag.split_at_checked(length).unwrap_or((tag, ""));
            out.push_str(whole);
            rest = after;
            continue;
        }
        let name = tag.get(1..).unwrap_or_default();
        let name = name.split([' ', '\t', '\r', '\n', '>', '/']).next().unwrap_or_default();
        rest = push_tag(&mut out, tag, place, site, work)?;
        if ELEMENTS.contains(&local(name)) {
            let (address, after) = split_at(rest, b'<').unwrap_or((rest, ""));
            push_address(&mut out, address, place, site, work)?;
            rest = after;
        }
    }
    out.push_str(rest);
    Ok(out)
}

/// Appends the tag at the beginning of `tag` with its URLs rewritten, and returns the text after it.
fn push_tag<'t>(
    out: &mut String,
    tag: &'t str,
    place: &Place,
    site: &str,
    work: &mut Work,
) -> Result<&'t str, PlaylistLimit> {
    let mut rest = tag;
    loop {
        let Some(at) = memchr::memchr3(b'>', b'"', b'\'', rest.as_bytes()) else {
            out.push_str(rest);
            return Ok("");
        };
        // The mark is one of three ASCII characters, so one byte long.
        let (before, from_mark) = rest.split_at_checked(at).unwrap_or((rest, ""));
        let (mark, after) = from_mark.split_at_checked(1).unwrap_or((from_mark, ""));
        out.push_str(before);
        out.push_str(mark);
        rest = after;
        if mark == ">" {
            return Ok(rest);
        }
        work.count_element()?;
        let name = before.trim_ascii_end().strip_suffix('=').unwrap_or_default().trim_ascii_end();
        let name = name.rsplit([' ', '\t', '\r', '\n']).next().unwrap_or_default();
        let quote = mark.bytes().next().unwrap_or(b'"');
        let Some((value, after)) = split_at(rest, quote) else { continue };
        if ATTRIBUTES.contains(&local(name)) {
            push_address(out, value, place, site, work)?;
        } else {
            out.push_str(value);
        }
        out.push_str(mark);
        rest = after.get(1..).unwrap_or_default();
    }
}

/// Appends a URL as it is written in XML, rewritten if it is absolute and of this site. From the path
/// segment with a template's first `$` on, it is kept.
fn push_address(
    out: &mut String,
    written: &str,
    place: &Place,
    site: &str,
    work: &mut Work,
) -> Result<(), PlaylistLimit> {
    let address = written.trim_ascii();
    work.count_uri(address)?;
    work.count_pieces(address)?;
    let fixed = address.find('$').map_or(address.len(), |dollar| {
        address.get(..dollar).and_then(|before| before.rfind('/')).map_or(0, |slash| slash + 1)
    });
    let (fixed, changing) = address.split_at_checked(fixed).unwrap_or((address, ""));
    let is_entity = |text: &&str| !text.starts_with("amp;");
    let is_plain = !fixed.split('&').skip(1).any(|text| is_entity(&text));
    let fixed = if fixed.contains('&') {
        Cow::Owned(fixed.replace("&amp;", "&"))
    } else {
        Cow::Borrowed(fixed)
    };
    let begun = out.len();
    if is_plain && place.push_url(out, &fixed, site) {
        let mapped = out.get(begun..).unwrap_or_default();
        if mapped.contains('&') {
            let escaped = mapped.replace('&', "&amp;");
            out.truncate(begun);
            out.push_str(&escaped);
        }
        out.push_str(changing);
    } else {
        out.push_str(written);
    }
    Work::check_output(out)
}

/// The local part of an XML name, without its namespace prefix.
fn local(name: &str) -> &str {
    name.rsplit(':').next().unwrap_or(name)
}

fn split_at(text: &str, mark: u8) -> Option<(&str, &str)> {
    text.split_at_checked(memchr::memchr(mark, text.as_bytes())?)
}

#[cfg(test)]
mod tests {
    use super::*;

    const BASE: &str = "https://vip.123pan.cn/1812/films/a/";

    fn rewritten(text: &str) -> String {
        let place = Place::new(&format!("{BASE}a.mpd"), "/films/a/a.mpd", true);
        rewrite(text, &place, "https://our.example/~token", &mut Work::default()).unwrap()
    }

    #[test]
    fn addresses_in_full_become_paths_beside_the_manifest() {
        let cases = [
            ("<BaseURL>{}</BaseURL>", "<BaseURL>[]</BaseURL>"),
            (
                "<a:BaseURL x='1'>\n {}v/?x=1&amp;format=2 </a:BaseURL>",
                "<a:BaseURL x='1'>[]v/?x=1&amp;%66ormat=2</a:BaseURL>",
            ),
            ("<Location>{}a.mpd?auth_key=1</Location>", "<Location>[]a.mpd</Location>"),
            (
                "<S media=\"{}v-$Number%05d$.m4s?a=$Time$\"/>",
                "<S media=\"[]v-$Number%05d$.m4s?a=$Time$\"/>",
            ),
            (
                "<S\n initialization = '{}v/init $RepresentationID$/0.mp4'>",
                "<S\n initialization = '[]v/init $RepresentationID$/0.mp4'>",
            ),
            (
                "<I sourceURL=\"{}i n.mp4\" range=\"0-1\"/>",
                "<I sourceURL=\"[]i%20n.mp4\" range=\"0-1\"/>",
            ),
            (
                "<P xlink:href=\"{}../b.xml\"/>",
                "<P xlink:href=\"https://our.example/~token/films/b.xml\"/>",
            ),
            ("<!-- > --><BaseURL>{}</BaseURL>", "<!-- > --><BaseURL>[]</BaseURL>"),
            ("\u{feff}<M a='>' media='{}x'/>", "<M a='>' media='[]x'/>"),
        ];
        for (text, want) in cases {
            let want = want.replace("[]", "https://our.example/~token/films/a/");
            assert_eq!(rewritten(&text.replace("{}", BASE)), want, "{text}");
        }
    }

    #[test]
    fn all_else_stays_as_it_is() {
        for text in [
            "<?xml version=\"1.0\"?><MPD xmlns=\"urn:mpeg:dash:schema:mpd:2011\"></MPD>",
            "<BaseURL>v/</BaseURL><S media=\"$Number$.m4s\" initialization=\"../i.mp4\"/>",
            "<BaseURL>https://evil.example/1812/films/a/</BaseURL>",
            "<BaseURL>//evil.example/</BaseURL><S media=\"/uid/x$Number$\"/>",
            "<BaseURL>https://vip.123pan.cn/1812/films/a/&#120;</BaseURL>",
            "<BaseURL><![CDATA[https://vip.123pan.cn/1812/films/a/]]></BaseURL>",
            "<!-- <BaseURL>https://vip.123pan.cn/1812/films/a/</BaseURL> -->",
            "<S media=\"https://$RepresentationID$/x\"/>",
            "<S title=\"https://vip.123pan.cn/1812/films/a/x\"/>",
            "<S media=\"https://vip.123pan.cn/1812/films/a/x",
            "<S media='a\"b'",
            "<BaseURL",
            "<",
            "<>",
            "<!--",
            "",
        ] {
            assert_eq!(rewritten(text), text);
        }
    }
}
