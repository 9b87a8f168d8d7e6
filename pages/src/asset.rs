//! Static files of the site: style sheets, scripts, icons. Their URLs contain their version, so that
//! browsers may cache them forever.

use std::borrow::Cow;

use serde::Serialize;
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
    ($($name:literal: $content_type:expr, $text:expr;)*) => {
        const FILES: &[Asset] = &[$(Asset { name: $name, content_type: $content_type }),*];
        /// The contents of `FILES`, in the same order.
        const TEXTS: &[&str] = &[$($text),*];
    };
}

/// The text of a script that build.rs bundled.
macro_rules! bundle {
    ($name:literal) => {
        include_str!(concat!(env!("OUT_DIR"), "/", $name))
    };
}

files! {
    "style.css": CSS, include_str!("../assets/style.css");
    "icons.svg": SVG, include_str!("../assets/icons.svg");
    "icon.svg": SVG, include_str!("../assets/icon.svg");
    "doctor.css": CSS, include_str!("../assets/doctor.css");
    "embed.css": CSS, include_str!("../assets/embed.css");
    "embed.js": JS, bundle!("embed.js");
    "file.css": CSS, include_str!("../assets/file.css");
}

/// Scripts that are served with data before them, one for each language: `NAME.LANGUAGE.js`. Each is the only
/// script of its page.
const SCRIPTS: [Asset; 6] = [
    Asset { name: "folder.en.js", content_type: JS },
    Asset { name: "folder.zh-Hans.js", content_type: JS },
    Asset { name: "folder.zh-Hant.js", content_type: JS },
    Asset { name: "file.en.js", content_type: JS },
    Asset { name: "file.zh-Hans.js", content_type: JS },
    Asset { name: "file.zh-Hant.js", content_type: JS },
];

/// The script of folder pages.
const FOLDER: &str = bundle!("folder.js");
/// The script of files' pages.
const FILE: &str = bundle!("file.js");

/// The sources of the files in `SCRIPTS`, for the version.
const SCRIPT_SOURCES: &[&str] = &[
    FOLDER,
    FILE,
    include_str!("messages/script.rs"),
    include_str!("messages/file/en.rs"),
    include_str!("messages/file/zh_hans.rs"),
    include_str!("messages/file/zh_hant.rs"),
    include_str!("../../core/src/kind/table.rs"),
];

/// The name of the owner's style sheet, which is not among the static files.
pub const CUSTOM: &str = "custom.css";

/// The static file with this name.
pub fn asset(name: &str) -> Option<Asset> {
    FILES.iter().chain(&SCRIPTS).find(|asset| asset.name == name).copied()
}

/// The version of all static files: a hash of their contents.
pub const VERSION: u64 = hash_all(hash_all(OFFSET, TEXTS), SCRIPT_SOURCES);

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
    (0..16).rev().filter_map(|position| digit(4 * position)).collect()
}

/// The contents of the static file with this name.
pub(crate) fn contents(name: &str) -> Option<Cow<'static, str>> {
    let at = FILES.iter().position(|asset| asset.name == name);
    let text = at.and_then(|at| TEXTS.get(at)).map(|text| Cow::Borrowed(*text));
    text.or_else(|| script(name).map(Cow::Owned))
}

/// The data of a script: the JavaScript constant `SIGNPOST`, which assets/served.js exports.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct ScriptData<M> {
    messages: M,
    #[serde(skip_serializing_if = "Option::is_none")]
    file_types: Option<FileTypes>,
}

/// Extensions of files, in lower case.
#[derive(Serialize)]
struct FileTypes {
    /// Image formats that browsers display.
    pictures: Vec<&'static str>,
    /// Films, songs and playlists.
    played: Vec<&'static str>,
}

/// The contents of `NAME.LANGUAGE.js`: a script with its data.
fn script(name: &str) -> Option<String> {
    let (script, tag) = name.strip_suffix(".js")?.split_once('.')?;
    let messages = Messages::of(Language::of_tag(tag)?);
    match script {
        "folder" => Some(with_data(
            &ScriptData { messages: &messages.script, file_types: Some(file_types()) },
            FOLDER,
        )),
        "file" => {
            Some(with_data(&ScriptData { messages: &messages.file.script, file_types: None }, FILE))
        }
        _ => None,
    }
}

fn with_data(data: &impl Serialize, script: &str) -> String {
    let json = serde_json::to_string(data).unwrap_or_default();
    ["const SIGNPOST=", &json, ";\n", script].concat()
}

fn file_types() -> FileTypes {
    let of = |wanted: fn(Kind) -> bool| {
        let known = kind::extensions().filter(|(_, kind)| wanted(*kind));
        known.map(|(extension, _)| extension).collect()
    };
    FileTypes { pictures: of(|kind| kind == Kind::Picture), played: of(Kind::is_played) }
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
        for asset in FILES.iter().chain(&SCRIPTS) {
            assert!(contents(asset.name).is_some_and(|text| !text.is_empty()), "{}", asset.name);
        }
        assert_eq!((contents("other.css"), asset("other.css")), (None, None));
    }

    #[test]
    fn a_script_is_served_with_its_data() {
        let data = |name| {
            let text = script(name).unwrap();
            let line = text.lines().next().unwrap();
            let json = line.strip_prefix("const SIGNPOST=").and_then(|json| json.strip_suffix(';'));
            serde_json::from_str::<serde_json::Value>(json.unwrap()).unwrap()
        };
        let folder = data("folder.en.js");
        let has = |key: &str, extension: &str| {
            folder["fileTypes"][key].as_array().unwrap().iter().any(|known| known == extension)
        };
        assert_eq!(folder["messages"]["filter"], "Filter");
        assert!(has("pictures", "jpg") && !has("pictures", "heic"));
        assert!(has("played", "mkv") && has("played", "m3u8") && !has("played", "jpg"));
        assert_eq!(data("file.zh-Hans.js")["messages"]["copy"], "复制");
        assert_eq!((script("file.xx.js"), script("other.en.js")), (None, None));
    }

    #[test]
    fn the_embed_script_knows_the_extensions_of_playlists() {
        let script = contents("embed.js").unwrap();
        for (extension, _) in kind::extensions().filter(|(_, kind)| *kind == Kind::Playlist) {
            assert!(script.contains(&format!("\\.{extension}$/i")), "{extension}");
        }
    }

    #[test]
    fn the_version_is_written_in_hex() {
        assert_eq!(version_text(0x0123_4567_89ab_cdef), "0123456789abcdef");
        assert_eq!(version_text(0), "0000000000000000");
    }
}
