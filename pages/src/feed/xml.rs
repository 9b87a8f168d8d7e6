//! XML output: every text is escaped by [`push_text`].

/// The XML declaration.
pub const DECLARATION: &str = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n";

/// Appends text, escaped for elements and for attributes. A character that XML 1.0 forbids becomes
/// U+FFFD; white space that a parser would normalise becomes a character reference.
pub fn push_text(out: &mut String, text: &str) {
    for letter in text.chars() {
        match letter {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            // XML forbids `]]>` in text.
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            '\t' => out.push_str("&#9;"),
            '\n' => out.push_str("&#10;"),
            '\r' => out.push_str("&#13;"),
            '\0'..'\x20' | '\u{fffe}' | '\u{ffff}' => out.push('\u{fffd}'),
            plain => out.push(plain),
        }
    }
}

/// Appends an element with text content.
pub fn push_element(out: &mut String, name: &str, text: &str) {
    out.push('<');
    out.push_str(name);
    out.push('>');
    push_text(out, text);
    out.push_str("</");
    out.push_str(name);
    out.push_str(">\n");
}

/// Appends an element without content, with attributes.
pub fn push_empty(out: &mut String, name: &str, attributes: &[(&str, &str)]) {
    out.push('<');
    out.push_str(name);
    for (name, value) in attributes {
        out.push(' ');
        out.push_str(name);
        out.push_str("=\"");
        push_text(out, value);
        out.push('"');
    }
    out.push_str("/>\n");
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_text_ends_what_it_stands_in() {
        let mut out = String::new();
        push_element(&mut out, "a", "<&>\"' ]]> \n\r\t\0\x1b\u{7f}\u{ffff}\u{202e}😀");
        let text = "&lt;&amp;&gt;&quot;&#39; ]]&gt; &#10;&#13;&#9;\u{fffd}\u{fffd}\u{7f}\u{fffd}\u{202e}😀";
        assert_eq!(out, format!("<a>{text}</a>\n"));
        let mut out = String::new();
        push_empty(&mut out, "a", &[("b", "\"/><c>"), ("d", "")]);
        assert_eq!(out, "<a b=\"&quot;/&gt;&lt;c&gt;\" d=\"\"/>\n");
    }
}
