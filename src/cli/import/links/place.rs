//! The paths of links: below the common root of their URLs, each different from all others.

use std::collections::{BTreeMap, HashMap};
use std::slice;

use super::Link;
use super::lines::is_numbered;
use crate::cli::import::account_id::{uid_of, unsigned_hosts};
use crate::cli::import::report::{Outcome, Report, code};
use crate::cli::tree_text::{EntryError, File, Folder, Node, clean_url, is_name};
use crate::origin::split;
use crate::percent;

/// The links of one account, as a tree.
#[derive(Debug)]
pub struct Grouped {
    /// The account's id.
    pub uid: Option<u64>,
    /// The files and folders.
    pub root: Folder,
    /// Hosts whose links will not be signed, as code spans.
    pub foreign: Vec<String>,
}

/// A link with a valid URL and its path, which is not final yet.
struct Candidate {
    subject: String,
    url: String,
    uid: Option<u64>,
    folders: Vec<String>,
    /// Whether the folders come from the URL, so that the common root is taken off them.
    is_from_url: bool,
    name: String,
    size: Option<u64>,
    modified: Option<u32>,
}

/// Groups links by account and gives each a path. Links of no account go with those of the only one.
pub fn group(links: Vec<(String, Link)>, report: &mut Report) -> Vec<Grouped> {
    let mut groups = BTreeMap::<Option<u64>, Vec<Candidate>>::new();
    for (list, link) in links {
        let subject = link.position.subject(&list);
        match candidate(subject.clone(), link, report) {
            Ok(candidate) => groups.entry(candidate.uid).or_default().push(candidate),
            Err(reason) => report.add(Outcome::LeftOut, &subject, reason),
        }
    }
    let accounts = groups.keys().flatten().copied().collect::<Vec<_>>();
    if let [only] = accounts.as_slice()
        && let Some(others) = groups.remove(&None)
    {
        groups.entry(Some(*only)).or_default().extend(others);
    }
    if accounts.len() > 1 {
        let text = "links of several accounts: each has a mount of its own, since each has a key of its own";
        report.add(Outcome::Differs, "accounts", text);
    }
    groups.into_iter().map(|(uid, links)| tree(uid, links, report)).collect()
}

/// Checks a link and takes its path from its URL.
fn candidate(subject: String, link: Link, report: &mut Report) -> Result<Candidate, String> {
    let url = clean_url(&link.url).map_err(|error| error.to_string())?;
    let uid = uid_of(&url);
    let mut path = path_names(&url).ok_or("the path of its URL is not UTF-8, or has no name")?;
    if uid.is_some_and(|uid| path.first().is_some_and(|first| *first == uid.to_string())) {
        path.remove(0);
    }
    let own_name = path.pop().ok_or("its URL has no name")?;
    // A number in a folder may be a name.
    let is_numbered = is_numbered(&url) && path.is_empty();
    let given = link.name.filter(|name| is_name(name));
    if is_numbered && given.is_none() {
        let text = "a link by number without a name of its own; the number is its name";
        report.add(Outcome::Differs, &subject, text);
    }
    let name = given.filter(|_| is_numbered || link.has_own_name).unwrap_or(own_name);
    let is_from_url = link.folders.is_none() && !is_numbered;
    let folders = link.folders.unwrap_or(path);
    let Link { size, modified, .. } = link;
    Ok(Candidate { subject, url, uid, folders, is_from_url, name, size, modified })
}

/// The decoded names of a URL's path; `None` if one of them is no name.
fn path_names(url: &str) -> Option<Vec<String>> {
    let (base, tail) = split(url)?;
    let path = base.split_once("://")?.1.split_once('/')?.1;
    let tail = crate::origin::tail_path(tail);
    let names = path.split('/').filter(|name| !name.is_empty()).chain([tail]);
    let names = names.map(|name| percent::decode_text(name).filter(|name| is_name(name)));
    names.map(|name| name.map(std::borrow::Cow::into_owned)).collect()
}

/// The tree of one account's links, its report included.
fn tree(uid: Option<u64>, mut links: Vec<Candidate>, report: &mut Report) -> Grouped {
    let root_names = common_root(&links);
    if !root_names.is_empty() {
        let text = format!(
            "the folders {}, in which all its links are, are left out of their paths",
            code(&root_names.join("/"))
        );
        let subject = uid.map_or("links".to_owned(), |uid| format!("account {uid}"));
        report.add(Outcome::Mapped, &subject, text);
    }
    let mut root = Folder::default();
    for link in &mut links {
        if link.is_from_url {
            link.folders.drain(..root_names.len());
        }
        // All folders first: a file of the same name gives way.
        let _ = root.add_folder(&link.folders);
    }
    let mut last_numbers = HashMap::new();
    let foreign = unsigned_hosts(links.iter().map(|link| link.url.as_str()));
    for link in links {
        add(&mut root, link, &mut last_numbers, report);
    }
    Grouped { uid, root, foreign }
}

/// The folders in which all links are whose folders come from their URLs.
fn common_root(links: &[Candidate]) -> Vec<String> {
    let mut folders = links.iter().filter(|link| link.is_from_url).map(|link| &link.folders);
    let Some(first) = folders.next() else { return Vec::new() };
    let mut common = first.clone();
    for folders in folders {
        let same = common.iter().zip(folders).take_while(|(a, b)| a == b).count();
        common.truncate(same);
    }
    common
}

/// Adds a file under its name, or with a number behind that if the path is taken.
fn add(
    root: &mut Folder,
    link: Candidate,
    last_numbers: &mut HashMap<(Vec<String>, String), usize>,
    report: &mut Report,
) {
    let Candidate { subject, url, folders, name, size, modified, .. } = link;
    let path = [folders.as_slice(), slice::from_ref(&name)].concat();
    if let Some(Node::File(there)) = root.find(&path)
        && there.url == url
    {
        report.add(Outcome::LeftOut, &subject, "the same link is in the list already");
        return;
    }
    let mut add =
        |name: &str| root.add_file(&folders, name, File { url: url.clone(), size, modified });
    match add(&name) {
        Ok(()) => return,
        Err(EntryError::Taken) => {}
        Err(error) => {
            report.add(Outcome::LeftOut, &subject, error.to_string());
            return;
        }
    }
    let number = last_numbers.entry((folders.clone(), name.clone())).or_insert(1);
    loop {
        *number += 1;
        let other = with_number(&name, *number);
        match add(&other) {
            Ok(()) => {
                let text = format!(
                    "another entry is named {} there; this one is {}",
                    code(&name),
                    code(&other)
                );
                report.add(Outcome::Differs, &subject, text);
                return;
            }
            Err(EntryError::Taken) => {}
            Err(error) => {
                report.add(Outcome::LeftOut, &subject, error.to_string());
                return;
            }
        }
    }
}

/// A name with a number in front of its ending: `a (2).txt`.
fn with_number(name: &str, number: usize) -> String {
    match name.rsplit_once('.') {
        Some((stem, ending)) if !stem.is_empty() => format!("{stem} ({number}).{ending}"),
        _ => format!("{name} ({number})"),
    }
}
