//! The grammar of a tree once more, slow and obvious: what `Tree::parse` is held against.

use std::collections::{BTreeMap, BTreeSet};

/// The time at which numbers are read, in Unix seconds.
pub const NOW: u64 = 1_790_000_000;

/// A file line: path, URL, size and modified time.
pub type File = (String, String, Option<u64>, Option<u64>);

/// The files in document order, or the lines with errors.
pub fn parse(text: &str) -> Result<Vec<File>, BTreeSet<usize>> {
    let mut files: Vec<File> = Vec::new();
    // Every path taken so far, and whether it is a folder.
    let mut taken: BTreeMap<String, bool> = BTreeMap::new();
    let mut errors = BTreeSet::new();
    // Level, path and base of the open folders.
    let mut open: Vec<(usize, String, Option<String>)> = Vec::new();
    for (index, line) in text.strip_prefix('\u{feff}').unwrap_or(text).split('\n').enumerate() {
        let line = line.trim_end_matches([' ', '\t', '\r']);
        let spaces = line.len() - line.trim_start_matches(' ').len();
        let content = &line[spaces..];
        if content.is_empty() || content.trim_start().starts_with('#') {
            continue;
        }
        if spaces % 2 == 1 || content.starts_with('\t') {
            errors.insert(index + 1);
            continue;
        }
        let level = spaces / 2;
        open.retain(|folder| folder.0 < level);
        let (parent, base) = open
            .last()
            .map_or((String::new(), None), |(_, path, base)| (path.clone(), base.clone()));
        let result = match read(content, base.as_deref()) {
            None => Err(()),
            Some(Item::Folder(name, base)) => {
                let path = format!("{parent}/{name}");
                let is_valid_name = is_valid_name(&name)
                    && base
                        .as_deref()
                        .is_none_or(|base| is_valid_url(base) && !base.contains(['?', '#']));
                if is_valid_name && *taken.entry(path.clone()).or_insert(true) {
                    open.push((level, path, base));
                    Ok(())
                } else {
                    Err(())
                }
            }
            Some(Item::File(name, url, size, modified)) => {
                let path = format!("{parent}/{name}");
                if is_valid_name(&name)
                    && is_valid_url(&url)
                    && !*taken.entry(path.clone()).or_insert(false)
                {
                    files.push((path, url, size, modified));
                    Ok(())
                } else {
                    Err(())
                }
            }
        };
        if result.is_err() {
            errors.insert(index + 1);
        }
    }
    if errors.is_empty() { Ok(files) } else { Err(errors) }
}

enum Item {
    Folder(String, Option<String>),
    File(String, String, Option<u64>, Option<u64>),
}

fn read(content: &str, base: Option<&str>) -> Option<Item> {
    let (quoted, rest) = match content.strip_prefix('"') {
        Some(rest) => {
            let end = (0..rest.len()).find(|at| rest.is_char_boundary(*at) && is_end(rest, *at))?;
            (Some(unescape(&rest[..end])?), &rest[end + 1..])
        }
        None => (None, content),
    };
    let url_at = rest.find("http://").into_iter().chain(rest.find("https://")).min();
    let Some(url_at) = url_at else { return without_url(quoted, rest, base) };
    let (prefix, url) = rest.split_at(url_at);
    let prefix = prefix.trim_end();
    let has_fields = quoted.is_some() || !prefix.is_empty();
    if has_fields && !prefix.ends_with(':') {
        return None;
    }
    let mut fields = prefix.split(':').map(|field| field.trim().to_owned()).collect::<Vec<_>>();
    fields.pop();
    if url.ends_with('/') {
        // `NAME: URL/`, the name being all there is.
        let name = match quoted {
            Some(name) if fields == [""] => name,
            None if !fields.is_empty() => prefix.strip_suffix(':')?.trim().to_owned(),
            _ => return None,
        };
        return Some(Item::Folder(name, Some(url.to_owned())));
    }
    let name = match quoted {
        Some(name) => {
            // The field before the colon that ends the name is empty.
            if !fields.remove(0).is_empty() {
                return None;
            }
            Some(name)
        }
        None => match fields.first() {
            Some(first) if !first.is_empty() && !first.bytes().all(|b| b.is_ascii_digit()) => {
                Some(fields.remove(0))
            }
            _ => None,
        },
    };
    let (size, modified) = numbers(&fields)?;
    let url = url.split('#').next()?.to_owned();
    let name = if let Some(name) = name {
        name
    } else {
        let last = url.split('?').next()?.rsplit('/').next()?;
        percent_encoding::percent_decode_str(last).decode_utf8().ok()?.into_owned()
    };
    Some(Item::File(name, url, size, modified))
}

