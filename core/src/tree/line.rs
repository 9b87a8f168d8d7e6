//! Parses single lines of a tree's text, without reading URLs or knowing the lines around them.

use std::borrow::Cow;
use std::net::Ipv4Addr;

use super::problem::ProblemKind;
use crate::origin::cut;

/// A parsed line of a tree's text.
#[derive(Debug, PartialEq, Eq)]
pub enum Line<'a> {
    /// A folder, with or without a base: `Name:` or `Name: https://…/`.
    Folder { name: Cow<'a, str>, base: Option<&'a str> },
    /// A remote folder: `Name/*: URL/`.
    Prefix { name: Cow<'a, str>, base: &'a str },
    /// A file with its URL: `[name:][size:][modified:]URL`.
    File { name: Option<Cow<'a, str>>, numbers: Numbers, url: &'a str },
    /// A file whose URL is its folder's base and its name: `[size:][modified:]name`.
    Bare { name: Cow<'a, str>, numbers: Numbers },
}

/// The numbers before a URL or bare name.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Numbers {
    /// A size in bytes, where the form says that it is one.
    pub size: Option<u64>,
    /// A time in Unix seconds, where the form says that it is one.
    pub modified: Option<u32>,
    /// A number that stands alone: a size or a time.
    pub lone: Option<u64>,
}

/// Characters that are ignored at the end of a line.
pub const BLANK: [char; 3] = [' ', '\t', '\r'];

/// The lines of a text, as `text.split('\n')` gives them.
pub fn lines(text: &str) -> impl Iterator<Item = &str> {
    let mut rest = Some(text);
    std::iter::from_fn(move || {
        let text = rest?;
        let (line, after) = match cut(text, b'\n') {
            Some((line, after)) => (line, Some(after)),
            None => (text, None),
        };
        rest = after;
        Some(line)
    })
}

/// Parses one line; `content` is neither empty nor indented nor a comment.
pub fn parse(content: &str) -> Result<Line<'_>, ProblemKind> {
    if let Some(rest) = content.strip_prefix('"') {
        let (name, rest) = quoted(rest)?;
        return after_quoted_name(name, rest.trim_start());
    }
    match find_url(content) {
        Some(at) => {
            let (prefix, url) = content.split_at_checked(at).unwrap_or((content, ""));
            with_url(prefix.trim_end(), url)
        }
        None if lacks_scheme(content) => Err(ProblemKind::NoScheme),
        None => without_url(content),
    }
}

/// The offset of the URL in a line: at the first `http://` or `https://`. Before it there are colons, but
/// hardly ever a slash.
fn find_url(content: &str) -> Option<usize> {
    let bytes = content.as_bytes();
    let mut from = 0;
    loop {
        let slash = from + memchr::memchr(b'/', bytes.get(from..)?)?;
        if bytes.get(slash + 1) == Some(&b'/') {
            let before = bytes.get(..slash)?;
            if before.ends_with(b"https:") {
                return Some(slash - 6);
            }
            if before.ends_with(b"http:") {
                return Some(slash - 5);
            }
        }
        from = slash + 1;
    }
}

fn after_quoted_name<'a>(name: Cow<'a, str>, rest: &'a str) -> Result<Line<'a>, ProblemKind> {
    if rest.is_empty() {
        return Ok(Line::Bare { name, numbers: Numbers::default() });
    }
    if let Some(rest) = rest.strip_prefix("/*") {
        let url = rest.trim_start().strip_prefix(':').ok_or(ProblemKind::Quote)?.trim_start();
        return if is_base(url) {
            Ok(Line::Prefix { name, base: url })
        } else if lacks_scheme(url) {
            Err(ProblemKind::NoScheme)
        } else {
            Err(ProblemKind::PrefixWithoutUrl)
        };
    }
    let rest = rest.strip_prefix(':').ok_or(ProblemKind::Quote)?.trim_start();
    if rest.is_empty() {
        return Ok(Line::Folder { name, base: None });
    }
    if is_base(rest) {
        return Ok(Line::Folder { name, base: Some(rest) });
    }
    let at = find_url(rest).ok_or(if rest.contains("://") {
        ProblemKind::Scheme
    } else if lacks_scheme(rest) {
        ProblemKind::NoScheme
    } else {
        ProblemKind::NotALine
    })?;
    let (fields, url) = rest.split_at_checked(at).unwrap_or((rest, ""));
    let fields = without_last_colon(fields.trim_end())?;
    let numbers = fields.map_or(Ok(Numbers::default()), numbers)?;
    if is_base(url) {
        Err(ProblemKind::BaseWithoutName)
    } else {
        Ok(Line::File { name: Some(name), numbers, url })
    }
}

