//! What pages of other origins may read: nothing that a client gets for its address, and nothing that
//! tells a rule from nothing.

use serde_json::{Value, json};
use signpost::http::response::Response;
use signpost::site::Site;

use super::ruled;
use crate::support::request::{Req, alist_signature, claims, get, share};

const CORS: &str = "Access-Control-Allow-Origin";
const HERE: &str = "10.0.0.1";

fn evil(target: &str) -> Req {
    get(target).origin("https://evil.example")
}

fn cors(answer: &Response) -> Option<&str> {
    answer.header(CORS)
}

/// Every header but those that repeat the address.
fn headers(answer: &Response) -> Vec<(&str, &str)> {
    let mut headers = answer.headers.iter().map(|(name, value)| (*name, &**value));
    headers.by_ref().filter(|(name, _)| *name != "Location").collect()
}

fn with(rules: &Value) -> Site {
    ruled(rules)
}

#[test]
fn a_path_that_does_not_open_has_the_headers_of_nothing() {
    let address = json!({ "allow": ["10.0.0.0/8"] });
    for access in ["link", "deny"] {
        let site = with(&json!([{ "path": "/team", "access": access, "addresses": address }]));
        for form in
            ["", "/", "/a.txt", "/a.txt?format=json", "/?format=rss", "/a.txt?view", "/?search=a"]
        {
            let ways = |name: &str| {
                let target = format!("/{name}{form}");
                let mut all = vec![get(&target), evil(&target), get(&target).from(HERE)];
                all.push(Req { method: "OPTIONS", ..get(&target) });
                all.push(Req { method: "HEAD", ..get(&target) });
                all.push(get(&format!("/~latest/{name}/*")));
                all.push(get(&format!("/~random/{name}/")));
                all.push(get(&target).accept("application/json"));
                all
            };
            for (asked, ghost) in ways("team").into_iter().zip(ways("ghost")) {
                let (answer, nothing) = (asked.alone(&site), ghost.alone(&site));
                assert_eq!(answer.status, nothing.status, "{access} {asked:?}");
                assert_eq!(headers(&answer), headers(&nothing), "{access} {asked:?}");
            }
        }
        // Nor does the folder above say that such a rule is in it.
        let without = with(&json!([]));
        for target in ["/?format=json", "/~latest/t*", "/~random/"] {
            let (answer, nothing) = (get(target).alone(&site), get(target).alone(&without));
            assert_eq!(cors(&answer), cors(&nothing), "{access} {target}");
        }
    }
}

#[test]
fn names_that_an_address_opens_are_not_guessed_from_another_origin() {
    // The whole folder, a folder in it, and one file in it.
    for rule in ["/team", "/team/sub", "/team/a.txt"] {
        let site = with(&json!([{ "path": rule, "addresses": { "allow": ["10.0.0.0/8"] } }]));
        for form in ["", "?format=json", "?format=url"] {
            let globs = ["a.t*", "a*", "z*", "[bad", "a2*", ""];
            let mut all = globs.map(|glob| format!("/~latest/team/{glob}{form}")).to_vec();
            all.push(format!("/~random/team/{form}"));
            let query = if form.is_empty() {
                "?type=image".to_owned()
            } else {
                format!("{form}&type=image")
            };
            all.push(format!("/~random/team/{query}"));
            for target in all {
                let answer = evil(&target).from(HERE).alone(&site);
                let message = format!("{rule}: {target}: {}", answer.status);
                assert_eq!(cors(&answer), None, "{message}");
                // Absent for whoever is elsewhere as well: what a page can read is the same.
                assert_eq!(cors(&evil(&target).alone(&site)), None, "{message}");
            }
        }
        assert_eq!(cors(&evil("/~latest/teams/*").from(HERE).alone(&site)), Some("*"), "{rule}");
        let preflight = Req { method: "OPTIONS", ..evil("/~latest/team/a*") };
        assert_eq!(cors(&preflight.from(HERE).alone(&site)), None, "{rule}");
    }
}

#[test]
fn a_share_link_bound_to_an_address_is_read_by_no_other_origin() {
    let site = with(&json!([{ "path": "/team", "access": "link" }]));
    let bound = signpost::access::share_link::ShareClaims {
        address: "10.0.0.0/8".parse().ok(),
        ..claims("/team")
    };
    let (bound, free) = (share("/team", &bound), share("/team", &claims("/team")));
    for form in [
        "/team/a.txt",
        "/team/a.txt?format=json",
        "/team/a.txt?format=url",
        "/team/?format=json",
        "/team/?format=atom",
        "/team/nothing?format=json",
        "/~latest/team/a*",
        "/~random/team/?format=json",
    ] {
        for method in ["GET", "HEAD", "OPTIONS"] {
            let ask = |token: &str, address: &str| {
                let req = Req { method, ..evil(&format!("{token}{form}")) };
                req.from(address).alone(&site)
            };
            for address in [HERE, "203.0.113.7"] {
                let answer = ask(&bound, address);
                assert_eq!(cors(&answer), None, "{method} {form} {address}: {}", answer.status);
            }
            assert_eq!(cors(&ask(&free, HERE)), Some("*"), "{method} {form}");
        }
    }
    // A forged one says nothing of what it claims to be bound to.
    let forged = bound.replacen("/~", "/~A", 1);
    assert_eq!(cors(&evil(&format!("{forged}/team/a.txt?format=json")).alone(&site)), Some("*"));
}

#[test]
fn what_alists_signature_opens_at_an_address_is_read_by_no_other_origin() {
    let bound = json!({ "allow": ["10.0.0.0/8"] });
    for (addresses, expected) in [(json!(null), Some("*")), (bound, None)] {
        let site = with(&json!([
            { "path": "/team", "access": "link", "alist_sign": "ALIST", "addresses": addresses },
        ]));
        let sign = alist_signature("alist-0123456789", "/team/a.txt", 0);
        for form in ["", "&format=json", "&format=url", "&view"] {
            let target = format!("/team/a.txt?sign={sign}{form}");
            let answer = evil(&target).from(HERE).alone(&site);
            assert!(answer.status < 400, "{form} {answer:?}");
            let readable = expected.filter(|_| form != "&view");
            assert_eq!(cors(&answer), readable, "{form} {addresses}");
        }
    }
}

#[test]
fn a_list_of_folders_below_tells_another_origin_nothing_that_an_address_opens() {
    let address = json!({ "allow": ["10.0.0.0/8"] });
    // A file two levels down, a folder there, and one that only a share link opens.
    for rule in ["/team/sub/b.txt", "/team/sub/deep", "/team/sub"] {
        let site = with(&json!([{ "path": rule, "addresses": address }]));
        for format in ["m3u8", "xspf", "strm", "aria2", "metalink", "wget"] {
            for folder in ["/", "/team/"] {
                let target = format!("{folder}?format={format}&depth=5");
                for address in [HERE, "203.0.113.7"] {
                    let answer = evil(&target).from(address).alone(&site);
                    assert_eq!(answer.status, 200, "{target}");
                    assert_eq!(cors(&answer), None, "{rule} {address} {target}");
                }
            }
        }
    }
}
