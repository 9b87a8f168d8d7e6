//! Files whose bytes 123Pan's CDN refuses to the Worker: remembered for a while, so that not every request
//! tries again, and reported to the account's owner.

use std::cell::RefCell;
use std::time::Duration;

use super::load::TIMEOUT_WITH_CACHED;
use super::{RemoteEntry, RemoteSource};
use crate::account::command::Command;
use crate::context::RequestContext;
use crate::error::Error;
use crate::error::upstream::{UpstreamError, UpstreamErrorKind};
use crate::platform::Platform;
use crate::sources::failures::FailureKey;
use crate::time::UnixSeconds;

/// How often the same kind of refusal is reported: many files may meet it.
const INTERVAL: Duration = Duration::from_mins(1);

/// The kinds of refusals that the isolate has reported, each with the time of its last report.
#[derive(Debug, Default)]
pub(super) struct Reports(RefCell<Vec<(UpstreamErrorKind, UnixSeconds)>>);

impl Reports {
    /// Whether a kind of refusal is to be reported now, of which this takes note.
    fn is_due(&self, kind: UpstreamErrorKind, now: UnixSeconds) -> bool {
        let mut sent = self.0.borrow_mut();
        sent.retain(|(_, at)| now.since(*at) < INTERVAL);
        let is_due = sent.iter().all(|(of, _)| *of != kind);
        if is_due {
            sent.push((kind, now));
        }
        is_due
    }
}

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
        let is_told = failed.kind.is_of_every_link() || failed.kind.stops_the_account();
        if is_told && self.reports.is_due(failed.kind, ctx.now()) {
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
