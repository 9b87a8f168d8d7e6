//! The command line, for the owner's own machine: check a tree, sign a link, pack a tree,
//! test a deployed site.

mod check;
mod clock;
mod direct_link;
mod explain;
mod failure;
mod format;
mod http;
mod import;
mod key;
mod link;
mod output_file;
mod pack;
mod password;
mod pull;
mod sign;
mod signed_url;
mod site_client;
mod site_crawl;
mod stdio;
mod strm;
mod token;
mod tree;
mod tree_file;
mod tree_text;
mod verify;

use std::io::Write as _;
use std::process::ExitCode;

use clap::{CommandFactory as _, Parser, Subcommand};
use clap_complete::Shell;

use failure::Failure;
use format::visible;
use stdio::print;

const EXAMPLES: &str = "\
Examples:
  signpost check tree.txt
  signpost sign https://vip.123pan.cn/13/a.mkv --uid 13 --key-file key.txt
  signpost pack tree.txt --output secrets.json
  signpost import openlist_backup.json --out site
  signpost link /Movies/ --site https://files.example.com --keys-file keys.txt
  signpost verify https://files.example.com --config wrangler.toml
  source <(signpost completions bash)

Exit status: 0 if all is well, 1 if the input has errors, trees differ or a site leaks, 2 if the command can't
be carried out.";

const COMPLETIONS_EXAMPLES: &str = "\
Examples:
  source <(signpost completions bash)
  signpost completions zsh > ~/.zfunc/_signpost
  signpost completions fish > ~/.config/fish/completions/signpost.fish";

#[derive(Parser)]
#[command(name = "signpost", version, about, after_help = EXAMPLES, max_term_width = 100)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Print a tree as it will be served, with every error and warning
    Check(check::Args),
    /// Sign one link or lines of JSON, or explain a signed link
    Sign(sign::Args),
    /// Print the secrets that hold a tree, for `wrangler secret bulk`
    Pack(pack::Args),
    /// Compare trees as visitors see them
    Tree(tree::Args),
    /// Bring links, or the settings of AList and OpenList, to a site of your own
    Import(import::Args),
    /// Make a share link to a file or folder of the site
    Link(link::Args),
    /// Print a new key for `SITE_KEYS`
    Key(key::Args),
    /// Print the hash of a password, to be set as its secret
    Password(password::Args),
    /// Write the tree of a deployed site, from its own JSON
    Pull(pull::Args),
    /// Write a library of `.strm` files for media centres, from a folder of a deployed site
    Strm(strm::Args),
    /// Test a deployed site from outside, as a stranger would
    Verify(verify::Args),
    /// Print the completions of a shell
    #[command(after_help = COMPLETIONS_EXAMPLES)]
    Completions {
        /// The shell to complete for
        shell: Shell,
    },
}

/// Runs the command that the arguments name.
pub fn main() -> ExitCode {
    let result = match Cli::parse().command {
        Command::Check(args) => check::run(&args),
        Command::Sign(args) => sign::run(&args),
        Command::Pack(args) => pack::run(&args),
        Command::Tree(args) => tree::run(&args),
        Command::Import(args) => import::run(&args),
        Command::Link(args) => link::run(&args),
        Command::Key(args) => key::run(&args),
        Command::Password(args) => password::run(&args),
        Command::Pull(args) => pull::run(&args),
        Command::Strm(args) => strm::run(&args),
        Command::Verify(args) => verify::run(&args),
        Command::Completions { shell } => completions(shell),
    };
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(Failure::Input | Failure::Differs) => ExitCode::from(1),
        Err(Failure::Other(message)) => {
            let style = anstyle::AnsiColor::Red.on_default().bold();
            // A server's own words may be in it.
            let message = message.lines().map(visible).collect::<Vec<_>>().join("\n");
            let _ = writeln!(anstream::stderr(), "{style}error{style:#}: {message}");
            ExitCode::from(2)
        }
    }
}

fn completions(shell: Shell) -> Result<(), Failure> {
    let mut script = Vec::new();
    clap_complete::generate(shell, &mut Cli::command(), "signpost", &mut script);
    print(|out| out.write_all(&script))
}
