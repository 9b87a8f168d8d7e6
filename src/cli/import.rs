//! `signpost import`: brings lists of links, backups of AList and OpenList, and the files of their servers, to a
//! site of one's own.
//!
//! Reading is pure, from texts to an [`model::Import`]; `output` makes files of that, whatever it was read
//! from, and `write` puts them into a folder.

mod account_id;
mod backup;
mod detect;
mod hide;
mod links;
mod model;
mod output;
mod report;
mod server;
mod write;

use std::path::PathBuf;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

use super::failure::Failure;
use super::format::count;
use super::stdio::{print_styled, read_text};
use crate::secret::Secret;
use detect::{Content, Source};
use model::Import;
use output::REPORT;
use report::{Outcome, code};
use server::ServerArgs;

const EXAMPLES: &str = "\
FILE is a backup of AList or OpenList (the JSON that its panel downloads), or a list of links: a URL a
line, perhaps with its name, or a table with a column `url`. Nothing is sent anywhere.

URL is a folder on an AList or OpenList server, which is walked by its API: as a guest, or with a user's
token from --token-file or the environment variable OPENLIST_TOKEN. Its passwords are not visible this way,
so that what is read with a token opens through share links alone.

Examples:
  signpost import openlist_backup.json --out site
  signpost import links.txt --out site --key-file key.txt
  signpost import films.csv music.csv --out site
  signpost import https://alist.example.com/Movies --out site --key-file key.txt";

#[derive(clap::Args)]
#[command(after_help = EXAMPLES)]
pub struct Args {
    /// What to import: files, - for standard input, or folders on servers
    #[arg(required = true, value_name = "FILE|URL")]
    sources: Vec<Source>,
    /// The folder to write to
    #[arg(long, value_name = "DIR")]
    out: PathBuf,
    /// A file that holds the private key of the links' account, and nothing else
    #[arg(long, value_name = "FILE")]
    key_file: Option<PathBuf>,
    #[command(flatten)]
    server: ServerArgs,
    /// Overwrite files in the folder that no import wrote, or that were changed since
    #[arg(long)]
    force: bool,
}

/// Imports files or servers, and writes trees, settings, secrets and a report.
pub fn run(args: &Args) -> Result<(), Failure> {
    let key = args.key_file.as_deref().map(read_text).transpose()?;
    let key = key.map(|text| Secret::new(&text));
    if key.as_ref().is_some_and(|key| key.expose().is_empty()) {
        return Err(Failure::new("--key-file: the private key is empty"));
    }
    let mut import = read(args, key.as_ref())?;
    check_trees(&mut import)?;
    let counts = [
        (Outcome::Mapped, "mapped"),
        (Outcome::Differs, "mapped, but acting differently"),
        (Outcome::Closed, "closed, because it was unsure"),
        (Outcome::LeftOut, "not brought"),
    ];
    let counts = counts.map(|(outcome, words)| (import.report.count(outcome), words));
    let mounts = count(import.mounts.len(), "mount");
    let rules = count(import.rules.len(), "rule");
    let files = output::files(import)?;
    let names = files.iter().map(|file| file.name.clone()).collect::<Vec<_>>().join(", ");
    write::write(&args.out, files, args.force)?;
    print_styled(|out| {
        writeln!(out, "{}: {names}", args.out.display())?;
        writeln!(out, "{mounts}, {rules}")?;
        for (number, words) in counts.iter().filter(|(number, _)| *number > 0) {
            writeln!(out, "  {} {words}", count(*number, "line"))?;
        }
        writeln!(out, "Read {} first: it says what to do next.", args.out.join(REPORT).display())
    })
}

/// Reads the sources: one backup, or any number of lists and servers.
fn read(args: &Args, key: Option<&Secret>) -> Result<Import, Failure> {
    let (mut backup, mut lists, mut servers) = (None, Vec::new(), Vec::new());
    let number = args.sources.iter().filter(|source| matches!(source, Source::Server(_))).count();
    if let Some(option) = args.server.given().filter(|_| number != 1) {
        return Err(Failure::new(format_args!("{option} is for one server, by its https address")));
    }
    for source in &args.sources {
        let path = match source {
            Source::File(path) => path,
            Source::Server(address) => {
                let read = server::read(address, &args.server)?;
                servers.push((read.server.clone(), read.has_token));
                lists.push((read.server, read.list));
                continue;
            }
        };
        let name = path.display().to_string();
        let content = detect::content(&read_text(path)?)
            .map_err(|error| Failure::new(format_args!("{name}: {error}")))?;
        match content {
            Content::Backup(read) if backup.is_none() => backup = Some(read),
            Content::Backup(_) => return Err(Failure::new("import one backup at a time")),
            Content::Links(list) => lists.push((name, list)),
        }
    }
    match (backup, lists.is_empty()) {
        (Some(_), false) => Err(Failure::new(
            "import a backup, and lists of links or servers, one after the other, to two folders",
        )),
        (Some(_), true) if key.is_some() => {
            Err(Failure::new("--key-file is for lists of links: a backup has its keys in it"))
        }
        (Some(backup), true) => backup::import(&backup, &new_key()?),
        (None, _) => {
            let mut import = links::import(lists, key)?;
            for (server, has_token) in &servers {
                server::add_unseen(server, *has_token, &mut import);
            }
            links::add_step(&mut import);
            import.keep_site_key(&new_key()?);
            Ok(import)
        }
    }
}

/// A new key for `SITE_KEYS`.
fn new_key() -> Result<String, Failure> {
    let mut random = [0; 32];
    getrandom::fill(&mut random).map_err(Failure::new)?;
    Ok(URL_SAFE_NO_PAD.encode(random))
}

/// Reads each tree as the site will, so that none is written which it refuses, and reports its warnings.
fn check_trees(import: &mut Import) -> Result<(), Failure> {
    use crate::host::SignedHosts;
    use crate::tree::Tree;
    use crate::tree::parse::Context;
    use crate::tree::problem::ProblemKind;

    let hosts = SignedHosts::default();
    for tree in &import.trees {
        let context =
            Context { now: super::clock::now(), hosts: &hosts, at_site_root: tree.mount == "/" };
        let parsed = Tree::parse(&tree.text, context).map_err(|problems| {
            let first = problems.iter().find(|problem| problem.kind.is_error());
            let first = first.map(|problem| problem.kind.to_string()).unwrap_or_default();
            Failure::new(format_args!("the tree of {} can't be written: {first}", tree.mount))
        })?;
        // Hosts that are not signed have a line of their own.
        let told = |kind: ProblemKind| !matches!(kind, ProblemKind::Unsigned);
        let mut kinds = Vec::<(ProblemKind, usize)>::new();
        for problem in parsed.warnings.iter().filter(|problem| told(problem.kind)) {
            match kinds.iter_mut().find(|(kind, _)| *kind == problem.kind) {
                Some((_, times)) => *times += 1,
                None => kinds.push((problem.kind, 1)),
            }
        }
        for (kind, times) in kinds {
            let text = format!("{}: {kind} ({})", count(times, "line"), kind.hint());
            import.report.add(Outcome::Differs, &format!("tree of {}", code(&tree.mount)), text);
        }
    }
    Ok(())
}
