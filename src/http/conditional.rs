//! Conditional and range requests (RFC 9110, sections 13 and 14) for a file that the Worker fetches
//! and passes on.
//!
//! 123Pan's CDN, like S3 and other object stores, takes the MD5 of the content for its `ETag`, and anybody
//! who knows a file's size and MD5 may get it into an account of their own. So unless a rule tells the MD5,
//! the `ETag` stays here, and no condition on it is sent upstream: a `304`, a `412` or a `206` would
//! confirm a guess. What is left for resuming and revalidating is `Last-Modified`. A tag of our own in its
//! place, a keyed hash of the CDN's, would need a secret that every site has and that nobody can find by
//! trying: a site without `SITE_KEYS` has none, and its passwords must not be tried by clients without a
//! credential.

/// The request headers that may go upstream where the MD5 is public: the range, and the version that the
/// client has.
const CONDITIONS: [&str; 6] =
    ["Range", "If-Range", "If-None-Match", "If-Modified-Since", "If-Match", "If-Unmodified-Since"];

/// The upstream's response headers that the client may get. No other passes: of `Content-MD5`, `Digest`
/// and the headers of object stores (`x-oss-*`, `x-amz-*`, `x-cos-*`) many hold a digest of the content. The
/// name in `Content-Disposition` is the entry's, and not 123Pan's (`http::file_headers`).
const RESPONSE_HEADERS: [&str; 6] =
    ["Content-Type", "Content-Length", "Content-Range", "Accept-Ranges", "Last-Modified", ETAG];

const ETAG: &str = "ETag";

/// The upstream's response headers that the client gets, with `ETag` only where the MD5 is public.
pub fn response_headers(tells_md5: bool) -> impl Iterator<Item = &'static str> {
    RESPONSE_HEADERS.into_iter().filter(move |name| tells_md5 || *name != ETAG)
}

/// The range and conditional headers to send upstream.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Conditions {
    headers: Vec<(&'static str, String)>,
}

impl Conditions {
    /// Selects the headers of a client's request, which `header` gives by name. `None` if one of the
    /// conditions fails whatever the file is: the response is `412 Precondition Failed`.
    pub fn of(header: impl Fn(&str) -> Option<String>, tells_md5: bool) -> Option<Self> {
        let given = CONDITIONS.iter().filter_map(|name| Some((*name, header(name)?)));
        // Any other range may be ignored (section 14.2), and a CDN that refuses one would seem to refuse the file.
        let given = given.filter(|(name, value)| *name != "Range" || is_one_range(value));
        let mut headers = given.collect::<Vec<_>>();
        if tells_md5 {
            return Some(Self { headers });
        }
        let has = |name: &str| headers.iter().any(|(have, _)| *have == name);
        // A file without a tag matches `*` and no other (section 13.1.1).
        if headers.iter().any(|(name, value)| *name == "If-Match" && value.trim() != "*") {
            return None;
        }
        // A condition on tags goes before the one on dates (section 13.2.2), and here it always holds.
        let (matches, none_match) = (has("If-Match"), has("If-None-Match"));
        let is_other_part =
            headers.iter().any(|(name, value)| *name == "If-Range" && !is_http_date(value));
        headers.retain(|(name, value)| match *name {
            "Range" => !is_other_part,
            // Nothing but a date: a lenient server may compare anything else with the tag.
            "If-Range" => is_http_date(value),
            "If-Modified-Since" => !none_match && is_http_date(value),
            "If-Unmodified-Since" => !matches && is_http_date(value),
            _ => false,
        });
        Some(Self { headers })
    }

    /// The names and values of the headers to send.
    pub fn headers(&self) -> impl Iterator<Item = (&'static str, &str)> {
        self.headers.iter().map(|(name, value)| (*name, value.as_str()))
    }

