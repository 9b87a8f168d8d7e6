//! Files that commands write.

use std::ffi::OsString;
use std::fs::{self, OpenOptions};
use std::io::{self, Write as _};
use std::path::Path;

/// Writes a file in one step, so that it is whole or not there. No other user of the machine may read a secret
/// one, where the system has file modes.
pub fn write_file(path: &Path, bytes: &[u8], is_secret: bool) -> io::Result<()> {
    let mut unfinished = OsString::from(path);
    unfinished.push(".new");
    let unfinished = Path::new(&unfinished);
    // One of a command that was stopped has perhaps another mode.
    match fs::remove_file(unfinished) {
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
    let mut file = options.open(unfinished)?;
    file.write_all(bytes)?;
    file.sync_all()?;
    fs::rename(unfinished, path)
}
