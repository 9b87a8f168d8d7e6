//! The signature of 123Pan's direct links: "URL authentication", the `auth_key` parameter.

use hmac::{Hmac, KeyInit as _, Mac as _};
use md5::{Digest, Md5};
use sha2::Sha256;

use crate::host::SignedHosts;
use crate::origin::{Base, Origin, OriginError, after_scheme, clean_tail, split};
use crate::secret::Secret;
use crate::time::UnixSeconds;

/// Which form of a URL's path goes into the hash.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum PathForm {
    /// The path percent-decoded once, as in the vendor's own examples.
    #[default]
    Decoded,
    /// The path as the owner wrote the URL, as one family of tools hashes it.
    AsIs,
}

/// Signs origin URLs for one account.
#[derive(Clone, Debug)]
pub struct Signer {
    /// `-<uid>-`, as it stands in both the hashed text and the parameter.
    uid: String,
    private_key: Secret,
    form: PathForm,
}

impl Signer {
    /// A signer for the account `uid` and the private key set in its console.
    pub fn new(uid: u64, private_key: Secret, form: PathForm) -> Self {
        Self { uid: format!("-{uid}-"), private_key, form }
    }

    /// The URL with its `auth_key`, ready for a `Location`: `<expires>-<rand>-<uid>-<md5>`.
    ///
    /// The digest is lower-case hex MD5 of `<path>-<expires>-<rand>-<uid>-<private key>`, the path
    /// decoded once unless the form says otherwise; host and query don't enter it. `expires_at` is
    /// the absolute time at which the link stops working. `rand` must hold no `-`. Source: the
    /// vendor's guide and its Go, PHP and Python examples.
    pub fn sign(&self, origin: &Origin<'_>, expires_at: UnixSeconds, rand: &str) -> String {
        // Not by `write!`, which costs as much as a block of the digest.
        let mut digits = itoa::Buffer::new();
        let expires = digits.format(expires_at.0);
        let value_bytes = expires.len() + "-".len() + rand.len() + self.uid.len() + DIGEST;
        let (mut url, has_query) = origin.wire("?auth_key=".len() + value_bytes);
        url.push_str(if has_query { "&auth_key=" } else { "?auth_key=" });

        let value_at = url.len();
        url.push_str(expires);
        url.push('-');
        url.push_str(rand);
        url.push_str(&self.uid);

        let mut md5 = Md5::new();
        match self.form {
            PathForm::Decoded => {
                let (base, tail) = origin.decoded_path();
                md5.update(base);
                md5.update(tail);
            }
            PathForm::AsIs => {
                let (base, tail) = origin.written_path();
                md5.update(base);
                md5.update(tail);
            }
        }
        md5.update(b"-");
        md5.update(url.as_bytes().get(value_at..).unwrap_or_default());
        md5.update(self.private_key.expose());

        let mut digest = [0; DIGEST];
        // 16 bytes always fit into 32 digits.
        let _ = hex::encode_to_slice(md5.finalize(), &mut digest);
        url.push_str(str::from_utf8(&digest).unwrap_or_default());
        url
    }

    /// The `rand` shared by all links to `origin` until a time window ends: 32 hex digits that nobody can
    /// know without the private key.
    pub fn window_rand(&self, origin: &Origin<'_>, ends: UnixSeconds) -> String {
        let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(self.private_key.expose().as_bytes())
        else {
            return String::new();
        };
        mac.update(b"signpost window\0");
        mac.update(&ends.0.to_be_bytes());
        mac.update(origin.written().as_bytes());
        let mac = mac.finalize().into_bytes();
        hex::encode(mac.get(..16).unwrap_or_default())
    }

    /// Signs a single URL, as the command line does.
    ///
    /// # Errors
    /// [`SignError`] if the URL can't be an origin, or its host is not one to sign for.
    pub fn sign_url(
        &self,
        url: &str,
        hosts: &SignedHosts,
        expires_at: UnixSeconds,
        rand: &str,
    ) -> Result<String, SignError> {
        after_scheme(url).ok_or(SignError::Url(OriginError::Scheme))?;
        let (base, tail) = split(url).ok_or(SignError::Url(OriginError::NoPath))?;
        let base = Base::parse(base, hosts).map_err(SignError::Url)?;
        if !base.is_signed() {
            return Err(SignError::Host(base.host().to_owned()));
        }
        let tail = clean_tail(tail).map_err(SignError::Url)?;
        Ok(self.sign(&Origin::new(&base, &tail), expires_at, rand))
    }
}

