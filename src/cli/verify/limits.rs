//! The check that traffic is limited where files are open: budgets, and request rates.

use super::expectation::{Expectation, expectation};
use super::report::{Outcome, Row};
use super::settings::Settings;
use crate::access::policy::Policy;

/// The name of the check.
const CHECK: &str = "limits";

/// A row for each path from which on files are open to everybody, by the owner's rules.
pub fn rows(settings: &Settings, site: &str) -> Vec<Row> {
    let mut paths = settings.mounts.iter().chain(&settings.rule_paths).collect::<Vec<_>>();
    paths.sort_by_key(|path| path.trim_matches('/').split('/').count());
    paths.dedup();
    let mut rows = Vec::<Row>::new();
    let mut told = Vec::<(String, String)>::new();
    for path in paths {
        let is_open = expectation(&settings.access, site, path) == Expectation::Open;
        let segments = || path.split('/').filter(|name| !name.is_empty());
        let Some(policy) = settings.access.rules.at(segments()).filter(|_| is_open) else {
            continue;
        };
        let row = row(path, policy);
        // What a path has from the one above it is told once.
        let is_told = told.iter().any(|(above, detail)| {
            let is_below = above == "/" || path.starts_with(&format!("{above}/"));
            *detail == row.detail && is_below
        });
        if !is_told {
            told.push((path.clone(), row.detail.clone()));
            rows.push(row);
        }
    }
    if rows.is_empty() {
        rows.push(Row::new(CHECK, "", Outcome::Ok, "nothing is open to everybody"));
    }
    rows
}

/// The row about a path that is open, by its policy.
fn row(path: &str, policy: &Policy) -> Row {
    let fields = &policy.fields;
    let new = |outcome, detail: String| Row::new(CHECK, path, outcome, detail);
    let Some(budget) = &fields.budget else {
        let only =
            if fields.max_links.is_some() { "; max_links counts links, not bytes" } else { "" };
        let hint = "budget = { day = \"20 GB\", client_day = \"5 GB\" } in a rule for this path";
        let detail = format!("open without a budget: anybody can spend all your traffic{only}");
        return new(Outcome::Leak, detail).hint(hint);
    };
    let is_per_client =
        budget.client_day.is_some() || budget.client_month.is_some() || fields.max_links.is_some();
    let mut missing = Vec::new();
    let mut hints = Vec::new();
    if !is_per_client {
        missing.push("no limit for one visitor, who can use up the budget of all");
        hints.push("client_day in the budget, or max_links");
    }
    if fields.rate.is_none() {
        missing.push("no request rate");
        hints.push("rate = \"SITE_RATE\", with that [[ratelimits]] binding");
    }
    if missing.is_empty() {
        return new(
            Outcome::Ok,
            "open, with a budget, a limit for each visitor and a rate".to_owned(),
        );
    }
    new(Outcome::Warning, format!("open with a budget, but {}", missing.join(", and ")))
        .hint(format!("set {}", hints.join("; ")))
}

#[cfg(test)]
mod tests {
    use super::super::expectation::tests::control;
    use super::*;

    fn outcomes(rules: &str, mounts: &[&str]) -> Vec<(String, Outcome)> {
        let rule_paths = serde_json::from_str::<Vec<serde_json::Value>>(rules).unwrap();
        let rule_paths = rule_paths.iter().map(|rule| rule["path"].as_str().unwrap().to_owned());
        let settings = Settings {
            access: control(rules),
            rule_paths: rule_paths.collect(),
            hidden: super::super::settings::HiddenPaths::default(),
            mounts: mounts.iter().map(|path| (*path).to_owned()).collect(),
            name: String::new(),
            has_workers_dev: false,
        };
        rows(&settings, "https://s").into_iter().map(|row| (row.subject, row.outcome)).collect()
    }

    #[test]
    fn open_files_need_a_budget_a_limit_for_each_visitor_and_a_rate() {
        use Outcome::{Leak, Ok, Warning};
        for (rule, want) in [
            (r#"[{"path":"/"}]"#, Leak),
            (r#"[{"path":"/","rate":"SITE_RATE"}]"#, Leak),
            (r#"[{"path":"/","max_links":5}]"#, Leak),
            (r#"[{"path":"/","budget":{"day":"1 GB"},"rate":"SITE_RATE"}]"#, Warning),
            (r#"[{"path":"/","budget":{"day":"1 GB","client_day":"1 GB"}}]"#, Warning),
            (r#"[{"path":"/","budget":{"day":"1 GB"},"max_links":5,"rate":"SITE_RATE"}]"#, Ok),
            (
                r#"[{"path":"/","budget":{"day":"1 GB","client_month":"1 GB"},"rate":"SITE_RATE"}]"#,
                Ok,
            ),
        ] {
            assert_eq!(outcomes(rule, &["/"]), [("/".to_owned(), want)], "{rule}");
        }
    }

    #[test]
    fn closed_paths_need_none_and_open_parts_of_them_do() {
        let rules = r#"[{"path":"/","password":"P"},{"path":"/pub","access":"public"},{"path":"/pub/x","title":"t"}]"#;
        assert_eq!(outcomes(rules, &["/"]), [("/pub".to_owned(), Outcome::Leak)]);
        let closed = outcomes(r#"[{"path":"/","access":"deny"}]"#, &["/", "/m"]);
        assert_eq!(closed, [(String::new(), Outcome::Ok)]);
        assert_eq!(outcomes("[]", &["/m"]), [("/m".to_owned(), Outcome::Leak)]);
    }
}
