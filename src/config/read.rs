//! Reads the JSON of a setting into a type that serde derives, with every error in it at once.

use serde::de::DeserializeOwned;
use serde_json::Value;
use serde_path_to_error::{Path, Segment};

use super::error::ConfigError;
use super::secret_name::SecretName;

/// Parses the text of a setting as JSON.
///
/// # Errors
/// The error for a text that is no JSON.
pub fn parse(setting: &str, text: &str) -> Result<Value, ConfigError> {
    serde_json::from_slice::<Value>(text.as_bytes()).map_err(|error| {
        let message = error.to_string();
        let reason = message.split(" at line ").next().unwrap_or_default();
        let column = error.column();
        let message =
            format!("neither a table nor a list, nor JSON for one ({reason}, column {column})");
        ConfigError { line: Some(error.line()), ..config_error(setting, &message) }
    })
}

/// Parses the text of a setting that is a list, into the list's values.
///
/// # Errors
/// The error for a text that is no JSON, or no list.
pub fn parse_list(setting: &str, json: &str) -> Result<Vec<Value>, ConfigError> {
    match parse(setting, json)? {
        Value::Array(values) => Ok(values),
        value => Err(wrong_type(setting, &value, "a list")),
    }
}

/// Reads a table of a setting, whose fields all have defaults. Each field that is unknown or of a wrong
/// type is reported, and read as if it were not set. `common` are fields that the table may have besides,
/// and that are read elsewhere.
pub fn read<T: DeserializeOwned + Default>(
    setting: &str,
    value: &Value,
    common: &[&str],
    errors: &mut Vec<ConfigError>,
) -> T {
    let mut value = value.clone();
    let Some(table) = value.as_object_mut() else {
        errors.push(wrong_type(setting, &value, "a table"));
        return T::default();
    };
    // What is `null` is not set.
    table.retain(|name, value| !value.is_null() && !common.contains(&name.as_str()));
    loop {
        let error = match serde_path_to_error::deserialize(&value) {
            Ok(read) => return read,
            Err(error) => error,
        };
        let message = error.inner().to_string();
        let path = path_of(error.path(), &message);
        let name = format!("{setting}{}", shown(&path));
        errors.push(match find(&value, &path) {
            Some(found) => {
                let common = if path.len() == 1 { common } else { &[] };
                describe(&name, found, &message, common)
            }
            None => config_error(&name, &message),
        });
        if !unset(&mut value, &path) {
            return T::default();
        }
    }
}

/// An index from a JSON value to a part of it.
#[derive(Debug, PartialEq, Eq)]
enum ValueIndex {
    Field(String),
    Item(usize),
}

/// The path to the part that is wrong. For an unknown field the path of serde's error ends at its table.
fn path_of(path: &Path, message: &str) -> Vec<ValueIndex> {
    let steps = path.iter().filter_map(|segment| match segment {
        Segment::Seq { index } => Some(ValueIndex::Item(*index)),
        Segment::Map { key } => Some(ValueIndex::Field(key.clone())),
        Segment::Enum { .. } | Segment::Unknown => None,
    });
    let mut steps = steps.collect::<Vec<_>>();
    let unknown = message.strip_prefix("unknown field `").and_then(|rest| rest.split('`').next());
    if let Some(name) = unknown.map(|name| ValueIndex::Field(name.to_owned()))
        && steps.last() != Some(&name)
    {
        steps.push(name);
    }
    steps
}

/// A path as error reports show it: `.hide.closed[1]`.
fn shown(path: &[ValueIndex]) -> String {
    let steps = path.iter().map(|step| match step {
        ValueIndex::Field(name) => format!(".{name}"),
        ValueIndex::Item(index) => format!("[{index}]"),
    });
    steps.collect()
}

fn find<'v>(value: &'v Value, path: &[ValueIndex]) -> Option<&'v Value> {
    path.iter().try_fold(value, |value, step| match step {
        ValueIndex::Field(name) => value.get(name),
        ValueIndex::Item(index) => value.get(*index),
    })
}

