//! The checks of what other pages may do: the headers of redirects, frames, and lists of Referers.

use super::expectation::{Expectation, expectation};
use super::files::{FileResponse, FileTest};
use super::report::{Outcome, REDEPLOY, Row};
use super::settings::Settings;
use crate::access::conditions::Referers;
use crate::access::control::AccessControl;
use crate::access::policy::Policy;
use crate::cli::http::{HttpError, Response};
use crate::cli::site_client::{SiteClient, href};

/// The policy at a decoded path, where the owner's rules are known.
fn policy_at<'a>(access: Option<&'a AccessControl>, path: &str) -> Option<&'a Policy> {
    access?.rules.at(path.split('/').filter(|name| !name.is_empty()))
}

/// A row about the headers of each redirect to a link that is not as it should be, or one that all are.
pub fn header_rows(tested: &[FileTest], access: Option<&AccessControl>) -> Vec<Row> {
    let mut rows = Vec::new();
    let mut sound = 0;
    for each in tested {
        let FileResponse::Redirect(link) = &each.answer else { continue };
        // Where the address decides who gets what, pages of other sites may read nothing.
        let is_private =
            policy_at(access, &each.path).is_some_and(|policy| policy.fields.addresses.is_some());
        let wrong = wrong_headers(&link.response, is_private);
        if wrong.is_empty() {
            sound += 1;
        }
        rows.extend(wrong.into_iter().map(|(outcome, detail, hint)| {
            Row::new("headers", each.path.as_str(), outcome, detail).hint(hint)
        }));
    }
    if sound > 0 {
        let detail =
            "redirects are not cached, send no Referer on, and can be followed by scripts (CORS)";
        rows.push(Row::new("headers", "", Outcome::Ok, detail));
    }
    rows
}

/// The faults in the headers of a redirect.
fn wrong_headers(
    response: &Response,
    is_private: bool,
) -> Vec<(Outcome, &'static str, &'static str)> {
    let header = |name: &str| response.header(name).unwrap_or_default().to_ascii_lowercase();
    let mut wrong = Vec::new();
    let age = header("age").parse().unwrap_or(0_u64);
    if header("cf-cache-status") == "hit"
        || age > 0
        || !header("cache-control").contains("no-store")
    {
        wrong.push((
            Outcome::Failed,
            "the redirect is cached, and will lead to links that have ended",
            "remove the rule in Cloudflare, or in the proxy in front, that caches the site's answers",
        ));
    }
    if header("referrer-policy") != "no-referrer" {
        wrong.push((
            Outcome::Warning,
            "Referrer-Policy is not no-referrer: a Referer list at 123Pan sees other pages",
            "remove the rule in front of the site that changes this header",
        ));
    }
    match header("access-control-allow-origin").as_str() {
        "*" if is_private => wrong.push((
            Outcome::Leak,
            "scripts of other sites may read it through the browser of a visitor at an allowed address",
            REDEPLOY,
        )),
        "*" => {}
        _ if is_private => {}
        _ => wrong.push((
            Outcome::Warning,
            "no Access-Control-Allow-Origin: scripts of other pages can't follow the redirect",
            "remove the rule in front of the site that changes this header",
        )),
    }
    wrong
}

/// Asks for the page of a file that is for frames of other pages.
pub fn check_frames(site: &SiteClient<'_>, path: &str, access: Option<&AccessControl>) -> Row {
    let referer = format!("{}/", site.base);
    let target = format!("{}?embed", href(path, false));
    let answer = site.get(&target, &[("referer", &referer), ("accept", "text/html")]);
    let referers = policy_at(access, path).and_then(|policy| policy.fields.referers.as_deref());
    let wanted = match (access, referers) {
        (None, _) => Framers::Unknown,
        (Some(_), None) => Framers::Everybody,
        (Some(_), Some(referers)) => Framers::Sites(referers.sources()),
    };
    frames(path, &answer, &wanted)
}

/// The sites whose pages may frame a file.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Framers {
    /// The rules are not known.
    Unknown,
    /// Every site.
    Everybody,
    /// The sites of this source list.
    Sites(String),
}