fn with_url<'a>(prefix: &'a str, url: &'a str) -> Result<Line<'a>, ProblemKind> {
    let Some(fields) = without_last_colon(prefix)? else {
        return if is_base(url) {
            Err(ProblemKind::BaseWithoutName)
        } else {
            Ok(Line::File { name: None, numbers: Numbers::default(), url })
        };
    };
    if let Some(name) = fields.trim_end().strip_suffix("/*") {
        let name = Cow::Borrowed(name.trim());
        return if is_base(url) {
            Ok(Line::Prefix { name, base: url })
        } else {
            Err(ProblemKind::PrefixWithoutUrl)
        };
    }
    if is_base(url) {
        return Ok(Line::Folder { name: Cow::Borrowed(fields.trim()), base: Some(url) });
    }
    let (first, rest) = match cut(fields, b':') {
        Some((first, rest)) => (first, Some(rest)),
        None => (fields, None),
    };
    if first.is_empty() || is_digits(first) || is_digits(first.trim()) {
        return Ok(Line::File { name: None, numbers: numbers_of(first, rest)?, url });
    }
    let numbers = rest.map_or(Ok(Numbers::default()), numbers)?;
    Ok(Line::File { name: Some(Cow::Borrowed(first.trim())), numbers, url })
}

fn without_url(content: &str) -> Result<Line<'_>, ProblemKind> {
    if let Some(name) = content.strip_suffix(':') {
        let name = name.trim_end();
        return if name.ends_with("/*") {
            Err(ProblemKind::PrefixWithoutUrl)
        } else {
            Ok(Line::Folder { name: Cow::Borrowed(name), base: None })
        };
    }
    if content.contains("://") {
        return Err(ProblemKind::Scheme);
    }
    let mut name = content;
    for _ in 0..2 {
        match name.split_once(':') {
            Some((field, rest)) if is_blank_or_digits(field) => name = rest,
            _ => break,
        }
    }
    let fields = content.strip_suffix(name).unwrap_or_default();
    let numbers = without_last_colon(fields)?.map_or(Ok(Numbers::default()), numbers)?;
    let name = name.trim_start();
    if let Some(rest) = name.strip_prefix('"') {
        let (name, rest) = quoted(rest)?;
        return if rest.is_empty() {
            Ok(Line::Bare { name, numbers })
        } else {
            Err(ProblemKind::Quote)
        };
    }
    if name.contains(':') {
        return Err(ProblemKind::ColonInName);
    }
    Ok(Line::Bare { name: Cow::Borrowed(name), numbers })
}

/// Parses a quoted name up to its closing quote, and returns the rest. The opening quote is gone already.
fn quoted(text: &str) -> Result<(Cow<'_, str>, &str), ProblemKind> {
    let end = text.find(['"', '\\']).ok_or(ProblemKind::Quote)?;
    let (plain, rest) = text.split_at_checked(end).ok_or(ProblemKind::Quote)?;
    if let Some(rest) = rest.strip_prefix('"') {
        return Ok((Cow::Borrowed(plain), rest));
    }
    let mut name = plain.to_owned();
    let mut chars = rest.chars();
    while let Some(next) = chars.next() {
        match next {
            '"' => return Ok((Cow::Owned(name), chars.as_str())),
            '\\' => name
                .push(chars.next().filter(|c| matches!(c, '"' | '\\')).ok_or(ProblemKind::Quote)?),
            plain => name.push(plain),
        }
    }
    Err(ProblemKind::Quote)
}

/// The fields without the colon that ends them; `None` if there are none.
fn without_last_colon(fields: &str) -> Result<Option<&str>, ProblemKind> {
    if fields.is_empty() {
        return Ok(None);
    }
    fields.strip_suffix(':').map(Some).ok_or(ProblemKind::MissingColon)
}

/// Parses `SIZE:TIME`, `SIZE:`, `:TIME`, or a lone number.
fn numbers(fields: &str) -> Result<Numbers, ProblemKind> {
    match cut(fields, b':') {
        Some((size, rest)) => numbers_of(size, Some(rest)),
        None => numbers_of(fields, None),
    }
}

