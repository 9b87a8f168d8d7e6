//! `signpost pack`: a tree as secrets, ready for `wrangler secret bulk`, or compiled for KV.

use std::io::Write as _;
use std::path::{Path, PathBuf};

use serde_json::{Map, Value};

use super::check::signed_hosts;
use super::clock::now;
use super::failure::Failure;
use super::format::{Lines, WARNING, bytes, count, write_problem};
use super::output_file::write_file;
use super::stdio::{print, read_bytes, text_of};
use super::tree_file::TreeFile;
use crate::sources::links::config::part_name;
use crate::tree::Tree;
use crate::tree::compiled::is_compiled;
use crate::tree::pack::{MAX_SECRETS, compress, split, unpack};
use crate::tree::parse::{Context, Parsed};
use crate::tree::problem::ProblemKind;

const EXAMPLES: &str = "\
Examples:
  signpost pack tree.txt --output secrets.json
  npx wrangler secret bulk secrets.json
  signpost pack --compress --name MOVIES tree.txt | npx wrangler secret bulk
  signpost pack --kv tree.txt --output tree.packed
  npx wrangler kv key put --binding KV --remote tree --path tree.packed";

/// Maximum size of a value in Workers KV, in bytes.
const MAX_KV_VALUE: usize = 25 << 20;

#[derive(clap::Args)]
#[command(after_help = EXAMPLES)]
pub struct Args {
    #[command(flatten)]
    tree: TreeFile,
    /// The name of the first secret, as in the mount's `tree`; the others get _2, _3 and so on
    #[arg(long, default_value = "URL_TREE", value_parser = secret_name)]
    name: String,
    /// Compress the text, which makes it several times smaller
    #[arg(long)]
    compress: bool,
    /// Compile the tree, for a value in KV, which an instance of the Worker then need not parse
    #[arg(long, conflicts_with_all = ["compress", "name"])]
    kv: bool,
    /// Write to this file, which nobody else may read, and not to standard output, which PowerShell would change
    #[arg(long, short, value_name = "FILE")]
    output: Option<PathBuf>,
    /// Set as many secrets as this in all, deleting those that an earlier, larger tree needed
    #[arg(long, value_name = "NUMBER", conflicts_with = "kv")]
    clear_to: Option<usize>,
}

/// Prints the tree as JSON for `wrangler secret bulk`, or writes it compiled to a file, unless it has errors.
pub fn run(args: &Args) -> Result<(), Failure> {
    let read = read_bytes(&args.tree.path)?;
    if is_compiled(&read) {
        return Err(Failure::new(
            "the tree is compiled already: pack the text that it was made of",
        ));
    }
    let text = text_of(&args.tree.path, read)?;
    let text = unpack(&text).map_err(Failure::new)?;
    let hosts = signed_hosts(&[])?;
    let context = Context { now: now(), hosts: &hosts, at_site_root: true };
    let tree = match Tree::parse(&text, context) {
        Ok(Parsed { tree, .. }) if tree.files() + tree.folders() == 0 => {
            return Err(Failure::new(
                "there is no file and no folder in it: everything on the site would be gone. Is it \
                 the right file?",
            ));
        }
        Ok(Parsed { tree, warnings, .. }) => {
            // A compiled tree has no text in which health could find them.
            let told =
                warnings.iter().filter(|problem| args.kv && problem.kind != ProblemKind::Unsigned);
            let (mut err, lines) = (anstream::stderr(), Lines::of(&text));
            for problem in told {
                write_problem(&mut err, &lines, problem)?;
            }
            tree
        }
        Err(problems) => {
            let mut err = anstream::stderr();
            let errors = problems.iter().filter(|problem| problem.kind.is_error());
            let lines = Lines::of(&text);
            errors.into_iter().try_for_each(|problem| write_problem(&mut err, &lines, problem))?;
            return Err(Failure::Input);
        }
    };
    if args.kv {
        return write_compiled(&tree, args.output.as_deref());
    }
    let whole = if args.compress { compress(&text) } else { text.into_owned() };
    let parts =
        split(&whole).map_err(|error| Failure::new(format_args!("{error}; use --compress")))?;
    // Two secrets are kept free for the key and the uid.
    if parts.len() > MAX_SECRETS - 2 {
        let (count, room) = (parts.len(), MAX_SECRETS - 2);
        let hint = if args.compress {
            "put it into KV, see --kv"
        } else {
            "use --compress, or KV with --kv"
        };
        return Err(Failure::new(format_args!(
            "{count} secrets are more than a Worker's {room}; {hint}"
        )));
    }
    let mut secrets = Map::new();
    for (index, part) in parts.iter().enumerate() {
        secrets.insert(part_name(&args.name, index), Value::from(*part));
    }
    for index in parts.len()..args.clear_to.unwrap_or(0).min(MAX_SECRETS) {
        secrets.insert(part_name(&args.name, index), Value::Null);
    }
    if args.clear_to.is_none() {
        let mut err = anstream::stderr();
        let next = part_name(&args.name, parts.len());
        let _ = writeln!(
            err,
            "{WARNING}note{WARNING:#}: {}; if an earlier tree left {next}, add --clear-to N",
            count(parts.len(), "secret")
        );
    }
    let mut json = serde_json::to_vec_pretty(&secrets).map_err(Failure::new)?;
    json.push(b'\n');
    match args.output.as_deref() {
        Some(path) => write_to(path, &json),
        None => print(|out| out.write_all(&json)),
    }
}

/// Writes the compiled tree to a file, or to standard output.
fn write_compiled(tree: &Tree, output: Option<&Path>) -> Result<(), Failure> {
    let form = tree.compile().filter(|form| form.len() <= MAX_KV_VALUE).ok_or_else(|| {
        Failure::new("the compiled tree is larger than a value in KV, 25 MiB: mount parts of it")
    })?;
    let Some(path) = output else { return print(|out| out.write_all(&form)) };
    write_to(path, &form)?;
    let (files, size) = (count(tree.files(), "file"), bytes(form.len() as u64));
    let _ = writeln!(anstream::stderr(), "{}: {files}, {size}", path.display());
    Ok(())
}

fn write_to(path: &Path, bytes: &[u8]) -> Result<(), Failure> {
    write_file(path, bytes, true)
        .map_err(|error| Failure::new(format_args!("{}: {error}", path.display())))
}

fn secret_name(name: &str) -> Result<String, String> {
    let fits = name.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_')
        && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_');
    if fits { Ok(name.to_owned()) } else { Err("use letters, digits and _".to_owned()) }
}
