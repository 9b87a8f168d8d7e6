//! `signpost sign --explain`: compares a link that another program signed with what Signpost would sign,
//! and tells which part differs.

use std::io::{self, Write};

use super::format::{DIM, ERROR, date_time};
use crate::host::SignedHosts;
use crate::secret::Secret;
use crate::sign::{PathForm, SignError, Signer};
use crate::time::{UnixSeconds, ValidMinutes};

/// Maximum difference between two clocks that are right, in seconds.
const CLOCK_TOLERANCE: u64 = 60;

/// The URL of a signed link, and the parts of its `auth_key`.
#[derive(Debug, PartialEq, Eq)]
pub struct SignedLink<'u> {
    url: &'u str,
    expires_at: UnixSeconds,
    rand: &'u str,
    uid: u64,
    digest: &'u str,
}

impl<'u> SignedLink<'u> {
    /// Takes a signed link apart; `None` if it has no `auth_key` of the form `TIME-RAND-UID-MD5`.
    pub fn parse(url: &'u str) -> Option<Self> {
        let url = url.trim();
        let (_, query) = url.split('#').next()?.split_once('?')?;
        let value = query.split('&').find_map(|pair| pair.strip_prefix("auth_key="))?;
        let (expires, rest) = value.split_once('-')?;
        let (rest, digest) = rest.rsplit_once('-')?;
        let (rand, uid) = rest.rsplit_once('-')?;
        let is_md5 = digest.len() == 32 && digest.bytes().all(|byte| byte.is_ascii_hexdigit());
        Some(Self {
            url,
            expires_at: UnixSeconds(expires.parse().ok()?),
            rand,
            uid: uid.parse().ok()?,
            digest,
        })
        .filter(|_| is_md5)
    }

    /// The time at which the link expires, in Unix seconds.
    pub fn expires_at(&self) -> UnixSeconds {
        self.expires_at
    }

    /// Whether the link is signed for another account than the one that its path begins with.
    pub fn is_of_other_account(&self) -> bool {
        first_number(self.url).is_some_and(|account| account != self.uid)
    }

    /// The URL as Signpost signs it, with the time and the random part of this link.
    ///
    /// # Errors
    /// Why the URL can't be signed.
    fn sign(&self, url: &str, uid: u64, key: &Secret, form: PathForm) -> Result<String, SignError> {
        // Whether the site signs for the host is a question of its own.
        let hosts = SignedHosts::with(&[host(url).to_owned()]).unwrap_or_default();
        Signer::new(uid, key.clone(), form).sign_url(url, &hosts, self.expires_at, self.rand)
    }

    /// Which form of the path gives the link's digest with this account and key; `None` if none does.
    fn path_in_digest(&self, uid: u64, key: &Secret) -> Result<Option<PathInDigest>, SignError> {
        let gives = |signed: &str| {
            let digest = signed.rsplit_once('-').map_or("", |(_, digest)| digest);
            digest.eq_ignore_ascii_case(self.digest)
        };
        let signed = self.sign(self.url, uid, key, PathForm::Decoded)?;
        let wire = signed.rsplit_once("auth_key=").map_or("", |(url, _)| url);
        let wire = wire.strip_suffix(['?', '&']).unwrap_or(wire);
        let is_decoded = gives(&signed);
        let is_written = gives(&self.sign(self.url, uid, key, PathForm::AsIs)?);
        let is_encoded = gives(&self.sign(wire, uid, key, PathForm::AsIs)?);
        Ok(match (is_decoded, is_written, is_encoded) {
            (true, true, true) => Some(PathInDigest::Either),
            (true, ..) => Some(PathInDigest::Decoded),
            (false, _, true) => Some(PathInDigest::Encoded),
            (false, true, false) => Some(PathInDigest::AsWritten),
            (false, false, false) => None,
        })
    }
}

/// The form of the path that a link's digest was made from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum PathInDigest {
    /// Decoded and encoded, the path is the same.
    Either,
    /// The path percent-decoded once, as Signpost does by default.
    Decoded,
    /// The path percent-encoded.
    Encoded,
    /// The path in the very letters of this URL, which mixes both.
    AsWritten,
}

/// The uid, path form and key that Signpost would sign the link with.
#[derive(Debug)]
pub struct Settings<'s> {
    /// The account's id in the settings, if it is given.
    pub uid: Option<u64>,
    /// The private key in the settings.
    pub key: &'s Secret,
    /// The validity of new links that the console shows, if it is given.
    pub valid: Option<ValidMinutes>,
    /// The hosts that the site signs for.
    pub hosts: &'s SignedHosts,
}

/// One line of the explanation: a part of the signature, and what there is to say of it.
struct Part {
    name: &'static str,
    agrees: bool,
    text: String,
}

/// Writes which parts of a signed link agree with the settings. Returns whether all do.
///
/// # Errors
/// Why the URL can't be signed at all.
pub fn explain(
    link: &SignedLink<'_>,
    settings: &Settings<'_>,
    now: UnixSeconds,
) -> Result<Explanation, SignError> {
    let key = digest(link, settings)?;
    let mut parts = Vec::new();
    let host = host(link.url).to_ascii_lowercase();
    let is_signed_for = settings.hosts.contains(&host);
    parts.push(Part {
        name: "host",
        agrees: is_signed_for,
        text: if is_signed_for {
            format!("{host}, which Signpost signs for")
        } else {
            format!("{host} is not signed for: add it to the mount's hosts (here: --host {host})")
        },
    });
    parts.extend(key);
    parts.push(clock(link.expires_at, settings.valid, now));
    Ok(Explanation(parts))
}