/// Removes the field at a path, or empties the item of a list there, so that the others keep their numbers.
/// Returns whether that changed anything.
fn unset(value: &mut Value, path: &[ValueIndex]) -> bool {
    let Some((last, above)) = path.split_last() else { return false };
    let parent = above.iter().try_fold(value, |value, step| match step {
        ValueIndex::Field(name) => value.get_mut(name),
        ValueIndex::Item(index) => value.get_mut(*index),
    });
    match (parent, last) {
        (Some(Value::Object(fields)), ValueIndex::Field(name)) => fields.remove(name).is_some(),
        (Some(Value::Array(items)), ValueIndex::Item(index)) => {
            let empty = Value::String(String::new());
            let item = items.get_mut(*index).filter(|item| **item != empty);
            item.map(|item| *item = empty).is_some()
        }
        _ => false,
    }
}

/// The error for a part of a setting, with serde's expectation in the words of the documentation.
fn describe(setting: &str, found: &Value, message: &str, common: &[&str]) -> ConfigError {
    if message.starts_with("unknown field") {
        let names = common.iter().flat_map(|name| [", `", name, "`"]);
        return config_error(setting, &[message].into_iter().chain(names).collect::<String>());
    }
    // For a value that may have several forms, the message is what was expected.
    let expected = message.rsplit_once("expected ").map_or(message, |(_, expected)| expected);
    // The value may be the secret itself.
    if expected.starts_with(SecretName::EXPECTED) {
        return config_error(setting, "not the name of a secret");
    }
    match expected {
        "a string" => wrong_type(setting, found, "a text"),
        "a boolean" => wrong_type(setting, found, "true or false"),
        "a sequence" => wrong_type(setting, found, "a list"),
        "u16" | "u32" | "u64" if found.is_u64() => wrong_type(setting, found, "a smaller number"),
        "u16" | "u32" | "u64" => wrong_type(setting, found, "a whole number"),
        other => wrong_type(setting, found, other),
    }
}

/// The error for a required field that is not set.
pub fn missing(setting: &str, field: &str) -> ConfigError {
    config_error(setting, &format!("missing field `{field}`"))
}

/// The error for a value of a wrong type. Every visitor of a site with errors reads it, and an owner may have
/// pasted a secret where a setting belongs: texts are not quoted, and numbers only where one is wanted.
fn wrong_type(setting: &str, value: &Value, wanted: &str) -> ConfigError {
    let found = match value {
        Value::Null => "nothing".to_owned(),
        Value::Bool(_) => value.to_string(),
        Value::Number(_) if wanted.ends_with("number") => value.to_string(),
        Value::Number(_) => "a number".to_owned(),
        Value::String(_) => "a text".to_owned(),
        Value::Array(_) => "a list".to_owned(),
        Value::Object(_) => "a table".to_owned(),
    };
    config_error(setting, &format!("expected {wanted}, not {found}"))
}

/// The hint of errors in a table or list.
pub(super) const HINT: &str =
    "correct it in wrangler.toml; docs/en/configuration.md lists every setting";

fn config_error(setting: &str, message: &str) -> ConfigError {
    ConfigError::new(setting, message, HINT)
}

#[cfg(test)]
mod tests {
    use serde::Deserialize;

    use super::*;

    #[derive(Debug, Default, PartialEq, Deserialize)]
    #[serde(default, deny_unknown_fields, expecting = "a table")]
    struct Example {
        text: Option<String>,
        list: Option<Vec<String>>,
        flag: Option<bool>,
        number: Option<u16>,
        tree: Option<SecretName>,
        inner: Option<Inner>,
        either: Option<Either>,
    }

    #[derive(Debug, Default, PartialEq, Deserialize)]
    #[serde(default, deny_unknown_fields, expecting = "a table")]
    struct Inner {
        day: Option<u64>,
    }

