//! HLS playlists (RFC 8216): each URI of ours becomes a path of ours, which is guarded and signed when it
//! is asked for. So a film outlives the signatures of its parts.
//!
//! No URI is ever signed or fetched for standing in a playlist: whoever wrote it gets the player to ask
//! this site for a path, which any page could, or to go where it says, as it would without us.

use crate::limits::{PlaylistLimit, Work};
use crate::place::Place;

/// The text of a playlist, with every URI rewritten for where it is served; without a byte order mark,
/// which players refuse (RFC 8216, section 4).
///
/// Takes time and room in proportion to the text, whatever is in it.
pub(crate) fn rewrite(text: &str, place: &Place, work: &mut Work) -> Result<String, PlaylistLimit> {
    let mut rest = text.trim_start_matches('\u{feff}');
    let mut out = String::with_capacity(rest.len() + rest.len() / 8);
    while !rest.is_empty() {
        work.count_element()?;
        // Also where a lone CR ends a line, as it does for some players.
        let end = memchr::memchr2(b'\r', b'\n', rest.as_bytes()).unwrap_or(rest.len());
        let (line, after) = rest.split_at_checked(end).unwrap_or((rest, ""));
        push_line(&mut out, line, place, work)?;
        let next = after.trim_start_matches(['\r', '\n']);
        out.push_str(before(after, next));
        rest = next;
    }
    Ok(out)
}

fn push_line(
    out: &mut String,
    line: &str,
    place: &Place,
    work: &mut Work,
) -> Result<(), PlaylistLimit> {
    let uri = line.trim_ascii();
    if uri.is_empty() || uri.starts_with('#') {
        match line.split_once(':').filter(|(tag, _)| tag.trim_ascii_start().starts_with("#EXT")) {
            Some((tag, attributes)) => {
                out.push_str(tag);
                out.push(':');
                push_attributes(out, attributes, place, work)?;
            }
            None => out.push_str(line),
        }
        return Ok(());
    }
    // The spaces around it stay.
    let from_uri = line.trim_ascii_start();
    out.push_str(before(line, from_uri));
    push_uri(out, uri, place, work)?;
    out.push_str(from_uri.get(uri.len()..).unwrap_or_default());
    Ok(())
}

fn push_uri(
    out: &mut String,
    uri: &str,
    place: &Place,
    work: &mut Work,
) -> Result<(), PlaylistLimit> {
    work.count_uri(uri)?;
    if !place.push_plain(out, uri) {
        work.count_pieces(uri)?;
        place.push_uri(out, uri);
    }
    Work::check_output(out)
}

/// What stands before `end`, the end of `text`. By its length: to compare the two would take as long as
/// all the rest, for each line.
fn before<'t>(text: &'t str, end: &str) -> &'t str {
    text.get(..text.len() - end.len()).unwrap_or_default()
}

/// `NAME=value,NAME="value"`, as far as it goes: what else follows a tag, such as the title after
/// `#EXTINF:`, stays as it is.
fn push_attributes(
    out: &mut String,
    mut rest: &str,
    place: &Place,
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
                push_uri(out, quoted.trim_ascii(), place, work)?;
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

/// The name of the attribute at the beginning, and all from its value on.
fn attribute(text: &str) -> Option<(&str, &str)> {
    let (name, value) = text.split_once('=')?;
    let name = name.trim_ascii();
    let is_name = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_');
    (!name.is_empty() && name.bytes().all(is_name)).then_some((name, value))
}

/// `URI` of any tag, `SERVER-URI` of content steering, `X-ASSET-URI` and `X-ASSET-LIST` of
/// interstitials.
fn holds_uri(name: &str) -> bool {
    let name = name.to_ascii_uppercase();
    name == "URI" || name.ends_with("-URI") || name == "X-ASSET-LIST"
}

#[cfg(test)]
mod tests;
