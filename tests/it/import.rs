//! `signpost import`: what it writes, loaded as the Worker loads it, and asked as visitors ask.

mod backup;
mod files;
mod hidden;
mod links;
mod model;
mod odd;
mod storages;

use std::fs;
use std::path::{Path, PathBuf};

use serde_json::{Value, json};
use signpost::site::Site;
use signpost::time::UnixSeconds;

use crate::support::command::{self, stderr};
use crate::support::request::NOW;

/// The bindings of the `wrangler.toml` that comes with Signpost.
const BINDINGS: [&str; 4] = ["KV", "QUOTA", "ACCOUNTS", "GUESSES"];

/// A folder that is removed after its test.
struct Scratch(PathBuf);

impl Scratch {
    fn new(name: &str) -> Self {
        let folder = std::env::temp_dir().join(format!("signpost-{name}-{}", std::process::id()));
        let _ = fs::remove_dir_all(&folder);
        fs::create_dir_all(&folder).unwrap();
        Self(folder)
    }

    fn file(&self, name: &str, text: &str) -> String {
        let path = self.0.join(name);
        fs::write(&path, text).unwrap();
        path.to_str().unwrap().to_owned()
    }

    fn path(&self, name: &str) -> String {
        self.0.join(name).to_str().unwrap().to_owned()
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

/// What an import wrote.
struct Imported {
    /// The variables of `wrangler.part.toml`.
    vars: Value,
    secrets: Value,
    report: String,
    trees: Vec<(String, String)>,
}

impl Imported {
    fn read(folder: &Path) -> Self {
        let text = |name: &str| fs::read_to_string(folder.join(name)).unwrap_or_default();
        let settings: toml::Table = toml::from_str(&text("wrangler.part.toml")).unwrap();
        let mut trees = fs::read_dir(folder).unwrap().map(|file| file.unwrap().file_name());
        let mut trees = trees
            .by_ref()
            .map(|name| name.into_string().unwrap())
            .filter(|name| name.starts_with("tree"))
            .map(|name| (name.clone(), text(&name)))
            .collect::<Vec<_>>();
        trees.sort();
        Self {
            vars: serde_json::to_value(&settings["vars"]).unwrap(),
            secrets: serde_json::from_str(&text("secrets.json")).unwrap_or(json!({})),
            report: text("REPORT.md"),
            trees,
        }
    }

    /// The site as the Worker loads it, without configuration errors.
    fn site(&self) -> Site {
        let lookup = |name: &str| match name {
            "SITE" | "MOUNTS" | "RULES" => self.vars.get(name).map(Value::to_string),
            name if BINDINGS.contains(&name) => Some("{}".to_owned()),
            name => self.secrets.get(name).map(|secret| secret.as_str().unwrap().to_owned()),
        };
        let site = Site::load(&lookup, UnixSeconds(NOW));
        let errors = site.config_errors().map(ToString::to_string).collect::<Vec<_>>();
        assert_eq!(errors, [""; 0], "{}", self.vars);
        site
    }

    /// The rule at a path.
    fn rule(&self, path: &str) -> &Value {
        let mut rules = self.vars["RULES"].as_array().unwrap().iter();
        rules.find(|rule| rule["path"] == path).unwrap_or(&Value::Null)
    }

    /// The lines of a section of the report.
    fn section(&self, title: &str) -> Vec<&str> {
        let after = self.report.split_once(&format!("## {title}\n")).map_or("", |(_, after)| after);
        let section = after.split("\n## ").next().unwrap();
        section.lines().filter(|line| line.starts_with("- ")).collect()
    }

    /// Whether a line of a section holds all of these words.
    fn says(&self, title: &str, words: &[&str]) -> bool {
        self.section(title).iter().any(|line| words.iter().all(|word| line.contains(word)))
    }
}

/// Imports files of these contents; the options follow.
fn import(test: &str, files: &[(&str, &str)], options: &[&str]) -> Imported {
    let scratch = Scratch::new(test);
    let out = scratch.path("out");
    let paths = files.iter().map(|(name, text)| scratch.file(name, text)).collect::<Vec<_>>();
    let mut args = vec!["import"];
    args.extend(paths.iter().map(String::as_str));
    args.extend(["--out", &out]);
    args.extend(options);
    let output = command::run(&args, "", "UNUSED", None);
    assert!(output.status.success(), "{}", stderr(&output));
    Imported::read(Path::new(&out))
}

/// The failure of an import.
fn refused(test: &str, files: &[(&str, &str)]) -> String {
    let scratch = Scratch::new(test);
    let paths = files.iter().map(|(name, text)| scratch.file(name, text)).collect::<Vec<_>>();
    let out = scratch.path("out");
    let mut args = vec!["import"];
    args.extend(paths.iter().map(String::as_str));
    args.extend(["--out", &out]);
    let output = command::run(&args, "", "UNUSED", None);
    assert_eq!(output.status.code(), Some(2));
    assert!(!Path::new(&out).exists(), "nothing is written");
    stderr(&output).to_owned()
}
