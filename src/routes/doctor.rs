//! The Referer doctor, `/-/doctor`: which `Referer` a browser sends from a page, what this site does with
//! it, and what the Referer list of the owner's 123Pan account would do.
//!
//! It asks the same guard as every route, as a client without credentials and with that `Referer`, which
//! anybody could send. With the owner's token it names the deciding rule as well.

mod referrer;

use signpost_pages::view::{
    DoctorFound, DoctorProblem, DoctorVendor, DoctorVerdict, DoctorView, View,
};

use super::page::Page;
use crate::access::client::{AccessRequest, Client};
use crate::access::conditions::{Referers, SitePattern};
use crate::access::web_origin::host_of;
use crate::context::RequestContext;
use crate::error::{Condition, Error};
use crate::http::form::from_own_page;
use crate::http::query::field;
use crate::http::request::Request;
use crate::http::response::{Body, Response};
use crate::http::url::RequestUrl;
use crate::path::EntryPath;
use crate::platform::Platform;
use crate::secret::Secret;
use crate::site::Site;
use crate::site::explain;
use crate::site::opened::OpenedEntry;
use crate::sources::shown_listing::ShownListing;
use referrer::{Sent, sent};

/// The fields of the doctor's form, as they were typed.
struct Asked {
    path: String,
    page: String,
    way: String,
    policy: String,
    list: String,
    hosts: String,
    empty: bool,
}

/// Serves the form, empty or filled in. The token is read from a body only, since URLs are logged and kept.
///
/// # Errors
/// [`Error::Forbidden`] for another site's form, and the failures that keep the guard from deciding.
pub(crate) async fn answer(
    site: &Site,
    request: &Request<'_>,
    ctx: &RequestContext<impl Platform>,
) -> Result<Response, Error> {
    let (form, token) = if request.method == "POST" {
        from_own_page(request)?;
        let body = request.body.ok_or(Error::BadBody)?;
        (body, field(body, "token").filter(|token| !token.is_empty()))
    } else {
        (request.url.query, None)
    };
    let asked = Asked::read(form);
    let is_owner = site.access.is_owner(&request.client)
        || match &token {
            Some(token) => site.is_token(Secret::new(token), &request.client, ctx).await?,
            None => false,
        };
    let is_filled_in = !asked.path.is_empty() || !asked.page.is_empty();
    let outcome = if token.is_some() && !is_owner {
        Err(Some(DoctorProblem::WrongToken))
    } else if is_filled_in {
        match examine(site, request, &asked, is_owner, ctx).await {
            Err(ExamineError::Problem(problem)) => Err(Some(problem)),
            Err(ExamineError::Refused(error)) => return Err(error),
            Ok(found) => Ok(found),
        }
    } else {
        Err(None)
    };
    let page = Page::new(request, ctx.now());
    let (found, problem) = match outcome {
        Ok(found) => (Some(found), None),
        Err(problem) => (None, problem),
    };
    let view = View::Doctor(DoctorView {
        layout: page.layout(site),
        path: asked.path.into(),
        page: asked.page.into(),
        way: asked.way.into(),
        policy: asked.policy.into(),
        list: asked.list.into(),
        hosts: asked.hosts.into(),
        empty: asked.empty,
        problem,
        found,
    });
    Ok(Response::new(200, Body::page(&view))
        .with("Cache-Control", "private, no-store")
        .with("X-Robots-Tag", "noindex"))
}

impl Asked {
    fn read(form: &str) -> Self {
        let text = |name| field(form, name).unwrap_or_default().trim().to_owned();
        Self {
            path: text("path"),
            page: text("page"),
            way: text("way"),
            policy: text("policy"),
            list: text("list"),
            hosts: text("hosts"),
            empty: field(form, "empty").is_some(),
        }
    }

    /// Whether Chromium and Firefox fetch the file in ranges, the later ones directly from the redirect's target.
    fn is_segmented(&self) -> bool {
        matches!(self.way.as_str(), "video" | "audio")
    }

