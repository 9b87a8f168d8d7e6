//! The check of a sample of open files: the site redirects each, and the CDN serves its signed link and no other.

use url::{Position, Url};

use super::cdn::{Fetched, LinkAnswers, date_of, try_link};
use super::refusal::{OtherFiles, Refusal, cause};
use super::report::{Outcome, Row};
use super::walk::is_plain;
use crate::cli::clock;
use crate::cli::explain::SignedLink;
use crate::cli::http::{HttpError, Response};
use crate::cli::signed_url::auth_key;
use crate::cli::site_client::{EntryJson, SiteClient, error_code, href};
use crate::host::SignedHosts;
use crate::time::UnixSeconds;

/// The name of the check.
const CHECK: &str = "files";

/// A file of the sample, and the answers to a request for it.
#[derive(Debug)]
pub struct FileTest {
    /// The file's decoded path.
    pub path: String,
    /// The answer of the site.
    pub answer: FileResponse,
}

/// The answer of the site to a request for a file.
#[derive(Debug)]
pub enum FileResponse {
    /// A redirect, the response with it, and what the CDN answers to the link.
    Redirect(Box<Link>),
    /// The file's own bytes, through the Worker.
    Here(Response),
    /// Another status, with this `error.code`.
    Other(u16, Option<String>),
    /// No answer.
    Silence(HttpError),
}

/// A link that the site redirects to, and what the CDN answers.
#[derive(Debug)]
pub struct Link {
    /// The site's response.
    pub response: Response,
    /// The link.
    pub url: String,
    /// The CDN's answers.
    pub answers: LinkAnswers,
    /// The time by this machine's clock when the CDN was asked.
    pub asked_at: UnixSeconds,
}

impl Link {
    /// The link's host, with its port if it has one.
    pub fn host(&self) -> String {
        let url = Url::parse(&self.url).ok();
        let host = url.map(|url| url[Position::BeforeHost..Position::BeforePath].to_owned());
        host.unwrap_or_default()
    }

    /// The time at which the link ends, by its signature.
    pub fn expires_at(&self) -> Option<UnixSeconds> {
        SignedLink::parse(&self.url).map(|link| link.expires_at())
    }
}

/// Asks for a file as a page of the site would, and tries the link that comes back.
pub fn test(site: &SiteClient<'_>, file: &EntryJson) -> FileTest {
    let referer = format!("{}/", site.base);
    let headers = [("range", "bytes=0-0"), ("referer", referer.as_str())];
    let target = href(&file.path, false);
    let answer = match site.get(&target, &headers) {
        Err(error) => FileResponse::Silence(error),
        Ok(response) => match (response.status, response.header("location")) {
            (302, Some(url)) => {
                let answers = try_link(site.client, &url);
                FileResponse::Redirect(Box::new(Link {
                    response,
                    url,
                    answers,
                    asked_at: clock::now(),
                }))
            }
            (200 | 206 | 416, _) => FileResponse::Here(response),
            (status, _) => {
                FileResponse::Other(status, error_of(site, &response, &target, &referer))
            }
        },
    };
    FileTest { path: file.path.clone(), answer }
}

/// The code of an error that came as a page: the same request for JSON has it.
fn error_of(
    site: &SiteClient<'_>,
    response: &Response,
    target: &str,
    referer: &str,
) -> Option<String> {
    error_code(response).or_else(|| {
        let again = site.get(&format!("{target}?format=json"), &[("referer", referer)]).ok()?;
        error_code(&again)
    })
}

/// A row for each file of the sample.
pub fn rows(tested: &[FileTest]) -> Vec<Row> {
    let links = || {
        tested.iter().filter_map(|each| match &each.answer {
            FileResponse::Redirect(link) => Some((each, link)),
            _ => None,
        })
    };
    let others = OtherFiles {
        served: links().filter(|(_, link)| link.answers.signed.is_served()).count(),
        refused_plain: links()
            .filter(|(each, link)| {
                is_plain(&each.path) && matches!(link.answers.signed, Fetched::Refused { .. })
            })
            .count(),
    };
    tested.iter().map(|each| row(each, others)).collect()
}

