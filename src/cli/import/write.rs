//! Writes the files of an import into a folder, without overwriting what somebody else wrote.

use std::fs;
use std::io;
use std::path::Path;

use sha2::{Digest as _, Sha256};

use super::output::{OutputFile, REPORT};
use crate::cli::failure::Failure;
use crate::cli::output_file::write_file;

/// The comment in the report that lists the files of an import, by which a later one knows its own.
const MARK: &str = "<!-- signpost import:";

/// Writes the files. Those that exist are overwritten only if an earlier import wrote them and they were
/// not changed since, or with `force`.
///
/// # Errors
/// A file that is somebody else's, before anything is written; or one that can't be written.
pub fn write(folder: &Path, mut files: Vec<OutputFile>, force: bool) -> Result<(), Failure> {
    let at = |error: io::Error, name: &str| {
        Failure::new(format_args!("{}: {error}", folder.join(name).display()))
    };
    fs::create_dir_all(folder).map_err(|error| at(error, ""))?;
    if !force {
        refuse_foreign(folder, &files)?;
    }
    let list = files.iter().map(|file| {
        if file.is_secret {
            // A hash of weak passwords would help to guess them.
            file.name.clone()
        } else {
            format!("{} {}", file.name, digest(file.text.expose()))
        }
    });
    let list = list.filter(|line| !line.starts_with(REPORT)).collect::<Vec<_>>().join("; ");
    for file in &mut files {
        let mut text = file.text.expose().to_owned();
        text.push('\n');
        if file.name == REPORT {
            text.extend(["\n", MARK, " ", &list, " -->\n"]);
        }
        write_file(&folder.join(&file.name), text.as_bytes(), file.is_secret)
            .map_err(|error| at(error, &file.name))?;
    }
    Ok(())
}

/// Refuses if a file exists that no earlier import wrote, or that was changed since.
fn refuse_foreign(folder: &Path, files: &[OutputFile]) -> Result<(), Failure> {
    let report = fs::read_to_string(folder.join(REPORT)).unwrap_or_default();
    let list = report.rsplit_once(MARK).map(|(_, list)| list.trim_end());
    let list = list.and_then(|list| list.strip_suffix("-->")).unwrap_or_default();
    for OutputFile { name, .. } in files {
        let path = folder.join(name);
        let Ok(there) = fs::read(&path) else {
            // What is there, but can't be read, is not overwritten either.
            if path.symlink_metadata().is_ok() {
                return Err(not_ours(&path));
            }
            continue;
        };
        let there = String::from_utf8_lossy(&there);
        let mut entries = list.split(';').map(str::trim);
        let is_ours = match name.as_str() {
            REPORT => !list.is_empty(),
            name => entries.any(|entry| match entry.rsplit_once(' ') {
                Some((listed, hash)) => listed == name && hash == digest(there.trim()),
                None => entry == name,
            }),
        };
        if !is_ours {
            return Err(not_ours(&path));
        }
    }
    Ok(())
}

fn not_ours(path: &Path) -> Failure {
    Failure::new(format_args!(
        "{} exists and was not written by an import, or was changed since; take another --out, or \
         --force to overwrite it",
        path.display()
    ))
}

fn digest(text: &str) -> String {
    hex::encode(Sha256::digest(text))
}
