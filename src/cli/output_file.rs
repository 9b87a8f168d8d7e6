//! Files that commands write.

use std::ffi::OsString;
use std::fs::{self, OpenOptions};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

/// Writes a file in one step, so that it is whole or not there. No other user of the machine may read a secret
/// one, where the system has file modes.
/// A link to another file is replaced and not followed.
///
/// # Errors
/// The file can't be written; or a device or pipe is there, which would be replaced, too.
pub fn write_file(path: &Path, bytes: &[u8], is_secret: bool) -> io::Result<()> {
    if fs::metadata(path).is_ok_and(|there| !there.is_file() && !there.is_dir()) {
        return Err(io::Error::other("not a regular file; for standard output name no file"));
    }
    let mut unfinished = OsString::from(path);
    unfinished.push(".new");
    let temporary = Temporary { path: unfinished.into(), is_secret, is_synced: true };
    write_file_as(path, bytes, &temporary)
}

/// The file as which another is written at first.
#[derive(Debug)]
pub struct Temporary {
    /// The path, in the same folder; what is there is replaced.
    pub path: PathBuf,
    /// Whether no other user of the machine may read the file, where the system has file modes.
    pub is_secret: bool,
    /// Whether the bytes are on the disk before the file has its name.
    pub is_synced: bool,
}

/// Writes a file as a temporary one, which then takes its name.
///
/// # Errors
/// The file can't be written.
pub fn write_file_as(path: &Path, bytes: &[u8], temporary: &Temporary) -> io::Result<()> {
    let unfinished = &temporary.path;
    // One of a command that was stopped has perhaps another mode.
    match fs::remove_file(unfinished) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
        _ => {}
    }
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    if temporary.is_secret {
        use std::os::unix::fs::OpenOptionsExt as _;
        options.mode(0o600);
    }
    let mut file = options.open(unfinished)?;
    file.write_all(bytes)?;
    #[cfg(not(unix))]
    let _ = temporary.is_secret;
    if temporary.is_synced {
        file.sync_all()?;
    }
    fs::rename(unfinished, path).inspect_err(|_| drop(fs::remove_file(unfinished)))
}

#[cfg(test)]
#[cfg(unix)]
mod tests {
    use std::os::unix::fs::{PermissionsExt as _, symlink};

    use super::*;

    /// An empty folder for one test.
    fn folder(name: &str) -> PathBuf {
        let folder = std::env::temp_dir().join(format!("signpost-{name}-{}", std::process::id()));
        let _ = fs::remove_dir_all(&folder);
        fs::create_dir_all(&folder).unwrap();
        folder
    }

    #[test]
    fn a_link_in_the_place_of_a_file_is_replaced_and_not_followed() {
        let folder = folder("output-link");
        let (target, link) = (folder.join("target"), folder.join("link"));
        fs::write(&target, "before").unwrap();
        symlink(&target, &link).unwrap();
        symlink(&target, folder.join("link.new")).unwrap();
        write_file(&link, b"secret", true).unwrap();
        assert_eq!(fs::read_to_string(&target).unwrap(), "before");
        let written = fs::symlink_metadata(&link).unwrap();
        assert!(written.is_file() && written.permissions().mode() & 0o777 == 0o600);
        fs::remove_dir_all(folder).unwrap();
    }

    #[test]
    fn a_device_is_neither_replaced_nor_written_to() {
        let folder = folder("output-device");
        let link = folder.join("null");
        symlink("/dev/null", &link).unwrap();
        assert!(write_file(&link, b"x", true).is_err());
        assert!(fs::symlink_metadata(&link).unwrap().is_symlink(), "it is there as before");
        assert!(write_file(Path::new("/dev/null"), b"x", false).is_err());
        fs::remove_dir_all(folder).unwrap();
    }
}