fn row(tested: &FileTest, others: OtherFiles) -> Row {
    let new = |outcome, detail: String| Row::new(CHECK, tested.path.as_str(), outcome, detail);
    match &tested.answer {
        FileResponse::Redirect(link) => link_row(&tested.path, link, others),
        FileResponse::Here(response) => {
            let status = response.status;
            new(Outcome::Ok, format!("comes through the Worker ({status})"))
        }
        FileResponse::Other(status, code) => {
            let code = code.as_deref().unwrap_or_default();
            let detail = format!("the site answers {status} {code}").trim_end().to_owned();
            // The limits of this site, which a stranger may have used up, tell nothing of the link.
            let outcome = if *status == 429 { Outcome::Untested } else { Outcome::Failed };
            new(outcome, detail).hint(match (*status, code) {
                (429, _) => "a limit is used up: try again later",
                (_, "city_locked") => "city: docs/en/troubleshooting.md, 502 for files of a mount",
                (_, "missing_or_refused") => {
                    "missing or refused: docs/en/troubleshooting.md, 502 missing_or_refused"
                }
                _ => "docs/en/troubleshooting.md",
            })
        }
        FileResponse::Silence(HttpError::LimitReached) => {
            new(Outcome::Untested, HttpError::LimitReached.to_string())
        }
        FileResponse::Silence(error) => new(Outcome::Failed, error.to_string()),
    }
}

/// The row about a file with a link.
fn link_row(path: &str, link: &Link, others: OtherFiles) -> Row {
    let host = link.host();
    let new = |outcome, detail: String| Row::new(CHECK, path, outcome, format!("{host}: {detail}"));
    let is_signed = auth_key(&link.url).is_some();
    if let Some((outcome, detail, hint)) = link.answers.leak() {
        return new(outcome, detail.to_owned()).hint(hint);
    }
    match &link.answers.signed {
        Fetched::NoAnswer(HttpError::LimitReached) => {
            new(Outcome::Untested, HttpError::LimitReached.to_string())
        }
        Fetched::NoAnswer(error) => new(Outcome::Failed, error.to_string()),
        Fetched::Refused { status, body, time } => {
            let parsed = SignedLink::parse(&link.url);
            let refusal = Refusal {
                status: *status,
                body: body.clone(),
                expires_at: link.expires_at(),
                cdn_time: *time,
                is_signature_right: is_signed && link.answers.is_signature_right(),
                // Hosts of an account's own have no account in the path.
                is_other_account: host.starts_with("vip.123pan.")
                    && parsed.is_some_and(|link| link.is_of_other_account()),
                is_plain_path: is_plain(path),
            };
            if !is_signed {
                let hint = "set uid and private_key, or add the host to the mount's hosts";
                return new(Outcome::Failed, format!("{status}: the link has no auth_key"))
                    .hint(hint);
            }
            let (detail, hint) = cause(&refusal, others).texts();
            new(Outcome::Failed, format!("{status}: {detail}")).hint(hint)
        }
        Fetched::Byte | Fetched::Elsewhere if !is_signed => {
            if SignedHosts::default().contains(&host) {
                let detail =
                    "a direct link without auth_key: whoever sees it has the file for ever";
                return new(Outcome::Leak, detail.to_owned()).hint(
                    "turn URL authentication on in 123Pan's console, and set uid and private_key",
                );
            }
            new(Outcome::Ok, "served; not a direct link of 123Pan's, so not signed".to_owned())
        }
        Fetched::Byte | Fetched::Elsewhere => {
            let left = link.expires_at().map(|end| end.since(link.asked_at).as_secs().div_ceil(60));
            let left = left.map_or_else(String::new, |minutes| format!(" for {minutes} min"));
            new(
                Outcome::Ok,
                format!("served{left}; refused without auth_key and with a changed one"),
            )
        }
    }
}

