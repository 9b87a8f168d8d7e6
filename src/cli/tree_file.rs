//! The argument that names a tree.

use std::path::PathBuf;

/// The argument of commands that read a tree.
#[derive(clap::Args)]
pub struct TreeFile {
    /// The tree's text, or - for standard input
    #[arg(value_name = "TREE")]
    pub path: PathBuf,
}
