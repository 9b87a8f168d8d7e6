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
    match ask.visitor.origin {
        Some(origin) if host_of(origin) != own => Err(Error::Forbidden(Barrier::Referer)),
        Some(_) | None => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_form_is_read_as_browsers_send_it() {
        let body = "back=%2Fa+b%2F&password=p%40ss+w%C3%B6rd%2B&password=second&x";
        assert_eq!(field(body, "back").as_deref(), Some("/a b/"));
        assert_eq!(field(body, "password").as_deref(), Some("p@ss wörd+"));
        assert_eq!(field(body, "ack"), None);
        assert_eq!(field("password=%ff", "password"), None);
    }
}