/// Judges an embed page by the sites that the rules allow to frame it.
fn frames(path: &str, answer: &Result<Response, HttpError>, wanted: &Framers) -> Row {
    let new = |outcome, detail: String| Row::new("frames", path, outcome, detail);
    let response = match answer {
        Ok(response) if response.status == 200 => response,
        Ok(response) if response.status == 429 => {
            return new(Outcome::Untested, "?embed answers 429".to_owned());
        }
        Ok(response) => return new(Outcome::Failed, format!("?embed answers {}", response.status)),
        Err(error) => return new(Outcome::Untested, format!("?embed: {error}")),
    };
    let policy = response.header("content-security-policy").unwrap_or_default();
    let said =
        policy.split([';', ',']).find_map(|part| part.trim().strip_prefix("frame-ancestors "));
    let said = said.map_or(Framers::Everybody, |sites| Framers::Sites(sites.trim().to_owned()));
    let is_blocked = response.header("x-frame-options").is_some();
    let shown = |framers: &Framers| match framers {
        Framers::Sites(sites) => sites.clone(),
        Framers::Everybody | Framers::Unknown => "every site".to_owned(),
    };
    match wanted {
        _ if is_blocked => {
            new(Outcome::Failed, "?embed has X-Frame-Options: no page can frame it".to_owned())
                .hint("remove the rule in front of the site that adds this header")
        }
        Framers::Everybody | Framers::Sites(_) if *wanted != said => {
            // A list that is missing lets everybody in.
            let is_leak = said == Framers::Everybody;
            let outcome = if is_leak { Outcome::Leak } else { Outcome::Warning };
            let (said, wanted) = (shown(&said), shown(wanted));
            new(outcome, format!("may be framed by {said}; the rules say {wanted}")).hint(REDEPLOY)
        }
        _ => new(Outcome::Ok, format!("may be framed by {}", shown(&said))),
    }
}

/// A page of no site that any rule could allow.
const STRANGE_PAGE: &str = "https://signpost-verify.invalid/";

/// Tries each list of Referers: pages that it allows, pages that it does not, and none.
pub fn referer_rows(site: &SiteClient<'_>, settings: &Settings) -> Vec<Row> {
    let access = &settings.access;
    let paths = settings.rule_paths.iter();
    let open = paths.filter(|path| expectation(access, &site.base, path) == Expectation::Open);
    let lists = open.filter_map(|path| {
        let policy = policy_at(Some(access), path)?;
        let is_own = *policy.scope.path == **path;
        Some((path, policy.fields.referers.as_deref().filter(|_| is_own)?))
    });
    lists.map(|(path, referers)| check_referers(site, path, referers)).collect()
}

/// A request's Referer, and whether it should pass.
type Case = (Option<String>, bool);

/// The Referers to try for a list.
fn cases(referers: &Referers, site: &str) -> Vec<Case> {
    let allowed = allowed_host(referers);
    let mut tried = vec![Some(STRANGE_PAGE.to_owned()), None, Some(format!("{site}/"))];
    tried.extend(allowed.iter().map(|host| Some(format!("https://{host}/page"))));
    // A host that only begins as an allowed one does.
    tried.extend(
        allowed.iter().map(|host| Some(format!("https://{host}.signpost-verify.invalid/"))),
    );
    let passes = |referer: &Option<String>| referers.is_allowed(referer.as_deref(), None, site);
    tried
        .into_iter()
        .map(|referer| {
            let passes = passes(&referer);
            (referer, passes)
        })
        .collect()
}

/// A host that a list allows, if it allows any.
fn allowed_host(referers: &Referers) -> Option<String> {
    let sources = referers.sources();
    let first = sources.split(' ').find_map(|source| source.strip_prefix("https://"))?;
    let host = first.strip_suffix(":*").unwrap_or(first);
    Some(host.strip_prefix("*.").map_or_else(|| host.to_owned(), |host| format!("verify.{host}")))
}

fn check_referers(site: &SiteClient<'_>, path: &str, referers: &Referers) -> Row {
    let target = format!("{}?format=json", href(path, true));
    let answers = cases(referers, &site.base).into_iter().map(|(referer, passes)| {
        let headers = referer.iter().map(|referer| ("referer", referer.as_str()));
        let answer = site.get(&target, &headers.collect::<Vec<_>>());
        (referer, passes, answer.map(|response| response.status))
    });
    judge_referers(path, &answers.collect::<Vec<_>>())
}

/// Judges the answers to requests with different Referers.
fn judge_referers(path: &str, answers: &[(Option<String>, bool, Result<u16, HttpError>)]) -> Row {
    let new = |outcome, detail: String| Row::new("referers", path, outcome, detail);
    let mut leaks = Vec::new();
    let mut refused = Vec::new();
    let mut unclear = 0;
    for (referer, passes, status) in answers {
        let name = referer.as_deref().unwrap_or("no Referer").to_owned();
        match status {
            Ok(403) if *passes => refused.push(name),
            Ok(403) => {}
            Ok(429 | 500..) | Err(_) => unclear += 1,
            Ok(_) if *passes => {}
            Ok(status) => leaks.push(format!("{name} ({status})")),
        }
    }
    if !leaks.is_empty() {
        let detail = format!("passes, though the rule refuses it: {}", leaks.join(", "));
        return new(Outcome::Leak, detail).hint(REDEPLOY);
    }
    if !refused.is_empty() {
        let detail = format!("is refused, though the rule allows it: {}", refused.join(", "));
        return new(Outcome::Failed, detail).hint(REDEPLOY);
    }
    if unclear > 0 {
        return new(Outcome::Untested, format!("{unclear} requests had no clear answer"));
    }
    new(Outcome::Ok, format!("the list holds for {} kinds of Referer", answers.len()))
}

