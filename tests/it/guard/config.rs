//! A rule that can't be kept is an error that names it: nothing is served until it is corrected.

use serde_json::{Value, json};
use signpost::config::error::ConfigError;
use signpost::site::Site;

use super::TREE;
use crate::support::request::{get, load};

/// What no error may quote.
const SECRET: &str = "s3cret-value-of-a-secret";

fn site_with_rules(rules: &Value, more: &[(&str, &str)]) -> Site {
    let rules = rules.to_string();
    let mut settings = more.to_vec();
    settings.extend([
        ("URL_TREE", TREE),
        ("RULES", &*rules),
        ("FIRST", "first password"),
        ("SHORT", "abc"),
        ("BLANK", " "),
        ("HALF", "pbkdf2-sha256$1000$s3cret"),
        ("WEAK", "pbkdf2-sha256$10$c2FsdHNhbHQ$C-w4bkkxux_6iuxBJHXHCpexx-t-30Y3y6nLwktObDw"),
        ("HASHED", "pbkdf2-sha256$1000$c2FsdHNhbHQ$C-w4bkkxux_6iuxBJHXHCpexx-t-30Y3y6nLwktObDw"),
        (
            "OTHER_SALT",
            "pbkdf2-sha256$1000$b3RoZXJzYWw$C-w4bkkxux_6iuxBJHXHCpexx-t-30Y3y6nLwktObDw",
        ),
        ("ALIST", "alist-0123456789"),
    ]);
    load(&settings)
}

/// A rule, its field that is wrong, and what is said of it.
type Case = (Value, &'static str, &'static str);

fn scopes_and_passwords() -> Vec<Case> {
    vec![
        (json!({ "access": "public" }), "", "missing field `path`"),
        (json!({ "path": "team" }), ".path", "does not begin with /"),
        (json!({ "path": "/team//sub" }), ".path", "empty segment"),
        (json!({ "path": "/team/../sub" }), ".path", ". or .. segment"),
        (json!({ "path": "/-/health" }), ".path", "the site's own"),
        (json!({ "path": "/~x" }), ".path", "the site's own"),
        (json!({ "path": "/nothing" }), ".path", "nothing is at this path"),
        (json!({ "path": "/TEAM" }), ".path", "nothing is at this path"),
        (json!({ "path": "/team%20" }), ".path", "nothing is at this path"),
        (json!({ "path": "/te%61m" }), ".path", "nothing is at this path"),
        (json!({ "path": "/cafe\u{301}" }), ".path", "nothing is at this path"),
        (json!({ "path": "/team/a.txt/x" }), ".path", "nothing is at this path"),
        (json!({ "path": "/team", "acces": "deny" }), ".acces", "unknown field"),
        (json!({ "path": "/team", "access": "secret" }), ".access", "no such choice"),
        (json!({ "path": "/team", "access": "password" }), ".password", "no password is set"),
        (json!({ "path": "/team", "password": SECRET }), ".password", "no secret has the name"),
        (json!({ "path": "/team", "password": [] }), ".password", "no name in the list"),
        (
            json!({ "path": "/team", "password": ["FIRST", SECRET] }),
            ".password",
            "no secret has the name",
        ),
        (
            json!({ "path": "/team", "password": 7_777_777 }),
            ".password",
            "not the name of a secret",
        ),
        (
            json!({ "path": "/team", "password": { "s3cret": 1 } }),
            ".password",
            "not the name of a secret",
        ),
        (json!({ "path": "/team", "password": "SHORT" }), ".password", "fewer than 4"),
        (json!({ "path": "/team", "password": "BLANK" }), ".password", "empty"),
        (json!({ "path": "/team", "password": "HALF" }), ".password", "not a whole hash"),
        (json!({ "path": "/team", "password": "WEAK" }), ".password", "1000 to 100000 iterations"),
        (
            json!({ "path": "/team", "password": ["HASHED", "FIRST", "OTHER_SALT"] }),
            ".password",
            "different salts or iterations",
        ),
        (json!({ "path": "/team", "alist_sign": SECRET }), ".alist_sign", "no secret has the name"),
        (json!({ "path": "/team", "alist_sign": "BLANK" }), ".alist_sign", "empty"),
    ]
}

