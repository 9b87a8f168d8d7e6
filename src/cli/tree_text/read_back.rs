//! The check of a tree's text: it is read as the site reads it, and compared to what it was written from.

use std::collections::HashMap;

use super::{File, Folder, Node};
use crate::cli::clock::now;
use crate::host::SignedHosts;
use crate::origin::split;
use crate::percent;
use crate::tree::Tree;
use crate::tree::parse::Context;

/// The error about a text that is not read as it was meant, with the place.
#[derive(Debug, PartialEq, Eq)]
pub struct NotReadBack(String);

impl std::fmt::Display for NotReadBack {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "the tree can't be written: {}", self.0)
    }
}

/// A file's URL in one form, its size and its time.
type Read = (String, Option<u64>, Option<u64>);

/// Reads a text, and compares its files to those of a folder.
///
/// # Errors
/// The text has errors, or other files than the folder.
pub fn check(text: &str, folder: &Folder) -> Result<(), NotReadBack> {
    let hosts = SignedHosts::default();
    let context = Context { now: now(), hosts: &hosts, at_site_root: false };
    let tree = Tree::parse(text, context).map_err(|problems| {
        let first = problems.iter().find(|problem| problem.kind.is_error());
        let first = first.map(|problem| format!("line {}: {}", problem.line, problem.kind));
        NotReadBack(first.unwrap_or_default())
    })?;
    let mut wanted = HashMap::new();
    add(folder, &mut String::new(), &mut wanted);
    for (path, file) in tree.tree.lines() {
        let url = file.origin().map(|origin| origin.written()).unwrap_or_default();
        let found = (comparable(&url), file.size(), file.modified().map(|time| time.0));
        if wanted.remove(&path) != Some(found) {
            return Err(NotReadBack(path));
        }
    }
    match wanted.into_keys().next() {
        Some(path) => Err(NotReadBack(path)),
        None => Ok(()),
    }
}

/// Adds the files of a folder by their paths.
fn add(folder: &Folder, path: &mut String, files: &mut HashMap<String, Read>) {
    for (name, node) in folder.entries() {
        let length = path.len();
        path.push('/');
        path.push_str(name);
        match node {
            Node::Folder(folder) => add(folder, path, files),
            Node::File(File { url, size, modified }) => {
                files.insert(path.clone(), (comparable(url), *size, modified.map(u64::from)));
            }
        }
        path.truncate(length);
    }
}

/// A URL with the names of its path decoded and encoded anew: two that differ in nothing but escapes are one.
fn comparable(url: &str) -> String {
    let Some((base, tail)) = split(url) else { return url.to_owned() };
    let (site, path) = split_site(base);
    let names = path.split_inclusive('/').map(|name| match name.strip_suffix('/') {
        Some(name) => encoded(name) + "/",
        None => encoded(name),
    });
    let (name, query) = tail.split_once('?').unwrap_or((tail, ""));
    [site, &names.collect::<String>(), &encoded(name), "?", query].concat()
}

fn encoded(name: &str) -> String {
    let mut out = String::new();
    match percent::decode_text(name) {
        Some(decoded) => out.extend(percent::encode_name(&decoded)),
        None => percent::push_wire(&mut out, name),
    }
    out
}

/// Scheme and host of a base, and its path.
fn split_site(base: &str) -> (&str, &str) {
    let start = base.find("://").map_or(0, |at| at + 3);
    let end = base.get(start..).and_then(|rest| rest.find('/')).map_or(base.len(), |at| start + at);
    base.split_at_checked(end).unwrap_or((base, ""))
}
