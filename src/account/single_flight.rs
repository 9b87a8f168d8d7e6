//! Work that is done once, however many wait for it.
//!
//! The work runs by itself, spawned by the host: a request that is abandoned is never polled again,
//! and whoever shares its work would wait for ever.

use std::cell::RefCell;
use std::future::Future;
use std::pin::Pin;
use std::rc::Rc;
use std::task::{Context, Poll, Waker};
use std::time::Duration;

use crate::sources::upstream::error::{UpstreamError, UpstreamErrorKind};
use crate::time::UnixMillis;

/// Work that may be under way longer than this has been lost with the request that spawned it. Above
/// every time that a piece of work is given.
const LOST_AFTER: Duration = Duration::from_mins(1);

/// A piece of work under way, to be waited for.
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

/// The end of a [`SingleFlight`] that its work holds. Dropped without a word, the work has failed.
#[derive(Debug)]
pub struct Completion(Rc<RefCell<State>>);

/// Waits for a [`SingleFlight`].
#[derive(Debug)]
pub struct Outcome(Rc<RefCell<State>>);

impl SingleFlight {
    /// A piece of work that begins now.
    pub fn new(now: UnixMillis) -> (Self, Completion) {
        let state = Rc::new(RefCell::new(State::default()));
        (Self { started_at: now, state: Rc::clone(&state) }, Completion(state))
    }

    /// Whether it is worth waiting for.
    pub fn is_under_way(&self, now: UnixMillis) -> bool {
        self.state.borrow().result.is_none() && now < self.started_at.after(LOST_AFTER)
    }

    /// How it ended, once it has.
    pub fn outcome(&self) -> Outcome {
        Outcome(Rc::clone(&self.state))
    }
}

impl Completion {
    /// Tells everybody how it ended.
    pub fn complete(self, result: Result<(), UpstreamError>) {
        finish(&self.0, result);
    }
}

impl Drop for Completion {
    fn drop(&mut self) {
        finish(&self.0, Err(UpstreamErrorKind::Other.into()));
    }
}

/// The first word stands.
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
