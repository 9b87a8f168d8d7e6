//! A map from paths as other programs name them to paths of this site.

use std::collections::BTreeMap;

use serde::Deserialize;

use crate::path::EntryPath;

/// Decoded, absolute paths, each with the folder of this site that it stands for.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(transparent)]
pub struct PathMap(BTreeMap<String, String>);

impl PathMap {
    /// The path of this site for a decoded path, by the longest path of the map that the given one is at or
    /// below; `None` where the map has none, and the path stands for itself.
    pub fn apply(&self, path: &str) -> Option<String> {
        let segments = split(path).collect::<Vec<_>>();
        let (prefix, target) = self
            .0
            .iter()
            .map(|(prefix, target)| (split(prefix).collect::<Vec<_>>(), target))
            .filter(|(prefix, _)| segments.starts_with(prefix))
            .max_by_key(|(prefix, _)| prefix.len())?;
        let below = segments.iter().skip(prefix.len()).copied();
        let mapped = split(target).chain(below).fold(String::new(), |path, name| path + "/" + name);
        let slash = if path.ends_with('/') || mapped.is_empty() { "/" } else { "" };
        Some(mapped + slash)
    }

    /// The paths of the map of which one side is no path: not absolute, or with a name that no entry can have.
    pub fn unusable(&self) -> impl Iterator<Item = &str> {
        let is_path = |path: &str| EntryPath::from_decoded(path).is_ok();
        let bad =
            self.0.iter().filter(move |(prefix, target)| !is_path(prefix) || !is_path(target));
        bad.map(|(prefix, _)| prefix.as_str())
    }
}

fn split(path: &str) -> impl Iterator<Item = &str> {
    path.split('/').filter(|name| !name.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn map(pairs: &[(&str, &str)]) -> PathMap {
        PathMap(pairs.iter().map(|(from, to)| ((*from).to_owned(), (*to).to_owned())).collect())
    }

    #[test]
    fn a_path_is_mapped_by_the_longest_one_that_it_is_below() {
        let map = map(&[("/media/123", "/Movies"), ("/media/123/剧集/", "/tv"), ("/all", "/")]);
        for (path, want) in [
            ("/media/123/a b.mkv", Some("/Movies/a b.mkv")),
            ("/media/123", Some("/Movies")),
            ("/media/123/", Some("/Movies/")),
            ("/media/123/剧集/x/y.mkv", Some("/tv/x/y.mkv")),
            ("/all/Movies/a.mkv", Some("/Movies/a.mkv")),
            ("/all", Some("/")),
            ("/media/1234/a.mkv", None),
            ("/media", None),
            ("/", None),
        ] {
            assert_eq!(map.apply(path).as_deref(), want, "{path}");
        }
        assert_eq!(
            self::map(&[("/", "/Movies")]).apply("/a.mkv").as_deref(),
            Some("/Movies/a.mkv")
        );
        assert_eq!(PathMap::default().apply("/a"), None);
    }

    #[test]
    fn both_sides_have_to_be_paths() {
        let bad = map(&[("media", "/a"), ("/ok", "/b"), ("/up", "/a/../b"), ("/x", "https://h/")]);
        assert_eq!(bad.unusable().collect::<Vec<_>>(), ["/up", "/x", "media"]);
    }
}
