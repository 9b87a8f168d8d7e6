//! The signature in the URL of a signed link, `auth_key`: read, taken away, or changed.

use crate::origin::cut;

const KEY: &str = "auth_key=";

/// The value of `auth_key` in a URL.
pub fn auth_key(url: &str) -> Option<&str> {
    let (_, query) = cut(url, b'?')?;
    query.split('&').find_map(|pair| pair.strip_prefix(KEY))
}

/// The URL without its signature.
pub fn without_key(url: &str) -> String {
    let Some((path, query)) = cut(url, b'?') else { return url.to_owned() };
    let pairs = query.split('&').filter(|pair| !pair.starts_with(KEY)).collect::<Vec<_>>();
    if pairs.is_empty() { path.to_owned() } else { format!("{path}?{}", pairs.join("&")) }
}

/// The URL with the last digit of its signature changed; `None` if it has none.
pub fn changed_key(url: &str) -> Option<String> {
    let key = auth_key(url)?;
    let last = key.chars().next_back()?;
    let rest = key.strip_suffix(last)?;
    let other = if last == '0' { '1' } else { '0' };
    Some(url.replacen(key, &format!("{rest}{other}"), 1))
}

#[cfg(test)]
mod tests {
    use super::*;

    const SIGNED: &str = "https://vip.123pan.cn/13/a%20b.txt?v=2&auth_key=17-ab-13-0f";

    #[test]
    fn a_signature_is_taken_away_and_changed() {
        assert_eq!(auth_key(SIGNED), Some("17-ab-13-0f"));
        assert_eq!(without_key(SIGNED), "https://vip.123pan.cn/13/a%20b.txt?v=2");
        assert_eq!(changed_key(SIGNED).unwrap(), format!("{}0", SIGNED.trim_end_matches('f')));
        assert!(changed_key("https://h/a?auth_key=1-2-3-40").unwrap().ends_with("-41"));
        assert_eq!(without_key("https://h/a?auth_key=1-2-3-40"), "https://h/a");
        assert_eq!(changed_key("https://h/a?sign=1"), None);
        assert_eq!(without_key("https://h/a"), "https://h/a");
    }
}
