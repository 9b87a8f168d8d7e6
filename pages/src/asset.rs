//! Static files of the site: style sheets, scripts, icons. Their URLs contain their version, so that
//! browsers may cache them forever.

use std::borrow::Cow;

use serde_json::json;
use signpost_core::kind::{self, Kind};

use crate::accent::Colour;
use crate::language::Language;
use crate::messages::Messages;
use crate::view::CustomView;

/// A static file of the site.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Asset {
    /// The file's name: what follows the version in its URL.
    pub name: &'static str,
    /// The file's content type.
    pub content_type: &'static str,
}

/// The content type of style sheets.
pub const CSS: &str = "text/css; charset=utf-8";
const SVG: &str = "image/svg+xml";
const JS: &str = "text/javascript; charset=utf-8";

macro_rules! files {
    ($($name:literal: $content_type:expr,)*) => {
        const FILES: &[Asset] = &[$(Asset { name: $name, content_type: $content_type }),*];
        /// The contents of `FILES`, in the same order.
        const TEXTS: &[&str] = &[$(include_str!(concat!("../assets/", $name))),*];
    };
}

files! {
    "style.css": CSS,
    "icons.svg": SVG,
    "icon.svg": SVG,
    "doctor.css": CSS,
    "embed.css": CSS,
    "embed.js": JS,
    "file.css": CSS,
    "file/page.js": JS,
    "file/player.js": JS,
    "file/parts.js": JS,
    "file/renew.js": JS,
    "file/resume.js": JS,
    "file/cues.js": JS,
    "file/lyrics.js": JS,
    "file/tracks.js": JS,
    "file/picture.js": JS,
    "file/zoom.js": JS,
    "file/text.js": JS,
    "file/decode.js": JS,
    "file/pdf.js": JS,
    "file/flip.js": JS,
    "file/players.js": JS,
    "file/shell.js": JS,
    "file/formats.js": JS,
    "file/link_box.js": JS,
    "file/copy.js": JS,
    "file/explain.js": JS,
    "file/dom.js": JS,
    "file/media.js": JS,
    "file/share.js": JS,
    "file/url.js": JS,
}

/// Scripts that contain messages, one for each language.
const SPOKEN: [Asset; 6] = [
    Asset { name: "folder.en.js", content_type: JS },
    Asset { name: "folder.zh-Hans.js", content_type: JS },
    Asset { name: "folder.zh-Hant.js", content_type: JS },
    Asset { name: "file/words.en.js", content_type: JS },
    Asset { name: "file/words.zh-Hans.js", content_type: JS },
    Asset { name: "file/words.zh-Hant.js", content_type: JS },
];

/// The script of folder pages, joined by build.rs.
const FOLDER: &str = include_str!(concat!(env!("OUT_DIR"), "/folder.js"));

/// The sources of the files in `SPOKEN`, for the version.
const SPOKEN_TEXTS: &[&str] = &[
    FOLDER,
    include_str!("messages/script.rs"),
    include_str!("../../core/src/kind/table.rs"),
    include_str!("messages/file/en.rs"),
    include_str!("messages/file/zh_hans.rs"),
    include_str!("messages/file/zh_hant.rs"),
];

/// The name of the owner's style sheet, which is not among the static files.
pub const CUSTOM: &str = "custom.css";

/// The static file with this name.
pub fn asset(name: &str) -> Option<Asset> {
    FILES.iter().chain(&SPOKEN).find(|asset| asset.name == name).copied()
}

/// The version of all static files: a hash of their contents.
pub const VERSION: u64 = hash_all(hash_all(OFFSET, TEXTS), SPOKEN_TEXTS);

const OFFSET: u64 = 0xcbf2_9ce4_8422_2325;

#[expect(clippy::indexing_slicing, reason = "evaluated when it is compiled, within the list")]
const fn hash_all(mut state: u64, texts: &[&str]) -> u64 {
    let mut at = 0;
    while at < texts.len() {
        state = hash(state, texts[at]);
        at += 1;
    }
    state
}

