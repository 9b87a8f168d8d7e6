//! Sequences of tokens as globs.

use super::sequence::{Sequence, Token};
use crate::access::hide::Glob;

/// Maximum number of globs for one sequence.
const MAX_GLOBS: usize = 32;

/// The glob that matches the names in which a sequence is found. `Some(None)` if it is found in no name,
/// `None` if there is no such glob.
#[expect(clippy::option_option, reason = "no match is an answer, no glob is none")]
pub fn name_glob(sequence: &Sequence) -> Option<Option<String>> {
    let Some(tokens) = anchored(sequence)? else { return Some(None) };
    // No name has a slash.
    if tokens.iter().any(|token| token.letter() == Some('/')) {
        return Some(None);
    }
    written(&tokens).map(Some)
}

/// The globs that match the paths in which a sequence is found. A path begins with a slash, and so does
/// what is behind each of its folders. `None` if there are no such globs.
pub fn path_globs(sequence: &Sequence) -> Option<Vec<String>> {
    let Some(tokens) = anchored(sequence)? else { return Some(Vec::new()) };
    let mut globs = Vec::new();
    for parts in alternatives(&tokens)? {
        globs.extend(path_glob(&parts)?);
    }
    Some(globs)
}

/// The tokens that have to match a whole subject: `*` stands for what may be before and behind. `Some(None)`
/// if nothing can match, `None` for an anchor in the middle.
#[expect(clippy::option_option, reason = "no match is an answer, no tokens are none")]
fn anchored(sequence: &Sequence) -> Option<Option<Vec<Token>>> {
    let starts = sequence.iter().take_while(|token| **token == Token::Start).count();
    let ends = sequence.iter().rev().take_while(|token| **token == Token::End).count();
    let inner = sequence.get(starts..sequence.len().saturating_sub(ends)).unwrap_or_default();
    if inner.iter().any(|token| matches!(token, Token::Start | Token::End)) {
        return None;
    }
    let mut tokens = Vec::new();
    if starts == 0 {
        tokens.push(Token::Many);
    }
    tokens.extend(inner.iter().cloned());
    if ends == 0 {
        tokens.push(Token::Many);
    }
    tokens.dedup_by(|next, before| *next == Token::Many && *before == Token::Many);
    // `^$` matches an empty subject alone.
    Some((!tokens.is_empty()).then_some(tokens))
}

/// A part of a path's pattern.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Part {
    /// A slash.
    Slash,
    /// Any number of folders, between slashes.
    Folders,
    /// A token that matches no slash.
    Within(Token),
}

/// The tokens in each way in which those that match a slash can match it, or something else.
fn alternatives(tokens: &[Token]) -> Option<Vec<Vec<Part>>> {
    let mut all = vec![Vec::new()];
    let mut rest = tokens;
    // Whatever is before a slash are folders.
    if let [Token::Many, slash, after @ ..] = tokens
        && slash.letter() == Some('/')
    {
        all = vec![vec![Part::Slash, Part::Folders, Part::Slash]];
        rest = after;
    }
    for token in rest {
        let slash = vec![Part::Slash];
        let ways = match token {
            Token::Many => vec![
                vec![Part::Within(Token::Many)],
                vec![
                    Part::Within(Token::Many),
                    Part::Slash,
                    Part::Folders,
                    Part::Slash,
                    Part::Within(Token::Many),
                ],
            ],
            token if token.letter() == Some('/') => vec![slash],
            token if token.is_match('/') => vec![vec![Part::Within(token.clone())], slash],
            token => vec![vec![Part::Within(token.clone())]],
        };
        all = all
            .iter()
            .flat_map(|before| ways.iter().map(move |way| [before.as_slice(), way].concat()))
            .collect();
        if all.len() > MAX_GLOBS {
            return None;
        }
    }
    Some(all)
}

/// The glob of one alternative; `Some(None)` where no path can match it.
#[expect(clippy::option_option, reason = "no match is an answer, no glob is none")]
fn path_glob(parts: &[Part]) -> Option<Option<String>> {
    let mut segments = vec![Vec::new()];
    for part in parts {
        match part {
            Part::Slash => segments.push(Vec::new()),
            part => segments.last_mut()?.push(part.clone()),
        }
    }
    // A path begins with a slash: before the first one there is nothing.
    let (first, segments) = segments.split_first()?;
    let is_many = |part: &Part| matches!(part, Part::Within(Token::Many | Token::ManyWithin));
    if !first.iter().all(is_many) || segments.is_empty() {
        return Some(None);
    }
    let mut names = Vec::new();
    for segment in segments {
        let tokens = segment.iter().map(|part| match part {
            Part::Within(token) => Some(token.clone()),
            Part::Slash | Part::Folders => None,
        });
        match (segment.as_slice(), tokens.collect::<Option<Vec<_>>>()) {
            ([Part::Folders], _) => names.push("**".to_owned()),
            // No name is empty.
            ([], _) => return Some(None),
            (_, Some(tokens)) => names.push(written(&tokens)?),
            (_, None) => return None,
        }
    }
    Some(Some(shortened(&names)))
}