/// The parts of the digest: path form, key and uid.
fn digest(link: &SignedLink<'_>, settings: &Settings<'_>) -> Result<[Part; 3], SignError> {
    let part = |name, agrees, text: &str| Part { name, agrees, text: text.to_owned() };
    let own = settings.uid.unwrap_or(link.uid);
    // The account that the digest was made with may be another than the one that the link names.
    let mut uids = vec![link.uid, own];
    uids.extend(first_number(link.url));
    let mut found = None;
    for uid in uids {
        if let Some(form) = link.path_in_digest(uid, settings.key)? {
            found = Some((uid, form));
            break;
        }
    }
    let Some((uid, form)) = found else {
        let unquoted = settings.key.expose().trim_matches(['"', '\'']);
        let key = if link.path_in_digest(link.uid, &Secret::new(unquoted))?.is_some() {
            "differs: the key is right without the quotes around it"
        } else {
            "differs: with this key, no form of the path gives the link's hash. Copy the key from the \
             console again; or the link's path was changed after it was signed"
        };
        let uid = match settings.uid {
            Some(uid) if uid != link.uid => {
                part("uid", false, &format!("differs: {uid}, and {} in the link", link.uid))
            }
            _ => part("uid", true, &format!("{} in the link", link.uid)),
        };
        return Ok([
            part("path form", true, "can't be told without the key"),
            part("key", false, key),
            uid,
        ]);
    };
    let uid = if uid != link.uid {
        let text = format!("differs: the hash is made with {uid}, and the link names {}", link.uid);
        part("uid", false, &text)
    } else if own == uid {
        part("uid", true, &format!("{uid}, agrees"))
    } else {
        part("uid", false, &format!("differs: {own}, and {uid} in the link"))
    };
    let form = match form {
        PathInDigest::Either => part(
            "path form",
            true,
            "decoded and encoded, this path is the same: for names with spaces or beyond ASCII, explain a \
             link to such a file",
        ),
        PathInDigest::Decoded => {
            part("path form", true, "decoded, agrees with path_form = \"decoded\", the default")
        }
        PathInDigest::Encoded => part(
            "path form",
            false,
            "differs: encoded. Set path_form = \"as_is\", and write URLs percent-encoded in the tree",
        ),
        PathInDigest::AsWritten => part(
            "path form",
            false,
            "differs: as this URL is written. Set path_form = \"as_is\", and write URLs so in the tree",
        ),
    };
    Ok([form, part("key", true, "agrees"), uid])
}

/// The part about the clock: by that of this machine, the link has to be good now, for no longer than the
/// console says.
fn clock(expires_at: UnixSeconds, valid: Option<ValidMinutes>, now: UnixSeconds) -> Part {
    let (left, past) = (expires_at.since(now).as_secs(), now.since(expires_at).as_secs());
    let at = date_time(expires_at).unwrap_or_else(|| expires_at.0.to_string());
    let most = valid.map(|valid| now.plus(valid).since(now).as_secs());
    let (agrees, text) = match most {
        _ if date_time(expires_at).is_none() || expires_at.0 > 99_999_999_999 => {
            (false, format!("differs: {} is no time in Unix seconds", expires_at.0))
        }
        _ if past > 0 => (
            false,
            format!(
                "differs: the link ended at {at}, {past} s ago by this machine's clock. If it still works, \
                 this clock is ahead"
            ),
        ),
        Some(most) if left > most + CLOCK_TOLERANCE => (
            false,
            format!(
                "differs: the link ends at {at}, in {left} s by this machine's clock, and new ones live \
                 {most} s. This clock is behind"
            ),
        ),
        _ => (true, format!("the link ends at {at}, in {left} s by this machine's clock")),
    };
    Part { name: "clock", agrees, text }
}

/// The host of a URL, with its port if it has one.
fn host(url: &str) -> &str {
    let rest = url.split_once("://").map_or(url, |(_, rest)| rest);
    rest.split(['/', '?', '#']).next().unwrap_or_default()
}

/// The account that a URL belongs to by its path, `/UID/…`.
fn first_number(url: &str) -> Option<u64> {
    let (_, rest) = url.split_once("://")?;
    rest.split('/').nth(1)?.parse().ok()
}

/// The findings of `--explain`, part by part.
pub struct Explanation(Vec<Part>);

impl Explanation {
    /// Whether all parts agree.
    pub fn agrees(&self) -> bool {
        self.0.iter().all(|part| part.agrees)
    }

    /// Writes the parts, a line each, and the conclusion. Neither the key nor a hash is in it.
    pub fn write(&self, out: &mut dyn Write) -> io::Result<()> {
        for Part { name, agrees, text } in &self.0 {
            let style = if *agrees { DIM } else { ERROR };
            writeln!(out, "{style}{name:<9}{style:#}  {text}")?;
        }
        let differing =
            self.0.iter().filter(|part| !part.agrees).map(|part| part.name).collect::<Vec<_>>();
        if differing.is_empty() {
            writeln!(out, "all agree: Signpost signs this URL alike")
        } else {
            writeln!(out, "differs: {}", differing.join(", "))
        }
    }
}
