//! The host that an owner names for an account's direct links, in place of the one that stands in their URLs.
//!
//! 123Pan has moved direct links twice: from `vip.123pan.cn` to `<uid>.v.123pan.cn` (and `.v.123yx.com`) to
//! `<uid>.cdn.123clouddisk.com`. On all of these a path begins with the account's uid, on a custom domain it
//! does not (links seen in 2025 and 2026). The path is signed, so it is rewritten before that, once for each
//! base and not for each request.

use std::borrow::Cow;

use crate::host::{SignedHosts, VendorHost, is_host};
use crate::origin::Base;

/// The host of one account's direct links, whatever host their URLs name.
#[derive(Clone, Debug)]
pub struct DirectHost {
    /// The host in lower case, with its port if one is written.
    host: String,
    /// The account's uid in digits.
    uid: String,
}

/// Why a host can't be that of an account's direct links.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DirectHostError {
    /// The text is no host, or has more than `host` or `host:port`.
    NotAHost,
    /// The uid is not known: neither given, nor in the host.
    NoUid,
    /// The host belongs to the account with this uid, and the uid that was given is another.
    OtherAccount(u64),
}

impl DirectHost {
    /// The host `written`, as `host` or `host:port`, for the account `uid`; 123Pan's newer hosts name the uid
    /// themselves.
    ///
    /// # Errors
    /// [`DirectHostError`] if the text is no host, or its account is not clear.
    pub fn new(written: &str, uid: Option<u64>) -> Result<Self, DirectHostError> {
        let host = written.to_ascii_lowercase();
        if !is_host(&host) {
            return Err(DirectHostError::NotAHost);
        }
        let named = match VendorHost::parse(&host) {
            Some(VendorHost::OfAccount(named)) => Some(named),
            Some(VendorHost::Shared) | None => None,
        };
        let uid = match (named, uid) {
            (Some(named), Some(uid)) if named != uid => {
                return Err(DirectHostError::OtherAccount(named));
            }
            (named, uid) => uid.or(named).ok_or(DirectHostError::NoUid)?,
        };
        Ok(Self { host, uid: uid.to_string() })
    }

    /// The host, with its port if one is written.
    pub fn host(&self) -> &str {
        &self.host
    }

    /// The URL of a base at this host. `None` if it stays as it is: it is there already, it is none to sign
    /// for, or it is at the host of another account.
    pub fn moved(&self, base: &Base, hosts: &SignedHosts) -> Option<Base> {
        if !base.is_signed() || base.host() == self.host {
            return None;
        }
        let from = VendorHost::parse(base.host());
        if matches!(from, Some(VendorHost::OfAccount(named)) if named.to_string() != self.uid) {
            return None;
        }
        let (scheme, _) = base.site().split_once("://")?;
        let path = base.written_path();
        let path = match (from.is_some(), VendorHost::parse(&self.host).is_some()) {
            (true, false) => Cow::Borrowed(self.without_uid(path)),
            (false, true) => Cow::Owned(["/", &self.uid, path].concat()),
            (true, true) | (false, false) => Cow::Borrowed(path),
        };
        // The host and the path have both been parsed before.
        Base::parse(&[scheme, "://", &self.host, &path].concat(), hosts).ok()
    }

