//! Explanations of access decisions, for the owner: which rules keep clients out of a path.

use super::control::AccessControl;
use super::policy::{Policy, Restriction};
use crate::path::EntryPath;

impl AccessControl {
    /// The restrictions that hold at a path, each with the number of segments in the path of the rule that
    /// sets it: the highest rule on the way with the same restriction.
    pub fn restrictions(&self, path: &EntryPath<'_>) -> Vec<(Restriction<'_>, usize)> {
        let at = |depth| self.rules.at(path.segments().take(depth));
        let here = at(path.depth()).into_iter().flat_map(Policy::restrictions);
        let set_at = |restriction: &Restriction<'_>| {
            let sets = |depth: &usize| {
                let policy = at(*depth);
                policy.is_some_and(|it| it.restrictions().any(|other| other.is_same(restriction)))
            };
            (0..=path.depth()).find(sets).unwrap_or(path.depth())
        };
        here.map(|restriction| (restriction, set_at(&restriction))).collect()
    }
}
