//! Access tokens of the web API and the open platform.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD as BASE64;

use super::lenient;
use super::wire::JwtClaims;
use crate::secret::Secret;
use crate::time::UnixSeconds;

/// An access token of either API, with its expiry.
#[derive(Clone, Debug)]
pub struct Token {
    /// The token itself, without `Bearer`.
    pub secret: Secret,
    /// The time at which the token expires; `None` if that isn't known: it is then used until it is
    /// refused.
    pub expires_at: Option<UnixSeconds>,
}

impl Token {
    /// Reads a token, and its expiry from the date that was given with it, or else from the token itself. A
    /// date in the past is ignored. `None` if there is no token, or none that may stand in a header.
    pub(crate) fn read(token: &str, ends: Option<UnixSeconds>, now: UnixSeconds) -> Option<Self> {
        let text = pasted(token);
        let dated = [ends, jwt_end(text)];
        let expires_at = dated.into_iter().flatten().find(|end| *end > now);
        let fits = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_graphic());
        fits.then(|| Self { secret: Secret::new(text), expires_at })
    }
}

/// Removes what people copy along with a token: quotes, and `Bearer` in front, in any case and however
/// often. 123Pan refuses a doubled one.
pub(crate) fn pasted(text: &str) -> &str {
    let mut text = text.trim().trim_matches('"').trim();
    while let Some((word, rest)) = text.split_once(char::is_whitespace)
        && word.eq_ignore_ascii_case("bearer")
    {
        text = rest.trim_start();
    }
    text
}

/// The `exp` claim of a JWT.
fn jwt_end(token: &str) -> Option<UnixSeconds> {
    let payload = BASE64.decode(token.split('.').nth(1)?.trim_end_matches('=')).ok()?;
    lenient::object::<JwtClaims>(lenient::parse(&payload)?)?.exp.map(UnixSeconds)
}

#[cfg(test)]
mod tests {
    use serde_json::Value;

    use super::*;

    #[test]
    fn a_pasted_token_loses_what_people_copy_with_it() {
        const CASES: &[(&str, &str)] = &[
            ("eyJ.a.b", "eyJ.a.b"),
            (" Bearer eyJ.a.b\n", "eyJ.a.b"),
            ("bearer BEARER  eyJ.a.b", "eyJ.a.b"),
            ("\"eyJ.a.b\"", "eyJ.a.b"),
            ("\"Bearer eyJ.a.b\"", "eyJ.a.b"),
            ("BearereyJ", "BearereyJ"),
            ("", ""),
        ];
        for (text, want) in CASES {
            assert_eq!(pasted(text), *want, "{text:?}");
        }
    }

    #[test]
    fn the_end_is_the_stated_one_or_the_tokens_own() {
        let now = UnixSeconds(1_700_000_000);
        let jwt = format!("h.{}.s", BASE64.encode(br#"{"id":1,"exp":1700000500}"#));
        let end = |token: &str, ends: Value| {
            let token = Token::read(token, lenient::moment(ends).unwrap(), now)?;
            Some(token.expires_at.map(|at| at.0))
        };
        let stated = "2025-03-23T15:48:37+08:00";
        assert_eq!(end("t", stated.into()), Some(Some(1_742_716_117)));
        assert_eq!(end(&jwt, stated.into()), Some(Some(1_742_716_117)));
        assert_eq!(end(&jwt, Value::Null), Some(Some(1_700_000_500)));
        assert_eq!(end(&jwt, "2001-01-01T00:00:00Z".into()), Some(Some(1_700_000_500)));
        assert_eq!(end("t", Value::Null), Some(None));
        for none in ["", "Bearer  a b", "a b", "a\u{7f}", "中"] {
            assert_eq!(end(none, Value::Null), None, "{none:?}");
        }
    }
}
