//! The tree of a crawl through a site, with a URL for each file.

use serde_json::{Value, json};

use crate::cli::direct_link::{below_base, direct_link};
use crate::cli::failure::Failure;
use crate::cli::http::Method;
use crate::cli::site_client::{EntryJson, SiteClient, SiteRequest, error_code, href};
use crate::cli::site_crawl::{self, CrawlTarget, CrawledFolder};
use crate::cli::tree_text::{EntryError, File, Folder, clean_url};

/// The lifetime of the share link through which a site is read, in seconds.
const LINK_SECONDS: u64 = 3_600;

/// The URLs of the files in a tree.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum UrlSource {
    /// The URL of the folder in the direct-link space, with the path below it.
    Base(String),
    /// Each file's direct link, as the site gives it, without the signature.
    Links,
    /// The file's URL on the site.
    Site,
}

/// The entries that a crawl found, and the paths that it could not read.
#[derive(Debug, Default)]
pub struct Crawl {
    /// The entries, below the folder that was asked for.
    pub root: Folder,
    /// The number of folders that were read.
    pub folders: usize,
    /// The paths of entries that are shown by their names alone.
    pub locked: Vec<String>,
    /// The paths of folders of which 123Pan has more.
    pub incomplete: Vec<String>,
    /// The paths of files that have no direct link.
    pub without_link: Vec<String>,
    /// The paths of entries that no tree can hold, and the reasons.
    pub left_out: Vec<(String, EntryError)>,
}

impl Crawl {
    /// Adds a file at a path below the folder that was asked for.
    fn add(&mut self, below: &str, entry: EntryJson, url: &str) {
        let folders = below.split('/').filter(|name| !name.is_empty()).map(str::to_owned);
        let folders = folders.collect::<Vec<_>>();
        let modified = entry.modified.and_then(|time| u32::try_from(time.0).ok());
        let added = clean_url(url).and_then(|url| {
            self.root.add_file(&folders, &entry.name, File { url, size: entry.size, modified })
        });
        if let Err(error) = added {
            self.left_out.push((entry.path, error));
        }
    }
}

/// Crawls through a share link that the owner's token makes, and revokes it at the end.
pub fn through_share_link(
    site: &SiteClient<'_>,
    path: &str,
    urls: &UrlSource,
    token: &str,
) -> Result<Crawl, Failure> {
    let bearer = format!("Bearer {token}");
    let headers = [("authorization", bearer.as_str())];
    let body = json!({ "path": format!("{path}/"), "expires_in": LINK_SECONDS }).to_string();
    let request = SiteRequest {
        method: Method::Post,
        target: "/-/api/links",
        headers: &headers,
        body: &body,
    };
    let response = site.send(&request).map_err(Failure::new)?;
    let made = response.json().filter(|_| response.status == 201);
    let text = |field: &str| made.as_ref()?.get(field).and_then(Value::as_str).map(str::to_owned);
    let (Some(url), Some(id)) = (text("url"), text("id")) else {
        let status = response.status;
        let code = error_code(&response).unwrap_or_default();
        return Err(Failure::new(match status {
            401 => "the site refuses the token: it is not the site's API_TOKEN".to_owned(),
            _ => format!("the site makes no share link: {status} {code}").trim_end().to_owned(),
        }));
    };
    let prefix = url.split_once("/~").and_then(|(_, rest)| rest.split('/').next());
    let prefix = prefix.map(|token| format!("/~{token}")).unwrap_or_default();
    let crawled = crawl(site, &prefix, path, urls);
    // Whatever happened: the link opens all of the folder to whoever has it.
    let target = format!("/-/api/links/{id}");
    let revoke =
        SiteRequest { method: Method::Delete, target: &target, headers: &headers, body: "" };
    let is_revoked = site.send(&revoke).is_ok_and(|response| response.status == 204);
    let crawl = crawled?;
    if is_revoked {
        Ok(crawl)
    } else {
        Err(Failure::new(format_args!(
            "the share link {id} could not be revoked; it works for an hour. Revoke it: DELETE /-/api/links/{id}"
        )))
    }
}

/// Crawls all folders below a path; `prefix` is a share link's `/~TOKEN`, or empty.
pub fn crawl(
    site: &SiteClient<'_>,
    prefix: &str,
    path: &str,
    urls: &UrlSource,
) -> Result<Crawl, Failure> {
    let crawled = site_crawl::crawl(site, &CrawlTarget { prefix, path, cookie: None })?;
    let invalid = crawled.invalid.into_iter().map(|path| (path, EntryError::Name)).collect();
    let (folders, incomplete) = (crawled.folders.len(), crawled.incomplete);
    let mut crawl = Crawl { folders, incomplete, left_out: invalid, ..Crawl::default() };
    for CrawledFolder { path: folder, entries } in crawled.folders {
        for entry in entries {
            if entry.locked {
                crawl.locked.push(entry.path);
            } else if !entry.is_folder() {
                let url = url_of(site, prefix, path, &entry, urls, &mut crawl)?;
                let below = folder.strip_prefix(path).unwrap_or_default();
                crawl.add(below, entry, &url);
            }
        }
    }
    Ok(crawl)
}

/// The URL of a file in the tree.
fn url_of(
    site: &SiteClient<'_>,
    prefix: &str,
    root: &str,
    entry: &EntryJson,
    urls: &UrlSource,
    crawl: &mut Crawl,
) -> Result<String, Failure> {
    let own = || format!("{}{}", site.base, href(&entry.path, false));
    match urls {
        UrlSource::Site => Ok(own()),
        UrlSource::Base(base) => {
            let below = entry.path.strip_prefix(root).unwrap_or(&entry.path);
            Ok(below_base(base, below))
        }
        UrlSource::Links => {
            let target = format!("{prefix}{}?format=json", href(&entry.path, false));
            let referer = format!("{}/", site.base);
            let response = site.get(&target, &[("referer", &referer)]).map_err(Failure::new)?;
            let json = response.json().unwrap_or_default();
            let url = json.get("url").and_then(Value::as_str).filter(|_| response.status == 200);
            let Some(url) = url else {
                let code = error_code(&response).unwrap_or_default();
                return Err(Failure::new(format_args!(
                    "{}: the site gives no link: {} {code}",
                    entry.path, response.status
                )));
            };
            if let Some(url) = direct_link(url) {
                return Ok(url);
            }
            crawl.without_link.push(entry.path.clone());
            Ok(own())
        }
    }
}
