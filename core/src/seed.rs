//! The time and the random value that one request is answered with.

use crate::time::UnixSeconds;

/// The time and the random value of one request, drawn once, so that no code below has to ask for them.
#[derive(Clone, Copy, Debug)]
pub struct RequestSeed {
    /// The wall-clock time of the request.
    pub now: UnixSeconds,
    rand: [u8; 32],
}

impl RequestSeed {
    /// Makes a seed of the time and 16 bytes from the platform's CSPRNG, which become the `rand` of a
    /// signature.
    pub fn new(now: UnixSeconds, random: [u8; 16]) -> Self {
        let mut rand = [0; 32];
        // 16 bytes always fit into 32 digits.
        let _ = hex::encode_to_slice(random, &mut rand);
        Self { now, rand }
    }

    /// The `rand` of a signature: 32 lower-case hex digits.
    pub fn rand(&self) -> &str {
        str::from_utf8(&self.rand).unwrap_or_default()
    }
}
