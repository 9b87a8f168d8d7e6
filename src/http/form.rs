//! Checks on forms that browsers send from the site's own pages.

use super::request::Request;
use crate::access::web_origin::WebOrigin;
use crate::error::{Condition, Error};

/// Refuses a form that a page of another origin sends, which would act on behalf of our visitor. `Origin`
/// names the page's origin; browsers that leave it out send `Referer`. A request with neither is from a
/// tool, which acts for nobody but itself.
///
/// # Errors
/// [`Error::Forbidden`], also where the header names no origin (`null`) or can't be read.
pub(crate) fn from_own_page(request: &Request<'_>) -> Result<(), Error> {
    let referer = request.client.referer.filter(|referer| !referer.is_empty());
    let Some(page) = request.client.origin.or(referer) else { return Ok(()) };
    let own = WebOrigin::parse(request.client.site);
    if own.is_some_and(|own| own.is_of(page)) {
        Ok(())
    } else {
        Err(Error::Forbidden(Condition::Referer))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::access::client::Client;
    use crate::http::request::RequestParts;
    use crate::site::Site;
    use crate::time::UnixSeconds;

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
            // Two origins that can't be read are not the same.
            ("https://odd!.example", Some("null"), false),
            ("https://odd!.example", Some("https://odd!.example"), false),
            ("https://odd!.example", Some("https://evil!.example"), false),
        ];
        let demo = Site::load(&|_: &str| None, UnixSeconds(0));
        for (site, origin, want) in CASES {
            let client = Client { origin: *origin, ..Client::default() };
            let url = [site, "/-/look"].concat();
            let parts = RequestParts { url: &url, client, ..RequestParts::default() };
            let request = Request::new(&demo, &parts);
            assert_eq!(from_own_page(&request).is_ok(), *want, "{site} {origin:?}");
        }
    }
}
