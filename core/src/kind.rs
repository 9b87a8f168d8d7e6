//! File types by the names of files: kind, media type, and what can be done with a file. Everything that
//! depends on an extension asks here; the scripts of pages get their extensions from here, too.

mod table;

pub use table::BYTES;
pub use table::Kind;
use table::{FileType, Role, TYPES};

/// The use of a file: an image, a video, audio or a document. A filter of shortcuts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Use {
    /// The file is looked at.
    Image,
    /// The file is watched.
    Video,
    /// The file is listened to.
    Audio,
    /// The file is read.
    Document,
}

/// File names without an extension that are known to be texts, in lower case.
const TEXTS: [&str; 9] = [
    "makefile",
    "dockerfile",
    "license",
    "readme",
    "changelog",
    ".gitignore",
    ".gitattributes",
    ".editorconfig",
    ".env",
];

/// Maximum length in bytes of an extension or name that is looked up: longer than any known one.
const MAX_LENGTH: usize = 16;

impl Kind {
    /// The kind of the file with this name, in any case of its letters.
    pub fn of(name: &str) -> Self {
        let Some(extension) = extension(name) else {
            return if TEXTS.iter().any(|text| text.eq_ignore_ascii_case(name)) {
                Self::Text
            } else {
                Self::Other
            };
        };
        of_extension(extension).map_or(Self::Other, |known| known.kind)
    }

    /// The use of files of this kind; `None` for those that are only stored.
    pub fn used(self) -> Option<Use> {
        match self {
            Self::Picture | Self::RawPicture => Some(Use::Image),
            Self::Video | Self::Playlist => Some(Use::Video),
            Self::Audio => Some(Use::Audio),
            Self::Pdf | Self::Markdown | Self::Text | Self::Book | Self::Office => {
                Some(Use::Document)
            }
            Self::Other => None,
        }
    }

    /// Whether files of this kind are played: they may have sidecars.
    pub fn is_played(self) -> bool {
        matches!(self.used(), Some(Use::Video | Use::Audio))
    }

    /// Whether files of the two kinds form one sequence in a folder: films go with playlists, and all texts
    /// go together.
    pub fn is_in_sequence_with(self, other: Self) -> bool {
        self.family() == other.family()
    }

    fn family(self) -> Self {
        match self {
            Self::Playlist => Self::Video,
            Self::Markdown => Self::Text,
            other => other,
        }
    }
}

impl Use {
    /// Parses `image`, `video`, `audio` or `document`.
    pub fn parse(text: &str) -> Option<Self> {
        Some(match text {
            "image" => Self::Image,
            "video" => Self::Video,
            "audio" => Self::Audio,
            "document" => Self::Document,
            _ => return None,
        })
    }

    /// The use of a file that an HTML page can present with an element: a picture, a film or sound. `None`
    /// where most browsers only download it.
    pub fn in_a_page(name: &str) -> Option<Self> {
        file_type(name).filter(|known| known.role == Role::Browser)?.kind.used()
    }
}

/// The kind of a sidecar file: one that belongs to a film or song in the same folder.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sidecar {
    /// A file with the subtitles of a film.
    Subtitles,
    /// A file with the lyrics of a song.
    Lyrics,
}

impl Sidecar {
    /// Parses a file name: subtitles or lyrics by its extension, `None` for any other file.
    pub fn of(name: &str) -> Option<Self> {
        match file_type(name)?.role {
            Role::Subtitles => Some(Self::Subtitles),
            Role::Lyrics => Some(Self::Lyrics),
            Role::Plain | Role::Browser | Role::EReader | Role::Hls => None,
        }
    }
}

/// The media type of a file with this name; `application/octet-stream` for unknown types.
pub fn media_type(name: &str) -> &'static str {
    file_type(name).map_or(BYTES, |known| known.media_type)
}

/// `text/plain` for a file whose name says that it is a text; `None` for any other file.
pub fn media_type_of_text(name: &str) -> Option<&'static str> {
    matches!(Kind::of(name), Kind::Text | Kind::Markdown).then_some("text/plain")
}

/// Whether a media player plays the file as one stream: a film or a song, but no playlist.
pub fn is_playable(name: &str) -> bool {
    matches!(Kind::of(name), Kind::Video | Kind::Audio)
}

/// Whether the file may be an HLS playlist: `.m3u8`, and `.m3u`, which is an old list of songs more often. A
/// name of nothing but the extension counts, too: its segments need their signatures all the same.
pub fn may_be_hls(name: &str) -> bool {
    let known = name.rsplit_once('.').and_then(|(_, extension)| of_extension(extension));
    known.is_some_and(|known| known.role == Role::Hls || known.kind == Kind::Playlist)
}

/// Whether e-book readers open the file: books, PDFs and plain texts.
pub fn is_book(name: &str) -> bool {
    file_type(name).is_some_and(|known| known.role == Role::EReader)
}

/// Every known extension in lower case, with its kind.
pub fn extensions() -> impl Iterator<Item = (&'static str, Kind)> {
    TYPES.iter().map(|known| (known.extension, known.kind))
}

fn file_type(name: &str) -> Option<&'static FileType> {
    of_extension(extension(name)?)
}

