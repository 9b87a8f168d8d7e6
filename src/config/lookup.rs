//! Lookups of what settings name: secrets, bindings, and paths of the site.

use super::error::ConfigError;
use crate::path::{EntryPath, PathError, check_segment};

/// The owner's settings, secrets and bindings, by name.
pub trait Settings {
    /// The value with this name: a text as it is, an object or list as JSON.
    fn get(&self, name: &str) -> Option<String>;

    /// Whether the value is set as text, in a secret or a text variable, and not as a table of
    /// `wrangler.toml`.
    fn is_text(&self, name: &str) -> bool;
}

/// Settings of which none is set as text.
impl<F: Fn(&str) -> Option<String>> Settings for F {
    fn get(&self, name: &str) -> Option<String> {
        self(name)
    }

    fn is_text(&self, _name: &str) -> bool {
        false
    }
}

/// Whether a binding of this name exists: an object, and not a variable's text.
pub fn is_bound(lookup: &impl Fn(&str) -> Option<String>, name: &str) -> bool {
    lookup(name).is_some_and(|value| value.starts_with('{'))
}

/// The hint to set the secret with this name.
pub fn set_secret(name: &str) -> String {
    format!(
        "set it: npx wrangler secret put {name}, or in Cloudflare's dashboard under Settings, Variables and \
         Secrets"
    )
}

/// The error for a field that names a secret which doesn't exist. Never quotes the name: an owner may
/// have pasted the secret itself where its name belongs.
pub fn no_such_secret(field: String) -> ConfigError {
    ConfigError::new(
        field,
        "no secret has the name that is given here",
        format!("give the name of a secret, never its value, and {}", set_secret("NAME")),
    )
}

/// Whether a text can be the name of a secret, and not a value pasted in its place.
pub fn is_plain_name(name: &str) -> bool {
    name.len() <= 64
        && name.bytes().all(|b| b.is_ascii_uppercase() || b.is_ascii_digit() || b == b'_')
}

/// Parses a path of the site that its owner wrote, decoded, into segments. The error is a message and a
/// hint.
pub fn site_path(raw: &str) -> Result<Vec<String>, (String, &'static str)> {
    let hint = "write it decoded and absolute, like / or /team/files";
    let text = raw.trim_end_matches('/');
    let Some(inner) = raw.strip_prefix('/') else {
        return Err((PathError::NotAbsolute.to_string(), hint));
    };
    if inner.is_empty() {
        return Ok(Vec::new());
    }
    let segments = text.split('/').skip(1).map(str::to_owned).collect::<Vec<_>>();
    for segment in &segments {
        check_segment(segment).map_err(|error| (error.to_string(), hint))?;
    }
    if segments.first().is_some_and(|first| EntryPath::is_reserved(first)) {
        return Err((
            "/-/ and names beginning with ~ are the site's own".to_owned(),
            "use another path",
        ));
    }
    Ok(segments)
}
