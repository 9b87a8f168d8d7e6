//! Direct links that servers hand out, and those that are made of a base and a path.

use super::failure::Failure;
use super::signed_url::{auth_key, without_key};
use crate::absolute_url;
use crate::host::SignedHosts;
use crate::percent;

/// The URL of a folder in the direct-link space, as `--base` gives it.
///
/// # Errors
/// The text is no URL of a folder.
pub fn direct_base(given: &str) -> Result<String, Failure> {
    let url = absolute_url::parse(given);
    let url = url.filter(|url| url.query().is_none() && url.fragment().is_none());
    url.filter(|url| url.path().ends_with('/')).map(String::from).ok_or_else(|| {
        Failure::new(format_args!(
            "--base: {given:?} is not the URL of a folder: write it like https://vip.123pan.cn/1812000499/movies/"
        ))
    })
}

/// The URL of an entry below a base; the path is decoded, and begins with a slash.
pub fn below_base(base: &str, path: &str) -> String {
    format!("{}{}", base.trim_end_matches('/'), super::site_client::href(path, false))
}

/// The direct link in a signed link; `None` for one that ends, or goes through the site.
pub fn direct_link(url: &str) -> Option<String> {
    let host = url.split_once("://").and_then(|(_, rest)| rest.split(['/', '?']).next())?;
    let is_direct =
        auth_key(url).is_some_and(is_of_account) || SignedHosts::default().contains(host);
    is_direct.then(|| reencoded(&without_key(url)))
}

/// Whether an `auth_key` names an account, as those of 123Pan do: other CDNs sign in this form for the user 0.
fn is_of_account(auth_key: &str) -> bool {
    auth_key.split('-').nth(2).and_then(|uid| uid.parse::<u64>().ok()).is_some_and(|uid| uid != 0)
}

/// A URL with its path encoded as trees encode names, so that names can stand for it. Some servers write it
/// without any escapes, and `%2F` in a name stays one.
fn reencoded(url: &str) -> String {
    let (path, query) = match url.split_once('?') {
        Some((path, query)) => (path, Some(query)),
        None => (url, None),
    };
    let Some((scheme, rest)) = path.split_once("://") else { return url.to_owned() };
    let mut segments = rest.split('/');
    let mut out = format!("{scheme}://{}", segments.next().unwrap_or_default());
    for segment in segments {
        out.push('/');
        match percent::decode_text(segment).filter(|name| !name.contains('/')) {
            Some(name) => out.extend(percent::encode_name(&name)),
            None => out.push_str(segment),
        }
    }
    if let Some(query) = query {
        out.push('?');
        out.push_str(query);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_direct_link_is_one_that_stays() {
        for (url, want) in [
            ("https://vip.123pan.cn/13/a?auth_key=1-2-3-4", Some("https://vip.123pan.cn/13/a")),
            ("https://dl.example.com/a?v=1&auth_key=1-2-3-4", Some("https://dl.example.com/a?v=1")),
            ("https://vip.123pan.cn/13/a", Some("https://vip.123pan.cn/13/a")),
            (
                "https://vip.123pan.cn/13/a b/%e6%96%87字.txt?auth_key=1-2-3-4",
                Some("https://vip.123pan.cn/13/a%20b/%E6%96%87%E5%AD%97.txt"),
            ),
            ("https://vip.123pan.cn/13/a%2Fb", Some("https://vip.123pan.cn/13/a%2Fb")),
            ("https://files.example.com/~TOKEN/a", None),
            ("https://dl.example.com/a?auth_key=1-2-0-4", None),
            ("https://download-cdn.example/a?t=1&s=2", None),
        ] {
            assert_eq!(direct_link(url).as_deref(), want, "{url}");
        }
    }

    #[test]
    fn a_base_is_the_url_of_a_folder() {
        assert_eq!(
            direct_base("https://vip.123pan.cn/13/a b/").unwrap(),
            "https://vip.123pan.cn/13/a%20b/"
        );
        for wrong in
            ["https://vip.123pan.cn/13/a", "vip.123pan.cn/13/", "https://h/?x=1/", "https://h/#/"]
        {
            assert!(direct_base(wrong).is_err(), "{wrong}");
        }
    }
}
