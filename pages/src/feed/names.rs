//! File names for other programs to write: valid on every system, distinct within a feed, and never a
//! path out of the folder in which they are written.

use std::collections::{HashMap, HashSet};

/// The maximum length of a name in bytes, extension included: file systems allow 255.
const MAX_LENGTH: usize = 240;

/// Device names of Windows, which no file can have, whatever its extension.
const DEVICES: [&str; 6] = ["con", "prn", "aux", "nul", "com", "lpt"];

/// The names that a feed has used.
pub struct Names {
    taken: HashSet<String>,
    /// The next number to try, for names that differ in nothing but their number: to start at 2 each time
    /// would take quadratic time.
    next_numbers: HashMap<String, usize>,
    /// Whether names are compared without regard to case.
    fold: bool,
    /// The number of names that were tried.
    #[cfg(test)]
    tried: usize,
}

impl Names {
    /// A set of names that is case-sensitive.
    pub fn exact() -> Self {
        Self::new(false)
    }

    /// A set of names that ignores case.
    pub fn folded() -> Self {
        Self::new(true)
    }

    fn new(fold: bool) -> Self {
        Self {
            taken: HashSet::new(),
            next_numbers: HashMap::new(),
            fold,
            #[cfg(test)]
            tried: 0,
        }
    }

    /// A valid, unused name: `stem` with invalid characters replaced, then `ending`, with a number
    /// between them if the name was used before.
    pub fn give(&mut self, stem: &str, ending: &str) -> String {
        let stem = valid_stem(stem, MAX_LENGTH.saturating_sub(ending.len()));
        let name = format!("{stem}{ending}");
        if self.take(&name) {
            return name;
        }
        // The key of all names that differ from this one in their number only; no valid stem contains a
        // slash. All numbers below the remembered one are taken, and names are never freed.
        let series = self.key_of(&format!("{stem} (/){ending}"));
        let mut number = self.next_numbers.get(&series).copied().unwrap_or(2);
        let mut name = format!("{stem} ({number}){ending}");
        while !self.take(&name) {
            number += 1;
            name = format!("{stem} ({number}){ending}");
        }
        self.next_numbers.insert(series, number + 1);
        name
    }

    /// Adds a name; `false` if it was used before.
    pub fn take(&mut self, name: &str) -> bool {
        #[cfg(test)]
        {
            self.tried += 1;
        }
        self.taken.insert(self.key_of(name))
    }

    fn key_of(&self, name: &str) -> String {
        if self.fold { name.to_lowercase() } else { name.to_owned() }
    }
}

/// Splits a name into its stem and its extension with the dot, for a file that keeps its own extension.
pub fn split(name: &str) -> (&str, &str) {
    let at = signpost_core::kind::extension(name).map(|extension| name.len() - extension.len() - 1);
    at.and_then(|at| name.split_at_checked(at)).unwrap_or((name, ""))
}

/// The stem with invalid characters replaced, cut to at most `most` bytes. Invalid are separators,
/// characters that Windows forbids, control characters, and white space or dots at the ends.
fn valid_stem(stem: &str, most: usize) -> String {
    let mut valid = String::with_capacity(stem.len().min(most));
    for letter in stem.trim_start_matches([' ', '\u{feff}']).chars() {
        let letter = match letter {
            '/' | '\\' | ':' | '*' | '?' | '"' | '<' | '>' | '|' => '_',
            letter if letter.is_control() || matches!(letter, '\u{2028}' | '\u{2029}') => '_',
            letter => letter,
        };
        if valid.len() + letter.len_utf8() > most {
            break;
        }
        valid.push(letter);
    }
    // Windows drops dots and spaces at the end, so that `..` followed by one would be `..` again.
    valid.truncate(valid.trim_end_matches([' ', '.']).len());
    if valid.is_empty() || is_device(&valid) {
        valid.insert(0, '_');
    }
    valid
}

