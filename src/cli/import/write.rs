//! Writes the files of an import into a folder, without overwriting what somebody else wrote.

use std::fs::{self, OpenOptions};
use std::io::{self, Write as _};
use std::path::Path;

use sha2::{Digest as _, Sha256};

use super::output::{OutputFile, REPORT};
use crate::cli::failure::Failure;

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
        write_file(&folder.join(&file.name), &text, file.is_secret)
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

/// Writes a file in one step, so that it is whole or not there; a secret one is for its owner from the
/// beginning.
fn write_file(path: &Path, text: &str, is_secret: bool) -> io::Result<()> {
    let mut new = path.as_os_str().to_owned();
    new.push(".new");
    let new = Path::new(&new);
    // Left by an import that was stopped, perhaps with another mode.
    match fs::remove_file(new) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
        _ => {}
    }
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    if is_secret {
        use std::os::unix::fs::OpenOptionsExt as _;
        options.mode(0o600);
    }
    #[cfg(not(unix))]
    let _ = is_secret;
    let mut file = options.open(new)?;
    file.write_all(text.as_bytes())?;
    file.sync_all()?;
    fs::rename(new, path)
}