fn conditions() -> Vec<Case> {
    vec![
        (json!({ "path": "/team", "listed": "yes" }), ".listed", "expected true or false"),
        (json!({ "path": "/team", "hide": ["a["] }), ".hide.unlisted[0]", "not a glob"),
        (
            json!({ "path": "/team", "hide": { "closed": [format!("*{}*", "?".repeat(65))] } }),
            ".hide.closed[0]",
            "more than 64 characters",
        ),
        (
            json!({ "path": "/team", "hide": { "blocked": ["*", "{a"] } }),
            ".hide.blocked[1]",
            "not a glob",
        ),
        (json!({ "path": "/team", "hide": { "block": ["a"] } }), ".hide", ""),
        (
            json!({ "path": "/team", "referers": { "allow": ["https://a.example"] } }),
            ".referers.allow[0]",
            "not a site",
        ),
        (
            json!({ "path": "/team", "referers": { "allow": ["a.example", "*"] } }),
            ".referers.allow[1]",
            "not a site",
        ),
        (json!({ "path": "/team", "referers": {} }), ".referers", "missing field `allow`"),
        (json!({ "path": "/team", "countries": {} }), ".countries", "neither allow nor deny"),
        (
            json!({ "path": "/team", "countries": { "allow": ["China"] } }),
            ".countries.allow[0]",
            "can't be one",
        ),
        (
            json!({ "path": "/team", "addresses": { "deny": ["10.0.0.0/8", "10.0.0.0/33"] } }),
            ".addresses.deny[1]",
            "can't be one",
        ),
        (
            json!({ "path": "/team", "addresses": { "allow": ["localhost"] } }),
            ".addresses.allow[0]",
            "can't be one",
        ),
        (json!({ "path": "/team", "rate": "UNBOUND" }), ".rate", "no rate-limit binding"),
    ]
}

fn limits_and_branding() -> Vec<Case> {
    vec![
        (json!({ "path": "/team", "max_links": -1 }), ".max_links", "expected a whole number"),
        (json!({ "path": "/team", "budget": {} }), ".budget", "limits nothing"),
        (json!({ "path": "/team", "budget": { "unknown": 1 } }), ".budget", "limits nothing"),
        (json!({ "path": "/team", "budget": { "day": "20 GX" } }), ".budget.day", "not an amount"),
        (json!({ "path": "/team", "budget": { "month": -5 } }), ".budget.month", ""),
        (json!({ "path": "/team", "budget": { "week": 5 } }), ".budget.week", "unknown field"),
        (
            json!({ "path": "/team", "budget": { "day": 1 }, "budget_fail": "ajar" }),
            ".budget_fail",
            "no such choice",
        ),
        (json!({ "path": "/team", "valid_minutes": 0 }), ".valid_minutes", "out of range"),
        (json!({ "path": "/team", "valid_minutes": 10_081 }), ".valid_minutes", "out of range"),
        (json!({ "path": "/team", "window_minutes": 99_999 }), ".window_minutes", "out of range"),
        (json!({ "path": "/team", "mode": "stream" }), ".mode", "no such choice"),
        (json!({ "path": "/team", "mode": "proxy_url" }), ".proxy_url", "no proxy_url is set"),
        (json!({ "path": "/team", "proxy_url": "https://d.example" }), ".proxy_url", "go together"),
        (json!({ "path": "/team", "proxy_key": "ALIST" }), ".proxy_url", "go together"),
        (
            json!({ "path": "/team", "proxy_url": "https://d.example", "proxy_key": SECRET }),
            ".proxy_key",
            "no secret has the name",
        ),
        (
            json!({ "path": "/team", "proxy_url": "//d.example", "proxy_key": "ALIST" }),
            ".proxy_url",
            "not the URL",
        ),
        (
            json!({ "path": "/team", "proxy_url": "https://u@d.example", "proxy_key": "ALIST" }),
            ".proxy_url",
            "not the URL",
        ),
        (
            json!({ "path": "/team", "proxy_url": "https://d.example/?a", "proxy_key": "ALIST" }),
            ".proxy_url",
            "not the URL",
        ),
        (
            json!({ "path": "/team", "robots": "none\r\nX: 1" }),
            ".robots",
            "not a list of directives",
        ),
        (json!({ "path": "/team", "robots": "" }), ".robots", "not a list of directives"),
    ]
}

#[test]
fn a_rule_that_cannot_be_kept_is_named_and_closes_the_site() {
    let cases = [scopes_and_passwords(), conditions(), limits_and_branding()];
    for (rule, field, message) in cases.into_iter().flatten() {
        let site = site_with_rules(&json!([{ "path": "/Team" }, rule.clone()]), &[]);
        let errors = site.config_errors().collect::<Vec<_>>();
        let setting = format!("RULES[1]{field}");
        let found =
            errors.iter().any(|error| error.setting == setting && error.message.contains(message));
        assert!(found, "{rule}: {errors:?}");
        closed(&site, &rule);
    }
}

/// Nothing is served, and no secret is shown.
fn closed(site: &Site, rule: &Value) {
    assert!(site.is_broken());
    for target in [
        "/",
        "/team/a.txt",
        "/Team/T.txt",
        "/top.txt",
        "/nothing",
        "/~x/team/a.txt",
        "/top.txt?format=json",
        "/-/health",
    ] {
        let answer = get(target).alone(site);
        let want = if target == "/-/health" { 200 } else { 503 };
        assert_eq!(answer.status, want, "{rule} {target}");
        let text = crate::support::request::text(&answer);
        assert!(
            !text.contains("s3cret") && !text.contains("7777777") && !text.contains("auth_key"),
            "{text}"
        );
        assert!(!text.contains("first password") && !text.contains("alist-0123"), "{text}");
    }
    let is_complete = |error: &ConfigError| !error.hint.is_empty() && !error.setting.is_empty();
    assert!(site.config_errors().all(is_complete));
}