#[cfg(test)]
mod tests {
    use super::super::expectation::tests::control;
    use super::*;

    fn response(headers: &[(&str, &str)]) -> Response {
        let headers = headers.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
        Response { status: 200, headers: headers.collect(), ..Response::default() }
    }

    const SOUND: [(&str, &str); 3] = [
        ("cache-control", "no-store"),
        ("referrer-policy", "no-referrer"),
        ("access-control-allow-origin", "*"),
    ];

    #[test]
    fn a_redirect_needs_its_three_headers() {
        assert_eq!(wrong_headers(&response(&SOUND), false), []);
        for (without, want) in [(0, Outcome::Failed), (1, Outcome::Warning), (2, Outcome::Warning)]
        {
            let mut headers = SOUND.to_vec();
            headers.remove(without);
            let wrong = wrong_headers(&response(&headers), false);
            assert_eq!(wrong.iter().map(|(outcome, ..)| *outcome).collect::<Vec<_>>(), [want]);
        }
        let cached = [&SOUND[..], &[("cf-cache-status", "HIT")]].concat();
        assert_eq!(wrong_headers(&response(&cached), false)[0].0, Outcome::Failed);
        assert_eq!(wrong_headers(&response(&SOUND), true)[0].0, Outcome::Leak);
        assert_eq!(wrong_headers(&response(&SOUND[..2]), true), []);
    }

    #[test]
    fn frames_are_limited_to_the_sites_of_the_rule() {
        use Framers::{Everybody, Unknown};
        let list = || Framers::Sites("'self' https://a.example:* http://a.example:*".to_owned());
        let with = |policy: &str| Ok(response(&[("content-security-policy", policy)]));
        let open = "default-src 'none'";
        let limited =
            "default-src 'none', frame-ancestors 'self' https://a.example:* http://a.example:*";
        for (answer, wanted, want) in [
            (with(open), Everybody, Outcome::Ok),
            (with(open), Unknown, Outcome::Ok),
            (with(open), list(), Outcome::Leak),
            (with(limited), list(), Outcome::Ok),
            (with(limited), Everybody, Outcome::Warning),
            (Ok(response(&[("x-frame-options", "DENY")])), Unknown, Outcome::Failed),
            (Ok(Response { status: 404, ..Response::default() }), Unknown, Outcome::Failed),
        ] {
            assert_eq!(frames("/a", &answer, &wanted).outcome, want, "{answer:?} {wanted:?}");
        }
    }

    #[test]
    fn a_list_is_tried_with_allowed_strange_lookalike_and_no_pages() {
        let access =
            control(r#"[{"path":"/a","referers":{"allow":["*.blog.example"],"empty":true}}]"#);
        let policy = policy_at(Some(&access), "/a").unwrap();
        let cases = cases(policy.fields.referers.as_deref().unwrap(), "https://s.example");
        let passing = cases.iter().map(|(referer, passes)| (referer.as_deref(), *passes));
        assert_eq!(
            passing.collect::<Vec<_>>(),
            [
                (Some(STRANGE_PAGE), false),
                (None, true),
                (Some("https://s.example/"), true),
                (Some("https://verify.blog.example/page"), true),
                (Some("https://verify.blog.example.signpost-verify.invalid/"), false),
            ]
        );
    }

    #[test]
    fn a_page_that_passes_against_the_rule_is_a_leak() {
        let evil = || Some(STRANGE_PAGE.to_owned());
        for (passes, status, want) in [
            (false, Ok(403), Outcome::Ok),
            (false, Ok(200), Outcome::Leak),
            (false, Ok(404), Outcome::Leak),
            (true, Ok(200), Outcome::Ok),
            (true, Ok(403), Outcome::Failed),
            (false, Ok(429), Outcome::Untested),
            (false, Err(HttpError::Timeout), Outcome::Untested),
        ] {
            let answers = [(evil(), passes, status.clone())];
            assert_eq!(judge_referers("/a", &answers).outcome, want, "{passes} {status:?}");
        }
    }
}
