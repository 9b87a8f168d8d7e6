//! Surfaces: paths that follow another program's convention, and the paths of entries in them.

use super::url::RequestUrl;
use crate::config::site_settings::SiteSettings;
use crate::path::{EntryPath, PathError};

/// A family of paths of the site. It shadows folders that are called as its paths begin, unless it is
/// switched off.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Surface {
    /// The site itself: pages, redirects, and all that is below `/-/` and `/~`.
    Site,
    /// WebDAV at `/dav/`.
    Dav,
    /// WebDAV at `/dav-strm/`, where films are `.strm` files.
    DavStrm,
    /// The addresses of files in AList: `/d/PATH` and `/p/PATH`.
    AlistFile,
    /// AList's API at `/api/`.
    AlistApi,
    /// AList's `/ping`.
    Ping,
}

impl Surface {
    /// The setting of the surface that hides an entry of this name in the site's root; `None` if none does.
    pub fn shadowing(settings: &SiteSettings, name: &str) -> Option<&'static str> {
        let surface = Self::named(name)?;
        EntryPath::shadowing_setting(name).filter(|_| surface.is_on(settings, false))
    }

    /// The surface that stands at a folder of this name in the root; `None` if none does.
    fn named(name: &str) -> Option<Self> {
        Some(match name {
            "dav" => Self::Dav,
            "dav-strm" => Self::DavStrm,
            "d" | "p" => Self::AlistFile,
            "api" => Self::AlistApi,
            "ping" => Self::Ping,
            _ => return None,
        })
    }

    /// The surface that a URL is of, and the path of the entry in it, still escaped; for AList's API the
    /// path of the call. Shortcuts are always the site's. A share link leads to WebDAV too, and to nothing
    /// of AList's: that has no place for its token.
    pub fn of<'u>(settings: &SiteSettings, url: &RequestUrl<'u>) -> (Self, &'u str) {
        let site = (Self::Site, url.path);
        if url.shortcut.is_some() {
            return site;
        }
        let Some(rest) = url.path.strip_prefix('/') else { return site };
        let (name, below) = rest.split_at(rest.find('/').unwrap_or(rest.len()));
        match Self::named(name) {
            Some(surface) if surface.is_on(settings, url.share.is_some()) => {
                (surface, if below.is_empty() { "/" } else { below })
            }
            Some(_) | None => site,
        }
    }

    /// The path of the entry that a path in the surface, still escaped, is for. Addresses of files in AList are
    /// mapped by `SITE.alist_prefix`.
    ///
    /// # Errors
    /// [`PathError`] for a path that no entry can have.
    pub fn entry_path<'u>(
        self,
        settings: &SiteSettings,
        path: &'u str,
    ) -> Result<EntryPath<'u>, PathError> {
        let path = EntryPath::parse(path)?;
        if self != Self::AlistFile {
            return Ok(path);
        }
        let slash = if path.has_trailing_slash() && path.depth() > 0 { "/" } else { "" };
        match settings.alist_prefix.apply(&(path.display() + slash)) {
            Some(mapped) => Ok(EntryPath::from_decoded(&mapped)?.into_owned()),
            None => Ok(path),
        }
    }

    fn is_on(self, settings: &SiteSettings, is_shared: bool) -> bool {
        match self {
            Self::Site => true,
            Self::Dav | Self::DavStrm => settings.dav.is_on(),
            Self::AlistFile | Self::AlistApi | Self::Ping => settings.alist && !is_shared,
        }
    }

    /// The path at which the surface stands, before the path of an entry: `/dav`, say.
    pub fn prefix(self) -> &'static str {
        match self {
            Self::Site => "",
            Self::Dav => "/dav",
            Self::DavStrm => "/dav-strm",
            Self::AlistFile => "/d",
            Self::AlistApi => "/api",
            Self::Ping => "/ping",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::surface_settings::DavSetting;

    #[test]
    fn a_path_is_of_one_surface_by_its_first_segment_as_written() {
        use Surface::{AlistApi, AlistFile, Dav, DavStrm, Ping, Site};
        let settings = SiteSettings::default();
        for (path, want, below) in [
            ("/dav", Dav, "/"),
            ("/dav/", Dav, "/"),
            ("/dav/a%20b/c", Dav, "/a%20b/c"),
            ("/dav//a", Dav, "//a"),
            ("/dav-strm/a", DavStrm, "/a"),
            ("/d/a.mkv", AlistFile, "/a.mkv"),
            ("/p/a.mkv", AlistFile, "/a.mkv"),
            ("/d", AlistFile, "/"),
            ("/api/fs/list", AlistApi, "/fs/list"),
            ("/ping", Ping, "/"),
            ("/~tok/dav/a", Dav, "/a"),
            ("/~tok/dav-strm/a", DavStrm, "/a"),
            // Paths of the site.
            ("/davs/a", Site, "/davs/a"),
            ("/Dav/a", Site, "/Dav/a"),
            ("/%64av/a", Site, "/%64av/a"),
            ("/dav%2Fa", Site, "/dav%2Fa"),
            ("/a/dav/b", Site, "/a/dav/b"),
            ("/-/dav/", Site, "/-/dav/"),
            ("/~tok/d/a", Site, "/d/a"),
            ("/~tok/api/fs/list", Site, "/api/fs/list"),
            ("/~random/dav", Site, "/dav"),
            ("/~latest/dav/*", Site, "/dav/"),
            ("/", Site, "/"),
        ] {
            let url = RequestUrl::parse(path);
            assert_eq!(Surface::of(&settings, &url), (want, below), "{path}");
        }
    }

    #[test]
    fn a_surface_that_is_off_leaves_its_paths_to_entries() {
        let off = SiteSettings { dav: DavSetting::Off, alist: false, ..SiteSettings::default() };
        for path in ["/dav/a", "/dav-strm/a", "/d/a", "/p/a", "/api/me", "/ping", "/~tok/dav/a"] {
            let url = RequestUrl::parse(path);
            assert_eq!(Surface::of(&off, &url), (Surface::Site, url.path), "{path}");
        }
    }

    #[test]
    fn the_setting_that_frees_a_shadowed_name_is_that_of_its_surface() {
        for name in ["dav", "dav-strm", "d", "p", "api", "ping"] {
            let is_shadowed = |settings: &SiteSettings| {
                let path = format!("/{name}/a");
                let is = Surface::of(settings, &RequestUrl::parse(&path)).0 != Surface::Site;
                assert_eq!(is, Surface::shadowing(settings, name).is_some(), "{name}");
                is
            };
            let dav = SiteSettings { dav: DavSetting::Off, ..SiteSettings::default() };
            let alist = SiteSettings { alist: false, ..SiteSettings::default() };
            let setting = EntryPath::shadowing_setting(name).unwrap();
            assert_eq!(is_shadowed(&dav), setting != "SITE.dav", "{name}");
            assert_eq!(is_shadowed(&alist), setting != "SITE.alist", "{name}");
        }
        assert_eq!(EntryPath::shadowing_setting("Dav"), None);
    }
}