    /// Whether an upstream response of this status, with the headers that `header` gives by name, answers
    /// these conditions. If not, the file has to be fetched once more, whole and without them.
    ///
    /// Not every CDN knows `If-Range`: a part of a changed file would be put behind another's beginning.
    /// And a file that replaces another may be the older one: at 123Pan the date is that of
    /// the first upload of these bytes, by anybody. So both dates have to be the same, not older.
    pub fn is_answered_by(&self, status: u16, header: impl Fn(&str) -> Option<String>) -> bool {
        let sent = |name: &str| self.headers().find(|(have, _)| *have == name);
        let is = |name: &str, value: &str| header(name).is_some_and(|have| have == value);
        match (status, sent("If-Range"), sent("If-Modified-Since"), sent("If-None-Match")) {
            (206, Some((_, version)), ..) => {
                let is_weak = version.starts_with("W/");
                is("Last-Modified", version) || (!is_weak && is(ETAG, version))
            }
            (304, _, Some((_, date)), None) => {
                // The header may be left out of a 304 (section 15.4.5).
                header("Last-Modified").is_none() || is("Last-Modified", date)
            }
            _ => true,
        }
    }
}

/// Whether a text is a date in the form that HTTP sends (section 5.6.7): `Sun, 06 Nov 1994 08:49:37 GMT`.
fn is_http_date(text: &str) -> bool {
    const FORM: &[u8; 29] = b"Aaa, 00 Aaa 0000 00:00:00 GMT";
    text.len() == FORM.len()
        && text.bytes().zip(FORM).all(|(byte, form)| match form {
            b'A' | b'a' => byte.is_ascii_alphabetic(),
            b'0' => byte.is_ascii_digit(),
            _ => byte == *form,
        })
}

