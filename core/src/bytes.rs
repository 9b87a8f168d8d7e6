//! Parses sizes as people write them: `20 GB`, `1.5 TB`, `700 MiB`.

use std::fmt;

/// The largest size that is accepted, in bytes: the largest whole number that JavaScript and SQL over it
/// count exactly.
pub const MAX_BYTES: u64 = (1 << 53) - 1;

const UNITS: &[(&str, u64)] = &[
    ("B", 1),
    ("KB", 1_000),
    ("MB", 1_000_000),
    ("GB", 1_000_000_000),
    ("TB", 1_000_000_000_000),
    ("KiB", 1 << 10),
    ("MiB", 1 << 20),
    ("GiB", 1 << 30),
    ("TiB", 1 << 40),
];

/// Why a text is not a valid size.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum BytesError {
    /// The text doesn't begin with a number such as `20` or `1.5`.
    NotANumber,
    /// The unit is unknown; holds the text after the number.
    UnknownUnit(String),
    /// A fraction without a unit.
    Fraction,
    /// The size is more than [`MAX_BYTES`].
    TooBig,
}

impl fmt::Display for BytesError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotANumber => f.write_str("not a size, such as 20 GB or 700 MiB"),
            Self::UnknownUnit(unit) => {
                write!(f, "{unit:?} is no unit of size: B, KB to TB, or KiB to TiB")
            }
            Self::Fraction => f.write_str("a fraction of a byte; a unit such as GB is missing"),
            Self::TooBig => write!(f, "more than {MAX_BYTES} bytes"),
        }
    }
}

/// Parses a size such as `20 GB`, `1.5 TB`, `700 MiB` or `123` into bytes: at most [`MAX_BYTES`].
///
/// `KB` to `TB` are powers of 1,000, `KiB` to `TiB` of 1,024, in either case, with or without a space.
/// Fractions of a byte are cut off.
///
/// # Errors
/// [`BytesError`] for anything else.
pub fn parse_bytes(text: &str) -> Result<u64, BytesError> {
    let text = text.trim();
    let end = text.find(|c: char| !c.is_ascii_digit() && c != '.').unwrap_or(text.len());
    let (number, unit) = text.split_at_checked(end).ok_or(BytesError::NotANumber)?;
    let unit = unit.trim_start();
    let (whole, fraction) = match number.split_once('.') {
        Some((_, "")) => return Err(BytesError::NotANumber),
        Some(parts) => parts,
        None => (number, ""),
    };
    if whole.is_empty() || fraction.contains('.') {
        return Err(BytesError::NotANumber);
    }
    let scale = match unit {
        "" if !fraction.is_empty() => return Err(BytesError::Fraction),
        "" => 1,
        unit => UNITS
            .iter()
            .find(|(name, _)| name.eq_ignore_ascii_case(unit))
            .map(|(_, scale)| *scale)
            .ok_or_else(|| BytesError::UnknownUnit(unit.to_owned()))?,
    };
    // Digits past these are less than a byte of any unit, and so many fit into 128 bits.
    let fraction = fraction.get(..12).unwrap_or(fraction);
    let digits = u32::try_from(fraction.len()).map_err(|_| BytesError::NotANumber)?;
    let whole = whole.parse::<u64>().map_err(|_| BytesError::TooBig)?;
    let fraction = if fraction.is_empty() { Ok(0) } else { fraction.parse::<u64>() };
    let fraction = fraction.map_err(|_| BytesError::NotANumber)?;
    let part = u128::from(fraction) * u128::from(scale) / 10_u128.pow(digits);
    let bytes = u128::from(whole) * u128::from(scale) + part;
    u64::try_from(bytes).ok().filter(|bytes| *bytes <= MAX_BYTES).ok_or(BytesError::TooBig)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_size_is_a_number_and_a_unit() {
        const CASES: &[(&str, u64)] = &[
            ("123", 123),
            ("0", 0),
            (" 20 GB ", 20_000_000_000),
            ("20gb", 20_000_000_000),
            ("1.5 TB", 1_500_000_000_000),
            ("700 MiB", 734_003_200),
            ("700mib", 734_003_200),
            ("5B", 5),
            ("0.5 KiB", 512),
            ("0.3 KiB", 307),
            ("0.333 TB", 333_000_000_000),
            ("0.0000000000019 TB", 1),
            ("2 TiB", 2_199_023_255_552),
            ("9007199254740991", MAX_BYTES),
            ("8191 TiB", 9_006_099_743_113_216),
        ];
        for (text, want) in CASES {
            assert_eq!(parse_bytes(text), Ok(*want), "{text:?}");
        }
    }

    #[test]
    fn what_is_no_size_is_refused() {
        let unit = |unit: &str| BytesError::UnknownUnit(unit.to_owned());
        let cases = [
            ("8192 TiB", BytesError::TooBig),
            ("", BytesError::NotANumber),
            ("GB", BytesError::NotANumber),
            ("-1", BytesError::NotANumber),
            ("+1", BytesError::NotANumber),
            (".5 GB", BytesError::NotANumber),
            ("1. GB", BytesError::NotANumber),
            ("1.2.3 GB", BytesError::NotANumber),
            ("1.5", BytesError::Fraction),
            ("1,5 GB", unit(",5 GB")),
            ("20 G", unit("G")),
            ("20 Gbit", unit("Gbit")),
            ("20 GB/day", unit("GB/day")),
            ("1e3", unit("e3")),
            ("20 GB x", unit("GB x")),
            ("9007199254740993", BytesError::TooBig),
            ("8192.1 TiB", BytesError::TooBig),
            ("99999999999999999999", BytesError::TooBig),
            ("18446744073709551615 TiB", BytesError::TooBig),
        ];
        for (text, want) in cases {
            assert_eq!(parse_bytes(text), Err(want), "{text:?}");
        }
    }
}
