//! Entity tags of responses that the site makes itself (RFC 9110, 8.8.3 and 13.1.2).

use xxhash_rust::xxh64::xxh64;

/// The entity tag of a response that is made of this text alone, by this version of Signpost.
pub fn etag(text: &str) -> String {
    let version = xxh64(env!("CARGO_PKG_VERSION").as_bytes(), 0);
    format!("\"{:016x}\"", xxh64(text.as_bytes(), version))
}

/// Whether the value of an `If-None-Match` header names this tag, or any (`*`). Tags are compared weakly: a proxy
/// that compresses a response makes its tag a weak one.
pub fn is_named_by(etag: &str, if_none_match: &str) -> bool {
    let mut tags = if_none_match.split(',').map(str::trim);
    tags.any(|tag| tag == "*" || tag.strip_prefix("W/").unwrap_or(tag) == etag)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tag_is_found_among_others_weak_or_strong() {
        let tag = etag("text");
        assert_eq!(tag, etag("text"));
        assert_ne!(tag, etag("other"));
        for (header, want) in [
            (tag.clone(), true),
            (format!("W/{tag}"), true),
            (format!("\"a\" , W/{tag},\"b\""), true),
            ("*".to_owned(), true),
            (tag.replace('"', ""), false),
            (etag("other"), false),
            (String::new(), false),
        ] {
            assert_eq!(is_named_by(&tag, &header), want, "{header}");
        }
    }
}
