//! Keys, hashes and share links from the command line, as their users make them.

use std::fs;
use std::process::Output;

use serde_json::Value;
use signpost::access::key_ring::KeyRing;
use signpost::access::password::{Password, derive};
use signpost::access::password_list::PasswordList;
use signpost::access::share_link::{ShareClaims, ShareError, ShareToken, read};
use signpost::path::EntryPath;
use signpost::time::UnixSeconds;

use crate::support::command::{self, stderr, stdout};
use crate::support::request::{KEY, get, site};

const OLD: &str = "old-0123456789abcdefghijklmnopqrstuv";
const NEW: &str = "new-0123456789abcdefghijklmnopqrstuv";
const SITE: &str = "https://files.example.com";

fn run(args: &[&str], input: &str, keys: Option<&str>) -> Output {
    command::run(args, input, "SITE_KEYS", keys)
}

/// Runs `signpost link --json` and gives the URL's path as well.
fn link(args: &[&str]) -> (String, Value) {
    let args = [&["link", "--site", SITE, "--json"], args].concat();
    let output = run(&args, "", Some(&format!("{NEW} {OLD}")));
    assert_eq!((output.status.code(), stderr(&output)), (Some(0), ""), "{args:?}");
    let object: Value = serde_json::from_str(stdout(&output)).unwrap();
    let path = object["url"].as_str().unwrap().strip_prefix(SITE).unwrap().to_owned();
    (path, object)
}

/// The terms of a link, read as a site with these keys would.
fn open(path: &str, keys: &str, now: u64) -> Result<ShareClaims, ShareError> {
    let path = EntryPath::parse(path).unwrap();
    let segments = path.segments().collect::<Vec<_>>();
    let (first, rest) = segments.split_first().unwrap();
    let token = first.strip_prefix('~').unwrap();
    read(&KeyRing::parse(keys).unwrap(), token, rest, UnixSeconds(now))
}

#[test]
fn link_makes_what_the_site_opens() {
    let (path, object) = link(&["/Movies/a b;+%&中.mkv"]);
    assert!(path.ends_with("/Movies/a%20b%3B%2B%25%26%E4%B8%AD.mkv"), "{path}");
    let expires_at = object["expires_at"].as_u64().unwrap();
    let claims = open(&path, NEW, expires_at - 1).unwrap();
    assert_eq!((claims.depth, claims.expires_at), (2, Some(UnixSeconds(expires_at))));
    assert_eq!(claims.id.to_string(), object["id"].as_str().unwrap());
    assert_eq!(expires_at - claims.created.0, 7 * 24 * 60 * 60, "a week without a word");
    assert_eq!(open(&path, NEW, expires_at), Err(ShareError::Expired));
    assert_eq!(open(&path, OLD, 0), Err(ShareError::Forged), "the first key signs");
    assert_ne!(link(&["/a"]).1["id"], link(&["/a"]).1["id"]);
}

#[test]
fn link_keeps_every_term() {
    let caps = [
        ["--uses", "3"],
        ["--bytes", "1.5 GB"],
        ["--referer", "*.Example.com"],
        ["--address", "203.0.113.77/24"],
    ];
    let (path, object) = link(&[&["/a", "--forever"], caps.concat().as_slice()].concat());
    assert_eq!(object["expires_at"], Value::Null);
    let claims = open(&path, NEW, u64::MAX).unwrap();
    assert_eq!((claims.uses, claims.bytes), (Some(3), Some(1_500_000_000)));
    assert_eq!(claims.site.as_deref(), Some("*.example.com"));
    assert_eq!(claims.address.unwrap().to_string(), "203.0.113.0/24");

    for (given, want) in [
        ("2001:db8::1", "2001:db8::1/128"),
        ("203.0.113.7", "203.0.113.7/32"),
        ("::ffff:203.0.113.7", "203.0.113.7/32"),
        ("::FFFF:cb00:7107", "203.0.113.7/32"),
        ("::ffff:203.0.113.0/120", "203.0.113.0/24"),
    ] {
        let (path, _) = link(&["/a", "--address", given]);
        assert_eq!(open(&path, NEW, 0).unwrap().address.unwrap().to_string(), want);
    }
    let hours = open(&link(&["/a", "--hours", "2"]).0, NEW, 0).unwrap();
    assert_eq!(hours.expires_at.unwrap().0 - hours.created.0, 7_200);
    let days = open(&link(&["/a", "--days", "30"]).0, NEW, 0).unwrap();
    assert_eq!(days.expires_at.unwrap().0 - days.created.0, 2_592_000);
    assert_eq!(link(&["/a", "--expires", "9000000000"]).1["expires_at"], 9_000_000_000_u64);
}

