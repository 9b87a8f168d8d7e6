//! The files of an import: trees, the part of `wrangler.toml`, secrets and the report.

use serde::Serialize;
use serde_json::{Map, Value};

use super::model::{Import, Mount, Rule, Site, TreeText};
use super::report::{Outcome, code};
use crate::cli::failure::Failure;
use crate::cli::format::count;
use crate::secret::Secret;
use crate::sources::links::config::part_name;
use crate::tree::pack::{MAX_SECRETS, compress, split};

/// The name of the file with the settings.
pub const SETTINGS: &str = "wrangler.part.toml";
/// The name of the file with the secrets, for `wrangler secret bulk`.
pub const SECRETS: &str = "secrets.json";
/// The name of the report.
pub const REPORT: &str = "REPORT.md";

/// The variables that the settings themselves are: `SITE`, `MOUNTS` and `RULES`.
const VARIABLES: usize = 3;
/// Number of secrets that are left free, for the keys that an owner adds later.
const SPARE: usize = 4;

/// A file of an import.
#[derive(Debug)]
pub struct OutputFile {
    /// The file's name, without a folder.
    pub name: String,
    /// The content.
    pub text: Secret,
    /// Whether only the owner of the file may read it.
    pub is_secret: bool,
}

/// The files of an import. Trees that fit are put into secrets, the others are left to KV, and the report
/// says which.
///
/// # Errors
/// Settings that can't be written as TOML.
pub fn files(mut import: Import) -> Result<Vec<OutputFile>, Failure> {
    let mut files = Vec::new();
    let mut secrets = Map::new();
    for (name, secret) in &import.secrets {
        secrets.insert(name.clone(), Value::from(secret.expose()));
    }
    let names = tree_names(&import.trees);
    let mut kv_steps = Vec::new();
    for (tree, name) in std::mem::take(&mut import.trees).into_iter().zip(names) {
        let room = MAX_SECRETS.saturating_sub(secrets.len() + VARIABLES + SPARE);
        let packed = pack(&tree.text, room);
        let mount = import.mounts.iter_mut().find(|mount| mount.path == tree.mount);
        let key = kv_key(&tree.secret);
        if let Some(mount) = mount {
            if packed.is_some() {
                mount.tree = Some(tree.secret.clone());
            } else {
                mount.tree_kv = Some(key.clone());
            }
        }
        let subject = format!("tree of {}", code(&tree.mount));
        if let Some(parts) = packed {
            let number = count(parts.len(), "secret");
            let text = format!("{}, in {number} from `{}` on", code(&name), tree.secret);
            import.report.add(Outcome::Mapped, &subject, text);
            for (index, part) in parts.into_iter().enumerate() {
                secrets.insert(part_name(&tree.secret, index), Value::from(part));
            }
        } else {
            let text = format!("{}, under the key {} in KV", code(&name), code(&key));
            import.report.add(Outcome::Mapped, &subject, text);
            kv_steps.push(kv_step(&name, &key));
        }
        files.push(plain(&name, &tree.text));
    }
    files.push(plain(SETTINGS, &settings(&import)?));
    let secret_names = secrets.keys().map(|name| code(name)).collect::<Vec<_>>();
    if !secrets.is_empty() {
        let text = serde_json::to_string_pretty(&secrets).map_err(Failure::new)?;
        files.push(OutputFile {
            name: SECRETS.to_owned(),
            text: Secret::new(&text),
            is_secret: true,
        });
    }
    add_steps(&mut import, &secret_names, kv_steps);
    files.push(plain(REPORT, &import.report.markdown()));
    Ok(files)
}

fn plain(name: &str, text: &str) -> OutputFile {
    // A secret only to one that is printed by mistake: a tree is nobody else's business either.
    OutputFile { name: name.to_owned(), text: Secret::new(text), is_secret: false }
}

/// The text in as few secrets as it takes, plain if that needs no more than four; `None` if it has to go
/// to KV.
fn pack(text: &str, room: usize) -> Option<Vec<String>> {
    const PLAIN: usize = 4;
    let owned = |parts: Vec<&str>| parts.into_iter().map(str::to_owned).collect::<Vec<_>>();
    let plain = split(text).ok().filter(|parts| parts.len() <= PLAIN.min(room)).map(owned);
    plain.or_else(|| {
        let packed = compress(text);
        split(&packed).ok().filter(|parts| parts.len() <= room).map(owned)
    })
}

