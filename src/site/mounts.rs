//! The mounts of a site: which of them owns a path, and what is mounted below one.

use super::mount::Mount;
use crate::config::MountConfig;
use crate::sources::remote::RemoteSource;
use crate::time::UnixSeconds;

/// The mounts of a site, deepest paths first, so that the first that fits a path owns it.
#[derive(Clone, Debug, Default)]
pub(super) struct Mounts(Vec<Mount>);

impl Mounts {
    /// Mounts by their settings. Trees in secrets are parsed.
    pub fn new(mut configs: Vec<MountConfig>, now: UnixSeconds) -> Self {
        configs.sort_by_key(|mount| std::cmp::Reverse(mount.path.len()));
        let numbered = configs.into_iter().enumerate();
        Self(numbered.map(|(number, config)| Mount::new(config, number, now)).collect())
    }

    /// The mounts, deepest paths first.
    pub fn all(&self) -> &[Mount] {
        &self.0
    }

    /// The mounts to change them.
    pub fn all_mut(&mut self) -> &mut [Mount] {
        &mut self.0
    }

    /// The mount that owns a path, and how many of its segments lead to it.
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

    /// The mount that stands at exactly this path.
    pub fn at(&self, path: &[&str]) -> Option<&Mount> {
        self.0.iter().find(|mount| mount.path == path)
    }

    /// The remote source at an index among the mounts.
    pub fn remote(&self, mount: usize) -> Option<&RemoteSource> {
        self.0.get(mount)?.remote()
    }

    /// The next segment on the way from a path to each mount below it, each once.
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

    /// Whether a mount stands at a path or below it.
    pub fn has_any_in(&self, path: &[String]) -> bool {
        self.0.iter().any(|mount| mount.path.starts_with(path))
    }
}