/// Whether a `Range` asks for one part of a file: `bytes=0-99`, `bytes=100-` or `bytes=-5`.
fn is_one_range(value: &str) -> bool {
    let range = value.trim().strip_prefix("bytes=").and_then(|range| range.split_once('-'));
    let is_number =
        |digits: &str| digits.len() <= 18 && digits.bytes().all(|it| it.is_ascii_digit());
    range.is_some_and(|(first, last)| {
        is_number(first) && is_number(last) && !(first.is_empty() && last.is_empty())
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_plain_range_goes_upstream_and_no_other() {
        for (range, want) in [
            ("bytes=0-", true),
            ("bytes=0-0", true),
            (" bytes=-500", true),
            ("bytes=5000000000-9999999999", true),
            ("bytes=-", false),
            ("bytes=0-0,2-3", false),
            ("bytes=0-<script>", false),
            ("bytes= 0-1", false),
            ("items=0-1", false),
            ("bytes=99999999999999999999-", false),
        ] {
            for tells_md5 in [false, true] {
                let header = |name: &str| (name == "Range").then(|| range.to_owned());
                let sent = Conditions::of(header, tells_md5).unwrap();
                assert_eq!(sent.headers().count() == 1, want, "{range}");
            }
        }
    }

    const MD5: &str = "\"9d6ae55ba533cf86366519edf287b072\"";
    const DATE: &str = "Mon, 24 Feb 2025 10:10:14 GMT";
    const OTHER_DATE: &str = "Mon, 24 Feb 2025 10:10:15 GMT";

    type Headers<'a> = &'a [(&'a str, &'a str)];

    fn lookup(headers: Headers<'_>) -> impl Fn(&str) -> Option<String> {
        |name| {
            let found = headers.iter().find(|(have, _)| *have == name);
            found.map(|(_, value)| (*value).to_owned())
        }
    }

    fn sent(headers: Headers<'_>, tells_md5: bool) -> Option<Vec<(&'static str, String)>> {
        Conditions::of(lookup(headers), tells_md5).map(|conditions| conditions.headers)
    }

    #[test]
    fn no_tag_goes_upstream_and_dates_do() {
        const PART: (&str, &str) = ("Range", "bytes=0-9");
        const CASES: &[(Headers<'_>, Option<Headers<'_>>)] = &[
            (&[], Some(&[])),
            (&[PART], Some(&[PART])),
            (&[PART, ("If-Range", DATE)], Some(&[PART, ("If-Range", DATE)])),
            (&[PART, ("If-Range", MD5)], Some(&[])),
            (&[PART, ("If-Range", "9d6ae55ba533cf86366519edf287b072")], Some(&[])),
            (&[PART, ("If-Range", "Mon, 24 Feb 2025 10:10:14 +000")], Some(&[])),
            (&[PART, ("If-Range", "")], Some(&[])),
            (&[("If-Modified-Since", DATE)], Some(&[("If-Modified-Since", DATE)])),
            (&[("If-Modified-Since", MD5)], Some(&[])),
            (&[("If-None-Match", MD5)], Some(&[])),
            (&[("If-None-Match", "\"x\""), ("If-Modified-Since", DATE)], Some(&[])),
            (&[("If-Unmodified-Since", DATE), PART], Some(&[PART, ("If-Unmodified-Since", DATE)])),
            (&[("If-Match", "*"), ("If-Unmodified-Since", DATE)], Some(&[])),
            (&[("If-Match", MD5)], None),
            (&[("If-Match", "\"x\""), PART], None),
            (&[("Cookie", "a=b"), ("Authorization", "x"), ("Referer", "y")], Some(&[])),
        ];
        for (given, want) in CASES {
            let want = want.map(|want| {
                want.iter().map(|(name, value)| (*name, (*value).to_owned())).collect::<Vec<_>>()
            });
            assert_eq!(sent(given, false), want, "{given:?}");
        }
    }

    #[test]
    fn where_the_md5_is_public_every_condition_goes_upstream() {
        let given: Headers<'_> = &[
            ("Range", "bytes=0-9"),
            ("If-Range", MD5),
            ("If-None-Match", MD5),
            ("If-Modified-Since", "?"),
            ("If-Match", MD5),
            ("If-Unmodified-Since", DATE),
            ("Cookie", "a=b"),
        ];
        let names = sent(given, true).unwrap().into_iter().map(|(name, _)| name);
        assert_eq!(names.collect::<Vec<_>>(), CONDITIONS);
        assert!(response_headers(true).any(|name| name == ETAG));
        assert!(!response_headers(false).any(|name| name == ETAG));
    }

    #[test]
    fn an_answer_to_another_version_is_none() {
        const PART: (&str, &str) = ("Range", "bytes=0-9");
        const TAGGED: Headers<'_> = &[("ETag", MD5), ("Last-Modified", DATE)];
        let weak = format!("W/{MD5}");
        let cases: &[(Headers<'_>, u16, Headers<'_>, bool)] = &[
            (&[PART], 206, TAGGED, true),
            (&[PART, ("If-Range", DATE)], 206, TAGGED, true),
            (&[PART, ("If-Range", DATE)], 200, TAGGED, true),
            (&[PART, ("If-Range", OTHER_DATE)], 206, TAGGED, false),
            (&[PART, ("If-Range", OTHER_DATE)], 200, TAGGED, true),
            (&[PART, ("If-Range", DATE)], 206, &[], false),
            (&[PART, ("If-Range", MD5)], 206, TAGGED, true),
            (&[PART, ("If-Range", "\"x\"")], 206, TAGGED, false),
            (&[PART, ("If-Range", &weak)], 206, &[("ETag", &weak)], false),
            (&[("If-Modified-Since", DATE)], 304, TAGGED, true),
            (&[("If-Modified-Since", OTHER_DATE)], 304, TAGGED, false),
            (&[("If-Modified-Since", OTHER_DATE)], 304, &[], true),
            (&[("If-Modified-Since", OTHER_DATE), ("If-None-Match", MD5)], 304, TAGGED, true),
        ];
        for (given, status, answer, want) in cases {
            let conditions = Conditions::of(lookup(given), true).unwrap();
            assert_eq!(
                conditions.is_answered_by(*status, lookup(answer)),
                *want,
                "{given:?} {answer:?}"
            );
        }
    }

    #[test]
    fn a_date_has_one_form() {
        for (text, want) in [
            (DATE, true),
            ("Sun, 06 Nov 1994 08:49:37 GMT", true),
            ("Sunday, 06-Nov-94 08:49:37 GMT", false),
            ("Sun Nov  6 08:49:37 1994", false),
            ("Mon, 24 Feb 2025 10:10:14 UTC", false),
            (MD5, false),
            ("\"9d6ae55ba533cf86366519edf28\"", false),
        ] {
            assert_eq!(is_http_date(text), want, "{text}");
        }
    }
}
