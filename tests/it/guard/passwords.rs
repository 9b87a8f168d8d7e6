//! Passwords by HTTP Basic and the cookies that remember them.

use serde_json::json;
use signpost::access::session::cookie_name;

use super::{ruled, ruled_with};
use crate::support::host::{Host, Part};
use crate::support::request::{KEY, NOW, cookie, cookie_by, get, login};

#[test]
fn any_of_several_passwords_opens_plain_or_hashed() {
    let site = ruled(&json!([{ "path": "/team", "password": ["FIRST", "HASHED"] }]));
    for (password, status) in [
        ("first password", 302),
        ("hashed password", 302),
        ("second password", 401),
        ("", 401),
        ("FIRST", 401),
        ("First password", 401),
        // White space around is cut off, there as here.
        (" first password\n", 302),
        // The hash is not the password.
        (&signpost::access::password::hash("hashed password", 1_000, b"saltsalt"), 401),
    ] {
        assert_eq!(get("/team/a.txt").basic(password).status(&site), status, "{password:?}");
    }
    for authorization in
        ["Basic", "Basic !!", "Basic YW55", "Bearer first password", "first password"]
    {
        let mut req = get("/team/a.txt");
        req.authorization = Some(authorization.to_owned());
        assert_eq!(req.status(&site), 401, "{authorization}");
    }
}

#[test]
fn a_challenge_goes_to_tools_and_a_form_to_browsers() {
    let site = ruled(&json!([{ "path": "/team", "password": "FIRST" }]));
    let tool = get("/team/a.txt").alone(&site);
    let challenge = "Basic realm=\"Signpost\", charset=\"UTF-8\"";
    assert_eq!((tool.status, tool.header("WWW-Authenticate")), (401, Some(challenge)));
    assert!(!tool.body.text().contains("/-/login"));
    let browser = get("/team/a.txt").accept("text/html").alone(&site);
    assert_eq!((browser.status, browser.header("WWW-Authenticate")), (401, None));
    assert!(browser.body.text().contains("name=\"back\" value=\"/team/a.txt\""));
    let again = get("/team/").accept("text/html").basic("no password").alone(&site);
    assert!(again.body.text().contains("role=\"alert\""));
    for (wrong, code) in [(false, "password_required"), (true, "wrong_password")] {
        let req = get("/team/?format=json");
        let req = if wrong { req.basic("no password") } else { req };
        let answer = req.alone(&site);
        assert!(answer.body.text().contains(code));
        assert_eq!(answer.header("WWW-Authenticate"), Some(challenge));
    }
}

#[test]
fn a_cookie_opens_its_scope_until_it_expires_or_its_password_is_gone() {
    let rules = json!([{ "path": "/team", "password": ["FIRST", "SECOND"] }, { "path": "/teams", "password": "FIRST" }]);
    let site = ruled(&rules);
    let right = cookie("/team", "first password");
    let (name, value) = right.split_once('=').unwrap();
    let hashed = signpost::access::password::hash("first password", 1_000, b"saltsalt");
    let other = "other-0123456789abcdefghijklmnopqrst";
    for (sent, status) in [
        (right.clone(), 302),
        (cookie("/team", "second password"), 302),
        (format!("a=b; {right}; c=d"), 302),
        (format!("{name}=wrong; {right}"), 302),
        (format!("{right};{name}=wrong"), 302),
        (cookie_by(KEY, "/team", "first password", NOW + 1), 302),
        (cookie_by(KEY, "/team", "first password", NOW), 401),
        (cookie_by(KEY, "/team", "first password", NOW - 1), 401),
        (cookie_by(KEY, "/team", "first password", NOW + 500 * 86_400), 401),
        (cookie_by(other, "/team", "first password", NOW + 60), 401),
        (cookie("/teams", "first password"), 401),
        (cookie("/team/", "first password"), 401),
        (cookie("/", "first password"), 401),
        (cookie("/team", "third password"), 401),
        (cookie("/team", &hashed), 401),
        (format!("{name}={}", cookie("/teams", "first password").split_once('=').unwrap().1), 401),
        (format!("x{right}"), 401),
        (format!("{}={value}", name.to_uppercase()), 401),
        (format!("{name}={}", &value[..value.len() - 1]), 401),
        (format!("{name}=0{value}"), 401),
        (format!("{name}=\"{value}\""), 401),
        (format!("{name}="), 401),
        (String::new(), 401),
    ] {
        assert_eq!(get("/team/a.txt").cookie(&sent).status(&site), status, "{sent}");
    }
    // One password is taken back, or the key is changed.
    let fewer = ruled(&json!([{ "path": "/team", "password": "SECOND" }]));
    assert_eq!(get("/team/a.txt").cookie(&right).status(&fewer), 401);
    assert_eq!(get("/team/a.txt").cookie(&cookie("/team", "second password")).status(&fewer), 302);
    let (both, gone) = (format!("{other} {KEY}"), other.to_owned());
    for (keys, status) in [(both, 302), (gone, 401)] {
        let site = ruled_with(&rules, &[("SITE_KEYS", &keys)]);
        assert_eq!(get("/team/a.txt").cookie(&right).status(&site), status, "{keys}");
    }
    // It dies of time alone.
    let life = get("/team/a.txt").cookie(&right);
    assert_eq!(life.clone().later(3_599).status(&site), 302);
    assert_eq!(life.later(3_600).status(&site), 401);
    assert_ne!(cookie_name("/team"), cookie_name("/teams"));
}

