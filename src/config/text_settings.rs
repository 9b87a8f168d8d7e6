//! Names and hints of configuration errors in settings that are set as JSON text: in a secret, or in a text
//! variable of Cloudflare's dashboard.

use std::borrow::Cow;

use super::error::ConfigError;
use super::lookup::Settings;
use super::read::HINT;

/// The settings that hold tables or lists.
const STRUCTURED: [&str; 3] = ["SITE", "MOUNTS", "RULES"];
/// The hint for a text, in place of the one that names `wrangler.toml`.
const HINT_FOR_TEXT: &str = "correct it where it is set: in Cloudflare's dashboard under Settings, Variables \
                             and Secrets, or by npx wrangler secret put; docs/en/configuration.md lists every \
                             setting";

/// The settings that are set as JSON text, and not as tables of `wrangler.toml`.
#[derive(Clone, Debug, Default)]
pub struct TextSettings(Vec<&'static str>);

impl TextSettings {
    /// The settings that are set as text among these.
    pub fn of(settings: &impl Settings) -> Self {
        Self(STRUCTURED.into_iter().filter(|name| settings.is_text(name)).collect())
    }

    /// The name of a setting in reports: for `MOUNTS[1].path` as text `the secret or variable MOUNTS, 2nd
    /// entry, path`.
    pub fn name<'n>(&self, setting: &'n str) -> Cow<'n, str> {
        let root = setting.split(['[', '.']).next().unwrap_or_default();
        if !self.0.contains(&root) {
            return Cow::Borrowed(setting);
        }
        let rest = setting.strip_prefix(root).unwrap_or_default();
        let index = rest.strip_prefix('[').and_then(|rest| rest.split_once(']'));
        let (entry, field) = match index {
            Some((index, field)) => {
                (index.parse().map(ordinal).map(|nth| format!(", {nth} entry")), field)
            }
            None => (Ok(String::new()), rest),
        };
        let Ok(entry) = entry else { return Cow::Borrowed(setting) };
        let field = field.strip_prefix('.').map(|field| [", ", field].concat());
        Cow::Owned(format!("the secret or variable {root}{entry}{}", field.unwrap_or_default()))
    }

    /// The error as it is reported: with the setting's name and the hint of a text where the setting is one.
    pub fn locate(&self, mut error: ConfigError) -> ConfigError {
        if let Cow::Owned(setting) = self.name(&error.setting) {
            error.setting = setting;
            if error.hint == HINT {
                HINT_FOR_TEXT.clone_into(&mut error.hint);
            }
        }
        error
    }
}

/// The ordinal of an index that is counted from 0: `1st`, `2nd`, `11th`.
fn ordinal(index: usize) -> String {
    let number = index.saturating_add(1);
    let suffix = match (number % 10, number % 100) {
        (1, 1 | 21..) => "st",
        (2, 2 | 21..) => "nd",
        (3, 3 | 21..) => "rd",
        _ => "th",
    };
    format!("{number}{suffix}")
}

#[cfg(test)]
mod tests {
    use super::*;

    struct Texts(&'static [&'static str]);

    impl Settings for Texts {
        fn get(&self, name: &str) -> Option<String> {
            self.is_text(name).then(String::new)
        }

        fn is_text(&self, name: &str) -> bool {
            self.0.contains(&name)
        }
    }

    #[test]
    fn a_setting_that_is_text_is_called_a_secret_or_variable_and_its_entries_are_counted() {
        let texts = TextSettings::of(&Texts(&["SITE", "MOUNTS", "SITE_KEYS"]));
        for (setting, want) in [
            ("SITE", "the secret or variable SITE"),
            ("SITE.icon", "the secret or variable SITE, icon"),
            ("MOUNTS[0]", "the secret or variable MOUNTS, 1st entry"),
            ("MOUNTS[1].path", "the secret or variable MOUNTS, 2nd entry, path"),
            ("MOUNTS[2].hosts[1]", "the secret or variable MOUNTS, 3rd entry, hosts[1]"),
            ("MOUNTS[10].path", "the secret or variable MOUNTS, 11th entry, path"),
            ("MOUNTS[21].path", "the secret or variable MOUNTS, 22nd entry, path"),
            ("RULES[1].path", "RULES[1].path"),
            ("SITE_KEYS", "SITE_KEYS"),
        ] {
            assert_eq!(texts.name(setting), want);
        }
        assert_eq!([110, 111, 112, 100].map(ordinal), ["111th", "112th", "113th", "101st"]);
    }

    #[test]
    fn the_hint_of_a_text_names_the_dashboard_and_other_hints_stay() {
        let texts = TextSettings::of(&Texts(&["RULES"]));
        let hint_of = |setting, hint| texts.locate(ConfigError::new(setting, "wrong", hint)).hint;
        assert_eq!(hint_of("RULES[0].listed", HINT), HINT_FOR_TEXT);
        assert_eq!(hint_of("RULES[0].path", "use another path"), "use another path");
        assert_eq!(hint_of("MOUNTS[0].path", HINT), HINT);
    }
}
