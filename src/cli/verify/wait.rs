//! The check that a link stops working: the one that ends first is tried again after its end.

use std::time::Duration;

use super::cdn::{Fetched, fetch};
use super::files::{FileTest, first_to_end};
use super::report::{Outcome, Row};
use crate::cli::clock;
use crate::cli::http::Client;

/// The name of the check.
const CHECK: &str = "end of link";
/// The time after a link's end at which it is tried, for clocks that are not quite right.
const MARGIN: Duration = Duration::from_secs(3);

/// Waits for the end of the link that ends first, and tries it again.
pub fn check(client: &Client, tested: &[FileTest], most: Duration) -> Row {
    let Some((path, link, end)) = first_to_end(tested) else {
        return Row::new(CHECK, "", Outcome::Untested, "no signed link was served");
    };
    let wait = end.since(clock::now()) + MARGIN;
    if wait > most + MARGIN {
        let minutes = wait.as_secs().div_ceil(60);
        return Row::new(
            CHECK,
            path,
            Outcome::Untested,
            format!("the link works for {minutes} min more"),
        )
        .hint(format!("wait longer: --wait={minutes}"));
    }
    std::thread::sleep(wait);
    judge(path, &fetch(client, &link.url))
}

/// Judges the answer to a link after its end.
fn judge(path: &str, fetched: &Fetched) -> Row {
    match fetched {
        Fetched::Byte | Fetched::Elsewhere => {
            Row::new(CHECK, path, Outcome::Leak, "the CDN serves the link after its end")
                .hint("turn URL authentication on in 123Pan's console; then ask 123Pan")
        }
        Fetched::Refused { status, .. } => {
            Row::new(CHECK, path, Outcome::Ok, format!("refused after its end ({status})"))
        }
        Fetched::NoAnswer(error) => Row::new(CHECK, path, Outcome::Untested, error.to_string()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cli::http::HttpError;

    #[test]
    fn a_link_that_outlives_its_end_is_a_leak() {
        let refused = Fetched::Refused { status: 403, body: Vec::new(), time: None };
        for (fetched, want) in [
            (Fetched::Byte, Outcome::Leak),
            (refused, Outcome::Ok),
            (Fetched::NoAnswer(HttpError::Timeout), Outcome::Untested),
        ] {
            assert_eq!(judge("/a", &fetched).outcome, want);
        }
    }
}
