//! What a decision costs: steps that grow with the length of the path and the globs that can apply, and
//! no faster.

use serde_json::{Value, json};
use signpost::access::step_count::steps;
use signpost::site::Site;

use super::ruled;
use crate::support::request::{Req, get, login};

/// Ten globs of each kind: of names, of paths, with and without `**`.
fn globs() -> Value {
    json!([
        "*.key",
        "?.pem",
        "secret*",
        "[0-9]*.bak",
        "~*",
        "drafts/*.txt",
        "a/**/b",
        "**/private/*",
        "x/*/y/*/z",
        "*a*b*c*d*"
    ])
}

fn locked() -> Site {
    ruled(&json!([
        { "path": "/", "hide": { "blocked": globs() } },
        { "path": "/team", "access": "link" },
        { "path": "/teams", "access": "deny", "addresses": { "allow": ["10.0.0.1"] } },
    ]))
}

/// The steps that an answer takes.
fn cost(site: &Site, req: &Req) -> u64 {
    let before = steps();
    req.alone(site);
    steps() - before
}

/// A path of so many segments of so many letters below `top`.
fn path(top: &str, segments: usize, letters: usize) -> String {
    format!("{top}{}", format!("/{}", "b".repeat(letters)).repeat(segments))
}

#[test]
#[cfg(debug_assertions)]
fn a_path_costs_as_much_as_it_is_long() {
    let site = locked();
    let asked = |path: &str| {
        let forms = ["", "/", "?format=json", "?view", "?search=b", "?format=opds", "?embed"];
        let mut all = forms.map(|form| get(&format!("{path}{form}"))).to_vec();
        all.push(get(&format!("/~latest{path}/*")));
        all.push(get(&format!("/-/api/search?q=b&path={path}")));
        all.push(login(path, "no password"));
        all.push(Req { method: "OPTIONS", ..get(path) });
        all.push(get(path).accept("text/html"));
        all
    };
    for top in ["/team", "/teams", "/Team", ""] {
        for ((few, short), (many, long)) in [((39, 200), (78, 200)), ((77, 100), (77, 200))] {
            let pairs =
                asked(&path(top, few, short)).into_iter().zip(asked(&path(top, many, long)));
            for (small, large) in pairs {
                let (half, whole) = (cost(&site, &small), cost(&site, &large));
                assert!(half > 0, "{top}");
                let message = format!("{top} {few}*{short}: {half}, {many}*{long}: {whole}");
                assert!(whole < half * 5 / 2, "{message}: {:.60}", small.target);
                // Each letter is held against each glob a few times at most.
                let sent = large.target.len() + large.body.as_ref().map_or(0, String::len);
                let bound = 10 * 8 * sent as u64;
                assert!(whole < bound, "{message}, at most {bound}: {:.60}", small.target);
            }
        }
    }
}
