//! Messages: all texts of the pages, in every language. One file for each language; a language that lacks
//! a message does not compile.

mod catalog;
mod doctor;
mod embed;
mod en;
mod file;
mod script;
mod zh_hans;
mod zh_hant;

pub use catalog::{FailureWords, FolderWords, LoginWords, LookWords, Told, Words};
pub(crate) use doctor::DoctorWords;
pub(crate) use embed::EmbedWords;
pub use file::{FileWords, ScriptWords as FileScriptWords};
pub use script::ScriptWords;

use crate::language::Language;

impl Words {
    /// The messages in a language.
    pub fn of(language: Language) -> &'static Self {
        match language {
            Language::English => &en::WORDS,
            Language::Simplified => &zh_hans::WORDS,
            Language::Traditional => &zh_hant::WORDS,
        }
    }
}

/// A count as a message: `forms` are singular and plural, with `{n}` for the number.
pub(crate) fn count(forms: &[&str; 2], number: usize) -> String {
    let [one, many] = forms;
    if number == 1 { one } else { many }.replace("{n}", &number.to_string())
}

#[cfg(test)]
mod tests;
