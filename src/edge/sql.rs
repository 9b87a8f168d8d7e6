//! Thin bindings to the `SQLite` database of a Durable Object.

use js_sys::Array;
use wasm_bindgen::prelude::*;

use crate::quota::MAX_COUNT;

#[wasm_bindgen]
extern "C" {
    /// The `SqlStorage` of a Durable Object.
    #[derive(Clone)]
    pub type Sql;
    #[wasm_bindgen(method, catch, variadic, js_name = exec)]
    fn exec_values(this: &Sql, query: &str, values: &Array) -> Result<Cursor, JsValue>;

    type Cursor;
    #[wasm_bindgen(method, catch)]
    fn raw(this: &Cursor) -> Result<JsValue, JsValue>;
}

/// The value of a `?` in a query.
pub enum Value<'a> {
    Text(&'a str),
    /// A JavaScript number, exact up to [`MAX_COUNT`]: what is more is stored as that.
    Number(u64),
    Null,
}

impl Sql {
    /// Runs a query whose rows are not needed.
    pub fn run(&self, query: &str, values: &[Value<'_>]) -> Result<(), JsValue> {
        self.rows(query, values).map(drop)
    }

    /// Runs a query and returns its rows, each as an array of columns.
    pub fn rows(&self, query: &str, values: &[Value<'_>]) -> Result<Vec<Array>, JsValue> {
        let values = values.iter().map(to_js).collect::<Array>();
        let rows = Array::from(&self.exec_values(query, &values)?.raw()?);
        Ok(rows.iter().map(JsCast::unchecked_into).collect())
    }
}

#[expect(clippy::cast_precision_loss, reason = "no more than JavaScript's numbers hold")]
fn to_js(value: &Value<'_>) -> JsValue {
    match value {
        Value::Text(text) => JsValue::from_str(text),
        Value::Number(number) => JsValue::from_f64((*number).min(MAX_COUNT) as f64),
        Value::Null => JsValue::NULL,
    }
}

/// The whole number, from 0 on, in a column of a row.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    clippy::cast_precision_loss,
    reason = "asked before"
)]
pub fn whole(column: &JsValue) -> Option<u64> {
    let number = column.as_f64()?;
    (number >= 0.0 && number <= MAX_COUNT as f64 && number.fract() == 0.0).then_some(number as u64)
}
