//! The checks of the site's addresses: https, the redirect to it, and the address below `workers.dev`.

use url::Url;

use super::report::{Outcome, Row};
use crate::cli::http::{Client, HttpError, Response};
use crate::cli::site_client::is_loopback;

/// The row about https itself, by the site's URL: the site answered there.
pub fn https(base: &str) -> Row {
    const CHECK: &str = "https";
    match base.split_once("://") {
        Some(("https", _)) => Row::new(
            CHECK,
            base,
            Outcome::Ok,
            "answers, with a certificate that this system trusts",
        ),
        _ if is_loopback(base) => {
            let detail = "the site is on this machine, over plain http";
            Row::new(CHECK, base, Outcome::Untested, detail)
        }
        _ => Row::new(
            CHECK,
            base,
            Outcome::Leak,
            "plain http: passwords and links can be read on the way",
        )
        .hint(
            "verify the https address, and turn on Always Use HTTPS for the domain in Cloudflare",
        ),
    }
}

/// Asks the site's host over plain http; `None` where the site has a port of its own, for which there is no
/// http address.
pub fn check_redirect(client: &Client, base: &str) -> Option<Row> {
    let host = base.strip_prefix("https://").filter(|host| !host.contains(':'))?;
    let answer = client.get(&format!("http://{host}/-/health"), &[]);
    Some(redirect(host, &answer))
}

/// Judges what a host answers over plain http.
fn redirect(host: &str, answer: &Result<Response, HttpError>) -> Row {
    let new = |outcome, detail: String| Row::new("http", host, outcome, detail);
    let response = match answer {
        Err(HttpError::LimitReached) => {
            return new(Outcome::Untested, HttpError::LimitReached.to_string());
        }
        Err(error) => return new(Outcome::Ok, format!("nothing answers over plain http: {error}")),
        Ok(response) => response,
    };
    let location = response.header("location").unwrap_or_default();
    let url = Url::parse(&location).ok();
    let is_https = url.is_some_and(|url| url.scheme() == "https" && url.host_str() == Some(host));
    match response.status {
        301 | 302 | 307 | 308 if is_https => {
            new(Outcome::Ok, format!("redirects to https ({})", response.status))
        }
        400.. => new(Outcome::Ok, format!("serves nothing over plain http ({})", response.status)),
        status => new(
            Outcome::Leak,
            format!("answers {status} over plain http: passwords and links can be read on the way"),
        )
        .hint("turn on Always Use HTTPS for the domain in Cloudflare"),
    }
}

/// The name of the check of the address below `workers.dev`.
const WORKERS_DEV: &str = "workers.dev";

/// The URL of the site below `workers.dev`: from a URL, a host, or the account's subdomain with the Worker's
/// name in front.
pub fn workers_dev_url(given: &str, name: &str) -> String {
    let given = given.trim_end_matches('/');
    if given.contains("://") {
        given.to_owned()
    } else if given.contains('.') {
        format!("https://{given}")
    } else {
        format!("https://{name}.{given}.workers.dev")
    }
}

/// Asks the address below `workers.dev`.
pub fn check_workers_dev(client: &Client, url: &str) -> Row {
    workers_dev(url, &client.get(&format!("{url}/-/health"), &[]))
}

/// Judges what the address below `workers.dev` answers.
fn workers_dev(url: &str, answer: &Result<Response, HttpError>) -> Row {
    let new = |outcome, detail: String| Row::new(WORKERS_DEV, url, outcome, detail);
    match answer {
        Err(HttpError::LimitReached) => new(Outcome::Untested, HttpError::LimitReached.to_string()),
        Err(error) => new(Outcome::Ok, format!("closed: {error}")),
        Ok(response) if is_signpost(response) => {
            let detail = "the site answers there, too: what Cloudflare does in front of your domain (Access, rate \
                          limits) does not hold there";
            new(Outcome::Leak, detail.to_owned())
                .hint("set workers_dev = false in wrangler.toml, then: make deploy")
        }
        Ok(response) => new(Outcome::Ok, format!("closed: answers {}", response.status)),
    }
}

