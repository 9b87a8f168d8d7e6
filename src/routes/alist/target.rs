//! Paths in AList's API: as the client names them, and as the site does.

use crate::error::Error;
use crate::path::{EntryPath, PathError};
use crate::percent;
use crate::site::Site;

/// The path that a call is about.
#[derive(Debug)]
pub(super) struct Target {
    /// The path as the client named it: absolute, without a slash at the end unless it is the root.
    pub named: String,
    /// The path of the entry.
    pub path: EntryPath<'static>,
}

impl Target {
    /// Reads a decoded path, the root's where there is none. As in AList it need not begin with a slash, and
    /// slashes may be doubled. `SITE.alist_prefix` maps it before anything is decided.
    ///
    /// # Errors
    /// [`Error::BadPath`] for a path that no entry can have.
    pub fn of(site: &Site, given: Option<&str>) -> Result<Self, Error> {
        let named = absolute(given)?;
        let mapped = site.settings.alist_prefix.apply(&named);
        let path = EntryPath::from_decoded(mapped.as_deref().unwrap_or(&named))?.into_owned();
        Ok(Self { named, path })
    }

    /// Reads a decoded path as [`Self::of`], without `SITE.alist_prefix`.
    ///
    /// # Errors
    /// [`Error::BadPath`] for a path that no entry can have.
    pub fn unmapped(given: Option<&str>) -> Result<EntryPath<'static>, Error> {
        Ok(EntryPath::from_decoded(&absolute(given)?)?.into_owned())
    }

    /// The path as the client named it, escaped for a URL.
    pub fn named_href(&self) -> String {
        let names = self.named.split('/').filter(|name| !name.is_empty());
        names.fold(String::new(), |mut href, name| {
            href.push('/');
            href.extend(percent::encode_name(name));
            href
        })
    }

    /// The path of a folder at or below this one, as the client would name it. `folder` is decoded, with a
    /// slash at both ends.
    pub fn named_below(&self, folder: &str) -> String {
        let depth = self.path.depth();
        let below = folder.split('/').filter(|name| !name.is_empty()).skip(depth);
        let named = self.named.trim_end_matches('/').to_owned();
        let path = below.fold(named, |path, name| path + "/" + name);
        if path.is_empty() { "/".to_owned() } else { path }
    }
}

/// A path as AList takes it, made absolute and clean; the root's where there is none.
fn absolute(given: Option<&str>) -> Result<String, Error> {
    let mut path = String::new();
    for name in given.unwrap_or_default().split('/') {
        match name {
            "" | "." => {}
            ".." => return Err(Error::BadPath(PathError::DotSegment)),
            name => path.extend(["/", name]),
        }
    }
    if path.is_empty() {
        path.push('/');
    }
    Ok(path)
}
