//! The walk through an AList or OpenList server: folders, sizes, times, and the links that it hands out.

use std::collections::VecDeque;

use chrono::DateTime;

use super::api::{Api, ApiError, Item, explained};
use super::target::{Target, target};
use crate::cli::direct_link::below_base;
use crate::cli::failure::Failure;
use crate::cli::import::links::{Link, LinkList, Position};
use crate::cli::site_client::href;
use crate::cli::tree_text::{EntryError, MAX_LEVELS, is_name};

/// Walks all folders below a decoded path of the server. With a base, the URL of the same folder in the
/// direct-link space, links are made of it and no file is asked for.
///
/// # Errors
/// The folder at the path can't be listed, or nobody answers.
pub fn walk(api: &Api<'_>, path: &str, base: Option<&str>) -> Result<LinkList, Failure> {
    let mut list = LinkList::default();
    let mut left = VecDeque::from([path.to_owned()]);
    while let Some(folder) = left.pop_front() {
        let Some(items) = items(api, &folder, folder == path, &mut list)? else { continue };
        let below = folder.strip_prefix(path).unwrap_or_default();
        let folders = below.split('/').filter(|name| !name.is_empty()).map(str::to_owned);
        let folders = folders.collect::<Vec<_>>();
        for item in items {
            let at = format!("{folder}/{}", item.name);
            if let Some(error) = refusal(&item, folders.len()) {
                list.left_out.push((Position::Path(at), error.to_string()));
            } else if item.is_dir {
                left.push_back(at);
            } else {
                let url = match base {
                    Some(base) => below_base(base, at.strip_prefix(path).unwrap_or(&at)),
                    None => url_of(api, &at, &item, &mut list)?,
                };
                list.links.push(Link {
                    position: Position::Path(at),
                    url,
                    name: Some(item.name),
                    has_own_name: true,
                    folders: Some(folders.clone()),
                    size: u64::try_from(item.size).ok(),
                    modified: modified(&item.modified),
                });
            }
        }
    }
    Ok(list)
}

/// The entries of a folder; `None` if it is left out, as one with a password of its own is, or one whose storage
/// fails.
fn items(
    api: &Api<'_>,
    folder: &str,
    is_root: bool,
    list: &mut LinkList,
) -> Result<Option<Vec<Item>>, Failure> {
    let asked = if folder.is_empty() { "/" } else { folder };
    let failed = |words: String| Failure::new(format_args!("{}{asked}: {words}", api.server.base));
    let reason = match api.list(asked) {
        Ok(items) => return Ok(Some(items)),
        Err(error) if is_root => return Err(failed(explained(&error, api.token.is_some()))),
        Err(ApiError::Refused(401 | 403, _)) if api.token.is_none() => {
            "the server shows it to no guest: it is locked there. Import it with a user's token, or a backup"
                .to_owned()
        }
        Err(ApiError::Refused(401 | 403, _)) => {
            "the server does not show it to the user of this token".to_owned()
        }
        Err(ApiError::Refused(code, _)) => {
            format!("the server can't list it (code {code}); look at its storage there, and import again")
        }
        Err(error) => return Err(failed(error.to_string())),
    };
    list.left_out.push((Position::Path(folder.to_owned()), reason));
    Ok(None)
}

/// The reason why no tree can hold an entry at this level.
fn refusal(item: &Item, level: usize) -> Option<EntryError> {
    if !is_name(&item.name) {
        return Some(EntryError::Name);
    }
    (item.is_dir && level >= MAX_LEVELS).then_some(EntryError::TooDeep)
}

/// The direct link that the server hands out for a file; else the file's address on the server, with a note.
fn url_of(api: &Api<'_>, path: &str, item: &Item, list: &mut LinkList) -> Result<String, Failure> {
    let server = &api.server.base;
    let found = match api.link(path) {
        Ok(url) => target(&url, server),
        Err(ApiError::Refused(..)) => Target::None,
        Err(error) => return Err(Failure::new(format_args!("{server}{path}: {error}"))),
    };
    let found = match found {
        Target::Direct(url) => return Ok(url),
        other => other.to_string(),
    };
    let note = format!(
        "{found}. Its address on the server stands in the tree, which works while that runs"
    );
    list.notes.push((Position::Path(path.to_owned()), note));
    let sign = if item.sign.is_empty() { String::new() } else { format!("?sign={}", item.sign) };
    Ok(format!("{server}/d{}{sign}", href(path, false)))
}

/// The time of a change in Unix seconds; `None` if the server does not know it.
fn modified(text: &str) -> Option<u32> {
    let at = DateTime::parse_from_rfc3339(text).ok()?.timestamp();
    u32::try_from(at).ok().filter(|at| *at > 0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_time_that_is_not_known_is_left_out() {
        for (text, want) in [
            ("2023-12-26T12:23:59.259218+08:00", Some(1_703_564_639)),
            ("2023-12-26T04:23:59Z", Some(1_703_564_639)),
            ("0001-01-01T00:00:00Z", None),
            ("1970-01-01T00:00:00Z", None),
            ("", None),
        ] {
            assert_eq!(modified(text), want, "{text}");
        }
    }
}
