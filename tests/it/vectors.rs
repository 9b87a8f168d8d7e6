//! Golden cases of other implementations.

use serde_json::Value;
use signpost::host::SignedHosts;
use signpost::secret::Secret;
use signpost::sign::{PathForm, Signer};
use signpost::time::UnixSeconds;
use signpost::tree::Tree;
use signpost::tree::parse::Context;

const AUTH_KEY: &str = include_str!("../data/vectors/auth_key.jsonl");
const URL_TREE: &str = include_str!("../data/vectors/url_tree.jsonl");

fn lines(text: &str) -> impl Iterator<Item = Value> {
    text.lines().map(|line| serde_json::from_str(line).unwrap())
}

/// Scheme, host, decoded path and decoded query pairs, by the WHATWG parser.
fn meaning(url: &str) -> (String, String, Vec<u8>, Vec<(String, String)>) {
    let url = url::Url::parse(url).unwrap();
    let path = percent_encoding::percent_decode_str(url.path()).collect();
    let mut pairs = url.query_pairs().into_owned().collect::<Vec<_>>();
    pairs.sort();
    (url.scheme().to_owned(), url.host_str().unwrap().to_owned(), path, pairs)
}

#[test]
fn every_auth_key_vector_is_reproduced() {
    let mut count = 0;
    for line in lines(AUTH_KEY) {
        let text = |name: &str| line[name].as_str().unwrap();
        let key = Secret::new(text("private_key"));
        let account = Signer::new(line["uid"].as_u64().unwrap(), key, PathForm::Decoded);
        let expires = UnixSeconds(line["expires"].as_u64().unwrap());
        let origin = text("origin_url");
        let hosts = SignedHosts::default();
        let signed = account.sign_url(origin, &hosts, expires, text("rand")).unwrap();
        let (_, auth_key) = signed.rsplit_once("auth_key=").unwrap();
        assert_eq!(auth_key, text("auth_key"), "origin: {origin:?}");
        assert_eq!(meaning(&signed), meaning(text("signed_url")), "origin: {origin:?}");
        assert!(signed.is_ascii(), "{signed}");
        count += 1;
    }
    assert_eq!(count, 80);
}

#[test]
fn every_url_tree_vector_is_read_alike() {
    let mut count = 0;
    for line in lines(URL_TREE) {
        let text = line["text"].as_str().unwrap();
        let hosts = SignedHosts::default();
        let now = UnixSeconds(1_790_000_000);
        let parsed = Tree::parse(text, Context { now, hosts: &hosts, at_site_root: true });
        if line["error"] == true {
            assert!(parsed.is_err(), "accepted: {text:?}");
        } else {
            let tree = parsed.unwrap_or_else(|problems| panic!("{problems:?} in {text:?}")).tree;
            let files = tree.lines().map(|(path, file)| {
                let url = file.origin().unwrap().written();
                let (size, modified) = (file.size(), file.modified());
                serde_json::json!({ "path": path, "url": url, "size": size, "modified": modified })
            });
            assert_eq!(Value::Array(files.collect()), line["files"], "text: {text:?}");
        }
        count += 1;
    }
    assert_eq!(count, 40);
}
