//! `Set-Cookie` headers of the session and of the preferences.

use std::time::Duration;

use cookie::{Cookie, SameSite};

use super::url::Connection;

/// The value of a `Set-Cookie` header: for this site alone, over HTTPS (but on the visitor's own machine),
/// and out of reach of scripts. `path` is escaped, as browsers compare it. Another site's links bring the
/// cookie along, its forms and frames don't.
pub(crate) fn set_cookie(
    name: &str,
    value: &str,
    path: &str,
    max_age: Duration,
    connection: Connection,
) -> String {
    let max_age = cookie::time::Duration::try_from(max_age).unwrap_or_default();
    let cookie = Cookie::build((name, value))
        .path(path)
        .max_age(max_age)
        .http_only(true)
        .secure(connection != Connection::Loopback)
        .same_site(SameSite::Lax);
    cookie.to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn set(connection: Connection) -> String {
        set_cookie("n", "v.w_x-y", "/a%20b", Duration::from_hours(1), connection)
    }

    #[test]
    fn a_cookie_is_for_this_site_alone() {
        let want = "n=v.w_x-y; HttpOnly; SameSite=Lax; Secure; Path=/a%20b; Max-Age=3600";
        assert_eq!(set(Connection::Https), want);
        assert_eq!(set(Connection::PlainHttp), want);
    }

    #[test]
    fn a_cookie_of_the_visitors_own_machine_is_kept_without_https() {
        let want = "n=v.w_x-y; HttpOnly; SameSite=Lax; Path=/a%20b; Max-Age=3600";
        assert_eq!(set(Connection::Loopback), want);
    }
}
