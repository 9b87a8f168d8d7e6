//! `signpost verify`: tests a deployed site from outside, as a stranger would.

mod cdn;
mod closed;
mod embedding;
mod expectation;
mod files;
mod health;
mod hosts;
mod limits;
mod names;
mod refusal;
mod report;
mod routes;
mod settings;
mod share_links;
mod transport;
mod wait;
mod walk;

use std::path::PathBuf;
use std::time::Duration;

use serde_json::Value;

use super::failure::Failure;
use super::http::{Client, ConnectArgs, Limits};
use super::site_client::{SiteClient, site_url};
use super::stdio::{print, print_styled, read_text};
use closed::{ANY_CLOSED, ClosedPath, closed_paths};
use expectation::{Expectation, expectation, is_unlisted};
use report::{Outcome, Report, Row};
use routes::Shape;
use settings::Settings;

/// The minimum time from one request to the next.
const INTERVAL: Duration = Duration::from_millis(10);

const EXAMPLES: &str = "\
Sends requests without any password or token, one after the other, and asks 123Pan's CDN for the first byte
of a few files. With --config it also knows what should be closed; no secret is needed. A site with
`rate` rules may take a minute longer.

Examples:
  signpost verify https://files.example.com --config wrangler.toml
  signpost verify https://files.example.com --closed /Family --links links.txt --workers-dev alice
  signpost verify https://files.example.com --config wrangler.toml --wait --json > report.json

Exit status: 0 if nothing leaks or fails, 1 if something does, 2 if the site can't be tested.";

#[derive(clap::Args)]
#[command(after_help = EXAMPLES)]
pub struct Args {
    /// The site, such as `https://files.example.com`
    #[arg(value_name = "URL")]
    site: String,
    /// The site's wrangler.toml, whose rules the site is held to
    #[arg(long, value_name = "FILE")]
    config: Option<PathBuf>,
    /// A path that has to be closed to strangers, decoded, besides those that the rules close
    #[arg(long, value_name = "PATH")]
    closed: Vec<String>,
    /// A tree of the site, whose hosts are all tried; may be repeated
    #[arg(long = "tree", value_name = "FILE")]
    trees: Vec<PathBuf>,
    /// A file of share links, one a line: each may open its own path and no other
    #[arg(long, value_name = "FILE")]
    links: Option<PathBuf>,
    /// The account's subdomain of workers.dev, or the Worker's whole address there
    #[arg(long, value_name = "SUBDOMAIN")]
    workers_dev: Option<String>,
    /// How many open files to try
    #[arg(long, value_name = "COUNT", default_value_t = 5, value_parser = clap::value_parser!(u16).range(0..=50))]
    sample: u16,
    /// Wait for the end of the link that ends first, and try it once more; at most this many minutes
    #[arg(
        long, value_name = "MINUTES", num_args = 0..=1, require_equals = true, default_missing_value = "60",
        value_parser = clap::value_parser!(u64).range(1..=10_081)
    )]
    wait: Option<u64>,
    /// How many requests to send at most; each closed path takes about 45
    #[arg(long, value_name = "COUNT", default_value_t = 1_000, value_parser = clap::value_parser!(u16).range(1..))]
    max_requests: u16,
    /// Print one JSON object
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    connect: ConnectArgs,
}

/// Tests the site that the arguments name.
pub fn run(args: &Args) -> Result<(), Failure> {
    let (base, path) = site_url(&args.site)?;
    if path != "/" {
        return Err(Failure::new("the whole site is tested: give its address without a path"));
    }
    let settings = args.config.as_deref().map(settings::read).transpose()?;
    let links = args.links.as_deref().map(read_text).transpose()?.unwrap_or_default();
    let sites = args.trees.iter().map(|tree| hosts::sites_of(tree));
    let sites = sites.collect::<Result<Vec<_>, _>>()?.concat();
    let limits = Limits { requests: args.max_requests.into(), interval: INTERVAL };
    let client = Client::new(&args.connect, limits);
    let site = SiteClient::new(&client, base);
    let health = health(&site)?;
    let mut verifier = Verifier {
        args,
        site: &site,
        settings: settings.as_ref(),
        health,
        report: Report { site: site.base.clone(), ..Report::default() },
    };
    verifier.verify(&share_links::parse(&links), &sites)?;
    let mut report = verifier.report;
    report.requests = client.sent();
    if args.json {
        print(|out| writeln!(out, "{}", report.json()))?;
    } else {
        print_styled(|out| report.write_conclusion(out))?;
    }
    if report.is_bad() { Err(Failure::Input) } else { Ok(()) }
}

/// The health page of the site.
fn health(site: &SiteClient<'_>) -> Result<Value, Failure> {
    let response = site.get("/-/health", &[]);
    let response =
        response.map_err(|error| Failure::new(format_args!("{}: {error}", site.base)))?;
    let is_ours = transport::is_signpost(&response);
    response.json().filter(|_| is_ours).ok_or_else(|| {
        Failure::new(format_args!(
            "{}/-/health answers {}, and not as a Signpost does; look at the address, and at what stands in \
             front of it (Access, a firewall)",
            site.base, response.status
        ))
    })
}

/// A run of all checks.
struct Verifier<'v> {
    args: &'v Args,
    site: &'v SiteClient<'v>,
    settings: Option<&'v Settings>,
    health: Value,
    report: Report,
}

