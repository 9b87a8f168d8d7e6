//! Sizes and ages, formatted for people.

use crate::messages::{FolderMessages, count};

/// A size in three digits and a binary unit, as file managers show it.
pub(crate) fn size(bytes: u64) -> String {
    const UNITS: [&str; 6] = ["KB", "MB", "GB", "TB", "PB", "EB"];
    if bytes < 1024 {
        return format!("{bytes} B");
    }
    let mut units = UNITS.iter();
    let (mut tenths, mut unit) = (bytes, "B");
    // Tenths of the next unit, until there are fewer than 1,000 of that unit.
    let mut scale: u128 = 1;
    for next in units.by_ref() {
        scale *= 1024;
        tenths = u64::try_from((u128::from(bytes) * 10 + scale / 2) / scale).unwrap_or(u64::MAX);
        unit = next;
        if tenths < 10_000 {
            break;
        }
    }
    if tenths < 1_000 {
        format!("{}.{} {unit}", tenths / 10, tenths % 10)
    } else {
        format!("{} {unit}", (tenths + 5) / 10)
    }
}

/// The age at `now` of something that changed at `at`, in whole units of the largest unit that fits;
/// `None` if `at` is in the future. Both are Unix seconds.
pub(crate) fn ago(at: u64, now: u64, messages: &FolderMessages) -> Option<String> {
    const MINUTE: u64 = 60;
    const DAY: u64 = 24 * 60 * MINUTE;
    // A year is the mean Gregorian year, a month a twelfth of it.
    const UNITS: [u64; 5] =
        [MINUTE, 60 * MINUTE, DAY, 30_436_875 * DAY / 1_000_000, 365_2425 * DAY / 10_000];
    let seconds = now.checked_sub(at)?;
    let unit = UNITS.iter().zip(&messages.ago).rev().find(|(length, _)| seconds >= **length);
    Some(match unit {
        Some((length, forms)) => {
            count(forms, usize::try_from(seconds / length).unwrap_or(usize::MAX))
        }
        None => messages.just_now.to_owned(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::language::Language;
    use crate::messages::Messages;

    #[test]
    fn sizes_are_shown_in_three_digits() {
        const CASES: &[(u64, &str)] = &[
            (0, "0 B"),
            (1_023, "1023 B"),
            (1_024, "1.0 KB"),
            (1_536, "1.5 KB"),
            (102_400, "100 KB"),
            (1_048_576, "1.0 MB"),
            (127_451_136, "122 MB"),
            (u64::MAX - 1, "16.0 EB"),
        ];
        for (bytes, want) in CASES {
            assert_eq!(size(*bytes), *want, "{bytes} bytes");
        }
    }

    #[test]
    fn an_age_is_formatted_in_the_largest_whole_unit() {
        const DAY: u64 = 86_400;
        const CASES: &[(u64, &str, &str)] = &[
            (0, "just now", "刚刚"),
            (59, "just now", "刚刚"),
            (60, "1 minute ago", "1 分钟前"),
            (3_599, "59 minutes ago", "59 分钟前"),
            (3_600, "1 hour ago", "1 小时前"),
            (DAY - 1, "23 hours ago", "23 小时前"),
            (DAY, "1 day ago", "1 天前"),
            (30 * DAY, "30 days ago", "30 天前"),
            (31 * DAY, "1 month ago", "1 个月前"),
            (365 * DAY, "11 months ago", "11 个月前"),
            (366 * DAY, "1 year ago", "1 年前"),
            (731 * DAY, "2 years ago", "2 年前"),
        ];
        let now = 2_000_000_000;
        for (seconds, english, chinese) in CASES {
            for (language, want) in [(Language::English, english), (Language::Simplified, chinese)]
            {
                let text = ago(now - seconds, now, &Messages::of(language).folder);
                assert_eq!(text.as_deref(), Some(*want), "{seconds} seconds");
            }
        }
        assert_eq!(ago(now + 1, now, &Messages::of(Language::English).folder), None);
        let oldest = ago(0, u64::MAX, &Messages::of(Language::English).folder);
        assert!(oldest.is_some_and(|text| text.ends_with("years ago")));
    }
}
