//! Configuration errors, in words for the owner of the site.

use std::fmt;

use serde::Serialize;

/// A configuration error: the setting, what is wrong and what to do. Never shows a secret's value.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ConfigError {
    /// The name of the variable, secret or field.
    pub setting: String,
    /// The line of a tree's text or of a JSON text, counted from 1.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub line: Option<usize>,
    /// The error in words.
    pub message: String,
    /// How to correct the setting, in words; called `mend` in JSON.
    #[serde(rename = "mend")]
    pub hint: String,
}

impl ConfigError {
    /// An error of a setting as a whole, without a line.
    pub fn new(
        setting: impl Into<String>,
        message: impl Into<String>,
        hint: impl Into<String>,
    ) -> Self {
        let (setting, message, hint) = (setting.into(), message.into(), hint.into());
        Self { setting, line: None, message, hint }
    }
}

impl fmt::Display for ConfigError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.setting)?;
        if let Some(line) = self.line {
            write!(f, ", line {line}")?;
        }
        write!(f, ": {} ({})", self.message, self.hint)
    }
}
