//! The message catalogue of one language: every text of the pages.

use super::doctor::DoctorWords;
use super::embed::EmbedWords;
use super::file::FileWords;
use super::script::ScriptWords;
use crate::moment::Moment;
use crate::view::Failure;

/// The words of one language. `{n}` and the like stand for what is put in.
#[derive(Debug)]
pub struct Words {
    /// The name of the way from the root to here, for screen readers.
    pub crumbs: &'static str,
    /// Leads past the bar, for the keyboard.
    pub skip: &'static str,
    /// The switch for the language, and for light or dark.
    pub look: LookWords,
    /// Folder pages.
    pub folder: FolderWords,
    /// Files' pages.
    pub file: FileWords,
    /// The script of folder pages.
    pub script: ScriptWords,
    /// The page that asks for a password.
    pub login: LoginWords,
    /// Failure pages, besides the failures themselves.
    pub failure: FailureWords,
    /// Files in frames of other pages.
    pub embed: EmbedWords,
    /// The Referer doctor.
    pub doctor: DoctorWords,
    /// What a failure means.
    pub(super) told: fn(Failure) -> Told,
    /// A moment as it is written in this language.
    pub(super) moment: fn(&Moment) -> String,
}

/// The form for the look.
#[derive(Debug)]
pub struct LookWords {
    /// The form's name.
    pub name: &'static str,
    /// The choice of the language.
    pub language: &'static str,
    /// The choice of light or dark.
    pub theme: &'static str,
    /// As the system has it, light, dark.
    pub themes: [&'static str; 3],
}

/// Folder pages.
#[derive(Debug)]
pub struct FolderWords {
    /// Columns.
    pub name: &'static str,
    #[expect(missing_docs, reason = "a column")]
    pub size: &'static str,
    #[expect(missing_docs, reason = "a column")]
    pub modified: &'static str,
    /// How many there are: of one, of any other number.
    pub folders: [&'static str; 2],
    #[expect(missing_docs, reason = "as for folders")]
    pub files: [&'static str; 2],
    /// How many entries a folder of the list has.
    pub items: [&'static str; 2],
    /// What stands between the two.
    pub and: &'static str,
    /// How large the files are together, where some don't say.
    pub at_least: &'static str,
    /// The zone that times are told in.
    pub zone: &'static str,
    /// How long ago: in minutes, hours, days, months, years; of one, of any other number.
    pub ago: [[&'static str; 2]; 5],
    /// Less than a minute ago.
    pub just_now: &'static str,
    /// That a folder needs a password or a link.
    pub locked: &'static str,
    /// That there is nothing in it.
    pub empty: &'static str,
    /// That it is the built-in demo; HTML.
    pub demo: &'static str,
    /// In a catalogue of books, what leads to those of a folder that has folders as well.
    pub books: &'static str,
    /// That it has files that can't be listed.
    pub remote: &'static str,
    /// See [`crate::view::Notice`].
    pub loading: &'static str,
    #[expect(missing_docs, reason = "see Notice")]
    pub stale: &'static str,
    #[expect(missing_docs, reason = "see Notice")]
    pub lacks_some: &'static str,
}

/// The page that asks for a password.
#[derive(Debug)]
pub struct LoginWords {
    /// Its heading.
    pub title: &'static str,
    /// Above the field.
    pub label: &'static str,
    /// That what was given is not right.
    pub wrong: &'static str,
    /// The button.
    pub submit: &'static str,
}

/// Failure pages.
#[derive(Debug)]
pub struct FailureWords {
    /// Before the list of faults.
    pub for_owner: &'static str,
    /// Leads to the root.
    pub home: &'static str,
    /// Loads the page once more.
    pub again: &'static str,
    /// When a limit is open again: follows what was told.
    pub reopens: &'static str,
}

impl Words {
    /// A failure's heading.
    pub fn failure_title(&self, failure: Failure) -> &'static str {
        (self.told)(failure).title
    }

    /// What a failure means, with the moment at which it ends.
    pub(crate) fn failure_text(&self, failure: Failure, ends: Option<&Moment>) -> String {
        let told = (self.told)(failure);
        let mut text = told.text.to_owned();
        match ends {
            Some(moment) => {
                text.push_str(&self.failure.reopens.replace("{when}", &(self.moment)(moment)));
            }
            None => text.push_str(told.otherwise),
        }
        text
    }
}

/// A failure in words.
#[derive(Clone, Copy, Debug)]
pub struct Told {
    /// In a few words.
    pub title: &'static str,
    /// What it means, and what to do.
    pub text: &'static str,
    /// What follows where it ends at a known moment, instead of `otherwise`.
    pub otherwise: &'static str,
}

impl Told {
    pub(super) const fn new(title: &'static str, text: &'static str) -> Self {
        Self { title, text, otherwise: "" }
    }

    pub(super) const fn or(self, otherwise: &'static str) -> Self {
        Self { otherwise, ..self }
    }
}
