//! The check of the health page, `/-/health`: what the site says about itself.

use serde_json::Value;

use super::report::{Outcome, REDEPLOY, Row};
use crate::cli::format::count;

/// The name of the check.
const CHECK: &str = "health";

/// The rows about the health page's JSON.
pub fn rows(health: &Value) -> Vec<Row> {
    let text = |value: &Value, field: &str| {
        value.get(field).and_then(Value::as_str).unwrap_or_default().to_owned()
    };
    let new = |outcome, detail: String| Row::new(CHECK, "", outcome, detail);
    let list = |field: &str| health.get(field).and_then(Value::as_array).into_iter().flatten();
    let version = text(health, "version");
    let status = text(health, "status");
    let outcome = match status.as_str() {
        "ok" => Outcome::Ok,
        "degraded" => Outcome::Warning,
        _ => Outcome::Failed,
    };
    let open = list("open_to_everyone").filter_map(Value::as_str).collect::<Vec<_>>().join(", ");
    let open = if open.is_empty() { "nothing that it names".to_owned() } else { open };
    let mut rows =
        vec![new(outcome, format!("{status}, version {version}; open to everybody: {open}"))];
    if health.get("demo") == Some(&Value::Bool(true)) {
        rows.push(
            new(Outcome::Failed, "the built-in demo is served, not your files".to_owned())
                .hint("set the secrets URL_TREE, PRIVATE_KEY and UID, or MOUNTS"),
        );
    }
    for error in list("errors") {
        let said = format!("{}: {}", text(error, "setting"), text(error, "message"));
        rows.push(new(Outcome::Failed, said).hint(text(error, "mend")));
    }
    for warning in list("warnings") {
        let said = format!("{}: {}", text(warning, "mount"), text(warning, "message"));
        rows.push(new(Outcome::Warning, said).hint(text(warning, "mend")));
    }
    for mount in list("mounts") {
        let Some(vendor) = mount.get("vendor") else { continue };
        let name = text(mount, if mount.get("path").is_some() { "path" } else { "source" });
        let outcome = match text(vendor, "state").as_str() {
            "stopped" => Outcome::Failed,
            "failing" => Outcome::Warning,
            _ => continue,
        };
        let said = format!("{name}: {}", text(vendor, "message"));
        rows.push(new(outcome, said).hint(text(vendor, "mend")));
    }
    rows
}

/// The decoded paths that the health page calls open to everybody.
pub fn open_paths(health: &Value) -> Vec<String> {
    let open = health.get("open_to_everyone").and_then(Value::as_array).into_iter().flatten();
    open.filter_map(Value::as_str).map(str::to_owned).collect()
}

/// Paths that are open to everybody where the owner's rules want nothing to be.
pub fn open_where_closed(health: &Value, is_closed: impl Fn(&str) -> bool) -> Option<Row> {
    let open = open_paths(health).into_iter().filter(|path| is_closed(path)).collect::<Vec<_>>();
    if open.is_empty() {
        return None;
    }
    let detail = format!(
        "{} that the rules close {} open to everybody: {}",
        count(open.len(), "path"),
        if open.len() == 1 { "is" } else { "are" },
        open.join(", ")
    );
    Some(Row::new(CHECK, "", Outcome::Leak, detail).hint(REDEPLOY))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn outcomes(health: &Value) -> Vec<Outcome> {
        rows(health).into_iter().map(|row| row.outcome).collect()
    }

    #[test]
    fn the_status_and_every_finding_of_the_health_page_is_told() {
        use Outcome::{Failed, Warning};
        let ok = json!({ "version": "0.1.0", "status": "ok", "demo": false, "open_to_everyone": ["/"],
                         "mounts": [{ "source": "links", "signed": true }], "warnings": [], "errors": [] });
        assert_eq!(outcomes(&ok), [Outcome::Ok]);
        let bad = json!({ "status": "degraded", "demo": true, "mounts": [
            { "source": "open", "vendor": { "state": "stopped", "message": "m", "mend": "do" } },
            { "source": "open", "vendor": { "state": "failing" } },
            { "source": "open", "vendor": { "state": "ok" } } ],
            "warnings": [{ "mount": "/", "message": "not signed", "mend": "sign" }],
            "errors": [{ "setting": "RULES[0]", "message": "wrong", "mend": "mend" }] });
        assert_eq!(outcomes(&bad), [Warning, Failed, Failed, Warning, Failed, Warning]);
        assert_eq!(rows(&bad)[4].hint, "do");
        assert_eq!(outcomes(&json!({ "status": "broken" })), [Failed]);
    }

    #[test]
    fn an_open_path_that_the_rules_close_is_a_leak() {
        let health = json!({ "open_to_everyone": ["/", "/a"] });
        let row = open_where_closed(&health, |path| path == "/a").unwrap();
        assert_eq!(row.outcome, Outcome::Leak);
        assert!(row.detail.starts_with("1 path that the rules close is open to everybody: /a"));
        assert_eq!(open_where_closed(&health, |_| false), None);
    }
}