    /// The `Referer` that 123Pan gets with the later ranges, for which the page's Referrer-Policy counts,
    /// not the redirect's.
    fn later_parts(&self) -> Option<String> {
        let sent = || sent(&self.policy, &self.page, "https://vip.123pan.cn", false);
        self.is_segmented().then(sent)?.referer
    }
}

enum ExamineError {
    Problem(DoctorProblem),
    Refused(Error),
}

impl From<DoctorProblem> for ExamineError {
    fn from(problem: DoctorProblem) -> Self {
        Self::Problem(problem)
    }
}

async fn examine<'v>(
    site: &'v Site,
    request: &Request<'_>,
    asked: &Asked,
    is_owner: bool,
    ctx: &RequestContext<impl Platform>,
) -> Result<DoctorFound<'v>, ExamineError> {
    let target = &request.url;
    let (share, raw) = target_of(&asked.path, target)?;
    let path = EntryPath::parse(raw).map_err(|_| DoctorProblem::BadPath)?;
    let host = host_of(&asked.page).ok_or(DoctorProblem::BadPage)?;
    let sent = sent(&asked.policy, &asked.page, target.site, &asked.way == "fetch");
    let Sent { referer, origin } = &sent;
    let client = Client {
        referer: referer.as_deref(),
        origin: origin.as_deref(),
        ..request.client.without_credentials()
    };
    let access = AccessRequest::new(&path, share, &client, ctx.now());
    let verdict = match site.open_entry(&access, ShownListing::None, ctx).await {
        Ok(OpenedEntry::File(file)) if asked.way == "iframe" => {
            if file.can_be_framed_by(&asked.page, client.site) {
                DoctorVerdict::Passes
            } else {
                DoctorVerdict::NotFramed
            }
        }
        Ok(OpenedEntry::File(_) | OpenedEntry::Folder(_)) => DoctorVerdict::Passes,
        Err(Error::Forbidden(Condition::Referer)) => DoctorVerdict::Refused,
        Err(Error::NotFound | Error::Locked { .. } | Error::Forbidden(_) | Error::LinkOver) => {
            DoctorVerdict::Nothing
        }
        Err(error) => return Err(ExamineError::Refused(error)),
    };
    let parts = asked.later_parts();
    Ok(DoctorFound {
        vendor: vendor(asked, target, parts.as_deref())?,
        parts,
        rules: is_owner.then(|| explain::deciding_settings(site, &path)),
        host,
        verdict,
        referer: sent.referer,
        origin: sent.origin,
    })
}

/// The share link and the path in a URL of this site, or in a path.
fn target_of<'a>(
    text: &'a str,
    here: &RequestUrl<'_>,
) -> Result<(Option<&'a str>, &'a str), DoctorProblem> {
    let target = RequestUrl::parse(text);
    if text.starts_with('/') {
        return Ok((target.share, target.path));
    }
    match host_of(text) {
        None => Err(DoctorProblem::BadPath),
        Some(_) if target.host.eq_ignore_ascii_case(here.host) => Ok((target.share, target.path)),
        Some(_) => Err(DoctorProblem::OtherSite),
    }
}

/// The verdict of the 123Pan account's Referer list; `None` without a list.
fn vendor(
    asked: &Asked,
    here: &RequestUrl<'_>,
    parts: Option<&str>,
) -> Result<Option<DoctorVendor>, DoctorProblem> {
    let is_white = match asked.list.as_str() {
        "white" => true,
        "black" => false,
        _ => return Ok(None),
    };
    let hosts = asked.hosts.split([',', ' ', '\n', '\r', '\t']).filter(|host| !host.is_empty());
    let sites = hosts.map(|host| {
        // A host may be given as a URL.
        let host = host_of(host).unwrap_or_else(|| host.to_owned());
        SitePattern::parse(&host).ok_or(DoctorProblem::BadHost)
    });
    let list = Referers::new(sites.collect::<Result<_, _>>()?, false);
    let lets = |url: &str| list.is_allowed(Some(url), None, "") == is_white;
    Ok(Some(DoctorVendor {
        silent: asked.empty,
        here: lets(here.site),
        page: lets(&asked.page),
        parts: asked.is_segmented().then(|| parts.map_or(asked.empty, lets)),
    }))
}
