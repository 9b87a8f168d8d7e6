//! The command line's own program.

use std::io::Write as _;
use std::process::{Command, Output, Stdio};

/// Runs `signpost` with `input` on standard input, and a secret in this variable if one is given.
pub fn run(args: &[&str], input: impl AsRef<[u8]>, variable: &str, secret: Option<&str>) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_signpost"));
    command.args(args).env_remove(variable);
    if let Some(secret) = secret {
        command.env(variable, secret);
    }
    let mut child = command
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    // A command that reads no input may be gone already.
    let _ = child.stdin.take().unwrap().write_all(input.as_ref());
    child.wait_with_output().unwrap()
}

/// The standard output as text.
pub fn stdout(output: &Output) -> &str {
    str::from_utf8(&output.stdout).unwrap()
}

/// The standard error as text.
pub fn stderr(output: &Output) -> &str {
    str::from_utf8(&output.stderr).unwrap()
}
