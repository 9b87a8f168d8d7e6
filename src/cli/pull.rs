//! `signpost pull`: writes the tree of a deployed site from its own JSON.

mod crawl;

use std::io::Write as _;
use std::path::PathBuf;
use std::time::Duration;

use super::direct_link::direct_base;
use super::failure::Failure;
use super::format::{DIM, WARNING, count, visible};
use super::http::{Client, ConnectArgs, Limits};
use super::output_file::write_file;
use super::site_client::{SiteClient, is_loopback, site_folder};
use super::stdio::print;
use super::token::token;
use crate::secret::Secret;
use crawl::{Crawl, UrlSource};

const LIMITS: Limits = Limits { requests: 200_000, interval: Duration::from_millis(5) };

/// The maximum number of warnings of one kind.
const MAX_WARNINGS: usize = 20;

const EXAMPLES: &str = "\
The token is the site's secret API_TOKEN. It comes from --token-file or from the environment variable
API_TOKEN, and makes a share link of an hour, through which the folder is read and which is revoked at
the end. Without a token, what a stranger may list is written. What a deeper rule locks has to be
pulled by a path of its own. No request goes to 123Pan.

Examples:
  signpost pull https://files.example.com/Movies/ --base https://vip.123pan.cn/1812000499/movies/ -o movies.txt
  API_TOKEN=$(cat token.txt) signpost pull https://files.example.com/Family/ --links > family.txt
  signpost pull https://files.example.com/ --token-file token.txt | signpost check -";

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
    /// A file that holds the site's `API_TOKEN`, and nothing else
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
    let token = token(args.token_file.as_deref(), "API_TOKEN")?;
    let pulled = site_tree(args, token.as_ref())?;
    match &args.output {
        // Direct links, and what a token opened, are for nobody else on this machine.
        Some(file) => write_file(file, pulled.text.as_bytes(), true)
            .map_err(|error| Failure::new(format_args!("{}: {error}", file.display())))?,
        None => print(|out| out.write_all(pulled.text.as_bytes()))?,
    }
    report(&pulled);
    Ok(())
}

/// A tree that was read from a site.
#[derive(Debug)]
struct Pulled {
    /// The tree's text, in our own grammar; its root is the folder that was read.
    text: String,
    /// The number of files in it.
    files: usize,
    /// The number of folders that were read.
    folders: usize,
    /// The number of requests that it took.
    requests: usize,
    /// Remarks about single paths: not read, not written, or written otherwise.
    notes: Vec<Note>,
}

/// A remark about entries of the site, all for the same reason.
#[derive(Debug)]
struct Note {
    /// The decoded paths.
    paths: Vec<String>,
    /// The reason, in words that follow the path.
    text: String,
}

/// Reads the tree of a site.
fn site_tree(args: &Args, token: Option<&Secret>) -> Result<Pulled, Failure> {
    let (origin, path) = site_folder(&args.folder)?;
    let urls = match (&args.base, args.links) {
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
        Some(token) => crawl::through_share_link(&site, &path, &urls, token.expose())?,
        None => crawl::crawl(&site, "", &path, &urls)?,
    };
    pulled(crawl, client.sent())
}

/// Writes the tree of a crawl.
fn pulled(crawl: Crawl, requests: usize) -> Result<Pulled, Failure> {
    let notes = [
        (crawl.locked, "locked; pull it by its own URL"),
        (crawl.incomplete, "could not be read in full; pull it again later"),
        (crawl.without_link, "has no direct link, so the site's own URL stands for it"),
    ];
    let notes = notes.into_iter().filter(|(paths, _)| !paths.is_empty());
    let mut notes =
        notes.map(|(paths, text)| Note { paths, text: text.to_owned() }).collect::<Vec<_>>();
    for (path, error) in crawl.left_out {
        let text = format!("left out: {error}");
        match notes.iter_mut().find(|note| note.text == text) {
            Some(note) => note.paths.push(path),
            None => notes.push(Note { paths: vec![path], text }),
        }
    }
    let (text, files) = (crawl.root.text().map_err(Failure::new)?, crawl.root.files());
    Ok(Pulled { text, files, folders: crawl.folders, requests, notes })
}

/// Says on standard error what was written, and what was not.
fn report(pulled: &Pulled) {
    let mut err = anstream::stderr();
    let (files, folders) = (count(pulled.files, "file"), count(pulled.folders, "folder"));
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
