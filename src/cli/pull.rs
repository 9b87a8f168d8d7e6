//! `signpost pull`: writes the tree of a deployed site from its own JSON, or that of an AList or OpenList server.

mod crawl;
mod openlist;

use std::io::Write as _;
use std::path::PathBuf;
use std::time::Duration;

use super::failure::Failure;
use super::format::{DIM, WARNING, count, visible};
use super::http::{Client, ConnectArgs, Limits};
use super::output_file::write_file;
use super::site_client::{SiteClient, is_loopback, site_url};
use super::stdio::{print, read_text};
use super::tree_text::{self, FolderText};
use crate::absolute_url;
use crate::path::EntryPath;
use crawl::{Crawl, UrlSource};

const LIMITS: Limits = Limits { requests: 200_000, interval: Duration::from_millis(5) };

/// The maximum number of warnings of one kind.
const MAX_WARNINGS: usize = 20;

const EXAMPLES: &str = "\
The token is the site's secret API_TOKEN. It comes from --token-file or from the environment variable
API_TOKEN, and makes a share link of an hour, through which the folder is read and which is revoked at
the end. Without a token, what a stranger may list is written. What a deeper rule locks has to be
pulled by a path of its own. No request goes to 123Pan.

With --openlist the server is AList or OpenList: it is walked by its API, as a guest or with a user's
token (--token-file, or the environment variable OPENLIST_TOKEN). The direct links that it hands out are
taken without their signatures; for other files its own URLs stand in the tree.

Examples:
  signpost pull https://files.example.com/Movies/ --base https://vip.123pan.cn/1812000499/movies/ -o movies.txt
  API_TOKEN=$(cat token.txt) signpost pull https://files.example.com/Family/ --links > family.txt
  signpost pull https://files.example.com/ --token-file token.txt | signpost check -
  signpost pull --openlist https://alist.example.com/Movies -o movies.txt";

#[derive(clap::Args)]
#[command(after_help = EXAMPLES)]
pub struct Args {
    /// The folder on the site, such as `https://files.example.com/Movies/`
    #[arg(value_name = "URL")]
    folder: String,
    /// The URL of the same folder in the direct-link space, to which the paths below it are added
    #[arg(long, value_name = "URL", conflicts_with = "links")]
    base: Option<String>,
    /// Ask the site for each file's direct link, which counts towards budgets; else the tree has the site's own URLs
    #[arg(long)]
    links: bool,
    /// The server is AList or OpenList
    #[arg(long, conflicts_with = "links")]
    openlist: bool,
    /// A file that holds the site's `API_TOKEN`, or the token of a user of OpenList, and nothing else
    #[arg(long, value_name = "FILE")]
    token_file: Option<PathBuf>,
    /// Write the tree to a file
    #[arg(long, short, value_name = "FILE")]
    output: Option<PathBuf>,
    #[command(flatten)]
    connect: ConnectArgs,
}

/// Writes the tree that the arguments ask for.
pub fn run(args: &Args) -> Result<(), Failure> {
    let token = token(args)?;
    let token = token.as_deref().map(str::trim);
    let base = args.base.as_deref();
    let pulled = if args.openlist {
        openlist_tree(&args.folder, base, token, &args.connect)?
    } else {
        site_tree(args, base, token)?
    };
    match &args.output {
        // Direct links, and what a token opened, are for nobody else on this machine.
        Some(file) => write_file(file, pulled.text.as_bytes(), true)
            .map_err(|error| Failure::new(format_args!("{}: {error}", file.display())))?,
        None => print(|out| out.write_all(pulled.text.as_bytes()))?,
    }
    report(&pulled);
    Ok(())
}

/// A tree that was read from a server.
#[derive(Debug)]
pub struct Pulled {
    /// The tree's text, in our own grammar; its root is the folder that was read.
    pub text: String,
    /// The files that the text is of, folder by folder.
    pub root: FolderText,
    /// The number of folders that were read.
    pub folders: usize,
    /// The number of requests that it took.
    pub requests: usize,
    /// Remarks about single paths: not read, not written, or written otherwise.
    pub notes: Vec<Note>,
}

/// A remark about entries of the server, all for the same reason.
#[derive(Debug)]
pub struct Note {
    /// The decoded paths.
    pub paths: Vec<String>,
    /// The reason, in words that follow the path.
    pub text: &'static str,
}

/// Reads the tree of a site of ours.
fn site_tree(args: &Args, base: Option<&str>, token: Option<&str>) -> Result<Pulled, Failure> {
    let (origin, path) = server_folder(&args.folder)?;
    let urls = match (base, args.links) {
        (Some(base), _) => UrlSource::Base(direct_base(base)?),
        (None, true) => UrlSource::Links,
        (None, false) => UrlSource::Site,
    };
    if token.is_some() && origin.starts_with("http:") && !is_loopback(&origin) {
        return Err(Failure::new(
            "over plain http anybody on the way could read the token: give the site's https address",
        ));
    }
    let client = Client::new(&args.connect, LIMITS);
    let site = SiteClient::new(&client, origin);
    let crawl = match token {
        Some(token) => crawl::through_share_link(&site, &path, &urls, token)?,
        None => crawl::crawl(&site, "", &path, &urls)?,
    };
    pulled(crawl, client.sent())
}

