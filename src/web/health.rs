//! What the owner wants to know at a glance. Public, so it says nothing of what a tree holds.

use std::borrow::Cow;
use std::collections::BTreeMap;

use serde::Serialize;

use super::answer::{Answer, Body};
use super::ask::Ask;
use crate::fault::Fault;
use crate::site::{Figures, Mount, Site};

#[derive(Serialize)]
struct Health<'a> {
    version: &'static str,
    /// `ok`; `degraded`: an older tree is served than the owner wrote; `broken`: nothing is.
    status: &'static str,
    demo: bool,
    mounts: Vec<MountHealth>,
    /// Paths that open to everybody, with all below them that is not closed again.
    open_to_everyone: Vec<&'a str>,
    /// How many rules there are; for the owner.
    #[serde(skip_serializing_if = "Option::is_none")]
    rules: Option<usize>,
    warnings: Vec<Warning>,
    errors: Vec<Cow<'a, Fault>>,
}

#[derive(Serialize)]
struct MountHealth {
    /// Left out, as the figures are, where a stranger may not see all of it.
    #[serde(skip_serializing_if = "Option::is_none")]
    path: Option<String>,
    source: &'static str,
    #[serde(flatten)]
    figures: Option<FiguresHealth>,
    signed: bool,
}

#[derive(Serialize)]
struct FiguresHealth {
    files: usize,
    folders: usize,
    entries: usize,
}

/// Warnings of one kind, with the lines they stand for.
#[derive(Serialize)]
struct Warning {
    mount: String,
    message: String,
    mend: &'static str,
    /// Left out with the lines where a stranger may not see how much there is.
    #[serde(skip_serializing_if = "Option::is_none")]
    count: Option<usize>,
    /// The first of them, counted from 1.
    lines: Vec<usize>,
}

/// Lines that are named of each kind of warning.
const LINES: usize = 10;

/// The health page, always 200: monitors read `status`. The bearer of the API's token sees it whole.
pub(super) fn answer(site: &Site, ask: &Ask<'_>) -> Answer {
    let is_owner = ask.visitor.bearer().is_some_and(|given| site.is_api_token(given));
    let shown = |mount: &Mount| is_owner || site.is_all_open(mount);
    let mounts = site.mounts().iter().map(|mount| {
        let Figures { files, folders } = mount.figures();
        let figures = FiguresHealth { files, folders, entries: files + folders };
        MountHealth {
            path: shown(mount).then(|| mount.path()),
            source: "links",
            figures: shown(mount).then_some(figures),
            signed: mount.links().is_signed(),
        }
    });
    let astray = site.rules_astray(true).map(|setting| {
        Cow::Owned(Fault::new(
            format!("{setting}.path"),
            "nothing is at this path at present, so the rule protects nothing",
            "write the path decoded, as the site shows it: case, spaces and accents count",
        ))
    });
    let errors = site.faults().map(Cow::Borrowed).chain(astray).collect::<Vec<_>>();
    let health = Health {
        version: env!("CARGO_PKG_VERSION"),
        status: match (site.is_broken(), errors.is_empty()) {
            (true, _) => "broken",
            (false, false) => "degraded",
            (false, true) => "ok",
        },
        demo: site.demo,
        mounts: mounts.collect(),
        open_to_everyone: if site.is_broken() { Vec::new() } else { site.open_paths(is_owner) },
        rules: is_owner.then(|| site.rule_count()),
        warnings: warnings(site, &shown),
        errors,
    };
    Answer::new(200, Body::Json(serde_json::to_string(&health).unwrap_or_default()))
        .with("Cache-Control", "no-store")
}

fn warnings(site: &Site, shown: &impl Fn(&Mount) -> bool) -> Vec<Warning> {
    let mut found = Vec::new();
    for (index, mount) in site.mounts().iter().enumerate() {
        let name = || if shown(mount) { mount.path() } else { format!("mount {}", index + 1) };
        if !mount.links().is_signed() {
            found.push(Warning {
                mount: name(),
                message: "no private key is set, so links are not signed".to_owned(),
                mend: "turn URL authentication on in 123Pan's console and set uid and private_key",
                count: Some(1),
                lines: Vec::new(),
            });
        }
        let mut kinds: BTreeMap<&str, Warning> = BTreeMap::new();
        for problem in mount.links().warnings() {
            let mend = problem.kind.mend();
            let warning = kinds.entry(mend).or_insert_with(|| Warning {
                mount: name(),
                message: problem.kind.to_string(),
                mend,
                count: shown(mount).then_some(0),
                lines: Vec::new(),
            });
            warning.count = warning.count.map(|count| count + 1);
            if warning.count.is_some() && warning.lines.len() < LINES {
                warning.lines.push(problem.line);
            }
        }
        found.extend(kinds.into_values());
    }
    found
}
