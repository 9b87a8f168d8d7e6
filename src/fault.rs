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
    pub fn new(setting: impl AsRef<str>, message: impl AsRef<str>, mend: impl AsRef<str>) -> Self {
        // Made in a hundred places, and copied out in this one.
        #[cold]
        #[inline(never)]
        fn of(setting: &str, message: &str, mend: &str) -> Fault {
            let [setting, message, mend] = [setting, message, mend].map(str::to_owned);
            Fault { setting, line: None, message, mend }
        }
        of(setting.as_ref(), message.as_ref(), mend.as_ref())
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
