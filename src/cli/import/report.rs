//! The report of an import, line by line: what was mapped, what was closed, and what can't be brought.

use std::fmt::Write as _;

/// The outcome of a part of the input.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// Closed to visitors, since it can't be mapped exactly.
    Closed,
    /// Left out: nothing corresponds to it.
    LeftOut,
    /// Mapped, but it acts differently, or its owner should look at it.
    Differs,
    /// Mapped to a setting with the same meaning.
    Mapped,
}

/// The account of an import. No line holds a secret.
#[derive(Debug, Default)]
pub struct Report {
    lines: Vec<Line>,
    steps: Vec<String>,
}

#[derive(Debug)]
struct Line {
    outcome: Outcome,
    subject: String,
    text: String,
}

/// The sections of the file, in their order, each with a sentence about its lines.
const SECTIONS: [(Outcome, &str, &str); 4] = [
    (
        Outcome::Closed,
        "Closed, because it was unsure",
        "What could not be mapped exactly opens to nobody, or to fewer people than before. Each line says \
         how to open it.",
    ),
    (Outcome::LeftOut, "Not brought", "Nothing in the new site corresponds to these."),
    (Outcome::Differs, "Acts differently", "These were mapped; look at each once."),
    (Outcome::Mapped, "Mapped", "These act as before."),
];

const ABOUT_STEPS: &str = "Run the commands in the folder of your `wrangler.toml`, and write the path to \
    this folder in front of its files. They are the same in PowerShell.\n\n";

impl Report {
    /// Adds a line. `subject` names the part of the input.
    pub fn add(&mut self, outcome: Outcome, subject: &str, text: impl Into<String>) {
        self.lines.push(Line { outcome, subject: subject.to_owned(), text: text.into() });
    }

    /// Adds a step that the owner has to take, in Markdown; steps are numbered in this order.
    pub fn step(&mut self, text: impl Into<String>) {
        self.steps.push(text.into());
    }

    /// The number of lines with an outcome.
    pub fn count(&self, outcome: Outcome) -> usize {
        self.lines.iter().filter(|line| line.outcome == outcome).count()
    }

    /// The report as Markdown.
    pub fn markdown(&self) -> String {
        let mut out = String::from("# Import report\n");
        if !self.steps.is_empty() {
            out.push_str("\n## Next steps\n\n");
            out.push_str(ABOUT_STEPS);
            for (index, step) in self.steps.iter().enumerate() {
                // What belongs to a step is indented like its text.
                let step = step.replace('\n', "\n   ").replace("\n   \n", "\n\n");
                let _ = writeln!(out, "{}. {step}", index + 1);
            }
        }
        for (outcome, title, about) in SECTIONS {
            let mut lines = self.lines.iter().filter(|line| line.outcome == outcome).peekable();
            if lines.peek().is_none() {
                continue;
            }
            let _ = writeln!(out, "\n## {title}\n\n{about}\n");
            for line in lines {
                let _ = writeln!(out, "- **{}:** {}", line.subject, line.text);
            }
        }
        out
    }
}

/// A text of the input as a code span, on one line.
pub fn code(text: &str) -> String {
    let text = text
        .chars()
        .flat_map(|c| if c.is_control() { c.escape_default().collect() } else { vec![c] });
    let text = text.collect::<String>();
    if text.contains('`') {
        // Two backticks with spaces: the form for a text that has one itself.
        return format!("`` {} ``", text.replace("``", "` `"));
    }
    format!("`{text}`")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_stand_in_the_section_of_their_outcome_and_empty_sections_are_left_out() {
        let mut report = Report::default();
        report.add(Outcome::Mapped, "setting `site_title`", "`SITE.title`");
        report.add(Outcome::Closed, "meta 1", "locked");
        report.step("Stop AList.\n\n```sh\nsystemctl stop alist\n```");
        report.step("Deploy.");
        let text = report.markdown();
        let want = "# Import report\n\n## Next steps\n\n".to_owned()
            + ABOUT_STEPS
            + "1. Stop AList.\n\n   ```sh\n   systemctl stop alist\n   ```\n2. Deploy.\n\n\
                    ## Closed, because it was unsure\n";
        assert!(text.starts_with(&want), "{text}");
        assert!(text.contains("- **meta 1:** locked\n\n## Mapped\n"), "{text}");
        assert!(!text.contains("Not brought"), "{text}");
        assert_eq!((report.count(Outcome::Closed), report.count(Outcome::LeftOut)), (1, 0));
    }

    #[test]
    fn a_text_of_the_input_stays_on_its_line_and_in_its_code_span() {
        assert_eq!(code("/a b"), "`/a b`");
        assert_eq!(code("a\n# b"), "`a\\n# b`");
        assert_eq!(code("a`b``c"), "`` a`b` `c ``");
    }
}
