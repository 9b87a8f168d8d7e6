//! Fields of a query string, and of a form body in the same encoding (`application/x-www-form-urlencoded`).
//!
//! Read here and not by the crate `form_urlencoded`: that decodes names as well, so that `se%61rch` would be a
//! second spelling which the router does not know, and it replaces what is not UTF-8, so that two passwords
//! would be one.

use std::borrow::Cow;

use percent_encoding::percent_decode;

/// The value of a query field, still escaped; of several, the first. Kept cheap: most requests have no
/// query, and every redirect looks for fields.
pub(crate) fn raw_field<'q>(query: &'q str, name: &str) -> Option<&'q str> {
    if query.is_empty() {
        return None;
    }
    query.split('&').find_map(|pair| pair.strip_prefix(name)?.strip_prefix('='))
}

/// The value of a query field, decoded as browsers encode forms; `None` also where it is not UTF-8.
pub(crate) fn field(query: &str, name: &str) -> Option<String> {
    let spaced = raw_field(query, name)?.replace('+', " ");
    percent_decode(spaced.as_bytes()).decode_utf8().ok().map(Cow::into_owned)
}

/// Whether a query has a field, with any value or none.
pub(crate) fn has_field(query: &str, name: &str) -> bool {
    let is_it = |pair: &str| {
        pair.strip_prefix(name).is_some_and(|rest| rest.is_empty() || rest.starts_with('='))
    };
    !query.is_empty() && query.split('&').any(is_it)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_field_is_found_by_its_whole_name() {
        assert_eq!((raw_field("a=1&t=2&t=3", "t"), raw_field("at=2&t", "t")), (Some("2"), None));
        for (query, want) in
            [("t", true), ("a&t=", true), ("t=1", true), ("at&ta", false), ("", false)]
        {
            assert_eq!(has_field(query, "t"), want, "{query:?}");
        }
    }

    #[test]
    fn a_form_is_read_as_browsers_send_it() {
        let body = "back=%2Fa+b%2F&password=p%40ss+w%C3%B6rd%2B&password=second&x";
        assert_eq!(field(body, "back").as_deref(), Some("/a b/"));
        assert_eq!(field(body, "password").as_deref(), Some("p@ss wörd+"));
        assert_eq!(field(body, "ack"), None);
        assert_eq!(field("password=%ff", "password"), None);
    }
}
