//! The texts of AList's and OpenList's link storages, read as these programs read them, so that every file
//! keeps its path.
//!
//! Source: `drivers/123_link/parse.go` and `drivers/url_tree/util.go` of AList and OpenList. Only spaces
//! count as an indent, an entry belongs to the last folder of a lesser level, and a name taken from a URL
//! is what is behind its last slash, query included.

use std::borrow::Cow;

use crate::cli::import::report::code;
use crate::cli::tree_text::{EntryError, File, Folder, clean_url, is_name};
use crate::origin::clean_tail;
use crate::percent;

/// The grammar of a storage's lines.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Dialect {
    /// `123PanLink`: `[SIZE:][MODIFIED:]URL`. Names from URLs are decoded.
    PanLink,
    /// `UrlTree`: `[NAME:][SIZE:][MODIFIED:]URL`. Names from URLs stay as they are written.
    UrlTree,
}

/// A text that was read: its files, and what is to be said of lines.
#[derive(Debug, Default)]
pub struct ListText {
    /// The files and folders.
    pub root: Folder,
    /// Lines that are left out: the number of each, counted from 1, and the reason.
    pub left_out: Vec<(usize, String)>,
    /// Lines that act differently: the number of each, and how.
    pub notes: Vec<(usize, String)>,
}

/// Reads the text of a storage.
pub fn read(text: &str, dialect: Dialect) -> ListText {
    let mut list = ListText::default();
    // The level and name of each open folder.
    let mut open = Vec::<(usize, String)>::new();
    for (index, line) in text.split('\n').enumerate() {
        let number = index + 1;
        let indent = line.bytes().take_while(|byte| *byte == b' ').count();
        let content = line.trim();
        if content.is_empty() {
            continue;
        }
        if !indent.is_multiple_of(2) {
            list.left_out.push((number, "an odd number of spaces in front".to_owned()));
            continue;
        }
        let level = indent / 2;
        while open.last().is_some_and(|(folder, _)| level <= *folder) {
            open.pop();
        }
        let folders = open.iter().map(|(_, name)| name.clone()).collect::<Vec<_>>();
        if let Some(name) = content.strip_suffix(':') {
            let path = [folders.as_slice(), &[name.to_owned()]].concat();
            if let Err(error) = list.root.add_folder(&path) {
                list.left_out.push((number, error.to_string()));
            }
            // Open even so: what is in it goes nowhere else.
            open.push((level, name.to_owned()));
            continue;
        }
        match read_file(content, dialect) {
            Ok((name, file, note)) => match list.root.add_file(&folders, &name, file) {
                Ok(()) => list.notes.extend(note.map(|note| (number, note))),
                Err(EntryError::Taken) => {
                    let reason = "the path is taken; AList serves the first entry, too";
                    list.left_out.push((number, reason.to_owned()));
                }
                Err(error) => list.left_out.push((number, error.to_string())),
            },
            Err(reason) => list.left_out.push((number, reason)),
        }
    }
    list
}

/// A file's name, the file itself, and a note on it; or the reason why the line is left out.
fn read_file(content: &str, dialect: Dialect) -> Result<(String, File, Option<String>), String> {
    let at = ["http://", "https://"].iter().filter_map(|scheme| content.find(scheme)).min();
    let at = at.ok_or_else(|| "no http:// or https:// URL".to_owned())?;
    let (fields, url) = content.split_at_checked(at).unwrap_or(("", content));
    let mut fields = match fields {
        "" => Vec::new(),
        fields => {
            let fields = fields.strip_suffix(':').ok_or("no colon in front of the URL")?;
            fields.split(':').collect::<Vec<_>>()
        }
    };
    let has_name = match dialect {
        Dialect::UrlTree => !fields.is_empty(),
        // Not in its grammar, though its comment shows it.
        Dialect::PanLink => fields.first().is_some_and(|first| {
            !first.is_empty() && !first.bytes().all(|byte| byte.is_ascii_digit())
        }),
    };
    let written_name = has_name.then(|| fields.remove(0).to_owned());
    let written_name = written_name.filter(|name| !name.is_empty());
    let number = |field: Option<&&str>| match field.map_or("", |field| field.trim()) {
        "" => Ok(None),
        field => {
            field.parse::<u64>().map(Some).map_err(|_| format!("{} is no number", code(field)))
        }
    };
    let size = number(fields.first())?;
    let modified = number(fields.get(1))?;
    // The largest number stands for "unknown".
    let size = size.filter(|size| *size != u64::MAX);
    let modified = modified.and_then(|at| u32::try_from(at).ok());
    let cleaned = clean_url(url).map_err(|error| error.to_string())?;
    let (name, note) = match written_name {
        Some(name) => (name, None),
        None => name_from(url, dialect),
    };
    Ok((name, File { url: cleaned, size, modified }, note))
}