/// Parses the numbers of a line that is already cut at the first colon.
fn numbers_of(size: &str, modified: Option<&str>) -> Result<Numbers, ProblemKind> {
    let Some(modified) = modified else {
        return Ok(Numbers { lone: number(size)?, ..Numbers::default() });
    };
    if cut(modified, b':').is_some() {
        return Err(ProblemKind::TooManyFields);
    }
    let modified = match number(modified)? {
        Some(modified) => Some(u32::try_from(modified).map_err(|_| ProblemKind::TooLarge)?),
        None => None,
    };
    // The largest number is no size: it stands for "unknown" in the index.
    match number(size)? {
        Some(u64::MAX) => Err(ProblemKind::TooLarge),
        size => Ok(Numbers { size, modified, lone: None }),
    }
}

fn number(field: &str) -> Result<Option<u64>, ProblemKind> {
    // Spaces around a number are rare.
    if let Some(value) = short_number(field) {
        return Ok(Some(value));
    }
    let field = field.trim();
    if field.is_empty() {
        return Ok(None);
    }
    if !is_digits(field) {
        return Err(ProblemKind::NotANumber);
    }
    field.parse().map(Some).map_err(|_| ProblemKind::TooLarge)
}

/// The value of a text of digits alone, short enough to fit; `None` for anything else. In one pass, since
/// every line has two of them: `trim`, [`is_digits`] and `parse` are three.
fn short_number(digits: &str) -> Option<u64> {
    const FIT: usize = 19;
    if digits.is_empty() || digits.len() > FIT {
        return None;
    }
    let (mut value, mut largest) = (0, 0);
    for byte in digits.bytes() {
        let digit = byte.wrapping_sub(b'0');
        largest = largest.max(digit);
        value = value * 10 + u64::from(digit & 0xf);
    }
    (largest <= 9).then_some(value)
}

/// Whether a field before a bare name is a number or left out, with spaces around it or not.
fn is_blank_or_digits(field: &str) -> bool {
    let field = field.trim();
    field.is_empty() || is_digits(field)
}

fn is_digits(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit())
}

/// Whether a line without `http://` holds a host and a path, as of a URL whose scheme is left out. No such
/// line has a meaning of its own: a name holds no slash.
fn lacks_scheme(content: &str) -> bool {
    let mut last = "";
    content.split(':').any(|field| {
        let is_url = cut(field, b'/').is_some_and(|(before, path)| {
            // A port is cut off from its host.
            let host = if is_digits(before) { last } else { before.trim() };
            !matches!(path, "*") && !path.starts_with('/') && looks_like_host(host)
        });
        last = field.trim();
        is_url
    })
}

/// Whether a text has the form of a domain name or of an IPv4 address.
fn looks_like_host(text: &str) -> bool {
    let is_label = |label: &str| {
        !label.is_empty() && label.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
    };
    let top = text.rsplit_once('.').map_or("", |(_, top)| top);
    let is_top = top.len() > 1 && top.bytes().all(|byte| byte.is_ascii_alphabetic());
    text.split('.').all(is_label) && (is_top || text.parse::<Ipv4Addr>().is_ok())
}

/// Whether a URL is that of a remote folder.
fn is_base(url: &str) -> bool {
    url.ends_with('/') && (url.starts_with("http://") || url.starts_with("https://"))
}

#[cfg(test)]
mod tests {
    use super::*;

    const U: &str = "https://h/x.bin";

    #[track_caller]
    fn file(text: &str, name: Option<&str>, numbers: Numbers) {
        assert_eq!(
            parse(text),
            Ok(Line::File { name: name.map(Into::into), numbers, url: U }),
            "{text:?}"
        );
    }

    #[test]
    fn every_form_of_a_file_line_is_read() {
        let none = Numbers::default();
        let lone = Numbers { lone: Some(7), ..none };
        let both = Numbers { size: Some(7), modified: Some(8), lone: None };
        let size = Numbers { size: Some(7), ..none };
        let time = Numbers { modified: Some(8), ..none };
        file(U, None, none);
        file(&format!("7:{U}"), None, lone);
        file(&format!("7:8:{U}"), None, both);
        file(&format!("7::{U}"), None, size);
        file(&format!(":8:{U}"), None, time);
        file(&format!("n.bin:{U}"), Some("n.bin"), none);
        file(&format!("n.bin: {U}"), Some("n.bin"), none);
        file(&format!("n.bin:7:{U}"), Some("n.bin"), lone);
        file(&format!("n.bin:7:8:{U}"), Some("n.bin"), both);
        file(&format!("n.bin::8:{U}"), Some("n.bin"), time);
        file(&format!("\"7\":{U}"), Some("7"), none);
        file(&format!("\"a:b \\\"c\\\\\":7:8:{U}"), Some("a:b \"c\\"), both);
        file(&format!("\"see http://x\":{U}"), Some("see http://x"), none);
    }

