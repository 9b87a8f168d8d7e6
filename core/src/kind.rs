//! Kinds of files by their names: they choose the preview, the player and the search filter.

/// The kind of a file, told by its name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// A picture that browsers show.
    Picture,
    /// A picture that browsers don't show.
    RawPicture,
    /// A film.
    Video,
    /// A film in pieces (HLS).
    Playlist,
    /// Sound.
    Audio,
    /// A PDF.
    Pdf,
    /// Markdown.
    Markdown,
    /// Text of any other sort: code, notes, logs.
    Text,
    /// An e-book, which browsers don't show.
    Book,
    /// A document of an office program, which browsers don't show.
    Office,
    /// Anything else.
    Other,
}

/// What people do with a file: look at it, watch it, listen to it or read it.
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

/// Extensions in lower case, each between two spaces. Of films and sound the first line of each is what
/// most browsers play, if they know what is inside.
const KINDS: [(Kind, &str); 12] = [
    (Kind::Picture, " jpg jpeg jfif png apng gif webp avif svg bmp ico "),
    (Kind::RawPicture, " heic heif tif tiff jxl psd dng cr2 nef arw "),
    (Kind::Video, PLAYED_VIDEO),
    (Kind::Video, " avi wmv flv ts m2ts mts mpg mpeg vob 3gp rm rmvb asf divx f4v "),
    (Kind::Playlist, " m3u8 "),
    (Kind::Audio, PLAYED_AUDIO),
    (Kind::Audio, " wma ape alac aiff aif dsf dff mka wv tta "),
    (Kind::Pdf, " pdf "),
    (Kind::Markdown, " md markdown "),
    (Kind::Book, " epub mobi prc azw azw3 djvu fb2 cbz cbr cb7 "),
    (Kind::Office, " doc docx odt rtf xls xlsx ods ppt pptx odp "),
    (
        Kind::Text,
        " txt log nfo csv tsv json jsonl xml yaml yml toml ini conf cfg env properties html htm css scss \
         less js mjs cjs jsx tsx vue svelte rs go py rb php java kt swift c h cpp hpp cc cs lua pl r jl sh \
         bash zsh fish bat cmd ps1 sql graphql proto tex bib srt vtt ass ssa lrc cue m3u diff patch rst org \
         adoc strm ",
    ),
];

const PLAYED_VIDEO: &str = " mp4 m4v mov webm mkv ogv ";
const PLAYED_AUDIO: &str = " mp3 m4a m4b aac flac ogg oga opus wav weba ";

/// File names without an extension that are known to be texts.
const TEXTS: &str =
    " makefile dockerfile license readme changelog .gitignore .gitattributes .editorconfig .env ";

/// Upper bound in bytes: longer than any extension or name above.
const MAX_LENGTH: usize = 16;

impl Kind {
    /// The kind of the file with this name, in any case of its letters.
    pub fn of(name: &str) -> Self {
        let Some(extension) = extension(name) else {
            return if lists(TEXTS, name) { Self::Text } else { Self::Other };
        };
        let mut kinds = KINDS.iter();
        kinds.find(|(_, known)| lists(known, extension)).map_or(Self::Other, |(kind, _)| *kind)
    }

    /// What files of this kind are used for; `None` for those that are only kept.
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

    /// Whether files of this kind are played: they may have subtitles or lyrics beside them.
    pub fn is_played(self) -> bool {
        matches!(self.used(), Some(Use::Video | Use::Audio))
    }

    /// Whether files of the two kinds form one sequence in a folder: films go with playlists, and all texts
    /// go together.
    pub fn goes_with(self, other: Self) -> bool {
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
        let kind = Kind::of(name);
        let is_known = match kind {
            Kind::Picture | Kind::Playlist => true,
            Kind::Video | Kind::Audio => extension(name)
                .is_some_and(|own| lists(PLAYED_VIDEO, own) || lists(PLAYED_AUDIO, own)),
            _ => false,
        };
        kind.used().filter(|_| is_known)
    }
}

/// Every extension that tells a kind, in lower case, with its kind.
pub fn extensions() -> impl Iterator<Item = (&'static str, Kind)> {
    KINDS.into_iter().flat_map(|(kind, known)| {
        known.split_ascii_whitespace().map(move |extension| (extension, kind))
    })
}

/// Whether a space-separated list of words contains `word`, which holds no space.
fn lists(words: &str, word: &str) -> bool {
    if word.len() > MAX_LENGTH || word.contains(' ') {
        return false;
    }
    let mut wanted = String::with_capacity(MAX_LENGTH + 2);
    wanted.push(' ');
    wanted.push_str(word);
    wanted.push(' ');
    wanted.make_ascii_lowercase();
    words.contains(&wanted)
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
    fn a_use_is_asked_for_by_its_name() {
        assert_eq!(Use::parse("image"), Some(Use::Image));
        assert_eq!(Use::parse("document"), Some(Use::Document));
        for text in ["", "Image", "images", "*"] {
            assert_eq!(Use::parse(text), None, "{text:?}");
        }
    }

    #[test]
    fn every_extension_is_found_once() {
        for (extension, kind) in extensions() {
            assert_eq!(Kind::of(&format!("a.{extension}")), kind, "{extension}");
            let same = extensions().filter(|(other, _)| *other == extension);
            assert_eq!(same.count(), 1, "{extension}");
        }
        for name in TEXTS.split_whitespace() {
            assert_eq!(Kind::of(name), Kind::Text, "{name}");
        }
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
        assert!(Kind::Video.goes_with(Kind::Playlist) && !Kind::Video.goes_with(Kind::Audio));
        assert!(Kind::Text.goes_with(Kind::Markdown) && !Kind::Text.goes_with(Kind::Pdf));
    }
}
