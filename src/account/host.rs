//! What the desk asks of whoever runs it.

use futures_util::future::LocalBoxFuture;

use super::store::StorageKey;
use crate::sources::upstream::call::{Answer, Broken, Call};

/// The desk's door to time, chance, network and storage: the account object's in the Worker, and one over
/// a fake vendor in tests.
#[expect(async_fn_in_trait, reason = "hosts are single-threaded and live in this crate")]
pub trait Host {
    /// The wall clock, in Unix milliseconds.
    fn now_ms(&self) -> u64;

    /// Sixteen random bytes.
    fn random(&self) -> [u8; 16];

    /// Sends one request, and reads at most `most` bytes of the answer's body. Never follows a
    /// redirect, never tries again.
    async fn send(&self, call: &Call, most: usize, timeout_ms: u64) -> Result<Answer, Broken>;

    /// Waits.
    async fn sleep(&self, ms: u64);

    /// Runs this to its end, though nobody waits for it.
    fn spawn(&self, work: LocalBoxFuture<'static, ()>);

    /// A text that was written, in this life or an earlier one.
    fn read(&self, key: &StorageKey<'_>) -> Option<String>;

    /// Writes a text; when this returns `true` it is durable before anything else leaves.
    fn write(&self, key: &StorageKey<'_>, text: &str) -> bool;

    /// Forgets a text.
    fn remove(&self, key: &StorageKey<'_>);

    /// Puts a text where every isolate can read it, for some seconds. `false` if that failed.
    async fn publish(&self, key: &str, text: &str, seconds: u64) -> bool;

    /// A line for the owner's log. Nothing secret is ever in one.
    fn log(&self, line: &str);
}
