//! What is wrong with the configuration, in words for its owner.

use std::fmt;

use serde::Serialize;

/// One thing to mend. It names the setting and never shows a secret's value.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Fault {
    /// The variable, secret or field.
    pub setting: String,
    /// The line of a tree's text, counted from 1.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub line: Option<usize>,
    /// What is wrong.
    pub message: String,
    /// What to do.
    pub mend: String,
}

impl Fault {
    /// A fault of a setting as a whole.
    pub fn new(
        setting: impl Into<String>,
        message: impl Into<String>,
        mend: impl Into<String>,
    ) -> Self {
        let (setting, message, mend) = (setting.into(), message.into(), mend.into());
        Self { setting, line: None, message, mend }
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.setting)?;
        if let Some(line) = self.line {
            write!(f, ", line {line}")?;
        }
        write!(f, ": {} ({})", self.message, self.mend)
    }
}