/// The glob of a path's names, in its shortest form.
fn shortened(names: &[String]) -> String {
    let mut names = names.to_vec();
    names.dedup_by(|next, before| next == "**" && before == "**");
    // At the end they stand for one name or more already.
    if names.len() > 2 && names.ends_with(&["**".to_owned(), "*".to_owned()]) {
        names.pop();
    }
    match names.as_slice() {
        // At any depth below the rule.
        [folders, name] if folders == "**" && name != "**" => name.clone(),
        names => format!("/{}", names.join("/")),
    }
}

/// Tokens in the syntax of globs.
fn written(tokens: &[Token]) -> Option<String> {
    let mut glob = String::new();
    let mut is_behind_many = false;
    for token in tokens {
        let is_many = matches!(token, Token::Many | Token::ManyWithin);
        match token {
            // Two in a row say no more than one.
            Token::Many | Token::ManyWithin if is_behind_many => {}
            Token::Many | Token::ManyWithin => glob.push('*'),
            Token::Any => glob.push('?'),
            Token::Class { not, ranges } => match token.letter() {
                Some(letter) => push_letter(&mut glob, letter)?,
                None => push_class(&mut glob, *not, ranges)?,
            },
            Token::Start | Token::End => return None,
        }
        is_behind_many = is_many;
    }
    // It would be read as something else in front.
    (!glob.starts_with('!')).then_some(glob)
}

fn push_letter(glob: &mut String, letter: char) -> Option<()> {
    match letter {
        '*' | '?' | '[' => {
            glob.push('[');
            glob.push(letter);
            glob.push(']');
        }
        '\\' | '{' | '}' | '\0' | '/' => return None,
        letter => glob.push(letter),
    }
    Some(())
}

/// Appends a class: `]` first, `!` and `-` last, since they mean something elsewhere.
fn push_class(glob: &mut String, not: bool, ranges: &[(char, char)]) -> Option<()> {
    let is_special = |letter: char| matches!(letter, ']' | '!' | '-');
    let (mut plain, mut special) = (String::new(), Vec::new());
    for (from, to) in ranges {
        let (mut from, mut to) = (*from, *to);
        while from < to && is_special(from) {
            special.push(from);
            from = char::from_u32(u32::from(from) + 1)?;
        }
        while from < to && is_special(to) {
            special.push(to);
            to = char::from_u32(u32::from(to) - 1)?;
        }
        match (from, to) {
            (one, same) if one == same && is_special(one) => special.push(one),
            (one, same) if one == same => plain.push(one),
            (from, to) if u32::from(to) == u32::from(from) + 1 => plain.extend([from, to]),
            (from, to) => plain.extend([from, '-', to]),
        }
    }
    glob.push('[');
    if not {
        glob.push('!');
    }
    let has = |letter: char| special.contains(&letter);
    let mut class = String::new();
    if has(']') {
        class.push(']');
    }
    class.push_str(&plain);
    if has('!') {
        // In front it would negate.
        if class.is_empty() && !not && !has('-') {
            return None;
        }
        if class.is_empty() && !not {
            class.push('-');
            class.push('!');
            special.retain(|letter| *letter != '-');
        } else {
            class.push('!');
        }
    }
    if special.contains(&'-') {
        class.push('-');
    }
    if class.is_empty() || class.contains(['\\', '{', '}', '\0', '/']) {
        return None;
    }
    glob.push_str(&class);
    glob.push(']');
    Some(())
}

/// The globs that mean in the folder at `path` what this one means at the root: what is left of it there.
pub fn below(glob: &str, path: &[String]) -> Vec<String> {
    if !glob.contains('/') {
        return vec![glob.to_owned()];
    }
    let names = glob.trim_start_matches('/').split('/').collect::<Vec<_>>();
    let mut reached = vec![0];
    extend_over_folders(&names, &mut reached);
    for segment in path {
        let mut next = Vec::new();
        for at in reached {
            match names.get(at) {
                Some(&"**") => next.push(at),
                Some(name) if Glob::parse(name).is_ok_and(|glob| glob.is_match(segment)) => {
                    next.push(at + 1);
                }
                _ => {}
            }
        }
        next.sort_unstable();
        next.dedup();
        extend_over_folders(&names, &mut next);
        reached = next;
    }
    // What stands behind `**` is matched by that as well.
    let is_first = |at: &&usize| {
        let before = at.checked_sub(1).filter(|before| reached.contains(before));
        before.and_then(|before| names.get(before)) != Some(&"**")
    };
    let left = reached.iter().filter(is_first).filter_map(|at| names.get(*at..));
    let left = left.filter(|left| !left.is_empty());
    let mut globs = left
        .map(|left| shortened(&left.iter().map(|name| (*name).to_owned()).collect::<Vec<_>>()))
        .collect::<Vec<_>>();
    globs.sort();
    globs.dedup();
    globs
}

/// Adds the names behind each `**` that may stand for no folder.
fn extend_over_folders(names: &[&str], reached: &mut Vec<usize>) {
    for at in reached.clone() {
        if names.get(at) == Some(&"**") && at + 1 < names.len() {
            reached.push(at + 1);
        }
    }
    reached.sort_unstable();
    reached.dedup();
}
