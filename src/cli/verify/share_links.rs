//! The check of share links from a file: each opens its own path, and no other that is closed.

use super::closed::ClosedPath;
use super::report::{Outcome, Row};
use crate::cli::http::HttpError;
use crate::cli::site_client::{SiteClient, href};
use crate::path::EntryPath;

/// The name of the check.
const CHECK: &str = "share links";

/// A share link from the file. Its token opens files, so it is never printed.
#[derive(Clone, PartialEq, Eq)]
pub struct ShareLink {
    /// The line of the file, counted from 1.
    pub line: usize,
    token: String,
    /// The path behind the token, percent-encoded; `None` if the line has the token alone.
    target: Option<String>,
}

/// Reads the lines of a file: URLs, paths that begin with `/~`, or tokens.
pub fn parse(text: &str) -> Vec<ShareLink> {
    let lines = text.lines().enumerate();
    let lines = lines.map(|(index, line)| (index + 1, line.trim()));
    let lines = lines.filter(|(_, line)| !line.is_empty() && !line.starts_with('#'));
    lines
        .map(|(line, text)| {
            let path = text.split_once("/~").map_or(text, |(_, path)| path);
            let path = path.strip_prefix('~').unwrap_or(path);
            let path = path.split(['?', '#']).next().unwrap_or_default();
            let (token, target) = match path.split_once('/') {
                Some((token, rest)) => (token, Some(format!("/{rest}"))),
                None => (path, None),
            };
            ShareLink { line, token: token.to_owned(), target }
        })
        .collect()
}

impl ShareLink {
    /// The decoded path that the link is for.
    fn path(&self) -> Option<String> {
        let path = EntryPath::parse(self.target.as_deref()?).ok()?;
        Some(path.segments().fold(String::new(), |path, name| path + "/" + name))
    }

    /// The link's name in the report: its line, and the path.
    fn name(&self) -> String {
        let path = self.path().map_or_else(String::new, |path| format!(", {path}/"));
        format!("line {}{}", self.line, path.trim_end_matches('/'))
    }
}

/// Tries a share link at its own path, and at every path that is closed.
pub fn check(site: &SiteClient<'_>, link: &ShareLink, closed: &[ClosedPath]) -> Row {
    let ask = |target: &str| {
        // A file's page counts neither a use nor a byte, and a folder's is as good.
        let target = format!("/~{}{target}?view", link.token);
        site.get(&target, &[]).map(|response| response.status)
    };
    let own = link.target.as_deref().map(ask);
    let others = closed.iter().map(|closed| (closed, ask(&href(&closed.path, false))));
    judge(link, own, &others.collect::<Vec<_>>())
}

type Status = Result<u16, HttpError>;

/// Judges the answers to a share link: at its own path, and at paths that are closed.
fn judge(link: &ShareLink, own: Option<Status>, others: &[(&ClosedPath, Status)]) -> Row {
    let new = |outcome, detail: String| Row::new(CHECK, link.name(), outcome, detail);
    let is_open = |status: &Status| matches!(status, Ok(200..=399));
    let scope = link.path();
    let is_inside = |path: &str, scope: &str| {
        scope.is_empty()
            || path.strip_prefix(scope).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
    };
    let opened = others.iter().filter(|(closed, status)| !closed.may_open && is_open(status));
    let opened = opened.map(|(closed, _)| *closed).collect::<Vec<_>>();
    let is_leak = |closed: &&&ClosedPath| match &scope {
        _ if closed.is_for_nobody => true,
        Some(scope) => !is_inside(&closed.path, scope),
        // A token alone opens one path and what is below it.
        None => opened.first().is_some_and(|first| !is_inside(&closed.path, &first.path)),
    };
    let leaks = opened.iter().filter(is_leak).map(|closed| closed.path.as_str());
    let leaks = leaks.collect::<Vec<_>>();
    if !leaks.is_empty() {
        return new(Outcome::Leak, format!("also opens {}", leaks.join(", ")))
            .hint("revoke the link (DELETE /-/api/links/ID), and compare the deployed rules with wrangler.toml");
    }
    let is_unclear = |status: &Status| matches!(status, Ok(429 | 500..) | Err(_));
    match own {
        Some(status) if is_unclear(&status) => new(Outcome::Untested, "no clear answer".to_owned()),
        Some(Ok(410)) => new(Outcome::Warning, "has ended, or was revoked (410)".to_owned()),
        Some(Ok(status @ 400..)) => {
            new(Outcome::Warning, format!("does not open its path ({status})"))
        }
        _ if others.iter().any(|(_, status)| is_unclear(status)) => {
            new(Outcome::Untested, "some closed paths had no clear answer".to_owned())
        }
        own => {
            let opens = if own.is_some() { "opens its path" } else { "opens" };
            let count = others.len() - opened.len();
            new(Outcome::Ok, format!("{opens}; {count} other closed paths stay closed"))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::routes::Shape;
    use super::*;

    #[test]
    fn lines_are_urls_paths_or_tokens() {
        let text = "https://files.example/~AbC/a%20b/?x=1\n\n# c\n/~DeF/x.zip\n~GhI\nJkL\n";
        let links = parse(text);
        let found = links.iter().map(|link| (link.line, link.token.as_str(), link.path()));
        assert_eq!(
            found.collect::<Vec<_>>(),
            [
                (1, "AbC", Some("/a b".into())),
                (4, "DeF", Some("/x.zip".into())),
                (5, "GhI", None),
                (6, "JkL", None),
            ]
        );
        assert_eq!(links[0].name(), "line 1, /a b");
        assert_eq!(links[3].name(), "line 6");
    }

    fn closed(path: &str, is_for_nobody: bool) -> ClosedPath {
        ClosedPath {
            path: path.into(),
            statuses: vec![404],
            may_open: false,
            shape: Shape::Anything,
            is_for_nobody,
        }
    }

    #[test]
    fn a_link_opens_its_own_path_and_no_other() {
        let (own, other) = (closed("/a", false), closed("/b", false));
        let (inside, denied) = (closed("/a/x", false), closed("/a/deny", true));
        let link = &parse("/~T/a/")[0];
        let bare = &parse("T")[0];
        for (link, status, others, want) in [
            (link, Some(Ok(200)), vec![(&own, Ok(200)), (&other, Ok(404))], Outcome::Ok),
            (link, Some(Ok(200)), vec![(&inside, Ok(308)), (&denied, Ok(404))], Outcome::Ok),
            (link, Some(Ok(200)), vec![(&other, Ok(200))], Outcome::Leak),
            (link, Some(Ok(200)), vec![(&other, Ok(308))], Outcome::Leak),
            (link, Some(Ok(200)), vec![(&denied, Ok(200))], Outcome::Leak),
            (link, Some(Ok(410)), vec![(&other, Ok(410))], Outcome::Warning),
            (link, Some(Ok(404)), vec![], Outcome::Warning),
            (link, Some(Ok(503)), vec![], Outcome::Untested),
            (link, Some(Ok(200)), vec![(&other, Ok(429))], Outcome::Untested),
            (bare, None, vec![(&own, Ok(200)), (&inside, Ok(200)), (&other, Ok(404))], Outcome::Ok),
            (bare, None, vec![(&own, Ok(200)), (&other, Ok(200))], Outcome::Leak),
        ] {
            let row = judge(link, status.clone(), &others);
            assert_eq!(row.outcome, want, "{row:?}");
            assert!(
                !row.subject.contains('T') && !row.detail.contains('T'),
                "the token is printed"
            );
        }
    }
}
