//! Files whose bytes 123Pan's CDN refuses to the Worker: remembered for a while, so that not every request
//! tries again, and reported to the account's owner.

use super::load::TIMEOUT_WITH_CACHED;
use super::{RemoteEntry, RemoteSource};
use crate::account::command::Command;
use crate::context::RequestContext;
use crate::error::Error;
use crate::error::upstream::UpstreamError;
use crate::platform::Platform;
use crate::sources::failures::FailureKey;
use crate::time::UnixSeconds;

impl RemoteSource {
    /// Records that the CDN refuses a file's bytes here. What no new link mends is reported to the account
    /// object, where the owner's health page finds it.
    pub async fn note_refusal(
        &self,
        file: u64,
        failed: &UpstreamError,
        ctx: &RequestContext<impl Platform>,
    ) {
        self.cache().record_failure(FailureKey::Bytes(file), failed.clone(), ctx.now());
        if failed.kind.is_of_every_link() || failed.kind.stops_the_account() {
            // Its reply says nothing that this request needs.
            let _ = self.ask(Command::Report(failed.clone()), TIMEOUT_WITH_CACHED, ctx).await;
        }
    }
}

impl RemoteEntry<'_> {
    /// Why the CDN refused the file's bytes a moment ago.
    pub fn refusal(&self, now: UnixSeconds) -> Option<Error> {
        let failed = self.remote.cache().failure(FailureKey::Bytes(self.item.id), now)?;
        Some(Error::from_failure(Some(&failed)))
    }
}
