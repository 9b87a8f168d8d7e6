use signpost_pages::language::Language;

use super::*;
use crate::error::upstream::UpstreamErrorKind;
use crate::http::request::{Request, RequestParts};
use crate::path::PathError;

const NOW: UnixSeconds = UnixSeconds(1_700_000_000);

fn site() -> Site {
    Site::load(&|name: &str| (name == "SITE").then(|| r#"{"title":"<T>"}"#.to_owned()), NOW)
}

fn respond(site: &Site, error: Error, language: Language, as_json: bool) -> Response {
    let accept_language = Some(language.tag());
    let parts = RequestParts { accept_language, ..RequestParts::default() };
    let request = Request::new(site, &parts);
    let page = Page::new(&request, NOW);
    answer(site, error, &page, as_json)
}

fn over(limit: Limit, reopens_at: Option<u64>) -> Error {
    Error::OverLimit { limit, reopens_at: reopens_at.map(UnixSeconds) }
}

/// A test case: an error, its status, code and `Retry-After`, and a part of its message in both languages.
type Case = (Error, u16, &'static str, Option<&'static str>, &'static str, &'static str);

fn cases() -> Vec<Case> {
    // 2023-11-15 00:00 in the zone of the view.
    let midnight = Some(1_699_977_600 + 86_400);
    let forbidden = Error::Forbidden;
    vec![
        (
            Error::Upstream { kind: UpstreamErrorKind::Refused, retry_after: None },
            502,
            "missing_or_refused",
            None,
            "missing where it is kept, or is refused",
            "没有这个文件，或者拒绝",
        ),
        (
            Error::Upstream { kind: UpstreamErrorKind::CityLocked, retry_after: None },
            502,
            "city_locked",
            Some("60"),
            "in one city only",
            "只在一个城市",
        ),
        (Error::BadPath(PathError::NotUtf8), 400, "bad_path", None, "not UTF-8", "不是 UTF-8"),
        (Error::BadFormat, 400, "bad_format", None, "json or url for files", "文件可用 json"),
        (Error::BadBody, 400, "bad_body", None, "Go back", "请返回"),
        (Error::BadQuery, 400, "bad_query", None, "1 to 100", "1 到 100"),
        (Error::TreeTooLarge, 400, "tree_too_large", None, "up to 4,000", "最多包含 4,000"),
        (Error::BadToken, 401, "bad_token", None, "API token", "API 令牌"),
        (
            Error::Locked { wrong: false },
            401,
            "password_required",
            None,
            "needs a password",
            "需要密码",
        ),
        (Error::Locked { wrong: true }, 401, "wrong_password", None, "not right", "密码不正确"),
        (
            forbidden(Condition::Referer),
            403,
            "referer_not_allowed",
            None,
            "own pages",
            "请从本站的页面打开",
        ),
        (forbidden(Condition::Country), 403, "country_not_allowed", None, "VPN", "国家或地区"),
        (
            forbidden(Condition::Address),
            403,
            "address_not_allowed",
            None,
            "another network",
            "换一个网络",
        ),
        (Error::NotFound, 404, "not_found", None, "nothing at this address", "没有内容"),
        (Error::NoSharing, 403, "no_share_links", None, "make links to this place", "不允许访客"),
        (Error::Method, 405, "method_not_allowed", None, "read only", "不支持的请求方法"),
        (Error::LinkOver, 410, "link_over", None, "for a new one", "新链接"),
        (Error::TooManyAttempts, 429, "too_many_guesses", Some("60"), "passwords", "尝试密码"),
        (Error::TooManyRequests, 429, "too_many_requests", Some("60"), "requests", "请求过于频繁"),
        (
            over(Limit::Budget, midnight),
            429,
            "budget_used_up",
            Some("64000"),
            "used up. It opens again on 2023-11-16 00:00 (UTC+08:00).",
            "下载流量已达到站长设置的上限，将于 2023年11月16日 00:00（UTC+08:00）恢复。",
        ),
        (over(Limit::Budget, None), 429, "budget_used_up", None, "site&#39;s owner", "联系站长"),
        (
            over(Limit::ClientBudget, Some(NOW.0 - 5)),
            429,
            "client_budget_used_up",
            Some("1"),
            "You have used up the traffic",
            "您在这里的下载流量已达到站长为每位访客设置的上限",
        ),
        (
            over(Limit::Links, Some(NOW.0 + 1)),
            429,
            "too_many_links",
            Some("1"),
            "in an hour",
            "一小时内",
        ),
        (over(Limit::Share, None), 429, "share_used_up", None, "for a new one", "新链接"),
        (Error::Misconfigured, 503, "misconfigured", Some("60"), "configuration", "设置有误"),
        (Error::Unavailable, 503, "unavailable", Some("10"), "in a few seconds", "过几秒"),
    ]
}

#[test]
fn every_failure_has_its_status_and_a_message_in_both_languages() {
    for (error, status, code, retry_after, english, chinese) in cases() {
        for (language, html, want) in [
            (Language::English, "<html lang=\"en\">", english),
            (Language::Simplified, "<html lang=\"zh-Hans\">", chinese),
        ] {
            let page = respond(&site(), error, language, false);
            assert_eq!(page.status, status, "{error:?}");
            assert_eq!(page.header("Content-Type"), Some("text/html; charset=utf-8"));
            assert_eq!(page.header("Retry-After"), retry_after, "{error:?}");
            assert_eq!(page.header("Vary"), Some("Accept, Accept-Language, Cookie"));
            let text = page.body.text();
            assert!(text.contains(html) && text.contains(want), "{error:?}: {text}");

            let json = respond(&site(), error, language, true);
            let body = serde_json::from_str::<serde_json::Value>(&json.body.text()).unwrap();
            assert_eq!((json.status, &body["error"]["code"]), (status, &code.into()));
            assert_eq!(body["error"]["status"], status);
            let message = body["error"]["message"].as_str().unwrap();
            assert!(message.contains(&want.replace("&#39;", "'")), "{error:?}: {message}");
            assert_eq!(json.header("Retry-After"), retry_after, "{error:?}");
            let at = reopens_at(error).map(|at| at.0);
            assert_eq!(body["error"]["retry_at"].as_u64(), at, "{error:?}");
        }
    }
}

#[test]
fn no_failure_is_stored_and_what_a_guard_says_is_private() {
    for (error, status, ..) in cases() {
        let got = respond(&site(), error, Language::English, false);
        let guarded = !matches!(
            error,
            Error::BadPath(_)
                | Error::BadFormat
                | Error::NotFound
                | Error::Method
                | Error::Misconfigured
        );
        let want = if guarded { "private, no-store" } else { "no-store" };
        assert_eq!(got.header("Cache-Control"), Some(want), "{error:?} {status}");
        let bearer = (error == Error::BadToken).then_some("Bearer");
        assert_eq!(got.header("WWW-Authenticate"), bearer, "{error:?}");
    }
}

#[test]
fn the_time_is_the_sites_own_and_never_too_early() {
    // Time zone, time, English message, Chinese message.
    let cases = [
        ("UTC", 1_699_977_600, "2023-11-14 16:00 (UTC+00:00)", "2023年11月14日 16:00（UTC+00:00）"),
        (
            "+08:00",
            1_699_977_601,
            "2023-11-15 00:01 (UTC+08:00)",
            "2023年11月15日 00:01（UTC+08:00）",
        ),
        (
            "-03:30",
            1_699_977_600,
            "2023-11-14 12:30 (UTC-03:30)",
            "2023年11月14日 12:30（UTC-03:30）",
        ),
    ];
    let in_zone = |zone: &str| {
        let setting = format!(r#"{{"time_zone":{zone:?}}}"#);
        Site::load(&|name: &str| (name == "SITE").then(|| setting.clone()), NOW)
    };
    for (zone, at, english, chinese) in cases {
        for (language, want) in [(Language::English, english), (Language::Simplified, chinese)] {
            let got = respond(&in_zone(zone), over(Limit::Budget, Some(at)), language, true);
            assert!(got.body.text().contains(want), "{want}: {}", got.body.text());
        }
    }
    for at in [u64::MAX, i64::MAX as u64, 8_210_266_876_799] {
        for zone in ["-14:00", "UTC", "+14:00"] {
            let error = over(Limit::Budget, Some(at));
            let got = respond(&in_zone(zone), error, Language::English, true);
            assert!(got.body.text().contains("budget_used_up"), "{at}");
        }
    }
}

#[test]
fn the_page_escapes_the_title_and_names_configuration_errors_only_where_the_site_is_broken() {
    let broken = Site::load(&|name: &str| (name == "MOUNTS").then(|| "<b>".to_owned()), NOW);
    let page = respond(&broken, Error::Misconfigured, Language::Simplified, false);
    let text = page.body.text();
    assert!(
        text.contains("<section lang=\"en\">") && text.contains("<code>MOUNTS</code>"),
        "{text}"
    );
    let other = respond(&broken, Error::NotFound, Language::English, false);
    assert!(!other.body.text().contains("MOUNTS"));
    let titled = respond(&site(), Error::NotFound, Language::English, false);
    assert!(titled.body.text().contains("&#60;T&#62;"), "{}", titled.body.text());
}
