//! The `links` source: a tree of direct links, and how its links are signed.

use std::cell::Cell;
use std::ops::Range;
use std::rc::Rc;
use std::time::Duration;

use xxhash_rust::xxh64::xxh64;

use super::config::{LinksConfig, TreeText, part_name};
use crate::config::error::ConfigError;
use crate::direct_host::DirectHost;
use crate::host::SignedHosts;
use crate::origin::Origin;
use crate::seed::RequestSeed;
use crate::sign::Signer;
use crate::sources::link::{Link, LinkLifetime, make_link};
use crate::time::{UnixSeconds, ValidMinutes};
use crate::tree::Tree;
use crate::tree::compiled::{checksum, is_compiled, stated_checksum};
use crate::tree::pack::unpack;
use crate::tree::parse::{Context, Parsed};
use crate::tree::problem::{Problem, ProblemKind};

/// A link tree in service, with its signer. A clone shares the tree itself.
#[derive(Clone, Debug)]
pub struct LinkTree {
    tree: Option<Rc<Tree>>,
    warnings: Rc<[Problem]>,
    signer: Option<Signer>,
    valid: ValidMinutes,
    hosts: SignedHosts,
    host: Option<DirectHost>,
    at_site_root: bool,
    /// Whether the tree in service was compiled by `signpost pack --kv`, and not parsed from a text.
    is_compiled: bool,
    /// The times at which parsing the text in service gives the tree in service.
    valid_between: Range<UnixSeconds>,
    /// The errors for which the text in service, or the refused newer one, can't be served.
    config_errors: Vec<ConfigError>,
    kv: Option<KvText>,
    /// Whether the tree in service is the built-in demo, with its own signer.
    is_demo: bool,
    /// The built-in demo, to be served where KV has no text.
    default: Option<Rc<LinkTree>>,
}

/// A tree's text in KV, which the owner may change at any time.
#[derive(Clone, Debug)]
struct KvText {
    key: String,
    /// The name of the setting in reports, as `MOUNTS[0].tree_kv`.
    setting: String,
    checked_at: Cell<Option<UnixSeconds>>,
    /// XXH64 of the last value that was read from KV, served or refused.
    last_digest: Option<u64>,
}

/// The outcome of updating a tree with a text that was read from KV.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum UpdateOutcome {
    /// The text is the one that is served already, or was refused before.
    Unchanged,
    /// The text is served from now on.
    Served,
    /// The text has errors; the tree before it stays in service, if there is one.
    Refused,
}

/// The interval between two reads of the text from KV.
const CHECK_EVERY: Duration = Duration::from_mins(1);

impl LinkTree {
    /// Creates a mount's tree, and parses its text unless that is in KV.
    pub fn new(config: LinksConfig, at_site_root: bool, now: UnixSeconds) -> Self {
        let LinksConfig { tree, signer, valid, hosts, host, is_demo } = config;
        let mut links = Self {
            tree: None,
            warnings: Rc::default(),
            signer,
            valid,
            hosts,
            host,
            at_site_root,
            is_compiled: false,
            valid_between: UnixSeconds(0)..UnixSeconds::NEVER,
            config_errors: Vec::new(),
            kv: None,
            is_demo,
            default: None,
        };
        match tree {
            TreeText::InSecrets(name, joined) => {
                links.parse(joined.text(), now, |line| {
                    let (part, line) = joined.locate(line);
                    (part_name(&name, part), line)
                });
            }
            TreeText::Kv { key, setting, default } => {
                links.kv =
                    Some(KvText { key, setting, checked_at: Cell::new(None), last_digest: None });
                links.default = default.map(|demo| Rc::new(Self::new(*demo, at_site_root, now)));
            }
        }
        links
    }

    /// The tree in service. Not for routes: they go through the guard, [`crate::site::Site::open`].
    pub(crate) fn tree(&self) -> Option<&Tree> {
        self.tree.as_deref()
    }

    /// Whether there is no tree to serve yet.
    pub fn has_no_tree(&self) -> bool {
        self.tree.is_none()
    }

