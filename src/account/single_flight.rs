//! Single flight: work that is done once, however many callers wait for its result.
//!
//! The work runs by itself, spawned by the host: the future of an abandoned request is never polled again,
//! and callers that shared its work would wait for ever.

use std::cell::RefCell;
use std::collections::HashMap;
use std::future::Future;
use std::hash::Hash;
use std::pin::Pin;
use std::rc::Rc;
use std::task::{Context, Poll, Waker};
use std::time::Duration;

use crate::error::upstream::{UpstreamError, UpstreamErrorKind};
use crate::time::UnixMillis;

/// After this time, work counts as lost with the request that spawned it. Longer than the deadline of any
/// piece of work.
const LOST_AFTER: Duration = Duration::from_mins(1);

/// A handle to a piece of work under way, whose result can be awaited.
#[derive(Clone, Debug)]
pub struct SingleFlight {
    started_at: UnixMillis,
    state: Rc<RefCell<State>>,
}

#[derive(Debug, Default)]
struct State {
    result: Option<Result<(), UpstreamError>>,
    waiting: Vec<Waker>,
}

/// The half of a [`SingleFlight`] that its work holds, to report the result. If it is dropped without one,
/// the work has failed.
#[derive(Debug)]
pub struct Completion(Rc<RefCell<State>>);

/// The future of a [`SingleFlight`]'s result.
#[derive(Debug)]
pub struct Outcome(Rc<RefCell<State>>);

impl SingleFlight {
    /// Creates the two halves of a piece of work that begins now.
    pub fn new(now: UnixMillis) -> (Self, Completion) {
        let state = Rc::new(RefCell::new(State::default()));
        (Self { started_at: now, state: Rc::clone(&state) }, Completion(state))
    }

    /// Whether the work is neither finished nor lost.
    pub fn is_under_way(&self, now: UnixMillis) -> bool {
        self.state.borrow().result.is_none() && now < self.started_at.after(LOST_AFTER)
    }

    /// A future of the work's result.
    pub fn outcome(&self) -> Outcome {
        Outcome(Rc::clone(&self.state))
    }
}

/// The work under way, by key: what is wanted once more joins the work that has begun.
#[derive(Debug)]
pub struct Flights<K>(RefCell<HashMap<K, SingleFlight>>);

impl<K> Default for Flights<K> {
    fn default() -> Self {
        Self(RefCell::default())
    }
}

impl<K: Eq + Hash> Flights<K> {
    /// The work under way for a key, if there is any.
    pub fn under_way(&self, key: &K, now: UnixMillis) -> Option<SingleFlight> {
        self.0.borrow().get(key).filter(|flight| flight.is_under_way(now)).cloned()
    }

    /// The keys of all work under way.
    pub fn keys(&self, now: UnixMillis) -> Vec<K>
    where
        K: Clone,
    {
        let flights = self.0.borrow();
        let under_way = flights.iter().filter(|(_, flight)| flight.is_under_way(now));
        under_way.map(|(key, _)| key.clone()).collect()
    }

    /// Joins the work under way for a key, or begins it: then the caller gets the half that the work holds,
    /// and spawns the work.
    pub fn join_or_begin(&self, key: K, now: UnixMillis) -> (SingleFlight, Option<Completion>) {
        if let Some(flight) = self.under_way(&key, now) {
            return (flight, None);
        }
        let (flight, completion) = SingleFlight::new(now);
        let mut flights = self.0.borrow_mut();
        flights.retain(|_, flight| flight.is_under_way(now));
        flights.insert(key, flight.clone());
        (flight, Some(completion))
    }
}

impl Completion {
    /// Reports the result to all callers that wait.
    pub fn complete(self, result: Result<(), UpstreamError>) {
        finish(&self.0, result);
    }
}

impl Drop for Completion {
    fn drop(&mut self) {
        finish(&self.0, Err(UpstreamErrorKind::Other.into()));
    }
}

/// Sets the result, unless there is one, and wakes all callers that wait.
fn finish(state: &RefCell<State>, result: Result<(), UpstreamError>) {
    let waiting = {
        let mut state = state.borrow_mut();
        state.result.get_or_insert(result);
        std::mem::take(&mut state.waiting)
    };
    waiting.into_iter().for_each(Waker::wake);
}

impl Future for Outcome {
    type Output = Result<(), UpstreamError>;

    fn poll(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        let mut state = self.0.borrow_mut();
        if let Some(result) = &state.result {
            return Poll::Ready(result.clone());
        }
        if !state.waiting.iter().any(|waker| waker.will_wake(context.waker())) {
            state.waiting.push(context.waker().clone());
        }
        Poll::Pending
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_work_that_is_neither_finished_nor_lost_is_under_way() {
        let flights = Flights::default();
        let begun = UnixMillis(1_000);
        let keys = |now| {
            let mut keys = flights.keys(now);
            keys.sort_unstable();
            keys
        };
        let (_, one) = flights.join_or_begin(1, begun);
        let (_, two) = flights.join_or_begin(2, begun);
        assert!(one.is_some() && flights.join_or_begin(1, begun).1.is_none());
        assert_eq!(keys(begun), [1, 2]);
        two.unwrap().complete(Ok(()));
        assert_eq!(keys(begun), [1]);
        assert_eq!(keys(begun.after(LOST_AFTER)), [0; 0]);
        drop(one);
        assert_eq!(keys(begun), [0; 0]);
    }
}
