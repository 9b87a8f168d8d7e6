//! The port of the account client: the trait through which it reaches clock, network, storage and log.

use std::time::Duration;

use futures_util::future::LocalBoxFuture;

use super::store::StorageKey;
use crate::sources::upstream::call::{ApiResponse, Call, TransportError};
use crate::time::UnixMillis;

/// Clock, random bytes, network, storage and log of an account client: in the Worker those of its Durable
/// Object, in tests those of a fake 123Pan.
#[expect(async_fn_in_trait, reason = "hosts are single-threaded and live in this crate")]
pub trait AccountHost {
    /// The wall clock's time, in milliseconds.
    fn now(&self) -> UnixMillis;

    /// Sixteen bytes from the platform's CSPRNG.
    fn random(&self) -> [u8; 16];

    /// Sends one HTTP request, and reads at most `most` bytes of the response body. Never follows a
    /// redirect, never retries.
    async fn send(
        &self,
        call: &Call,
        most: usize,
        timeout: Duration,
    ) -> Result<ApiResponse, TransportError>;

    /// Waits for this duration.
    async fn sleep(&self, span: Duration);

    /// Runs a future to its end, even if no request waits for it.
    fn spawn(&self, work: LocalBoxFuture<'static, ()>);

    /// Reads a text from the storage, written by this instance of the object or an earlier one.
    fn read(&self, key: &StorageKey<'_>) -> Option<String>;

    /// Writes a text to the storage; once this returns `true` the text is durable before any other output
    /// leaves.
    fn write(&self, key: &StorageKey<'_>, text: &str) -> bool;

    /// Removes a text from the storage.
    fn remove(&self, key: &StorageKey<'_>);

    /// Writes a text to KV, where every isolate can read it for this lifetime. `false` if that failed.
    async fn publish(&self, key: &str, text: &str, lifetime: Duration) -> bool;

    /// Writes a line to the owner's log. Nothing secret is ever in one.
    fn log(&self, line: &str);
}
