//! Every field of a rule, weighed: a policy without restrictions is not checked at all.

use serde_json::{Value, json};

use super::*;
use crate::access::policy::Policy;

/// Whether a redirect has to be checked or counted under a rule.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Weight {
    /// Requests are checked, counted, or not redirected: the policy is not plain.
    Checked,
    /// The field has no say in who gets a redirect.
    None,
}
use Weight::Checked;

/// An example of every field with its weight.
fn examples() -> Vec<(&'static str, Value, Weight)> {
    vec![
        ("access", json!("link"), Checked),
        ("password", json!("SECRET"), Checked),
        ("alist_sign", json!("SECRET"), Weight::None),
        ("listed", json!(true), Weight::None),
        // Hidden entries are kept out where the path is looked up.
        ("hide", json!(["*.tmp"]), Weight::None),
        ("referers", json!({ "allow": ["example.com"] }), Checked),
        ("countries", json!({ "deny": ["CN"] }), Checked),
        ("addresses", json!({ "allow": ["203.0.113.0/24"] }), Checked),
        ("rate", json!("RATE"), Checked),
        ("max_links", json!(5), Checked),
        ("budget", json!({ "day": "1 GB" }), Checked),
        ("budget_fail", json!("open"), Weight::None),
        ("valid_minutes", json!(5), Weight::None),
        ("window_minutes", json!(5), Weight::None),
        ("share_hours", json!(5), Weight::None),
        ("mode", json!("proxy"), Checked),
        ("proxy_url", json!("https://proxy.example"), Weight::None),
        ("proxy_key", json!("SECRET"), Weight::None),
        // HEAD alone is answered otherwise, which the hot path asks for each time.
        ("head", json!("local"), Weight::None),
        // WebDAV is never on the hot path.
        ("dav", json!("proxy"), Weight::None),
        ("playlists", json!("redirect"), Weight::None),
        ("md5", json!(true), Weight::None),
        ("title", json!("A"), Weight::None),
        ("header", json!("A"), Weight::None),
        ("readme", json!("A"), Weight::None),
        ("robots", json!("noindex"), Weight::None),
        ("click", json!("view"), Weight::None),
    ]
}

fn read(rule: &Value) -> RuleFields {
    let raw: RawRule = serde_json::from_value(rule.clone()).unwrap();
    let scope = Scope::new(&["a".to_owned()]);
    let mut errors = Vec::new();
    let lookup = |name: &str| (name == "SECRET").then(|| "correct horse battery".to_owned());
    let fields = RuleFields::read(raw, "RULES[0]", &scope, &lookup, &mut errors);
    assert!(errors.is_empty(), "{rule}: {errors:?}");
    fields
}

#[test]
fn every_field_that_keeps_clients_out_or_counts_them_makes_a_policy_that_is_checked() {
    let examples = examples();
    let known = examples.iter().map(|(name, ..)| *name).collect::<Vec<_>>();
    assert_eq!(known, FIELDS, "a new field is to be weighed here");
    for (name, value, weight) in examples {
        let mut rule = json!({ name: value });
        if name.starts_with("proxy_") {
            rule = json!({ "proxy_url": "https://proxy.example", "proxy_key": "SECRET" });
        }
        let fields = read(&rule);
        let is_unconditional = Policy::new(&["a".to_owned()], &fields).is_unconditional;
        assert_eq!(is_unconditional, weight == Weight::None, "{name}");
        // A rule below that sets none of the fields has the same restrictions.
        let below = RuleFields::default().over(&fields);
        assert_eq!(
            Policy::new(&["a".to_owned()], &below).is_unconditional,
            is_unconditional,
            "{name}"
        );
    }
    for plain in [json!({ "access": "public" }), json!({ "mode": "redirect" }), json!({})] {
        assert!(Policy::new(&[], &read(&plain)).is_unconditional, "{plain}");
    }
}

#[test]
fn a_rule_inherits_each_field_that_it_does_not_set() {
    let above = read(&json!({ "title": "above", "readme": "above", "md5": true, "max_links": 3 }));
    let own = read(&json!({ "title": "own", "md5": false }));
    let merged = own.over(&above);
    assert_eq!((merged.title.as_deref(), merged.readme.as_deref()), (Some("own"), Some("above")));
    assert_eq!(merged.md5, Some(false));
    assert_eq!(merged.max_links.map(|max| max.limit), Some(3));
    assert!(merged.robots.is_none());
}