/// The link that ends first, with the difference of the CDN's clock to this machine's in seconds.
pub fn first_to_end(tested: &[FileTest]) -> Option<(&str, &Link, UnixSeconds)> {
    let links = tested.iter().filter_map(|each| match &each.answer {
        FileResponse::Redirect(link) if link.answers.signed == Fetched::Byte => {
            Some((each.path.as_str(), &**link, link.expires_at()?))
        }
        _ => None,
    });
    links.min_by_key(|(_, _, end)| *end)
}

/// The difference between the site's clock and this machine's, in a row; `None` where they agree.
pub fn clock_row(tested: &[FileTest]) -> Option<Row> {
    const TOLERANCE: u64 = 120;
    let (theirs, ours) = tested.iter().find_map(|each| match &each.answer {
        FileResponse::Redirect(link) => Some((date_of(&link.response)?, link.asked_at)),
        _ => None,
    })?;
    let apart = theirs.since(ours).as_secs().max(ours.since(theirs).as_secs());
    (apart > TOLERANCE).then(|| {
        Row::new(
            "clock",
            "",
            Outcome::Warning,
            format!("this machine's clock and the site's are {apart} s apart"),
        )
        .hint("set this machine's clock; the lifetimes in this report are by it")
    })
}

#[cfg(test)]
pub mod tests {
    use super::*;

    pub const SIGNED: &str =
        "https://vip.123pan.cn/13/a.txt?auth_key=1000-ab-13-0123456789abcdef0123456789abcdef";

    fn refused(body: &str) -> Fetched {
        Fetched::Refused { status: 403, body: body.into(), time: Some(UnixSeconds(10)) }
    }

    /// A file of the sample whose link, and the link in other forms, the CDN answers so.
    pub fn tested(path: &str, url: &str, signed: Fetched, other: Option<Fetched>) -> FileTest {
        let answers = LinkAnswers { signed, bare: other.clone(), changed: other };
        let (response, url, asked_at) = (Response::default(), url.to_owned(), UnixSeconds(100));
        let link = Link { response, url, answers, asked_at };
        FileTest { path: path.into(), answer: FileResponse::Redirect(Box::new(link)) }
    }

    #[test]
    fn a_link_that_only_its_signature_opens_is_sound() {
        let row = &rows(&[tested("/a", SIGNED, Fetched::Byte, Some(refused("")))])[0];
        assert_eq!(row.outcome, Outcome::Ok);
        assert_eq!(
            row.detail,
            "vip.123pan.cn: served for 15 min; refused without auth_key and with a changed one"
        );
    }

    #[test]
    fn every_other_outcome_of_a_link_is_told_with_its_cause() {
        let bare = "https://vip.123pan.cn/13/a.txt";
        let foreign = "https://example.org/a.txt";
        let dead = || Fetched::NoAnswer(HttpError::UnknownHost);
        for (url, signed, other, want, says) in [
            (SIGNED, Fetched::Byte, Some(Fetched::Byte), Outcome::Leak, "without auth_key"),
            (SIGNED, refused("x"), Some(refused("x")), Outcome::Failed, "key differs"),
            (SIGNED, refused("gone"), Some(refused("x")), Outcome::Failed, "missing"),
            (SIGNED, dead(), None, Outcome::Failed, "DNS"),
            (bare, Fetched::Byte, None, Outcome::Leak, "for ever"),
            (bare, refused(""), None, Outcome::Failed, "no auth_key"),
            (foreign, Fetched::Byte, None, Outcome::Ok, "not signed"),
        ] {
            let row = &rows(&[tested("/a", url, signed, other)])[0];
            assert_eq!(row.outcome, want, "{row:?}");
            assert!(row.detail.contains(says), "{row:?}");
        }
    }

    #[test]
    fn a_limit_of_the_site_is_no_failure_of_the_file() {
        for (status, code, want) in [
            (429, "budget_used_up", Outcome::Untested),
            (502, "city_locked", Outcome::Failed),
            (404, "not_found", Outcome::Failed),
        ] {
            let answer = FileResponse::Other(status, Some(code.to_owned()));
            let row = &rows(&[FileTest { path: "/a".into(), answer }])[0];
            assert_eq!((row.outcome, row.detail.ends_with(code)), (want, true));
        }
    }
}
