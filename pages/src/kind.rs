//! What a file is, as far as its name tells: which preview suits it.

use serde::{Deserialize, Serialize};

/// The kind of a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Kind {
    /// A picture that browsers show.
    Picture,
    /// A film, as far as the browser knows its form.
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
    /// A picture that browsers don't show.
    RawPicture,
    /// Anything else.
    Other,
}

impl Kind {
    /// The kind of the file with this name.
    pub fn of(name: &str) -> Self {
        let Some((_, extension)) = name.rsplit_once('.').filter(|(_, end)| end.len() <= 10) else {
            return Self::Other;
        };
        match extension.to_ascii_lowercase().as_str() {
            "jpg" | "jpeg" | "jfif" | "png" | "apng" | "gif" | "webp" | "avif" | "svg" | "bmp"
            | "ico" => Self::Picture,
            "heic" | "heif" | "tif" | "tiff" | "psd" | "dng" | "cr2" | "nef" | "arw" | "jxl" => {
                Self::RawPicture
            }
            "mp4" | "m4v" | "webm" | "mkv" | "mov" | "ogv" | "avi" | "flv" | "wmv" | "ts"
            | "m2ts" | "mpg" | "mpeg" | "rmvb" | "3gp" => Self::Video,
            "m3u8" => Self::Playlist,
            "mp3" | "m4a" | "m4b" | "weba" | "aac" | "flac" | "ogg" | "oga" | "opus" | "wav"
            | "wma" | "ape" => Self::Audio,
            "pdf" => Self::Pdf,
            "md" | "markdown" => Self::Markdown,
            "epub" | "mobi" | "azw3" | "fb2" | "djvu" | "cbz" => Self::Book,
            "doc" | "docx" | "xls" | "xlsx" | "ppt" | "pptx" | "odt" | "ods" | "odp" | "rtf" => {
                Self::Office
            }
            extension if is_text(extension) => Self::Text,
            _ => Self::Other,
        }
    }

    /// Its name for scripts and style sheets.
    pub fn name(self) -> &'static str {
        match self {
            Self::Picture => "picture",
            Self::Video => "video",
            Self::Playlist => "playlist",
            Self::Audio => "audio",
            Self::Pdf => "pdf",
            Self::Markdown => "markdown",
            Self::Text => "text",
            Self::Book => "book",
            Self::Office => "office",
            Self::RawPicture => "raw-picture",
            Self::Other => "other",
        }
    }

    /// Whether one of this kind follows one of that in a folder: films and playlists go together, and so
    /// do all texts.
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

    /// Whether it is played: it may have subtitles or lyrics beside it.
    pub fn is_played(self) -> bool {
        matches!(self, Self::Video | Self::Playlist | Self::Audio)
    }
}

fn is_text(extension: &str) -> bool {
    const NAMES: &str = " txt log nfo csv tsv json jsonl xml yaml yml toml ini conf cfg env properties \
        html htm css scss less js mjs cjs jsx tsx vue svelte rs go py rb php java kt swift c h cpp hpp cc \
        cs lua pl r jl sh bash zsh fish bat cmd ps1 sql graphql proto tex bib srt vtt ass ssa lrc cue m3u \
        diff patch gitignore dockerfile makefile rst org adoc strm ";
    let mut names = NAMES.split_ascii_whitespace();
    names.any(|name| name == extension)
}

/// The beginning that a file shares with its subtitles and lyrics: `film` of `film.mp4`.
pub fn stem(name: &str) -> &str {
    name.rsplit_once('.').map_or(name, |(stem, _)| stem)
}

/// Whether a file of this name, beside the one with that stem, is its subtitles or lyrics: `film.srt`,
/// `film.zh.vtt`, `song.lrc`.
pub fn accompanies(name: &str, stem: &str) -> bool {
    let Some(rest) = name.strip_prefix(stem).and_then(|rest| rest.strip_prefix('.')) else {
        return false;
    };
    let (language, extension) = rest.rsplit_once('.').unwrap_or(("", rest));
    let is_words = ["vtt", "srt", "lrc"].iter().any(|own| extension.eq_ignore_ascii_case(own));
    is_words && language.len() <= 24 && !language.contains('.')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_extension_tells_the_kind_in_any_case() {
        const CASES: &[(&str, Kind)] = &[
            ("a.MP4", Kind::Video),
            ("a.mp4.txt", Kind::Text),
            ("封面.JPEG", Kind::Picture),
            (".gitignore", Kind::Text),
            ("index.m3u8", Kind::Playlist),
            ("a.heic", Kind::RawPicture),
            ("README.md", Kind::Markdown),
            ("noextension", Kind::Other),
            ("a.", Kind::Other),
            ("a.tar.gz", Kind::Other),
            ("a. txt", Kind::Other),
            ("a.verylongextension", Kind::Other),
        ];
        for (name, want) in CASES {
            assert_eq!(Kind::of(name), *want, "{name}");
        }
        assert!(Kind::Video.goes_with(Kind::Playlist) && !Kind::Video.goes_with(Kind::Audio));
    }

    #[test]
    fn words_belong_to_the_file_of_their_name() {
        for name in ["a b.vtt", "a b.SRT", "a b.zh-Hans.srt", "a b.lrc"] {
            assert!(accompanies(name, stem("a b.mkv")), "{name}");
        }
        for name in ["a b2.vtt", "a b.mkv", "a b.x.y.srt", "a.srt", "a b.txt", "a b"] {
            assert!(!accompanies(name, stem("a b.mkv")), "{name}");
        }
    }
}
