//! `signpost sign`: signed links without a server.

use std::io::{self, BufRead as _, IsTerminal as _, Write as _};
use std::path::PathBuf;

use serde::Deserialize;
use serde_json::{Map, Value};

use super::check::signed_hosts;
use super::clock::now;
use super::explain::{Settings, SignedLink, explain};
use super::failure::Failure;
use super::format::WARNING;
use super::stdio::{print, print_styled, read_text};
use crate::host::SignedHosts;
use crate::secret::Secret;
use crate::seed::RequestSeed;
use crate::sign::{PathForm, SignError, Signer};
use crate::time::{UnixSeconds, ValidMinutes};

const EXAMPLES: &str = "\
The private key comes from --key-file, from the environment variable SIGNPOST_PRIVATE_KEY, or is
asked for on the terminal.

Examples:
  signpost sign https://vip.123pan.cn/13/a.mkv --uid 13 --key-file key.txt
  SIGNPOST_PRIVATE_KEY=… signpost sign https://vip.123pan.cn/13/a.mkv --uid 13 --valid-minutes 60
  signpost sign https://vip.123pan.cn/13/a.mkv --uid 13 --expires 1893456000 --rand 123
  signpost sign --jsonl < vectors.jsonl
  signpost sign --explain 'https://vip.123pan.cn/13/a.mkv?auth_key=…' --uid 13 --key-file key.txt";

#[derive(clap::Args)]
#[command(after_help = EXAMPLES)]
pub struct Args {
    /// The direct link to sign, or with --explain a signed one
    #[arg(required_unless_present = "jsonl", conflicts_with = "jsonl")]
    url: Option<String>,
    /// The account's id
    #[arg(long, required_unless_present_any = ["jsonl", "explain"], conflicts_with = "jsonl")]
    uid: Option<u64>,
    /// A file that holds the private key, and nothing else
    #[arg(long, value_name = "FILE", conflicts_with = "jsonl")]
    key_file: Option<PathBuf>,
    /// The private key itself; unsafe, since others on this machine can read arguments
    #[arg(long, conflicts_with_all = ["key_file", "jsonl"])]
    key: Option<String>,
    /// When the link expires, in Unix seconds
    #[arg(long, value_name = "SECONDS", conflicts_with_all = ["valid_minutes", "jsonl"])]
    expires: Option<u64>,
    /// How long the link works, 1 to 10080 [default: 30]
    #[arg(long, value_name = "MINUTES", conflicts_with = "jsonl")]
    valid_minutes: Option<u64>,
    /// The random part: letters and digits [default: 32 random hex digits]
    #[arg(long, conflicts_with = "jsonl")]
    rand: Option<String>,
    /// Tell in which of path form, key, uid and clock a working signed link, as 123Pan's console gives it,
    /// differs from what Signpost signs; with --valid-minutes, the lifetime that the console shows
    #[arg(long, conflicts_with_all = ["expires", "rand", "as_is", "jsonl"])]
    explain: bool,
    /// Hash the path as it is written, not decoded
    #[arg(long)]
    as_is: bool,
    /// A host to sign for besides 123Pan's own
    #[arg(long = "host", value_name = "HOST")]
    hosts: Vec<String>,
    /// Read lines of JSON with `origin_url`, `private_key`, `uid`, `expires` and `rand` from standard input, and
    /// print them with `auth_key` and `signed_url`
    #[arg(long)]
    jsonl: bool,
}

/// One line of JSON input with the link to sign.
#[derive(Deserialize)]
struct Task {
    origin_url: String,
    private_key: String,
    uid: u64,
    expires: UnixSeconds,
    rand: String,
}

/// Signs the link in the arguments, or the lines of JSON on standard input.
pub fn run(args: &Args) -> Result<(), Failure> {
    let hosts = signed_hosts(&args.hosts)?;
    let form = if args.as_is { PathForm::AsIs } else { PathForm::Decoded };
    if args.jsonl {
        return sign_lines(&hosts, form);
    }
    if args.explain {
        return explain_link(args, &hosts);
    }
    let (Some(url), Some(uid)) = (&args.url, args.uid) else {
        return Err(Failure::new("a URL and --uid are needed"));
    };
    let mut random = [0; 16];
    getrandom::fill(&mut random).map_err(Failure::new)?;
    let seed = RequestSeed::new(now(), random);
    let rand = args.rand.as_deref().unwrap_or(seed.rand());
    check_rand(rand)?;
    let expires_at = match (args.expires, args.valid_minutes) {
        (Some(expires), _) => UnixSeconds(expires),
        (None, minutes) => seed.now.plus(valid(minutes)?),
    };
    let signer = Signer::new(uid, private_key(args)?, form);
    let link = signer.sign_url(url, &hosts, expires_at, rand).map_err(|error| match error {
        SignError::Host(_) => Failure::new(format_args!("{error}; --host adds a host of yours")),
        SignError::Url(_) => Failure::new(error),
    })?;
    if url.split_once('#').is_some_and(|(_, left_out)| !left_out.is_empty()) {
        let mut err = anstream::stderr();
        let _ = writeln!(
            err,
            "{WARNING}warning{WARNING:#}: what follows the # is left out; if it belongs to the name, write %23"
        );
    }
    print(|out| writeln!(out, "{link}"))
}

