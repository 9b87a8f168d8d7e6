//! `/api/fs/search`: files and folders by name.

use signpost_core::alist_object::{FOLDER, file_type};

use super::failure::Failure;
use super::success;
use super::target::Target;
use super::wire::{Fields, Found, Hit};
use crate::access::client::AccessRequest;
use crate::context::RequestContext;
use crate::error::Error;
use crate::http::response::Response;
use crate::names::Query;
use crate::platform::Platform;
use crate::site::Site;
use crate::site::opened::Opened;
use crate::site::search::{self, SearchHit};

/// Maximum number of results, all pages together.
const MAX_RESULTS: usize = 200;
/// The number of results where the request does not say.
const RESULTS: usize = 50;

/// Searches a folder and all below it that the caller may list.
pub(super) async fn answer(
    site: &Site,
    target: &Target,
    fields: &Fields,
    access: &AccessRequest<'_>,
    ctx: &RequestContext<impl Platform>,
) -> Result<Response, Failure> {
    let Opened::Folder(folder) = site.open(access, ctx).await? else { return Err(Failure::FILE) };
    let words = fields.keywords.as_deref().unwrap_or_default();
    let query = Query::parse(words).ok_or(Error::BadQuery)?;
    let results = search::search(&folder, &query, MAX_RESULTS, access, &ctx.state);
    let is_wanted = |hit: &&SearchHit<'_>| match fields.scope {
        Some(1) => hit.row.folder,
        Some(2) => !hit.row.folder,
        _ => true,
    };
    let found = results.found.iter().filter(is_wanted).collect::<Vec<_>>();
    let positive = |number: Option<i64>, usual: usize| {
        let number = number.and_then(|number| usize::try_from(number).ok());
        number.filter(|number| *number > 0).unwrap_or(usual)
    };
    let (page, per_page) = (positive(fields.page, 1), positive(fields.per_page, RESULTS));
    let hits = found.iter().skip((page - 1).saturating_mul(per_page)).take(per_page);
    let content = hits.map(|SearchHit { folder, row }| Hit {
        parent: target.named_below(folder),
        name: row.name,
        is_dir: row.folder,
        size: row.size.unwrap_or_default(),
        r#type: if row.folder { FOLDER } else { file_type(row.name) },
    });
    Ok(success(&Found { content: content.collect(), total: found.len() }))
}
