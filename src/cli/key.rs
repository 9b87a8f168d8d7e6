//! `signpost key`: a new random key for `SITE_KEYS`.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

use super::failure::Failure;
use super::stdio::print;

const EXAMPLES: &str = "\
SITE_KEYS signs share links and logins. To change the key and keep what it signed, put the new one
in front of the old one, and take the old one out when its links have expired.

Paste what it prints where wrangler asks for the value, and keep it in a password manager; of two
keys put a space between them.

Examples:
  signpost key
  npx wrangler secret put SITE_KEYS";

#[derive(clap::Args)]
#[command(after_help = EXAMPLES)]
pub struct Args {}

/// Prints a key of 32 random bytes, which is stored nowhere.
pub fn run(_: &Args) -> Result<(), Failure> {
    let mut key = [0; 32];
    getrandom::fill(&mut key).map_err(Failure::new)?;
    print(|out| writeln!(out, "{}", URL_SAFE_NO_PAD.encode(key)))
}
