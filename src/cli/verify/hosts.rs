//! The check of the hosts of direct links: those of the sample, and those in the owner's trees.

use std::path::Path;

use super::cdn::Fetched;
use super::files::{FileResponse, FileTest};
use super::report::{Outcome, Row};
use crate::cli::clock::now;
use crate::cli::failure::Failure;
use crate::cli::http::{Client, HttpError, Method, Request};
use crate::cli::stdio::{read_bytes, text_of};
use crate::host::SignedHosts;
use crate::tree::Tree;
use crate::tree::compiled::is_compiled;
use crate::tree::pack::unpack;
use crate::tree::parse::Context;

/// The name of the check.
const CHECK: &str = "hosts";
/// The maximum number of hosts of trees that are tried.
const MAX_SITES: usize = 50;

/// A row for each host of the links: whether it is alive.
pub fn host_rows(tested: &[FileTest]) -> Vec<Row> {
    let mut hosts = Vec::<(String, Option<HttpError>)>::new();
    for each in tested {
        let FileResponse::Redirect(link) = &each.answer else { continue };
        let error = match &link.answers.signed {
            Fetched::NoAnswer(error) if error.is_dead_host() => Some(error.clone()),
            _ => None,
        };
        let host = link.host();
        match hosts.iter_mut().find(|(known, _)| *known == host) {
            // One answer shows that the host is alive.
            Some((_, known)) => *known = known.take().filter(|_| error.is_some()),
            None => hosts.push((host, error)),
        }
    }
    hosts.into_iter().map(|(host, error)| row(&host, error.as_ref())).collect()
}

/// The row about a host, by the reason why nothing answers there.
fn row(host: &str, error: Option<&HttpError>) -> Row {
    let Some(error) = error else { return Row::new(CHECK, host, Outcome::Ok, "answers") };
    Row::new(CHECK, host, Outcome::Failed, format!("dead: {error}")).hint(
        "links on this host do not work any more: set `host` in the mount to the account's present direct-link \
         host, as 123Pan's console shows it. It moves all links of the mount, and the tree stays as it is; see \
         \"Moved hosts\" in docs/en/mounts.md",
    )
}

/// The schemes and hosts in a tree's text, packed or compiled, each once.
///
/// # Errors
/// The file can't be read, or is no tree.
pub fn sites_of(path: &Path) -> Result<Vec<String>, Failure> {
    let read = read_bytes(path)?;
    let hosts = SignedHosts::default();
    let tree = if is_compiled(&read) {
        Tree::from_compiled(&read, &hosts).map_err(Failure::new)?
    } else {
        let text = text_of(path, read)?;
        let text = unpack(&text).map_err(Failure::new)?;
        let context = Context { now: now(), hosts: &hosts, at_site_root: false };
        let parsed = Tree::parse(&text, context).map_err(|_| {
            let path = path.display();
            Failure::new(format_args!(
                "{path}: the tree has errors; signpost check {path} names them"
            ))
        })?;
        parsed.tree
    };
    let mut sites = tree.bases().iter().map(|base| base.site().to_owned()).collect::<Vec<_>>();
    sites.sort();
    sites.dedup();
    Ok(sites)
}

/// A row for each host of a tree that no row is about yet: whether anything answers there.
pub fn check_sites(client: &Client, sites: &[String], known: &[Row]) -> Vec<Row> {
    let host = |site: &str| site.split_once("://").map_or(site, |(_, host)| host).to_owned();
    let is_known = |site: &&String| known.iter().any(|row| row.subject == host(site));
    let unknown = sites.iter().filter(|site| !is_known(site)).collect::<Vec<_>>();
    let tried = unknown.iter().take(MAX_SITES).map(|site| {
        let url = format!("{site}/");
        match client.send(&Request::new(Method::Head, &url, &[])) {
            Err(error) if error.is_dead_host() => row(&host(site), Some(&error)),
            Err(error @ (HttpError::LimitReached | HttpError::Invalid(_))) => {
                Row::new(CHECK, host(site), Outcome::Untested, error.to_string())
            }
            // A refusal, too, shows that the host is alive.
            Ok(_) | Err(_) => row(&host(site), None),
        }
    });
    let mut rows = tried.collect::<Vec<_>>();
    if let Some(more) = unknown.len().checked_sub(MAX_SITES).filter(|more| *more > 0) {
        rows.push(Row::new(CHECK, "", Outcome::Untested, format!("{more} more hosts of trees")));
    }
    rows
}

#[cfg(test)]
mod tests {
    use super::super::files::tests::{SIGNED, tested};
    use super::*;

    #[test]
    fn a_host_is_dead_if_no_link_on_it_gets_an_answer() {
        let dead = || Fetched::NoAnswer(HttpError::UnknownHost);
        let other = "https://13.v.123pan.cn/13/a";
        let rows = host_rows(&[
            tested("/a", SIGNED, dead(), None),
            tested("/b", SIGNED, Fetched::Byte, None),
            tested("/c", other, dead(), None),
        ]);
        let found = rows.iter().map(|row| (row.subject.as_str(), row.outcome)).collect::<Vec<_>>();
        assert_eq!(found, [("vip.123pan.cn", Outcome::Ok), ("13.v.123pan.cn", Outcome::Failed)]);
        let hint = &rows[1].hint;
        assert!(hint.contains("`host`") && hint.contains("docs/en/mounts.md"), "{hint}");
    }
}
