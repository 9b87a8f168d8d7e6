//! Films as `.strm` files: small files that hold the film's address, so that a library is scanned without a
//! byte of a film. Everything else in a folder is what it is: covers, subtitles and `.nfo` files are read by
//! scanners, and so are the tags of music.

use signpost_core::file_name::split;
use signpost_core::percent::encode_name;
use signpost_core::strm_name::{self, StrmNames};
use signpost_dav::{EntityTag, Resource};

use super::Root;
use crate::access::client::{AccessRequest, Client};
use crate::context::RequestContext;
use crate::error::Error;
use crate::path::EntryPath;
use crate::platform::Platform;
use crate::site::Site;
use crate::site::open_file::OpenFile;
use crate::site::opened::{Opened, OpenedEntry};
use crate::site::row::Row;
use crate::sources::shown_listing::ShownListing;
use crate::time::UnixSeconds;

/// The media type of the files.
pub(super) const CONTENT_TYPE: &str = "text/plain; charset=utf-8";

/// A `.strm` file that a client may have.
pub(super) struct StrmFile {
    /// The address of the film, and a line feed.
    pub content: String,
    /// Time of the film's last change, if known.
    pub modified: Option<UnixSeconds>,
}

impl StrmFile {
    /// The file for a film at this path of the site.
    fn new(film: &OpenFile<'_>, path: &EntryPath<'_>, root: &Root<'_>) -> Self {
        Self { content: root.address(path, false) + "\n", modified: film.modified() }
    }

    /// The file's properties.
    pub fn resource<'n>(&self, name: &'n str) -> Resource<'n> {
        resource(name, self.content.len(), self.modified)
    }
}

/// Opens what is at a path where films are `.strm` files: such a file, or any other entry.
pub(super) enum StrmEntry<'s> {
    /// The `.strm` file of a film.
    Strm(StrmFile),
    /// An entry that appears as it is.
    Other(OpenedEntry<'s>),
}

/// Opens the entry at a path of a tree in which films are `.strm` files.
///
/// # Errors
/// The errors of the guard. A film by its own name is not there.
pub(super) async fn open<'s>(
    site: &'s Site,
    access: &AccessRequest<'_>,
    root: &Root<'_>,
    ctx: &'s RequestContext<impl Platform>,
) -> Result<StrmEntry<'s>, Error> {
    let name = access.path.name();
    match site.open_entry(access, ShownListing::None, ctx).await {
        Ok(OpenedEntry::File(_)) if root.is_film(access.path) => Err(Error::NotFound),
        Err(Error::NotFound) if strm_name::strip(name).is_some() => {
            let file = open_strm(site, access, root, ctx).await?;
            Ok(StrmEntry::Strm(file.ok_or(Error::NotFound)?))
        }
        opened => opened.map(StrmEntry::Other),
    }
}

/// Opens the `.strm` file at a path: its film is found in the listing of its folder, as the client sees that.
async fn open_strm(
    site: &Site,
    access: &AccessRequest<'_>,
    root: &Root<'_>,
    ctx: &RequestContext<impl Platform>,
) -> Result<Option<StrmFile>, Error> {
    let (path, name) = (access.path.display(), access.path.name());
    let folder = path.get(..path.len() - name.len()).unwrap_or_default();
    let Ok(parent) = EntryPath::from_decoded(folder) else { return Ok(None) };
    let (film, is_locked) = {
        let parent = AccessRequest { path: &parent, ..*access };
        let folder = match site.open(&parent, ctx).await {
            Ok(Opened::Folder(folder)) => folder,
            Err(error) if error.is_the_vendors() => return Err(error),
            // Why the folder does not open is not told of what may be in it.
            Ok(Opened::File(_)) | Err(_) => return Ok(None),
        };
        let rows = folder.rows(&parent).collect::<Vec<_>>();
        let film = film_of(&rows, name);
        if film.is_none() {
            super::propfind::check_whole(&folder, access.now)?;
        }
        let Some(film) = film else { return Ok(None) };
        (film.name.to_owned(), film.locked)
    };
    let path = [folder, &film].concat();
    let path = EntryPath::from_decoded(&path)?;
    // A password that was held against the folder's rule is held against no other.
    let is_spent = is_locked && ctx.state.checks.has_verified_a_password();
    let authorization = access.client.authorization.filter(|_| !is_spent);
    let client = Client { authorization, ..*access.client };
    let film = AccessRequest { path: &path, client: &client, ..*access };
    Ok(match site.open_entry(&film, ShownListing::None, ctx).await? {
        OpenedEntry::File(opened) => Some(StrmFile::new(&opened, &path, root)),
        OpenedEntry::Folder(_) => None,
    })
}

