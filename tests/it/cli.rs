//! The command line, as its users run it.

use std::process::Output;

use serde_json::Value;

use crate::support::command::{self, stderr, stdout};

const TREE: &str = "Movies: https://vip.123pan.cn/13/movies/\n  7:1694101621:a b.mkv\n";
const LINK: &str = "http://vip.123pan.cn/13/files/1.txt";
const SIGNED: &str = "http://vip.123pan.cn/13/files/1.txt?auth_key=1689220731-123-13-3bdacc0e031fd67fe829152f37c8fbad\n";
const KEY: &str = "289ds32418bxdba";

fn run(args: &[&str], input: impl AsRef<[u8]>, key: Option<&str>) -> Output {
    command::run(args, input, "SIGNPOST_PRIVATE_KEY", key)
}

#[test]
fn check_prints_the_tree_its_totals_and_the_secrets_it_needs() {
    let output = run(&["check", "-"], TREE, None);
    let want = "\
/
  Movies/
    a b.mkv  7 bytes  2023-09-07T15:47:01Z  https://vip.123pan.cn/13/movies/a b.mkv

1 file in 1 folder, 7 bytes by the sizes given, 0 warnings
needs 1 secret for the tree, or 1 secret with pack --compress
";
    assert_eq!((output.status.code(), stdout(&output)), (Some(0), want));
}

#[test]
fn check_prints_every_error_with_its_line_its_text_and_the_hint() {
    let output = run(&["check", "-"], "a:\n   odd:\nhttp://vip.123pan.cn/x\nnothing\n", None);
    let want = "\
error: line 2: an indent of 3 spaces, expected a multiple of 2
  |    odd:
  = indent with two spaces a level, so an even number of them
warning: line 3: http where https works
  | http://vip.123pan.cn/x
  = write https:// so that links can't be read on their way
error: line 4: expected a folder name ending in `:` or a URL
  | nothing
  = end a folder's name with a colon, give a file its URL, or put bare names below a folder that has a URL ending in /
2 errors, 1 warning
";
    assert_eq!((output.status.code(), stdout(&output)), (Some(1), want));
}

#[test]
fn check_says_beforehand_which_hosts_a_worker_can_not_fetch_from() {
    let tree = "http://203.0.113.5:5244/d/a.mkv\nhttp://127.0.0.1:5244/d/b.mkv\n";
    let output =
        run(&["check", "--host", "203.0.113.5:5244", "--host", "127.0.0.1:5244", "-"], tree, None);
    let shown = stdout(&output);
    let want = "\
warning: line 1: an IP address as host, which Cloudflare refuses (error 1003) where a rule says mode = \"proxy\"
  | http://203.0.113.5:5244/d/a.mkv
  = give the server a host name in DNS and write that, or redirect to the file instead of proxying it
";
    assert!(shown.contains(want) && shown.matches("1003").count() == 1, "{shown}");
    let output = run(&["check", "-"], "http://[2001:db8::5]:5244/d/a.mkv\n", None);
    let shown = stdout(&output);
    assert!(shown.contains("error: line 1: the URL's host") && shown.contains("IPv6"), "{shown}");
}

#[test]
fn check_json_has_the_form_of_the_vectors() {
    for line in include_str!("../data/vectors/url_tree.jsonl").lines() {
        let want: Value = serde_json::from_str(line).unwrap();
        let output = run(&["check", "--json", "-"], want["text"].as_str().unwrap(), None);
        let got: Value = serde_json::from_str(stdout(&output)).unwrap();
        for field in ["text", "files", "error"] {
            assert_eq!(got.get(field), want.get(field), "{field} of {line}");
        }
        let failed = want["error"] == true;
        assert_eq!(output.status.code(), Some(i32::from(failed)));
        assert_eq!(got["errors"].as_array().unwrap().is_empty(), !failed);
    }
}

#[test]
fn very_many_findings_are_shown_as_fast_as_they_are_read() {
    // Minutes, if the text were gone through anew for each.
    let output = run(&["check", "--json", "-"], "nothing\n".repeat(100_000), None);
    let report: Value = serde_json::from_str(stdout(&output)).unwrap();
    assert_eq!(report["errors"].as_array().unwrap().len(), 100_000);
    assert_eq!(report["errors"][99_999]["text"], "nothing");
}

