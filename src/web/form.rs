//! Forms of the site's own pages, as browsers send them.

use std::borrow::Cow;

use percent_encoding::percent_decode;

use super::ask::Ask;
use crate::error::{Barrier, Error};
use crate::web_origin::WebOrigin;

/// A field of `application/x-www-form-urlencoded`.
pub(super) fn field(body: &str, name: &str) -> Option<String> {
    let pairs = body.split('&').filter_map(|pair| pair.split_once('='));
    let value = pairs.filter(|(have, _)| *have == name).map(|(_, value)| value).next()?;
    let spaced = value.replace('+', " ");
    percent_decode(spaced.as_bytes()).decode_utf8().ok().map(Cow::into_owned)
}

/// Refuses a form that a page of another origin sends: it would act for our visitor. `Origin` says which
/// page it is; browsers that leave it away say it in `Referer`. A request with neither is a tool's, which
/// acts for nobody but itself.
///
/// # Errors
/// [`Error::Forbidden`], also where the header names no origin (`null`) or can't be read.
pub(super) fn from_own_page(ask: &Ask<'_>) -> Result<(), Error> {
    let referer = ask.visitor.referer.filter(|referer| !referer.is_empty());
    let Some(page) = ask.visitor.origin.or(referer) else { return Ok(()) };
    let own = WebOrigin::parse(ask.visitor.site);
    if own.is_some_and(|own| own.is_of(page)) {
        Ok(())
    } else {
        Err(Error::Forbidden(Barrier::Referer))
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
    fn a_form_is_from_the_very_origin_that_gets_it() {
        const CASES: &[(&str, Option<&str>, bool)] = &[
            ("https://files.example", None, true),
            ("https://files.example:8443", Some("https://Files.example:8443"), true),
            ("https://files.example:8443", Some("https://files.example"), false),
            ("https://files.example", Some("https://evil.example"), false),
            ("https://files.example", Some("null"), false),
            ("https://my_files.example", Some("https://my_files.example"), true),
            ("https://my_files.example", Some("https://evil_files.example"), false),
            ("https://my_files.example", Some("null"), false),
            // Two that can't be read are not the same.
            ("https://odd!.example", Some("null"), false),
            ("https://odd!.example", Some("https://odd!.example"), false),
            ("https://odd!.example", Some("https://evil!.example"), false),
        ];
        for (site, origin, want) in CASES {
            let visitor = Visitor { site, origin: *origin, ..Visitor::default() };
            let ask = Ask { visitor, ..Ask::default() };
            assert_eq!(from_own_page(&ask).is_ok(), *want, "{site} {origin:?}");
        }
    }
}
