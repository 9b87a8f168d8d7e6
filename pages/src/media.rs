//! Media types by file extension.

use signpost_core::kind::{Kind, extension};

/// The media type of unknown extensions.
const BYTES: &str = "application/octet-stream";

/// Media types by extension, in lower case.
const TYPES: [(&str, &str); 69] = [
    ("mp4", "video/mp4"),
    ("m4v", "video/mp4"),
    ("mkv", "video/x-matroska"),
    ("webm", "video/webm"),
    ("mov", "video/quicktime"),
    ("avi", "video/x-msvideo"),
    ("wmv", "video/x-ms-wmv"),
    ("flv", "video/x-flv"),
    ("ts", "video/mp2t"),
    ("m2ts", "video/mp2t"),
    ("mts", "video/mp2t"),
    ("mpg", "video/mpeg"),
    ("mpeg", "video/mpeg"),
    ("ogv", "video/ogg"),
    ("3gp", "video/3gpp"),
    ("m3u8", "application/vnd.apple.mpegurl"),
    ("mp3", "audio/mpeg"),
    ("m4a", "audio/mp4"),
    ("m4b", "audio/mp4"),
    ("aac", "audio/aac"),
    ("flac", "audio/flac"),
    ("ogg", "audio/ogg"),
    ("oga", "audio/ogg"),
    ("opus", "audio/ogg"),
    ("wav", "audio/wav"),
    ("wma", "audio/x-ms-wma"),
    ("aiff", "audio/aiff"),
    ("mka", "audio/x-matroska"),
    ("jpg", "image/jpeg"),
    ("jpeg", "image/jpeg"),
    ("png", "image/png"),
    ("gif", "image/gif"),
    ("webp", "image/webp"),
    ("avif", "image/avif"),
    ("svg", "image/svg+xml"),
    ("bmp", "image/bmp"),
    ("tif", "image/tiff"),
    ("tiff", "image/tiff"),
    ("heic", "image/heic"),
    ("jxl", "image/jxl"),
    ("pdf", "application/pdf"),
    ("epub", "application/epub+zip"),
    ("mobi", "application/x-mobipocket-ebook"),
    ("prc", "application/x-mobipocket-ebook"),
    ("azw", "application/vnd.amazon.ebook"),
    ("azw3", "application/vnd.amazon.ebook"),
    ("fb2", "application/x-fictionbook+xml"),
    ("djvu", "image/vnd.djvu"),
    ("cbz", "application/vnd.comicbook+zip"),
    ("cbr", "application/vnd.comicbook-rar"),
    ("cb7", "application/x-cb7"),
    ("txt", "text/plain"),
    ("md", "text/markdown"),
    ("csv", "text/csv"),
    ("html", "text/html"),
    ("json", "application/json"),
    ("xml", "application/xml"),
    ("rtf", "application/rtf"),
    ("doc", "application/msword"),
    ("docx", "application/vnd.openxmlformats-officedocument.wordprocessingml.document"),
    ("xls", "application/vnd.ms-excel"),
    ("xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
    ("ppt", "application/vnd.ms-powerpoint"),
    ("pptx", "application/vnd.openxmlformats-officedocument.presentationml.presentation"),
    ("zip", "application/zip"),
    ("7z", "application/x-7z-compressed"),
    ("gz", "application/gzip"),
    ("apk", "application/vnd.android.package-archive"),
    ("iso", "application/x-iso9660-image"),
];

/// Extensions that e-book readers open besides those of books.
const TEXTS: [&str; 2] = ["txt", "rtf"];

/// The media type of a file with this name.
pub fn media_type(name: &str) -> &'static str {
    let Some(extension) = extension(name) else { return BYTES };
    let known = TYPES.iter().find(|(known, _)| known.eq_ignore_ascii_case(extension));
    known.map_or(BYTES, |(_, media_type)| media_type)
}

/// Whether a file with this name can be played.
pub fn is_playable(name: &str) -> bool {
    matches!(Kind::of(name), Kind::Video | Kind::Audio)
}

/// Whether a file with this name is a book.
pub fn is_book(name: &str) -> bool {
    let is_text = |extension: &str| TEXTS.iter().any(|own| own.eq_ignore_ascii_case(extension));
    matches!(Kind::of(name), Kind::Book | Kind::Pdf) || extension(name).is_some_and(is_text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_extension_tells_the_type_in_any_case() {
        for (name, want) in [
            ("a.MP4", "video/mp4"),
            ("a.b.epub", "application/epub+zip"),
            ("a", BYTES),
            ("a.", BYTES),
            ("a.unknown", BYTES),
        ] {
            assert_eq!(media_type(name), want, "{name}");
        }
        assert!(is_book("a.EPUB") && !is_book("epub") && !is_book("a.mp4"));
        assert!(is_playable("a.mkv") && is_playable("a.flac") && !is_playable("a.jpg"));
    }
}
