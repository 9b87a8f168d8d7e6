//! XML in memory, by the library, and texts as XML can hold them.

use std::borrow::Cow;

use quick_xml::Writer;
use quick_xml::escape::partial_escape;
use quick_xml::events::{BytesDecl, BytesEnd, BytesStart, BytesText, Event};

/// A document that is being written. Elements of the namespace `DAV:` have the prefix `D`.
pub(crate) struct Document(Writer<Vec<u8>>);

impl Document {
    /// An empty fragment.
    pub fn fragment() -> Self {
        Self(Writer::new(Vec::new()))
    }

    /// A document with its declaration.
    pub fn new() -> Self {
        let mut document = Self::fragment();
        document.write(Event::Decl(BytesDecl::new("1.0", Some("utf-8"), None)));
        document
    }

    /// Writes the start of an element.
    pub fn start(&mut self, element: BytesStart<'_>) {
        self.write(Event::Start(element));
    }

    /// Writes the end of an element.
    pub fn end(&mut self, name: &str) {
        self.write(Event::End(BytesEnd::new(name)));
    }

    /// Writes an element without content.
    pub fn empty(&mut self, element: BytesStart<'_>) {
        self.write(Event::Empty(element));
    }

    /// Writes an element that holds a text.
    pub fn text(&mut self, name: &str, text: &str) {
        self.start(BytesStart::new(name));
        self.write(Event::Text(BytesText::new(&valid(text))));
        self.end(name);
    }

    /// The number of bytes so far.
    pub fn len(&self) -> usize {
        self.0.get_ref().len()
    }

    /// The bytes written.
    pub fn into_bytes(self) -> Vec<u8> {
        self.0.into_inner()
    }

    fn write(&mut self, event: Event<'_>) {
        // Writing to memory does not fail.
        self.0.write_event(event).ok();
    }
}

/// A text as the content of an element: escaped by the library, and without the characters that XML 1.0
/// forbids, which become U+FFFD.
pub(crate) fn escaped(text: &str) -> Cow<'_, str> {
    partial_escape(valid(text))
}

/// A text with U+FFFD in place of each character that XML 1.0 forbids (section 2.2), in whichever form.
pub(crate) fn valid(text: &str) -> Cow<'_, str> {
    if !has_forbidden(text) {
        return Cow::Borrowed(text);
    }
    Cow::Owned(text.replace(is_forbidden, "\u{fffd}"))
}

/// Whether a text has a character that XML 1.0 forbids in whichever form.
pub(crate) fn has_forbidden(text: &str) -> bool {
    // U+FFFE and U+FFFF are three bytes that begin with this one.
    let may_be_forbidden = |byte: u8| byte < b' ' || byte == 0xef;
    text.bytes().any(may_be_forbidden) && text.contains(is_forbidden)
}

fn is_forbidden(letter: char) -> bool {
    matches!(letter, '\0'..='\u{8}' | '\u{b}' | '\u{c}' | '\u{e}'..='\u{1f}' | '\u{fffe}' | '\u{ffff}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_stays_what_it_is_as_far_as_xml_can_hold_it() {
        for (text, want) in [
            ("a", "a"),
            ("<a & b> ]]> \"'", "&lt;a &amp; b&gt; ]]&gt; \"'"),
            ("a\tb\nc\rd", "a\tb\nc&#13;d"),
            ("\0\u{1}\u{b}\u{1f}\u{7f}\u{85}", "\u{fffd}\u{fffd}\u{fffd}\u{fffd}\u{7f}\u{85}"),
            ("\u{fffe}\u{ffff}\u{fffd}\u{feff}", "\u{fffd}\u{fffd}\u{fffd}\u{feff}"),
            ("图\u{1b}<", "图\u{fffd}&lt;"),
        ] {
            assert_eq!(escaped(text), want, "{text:?}");
        }
    }
}
