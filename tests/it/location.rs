//! A `Location` leads every URL parser to the object that was signed.

use proptest::prelude::*;
use signpost::host::SignedHosts;
use signpost::origin::{Base, Origin, clean_tail, split};
use signpost::secret::Secret;
use signpost::sign::{PathForm, Signer};
use signpost::time::UnixSeconds;

/// Pieces that URL parsers cut, trim, split or resolve.
fn piece() -> impl Strategy<Value = String> {
    prop_oneof![
        3 => "[a-z0-9]{1,4}",
        2 => "\\PC{1,3}",
        1 => prop::sample::select(vec![
            "/", "//", "\\", "%5C", "%2e", "%2E%2e", "..", ".", "%2F", "%00", "\t", "\n", "%09", " ", "%20", "+",
            "%2B", "%", "%25", "%zz", ";", "@", ":", "&", "=", "'", "\"", "<", "[", "|", "^", "`", "?", "%3F",
            "%23", "中", "%E4%B8%AD", "é", "e\u{301}", "😀", "?a=1&b=%26", "?a=1&auth_key=9-9-9-9",
        ]).prop_map(str::to_owned),
    ]
}

/// The path decoded once and the query's pairs, cut by hand.
fn expected(url: &str) -> (Vec<u8>, Vec<(String, String)>) {
    let rest = &url[url.find("://").unwrap() + 3..];
    let path_and_query = &rest[rest.find('/').unwrap()..];
    let (path, query) = path_and_query.split_once('?').unwrap_or((path_and_query, ""));
    let pairs = url::form_urlencoded::parse(query.as_bytes()).into_owned();
    let decoded = percent_encoding::percent_decode_str(path).collect();
    (decoded, pairs.filter(|(name, _)| name != "auth_key").collect())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 5_000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_signed_link_parses_back_to_what_was_signed(pieces in prop::collection::vec(piece(), 1..8)) {
        let url = format!("https://vip.123pan.cn/13/{}", pieces.concat());
        prop_assume!(!url.contains('#'));
        let hosts = SignedHosts::default();
        let signer = Signer::new(13, Secret::new("k"), PathForm::Decoded);
        // Refused is fine: then nothing is signed at all.
        let Ok(signed) = signer.sign_url(&url, &hosts, UnixSeconds(1_900_000_000), "7") else {
            let (path, _) = url.split_once('?').unwrap_or((&url, ""));
            let refused_for_dots = path.split('/').any(|segment| {
                let decoded = percent_encoding::percent_decode_str(segment).decode_utf8_lossy();
                decoded == "." || decoded == ".."
            });
            prop_assert!(refused_for_dots, "refused: {url:?}");
            return Ok(());
        };
        prop_assert!(signed.bytes().all(|byte| byte.is_ascii_graphic()), "{signed:?}");
        let parsed = url::Url::parse(&signed).unwrap();
        prop_assert_eq!(parsed.host_str(), Some("vip.123pan.cn"));
        prop_assert_eq!(parsed.port(), None);
        prop_assert_eq!(parsed.fragment(), None);
        let (path, pairs) = expected(&url);
        let got = percent_encoding::percent_decode_str(parsed.path()).collect::<Vec<u8>>();
        prop_assert_eq!(&got, &path, "{} → {}", url, signed);
        let mut got = parsed.query_pairs().into_owned().collect::<Vec<_>>();
        let (name, value) = got.pop().unwrap();
        prop_assert_eq!(got, pairs);
        prop_assert_eq!(name, "auth_key");
        // What the vendor does: hash the path it was asked for, decoded once.
        let hashed = [&path[..], b"-1900000000-7-13-k"].concat();
        let digest = <md5::Md5 as md5::Digest>::digest(hashed);
        prop_assert_eq!(value, format!("1900000000-7-13-{}", hex::encode(digest)));
    }

    #[test]
    fn an_unsigned_link_parses_back_as_well(pieces in prop::collection::vec(piece(), 1..8)) {
        let url = format!("http://files.example:8080/{}", pieces.concat());
        prop_assume!(!url.contains('#'));
        let hosts = SignedHosts::default();
        let (base, tail) = split(&url).unwrap();
        let (Ok(base), Ok(tail)) = (Base::parse(base, &hosts), clean_tail(tail)) else { return Ok(()) };
        let (location, _) = Origin::new(&base, &tail).wire(0);
        let parsed = url::Url::parse(&location).unwrap();
        prop_assert_eq!((parsed.host_str(), parsed.port()), (Some("files.example"), Some(8080)));
        let got = percent_encoding::percent_decode_str(parsed.path()).collect::<Vec<u8>>();
        prop_assert_eq!(got, expected(&url).0, "{} → {}", url, location);
    }
}