    /// A path without the segment of the uid; as it is if it has none, as in accounts that hide it.
    fn without_uid<'p>(&self, path: &'p str) -> &'p str {
        let below = path.strip_prefix('/').and_then(|path| path.strip_prefix(self.uid.as_str()));
        below.filter(|below| below.starts_with('/')).unwrap_or(path)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::origin::Origin;
    use crate::secret::Secret;
    use crate::sign::{PathForm, Signer};
    use crate::time::UnixSeconds;

    const UID: u64 = 1_812_345_678;

    fn hosts(more: &[&str]) -> SignedHosts {
        SignedHosts::with(&more.iter().map(|&host| host.to_owned()).collect::<Vec<_>>()).unwrap()
    }

    /// The base at `host`, as it is written then; what stays as it is, as it was.
    fn moved(written: &str, host: &str) -> String {
        let hosts = hosts(&["dl.example.com", "dl2.example.com:8443", host]);
        let base = Base::parse(written, &hosts).unwrap();
        let host = DirectHost::new(host, Some(UID)).unwrap();
        host.moved(&base, &hosts).unwrap_or(base).written().to_owned()
    }

    #[test]
    fn a_base_moves_between_all_generations_of_hosts() {
        let vendors = [
            "vip.123pan.cn",
            "vip.123pan.com",
            "1812345678.v.123pan.cn",
            "1812345678.v.123yx.com",
            "1812345678.cdn.123clouddisk.com",
        ];
        for from in vendors {
            let base = format!("https://{from}/1812345678/a b/%E4%B9%90/");
            for to in vendors {
                assert_eq!(
                    moved(&base, to),
                    format!("https://{to}/1812345678/a b/%E4%B9%90/"),
                    "{from}"
                );
            }
            assert_eq!(
                moved(&base, "DL.example.com"),
                "https://dl.example.com/a b/%E4%B9%90/",
                "{from}"
            );
            let custom = "https://dl.example.com/a/";
            assert_eq!(moved(custom, from), format!("https://{from}/1812345678/a/"));
        }
        let custom = "http://dl.example.com/1812345678/a/";
        assert_eq!(
            moved(custom, "dl2.example.com:8443"),
            "http://dl2.example.com:8443/1812345678/a/"
        );
        assert_eq!(
            moved("https://vip.123pan.cn/1812345678/", "dl.example.com"),
            "https://dl.example.com/"
        );
    }

    #[test]
    fn a_path_without_the_accounts_uid_is_kept() {
        for path in ["/films/", "/18123456789/", "/181234567/", "/films/1812345678/", "/"] {
            let base = format!("https://vip.123pan.cn{path}");
            assert_eq!(moved(&base, "dl.example.com"), format!("https://dl.example.com{path}"));
            let newer = "1812345678.cdn.123clouddisk.com";
            assert_eq!(moved(&base, newer), format!("https://{newer}{path}"));
        }
    }

    #[test]
    fn foreign_hosts_and_other_accounts_are_left_alone() {
        for base in [
            "https://files.example.com/1812345678/a/",
            "https://dl.example.com.evil.example/a/",
            "https://vip.123pan.cn.evil.example/1812345678/a/",
            "https://vip.123pan.cn:8443/1812345678/a/",
            "https://29.v.123pan.cn/29/a/",
        ] {
            for host in ["dl2.example.com", "1812345678.cdn.123clouddisk.com", "vip.123pan.cn"] {
                assert_eq!(moved(base, host), base, "at {host}");
            }
        }
    }

    #[test]
    fn a_path_that_begins_with_two_slashes_is_no_other_host() {
        let hosts = hosts(&["dl.example.com"]);
        let base = Base::parse("https://vip.123pan.cn/1812345678//evil.example/", &hosts).unwrap();
        let host = DirectHost::new("dl.example.com", Some(UID)).unwrap();
        let moved = host.moved(&base, &hosts).unwrap();
        assert_eq!(moved.host(), "dl.example.com");
        assert_eq!(moved.written(), "https://dl.example.com//evil.example/");
    }

    #[test]
    fn the_path_that_is_signed_is_that_on_the_wire() {
        let hosts = hosts(&["dl.example.com"]);
        let signer = Signer::new(UID, Secret::new("k3yForTests01"), PathForm::Decoded);
        let base = Base::parse("https://vip.123pan.cn/1812345678/files/", &hosts).unwrap();
        let host = DirectHost::new("dl.example.com", Some(UID)).unwrap();
        let moved = host.moved(&base, &hosts).unwrap();
        assert!(moved.is_signed());
        let rand = "0f1e2d3c4b5a69788796a5b4c3d2e1f0";
        let ends = UnixSeconds(1_893_456_000);
        let expected =
            signer.sign_url("https://dl.example.com/files/a%20b.txt", &hosts, ends, rand);
        assert_eq!(signer.sign(&Origin::new(&moved, "a%20b.txt"), ends, rand), expected.unwrap());
    }

    #[test]
    fn a_host_needs_to_say_whose_it_is() {
        use DirectHostError::{NoUid, NotAHost, OtherAccount};
        for (written, uid, expected) in [
            ("https://dl.example.com", Some(UID), NotAHost),
            ("dl.example.com/", Some(UID), NotAHost),
            ("dl.example.com/1812345678", Some(UID), NotAHost),
            ("u@dl.example.com", Some(UID), NotAHost),
            ("", Some(UID), NotAHost),
            ("dl.example.com", None, NoUid),
            ("vip.123pan.cn", None, NoUid),
            ("29.v.123pan.cn", Some(UID), OtherAccount(29)),
        ] {
            assert_eq!(DirectHost::new(written, uid).unwrap_err(), expected, "{written:?}");
        }
        let host = DirectHost::new("29.v.123pan.cn", None).unwrap();
        assert_eq!((host.host(), &*host.uid), ("29.v.123pan.cn", "29"));
    }
}
