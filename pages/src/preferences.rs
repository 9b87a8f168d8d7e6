//! A visitor's preferences for pages, language and theme, and the cookie that keeps them.

use serde::{Deserialize, Serialize};

use crate::language::Language;

/// The colour theme.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum Theme {
    /// The theme of the visitor's system.
    #[default]
    Automatic,
    /// Dark text on a light background.
    Light,
    /// Light text on a dark background.
    Dark,
}

/// A visitor's preferences, chosen in the form at the foot of every page.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Preferences {
    /// The language; `None` for the browser's `Accept-Language`.
    pub language: Option<Language>,
    /// The theme.
    pub theme: Theme,
}

impl Theme {
    /// All themes, in the order in which they are offered.
    pub const ALL: [Self; 3] = [Self::Automatic, Self::Light, Self::Dark];

    /// The theme's name in forms and cookies.
    pub fn name(self) -> &'static str {
        match self {
            Self::Automatic => "auto",
            Self::Light => "light",
            Self::Dark => "dark",
        }
    }

    /// The theme with this name, as [`Theme::name`] writes it.
    pub fn of_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|theme| theme.name() == name)
    }
}

impl Preferences {
    /// The name of the cookie.
    pub const COOKIE: &str = "look";

    /// Parses the cookie's value. An unknown language or theme counts as not chosen.
    pub fn of_cookie(value: &str) -> Self {
        let (language, theme) = value.split_once('.').unwrap_or((value, ""));
        Self {
            language: Language::of_tag(language),
            theme: Theme::of_name(theme).unwrap_or_default(),
        }
    }

    /// The value of the cookie.
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
    fn the_cookie_keeps_the_preferences() {
        for language in [None, Some(Language::English), Some(Language::Traditional)] {
            for theme in Theme::ALL {
                let preferences = Preferences { language, theme };
                assert_eq!(Preferences::of_cookie(&preferences.cookie()), preferences);
            }
        }
        for odd in ["", ".", "fr.pink", "zh-Hans;dark", "..", "zh.dark.dark"] {
            assert_eq!(Preferences::of_cookie(odd), Preferences::default(), "{odd:?}");
        }
    }
}
