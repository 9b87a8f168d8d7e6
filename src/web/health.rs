//! What the owner wants to know at a glance. Public, so it says nothing of what a tree holds.

use std::collections::BTreeMap;

use serde::Serialize;

use super::answer::{Answer, Body};
use crate::fault::Fault;
use crate::site::Site;

#[derive(Serialize)]
struct Health<'a> {
    version: &'static str,
    /// `ok`; `degraded`: an older tree is served than the owner wrote; `broken`: nothing is.
    status: &'static str,
    demo: bool,
    mounts: Vec<MountHealth>,
    warnings: Vec<Warning>,
    errors: Vec<&'a Fault>,
}

#[derive(Serialize)]
struct MountHealth {
    path: String,
    source: &'static str,
    files: usize,
    folders: usize,
    entries: usize,
    signed: bool,
}

/// Warnings of one kind, with the lines they stand for.
#[derive(Serialize)]
struct Warning {
    mount: String,
    message: String,
    mend: &'static str,
    count: usize,
    /// The first of them, counted from 1.
    lines: Vec<usize>,
}

/// Lines that are named of each kind of warning.
const LINES: usize = 10;

/// The health page, always 200: monitors read `status`.
pub fn answer(site: &Site) -> Answer {
    let mounts = site.mounts().iter();
    let health = Health {
        version: env!("CARGO_PKG_VERSION"),
        status: match (site.is_broken(), site.faults().next()) {
            (true, _) => "broken",
            (false, Some(_)) => "degraded",
            (false, None) => "ok",
        },
        demo: site.demo,
        mounts: mounts
            .map(|mount| {
                let (files, folders) =
                    mount.links.tree().map_or((0, 0), |tree| (tree.files(), tree.folders()));
                let signed = mount.links.is_signed();
                MountHealth {
                    path: mount.path(),
                    source: "links",
                    files,
                    folders,
                    entries: files + folders,
                    signed,
                }
            })
            .collect(),
        warnings: warnings(site),
        errors: site.faults().collect(),
    };
    Answer::new(200, Body::Json(serde_json::to_string(&health).unwrap_or_default()))
        .with("Cache-Control", "no-store")
}

fn warnings(site: &Site) -> Vec<Warning> {
    let mut found = Vec::new();
    for mount in site.mounts() {
        if !mount.links.is_signed() {
            found.push(Warning {
                mount: mount.path(),
                message: "no private key is set, so links are not signed".to_owned(),
                mend: "turn URL authentication on in 123Pan's console and set uid and private_key",
                count: 1,
                lines: Vec::new(),
            });
        }
        let mut kinds: BTreeMap<&str, Warning> = BTreeMap::new();
        for problem in mount.links.warnings() {
            let mend = problem.kind.mend();
            let warning = kinds.entry(mend).or_insert_with(|| Warning {
                mount: mount.path(),
                message: problem.kind.to_string(),
                mend,
                count: 0,
                lines: Vec::new(),
            });
            warning.count += 1;
            if warning.lines.len() < LINES {
                warning.lines.push(problem.line);
            }
        }
        found.extend(kinds.into_values());
    }
    found
}