/// The row where the address below `workers.dev` can't be asked, since the account's subdomain is not known.
/// `setting` is `workers_dev` of the owner's configuration.
pub fn unknown_workers_dev(base: &str, setting: Option<bool>) -> Row {
    let new = |outcome, detail| Row::new(WORKERS_DEV, "", outcome, detail);
    let hint = "name the account's subdomain to have it tried: --workers-dev SUBDOMAIN";
    if base.ends_with(".workers.dev") {
        return new(Outcome::Ok, "the site's own address");
    }
    match setting {
        Some(true) => {
            new(Outcome::Warning, "on in wrangler.toml: the site has a second address").hint(
                "set workers_dev = false, or name the account's subdomain to have it tried: --workers-dev SUBDOMAIN",
            )
        }
        Some(false) => new(Outcome::Ok, "off in wrangler.toml; not tried").hint(hint),
        None => new(Outcome::Untested, "the account's subdomain is not known").hint(hint),
    }
}

/// Whether a response is the health page of a Signpost.
pub fn is_signpost(response: &Response) -> bool {
    let json = response.json().unwrap_or_default();
    response.status == 200 && json.get("version").is_some() && json.get("mounts").is_some()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn answer(status: u16, location: &str) -> Response {
        let headers = vec![("location".to_owned(), location.to_owned())];
        Response { status, headers, ..Response::default() }
    }

    #[test]
    fn only_a_redirect_to_https_on_the_same_host_or_a_refusal_is_sound() {
        for (answer, want) in [
            (Ok(answer(301, "https://files.example/-/health")), Outcome::Ok),
            (Ok(answer(308, "https://files.example/-/health")), Outcome::Ok),
            (Ok(answer(301, "https://other.example/")), Outcome::Leak),
            (Ok(answer(301, "http://files.example/")), Outcome::Leak),
            (Ok(answer(200, "")), Outcome::Leak),
            (Ok(answer(403, "")), Outcome::Ok),
            (Err(HttpError::NotConnected("refused".into())), Outcome::Ok),
            (Err(HttpError::LimitReached), Outcome::Untested),
        ] {
            assert_eq!(redirect("files.example", &answer).outcome, want, "{answer:?}");
        }
    }

    #[test]
    fn plain_http_is_for_this_machine_alone() {
        for (base, want) in [
            ("https://files.example", Outcome::Ok),
            ("http://127.0.0.1:8787", Outcome::Untested),
            ("http://[::1]:8787", Outcome::Untested),
            ("http://files.example", Outcome::Leak),
        ] {
            assert_eq!(https(base).outcome, want, "{base}");
        }
    }

    #[test]
    fn the_workers_dev_address_is_made_of_what_is_given() {
        for (given, want) in [
            ("alice", "https://signpost.alice.workers.dev"),
            ("x.alice.workers.dev", "https://x.alice.workers.dev"),
            ("http://127.0.0.1:1/", "http://127.0.0.1:1"),
        ] {
            assert_eq!(workers_dev_url(given, "signpost"), want);
        }
    }

    #[test]
    fn a_second_address_that_answers_is_a_leak() {
        let health = Response {
            status: 200,
            body: br#"{"version":"0.1.0","mounts":[]}"#.to_vec(),
            ..Response::default()
        };
        assert_eq!(workers_dev("https://x", &Ok(health)).outcome, Outcome::Leak);
        assert_eq!(workers_dev("https://x", &Ok(answer(404, ""))).outcome, Outcome::Ok);
        assert_eq!(workers_dev("https://x", &Err(HttpError::UnknownHost)).outcome, Outcome::Ok);
    }

    #[test]
    fn without_the_subdomain_the_setting_is_all_there_is_to_say() {
        for (base, setting, want) in [
            ("https://files.example", Some(true), Outcome::Warning),
            ("https://files.example", Some(false), Outcome::Ok),
            ("https://files.example", None, Outcome::Untested),
            ("https://signpost.alice.workers.dev", Some(true), Outcome::Ok),
        ] {
            assert_eq!(unknown_workers_dev(base, setting).outcome, want, "{base} {setting:?}");
        }
    }
}
