//! Requests to the CDN for the first byte of a file: by a signed link, without its signature, and with a changed
//! one. Each costs one byte of traffic at most.

use chrono::DateTime;

use super::report::Outcome;
use crate::cli::http::{Client, HttpError, Method, Request, Response};
use crate::cli::signed_url::{changed_key, without_key};
use crate::time::UnixSeconds;

/// The CDN's answer to a request for the first byte of a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Fetched {
    /// The byte.
    Byte,
    /// A redirect to another host.
    Elsewhere,
    /// Another status, with the beginning of the body and the CDN's own time.
    Refused {
        /// The status.
        status: u16,
        /// The beginning of the body.
        body: Vec<u8>,
        /// The CDN's time, by its `Date` header.
        time: Option<UnixSeconds>,
    },
    /// There is no answer.
    NoAnswer(HttpError),
}

impl Fetched {
    /// Whether the CDN gives the file.
    pub fn is_served(&self) -> bool {
        matches!(self, Self::Byte | Self::Elsewhere)
    }

    /// Reads an answer.
    fn of(answer: Result<Response, HttpError>) -> Self {
        let response = match answer {
            Ok(response) => response,
            Err(error) => return Self::NoAnswer(error),
        };
        match response.status {
            // 416 is for an empty file: the link is good.
            200 | 206 | 416 => Self::Byte,
            300..=399 => Self::Elsewhere,
            status => Self::Refused { status, time: date_of(&response), body: response.body },
        }
    }
}

/// The time in a response's `Date` header.
pub fn date_of(response: &Response) -> Option<UnixSeconds> {
    let date = DateTime::parse_from_rfc2822(&response.header("date")?).ok()?;
    u64::try_from(date.timestamp()).ok().map(UnixSeconds)
}

/// Asks for the first byte of a file.
pub fn fetch(client: &Client, url: &str) -> Fetched {
    let headers = [("range", "bytes=0-0")];
    let request = Request { max_body: 1, ..Request::new(Method::Get, url, &headers) };
    Fetched::of(client.send(&request))
}

/// The answers to a signed link, and to the same link with its signature taken away or changed; `None` where
/// it has none, or nothing answered the first.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LinkAnswers {
    /// The answer to the link as it is.
    pub signed: Fetched,
    /// The answer to the link without its signature.
    pub bare: Option<Fetched>,
    /// The answer to the link with a changed signature.
    pub changed: Option<Fetched>,
}

/// Tries a link in all three ways.
pub fn try_link(client: &Client, url: &str) -> LinkAnswers {
    let signed = fetch(client, url);
    let is_answered = !matches!(signed, Fetched::NoAnswer(_));
    let others = changed_key(url).filter(|_| is_answered);
    LinkAnswers {
        bare: others.is_some().then(|| fetch(client, &without_key(url))),
        changed: others.map(|changed| fetch(client, &changed)),
        signed,
    }
}

impl LinkAnswers {
    /// Whether the CDN answered the signature otherwise than a changed one: it takes it for right.
    pub fn is_signature_right(&self) -> bool {
        match (&self.signed, &self.changed) {
            (
                Fetched::Refused { status, body, .. },
                Some(Fetched::Refused { status: changed_status, body: changed, .. }),
            ) => status != changed_status || reason(body) != reason(changed),
            (signed, _) => signed.is_served(),
        }
    }

    /// The leak that the answers show, with its correction.
    pub fn leak(&self) -> Option<(Outcome, &'static str, &'static str)> {
        let served = |fetched: &Option<Fetched>| fetched.as_ref().is_some_and(Fetched::is_served);
        if served(&self.bare) {
            return Some((
                Outcome::Leak,
                "the CDN serves it without auth_key: whoever saw a link has the file for ever",
                "turn URL authentication on in 123Pan's console",
            ));
        }
        if served(&self.changed) {
            return Some((
                Outcome::Leak,
                "the CDN serves it with a changed auth_key: it does not check signatures",
                "turn URL authentication on in 123Pan's console, for this host",
            ));
        }
        None
    }
}

/// The words of a refusal, without those that differ from one request to the next: numbers, times and ids.
fn reason(body: &[u8]) -> String {
    let text = String::from_utf8_lossy(body);
    let words = text.split(|c: char| !c.is_alphanumeric());
    // A code of an error has few digits.
    let is_stable = |word: &&str| word.len() <= 6 || !word.contains(|c: char| c.is_ascii_digit());
    words.filter(is_stable).collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_answer_is_read_by_its_status() {
        let of = |status| Fetched::of(Ok(Response { status, ..Response::default() }));
        assert!([200, 206, 416, 302].map(of).iter().all(Fetched::is_served));
        assert!(![403, 404, 500].map(of).iter().any(Fetched::is_served));
        let headers = vec![("date".to_owned(), "Sun, 06 Nov 1994 08:49:37 GMT".to_owned())];
        let dated = Fetched::of(Ok(Response { status: 403, headers, ..Response::default() }));
        let want =
            Fetched::Refused { status: 403, body: vec![], time: Some(UnixSeconds(784_111_777)) };
        assert_eq!(dated, want);
    }

    fn refused(body: &str) -> Fetched {
        Fetched::Refused { status: 403, body: body.into(), time: None }
    }

    #[test]
    fn a_cdn_that_serves_without_a_right_signature_leaks() {
        let answers = |bare, changed| LinkAnswers { signed: Fetched::Byte, bare, changed };
        let no = || Some(refused("no"));
        assert_eq!(answers(no(), no()).leak(), None);
        let bare = answers(Some(Fetched::Byte), no()).leak().unwrap();
        assert!(bare.1.contains("without auth_key"));
        let changed = answers(no(), Some(Fetched::Byte)).leak().unwrap();
        assert!(changed.1.contains("changed auth_key"));
        assert_eq!(answers(None, None).leak(), None);
    }

    #[test]
    fn a_signature_is_right_where_a_changed_one_is_answered_otherwise() {
        let with = |signed: &str, changed: &str| LinkAnswers {
            signed: refused(signed),
            bare: None,
            changed: Some(refused(changed)),
        };
        assert!(with("no such file", "bad sign").is_signature_right());
        assert!(!with("bad sign", "bad sign").is_signature_right());
        assert!(
            !with("bad sign 1795411200 ab12cd34", "bad sign 1795411201 ff00aa11")
                .is_signature_right()
        );
        let code = |code| format!(r#"{{"code":{code},"trace":"0a1b2c3d4e"}}"#);
        assert!(with(&code(1010), &code(403)).is_signature_right());
    }
}
