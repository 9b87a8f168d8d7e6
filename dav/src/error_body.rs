//! Bodies of error responses (RFC 4918, section 14.5).

use quick_xml::events::BytesStart;

use crate::xml::Document;

/// The media type of every body of WebDAV's.
pub const CONTENT_TYPE: &str = "application/xml; charset=utf-8";

/// A precondition of the protocol that a request did not meet (RFC 4918, section 16).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Precondition {
    /// A `PROPFIND` asked for all that is below a folder, however deep.
    FiniteDepth,
}

/// The body that says why a request failed, in words.
pub fn error_body(message: &str) -> Vec<u8> {
    with_error(|xml| xml.text("D:responsedescription", message))
}

/// The body that names the precondition which a request did not meet.
pub fn precondition_body(precondition: Precondition) -> Vec<u8> {
    with_error(|xml| match precondition {
        Precondition::FiniteDepth => xml.empty(BytesStart::new("D:propfind-finite-depth")),
    })
}

fn with_error(content: impl FnOnce(&mut Document)) -> Vec<u8> {
    let mut xml = Document::new();
    xml.start(BytesStart::new("D:error").with_attributes([("xmlns:D", "DAV:")]));
    content(&mut xml);
    xml.end("D:error");
    xml.into_bytes()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(body: Vec<u8>) -> String {
        String::from_utf8(body).unwrap()
    }

    #[test]
    fn an_error_is_one_element_of_webdavs() {
        assert_eq!(
            text(error_body("a < b & c\0")),
            "<?xml version=\"1.0\" encoding=\"utf-8\"?><D:error xmlns:D=\"DAV:\">\
             <D:responsedescription>a &lt; b &amp; c\u{fffd}</D:responsedescription></D:error>"
        );
        assert_eq!(
            text(precondition_body(Precondition::FiniteDepth)),
            "<?xml version=\"1.0\" encoding=\"utf-8\"?><D:error xmlns:D=\"DAV:\">\
             <D:propfind-finite-depth/></D:error>"
        );
    }
}
