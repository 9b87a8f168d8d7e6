//! Rewriting of HLS playlists (RFC 8216): a URI of a file on this site becomes a path of this site. That
//! path is checked and signed when the player requests it, so that a film plays on after the signatures
//! of its segments would have expired.
//!
//! No URI is ever signed or fetched because it stands in a playlist. A playlist's author can only make
//! the player request a path of this site, which any page can do, or another site's URL, as it would
//! without Signpost.

use crate::limits::{PlaylistLimit, Work};
use crate::url_map::UrlMap;

/// Rewrites every URI of a playlist for the path at which the playlist is served, and removes a byte
/// order mark, which players refuse (RFC 8216, section 4).
///
/// Time and memory grow in proportion to the text, whatever it contains.
pub(crate) fn rewrite(text: &str, urls: &UrlMap, work: &mut Work) -> Result<String, PlaylistLimit> {
    let mut rest = text.trim_start_matches('\u{feff}');
    let mut out = String::with_capacity(rest.len() + rest.len() / 8);
    while !rest.is_empty() {
        work.count_element()?;
        // A lone CR ends a line, too, as it does for some players.
        let end = memchr::memchr2(b'\r', b'\n', rest.as_bytes()).unwrap_or(rest.len());
        let (line, after) = rest.split_at_checked(end).unwrap_or((rest, ""));
        push_line(&mut out, line, urls, work)?;
        let next = after.trim_start_matches(['\r', '\n']);
        out.push_str(before(after, next));
        rest = next;
    }
    Ok(out)
}

fn push_line(
    out: &mut String,
    line: &str,
    urls: &UrlMap,
    work: &mut Work,
) -> Result<(), PlaylistLimit> {
    let uri = line.trim_ascii();
    if uri.is_empty() || uri.starts_with('#') {
        match line.split_once(':').filter(|(tag, _)| tag.trim_ascii_start().starts_with("#EXT")) {
            Some((tag, attributes)) => {
                out.push_str(tag);
                out.push(':');
                push_attributes(out, attributes, urls, work)?;
            }
            None => out.push_str(line),
        }
        return Ok(());
    }
    // White space around the URI is kept.
    let from_uri = line.trim_ascii_start();
    out.push_str(before(line, from_uri));
    push_uri(out, uri, urls, work)?;
    out.push_str(from_uri.get(uri.len()..).unwrap_or_default());
    Ok(())
}

fn push_uri(
    out: &mut String,
    uri: &str,
    urls: &UrlMap,
    work: &mut Work,
) -> Result<(), PlaylistLimit> {
    work.count_uri(uri)?;
    if !urls.push_plain(out, uri) {
        work.count_pieces(uri)?;
        urls.push_uri(out, uri);
    }
    Work::check_output(out)
}

/// The part of `text` before `end`, which has to be its end. It is found by length: comparing the two
/// would take time in proportion to the rest of the playlist, for each line.
fn before<'t>(text: &'t str, end: &str) -> &'t str {
    text.get(..text.len() - end.len()).unwrap_or_default()
}

/// Appends an attribute list (`NAME=value,NAME="value"`) with its URIs rewritten. From where it is no
/// attribute list, such as the title after `#EXTINF:`, the text is kept.
fn push_attributes(
    out: &mut String,
    mut rest: &str,
    urls: &UrlMap,
    work: &mut Work,
) -> Result<(), PlaylistLimit> {
    while let Some((name, value)) = attribute(rest) {
        work.count_element()?;
        out.push_str(before(rest, value));
        rest = value;
        if let Some((quoted, after)) = value.strip_prefix('"').and_then(|text| text.split_once('"'))
        {
            out.push('"');
            if holds_uri(name) {
                push_uri(out, quoted.trim_ascii(), urls, work)?;
            } else {
                out.push_str(quoted);
            }
            out.push('"');
            rest = after;
        }
        let Some((value, after)) = rest.split_once(',') else { break };
        out.push_str(value);
        out.push(',');
        rest = after;
    }
    out.push_str(rest);
    Ok(())
}

/// Splits an attribute list into the first attribute's name and the rest, which begins with its value.
fn attribute(text: &str) -> Option<(&str, &str)> {
    let (name, value) = text.split_once('=')?;
    let name = name.trim_ascii();
    let is_name = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_');
    (!name.is_empty() && name.bytes().all(is_name)).then_some((name, value))
}

/// Whether the attribute of this name holds a URI: `URI` of any tag, `SERVER-URI` of content steering,
/// `X-ASSET-URI` and `X-ASSET-LIST` of interstitials.
fn holds_uri(name: &str) -> bool {
    let name = name.to_ascii_uppercase();
    name == "URI" || name.ends_with("-URI") || name == "X-ASSET-LIST"
}

#[cfg(test)]
mod tests;
