//! File names for other programs to write: valid on every system, distinct within a feed, and never a
//! path out of the folder in which they are written.

use std::collections::{HashMap, HashSet};

use signpost_core::file_name::{MAX_LENGTH, valid_stem};

/// The names that a feed has used in one folder; they are case-sensitive.
#[derive(Default)]
pub struct Names {
    taken: HashSet<String>,
    /// The next number to try, for names that differ in nothing but their number: to start at 2 each time
    /// would take quadratic time.
    next_numbers: HashMap<String, usize>,
    /// The number of names that were tried.
    #[cfg(test)]
    tried: usize,
}

impl Names {
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
        let series = format!("{stem} (/){ending}");
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
        self.taken.insert(name.to_owned())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_two_names_are_the_same() {
        let mut names = Names::default();
        let given = ["a:b", "a?b", "A_b", "a_b (2)"].map(|stem| names.give(stem, ".x"));
        assert_eq!(given, ["a_b.x", "a_b (2).x", "A_b.x", "a_b (2) (2).x"]);
        let mut names = Names::default();
        let given = ["a", "A", "a"].map(|stem| names.give(stem, ""));
        assert_eq!(given, ["a", "A", "a (2)"]);
    }

    /// The names by a simple algorithm that tries every number from 2 on.
    fn by_trying(names: &[(String, &str)]) -> Vec<String> {
        let mut taken = HashSet::new();
        let mut give = |stem: &str, ending: &str| {
            let stem = valid_stem(stem, MAX_LENGTH.saturating_sub(ending.len()));
            let numbered = (2..).map(|number| format!("{stem} ({number}){ending}"));
            let mut tried = std::iter::once(format!("{stem}{ending}")).chain(numbered);
            tried.find(|name| taken.insert(name.clone())).unwrap()
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
        for count in [1_000, 2_000, 4_000] {
            for (what, list) in crowds(count) {
                let mut names = Names::default();
                let given = list.iter().map(|(stem, ending)| names.give(stem, ending));
                let given = given.collect::<HashSet<_>>();
                assert_eq!(given.len(), count, "{what}");
                assert!(given.iter().all(|name| name.len() <= 255 && !name.contains(['/', '\\'])));
                assert!(names.tried <= 3 * count, "{what}: {} tries for {count}", names.tried);
            }
        }
    }

    #[test]
    fn a_number_is_the_first_that_is_free() {
        for (what, list) in crowds(120) {
            let mut names = Names::default();
            let given = list.iter().map(|(stem, ending)| names.give(stem, ending));
            assert_eq!(given.collect::<Vec<_>>(), by_trying(&list), "{what}");
        }
        let odd = ["ΑΣ", "Ασ", "ας", "ΑΣ", "Ας", "ασ", "ΑΣ (2)", "İ", "i\u{307}", "I", "ß", "ẞ"];
        let list = [odd, odd].concat();
        let list = list.into_iter().flat_map(|stem| [(stem.to_owned(), ".x"), (stem.into(), "Σ")]);
        let list = list.collect::<Vec<_>>();
        let mut names = Names::default();
        let given = list.iter().map(|(stem, ending)| names.give(stem, ending));
        assert_eq!(given.collect::<Vec<_>>(), by_trying(&list));
    }

    #[test]
    fn a_long_name_keeps_its_ending_and_whole_letters() {
        let name = Names::default().give(&"图".repeat(200), ".strm");
        assert_eq!(name.len(), 3 * ((MAX_LENGTH - 5) / 3) + 5);
        assert!(name.ends_with("图.strm"));
    }
}
