//! The owner's `wrangler.toml`, read with the site's own types. No secret is in it, and none is needed: where
//! a setting names one, any text stands for it.

use std::collections::HashSet;
use std::path::Path;
use std::rc::Rc;

use serde_json::Value;

use crate::access::control::AccessControl;
use crate::access::rules::Rules;
use crate::cli::failure::Failure;
use crate::cli::stdio::read_text;
use crate::site::config::Config;

/// The settings of a site, as far as its owner wrote them into `wrangler.toml`.
#[derive(Debug)]
pub struct Settings {
    /// The rules.
    pub access: AccessControl,
    /// The decoded paths of the rules as they are written, from the root down.
    pub rule_paths: Vec<String>,
    /// The decoded paths of what rules hide by its very name, and block or close.
    pub hidden: HiddenPaths,
    /// The decoded paths of the mounts.
    pub mounts: Vec<String>,
    /// The Worker's name.
    pub name: String,
    /// Whether the Worker answers at its address below `workers.dev`.
    pub has_workers_dev: bool,
}

/// The paths that rules hide by a glob without wildcards.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct HiddenPaths {
    /// Paths that nobody may open.
    pub blocked: Vec<String>,
    /// Folders that give no list.
    pub closed: Vec<String>,
    /// Paths that no list may name.
    pub unlisted: Vec<String>,
}

/// Reads a `wrangler.toml`.
///
/// # Errors
/// The file can't be read, is no TOML, or has settings that the site would refuse.
pub fn read(path: &Path) -> Result<Settings, Failure> {
    let named = |error: &dyn std::fmt::Display| {
        Failure::new(format_args!("{}: {}", path.display(), error.to_string().trim_end()))
    };
    let file: Value = toml::from_str(&read_text(path)?).map_err(|error| named(&error))?;
    settings(&file).map_err(|errors| named(&errors.join("\n  ")))
}

/// The settings in a `wrangler.toml`.
fn settings(file: &Value) -> Result<Settings, Vec<String>> {
    let bindings = bindings(file);
    let config = Config::from_lookup(&|name: &str| lookup(file, &bindings, name))
        .map_err(|errors| errors.iter().map(ToString::to_string).collect::<Vec<_>>())?;
    let rule_paths = config.rules.iter().map(|rule| joined(&rule.path));
    let mut rule_paths = rule_paths.collect::<Vec<_>>();
    rule_paths.sort_by_key(|path| path.matches('/').count());
    let rules = config.rules.into_iter().map(|rule| (rule.path, rule.fields)).collect();
    let has_routes =
        file.get("routes").and_then(Value::as_array).is_some_and(|all| !all.is_empty())
            || file.get("route").is_some();
    Ok(Settings {
        access: AccessControl {
            rules: Rc::new(Rules::new(rules)),
            keys: config.keys,
            api_token: config.api_token,
            file_signs: config.settings.alist,
        },
        rule_paths,
        hidden: hidden_paths(file),
        mounts: config.mounts.iter().map(|mount| joined(&mount.path)).collect(),
        name: file.get("name").and_then(Value::as_str).unwrap_or("signpost").to_owned(),
        // wrangler's own default.
        has_workers_dev: file.get("workers_dev").and_then(Value::as_bool).unwrap_or(!has_routes),
    })
}

/// The names of a file's bindings: KV, Durable Objects and rate limiters.
fn bindings(file: &Value) -> HashSet<&str> {
    let lists = [
        (file.get("kv_namespaces"), "binding"),
        (file.get("durable_objects").and_then(|objects| objects.get("bindings")), "name"),
        (file.get("ratelimits"), "name"),
    ];
    let names = lists.into_iter().flat_map(|(list, field)| {
        let items = list.and_then(Value::as_array).into_iter().flatten();
        items.filter_map(move |item| item.get(field)?.as_str())
    });
    names.collect()
}

/// The value of a variable, binding or secret, as the Worker would see it.
fn lookup(file: &Value, bindings: &HashSet<&str>, name: &str) -> Option<String> {
    match file.get("vars").and_then(|vars| vars.get(name)) {
        Some(Value::String(text)) => return Some(text.clone()),
        Some(value) => return Some(value.to_string()),
        None => {}
    }
    if bindings.contains(name) {
        return Some("{}".to_owned());
    }
    let has_mounts = file.get("vars").is_some_and(|vars| vars.get("MOUNTS").is_some());
    let is_simple =
        || matches!(name, "PRIVATE_KEY" | "UID" | "URL_TREE") || name.starts_with("URL_TREE_");
    match name {
        "SITE" | "MOUNTS" | "RULES" | "KV" | "QUOTA" | "ACCOUNTS" | "GUESSES" => None,
        // Without MOUNTS the tree and its key are secrets; the demo stands for them.
        _ if !has_mounts && is_simple() => None,
        // A text that passes for a password, a key, a token, a part of a tree, and the address of a share.
        _ => Some(format!("https://www.123pan.com/s/AbC1-xYz2?pwd={name}")),
    }
}

