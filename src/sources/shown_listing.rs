//! Which listing a response shows of a path, besides the entry at its end.

use serde::{Deserialize, Serialize};

/// The listing that a response shows of a path.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ShownListing {
    /// None: the response needs the entry at the path's end alone.
    None,
    /// The listing of the folder at the path's end.
    Folder,
    /// The listing of the folder around the file at the path's end.
    Parent,
}
