//! The `links` source: a tree of direct links, and how its links are signed.

use md5::{Digest, Md5};

use crate::config::{MountConfig, TreeText, part_name};
use crate::fault::Fault;
use crate::host::SignedHosts;
use crate::origin::Origin;
use crate::sign::Signer;
use crate::stamp::Stamp;
use crate::time::{UnixSeconds, ValidMinutes};
use crate::tree::pack::unpack;
use crate::tree::problem::Problem;
use crate::tree::{Context, Parsed, Tree};

/// A link tree in service.
#[derive(Debug)]
pub struct Links {
    tree: Option<Tree>,
    warnings: Vec<Problem>,
    signer: Option<Signer>,
    valid: ValidMinutes,
    hosts: SignedHosts,
    at_site_root: bool,
    /// What the text in service or the refused one can't be served for.
    faults: Vec<Fault>,
    kv: Option<KvText>,
}

/// A tree's text in KV, which the owner may change at any time.
#[derive(Debug)]
struct KvText {
    key: String,
    /// `MOUNTS[0].tree_kv`, for reports.
    setting: String,
    checked_at: Option<UnixSeconds>,
    /// MD5 of the last text that was looked at, served or refused.
    seen: Option<[u8; 16]>,
}

/// What became of a text that was read from KV.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Offered {
    /// It is the one that is served already, or was refused before.
    Unchanged,
    /// It is served from now on.
    Served,
    /// It has errors; the one before stays, if there is one.
    Refused,
}

/// A link to hand out.
#[derive(Debug)]
pub struct Link {
    /// ASCII, percent-encoded, ready for a `Location`.
    pub url: String,
    /// When it stops working; `None` if it is not signed.
    pub expires_at: Option<UnixSeconds>,
}

/// Seconds for which a text from KV is trusted to be the newest.
const CHECK_EVERY: u64 = 60;

impl Links {
    /// A mount's tree, parsed if its text is here already.
    pub fn new(config: MountConfig, now: UnixSeconds) -> Self {
        let MountConfig { setting, path, tree, signer, valid, hosts } = config;
        let mut links = Self {
            tree: None,
            warnings: Vec::new(),
            signer,
            valid,
            hosts,
            at_site_root: path.is_empty(),
            faults: Vec::new(),
            kv: None,
        };
        match tree {
            TreeText::Here(name, joined) => {
                links.parse(joined.text(), now, |line| {
                    let (part, line) = joined.locate(line);
                    (part_name(&name, part), line)
                });
            }
            TreeText::Kv(key) => {
                let setting = format!("{setting}.tree_kv");
                links.kv = Some(KvText { key, setting, checked_at: None, seen: None });
            }
        }
        links
    }

    /// The tree that is served.
    pub fn tree(&self) -> Option<&Tree> {
        self.tree.as_ref()
    }

    /// Whether its links are signed.
    pub fn is_signed(&self) -> bool {
        self.signer.is_some()
    }

    /// What the owner should know about the text that is served.
    pub fn warnings(&self) -> &[Problem] {
        &self.warnings
    }

    /// What is wrong with the text, or with a newer one that is not served for it.
    pub fn faults(&self) -> &[Fault] {
        &self.faults
    }

    /// The KV key of the text, if the last look at it is a minute old.
    pub fn due(&self, now: UnixSeconds) -> Option<&str> {
        let kv = self.kv.as_ref()?;
        let due = kv.checked_at.is_none_or(|at| now.seconds_since(at) >= CHECK_EVERY);
        due.then_some(kv.key.as_str())
    }

    /// Remembers that somebody is about to look, so that nobody else does.
    pub fn claim(&mut self, now: UnixSeconds) {
        if let Some(kv) = &mut self.kv {
            kv.checked_at = Some(now);
        }
    }

    /// Takes a text that was read from KV; `None` if there was none. A text with errors never
    /// replaces a good one.
    pub fn offer(&mut self, text: Option<&str>, now: UnixSeconds) -> Offered {
        let Some(kv) = &mut self.kv else { return Offered::Unchanged };
        let setting = kv.setting.clone();
        let Some(text) = text else {
            kv.seen = None;
            let mend = "npx wrangler kv key put --binding KV --remote KEY --path tree.txt";
            self.faults = vec![Fault::new(setting, "KV holds no tree under this key", mend)];
            return Offered::Refused;
        };
        let digest = Md5::digest(text).into();
        if kv.seen.replace(digest) == Some(digest) {
            return Offered::Unchanged;
        }
        match unpack(text) {
            Ok(text) => self.parse(&text, now, |line| (setting.clone(), line)),
            Err(error) => {
                let mend = "pack it again with signpost pack --kv";
                self.faults = vec![Fault::new(setting, error.to_string(), mend)];
                Offered::Refused
            }
        }
    }

    /// Takes the copy that was kept of the last good text, while the newest one has errors.
    pub fn offer_kept(&mut self, text: &str, now: UnixSeconds) -> Offered {
        let faults = std::mem::take(&mut self.faults);
        let offered = match unpack(text) {
            Ok(text) => self.parse(&text, now, |line| (String::new(), line)),
            Err(_) => Offered::Refused,
        };
        // What the owner has to mend is the newest text.
        self.faults = faults;
        offered
    }

    /// Remembers that KV itself could not be read.
    pub fn unreadable(&mut self) {
        if let Some(kv) = &self.kv {
            let mend = "add a kv_namespaces binding named KV to wrangler.toml, or see its status";
            self.faults = vec![Fault::new(&kv.setting, "KV can't be read", mend)];
        }
    }

    /// The link to an origin, signed if this mount has a key and the host is one to sign for.
    pub fn link(&self, origin: &Origin<'_>, stamp: &Stamp) -> Link {
        match &self.signer {
            Some(signer) if origin.base().is_signed() => {
                let expires_at = stamp.now.plus(self.valid);
                let url = signer.sign(origin, expires_at, stamp.rand());
                Link { url, expires_at: Some(expires_at) }
            }
            _ => {
                let mut url = String::with_capacity(origin.capacity());
                origin.push_wire(&mut url);
                Link { url, expires_at: None }
            }
        }
    }

    fn parse(&mut self, text: &str, now: UnixSeconds, locate: impl Fn(usize) -> (String, usize)) -> Offered {
        let context = Context { now, hosts: &self.hosts, at_site_root: self.at_site_root };
        match Tree::parse(text, context) {
            Ok(Parsed { tree, warnings }) => {
                self.tree = Some(tree);
                self.warnings = warnings;
                self.faults.clear();
                Offered::Served
            }
            Err(problems) => {
                let errors = problems.iter().filter(|problem| problem.kind.is_error());
                self.faults = errors
                    .map(|problem| {
                        let (setting, line) = locate(problem.line);
                        let message = problem.kind.to_string();
                        let mend = problem.kind.mend().to_owned();
                        Fault { setting, line: Some(line), message, mend }
                    })
                    .collect();
                Offered::Refused
            }
        }
    }
}
