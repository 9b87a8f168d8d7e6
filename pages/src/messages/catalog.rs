//! The message catalogue: all texts of the pages in one language.

use chrono::{DateTime, FixedOffset};

use super::doctor::DoctorMessages;
use super::embed::EmbedMessages;
use super::file::FileMessages;
use super::script::ScriptMessages;
use crate::view::Failure;

/// All messages in one language, with placeholders such as `{n}`.
#[derive(Debug)]
pub struct Messages {
    /// The name of the breadcrumbs, for screen readers.
    pub crumbs: &'static str,
    /// The skip link: past the header to the content, for keyboards.
    pub skip: &'static str,
    /// Messages of the form for language and theme.
    pub preferences: PreferencesMessages,
    /// Messages of folder pages.
    pub folder: FolderMessages,
    /// Messages of files' pages.
    pub file: FileMessages,
    /// Messages of the script of folder pages.
    pub script: ScriptMessages,
    /// Messages of the page that asks for a password.
    pub login: LoginMessages,
    /// Messages of failure pages, except the failures' own messages.
    pub failure: FailureMessages,
    /// Messages of embed pages: files in frames of other pages.
    pub embed: EmbedMessages,
    /// Messages of the Referer doctor.
    pub doctor: DoctorMessages,
    /// The message of a failure.
    pub(super) failure_text_of: fn(Failure) -> FailureText,
    /// Formats a date and time of day in this language.
    pub(super) moment: fn(&DateTime<FixedOffset>) -> String,
}

/// Messages of the form for language and theme.
#[derive(Debug)]
pub struct PreferencesMessages {
    /// The name of the form, for screen readers.
    pub name: &'static str,
    /// The label of the choice of language.
    pub language: &'static str,
    /// The label of the choice of theme.
    pub theme: &'static str,
    /// The names of the themes: automatic, light, dark.
    pub themes: [&'static str; 3],
    /// Over plain HTTP no choice is kept.
    pub needs_https: &'static str,
}

/// Messages of folder pages.
#[derive(Debug)]
pub struct FolderMessages {
    /// The headings of the columns.
    pub name: &'static str,
    #[expect(missing_docs, reason = "a column")]
    pub size: &'static str,
    #[expect(missing_docs, reason = "a column")]
    pub modified: &'static str,
    /// The number of folders: singular, plural.
    pub folders: [&'static str; 2],
    #[expect(missing_docs, reason = "as for folders")]
    pub files: [&'static str; 2],
    /// The number of entries in a listed folder: singular, plural.
    pub items: [&'static str; 2],
    /// The text between the numbers of folders and of files.
    pub and: &'static str,
    /// The total size, if some files have no known size.
    pub at_least: &'static str,
    /// The time zone of the page's times.
    pub zone: &'static str,
    /// An age in minutes, hours, days, months, years: each singular, plural.
    pub ago: [[&'static str; 2]; 5],
    /// An age of less than a minute.
    pub just_now: &'static str,
    /// A row's mark: the entry needs a password or a link.
    pub locked: &'static str,
    /// The folder has no entries.
    pub empty: &'static str,
    /// The label of the links between the pages of a large folder.
    pub pages: &'static str,
    /// The rows on a page of a large folder: `{first}` to `{last}` of `{n}`.
    pub rows_of: &'static str,
    /// The link to the previous page of a large folder.
    pub previous: &'static str,
    /// The link to the next page of a large folder.
    pub next: &'static str,
    /// The label of the filter of a large folder.
    pub filter: &'static str,
    /// No entry matches the filter of a large folder.
    pub no_match: &'static str,
    /// The button that applies the filter of a large folder.
    pub apply: &'static str,
    /// The site is the built-in demo; HTML.
    pub demo: &'static str,
    /// In an OPDS catalogue, the entry for the books of a folder that has folders, too.
    pub books: &'static str,
    /// The folder has files that can't be listed.
    pub remote: &'static str,
    /// The notices of a listing: see [`crate::view::Notice`].
    pub loading: &'static str,
    #[expect(missing_docs, reason = "see Notice")]
    pub stale: &'static str,
    #[expect(missing_docs, reason = "see Notice")]
    pub lacks_some: &'static str,
}

/// Messages of the page that asks for a password.
#[derive(Debug)]
pub struct LoginMessages {
    /// The heading.
    pub title: &'static str,
    /// The label of the password field.
    pub label: &'static str,
    /// The given password is wrong.
    pub wrong: &'static str,
    /// Over plain HTTP no login is kept.
    pub needs_https: &'static str,
    /// The label of the button.
    pub submit: &'static str,
}

/// Messages of failure pages.
#[derive(Debug)]
pub struct FailureMessages {
    /// The heading of the list of configuration errors.
    pub for_owner: &'static str,
    /// The link to the start page.
    pub home: &'static str,
    /// The link that loads the page again.
    pub again: &'static str,
    /// The time at which a limit is lifted, as a sentence after the failure's message; `{when}` is the
    /// time.
    pub reopens: &'static str,
    /// The reading of a path that is not UTF-8, as a sentence after the failure's message; `{encoding}` is the
    /// encoding, and the address follows.
    pub reads: &'static str,
}

impl Messages {
    /// The title of a failure.
    pub fn failure_title(&self, failure: Failure) -> &'static str {
        (self.failure_text_of)(failure).title
    }

    /// The message of a failure, with the time at which it ends, if known.
    pub(crate) fn failure_text(
        &self,
        failure: Failure,
        ends: Option<&DateTime<FixedOffset>>,
    ) -> String {
        let message = (self.failure_text_of)(failure);
        let mut text = message.text.to_owned();
        match ends {
            Some(moment) => {
                text.push_str(&self.failure.reopens.replace("{when}", &(self.moment)(moment)));
            }
            None => text.push_str(message.otherwise),
        }
        text
    }
}

/// The message of a failure.
#[derive(Clone, Copy, Debug)]
pub struct FailureText {
    /// The title: a few words.
    pub title: &'static str,
    /// The explanation, and what the visitor can do.
    pub text: &'static str,
    /// The sentence that follows where the end of the failure is unknown; otherwise `reopens` follows.
    pub otherwise: &'static str,
}

impl FailureText {
    pub(super) const fn new(title: &'static str, text: &'static str) -> Self {
        Self { title, text, otherwise: "" }
    }

    pub(super) const fn or(self, otherwise: &'static str) -> Self {
        Self { otherwise, ..self }
    }
}
