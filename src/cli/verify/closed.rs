//! The check that every path which a rule closes stays closed to a stranger, on every route.

use super::expectation::{Expectation, expectation};
use super::report::{Outcome, Row};
use super::routes::{ExpectedStatus, Probe, Shape, probes};
use super::settings::Settings;
use crate::access::rule_fields::values::Access;
use crate::cli::format::count;
use crate::cli::http::{HttpError, Method, Response};
use crate::cli::site_client::{SiteClient, SiteRequest, href};

/// The name of the check.
const CHECK: &str = "closed";

/// A path that should be closed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ClosedPath {
    /// The decoded path.
    pub path: String,
    /// The statuses that a stranger may get.
    pub statuses: Vec<u16>,
    /// Whether the stranger's country or address may open the path.
    pub may_open: bool,
    /// Whether only the folder's list is closed.
    pub shape: Shape,
    /// Whether no share link may open the path either.
    pub is_for_nobody: bool,
}

/// The statuses of closed paths, where the rules are not known.
pub const ANY_CLOSED: [u16; 3] = [401, 403, 404];

/// The paths that the owner's rules close.
pub fn closed_paths(settings: &Settings, site: &str) -> Vec<ClosedPath> {
    let (access, hidden) = (&settings.access, &settings.hidden);
    let whole = settings.rule_paths.iter().chain(&hidden.blocked);
    let is_denied = |path: &str| {
        let policy = access.rules.at(path.split('/').filter(|name| !name.is_empty()));
        policy.is_some_and(|policy| policy.access() == Access::Deny)
    };
    let mut closed = Vec::<ClosedPath>::new();
    for path in whole {
        if let Expectation::Closed { statuses, may_open } = expectation(access, site, path) {
            let is_for_nobody = hidden.blocked.contains(path) || is_denied(path);
            let (path, shape) = (path.clone(), Shape::Anything);
            closed.push(ClosedPath { path, statuses, may_open, shape, is_for_nobody });
        }
    }
    for path in &hidden.closed {
        if expectation(access, site, path) == Expectation::Open {
            closed.push(ClosedPath {
                path: path.clone(),
                statuses: vec![404],
                may_open: false,
                shape: Shape::Folder,
                is_for_nobody: false,
            });
        }
    }
    closed
}

/// The result of one probe.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Finding {
    /// As it should be.
    Closed,
    /// Something opens, or the answer tells more than it should.
    Leak(String),
    /// Closed, but not in the way that the rules say.
    Differs(String),
    /// No answer that tells anything.
    Unclear(String),
}

/// Judges the answer to a probe of a closed path.
fn judge(probe: &Probe, closed: &ClosedPath, answer: &Result<Response, HttpError>) -> Finding {
    let request = format!("{} {}", probe.method.name(), probe.target);
    let response = match answer {
        Ok(response) => response,
        Err(error) => return Finding::Unclear(format!("{request}: {error}")),
    };
    let status = response.status;
    if has_link(response) {
        return Finding::Leak(format!("{request} answers {status} with a signed link"));
    }
    let is_expected = match probe.expected {
        ExpectedStatus::AsClosed => closed.statuses.contains(&status),
        ExpectedStatus::AnyClosed => ANY_CLOSED.contains(&status),
        ExpectedStatus::AnyClosedOrNoMethod => ANY_CLOSED.contains(&status) || status == 405,
        ExpectedStatus::Exactly(expected) => status == expected,
        ExpectedStatus::Page => status == 200 || ANY_CLOSED.contains(&status),
        ExpectedStatus::AlistRefusal => {
            ANY_CLOSED.contains(&status) || (status == 200 && is_alist_refusal(response, closed))
        }
    };
    let expected = || match probe.expected {
        ExpectedStatus::Exactly(expected) => expected.to_string(),
        _ => closed.statuses.iter().map(u16::to_string).collect::<Vec<_>>().join(" or "),
    };
    match status {
        _ if is_expected => Finding::Closed,
        429 | 500.. => Finding::Unclear(format!("{request} answers {status}")),
        _ if ANY_CLOSED.contains(&status) && !closed.statuses.contains(&404) => {
            Finding::Differs(format!("{request} answers {status}, not {}", expected()))
        }
        // Where nothing is to be known, any other status tells that something is there.
        _ => Finding::Leak(format!("{request} answers {status}, not {}", expected())),
    }
}

