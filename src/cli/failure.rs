//! Failures of commands.

use std::fmt;
use std::io;

/// The reason why a command ended early, which decides its exit code: an error of the input, a difference,
/// or anything else.
#[derive(Debug)]
pub enum Failure {
    /// The input has errors, which have been shown.
    Input,
    /// Two things that were compared differ, which has been shown.
    Differs,
    /// Any other failure, with the message for standard error.
    Other(String),
}

impl From<io::Error> for Failure {
    fn from(error: io::Error) -> Self {
        Self::Other(error.to_string())
    }
}

impl Failure {
    /// A failure with this message.
    pub fn new(message: impl fmt::Display) -> Self {
        Self::Other(message.to_string())
    }
}
