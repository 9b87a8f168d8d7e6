//! The headers with which a file's bytes go through the Worker: its name and media type are those of the
//! entry, since 123Pan's CDN often knows neither (`filename="c-m9"`, `application/octet-stream`).

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use signpost_core::kind::{BYTES, media_type, media_type_of_text};

/// The characters that are escaped in `filename*` (RFC 8187, `attr-char`).
const ESCAPED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

/// The `Content-Type` of the file with this name, of which the upstream says `stated`: the upstream's,
/// unless it is missing or generic.
pub fn content_type<'t>(name: &str, stated: Option<&'t str>) -> &'t str {
    let own = media_type(name);
    let own = if own == BYTES { media_type_of_text(name).unwrap_or(BYTES) } else { own };
    match stated {
        Some(stated) if !is_generic(stated) || (own == BYTES && is_archive(stated)) => stated,
        Some(_) | None => own,
    }
}

/// The query field by which a client asks that a file be saved and not shown.
pub const DOWNLOAD_FIELD: &str = "download";

/// The value of `Content-Disposition` for a file of this name and media type: `inline` where a browser shows
/// the type and `is_download` is false, else `attachment`. Proxied files are in the sandbox of a
/// Content-Security-Policy, in which nothing runs, so a page or an SVG may be shown, too.
pub fn disposition(name: &str, content_type: &str, is_download: bool) -> String {
    let is_shown = !is_download && is_shown_by_browsers(content_type);
    let how = if is_shown { "inline" } else { "attachment" };
    let is_plain = |c: &char| matches!(c, ' '..='~') && !matches!(c, '"' | '\\' | '%' | '/');
    let ascii = name.chars().map(|c| if is_plain(&c) { c } else { '_' });
    let mut value = String::with_capacity(2 * name.len() + 48);
    value.push_str(how);
    value.push_str("; filename=\"");
    value.extend(ascii);
    value.push_str("\"; filename*=UTF-8''");
    value.extend(utf8_percent_encode(name, ESCAPED));
    value
}

/// Whether a media type says no more than that the file has bytes, or that it is an archive of some sort.
fn is_generic(content_type: &str) -> bool {
    const GENERIC: [&str; 5] = [
        BYTES,
        "binary/octet-stream",
        "application/x-octet-stream",
        "application/force-download",
        "application/x-download",
    ];
    let essence = essence(content_type);
    essence.is_empty() || is_archive(essence) || is_any(essence, &GENERIC)
}

/// Whether a media type is ZIP's: many formats are archives of that type, and are no ZIP to their readers.
fn is_archive(content_type: &str) -> bool {
    is_any(essence(content_type), &["application/zip", "application/x-zip-compressed"])
}

/// Whether browsers show files of a media type in a tab.
fn is_shown_by_browsers(content_type: &str) -> bool {
    const SHOWN: [&str; 4] =
        ["application/pdf", "application/json", "application/xml", "application/xhtml+xml"];
    const NOT_SHOWN: [&str; 2] = ["image/tiff", "image/vnd.djvu"];
    let essence = essence(content_type);
    let main = essence.split('/').next().unwrap_or_default();
    is_any(essence, &SHOWN)
        || (is_any(main, &["image", "video", "audio", "text"]) && !is_any(essence, &NOT_SHOWN))
}

fn is_any(text: &str, all: &[&str]) -> bool {
    all.iter().any(|each| text.eq_ignore_ascii_case(each))
}

/// The media type without its parameters.
fn essence(content_type: &str) -> &str {
    content_type.split(';').next().unwrap_or_default().trim()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_generic_type_gives_way_to_that_of_the_name() {
        const CASES: &[(&str, Option<&str>, &str)] = &[
            ("a.mp4", None, "video/mp4"),
            ("a.mp4", Some("application/octet-stream"), "video/mp4"),
            ("a.mp4", Some("Binary/Octet-Stream; charset=x"), "video/mp4"),
            ("a.mp4", Some(""), "video/mp4"),
            ("a.mp4", Some("video/quicktime"), "video/quicktime"),
            ("a.apk", Some("application/zip"), "application/vnd.android.package-archive"),
            ("a.epub", Some("application/x-zip-compressed"), "application/epub+zip"),
            ("a.zip", Some("application/zip"), "application/zip"),
            ("a.jar", Some("application/zip"), "application/zip"),
            ("a.jar", Some("application/octet-stream"), "application/octet-stream"),
            ("a.log", Some("application/octet-stream"), "text/plain"),
            ("Makefile", None, "text/plain"),
            ("1817874751", None, "application/octet-stream"),
            ("a.txt", Some("text/plain; charset=gbk"), "text/plain; charset=gbk"),
        ];
        for (name, stated, want) in CASES {
            assert_eq!(content_type(name, *stated), *want, "{name} {stated:?}");
        }
    }

    #[test]
    fn a_name_is_written_for_old_and_new_clients() {
        const CASES: &[(&str, &str, &str)] = &[
            ("a.mp4", "video/mp4", "inline; filename=\"a.mp4\"; filename*=UTF-8''a.mp4"),
            (
                "歌 1.flac",
                "audio/flac",
                "inline; filename=\"_ 1.flac\"; filename*=UTF-8''%E6%AD%8C%201.flac",
            ),
            (
                "a\"b\\c%41'(1);x.apk",
                "application/vnd.android.package-archive",
                "attachment; filename=\"a_b_c_41'(1);x.apk\"; \
                 filename*=UTF-8''a%22b%5Cc%2541%27%281%29%3Bx.apk",
            ),
            (
                "a\r\nSet-Cookie: b\u{7f}\t",
                "application/octet-stream",
                "attachment; filename=\"a__Set-Cookie: b__\"; \
                 filename*=UTF-8''a%0D%0ASet-Cookie%3A%20b%7F%09",
            ),
        ];
        for (name, content_type, want) in CASES {
            assert_eq!(disposition(name, content_type, false), *want, "{name}");
        }
    }

    #[test]
    fn a_browser_saves_what_it_does_not_show() {
        for shown in [
            "image/png",
            "video/mp4",
            "Audio/Flac",
            "text/plain; charset=utf-8",
            "application/pdf",
            "application/json",
        ] {
            assert!(disposition("a", shown, false).starts_with("inline;"), "{shown}");
        }
        for saved in [
            "application/octet-stream",
            "application/zip",
            "image/tiff",
            "application/epub+zip",
            "",
            "application/x-msdownload",
        ] {
            assert!(disposition("a", saved, false).starts_with("attachment;"), "{saved}");
        }
        assert!(disposition("a", "text/plain", true).starts_with("attachment;"));
    }
}
