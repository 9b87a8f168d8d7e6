//! Names of XML elements, with their namespaces.

/// The namespace of WebDAV's own elements and properties.
pub(crate) const DAV: &str = "DAV:";

/// A name as XML expands it: a namespace, empty for none, and a local name, which is an `NCName`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct ExpandedName {
    pub(crate) namespace: String,
    pub(crate) local: String,
}

/// The prefixes that a document declares for the namespaces of the names in it.
#[derive(Debug)]
pub(crate) struct Prefixes {
    /// Each namespace once, with its prefix.
    declared: Vec<(String, String)>,
}

impl Prefixes {
    /// The prefixes for names of any namespace.
    pub fn of(names: &[ExpandedName]) -> Self {
        let mut declared = vec![(DAV.to_owned(), "D".to_owned())];
        for name in names {
            let is_known = |(namespace, _): &(String, String)| *namespace == name.namespace;
            if !name.namespace.is_empty() && !declared.iter().any(is_known) {
                declared.push((name.namespace.clone(), format!("n{}", declared.len())));
            }
        }
        Self { declared }
    }

    /// The attributes by which an element declares the prefixes.
    pub fn declarations(&self) -> impl Iterator<Item = (String, &str)> {
        let declared = self.declared.iter();
        declared.map(|(namespace, prefix)| (format!("xmlns:{prefix}"), namespace.as_str()))
    }

    /// A name with the prefix of its namespace.
    pub fn qualified(&self, name: &ExpandedName) -> String {
        let found = self.declared.iter().find(|(namespace, _)| *namespace == name.namespace);
        found.map_or_else(|| name.local.clone(), |(_, prefix)| format!("{prefix}:{}", name.local))
    }
}

/// Whether a text is an `NCName`, and so may stand in XML as an element's name without a prefix (Namespaces in
/// XML 1.0, section 3). The reader does not hold names to that.
pub(crate) fn is_nc_name(text: &str) -> bool {
    let mut letters = text.chars();
    letters.next().is_some_and(is_name_start)
        && letters.all(|letter| is_name_start(letter) || is_name_part(letter))
}

/// The production `NameStartChar` of XML 1.0, without the colon.
fn is_name_start(letter: char) -> bool {
    matches!(letter,
        'A'..='Z' | '_' | 'a'..='z' | '\u{c0}'..='\u{d6}' | '\u{d8}'..='\u{f6}' | '\u{f8}'..='\u{2ff}'
        | '\u{370}'..='\u{37d}' | '\u{37f}'..='\u{1fff}' | '\u{200c}'..='\u{200d}' | '\u{2070}'..='\u{218f}'
        | '\u{2c00}'..='\u{2fef}' | '\u{3001}'..='\u{d7ff}' | '\u{f900}'..='\u{fdcf}' | '\u{fdf0}'..='\u{fffd}'
        | '\u{10000}'..='\u{effff}')
}

/// The characters that the production `NameChar` of XML 1.0 adds to [`is_name_start`].
fn is_name_part(letter: char) -> bool {
    matches!(letter, '-' | '.' | '0'..='9' | '\u{b7}' | '\u{300}'..='\u{36f}' | '\u{203f}'..='\u{2040}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_one_that_an_element_can_have() {
        for name in ["a", "_", "a-1.b", "é", "名", "x\u{300}", "\u{10000}"] {
            assert!(is_nc_name(name), "{name:?}");
        }
        for name in [
            "",
            "1",
            "-a",
            "a:b",
            "a b",
            "a<b",
            "a\"",
            "a&b",
            "a\0",
            "\u{300}",
            "×",
            "a\u{ffff}",
            "a/",
        ] {
            assert!(!is_nc_name(name), "{name:?}");
        }
    }
}
