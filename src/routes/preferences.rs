//! The preferences form: sets a cookie for language and theme, and returns to the page before.

use std::time::Duration;

use signpost_pages::language::Language;
use signpost_pages::preferences::{Preferences, Theme};

use super::page::Page;
use crate::access::web_origin::WebOrigin;
use crate::error::Error;
use crate::http::form::from_own_page;
use crate::http::query::field;
use crate::http::request::Request;
use crate::http::response::{Body, Response};
use crate::http::set_cookie::set_cookie;
use crate::http::url::RequestUrl;
use crate::path::EntryPath;
use crate::percent;
use crate::time::UnixSeconds;

/// For how long preferences are kept.
const YEAR: Duration = Duration::from_hours(365 * 24);

/// Takes the preferences form, which is at the foot of every page.
///
/// # Errors
/// [`Error::BadBody`] where the body is not that form, [`Error::Forbidden`] where a page of another site
/// sent it.
pub(crate) fn post(request: &Request<'_>, now: UnixSeconds) -> Result<Response, Error> {
    from_own_page(request)?;
    let body = request.body.ok_or(Error::BadBody)?;
    let page = Page::new(request, now);
    let chosen = |name| field(body, name);
    let preferences = Preferences {
        language: match chosen("language") {
            Some(tag) => Some(Language::of_tag(&tag).ok_or(Error::BadBody)?),
            None => page.preferences.language,
        },
        theme: match chosen("theme") {
            Some(name) => Theme::of_name(&name).ok_or(Error::BadBody)?,
            None => page.preferences.theme,
        },
    };
    let value = preferences.cookie();
    let cookie = set_cookie(Preferences::COOKIE, &value, "/", YEAR, request.url.connection());
    Ok(Response::new(303, Body::None)
        .with("Location", back(request))
        .with("Set-Cookie", cookie)
        .with("Cache-Control", "private, no-store")
        .with("Referrer-Policy", "same-origin"))
}

/// The page that the form was sent from, as a path of this site: our pages send it as `Referer`, so the
/// form needs no field for it. Rebuilt from its parts, it begins with one slash and leads to no other host.
fn back(request: &Request<'_>) -> String {
    let own = WebOrigin::parse(request.client.site);
    let referer =
        request.client.referer.filter(|page| own.as_ref().is_some_and(|own| own.is_of(page)));
    let page = referer.map(RequestUrl::parse);
    let path = page.and_then(|page| Some((page, EntryPath::parse(page.path).ok()?)));
    let Some((page, path)) = path.filter(|(page, _)| page.path != "/-/login") else {
        return "/".to_owned();
    };
    let mut back = page.share.map_or_else(String::new, |token| ["/~", token].concat());
    back.push_str(&path.href(path.has_trailing_slash()));
    if !page.query.is_empty() {
        back.push('?');
        percent::push_wire(&mut back, page.query);
    }
    back
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::access::client::Client;
    use crate::error::Condition;
    use crate::http::request::RequestParts;
    use crate::site::Site;

    fn chosen(body: &str, client: Client<'_>) -> Result<(String, String), Error> {
        let (url, body) = ("https://files.example/-/look", Some(body));
        let parts = RequestParts { method: "POST", url, body, client, ..RequestParts::default() };
        let demo = Site::load(&|_: &str| None, UnixSeconds(0));
        let got = post(&Request::new(&demo, &parts), UnixSeconds(0))?;
        let header = |name| got.header(name).unwrap_or_default().to_owned();
        Ok((header("Location"), header("Set-Cookie")))
    }

    #[test]
    fn one_choice_keeps_the_other() {
        let cookie = Some("a=b; look=zh-Hant.dark");
        let (_, set) = chosen("language=en", Client { cookie, ..Client::default() }).unwrap();
        assert!(set.starts_with("look=en.dark; ") && set.contains("; Path=/; Max-Age="), "{set}");
        let (_, set) = chosen("theme=light", Client { cookie, ..Client::default() }).unwrap();
        assert!(set.starts_with("look=zh-Hant.light; "), "{set}");
        let (_, set) = chosen("theme=auto", Client::default()).unwrap();
        assert!(set.starts_with("look=.auto; "), "{set}");
    }

    #[test]
    fn the_form_redirects_back_to_the_visitors_page_on_this_site() {
        const CASES: &[(Option<&str>, &str)] = &[
            (None, "/"),
            (Some("https://files.example/a%20b/?view&x='"), "/a%20b/?view&x=%27"),
            (Some("https://files.example/~tok/a/"), "/~tok/a/"),
            (Some("https://files.example/-/doctor"), "/-/doctor"),
            (Some("https://files.example/-/login"), "/"),
            (Some("https://files.example//evil.example/"), "/"),
            (Some("https://files.example/a/%2e%2e/b"), "/"),
            (Some("https://evil.example/a/"), "/"),
            (Some("http://files.example/a/"), "/"),
            (Some("https://files.example:8443/a/"), "/"),
            (Some("https://files.example:443/a/"), "/a/"),
            (Some("https://files.example.evil.example/a/"), "/"),
            (Some("nonsense"), "/"),
        ];
        for (referer, want) in CASES {
            // Without this `Origin`, the form itself would be another page's.
            let origin = Some("https://files.example");
            let client = Client { referer: *referer, origin, ..Client::default() };
            assert_eq!(chosen("theme=dark", client).unwrap().0, *want, "{referer:?}");
        }
    }

    #[test]
    fn what_is_not_that_form_is_refused() {
        for body in ["language=fr", "theme=pink", "language=en&theme="] {
            assert_eq!(chosen(body, Client::default()), Err(Error::BadBody), "{body}");
        }
        let origin = Some("https://evil.example");
        let forbidden = Err(Error::Forbidden(Condition::Referer));
        assert_eq!(chosen("theme=dark", Client { origin, ..Client::default() }), forbidden);
        let origin = Some("https://files.example");
        assert!(chosen("theme=dark", Client { origin, ..Client::default() }).is_ok());
    }
}
