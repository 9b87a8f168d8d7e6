//! The access rules of a site by name, for reports about them.

use crate::access::rule_config::RuleConfig;
use crate::access::rule_fields::values::Mode;

/// An access rule as it was written, before the fields that it inherits were merged into it.
#[derive(Clone, Debug)]
pub(super) struct NamedRule {
    /// The rule's name in reports, such as `RULES[0]`.
    pub(super) setting: String,
    /// The decoded segments of the rule's path; none for the root.
    pub(super) path: Vec<String>,
    /// The rule's own `mode`; `None` if it sets none.
    pub(super) mode: Option<Mode>,
}

impl NamedRule {
    /// The rule of a site's settings, without what reports don't need.
    pub(super) fn new(rule: &RuleConfig) -> Self {
        Self { setting: rule.setting.clone(), path: rule.path.clone(), mode: rule.fields.mode }
    }
}
