//! The port of the account client: all that it needs from outside of the program.

use std::time::Duration;

use futures_util::future::LocalBoxFuture;

use super::store::StorageKey;
use crate::sources::upstream::call::{ApiResponse, Call, TransportError};
use crate::time::UnixMillis;

/// Clock, random bytes, network, storage and log of an account client: those of its Durable Object in the
/// Worker, and a fake vendor's in tests.
#[expect(async_fn_in_trait, reason = "hosts are single-threaded and live in this crate")]
pub trait AccountHost {
    /// The wall clock.
    fn now(&self) -> UnixMillis;

    /// Sixteen random bytes.
    fn random(&self) -> [u8; 16];

    /// Sends one request, and reads at most `most` bytes of the answer's body. Never follows a
    /// redirect, never tries again.
    async fn send(
        &self,
        call: &Call,
        most: usize,
        timeout: Duration,
    ) -> Result<ApiResponse, TransportError>;

    /// Waits.
    async fn sleep(&self, span: Duration);

    /// Runs this to its end, though nobody waits for it.
    fn spawn(&self, work: LocalBoxFuture<'static, ()>);

    /// A text that was written, in this life or an earlier one.
    fn read(&self, key: &StorageKey<'_>) -> Option<String>;

    /// Writes a text; when this returns `true` it is durable before anything else leaves.
    fn write(&self, key: &StorageKey<'_>, text: &str) -> bool;

    /// Forgets a text.
    fn remove(&self, key: &StorageKey<'_>);

    /// Puts a text where every isolate can read it, for so long. `false` if that failed.
    async fn publish(&self, key: &str, text: &str, lifetime: Duration) -> bool;

    /// A line for the owner's log. Nothing secret is ever in one.
    fn log(&self, line: &str);
}
