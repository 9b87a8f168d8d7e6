//! The site's own files: style sheets, scripts, the icon. Their address holds their version, so that
//! browsers may keep them for good.

/// One of the site's own files.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Asset {
    /// Its name, the last segment of its address.
    pub name: &'static str,
    /// Its content type.
    pub content_type: &'static str,
}

const fn asset(name: &'static str, content_type: &'static str) -> Asset {
    Asset { name, content_type }
}

const CSS: &str = "text/css; charset=utf-8";
const SVG: &str = "image/svg+xml";
const SCRIPT: &str = "text/javascript; charset=utf-8";

/// All of them.
pub const ASSETS: [Asset; 6] = [
    asset("style.css", CSS),
    asset("icons.svg", SVG),
    asset("icon.svg", SVG),
    asset("embed.css", CSS),
    asset("embed.js", SCRIPT),
    asset("doctor.css", CSS),
];

const STYLE: &str = include_str!("../assets/style.css");
const ICONS: &str = include_str!("../assets/icons.svg");
const ICON: &str = include_str!("../assets/icon.svg");
const EMBED_STYLE: &str = include_str!("../assets/embed.css");
const DOCTOR: &str = include_str!("../assets/doctor.css");
const EMBED: &str = include_str!("../assets/embed.js");

/// What the files hold, as a number: another one whenever one of them changes.
pub const VERSION: u64 = hash_all(&[STYLE, ICONS, ICON, EMBED_STYLE, EMBED, DOCTOR]);

const OFFSET: u64 = 0xcbf2_9ce4_8422_2325;

/// FNV-1a, 64 bits.
#[expect(
    clippy::indexing_slicing,
    reason = "evaluated when it is compiled, within the text's length"
)]
const fn hash(mut hash: u64, text: &str) -> u64 {
    let bytes = text.as_bytes();
    let mut at = 0;
    while at < bytes.len() {
        hash = (hash ^ bytes[at] as u64).wrapping_mul(0x0100_0000_01b3);
        at += 1;
    }
    hash
}

const fn hash_all(texts: &[&str]) -> u64 {
    let mut rest = texts;
    let mut sum = OFFSET;
    while let [text, more @ ..] = rest {
        sum = hash(sum, text);
        rest = more;
    }
    sum
}

/// The version as it stands in addresses.
pub fn version_text(version: u64) -> String {
    const DIGITS: [char; 16] =
        ['0', '1', '2', '3', '4', '5', '6', '7', '8', '9', 'a', 'b', 'c', 'd', 'e', 'f'];
    let digit = |shift: u32| DIGITS.get(usize::try_from(version >> shift & 15).unwrap_or_default());
    (0..16).rev().filter_map(|place| digit(4 * place)).collect()
}

/// What a file holds.
pub(crate) fn contents(name: &str) -> Option<&'static str> {
    Some(match name {
        "style.css" => STYLE,
        "icons.svg" => ICONS,
        "icon.svg" => ICON,
        "embed.css" => EMBED_STYLE,
        "embed.js" => EMBED,
        "doctor.css" => DOCTOR,
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_asset_has_contents() {
        for asset in ASSETS {
            assert!(contents(asset.name).is_some_and(|text| !text.is_empty()), "{}", asset.name);
        }
        assert_eq!(contents("other.css"), None);
    }

    #[test]
    fn the_version_is_written_in_hex() {
        assert_eq!(version_text(0x0123_4567_89ab_cdef), "0123456789abcdef");
        assert_eq!(version_text(0), "0000000000000000");
    }
}
