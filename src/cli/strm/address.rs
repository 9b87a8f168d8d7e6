//! The address of a library on a site, and the address that its files hold.

use crate::absolute_url;
use crate::cli::failure::Failure;
use crate::cli::site_client::{href, is_loopback, site_url};
use crate::http::url::RequestUrl;
use crate::path::EntryPath;

/// A folder of a site, with the share link that opens it.
#[derive(Debug, PartialEq, Eq)]
pub struct LibraryAddress {
    /// The site's scheme, host and port.
    pub origin: String,
    /// The share link's `/~TOKEN`; empty without one.
    pub prefix: String,
    /// The decoded path, without a slash at the end.
    pub path: String,
}

impl LibraryAddress {
    /// Parses an address, or a path of the site whose address is given, too.
    ///
    /// # Errors
    /// It is not the address of a folder.
    pub fn parse(given: &str, site: Option<&str>) -> Result<Self, Failure> {
        let address = match site {
            Some(site) => {
                let (origin, path) = site_url(site)?;
                if path != "/" {
                    return Err(Failure::new("--site: give scheme and host alone"));
                }
                origin + &href(given, true)
            }
            None if given.starts_with('/') => {
                return Err(Failure::new(
                    "a path needs --site, the site's address; or give the folder's whole address",
                ));
            }
            None => given.to_owned(),
        };
        let (origin, target) = site_url(&address)?;
        let RequestUrl { share, shortcut, path, .. } = RequestUrl::parse(&target);
        if shortcut.is_some() || (share.is_none() && path.starts_with("/~")) {
            return Err(Failure::new("this is no folder's address"));
        }
        let path = EntryPath::parse(path).map_err(Failure::new)?;
        let prefix = share.map(|token| format!("/~{token}")).unwrap_or_default();
        Ok(Self { origin, prefix, path: path.display().trim_end_matches('/').to_owned() })
    }

    /// The address that the library's files begin with, ending in a slash: the given one, or that of the folder.
    ///
    /// # Errors
    /// It is no address of a folder, or one of this machine, which no player elsewhere reaches.
    pub fn base(&self, given: Option<&str>) -> Result<String, Failure> {
        let base = match given {
            None => format!("{}{}{}", self.origin, self.prefix, href(&self.path, true)),
            Some(given) => {
                let url = absolute_url::parse(given);
                let url = url.filter(|url| url.query().is_none() && url.fragment().is_none());
                let url = url.filter(|url| url.path().ends_with('/')).ok_or_else(|| {
                    Failure::new(format_args!(
                        "--base: {given:?} is not a folder's address: write it like https://files.example.com/Movies/"
                    ))
                })?;
                url.into()
            }
        };
        if is_loopback(&base) {
            return Err(Failure::new(format_args!(
                "{} is this machine's own address, which no player elsewhere reaches: give the address by which \
                 players reach the folder as --base https://files.example.com{}",
                if given.is_some() { "--base" } else { "the site's" },
                href(&self.path, true),
            )));
        }
        Ok(base)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn message(failure: Failure) -> String {
        match failure {
            Failure::Other(message) => message,
            Failure::Input | Failure::Differs => String::new(),
        }
    }

    #[test]
    fn an_address_is_taken_apart() {
        for (given, site, want) in [
            ("https://Files.example/a%20b/", None, ("https://files.example", "", "/a b")),
            ("https://files.example", None, ("https://files.example", "", "")),
            ("https://f.example/~TOKEN/a/b/", None, ("https://f.example", "/~TOKEN", "/a/b")),
            ("https://f.example/~TOKEN/", None, ("https://f.example", "/~TOKEN", "")),
            (
                "/影视 %/",
                Some("https://f.example:8443/"),
                ("https://f.example:8443", "", "/影视 %"),
            ),
        ] {
            let got = LibraryAddress::parse(given, site).unwrap();
            assert_eq!((&*got.origin, &*got.prefix, &*got.path), want, "{given}");
        }
        for (given, site) in [
            ("https://f.example/~latest/a/*", None),
            ("https://f.example/~random/a/", None),
            ("https://f.example/~TOKEN", None),
            ("https://f.example/a/?x=1", None),
            ("https://f.example/../", Some("https://f.example/a/")),
            ("files.example", None),
            ("/a/", None),
        ] {
            assert!(LibraryAddress::parse(given, site).is_err(), "{given}");
        }
    }

    #[test]
    fn files_hold_the_given_address_or_the_sites_and_never_a_loopback_one() {
        let address = |given| LibraryAddress::parse(given, None).unwrap();
        let shared = address("https://f.example/~TOKEN/a%20b/");
        assert_eq!(shared.base(None).unwrap(), "https://f.example/~TOKEN/a%20b/");
        assert_eq!(shared.base(Some("https://o.example/x/")).unwrap(), "https://o.example/x/");
        let local = address("http://127.0.0.1:8787/Movies/");
        assert_eq!(
            local.base(Some("http://192.168.1.9:8787/m/")).unwrap(),
            "http://192.168.1.9:8787/m/"
        );
        for (of, base) in [
            (&local, None),
            (&shared, Some("http://localhost/a/")),
            (&shared, Some("http://[::1]/a/")),
            (&shared, Some("http://0.0.0.0/a/")),
        ] {
            assert!(message(of.base(base).unwrap_err()).contains("own address"), "{base:?}");
        }
        for base in ["https://f.example/a", "f.example/a/", "https://f.example/a/?b/", "/a/"] {
            assert!(message(shared.base(Some(base)).unwrap_err()).contains("--base"), "{base}");
        }
    }
}
