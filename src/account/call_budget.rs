//! The limits of one piece of work: how many API calls it may make, and until when.

use std::cell::Cell;

use crate::error::upstream::{UpstreamError, UpstreamErrorKind};
use crate::time::UnixMillis;

/// The limits of one piece of work: how many API calls it may make, and until when.
#[derive(Debug)]
pub struct CallBudget {
    /// The number of calls that may still be made.
    pub calls: Cell<u32>,
    /// The deadline of the work.
    pub until: UnixMillis,
    /// Whether calls are made although the account's circuit breaker is open, because the owner asked for
    /// them.
    pub forced: Cell<bool>,
}

impl CallBudget {
    /// A budget of this many calls until this deadline.
    pub fn new(calls: u32, until: UnixMillis, forced: bool) -> Self {
        Self { calls: Cell::new(calls), until, forced: Cell::new(forced) }
    }

    /// Takes one call from the budget.
    ///
    /// # Errors
    /// [`UpstreamErrorKind::TimedOut`] if no call is left.
    pub fn take_call(&self) -> Result<(), UpstreamError> {
        let left = self.calls.get().checked_sub(1).ok_or(UpstreamErrorKind::TimedOut)?;
        self.calls.set(left);
        Ok(())
    }
}
