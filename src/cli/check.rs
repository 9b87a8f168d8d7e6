//! `signpost check`: a tree as it will be served.

use std::io::{self, Write};

use serde::Serialize;

use super::clock::now;
use super::failure::Failure;
use super::format::{Lines, bytes, count, date_time, visible, write_problem};
use super::stdio::{print, print_styled, read_bytes, text_of};
use super::tree_file::TreeFile;
use crate::host::SignedHosts;
use crate::time::UnixSeconds;
use crate::tree::compiled::is_compiled;
use crate::tree::pack::{MAX_SECRETS, compress, split, unpack};
use crate::tree::parse::{Context, Parsed};
use crate::tree::problem::Problem;
use crate::tree::{Child, Folder, Found, Tree};

const EXAMPLES: &str = "\
Examples:
  signpost check tree.txt
  signpost check --json tree.txt | jq '.files[].path'
  pbpaste | signpost check --host cdn.example.com -";

#[derive(clap::Args)]
#[command(after_help = EXAMPLES)]
pub struct Args {
    #[command(flatten)]
    tree: TreeFile,
    /// Print one JSON object: text, files in document order, errors, warnings
    #[arg(long)]
    json: bool,
    /// A host to sign for besides 123Pan's own, as in the mount's `hosts`
    #[arg(long = "host", value_name = "HOST")]
    hosts: Vec<String>,
}

#[derive(Serialize)]
struct Report<'a> {
    text: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    files: Option<Vec<FileLine>>,
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    error: bool,
    errors: Vec<Finding<'a>>,
    warnings: Vec<Finding<'a>>,
}

#[derive(Serialize)]
struct FileLine {
    path: String,
    url: String,
    size: Option<u64>,
    modified: Option<UnixSeconds>,
}

#[derive(Serialize)]
struct Finding<'a> {
    line: usize,
    text: &'a str,
    message: String,
    #[serde(rename = "mend")]
    hint: &'static str,
}

/// Prints the tree, with its errors and warnings.
pub fn run(args: &Args) -> Result<(), Failure> {
    let read = read_bytes(&args.tree.path)?;
    let hosts = signed_hosts(&args.hosts)?;
    let (text, parsed) = if is_compiled(&read) {
        let tree = Tree::from_compiled(&read, &hosts).map_err(Failure::new)?;
        let valid_between = UnixSeconds(0)..UnixSeconds::NEVER;
        (String::new(), Ok(Parsed { tree, warnings: Vec::new(), valid_between }))
    } else {
        let text = text_of(&args.tree.path, read)?;
        let text = unpack(&text).map_err(Failure::new)?.into_owned();
        let context = Context { now: now(), hosts: &hosts, at_site_root: true };
        let parsed = Tree::parse(&text, context);
        (text, parsed)
    };
    if args.json {
        print(|out| {
            serde_json::to_writer(&mut *out, &report(&text, &parsed))?;
            writeln!(out)
        })?;
    } else {
        print_styled(|out| match &parsed {
            Ok(parsed) => write_tree(out, &text, parsed),
            Err(problems) => write_problems(out, &text, problems),
        })?;
    }
    parsed.map(|_| ()).map_err(|_| Failure::Input)
}

/// The hosts given on the command line and 123Pan's own.
pub fn signed_hosts(hosts: &[String]) -> Result<SignedHosts, Failure> {
    SignedHosts::with(hosts).map_err(|index| {
        let host = hosts.get(index).map_or("", String::as_str);
        Failure::new(format_args!(
            "{host:?} is not a host: write host or host:port, without https://"
        ))
    })
}

