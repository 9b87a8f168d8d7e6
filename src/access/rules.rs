//! Rules of a site: each holds for a path and all below it. They are merged once, then only looked up.

use std::collections::HashMap;

use rustc_hash::FxBuildHasher;

use super::hide::{self, Hidden};
use super::policy::Policy;
use super::rule_fields::RuleFields;
use super::rule_fields::values::Access;
use super::step_count;

/// The rules of a site: a tree by the segments of the rules' paths, with the merged policy of each path.
#[derive(Debug)]
pub struct Rules {
    nodes: Vec<Node>,
    /// Whether any rule hides entries.
    hides: bool,
    /// Whether any rule blocks entries.
    has_blocked: bool,
    /// Whether any rule has a condition on the client's address.
    has_addresses: bool,
}

#[derive(Debug)]
struct Node {
    policy: Policy,
    children: HashMap<Box<str>, usize, FxBuildHasher>,
}

/// A rule's fields over those that it inherits.
fn merged(own: &RuleFields, inherited: &RuleFields) -> RuleFields {
    let is_locked = matches!(inherited.access, Some((Access::Password, _)));
    let upper = inherited.password.as_ref().filter(|_| is_locked);
    let mut fields = own.over(inherited);
    if let (Some(passwords), Some(upper)) = (&mut fields.password, upper) {
        passwords.counted_at = upper.counted_at.clone();
    }
    fields
}

impl Rules {
    /// Merges the rules as written, each given with the segments of its path.
    pub fn new(mut rules: Vec<(Vec<String>, RuleFields)>) -> Self {
        // From the root down, so that what a rule inherits is there already.
        rules.sort_by_key(|(path, _)| path.len());
        let root = RuleFields::default();
        let mut fields = vec![root.clone()];
        let mut nodes = vec![Node::new(&[], &root)];
        for (path, own) in rules {
            let mut at = 0;
            for (depth, segment) in path.iter().enumerate() {
                let child = nodes.get(at).and_then(|node| node.children.get(segment.as_str()));
                if let Some(child) = child {
                    at = *child;
                    continue;
                }
                let child = nodes.len();
                let inherited = fields.get(at).cloned().unwrap_or_default();
                nodes.push(Node::new(path.get(..=depth).unwrap_or_default(), &inherited));
                fields.push(inherited);
                if let Some(node) = nodes.get_mut(at) {
                    node.children.insert(segment.as_str().into(), child);
                }
                at = child;
            }
            if let (Some(have), Some(node)) = (fields.get_mut(at), nodes.get_mut(at)) {
                *have = merged(&own, have);
                node.policy = Policy::new(&path, have);
            }
        }
        let hides = nodes.iter().any(|node| node.policy.fields.hide.is_some());
        let has_blocked = nodes
            .iter()
            .any(|node| node.policy.fields.hide.as_ref().is_some_and(|hide| hide.has_blocked()));
        let has_addresses = nodes.iter().any(|node| node.policy.fields.addresses.is_some());
        Self { nodes, hides, has_blocked, has_addresses }
    }

    /// Whether any rule has a condition on the client's address.
    pub fn has_addresses(&self) -> bool {
        self.has_addresses
    }

