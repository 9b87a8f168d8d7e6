//! Removes what could be a secret from 123Pan's messages, so that the owner can be shown them.

/// Maximum length of a message, in characters.
const MAX: usize = 120;

/// The character that replaces anything that could be a secret.
const HIDDEN: char = '…';

/// Cleans a message: without control characters, cut at 120 characters, and with `…` for whatever looks
/// like a URL or an e-mail address, for runs of six or more ASCII letters, digits, `-` and `_` that hold a
/// digit, and for longer runs of what tokens are made of. `None` if nothing is left.
pub fn clean(message: &str) -> Option<String> {
    let mut cleaned = String::new();
    // The end of a URL may contain characters of any script.
    let ends_url = |c: char| c.is_whitespace() || "，。；、）】》”".contains(c);
    let mut rest = message;
    while let Some(first) = rest.chars().next() {
        let end = rest.find(|c: char| !c.is_ascii_graphic()).unwrap_or(rest.len());
        let (chunk, after) = rest.split_at_checked(end).unwrap_or((rest, ""));
        if chunk.is_empty() {
            rest = rest.get(first.len_utf8()..).unwrap_or_default();
            if first.is_whitespace() {
                cleaned.push(' ');
            } else if !is_unseen(first) {
                cleaned.push(first);
            }
        } else if is_address(chunk) {
            hide(&mut cleaned);
            rest = after.get(after.find(ends_url).unwrap_or(after.len())..).unwrap_or_default();
        } else {
            push_chunk(&mut cleaned, chunk);
            rest = after;
        }
    }
    let cleaned = cleaned.trim().chars().take(MAX).collect::<String>();
    Some(cleaned).filter(|cleaned| !cleaned.is_empty())
}

/// Whether a character is a control character, has no width, or changes the direction of the text after it.
fn is_unseen(c: char) -> bool {
    let code = u32::from(c);
    c.is_control()
        || matches!(code, 0xad | 0x61c | 0x200b..=0x200f | 0x2028..=0x202e | 0x2060..=0x206f | 0xfeff)
}

/// Whether a word looks like an address: `https://h/a`, `www.h.com`, `h.com/a`, `//h/a`, `a@h.com`,
/// `token=a`.
fn is_address(chunk: &str) -> bool {
    let chunk = chunk.to_ascii_lowercase();
    chunk.contains("//")
        || chunk.contains("www.")
        || chunk.contains('@')
        || (chunk.contains('.') && chunk.contains('/'))
        || chunk.contains('=')
}

fn push_chunk(out: &mut String, chunk: &str) {
    let is_token = |c: char| c.is_ascii_alphanumeric() || "-_+/=.~%".contains(c);
    let is_word = |c: char| c.is_ascii_alphanumeric() || c == '-' || c == '_';
    for run in runs(chunk, &is_token) {
        if run.len() >= 24 && run.starts_with(is_token) {
            hide(out);
            continue;
        }
        for word in runs(run, &is_word) {
            let has_digit = word.bytes().any(|byte| byte.is_ascii_digit());
            if word.len() >= 6 && has_digit && word.starts_with(is_word) {
                hide(out);
            } else {
                out.push_str(word);
            }
        }
    }
}

/// Splits a text into runs of characters that are all of a kind, or all not.
fn runs<'t>(text: &'t str, kind: &dyn Fn(char) -> bool) -> impl Iterator<Item = &'t str> {
    let mut rest = text;
    std::iter::from_fn(move || {
        let of_kind = kind(rest.chars().next()?);
        let end = rest.find(|c| kind(c) != of_kind).unwrap_or(rest.len());
        let (run, after) = rest.split_at_checked(end)?;
        rest = after;
        Some(run)
    })
}

fn hide(out: &mut String) {
    if !out.ends_with(HIDDEN) {
        out.push(HIDDEN);
    }
}