/// Whether a response of AList's API is the refusal of a path that is closed so.
fn is_alist_refusal(response: &Response, closed: &ClosedPath) -> bool {
    let json = response.json().unwrap_or_default();
    let code = json.get("code").and_then(serde_json::Value::as_u64);
    closed.statuses.iter().any(|status| match status {
        404 => {
            code == Some(500) && json.get("message").is_some_and(|text| text == "object not found")
        }
        _ => code == Some(403),
    })
}

/// Whether a signature of 123Pan's is anywhere in a response.
fn has_link(response: &Response) -> bool {
    let is_in = |bytes: &[u8]| bytes.windows(9).any(|part| part == b"auth_key=");
    is_in(&response.body) || response.headers.iter().any(|(_, value)| is_in(value.as_bytes()))
}

/// Tries every route for a path that should be closed. One row says how many are. `folders` are the decoded
/// paths of folders that are open: what is asked for below them is not this path.
pub fn check(site: &SiteClient<'_>, closed: &ClosedPath, folders: &[String]) -> Row {
    let mut findings = Vec::new();
    let is_elsewhere = |probe: &Probe| {
        let mut folders = folders.iter().map(|folder| href(folder, true));
        let is_of_another = [ExpectedStatus::AnyClosed, ExpectedStatus::AnyClosedOrNoMethod]
            .contains(&probe.expected);
        is_of_another && folders.any(|folder| folder != "/" && probe.target.starts_with(&folder))
    };
    let probes = probes(&closed.path, closed.shape, &site.base).into_iter();
    for probe in probes.filter(|probe| !is_elsewhere(probe)) {
        let more = match probe.method {
            Method::Propfind => Some(("depth", "1")),
            _ => (!probe.body.is_empty()).then_some(("content-type", FORM)),
        };
        let headers = [Some(("accept", probe.accept)), more];
        let headers = &headers.into_iter().flatten().collect::<Vec<_>>();
        let request =
            SiteRequest { method: probe.method, target: &probe.target, headers, body: &probe.body };
        let answer = site.send(&request);
        findings.push(judge(&probe, closed, &answer));
        if matches!(answer, Err(HttpError::LimitReached)) {
            break;
        }
    }
    row(closed, &findings)
}

const FORM: &str = "application/x-www-form-urlencoded";

/// The row about a path, by the findings of all its probes.
fn row(closed: &ClosedPath, findings: &[Finding]) -> Row {
    let new = |outcome, detail: String| Row::new(CHECK, closed.path.as_str(), outcome, detail);
    let texts =
        |is: fn(&Finding) -> Option<&str>| findings.iter().filter_map(is).collect::<Vec<_>>();
    let leaks = texts(|finding| match finding {
        Finding::Leak(text) => Some(text),
        _ => None,
    });
    let differing = texts(|finding| match finding {
        Finding::Differs(text) => Some(text),
        _ => None,
    });
    let unclear = texts(|finding| match finding {
        Finding::Unclear(text) => Some(text),
        _ => None,
    });
    let statuses = closed.statuses.iter().map(u16::to_string).collect::<Vec<_>>().join(" or ");
    if !leaks.is_empty() {
        if closed.may_open {
            let detail = "opens to you: your address or country is allowed";
            return new(Outcome::Untested, detail.to_owned())
                .hint("run this from an address and a country that the rule refuses");
        }
        let hint = "deploy the rules as they are in wrangler.toml: make deploy; then look at the rule in the \
                    documentation (rules.md)";
        return new(Outcome::Leak, several(&leaks)).hint(hint);
    }
    if !differing.is_empty() {
        let hint = "the deployed rules differ from wrangler.toml: make deploy";
        return new(Outcome::Warning, several(&differing)).hint(hint);
    }
    if !unclear.is_empty() {
        return new(Outcome::Untested, several(&unclear));
    }
    new(Outcome::Ok, format!("{statuses} on {}", count(findings.len(), "request")))
}

