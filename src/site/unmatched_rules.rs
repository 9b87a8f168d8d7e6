//! Rules whose paths match no entry: they would protect nothing, and look as if they did.

use super::mounts::Mounts;
use super::named_rule::NamedRule;
use crate::config::error::ConfigError;
use crate::percent::is_escaped_path;
use crate::sources::links::source::LinkTree;
use crate::tree::Found;

const WRITE_DECODED: &str =
    "write the path decoded, as the site shows it: case, spaces and accents count";

/// The location of an entry that a rule's path names.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Location {
    /// In a tree in KV, which may change at any time.
    Kv,
    /// In a source that does not change while the site is in service, or whose entries are not known here.
    Elsewhere,
}

/// Configuration errors in the paths of rules that are certain or most likely before anything is served.
pub(super) fn rule_path_errors(rules: &[NamedRule], mounts: &Mounts) -> Vec<ConfigError> {
    let unmatched = unmatched_rules(rules, mounts, Location::Elsewhere).map(|setting| {
        let message = "nothing is at this path, so the rule would protect nothing";
        ConfigError::new(format!("{setting}.path"), message, WRITE_DECODED)
    });
    // The entries of a remote source, a tree in KV or a remote folder are not known here.
    let escaped = rules.iter().filter(|NamedRule { path, .. }| {
        is_escaped_path(path) && can_exist(mounts, path) && !is_in_tree(mounts, path)
    });
    let escaped = escaped.map(|NamedRule { setting, .. }| {
        let message = "it holds an escape like %20, so the rule would protect nothing";
        let hint = "write the path decoded, as the site shows it; \
                    if %20 itself is in the name, lock the folder that it is in";
        ConfigError::new(format!("{setting}.path"), message, hint)
    });
    unmatched.chain(escaped).collect()
}

/// Configuration errors for rules that match nothing in their trees in KV at present.
pub(super) fn unmatched_rules_in_kv(
    rules: &[NamedRule],
    mounts: &Mounts,
) -> impl Iterator<Item = ConfigError> {
    unmatched_rules(rules, mounts, Location::Kv).map(|setting| {
        let message = "nothing is at this path at present, so the rule protects nothing";
        ConfigError::new(format!("{setting}.path"), message, WRITE_DECODED)
    })
}

/// The names of the rules that match no entry, among those whose entries would be at this location.
fn unmatched_rules<'r>(
    rules: &'r [NamedRule],
    mounts: &Mounts,
    location: Location,
) -> impl Iterator<Item = &'r str> {
    rules.iter().filter_map(move |NamedRule { setting, path, .. }| {
        let mount = mounts.owner_of(&path.iter().map(String::as_str));
        let is_in_kv =
            mount.is_some_and(|(mount, _)| mount.links().is_some_and(LinkTree::is_in_kv));
        let is_there = (location == Location::Kv) == is_in_kv;
        (is_there && !can_exist(mounts, path)).then_some(setting.as_str())
    })
}

/// Whether an entry is at this path, or may be: only 123Pan knows the entries of a remote source, and a
/// tree with errors is a configuration error of its own.
fn can_exist(mounts: &Mounts, path: &[String]) -> bool {
    let leads_to_a_mount = mounts.has_any_in(path);
    let found = || {
        let (mount, depth) = mounts.owner_of(&path.iter().map(String::as_str))?;
        let below = path.get(depth..)?;
        let tree = mount.links().and_then(LinkTree::tree);
        tree.is_none_or(|tree| tree.find(&below.join("/")).is_some()).then_some(())
    };
    leads_to_a_mount || found().is_some()
}

/// Whether a parsed tree has an entry for this path.
fn is_in_tree(mounts: &Mounts, path: &[String]) -> bool {
    let found = || {
        let (mount, depth) = mounts.owner_of(&path.iter().map(String::as_str))?;
        mount.links()?.tree()?.find(&path.get(depth..)?.join("/"))
    };
    matches!(found(), Some(Found::File(_) | Found::Folder(_)))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::site::Site;
    use crate::time::UnixSeconds;

    /// The configuration errors for rules with these paths, each with the rule's index in the list.
    fn said(paths: &[&str]) -> Vec<(usize, String)> {
        let mounts = json!([
            { "path": "/", "source": "open", "access_token": "T" },
            { "path": "/tree", "source": "links", "tree": "TREE" },
            { "path": "/kv", "source": "links", "tree_kv": "tree" },
        ]);
        let rules = paths.iter().map(|path| json!({ "path": path, "access": "deny" }));
        let rules = rules.collect::<Vec<_>>();
        let lookup = |name: &str| match name {
            "MOUNTS" => Some(mounts.to_string()),
            "RULES" => Some(json!(rules).to_string()),
            "T" => Some("token".to_owned()),
            "TREE" => Some("a%41.txt:https://h.example/1\nfar/*: https://h.example/far/\n".into()),
            "ACCOUNTS" | "KV" => Some("{}".to_owned()),
            _ => None,
        };
        let site = Site::load(&lookup, UnixSeconds(1_700_000_000));
        let index_of = |error: &ConfigError| {
            let index = error.setting.strip_prefix("RULES[")?.strip_suffix("].path")?;
            index.parse::<usize>().ok()
        };
        let config_errors = rule_path_errors(&site.rule_paths, &site.mounts).into_iter();
        config_errors.map(|error| (index_of(&error).unwrap(), error.to_string())).collect()
    }

    #[test]
    fn a_path_from_an_address_bar_is_refused_where_no_entry_has_such_a_name() {
        for path in ["/a%20b", "/%E5%BD%B1/x", "/x/100%25", "/tree/far/a%20b", "/kv/%e5%bd%b1"] {
            let config_errors = said(&["/tree", path, "/dir"]);
            let [(1, text)] = config_errors.as_slice() else { panic!("{path}: {config_errors:?}") };
            assert!(text.contains("it holds an escape like %20"), "{text}");
            assert!(text.contains("lock the folder that it is in"), "{text}");
        }
    }

    #[test]
    fn what_no_browser_writes_or_stands_in_a_tree_may_have_its_rule() {
        let fine = [
            "/",
            "/a b",
            "/影",
            "/100%",
            "/%zz",
            "/100 %2",
            "/a b%2f",
            "/影%20",
            "/c#%20",
            "/{c}%20",
            "/100%/a%20b",
            "/tree/a%41.txt",
            "/tree/far/x y",
        ];
        assert_eq!(said(&fine), []);
    }

    #[test]
    fn a_rule_for_what_a_tree_lacks_is_reported() {
        for path in ["/tree/aA.txt", "/tree/a%42.txt"] {
            let config_errors = said(&[path]);
            let [(0, text)] = config_errors.as_slice() else { panic!("{path}: {config_errors:?}") };
            assert!(text.contains("nothing is at this path"), "{text}");
        }
    }
}
