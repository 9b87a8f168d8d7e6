//! `signpost password`: the hash of a password, to be set as its secret.

use std::io::{self, IsTerminal as _};
use std::path::{Path, PathBuf};

use super::failure::Failure;
use super::stdio::{print, read_text};
use crate::access::password::{Derivation, MAX_ITERATIONS, MIN_ITERATIONS, Password, hash};

/// The most passwords that are asked for in one run.
const MAX_ASKED: i64 = 100;

const EXAMPLES: &str = "\
The password is asked for on the terminal, or read from standard input. Its hash is printed: set that
as the secret that a rule names. Whoever logs in still types the password.

A rule that names several secrets takes hashes that were made in one run: they have one salt, so that
a login derives once. Standard input has one password a line; --count asks for several. To add one to
a list that has a hash, put that hash into a file, and name the file by --like-file.

Examples:
  signpost password
  npx wrangler secret put TEAM_PASSWORD
  pass show team | signpost password --iterations 50000
  signpost password --count 2
  signpost password --like-file hash.txt";

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
    /// How many passwords to ask for on the terminal: a rule's list of them is hashed in one run
    #[arg(long, value_name = "COUNT", default_value_t = 1, value_parser = clap::value_parser!(u8).range(1..=MAX_ASKED))]
    count: u8,
    /// File with the hash of another password in the list: the new ones get its salt and iterations
    #[arg(long, value_name = "FILE", conflicts_with = "iterations")]
    like_file: Option<PathBuf>,
}

/// Prompts for passwords, or reads one from each line of standard input, and prints their hashes.
pub fn run(args: &Args) -> Result<(), Failure> {
    let given = if io::stdin().is_terminal() {
        (1..=args.count).map(|number| ask(number, args.count)).collect::<Result<Vec<_>, _>>()?
    } else {
        read_text(Path::new("-"))?.lines().map(str::to_owned).collect()
    };
    // Nothing at all is an empty password.
    let given = if given.is_empty() { vec![String::new()] } else { given };
    for (index, text) in given.iter().enumerate() {
        let line =
            if given.len() > 1 { format!("password {}: ", index + 1) } else { String::new() };
        check(text).map_err(|message| Failure::new(format!("{line}{message}")))?;
    }
    let Derivation { iterations, salt } = if let Some(file) = &args.like_file {
        derivation_in(file)?
    } else {
        let mut salt = vec![0; 16];
        getrandom::fill(&mut salt).map_err(Failure::new)?;
        Derivation { iterations: args.iterations, salt }
    };
    print(|out| {
        given.iter().try_for_each(|text| writeln!(out, "{}", hash(text, iterations, &salt)))
    })
}

/// Reads the salt and the iterations of the hash in a file.
fn derivation_in(file: &Path) -> Result<Derivation, Failure> {
    let named = |message: &str| Failure::new(format!("{}: {message}", file.display()));
    let hash = Password::parse(&read_text(file)?).map_err(|error| named(&error.to_string()))?;
    hash.derivation()
        .cloned()
        .ok_or_else(|| named("this is no hash; give a line that signpost password printed before"))
}

/// Refuses what is no password, with a message for the owner.
fn check(given: &str) -> Result<(), String> {
    // The same rules as for a plain password: what is too short to be set is too short to be hashed.
    let password = Password::parse(given).map_err(|error| error.to_string())?;
    if password.derivation().is_some() {
        return Err("this is a hash already; set it as it is".to_owned());
    }
    if given.trim() != given {
        return Err("the password begins or ends with a space; leave it out".to_owned());
    }
    Ok(())
}

fn ask(number: u8, count: u8) -> Result<String, Failure> {
    let which = if count > 1 { format!(" {number} of {count}") } else { String::new() };
    let given = rpassword::prompt_password(format!("Password{which}: "))?;
    // What is typed can't be seen, and its hash can't be checked by eye.
    if rpassword::prompt_password("Once more: ")? != given {
        return Err(Failure::new("these are two different passwords; try again"));
    }
    Ok(given)
}