impl Verifier<'_> {
    /// Adds rows to the report, and shows them at once: a run takes about a minute.
    fn add(&mut self, rows: impl IntoIterator<Item = Row>) -> Result<(), Failure> {
        for row in rows {
            if !self.args.json {
                print_styled(|out| row.write(out))?;
            }
            self.report.rows.push(row);
        }
        Ok(())
    }

    /// Runs all checks, one after the other.
    fn verify(
        &mut self,
        links: &[share_links::ShareLink],
        sites: &[String],
    ) -> Result<(), Failure> {
        let (site, access) = (self.site, self.settings.map(|settings| &settings.access));
        self.addresses()?;
        self.add(health::rows(&self.health))?;
        if let Some(settings) = self.settings {
            let is_closed =
                |path: &str| expectation(&settings.access, &site.base, path) != Expectation::Open;
            self.add(health::open_where_closed(&self.health, is_closed))?;
            self.add(limits::rows(settings, &site.base))?;
        } else {
            let row = Row::new(
                "limits",
                "",
                Outcome::Untested,
                "budgets and rates can't be seen from outside",
            );
            self.add([row.hint("give the site's settings: --config wrangler.toml")])?;
        }
        let seen = walk::walk(site, &self.roots(), access);
        self.add(walk::rows(&seen, access.is_some()))?;
        let is_open = |path: &str| {
            access.is_none_or(|access| expectation(access, &site.base, path) == Expectation::Open)
        };
        let open = seen.files.iter().filter(|file| is_open(&file.path)).cloned();
        let open = open.collect::<Vec<_>>();
        let sample = walk::sample(&open, self.args.sample.into());
        let tested = sample.iter().map(|file| files::test(site, file)).collect::<Vec<_>>();
        if tested.is_empty() {
            let row = Row::new("files", "", Outcome::Untested, "no file is open to a stranger");
            self.add([row])?;
        }
        self.add(files::rows(&tested))?;
        let hosts = hosts::host_rows(&tested);
        let others = hosts::check_sites(site.client, sites, &hosts);
        self.add(hosts.into_iter().chain(others))?;
        self.add(files::clock_row(&tested))?;
        self.add(embedding::header_rows(&tested, access))?;
        if let Some(file) = sample.first() {
            self.add([embedding::check_frames(site, &file.path, access)])?;
        }
        if let Some(settings) = self.settings {
            self.add(embedding::referer_rows(site, settings))?;
        }
        let closed = self.closed(&seen);
        if closed.is_empty() {
            let row =
                Row::new("closed", "", Outcome::Untested, "no path is known that should be closed");
            self.add([row.hint(
                "give the site's settings, or paths: --config wrangler.toml, --closed PATH",
            )])?;
        }
        for path in &closed {
            self.add([closed::check(site, path, &seen.folders)])?;
        }
        for path in self.unlisted(&closed, &seen) {
            self.add([names::check(site, &path, Some(&self.health))])?;
        }
        for link in links {
            self.add([share_links::check(site, link, &closed)])?;
        }
        if let Some(minutes) = self.args.wait {
            self.add([wait::check(site.client, &tested, Duration::from_mins(minutes))])?;
        }
        Ok(())
    }

    /// The checks of the site's addresses.
    fn addresses(&mut self) -> Result<(), Failure> {
        let (client, base) = (self.site.client, self.site.base.as_str());
        self.add([transport::https(base)])?;
        self.add(transport::check_redirect(client, base))?;
        let name = self.settings.map_or("signpost", |settings| settings.name.as_str());
        let setting = self.settings.map(|settings| settings.has_workers_dev);
        let row = match &self.args.workers_dev {
            Some(given) => {
                transport::check_workers_dev(client, &transport::workers_dev_url(given, name))
            }
            None => transport::unknown_workers_dev(base, setting),
        };
        self.add([row])
    }

    /// The folders from which the walk begins.
    fn roots(&self) -> Vec<String> {
        let mut roots = vec!["/".to_owned()];
        roots.extend(health::open_paths(&self.health));
        if let Some(settings) = self.settings {
            let open = |path: &&String| {
                expectation(&settings.access, &self.site.base, path) == Expectation::Open
            };
            roots.extend(settings.rule_paths.iter().filter(open).cloned());
        }
        roots
    }

    /// The paths that should be closed: by the rules, by the arguments, and as the site shows.
    fn closed(&self, seen: &walk::WalkResult) -> Vec<ClosedPath> {
        let base = self.site.base.as_str();
        let by_rules = self.settings.map(|settings| closed_paths(settings, base));
        let mut closed = by_rules.unwrap_or_default();
        let given = self.args.closed.iter().map(|path| format!("/{}", path.trim_matches('/')));
        for path in given.chain(seen.locked.iter().cloned()) {
            if closed.iter().all(|known| known.path != path) {
                closed.push(ClosedPath {
                    path,
                    statuses: ANY_CLOSED.into(),
                    may_open: false,
                    shape: Shape::Anything,
                    is_for_nobody: false,
                });
            }
        }
        closed
    }

    /// The paths that no list may name.
    fn unlisted(&self, closed: &[ClosedPath], seen: &walk::WalkResult) -> Vec<String> {
        let base = self.site.base.as_str();
        let hidden = self.settings.map(|settings| settings.hidden.unlisted.as_slice());
        let all = closed.iter().map(|closed| &closed.path).chain(hidden.unwrap_or_default());
        let is_meant = |path: &&String| {
            let parent = routes::parent_of(path);
            path.as_str() != "/"
                && match self.settings {
                    Some(Settings { access, .. }) => {
                        is_unlisted(access, base, path)
                            && expectation(access, base, parent) == Expectation::Open
                    }
                    // Whoever has the name may know of what the site itself shows.
                    None => !seen.locked.contains(path),
                }
        };
        all.filter(is_meant).cloned().collect()
    }
}
