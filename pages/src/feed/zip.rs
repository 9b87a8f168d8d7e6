//! Zip archives of small files, stored without compression (PKWARE's APPNOTE, sections 4.3 and 4.4).
//!
//! Written here, since the crates for it also compress, encrypt and read.

use chrono::{Datelike as _, Timelike as _};

use signpost_core::crc::crc32;

use super::date;

/// A zip archive that is being written.
#[derive(Debug, Default)]
pub struct Zip {
    /// The local file headers, each followed by its file's bytes.
    files: Vec<u8>,
    /// The central directory.
    directory: Vec<u8>,
    count: u64,
}

/// General purpose flag: names are UTF-8.
const UTF8: u16 = 1 << 11;
const STORED: u16 = 0;
/// The version that a reader needs for plain archives.
const PLAIN_VERSION: u16 = 20;
/// The version that a reader needs for ZIP64, for more files than 16 bits count.
const ZIP64_VERSION: u16 = 45;
/// Made on Unix, so that readers apply the file mode.
const MADE_BY: u16 = (3 << 8) | PLAIN_VERSION;
/// The file mode: writable by its owner, readable by all.
const MODE: u32 = 0o100_644 << 16;

impl Zip {
    /// Adds a file with its time of change in Unix seconds. The archive has to stay below 4 GB.
    pub fn add(&mut self, name: &str, bytes: &[u8], modified: u64) {
        let at = fits::<u32>(self.files.len());
        let (time, date) = dos_time(modified);
        let mut header = Vec::with_capacity(26);
        push16(&mut header, &[PLAIN_VERSION, UTF8, STORED, time, date]);
        let length = fits::<u32>(bytes.len());
        push32(&mut header, &[crc32(bytes), length, length]);
        push16(&mut header, &[fits(name.len()), 0]);

        self.files.extend(b"PK\x03\x04");
        self.files.extend(&header);
        self.files.extend(name.as_bytes());
        self.files.extend(bytes);

        self.directory.extend(b"PK\x01\x02");
        push16(&mut self.directory, &[MADE_BY]);
        self.directory.extend(&header);
        // No extra field and no comment, disk 0, no internal attributes.
        push16(&mut self.directory, &[0, 0, 0]);
        push32(&mut self.directory, &[MODE, at]);
        self.directory.extend(name.as_bytes());
        self.count += 1;
    }

    /// The bytes of the whole archive.
    pub fn finish(self) -> Vec<u8> {
        let Self { files: mut out, directory, count } = self;
        let (at, length) = (out.len(), directory.len());
        out.extend(directory);
        let short = u16::try_from(count).ok().filter(|count| *count != u16::MAX);
        if short.is_none() {
            let end = out.len() as u64;
            out.extend(b"PK\x06\x06");
            push64(&mut out, &[44]);
            push16(&mut out, &[ZIP64_VERSION, ZIP64_VERSION]);
            push32(&mut out, &[0, 0]);
            push64(&mut out, &[count, count, length as u64, at as u64]);
            out.extend(b"PK\x06\x07");
            push32(&mut out, &[0]);
            push64(&mut out, &[end]);
            push32(&mut out, &[1]);
        }
        let count = short.unwrap_or(u16::MAX);
        out.extend(b"PK\x05\x06");
        push16(&mut out, &[0, 0, count, count]);
        push32(&mut out, &[fits(length), fits(at)]);
        push16(&mut out, &[0]);
        out
    }
}

/// The number as a smaller type, saturating: an archive for which that would be wrong exceeds the memory
/// of an isolate.
fn fits<T: TryFrom<usize> + Bounded>(number: usize) -> T {
    T::try_from(number).unwrap_or(T::MAX)
}

trait Bounded {
    const MAX: Self;
}

impl Bounded for u16 {
    const MAX: Self = Self::MAX;
}

impl Bounded for u32 {
    const MAX: Self = Self::MAX;
}

fn push16(out: &mut Vec<u8>, numbers: &[u16]) {
    out.extend(numbers.iter().flat_map(|number| number.to_le_bytes()));
}

fn push32(out: &mut Vec<u8>, numbers: &[u32]) {
    out.extend(numbers.iter().flat_map(|number| number.to_le_bytes()));
}

fn push64(out: &mut Vec<u8>, numbers: &[u64]) {
    out.extend(numbers.iter().flat_map(|number| number.to_le_bytes()));
}

/// The range of times that zip archives can express, from 1980 to 2107, in Unix seconds.
const TIMES: (u64, u64) = (315_532_800, 4_354_819_199);

/// Time and date in MS-DOS format, in steps of two seconds.
fn dos_time(seconds: u64) -> (u16, u16) {
    let at = date::utc(seconds.clamp(TIMES.0, TIMES.1));
    let time = (at.hour() << 11) | (at.minute() << 5) | (at.second() / 2);
    let years = at.year().unsigned_abs().saturating_sub(1980);
    let date = (years << 9) | (at.month() << 5) | at.day();
    (u16::try_from(time).unwrap_or_default(), u16::try_from(date).unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_those_of_the_archives() {
        let parts = |(time, date): (u16, u16)| {
            let time = [time >> 11, time >> 5 & 0x3f, time & 0x1f];
            (time, [date >> 9, date >> 5 & 0xf, date & 0x1f])
        };
        // 2026-11-23T05:20:07Z.
        assert_eq!(parts(dos_time(1_795_411_207)), ([5, 20, 3], [46, 11, 23]));
        assert_eq!(parts(dos_time(0)), ([0, 0, 0], [0, 1, 1]));
        assert_eq!(parts(dos_time(u64::MAX)), ([23, 59, 29], [127, 12, 31]));
    }

    #[test]
    fn more_files_than_sixteen_bits_count_are_all_in_the_archive() {
        for (count, is_large) in [(65_534, false), (65_535, true), (70_000, true)] {
            let mut zip = Zip::default();
            for number in 0..count {
                zip.add(&number.to_string(), b"", 0);
            }
            let zip = zip.finish();
            let end = zip.len() - 22;
            let [low, high, ..] = u32::to_le_bytes(count);
            let short = if is_large { [0xff, 0xff] } else { [low, high] };
            assert_eq!(zip[end + 10..end + 12], short);
            let record = &zip[end - 20 - 56..];
            assert_eq!(&record[..4] == b"PK\x06\x06", is_large);
            if is_large {
                assert_eq!(record[32..40], u64::from(count).to_le_bytes());
                assert_eq!(&record[56..60], b"PK\x06\x07");
                assert_eq!(record[64..72], ((end - 76) as u64).to_le_bytes());
            }
        }
    }

    #[test]
    fn an_archive_without_files_is_its_end_alone() {
        let zip = Zip::default().finish();
        assert_eq!(zip, [b"PK\x05\x06".as_slice(), &[0; 18]].concat());
    }
}
