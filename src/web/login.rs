//! The page that asks for a password. It works without scripts, and it says nothing of what the
//! password opens.

use askama::Template;

use super::answer::{Answer, Body};
use super::language::Language;

/// What the page depends on.
#[derive(Clone, Copy, Debug)]
pub struct LoginForm<'a> {
    /// The site's title.
    pub site: &'a str,
    /// The path to return to: one of ours already, never shown.
    pub back: &'a str,
    /// Whether a password was given and is not right.
    pub wrong: bool,
    /// The language of the words.
    pub language: Language,
    /// Where the style sheet is.
    pub style: &'static str,
}

/// The policy of other pages, but that the form may be sent. Where to is not limited: browsers apply
/// `form-action` to what follows as well, and behind the lock there may be a redirect to a file.
const POLICY: &str = "default-src 'none'; style-src 'self'; img-src 'self'; base-uri 'none'; \
                      frame-ancestors 'none'";

/// With `no-referrer` a browser would send the form with `Origin: null`, and nobody could tell it
/// from a form on another site (Fetch, "append a request `Origin` header").
const REFERRER_POLICY: &str = "same-origin";

struct Words {
    crumbs: &'static str,
    title: &'static str,
    label: &'static str,
    wrong: &'static str,
    submit: &'static str,
}

const ENGLISH: Words = Words {
    crumbs: "Breadcrumbs",
    title: "A password is needed",
    label: "Password",
    wrong: "That password is not right. Check it and try again.",
    submit: "Open",
};

const CHINESE: Words = Words {
    crumbs: "路径",
    title: "需要密码",
    label: "密码",
    wrong: "密码不正确，请检查后再试一次。",
    submit: "打开",
};

#[derive(Template)]
#[template(path = "login.html")]
struct LoginPage<'a> {
    site: &'a str,
    style: &'static str,
    language: Language,
    back: &'a str,
    wrong: bool,
    words: &'static Words,
}

/// The page with its form, for browsers. No `WWW-Authenticate`: a browser would ask in a window of
/// its own, before anyone sees the page.
pub fn page(form: &LoginForm<'_>) -> Answer {
    let LoginForm { site, back, wrong, language, style } = *form;
    let words = match language {
        Language::English => &ENGLISH,
        Language::Chinese => &CHINESE,
    };
    let page = LoginPage { site, style, language, back, wrong, words };
    Answer::new(401, Body::Html(page.render().unwrap_or_default()))
        .with("Cache-Control", "private, no-store")
        .with("Vary", "Accept, Accept-Language")
        .replacing("Content-Security-Policy", POLICY)
        .replacing("Referrer-Policy", REFERRER_POLICY)
}

#[cfg(test)]
mod tests {
    use super::*;

    const FORM: LoginForm<'_> = LoginForm {
        site: "My files",
        back: "/a/b",
        wrong: false,
        language: Language::English,
        style: "/-/style.css?v=1",
    };

    #[test]
    fn the_form_is_sent_to_this_site_and_the_page_kept_by_nobody() {
        let got = page(&FORM);
        assert_eq!(got.status, 401);
        for (name, want) in [
            ("Content-Type", "text/html; charset=utf-8"),
            ("Content-Security-Policy", POLICY),
            ("Referrer-Policy", "same-origin"),
            ("X-Content-Type-Options", "nosniff"),
            ("Cache-Control", "private, no-store"),
            ("Vary", "Accept, Accept-Language"),
        ] {
            let values = got.headers.iter().filter(|(have, _)| *have == name);
            assert_eq!(values.map(|(_, value)| &**value).collect::<Vec<_>>(), [want], "{name}");
        }
        assert_eq!(got.header("WWW-Authenticate"), None);
        let other = Answer::new(200, Body::Html(String::new()));
        let policy = other.header("Content-Security-Policy").unwrap();
        assert_eq!(policy.replace("form-action 'none'; ", ""), POLICY);
    }

    #[test]
    fn the_page_speaks_the_visitors_language_and_tells_a_wrong_password() {
        let cases = [
            (Language::English, "<html lang=\"en\">", &ENGLISH),
            (Language::Chinese, "<html lang=\"zh-Hans\">", &CHINESE),
        ];
        for (language, html, words) in cases {
            for wrong in [false, true] {
                let answer = page(&LoginForm { wrong, language, ..FORM });
                let got = answer.body.as_str();
                let error = format!("role=\"alert\">{}</p>", words.wrong);
                assert!(got.contains(html), "{got}");
                assert!(got.contains(&format!("<h1>{}</h1>", words.title)), "{got}");
                assert!(
                    got.contains(&format!("<label for=\"password\">{}<", words.label)),
                    "{got}"
                );
                assert_eq!(got.contains(&error), wrong, "{got}");
                assert_eq!(got.contains("aria-describedby=\"wrong\""), wrong, "{got}");
                assert!(!got.contains("<script"), "{got}");
            }
        }
    }

    #[test]
    fn texts_are_escaped_and_the_path_stands_in_the_hidden_field_alone() {
        let back = "/\"><script>alert(1)</script>/'x'&amp;";
        let answer = page(&LoginForm { site: "<b>&\"", back, ..FORM });
        let got = answer.body.as_str();
        let escaped = "/&#34;&#62;&#60;script&#62;alert(1)&#60;/script&#62;/&#39;x&#39;&#38;amp;";
        assert!(
            got.contains(&format!("<input type=\"hidden\" name=\"back\" value=\"{escaped}\">"))
        );
        assert_eq!(got.matches("alert(1)").count(), 1, "{got}");
        assert_eq!(got.matches("&#60;b&#62;&#38;&#34;").count(), 2, "title and crumb: {got}");
        assert!(!got.contains("<script") && !got.contains("<b>"), "{got}");
    }
}
