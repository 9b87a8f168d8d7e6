//! `signpost tree`: what two trees say to visitors, compared.

mod diff;

use std::collections::BTreeMap;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use clap::Subcommand;

use super::check::signed_hosts;
use super::clock::now;
use super::failure::Failure;
use super::format::{Lines, bytes, date_time, visible, write_problem};
use super::stdio::{print, print_styled, read_bytes, text_of};
use crate::host::SignedHosts;
use crate::tree::compiled::is_compiled;
use crate::tree::pack::unpack;
use crate::tree::parse::Context;
use crate::tree::{Child, Folder, Found, Tree};
use diff::{Diff, Entry, diff};

const EXAMPLES: &str = "\
Examples:
  signpost tree diff tree.txt new.txt
  signpost tree diff --json old.packed tree.txt | jq '.removed[].path'

Exit status: 0 if visitors see no difference, 1 if they do, 2 if a tree can't be read or has errors.";

#[derive(clap::Args)]
pub struct Args {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Say what a visitor would see change: paths added, removed, moved, and of other size, time or target
    Diff(DiffArgs),
}

#[derive(clap::Args)]
#[command(after_help = EXAMPLES)]
struct DiffArgs {
    /// The tree in service: its text, packed or compiled, or - for standard input
    old: PathBuf,
    /// The tree that is to replace it, in any of these forms
    new: PathBuf,
    /// Print one JSON object: added, removed, changed, moved
    #[arg(long)]
    json: bool,
}

/// Compares two trees.
pub fn run(args: &Args) -> Result<(), Failure> {
    let Command::Diff(args) = &args.command;
    if args.old == Path::new("-") && args.new == Path::new("-") {
        return Err(Failure::new("standard input is one tree: give the other as a file"));
    }
    let hosts = signed_hosts(&[])?;
    let (old, new) = (read(&args.old, &hosts), read(&args.new, &hosts));
    let diff = diff(&entries(&old?), &entries(&new?));
    if args.json {
        print(|out| {
            serde_json::to_writer(&mut *out, &diff)?;
            writeln!(out)
        })?;
    } else {
        print_styled(|out| write(out, &diff))?;
    }
    if diff.is_empty() { Ok(()) } else { Err(Failure::Differs) }
}

/// Reads a tree in any form; its errors are shown on standard error.
fn read(path: &Path, hosts: &SignedHosts) -> Result<Tree, Failure> {
    let read = read_bytes(path)?;
    let name = path.display();
    if is_compiled(&read) {
        return Tree::from_compiled(&read, hosts)
            .map_err(|error| Failure::new(format_args!("{name}: {error}")));
    }
    let text = text_of(path, read)?;
    let text = unpack(&text).map_err(|error| Failure::new(format_args!("{name}: {error}")))?;
    let context = Context { now: now(), hosts, at_site_root: true };
    Tree::parse(&text, context).map(|parsed| parsed.tree).map_err(|problems| {
        let mut err = anstream::stderr();
        let lines = Lines::of(&text);
        for problem in problems.iter().filter(|problem| problem.kind.is_error()) {
            let _ = write_problem(&mut err, &lines, problem);
        }
        Failure::new(format_args!("{name}: the tree has errors"))
    })
}

/// The entries of a tree as visitors see them, by path: files, remote folders, and folders that are empty.
fn entries(tree: &Tree) -> BTreeMap<String, Entry> {
    let mut entries = BTreeMap::new();
    // Folders that are still to be read, with their paths.
    let mut folders = vec![(String::new(), tree.root())];
    while let Some((path, folder)) = folders.pop() {
        let mut is_empty = true;
        if folder.has_remote_folder() {
            is_empty = false;
            entries.insert(format!("{path}/*"), remote(tree, &path));
        }
        for child in folder.children() {
            is_empty = false;
            match child {
                Child::Folder(folder) => folders.push((below(&path, folder), folder)),
                Child::File(file) => {
                    let url = file.origin().map(|origin| origin.wire(0).0);
                    let modified = file.modified().map(|at| at.0);
                    let entry = Entry { size: file.size(), modified, url };
                    entries.insert(format!("{path}/{}", file.name()), entry);
                }
            }
        }
        if is_empty && !path.is_empty() {
            entries.insert(format!("{path}/"), Entry::default());
        }
    }
    entries
}

fn below(path: &str, folder: Folder<'_>) -> String {
    format!("{path}/{}", folder.name())
}

/// A remote folder, with the URL to which it leads.
fn remote(tree: &Tree, path: &str) -> Entry {
    // No file of a tree's own has this name.
    const NAME: &str = "\u{1}";
    let path = format!("{path}/{NAME}");
    let url = match tree.find(path.trim_start_matches('/')) {
        Some(Found::Remote(remote)) => {
            let url = remote.origin().wire(0).0;
            Some(url.strip_suffix("%01").map(str::to_owned).unwrap_or(url))
        }
        _ => None,
    };
    Entry { url, ..Entry::default() }
}

/// Writes a line for each path, in order, and the totals.
fn write(out: &mut dyn Write, diff: &Diff) -> io::Result<()> {
    let facts = |entry: &Entry| {
        let size = entry.size.map(|size| format!("  {}", bytes(size)));
        let time = entry.modified.map(|at| format!("  {}", time(Some(at))));
        let url = entry.url.as_ref().map(|url| format!("  {}", visible(url)));
        [size, time, url].into_iter().flatten().collect::<String>()
    };
    for entry in &diff.removed {
        writeln!(out, "- {}{}", visible(&entry.path), facts(&entry.entry))?;
    }
    for entry in &diff.added {
        writeln!(out, "+ {}{}", visible(&entry.path), facts(&entry.entry))?;
    }
    for moved in &diff.moved {
        let changes = changes(&moved.before, &moved.after);
        writeln!(out, "> {} -> {}{changes}", visible(&moved.from), visible(&moved.to))?;
    }
    for changed in &diff.changed {
        let changes = changes(&changed.before, &changed.after);
        writeln!(out, "~ {}{changes}", visible(&changed.path))?;
    }
    if diff.is_empty() {
        return writeln!(out, "visitors see no difference");
    }
    writeln!(
        out,
        "{} added, {} removed, {} moved, {} changed",
        diff.added.len(),
        diff.removed.len(),
        diff.moved.len(),
        diff.changed.len()
    )
}

/// The differences between two states of an entry.
fn changes(before: &Entry, after: &Entry) -> String {
    let size = |size: Option<u64>| size.map_or("unknown".to_owned(), bytes);
    let url = |url: &Option<String>| visible(url.as_deref().unwrap_or_default());
    let size = (before.size != after.size)
        .then(|| format!("  size {} -> {}", size(before.size), size(after.size)));
    let time = (before.modified != after.modified)
        .then(|| format!("  time {} -> {}", time(before.modified), time(after.modified)));
    let target = (before.url != after.url)
        .then(|| format!("  target {} -> {}", url(&before.url), url(&after.url)));
    [size, time, target].into_iter().flatten().collect()
}

fn time(at: Option<u64>) -> String {
    at.and_then(|at| date_time(crate::time::UnixSeconds(at)))
        .unwrap_or_else(|| "unknown".to_owned())
}
