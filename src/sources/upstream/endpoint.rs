//! An endpoint of 123Pan's APIs, with the limits that calls to it keep. Each source has its own endpoints.

use std::fmt;
use std::time::Duration;

/// An endpoint of 123Pan's APIs, with the limits that calls to it keep; told from others by its name.
#[derive(Clone, Copy)]
pub struct Endpoint {
    /// The name in the log.
    pub name: &'static str,
    /// The name of the rate limit that calls count against: the endpoint's own, unless 123Pan counts several
    /// endpoints together.
    pub rate_limit: &'static str,
    /// The least time between two calls of one rate limit, across all isolates.
    pub spacing: Duration,
    /// Maximum number of attempts of one call.
    pub max_attempts: u32,
    /// The first pause before a retry of a call that may work in a moment.
    pub first_pause: Duration,
    /// How long calls pause after 123Pan answers that there were too many.
    pub pauses: Pauses,
    /// Whether a call exchanges credentials for a token. It is not sent twice: 123Pan may have made a token,
    /// of which an account has few, or taken a refresh token that is good for one exchange.
    pub is_sign_in: bool,
    /// Whether a good token may be refused, because the file is not available to its account.
    pub refuses_good_tokens: bool,
}

/// How long calls pause after 123Pan reported too many.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Pauses {
    /// From the endpoint's first pause up to some seconds, for which calls wait.
    Seconds,
    /// A minute or more, for which no call waits: the limit's end is far away, and responses don't say so.
    Minutes,
}

impl Endpoint {
    /// An endpoint with a rate limit of its own and the usual retries.
    pub const fn new(name: &'static str, spacing: Duration) -> Self {
        Self {
            name,
            rate_limit: name,
            spacing,
            max_attempts: 4,
            first_pause: Duration::from_secs(1),
            pauses: Pauses::Seconds,
            is_sign_in: false,
            refuses_good_tokens: false,
        }
    }
}

impl PartialEq for Endpoint {
    fn eq(&self, other: &Self) -> bool {
        self.name == other.name
    }
}

impl Eq for Endpoint {}

impl fmt::Debug for Endpoint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name)
    }
}
