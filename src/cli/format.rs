//! Findings about a tree as the command line shows them. Here, unlike on the site, the text is the
//! reader's own, so the line itself is shown.

use std::io::{self, Write};

use anstyle::{AnsiColor, Style};

use crate::tree::problem::Problem;

pub const ERROR: Style = AnsiColor::Red.on_default().bold();
pub const WARNING: Style = AnsiColor::Yellow.on_default().bold();
pub const DIM: Style = Style::new().dimmed();

/// A number with its noun, `1 file` or `2 files`.
pub fn count(number: usize, noun: &str) -> String {
    format!("{number} {noun}{}", if number == 1 { "" } else { "s" })
}

/// The text of a finding's line.
pub fn excerpt<'t>(text: &'t str, problem: &Problem) -> &'t str {
    let line = text.split('\n').nth(problem.line - 1).unwrap_or_default();
    line.trim_start_matches('\u{feff}').trim_end()
}

/// One finding on three lines: where and what, the text, the mend.
pub fn write_problem(out: &mut dyn Write, text: &str, problem: &Problem) -> io::Result<()> {
    let (style, word) =
        if problem.kind.is_error() { (ERROR, "error") } else { (WARNING, "warning") };
    writeln!(out, "{style}{word}{style:#}: line {}: {}", problem.line, problem.kind)?;
    writeln!(out, "  {DIM}|{DIM:#} {}", excerpt(text, problem))?;
    writeln!(out, "  {DIM}={DIM:#} {}", problem.kind.mend())
}
