//! Folds letters for comparison: without what a reader may leave out, which is case, accents and width.

/// The letters U+00C0 to U+017F without accents, in lower case; `-` for those that stay as they are.
const LATIN: &[u8; 192] = b"aaaaaaaceeeeiiiidnooooo-ouuuuytsaaaaaaaceeeeiiiidnooooo-ouuuuyty\
aaaaaaccccccccddddeeeeeeeeeegggggggghhhhiiiiiiiiiiiijjkkkllllllllllnnnnnnnnnoooooooorrrrrrs\
sssssssttttttuuuuuuuuuuuuwwyyyzzzzzzs";

/// The folded form of a letter; `None` for an accent that is a character of its own.
pub fn fold(letter: char) -> Option<char> {
    if letter.is_ascii() {
        return Some(letter.to_ascii_lowercase());
    }
    Some(match u32::from(letter) {
        0xA0 | 0x3000 => ' ',
        code @ 0xC0..=0x17F => match LATIN.get(code as usize - 0xC0) {
            Some(b'-') | None => letter,
            Some(plain) => char::from(*plain),
        },
        0x300..=0x36F => return None,
        0x370..=0x556 => small(letter)?,
        // The wide forms of ASCII.
        code @ 0xFF01..=0xFF5E => char::from_u32(code - 0xFEE0)?.to_ascii_lowercase(),
        _ => letter,
    })
}

/// The lower case of Greek, Cyrillic and Armenian letters. Measured: the standard library's table of all
/// scripts is 11 KB.
fn small(letter: char) -> Option<char> {
    let code = u32::from(letter);
    char::from_u32(match letter {
        'Ά' | 'ά' => return Some('α'),
        'Έ' | 'έ' => return Some('ε'),
        'Ή' | 'ή' => return Some('η'),
        'Ί' | 'ί' | 'Ϊ' | 'ϊ' | 'ΐ' => return Some('ι'),
        'Ό' | 'ό' => return Some('ο'),
        'Ύ' | 'ύ' | 'Ϋ' | 'ϋ' | 'ΰ' => return Some('υ'),
        'Ώ' | 'ώ' => return Some('ω'),
        'ς' => return Some('σ'),
        'Ё' | 'ё' => return Some('е'),
        'Α'..='Ω' | 'А'..='Я' => code + 0x20,
        'Ѐ'..='Џ' => code + 0x50,
        'Ѡ'..='ҁ' | 'Ҋ'..='ҿ' | 'Ӑ'..='ԯ' => code | 1,
        'Ա'..='Ֆ' => code + 0x30,
        _ => code,
    })
}

/// Appends the folded form of a text to `out`.
pub fn push_folded(out: &mut String, text: &str) {
    if text.is_ascii() {
        let begin = out.len();
        out.push_str(text);
        if let Some(added) = out.get_mut(begin..) {
            added.make_ascii_lowercase();
        }
    } else {
        out.extend(text.chars().filter_map(fold));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn case_accents_and_width_do_not_count() {
        const CASES: &[(&str, &str)] = &[
            ("Read ME.TXT", "read me.txt"),
            ("Ünïcödé Ærø ŁÓDŹ Ÿ ×÷ ß", "unicode aro lodz y ×÷ s"),
            ("cafe\u{301} café", "cafe cafe"),
            ("ΑΒΓ ΣΣς Ώώ", "αβγ σσσ ωω"),
            ("ЖЁж Єє Ґґ Աա", "жеж єє ґґ աա"),
            ("ＡＢＣ　１２３（）！", "abc 123()!"),
            ("第１集", "第1集"),
            ("中国 かな 한글 😀", "中国 かな 한글 😀"),
        ];
        for (text, want) in CASES {
            let mut got = String::new();
            push_folded(&mut got, text);
            assert_eq!(got, *want, "{text}");
        }
    }

    #[test]
    fn large_letters_are_compared_as_small_ones() {
        for letter in
            ('\u{370}'..='\u{3ff}').chain('\u{400}'..='\u{4bf}').chain('\u{4d0}'..='\u{556}')
        {
            let small = letter.to_lowercase().next().unwrap();
            // Letters that are Greek or Coptic in books only.
            let is_rare = matches!(letter, 'Ͱ'..='Ϳ' | 'Ϗ'..='Ͽ');
            assert!(is_rare || fold(small) == fold(letter), "{letter} {small}");
        }
    }

    #[test]
    fn folded_latin_is_latin_in_lower_case() {
        for letter in '\u{c0}'..='\u{17f}' {
            let folded = fold(letter).unwrap();
            assert!(folded.is_ascii_lowercase() || folded == letter, "{letter} {folded}");
            let small = letter.to_lowercase().next().unwrap();
            assert_eq!(fold(small), Some(folded), "{letter}");
        }
    }
}
