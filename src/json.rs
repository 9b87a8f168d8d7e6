//! JSON objects read field by field from a [`Value`]. serde would make a reader for each type, and one
//! for each way to say what is wrong with it: in WASM those were more code than this whole crate's
//! decisions.

use serde_json::{Map, Value};

/// Reads a text.
pub fn parse(json: &[u8]) -> serde_json::Result<Value> {
    serde_json::from_slice(json)
}

/// A value as a text.
pub fn write(value: &Value) -> String {
    // Text and numbers always become JSON.
    serde_json::to_string(value).unwrap_or_default()
}

/// An object with these fields, which it takes.
pub fn object(fields: &mut [(&str, Value)]) -> Value {
    let mut object = Map::new();
    for (name, value) in fields {
        object.insert((*name).to_owned(), value.take());
    }
    Value::Object(object)
}

/// What [`json!`] takes.
pub trait ToValue {
    /// The value.
    fn to_value(&self) -> Value;
}

impl ToValue for Value {
    fn to_value(&self) -> Value {
        self.clone()
    }
}

impl ToValue for str {
    fn to_value(&self) -> Value {
        Value::String(self.to_owned())
    }
}

impl ToValue for String {
    fn to_value(&self) -> Value {
        self.as_str().to_value()
    }
}

impl ToValue for bool {
    fn to_value(&self) -> Value {
        Value::Bool(*self)
    }
}

impl ToValue for u64 {
    fn to_value(&self) -> Value {
        Value::from(*self)
    }
}

impl ToValue for u32 {
    fn to_value(&self) -> Value {
        u64::from(*self).to_value()
    }
}

impl ToValue for i64 {
    fn to_value(&self) -> Value {
        Value::from(*self)
    }
}

impl ToValue for i32 {
    fn to_value(&self) -> Value {
        i64::from(*self).to_value()
    }
}

impl<T: ToValue + ?Sized> ToValue for &T {
    fn to_value(&self) -> Value {
        (**self).to_value()
    }
}

impl<T: ToValue> ToValue for Option<T> {
    fn to_value(&self) -> Value {
        self.as_ref().map_or(Value::Null, T::to_value)
    }
}

impl<T: ToValue> ToValue for Vec<T> {
    fn to_value(&self) -> Value {
        Value::Array(self.iter().map(T::to_value).collect())
    }
}

/// As serde's, for plain values: an object or a list of them.
macro_rules! json {
    ({ $($name:literal : $value:expr),* $(,)? }) => {
        $crate::json::object(&mut [$(($name, $crate::json::ToValue::to_value(&$value))),*])
    };
    ([$($value:expr),* $(,)?]) => {
        serde_json::Value::Array(vec![$($crate::json::ToValue::to_value(&$value)),*])
    };
}
pub(crate) use json;

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
