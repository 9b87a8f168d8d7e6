//! Reads the JSON of a setting field by field. One reader serves all settings, instead of one that serde
//! derives for each type: in WASM those were more code than the whole site.

use serde_json::{Map, Value};

use super::error::ConfigError;

/// The fields that hold the name of a secret, where an owner may have pasted the secret itself.
const NAMES_OF_SECRETS: [&str; 13] = [
    "private_key",
    "tree",
    "password",
    "alist_sign",
    "proxy_key",
    "username",
    "token",
    "key",
    "client_id",
    "client_secret",
    "access_token",
    "refresh_token",
    "renew_url",
];

/// A JSON object in a setting (a table in `wrangler.toml`), whose fields are all known.
pub struct Table<'v> {
    setting: String,
    fields: &'v Map<String, Value>,
}

/// Parses the text of a setting as JSON.
pub fn parse(setting: &str, text: &str) -> Result<Value, ConfigError> {
    serde_json::from_slice::<Value>(text.as_bytes()).map_err(|error| {
        let message = error.to_string();
        // The position is one in our own rendering of the value: no help to its owner.
        let reason = message.split(" at line ").next().unwrap_or_default();
        fault(setting, &format!("neither a table nor a list, nor JSON for one ({reason})"))
    })
}

/// Parses the text of a setting that is a list, into the list's values.
pub fn parse_list(setting: &str, json: &str) -> Result<Vec<Value>, ConfigError> {
    match parse(setting, json)? {
        Value::Array(values) => Ok(values),
        value => Err(wrong_type(setting, &value, "a list")),
    }
}

impl<'v> Table<'v> {
    /// Reads a table. The error is for any other value, and for a field that is not among the `known`.
    pub fn new(setting: &str, value: &'v Value, known: &[&str]) -> Result<Self, ConfigError> {
        let fields = value.as_object().ok_or_else(|| wrong_type(setting, value, "a table"))?;
        if let Some(field) = fields.keys().find(|field| !known.contains(&field.as_str())) {
            let names = known.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>();
            let names = match names.as_slice() {
                [one, other] => format!("{one} or {other}"),
                names => format!("one of {}", names.join(", ")),
            };
            let message = format!("unknown field `{field}`, expected {names}");
            return Err(fault(&format!("{setting}.{field}"), &message));
        }
        Ok(Self { setting: setting.to_owned(), fields })
    }

    /// The full name of a field, as error reports call it.
    pub fn setting(&self, field: &str) -> String {
        format!("{}.{field}", self.setting)
    }

    /// The value of a field; `None` if it is missing or `null`.
    pub fn value(&self, field: &str) -> Option<&'v Value> {
        self.fields.get(field).filter(|value| !value.is_null())
    }

    /// The text in a field that has to be set.
    pub fn required(&self, field: &str) -> Result<String, ConfigError> {
        self.text(field)?.ok_or_else(|| self.missing(field))
    }

    /// The error for a required field that is not set.
    pub fn missing(&self, field: &str) -> ConfigError {
        fault(&self.setting, &format!("missing field `{field}`"))
    }

    /// The text in a field.
    pub fn text(&self, field: &str) -> Result<Option<String>, ConfigError> {
        let Some(value) = self.value(field) else { return Ok(None) };
        text(&self.setting(field), value).map(Some)
    }

    /// The list of texts in a field.
    pub fn texts(&self, field: &str) -> Result<Option<Vec<String>>, ConfigError> {
        let Some(value) = self.value(field) else { return Ok(None) };
        let setting = self.setting(field);
        let texts = value.as_array().ok_or_else(|| wrong_type(&setting, value, "a list"))?;
        let texts = texts.iter().enumerate();
        texts
            .map(|(index, value)| text(&format!("{setting}[{index}]"), value))
            .collect::<Result<_, _>>()
            .map(Some)
    }

    /// The boolean in a field.
    pub fn flag(&self, field: &str) -> Result<Option<bool>, ConfigError> {
        let Some(value) = self.value(field) else { return Ok(None) };
        let flag = value.as_bool();
        flag.map(Some).ok_or_else(|| wrong_type(&self.setting(field), value, "true or false"))
    }

    /// The whole number in a field, not negative and not too great for its type.
    pub fn number<T: TryFrom<u64>>(&self, field: &str) -> Result<Option<T>, ConfigError> {
        let Some(value) = self.value(field) else { return Ok(None) };
        let number = value.as_u64().and_then(|number| T::try_from(number).ok());
        number.map(Some).ok_or_else(|| {
            let wanted = if value.is_u64() { "a smaller number" } else { "a whole number" };
            wrong_type(&self.setting(field), value, wanted)
        })
    }

    /// The error for a field that may have one of several `forms`, and has none of them.
    pub fn no_form(&self, field: &str, forms: &str) -> ConfigError {
        fault(&self.setting(field), forms)
    }
}

