//! The crawl through a site's JSON: all folders below a path, in all their parts.

use std::collections::VecDeque;
use std::time::Duration;

use super::failure::Failure;
use super::site_client::{EntryJson, FolderJson, ListingError, SiteClient};
use crate::path::{MAX_SEGMENTS, check_segment};

/// The number of times that a folder is asked for again while it is being loaded.
const MAX_TRIES: usize = 40;
/// The time between two of them, which the site itself names.
const LOADING_WAIT: Duration = Duration::from_secs(3);

/// The folder to crawl, and the key that opens it.
#[derive(Clone, Copy, Debug)]
pub struct CrawlTarget<'r> {
    /// A share link's `/~TOKEN`, or empty.
    pub prefix: &'r str,
    /// The folder's decoded path, without a slash at the end.
    pub path: &'r str,
    /// The cookie of a login.
    pub cookie: Option<&'r str>,
}

impl<'r> CrawlTarget<'r> {
    /// The headers of requests below the folder: the site's own page as the referrer, and the cookie.
    pub fn headers(&self, referer: &'r str) -> Vec<(&'static str, &'r str)> {
        let cookie = self.cookie.map(|cookie| ("cookie", cookie));
        [("referer", referer)].into_iter().chain(cookie).collect()
    }
}

/// The folders that a crawl read.
#[derive(Debug, Default)]
pub struct SiteCrawl {
    /// The folders, each after the one that it is in; the first is the one that was asked for.
    pub folders: Vec<CrawledFolder>,
    /// The paths of folders of which 123Pan has more.
    pub incomplete: Vec<String>,
    /// The paths of folders whose listings are older than they should be.
    pub stale: Vec<String>,
    /// The paths of entries whose names no entry of a site can have.
    pub invalid: Vec<String>,
}

/// A folder with its entries, whose paths are those of the folder and their names.
#[derive(Debug)]
pub struct CrawledFolder {
    /// The decoded path, without a slash at the end.
    pub path: String,
    /// The entries, locked ones included.
    pub entries: Vec<EntryJson>,
}

/// Crawls a folder and all folders below it.
///
/// # Errors
/// The reason why one of them has no listing.
pub fn crawl(site: &SiteClient<'_>, target: &CrawlTarget<'_>) -> Result<SiteCrawl, Failure> {
    let mut crawl = SiteCrawl::default();
    let mut left = VecDeque::from([target.path.to_owned()]);
    while let Some(folder) = left.pop_front() {
        let mut entries = entries(site, target, &folder, &mut crawl)?;
        for entry in &mut entries {
            entry.path = format!("{folder}/{}", entry.name);
        }
        let is_valid = |entry: &mut EntryJson| {
            let is_deep = entry.path.split('/').count() > MAX_SEGMENTS;
            check_segment(&entry.name).is_ok() && !is_deep
        };
        crawl
            .invalid
            .extend(entries.extract_if(.., |entry| !is_valid(entry)).map(|entry| entry.path));
        let open = entries.iter().filter(|entry| entry.is_folder() && !entry.locked);
        left.extend(open.map(|entry| entry.path.clone()));
        crawl.folders.push(CrawledFolder { path: folder, entries });
    }
    Ok(crawl)
}

/// All entries of a folder, part by part.
fn entries(
    site: &SiteClient<'_>,
    target: &CrawlTarget<'_>,
    folder: &str,
    crawl: &mut SiteCrawl,
) -> Result<Vec<EntryJson>, Failure> {
    let mut all = Vec::new();
    let mut page = 1;
    loop {
        let part = part(site, target, folder, page)?;
        if part.incomplete && page == 1 {
            crawl.incomplete.push(shown(folder));
        }
        if part.stale && page == 1 {
            crawl.stale.push(shown(folder));
        }
        all.extend(part.entries);
        if page >= part.pages {
            return Ok(all);
        }
        page += 1;
    }
}

/// One part of a folder, once it is loaded.
fn part(
    site: &SiteClient<'_>,
    target: &CrawlTarget<'_>,
    folder: &str,
    page: usize,
) -> Result<FolderJson, Failure> {
    let referer = format!("{}/", site.base);
    let headers = target.headers(&referer);
    for _ in 0..MAX_TRIES {
        match site.folder(target.prefix, folder, page, &headers) {
            Ok(part) if !part.loading => return Ok(part),
            Ok(_) => {}
            Err(ListingError::Status(503, Some(code))) if code == "still_loading" => {}
            Err(error) => return Err(Failure::new(format_args!("{}: {error}", shown(folder)))),
        }
        std::thread::sleep(LOADING_WAIT);
    }
    Err(Failure::new(format_args!("{}: still loading; try again later", shown(folder))))
}

/// A folder's path as people write it.
fn shown(folder: &str) -> String {
    format!("{folder}/")
}
