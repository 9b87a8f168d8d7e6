//! Bundles the scripts of folder pages: the modules of `assets/app`, and those of `assets/file` that they
//! share with files' pages, become one script, so that a browser sends one request. `import` lines are
//! replaced by the modules that they name, and comments and indentation are removed.
//!
//! The result is equivalent only if no two modules define the same top-level name, every import is one
//! line and renames nothing, and no text literal spans lines.

use std::fs;
use std::io::{Error, Result};
use std::path::Path;

/// The bundles, each named by its entry module.
const SCRIPTS: [&str; 1] = ["folder"];

#[expect(clippy::disallowed_methods, reason = "how cargo tells a build script where to write")]
fn main() -> Result<()> {
    println!("cargo::rerun-if-changed=assets/app");
    println!("cargo::rerun-if-changed=assets/file");
    let out = std::env::var("OUT_DIR").map_err(Error::other)?;
    for script in SCRIPTS {
        let mut joined = String::new();
        join(&format!("app/{script}"), &mut Vec::new(), &mut joined)?;
        fs::write(Path::new(&out).join(format!("{script}.js")), joined)?;
    }
    Ok(())
}

/// Appends a module after the modules that it imports. `module` is a path below `assets`, without its
/// extension.
fn join(module: &str, done: &mut Vec<String>, joined: &mut String) -> Result<()> {
    // The messages are prepended when the script is served, see src/asset.rs.
    if module == "app/words" || done.iter().any(|other| other == module) {
        return Ok(());
    }
    done.push(module.to_owned());
    let path = format!("assets/{module}.js");
    let text =
        fs::read_to_string(&path).map_err(|error| Error::other(format!("{path}: {error}")))?;
    let mut in_comment = false;
    for line in text.lines().map(str::trim) {
        if in_comment || line.starts_with("/**") {
            in_comment = !line.ends_with("*/");
        } else if let Some(import) = line.strip_prefix("import ") {
            let name = import
                .split_once("from \"")
                .and_then(|(_, name)| beside(module, name.strip_suffix(".js\";")?));
            let name = name.ok_or_else(|| Error::other(format!("{path}: {line}")))?;
            join(&name, done, joined)?;
        } else if !line.is_empty() && !line.starts_with("//") {
            joined.push_str(line.strip_prefix("export ").unwrap_or(line));
            joined.push('\n');
        }
    }
    Ok(())
}

/// Resolves an import (`./NAME` or `../FOLDER/NAME`) of a module.
fn beside(module: &str, name: &str) -> Option<String> {
    let (folder, _) = module.split_once('/')?;
    let own = name.strip_prefix("./").map(|name| format!("{folder}/{name}"));
    own.or_else(|| name.strip_prefix("../").map(str::to_owned))
}