fn text(setting: &str, value: &Value) -> Result<String, ConfigError> {
    let text = value.as_str().ok_or_else(|| wrong_type(setting, value, "a text"))?;
    Ok(text.to_owned())
}

fn wrong_type(setting: &str, value: &Value, wanted: &str) -> ConfigError {
    let found = match value {
        Value::Null => "nothing".to_owned(),
        Value::Bool(_) | Value::Number(_) => value.to_string(),
        Value::String(text) => format!("the text {text:?}"),
        Value::Array(_) => "a list".to_owned(),
        Value::Object(_) => "a table".to_owned(),
    };
    fault(setting, &format!("expected {wanted}, not {found}"))
}

fn fault(setting: &str, message: &str) -> ConfigError {
    let names_a_secret =
        NAMES_OF_SECRETS.iter().any(|field| setting.split(['.', '[']).any(|part| part == *field));
    // The message quotes the value, and it may be the secret itself.
    let message = if names_a_secret { "not the name of a secret" } else { message };
    ConfigError::new(
        setting,
        message,
        "mend it in wrangler.toml; docs/en/configuration.md lists every setting",
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_wrong_field_is_named_with_what_it_is_and_what_it_should_be() {
        let said = |json: &str| {
            let value = parse("SITE", json)?;
            let table = Table::new("SITE", &value, &["text", "list", "flag", "number", "tree"])?;
            table.required("text")?;
            table.texts("list")?;
            table.flag("flag")?;
            table.number::<u16>("number")?;
            table.text("tree")
        };
        for (json, setting, message) in [
            (
                "{",
                "SITE",
                "neither a table nor a list, nor JSON for one (EOF while parsing an object)",
            ),
            ("<b>", "SITE", "neither a table nor a list, nor JSON for one (expected value)"),
            ("[]", "SITE", "expected a table, not a list"),
            ("{}", "SITE", "missing field `text`"),
            (r#"{"text":null}"#, "SITE", "missing field `text`"),
            (r#"{"text":1.5}"#, "SITE.text", "expected a text, not 1.5"),
            (r#"{"text":{}}"#, "SITE.text", "expected a text, not a table"),
            (
                r#"{"text":"","txt":1}"#,
                "SITE.txt",
                "unknown field `txt`, expected one of `text`, `list`, `flag`, `number`, `tree`",
            ),
            (r#"{"text":"","list":""}"#, "SITE.list", "expected a list, not the text \"\""),
            (r#"{"text":"","list":["",true]}"#, "SITE.list[1]", "expected a text, not true"),
            (r#"{"text":"","flag":0}"#, "SITE.flag", "expected true or false, not 0"),
            (r#"{"text":"","number":-1}"#, "SITE.number", "expected a whole number, not -1"),
            (r#"{"text":"","number":1.5}"#, "SITE.number", "expected a whole number, not 1.5"),
            (
                r#"{"text":"","number":65536}"#,
                "SITE.number",
                "expected a smaller number, not 65536",
            ),
            (
                r#"{"text":"","number":"7"}"#,
                "SITE.number",
                "expected a whole number, not the text \"7\"",
            ),
            (r#"{"text":"","tree":12345}"#, "SITE.tree", "not the name of a secret"),
        ] {
            let fault = said(json).unwrap_err();
            assert_eq!(
                (fault.setting.as_str(), fault.message.as_str()),
                (setting, message),
                "{json}"
            );
        }
        assert_eq!(
            said(r#"{"text":"","number":65535,"list":null,"tree":"T"}"#),
            Ok(Some("T".into()))
        );
    }
}
