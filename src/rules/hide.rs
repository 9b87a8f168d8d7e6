//! Hiding, in three strengths.

use super::glob::Pattern;

/// Globs of names (`*.nfo`) or of paths below the rule (`drafts/**`), by strength.
#[derive(Clone, Debug, Default)]
pub struct Hide {
    /// Segments of the path of the rule that hides.
    depth: usize,
    unlisted: Vec<Glob>,
    closed: Vec<Glob>,
    blocked: Vec<Glob>,
}

/// A pattern for names, or for paths.
#[derive(Clone, Debug)]
pub struct Glob {
    pattern: Pattern,
    of_paths: bool,
}

impl Glob {
    /// Reads `*`, `?`, `[a-z]` and, between slashes, `**`. With a slash in it the glob is one of
    /// paths. `None` for what is no such glob, and for braces and backslashes, which elsewhere mean
    /// something and here would match nothing.
    pub fn parse(text: &str) -> Option<Self> {
        let unknown = |letter: char| matches!(letter, '{' | '}' | '\\' | '\0');
        if text.is_empty() || text.starts_with('!') || text.contains(unknown) {
            return None;
        }
        let path = text.strip_prefix('/').unwrap_or(text);
        let of_paths = path.len() < text.len() || path.contains('/');
        Pattern::parse(path).map(|pattern| Self { pattern, of_paths })
    }

    /// Whether it fits a name that stands alone.
    pub fn fits(&self, name: &str) -> bool {
        self.matches(name, name)
    }

    fn matches(&self, path: &str, name: &str) -> bool {
        self.pattern.matches(if self.of_paths { path } else { name })
    }
}

/// How strongly something is hidden.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Hidden {
    /// Not at all.
    No,
    /// Not listed; opens for whoever knows the name.
    Unlisted,
    /// Not listed, and a folder does not list what is in it.
    Closed,
    /// Not there for anybody, nor anything below it.
    Blocked,
}

impl Hide {
    /// `depth` is the number of segments of the rule's path.
    pub fn new(depth: usize, unlisted: Vec<Glob>, closed: Vec<Glob>, blocked: Vec<Glob>) -> Self {
        Self { depth, unlisted, closed, blocked }
    }

    /// Whether it blocks anything.
    pub fn blocks(&self) -> bool {
        !self.blocked.is_empty()
    }

    /// How strongly the entry at the end of `segments` is hidden, from the site's root.
    pub fn of(&self, segments: &[&str]) -> Hidden {
        let below = segments.get(self.depth..).unwrap_or_default();
        let Some(name) = below.last() else { return Hidden::No };
        let lists = [&self.blocked, &self.closed, &self.unlisted];
        let looks_at_paths = lists.iter().any(|globs| globs.iter().any(|glob| glob.of_paths));
        let path = if looks_at_paths { below.join("/") } else { String::new() };
        let any = |globs: &[Glob]| globs.iter().any(|glob| glob.matches(&path, name));
        if any(&self.blocked) {
            Hidden::Blocked
        } else if any(&self.closed) {
            Hidden::Closed
        } else if any(&self.unlisted) {
            Hidden::Unlisted
        } else {
            Hidden::No
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_glob_hides_names_or_paths_below_its_rule() {
        const CASES: &[(&str, Hidden)] = &[
            ("team", Hidden::No),
            ("secret", Hidden::No),
            ("team/film.nfo", Hidden::Unlisted),
            ("team/deep/film.nfo", Hidden::Unlisted),
            ("team/film.nfo/x", Hidden::No),
            ("team/top.txt", Hidden::Unlisted),
            ("team/deep/top.txt", Hidden::No),
            ("team/a/1.txt", Hidden::Unlisted),
            ("team/b/a/1.txt", Hidden::No),
            ("team/drafts", Hidden::Closed),
            ("team/drafts/x", Hidden::No),
            ("team/a.key", Hidden::Blocked),
            ("team/é.key", Hidden::Blocked),
            ("team/第.key", Hidden::Blocked),
            ("team/ab.key", Hidden::No),
            ("team/中.txt", Hidden::Blocked),
            ("team/a.PEM", Hidden::No),
            ("team/secret santa", Hidden::Blocked),
            ("team/secret santa/list.txt", Hidden::No),
            ("team/x/1/2/y", Hidden::Blocked),
            ("team/深/secret", Hidden::Blocked),
        ];
        let globs =
            |list: &[&str]| list.iter().map(|glob| Glob::parse(glob).unwrap()).collect::<Vec<_>>();
        let hide = Hide::new(
            1,
            globs(&["*.nfo", "/top.txt", "a/*.txt"]),
            globs(&["drafts"]),
            globs(&["?.key", "*.pem", "secret*", "x/**/y", "[中文].txt"]),
        );
        for (path, want) in CASES {
            assert_eq!(hide.of(&path.split('/').collect::<Vec<_>>()), *want, "{path}");
        }
    }

    #[test]
    fn what_would_match_nothing_is_no_glob() {
        for (glob, want) in [
            ("*.nfo", true),
            ("a[0-9]", true),
            ("**/x", true),
            ("[[]x", true),
            ("", false),
            ("a[", false),
            ("[]secret", false),
            ("{a,b}", false),
            ("a}", false),
            ("a\\*", false),
            ("!a", false),
            ("a**b", false),
        ] {
            assert_eq!(Glob::parse(glob).is_some(), want, "{glob:?}");
        }
    }
}