    /// The policy at the path of these segments: that of the deepest rule on the way.
    pub fn at<'s>(&self, segments: impl Iterator<Item = &'s str>) -> Option<&Policy> {
        let mut node = self.nodes.first()?;
        for segment in segments {
            step_count::count(1);
            match node.children.get(segment).and_then(|child| self.nodes.get(*child)) {
                Some(child) => node = child,
                None => break,
            }
        }
        Some(&node.policy)
    }

    /// The number of segments of the topmost blocked entry on the way to the path of these segments, the
    /// path's own end included: that entry and all below it are not there for any client.
    pub fn first_blocked<'s>(&self, segments: impl Iterator<Item = &'s str>) -> Option<usize> {
        if !self.has_blocked {
            return None;
        }
        let mut folder = self.root()?;
        let found = segments.enumerate().find(|(_, name)| folder.enter(name) == Hidden::Blocked);
        found.map(|(above, _)| above + 1)
    }

    /// How strongly the entry at the end of `segments` is hidden. The rules of a folder say which of its
    /// entries are hidden: a rule can't undo that for its very own path. What lies below a blocked entry
    /// is blocked as well.
    pub fn hidden<'s>(&self, segments: impl Iterator<Item = &'s str>) -> Hidden {
        let Some(mut folder) = self.root().filter(|_| self.hides) else { return Hidden::No };
        let mut hidden = Hidden::No;
        for name in segments {
            hidden = folder.enter(name);
            if hidden == Hidden::Blocked {
                break;
            }
        }
        hidden
    }

    /// The rules of the site's root.
    fn root(&self) -> Option<FolderRules<'_>> {
        let node = self.nodes.first()?;
        let hide = node.policy.fields.hide.as_ref().map(hide::Traversal::start);
        Some(FolderRules { rules: self, node: Some(node), policy: &node.policy, hide })
    }

    /// The rules of the folder at the path of these segments.
    pub fn folder<'s>(&self, segments: impl Iterator<Item = &'s str>) -> Option<FolderRules<'_>> {
        let mut folder = self.root()?;
        for name in segments {
            folder.enter(name);
        }
        Some(folder)
    }

    /// Whether the same policy holds for everything below the path of these segments, at any depth, and
    /// nothing there is hidden.
    pub fn has_uniform_policy<'s>(&self, segments: impl Iterator<Item = &'s str>) -> bool {
        let Some(mut node) = self.nodes.first() else { return false };
        for segment in segments {
            match node.children.get(segment).and_then(|child| self.nodes.get(*child)) {
                Some(child) => node = child,
                None => return node.policy.fields.hide.is_none(),
            }
        }
        node.children.is_empty() && node.policy.fields.hide.is_none()
    }

    /// The maximum lifetime, in hours, of a share link that a client makes for this path: no longer than
    /// any rule says of what the link opens, the paths below with the same lock included. `None` where
    /// the rule at the path lets clients make none.
    pub fn share_hours(&self, segments: &[&str]) -> Option<u16> {
        let mut node = self.nodes.first()?;
        for segment in segments {
            match node.children.get(*segment).and_then(|child| self.nodes.get(*child)) {
                Some(child) => node = child,
                None => return node.policy.fields.share_hours,
            }
        }
        let mut most = node.policy.fields.share_hours?;
        let mut left = vec![node];
        while let Some(node) = left.pop() {
            // The share link doesn't open what a rule below locks.
            if node.policy.access_depth() <= segments.len() {
                most = most.min(node.policy.fields.share_hours.unwrap_or(most));
                left.extend(node.children.values().filter_map(|child| self.nodes.get(*child)));
            }
        }
        Some(most)
    }

    /// Visits every path that has a rule or leads to one, with its policy and that of the path above it.
    pub fn for_each_path<'r>(&'r self, visit: &mut impl FnMut(&'r Policy, Option<&'r Policy>)) {
        let mut left = vec![(0, None)];
        while let Some((at, above)) = left.pop() {
            let Some(node) = self.nodes.get(at) else { continue };
            visit(&node.policy, above);
            left.extend(node.children.values().map(|child| (*child, Some(&node.policy))));
        }
    }
}

/// The rules that hold in one folder and for its entries, found once for all of them.
#[derive(Clone, Debug)]
pub struct FolderRules<'r> {
    rules: &'r Rules,
    /// The folder's node in the tree of rules, if a rule is for the folder or for a path below it.
    node: Option<&'r Node>,
    policy: &'r Policy,
    /// The globs that hide entries here, if any do.
    hide: Option<hide::Traversal>,
}

impl<'r> FolderRules<'r> {
    /// The policy of the entry of this name.
    pub fn policy(&self, name: &str) -> &'r Policy {
        self.child(name).map_or(self.policy, |node| &node.policy)
    }

    /// Whether every entry that the folder may ever have has this policy.
    pub fn has_one_policy(&self, policy: &Policy) -> bool {
        std::ptr::eq(self.policy, policy) && self.node.is_none_or(|node| node.children.is_empty())
    }

    /// Whether every entry of the folder has this policy, and none is hidden.
    pub fn is_uniform(&self, policy: &Policy) -> bool {
        self.has_one_policy(policy) && self.hide.is_none()
    }

    /// How strongly the entry of this name is hidden.
    pub fn hidden(&self, name: &str) -> Hidden {
        self.hide.as_ref().map_or(Hidden::No, |hide| hide.hidden(name))
    }

    /// The entries that have a rule or lead to one, by name with their policies, whether they exist or
    /// not.
    pub fn ruled_entries(&self) -> impl Iterator<Item = (&'r str, &'r Policy)> {
        let children = self.node.into_iter().flat_map(|node| &node.children);
        children.filter_map(|(name, at)| Some((&**name, &self.rules.nodes.get(*at)?.policy)))
    }

    /// Descends into the entry of this name. Returns how strongly that is hidden.
    pub fn enter(&mut self, name: &str) -> Hidden {
        step_count::count(1);
        let hidden = self.hidden(name);
        self.node = self.child(name);
        if let Some(node) = self.node {
            self.policy = &node.policy;
        }
        match (&mut self.hide, &self.policy.fields.hide) {
            (Some(traversal), Some(hide)) if traversal.is_of(hide) => traversal.enter(name),
            (traversal, hide) => *traversal = hide.as_ref().map(hide::Traversal::start),
        }
        hidden
    }

    fn child(&self, name: &str) -> Option<&'r Node> {
        self.node?.children.get(name).and_then(|child| self.rules.nodes.get(*child))
    }
}

impl Node {
    fn new(path: &[String], fields: &RuleFields) -> Self {
        Self { policy: Policy::new(path, fields), children: HashMap::default() }
    }
}
