//! `signpost strm`: writes a library of `.strm` files, for media centres, from a folder of a deployed site.

mod address;
mod fetch;
mod folder;
mod library;
mod plan;
mod sidecar;
mod state;

use std::io::Write as _;
use std::path::PathBuf;
use std::time::Duration;

use clap::ValueEnum;

use super::failure::Failure;
use super::format::{DIM, WARNING, count, visible};
use super::http::{Client, ConnectArgs, Limits};
use super::site_client::{SiteClient, is_loopback};
use super::site_crawl::{CrawlTarget, SiteCrawl, crawl};
use super::stdio::{print, read_text};
use crate::secret::Secret;
use address::LibraryAddress;
use folder::LibraryFolder;
use library::{Content, Library, SidecarForm};
use plan::Plan;
use state::{State, Written, digest};

const LIMITS: Limits = Limits { requests: 200_000, interval: Duration::from_millis(5) };

/// The maximum number of warnings of one kind.
const MAX_WARNINGS: usize = 20;
/// The number of files that are written until the state is.
const STATE_EVERY: usize = 200;

const EXAMPLES: &str = "\
Media centres don't log in: for a locked folder make a share link first, and give its address.
Only what changed is written, and only files that this command wrote are changed or deleted.
123Pan is asked for nothing but the sidecars that are fetched, which count towards budgets.

Examples:
  signpost strm https://files.example.com/Movies/ --out /srv/media/movies
  signpost strm https://files.example.com/~TOKEN/Movies/ --out movies --sidecars fetch --delete
  signpost strm /Movies/ --site https://files.example.com --out movies --dry-run";

#[derive(clap::Args)]
#[command(after_help = EXAMPLES)]
pub struct Args {
    /// The address of a folder on the site, such as `https://files.example.com/Movies/`, or its decoded path
    #[arg(value_name = "ADDRESS|PATH")]
    folder: String,
    /// The site, where a path is given
    #[arg(long, value_name = "URL")]
    site: Option<String>,
    /// The folder in which the library is written
    #[arg(long, short, value_name = "DIR")]
    out: PathBuf,
    /// The address of the same folder for players, which the files hold; else the one that is read
    #[arg(long, value_name = "URL")]
    base: Option<String>,
    /// A file that holds the folder's password, and nothing else
    #[arg(long, value_name = "FILE")]
    password_file: Option<PathBuf>,
    /// How to treat subtitles, lyrics, covers and `.nfo` files
    #[arg(long, value_enum, default_value_t)]
    sidecars: SidecarMode,
    /// Where the same folder of the site is mounted on this machine, for `--sidecars link`
    #[arg(long, value_name = "DIR", required_if_eq("sidecars", "link"))]
    mounted: Option<PathBuf>,
    /// Delete files of an earlier run that the site no longer has
    #[arg(long)]
    delete: bool,
    /// Say what would be done, and do nothing
    #[arg(long)]
    dry_run: bool,
    #[command(flatten)]
    connect: ConnectArgs,
}

/// The treatment of sidecars.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
enum SidecarMode {
    /// They are left out
    #[default]
    Skip,
    /// They are downloaded, and again when they change
    Fetch,
    /// They are links into the folder that `--mounted` names
    Link,
}

/// Brings the library up to date.
pub fn run(args: &Args) -> Result<(), Failure> {
    let address = LibraryAddress::parse(&args.folder, args.site.as_deref())?;
    let base = address.base(args.base.as_deref())?;
    let form = sidecar_form(args)?;
    let folder = LibraryFolder::new(&args.out);
    let state = read_state(&folder, &address)?;
    let client = Client::new(&args.connect, LIMITS);
    let site = SiteClient::new(&client, address.origin.clone());
    let cookie = log_in(args, &site, &address)?;
    let LibraryAddress { prefix, path, .. } = &address;
    let target = CrawlTarget { prefix, path, cookie: cookie.as_deref() };
    let crawled = crawl(&site, &target)?;
    let library = Library::of(&crawled, &base, &form);
    let plan = Plan::of(&library, &state, form != SidecarForm::Skipped, &folder);
    let keeps = if args.delete { Keeps::of(&crawled, &library) } else { Some(Keeps::Unasked) };
    let mut outcome = Outcome::default();
    if !args.dry_run {
        let (on_disk, state) = (&state, plan.kept.clone());
        let mut work = Work { folder: &folder, state, on_disk, outcome: &mut outcome };
        if keeps.is_none() {
            work.delete(&plan.gone);
        }
        work.write(&plan, &library, |path, size| fetch::fetch(&site, &target, path, size))?;
    }
    print_changes(&plan, keeps.is_none())?;
    report(&plan, &crawled, &library, keeps, client.sent());
    if cookie.is_some() && args.base.is_none() {
        let text = "media centres send no password: make a share link for the folder, and give its address";
        warn("the addresses in the files ask for the password", text);
    }
    outcome.result()
}

