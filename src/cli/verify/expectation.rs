//! The answer that a stranger should get at a path, by the owner's rules: the site's own decision, made for a
//! client without credentials.

use crate::access::authorize::{Check, Decision};
use crate::access::check_outcomes::{CheckOutcomes, RateLimit};
use crate::access::client::{AccessRequest, Client};
use crate::access::control::AccessControl;
use crate::access::hide::Hidden;
use crate::access::rule_fields::values::Access;
use crate::cli::site_client::href;
use crate::error::{Condition, Error};
use crate::path::EntryPath;
use crate::time::UnixSeconds;

/// The answer that a stranger should get at a path.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Expectation {
    /// The path opens, or would if something were there.
    Open,
    /// The path is closed, with one of these statuses. It may open where `may_open`, since a rule lets some
    /// countries or addresses in.
    Closed {
        /// 401, 403 or 404.
        statuses: Vec<u16>,
        /// Whether the stranger's country or address may open the path.
        may_open: bool,
    },
}

/// The answer that rules give to a stranger at a decoded path, of a page that this site's own pages link to.
pub fn expectation(access: &AccessControl, site: &str, path: &str) -> Expectation {
    let closed = |status| Expectation::Closed { statuses: vec![status], may_open: false };
    let href = href(path, false);
    let Ok(entry) = EntryPath::parse(&href) else { return closed(404) };
    let client = Client { referer: Some(site), ..Client::default() }.at_site(site);
    let request = AccessRequest::new(&entry, None, &client, UnixSeconds(0));
    let outcomes = CheckOutcomes::default();
    let mut decision = access.authorize(&request, &outcomes);
    // The one check that a stranger's request can need is of its rate, and a stranger is within it.
    while let Decision::Needs(pending) = decision {
        let Check::Rate { binding, key, .. } = pending.check() else { return closed(404) };
        outcomes.note_rate_limit(binding, key, RateLimit::Within);
        decision = access.resume(pending, &request, &outcomes);
    }
    match decision {
        Decision::Allow(_) => Expectation::Open,
        Decision::Deny(Error::Locked { .. }) => closed(401),
        Decision::Deny(Error::Forbidden(Condition::Country | Condition::Address)) => {
            // The stranger's country and address are known to Cloudflare alone.
            let policy = access.rules.at(entry.segments());
            match policy.map(crate::access::policy::Policy::access) {
                Some(Access::Password) => {
                    Expectation::Closed { statuses: vec![401, 403], may_open: false }
                }
                Some(Access::Public) | None => {
                    Expectation::Closed { statuses: vec![403], may_open: true }
                }
                Some(Access::Link | Access::Deny) => closed(404),
            }
        }
        Decision::Deny(Error::Forbidden(_)) => closed(403),
        Decision::Absent { .. } | Decision::Needs(_) | Decision::Deny(_) => closed(404),
    }
}

/// Whether no list may name the entry at a decoded path: it is hidden, or closed and not to be shown by its
/// name.
pub fn is_unlisted(access: &AccessControl, site: &str, path: &str) -> bool {
    let names = path.split('/').filter(|name| !name.is_empty());
    if access.rules.hidden(names.clone()) != Hidden::No {
        return true;
    }
    let is_shown =
        || access.rules.at(names).is_some_and(|policy| policy.fields.listed == Some(true));
    match expectation(access, site, path) {
        Expectation::Open => false,
        Expectation::Closed { statuses, may_open } => {
            !(may_open || statuses.contains(&401) && is_shown())
        }
    }
}

#[cfg(test)]
pub mod tests {
    use std::rc::Rc;

    use super::*;
    use crate::access::rule_config::read_rules;
    use crate::access::rules::Rules;

    /// Access control by this JSON of `RULES`; every secret and binding is there.
    pub fn control(json: &str) -> AccessControl {
        let mut errors = Vec::new();
        let secret = |name: &str| {
            let is_binding = matches!(name, "QUOTA" | "GUESSES" | "SITE_RATE" | "KV");
            Some(if is_binding { "{}".to_owned() } else { format!("a long secret for {name}") })
        };
        let rules = read_rules(json, &secret, &mut errors);
        assert_eq!(errors, []);
        let rules = rules.into_iter().map(|rule| (rule.path, rule.fields)).collect();
        AccessControl { rules: Rc::new(Rules::new(rules)), ..AccessControl::public() }
    }

    const RULES: &str = r#"[
        {"path":"/","rate":"SITE_RATE","hide":{"unlisted":["u*"],"closed":["c"],"blocked":["z*"]}},
        {"path":"/locked","password":"P"},
        {"path":"/locked/deny","access":"deny"},
        {"path":"/locked/open","access":"public"},
        {"path":"/shown","password":"P","listed":true},
        {"path":"/link","access":"link","countries":{"allow":["CN"]}},
        {"path":"/deny","access":"deny"},
        {"path":"/office","addresses":{"allow":["192.0.2.0/24"]}},
        {"path":"/office/locked","password":"P"},
        {"path":"/blog","referers":{"allow":["blog.example"]}}
    ]"#;

    #[test]
    fn a_stranger_is_expected_to_be_answered_as_the_rules_say() {
        let access = control(RULES);
        let closed = |statuses: &[u16], may_open| Expectation::Closed {
            statuses: statuses.to_vec(),
            may_open,
        };
        for (path, want) in [
            ("/", Expectation::Open),
            ("/a/b", Expectation::Open),
            ("/blog/a", Expectation::Open),
            ("/locked", closed(&[401], false)),
            ("/locked/x/y", closed(&[401], false)),
            ("/locked/deny", closed(&[401], false)),
            ("/locked/open/a", Expectation::Open),
            ("/link/a", closed(&[404], false)),
            ("/deny", closed(&[404], false)),
            ("/a/zad", closed(&[404], false)),
            ("/office/a", closed(&[403], true)),
            ("/office/locked", closed(&[401, 403], false)),
        ] {
            assert_eq!(expectation(&access, "https://s.example", path), want, "{path}");
        }
    }

    #[test]
    fn what_is_hidden_or_closed_is_listed_only_where_a_rule_shows_its_name() {
        let access = control(RULES);
        for (path, want) in [
            ("/a", false),
            ("/u1", true),
            ("/a/c", true),
            ("/z1", true),
            ("/locked", true),
            ("/shown", false),
            ("/deny", true),
            ("/link", true),
            ("/office", false),
            ("/office/locked", true),
            ("/blog", false),
        ] {
            assert_eq!(is_unlisted(&access, "https://s.example", path), want, "{path}");
        }
    }
}
