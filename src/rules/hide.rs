//! Hiding, in three strengths.

/// Globs of names (`*.nfo`) or of paths below the rule (`drafts/**`), by strength.
#[derive(Clone, Debug, Default)]
pub struct Hide {
    /// Segments of the path of the rule that hides.
    depth: usize,
    unlisted: Vec<String>,
    closed: Vec<String>,
    blocked: Vec<String>,
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
    pub fn new(
        depth: usize,
        unlisted: Vec<String>,
        closed: Vec<String>,
        blocked: Vec<String>,
    ) -> Self {
        Self { depth, unlisted, closed, blocked }
    }

    /// How strongly the entry at the end of `segments` is hidden, from the site's root.
    pub fn of(&self, segments: &[&str]) -> Hidden {
        let Some(below) = segments.get(self.depth..).filter(|below| !below.is_empty()) else {
            return Hidden::No;
        };
        if matches_any(&self.blocked, below) {
            Hidden::Blocked
        } else if matches_any(&self.closed, below) {
            Hidden::Closed
        } else if matches_any(&self.unlisted, below) {
            Hidden::Unlisted
        } else {
            Hidden::No
        }
    }
}

/// Whether a glob can be one: its brackets and braces close.
pub fn is_glob(glob: &str) -> bool {
    let mut depth = (0_i32, 0_i32);
    let mut escaped = false;
    for letter in glob.chars() {
        match letter {
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            '[' if depth.0 == 0 => depth.0 += 1,
            ']' if depth.0 > 0 => depth.0 -= 1,
            '{' if depth.0 == 0 => depth.1 += 1,
            '}' if depth.0 == 0 => depth.1 -= 1,
            _ => {}
        }
        if depth.1 < 0 {
            return false;
        }
    }
    !glob.is_empty() && !glob.starts_with('!') && !escaped && depth == (0, 0)
}

fn matches_any(globs: &[String], path: &[&str]) -> bool {
    let Some(name) = path.last() else { return false };
    globs.iter().any(|glob| match glob.strip_prefix('/').unwrap_or(glob) {
        of_path if of_path.len() < glob.len() || of_path.contains('/') => {
            fast_glob::glob_match(of_path, path.join("/"))
        }
        of_name => fast_glob::glob_match(of_name, name),
    })
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
            ("team/a.PEM", Hidden::No),
            ("team/secret santa", Hidden::Blocked),
            ("team/secret santa/list.txt", Hidden::No),
            ("team/x/1/2/y", Hidden::Blocked),
            ("team/深/secret", Hidden::Blocked),
        ];
        let globs = |list: &[&str]| list.iter().map(|glob| (*glob).to_owned()).collect::<Vec<_>>();
        let hide = Hide::new(
            1,
            globs(&["*.nfo", "/top.txt", "a/*.txt"]),
            globs(&["drafts"]),
            globs(&["*.{key,pem}", "secret*", "x/**/y"]),
        );
        for (path, want) in CASES {
            assert_eq!(hide.of(&path.split('/').collect::<Vec<_>>()), *want, "{path}");
        }
    }

    #[test]
    fn a_glob_with_open_brackets_is_none() {
        for (glob, want) in [
            ("*.nfo", true),
            ("a[0-9]", true),
            ("{a,b}", true),
            ("\\[x", true),
            ("", false),
            ("a[", false),
            ("{a", false),
            ("a}", false),
            ("a\\", false),
            ("!a", false),
        ] {
            assert_eq!(is_glob(glob), want, "{glob:?}");
        }
    }
}
