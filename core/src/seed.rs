//! What a request draws from its host: the time, and a random value.

use crate::time::UnixSeconds;

/// Time and chance of one request, so that nothing below has to ask for them.
#[derive(Clone, Copy, Debug)]
pub struct RequestSeed {
    /// The wall clock.
    pub now: UnixSeconds,
    rand: [u8; 32],
}

impl RequestSeed {
    /// `random` becomes the `rand` of a signature: 16 bytes from the platform's CSPRNG.
    pub fn new(now: UnixSeconds, random: [u8; 16]) -> Self {
        let mut rand = [0; 32];
        // 16 bytes always fit into 32 digits.
        let _ = hex::encode_to_slice(random, &mut rand);
        Self { now, rand }
    }

    /// 32 lower-case hex digits.
    pub fn rand(&self) -> &str {
        str::from_utf8(&self.rand).unwrap_or_default()
    }
}
