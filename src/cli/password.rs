//! `signpost password`: the hash of a password, to be set as its secret.

use std::io::{self, IsTerminal as _};
use std::path::Path;

use super::failure::Failure;
use super::stdio::{print, read_text};
use crate::access::password::{MAX_ITERATIONS, MIN_ITERATIONS, Password, hash};

const EXAMPLES: &str = "\
The password is asked for on the terminal, or read as one line from standard input. Its hash is
printed: set that as the secret that a rule names. Whoever logs in still types the password.

Examples:
  signpost password
  npx wrangler secret put TEAM_PASSWORD
  pass show team | signpost password --iterations 50000";

#[derive(clap::Args)]
#[command(after_help = EXAMPLES)]
pub struct Args {
    /// How often to hash: more make guessing slower, and each login as well
    #[arg(
        long,
        value_name = "COUNT",
        default_value_t = 20_000,
        value_parser = clap::value_parser!(u32).range(i64::from(MIN_ITERATIONS)..=i64::from(MAX_ITERATIONS))
    )]
    iterations: u32,
}

/// Prompts for a password and prints its hash.
pub fn run(args: &Args) -> Result<(), Failure> {
    let given = if io::stdin().is_terminal() { ask()? } else { read_line()? };
    // The same rules as for a plain password: what is too short to be set is too short to be hashed.
    let password = Password::parse(&given).map_err(Failure::new)?;
    if password.derivation().is_some() {
        return Err(Failure::new("this is a hash already; set it as it is"));
    }
    if given.trim() != given {
        return Err(Failure::new("the password begins or ends with a space; leave it out"));
    }
    let mut salt = [0; 16];
    getrandom::fill(&mut salt).map_err(Failure::new)?;
    let text = hash(&given, args.iterations, &salt);
    print(|out| writeln!(out, "{text}"))
}

fn ask() -> Result<String, Failure> {
    let given = rpassword::prompt_password("Password: ")?;
    // What is typed can't be seen, and its hash can't be checked by eye.
    if rpassword::prompt_password("Once more: ")? != given {
        return Err(Failure::new("these are two different passwords; try again"));
    }
    Ok(given)
}

fn read_line() -> Result<String, Failure> {
    let text = read_text(Path::new("-"))?;
    let line = text.strip_suffix('\n').unwrap_or(&text);
    let line = line.strip_suffix('\r').unwrap_or(line);
    if line.contains(['\n', '\r']) {
        return Err(Failure::new("standard input has several lines; give it the password alone"));
    }
    Ok(line.to_owned())
}