/// Length of an MD5 digest in hex digits.
const DIGEST: usize = 32;

/// Why a single URL was not signed.
#[derive(Debug, PartialEq, Eq)]
pub enum SignError {
    /// The URL can't be the origin of a file.
    Url(OriginError),
    /// The host is none of the direct-link hosts; holds the host.
    Host(String),
}

impl std::fmt::Display for SignError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Url(error) => error.fmt(f),
            Self::Host(host) => write!(f, "{host:?} is not a direct-link host of 123Pan"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const RAND: &str = "0f1e2d3c4b5a69788796a5b4c3d2e1f0";

    fn sign(url: &str, form: PathForm) -> Result<String, SignError> {
        Signer::new(1_812_345_678, Secret::new("k3yForTests01"), form).sign_url(
            url,
            &SignedHosts::default(),
            UnixSeconds(1_893_456_000),
            RAND,
        )
    }

    /// Expected values were computed by an independent implementation; the last column hashes the path as
    /// written.
    #[test]
    fn both_path_forms_agree_with_other_implementations() {
        const CASES: &[(&str, &str, &str)] = &[
            ("files/1.txt", "36f77ed99adac01068efc2c2bd5aebfe", "36f77ed99adac01068efc2c2bd5aebfe"),
            (
                "%E9%9F%B3%E4%B9%90/%E4%B8%80%E5%8D%83%E9%9B%B6%E4%B8%80%E5%A4%9C.mp3",
                "a89304765d2b569a4dc81e9ebe15eb02",
                "5f925447941b351e931269c563b643d5",
            ),
            ("a%20b.txt", "6b261f73fa98f75a7dec62244ef8c67f", "4812a577d00abe9ec0ef3dae8ca96560"),
            ("a+b.txt", "ca0dcd84fd080ce3adb5462efa485deb", "ca0dcd84fd080ce3adb5462efa485deb"),
            ("100%25.txt", "f52aa875b43e48bb6f467df83b53070a", "be8efc01316cd2c14b816ee1e692da71"),
            (
                "100%2525.txt",
                "be8efc01316cd2c14b816ee1e692da71",
                "4cfb9cedef70f033fb22e805b8cf17a0",
            ),
            ("a%2Fb.txt", "7d1089130baceaea34e52ee76f29603c", "4178224bfda23445a67f731a6a1d2bae"),
        ];
        for (path, decoded, as_is) in CASES {
            let url = format!("https://vip.123pan.cn/1812345678/{path}");
            for (form, want) in [(PathForm::Decoded, decoded), (PathForm::AsIs, as_is)] {
                let signed = sign(&url, form).unwrap();
                let want = format!("{url}?auth_key=1893456000-{RAND}-1812345678-{want}");
                assert_eq!(signed, want, "{form:?}");
                assert_eq!(signed.capacity(), signed.len(), "{form:?}");
            }
        }
    }

    #[test]
    fn a_query_stays_and_the_key_is_added_to_it() {
        let url = "https://vip.123pan.cn/1812345678/files/1.txt?z=1&a=%2B";
        let want =
            format!("{url}&auth_key=1893456000-{RAND}-1812345678-36f77ed99adac01068efc2c2bd5aebfe");
        assert_eq!(sign(url, PathForm::Decoded).unwrap(), want);
        assert_eq!(sign(&want, PathForm::Decoded).unwrap(), want, "signing again renews the key");
    }

    #[test]
    fn signing_a_url_reports_what_it_lacks() {
        use OriginError::{NoPath, Scheme};
        for (url, want) in [
            ("vip.123pan.cn/13/a", Scheme),
            ("HTTPS://vip.123pan.cn/13/a", Scheme),
            ("", Scheme),
            ("https://vip.123pan.cn", NoPath),
        ] {
            assert_eq!(sign(url, PathForm::Decoded), Err(SignError::Url(want)), "input: {url:?}");
        }
    }

    #[test]
    fn a_key_never_meets_a_foreign_host() {
        let error = sign("https://vip.123pan.cn.evil.example/a", PathForm::Decoded).unwrap_err();
        assert_eq!(
            error.to_string(),
            "\"vip.123pan.cn.evil.example\" is not a direct-link host of 123Pan"
        );
    }
}
