//! Tokens of servers' APIs: from a file or the environment, never from an argument, which others could read.

use std::path::Path;

use super::failure::Failure;
use super::stdio::read_text;
use crate::secret::Secret;

/// The token in a file, or else in an environment variable. Each kind of server has a variable of its own, so
/// that none gets the token of another.
///
/// # Errors
/// The file can't be read, or is empty.
pub fn token(file: Option<&Path>, variable: &str) -> Result<Option<Secret>, Failure> {
    if let Some(file) = file {
        let token = Secret::new(&read_text(file)?);
        if token.expose().is_empty() {
            return Err(Failure::new("--token-file: the token is empty"));
        }
        return Ok(Some(token));
    }
    let token = from_environment(variable).map(|text| Secret::new(&text));
    Ok(token.filter(|token| !token.expose().is_empty()))
}

#[expect(
    clippy::disallowed_methods,
    reason = "an argument could be read by others, as the token must not"
)]
fn from_environment(variable: &str) -> Option<String> {
    std::env::var(variable).ok()
}
