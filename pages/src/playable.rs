//! What a browser can show by itself, by a file's name.

/// The element that shows a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Playable {
    Image,
    Video,
    Audio,
}

/// Extensions in lower case. Of formats that only some browsers know, those that most of them do.
const KNOWN: [(Playable, &[&str]); 3] = [
    (
        Playable::Image,
        &["jpg", "jpeg", "jfif", "png", "apng", "gif", "webp", "avif", "svg", "bmp", "ico"],
    ),
    (Playable::Video, &["mp4", "m4v", "mov", "webm", "mkv", "ogv", "m3u8"]),
    (Playable::Audio, &["mp3", "m4a", "m4b", "aac", "flac", "ogg", "oga", "opus", "wav", "weba"]),
];

impl Playable {
    /// `None` for what is only downloaded.
    pub(crate) fn of(name: &str) -> Option<Self> {
        let (_, extension) = name.rsplit_once('.')?;
        let has = |known: &[&str]| known.iter().any(|known| known.eq_ignore_ascii_case(extension));
        KNOWN.iter().find(|(_, known)| has(known)).map(|(kind, _)| *kind)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_says_what_shows_it() {
        const CASES: &[(&str, Option<Playable>)] = &[
            ("a.png", Some(Playable::Image)),
            ("图.JPG", Some(Playable::Image)),
            ("a.b.mkv", Some(Playable::Video)),
            ("x.m3u8", Some(Playable::Video)),
            ("02. 歌.Flac", Some(Playable::Audio)),
            ("a.zip", None),
            ("mp4", None),
            ("a.", None),
            ("a.mp4 ", None),
            ("a.html", None),
        ];
        for (name, want) in CASES {
            assert_eq!(Playable::of(name), *want, "{name:?}");
        }
    }
}
