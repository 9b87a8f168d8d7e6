//! File names that are valid on every system, and never a path out of the folder in which they are written.

/// The maximum length of a name in bytes, extension included: file systems allow 255, and a program that
/// writes a file may have to add something to its name for a while.
pub const MAX_LENGTH: usize = 240;

/// Device names of Windows, which no file can have, whatever its extension.
const DEVICES: [&str; 6] = ["con", "prn", "aux", "nul", "com", "lpt"];

/// Splits a name into its stem and its extension with the dot; a name without an extension is all stem.
pub fn split(name: &str) -> (&str, &str) {
    let at = crate::kind::extension(name).map(|extension| name.len() - extension.len() - 1);
    at.and_then(|at| name.split_at_checked(at)).unwrap_or((name, ""))
}

/// The stem with invalid characters replaced, cut to at most `most` bytes. Invalid are separators,
/// characters that Windows forbids, control characters, and white space or dots at the ends.
pub fn valid_stem(stem: &str, most: usize) -> String {
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
            assert_eq!(valid_stem(stem, MAX_LENGTH), *want, "{stem:?}");
        }
        assert_eq!(valid_stem(&"图".repeat(200), 100), "图".repeat(33));
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
