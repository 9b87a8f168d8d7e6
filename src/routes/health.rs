//! The health page, `/-/health`: the state of the site and its mounts as JSON. Public, so it says nothing
//! of what a tree holds.

mod vendor;

use std::borrow::Cow;

use serde::Serialize;

use crate::config::error::ConfigError;
use crate::context::RequestContext;
use crate::error::Error;
use crate::http::request::Request;
use crate::http::response::{Body, Response};
use crate::platform::Platform;
use crate::site::Site;
use crate::site::explain;
use crate::site::mount::{Mount, MountStats};
use crate::sources::SourceKind;
use crate::sources::links::source::LinkTree;
use crate::sources::remote::RemoteSource;
use crate::tree::problem::ProblemKind;
use vendor::VendorHealth;

#[derive(Serialize)]
struct Health<'a> {
    version: &'static str,
    /// `ok`; `degraded`: an older tree is served than the owner wrote, or a 123Pan account does not work;
    /// `broken`: nothing is served.
    status: &'static str,
    demo: bool,
    mounts: Vec<MountHealth>,
    /// Paths that open to everybody, with all below them that is not closed again.
    open_to_everyone: Vec<&'a str>,
    /// The number of rules; for the owner.
    #[serde(skip_serializing_if = "Option::is_none")]
    rules: Option<usize>,
    warnings: Vec<Warning>,
    errors: Vec<Cow<'a, ConfigError>>,
}

#[derive(Serialize)]
struct MountHealth {
    /// The mount's path; left out, as the counts are, where a client without credentials may not see all of
    /// it.
    #[serde(skip_serializing_if = "Option::is_none")]
    path: Option<String>,
    source: &'static str,
    #[serde(flatten)]
    stats: Option<StatsHealth>,
    signed: bool,
    /// The cost of passing the bytes on through the Worker; `None` where it passes none on.
    #[serde(skip_serializing_if = "Option::is_none")]
    proxied: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    vendor: Option<VendorHealth>,
}

#[derive(Serialize)]
struct StatsHealth {
    files: usize,
    folders: usize,
    entries: usize,
}

/// Warnings of one kind, with the lines of the tree that they are about.
#[derive(Serialize)]
struct Warning {
    mount: String,
    /// The setting that is to be changed, for the owner; left out where it is the mount.
    #[serde(skip_serializing_if = "Option::is_none")]
    setting: Option<String>,
    message: String,
    #[serde(rename = "mend")]
    hint: &'static str,
    /// The number of warnings; left out with the lines where a client without credentials may not see how
    /// much there is.
    #[serde(skip_serializing_if = "Option::is_none")]
    count: Option<usize>,
    /// The first of the lines, counted from 1.
    lines: Vec<usize>,
}

/// The message about a rule that redirects to links that are no direct links.
const REDIRECT_REFUSED: &str = "this rule redirects visitors to links that 123Pan's CDN serves only in the \
                                city of whoever called its API, and refuses elsewhere with 403 and code 1010";
/// The hint for a rule that redirects to links that are refused, in a mount of the open platform; below,
/// those for a personal drive and for a share.
const REDIRECT_OPEN: &str = "set direct_base or direct_link = true in the mount, whose direct links work \
                             everywhere; or take the mode out of the rule, or set mode = \"proxy\" in a \
                             rule at the mount, and the bytes go through the Worker";
const REDIRECT_PERSONAL: &str = "set direct_base in the mount, whose direct links work everywhere; or take \
                                 the mode out of the rule, or set mode = \"proxy\" in a rule at the \
                                 mount, and the bytes go through the Worker";
const REDIRECT_SHARE: &str = "take the mode out of the rule, or set mode = \"proxy\" in a rule at the mount: \
                            the bytes go through the Worker then";

/// The hint for a large tree in KV that is not compiled.
const COMPILE: &str =
    "compile it: signpost pack --kv tree.txt --output tree.packed, and put tree.packed into KV";
/// The CPU time, in microseconds, that parsing a line of a tree takes in a new isolate (measured: 48 ms for
/// 10,000 lines).
const PARSING_MICROS: usize = 5;
/// The number of lines from which parsing alone takes half of the free plan's 10 ms.
const MANY_LINES: usize = 1_000;
/// The share of the free plan's requests that proxied films take: 100,000 a day, of which a film needs 30
/// to 100, one for each part or seek.
const FILMS: &str = "files go through the Worker, and each part or seek of a film is a request: at 30 to 100 \
                     requests a film, the 100,000 requests of Cloudflare's free plan are some 1,000 to 3,300 \
                     films a day";

/// The message about an `api` that is an IP address, and its hint.
const API_REFUSED: &str =
    "an IP address as the API's host, from which Cloudflare refuses to fetch (error 1003)";
const API_NAME: &str = "give the server a host name in DNS and write that";

/// Maximum number of lines that are named for each kind of warning.
const LINES: usize = 10;