fn report<'a>(text: &'a str, parsed: &Result<Parsed, Vec<Problem>>) -> Report<'a> {
    let problems = match parsed {
        Ok(parsed) => &parsed.warnings,
        Err(problems) => problems,
    };
    let (errors, warnings): (Vec<_>, Vec<_>) =
        problems.iter().partition(|problem| problem.kind.is_error());
    let lines = Lines::of(text);
    let findings = |problems: Vec<&Problem>| {
        let findings = problems.into_iter().map(|problem| Finding {
            line: problem.line,
            text: lines.excerpt(problem),
            message: problem.kind.to_string(),
            hint: problem.kind.hint(),
        });
        findings.collect()
    };
    let files = parsed.as_ref().ok().map(|parsed| {
        let lines = parsed.tree.lines().map(|(path, file)| FileLine {
            path,
            url: file.origin().map(|origin| origin.written()).unwrap_or_default(),
            size: file.size(),
            modified: file.modified(),
        });
        lines.collect()
    });
    Report {
        text,
        files,
        error: parsed.is_err(),
        errors: findings(errors),
        warnings: findings(warnings),
    }
}

fn write_tree(out: &mut dyn Write, text: &str, parsed: &Parsed) -> io::Result<()> {
    let tree = &parsed.tree;
    if let Some(Found::Folder(root)) = tree.find("") {
        writeln!(out, "/")?;
        write_folder(out, root, 1)?;
    }
    writeln!(out)?;
    write_problems(out, text, &parsed.warnings)?;
    let total = tree.lines().filter_map(|(_, file)| file.size()).fold(0, u64::saturating_add);
    writeln!(
        out,
        "{} in {}, {} by the sizes given, {}",
        count(tree.files(), "file"),
        count(tree.folders(), "folder"),
        bytes(total),
        count(parsed.warnings.len(), "warning")
    )?;
    // A compiled tree has no text that secrets could hold.
    if text.is_empty() { Ok(()) } else { write_secrets(out, text) }
}

/// Writes folders and files in the order of their pages, indented by two spaces a level.
fn write_folder(out: &mut dyn Write, folder: Folder<'_>, level: usize) -> io::Result<()> {
    let indent = "  ".repeat(level);
    if folder.has_remote_folder() {
        writeln!(out, "{indent}* (any path, not listed)")?;
    }
    for child in folder.children() {
        match child {
            Child::Folder(folder) => {
                let name = folder.name();
                writeln!(out, "{indent}{}/", visible(name))?;
                write_folder(out, folder, level + 1)?;
            }
            Child::File(file) => {
                let size = file.size().map(|size| format!("  {}", bytes(size))).unwrap_or_default();
                let time = file
                    .modified()
                    .and_then(date_time)
                    .map(|date| format!("  {date}"))
                    .unwrap_or_default();
                let url = file.origin().map(|origin| origin.written()).unwrap_or_default();
                writeln!(out, "{indent}{}{size}{time}  {}", visible(file.name()), visible(&url))?;
            }
        }
    }
    Ok(())
}

fn write_problems(out: &mut dyn Write, text: &str, problems: &[Problem]) -> io::Result<()> {
    let lines = Lines::of(text);
    problems.iter().try_for_each(|problem| write_problem(out, &lines, problem))?;
    let errors = problems.iter().filter(|problem| problem.kind.is_error()).count();
    if errors == 0 {
        return Ok(());
    }
    let warnings = count(problems.len() - errors, "warning");
    writeln!(out, "{}, {warnings}", count(errors, "error"))
}

fn write_secrets(out: &mut dyn Write, text: &str) -> io::Result<()> {
    let packed = compress(text);
    let packed = split(&packed).map_or(0, |parts| parts.len());
    let packed_secrets = count(packed, "secret");
    match split(text) {
        Ok(parts) => writeln!(
            out,
            "needs {} for the tree, or {packed_secrets} with pack --compress",
            count(parts.len(), "secret")
        )?,
        Err(error) => {
            writeln!(out, "needs {packed_secrets} for the tree, with pack --compress ({error})")?;
        }
    }
    if packed > MAX_SECRETS - 2 {
        writeln!(
            out,
            "a Worker has room for {MAX_SECRETS} variables: put this tree into KV (tree_kv)"
        )?;
    }
    Ok(())
}
