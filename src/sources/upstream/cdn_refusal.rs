//! Refusals of 123Pan's CDN: the JSON that comes with its 403, told apart by what can be done about it.
//!
//! Code 1010 stands for a missing `Referer` (`not found r or referer in steal link v6`, OpenList's issue
//! 910), for a link that was made in another city (`forbidden realc:… city arg_c:… city`, its issues 1484
//! and 1521), and for a link that the CDN takes for wrong (`download err: 50002`, its issues 1603 and 1840;
//! one project ties that to the API host that made the link). A new link mends the first at most.

use std::time::Duration;

use super::call::ApiResponse;
use super::endpoint::Endpoint;
use super::envelope::{clean, parse};
use crate::error::upstream::{UpstreamError, UpstreamErrorKind};

/// The CDN, as the endpoint of failures that are shown to an account's owner. The account client calls it
/// never: isolates report what they meet there.
pub const CDN: Endpoint = Endpoint::new("CDN", Duration::ZERO);

/// Maximum number of bytes of a refusal's body that are read.
pub const MAX_REFUSAL_BYTES: usize = 4 << 10;

/// Classifies a refusal by its body: [`UpstreamErrorKind::CityLocked`], [`UpstreamErrorKind::LinkRejected`],
/// or [`UpstreamErrorKind::Refused`] for anything else, for which a new link may be the cure.
pub fn classify(body: Vec<u8>) -> UpstreamError {
    let refused = UpstreamErrorKind::Refused.into();
    let Some(envelope) = parse(&ApiResponse { body, ..ApiResponse::default() }) else {
        return refused;
    };
    let message = envelope.message.unwrap_or_default();
    let words = message.to_ascii_lowercase();
    let is_named = |code: i64| {
        let mut numbers = words.split(|character: char| !character.is_ascii_digit());
        envelope.code == Some(code) || numbers.any(|number| number.parse() == Ok(code))
    };
    let kind = if words.contains("realc:") || words.contains("arg_c:") {
        UpstreamErrorKind::CityLocked
    } else if is_named(50_001) || is_named(50_002) {
        UpstreamErrorKind::LinkRejected
    } else {
        return UpstreamError { code: envelope.code, ..refused };
    };
    UpstreamError { kind, code: envelope.code, said: clean(&message), retry_after: None }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_refusal_is_told_by_its_words() {
        use UpstreamErrorKind::{CityLocked, LinkRejected, Refused};
        const CASES: &[(&str, UpstreamErrorKind)] = &[
            (
                r#"{"code":1010,"message":"forbidden realc:ma'anshan city arg_c:wuhan city"}"#,
                CityLocked,
            ),
            (r#"{"code":"1010","message":"Forbidden RealC: arg_c:wuhan city"}"#, CityLocked),
            (r#"{"code":1010,"message":"download err: 50002"}"#, LinkRejected),
            (r#"{"code":1010,"message":"download err:50001, again"}"#, LinkRejected),
            (r#"{"code":50001,"message":""}"#, LinkRejected),
            (r#"{"code":1010,"message":"not found r or referer in steal link v6"}"#, Refused),
            (r#"{"code":1010,"message":"trace 1500022"}"#, Refused),
            (r#"{"code":403,"message":"no such file"}"#, Refused),
            ("<html>link expired</html>", Refused),
            ("[50001]", Refused),
            ("", Refused),
        ];
        for (body, want) in CASES {
            assert_eq!(classify(body.as_bytes().to_vec()).kind, *want, "{body}");
        }
        let city = classify(CASES[0].0.as_bytes().to_vec());
        assert_eq!(city.code, Some(1010));
        assert!(city.said.unwrap().contains("wuhan"), "the owner reads both cities");
    }
}
