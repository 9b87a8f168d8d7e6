//! The world as the host of an account client: clock, timers, network, storage and log.

use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use futures_util::future::LocalBoxFuture;
use signpost::account::host::AccountHost;
use signpost::account::store::StorageKey;
use signpost::sources::upstream::call::{ApiResponse, Call, TransportError};
use signpost::time::UnixMillis;

use super::{Published, World};
use crate::support::vendor::http::Act;

/// How long the vendor takes to answer.
const ANSWER_MS: u64 = 80;

impl AccountHost for World {
    fn now(&self) -> UnixMillis {
        UnixMillis(self.0.now.get())
    }

    fn random(&self) -> [u8; 16] {
        let chance = self.0.chance.get() + 1;
        self.0.chance.set(chance);
        let mixed = u128::from(chance).wrapping_mul(0x9E37_79B9_7F4A_7C15_F39C_C060_5CED_C834);
        mixed.to_be_bytes()
    }

    async fn send(
        &self,
        call: &Call,
        most: usize,
        timeout: Duration,
    ) -> Result<ApiResponse, TransportError> {
        let timeout_ms = u64::try_from(timeout.as_millis()).unwrap();
        let is_exchange = call.endpoint.is_sign_in;
        let most_ms = if is_exchange { 18_000 } else { 8_000 };
        assert!((1..=most_ms).contains(&timeout_ms), "{timeout_ms} ms for an attempt");
        self.check_durable(call);
        let request = self.request(call);
        let reply = self.0.vendor.borrow_mut().handle(&request);
        let takes = ANSWER_MS + reply.delay_ms;
        if reply.act == Act::Silence || takes > timeout_ms {
            self.sleep(timeout).await;
            return Err(TransportError::TimedOut);
        }
        self.sleep(Duration::from_millis(takes)).await;
        if reply.act != Act::Send {
            return Err(TransportError::Unreachable);
        }
        let cut = reply.body.len() > most;
        let mut answer = ApiResponse {
            status: reply.status,
            location: reply.header("location").map(str::to_owned),
            content_type: reply.header("content-type").map(str::to_owned),
            retry_after: reply
                .header("retry-after")
                .and_then(|after| after.parse().ok())
                .map(Duration::from_secs),
            body: reply.body,
            cut,
        };
        answer.body.truncate(most);
        Ok(answer)
    }

    async fn sleep(&self, span: Duration) {
        // A wait without an end is one of a hundred years.
        let ms = u64::try_from(span.as_millis()).unwrap_or(u64::MAX).min(1 << 41);
        let key = (self.now_ms() + ms, self.0.chance.get());
        self.0.chance.set(self.0.chance.get() + 1);
        Sleep { world: self.clone(), key }.await;
    }

    fn spawn(&self, work: LocalBoxFuture<'static, ()>) {
        self.0.spawned.borrow_mut().push(work);
    }

    fn read(&self, key: &StorageKey<'_>) -> Option<String> {
        self.0.reads.set(self.0.reads.get() + 1);
        self.0.store.borrow().get(&key.to_string()).cloned()
    }

    fn write(&self, key: &StorageKey<'_>, text: &str) -> bool {
        if self.0.writes_fail.get() {
            return false;
        }
        self.0.writes.set(self.0.writes.get() + 1);
        self.0.store.borrow_mut().insert(key.to_string(), text.to_owned());
        true
    }

    fn remove(&self, key: &StorageKey<'_>) {
        self.0.store.borrow_mut().remove(&key.to_string());
    }

    async fn publish(&self, key: &str, text: &str, lifetime: Duration) -> bool {
        self.sleep(Duration::from_millis(5)).await;
        self.0.published.borrow_mut().push(Published {
            key: key.to_owned(),
            text: text.to_owned(),
            seconds: lifetime.as_secs(),
            now_ms: self.now_ms(),
        });
        true
    }

    fn log(&self, line: &str) {
        self.0.logged.borrow_mut().push(line.to_owned());
    }
}

struct Sleep {
    world: World,
    key: (u64, u64),
}

impl Future for Sleep {
    type Output = ();

    fn poll(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<()> {
        if self.world.now_ms() >= self.key.0 {
            return Poll::Ready(());
        }
        self.world.0.timers.borrow_mut().insert(self.key, context.waker().clone());
        Poll::Pending
    }
}

impl Drop for Sleep {
    fn drop(&mut self) {
        self.world.0.timers.borrow_mut().remove(&self.key);
    }
}
