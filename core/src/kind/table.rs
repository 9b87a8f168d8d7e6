//! The table of file types: one row for each extension.

/// The kind of a file, by its name's extension.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// A picture that browsers show.
    Picture,
    /// A picture that browsers don't show.
    RawPicture,
    /// A film in one file.
    Video,
    /// A film in pieces (HLS).
    Playlist,
    /// A song or another sound recording.
    Audio,
    /// A document in PDF.
    Pdf,
    /// A text in Markdown.
    Markdown,
    /// Text of any other sort: code, notes, logs.
    Text,
    /// An e-book, which browsers don't show.
    Book,
    /// A document of an office program, which browsers don't show.
    Office,
    /// A file of any other type, or of none that is known.
    Other,
}

/// A file type: what an extension says of a file.
pub(super) struct FileType {
    /// The extension in lower case, without the dot.
    pub extension: &'static str,
    /// The kind of files with this extension.
    pub kind: Kind,
    /// The media type as IANA lists it, or as programs that open the format send it.
    pub media_type: &'static str,
    /// The use of such files beyond their kind.
    pub role: Role,
}

/// The use of a file type beyond its kind.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Role {
    /// The file has no use beyond its kind.
    Plain,
    /// Most browsers show or play it in a page.
    Browser,
    /// E-book readers open it.
    EReader,
    /// The file holds the subtitles of a film in the same folder.
    Subtitles,
    /// The file holds the lyrics of a song in the same folder.
    Lyrics,
    /// The file may be an HLS playlist, though its extension says no more than that it is a playlist.
    Hls,
}

use Role::{Browser, EReader, Hls, Lyrics, Plain, Subtitles};

/// The media type of files of which nothing better is known.
pub const BYTES: &str = "application/octet-stream";
const DOCX: &str = "application/vnd.openxmlformats-officedocument.wordprocessingml.document";
const PPTX: &str = "application/vnd.openxmlformats-officedocument.presentationml.presentation";
const XLSX: &str = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";

