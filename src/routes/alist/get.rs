//! `/api/fs/get`: what is known of a file or folder, and the address of the file's bytes.

use signpost_core::alist_object::AlistObject;
use signpost_pages::sidecars::stem;

use super::caller::Caller;
use super::failure::Failure;
use super::raw_url::raw_url;
use super::target::Target;
use super::{begin, finish};
use crate::access::client::AccessRequest;
use crate::context::RequestContext;
use crate::http::request::Request;
use crate::http::response::Response;
use crate::path::EntryPath;
use crate::platform::Platform;
use crate::site::Site;
use crate::site::open_file::OpenFile;
use crate::site::opened::{Opened, OpenedEntry};
use crate::sources::shown_listing::ShownListing;

/// Tells of the entry at a path.
pub(super) async fn get(
    site: &Site,
    request: &Request<'_>,
    caller: &Caller,
    target: &Target,
    access: &AccessRequest<'_>,
    ctx: &RequestContext<impl Platform>,
) -> Result<Response, Failure> {
    let name = target.named.rsplit('/').next().filter(|name| !name.is_empty()).unwrap_or("root");
    let mut json = begin(1_024);
    json.push(b'{');
    match site.open_entry(access, ShownListing::None, ctx).await? {
        OpenedEntry::Folder(_) => {
            AlistObject { name, is_folder: true, ..AlistObject::default() }.push_fields(&mut json);
            json.extend_from_slice(REST_OF_FOLDER);
        }
        OpenedEntry::File(file) => {
            let sign = sign(site, caller, &file, access, ctx);
            let object = AlistObject {
                name,
                is_folder: false,
                size: file.size(),
                modified: file.modified(),
                md5: file.md5(),
                sign: &sign,
            };
            object.push_fields(&mut json);
            let url = raw_url(site, file, &sign, (request, target), access, ctx).await?;
            json.extend_from_slice(b",\"raw_url\":");
            json.extend(serde_json::to_vec(&url).unwrap_or_default());
            json.extend_from_slice(
                b",\"readme\":\"\",\"header\":\"\",\"provider\":\"Signpost\",\"related\":",
            );
            push_related(&mut json, site, caller, access, ctx);
            json.push(b'}');
        }
    }
    Ok(finish(json))
}

/// The fields of a folder behind those of its object.
const REST_OF_FOLDER: &[u8] =
    b",\"raw_url\":\"\",\"readme\":\"\",\"header\":\"\",\"provider\":\"Signpost\",\"related\":null}";

/// The signature of a file; empty where none is needed.
fn sign(
    site: &Site,
    caller: &Caller,
    file: &OpenFile<'_>,
    access: &AccessRequest<'_>,
    ctx: &RequestContext<impl Platform>,
) -> String {
    let path = access.path.display();
    let place = path.rsplit_once('/').filter(|_| file.needs_credential());
    let signed = place.and_then(|(folder, name)| {
        Some(caller.signer(site, access, &ctx.state.checks, folder)?.sign(name))
    });
    signed.unwrap_or_default()
}

/// Maximum number of related files: some programs read no more than 64 KB of a response.
const MAX_RELATED: usize = 50;

/// Whether a name goes on behind this one in another word: `a.zh.srt` and `a-poster.jpg` are of `a`, and `a2.mkv` is
/// not.
fn is_of(name: &str, stem: &str) -> bool {
    let rest = name.strip_prefix(stem).and_then(|rest| rest.chars().next());
    rest.is_some_and(|next| !next.is_alphanumeric())
}

/// Appends the files around a file that belong to it by their names, such as subtitles; `null` if there are none,
/// or the folder's listing is not in memory.
fn push_related(
    json: &mut Vec<u8>,
    site: &Site,
    caller: &Caller,
    access: &AccessRequest<'_>,
    ctx: &RequestContext<impl Platform>,
) {
    let before = json.len();
    let href = access.path.href(false);
    let folder = href.rsplit_once('/').map_or("/", |(folder, _)| folder);
    let folder = [folder, "/"].concat();
    let Ok(path) = EntryPath::parse(&folder) else { return json.extend_from_slice(b"null") };
    let around = AccessRequest { path: &path, ..*access };
    if let Some(Opened::Folder(folder)) = site.open_cached(&around, &ctx.state) {
        let name = access.path.name();
        let display = path.display();
        let place = display.trim_end_matches('/');
        let signer = caller.signer(site, access, &ctx.state.checks, place);
        let stem = stem(name);
        let mut count = 0;
        for (row, is_locked) in folder.rows_with_locks(&around) {
            let is_related = row.name != name && is_of(row.name, stem);
            if row.folder || row.locked || !is_related {
                continue;
            }
            count += 1;
            if count > MAX_RELATED {
                break;
            }
            json.extend_from_slice(if json.len() == before { b"[{" } else { b",{" });
            let sign = signer.as_ref().filter(|_| is_locked);
            let sign = sign.map(|signer| signer.sign(row.name)).unwrap_or_default();
            let object = AlistObject {
                name: row.name,
                is_folder: false,
                size: row.size,
                modified: row.modified,
                md5: row.md5,
                sign: &sign,
            };
            object.push_fields(json);
            json.push(b'}');
        }
    }
    json.extend_from_slice(if json.len() == before { b"null" } else { b"]" });
}