/// The row of the film whose `.strm` file has this name.
fn film_of<'r, 's>(rows: &'r [Row<'s>], wanted: &str) -> Option<&'r Row<'s>> {
    let beginning = strm_name::strip(wanted)?;
    // Only entries that begin as the film's stem, in whatever case, have to do with its name. Each `.strm` file
    // of a scan is a request, and all names of a large folder take longer than the free plan allows.
    let stem = split(beginning).0;
    let near = rows.iter().filter(|row| begins_in_any_case(row.name, stem)).copied();
    let names = names(&near.collect::<Vec<_>>());
    let mut films = rows.iter().filter(|row| row.name.starts_with(beginning));
    films.find(|row| names.give(row.name, row.folder).as_deref() == Some(wanted))
}

/// Whether a name begins with a text without regard to case: wherever the lower case of the one begins with that
/// of the other, and for a sigma at the end of a word, whose lower case is another, as well.
fn begins_in_any_case(name: &str, text: &str) -> bool {
    let folded = |text: &str| {
        let lower = text.chars().flat_map(char::to_lowercase);
        lower.map(|letter| if letter == 'ς' { 'σ' } else { letter }).collect::<String>()
    };
    if name.is_ascii() && text.is_ascii() {
        return name.get(..text.len()).is_some_and(|start| start.eq_ignore_ascii_case(text));
    }
    folded(name).starts_with(&folded(text))
}

/// The names of the `.strm` files in a folder with these rows.
pub(super) fn names(rows: &[Row<'_>]) -> StrmNames {
    StrmNames::of(rows.iter().map(|row| (row.name, row.folder)))
}

/// The properties of the `.strm` file of a film in a folder, whose address is `folder`, by the film's row. Of
/// a locked film nothing is told but the name.
pub(super) fn row_resource<'n>(folder: &str, row: &Row<'_>, name: &'n str) -> Resource<'n> {
    if row.locked {
        return Resource { name, ..Resource::default() };
    }
    let length = encode_name(row.name).map(str::len).sum::<usize>();
    resource(name, folder.len() + length + 1, row.modified)
}

/// The properties of a `.strm` file. Its content follows from its address, so that it has a tag whether the
/// film's time is known or not.
fn resource(name: &str, length: usize, modified: Option<UnixSeconds>) -> Resource<'_> {
    let size = u64::try_from(length).unwrap_or_default();
    Resource {
        name,
        is_folder: false,
        size: Some(size),
        modified,
        created: modified,
        tag: Some(EntityTag::Version(size, modified.unwrap_or_default())),
        content_type: Some(CONTENT_TYPE),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_film_is_found_by_the_name_that_its_folder_gives_it() {
        let entries = [
            "Film.mkv",
            "a.mkv",
            "A.MP4",
            "a.b.mkv",
            "a.b.mkv.mp4",
            "b.avi",
            "B.STRM",
            "c.mkv",
            "c.mkv.avi",
            "\u{391}\u{3a3}.mkv",
            "\u{3b1}\u{3c2}.mp4",
            "\u{3b1}\u{3c3}.avi",
            "\u{212a}.mkv",
            "k.mp4",
            "É.mkv",
            "é.avi",
            ".mkv",
        ];
        let rows = entries.map(|name| Row {
            name,
            folder: false,
            locked: false,
            size: None,
            modified: None,
            md5: None,
        });
        let all = names(&rows);
        let mut given = 0;
        for row in &rows {
            let Some(name) = all.give(row.name, row.folder) else { continue };
            assert_eq!(film_of(&rows, &name).map(|film| film.name), Some(row.name), "{name}");
            given += 1;
        }
        assert!(given > 10, "{given}");
        for nothing in
            ["a.strm", "A.strm", "b.strm", "Fil.strm", "film.strm", "Film.mkv.strm", ".strm"]
        {
            assert_eq!(film_of(&rows, nothing), None, "{nothing}");
        }
    }
}
