//! Standard output, and text files or standard input.

use std::io::{self, Read as _, Write as _};
use std::path::Path;

use super::failure::Failure;

/// Writes data to standard output, byte for byte.
pub fn print(write: impl FnOnce(&mut dyn io::Write) -> io::Result<()>) -> Result<(), Failure> {
    print_to(io::stdout().lock(), write)
}

/// Writes text for people to standard output, with colours only on a terminal. Not for data: on its way to
/// a file it loses what looks like a colour, and DEL, which a name may hold.
pub fn print_styled(
    write: impl FnOnce(&mut dyn io::Write) -> io::Result<()>,
) -> Result<(), Failure> {
    print_to(anstream::stdout().lock(), write)
}

/// Writes to an output and flushes it. A closed pipe, as by `head`, is no failure.
fn print_to(
    out: impl io::Write,
    write: impl FnOnce(&mut dyn io::Write) -> io::Result<()>,
) -> Result<(), Failure> {
    let mut out = io::BufWriter::new(out);
    match write(&mut out).and_then(|()| out.flush()) {
        Err(error) if error.kind() != io::ErrorKind::BrokenPipe => Err(error.into()),
        _ => Ok(()),
    }
}

/// Reads a file; `-` is standard input.
pub fn read_bytes(path: &Path) -> Result<Vec<u8>, Failure> {
    let mut bytes = Vec::new();
    let read = if path == Path::new("-") {
        io::stdin().lock().read_to_end(&mut bytes).map(|_| ())
    } else {
        std::fs::read(path).map(|read| bytes = read)
    };
    read.map_err(|error| Failure::new(format_args!("{}: {error}", path.display())))?;
    Ok(bytes)
}

/// Reads a text file; `-` is standard input.
pub fn read_text(path: &Path) -> Result<String, Failure> {
    text_of(path, read_bytes(path)?)
}

/// The text of a file that was read from this path.
pub fn text_of(path: &Path, bytes: Vec<u8>) -> Result<String, Failure> {
    String::from_utf8(bytes).map_err(|error| {
        let valid = error.utf8_error().valid_up_to();
        let line = error.as_bytes().iter().take(valid).filter(|byte| **byte == b'\n').count() + 1;
        Failure::new(format_args!(
            "{}: line {line} is not UTF-8; save the file as UTF-8",
            path.display()
        ))
    })
}