    #[test]
    fn folders_prefixes_and_bare_names_are_told_apart() {
        let folder = |name: &'static str, base| Ok(Line::Folder { name: name.into(), base });
        let bare = |name: &'static str, numbers| Ok(Line::Bare { name: name.into(), numbers });
        assert_eq!(parse("Music:"), folder("Music", None));
        assert_eq!(parse("2024:"), folder("2024", None));
        assert_eq!(parse("a: b:"), folder("a: b", None));
        assert_eq!(parse("\"#1\":"), folder("#1", None));
        assert_eq!(parse("M: https://h/m/"), folder("M", Some("https://h/m/")));
        assert_eq!(parse("2024:https://h/m/"), folder("2024", Some("https://h/m/")));
        assert_eq!(
            parse("hls/*: https://h/m/"),
            Ok(Line::Prefix { name: "hls".into(), base: "https://h/m/" })
        );
        assert_eq!(
            parse("\"h s\"/*: https://h/m/"),
            Ok(Line::Prefix { name: "h s".into(), base: "https://h/m/" })
        );
        assert_eq!(parse("a.mkv"), bare("a.mkv", Numbers::default()));
        assert_eq!(parse("\"a:b\""), bare("a:b", Numbers::default()));
        let both = Numbers { size: Some(127_451_136), modified: Some(1_694_101_621), lone: None };
        assert_eq!(parse("127451136:1694101621:b c.mkv"), bare("b c.mkv", both));
        assert_eq!(parse("127451136:1694101621:\"b:c\""), bare("b:c", both));
        assert_eq!(parse("7:b"), bare("b", Numbers { lone: Some(7), ..Numbers::default() }));
        let size = Numbers { size: Some(7), ..Numbers::default() };
        assert_eq!(parse("7::b"), bare("b", size));
        assert_eq!(parse("7: :b"), bare("b", size), "a time that is left out, with a space");
    }

    #[test]
    fn a_line_that_fits_no_form_says_why() {
        use ProblemKind::*;
        const CASES: &[(&str, ProblemKind)] = &[
            ("ftp://h/x", Scheme),
            ("\"n\":ftp://h/x", Scheme),
            ("vip.123pan.cn/1784780/a.sql", NoScheme),
            ("a.sql:7:8:vip.123pan.cn/1784780/a.sql", NoScheme),
            ("a.sql: 7:8: files.example.com/a.sql", NoScheme),
            ("7:8:VIP.123pan.cn:8443/1784780/a.sql?x=1", NoScheme),
            ("\"a:b\":7:8:vip.123pan.cn/1784780/a.sql", NoScheme),
            ("Music: vip.123pan.cn/1784780/", NoScheme),
            ("hls/*: vip.123pan.cn/1784780/", NoScheme),
            ("\"h s\"/*: vip.123pan.cn/1784780/", NoScheme),
            ("203.0.113.5:5244/d/a.sql", NoScheme),
            ("name https://h/x", MissingColon),
            ("\"name\" https://h/x", Quote),
            ("\"name:https://h/x", Quote),
            ("\"na\\me\":https://h/x", Quote),
            ("n:1:2:3:https://h/x", TooManyFields),
            ("n:12k:https://h/x", NotANumber),
            ("1:99999999999:https://h/x", TooLarge),
            ("99999999999999999999:https://h/x", TooLarge),
            ("https://h/m/", BaseWithoutName),
            ("\"n\":1:https://h/m/", BaseWithoutName),
            ("n/*:", PrefixWithoutUrl),
            ("n/*: https://h/m", PrefixWithoutUrl),
            ("a: b", ColonInName),
            ("a: b/c", ColonInName),
            ("a:1.5/c", ColonInName),
        ];
        for (text, want) in CASES {
            assert_eq!(parse(text).unwrap_err(), *want, "input: {text:?}");
        }
        for name in ["a/b.sql", "1.5/b", "//h.example/a", ".com/a"] {
            assert!(
                matches!(parse(name), Ok(Line::Bare { .. })),
                "no name, but told so elsewhere: {name:?}"
            );
        }
    }
}