#[test]
fn what_a_rule_needs_has_to_be_there() {
    for (rule, missing, setting, message) in [
        (
            json!({ "path": "/team", "password": "FIRST" }),
            "SITE_KEYS",
            "RULES[0].access",
            "SITE_KEYS is not set",
        ),
        (
            json!({ "path": "/team", "access": "link" }),
            "SITE_KEYS",
            "RULES[0].access",
            "SITE_KEYS is not set",
        ),
        (
            json!({ "path": "/team", "password": "FIRST" }),
            "GUESSES",
            "RULES[0].password",
            "GUESSES is missing",
        ),
        (
            json!({ "path": "/team", "budget": { "day": 1 } }),
            "QUOTA",
            "RULES[0].budget",
            "QUOTA is missing",
        ),
        (
            json!({ "path": "/team", "max_links": 1 }),
            "QUOTA",
            "RULES[0].max_links",
            "QUOTA is missing",
        ),
        (
            json!({ "path": "/team", "rate": "CALM" }),
            "CALM",
            "RULES[0].rate",
            "no rate-limit binding",
        ),
        (json!({ "path": "/team", "access": "link" }), "KV", "KV", "the KV binding is missing"),
    ] {
        let rules = json!([rule]).to_string();
        let pairs = [("URL_TREE", TREE), ("RULES", &*rules), ("FIRST", "first password")];
        let site = Site::load(
            &|name: &str| {
                let mut pairs = pairs.iter().chain(&crate::support::request::BOUND);
                pairs
                    .find(|(have, _)| *have == name && name != missing)
                    .map(|(_, value)| (*value).to_owned())
            },
            signpost::time::UnixSeconds(crate::support::request::NOW),
        );
        let errors = site.config_errors().collect::<Vec<_>>();
        let found =
            |error: &&ConfigError| error.setting == setting && error.message.contains(message);
        assert!(errors.iter().any(found), "{rule} without {missing}: {errors:?}");
        assert!(site.is_broken());
    }
}

#[test]
fn all_errors_are_reported_at_once() {
    let rules = json!([
        { "path": "/team", "mode": "stream", "access": "secret", "valid_minutes": 0 },
        { "path": "/team/", "hide": ["["] },
        { "path": "/Team/" },
        { "path": "/Team" },
    ]);
    let site = site_with_rules(
        &rules,
        &[
            ("SITE_KEYS", "short"),
            ("API_TOKEN", "short"),
            ("SITE", r#"{"time_zone":"Mars","login_days":0}"#),
        ],
    );
    let named = site.config_errors().map(|error| error.setting.clone()).collect::<Vec<_>>();
    for setting in [
        "RULES[0].mode",
        "RULES[0].access",
        "RULES[0].valid_minutes",
        "RULES[1].hide.unlisted[0]",
        "RULES[3].path",
        "SITE_KEYS",
        "API_TOKEN",
        "SITE.time_zone",
        "SITE.login_days",
    ] {
        assert!(named.iter().any(|have| have == setting), "{setting} is not in {named:?}");
    }
    for rules in ["{}", "7", "\"RULES\"", "[7]", "[[]]", "nothing"] {
        let site = load(&[("URL_TREE", TREE), ("RULES", rules)]);
        assert!(site.is_broken(), "{rules}");
        assert_eq!(get("/top.txt").status(&site), 503, "{rules}");
    }
}

#[test]
fn a_rule_holds_for_a_tree_in_kv_before_it_is_there() {
    let mounts = json!([{ "path": "/kv", "source": "links", "tree_kv": "tree" }]).to_string();
    let rules = json!([{ "path": "/kv/later", "access": "deny" }]).to_string();
    let mut site = load(&[("MOUNTS", &mounts), ("RULES", &rules)]);
    assert!(site.is_broken() && site.config_errors().next().is_none());
    let now = signpost::time::UnixSeconds(crate::support::request::NOW);
    let mut update = |text: &str| {
        site.mounts_mut()[0].links_mut().unwrap().update(Some(text.as_bytes()), now);
        let health = get("/-/health").alone(&site).body.text().into_owned();
        (get("/kv/later/x").status(&site), health.contains(r#""setting":"RULES[0].path""#))
    };
    assert_eq!(update("now:\n  x:https://h.example/x\n"), (404, true));
    assert_eq!(update("later:\n  x:https://h.example/x\n"), (404, false));
    assert_eq!(update("now:\n  x:https://h.example/y\n"), (404, true));
}
