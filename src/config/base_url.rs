//! Base URLs in settings.

use url::Url;

use crate::absolute_url::{has_plain_host, parse};

/// Parses a base URL: http or https, without a user, a query or a fragment, and without a slash at its
/// end. `None` for anything else, and for a text with characters that URLs escape.
pub fn base_url(written: &str) -> Option<Url> {
    let is_plain = written.bytes().all(|byte| byte.is_ascii_graphic() && byte != b'\\');
    let url = parse(written.trim_end_matches('/')).filter(|url| is_plain && has_plain_host(url))?;
    (url.query().is_none() && url.fragment().is_none()).then_some(url)
}

/// The text of a base URL, to which a path is appended.
pub fn text(url: &Url) -> &str {
    url.as_str().trim_end_matches('/')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_base_url_is_a_host_and_perhaps_a_path() {
        for (written, expected) in [
            ("https://yun.123pan.com/b/api", Some("https://yun.123pan.com/b/api")),
            ("https://yun.123pan.com/b/api//", Some("https://yun.123pan.com/b/api")),
            ("HTTPS://Yun.123pan.com", Some("https://yun.123pan.com")),
            ("http://127.0.0.1:8080/", Some("http://127.0.0.1:8080")),
            ("https://a.example/x%20y", Some("https://a.example/x%20y")),
            ("https://a.example/x y", None),
            ("https://a.example/?x", None),
            ("https://a.example/#x", None),
            ("https://a.example/\\x", None),
            ("https://u@a.example/", None),
            ("https://u:p@a.example/", None),
            ("https://[::1]/", None),
            ("https:/a.example", None),
            ("https:///a.example", None),
            ("https:a.example", None),
            ("ftp://a.example", None),
            ("a.example", None),
            ("https://", None),
            ("", None),
        ] {
            let url = base_url(written);
            assert_eq!(url.as_ref().map(text), expected, "{written:?}");
        }
    }
}
