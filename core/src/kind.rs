//! What a file is by its name: where a surface treats pictures, films, music and documents apart.

/// What somebody does with a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Looks at it.
    Image,
    /// Watches it.
    Video,
    /// Listens to it.
    Audio,
    /// Reads it.
    Document,
}

/// Extensions in lower case, each between two spaces.
const KINDS: [(Kind, &str); 4] = [
    (Kind::Image, " jpg jpeg png gif webp avif bmp svg heic heif tif tiff jxl ico "),
    (
        Kind::Video,
        " mp4 mkv webm mov avi m4v wmv flv ts m2ts mts mpg mpeg vob ogv 3gp rm rmvb asf divx f4v ",
    ),
    (
        Kind::Audio,
        " mp3 flac m4a aac ogg oga opus wav wma ape alac aiff aif dsf dff mka wv tta m4b ",
    ),
    (
        Kind::Document,
        " pdf epub mobi azw azw3 djvu fb2 cbz cbr cb7 doc docx odt rtf xls xlsx ods ppt pptx odp txt \
         md csv html htm ",
    ),
];

/// Longer than any of them, in bytes.
const LONGEST: usize = 5;

impl Kind {
    /// What the extension says, in any case of its letters; `None` for all that is none of these.
    pub fn of(name: &str) -> Option<Self> {
        let mut wanted = String::with_capacity(LONGEST + 2);
        let extension = extension(name)?;
        if extension.len() > LONGEST {
            return None;
        }
        wanted.push(' ');
        wanted.push_str(extension);
        wanted.push(' ');
        wanted.make_ascii_lowercase();
        let mut kinds = KINDS.iter();
        kinds.find(|(_, known)| known.contains(&wanted)).map(|(kind, _)| *kind)
    }

    /// Reads `image`, `video`, `audio` or `document`.
    pub fn parse(text: &str) -> Option<Self> {
        Some(match text {
            "image" => Self::Image,
            "video" => Self::Video,
            "audio" => Self::Audio,
            "document" => Self::Document,
            _ => return None,
        })
    }
}

/// What follows the last dot of a name, if that is letters and digits and something stands before it.
pub fn extension(name: &str) -> Option<&str> {
    let (before, extension) = name.rsplit_once('.')?;
    let plain = !extension.is_empty() && extension.bytes().all(|byte| byte.is_ascii_alphanumeric());
    (plain && !before.is_empty()).then_some(extension)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_what_its_extension_says() {
        const CASES: &[(&str, Option<Kind>)] = &[
            ("a.mp4", Some(Kind::Video)),
            ("A.MKV", Some(Kind::Video)),
            ("a.b.flac", Some(Kind::Audio)),
            ("图.JPeG", Some(Kind::Image)),
            ("book.epub", Some(Kind::Document)),
            ("a.zip", None),
            ("mp4", None),
            (".mp4", None),
            ("a.", None),
            ("a.mp", None),
            ("a.mp4 mkv", None),
            ("a. mp4", None),
            ("a.mp4\n", None),
            ("a.verylongextension", None),
        ];
        for (name, want) in CASES {
            assert_eq!(Kind::of(name), *want, "{name:?}");
        }
    }

    #[test]
    fn a_kind_is_asked_for_by_its_name() {
        assert_eq!(Kind::parse("image"), Some(Kind::Image));
        assert_eq!(Kind::parse("document"), Some(Kind::Document));
        for text in ["", "Image", "images", "*"] {
            assert_eq!(Kind::parse(text), None, "{text:?}");
        }
    }

    #[test]
    fn every_extension_is_found() {
        for (kind, known) in KINDS {
            for extension in known.split_whitespace() {
                assert!(extension.len() <= LONGEST, "{extension}");
                assert_eq!(Kind::of(&format!("a.{extension}")), Some(kind), "{extension}");
            }
        }
    }
}
