//! JSON objects read field by field from a [`Value`]. serde would make a reader for each type, and one
//! for each way to say what is wrong with it: in WASM those were more code than this whole crate's
//! decisions.

use serde_json::Value;

/// A field that has to be there.
pub fn required<T>(object: &Value, field: &str, read: fn(&Value) -> Option<T>) -> Option<T> {
    read(object.get(field)?)
}

/// A field that may be `null` but not missing: the outer `None` is for what is wrong.
#[expect(clippy::option_option, reason = "both are told apart by `?`")]
pub fn stated<T>(object: &Value, field: &str, read: fn(&Value) -> Option<T>) -> Option<Option<T>> {
    match object.get(field)? {
        Value::Null => Some(None),
        value => read(value).map(Some),
    }
}

/// A field that may be `null` or missing: the outer `None` is for what is wrong.
#[expect(clippy::option_option, reason = "both are told apart by `?`")]
pub fn optional<T>(
    object: &Value,
    field: &str,
    read: fn(&Value) -> Option<T>,
) -> Option<Option<T>> {
    object.get(field).map_or(Some(None), |_| stated(object, field, read))
}

/// A text.
pub fn text(value: &Value) -> Option<String> {
    value.as_str().map(str::to_owned)
}

/// A whole number below 2^32.
pub fn small(value: &Value) -> Option<u32> {
    value.as_u64()?.try_into().ok()
}

/// Whether this is an object without any field but these.
pub fn has_only(object: &Value, known: &[&str]) -> bool {
    object.as_object().is_some_and(|object| object.keys().all(|field| known.contains(&&**field)))
}