fn of_extension(extension: &str) -> Option<&'static FileType> {
    let mut buffer = [0; MAX_LENGTH];
    let lower = buffer.get_mut(..extension.len())?;
    lower.copy_from_slice(extension.as_bytes());
    lower.make_ascii_lowercase();
    let at = TYPES.binary_search_by(|known| known.extension.as_bytes().cmp(lower)).ok()?;
    TYPES.get(at)
}

/// The extension of a name: what follows the last dot, if that is letters and digits and something stands
/// before it.
pub fn extension(name: &str) -> Option<&str> {
    let (before, extension) = name.rsplit_once('.')?;
    let plain = !extension.is_empty() && extension.bytes().all(|byte| byte.is_ascii_alphanumeric());
    (plain && !before.is_empty()).then_some(extension)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_extension_tells_the_kind_in_any_case() {
        const CASES: &[(&str, Kind)] = &[
            ("a.mp4", Kind::Video),
            ("A.MKV", Kind::Video),
            ("a.mp4.txt", Kind::Text),
            ("a.b.flac", Kind::Audio),
            ("图.JPeG", Kind::Picture),
            ("a.heic", Kind::RawPicture),
            ("index.m3u8", Kind::Playlist),
            ("README.md", Kind::Markdown),
            ("book.epub", Kind::Book),
            ("a.zip", Kind::Other),
            ("a.tar.gz", Kind::Other),
            ("noextension", Kind::Other),
            ("Makefile", Kind::Text),
            (".gitignore", Kind::Text),
            ("mp4", Kind::Other),
            (".mp4", Kind::Other),
            ("a.", Kind::Other),
            ("", Kind::Other),
            (" ", Kind::Other),
            ("license readme", Kind::Other),
            ("a.mp", Kind::Other),
            ("a.mp4 mkv", Kind::Other),
            ("a. mp4", Kind::Other),
            ("a.mp4\n", Kind::Other),
            ("a.verylongextension", Kind::Other),
        ];
        for (name, want) in CASES {
            assert_eq!(Kind::of(name), *want, "{name:?}");
        }
    }

    #[test]
    fn a_use_is_parsed_from_its_name() {
        assert_eq!(Use::parse("image"), Some(Use::Image));
        assert_eq!(Use::parse("document"), Some(Use::Document));
        for text in ["", "Image", "images", "*"] {
            assert_eq!(Use::parse(text), None, "{text:?}");
        }
    }

    #[test]
    fn the_table_is_sorted_and_every_row_is_found() {
        assert!(TYPES.is_sorted_by(|one, next| one.extension < next.extension));
        for known in TYPES {
            assert!(known.extension.len() <= MAX_LENGTH, "{}", known.extension);
            let name = format!("a.{}", known.extension.to_uppercase());
            assert_eq!(Kind::of(&name), known.kind, "{name}");
            assert_eq!(media_type(&name), known.media_type, "{name}");
        }
        for name in TEXTS {
            assert_eq!(Kind::of(name), Kind::Text, "{name}");
        }
    }

    #[test]
    fn an_extension_tells_the_media_type_in_any_case() {
        for (name, want) in [
            ("a.MP4", "video/mp4"),
            ("a.b.epub", "application/epub+zip"),
            ("a.zip", "application/zip"),
            ("a", BYTES),
            ("a.", BYTES),
            ("a.unknown", BYTES),
        ] {
            assert_eq!(media_type(name), want, "{name}");
        }
    }

    #[test]
    fn readers_and_players_get_what_they_open() {
        assert!(is_book("a.EPUB") && is_book("a.pdf") && is_book("a.txt") && is_book("a.rtf"));
        assert!(!is_book("epub") && !is_book("a.mp4") && !is_book("a.md"));
        assert!(is_playable("a.mkv") && is_playable("a.flac"));
        assert!(!is_playable("a.jpg") && !is_playable("a.m3u8"));
        assert!(may_be_hls("a.M3U8") && may_be_hls("a.m3u") && may_be_hls(".m3u8"));
        assert!(!may_be_hls("m3u8") && !may_be_hls("a.mp4") && !may_be_hls("a.m3u8.txt"));
        assert_eq!(Sidecar::of("a.zh.SRT"), Some(Sidecar::Subtitles));
        assert_eq!(Sidecar::of("a.lrc"), Some(Sidecar::Lyrics));
        assert_eq!((Sidecar::of("a.txt"), Sidecar::of("srt")), (None, None));
    }

    #[test]
    fn a_page_shows_what_browsers_know() {
        const CASES: &[(&str, Option<Use>)] = &[
            ("a.png", Some(Use::Image)),
            ("a.b.mkv", Some(Use::Video)),
            ("x.m3u8", Some(Use::Video)),
            ("02. 歌.Flac", Some(Use::Audio)),
            ("a.avi", None),
            ("a.ape", None),
            ("a.heic", None),
            ("a.pdf", None),
            ("a.html", None),
            ("mp4", None),
        ];
        for (name, want) in CASES {
            assert_eq!(Use::in_a_page(name), *want, "{name:?}");
        }
    }

    #[test]
    fn films_and_playlists_go_together() {
        assert!(
            Kind::Video.is_in_sequence_with(Kind::Playlist)
                && !Kind::Video.is_in_sequence_with(Kind::Audio)
        );
        assert!(
            Kind::Text.is_in_sequence_with(Kind::Markdown)
                && !Kind::Text.is_in_sequence_with(Kind::Pdf)
        );
    }
}
