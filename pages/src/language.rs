//! The language of a page, by the `Accept-Language` header of the request.

use serde::{Deserialize, Serialize};

/// The languages in which the site's messages are written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum Language {
    /// English, the default.
    #[default]
    English,
    /// Simplified Chinese, for the mainland and Singapore, and where neither script nor region is named.
    Simplified,
    /// Traditional Chinese, for Taiwan, Hong Kong and Macau.
    Traditional,
}

/// The weight of a language range without a `q` (RFC 9110, section 12.4.2), in thousandths.
const FULL: u16 = 1000;

impl Language {
    /// The language with the highest weight in an `Accept-Language` header (RFC 9110, section 12.5.4);
    /// among equal weights the first.
    pub fn of(accept_language: Option<&str>) -> Self {
        let mut best = (0, Self::English);
        for range in accept_language.unwrap_or_default().split(',') {
            let (tag, parameters) = range.split_once(';').unwrap_or((range, ""));
            let Some(language) = Self::of_range(tag.trim()) else { continue };
            let weight = weight(parameters).unwrap_or(0);
            if weight > best.0 {
                best = (weight, language);
            }
        }
        best.1
    }

    /// The language that a language range (RFC 4647) names, if the site has it.
    fn of_range(range: &str) -> Option<Self> {
        let range = range.to_ascii_lowercase();
        let mut subtags = range.split('-');
        match subtags.next()? {
            "zh" => {
                // The script decides, or the region if there is no script.
                let of = |subtag| match subtag {
                    "hant" | "tw" | "hk" | "mo" => Some(Self::Traditional),
                    "hans" | "cn" | "sg" | "my" => Some(Self::Simplified),
                    _ => None,
                };
                Some(subtags.find_map(of).unwrap_or(Self::Simplified))
            }
            // `*` takes any language: English is what most visitors read.
            "en" | "*" => Some(Self::English),
            _ => None,
        }
    }

    /// All languages, in the order in which they are offered.
    pub const ALL: [Self; 3] = [Self::English, Self::Simplified, Self::Traditional];

    /// The BCP 47 tag, for `<html lang>`.
    pub fn tag(self) -> &'static str {
        match self {
            Self::English => "en",
            Self::Simplified => "zh-Hans",
            Self::Traditional => "zh-Hant",
        }
    }

    /// The language's name in the language itself.
    pub fn name(self) -> &'static str {
        match self {
            Self::English => "English",
            Self::Simplified => "简体中文",
            Self::Traditional => "繁體中文",
        }
    }

    /// The language with this tag, as [`Language::tag`] writes it.
    pub fn of_tag(tag: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|language| language.tag() == tag)
    }
}

/// Parses the weight (`q`) of a language range into thousandths, with as many digits as RFC 9110 allows;
/// `None` if it is no weight.
fn weight(parameters: &str) -> Option<u16> {
    let parameters = parameters.trim();
    if parameters.is_empty() {
        return Some(FULL);
    }
    let value = parameters.strip_prefix(['q', 'Q'])?.trim_start().strip_prefix('=')?.trim_start();
    let (whole, rest) = value.split_once('.').unwrap_or((value, ""));
    if rest.len() > 3 || !rest.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let thousandths = format!("{rest:0<3}").parse::<u16>().ok()?;
    match whole {
        "0" => Some(thousandths),
        "1" if thousandths == 0 => Some(FULL),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_language_is_the_one_asked_for_most() {
        use Language::{English, Simplified, Traditional};
        const CASES: &[(&str, Language)] = &[
            ("zh", Simplified),
            ("ZH-cn", Simplified),
            ("zh-Hans", Simplified),
            ("zh-Hans-CN", Simplified),
            ("zh-TW", Traditional),
            ("zh-Hant-HK", Traditional),
            ("zh-HK,zh;q=0.9,en;q=0.8", Traditional),
            ("zh-Hans-TW", Simplified),
            ("zh-Hant-CN", Traditional),
            ("zh-CN,zh;q=0.9,en;q=0.8,en-GB;q=0.7,en-US;q=0.6", Simplified),
            ("en-US,en;q=0.9,zh-CN;q=0.8", English),
            ("en;q=0.8,zh;q=0.9", Simplified),
            ("en;q=0.8, zh;q=0.8", English),
            ("zh;q=0.8, en;q=0.8", Simplified),
            ("zh , en", Simplified),
            ("en ; q = 0.5 , zh ; q=0.501", Simplified),
            ("fr-FR,fr;q=0.9", English),
            ("fr, zh;q=0.1", Simplified),
            ("ja,en;q=0.3,zh;q=0.2", English),
            ("*", English),
            ("*,zh;q=0.5", English),
            ("zh,*;q=0.5", Simplified),
            ("zh;q=0", English),
            ("zh;q=0.000,en;q=0.001", English),
            ("zh;q=1.000", Simplified),
            ("", English),
            (",,;q=1,", English),
            ("zhx", English),
            ("x-zh", English),
            // A malformed weight counts as zero.
            ("zh;q=2", English),
            ("zh;q=1.1", English),
            ("zh;q=-1", English),
            ("zh;q=0.1234", English),
            ("zh;q=", English),
            ("zh;level=1", English),
            ("zh;q=\u{0663}", English),
        ];
        for (header, want) in CASES {
            assert_eq!(Language::of(Some(header)), *want, "{header:?}");
        }
        assert_eq!(Language::of(None), English);
    }
}