/// The paths that the setting `RULES` hides by names without wildcards.
fn hidden_paths(file: &Value) -> HiddenPaths {
    let rules = file.get("vars").and_then(|vars| vars.get("RULES"));
    let parsed = rules.and_then(Value::as_str).and_then(|json| serde_json::from_str(json).ok());
    let rules = parsed.as_ref().or(rules).and_then(Value::as_array);
    let mut hidden = HiddenPaths::default();
    for rule in rules.into_iter().flatten() {
        let folder = rule.get("path").and_then(Value::as_str).unwrap_or_default();
        let folder = folder.trim_end_matches('/');
        let Some(hide) = rule.get("hide") else { continue };
        let named = |list: Option<&Value>| {
            let globs = list.and_then(Value::as_array).into_iter().flatten();
            let names =
                globs.filter_map(Value::as_str).filter(|glob| !glob.contains(['*', '?', '[']));
            names.map(|name| format!("{folder}/{}", name.trim_matches('/'))).collect::<Vec<_>>()
        };
        hidden.blocked.extend(named(hide.get("blocked")));
        hidden.closed.extend(named(hide.get("closed")));
        hidden.unlisted.extend(named(hide.get("unlisted").or(Some(hide))));
    }
    hidden
}

fn joined(segments: &[String]) -> String {
    if segments.is_empty() { "/".to_owned() } else { format!("/{}", segments.join("/")) }
}

#[cfg(test)]
mod tests {
    use super::*;

    const COMMON: &str = r#"
        name = "files"
        [[kv_namespaces]]
        binding = "KV"
        [[durable_objects.bindings]]
        name = "QUOTA"
        [[durable_objects.bindings]]
        name = "ACCOUNTS"
        [[ratelimits]]
        name = "GUESSES"
        [[ratelimits]]
        name = "SITE_RATE"
    "#;

    fn read_text(more: &str) -> Result<Settings, Vec<String>> {
        settings(&toml::from_str(&format!("{more}{COMMON}")).unwrap())
    }

    #[test]
    fn the_configuration_that_comes_with_signpost_is_read() {
        let file = toml::from_str(include_str!("../../../wrangler.toml")).unwrap();
        let settings = settings(&file).unwrap();
        assert_eq!((settings.name.as_str(), settings.has_workers_dev), ("signpost", true));
        assert_eq!((settings.mounts, settings.rule_paths), (vec!["/".to_owned()], Vec::new()));
    }

    #[test]
    fn every_kind_of_mount_and_secret_is_read_without_any_secret() {
        let settings = read_text(
            r#"
            routes = [{ pattern = "files.example.com", custom_domain = true }]
            [vars]
            MOUNTS = [
              { path = "/", source = "links", tree = "URL_TREE", uid = 13, private_key = "PRIVATE_KEY" },
              { path = "/kv", source = "links", tree_kv = "music" },
              { path = "/my", source = "personal", username = "PAN_USER", password = "PAN_PASSWORD" },
              { path = "/tok", source = "personal", token = "PAN_TOKEN" },
              { path = "/shared", source = "share", key = "SHARE", account = "/my" },
              { path = "/s2", source = "share", key = "https://www.123pan.com/s/AbC1-xYz2?pwd=1234" },
              { path = "/team", source = "open", client_id = "ID", client_secret = "SECRET", direct_link = true, uid = 13, private_key = "K2" },
            ]
            RULES = [
              { path = "/", budget = { day = "20 GB" }, rate = "SITE_RATE" },
              { path = "/my", password = ["P_1", "P_2"], alist_sign = "ALIST" },
              { path = "/team", access = "link", mode = "proxy_url", proxy_url = "https://d.example", proxy_key = "PK" },
            ]
            "#,
        )
        .unwrap();
        assert_eq!(settings.mounts.len(), 7);
        assert_eq!(settings.rule_paths, ["/", "/my", "/team"]);
        assert!(!settings.has_workers_dev, "wrangler turns it off where there are routes");
    }

    #[test]
    fn settings_as_json_text_are_read_as_well() {
        let settings =
            read_text("[vars]\nRULES = '[{\"path\":\"/a\",\"access\":\"deny\"}]'\n").unwrap();
        assert_eq!(settings.rule_paths, ["/a"]);
    }

    #[test]
    fn what_the_site_would_refuse_is_refused_by_its_setting() {
        for (more, want) in [
            ("[vars]\nRULES = [{ path = \"/a\", pasword = \"X\" }]\n", "RULES[0].pasword"),
            ("[vars]\nRULES = [{ path = \"/a\", rate = \"NONE\" }]\n", "RULES[0].rate"),
            ("[vars]\nMOUNTS = []\n", "MOUNTS"),
        ] {
            let errors = read_text(more).unwrap_err();
            assert!(errors.len() == 1 && errors[0].starts_with(want), "{errors:?}");
        }
    }

    #[test]
    fn names_without_wildcards_are_paths_that_can_be_asked_for() {
        let settings = read_text(
            "[vars]\nRULES = [{ path = \"/\", hide = [\"*.nfo\", \"x\"] }, { path = \"/a\", hide = { blocked = [\"drafts\", \"b?\"], closed = [\"/old/z\"], unlisted = [\"u\"] } }]\n",
        );
        let want = HiddenPaths {
            blocked: vec!["/a/drafts".into()],
            closed: vec!["/a/old/z".into()],
            unlisted: vec!["/x".into(), "/a/u".into()],
        };
        assert_eq!(settings.unwrap().hidden, want);
    }
}
