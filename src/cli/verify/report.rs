//! The report of `signpost verify`: one row for each thing that was tested, as a table or as JSON.

use std::io::{self, Write};

use anstyle::{AnsiColor, Style};
use serde::Serialize;

use crate::cli::format::{DIM, ERROR, WARNING, count, visible};

/// The outcome of a test.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Outcome {
    /// As it should be.
    Ok,
    /// Not wrong, but worth a look.
    Warning,
    /// Not tested, for the reason in the row.
    Untested,
    /// Does not work for visitors.
    Failed,
    /// Open, named or unlimited where it should not be.
    Leak,
}

impl Outcome {
    /// The word for the outcome in the table.
    const fn word(self) -> &'static str {
        match self {
            Self::Ok => "ok",
            Self::Warning => "warning",
            Self::Untested => "untested",
            Self::Failed => "FAILED",
            Self::Leak => "LEAK",
        }
    }

    const fn style(self) -> Style {
        match self {
            Self::Ok => AnsiColor::Green.on_default(),
            Self::Warning => WARNING,
            Self::Untested => DIM,
            Self::Failed | Self::Leak => ERROR,
        }
    }
}

/// The correction where the deployed rules differ from the owner's.
pub const REDEPLOY: &str = "deploy the rules as they are in wrangler.toml: make deploy";

/// A row of the report.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Row {
    /// The name of the check, such as `https`.
    pub check: &'static str,
    /// The path, host or file that was tested; empty for the site as a whole.
    pub subject: String,
    /// The outcome.
    pub outcome: Outcome,
    /// The finding in words.
    pub detail: String,
    /// The correction, if anything has to be corrected.
    #[serde(rename = "mend", skip_serializing_if = "str::is_empty")]
    pub hint: String,
}

impl Row {
    /// A row without a correction.
    pub fn new(
        check: &'static str,
        subject: impl Into<String>,
        outcome: Outcome,
        detail: impl Into<String>,
    ) -> Self {
        let (subject, detail) = (subject.into(), detail.into());
        Self { check, subject, outcome, detail, hint: String::new() }
    }

    /// The same row with a correction.
    #[must_use]
    pub fn hint(self, hint: impl Into<String>) -> Self {
        Self { hint: hint.into(), ..self }
    }
}

impl Row {
    /// Writes the row for people: the outcome, the check, the finding, and on a line of its own the correction.
    pub fn write(&self, out: &mut dyn Write) -> io::Result<()> {
        let Self { check, subject, outcome, detail, hint } = self;
        let (style, word) = (outcome.style(), outcome.word());
        write!(out, "{style}{word:<8}{style:#}  {check:<11}  ")?;
        if !subject.is_empty() {
            write!(out, "{}: ", visible(subject))?;
        }
        writeln!(out, "{}", visible(detail))?;
        if hint.is_empty() {
            return Ok(());
        }
        writeln!(out, "{:23}{DIM}= {}{DIM:#}", "", visible(hint))
    }
}

/// All rows, and what they were found by.
#[derive(Clone, Debug, Default)]
pub struct Report {
    /// The site that was tested.
    pub site: String,
    /// The number of requests that were sent.
    pub requests: usize,
    /// The rows, in the order of the tests.
    pub rows: Vec<Row>,
}

impl Report {
    /// The number of rows with this outcome.
    fn count(&self, outcome: Outcome) -> usize {
        self.rows.iter().filter(|row| row.outcome == outcome).count()
    }

    /// Whether anything leaks or fails.
    pub fn is_bad(&self) -> bool {
        self.count(Outcome::Leak) + self.count(Outcome::Failed) > 0
    }

    /// Writes the conclusion below the rows.
    pub fn write_conclusion(&self, out: &mut dyn Write) -> io::Result<()> {
        let counted = |outcome, noun| count(self.count(outcome), noun);
        writeln!(
            out,
            "\n{}, {}, {}, {} untested; {}",
            counted(Outcome::Leak, "leak"),
            counted(Outcome::Failed, "failure"),
            counted(Outcome::Warning, "warning"),
            self.count(Outcome::Untested),
            count(self.requests, "request"),
        )
    }

    /// The report as one JSON object.
    pub fn json(&self) -> serde_json::Value {
        serde_json::json!({
            "site": self.site,
            "requests": self.requests,
            "leaks": self.count(Outcome::Leak),
            "failures": self.count(Outcome::Failed),
            "warnings": self.count(Outcome::Warning),
            "untested": self.count(Outcome::Untested),
            "rows": self.rows,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn report(outcome: Outcome) -> Report {
        let row = Row::new("closed", "/a\u{1b}[2J", outcome, "opens").hint("close it");
        Report { site: "https://files.example".into(), requests: 1, rows: vec![row] }
    }

    #[test]
    fn leaks_and_failures_alone_are_bad() {
        for (outcome, is_bad) in [
            (Outcome::Ok, false),
            (Outcome::Warning, false),
            (Outcome::Untested, false),
            (Outcome::Failed, true),
            (Outcome::Leak, true),
        ] {
            assert_eq!(report(outcome).is_bad(), is_bad, "{outcome:?}");
        }
    }

    #[test]
    fn the_table_shows_no_control_characters_of_names() {
        let mut out = Vec::new();
        let report = report(Outcome::Leak);
        report.rows[0].write(&mut out).unwrap();
        report.write_conclusion(&mut out).unwrap();
        let text = anstream::adapter::strip_str(str::from_utf8(&out).unwrap()).to_string();
        assert!(text.contains("LEAK      closed       /a\\u{1b}[2J: opens\n"), "{text}");
        assert!(
            text.contains("= close it")
                && text.contains("1 leak, 0 failures, 0 warnings, 0 untested; 1 request")
        );
    }

    #[test]
    fn the_json_counts_what_it_lists() {
        let json = report(Outcome::Failed).json();
        assert_eq!((&json["failures"], &json["leaks"]), (&1.into(), &0.into()));
        assert_eq!(json["rows"][0]["outcome"], "failed");
        assert_eq!(json["rows"][0]["mend"], "close it");
    }
}