fn is_device(stem: &str) -> bool {
    let first = stem.split('.').next().unwrap_or_default().trim_end().to_ascii_lowercase();
    DEVICES.iter().any(|device| {
        let numbered = matches!(*device, "com" | "lpt");
        first.strip_prefix(device).is_some_and(|rest| match rest.as_bytes() {
            [] => !numbered,
            [digit] => numbered && digit.is_ascii_digit(),
            _ => false,
        })
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_name_leads_out_of_its_folder() {
        const CASES: &[(&str, &str)] = &[
            ("..", "_"),
            (".", "_"),
            (". .", "_"),
            (".. ", "_"),
            ("...", "_"),
            ("..\\..\\evil", ".._.._evil"),
            ("../evil", ".._evil"),
            ("/etc/passwd", "_etc_passwd"),
            ("C:\\x", "C__x"),
            ("C:x", "C_x"),
            ("a\nb\r\tc\0\x7f\u{85}\u{2028}", "a_b__c____"),
            (" a ", "a"),
            ("  ", "_"),
            ("", "_"),
            ("a. . ", "a"),
            (".hidden", ".hidden"),
            ("CON", "_CON"),
            ("con.x", "_con.x"),
            ("COM1", "_COM1"),
            ("com", "com"),
            ("COM10", "COM10"),
            ("contact", "contact"),
            ("图 <1>|\"?*", "图 _1_____"),
            ("<&>\"'", "_&__'"),
        ];
        for (stem, want) in CASES {
            let got = Names::exact().give(stem, ".strm");
            assert_eq!(got, format!("{want}.strm"), "{stem:?}");
        }
    }

    #[test]
    fn no_two_names_are_the_same() {
        let mut names = Names::folded();
        let given = ["a:b", "a?b", "A_b", "a_b (2)", "É", "é"].map(|stem| names.give(stem, ".x"));
        assert_eq!(given, ["a_b.x", "a_b (2).x", "A_b (3).x", "a_b (2) (2).x", "É.x", "é (2).x"]);
        let mut names = Names::exact();
        let given = ["a", "A", "a"].map(|stem| names.give(stem, ""));
        assert_eq!(given, ["a", "A", "a (2)"]);
    }

    /// The names by a simple algorithm that tries every number from 2 on.
    fn by_trying(names: &[(String, &str)], fold: bool) -> Vec<String> {
        let mut taken = HashSet::new();
        let folded = |name: &str| if fold { name.to_lowercase() } else { name.to_owned() };
        let mut give = |stem: &str, ending: &str| {
            let stem = valid_stem(stem, MAX_LENGTH.saturating_sub(ending.len()));
            let numbered = (2..).map(|number| format!("{stem} ({number}){ending}"));
            let mut tried = std::iter::once(format!("{stem}{ending}")).chain(numbered);
            tried.find(|name| taken.insert(folded(name))).unwrap()
        };
        names.iter().map(|(stem, ending)| give(stem, ending)).collect()
    }

    /// Lists of `count` names that become the same name, each list for another reason.
    fn crowds(count: usize) -> Vec<(&'static str, Vec<(String, &'static str)>)> {
        const MARKS: [char; 8] = [':', '*', '?', '"', '<', '>', '|', '\\'];
        let marked = |number: usize| {
            let mark = |place: usize| MARKS[number / 8_usize.pow(place.try_into().unwrap()) % 8];
            (0..5).map(mark).collect::<String>()
        };
        let list = |name: &dyn Fn(usize) -> String, ending| {
            (0..count).map(|number| (name(number), ending)).collect::<Vec<_>>()
        };
        let half = count / 2;
        vec![
            ("the first bytes", list(&|number| format!("{}{number}", "图".repeat(80)), ".strm")),
            ("all but separators", list(&|number| format!("a{}", marked(number)), ".mkv")),
            ("case", list(&|number| if number % 2 == 0 { "É" } else { "é" }.to_owned(), "")),
            (
                "numbers that are taken",
                list(
                    &|number| {
                        if number < half { format!("a ({})", number + 2) } else { "a".into() }
                    },
                    ".x",
                ),
            ),
            (
                "numbers behind numbers",
                list(&|number| format!("a{}", " (2)".repeat(number % 7)), ".x"),
            ),
            ("dots and spaces at the end", list(&|number| format!("a{}", ". ".repeat(number)), "")),
        ]
    }

    #[test]
    fn names_that_become_the_same_take_a_few_tries_each() {
        for fold in [false, true] {
            for count in [1_000, 2_000, 4_000] {
                for (what, list) in crowds(count) {
                    let mut names = Names::new(fold);
                    let given = list.iter().map(|(stem, ending)| names.give(stem, ending));
                    let given = given.collect::<HashSet<_>>();
                    assert_eq!(given.len(), count, "{what}");
                    assert!(
                        given.iter().all(|name| name.len() <= 255 && !name.contains(['/', '\\']))
                    );
                    assert!(names.tried <= 3 * count, "{what}: {} tries for {count}", names.tried);
                }
            }
        }
    }

    #[test]
    fn a_number_is_the_first_that_is_free() {
        for fold in [false, true] {
            for (what, list) in crowds(120) {
                let mut names = Names::new(fold);
                let given = list.iter().map(|(stem, ending)| names.give(stem, ending));
                assert_eq!(given.collect::<Vec<_>>(), by_trying(&list, fold), "{what}");
            }
            let odd =
                ["ΑΣ", "Ασ", "ας", "ΑΣ", "Ας", "ασ", "ΑΣ (2)", "İ", "i\u{307}", "I", "ß", "ẞ"];
            let list = [odd, odd].concat();
            let list =
                list.into_iter().flat_map(|stem| [(stem.to_owned(), ".x"), (stem.into(), "Σ")]);
            let list = list.collect::<Vec<_>>();
            let mut names = Names::new(fold);
            let given = list.iter().map(|(stem, ending)| names.give(stem, ending));
            assert_eq!(given.collect::<Vec<_>>(), by_trying(&list, fold));
        }
    }

    #[test]
    fn a_long_name_keeps_its_ending_and_whole_letters() {
        let name = Names::exact().give(&"图".repeat(200), ".strm");
        assert_eq!(name.len(), 3 * ((MAX_LENGTH - 5) / 3) + 5);
        assert!(name.ends_with("图.strm"));
    }

    #[test]
    fn an_extension_stays_apart() {
        for (name, want) in [
            ("a.mkv", ("a", ".mkv")),
            ("a.tar.gz", ("a.tar", ".gz")),
            (".bashrc", (".bashrc", "")),
            ("a. b", ("a. b", "")),
            ("a", ("a", "")),
        ] {
            assert_eq!(split(name), want);
        }
    }
}
