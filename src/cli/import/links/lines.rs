//! Lists of links as lines of text: as they are pasted, noted down, or copied from 123Pan's console.

use super::{Link, LinkList, Position};
use crate::cli::tree_text::is_name;
use crate::percent::has_escape;

/// Words in front of a name or link, as consoles and chat programs write them.
const NAME_LABELS: [&str; 6] = ["文件名称", "文件名", "名称", "文件", "filename", "name"];
const LINK_LABELS: [&str; 9] =
    ["下载链接", "直链链接", "直链地址", "下载地址", "直链", "链接", "地址", "link", "url"];
/// The separators between a name and its link.
const SEPARATORS: [char; 14] =
    [' ', '\t', ',', ';', '|', ':', '：', '，', '；', '>', '-', '*', '•', '\u{3000}'];

/// Reads a list of links, one a line. A name is on the line of its link, or alone on the line above.
pub fn read(text: &str) -> LinkList {
    let mut list = LinkList::default();
    // A line without a link, which may be the name of the next one.
    let mut above = None::<(usize, String)>;
    for (index, line) in text.lines().enumerate() {
        let number = index + 1;
        let line = line.trim();
        if line.is_empty() || line.starts_with('#') {
            continue;
        }
        let Some(mut found) = read_line(line, number) else {
            list.left_out.extend(above.take().map(no_link));
            above = Some((number, line.to_owned()));
            continue;
        };
        match above.take() {
            Some((at, name))
                if at + 1 == number && found.name.is_none() && is_numbered(&found.url) =>
            {
                let name = without_label(&name, &NAME_LABELS).to_owned();
                found.name = Some(name).filter(|name| is_name(name));
            }
            other => list.left_out.extend(other.map(no_link)),
        }
        list.links.push(found);
    }
    list.left_out.extend(above.map(no_link));
    list
}

fn no_link((line, text): (usize, String)) -> (Position, String) {
    let reason = if text.ends_with(':') {
        "a folder's line, without a link: a text with such lines is a tree already, see signpost check"
    } else {
        "no http:// or https:// link in it"
    };
    (Position::Line(line), reason.to_owned())
}

/// Whether a link ends in a number, so that it shows no name.
pub fn is_numbered(url: &str) -> bool {
    let path = url.split(['?', '#']).next().unwrap_or_default();
    let last = path.rsplit('/').next().unwrap_or_default();
    !last.is_empty() && last.bytes().all(|byte| byte.is_ascii_digit())
}

fn read_line(line: &str, number: usize) -> Option<Link> {
    let lower = line.to_ascii_lowercase();
    let at = ["http://", "https://"].iter().filter_map(|scheme| lower.find(scheme)).min()?;
    let (before, url) = line.split_at_checked(at)?;
    // Markdown: `[name](url)`.
    if let Some(name) = before.strip_suffix("](").and_then(|name| name.rsplit_once('[')) {
        let url = url.trim_end().strip_suffix(')').unwrap_or(url);
        return Some(Link {
            position: Position::Line(number),
            url: url.to_owned(),
            name: named(name.1),
            ..Link::default()
        });
    }
    let (url, after) = split_after(url);
    let (before, size, modified) = numbers(before);
    let before = without_trailing_label(before);
    let name = named(without_label(before, &NAME_LABELS)).or_else(|| named(after));
    Some(Link {
        position: Position::Line(number),
        url: url.to_owned(),
        name,
        size,
        modified,
        ..Link::default()
    })
}

/// A URL and what stands behind it: after a tab, a quote, or the number of a link that shows no name.
fn split_after(text: &str) -> (&str, &str) {
    if let Some((url, after)) = text.split_once(['\t', '"', '>', '<']) {
        return (url.trim_end(), after);
    }
    let end = text.find([' ', ',', ';', '|', '，', '\u{3000}']);
    match end.and_then(|end| text.split_at_checked(end)) {
        // Spaces and commas belong to names as well.
        Some((url, after)) if is_numbered(url) => (url, after),
        // Nor is an escaped URL followed by a plain space of its own.
        Some((url, after)) if after.starts_with(' ') && has_escape(url) => (url, after),
        _ => (text, ""),
    }
}

/// The size and time in front of a link, as trees have them: `NAME:SIZE:TIME:`.
fn numbers(before: &str) -> (&str, Option<u64>, Option<u32>) {
    let is_number = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    let Some(fields) = before.strip_suffix(':') else { return (before, None, None) };
    let parts = fields.rsplitn(3, ':').collect::<Vec<_>>();
    match parts.as_slice() {
        [time, size, rest @ ..] if is_number(time) && (is_number(size) || size.is_empty()) => {
            let name = rest.first().copied().unwrap_or_default();
            (name, size.parse().ok(), time.parse().ok())
        }
        ["", size, rest @ ..] if is_number(size) => {
            (rest.first().copied().unwrap_or_default(), size.parse().ok(), None)
        }
        // AList takes a lone number for a size.
        [size, ..] if is_number(size) => {
            let name = fields.rsplit_once(':').map_or("", |(name, _)| name);
            (name, size.parse().ok(), None)
        }
        _ => (before, None, None),
    }
}

/// A text that was cut at its separators, if it can be a name.
fn named(text: &str) -> Option<String> {
    let text = text.trim_matches(SEPARATORS).trim_matches(['"', '\'', '`', '《', '》']);
    is_name(text).then(|| text.to_owned())
}

fn without_label<'t>(text: &'t str, labels: &[&str]) -> &'t str {
    let text = text.trim_matches(SEPARATORS);
    let after = labels.iter().find_map(|label| {
        let start = text.get(..label.len()).filter(|start| start.eq_ignore_ascii_case(label))?;
        text.get(start.len()..)?.trim_start().strip_prefix([':', '：'])
    });
    after.map_or(text, |after| after.trim_matches(SEPARATORS))
}

fn without_trailing_label(text: &str) -> &str {
    let text = text.trim_end_matches(SEPARATORS);
    let before = LINK_LABELS.iter().find_map(|label| {
        let at = text.len().checked_sub(label.len())?;
        let (before, end) = text.split_at_checked(at)?;
        let is_word = before.is_empty() || before.ends_with(SEPARATORS);
        (end.eq_ignore_ascii_case(label) && is_word).then_some(before)
    });
    before.unwrap_or(text)
}
