//! Sidecar files: subtitles and lyrics of a film or song, found by their names.

use signpost_core::kind::Sidecar;

/// The stem that a file shares with its subtitles and lyrics: `film` of `film.mp4`.
pub fn stem(name: &str) -> &str {
    name.rsplit_once('.').map_or(name, |(stem, _)| stem)
}

/// Whether a file of this name is a sidecar (subtitles or lyrics) of the file with that stem: `film.srt`,
/// `film.zh.vtt`, `song.lrc`.
pub fn accompanies(name: &str, stem: &str) -> bool {
    let Some(rest) = name.strip_prefix(stem).and_then(|rest| rest.strip_prefix('.')) else {
        return false;
    };
    let (language, _) = rest.rsplit_once('.').unwrap_or_default();
    Sidecar::of(name).is_some() && language.len() <= 24 && !language.contains('.')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sidecars_belong_to_the_file_of_their_name() {
        for name in ["a b.vtt", "a b.SRT", "a b.zh-Hans.srt", "a b.lrc"] {
            assert!(accompanies(name, stem("a b.mkv")), "{name}");
        }
        for name in ["a b2.vtt", "a b.mkv", "a b.x.y.srt", "a.srt", "a b.txt", "a b"] {
            assert!(!accompanies(name, stem("a b.mkv")), "{name}");
        }
    }
}
