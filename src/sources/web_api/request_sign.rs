//! The query signature of the web API's calls: one query parameter whose name is derived from the time.
//! Source: OpenList `drivers/123`, AList, rclone-123pan, which agree.

use chrono::{DateTime, Datelike as _, Timelike as _};

use crate::sources::upstream::call::CallContext;
use crate::time::UnixSeconds;

/// The time and the random number that a request signature is made from, besides the path. Made afresh for
/// each attempt.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Signing {
    /// The time of the request, which is signed.
    pub now: UnixSeconds,
    /// The random number of the signature, 0 to 10,000,000.
    pub rnd: u32,
}

impl Signing {
    /// The inputs for the signature of one attempt of a call.
    pub fn new(context: CallContext) -> Self {
        let rnd = u128::from_be_bytes(context.random) % 10_000_001;
        Self { now: context.now, rnd: u32::try_from(rnd).unwrap_or_default() }
    }
}

/// The signature's query parameter, as name and value, for a call of `path`: the path of the URL, as in
/// `/b/api/file/list/new`, without its query. Neither needs to be escaped.
pub fn pair(path: &str, now: UnixSeconds, rnd: u32) -> (String, String) {
    // China's time is read off as if it were UTC.
    let china = i64::try_from(now.0).unwrap_or_default().saturating_add(8 * 3600);
    let china = DateTime::from_timestamp(china, 0).unwrap_or_default();
    let (year, month, day) = (china.year(), china.month(), china.day());
    let (hour, minute) = (china.hour(), china.minute());
    let time = format!("{year:04}{month:02}{day:02}{hour:02}{minute:02}");
    let letters = time.bytes().map(|digit| match digit {
        b'0' => b'a',
        b'6' => b'l',
        b'7' => b'm',
        b'8' => b'y',
        b'9' => b'i',
        // The digits 1 to 5 become d to h.
        digit => digit + (b'd' - b'1'),
    });
    let name = crc32(letters).to_string();
    let data = crc32(format!("{now}|{rnd}|{path}|web|3|{name}").bytes());
    (name, format!("{now}-{rnd}-{data}"))
}

/// The CRC-32/IEEE checksum, as zlib's. Computed bit by bit: for a hundred bytes a call, a table is not
/// worth its size.
fn crc32(bytes: impl Iterator<Item = u8>) -> u32 {
    !bytes.fold(u32::MAX, |crc, byte| {
        (0..8).fold(crc ^ u32::from(byte), |crc, _| (crc >> 1) ^ (0xedb8_8320 * (crc & 1)))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pairs_agree_with_other_implementations() {
        const CASES: &[(&str, u64, u32, &str)] = &[
            (
                "/b/api/file/list/new",
                1_767_196_800,
                1_234_567,
                "2543441651=1767196800-1234567-3144878440",
            ),
            ("/b/api/user/info", 1_700_000_000, 0, "883022862=1700000000-0-3997800722"),
            (
                "/b/api/share/get",
                1_893_456_059,
                10_000_000,
                "2681501807=1893456059-10000000-2391634439",
            ),
            ("/b/api/file/download_info", 1_709_251_199, 42, "1414566680=1709251199-42-438788377"),
        ];
        for (path, now, rnd, want) in CASES {
            let (name, value) = pair(path, UnixSeconds(*now), *rnd);
            assert_eq!(format!("{name}={value}"), *want, "{path}");
        }
        assert_eq!(crc32(b"123456789".iter().copied()), 3_421_780_262);
    }

    #[test]
    fn chance_stays_in_its_range() {
        for byte in 0..=u8::MAX {
            let context = CallContext { now: UnixSeconds(0), random: [byte; 16] };
            assert!(Signing::new(context).rnd <= 10_000_000);
        }
        pair("", UnixSeconds(u64::MAX), u32::MAX);
        pair("", UnixSeconds(i64::MAX.cast_unsigned()), u32::MAX);
    }
}