/// The first few of the texts, and how many more there are.
fn several(texts: &[&str]) -> String {
    const SHOWN: usize = 3;
    let shown = texts.iter().take(SHOWN).copied().collect::<Vec<_>>().join("; ");
    match texts.len().checked_sub(SHOWN).filter(|more| *more > 0) {
        Some(more) => format!("{shown}; and {more} more"),
        None => shown,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn path(statuses: &[u16], may_open: bool) -> ClosedPath {
        ClosedPath {
            path: "/a".into(),
            statuses: statuses.into(),
            may_open,
            shape: Shape::Anything,
            is_for_nobody: false,
        }
    }

    fn probe(expected: ExpectedStatus) -> Probe {
        let (target, accept, body) = ("/a".to_owned(), "*/*", String::new());
        Probe { method: Method::Get, target, accept, body, expected }
    }

    fn answer(status: u16, body: &str) -> Response {
        Response { status, body: body.into(), ..Response::default() }
    }

    fn outcome(expected: ExpectedStatus, statuses: &[u16], status: u16) -> Outcome {
        let closed = path(statuses, false);
        let finding = judge(&probe(expected), &closed, &Ok(answer(status, "")));
        row(&closed, &[Finding::Closed, finding]).outcome
    }

    #[test]
    fn every_answer_but_the_closed_one_is_told() {
        use ExpectedStatus::{AnyClosed, AsClosed, Exactly, Page};
        use Outcome::{Leak, Ok, Untested, Warning};
        for (expected, statuses, status, want) in [
            (AsClosed, &[401][..], 401, Ok),
            (AsClosed, &[401], 200, Leak),
            (AsClosed, &[401], 302, Leak),
            (AsClosed, &[401], 308, Leak),
            (AsClosed, &[401], 400, Leak),
            (AsClosed, &[401], 404, Warning),
            (AsClosed, &[404], 404, Ok),
            (AsClosed, &[404], 401, Leak),
            (AsClosed, &[404], 403, Leak),
            (AsClosed, &[401, 403], 403, Ok),
            (AsClosed, &[401], 429, Untested),
            (AsClosed, &[401], 503, Untested),
            (AnyClosed, &[401], 404, Ok),
            (AnyClosed, &[401], 302, Leak),
            (Exactly(404), &[401], 404, Ok),
            (Exactly(404), &[401], 200, Leak),
            (Exactly(401), &[404], 200, Leak),
            (Page, &[401], 200, Ok),
            (Page, &[401], 302, Leak),
        ] {
            assert_eq!(
                outcome(expected, statuses, status),
                want,
                "{expected:?} {statuses:?} {status}"
            );
        }
    }

    #[test]
    fn a_signed_link_is_a_leak_whatever_the_status() {
        let closed = path(&[404], false);
        let answer = Ok(answer(404, "see https://x/?auth_key=1-2-3-4"));
        assert!(matches!(
            judge(&probe(ExpectedStatus::AsClosed), &closed, &answer),
            Finding::Leak(_)
        ));
    }

    #[test]
    fn a_refusal_of_alists_api_is_in_the_body() {
        let missing = r#"{"code":500,"message":"object not found","data":null}"#;
        let locked = r#"{"code":403,"message":"password is incorrect","data":null}"#;
        let open = r#"{"code":200,"message":"success","data":{}}"#;
        let failed = r#"{"code":500,"message":"failed get objs: not a folder","data":null}"#;
        for (statuses, status, body, want) in [
            (&[404][..], 200, missing, Outcome::Ok),
            (&[404], 200, locked, Outcome::Leak),
            (&[404], 200, failed, Outcome::Leak),
            (&[401], 200, locked, Outcome::Ok),
            (&[401, 403], 200, locked, Outcome::Ok),
            (&[401], 200, open, Outcome::Leak),
            (&[404], 200, open, Outcome::Leak),
            (&[404], 404, "", Outcome::Ok),
            (&[401], 503, "", Outcome::Untested),
        ] {
            let closed = path(statuses, false);
            let answer = Ok(answer(status, body));
            let finding = judge(&probe(ExpectedStatus::AlistRefusal), &closed, &answer);
            assert_eq!(row(&closed, &[finding]).outcome, want, "{statuses:?} {status} {body}");
        }
    }

    #[test]
    fn a_path_that_opens_to_this_address_is_not_tested() {
        let row = row(&path(&[403], true), &[Finding::Leak("x".into())]);
        assert_eq!(row.outcome, Outcome::Untested);
    }

    #[test]
    fn no_more_than_three_of_many_leaks_are_spelt_out() {
        let leak = || Finding::Leak("x".into());
        let row = row(&path(&[404], false), &[leak(), leak(), leak(), leak(), leak()]);
        assert_eq!((row.outcome, row.detail.as_str()), (Outcome::Leak, "x; x; x; and 2 more"));
    }
}