/// Serves the health page, always with status 200: monitors read `status`. The bearer of the API's token
/// sees all of it.
///
/// # Errors
/// [`Error::StillLoading`] if the account objects take too long to report their status.
pub(crate) async fn answer(
    site: &Site,
    request: &Request<'_>,
    ctx: &RequestContext<impl Platform>,
) -> Result<Response, Error> {
    let now = ctx.now();
    for remote in site.mounts().iter().filter_map(Mount::remote) {
        ctx.check_patience()?;
        remote.load_status(ctx).await;
    }
    let is_owner = site.access.is_owner(&request.client);
    let shown = |mount: &Mount| is_owner || site.is_all_open(mount);
    let mounts = site.mounts().iter().map(|mount| {
        let stats = mount.stats().filter(|_| shown(mount));
        let stats = stats.map(|MountStats { files, folders }| StatsHealth {
            files,
            folders,
            entries: files + folders,
        });
        MountHealth {
            path: shown(mount).then(|| mount.path()),
            source: mount.source(),
            stats,
            signed: mount.is_signed(),
            proxied: (shown(mount) && explain::is_proxied_within(site, mount)).then_some(FILMS),
            vendor: mount
                .remote()
                .map(|remote| VendorHealth::new(remote.status(now).as_ref(), is_owner)),
        }
    });
    let mounts = mounts.collect::<Vec<_>>();
    let is_stopped =
        |mount: &MountHealth| mount.vendor.as_ref().is_some_and(VendorHealth::is_stopped);
    let all_well = !mounts.iter().any(is_stopped);
    let errors = site
        .config_errors()
        .map(Cow::Borrowed)
        .chain(site.unmatched_rules_in_kv().map(Cow::Owned))
        .collect::<Vec<_>>();
    let health = Health {
        version: env!("CARGO_PKG_VERSION"),
        status: match (site.is_broken(), errors.is_empty() && all_well) {
            (true, _) => "broken",
            (false, false) => "degraded",
            (false, true) => "ok",
        },
        demo: site.is_demo(),
        mounts,
        open_to_everyone: if site.is_broken() { Vec::new() } else { site.open_paths(is_owner) },
        rules: is_owner.then(|| site.rule_count()),
        warnings: warnings(site, is_owner, &shown),
        errors,
    };
    let json = serde_json::to_string(&health).unwrap_or_default();
    Ok(Response::new(200, Body::Json(json)).with("Cache-Control", "no-store"))
}

/// The message that all findings of a kind share. The number of the line where a duplicate path first stood
/// differs, so it is left out.
fn common(kind: ProblemKind) -> String {
    match kind {
        ProblemKind::Duplicate(_) => "the path stands in an earlier line already".to_owned(),
        kind => kind.to_string(),
    }
}

fn warnings(site: &Site, is_owner: bool, shown: &impl Fn(&Mount) -> bool) -> Vec<Warning> {
    let mut found = Vec::new();
    for (index, mount) in site.mounts().iter().enumerate() {
        let name = || if shown(mount) { mount.path() } else { format!("mount {}", index + 1) };
        if !mount.is_signed() && mount.remote().is_none_or(RemoteSource::is_direct) {
            found.push(Warning {
                mount: name(),
                setting: None,
                message: "no private key is set, so links are not signed".to_owned(),
                hint: "turn URL authentication on in 123Pan's console and set uid and private_key, or \
                       without MOUNTS the secrets UID and PRIVATE_KEY",
                count: Some(1),
                lines: Vec::new(),
            });
        }
        if is_owner {
            let redirect_hint = match mount.remote().map(|remote| &remote.config().kind) {
                Some(SourceKind::Open(_)) => REDIRECT_OPEN,
                Some(SourceKind::Personal(_)) => REDIRECT_PERSONAL,
                Some(SourceKind::Share(_)) | None => REDIRECT_SHARE,
            };
            let api = mount.remote().map(RemoteSource::config);
            found.extend(api.filter(|config| config.has_address_as_host()).map(|config| Warning {
                mount: name(),
                setting: Some(
                    site.setting_name(&[&config.settings.setting, ".api"].concat()).into_owned(),
                ),
                message: API_REFUSED.to_owned(),
                hint: API_NAME,
                count: Some(1),
                lines: Vec::new(),
            }));
            found.extend(explain::refused_redirects(site, mount).into_iter().map(|rule| Warning {
                mount: name(),
                setting: Some(site.setting_name(&[rule, ".mode"].concat()).into_owned()),
                message: REDIRECT_REFUSED.to_owned(),
                hint: redirect_hint,
                count: Some(1),
                lines: Vec::new(),
            }));
        }
        if let Some(entries) = mount.entries_in_text().filter(|entries| *entries >= MANY_LINES)
            && shown(mount)
        {
            let millis = entries * PARSING_MICROS / 1_000;
            found.push(Warning {
                mount: name(),
                setting: None,
                message: format!(
                    "the tree in KV is a text of {entries} entries: each new instance of the Worker takes \
                     about {millis} ms of CPU time to parse it, where the free plan allows 10 ms a request"
                ),
                hint: COMPILE,
                count: Some(1),
                lines: Vec::new(),
            });
        }
        // What a redirect reaches, the Worker need not. Whether it has to is for those who may see the mount.
        let is_fetched = shown(mount) && explain::is_proxied_within(site, mount);
        let mut kinds: Vec<Warning> = Vec::new();
        for problem in mount.links().map(LinkTree::warnings).unwrap_or_default() {
            if problem.kind == ProblemKind::AddressAsHost && !is_fetched {
                continue;
            }
            let hint = problem.kind.hint();
            if !kinds.iter().any(|warning| warning.hint == hint) {
                kinds.push(Warning {
                    mount: name(),
                    setting: None,
                    message: common(problem.kind),
                    hint,
                    count: shown(mount).then_some(0),
                    lines: Vec::new(),
                });
            }
            let Some(warning) = kinds.iter_mut().find(|warning| warning.hint == hint) else {
                continue;
            };
            warning.count = warning.count.map(|count| count + 1);
            if warning.count.is_some() && warning.lines.len() < LINES {
                warning.lines.push(problem.line);
            }
        }
        kinds.sort_by(|a, b| a.hint.cmp(b.hint));
        found.extend(kinds);
    }
    found
}
