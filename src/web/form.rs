//! Forms of the site's own pages, as browsers send them.

use std::borrow::Cow;

use percent_encoding::percent_decode;

use super::ask::Ask;
use crate::error::{Barrier, Error};
use crate::rules::barrier::host_of;

/// A field of `application/x-www-form-urlencoded`.
pub(super) fn field(body: &str, name: &str) -> Option<String> {
    let pairs = body.split('&').filter_map(|pair| pair.split_once('='));
    let value = pairs.filter(|(have, _)| *have == name).map(|(_, value)| value).next()?;
    let spaced = value.replace('+', " ");
    percent_decode(spaced.as_bytes()).decode_utf8().ok().map(Cow::into_owned)
}

/// Refuses what another site's page sends: it would act for our visitor.
///
/// # Errors
/// [`Error::Forbidden`].
pub(super) fn from_own_page(ask: &Ask<'_>) -> Result<(), Error> {
    let own = host_of(&["https://", ask.visitor.host].concat());
    // Two that can't be read are not the same.
    let is_own = |origin| own.is_some() && host_of(origin) == own;
    match ask.visitor.origin {
        Some(origin) if !is_own(origin) => Err(Error::Forbidden(Barrier::Referer)),
        Some(_) | None => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::site::visit::Visitor;

    #[test]
    fn a_form_is_read_as_browsers_send_it() {
        let body = "back=%2Fa+b%2F&password=p%40ss+w%C3%B6rd%2B&password=second&x";
        assert_eq!(field(body, "back").as_deref(), Some("/a b/"));
        assert_eq!(field(body, "password").as_deref(), Some("p@ss wörd+"));
        assert_eq!(field(body, "ack"), None);
        assert_eq!(field("password=%ff", "password"), None);
    }

    #[test]
    fn a_form_is_from_the_very_host_that_gets_it() {
        const CASES: &[(&str, Option<&str>, bool)] = &[
            ("files.example", None, true),
            ("files.example:8443", Some("https://Files.example:8443"), true),
            ("files.example", Some("https://evil.example"), false),
            ("files.example", Some("null"), false),
            ("my_files.example", Some("https://my_files.example"), true),
            ("my_files.example", Some("https://evil_files.example"), false),
            ("my_files.example", Some("null"), false),
            ("odd!.example", Some("null"), false),
            ("odd!.example", Some("https://evil!.example"), false),
        ];
        for (host, origin, want) in CASES {
            let visitor = Visitor { host, origin: *origin, ..Visitor::default() };
            let ask = Ask { visitor, ..Ask::default() };
            assert_eq!(from_own_page(&ask).is_ok(), *want, "{host} {origin:?}");
        }
    }
}
