//! The mounts of a site, by path: which of them owns a path, and which are below one.

use super::mount::Mount;
use crate::sources::config::MountConfig;
use crate::sources::remote::RemoteSource;
use crate::time::UnixSeconds;

/// The mounts of a site, deepest paths first, so that the first whose path is a prefix owns a path.
#[derive(Clone, Debug, Default)]
pub(super) struct Mounts(Vec<Mount>);

impl Mounts {
    /// Makes the mounts from their settings, and parses the trees in secrets.
    pub fn new(mut configs: Vec<MountConfig>, now: UnixSeconds) -> Self {
        configs.sort_by_key(|mount| std::cmp::Reverse(mount.path.len()));
        let numbered = configs.into_iter().enumerate();
        Self(numbered.map(|(number, config)| Mount::new(config, number, now)).collect())
    }

    /// The mounts, deepest paths first.
    pub fn all(&self) -> &[Mount] {
        &self.0
    }

    /// The mounts, mutable, deepest paths first.
    pub fn all_mut(&mut self) -> &mut [Mount] {
        &mut self.0
    }

    /// The mount that owns a path, and the number of the path's leading segments that are the mount's own
    /// path.
    pub fn owner_of<'p>(
        &self,
        path: &(impl Iterator<Item = &'p str> + Clone),
    ) -> Option<(&Mount, usize)> {
        self.0.iter().find_map(|mount| {
            let mut segments = path.clone();
            let fits = mount.path.iter().all(|want| segments.next() == Some(want));
            fits.then_some((mount, mount.path.len()))
        })
    }

    /// The mount at exactly this path.
    pub fn at(&self, path: &[&str]) -> Option<&Mount> {
        self.0.iter().find(|mount| mount.path == path)
    }

    /// The remote source at an index among the mounts.
    pub fn remote(&self, mount: usize) -> Option<&RemoteSource> {
        self.0.get(mount)?.remote()
    }

    /// The names directly below a path that are mounts or lead to one, each once.
    pub fn below<'p>(&self, path: &(impl Iterator<Item = &'p str> + Clone)) -> Vec<&str> {
        let mut names = Vec::new();
        for mount in &self.0 {
            let mut rest = mount.path.iter();
            let is_on_the_way =
                path.clone().all(|name| rest.next().is_some_and(|have| have == name));
            let next = rest.next().filter(|_| is_on_the_way).map(String::as_str);
            names.extend(next.filter(|name| !names.contains(name)));
        }
        names
    }

    /// Whether there is a mount at a path or below it.
    pub fn has_any_in(&self, path: &[String]) -> bool {
        self.0.iter().any(|mount| mount.path.starts_with(path))
    }
}