/// The form of sidecars that the arguments ask for.
fn sidecar_form(args: &Args) -> Result<SidecarForm, Failure> {
    let mounted = match (args.sidecars, &args.mounted) {
        (SidecarMode::Link, Some(mounted)) => mounted,
        (SidecarMode::Link, None) | (SidecarMode::Skip, _) => return Ok(SidecarForm::Skipped),
        (SidecarMode::Fetch, _) => return Ok(SidecarForm::Fetched),
    };
    let text = mounted
        .to_str()
        .filter(|_| mounted.is_absolute())
        .ok_or_else(|| Failure::new("--mounted: give the absolute path of the folder, in UTF-8"))?;
    Ok(SidecarForm::Linked(text.to_owned()))
}

fn read_state(folder: &LibraryFolder, address: &LibraryAddress) -> Result<State, Failure> {
    let path = format!("{}/", address.path);
    let text = folder.state().map_err(|error| {
        Failure::new(format_args!("--out: {} can't be read: {error}", state::FILE_NAME))
    })?;
    text.map_or_else(|| Ok(State::new(&path)), |text| State::parse(&text, &path))
}

/// The cookie that the password gives, if there is one.
fn log_in(
    args: &Args,
    site: &SiteClient<'_>,
    address: &LibraryAddress,
) -> Result<Option<String>, Failure> {
    let Some(file) = &args.password_file else { return Ok(None) };
    if !address.prefix.is_empty() {
        return Err(Failure::new("--password-file: a share link's address needs no password"));
    }
    if site.base.starts_with("http:") && !is_loopback(&site.base) {
        return Err(Failure::new(
            "over plain http anybody on the way could read the password: give the site's https address",
        ));
    }
    site.log_in(&address.path, &Secret::new(&read_text(file)?))
}

/// The reason why files that the site no longer has are kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Keeps {
    /// Nobody asked to delete them.
    Unasked,
    /// A folder was not read in full, or its listing is old.
    Incomplete,
    /// The site lists nothing at all.
    Empty,
}

impl Keeps {
    /// `None` if they may be deleted.
    fn of(crawled: &SiteCrawl, library: &Library) -> Option<Self> {
        if !(crawled.incomplete.is_empty()
            && crawled.stale.is_empty()
            && crawled.invalid.is_empty())
        {
            Some(Self::Incomplete)
        } else if library.files.is_empty() {
            Some(Self::Empty)
        } else {
            None
        }
    }

    fn text(self) -> &'static str {
        match self {
            Self::Unasked => "kept; --delete deletes them",
            Self::Incomplete => "kept, since not every folder could be read in full and anew",
            Self::Empty => "kept, since the site lists nothing at all",
        }
    }
}

/// The failures of a run's work.
#[derive(Debug, Default)]
struct Outcome {
    failed: usize,
}

impl Outcome {
    fn fail(&mut self, path: &str, why: &str) {
        self.failed += 1;
        if self.failed <= MAX_WARNINGS {
            warn(path, why);
        }
    }

    fn result(&self) -> Result<(), Failure> {
        match self.failed {
            0 => Ok(()),
            failed => Err(Failure::new(format_args!(
                "{} failed; the next run tries again",
                count(failed, "file")
            ))),
        }
    }
}

/// The work of a run, and the state as it grows.
struct Work<'w> {
    folder: &'w LibraryFolder,
    state: State,
    /// The state's file as it is on the disk.
    on_disk: &'w State,
    outcome: &'w mut Outcome,
}