/// The name that AList takes from a URL, and a note where it is another one here.
fn name_from(url: &str, dialect: Dialect) -> (String, Option<String>) {
    let last = url.rsplit('/').next().unwrap_or_default();
    // A signature in a name would end with it, and shows a uid.
    let unsigned = clean_tail(last).unwrap_or(Cow::Borrowed(last));
    let is_signed = unsigned != percent::escape_stray_percents(last);
    let unsigned = if is_signed { unsigned.into_owned() } else { last.to_owned() };
    let note =
        is_signed.then(|| "the name held an old auth_key, which is left out of it".to_owned());
    let name = match dialect {
        Dialect::UrlTree => unsigned,
        // With an escape that is none, AList decodes nothing of it.
        Dialect::PanLink => percent::decode_text(&unsigned)
            .filter(|name| percent::has_only_whole_escapes(&unsigned) && is_name(name))
            .map_or(unsigned.clone(), Cow::into_owned),
    };
    let is_odd = note.is_none() && name.contains(['?', '#', '%']);
    let note = note.or_else(|| {
        is_odd.then(|| {
            format!("the name {} is kept as AList shows it, so that its links live on", code(&name))
        })
    });
    (name, note)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cli::tree_text::Node;

    /// The paths of a text, with size and time.
    fn files(text: &str, dialect: Dialect) -> Vec<String> {
        fn walk(folder: &Folder, path: &str, out: &mut Vec<String>) {
            for (name, node) in folder.entries() {
                let path = format!("{path}/{name}");
                match node {
                    Node::Folder(folder) => {
                        out.push(format!("{path}/"));
                        walk(folder, &path, out);
                    }
                    Node::File(File { size, modified, .. }) => {
                        out.push(format!("{path} {size:?} {modified:?}"));
                    }
                }
            }
        }
        let mut out = Vec::new();
        walk(&read(text, dialect).root, "", &mut out);
        out
    }

    #[test]
    fn a_lone_number_is_always_a_size_and_is_written_so_that_it_stays_one() {
        let text = "1700000001:https://vip.123pan.cn/13/old.zip\n";
        assert_eq!(files(text, Dialect::PanLink), ["/old.zip Some(1700000001) None"]);
        let written = read(text, Dialect::PanLink).root.text().unwrap();
        assert_eq!(written, "1700000001::https://vip.123pan.cn/13/old.zip\n");
    }

    #[test]
    fn tabs_are_no_indent_and_end_the_folder() {
        let text = "Software:\n\t1:https://vip.123pan.cn/13/a\n  2:https://vip.123pan.cn/13/b\n";
        assert_eq!(
            files(text, Dialect::PanLink),
            ["/Software/", "/a Some(1) None", "/b Some(2) None"],
            "AList puts both into the root"
        );
    }

    #[test]
    fn a_query_stays_in_the_name_but_a_signature_does_not() {
        let text = "https://vip.123pan.cn/13/%E8%AF%BB%E6%88%91.txt?ver=2\n\
                    https://vip.123pan.cn/13/b%20c.txt?auth_key=1-2-13-x\n";
        assert_eq!(
            files(text, Dialect::PanLink),
            ["/b c.txt None None", "/读我.txt?ver=2 None None"]
        );
        let list = read(text, Dialect::PanLink);
        assert_eq!(
            list.root.text().unwrap(),
            "https://vip.123pan.cn/13/b%20c.txt\n".to_owned()
                + "读我.txt?ver=2:https://vip.123pan.cn/13/%E8%AF%BB%E6%88%91.txt?ver=2\n"
        );
        assert_eq!(list.notes.iter().map(|(line, _)| *line).collect::<Vec<_>>(), [1, 2]);
        assert_eq!(
            files("https://vip.123pan.cn/13/100%25 5%.txt\n", Dialect::PanLink),
            ["/100%25 5%.txt None None"],
            "a name with a stray % is not decoded"
        );
        assert_eq!(
            files("https://files.example.org/a%20b.txt\n", Dialect::UrlTree),
            ["/a%20b.txt None None"],
            "UrlTree decodes nothing"
        );
    }

    #[test]
    fn a_url_tree_has_names_in_front_of_the_numbers() {
        let text = "Docs:\n  手册.pdf:2048:1700000000:https://files.example.org/m.pdf\n  \
                    2024:https://files.example.org/x\n      deep.txt:1:https://files.example.org/d\n";
        assert_eq!(
            files(text, Dialect::UrlTree),
            [
                "/Docs/",
                "/Docs/2024 None None",
                "/Docs/deep.txt Some(1) None",
                "/Docs/手册.pdf Some(2048) Some(1700000000)"
            ]
        );
    }

    #[test]
    fn lines_that_can_not_be_brought_are_told_with_their_numbers() {
        let text = "a:\n b:https://vip.123pan.cn/13/1\nnothing\nx.txt:12k:https://vip.123pan.cn/13/1\n\
                    https://vip.123pan.cn/13/\nhttps://vip.123pan.cn/13/1\n\
                    https://vip.123pan.cn/14/1\n5https://vip.123pan.cn/13/2\n";
        let list = read(text, Dialect::UrlTree);
        let lines = list.left_out.iter().map(|(line, _)| *line).collect::<Vec<_>>();
        assert_eq!(lines, [2, 3, 4, 5, 7, 8], "{:?}", list.left_out);
    }
}