#[test]
fn a_link_for_an_address_lets_in_its_visitor_in_either_notation() {
    let site = site(&[("URL_TREE", "a.txt:10:1600000000:https://vip.123pan.cn/13/a.txt")]);
    for range in ["203.0.113.7", "::ffff:203.0.113.7", "::ffff:203.0.113.0/125", "203.0.113.7/29"] {
        let args = ["link", "/a.txt", "--site", SITE, "--forever", "--address", range];
        let output = run(&args, "", Some(KEY));
        let link = stdout(&output).trim().strip_prefix(SITE).unwrap().to_owned();
        for (address, status) in [
            ("203.0.113.7", 302),
            ("::ffff:203.0.113.7", 302),
            ("203.0.113.8", 403),
            ("::ffff:203.0.113.8", 403),
            ("2001:db8::7", 403),
        ] {
            assert_eq!(get(&link).from(address).status(&site), status, "{range} {address}");
        }
    }
}

#[test]
fn a_token_for_webdav_comes_with_its_address_and_its_user_name() {
    let (path, object) = link(&["/Team files/", "--dav", "--days", "30", "--bytes", "1 GB"]);
    assert_eq!(path, "/dav/Team%20files/");
    assert_eq!(object["user"], "/Team files");
    let keys = KeyRing::parse(NEW).unwrap();
    let token = ShareToken::decode(object["password"].as_str().unwrap()).unwrap();
    let verify = |path: &[&str]| token.verify_dav_token(&keys, path, UnixSeconds(0));
    let claims = verify(&["Team files", "a.txt"]).unwrap();
    assert_eq!(claims.bytes, Some(1_000_000_000));
    assert_eq!(claims.id.to_string(), object["id"].as_str().unwrap());
    assert_eq!(verify(&["Other"]), Err(ShareError::Forged));

    let output = run(&["link", "/", "--dav", "--site", SITE], "", Some(NEW));
    let lines = stdout(&output).lines().collect::<Vec<_>>();
    let [url, user, password] = lines.as_slice() else { panic!("{lines:?}") };
    assert_eq!((*url, *user), ("https://files.example.com/dav/", "/"));
    assert!(
        ShareToken::decode(password)
            .unwrap()
            .verify_dav_token(&keys, &["a"], UnixSeconds(0))
            .is_ok()
    );
    let refused =
        run(&["link", "/", "--dav", "--referer", "a.example", "--site", SITE], "", Some(NEW));
    assert_eq!(refused.status.code(), Some(2), "{}", stderr(&refused));
}

#[test]
fn a_folders_link_ends_in_a_slash_and_opens_what_is_below() {
    for (args, end, depth) in [
        (&["/Team files/"][..], "/Team%20files/", 1),
        (&["/Team files", "--folder"], "/Team%20files/", 1),
        (&["Team files/"], "/Team%20files/", 1),
        (&["/Team files"], "/Team%20files", 1),
        (&["/"], "/", 0),
    ] {
        let (path, _) = link(args);
        let (_, rest) = path.split_at(path[1..].find('/').unwrap() + 1);
        assert_eq!(rest, end, "{args:?}");
        assert_eq!(open(&path, NEW, 0).unwrap().depth, depth, "{args:?}");
        assert!(open(&format!("{}/a", path.trim_end_matches('/')), NEW, 0).is_ok(), "{args:?}");
    }
    let (path, _) = link(&["/Team/"]);
    assert_eq!(open(&path.replace("/Team/", "/Teams/"), NEW, 0), Err(ShareError::Forged));
}

#[test]
fn link_prints_the_url_alone_and_its_id_on_standard_error() {
    let args = ["link", "/a", "--site", "https://files.example.com/", "--expires", "4102444800"];
    let output = run(&args, "", Some(NEW));
    assert!(stdout(&output).starts_with("https://files.example.com/~"), "{}", stdout(&output));
    assert!(stdout(&output).ends_with("/a\n"));
    let claims = open(stdout(&output).trim().strip_prefix(SITE).unwrap(), NEW, 0).unwrap();
    let want = format!("id {}, works until 2100-01-01T00:00:00Z\n", claims.id);
    assert_eq!(stderr(&output), want);

    let output = run(&["link", "/a", "--site", SITE, "--forever"], "", Some(NEW));
    assert!(stderr(&output).ends_with(", works until it is revoked\n"), "{}", stderr(&output));
}

