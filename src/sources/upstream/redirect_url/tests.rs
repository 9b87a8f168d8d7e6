use proptest::prelude::*;

use super::*;

#[test]
fn a_referer_is_the_site() {
    let cases = [
        ("https://H.cn:8443/a/b?c#d", Some("https://h.cn:8443/")),
        ("HTTP://h.cn", Some("http://h.cn/")),
        ("h.cn/a", None),
        ("https://u@h.cn/", None),
    ];
    for (url, want) in cases {
        assert_eq!(referer_of(url).as_deref(), want, "{url}");
    }
}

proptest! {
    /// The WHATWG URL parser resolves references in the same way.
    #[test]
    fn references_lead_where_browsers_go(
        base in r"https://h\.cn(/[a-z.]{0,3}){0,4}(\?[a-z/]{0,3})?",
        reference in r"((https:)?//[a-z]\.cn/)?(/?[a-z.:]{0,3}){0,4}(\?[a-z/:.]{0,3})?(#[a-z]{0,2})?",
    ) {
        let base = Url::parse(&base).unwrap();
        let want = base.join(&reference).ok().filter(|want| want.scheme() == "https");
        // `https:a`, which browsers take for a relative one, and `///a`, whose host they look for.
        // The url crate takes `a:` for a drive that `..` can't leave, which browsers do in file URLs only.
        let is_drive = |part: &str| matches!(part.as_bytes(), [b'a'..=b'z', b':']);
        let odd = reference.contains("///")
            || base.path().contains("//")
            || reference.split('/').any(is_drive);
        let is_host = |want: &Url| {
            want.host_str().is_some_and(|host| matches!(host.as_bytes(), [_, b'.', b'c', b'n']))
        };
        if let Some(mut want) = want.filter(|want| !odd && is_host(want)) {
            want.set_fragment(None);
            let got = resolve(base.as_str(), &reference, true);
            prop_assert_eq!(got.and_then(|got| Url::parse(&got).ok()), Some(want));
        }
    }
}

#[test]
fn a_redirect_leads_on_but_never_inside() {
    for (from, location, to) in [
        ("https://a.example/x/y", "z?q", Some("https://a.example/x/z?q")),
        ("https://a.example/x", "//b.example/z#f", Some("https://b.example/z")),
        ("https://a.example/x", "https://10.0.0.1/", None),
        ("https://a.example/x", "http://localhost:8080/", None),
        ("https://a.example/x", "http://user@b.example/", None),
        ("https://a.example/x", "file:///etc/passwd", None),
        ("http://127.0.0.1:9/x", "http://127.0.0.1:9/y", Some("http://127.0.0.1:9/y")),
    ] {
        assert_eq!(next_hop(from, location).as_deref(), to, "{from} {location}");
    }
}
