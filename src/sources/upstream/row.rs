//! Reads rows of listings and their dates, from either API.

use serde_json::Value;

use super::entry::{Entry, Page};
use super::envelope::{field, number};
use crate::time::UnixSeconds;

/// The highest `Status` of a usable row: those above were refused by 123Pan's review (OpenList
/// `drivers/123_open`).
const MAX_USABLE_STATUS: i64 = 100;

/// Adds a row to a page, or counts it as unusable: one in the bin, refused by 123Pan's review, of an
/// unknown kind, or without what an entry needs. Names of fields are read in any case, as the APIs write
/// them differently.
pub(crate) fn take(page: &mut Page, row: &Value) {
    match entry(row) {
        Some(entry) => page.entries.push(entry),
        None => page.unusable = page.unusable.saturating_add(1),
    }
}

fn entry(row: &Value) -> Option<Entry> {
    let usable = number(field(row, "Status")).is_none_or(|status| status <= MAX_USABLE_STATUS);
    if !usable || is_trashed(row) {
        return None;
    }
    let folder = match number(field(row, "Type"))? {
        0 => false,
        1 => true,
        _ => return None,
    };
    let unsigned = |name| u64::try_from(number(field(row, name))?).ok();
    Some(Entry {
        id: unsigned("FileId").filter(|id| *id != 0)?,
        name: field(row, "FileName").as_str().filter(|name| !name.is_empty())?.to_owned(),
        folder,
        size: if folder { 0 } else { unsigned("Size")? },
        modified: moment(field(row, "UpdateAt")).or_else(|| moment(field(row, "CreateAt"))),
        md5: field(row, "Etag").as_str().and_then(md5).filter(|_| !folder),
        key_flag: field(row, "S3KeyFlag").as_str().unwrap_or_default().to_owned(),
    })
}

/// Whether a row is in the bin.
pub(crate) fn is_trashed(row: &Value) -> bool {
    let trashed = field(row, "Trashed");
    trashed.as_bool().unwrap_or_else(|| number(trashed).is_some_and(|trashed| trashed != 0))
}

fn md5(text: &str) -> Option<[u8; 16]> {
    let mut md5 = [0; 16];
    hex::decode_to_slice(text, &mut md5).ok().map(|()| md5)
}

/// Reads a time: a date and time, with its UTC offset or else in China's time, or a number
/// of seconds or milliseconds since 1970. `None` for anything else, and for 1970 and before: never a guess.
pub(crate) fn moment(value: &Value) -> Option<UnixSeconds> {
    /// The bound between seconds and milliseconds: no date of a file in seconds is this great, and none in
    /// milliseconds so small.
    const MILLISECONDS: i64 = 100_000_000_000;
    let seconds = match number(value) {
        Some(ms) if ms >= MILLISECONDS => ms / 1_000,
        Some(seconds) => seconds,
        None => date(value.as_str()?.trim())?,
    };
    u64::try_from(seconds).ok().filter(|seconds| *seconds != 0).map(UnixSeconds)
}

/// Reads a date like `2025-02-24 17:57:01`, with `T` for the space, a fraction, and `Z`, `+08:00`, `+0800`
/// or ` +0800 CST` at its end; without an offset it is China's time, as the open platform writes it.
fn date(text: &str) -> Option<i64> {
    const CHINA: i64 = 8 * 3600;
    let [year, month, day] = numbers(text.get(..10)?, '-')?;
    let [hour, minute, second] = numbers(text.get(11..19)?, ':')?;
    let fits = (1..=12).contains(&month)
        && (1..=31).contains(&day)
        && hour < 24
        && minute < 60
        && second <= 60
        && matches!(text.as_bytes().get(10), Some(b'T' | b't' | b' '));
    let zone = text.get(19..)?;
    let zone = zone
        .strip_prefix('.')
        .map_or(zone, |fraction| fraction.trim_start_matches(|c: char| c.is_ascii_digit()));
    let zone = zone.trim_start();
    let east = if zone.is_empty() {
        CHINA
    } else if zone.eq_ignore_ascii_case("z") {
        0
    } else {
        let sign = if zone.starts_with('-') { -1 } else { 1 };
        let clock = zone.strip_prefix(['+', '-'])?;
        let minutes_at = if clock.as_bytes().get(2) == Some(&b':') { 3 } else { 2 };
        let part = |at: usize| whole(clock.get(at..at + 2)?);
        sign * (part(0)? * 3600 + part(minutes_at)? * 60)
    };
    let at = days(year, month, day) * 86_400 + hour * 3600 + minute * 60 + second;
    fits.then_some(at - east)
}

fn numbers(text: &str, between: char) -> Option<[i64; 3]> {
    let mut parts = text.split(between).map(whole);
    let three = [parts.next()??, parts.next()??, parts.next()??];
    parts.next().is_none().then_some(three)
}

/// Reads a number that consists of nothing but digits.
fn whole(text: &str) -> Option<i64> {
    text.bytes().all(|byte| byte.is_ascii_digit()).then(|| text.parse().ok())?
}

/// The days from 1970-01-01 to a Gregorian date.
fn days(year: i64, month: i64, day: i64) -> i64 {
    // The year begins in March, so that the leap day is its last.
    let year = if month <= 2 { year - 1 } else { year };
    let of_year = (153 * ((month + 9) % 12) + 2) / 5 + day - 1;
    year * 365 + year.div_euclid(4) - year.div_euclid(100) + year.div_euclid(400) + of_year
        - 719_468
}

/// The Gregorian year, month and day of a number of days since 1970-01-01.
pub(crate) fn civil(day: i64) -> (i64, i64, i64) {
    let day = day.saturating_add(719_468);
    let (era, of_era) = (day.div_euclid(146_097), day.rem_euclid(146_097));
    let year = (of_era - of_era / 1_460 + of_era / 36_524 - of_era / 146_096) / 365;
    let of_year = of_era - (365 * year + year / 4 - year / 100);
    let month = (5 * of_year + 2) / 153;
    let day = of_year - (153 * month + 2) / 5 + 1;
    let (year, month) = (year + era * 400, if month < 10 { month + 3 } else { month - 9 });
    (if month <= 2 { year + 1 } else { year }, month, day)
}

#[cfg(test)]
mod tests;