/// Reads the tree of a folder on an AList or OpenList server. `base` is the URL of the same folder in the
/// direct-link space; without it, the server is asked for each file's direct link.
///
/// # Errors
/// The folder can't be listed, or nobody answers as such a server does.
pub fn openlist_tree(
    folder: &str,
    base: Option<&str>,
    token: Option<&str>,
    connect: &ConnectArgs,
) -> Result<Pulled, Failure> {
    let (origin, path) = server_folder(folder)?;
    let urls = match base {
        Some(base) => UrlSource::Base(direct_base(base)?),
        None => UrlSource::Links,
    };
    let client = Client::new(connect, LIMITS);
    let crawl = openlist::crawl(&SiteClient::new(&client, origin), &path, &urls, token)?;
    pulled(crawl, client.sent())
}

/// The server and the decoded path, without a slash at its end, in the URL of a folder.
fn server_folder(url: &str) -> Result<(String, String), Failure> {
    let (origin, href) = site_url(url)?;
    let path = EntryPath::parse(&href).map_err(Failure::new)?;
    let path = path.display().trim_end_matches('/').to_owned();
    Ok((origin, path))
}

/// Writes the tree of a crawl.
fn pulled(crawl: Crawl, requests: usize) -> Result<Pulled, Failure> {
    let tree = tree_text::write(&crawl.root)?;
    let own = "has no direct link, so the server's own URL stands for it";
    let notes = [
        (crawl.locked, "locked; pull it by its own URL"),
        (crawl.incomplete, "could not be read in full; pull it again later"),
        (crawl.without_link, own),
        (crawl.unusable, "no path of a site can hold this name"),
        (tree.left_out, "no line of a tree can hold this name"),
    ];
    let notes = notes.into_iter().filter(|(paths, _)| !paths.is_empty());
    Ok(Pulled {
        folders: crawl.folders,
        requests,
        notes: notes.map(|(paths, text)| Note { paths, text }).collect(),
        text: tree.text,
        root: crawl.root,
    })
}

/// Says on standard error what was written, and what was not.
fn report(pulled: &Pulled) {
    let mut err = anstream::stderr();
    let (files, folders) = (count(pulled.root.count(), "file"), count(pulled.folders, "folder"));
    let requests = count(pulled.requests, "request");
    let _ = writeln!(err, "{DIM}{files} in {folders}, {requests}{DIM:#}");
    for Note { paths, text } in &pulled.notes {
        for path in paths.iter().take(MAX_WARNINGS) {
            let _ = writeln!(err, "{WARNING}warning{WARNING:#}: {}: {text}", visible(path));
        }
        if let Some(more) = paths.len().checked_sub(MAX_WARNINGS).filter(|more| *more > 0) {
            let _ = writeln!(err, "{WARNING}warning{WARNING:#}: and {more} more: {text}");
        }
    }
}

/// The base of the folder's direct links.
fn direct_base(given: &str) -> Result<String, Failure> {
    let url = absolute_url::parse(given);
    let url = url.filter(|url| url.query().is_none() && url.fragment().is_none());
    url.filter(|url| url.path().ends_with('/')).map(String::from).ok_or_else(|| {
        Failure::new(format_args!(
            "--base: {given:?} is not the URL of a folder: write it like https://vip.123pan.cn/1812000499/movies/"
        ))
    })
}

/// The token of the server's API, from the file or the environment. Each kind of server has a variable of its
/// own, so that neither gets the token of the other.
fn token(args: &Args) -> Result<Option<String>, Failure> {
    if let Some(file) = &args.token_file {
        return Ok(Some(read_text(file)?));
    }
    let variable = if args.openlist { "OPENLIST_TOKEN" } else { "API_TOKEN" };
    Ok(token_from_environment(variable).filter(|token| !token.trim().is_empty()))
}

#[expect(
    clippy::disallowed_methods,
    reason = "an argument could be read by others, as the token must not"
)]
fn token_from_environment(variable: &str) -> Option<String> {
    std::env::var(variable).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_base_is_the_url_of_a_folder() {
        assert_eq!(
            direct_base("https://vip.123pan.cn/13/a b/").unwrap(),
            "https://vip.123pan.cn/13/a%20b/"
        );
        for wrong in
            ["https://vip.123pan.cn/13/a", "vip.123pan.cn/13/", "https://h/?x=1/", "https://h/#/"]
        {
            assert!(direct_base(wrong).is_err(), "{wrong}");
        }
    }
}