/// Explains the signed link in the arguments; parts that differ count as errors of the input.
fn explain_link(args: &Args, hosts: &SignedHosts) -> Result<(), Failure> {
    let link = args.url.as_deref().and_then(SignedLink::parse).ok_or_else(|| {
        Failure::new(
            "no auth_key=TIME-RAND-UID-MD5 in the URL: copy a whole signed link from 123Pan's console, and \
             quote it for the shell",
        )
    })?;
    let valid = args.valid_minutes.map(|minutes| valid(Some(minutes))).transpose()?;
    let settings = Settings { uid: args.uid, key: &private_key(args)?, valid, hosts };
    let explanation = explain(&link, &settings, now()).map_err(Failure::new)?;
    print_styled(|out| explanation.write(out))?;
    if explanation.agrees() { Ok(()) } else { Err(Failure::Input) }
}

fn valid(minutes: Option<u64>) -> Result<ValidMinutes, Failure> {
    match minutes {
        None => Ok(ValidMinutes::default()),
        Some(minutes) => ValidMinutes::new(minutes)
            .ok_or_else(|| Failure::new("--valid-minutes takes 1 to 10080")),
    }
}

fn check_rand(rand: &str) -> Result<(), Failure> {
    if !rand.is_empty() && rand.bytes().all(|byte| byte.is_ascii_alphanumeric()) {
        return Ok(());
    }
    Err(Failure::new("rand is letters and digits only: a hyphen would split the auth_key"))
}

fn private_key(args: &Args) -> Result<Secret, Failure> {
    let key = if let Some(path) = &args.key_file {
        Secret::new(&read_text(path)?)
    } else if let Some(key) = &args.key {
        let mut err = anstream::stderr();
        let _ = writeln!(
            err,
            "{WARNING}warning{WARNING:#}: --key shows the key to everyone on this machine; use --key-file"
        );
        Secret::new(key)
    } else if let Some(key) = key_from_environment() {
        Secret::new(&key)
    } else if io::stdin().is_terminal() {
        Secret::new(&rpassword::prompt_password("Private key: ")?)
    } else {
        return Err(Failure::new("no private key: use --key-file or SIGNPOST_PRIVATE_KEY"));
    };
    if key.expose().is_empty() { Err(Failure::new(EMPTY_KEY)) } else { Ok(key) }
}

const EMPTY_KEY: &str = "the private key is empty";

#[expect(
    clippy::disallowed_methods,
    reason = "an argument could be read by others, as the key must not"
)]
fn key_from_environment() -> Option<String> {
    std::env::var("SIGNPOST_PRIVATE_KEY").ok()
}

fn sign_lines(hosts: &SignedHosts, form: PathForm) -> Result<(), Failure> {
    let mut failed = false;
    for (index, line) in io::stdin().lock().split(b'\n').enumerate() {
        let line = line?;
        if line.trim_ascii().is_empty() {
            continue;
        }
        let line = str::from_utf8(&line).map_err(|_| "not UTF-8".to_owned());
        match line.and_then(|line| sign_line(line, hosts, form)) {
            Ok(signed) => print(|out| writeln!(out, "{signed}"))?,
            Err(message) => {
                failed = true;
                // The line holds a private key: it is not shown.
                let _ = writeln!(anstream::stderr(), "line {}: {message}", index + 1);
            }
        }
    }
    if failed { Err(Failure::Input) } else { Ok(()) }
}

fn sign_line(line: &str, hosts: &SignedHosts, form: PathForm) -> Result<String, String> {
    let mut fields: Map<String, Value> =
        serde_json::from_str(line).map_err(|_| "not a JSON object".to_owned())?;
    let mut json = serde_json::Deserializer::from_str(line);
    let task: Task = serde_path_to_error::deserialize(&mut json).map_err(|error| {
        let path = error.path().to_string();
        let reason = error.into_inner();
        // For a field, serde's message would quote the value, which may be the key.
        match path.as_str() {
            "." => reason.to_string().split(" at line ").next().unwrap_or_default().to_owned(),
            "uid" | "expires" => format!("{path}: not a whole number"),
            path => format!("{path}: not a string"),
        }
    })?;
    check_rand(&task.rand).map_err(|_| "rand: letters and digits only".to_owned())?;
    let key = Secret::new(&task.private_key);
    if key.expose().is_empty() {
        return Err(EMPTY_KEY.to_owned());
    }
    let account = Signer::new(task.uid, key, form);
    let signed = account
        .sign_url(&task.origin_url, hosts, task.expires, &task.rand)
        .map_err(|error| format!("origin_url: {error}"))?;
    let auth_key = signed.rsplit_once("auth_key=").map_or("", |(_, value)| value).to_owned();
    fields.insert("auth_key".to_owned(), auth_key.into());
    fields.insert("signed_url".to_owned(), signed.into());
    serde_json::to_string(&fields).map_err(|error| error.to_string())
}
