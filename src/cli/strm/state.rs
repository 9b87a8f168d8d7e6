//! The state of a library, a file in its folder: which files the command wrote, so that it changes and deletes no
//! others. It holds no address, and so no share link.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use xxhash_rust::xxh64::xxh64;

use crate::cli::failure::Failure;

/// The name of the file in the library's folder.
pub const FILE_NAME: &str = ".signpost-strm.json";
/// The version of the file's format.
const VERSION: u32 = 1;

/// The files that the command wrote.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct State {
    version: u32,
    /// The decoded path on the site of the folder that the library is of, ending in a slash.
    pub folder: String,
    /// The files, by their paths below the library's folder.
    pub files: BTreeMap<String, Written>,
}

/// A file that the command wrote, or found with the same content.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Written {
    /// The content's [`digest`].
    pub digest: String,
    /// The size of the sidecar on the site, in bytes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub size: Option<u64>,
    /// The time of the sidecar's last change on the site, in Unix seconds.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub modified: Option<u64>,
}

/// The digest by which the content of a file is recognised.
pub fn digest(content: &[u8]) -> String {
    format!("{:016x}", xxh64(content, 0))
}

impl State {
    /// The state of a library that was never written.
    pub fn new(folder: &str) -> Self {
        Self { version: VERSION, folder: folder.to_owned(), files: BTreeMap::new() }
    }

    /// Reads the state of the library of this folder on the site.
    ///
    /// # Errors
    /// The text is no state, or that of another folder's library.
    pub fn parse(text: &[u8], folder: &str) -> Result<Self, Failure> {
        let state = serde_json::from_slice::<Self>(text);
        let state = state.ok().filter(|state| state.version == VERSION).ok_or_else(|| {
            Failure::new(format_args!(
                "{FILE_NAME} is not what this version writes: delete it, and files that are as they should be are \
                 taken over"
            ))
        })?;
        if state.folder == folder {
            return Ok(state);
        }
        Err(Failure::new(format_args!(
            "--out: the folder has the library of {}: give each library a folder of its own",
            state.folder
        )))
    }

    /// The state as the text of its file.
    pub fn text(&self) -> String {
        serde_json::to_string_pretty(self).unwrap_or_default() + "\n"
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_state_is_read_as_it_was_written_and_for_its_own_library_only() {
        let mut state = State::new("/Movies/");
        let written = Written { digest: digest(b"x"), size: None, modified: Some(3) };
        state.files.insert("a/b.strm".to_owned(), written);
        assert_eq!(State::parse(state.text().as_bytes(), "/Movies/").unwrap(), state);
        for (text, folder) in [
            (state.text(), "/Other/"),
            (state.text().replace("\"version\": 1", "\"version\": 2"), "/Movies/"),
            ("{}".to_owned(), "/Movies/"),
            (String::new(), "/Movies/"),
        ] {
            assert!(State::parse(text.as_bytes(), folder).is_err(), "{text}");
        }
    }
}