#[test]
fn sign_prints_the_vendors_published_example() {
    let args = ["sign", LINK, "--uid", "13", "--expires", "1689220731", "--rand", "123"];
    let from_environment = run(&args, "", Some(KEY));
    assert_eq!((from_environment.status.code(), stdout(&from_environment)), (Some(0), SIGNED));
    assert_eq!(stderr(&from_environment), "");

    let folder = std::env::temp_dir().join(format!("signpost-cli-{}", std::process::id()));
    std::fs::create_dir_all(&folder).unwrap();
    let file = folder.join("key.txt");
    // As Windows' editor saves it.
    std::fs::write(&file, format!("\u{feff}{KEY}\r\n")).unwrap();
    let from_file = run(&[&args[..], &["--key-file", file.to_str().unwrap()]].concat(), "", None);
    std::fs::remove_dir_all(&folder).unwrap();
    assert_eq!(stdout(&from_file), SIGNED);

    let from_argument = run(&[&args[..], &["--key", KEY]].concat(), "", None);
    assert_eq!(stdout(&from_argument), SIGNED);
    assert!(stderr(&from_argument).starts_with("warning: --key shows the key"));
    assert!(!stderr(&from_argument).contains(KEY));
}

#[test]
fn sign_draws_its_own_rand_and_expiry() {
    let sign = || run(&["sign", LINK, "--uid", "13"], "", Some(KEY));
    let (one, two) = (sign(), sign());
    let parts = |output: &Output| {
        let (_, auth_key) = stdout(output).trim().split_once("auth_key=").unwrap();
        auth_key.split('-').map(str::to_owned).collect::<Vec<_>>()
    };
    let (one, two) = (parts(&one), parts(&two));
    assert_ne!(one[1], two[1]);
    assert!(one[1].len() == 32 && one[1].bytes().all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f')));
    // Held against a lifetime that is written out, since a test reads no clock.
    let hour = parts(&run(&["sign", LINK, "--uid", "13", "--valid-minutes", "60"], "", Some(KEY)));
    let expiry = |parts: &[String]| parts[0].parse::<u64>().unwrap();
    let sooner = expiry(&hour) - expiry(&one);
    assert!((1_800..1_860).contains(&sooner), "{sooner} s sooner");
}

#[test]
fn sign_says_what_is_missing_or_wrong_and_shows_no_key() {
    const CASES: &[(&[&str], Option<&str>, &str)] = &[
        (
            &["sign", LINK, "--uid", "13"],
            None,
            "error: no private key: use --key-file or SIGNPOST_PRIVATE_KEY\n",
        ),
        (&["sign", LINK, "--uid", "13"], Some(" "), "error: the private key is empty\n"),
        (
            &["sign", "https://vip.123pan.cn.evil.example/a", "--uid", "13"],
            Some(KEY),
            "error: \"vip.123pan.cn.evil.example\" is not a direct-link host of 123Pan; --host adds a host of yours\n",
        ),
        (
            &["sign", LINK, "--uid", "13", "--rand", "a-b"],
            Some(KEY),
            "error: rand is letters and digits only: a hyphen would split the auth_key\n",
        ),
        (
            &["sign", LINK, "--uid", "13", "--valid-minutes", "0"],
            Some(KEY),
            "error: --valid-minutes takes 1 to 10080\n",
        ),
    ];
    for (args, key, want) in CASES {
        let output = run(args, "", *key);
        assert_eq!(
            (output.status.code(), stderr(&output), stdout(&output)),
            (Some(2), *want, ""),
            "{args:?}"
        );
    }
}

#[test]
fn sign_tells_of_a_fragment_that_it_leaves_out() {
    let args = ["sign", &[LINK, "#1"].concat(), "--uid", "13", "--expires", "1689220731"];
    let output = run(&[&args[..], &["--rand", "123"]].concat(), "", Some(KEY));
    assert_eq!(stdout(&output), SIGNED);
    assert!(stderr(&output).starts_with("warning: what follows the # is left out"));
    let bare = [LINK, "#"].concat();
    let args = ["sign", &bare, "--uid", "13", "--expires", "1689220731", "--rand", "123"];
    let output = run(&args, "", Some(KEY));
    assert_eq!((stdout(&output), stderr(&output)), (SIGNED, ""));
}

#[test]
fn sign_jsonl_computes_the_vectors_and_keeps_their_fields() {
    let vectors = include_str!("../data/vectors/auth_key.jsonl");
    let bare = vectors.lines().map(|line| {
        let mut line: Value = serde_json::from_str(line).unwrap();
        let fields = line.as_object_mut().unwrap();
        fields.remove("auth_key");
        fields.remove("signed_url");
        format!("{line}\n")
    });
    let output = run(&["sign", "--jsonl"], bare.collect::<String>(), None);
    assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
    let mut count = 0;
    for (got, want) in stdout(&output).lines().zip(vectors.lines()) {
        let (got, want): (Value, Value) =
            (serde_json::from_str(got).unwrap(), serde_json::from_str(want).unwrap());
        for field in
            ["origin_url", "private_key", "uid", "expires", "rand", "signed_path", "auth_key"]
        {
            assert_eq!(got[field], want[field], "{field} of {want}");
        }
        assert!(got["signed_url"].as_str().unwrap().ends_with(want["auth_key"].as_str().unwrap()));
        count += 1;
    }
    assert_eq!(count, 80);
}

#[test]
fn sign_jsonl_names_the_invalid_line_and_signs_the_others() {
    let good = r#"{"origin_url":"http://vip.123pan.cn/13/files/1.txt","private_key":"289ds32418bxdba","uid":13,"expires":1689220731,"rand":"123"}"#;
    let input = format!(
        "{good}\nnonsense\n{}\n{}\n{}\n",
        good.replace("13,", "\"13\","),
        good.replace("\"289ds32418bxdba\"", "7"),
        good.replace("289ds32418bxdba", " ")
    );
    let input = [input.as_bytes(), b"\xff\r\n\r\n", good.as_bytes(), b"\r\n"].concat();
    let output = run(&["sign", "--jsonl"], &input, None);
    assert_eq!(output.status.code(), Some(1));
    assert_eq!(stdout(&output).lines().count(), 2);
    let want = "line 2: not a JSON object\nline 3: uid: not a whole number\nline 4: private_key: not a string\nline 5: the private key is empty\nline 6: not UTF-8\n";
    assert_eq!(stderr(&output), want);
}

#[test]
fn help_version_and_completions_are_there() {
    let help = run(&["--help"], "", None);
    assert!(stdout(&help).contains("Examples:\n  signpost check tree.txt"));
    for command in ["check", "sign", "pack", "completions"] {
        assert!(stdout(&run(&[command, "--help"], "", None)).contains("Examples:"), "{command}");
    }
    let version = run(&["--version"], "", None);
    assert_eq!(stdout(&version), format!("signpost {}\n", env!("CARGO_PKG_VERSION")));
    for shell in ["bash", "zsh", "fish", "powershell", "elvish"] {
        assert!(stdout(&run(&["completions", shell], "", None)).contains("signpost"), "{shell}");
    }
    assert_eq!(run(&["no-such-command"], "", None).status.code(), Some(2));
    assert_eq!(run(&["check", "/no/such/file"], "", None).status.code(), Some(2));
}

#[test]
fn output_that_is_no_terminal_has_no_colours_unless_they_are_asked_for() {
    let output = run(&["check", "-"], "nothing\n", None);
    assert!(!output.stdout.contains(&0x1b));
    // What a terminal gets.
    let output = command::run(&["check", "-"], "nothing\n", "CLICOLOR_FORCE", Some("1"));
    assert!(stdout(&output).starts_with("\u{1b}[1m\u{1b}[31merror\u{1b}[0m: line 1: "));
}

/// A link to a file with a space, Chinese letters and a `+` in its name, to be signed.
const NAMED: &str = "https://vip.123pan.cn/13/%E9%9F%B3%E4%B9%90/a%20b+c.mp3";

/// The explanation of a signed link, and its exit status.
fn explained(signed: &str, more: &[&str], key: &str) -> (Option<i32>, String) {
    let output = run(&[&["sign", "--explain", signed][..], more].concat(), "", Some(key));
    let all = [stdout(&output), stderr(&output)].concat();
    let hash = signed.rsplit_once('-').map_or("none", |(_, hash)| hash);
    assert!(!all.contains(key.trim_matches('"')) && !all.contains(hash), "{all}");
    (output.status.code(), all)
}

/// The last line of an explanation.
#[track_caller]
fn conclusion(signed: &str, more: &[&str], key: &str) -> String {
    let (status, all) = explained(signed, more, key);
    let last = all.lines().last().unwrap().to_owned();
    assert_eq!(status, Some(i32::from(last.starts_with("differs"))), "{all}");
    last
}

#[test]
fn explain_says_which_of_path_form_key_uid_and_clock_differs() {
    let sign = |url: &str, uid: &str, more: &[&str]| {
        let output = run(&[&["sign", url, "--uid", uid][..], more].concat(), "", Some(KEY));
        stdout(&output).trim().to_owned()
    };
    let agree = "all agree: Signpost signs this URL alike";
    let decoded = sign(NAMED, "13", &[]);
    assert_eq!(conclusion(&decoded, &[], KEY), agree);
    assert_eq!(conclusion(&decoded, &["--uid", "13", "--valid-minutes", "30"], KEY), agree);
    // As a browser's address bar shows it.
    let shown = decoded.replace("%E9%9F%B3%E4%B9%90", "音乐");
    assert_eq!(conclusion(&shown, &["--uid", "13"], KEY), agree);
    let (_, all) = explained(&sign(LINK, "13", &[]), &["--uid", "13"], KEY);
    assert!(all.contains("decoded and encoded, this path is the same"), "{all}");

    let as_is = sign(NAMED, "13", &["--as-is"]);
    for link in [&as_is, &as_is.replace("%E9%9F%B3%E4%B9%90", "音乐")] {
        let (_, all) = explained(link, &["--uid", "13"], KEY);
        assert!(all.contains("differs: encoded. Set path_form = \"as_is\""), "{all}");
        assert_eq!(conclusion(link, &["--uid", "13"], KEY), "differs: path form");
    }
    assert_eq!(conclusion(&decoded, &["--uid", "13"], "other-key"), "differs: key");
    let (_, all) = explained(&decoded, &[], "\"289ds32418bxdba\"");
    assert!(all.contains("right without the quotes"), "{all}");
    assert_eq!(conclusion(&decoded, &["--uid", "14"], KEY), "differs: uid");
    let both = conclusion(&decoded, &["--uid", "14"], "other-key");
    assert_eq!(both, "differs: key, uid");
    // Signed for one account, and another written beside the hash.
    let swapped = decoded.replacen("-13-", "-14-", 1);
    let (_, all) = explained(&swapped, &["--uid", "13"], KEY);
    assert!(all.contains("the hash is made with 13, and the link names 14"), "{all}");

    let ended = sign(NAMED, "13", &["--expires", "1689220731"]);
    let (_, all) = explained(&ended, &["--uid", "13"], KEY);
    assert!(
        all.contains("ended at 2023-07-13T03:58:51Z") && all.contains("clock is ahead"),
        "{all}"
    );
    assert_eq!(conclusion(&ended, &["--uid", "13"], KEY), "differs: clock");
    let long = sign(NAMED, "13", &["--valid-minutes", "600"]);
    assert_eq!(conclusion(&long, &["--valid-minutes", "30"], KEY), "differs: clock");
    assert_eq!(conclusion(&long, &[], KEY), agree);

    let own = sign("https://dl.example.com/a%20b", "13", &["--host", "dl.example.com"]);
    assert_eq!(conclusion(&own, &[], KEY), "differs: host");
    assert_eq!(conclusion(&own, &["--host", "dl.example.com"], KEY), agree);
}

#[test]
fn explain_takes_what_other_programs_sign_and_refuses_what_is_not_signed() {
    for line in include_str!("../data/vectors/auth_key.jsonl").lines() {
        let vector: Value = serde_json::from_str(line).unwrap();
        let text = |field: &str| vector[field].as_str().unwrap();
        let (_, all) = explained(text("signed_url"), &[], text("private_key"));
        assert!(all.contains("key        agrees"), "{line}: {all}");
    }
    for wrong in [LINK, "https://vip.123pan.cn/13/a?auth_key=1-2-3", "auth_key=1-2-3-4", ""] {
        let output = run(&["sign", "--explain", wrong], "", Some(KEY));
        assert_eq!((output.status.code(), stdout(&output)), (Some(2), ""), "{wrong}");
        assert!(stderr(&output).contains("no auth_key="), "{}", stderr(&output));
    }
}
