//! `Set-Cookie` headers of the session and of the preferences.

use std::time::Duration;

use cookie::{Cookie, SameSite};

/// The value of a `Set-Cookie` header: for this site alone, over HTTPS, and out of reach of scripts. `path`
/// is escaped, as browsers compare it. Another site's links bring the cookie along, its forms and frames
/// don't.
pub(crate) fn set_cookie(name: &str, value: &str, path: &str, max_age: Duration) -> String {
    let max_age = cookie::time::Duration::try_from(max_age).unwrap_or_default();
    let cookie = Cookie::build((name, value))
        .path(path)
        .max_age(max_age)
        .http_only(true)
        .secure(true)
        .same_site(SameSite::Lax);
    cookie.to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cookie_is_for_this_site_alone() {
        assert_eq!(
            set_cookie("n", "v.w_x-y", "/a%20b", Duration::from_hours(1)),
            "n=v.w_x-y; HttpOnly; SameSite=Lax; Secure; Path=/a%20b; Max-Age=3600"
        );
    }
}
