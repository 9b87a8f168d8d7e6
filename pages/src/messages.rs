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

pub use catalog::{
    FailureMessages, FailureText, FolderMessages, LoginMessages, Messages, PreferencesMessages,
};
pub(crate) use doctor::DoctorMessages;
pub(crate) use embed::EmbedMessages;
pub use file::{FileMessages, ScriptMessages as FileScriptMessages};
pub use script::ScriptMessages;

use crate::language::Language;

impl Messages {
    /// The messages in a language.
    pub fn of(language: Language) -> &'static Self {
        match language {
            Language::English => &en::MESSAGES,
            Language::Simplified => &zh_hans::MESSAGES,
            Language::Traditional => &zh_hant::MESSAGES,
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
