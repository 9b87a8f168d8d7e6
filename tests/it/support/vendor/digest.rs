//! Digests and signatures from the vendor's description, written apart from the crate's own.

use md5::{Digest as _, Md5};

use super::clock;

/// CRC-32/IEEE of these bytes, bit by bit.
pub fn crc32(bytes: &[u8]) -> u32 {
    let mut crc = u32::MAX;
    for byte in bytes {
        crc ^= u32::from(*byte);
        for _ in 0..8 {
            crc = if crc & 1 == 1 { (crc >> 1) ^ 0xEDB8_8320 } else { crc >> 1 };
        }
    }
    !crc
}

/// MD5 of these bytes in lower-case hex.
pub fn md5_hex(bytes: &[u8]) -> String {
    hex::encode(Md5::digest(bytes))
}

/// The pair of a signed request: its name (`timeSign`) and value (`ts-rnd-dataSign`). `path` is that
/// of the URL with `/b/api`, without the query.
pub fn signature(path: &str, ts: u64, rnd: u64) -> (String, String) {
    const LETTERS: &[u8; 10] = b"adefghlmyi";
    let mapped: Vec<u8> = clock::minute(ts)
        .bytes()
        .filter_map(|digit| LETTERS.get(usize::from(digit.wrapping_sub(b'0'))).copied())
        .collect();
    let time_sign = crc32(&mapped);
    let data_sign = crc32(format!("{ts}|{rnd}|{path}|web|3|{time_sign}").as_bytes());
    (time_sign.to_string(), format!("{ts}-{rnd}-{data_sign}"))
}

/// The digest at the end of an `auth_key`. `path` is decoded, `stem` is `TS-RAND-UID`.
pub fn auth_hash(path: &[u8], stem: &str, key: &str) -> String {
    md5_hex(&[path, b"-", stem.as_bytes(), b"-", key.as_bytes()].concat())
}
