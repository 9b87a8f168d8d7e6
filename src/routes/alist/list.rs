//! `/api/fs/list` and `/api/fs/dirs`: what is in a folder.

use std::ops::Range;

use signpost_core::alist_object::{AlistObject, date};

use super::caller::Caller;
use super::failure::Failure;
use super::target::Target;
use super::wire::{Dir, Fields};
use super::{begin, finish, success};
use crate::access::client::AccessRequest;
use crate::context::RequestContext;
use crate::error::Error;
use crate::http::response::Response;
use crate::platform::Platform;
use crate::site::Site;
use crate::site::open_folder::OpenFolder;
use crate::site::opened::Opened;

/// Bytes that a row takes in JSON, about.
const ROW_BYTES: usize = 256;

/// Lists a folder, in parts if the request wants parts.
pub(super) async fn list(
    site: &Site,
    caller: &Caller,
    target: &Target,
    fields: &Fields,
    access: &AccessRequest<'_>,
    ctx: &RequestContext<impl Platform>,
) -> Result<Response, Failure> {
    if fields.refresh == Some(true) && caller.is_owner() {
        refresh(site, access, ctx).await?;
    }
    let folder = open(site, access, ctx).await?;
    let rows = folder.rows_with_locks(access).collect::<Vec<_>>();
    let part = part(fields, rows.len());
    let path = target.path.display();
    let signer = caller.signer(site, access, &ctx.state.checks, path.trim_end_matches('/'));
    let mut json = begin(part.len() * ROW_BYTES + 1_024);
    json.extend_from_slice(b"{\"content\":[");
    for (index, (row, is_locked)) in rows.get(part).unwrap_or_default().iter().enumerate() {
        let sign = signer.as_ref().filter(|_| *is_locked && !row.folder && !row.locked);
        let sign = sign.map(|signer| signer.sign(row.name)).unwrap_or_default();
        json.extend_from_slice(if index == 0 { b"{" } else { b",{" });
        let object = AlistObject {
            name: row.name,
            is_folder: row.folder,
            size: row.size,
            modified: row.modified,
            md5: row.md5,
            sign: &sign,
        };
        object.push_fields(&mut json);
        json.push(b'}');
    }
    let rules = folder.rule_fields();
    let text =
        |text: Option<&str>| serde_json::to_string(text.unwrap_or_default()).unwrap_or_default();
    let (readme, header) = (text(rules.readme.as_deref()), text(rules.header.as_deref()));
    let rest = format!(
        "],\"total\":{},\"readme\":{readme},\"header\":{header},\"write\":false,\
         \"write_content_bypass\":false,\"provider\":\"unknown\"}}",
        rows.len(),
    );
    json.extend_from_slice(rest.as_bytes());
    Ok(finish(json))
}

/// Lists the folders in a folder.
pub(super) async fn dirs(
    site: &Site,
    access: &AccessRequest<'_>,
    ctx: &RequestContext<impl Platform>,
) -> Result<Response, Failure> {
    let folder = open(site, access, ctx).await?;
    let folders = folder.rows(access).filter(|row| row.folder);
    let folders = folders.map(|row| Dir { name: row.name, modified: date(row.modified) });
    Ok(success(&folders.collect::<Vec<_>>()))
}

/// Opens a folder whose listing is complete: a client that mirrors or scans would take the beginning of it for
/// the whole.
async fn open<'s>(
    site: &'s Site,
    access: &AccessRequest<'_>,
    ctx: &'s RequestContext<impl Platform>,
) -> Result<OpenFolder<'s>, Failure> {
    match site.open(access, ctx).await? {
        Opened::File(_) => Err(Failure::FILE),
        Opened::Folder(folder) if folder.age(access.now).is_some_and(|age| age.loading) => {
            Err(Error::StillLoading.into())
        }
        Opened::Folder(folder) => Ok(folder),
    }
}

/// Reads a folder of 123Pan's again, if it is one and the caller may open it.
async fn refresh(
    site: &Site,
    access: &AccessRequest<'_>,
    ctx: &RequestContext<impl Platform>,
) -> Result<(), Failure> {
    site.open_entry(access, crate::sources::shown_listing::ShownListing::None, ctx).await?;
    match site.vendor_folder(access.path, ctx).await {
        Ok((remote, folder)) => {
            remote.refresh_listing(folder, ctx).await?;
            Ok(())
        }
        // A tree, or a folder that only leads to mounts.
        Err(Error::NotFound) => Ok(()),
        Err(error) => Err(error.into()),
    }
}

/// The rows of the part that a request wants: all of them where it names no size of parts.
fn part(fields: &Fields, rows: usize) -> Range<usize> {
    let positive = |number: Option<i64>| {
        number.and_then(|number| usize::try_from(number).ok()).filter(|number| *number > 0)
    };
    let Some(per_page) = positive(fields.per_page) else { return 0..rows };
    let page = positive(fields.page).unwrap_or(1);
    let start = (page - 1).saturating_mul(per_page).min(rows);
    start..start.saturating_add(per_page).min(rows)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_part_is_of_the_size_that_is_asked_for() {
        for (page, per_page, want) in [
            (None, None, 0..10),
            (Some(1), Some(0), 0..10),
            (Some(3), Some(-1), 0..10),
            (None, Some(4), 0..4),
            (Some(0), Some(4), 0..4),
            (Some(2), Some(4), 4..8),
            (Some(3), Some(4), 8..10),
            (Some(4), Some(4), 10..10),
            (Some(i64::MAX), Some(i64::MAX), 10..10),
            (Some(1), Some(i64::MAX), 0..10),
        ] {
            let fields = Fields { page, per_page, ..Fields::default() };
            assert_eq!(part(&fields, 10), want, "{page:?} {per_page:?}");
        }
    }
}
