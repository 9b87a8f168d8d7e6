//! Escaping of XML: askama writes every expression of a template `*.xml` through [`Xml`], as `askama.toml`
//! says.

use std::fmt::{Result, Write};

use askama::filters::Escaper;

/// The escaper of XML 1.0 for the content of elements and for attributes in double quotes. A character
/// that XML forbids becomes U+FFFD; white space that a parser would normalise becomes a character
/// reference.
#[derive(Clone, Copy, Debug)]
pub struct Xml;

impl Escaper for Xml {
    fn write_escaped_str<W: Write>(&self, mut out: W, text: &str) -> Result {
        let mut written = 0;
        for (at, letter) in text.match_indices(|letter| escaped(letter).is_some()) {
            out.write_str(text.get(written..at).unwrap_or_default())?;
            out.write_str(letter.chars().next().and_then(escaped).unwrap_or_default())?;
            written = at + letter.len();
        }
        out.write_str(text.get(written..).unwrap_or_default())
    }
}

/// The text that stands for a character in XML; `None` if the character stands for itself.
fn escaped(letter: char) -> Option<&'static str> {
    Some(match letter {
        '&' => "&amp;",
        '<' => "&lt;",
        // XML forbids `]]>` in text.
        '>' => "&gt;",
        '"' => "&quot;",
        '\'' => "&#39;",
        '\t' => "&#9;",
        '\n' => "&#10;",
        '\r' => "&#13;",
        '\0'..'\x20' | '\u{fffe}' | '\u{ffff}' => "\u{fffd}",
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_text_ends_its_element_or_attribute() {
        let cases = [
            (
                "<&>\"' ]]> \n\r\t\0\x1b\u{7f}\u{ffff}\u{202e}😀",
                "&lt;&amp;&gt;&quot;&#39; ]]&gt; &#10;&#13;&#9;\u{fffd}\u{fffd}\u{7f}\u{fffd}\u{202e}😀",
            ),
            ("\"/><c>", "&quot;/&gt;&lt;c&gt;"),
            ("plain", "plain"),
            ("", ""),
        ];
        for (text, want) in cases {
            let mut out = String::new();
            Xml.write_escaped_str(&mut out, text).unwrap();
            assert_eq!(out, want, "{text:?}");
        }
    }
}
