//! Work that is done once, however many wait for it.
//!
//! The work runs by itself, spawned by the host: a request that is abandoned is never polled again,
//! and whoever shares its work would wait for ever.

use std::cell::RefCell;
use std::future::Future;
use std::pin::Pin;
use std::rc::Rc;
use std::task::{Context, Poll, Waker};

use crate::sources::upstream::trouble::{Failed, Trouble};

/// Work that may be under way longer than this has been lost with the request that spawned it. Above
/// every time that a piece of work is given.
const LOST_AFTER_MS: u64 = 60_000;

/// A piece of work under way, to be waited for.
#[derive(Clone, Debug)]
pub struct Flight {
    started_ms: u64,
    state: Rc<RefCell<State>>,
}

#[derive(Debug, Default)]
struct State {
    landed: Option<Result<(), Failed>>,
    waiting: Vec<Waker>,
}

/// The end of a [`Flight`] that its work holds. Dropped without a word, the work has failed.
#[derive(Debug)]
pub struct Landing(Rc<RefCell<State>>);

/// Waits for a [`Flight`].
#[derive(Debug)]
pub struct Landed(Rc<RefCell<State>>);

impl Flight {
    /// A piece of work that begins now.
    pub fn new(now_ms: u64) -> (Self, Landing) {
        let state = Rc::new(RefCell::new(State::default()));
        (Self { started_ms: now_ms, state: Rc::clone(&state) }, Landing(state))
    }

    /// Whether it is worth waiting for.
    pub fn is_under_way(&self, now_ms: u64) -> bool {
        self.state.borrow().landed.is_none()
            && now_ms < self.started_ms.saturating_add(LOST_AFTER_MS)
    }

    /// How it ended, once it has.
    pub fn landed(&self) -> Landed {
        Landed(Rc::clone(&self.state))
    }
}

impl Landing {
    /// Tells everybody how it ended.
    pub fn land(self, result: Result<(), Failed>) {
        finish(&self.0, result);
    }
}

impl Drop for Landing {
    fn drop(&mut self) {
        finish(&self.0, Err(Trouble::Other.into()));
    }
}

/// The first word stands.
fn finish(state: &RefCell<State>, result: Result<(), Failed>) {
    let waiting = {
        let mut state = state.borrow_mut();
        state.landed.get_or_insert(result);
        std::mem::take(&mut state.waiting)
    };
    waiting.into_iter().for_each(Waker::wake);
}

impl Future for Landed {
    type Output = Result<(), Failed>;

    fn poll(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        let mut state = self.0.borrow_mut();
        if let Some(landed) = &state.landed {
            return Poll::Ready(landed.clone());
        }
        if !state.waiting.iter().any(|waker| waker.will_wake(context.waker())) {
            state.waiting.push(context.waker().clone());
        }
        Poll::Pending
    }
}
