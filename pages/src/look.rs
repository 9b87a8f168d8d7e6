//! How a visitor wants pages to look: what the cookie of the look says.

use serde::{Deserialize, Serialize};

use crate::language::Language;

/// Light or dark.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum Theme {
    /// As the visitor's system has it.
    #[default]
    Automatic,
    /// Dark on light.
    Light,
    /// Light on dark.
    Dark,
}

/// What a visitor chose, by the form at the foot of every page.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Look {
    /// `None`: as the browser asks.
    pub language: Option<Language>,
    /// Light or dark.
    pub theme: Theme,
}

impl Theme {
    /// All of them, in the order in which they are offered.
    pub const ALL: [Self; 3] = [Self::Automatic, Self::Light, Self::Dark];

    /// Its name in forms and cookies.
    pub fn name(self) -> &'static str {
        match self {
            Self::Automatic => "auto",
            Self::Light => "light",
            Self::Dark => "dark",
        }
    }

    /// The theme of a name that [`Theme::name`] gave.
    pub fn of_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|theme| theme.name() == name)
    }
}

impl Look {
    /// Its cookie's name.
    pub const COOKIE: &str = "look";

    /// Reads the cookie. What it doesn't know it takes for not chosen.
    pub fn of_cookie(value: &str) -> Self {
        let (language, theme) = value.split_once('.').unwrap_or((value, ""));
        Self {
            language: Language::of_tag(language),
            theme: Theme::of_name(theme).unwrap_or_default(),
        }
    }

    /// The cookie's value.
    pub fn cookie(self) -> String {
        let mut value = self.language.map_or("", Language::tag).to_owned();
        value.push('.');
        value.push_str(self.theme.name());
        value
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_chosen_comes_back_from_the_cookie() {
        for language in [None, Some(Language::English), Some(Language::Traditional)] {
            for theme in Theme::ALL {
                let look = Look { language, theme };
                assert_eq!(Look::of_cookie(&look.cookie()), look);
            }
        }
        for odd in ["", ".", "fr.pink", "zh-Hans;dark", "..", "zh.dark.dark"] {
            assert_eq!(Look::of_cookie(odd), Look::default(), "{odd:?}");
        }
    }
}
