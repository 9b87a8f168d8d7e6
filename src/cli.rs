//! The command line, for the owner's own machine: check a tree, sign a link, pack a tree.

mod check;
mod format;
mod key;
mod link;
mod pack;
mod password;
mod sign;

use std::fmt;
use std::io::{self, Read as _, Write as _};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::{CommandFactory as _, Parser, Subcommand};
use clap_complete::Shell;

use crate::time::UnixSeconds;

const EXAMPLES: &str = "\
Examples:
  signpost check tree.txt
  signpost sign https://vip.123pan.cn/13/a.mkv --uid 13 --key-file key.txt
  signpost pack tree.txt > secrets.json && npx wrangler secret bulk secrets.json
  signpost link /Movies/ --site https://files.example.com --keys-file keys.txt
  source <(signpost completions bash)

Exit status: 0 if all is well, 1 if the input has errors, 2 if the command can't be carried out.";

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
    /// Sign one link, or lines of JSON
    Sign(sign::Args),
    /// Print the secrets that hold a tree, for `wrangler secret bulk`
    Pack(pack::Args),
    /// Make a share link to a file or folder of the site
    Link(link::Args),
    /// Print a new key for `SITE_KEYS`
    Key(key::Args),
    /// Print the hash of a password, to be set as its secret
    Password(password::Args),
    /// Print the completions of a shell
    #[command(after_help = COMPLETIONS_EXAMPLES)]
    Completions {
        /// The shell to complete for
        shell: Shell,
    },
}

/// The reason why a command ended early, which decides its exit code: the fault of the input, or of
/// anything else.
#[derive(Debug)]
enum Failure {
    /// The input has errors, which have been shown.
    Input,
    /// Any other failure, with the message for standard error.
    Other(String),
}

impl From<io::Error> for Failure {
    fn from(error: io::Error) -> Self {
        Self::Other(error.to_string())
    }
}

impl Failure {
    fn new(message: impl fmt::Display) -> Self {
        Self::Other(message.to_string())
    }
}

/// Runs the command that the arguments name.
pub fn main() -> ExitCode {
    let result = match Cli::parse().command {
        Command::Check(args) => check::run(&args),
        Command::Sign(args) => sign::run(&args),
        Command::Pack(args) => pack::run(&args),
        Command::Link(args) => link::run(&args),
        Command::Key(args) => key::run(&args),
        Command::Password(args) => password::run(&args),
        Command::Completions { shell } => completions(shell),
    };
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(Failure::Input) => ExitCode::from(1),
        Err(Failure::Other(message)) => {
            let style = anstyle::AnsiColor::Red.on_default().bold();
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

/// Writes data to standard output, byte for byte.
fn print(write: impl FnOnce(&mut dyn io::Write) -> io::Result<()>) -> Result<(), Failure> {
    print_to(io::stdout().lock(), write)
}

/// Writes text for people to standard output, with colours only on a terminal. Not for data: on its way to
/// a file it loses what looks like a colour, and DEL, which a name may hold.
fn print_styled(write: impl FnOnce(&mut dyn io::Write) -> io::Result<()>) -> Result<(), Failure> {
    print_to(anstream::stdout().lock(), write)
}

/// Writes to an output and flushes it. A closed pipe, as by `head`, is no failure.
fn print_to(
    out: impl io::Write,
    write: impl FnOnce(&mut dyn io::Write) -> io::Result<()>,
) -> Result<(), Failure> {
    let mut out = io::BufWriter::new(out);
    match write(&mut out).and_then(|()| out.flush()) {
        Err(error) if error.kind() != io::ErrorKind::BrokenPipe => Err(error.into()),
        _ => Ok(()),
    }
}

/// Reads a text file; `-` is standard input.
fn read_text(path: &Path) -> Result<String, Failure> {
    let mut bytes = Vec::new();
    let read = if path == Path::new("-") {
        io::stdin().lock().read_to_end(&mut bytes).map(|_| ())
    } else {
        std::fs::read(path).map(|read| bytes = read)
    };
    read.map_err(|error| Failure::new(format_args!("{}: {error}", path.display())))?;
    String::from_utf8(bytes).map_err(|error| {
        let valid = error.utf8_error().valid_up_to();
        let line = error.as_bytes().iter().take(valid).filter(|byte| **byte == b'\n').count() + 1;
        Failure::new(format_args!(
            "{}: line {line} is not UTF-8; save the file as UTF-8",
            path.display()
        ))
    })
}

/// The wall clock's time. The one place on the command line that reads the clock.
#[expect(clippy::disallowed_methods, reason = "the command line's clock")]
fn now() -> UnixSeconds {
    let since = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH);
    UnixSeconds(since.map_or(0, |since| since.as_secs()))
}

/// The argument of commands that read a tree.
#[derive(clap::Args)]
struct TreeFile {
    /// The tree's text, or - for standard input
    #[arg(value_name = "TREE")]
    path: PathBuf,
}
