//! `signpost pack`: a tree as secrets, ready for `wrangler secret bulk`.

use std::io::Write as _;

use serde_json::{Map, Value};

use super::check::signed_hosts;
use super::clock::now;
use super::failure::Failure;
use super::format::{Lines, WARNING, count, write_problem};
use super::stdio::{print, read_text};
use super::tree_file::TreeFile;
use crate::sources::links::config::part_name;
use crate::tree::Tree;
use crate::tree::pack::{MAX_SECRETS, compress, split, unpack};
use crate::tree::parse::{Context, Parsed};

const EXAMPLES: &str = "\
Examples:
  signpost pack tree.txt > secrets.json && npx wrangler secret bulk secrets.json
  signpost pack --compress --name MOVIES tree.txt | npx wrangler secret bulk
  signpost pack --kv tree.txt > tree.packed
  npx wrangler kv key put --binding KV --remote tree --path tree.packed";

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
    /// Print the compressed text alone, for a value in KV
    #[arg(long, conflicts_with_all = ["compress", "name"])]
    kv: bool,
    /// Set as many secrets as this in all, deleting those that an earlier, larger tree needed
    #[arg(long, value_name = "NUMBER", conflicts_with = "kv")]
    clear_to: Option<usize>,
}

/// Prints the tree as JSON for `wrangler secret bulk`, or its compressed text, unless the tree has errors.
pub fn run(args: &Args) -> Result<(), Failure> {
    let text = read_text(&args.tree.path)?;
    let text = unpack(&text).map_err(Failure::new)?;
    let hosts = signed_hosts(&[])?;
    let context = Context { now: now(), hosts: &hosts, at_site_root: true };
    match Tree::parse(&text, context) {
        Ok(Parsed { tree, .. }) if tree.files() + tree.folders() == 0 => {
            return Err(Failure::new(
                "there is no file and no folder in it: everything on the site would be gone. Is it \
                 the right file?",
            ));
        }
        Ok(_) => {}
        Err(problems) => {
            let mut err = anstream::stderr();
            let errors = problems.iter().filter(|problem| problem.kind.is_error());
            let lines = Lines::of(&text);
            errors.into_iter().try_for_each(|problem| write_problem(&mut err, &lines, problem))?;
            return Err(Failure::Input);
        }
    }
    if args.kv {
        return print(|out| writeln!(out, "{}", compress(&text)));
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
    print(|out| {
        serde_json::to_writer_pretty(&mut *out, &secrets)?;
        writeln!(out)
    })
}

fn secret_name(name: &str) -> Result<String, String> {
    let fits = name.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_')
        && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_');
    if fits { Ok(name.to_owned()) } else { Err("use letters, digits and _".to_owned()) }
}