/// FNV-1a, 64 bits, continued from an earlier hash.
#[expect(
    clippy::indexing_slicing,
    reason = "evaluated when it is compiled, within the text's length"
)]
pub const fn hash(mut hash: u64, text: &str) -> u64 {
    let bytes = text.as_bytes();
    let mut at = 0;
    while at < bytes.len() {
        hash = (hash ^ bytes[at] as u64).wrapping_mul(0x0100_0000_01b3);
        at += 1;
    }
    hash
}

/// A version as it is written in URLs: 16 hexadecimal digits.
pub fn version_text(version: u64) -> String {
    const DIGITS: [char; 16] =
        ['0', '1', '2', '3', '4', '5', '6', '7', '8', '9', 'a', 'b', 'c', 'd', 'e', 'f'];
    let digit = |shift: u32| DIGITS.get(usize::try_from(version >> shift & 15).unwrap_or_default());
    (0..16).rev().filter_map(|place| digit(4 * place)).collect()
}

/// The contents of the static file with this name.
pub(crate) fn contents(name: &str) -> Option<Cow<'static, str>> {
    let at = FILES.iter().position(|asset| asset.name == name);
    let text = at.and_then(|at| TEXTS.get(at)).map(|text| Cow::Borrowed(*text));
    text.or_else(|| spoken(name).map(Cow::Owned))
}

/// The contents of `NAME.LANGUAGE.js`: a script with its messages.
fn spoken(name: &str) -> Option<String> {
    let (script, tag) = name.strip_suffix(".js")?.split_once('.')?;
    let messages = Messages::of(Language::of_tag(tag)?);
    match script {
        "folder" => Some([messages.script.line(), file_types(), FOLDER.to_owned()].concat()),
        "file/words" => Some(messages.file.script.module()),
        _ => None,
    }
}

/// The extensions of pictures and of what is played, as a constant of the folder script.
fn file_types() -> String {
    let of = |wanted: fn(Kind) -> bool| {
        let known = kind::extensions().filter(|(_, kind)| wanted(*kind));
        known.map(|(extension, _)| extension).collect::<Vec<_>>()
    };
    let types =
        json!({ "pictures": of(|kind| kind == Kind::Picture), "played": of(Kind::is_played) });
    ["const FILE_TYPES=", &types.to_string(), ";\n"].concat()
}

/// The owner's style sheet: the accent colour as custom properties of style.css, then the owner's CSS.
pub(crate) fn custom(view: &CustomView<'_>) -> String {
    let accent = view.accent.as_deref().and_then(Colour::parse).map(|accent| {
        let (light, dark) = (accent.on_light(), accent.on_dark());
        format!(":root{{--accent:{light};--accent-dark:{dark}}}\n")
    });
    accent.unwrap_or_default() + view.css.as_deref().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_asset_has_contents() {
        for asset in FILES.iter().chain(&SPOKEN) {
            assert!(contents(asset.name).is_some_and(|text| !text.is_empty()), "{}", asset.name);
        }
        assert_eq!((contents("other.css"), asset("other.css")), (None, None));
    }

    #[test]
    fn the_folder_script_gets_its_extensions_from_the_table() {
        let line = file_types();
        let json = line.strip_prefix("const FILE_TYPES=").and_then(|rest| rest.strip_suffix(";\n"));
        let types: serde_json::Value = serde_json::from_str(json.unwrap()).unwrap();
        let has = |key: &str, extension: &str| {
            types[key].as_array().unwrap().iter().any(|known| known == extension)
        };
        assert!(has("pictures", "jpg") && !has("pictures", "heic"));
        assert!(has("played", "mkv") && has("played", "m3u8") && !has("played", "jpg"));
    }

    #[test]
    fn the_version_is_written_in_hex() {
        assert_eq!(version_text(0x0123_4567_89ab_cdef), "0123456789abcdef");
        assert_eq!(version_text(0), "0000000000000000");
    }
}