#[test]
fn link_takes_its_keys_from_a_file_before_the_environment() {
    let folder = std::env::temp_dir().join(format!("signpost-keys-{}", std::process::id()));
    fs::create_dir_all(&folder).unwrap();
    let file = folder.join("keys.txt");
    fs::write(&file, format!("{OLD}\n")).unwrap();
    let file = file.to_str().unwrap();
    let output = run(&["link", "/a", "--site", SITE, "--keys-file", file], "", Some(NEW));
    fs::remove_dir_all(&folder).unwrap();
    let path = stdout(&output).trim().strip_prefix(SITE).unwrap();
    assert!(open(path, OLD, 0).is_ok());
    assert_eq!(open(path, NEW, 0), Err(ShareError::Forged));
}

#[test]
fn link_refuses_what_would_open_nothing_and_says_what_to_write() {
    const SHORT: &str = "a-key-that-is-too-short";
    let cases: &[(&[&str], Option<&str>, &str)] = &[
        (&["/a"], None, "no keys: use --keys-file or SITE_KEYS"),
        (
            &["/a"],
            Some(SHORT),
            "the keys of the site: key 1 has fewer than 32 characters; give all of SITE_KEYS, and make one with signpost key",
        ),
        (&[""], Some(NEW), "the path is empty; / is the whole site"),
        (&["/a//b"], Some(NEW), "the path has an empty segment (//)"),
        (&["/a/../b"], Some(NEW), "the path has a . or .. segment"),
        (&["/-/health"], Some(NEW), "a path that begins with /- or /~ is the site's own"),
        (&["/~abc/a"], Some(NEW), "a path that begins with /- or /~ is the site's own"),
        (
            &["/a", "--expires", "1"],
            Some(NEW),
            "--expires: this moment is past; give it in Unix seconds",
        ),
        (
            &["/a", "--expires", "4102444800000"],
            Some(NEW),
            "--expires: the link would expire before it begins or after the year 36812; give it in Unix seconds",
        ),
        (
            &["/a", "--bytes", "20 Gbit"],
            Some(NEW),
            "--bytes: \"Gbit\" is no unit of size: B, KB to TB, or KiB to TiB",
        ),
        (&["/a", "--bytes", "0"], Some(NEW), "--bytes: a link gives 1 to 9007199254740991 bytes"),
        (
            &["/a", "--referer", "https://example.com"],
            Some(NEW),
            "--referer: \"https://example.com\" is not a host such as example.com or *.example.com; leave out scheme, port and path",
        ),
        (
            &["/a", "--address", "203.0.113.0/33"],
            Some(NEW),
            "--address: \"203.0.113.0/33\" is neither an address nor a range such as 203.0.113.0/24",
        ),
        (
            &["/a", "--address", "::ffff:0:0/90"],
            Some(NEW),
            "--address: \"::ffff:0:0/90\" is neither an address nor a range such as 203.0.113.0/24",
        ),
    ];
    for (args, keys, want) in cases {
        let output = run(&[&["link", "--site", SITE], *args].concat(), "", *keys);
        let got = (output.status.code(), stdout(&output), stderr(&output));
        assert_eq!(got, (Some(2), "", &*format!("error: {want}\n")), "{args:?}");
        assert!(!stderr(&output).contains(SHORT));
    }
    for site in
        ["files.example.com", "ftp://a.example", "https://", "https://a.example/b", "https://u@a"]
    {
        let output = run(&["link", "/a", "--site", site], "", Some(NEW));
        let want = format!(
            "error: --site: {site:?} is not a site; give scheme and host alone, like https://files.example.com\n"
        );
        assert_eq!((output.status.code(), stderr(&output)), (Some(2), &*want));
    }
    for args in [
        &["--days", "0"][..],
        &["--days", "1", "--hours", "1"],
        &["--forever", "--expires", "4102444800"],
        &["--uses", "0"],
    ] {
        let output = run(&[&["link", "/a", "--site", SITE], args].concat(), "", Some(NEW));
        assert_eq!((output.status.code(), stdout(&output)), (Some(2), ""), "{args:?}");
    }
}