    #[derive(Debug, PartialEq, Deserialize)]
    #[serde(untagged, expecting = "a text or a list")]
    enum Either {
        One(String),
        Many(Vec<String>),
    }

    fn said(json: &str) -> (Example, Vec<(String, String)>) {
        let mut errors = Vec::new();
        let value = parse("SITE", json).unwrap();
        let read = read("SITE", &value, &["path"], &mut errors);
        let errors = errors.into_iter().map(|error| (error.setting, error.message));
        (read, errors.collect())
    }

    #[test]
    fn a_text_that_is_no_table_is_refused() {
        for (json, line, reason) in [
            ("{", 1, "EOF while parsing an object, column 1"),
            ("<b>", 1, "expected value, column 1"),
            ("{\n \"title\": My files\n}", 2, "expected value, column 11"),
        ] {
            let error = parse("SITE", json).unwrap_err();
            let message = format!("neither a table nor a list, nor JSON for one ({reason})");
            assert_eq!((error.line, error.message), (Some(line), message));
        }
        let (_, errors) = said("[]");
        assert_eq!(errors, [("SITE".into(), "expected a table, not a list".into())]);
        let error = parse_list("RULES", "{}").unwrap_err();
        assert_eq!(error.message, "expected a list, not a table");
    }

    #[test]
    fn a_wrong_field_is_named_with_what_it_is_and_what_it_should_be() {
        for (json, setting, message) in [
            (r#"{"text":1.5}"#, "SITE.text", "expected a text, not a number"),
            (r#"{"text":{}}"#, "SITE.text", "expected a text, not a table"),
            (
                r#"{"txt":1}"#,
                "SITE.txt",
                "unknown field `txt`, expected one of `text`, `list`, `flag`, `number`, `tree`, \
                 `inner`, `either`, `path`",
            ),
            (r#"{"list":""}"#, "SITE.list", "expected a list, not a text"),
            (r#"{"list":["",true]}"#, "SITE.list[1]", "expected a text, not true"),
            (r#"{"flag":0}"#, "SITE.flag", "expected true or false, not a number"),
            (r#"{"number":-1}"#, "SITE.number", "expected a whole number, not -1"),
            (r#"{"number":1.5}"#, "SITE.number", "expected a whole number, not 1.5"),
            (r#"{"number":65536}"#, "SITE.number", "expected a smaller number, not 65536"),
            (r#"{"number":"7"}"#, "SITE.number", "expected a whole number, not a text"),
            (r#"{"inner":5}"#, "SITE.inner", "expected a table, not a number"),
            (r#"{"inner":{"day":"x"}}"#, "SITE.inner.day", "expected a whole number, not a text"),
            (r#"{"inner":{"week":5}}"#, "SITE.inner.week", "unknown field `week`, expected `day`"),
            (r#"{"either":5}"#, "SITE.either", "expected a text or a list, not a number"),
            (r#"{"tree":12345}"#, "SITE.tree", "not the name of a secret"),
        ] {
            assert_eq!(said(json).1, [(setting.into(), message.into())], "{json}");
        }
    }

    #[test]
    fn every_wrong_field_is_reported_and_the_others_are_read() {
        let (read, errors) = said(
            r#"{"text":5,"list":["a",1,"b",2],"flag":null,"number":65535,"x":1,"y":{},"path":"/"}"#,
        );
        let settings = errors.iter().map(|(setting, _)| setting.as_str()).collect::<Vec<_>>();
        let expected = ["SITE.list[1]", "SITE.list[3]", "SITE.text", "SITE.x", "SITE.y"];
        let mut sorted = settings.clone();
        sorted.sort_unstable();
        assert_eq!(sorted, expected, "{settings:?}");
        let list = Some(["a", "", "b", ""].map(str::to_owned).into());
        assert_eq!(read, Example { list, number: Some(65_535), ..Example::default() });
    }
}
