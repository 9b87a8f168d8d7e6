//! The failures of an account that its owner is told of: the last one of a call, and the last one that an
//! isolate reported of the CDN.

use std::time::Duration;

use crate::error::upstream::UpstreamError;
use crate::sources::upstream::cdn_refusal::CDN;
use crate::sources::upstream::endpoint::Endpoint;
use crate::time::UnixMillis;

/// For how long the owner is told of a failure that was reported of the CDN: isolates that still meet it
/// report it each minute.
const REPORTED: Duration = Duration::from_hours(1);

/// The last failures of an account.
#[derive(Debug, Default)]
pub struct LastFailure {
    call: Option<(Endpoint, UpstreamError, UnixMillis)>,
    reported: Option<(UpstreamError, UnixMillis)>,
}

impl LastFailure {
    /// The failure that the owner is told of, and its time: that of a call until one to the same endpoint goes
    /// through. Without one, what was last reported of the CDN, for some time: nobody says when that works again.
    /// A call that fails is worse: without it there are no links or listings.
    pub fn told(&self, now: UnixMillis) -> Option<(UpstreamError, UnixMillis)> {
        let call = self.call.as_ref().map(|(_, failed, at)| (failed, at));
        let reported = self.reported.as_ref().map(|(failed, at)| (failed, at));
        let reported = reported.filter(|(_, at)| now < at.after(REPORTED));
        call.or(reported).map(|(failed, at)| (failed.clone(), *at))
    }

    /// Records an endpoint's failure; that of the CDN is a report.
    pub fn note(&mut self, endpoint: Endpoint, failed: &UpstreamError, now: UnixMillis) {
        if endpoint == CDN {
            self.reported = Some((failed.clone(), now));
        } else {
            self.call = Some((endpoint, failed.clone(), now));
        }
    }

    /// Clears the failure of a call to this endpoint, because it works again.
    pub fn clear(&mut self, endpoint: Endpoint) {
        self.call.take_if(|(of, ..)| *of == endpoint);
    }
}