#[test]
fn link_warns_of_a_path_that_looks_encoded() {
    let output = run(&["link", "/a%20b", "--site", SITE], "", Some(NEW));
    let want = "warning: a % in the path stands for itself; write the path decoded, as the site's pages show it\n";
    assert!(stderr(&output).starts_with(want), "{}", stderr(&output));
    assert!(stdout(&output).ends_with("/a%2520b\n"), "{}", stdout(&output));
}

#[test]
fn key_prints_a_new_key_each_time() {
    let (one, two) = (run(&["key"], "", None), run(&["key"], "", None));
    assert_ne!(stdout(&one), stdout(&two));
    assert_eq!((stdout(&one).len(), stderr(&one)), (44, ""), "43 digits and the line's end");
    let ring = format!("{}{}", stdout(&one), stdout(&two));
    assert!(KeyRing::parse(&ring).is_ok(), "one a line is a ring");
}

#[test]
fn password_prints_a_hash_that_matches() {
    for (input, args, iterations) in [
        ("open sesame", &[][..], 20_000),
        ("open sesame\n", &[], 20_000),
        ("open sesame\r\n", &["--iterations", "1000"], 1_000),
    ] {
        let output = run(&[&["password"], args].concat(), input, None);
        assert_eq!((output.status.code(), stderr(&output)), (Some(0), ""), "{input:?}");
        let password = Password::parse(stdout(&output)).unwrap();
        let derivation = password.derivation().unwrap();
        assert_eq!((derivation.iterations, derivation.salt.len()), (iterations, 16));
        assert!(password.matches_derived(&derive("open sesame", derivation)), "{input:?}");
    }
    let hashes = [(); 2].map(|()| run(&["password"], "open sesame", None).stdout);
    assert_ne!(hashes[0], hashes[1], "each with a salt of its own");
    let output = run(&["password", "--iterations", "1000"], "first password\r\nsecond one\n", None);
    let mut list = PasswordList::default();
    for line in stdout(&output).lines() {
        list.push(Password::parse(line).unwrap()).unwrap();
    }
    let derived = |given: &str| derive(given, list.derivation().unwrap());
    for (index, given) in ["first password", "second one"].into_iter().enumerate() {
        assert_eq!(list.matching(given, Some(&derived(given))), Some(index), "one salt for a run");
    }
    let folder = std::env::temp_dir().join(format!("signpost-like-{}", std::process::id()));
    fs::create_dir_all(&folder).unwrap();
    let hash = folder.join("hash.txt");
    fs::write(&hash, stdout(&output).lines().next().unwrap()).unwrap();
    let like = ["password", "--like-file", hash.to_str().unwrap()];
    let added = Password::parse(stdout(&run(&like, "a third one\n", None))).unwrap();
    assert_eq!(added.derivation(), list.derivation());
    list.push(added).unwrap();
    fs::write(&hash, "open sesame").unwrap();
    let refused = run(&like, "a third one\n", None);
    assert_eq!(refused.status.code(), Some(2));
    assert!(stderr(&refused).contains("hash.txt: this is no hash"), "{}", stderr(&refused));
    assert!(!stderr(&refused).contains("sesame"));
    fs::remove_dir_all(&folder).unwrap();
}

#[test]
fn password_refuses_what_could_not_be_one() {
    let hash = run(&["password"], "open sesame", None);
    for (input, want) in [
        ("", "the password is empty"),
        ("abc\n", "the password has fewer than 4 characters"),
        (" open sesame\n", "the password begins or ends with a space; leave it out"),
        ("one line\nabc\n", "password 2: the password has fewer than 4 characters"),
        ("one line\n\n", "password 2: the password is empty"),
        (stdout(&hash), "this is a hash already; set it as it is"),
    ] {
        let output = run(&["password"], input, None);
        let got = (output.status.code(), stdout(&output), stderr(&output));
        assert_eq!(got, (Some(2), "", &*format!("error: {want}\n")), "{input:?}");
    }
    for iterations in ["999", "100001"] {
        let output = run(&["password", "--iterations", iterations], "open sesame", None);
        assert_eq!((output.status.code(), stdout(&output)), (Some(2), ""), "{iterations}");
    }
}

#[test]
fn every_command_shows_examples() {
    for command in ["link", "key", "password"] {
        let output = run(&[command, "--help"], "", None);
        assert!(stdout(&output).contains("Examples:\n  signpost "), "{command}");
        let wide = stdout(&output).lines().find(|line| line.chars().count() > 100);
        assert_eq!(wide, None, "{command}");
    }
}
