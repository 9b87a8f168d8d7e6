//! The login form: asks for the password of a locked path, and takes it.

use signpost_pages::view::{LoginView, View};

use super::page::Page;
use crate::access::client::AccessRequest;
use crate::context::RequestContext;
use crate::error::Error;
use crate::http::error::dav::CHALLENGE;
use crate::http::form::from_own_page;
use crate::http::query::field;
use crate::http::request::Request;
use crate::http::response::{Body, Response};
use crate::http::set_cookie::set_cookie;
use crate::http::url::split_query;
use crate::path::EntryPath;
use crate::percent;
use crate::platform::Platform;
use crate::secret::Secret;
use crate::site::Site;
use crate::site::login::Cookie;

/// The part of the pages' Content-Security-Policy that the login form's leaves out: browsers apply
/// `form-action` to redirects that follow as well, and the locked path may be a file, which redirects.
const FORM_ACTION: &str = "form-action 'self'; ";

/// Asks for a password: browsers by a form, tools by a Basic challenge that they know how to answer.
pub(crate) fn ask(
    site: &Site,
    request: &Request<'_>,
    wrong: bool,
    page: &Page<'_>,
    as_json: bool,
) -> Response {
    if as_json || !request.accept.has("text/html") {
        return crate::http::error::answer(site, Error::Locked { wrong }, page, as_json)
            .with("WWW-Authenticate", CHALLENGE);
    }
    // A path that can't be parsed was never locked.
    let path = request.path.as_ref();
    let back = path.map_or_else(|_| "/".to_owned(), |path| way_back(path, request.url.query));
    form(site, &back, wrong, page)
}

/// The login form, for browsers. No `WWW-Authenticate`: a browser would ask in a window of its own, before
/// anyone sees the page.
fn form(site: &Site, back: &str, wrong: bool, page: &Page<'_>) -> Response {
    let view = LoginView { layout: page.layout(site), back: back.into(), wrong };
    let answer = Response::new(401, Body::page(&View::Login(view)));
    answer
        .without_policy(FORM_ACTION)
        .with("Cache-Control", "private, no-store")
        .with("Vary", "Accept, Accept-Language, Cookie")
}

/// Takes a password from the form, sets the cookie, and redirects to the path that the visitor wanted.
pub(crate) async fn post(
    site: &Site,
    request: &Request<'_>,
    ctx: &RequestContext<impl Platform>,
) -> Result<Response, Error> {
    // Else a form on another site could log its visitors in here.
    from_own_page(request)?;
    let body = request.body.ok_or(Error::BadBody)?;
    let password = field(body, "password").ok_or(Error::BadBody)?;
    let back = field(body, "back").ok_or(Error::BadBody)?;
    let (path, query) = split_query(&back);
    let path = EntryPath::parse(path)?;
    // Rebuilt from the parsed path: it begins with one slash and a name, and leads nowhere else.
    let back = way_back(&path, query);
    let access = AccessRequest { share: None, ..request.access(&path, ctx.now()) };
    let login = match site.log_in(Secret::new(&password), &access, ctx).await {
        Ok(login) => login,
        Err(Error::Locked { wrong }) => {
            return Ok(form(site, &back, wrong, &Page::new(request, ctx.now())));
        }
        Err(error) => return Err(error),
    };
    let answer = Response::new(303, Body::None)
        .with("Location", back)
        .with("Cache-Control", "private, no-store")
        .with("Referrer-Policy", "same-origin");
    Ok(match login.cookie {
        Some(Cookie { name, value, scope, max_age }) => {
            let cookie =
                set_cookie(&name, &value, &cookie_path(&scope), max_age, request.url.connection());
            answer.with("Set-Cookie", cookie)
        }
        None => answer,
    })
}

/// The path of ours to return to, with the request's query, so that a page comes back as it was.
fn way_back(path: &EntryPath<'_>, query: &str) -> String {
    let mut back = path.href(path.has_trailing_slash());
    if !query.is_empty() {
        back.push('?');
        percent::push_wire(&mut back, query);
    }
    back
}

/// Characters that some clients escape in a path, and others don't.
const MAY_BE_ESCAPED: &[u8] = b"!$&'()*+,;=:@[]|\\^~";

/// The `Path` of a cookie for a scope, escaped as browsers compare it.
fn cookie_path(scope: &str) -> String {
    let mut path = String::new();
    for segment in scope.split('/').filter(|segment| !segment.is_empty()) {
        // Browsers compare escaped paths. Where a name can be escaped in two ways, the folder above is as
        // near as the cookie's `Path` gets; its signature is bound to the scope in any case.
        if segment.bytes().any(|byte| MAY_BE_ESCAPED.contains(&byte)) {
            break;
        }
        path.push('/');
        path.extend(percent::encode_name(segment));
    }
    if path.is_empty() {
        path.push('/');
    }
    path
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cookie_goes_to_the_locked_path_and_nowhere_else() {
        assert_eq!(cookie_path("/"), "/");
        assert_eq!(cookie_path("/团队/a b"), "/%E5%9B%A2%E9%98%9F/a%20b");
        assert_eq!(cookie_path("/a/b (1)/c"), "/a");
        assert_eq!(cookie_path("/a;b,c"), "/");
    }
}
