//! Globs that hide entries, in three strengths: unlisted, closed and blocked.

use std::rc::Rc;

pub use super::glob::GlobError;
use super::glob::{Pattern, Progress};

/// The globs by which a rule hides entries, by strength: of names (`*.nfo`), or of paths below the rule
/// (`drafts/**`).
#[derive(Clone, Debug, Default)]
pub struct Hide {
    unlisted: Vec<Glob>,
    closed: Vec<Glob>,
    blocked: Vec<Glob>,
}

/// A glob for names, or for paths below its rule.
#[derive(Clone, Debug)]
pub struct Glob {
    pattern: Pattern,
    of_paths: bool,
}

impl Glob {
    /// Parses a glob of `*`, `?`, `[a-z]` and, between slashes, `**`. With a slash in it the glob is for
    /// paths.
    ///
    /// # Errors
    /// [`GlobError`] for what is no such glob, or costs too much to match; and for braces and backslashes, which
    /// elsewhere mean something and here would match nothing.
    pub fn parse(text: &str) -> Result<Self, GlobError> {
        let unknown = |letter: char| matches!(letter, '{' | '}' | '\\' | '\0');
        if text.is_empty() || text.starts_with('!') || text.contains(unknown) {
            return Err(GlobError::NotAGlob);
        }
        let path = text.strip_prefix('/').unwrap_or(text);
        let of_paths = path.len() < text.len() || path.contains('/');
        Pattern::parse(path).map(|pattern| Self { pattern, of_paths })
    }

    /// Whether the glob matches a name that stands alone.
    pub fn is_match(&self, name: &str) -> bool {
        self.pattern.is_match(name)
    }
}

/// How strongly an entry is hidden.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Hidden {
    /// The entry is not hidden.
    No,
    /// Not listed, but opens for a client that knows the name.
    Unlisted,
    /// Not listed; if it is a folder, it does not list its entries either.
    Closed,
    /// Not there for any client, nor is anything below it.
    Blocked,
}

impl Hide {
    /// The globs of a rule, by strength, for the rule's own folder.
    pub fn new(unlisted: Vec<Glob>, closed: Vec<Glob>, blocked: Vec<Glob>) -> Self {
        Self { unlisted, closed, blocked }
    }

    /// Whether any glob blocks entries.
    pub fn has_blocked(&self) -> bool {
        !self.blocked.is_empty()
    }

    /// The globs for paths, in the order in which [`Traversal`] keeps their progress.
    fn path_globs(&self) -> impl Iterator<Item = &Glob> {
        let lists = [&self.blocked, &self.closed, &self.unlisted];
        lists.into_iter().flatten().filter(|glob| glob.of_paths)
    }
}

/// A traversal down the folders below a rule that hides entries, which matches each segment against each
/// glob once.
#[derive(Clone, Debug)]
pub(crate) struct Traversal {
    hide: Rc<Hide>,
    /// The progress of each glob for paths.
    progress: Vec<Progress>,
}

impl Traversal {
    /// Starts in the folder of the rule.
    pub fn start(hide: &Rc<Hide>) -> Self {
        let progress = hide.path_globs().map(|glob| glob.pattern.start()).collect();
        Self { hide: Rc::clone(hide), progress }
    }

    /// Whether the traversal started at this very rule.
    pub fn is_of(&self, hide: &Rc<Hide>) -> bool {
        Rc::ptr_eq(&self.hide, hide)
    }

    /// How strongly the entry of this name in the current folder is hidden.
    pub fn hidden(&self, name: &str) -> Hidden {
        let mut progress = self.progress.iter();
        let mut any = |globs: &[Glob]| {
            // Every glob for paths takes its progress, whatever is found.
            globs.iter().fold(false, |found, glob| {
                let at = if glob.of_paths { progress.next() } else { None };
                found
                    || match at {
                        Some(at) => glob.pattern.is_match_at(*at, name),
                        None => !glob.of_paths && glob.is_match(name),
                    }
            })
        };
        let Hide { blocked, closed, unlisted } = &*self.hide;
        if any(blocked) {
            Hidden::Blocked
        } else if any(closed) {
            Hidden::Closed
        } else if any(unlisted) {
            Hidden::Unlisted
        } else {
            Hidden::No
        }
    }

    /// Descends into the folder of this name.
    pub fn enter(&mut self, name: &str) {
        let globs = self.hide.path_globs();
        for (glob, at) in globs.zip(&mut self.progress) {
            *at = glob.pattern.step(*at, name);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_glob_hides_names_or_paths_below_its_rule() {
        const CASES: &[(&str, Hidden)] = &[
            ("film.nfo", Hidden::Unlisted),
            ("deep/film.nfo", Hidden::Unlisted),
            ("film.nfo/x", Hidden::No),
            ("top.txt", Hidden::Unlisted),
            ("deep/top.txt", Hidden::No),
            ("a/1.txt", Hidden::Unlisted),
            ("b/a/1.txt", Hidden::No),
            ("drafts", Hidden::Closed),
            ("drafts/x", Hidden::No),
            ("a.key", Hidden::Blocked),
            ("é.key", Hidden::Blocked),
            ("第.key", Hidden::Blocked),
            ("ab.key", Hidden::No),
            ("中.txt", Hidden::Blocked),
            ("a.PEM", Hidden::No),
            ("secret santa", Hidden::Blocked),
            ("secret santa/list.txt", Hidden::No),
            ("x/1/2/y", Hidden::Blocked),
            ("深/secret", Hidden::Blocked),
        ];
        let globs =
            |list: &[&str]| list.iter().map(|glob| Glob::parse(glob).unwrap()).collect::<Vec<_>>();
        let hide = Rc::new(Hide::new(
            globs(&["*.nfo", "/top.txt", "a/*.txt"]),
            globs(&["drafts"]),
            globs(&["?.key", "*.pem", "secret*", "x/**/y", "[中文].txt"]),
        ));
        for (path, want) in CASES {
            let mut traversal = Traversal::start(&hide);
            let mut hidden = Hidden::No;
            for name in path.split('/') {
                hidden = traversal.hidden(name);
                traversal.enter(name);
            }
            assert_eq!(hidden, *want, "{path}");
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
            assert_eq!(Glob::parse(glob).is_ok(), want, "{glob:?}");
        }
    }
}