/// The files' names: `tree.txt` for one tree, else each with the path of its mount.
fn tree_names(trees: &[TreeText]) -> Vec<String> {
    let mut names = Vec::<String>::new();
    for tree in trees {
        let letters = tree.mount.trim_matches('/').chars().map(|c| match c {
            '/' => '-',
            c if c.is_alphanumeric() || matches!(c, '-' | '_') => c,
            _ => '_',
        });
        let slug = letters.collect::<String>();
        let stem = match (trees.len(), slug.as_str()) {
            (1, _) | (_, "") => "tree".to_owned(),
            (_, slug) => format!("tree-{slug}"),
        };
        let mut name = format!("{stem}.txt");
        let mut number = 2;
        // File systems may take large and small letters for the same.
        while names.iter().any(|taken| taken.to_lowercase() == name.to_lowercase()) {
            name = format!("{stem}-{number}.txt");
            number += 1;
        }
        names.push(name);
    }
    names
}

fn kv_key(secret: &str) -> String {
    secret.to_lowercase().replace('_', "-")
}

fn kv_step(name: &str, key: &str) -> String {
    format!(
        "{} is too large for secrets: put it into KV after the first deploy.\n\n\
         ```sh\n\
         signpost pack --kv {name} --output {key}.packed\n\
         npx wrangler kv key put --binding KV --remote {key} --path {key}.packed\n\
         ```",
        code(name)
    )
}

/// Adds the steps that the written files need.
fn add_steps(import: &mut Import, secret_names: &[String], kv_steps: Vec<String>) {
    let report = &mut import.report;
    report.step(format!(
        "Read the sections below, then add {} to the end of your `wrangler.toml`, whose bindings \
         stay as they are. Where that has `SITE`, `MOUNTS` or `RULES` already, keep one of the two.",
        code(SETTINGS)
    ));
    if !secret_names.is_empty() {
        let keys = if secret_names.iter().any(|name| name == "`SITE_KEYS`") {
            " If your Worker has `SITE_KEYS` already, remove that line from the file first: a new key ends \
             all logins and share links."
        } else {
            ""
        };
        report.step(format!(
            "Set the {} of {} ({}), then delete the file. It is readable to you alone; never commit \
             it.{keys}\n\n\
             ```sh\n\
             npx wrangler secret bulk {SECRETS}\n\
             ```",
            count(secret_names.len(), "secret"),
            code(SECRETS),
            secret_names.join(", ")
        ));
    }
    report.step(
        "Deploy with `make deploy`, or without the repository with `npx wrangler deploy`. Look at `/-/health`, and open the site in a private window: what was \
         closed has to be closed there.",
    );
    for step in kv_steps {
        report.step(step);
    }
}

/// The part of `wrangler.toml`.
fn settings(import: &Import) -> Result<String, Failure> {
    #[derive(Serialize)]
    struct File<'i> {
        vars: Vars<'i>,
    }
    #[derive(Serialize)]
    #[allow(non_snake_case, reason = "the names of the settings")]
    struct Vars<'i> {
        #[serde(skip_serializing_if = "Option::is_none")]
        SITE: Option<&'i Site>,
        #[serde(skip_serializing_if = "<[_]>::is_empty")]
        MOUNTS: &'i [Mount],
        #[serde(skip_serializing_if = "Vec::is_empty")]
        RULES: Vec<&'i Rule>,
    }
    let rules = import.rules.values().filter(|rule| !rule.is_empty()).collect();
    let site = Some(&import.site).filter(|site| **site != Site::default());
    let vars = Vars { SITE: site, MOUNTS: &import.mounts, RULES: rules };
    let text = toml::to_string(&File { vars }).map_err(Failure::new)?;
    Ok(format!(
        "# Imported by signpost {}. REPORT.md says what became of each part.\n\
         # Nothing here is secret: these are the names of secrets.\n\n{text}",
        env!("CARGO_PKG_VERSION")
    ))
}

#[cfg(test)]
mod tests;