    /// Whether the tree in service is the built-in demo.
    pub fn is_demo(&self) -> bool {
        self.is_demo
    }

    /// Whether the tree is in KV.
    pub(crate) fn is_in_kv(&self) -> bool {
        self.kv.is_some()
    }

    /// Whether the tree in service was parsed from a text in KV, as it is once in each isolate.
    pub(crate) fn is_text_in_kv(&self) -> bool {
        self.is_in_kv() && self.tree.is_some() && !self.is_compiled
    }

    /// Whether parsing the text in service at this time would give the same tree.
    pub(crate) fn is_valid_at(&self, now: UnixSeconds) -> bool {
        self.valid_between.contains(&now)
    }

    /// Whether the tree's links are signed.
    pub fn is_signed(&self) -> bool {
        self.signer.is_some()
    }

    /// Warnings about the text in service, for the owner.
    pub fn warnings(&self) -> &[Problem] {
        &self.warnings
    }

    /// The errors of the text, or of a newer one that is not served because of them.
    pub fn config_errors(&self) -> &[ConfigError] {
        &self.config_errors
    }

    /// The KV key of the text, if it was last read a minute ago or more.
    pub fn due(&self, now: UnixSeconds) -> Option<&str> {
        let kv = self.kv.as_ref()?;
        let due = kv.checked_at.get().is_none_or(|at| now.since(at) >= CHECK_EVERY);
        due.then_some(kv.key.as_str())
    }

    /// Records that the text is about to be read from KV, so that no other request reads it too.
    pub fn note_read(&self, now: UnixSeconds) {
        if let Some(kv) = &self.kv {
            kv.checked_at.set(Some(now));
        }
    }

    /// Reads a value from KV, a text or a compiled tree, and serves it if it is good; `None` if KV has none. A
    /// value with errors never replaces a good one.
    pub fn update(&mut self, value: Option<&[u8]>, now: UnixSeconds) -> UpdateOutcome {
        let Some(kv) = &mut self.kv else { return UpdateOutcome::Unchanged };
        let setting = kv.setting.clone();
        let Some(value) = value else {
            if self.is_demo {
                return UpdateOutcome::Unchanged;
            }
            kv.last_digest = None;
            let hint = format!(
                "put one there (npx wrangler kv key put --binding KV --remote {} --path tree.txt, or in \
                 Cloudflare's dashboard as an entry of the namespace); until then the last good one is \
                 served, if there was one",
                kv.key
            );
            self.config_errors =
                vec![ConfigError::new(setting, "KV holds no tree under this key", hint)];
            return UpdateOutcome::Refused;
        };
        if kv.last_digest.is_some_and(|last| last == digest(value)) {
            return UpdateOutcome::Unchanged;
        }
        // An intact compiled tree states its digest, which is verified as the tree is read.
        let stated = if is_compiled(value) { stated_checksum(value) } else { None };
        kv.last_digest = Some(stated.unwrap_or_else(|| digest(value)));
        match self.read(value, now, |line| (setting.clone(), line)) {
            Ok(outcome) => outcome,
            Err(message) => {
                if let Some(kv) = &mut self.kv {
                    kv.last_digest = Some(digest(value));
                }
                let hint = "write it again: signpost pack --kv tree.txt --output tree.packed, with the \
                            signpost of this version, or put the text itself there";
                self.config_errors = vec![ConfigError::new(setting, message, hint)];
                UpdateOutcome::Refused
            }
        }
    }

    /// Serves the stored copy of the last good value, while the newest one has errors.
    pub fn update_from_copy(&mut self, value: &[u8], now: UnixSeconds) -> UpdateOutcome {
        let config_errors = std::mem::take(&mut self.config_errors);
        let outcome = self.read(value, now, |line| (String::new(), line));
        // The owner has to correct the newest value, not the copy.
        self.config_errors = config_errors;
        outcome.unwrap_or(UpdateOutcome::Refused)
    }

    /// Digest of the value that was read from KV last.
    pub fn last_digest(&self) -> Option<u64> {
        self.kv.as_ref()?.last_digest
    }

