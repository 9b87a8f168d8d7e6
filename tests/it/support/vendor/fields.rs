//! Fields of queries and bodies, held against what an endpoint takes: nothing missing, nothing
//! unknown, nothing twice, in exactly this spelling.

use std::collections::BTreeMap;

use serde_json::{Map, Value};

use super::http::Request;

/// A field that has to be there, and its value if it has only one.
pub type Required = (&'static str, Option<&'static str>);

/// The fields of a query, without the signature. `other` maps spellings that are accepted too.
///
/// # Errors
/// What is wrong first.
pub fn query(
    request: &Request,
    required: &[Required],
    optional: &[&str],
    other: &[(&str, &str)],
) -> Result<BTreeMap<String, String>, String> {
    let mut fields = BTreeMap::new();
    for (name, value) in request.pairs() {
        if is_signature(&name) {
            continue;
        }
        let name = match other.iter().find(|(spelled, _)| *spelled == name) {
            Some((_, meant)) => (*meant).to_owned(),
            None => name,
        };
        let known = required.iter().any(|(have, _)| *have == name);
        if !known && !optional.contains(&name.as_str()) {
            return Err(format!("unknown query parameter {name:?}"));
        }
        if fields.insert(name.clone(), value).is_some() {
            return Err(format!("query parameter {name:?} twice"));
        }
    }
    for (name, fixed) in required {
        match (fields.get(*name), fixed) {
            (None, _) => return Err(format!("query parameter {name:?} is missing")),
            (Some(have), Some(fixed)) if have != fixed => {
                return Err(format!("query parameter {name:?} is not {fixed:?}"));
            }
            _ => {}
        }
    }
    Ok(fields)
}

/// A signature's name is a number.
pub fn is_signature(name: &str) -> bool {
    !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_digit())
}

/// A number of a query.
///
/// # Errors
/// Which one isn't.
pub fn number(fields: &BTreeMap<String, String>, name: &str) -> Result<u64, String> {
    let value = fields.get(name).map(String::as_str).unwrap_or_default();
    value.parse().map_err(|_| format!("query parameter {name:?} is no number"))
}

/// A body that is an object with exactly these fields. `fold` takes them in any case, and returns
/// them in lower case.
///
/// # Errors
/// What is wrong first.
pub fn body(request: &Request, names: &[&str], fold: bool) -> Result<Map<String, Value>, String> {
    let body: Value =
        serde_json::from_slice(&request.body).map_err(|_| "the body is no JSON".to_owned())?;
    let Value::Object(given) = body else { return Err("the body is no object".to_owned()) };
    let mut fields = Map::new();
    for (name, value) in given {
        let name = if fold { name.to_ascii_lowercase() } else { name };
        if !names.contains(&name.as_str()) {
            return Err(format!("unknown field {name:?}"));
        }
        if fields.insert(name.clone(), value).is_some() {
            return Err(format!("field {name:?} twice"));
        }
    }
    match names.iter().find(|name| !fields.contains_key(**name)) {
        Some(name) => Err(format!("field {name:?} is missing")),
        None => Ok(fields),
    }
}
