//! A rule as its owner wrote it: the fields have the right types, and are not checked further.

use serde::Deserialize;

use super::rule_parts::{Names, RawBudget, RawHide, RawLists, RawReferers};
use super::secret_name::SecretName;

/// The fields of a rule as its owner wrote them, of the right types.
#[derive(Default, Deserialize)]
#[serde(default, deny_unknown_fields, expecting = "a table")]
pub(crate) struct RawRule {
    pub path: Option<String>,
    pub access: Option<String>,
    pub password: Option<Names>,
    pub alist_sign: Option<SecretName>,
    pub listed: Option<bool>,
    pub hide: Option<RawHide>,
    pub referers: Option<RawReferers>,
    pub countries: Option<RawLists>,
    pub addresses: Option<RawLists>,
    pub rate: Option<String>,
    pub max_links: Option<u32>,
    pub budget: Option<RawBudget>,
    pub budget_fail: Option<String>,
    pub valid_minutes: Option<u64>,
    pub window_minutes: Option<u64>,
    pub share_hours: Option<u64>,
    pub mode: Option<String>,
    pub proxy_url: Option<String>,
    pub proxy_key: Option<SecretName>,
    pub playlists: Option<String>,
    pub md5: Option<bool>,
    pub title: Option<String>,
    pub header: Option<String>,
    pub readme: Option<String>,
    pub robots: Option<String>,
    pub click: Option<String>,
}