    fn read(
        &mut self,
        value: &[u8],
        now: UnixSeconds,
        locate: impl Fn(usize) -> (String, usize),
    ) -> Result<UpdateOutcome, String> {
        if is_compiled(value) {
            let tree =
                Tree::from_compiled(value, &self.hosts).map_err(|error| error.to_string())?;
            self.serve(tree, Vec::new(), UnixSeconds(0)..UnixSeconds::NEVER);
            self.is_compiled = true;
            return Ok(UpdateOutcome::Served);
        }
        let text = str::from_utf8(value).map_err(|_| "the text is not valid UTF-8".to_owned())?;
        let text = unpack(text).map_err(|error| error.to_string())?;
        Ok(self.parse(&text, now, locate))
    }

    /// Records that KV itself could not be read.
    pub fn note_unreadable(&mut self) {
        if let Some(kv) = &mut self.kv {
            // So that the next text is parsed again, and this error goes.
            kv.last_digest = None;
            let hint = "add a kv_namespaces binding named KV to wrangler.toml, or see its status";
            self.config_errors =
                vec![ConfigError::new(kv.setting.clone(), "KV can't be read", hint)];
        }
    }

    /// The lifetime of the tree's signed links, unless a rule says otherwise.
    pub(crate) fn valid(&self) -> ValidMinutes {
        self.valid
    }

    /// The link to an origin URL, signed if this mount has a key and the host is one to sign for.
    pub(crate) fn link(
        &self,
        origin: &Origin<'_>,
        seed: &RequestSeed,
        lifetime: LinkLifetime,
    ) -> Link {
        make_link(self.signer.as_ref(), self.valid, origin, seed, lifetime)
    }

    /// Serves the built-in demo, on a site without any settings for which KV has neither a tree nor a copy.
    pub fn serve_default(&mut self) {
        if let Some(demo) = self.default.clone().filter(|_| self.has_no_tree()) {
            self.tree.clone_from(&demo.tree);
            self.signer.clone_from(&demo.signer);
            self.valid_between = demo.valid_between.clone();
            self.config_errors.clear();
            self.is_demo = true;
        }
    }

    fn serve(&mut self, mut tree: Tree, warnings: Vec<Problem>, valid_between: Range<UnixSeconds>) {
        if self.default.is_some() && std::mem::take(&mut self.is_demo) {
            self.signer = None;
        }
        if let Some(host) = &self.host {
            tree.move_to(host, &self.hosts);
        }
        self.tree = Some(Rc::new(tree));
        self.valid_between = valid_between;
        self.warnings = warnings.into();
        self.config_errors.clear();
    }

    fn parse(
        &mut self,
        text: &str,
        now: UnixSeconds,
        locate: impl Fn(usize) -> (String, usize),
    ) -> UpdateOutcome {
        let context = Context { now, hosts: &self.hosts, at_site_root: self.at_site_root };
        match Tree::parse(text, context) {
            Ok(Parsed { tree, mut warnings, valid_between }) => {
                // Told by files' pages: a rule may proxy them, which a tree does not know.
                warnings.retain(|problem| problem.kind != ProblemKind::Numbered);
                self.serve(tree, warnings, valid_between);
                self.is_compiled = false;
                UpdateOutcome::Served
            }
            Err(problems) => {
                let errors = problems.iter().filter(|problem| problem.kind.is_error());
                self.config_errors = errors
                    .map(|problem| {
                        let (setting, line) = locate(problem.line);
                        let message = problem.kind.to_string();
                        let hint = problem.kind.hint().to_owned();
                        ConfigError { setting, line: Some(line), message, hint }
                    })
                    .collect();
                UpdateOutcome::Refused
            }
        }
    }
}

/// Digest of a value from KV: of a compiled tree its checksum, which it states itself.
fn digest(value: &[u8]) -> u64 {
    if is_compiled(value) { checksum(value) } else { xxh64(value, 0) }
}

#[cfg(test)]
mod tests;
