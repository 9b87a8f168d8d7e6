//! A rule as its owner wrote it: the fields have the right types, and are not checked further.

use serde_json::Value;

use super::error::ConfigError;
use super::rule_parts::{RawBudget, RawHide, RawLists, RawReferers, one_or_many};
use super::table::Table;

/// The fields of a rule as its owner wrote them, of the right types.
pub(super) struct RawRule {
    pub path: String,
    pub access: Option<String>,
    pub password: Option<Vec<String>>,
    pub alist_sign: Option<String>,
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
    pub proxy_key: Option<String>,
    pub playlists: Option<String>,
    pub md5: Option<bool>,
    pub title: Option<String>,
    pub header: Option<String>,
    pub readme: Option<String>,
    pub robots: Option<String>,
    pub click: Option<String>,
}

impl RawRule {
    const FIELDS: [&str; 26] = [
        "path",
        "access",
        "password",
        "alist_sign",
        "listed",
        "hide",
        "referers",
        "countries",
        "addresses",
        "rate",
        "max_links",
        "budget",
        "budget_fail",
        "valid_minutes",
        "window_minutes",
        "share_hours",
        "mode",
        "proxy_url",
        "proxy_key",
        "playlists",
        "md5",
        "title",
        "header",
        "readme",
        "robots",
        "click",
    ];

    /// Reads a rule from its JSON object.
    pub fn read(setting: &str, value: &Value) -> Result<Self, ConfigError> {
        let table = Table::new(setting, value, &Self::FIELDS)?;
        Ok(Self {
            path: table.required("path")?,
            access: table.text("access")?,
            password: one_or_many(&table, "password")?,
            alist_sign: table.text("alist_sign")?,
            listed: table.flag("listed")?,
            hide: RawHide::read(&table, "hide")?,
            referers: RawReferers::read(&table, "referers")?,
            countries: RawLists::read(&table, "countries")?,
            addresses: RawLists::read(&table, "addresses")?,
            rate: table.text("rate")?,
            max_links: table.number("max_links")?,
            budget: RawBudget::read(&table, "budget")?,
            budget_fail: table.text("budget_fail")?,
            valid_minutes: table.number("valid_minutes")?,
            window_minutes: table.number("window_minutes")?,
            share_hours: table.number("share_hours")?,
            mode: table.text("mode")?,
            proxy_url: table.text("proxy_url")?,
            proxy_key: table.text("proxy_key")?,
            playlists: table.text("playlists")?,
            md5: table.flag("md5")?,
            title: table.text("title")?,
            header: table.text("header")?,
            readme: table.text("readme")?,
            robots: table.text("robots")?,
            click: table.text("click")?,
        })
    }
}