/// Whether a quote stands at `at` with an even number of backslashes before it.
fn is_end(text: &str, at: usize) -> bool {
    let before = text[..at].chars().rev().take_while(|c| *c == '\\').count();
    text[at..].starts_with('"') && before % 2 == 0
}

fn unescape(text: &str) -> Option<String> {
    let marked = text.replace("\\\\", "\u{1}").replace("\\\"", "\u{2}");
    (!marked.contains('\\')).then(|| marked.replace('\u{1}', "\\").replace('\u{2}', "\""))
}

fn without_url(quoted: Option<String>, rest: &str, base: Option<&str>) -> Option<Item> {
    let sub = |name: &str| base.map(|base| format!("{base}{}/", encode(name)));
    let file = |name: String, (size, modified)| {
        let tail = if name.contains(['%', '?', '#']) { encode(&name) } else { name.clone() };
        Some(Item::File(name, format!("{}{tail}", base?), size, modified))
    };
    match (quoted, rest.trim()) {
        (Some(name), "") => file(name, (None, None)),
        (Some(name), ":") => Some(Item::Folder(name.clone(), sub(&name))),
        (Some(_), _) => None,
        (None, rest) if rest.ends_with(':') => {
            let name = rest[..rest.len() - 1].trim_end();
            (!name.ends_with("/*")).then(|| Item::Folder(name.to_owned(), sub(name)))
        }
        (None, rest) => {
            let digits =
                rest.trim_start_matches(|c: char| c.is_ascii_digit() || matches!(c, ':' | ' '));
            let (fields, name) = if digits.starts_with('"') && rest != digits {
                let inner = digits[1..].strip_suffix('"')?;
                let closed =
                    (0..inner.len()).any(|at| inner.is_char_boundary(at) && is_end(inner, at));
                let whole = is_end(digits, digits.len() - 1) && !closed;
                let fields = rest[..rest.len() - digits.len()].trim_end().strip_suffix(':')?;
                (fields, whole.then(|| unescape(inner)).flatten()?)
            } else if rest.contains("://") {
                return None;
            } else {
                match rest.rsplit_once(':') {
                    Some((fields, name)) => (fields, name.trim().to_owned()),
                    None => return file(rest.to_owned(), (None, None)),
                }
            };
            let fields = fields.split(':').map(|field| field.trim().to_owned()).collect::<Vec<_>>();
            file(name, numbers(&fields)?)
        }
    }
}

fn numbers(fields: &[String]) -> Option<(Option<u64>, Option<u64>)> {
    let number = |field: &String| {
        if field.is_empty() { Some(None) } else { field.parse::<u64>().ok().map(Some) }
    };
    match fields {
        [] => Some((None, None)),
        [lone] => match number(lone)? {
            Some(lone) if (1_262_304_000..=NOW + 86_400).contains(&lone) => {
                Some((None, Some(lone)))
            }
            lone => Some((lone, None)),
        },
        [size, modified] => {
            let modified = number(modified)?;
            u32::try_from(modified.unwrap_or(0)).ok()?;
            Some((number(size)?, modified))
        }
        _ => None,
    }
}

fn is_valid_name(name: &str) -> bool {
    !matches!(name, "" | "." | "..") && !name.contains(['/', '\0'])
}

/// Whether the WHATWG parser leaves the URL's host and decoded path as they are.
fn is_valid_url(written: &str) -> bool {
    let Ok(url) = url::Url::parse(written) else { return false };
    let Some((_, rest)) = written.split_once("://") else { return false };
    let Some((authority, path)) = rest.split_once('/') else { return false };
    let path = path.split('?').next().unwrap_or_default();
    let has_dots = path.split('/').any(|segment| {
        let decoded = percent_encoding::percent_decode_str(segment).decode_utf8_lossy();
        decoded == "." || decoded == ".."
    });
    url.host_str() == Some(&authority.to_ascii_lowercase()) && !has_dots
}

fn encode(name: &str) -> String {
    const SET: &percent_encoding::AsciiSet =
        &percent_encoding::NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');
    percent_encoding::utf8_percent_encode(name, SET).to_string()
}