/// Every extension that the site knows, sorted, so that it is found by binary search: a folder's page asks
/// for each of its files.
pub(super) const TYPES: &[FileType] = &[
    row("3gp", Kind::Video, "video/3gpp", Plain),
    row("7z", Kind::Other, "application/x-7z-compressed", Plain),
    row("aac", Kind::Audio, "audio/aac", Browser),
    row("adoc", Kind::Text, BYTES, Plain),
    row("aif", Kind::Audio, "audio/aiff", Plain),
    row("aiff", Kind::Audio, "audio/aiff", Plain),
    row("alac", Kind::Audio, BYTES, Plain),
    row("ape", Kind::Audio, BYTES, Plain),
    row("apk", Kind::Other, "application/vnd.android.package-archive", Plain),
    row("apng", Kind::Picture, BYTES, Browser),
    row("arw", Kind::RawPicture, BYTES, Plain),
    row("asf", Kind::Video, BYTES, Plain),
    row("ass", Kind::Text, BYTES, Plain),
    row("avi", Kind::Video, "video/x-msvideo", Plain),
    row("avif", Kind::Picture, "image/avif", Browser),
    row("azw", Kind::Book, "application/vnd.amazon.ebook", EReader),
    row("azw3", Kind::Book, "application/vnd.amazon.ebook", EReader),
    row("bash", Kind::Text, BYTES, Plain),
    row("bat", Kind::Text, BYTES, Plain),
    row("bib", Kind::Text, BYTES, Plain),
    row("bmp", Kind::Picture, "image/bmp", Browser),
    row("c", Kind::Text, BYTES, Plain),
    row("cb7", Kind::Book, "application/x-cb7", EReader),
    row("cbr", Kind::Book, "application/vnd.comicbook-rar", EReader),
    row("cbz", Kind::Book, "application/vnd.comicbook+zip", EReader),
    row("cc", Kind::Text, BYTES, Plain),
    row("cfg", Kind::Text, BYTES, Plain),
    row("cjs", Kind::Text, BYTES, Plain),
    row("cmd", Kind::Text, BYTES, Plain),
    row("conf", Kind::Text, BYTES, Plain),
    row("cpp", Kind::Text, BYTES, Plain),
    row("cr2", Kind::RawPicture, BYTES, Plain),
    row("cs", Kind::Text, BYTES, Plain),
    row("css", Kind::Text, BYTES, Plain),
    row("csv", Kind::Text, "text/csv", Plain),
    row("cue", Kind::Text, BYTES, Plain),
    row("dff", Kind::Audio, BYTES, Plain),
    row("diff", Kind::Text, BYTES, Plain),
    row("divx", Kind::Video, BYTES, Plain),
    row("djvu", Kind::Book, "image/vnd.djvu", EReader),
    row("dng", Kind::RawPicture, BYTES, Plain),
    row("doc", Kind::Office, "application/msword", Plain),
    row("docx", Kind::Office, DOCX, Plain),
    row("dsf", Kind::Audio, BYTES, Plain),
    row("env", Kind::Text, BYTES, Plain),
    row("epub", Kind::Book, "application/epub+zip", EReader),
    row("f4v", Kind::Video, BYTES, Plain),
    row("fb2", Kind::Book, "application/x-fictionbook+xml", EReader),
    row("fish", Kind::Text, BYTES, Plain),
    row("flac", Kind::Audio, "audio/flac", Browser),
    row("flv", Kind::Video, "video/x-flv", Plain),
    row("gif", Kind::Picture, "image/gif", Browser),
    row("go", Kind::Text, BYTES, Plain),
    row("graphql", Kind::Text, BYTES, Plain),
    row("gz", Kind::Other, "application/gzip", Plain),
    row("h", Kind::Text, BYTES, Plain),
    row("heic", Kind::RawPicture, "image/heic", Plain),
    row("heif", Kind::RawPicture, BYTES, Plain),
    row("hpp", Kind::Text, BYTES, Plain),
    row("htm", Kind::Text, "text/html", Plain),
    row("html", Kind::Text, "text/html", Plain),
    row("ico", Kind::Picture, BYTES, Browser),
    row("ini", Kind::Text, BYTES, Plain),
    row("iso", Kind::Other, "application/x-iso9660-image", Plain),
    row("java", Kind::Text, BYTES, Plain),
    row("jfif", Kind::Picture, "image/jpeg", Browser),
    row("jl", Kind::Text, BYTES, Plain),
    row("jpeg", Kind::Picture, "image/jpeg", Browser),
    row("jpg", Kind::Picture, "image/jpeg", Browser),
    row("js", Kind::Text, BYTES, Plain),
    row("json", Kind::Text, "application/json", Plain),
    row("jsonl", Kind::Text, BYTES, Plain),
    row("jsx", Kind::Text, BYTES, Plain),
    row("jxl", Kind::RawPicture, "image/jxl", Plain),
    row("kt", Kind::Text, BYTES, Plain),
    row("less", Kind::Text, BYTES, Plain),
    row("log", Kind::Text, BYTES, Plain),
    row("lrc", Kind::Text, BYTES, Lyrics),
    row("lua", Kind::Text, BYTES, Plain),
    row("m2ts", Kind::Video, "video/mp2t", Plain),
    row("m3u", Kind::Text, BYTES, Hls),
    row("m3u8", Kind::Playlist, "application/vnd.apple.mpegurl", Browser),
    row("m4a", Kind::Audio, "audio/mp4", Browser),
    row("m4b", Kind::Audio, "audio/mp4", Browser),
    row("m4v", Kind::Video, "video/mp4", Browser),
    row("markdown", Kind::Markdown, "text/markdown", Plain),
    row("md", Kind::Markdown, "text/markdown", Plain),
    row("mjs", Kind::Text, BYTES, Plain),
    row("mka", Kind::Audio, "audio/x-matroska", Plain),
    row("mkv", Kind::Video, "video/x-matroska", Browser),
    row("mobi", Kind::Book, "application/x-mobipocket-ebook", EReader),
    row("mov", Kind::Video, "video/quicktime", Browser),
    row("mp3", Kind::Audio, "audio/mpeg", Browser),
    row("mp4", Kind::Video, "video/mp4", Browser),
    row("mpeg", Kind::Video, "video/mpeg", Plain),
    row("mpg", Kind::Video, "video/mpeg", Plain),
    row("mts", Kind::Video, "video/mp2t", Plain),
    row("nef", Kind::RawPicture, BYTES, Plain),
    row("nfo", Kind::Text, BYTES, Plain),
    row("odp", Kind::Office, BYTES, Plain),
    row("ods", Kind::Office, BYTES, Plain),
    row("odt", Kind::Office, BYTES, Plain),
    row("oga", Kind::Audio, "audio/ogg", Browser),
    row("ogg", Kind::Audio, "audio/ogg", Browser),
    row("ogv", Kind::Video, "video/ogg", Browser),
    row("opus", Kind::Audio, "audio/ogg", Browser),
    row("org", Kind::Text, BYTES, Plain),
    row("patch", Kind::Text, BYTES, Plain),
    row("pdf", Kind::Pdf, "application/pdf", EReader),
    row("php", Kind::Text, BYTES, Plain),
    row("pl", Kind::Text, BYTES, Plain),
    row("png", Kind::Picture, "image/png", Browser),
    row("ppt", Kind::Office, "application/vnd.ms-powerpoint", Plain),
    row("pptx", Kind::Office, PPTX, Plain),
    row("prc", Kind::Book, "application/x-mobipocket-ebook", EReader),
    row("properties", Kind::Text, BYTES, Plain),
    row("proto", Kind::Text, BYTES, Plain),
    row("ps1", Kind::Text, BYTES, Plain),
    row("psd", Kind::RawPicture, BYTES, Plain),
    row("py", Kind::Text, BYTES, Plain),
    row("r", Kind::Text, BYTES, Plain),
    row("rb", Kind::Text, BYTES, Plain),
    row("rm", Kind::Video, BYTES, Plain),
    row("rmvb", Kind::Video, BYTES, Plain),
    row("rs", Kind::Text, BYTES, Plain),
    row("rst", Kind::Text, BYTES, Plain),
    row("rtf", Kind::Office, "application/rtf", EReader),
    row("scss", Kind::Text, BYTES, Plain),
    row("sh", Kind::Text, BYTES, Plain),
    row("sql", Kind::Text, BYTES, Plain),
    row("srt", Kind::Text, BYTES, Subtitles),
    row("ssa", Kind::Text, BYTES, Plain),
    row("strm", Kind::Text, BYTES, Plain),
    row("svelte", Kind::Text, BYTES, Plain),
    row("svg", Kind::Picture, "image/svg+xml", Browser),
    row("swift", Kind::Text, BYTES, Plain),
    row("tex", Kind::Text, BYTES, Plain),
    row("tif", Kind::RawPicture, "image/tiff", Plain),
    row("tiff", Kind::RawPicture, "image/tiff", Plain),
    row("toml", Kind::Text, BYTES, Plain),
    row("ts", Kind::Video, "video/mp2t", Plain),
    row("tsv", Kind::Text, BYTES, Plain),
    row("tsx", Kind::Text, BYTES, Plain),
    row("tta", Kind::Audio, BYTES, Plain),
    row("txt", Kind::Text, "text/plain", EReader),
    row("vob", Kind::Video, BYTES, Plain),
    row("vtt", Kind::Text, BYTES, Subtitles),
    row("vue", Kind::Text, BYTES, Plain),
    row("wav", Kind::Audio, "audio/wav", Browser),
    row("weba", Kind::Audio, BYTES, Browser),
    row("webm", Kind::Video, "video/webm", Browser),
    row("webp", Kind::Picture, "image/webp", Browser),
    row("wma", Kind::Audio, "audio/x-ms-wma", Plain),
    row("wmv", Kind::Video, "video/x-ms-wmv", Plain),
    row("wv", Kind::Audio, BYTES, Plain),
    row("xls", Kind::Office, "application/vnd.ms-excel", Plain),
    row("xlsx", Kind::Office, XLSX, Plain),
    row("xml", Kind::Text, "application/xml", Plain),
    row("yaml", Kind::Text, BYTES, Plain),
    row("yml", Kind::Text, BYTES, Plain),
    row("zip", Kind::Other, "application/zip", Plain),
    row("zsh", Kind::Text, BYTES, Plain),
];

const fn row(
    extension: &'static str,
    kind: Kind,
    media_type: &'static str,
    role: Role,
) -> FileType {
    FileType { extension, kind, media_type, role }
}
