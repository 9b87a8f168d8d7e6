//! The page about a file: what is known of it, and what its script needs to preview it.
//!
//! It is not a download: no link is made here and nothing is charged. The preview requests the file at its
//! own URL, when the visitor wants it.

use percent_encoding::{NON_ALPHANUMERIC, percent_encode};
use signpost_core::kind::Kind;
use signpost_pages::sidecars::{accompanies, stem};
use signpost_pages::view::{Crumb, FileView, Neighbour, View};

use super::folder::with_age;
use super::page::Page;
use crate::access::client::AccessRequest;
use crate::context::RequestState;
use crate::http::response::{Body, Response};
use crate::path::EntryPath;
use crate::percent;
use crate::site::Site;
use crate::site::open_file::BytesFrom;
use crate::site::open_file::OpenFile;
use crate::site::opened::Opened;

/// Serves the page about a file.
pub(crate) fn answer(
    site: &Site,
    file: &OpenFile<'_>,
    access: &AccessRequest<'_>,
    page: Page<'_>,
    state: &RequestState,
) -> Response {
    let rules = file.rule_fields();
    let page = page.titled(rules.title.as_deref());
    let parent = ParentFolder::of(site, access, state);
    let mut view = view(site, file, access, &page, &parent);
    let name = access.path.segments().last().unwrap_or_default();
    view.layout.social = page.social(file.can_be_previewed(), access, name, false);
    let policy = view.byte_origins.to_string();
    let answer = Response::new(200, Body::page(&View::File(view)))
        .with_files_from(&policy)
        // Downloads are loaded in frames: a redirect may lead on from the file's own origin.
        .with_frames_from(page.anywhere)
        .with("Cache-Control", "private, no-cache")
        .with("Vary", "Accept, Accept-Language, Cookie");
    let answer = match file.age(access.now) {
        Some(age) => with_age(answer, age),
        None => answer,
    };
    match &rules.robots {
        Some(robots) => answer.with("X-Robots-Tag", robots.to_string()),
        None => answer,
    }
}

/// The file's folder, as the visitor may see it.
struct ParentFolder<'s> {
    /// The names of the files that open for the visitor, in the folder's order; `None` where the folder does
    /// not open.
    files: Option<Vec<&'s str>>,
}

impl<'s> ParentFolder<'s> {
    /// Opens the file's folder by the guard for the same visitor, without asking the platform: a check that
    /// the folder needs and the file did not (another password, say) leaves it closed here. For a file that
    /// 123Pan lists, the folder is in memory.
    fn of(site: &'s Site, access: &AccessRequest<'_>, state: &'s RequestState) -> Self {
        let href = access.path.href(false);
        let folder = href.rsplit_once('/').map_or("", |(folder, _)| folder);
        let folder = [folder, "/"].concat();
        let Ok(path) = EntryPath::parse(&folder) else { return Self { files: None } };
        let access = AccessRequest { path: &path, ..*access };
        let files = match site.open_cached(&access, state) {
            Some(Opened::Folder(folder)) => Some(folder.file_names(&access).collect()),
            Some(Opened::File(_)) | None => None,
        };
        Self { files }
    }

    /// The names of the files that open for the visitor, in the folder's order.
    fn files(&self) -> &[&'s str] {
        self.files.as_deref().unwrap_or_default()
    }

    /// The names of the previous and next files of the same kind.
    fn neighbours(&self, name: &str, kind: Kind) -> [Option<&'s str>; 2] {
        let files = self.files();
        let Some(at) = files.iter().position(|other| *other == name) else { return [None; 2] };
        let (before, after) = files.split_at_checked(at).unwrap_or_default();
        let is_alike = |other: &&&str| Kind::of(other).is_in_sequence_with(kind);
        let previous = before.iter().rev().find(is_alike);
        let next = after.iter().skip(1).find(is_alike);
        [previous.copied(), next.copied()]
    }
}

fn view<'v>(
    site: &'v Site,
    file: &OpenFile<'v>,
    access: &AccessRequest<'v>,
    page: &'v Page<'_>,
    parent: &ParentFolder<'v>,
) -> FileView<'v> {
    let name = access.path.segments().last().unwrap_or_default();
    let kind = Kind::of(name);
    let [previous, next] = parent.neighbours(name, kind);
    let stem = stem(name);
    let is_track = |other: &&str| kind.is_played() && *other != name && accompanies(other, stem);
    let neighbour = |name: &'v str| {
        let mut href: String = percent::encode_name(name).collect();
        href.push_str("?view");
        Neighbour { name: name.into(), href }
    };
    let (home, crumbs) = breadcrumbs(file, access, parent);
    FileView {
        layout: page.layout(site),
        name: name.into(),
        href: href(name, access.sign),
        home,
        crumbs,
        size: file.size(),
        modified: file.modified().map(|at| at.0),
        md5: file.md5().map(hex::encode),
        previous: previous.map(neighbour),
        next: next.map(neighbour),
        tracks: parent.files().iter().copied().filter(is_track).map(Into::into).collect(),
        byte_origins: match file.bytes_from() {
            BytesFrom::Here => "".into(),
            BytesFrom::Origin(site) => site.into(),
            BytesFrom::Anywhere => "https:".into(),
        },
        saved_as: file.saved_as().map(|number| number.to_owned().into()),
        sealed: file.is_opened_by_password(),
        share_hours: file.share_hours(),
        robots: file.rule_fields().robots.as_deref().map(Into::into),
    }
}

/// The file's URL relative to its page, with AList's signature where it was opened by one.
fn href(name: &str, sign: Option<&str>) -> String {
    let mut href: String = percent::encode_name(name).collect();
    if let Some(sign) = sign {
        href.push_str("?sign=");
        href.extend(percent_encode(sign.as_bytes(), NON_ALPHANUMERIC));
    }
    href
}

/// The breadcrumbs: the site's home link, and the folders on the way to the file.
fn breadcrumbs<'v>(
    file: &OpenFile<'v>,
    access: &AccessRequest<'v>,
    parent: &ParentFolder<'_>,
) -> (Option<String>, Vec<Crumb<'v>>) {
    let folders = access.path.depth().saturating_sub(1);
    let share_depth = file.share_depth();
    let up = |levels: usize| match levels {
        0 => "./".to_owned(),
        levels => "../".repeat(levels),
    };
    let crumbs = access.path.segments().take(folders).enumerate().map(|(index, name)| {
        let is_last = index + 1 == folders;
        let opens = index + 1 >= share_depth && (!is_last || parent.files.is_some());
        let href = if opens { up(folders - index - 1) } else { String::new() };
        Crumb { name: name.into(), href }
    });
    let home = match (access.share, share_depth) {
        (Some(_), 1..) => None,
        (Some(_), 0) => Some(up(folders)),
        (None, _) => Some("/".to_owned()),
    };
    (home, crumbs.collect())
}

#[cfg(test)]
mod tests;
