//! Lists of direct links: folders from the URLs' paths, one tree for each 123Pan account.

mod lines;
mod place;
mod table;

use super::model::{Import, Mount, TreeText};
use super::report::{Outcome, code};
use crate::cli::failure::Failure;
use crate::cli::format::count;
use crate::secret::Secret;
use place::{Grouped, group};

/// The maximum number of entries of one list that the report shows as acting differently.
const MAX_NOTES: usize = 20;

/// The position of an entry in what it was read from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Position {
    /// A line, counted from 1.
    Line(usize),
    /// A decoded path on a server.
    Path(String),
}

impl Default for Position {
    fn default() -> Self {
        Self::Line(1)
    }
}

impl Position {
    /// The entry's name in the report; `list` is the name of the file or server.
    pub fn subject(&self, list: &str) -> String {
        match self {
            Self::Line(line) => format!("{} line {line}", code(list)),
            Self::Path(path) => format!("{} {}", code(list), code(path)),
        }
    }
}

/// A link of a list, with the other fields of its row or line.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Link {
    /// The position in the list.
    pub position: Position,
    /// The URL as it is written.
    pub url: String,
    /// The name that the row or line gives the link.
    pub name: Option<String>,
    /// Whether the name is meant as that of the file, and not only for links that show none.
    pub has_own_name: bool,
    /// The folders that the row or line gives the link.
    pub folders: Option<Vec<String>>,
    /// The size in bytes.
    pub size: Option<u64>,
    /// The time of the last change, in Unix seconds.
    pub modified: Option<u32>,
}

/// A list that was read.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct LinkList {
    /// The links, in order.
    pub links: Vec<Link>,
    /// Entries without a link, and the reason why each is left out.
    pub left_out: Vec<(Position, String)>,
    /// Entries that act differently, and how.
    pub notes: Vec<(Position, String)>,
}

/// Reads a list of links: a table with a header, or lines of text.
pub fn read(text: &str) -> LinkList {
    let text = text.trim_start_matches('\u{feff}');
    table::read(text).unwrap_or_else(|| lines::read(text))
}

/// The site of lists of links, each with its name. `key` signs the links of their account.
///
/// # Errors
/// Lists without any link, or a key for the links of several accounts.
pub fn import(lists: Vec<(String, LinkList)>, key: Option<&Secret>) -> Result<Import, Failure> {
    let mut import = Import::default();
    let mut links = Vec::new();
    for (name, list) in lists {
        for (position, reason) in list.left_out {
            import.report.add(Outcome::LeftOut, &position.subject(&name), reason);
        }
        add_notes(&name, &list.notes, &mut import);
        links.extend(list.links.into_iter().map(|link| (name.clone(), link)));
    }
    if links.is_empty() {
        return Err(Failure::new(
            "there is no link in it: write one URL a line, with https:// in front, or a table with a column \
             `url`",
        ));
    }
    let groups = group(links, &mut import.report);
    let accounts = groups.iter().filter(|group| group.uid.is_some()).count();
    if key.is_some() && accounts != 1 {
        return Err(Failure::new(format_args!(
            "--key-file is the key of one account, and the links are those of {accounts}: import them one by one"
        )));
    }
    let is_only = groups.len() == 1;
    for group in groups {
        add(group, is_only, key, &mut import)?;
    }
    Ok(import)
}

/// Adds the step about the traffic of what is open.
pub fn add_step(import: &mut Import) {
    let is_open = import.rules.is_empty();
    let whose = if is_open {
        "Everything in the lists is open to everybody. Each"
    } else {
        "Whoever has a share link may download. Each"
    };
    import.report.step(format!(
        "{whose} download counts as your direct-link traffic: set a `budget` in a rule, and a `password` for \
         what is not public."
    ));
}

/// Adds the lines about entries that act differently: the first ones, and the number of the others, since a
/// server may proxy all of its files.
fn add_notes(name: &str, notes: &[(Position, String)], import: &mut Import) {
    for (position, note) in notes.iter().take(MAX_NOTES) {
        import.report.add(Outcome::Differs, &position.subject(name), note);
    }
    if let Some(more) = notes.len().checked_sub(MAX_NOTES).filter(|more| *more > 0) {
        let text = format!("and {more} more, in the same ways");
        import.report.add(Outcome::Differs, &code(name), text);
    }
}

/// Adds the mount of one account's links.
fn add(
    group: Grouped,
    is_only: bool,
    key: Option<&Secret>,
    import: &mut Import,
) -> Result<(), Failure> {
    let Grouped { uid, root, foreign } = group;
    let (path, secret) = match (is_only, uid) {
        (true, _) => ("/".to_owned(), "URL_TREE".to_owned()),
        (false, Some(uid)) => (format!("/{uid}"), format!("TREE_{uid}")),
        (false, None) => ("/other".to_owned(), "TREE_OTHER".to_owned()),
    };
    let subject = format!("mount {}", code(&path));
    let private_key = key
        .filter(|_| uid.is_some())
        .map(|key| import.keep_secret("PRIVATE_KEY".to_owned(), key.expose()));
    let whose = match uid {
        Some(uid) => format!("links of the account {uid}"),
        None => "links without an account id".to_owned(),
    };
    let text = format!("{} from {whose}", count(root.files(), "file"));
    import.report.add(Outcome::Mapped, &subject, text);
    match (uid, &private_key) {
        (Some(_), Some(name)) => {
            let text = format!("links are signed with the key in the secret `{name}`");
            import.report.add(Outcome::Mapped, &subject, text);
        }
        (Some(_), None) => {
            let text = "links are not signed, as in the list. If URL authentication is on at 123Pan, and it \
                        should be, set its key as a secret and name that in `private_key` of the mount; \
                        `--key-file` does both";
            import.report.add(Outcome::Differs, &subject, text);
        }
        (None, _) => {}
    }
    if !foreign.is_empty() {
        let text = format!(
            "links on {} are not signed; a direct-link domain of your own belongs into `hosts` of the mount",
            foreign.join(", ")
        );
        import.report.add(Outcome::Differs, &subject, text);
    }
    import.trees.push(TreeText {
        mount: path.clone(),
        secret,
        text: root.text().map_err(Failure::new)?,
    });
    import.mounts.push(Mount { path, source: "links", uid, private_key, ..Mount::default() });
    Ok(())
}