#[test]
fn counts_of_attempts_do_not_tell_which_locked_folders_have_a_password_of_their_own() {
    let rules = json!([
        { "path": "/team", "password": "FIRST" },
        { "path": "/team/sub", "password": "SECOND" },
    ]);
    let site = ruled(&rules);
    for (first, second) in [("/team/ghost", "/team/sub/b.txt"), ("/team/sub/", "/team/a.txt")] {
        let mut host = Host { attempt_limit: 1, ..Host::default() };
        let mut guess = |target: &str| get(target).basic("wrong").send(&site, &mut host).status;
        assert_eq!((guess(first), guess(second)), (401, 429), "{first}");
        for path in ["/team/ghost", "/team/sub", "/team/sub/ghost"] {
            let form = login(&format!("{path}/"), "wrong").send(&site, &mut host);
            assert_eq!(form.status, 429, "{path}");
        }
    }
    // Behind a folder that is open, a lock stands by itself.
    let rules = json!([
        { "path": "/team", "password": "FIRST" },
        { "path": "/team/sub", "access": "public" },
        { "path": "/team/sub/deep", "password": "SECOND" },
    ]);
    let (site, mut host) = (ruled(&rules), Host { attempt_limit: 1, ..Host::default() });
    for target in ["/team/a.txt", "/team/sub/deep/c.txt"] {
        assert_eq!(get(target).basic("wrong").send(&site, &mut host).status, 401, "{target}");
    }
}

#[test]
fn after_too_many_attempts_even_the_right_one_waits() {
    let site = ruled(
        &json!([{ "path": "/team", "password": "FIRST" }, { "path": "/teams", "password": "FIRST" }]),
    );
    let mut host = Host { attempt_limit: 3, ..Host::default() };
    let mut guess = |target: &str, password: &str, address: &str| {
        get(target).basic(password).from(address).send(&site, &mut host).status
    };
    // Whoever was right before is not counted.
    assert_eq!(guess("/team/a.txt", "first password", "192.0.2.1"), 302);
    for address in ["203.0.113.7", "2001:db8:1:2::1"] {
        let neighbour = if address.contains(':') { "2001:db8:1:2:ffff::2" } else { address };
        for (target, password, from, status) in [
            ("/team/a.txt", "no password", address, 401),
            ("/team/nothing", "no password", neighbour, 401),
            ("/team/sub/b.txt", "", address, 401),
            ("/team/a.txt", "no password", neighbour, 429),
            ("/teams/t.txt", "no password", address, 401),
            ("/teams/t.txt", "no password", "203.0.113.8", 401),
        ] {
            assert_eq!(guess(target, password, from), status, "{target} {from}");
        }
    }
    // A right one that nobody gave yet.
    let other = ruled(&json!([{ "path": "/team", "password": "SECOND" }]));
    let answer =
        get("/team/a.txt").basic("second password").from("203.0.113.7").send(&other, &mut host);
    assert_eq!((answer.status, answer.header("Retry-After")), (429, Some("60")));
    assert!(!answer.body.text().contains("auth_key"));
    let json = get("/team/?format=json")
        .basic("second password")
        .from("203.0.113.7")
        .send(&other, &mut host);
    assert!(json.body.text().contains("too_many_guesses"));
    // Cookies are no attempts.
    let before = host.asked.len();
    let opened = get("/team/a.txt")
        .cookie(&cookie("/team", "second password"))
        .from("203.0.113.7")
        .send(&other, &mut host);
    assert_eq!((opened.status, host.asked.len()), (302, before));
}

#[test]
fn no_password_is_verified_while_attempts_cannot_be_counted() {
    let site = ruled(&json!([{ "path": "/team", "password": "FIRST" }]));
    let mut host = Host::without(Part::Attempts);
    for password in ["first password", "no password"] {
        let answer = get("/team/a.txt").basic(password).send(&site, &mut host);
        assert_eq!((answer.status, answer.header("Retry-After")), (503, Some("10")), "{password}");
    }
    assert_eq!(get("/team/a.txt").send(&site, &mut host).status, 401);
    let opened =
        get("/team/a.txt").cookie(&cookie("/team", "first password")).send(&site, &mut host);
    assert_eq!(opened.status, 302);
}
