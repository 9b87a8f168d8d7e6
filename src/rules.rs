//! Rules: what holds for a path and all below it, merged once, then only looked up.

pub mod barrier;
pub mod hide;
pub mod policy;

use std::collections::HashMap;

use rustc_hash::FxBuildHasher;

use policy::{Fields, Policy};

/// The rules of a site: a tree of the segments that rules stand on, each with what holds there.
#[derive(Debug)]
pub struct Rules {
    nodes: Vec<Node>,
}

#[derive(Debug)]
struct Node {
    policy: Policy,
    children: HashMap<Box<str>, usize, FxBuildHasher>,
}

impl Rules {
    /// The rules as written, each with the segments of its path.
    pub fn new(mut rules: Vec<(Vec<String>, Fields)>) -> Self {
        // From the root down, so that what a rule inherits is there already.
        rules.sort_by_key(|(path, _)| path.len());
        let root = Fields::default();
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
                *have = own.over(have);
                node.policy = Policy::new(&path, have);
            }
        }
        Self { nodes }
    }

    /// What holds at the path of these segments: what the deepest rule on the way says.
    pub fn at<'s>(&self, segments: impl Iterator<Item = &'s str>) -> Option<&Policy> {
        let mut node = self.nodes.first()?;
        for segment in segments {
            match node.children.get(segment).and_then(|child| self.nodes.get(*child)) {
                Some(child) => node = child,
                None => break,
            }
        }
        Some(&node.policy)
    }

    /// Every place where a rule stands or that leads to one: what holds there, and above it.
    pub fn walk<'r>(&'r self, see: &mut impl FnMut(&'r Policy, Option<&'r Policy>)) {
        let mut left = vec![(0, None)];
        while let Some((at, above)) = left.pop() {
            let Some(node) = self.nodes.get(at) else { continue };
            see(&node.policy, above);
            left.extend(node.children.values().map(|child| (*child, Some(&node.policy))));
        }
    }
}

impl Node {
    fn new(path: &[String], fields: &Fields) -> Self {
        Self { policy: Policy::new(path, fields), children: HashMap::default() }
    }
}
