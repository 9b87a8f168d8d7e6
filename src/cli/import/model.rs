//! The result of an import, before it is written to files: trees, settings, secrets and a report.

use std::collections::BTreeMap;

use serde::Serialize;

use super::report::{Outcome, Report};
use crate::secret::Secret;

/// The parts of a site that were read from elsewhere.
#[derive(Debug, Default)]
pub struct Import {
    /// The link trees, each shown by one of the mounts.
    pub trees: Vec<TreeText>,
    /// The setting `MOUNTS`.
    pub mounts: Vec<Mount>,
    /// The setting `RULES`, by path.
    pub rules: BTreeMap<String, Rule>,
    /// The setting `SITE`.
    pub site: Site,
    /// The secrets that mounts and rules name, but for those of trees.
    pub secrets: BTreeMap<String, Secret>,
    /// The account of what was imported, closed and left out.
    pub report: Report,
}

/// The text of a link tree, and the mount that shows it.
#[derive(Debug)]
pub struct TreeText {
    /// The path of the mount.
    pub mount: String,
    /// The name of the secret that is to hold the text; in lower case, with hyphens, it is the tree's key
    /// in KV.
    pub secret: String,
    /// The text, in the grammar of `docs/en/tree.md`.
    pub text: String,
}

/// The setting `SITE`; a field that is `None` keeps its default.
#[derive(Debug, Default, PartialEq, Eq, Serialize)]
pub struct Site {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub title: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub icon: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub accent: Option<String>,
}

/// One entry of the setting `MOUNTS`; a field that is `None` keeps its default. Where a secret belongs,
/// this is its name.
#[derive(Debug, Default, Serialize)]
pub struct Mount {
    pub path: String,
    pub source: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tree: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tree_kv: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub username: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub password: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub token: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub key: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub client_id: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub client_secret: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub access_token: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub refresh_token: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub renew_url: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub direct_link: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub uid: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub private_key: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub valid_minutes: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub root: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub fresh_minutes: Option<u64>,
}

/// One entry of the setting `RULES`; a field that is `None` is not set.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Rule {
    pub path: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub access: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub password: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub listed: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub alist_sign: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub mode: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub robots: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub header: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub readme: Option<String>,
    #[serde(skip_serializing_if = "Hide::is_empty")]
    pub hide: Hide,
}

/// The globs of a rule, by strength.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Hide {
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub unlisted: Vec<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub blocked: Vec<String>,
}

impl Hide {
    /// Whether no glob is in it.
    pub fn is_empty(&self) -> bool {
        self.unlisted.is_empty() && self.blocked.is_empty()
    }
}

impl Rule {
    /// A rule that sets nothing yet.
    pub fn at(path: &str) -> Self {
        Self { path: path.to_owned(), ..Self::default() }
    }

    /// Closes the rule's path: `link` opens it through share links, `deny` to nobody and takes precedence.
    pub fn close(&mut self, access: &'static str) {
        if self.access != Some("deny") {
            self.access = Some(access);
        }
    }

    /// Whether the rule sets no field.
    pub fn is_empty(&self) -> bool {
        *self == Self::at(&self.path)
    }
}

impl Import {
    /// Stores a secret, and returns its name for the setting that refers to it: another one if the name is
    /// taken.
    pub fn keep_secret(&mut self, mut name: String, text: &str) -> String {
        while self.secrets.contains_key(&name) {
            name.push('X');
        }
        self.secrets.insert(name.clone(), Secret::new(text));
        name
    }

    /// Stores a new key for `SITE_KEYS`, if a rule needs one.
    pub fn keep_site_key(&mut self, site_key: &str) {
        let needs_key = |rule: &Rule| {
            rule.password.is_some() || matches!(rule.access, Some("link" | "password"))
        };
        if self.rules.values().any(needs_key) {
            self.keep_secret("SITE_KEYS".to_owned(), site_key);
            self.report.add(
                Outcome::Mapped,
                "logins and share links",
                "a new key in the secret `SITE_KEYS`, with which they are signed",
            );
        }
    }

    /// The rule at a path, which is added if there is none.
    pub fn rule_at(&mut self, path: &str) -> &mut Rule {
        self.rules.entry(path.to_owned()).or_insert_with(|| Rule::at(path))
    }
}
