//! `signpost link`: share links, and tokens for WebDAV, without a server.

use std::io::{self, IsTerminal as _, Write as _};
use std::path::PathBuf;
use std::time::Duration;

use clap::ArgGroup;
use ipnet::IpNet;
use url::Position;

use super::clock::now;
use super::failure::Failure;
use super::format::{DIM, WARNING, date_time};
use super::stdio::{print, read_text};
use crate::absolute_url::{self, origin};
use crate::access::address_range::parse_range;
use crate::access::key_ring::KeyRing;
use crate::access::share_link::{ShareClaims, ShareClaimsError, ShareId, make, make_dav_token};
use crate::bytes::parse_bytes;
use crate::http::surface::Surface;
use crate::path::EntryPath;
use crate::percent;
use crate::time::UnixSeconds;

const EXAMPLES: &str = "\
The keys of the site come from --keys-file, from the environment variable SITE_KEYS, or are asked
for on the terminal. The path is that of the site, decoded, as its pages show it; one that ends in
a slash is a folder's, and opens all that is below it.

Examples:
  signpost link '/Movies/a b.mkv' --site https://files.example.com --keys-file keys.txt
  signpost link /Movies/ --site https://files.example.com --days 30 --bytes '20 GB'
  signpost link /a.mp4 --site https://files.example.com --forever --referer '*.example.com'
  signpost link /a.zip --site https://files.example.com --hours 2 --uses 1 --address 203.0.113.0/24
  signpost link /Movies/ --dav --site https://files.example.com --days 365";

const DEFAULT_LIFETIME: Duration = Duration::from_hours(7 * 24);

#[derive(clap::Args)]
#[command(after_help = EXAMPLES, group = ArgGroup::new("until").multiple(false))]
#[expect(clippy::struct_excessive_bools, reason = "a field for each flag")]
pub struct Args {
    /// What to open: a file, or a folder and all below it
    path: String,
    /// Where the site is, such as `https://files.example.com`
    #[arg(long, value_name = "URL")]
    site: String,
    /// A file that holds the keys of `SITE_KEYS`, and nothing else
    #[arg(long, value_name = "FILE")]
    keys_file: Option<PathBuf>,
    /// The path is a folder's, as if it ended in a slash
    #[arg(long)]
    folder: bool,
    /// How many days the link works, 1 to 36500 [default: 7]
    #[arg(long, group = "until", value_parser = clap::value_parser!(u64).range(1..=36_500))]
    days: Option<u64>,
    /// How many hours the link works, 1 to 876000
    #[arg(long, group = "until", value_parser = clap::value_parser!(u64).range(1..=876_000))]
    hours: Option<u64>,
    /// When the link expires, in Unix seconds
    #[arg(long, value_name = "SECONDS", group = "until")]
    expires: Option<u64>,
    /// The link never expires
    #[arg(long, group = "until")]
    forever: bool,
    /// How many downloads it gives at most
    #[arg(long, value_name = "COUNT", value_parser = clap::value_parser!(u32).range(1..))]
    uses: Option<u32>,
    /// How many bytes it gives at most, such as `20 GB`
    #[arg(long, value_name = "SIZE")]
    bytes: Option<String>,
    /// The site that may embed it: a host, or `*.` and a host
    #[arg(long, value_name = "HOST")]
    referer: Option<String>,
    /// The addresses that may use it, such as 203.0.113.0/24 or `2001:db8::/48`
    #[arg(long, value_name = "CIDR")]
    address: Option<String>,
    /// Make a user name and a password for WebDAV instead of a link
    #[arg(long, conflicts_with = "referer")]
    dav: bool,
    /// Print an object with `url`, `id` and `expires_at`, and with --dav `user` and `password`
    #[arg(long)]
    json: bool,
}

/// Makes the link that the arguments ask for.
pub fn run(args: &Args) -> Result<(), Failure> {
    let site = site(&args.site)?;
    let written = encode(&args.path)?;
    let path = EntryPath::parse(&written).map_err(Failure::new)?;
    let segments = path.segments().collect::<Vec<_>>();
    if segments.first().is_some_and(|first| EntryPath::is_reserved(first)) {
        return Err(Failure::new("a path that begins with /- or /~ is the site's own"));
    }
    let created = now();
    let mut id = [0; 6];
    getrandom::fill(&mut id).map_err(Failure::new)?;
    let claims = ShareClaims {
        id: ShareId(id),
        depth: segments.len(),
        created,
        expires_at: expires_at(args, created)?,
        uses: args.uses,
        bytes: args.bytes.as_deref().map(size).transpose()?,
        site: args.referer.as_ref().map(|host| host.to_ascii_lowercase()),
        address: args.address.as_deref().map(address).transpose()?,
    };
    let make = if args.dav { make_dav_token } else { make };
    let token = make(&keys(args)?, &segments, &claims).map_err(|error| match error {
        ShareClaimsError::Site(_) => {
            Failure::new(format_args!("--referer: {error}; leave out scheme, port and path"))
        }
        ShareClaimsError::Bytes => Failure::new(format_args!("--bytes: {error}")),
        ShareClaimsError::Times => {
            Failure::new(format_args!("--expires: {error}; give it in Unix seconds"))
        }
        ShareClaimsError::Depth | ShareClaimsError::Uses | ShareClaimsError::Segment(_) => {
            Failure::new(error)
        }
    })?;
    let href = path.href(args.folder || path.has_trailing_slash());
    if args.dav {
        let url = format!("{site}{}{href}", Surface::Dav.prefix());
        let login = Some((path.display(), token));
        return print_link(&url, login.as_ref(), &claims, args.json);
    }
    print_link(&format!("{site}/~{token}{href}"), None, &claims, args.json)
}

