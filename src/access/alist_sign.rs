//! The `sign` parameter of `AList` and `OpenList`, for links that people have published already and
//! for their download proxies.
//!
//! Source: `pkg/sign/hmac.go` and `internal/sign/sign.go` of `OpenListTeam/OpenList` at commit
//! `0b1e9d0`, which it has from `AList`. The key is the bytes of the site's token.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE;
use hmac::Mac as _;
use subtle::ConstantTimeEq as _;

use super::key_ring::hmac_sha256;
use crate::secret::Secret;
use crate::time::UnixSeconds;

/// The signature of a path: base64url with padding of HMAC-SHA256 of `<path>:<expires>`, then `:`
/// and `expires` in decimal Unix seconds.
///
/// `path` is decoded, with a leading slash and none at the end, as `EntryPath::display` gives it.
/// A signature that never expires has 0 there.
pub fn make(secret: &Secret, path: &str, expires: Option<UnixSeconds>) -> String {
    let expires = expires.unwrap_or(UnixSeconds(0));
    let mut mac = hmac_sha256(secret.expose().as_bytes());
    mac.update(format!("{path}:{expires}").as_bytes());
    format!("{}:{expires}", URL_SAFE.encode(mac.finalize().into_bytes()))
}

/// Whether `sign`, decoded from the query, is the signature of `path` and has not expired.
///
/// A signature still holds in the second of its expiry, as in `OpenList`. An empty secret opens nothing,
/// since everyone can sign with it.
pub fn check(secret: &Secret, path: &str, sign: &str, now: UnixSeconds) -> bool {
    let Some((_, expires)) = sign.rsplit_once(':') else { return false };
    let Ok(expires) = expires.parse().map(UnixSeconds) else { return false };
    let expires = Some(expires).filter(|expires| *expires != UnixSeconds(0));
    if secret.expose().is_empty() || expires.is_some_and(|expires| expires < now) {
        return false;
    }
    // Made again, so that only the one canonical spelling passes.
    make(secret, path, expires).as_bytes().ct_eq(sign.as_bytes()).into()
}

#[cfg(test)]
mod tests {
    use super::*;

    const TOKEN: &str = "alist-7b3f8f1e-0000-4000-8000-0123456789ab";
    /// Path, expiry and signature, by Python's `hmac` and `base64`.
    const VECTORS: &[(&str, u64, &str)] = &[
        ("/movies/a b.mkv", 0, "E4nH5QmFpAXCCL013zd0Pc4qM2NZbrPUP2cgKYKoydU=:0"),
        (
            "/movies/a b.mkv",
            1_893_456_000,
            "OLz6WpaPXBaz4kydWrU3ryXSOttM9kl6yzpFMQBTEs4=:1893456000",
        ),
        ("/音乐/一千零一夜.mp3", 0, "eABsejbCcc_AeLExUefcF4NyBzsq_56XZ8OCM_UBBwo=:0"),
        ("/100%25.txt", 2_000_000_000, "6oRipcHOlocXXzm8XHgK3w4k6Q3UnzkTEmg8fJG8tjw=:2000000000"),
        ("/a:b;c+d", 0, "9hTIWKKZL5BUqIBc8OFlit_mMwcSEOEEQUEtNlMD2Wg=:0"),
        ("/", 0, "3Iw8WVPjPjE3Sy_Nf2BiCoc2fOJygBbMjosjatwpEDc=:0"),
    ];

    fn end(expires: u64) -> Option<UnixSeconds> {
        Some(UnixSeconds(expires)).filter(|_| expires != 0)
    }

    fn opens(path: &str, sign: &str, now: u64) -> bool {
        check(&Secret::new(TOKEN), path, sign, UnixSeconds(now))
    }

    #[test]
    fn a_signature_is_what_other_implementations_compute() {
        for (path, expires, want) in VECTORS {
            assert_eq!(make(&Secret::new(TOKEN), path, end(*expires)), *want, "{path} {expires}");
            assert!(opens(path, want, 1_700_000_000), "{path} {expires}");
        }
    }

    #[test]
    fn a_signature_holds_until_its_expiry_and_zero_for_ever() {
        let secret = Secret::new(TOKEN);
        for (expires, now, want) in [
            (1_000, 999, true),
            (1_000, 1_000, true),
            (1_000, 1_001, false),
            (0, 0, true),
            (0, u64::MAX, true),
        ] {
            let sign = make(&secret, "/a", end(expires));
            assert_eq!(opens("/a", &sign, now), want, "{expires} at {now}");
        }
    }

    #[test]
    fn only_the_exact_signature_of_the_exact_path_opens() {
        let sign = make(&Secret::new(TOKEN), "/a/b", None);
        let mac = sign.strip_suffix(":0").unwrap();
        for path in ["/a", "/a/", "/a/b/", "/a/bc", "/A/b", "a/b", "", "/a/b:0"] {
            assert!(!opens(path, &sign, 0), "{path:?}");
        }
        let unpadded = mac.trim_end_matches('=');
        for forged in [
            String::new(),
            mac.to_owned(),
            ":0".to_owned(),
            format!("{mac}:"),
            format!("{mac}:00"),
            format!("{mac}:+0"),
            format!("{mac}:-0"),
            format!("{mac}:9999999999"),
            format!("{mac}:99999999999999999999"),
            format!("{unpadded}:0"),
            format!("{sign}:0"),
            format!("{sign}/"),
            format!(" {sign}"),
        ] {
            assert!(!opens("/a/b", &forged, 0), "{forged:?}");
        }
        assert!(opens("/a/b", &sign, 0));
        assert!(!check(&Secret::new("another"), "/a/b", &sign, UnixSeconds(0)));
    }

    #[test]
    fn an_empty_token_opens_nothing() {
        let empty = Secret::new("");
        assert!(!check(&empty, "/a", &make(&empty, "/a", None), UnixSeconds(0)));
    }
}
