//! Shortcuts: `/~latest/dir/app-*.apk` and `/~random/dir/`, which redirect to a file of that folder.
//!
//! They pick among the files that the client may see in the folder, and redirect to the picked file's own
//! path, which is guarded, counted and signed as ever.

mod version;

use std::cmp::Ordering;
use std::time::Duration;

use percent_encoding::percent_decode_str;
use sha2::{Digest as _, Sha256};
use signpost_core::kind::{Kind, Use};

use super::folder::with_age;
use crate::access::hide::Glob;
use crate::context::RequestContext;
use crate::error::Error;
use crate::http::query::raw_field;
use crate::http::request::Request;
use crate::http::response::{Body, Response};
use crate::http::url::{RequestUrl, Shortcut};
use crate::path::EntryPath;
use crate::percent;
use crate::platform::Platform;
use crate::seed::RequestSeed;
use crate::site::Site;
use crate::site::opened::Opened;
use crate::site::row::Row;
use crate::time::Window;
use version::Version;

/// Maximum number of characters of a glob. Anybody may write one, and it is matched with every name of a
/// folder: one that filled a URL with a bracket took seconds of CPU time for 30,000 files.
const MAX_CHARACTERS: usize = 100;
/// How long a redirect to the newest file may be cached.
const LATEST: Duration = Duration::from_mins(1);

/// Redirects to the file that a shortcut picks.
pub(crate) async fn answer(
    site: &Site,
    request: &Request<'_>,
    ctx: &RequestContext<impl Platform>,
) -> Result<Response, Error> {
    let shortcut = request.url.shortcut.ok_or(Error::NotFound)?;
    let path = request.path.as_ref().map_err(|error| Error::from(*error))?;
    if path.has_surplus_slash() {
        return Err(Error::NotFound);
    }
    let access = request.access(path, ctx.now());
    let opened = site.open(&access, ctx).await?;
    let Opened::Folder(folder) = &opened else { return Err(Error::NotFound) };
    let (file, lifetime) = match shortcut {
        Shortcut::Latest(glob) => {
            let files = folder.rows(&access).filter(|row| !row.folder && !row.locked);
            (latest(files, glob), Some(LATEST))
        }
        Shortcut::Random => {
            let names = folder.file_names(&access);
            random(names, folder.window(), &request.url, path, &ctx.seed)
        }
    };
    let file = file.ok_or(Error::NotFound)?;
    let age = folder.age(ctx.now());
    let is_complete = age.is_none_or(|age| !age.loading && !age.stale);
    let cache = match lifetime.filter(|_| is_complete) {
        Some(lifetime) => format!("public, max-age={}", lifetime.as_secs()),
        None => "no-store".to_owned(),
    };
    let answer = Response::new(302, Body::None)
        .with("Location", location(&request.url, path, file))
        .with("Cache-Control", cache)
        .with("Access-Control-Allow-Origin", "*");
    let answer = match age {
        Some(age) => with_age(answer, age),
        None => answer,
    };
    // Another client may see other files.
    let is_same_for_all = opened.is_unconditional() && folder.is_same_for_all(&access);
    Ok(if is_same_for_all { answer } else { answer.guarded() })
}

/// The picked file's own path, with the same share link and in the same format.
fn location(url: &RequestUrl<'_>, path: &EntryPath<'_>, name: &str) -> String {
    let mut location = url.share.map_or_else(String::new, |token| ["/~", token].concat());
    location.push_str(&path.href(true));
    location.extend(percent::encode_name(name));
    if let Some(format @ ("json" | "url")) = raw_field(url.query, "format") {
        location.push_str("?format=");
        location.push_str(format);
    }
    location
}

/// The name of the file with the newest version among those whose names match the glob; of one version the
/// file that changed last.
fn latest<'s>(files: impl Iterator<Item = Row<'s>>, glob: &str) -> Option<&'s str> {
    let glob = percent_decode_str(glob).decode_utf8().ok()?;
    let glob = Some(glob).filter(|glob| glob.chars().count() <= MAX_CHARACTERS)?;
    let glob = Glob::parse(&glob).ok()?;
    let mut newest: Option<(Version<'_>, Row<'_>)> = None;
    for file in files.filter(|file| glob.is_match(file.name)) {
        let version = Version::of(file.name);
        let is_newer = newest.as_ref().is_none_or(|(newest, than)| {
            version.compare(newest).then(file.modified.cmp(&than.modified)) == Ordering::Greater
        });
        if is_newer {
            newest = Some((version, file));
        }
    }
    newest.map(|(_, file)| file.name)
}

/// Picks any name of a file of the type that `type=` names, and returns for how long it stays the same one.
fn random<'s>(
    names: impl Iterator<Item = &'s str>,
    window: Option<Window>,
    url: &RequestUrl<'_>,
    path: &EntryPath<'_>,
    seed: &RequestSeed,
) -> (Option<&'s str>, Option<Duration>) {
    let wanted = raw_field(url.query, "type");
    let used = wanted.map(Use::parse);
    let fits = |name: &str| match used {
        None => true,
        Some(None) => false,
        Some(used) => Kind::of(name).used() == used,
    };
    let fitting = names.filter(|name| fits(name)).collect::<Vec<_>>();
    let window = window.map(|window| window.end(seed.now));
    let number = match window {
        // The same for every client until the window ends, and another one for another folder or type.
        Some(end) => {
            let hash = Sha256::new().chain_update(end.0.to_be_bytes());
            let hash = hash.chain_update(wanted.unwrap_or_default()).chain_update([0]);
            let digest: [u8; 32] = hash.chain_update(path.display()).finalize().into();
            digest.first_chunk().map(|bytes| u64::from_be_bytes(*bytes))
        }
        None => seed.rand().get(..16).and_then(|digits| u64::from_str_radix(digits, 16).ok()),
    };
    let at = number.and_then(|number| number.checked_rem(fitting.len() as u64));
    let at = at.and_then(|at| usize::try_from(at).ok());
    let file = at.and_then(|at| fitting.get(at)).copied();
    (file, window.map(|end| end.since(seed.now)))
}