/// Prints a link; for WebDAV the address, with the user name and password that open it.
fn print_link(
    url: &str,
    login: Option<&(String, String)>,
    claims: &ShareClaims,
    json: bool,
) -> Result<(), Failure> {
    let (id, expires_at) = (claims.id, claims.expires_at);
    if json {
        let mut object = serde_json::json!({
            "url": url, "id": id.to_string(), "expires_at": expires_at,
        });
        if let (Some((user, password)), Some(object)) = (login, object.as_object_mut()) {
            object.insert("user".to_owned(), user.as_str().into());
            object.insert("password".to_owned(), password.as_str().into());
        }
        return print(|out| writeln!(out, "{object}"));
    }
    print(|out| {
        writeln!(out, "{url}")?;
        login.map_or(Ok(()), |(user, password)| writeln!(out, "{user}\n{password}"))
    })?;
    let until = expires_at.and_then(date_time).map_or_else(
        || "works until it is revoked".to_owned(),
        |date_time| format!("works until {date_time}"),
    );
    // On standard error, so that a pipe gets the link alone.
    let _ = writeln!(anstream::stderr(), "{DIM}id {id}, {until}{DIM:#}");
    Ok(())
}

/// The site's URL without a slash at its end.
fn site(given: &str) -> Result<String, Failure> {
    let url = absolute_url::parse(given);
    let url = url.filter(|url| url[Position::BeforePath..].trim_end_matches('/').is_empty());
    url.map(|url| origin(&url).to_owned()).ok_or_else(|| {
        Failure::new(format_args!(
            "--site: {given:?} is not a site; give scheme and host alone, like https://files.example.com"
        ))
    })
}

/// The path as it stands in a URL. A leading slash may be left out: some shells on Windows take
/// what begins with one for a file's.
fn encode(path: &str) -> Result<String, Failure> {
    if path.is_empty() {
        return Err(Failure::new("the path is empty; / is the whole site"));
    }
    if percent::has_escape(path) {
        let mut err = anstream::stderr();
        let _ = writeln!(
            err,
            "{WARNING}warning{WARNING:#}: a % in the path stands for itself; write the path decoded, as the site's pages show it"
        );
    }
    let inner = path.strip_prefix('/').unwrap_or(path);
    let mut written = String::with_capacity(path.len() + 16);
    for segment in inner.split('/') {
        written.push('/');
        written.extend(percent::encode_name(segment));
    }
    Ok(written)
}

fn expires_at(args: &Args, now: UnixSeconds) -> Result<Option<UnixSeconds>, Failure> {
    let lifetime = match (args.expires, args.days, args.hours) {
        _ if args.forever => return Ok(None),
        (Some(expires), _, _) if UnixSeconds(expires) <= now => {
            return Err(Failure::new("--expires: this moment is past; give it in Unix seconds"));
        }
        (Some(expires), _, _) => return Ok(Some(UnixSeconds(expires))),
        (None, None, Some(hours)) => Duration::from_hours(hours),
        (None, Some(days), _) => Duration::from_hours(days * 24),
        (None, None, None) => DEFAULT_LIFETIME,
    };
    Ok(Some(now.after(lifetime)))
}

fn size(text: &str) -> Result<u64, Failure> {
    parse_bytes(text).map_err(|error| Failure::new(format_args!("--bytes: {error}")))
}

/// Parses a range of IP addresses, or a single one.
fn address(text: &str) -> Result<IpNet, Failure> {
    parse_range(text).ok_or_else(|| {
        Failure::new(format_args!(
            "--address: {text:?} is neither an address nor a range such as 203.0.113.0/24"
        ))
    })
}

fn keys(args: &Args) -> Result<KeyRing, Failure> {
    let text = if let Some(path) = &args.keys_file {
        read_text(path)?
    } else if let Some(keys) = keys_from_environment() {
        keys
    } else if io::stdin().is_terminal() {
        rpassword::prompt_password("Keys of the site: ")?
    } else {
        return Err(Failure::new("no keys: use --keys-file or SITE_KEYS"));
    };
    KeyRing::parse(&text).map_err(|error| {
        Failure::new(format_args!(
            "the keys of the site: {error}; give all of SITE_KEYS, and make one with signpost key"
        ))
    })
}

#[expect(
    clippy::disallowed_methods,
    reason = "an argument could be read by others, as the keys must not"
)]
fn keys_from_environment() -> Option<String> {
    std::env::var("SITE_KEYS").ok()
}
