//! Findings about a tree as the command line shows them. Here, unlike on the site, the text is the
//! reader's own, so the line itself is shown.

use std::io::{self, Write};

use anstyle::{AnsiColor, Style};

use crate::time::UnixSeconds;
use crate::tree::problem::Problem;

/// The style of the word `error`.
pub const ERROR: Style = AnsiColor::Red.on_default().bold();
/// The style of the word `warning`.
pub const WARNING: Style = AnsiColor::Yellow.on_default().bold();
/// The style of secondary text, such as sizes and line numbers.
pub const DIM: Style = Style::new().dimmed();

/// A number with its noun, `1 file` or `2 files`.
pub fn count(number: usize, noun: &str) -> String {
    format!("{number} {noun}{}", if number == 1 { "" } else { "s" })
}

/// A size with its unit, `1 byte` or `2 bytes`; a `u64`, since it may be more than a `usize` holds.
pub fn bytes(number: u64) -> String {
    format!("{number} byte{}", if number == 1 { "" } else { "s" })
}

/// A time as ISO 8601 in UTC, `2026-11-23T08:00:00Z`; `None` beyond the year 262,142.
pub fn date_time(at: UnixSeconds) -> Option<String> {
    let at = chrono::DateTime::from_timestamp(i64::try_from(at.0).ok()?, 0)?;
    Some(at.format("%Y-%m-%dT%H:%M:%SZ").to_string())
}

/// The lines of a text, split once for all findings.
pub struct Lines<'t>(Vec<&'t str>);

impl<'t> Lines<'t> {
    /// Splits a tree's text into lines, as its parser counts them.
    pub fn of(text: &'t str) -> Self {
        Self(text.split('\n').collect())
    }

    /// The text of the line that a finding is about.
    pub fn excerpt(&self, problem: &Problem) -> &'t str {
        let line = self.0.get(problem.line - 1).copied().unwrap_or_default();
        line.trim_start_matches('\u{feff}').trim_end()
    }
}

/// Control characters made visible, so that a text can't move the terminal's cursor.
pub fn visible(text: &str) -> String {
    text.chars()
        .flat_map(|c| if c.is_control() { c.escape_default().collect() } else { vec![c] })
        .collect()
}

/// Writes one finding on three lines: its line and message, the line's text, and the hint.
pub fn write_problem(out: &mut dyn Write, lines: &Lines<'_>, problem: &Problem) -> io::Result<()> {
    let (style, word) =
        if problem.kind.is_error() { (ERROR, "error") } else { (WARNING, "warning") };
    writeln!(out, "{style}{word}{style:#}: line {}: {}", problem.line, problem.kind)?;
    writeln!(out, "  {DIM}|{DIM:#} {}", visible(lines.excerpt(problem)))?;
    writeln!(out, "  {DIM}={DIM:#} {}", problem.kind.hint())
}
