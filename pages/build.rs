//! Bundles and minifies the scripts of `assets` with esbuild: one script a page, so that a visitor's browser
//! sends one request, which the site's owner pays for.
//!
//! esbuild comes with the npm packages. A native build without them gets empty scripts and a warning: the
//! command line serves no pages, and needs no Node.js.

use std::io::{Error, Result};
use std::path::Path;
use std::process::Command;
use std::{env, fs};

/// The scripts: entry module, name of the bundle, output format.
const SCRIPTS: [(&str, &str, &str); 3] = [
    ("assets/app/folder.js", "folder.js", "esm"),
    ("assets/file/page.js", "file.js", "esm"),
    // Pages of other sites load it as a classic script.
    ("assets/embed.js", "embed.js", "iife"),
];

const ESBUILD: &str = "../node_modules/.bin/esbuild";

#[expect(
    clippy::disallowed_methods,
    reason = "how cargo and scripts/build.sh talk to a build script"
)]
fn main() -> Result<()> {
    // The lock file has the versions of esbuild and of the npm packages in the bundles.
    for path in ["assets", "../package-lock.json", ESBUILD] {
        println!("cargo::rerun-if-changed={path}");
    }
    println!("cargo::rerun-if-env-changed=NO_MINIFY");
    let out = env::var("OUT_DIR").map_err(Error::other)?;
    let is_worker = env::var("CARGO_CFG_TARGET_ARCH").is_ok_and(|target| target == "wasm32");
    let minifies = env::var("NO_MINIFY").unwrap_or_default().is_empty();
    let has_esbuild = Path::new(ESBUILD).exists();
    if !has_esbuild {
        let missing = "esbuild is missing, which bundles the pages' scripts: run `make setup`";
        if is_worker {
            return Err(Error::other(missing));
        }
        println!("cargo::warning={missing}");
    }
    for (entry, name, format) in SCRIPTS {
        let bundle = Path::new(&out).join(name);
        if has_esbuild {
            run_esbuild(entry, &bundle, format, minifies)?;
        } else {
            fs::write(bundle, "")?;
        }
    }
    Ok(())
}

fn run_esbuild(entry: &str, bundle: &Path, format: &str, minifies: bool) -> Result<()> {
    let mut esbuild = Command::new(ESBUILD);
    esbuild.args([entry, "--bundle", "--charset=utf8", "--log-level=warning"]);
    esbuild.arg(format!("--format={format}")).arg(format!("--outfile={}", bundle.display()));
    esbuild.args(minifies.then_some("--minify"));
    let status = esbuild.status()?;
    if status.success() { Ok(()) } else { Err(Error::other(format!("{entry}: esbuild {status}"))) }
}