impl Work<'_> {
    /// Deletes what is gone. First, so that on a disk which ignores case a new file is not taken for it.
    fn delete(&mut self, gone: &[String]) {
        for path in gone {
            match self.folder.delete(path) {
                Ok(()) => drop(self.state.files.remove(path)),
                Err(error) => self.outcome.fail(path, &error.to_string()),
            }
        }
    }

    /// Writes what is new or changed, and the state.
    fn write(
        &mut self,
        plan: &Plan,
        library: &Library,
        fetch: impl Fn(&str, Option<u64>) -> Result<Vec<u8>, String>,
    ) -> Result<(), Failure> {
        for (number, path) in plan.new.iter().chain(&plan.changed).enumerate() {
            let Some(content) = library.files.get(path) else { continue };
            match self.write_one(path, content, &fetch) {
                Ok(written) => drop(self.state.files.insert(path.clone(), written)),
                Err(why) => self.outcome.fail(path, &why),
            }
            if number % STATE_EVERY == STATE_EVERY - 1 {
                self.write_state()?;
            }
        }
        self.write_state()
    }

    /// Writes a file or makes a link.
    fn write_one(
        &self,
        path: &str,
        content: &Content,
        fetch: &impl Fn(&str, Option<u64>) -> Result<Vec<u8>, String>,
    ) -> Result<Written, String> {
        let (bytes, size, modified) = match content {
            Content::Address(address) => (address.as_bytes().to_vec(), None, None),
            Content::Sidecar { path, size, modified } => (fetch(path, *size)?, *size, *modified),
            Content::Link(target) => (target.as_bytes().to_vec(), None, None),
        };
        let done = match content {
            Content::Link(target) => self.folder.link(path, target),
            Content::Address(_) | Content::Sidecar { .. } => self.folder.write(path, &bytes),
        };
        done.map_err(|error| error.to_string())?;
        Ok(Written { digest: digest(&bytes), size, modified })
    }

    /// Writes the state's file, unless nothing changed: media centres scan a folder whose time is new.
    fn write_state(&self) -> Result<(), Failure> {
        if self.state == *self.on_disk {
            return Ok(());
        }
        let written = self.folder.write(state::FILE_NAME, self.state.text().as_bytes());
        written.map_err(|error| Failure::new(format_args!("{}: {error}", state::FILE_NAME)))
    }
}

/// Prints a line for each file that changes.
fn print_changes(plan: &Plan, is_gone_deleted: bool) -> Result<(), Failure> {
    print(|out| {
        let gone = if is_gone_deleted { "deleted" } else { "gone" };
        for (word, paths) in [("new", &plan.new), ("changed", &plan.changed), (gone, &plan.gone)] {
            for path in paths {
                writeln!(out, "{word} {}", visible(path))?;
            }
        }
        Ok(())
    })
}

/// Says on standard error what was done, and what was not.
fn report(plan: &Plan, crawled: &SiteCrawl, library: &Library, keeps: Option<Keeps>, sent: usize) {
    let (new, changed, gone) = (plan.new.len(), plan.changed.len(), plan.gone.len());
    let (folders, requests) = (count(crawled.folders.len(), "folder"), count(sent, "request"));
    let mut err = anstream::stderr();
    let _ = writeln!(
        err,
        "{DIM}{new} new, {changed} changed, {gone} gone, {} unchanged; {folders}, {requests}{DIM:#}",
        plan.unchanged
    );
    if let Some(keeps) = keeps.filter(|_| gone > 0) {
        let _ = writeln!(err, "{DIM}{gone} gone: {}{DIM:#}", keeps.text());
    }
    for (paths, text) in [
        (&library.locked_on_site, "locked; make a library of it by its own share link"),
        (&crawled.incomplete, "could not be read in full; run this again later"),
        (
            &crawled.stale,
            "the site's listing is old, since 123Pan can't be asked; run this again later",
        ),
        (&crawled.invalid, "left out: this can be no entry's name"),
        (&library.unlinked, "left out: on this machine the name leads elsewhere"),
        (&plan.foreign, "left alone: something else is there that this command did not write"),
    ] {
        for path in paths.iter().take(MAX_WARNINGS) {
            warn(path, text);
        }
        if let Some(more) = paths.len().checked_sub(MAX_WARNINGS).filter(|more| *more > 0) {
            warn(&format!("and {more} more"), text);
        }
    }
}

fn warn(path: &str, text: &str) {
    let mut err = anstream::stderr();
    let _ = writeln!(err, "{WARNING}warning{WARNING:#}: {}: {text}", visible(path));
}
