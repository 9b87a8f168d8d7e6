//! Reads JSON as 123Pan writes it: names in any case, numbers as strings, dates in many forms.
//!
//! [`parse`] lower-cases all names, [`object`] reads a struct. The rest are readers of its fields, for
//! `#[serde(deserialize_with = "…")]`: a value that they can't read is as good as none, so that one odd field
//! does not cost the whole response.

use std::{iter, mem};

use chrono::{DateTime, FixedOffset};
use serde::Deserialize;
use serde::de::{DeserializeOwned, Deserializer, Error as _};
use serde_json::Value;

use crate::time::UnixSeconds;

/// Parses a JSON object and lower-cases the names of all fields in it; `None` if it is anything else.
pub(crate) fn parse(json: &[u8]) -> Option<Value> {
    let mut object = serde_json::from_slice(json).ok().filter(Value::is_object)?;
    lower_names(&mut object);
    Some(object)
}

/// Lower-cases the names of all fields, on every level. Of fields whose names become the same, the first
/// stays.
pub(crate) fn lower_names(value: &mut Value) {
    match value {
        Value::Object(fields) => {
            for (mut name, mut value) in mem::take(fields) {
                lower_names(&mut value);
                name.make_ascii_lowercase();
                fields.entry(name).or_insert(value);
            }
        }
        Value::Array(items) => items.iter_mut().for_each(lower_names),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}

/// Reads a struct from a JSON object; `None` from any other value, and from an object that lacks what the
/// struct needs. By itself, serde would read a struct from a list too.
pub(crate) fn object<T: DeserializeOwned>(value: Value) -> Option<T> {
    value.is_object().then(|| T::deserialize(value).ok())?
}

/// Reads a field as a struct; `None` if it is no object.
pub(crate) fn nested<'de, D, T>(from: D) -> Result<Option<T>, D::Error>
where
    D: Deserializer<'de>,
    T: DeserializeOwned,
{
    Value::deserialize(from).map(object)
}

/// Reads a list of structs, which may be `null` if it is empty; `None` for an item that is no object.
///
/// # Errors
/// That the field is not a list.
pub(crate) fn list<'de, D, T>(from: D) -> Result<Vec<Option<T>>, D::Error>
where
    D: Deserializer<'de>,
    T: DeserializeOwned,
{
    match Value::deserialize(from)? {
        Value::Null => Ok(Vec::new()),
        Value::Array(items) => Ok(items.into_iter().map(object).collect()),
        _ => Err(D::Error::custom("not a list")),
    }
}

/// Reads the first item of a list of structs; `None` if there is no list, or its first item is no object.
pub(crate) fn first<'de, D, T>(from: D) -> Result<Option<T>, D::Error>
where
    D: Deserializer<'de>,
    T: DeserializeOwned,
{
    let items = list(Value::deserialize(from)?).unwrap_or_default();
    Ok(items.into_iter().next().flatten())
}

/// Reads a whole number, also one as a string or with a fraction, which is cut off.
pub(crate) fn whole<'de, D: Deserializer<'de>>(from: D) -> Result<Option<i64>, D::Error> {
    Value::deserialize(from).map(|value| number(&value))
}

/// Reads a whole number, as [`whole`] does; `None` for a negative one.
pub(crate) fn unsigned<'de, D: Deserializer<'de>>(from: D) -> Result<Option<u64>, D::Error> {
    whole(from).map(|number| u64::try_from(number?).ok())
}

/// Reads a string; `None` for a value of any other type.
pub(crate) fn text<'de, D: Deserializer<'de>>(from: D) -> Result<Option<String>, D::Error> {
    Ok(match Value::deserialize(from)? {
        Value::String(text) => Some(text),
        _ => None,
    })
}

/// Reads a string without the spaces around it; `None` for one of spaces only.
pub(crate) fn filled<'de, D: Deserializer<'de>>(from: D) -> Result<Option<String>, D::Error> {
    let text = text(from)?;
    Ok(text.map(|text| text.trim().to_owned()).filter(|text| !text.is_empty()))
}

/// Reads a flag, which is set by `true` or a number that isn't 0.
pub(crate) fn flag<'de, D: Deserializer<'de>>(from: D) -> Result<bool, D::Error> {
    let value = Value::deserialize(from)?;
    Ok(value.as_bool().unwrap_or_else(|| number(&value).is_some_and(|number| number != 0)))
}

/// Reads a time: a date and time, with its UTC offset or else in China's time, or a number
/// of seconds or milliseconds since 1970. `None` for anything else, and for 1970 and before: never a guess.
pub(crate) fn moment<'de, D: Deserializer<'de>>(from: D) -> Result<Option<UnixSeconds>, D::Error> {
    /// The bound between seconds and milliseconds: no date of a file in seconds is this great, and none in
    /// milliseconds so small.
    const MILLISECONDS: i64 = 100_000_000_000;
    let value = Value::deserialize(from)?;
    let seconds = match number(&value) {
        Some(ms) if ms >= MILLISECONDS => Some(ms / 1_000),
        Some(seconds) => Some(seconds),
        None => value.as_str().and_then(|text| date(text.trim())),
    };
    let seconds = seconds.and_then(|seconds| u64::try_from(seconds).ok());
    Ok(seconds.filter(|seconds| *seconds != 0).map(UnixSeconds))
}

fn number(value: &Value) -> Option<i64> {
    match value {
        Value::String(text) => text.trim().parse().ok(),
        #[expect(clippy::cast_possible_truncation, reason = "`as` saturates")]
        value => value.as_i64().or_else(|| value.as_f64().map(|number| number as i64)),
    }
}

/// Reads a date like `2025-02-24 17:57:01`, with `T` for the space, a fraction, and `Z`, `+08:00`, `+0800`
/// or ` +0800 CST` at its end; without an offset it is China's time, as the open platform writes it.
fn date(text: &str) -> Option<i64> {
    // What Go writes behind an offset, as the zone's name, chrono does not read.
    let mut starts = iter::successors(Some(text), |text| Some(text.rsplit_once(' ')?.0));
    let with_offset = starts.find_map(|text| text.parse::<DateTime<FixedOffset>>().ok());
    let at = with_offset.or_else(|| format!("{text}+08:00").parse().ok())?;
    // For chrono, a leap second is the one before it, with a billion nanoseconds more.
    let leap = at.timestamp_subsec_nanos() / 1_000_000_000;
    Some(at.timestamp() + i64::from(leap))
}

#[cfg(test)]
mod tests;
