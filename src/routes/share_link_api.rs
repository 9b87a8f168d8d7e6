//! The API `/-/api/links` that makes, lists and revokes share links and tokens for WebDAV, for the owner: with
//! the bearer token.
//! Visitors make theirs by `visitor_share_link`.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::access::address_range::parse_range;
use crate::access::conditions::SitePattern;
use crate::access::key_ring::KeyRing;
use crate::access::share_link::records::{ShareLinkCommand, ShareLinkRecord};
use crate::access::share_link::{self, ShareClaims, ShareId};
use crate::bytes::parse_bytes;
use crate::context::RequestContext;
use crate::error::Error;
use crate::http::request::Request;
use crate::http::response::{Body, Response};
use crate::http::surface::Surface;
use crate::path::EntryPath;
use crate::platform::Platform;
use crate::seed::RequestSeed;
use crate::site::Site;
use crate::time::UnixSeconds;

/// The JSON body of a request for a new share link.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ShareLinkRequest {
    /// The decoded path to share; a folder's may end in a slash.
    path: String,
    /// When the link expires.
    expires_at: Option<UnixSeconds>,
    /// When the link expires, in seconds from now.
    expires_in: Option<u64>,
    forever: Option<bool>,
    uses: Option<u32>,
    bytes: Option<Amount>,
    referer: Option<String>,
    address: Option<String>,
    /// Whether a token for WebDAV is asked for, in place of a link.
    dav: Option<bool>,
}

#[derive(Deserialize)]
#[serde(untagged)]
enum Amount {
    Bytes(u64),
    Text(String),
}

#[derive(Serialize)]
struct Made<'a> {
    url: String,
    /// The user name and the password of a token for WebDAV.
    #[serde(skip_serializing_if = "Option::is_none")]
    user: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    password: Option<String>,
    #[serde(flatten)]
    record: &'a ShareLinkRecord,
}

#[derive(Serialize)]
struct Listed<'a> {
    links: &'a [ShareLinkRecord],
}

/// An error of a request's field, and a hint how to fix it.
#[derive(Clone, Copy, Debug)]
struct Refusal {
    field: &'static str,
    message: &'static str,
}

const WHAT_TO_SEND: Refusal = Refusal {
    field: "",
    message: "send a JSON object with path, and if you like expires_in (seconds), expires_at (Unix \
              seconds), forever, uses, bytes, referer, address, dav",
};

#[derive(Serialize)]
struct RefusalJson {
    error: RefusalBody,
}

#[derive(Serialize)]
struct RefusalBody {
    status: u16,
    code: &'static str,
    field: &'static str,
    message: &'static str,
}

/// The default lifetime of a link: a week.
const DEFAULT_LIFETIME: Duration = Duration::from_hours(7 * 24);

/// Answers the share links' API at `/-/api/links` and `/-/api/links/ID`.
pub(crate) async fn answer(
    site: &Site,
    request: &Request<'_>,
    ctx: &RequestContext<impl Platform>,
) -> Result<Response, Error> {
    site.access.require_owner(&request.client)?;
    // `None` stands for all links, and never for an id that was left empty.
    let id = request.url.path.strip_prefix("/-/api/links").unwrap_or_default().strip_prefix('/');
    match (request.method, id) {
        ("POST", None) => make(site, request, ctx).await,
        ("GET" | "HEAD", None) => {
            let links = run(ShareLinkCommand::List, ctx).await?;
            Ok(json(200, &Listed { links: &links }))
        }
        ("DELETE", None) => {
            // Also revokes the links of this very second.
            let moment = ctx.now().after(Duration::from_secs(1));
            run(ShareLinkCommand::RevokeBefore(moment), ctx).await?;
            Ok(done())
        }
        ("DELETE", Some(id)) => {
            let id: ShareId = id.parse().map_err(|_| Error::NotFound)?;
            run(ShareLinkCommand::Revoke(id), ctx).await?;
            Ok(done())
        }
        (_, Some(_)) => Err(Error::NotFound),
        (_, None) => Err(Error::Method),
    }
}

async fn run(
    command: ShareLinkCommand,
    ctx: &RequestContext<impl Platform>,
) -> Result<Vec<ShareLinkRecord>, Error> {
    ctx.platform.share_links(command).await.ok_or(Error::Unavailable)
}

async fn make(
    site: &Site,
    request: &Request<'_>,
    ctx: &RequestContext<impl Platform>,
) -> Result<Response, Error> {
    let keys = site.access.keys.as_ref().ok_or(Error::Misconfigured)?;
    // A link that is made right after all were revoked is not one of them.
    let created = ctx.now().max(ctx.revoked_share_links().await?.before());
    let made = serde_json::from_str::<ShareLinkRequest>(request.body.ok_or(Error::BadBody)?)
        .map_err(|_| WHAT_TO_SEND)
        .and_then(|wanted| issue(&wanted, keys, created, request.url.site, &ctx.seed));
    match made {
        Ok(issued) => {
            let record = issued.record;
            run(ShareLinkCommand::Record(record.clone()), ctx).await?;
            let user = issued.password.is_some().then_some(&*issued.user);
            let Issued { url, password, .. } = issued;
            Ok(json(201, &Made { url, user, password, record: &record }))
        }
        Err(refusal) => Ok(refused(refusal)),
    }
}

/// A share link, or a token for WebDAV, that was made.
struct Issued {
    url: String,
    /// The user name that goes with a token for WebDAV: the path that it is for.
    user: String,
    /// The token itself, where it is for WebDAV.
    password: Option<String>,
    record: ShareLinkRecord,
}

fn issue(
    wanted: &ShareLinkRequest,
    keys: &KeyRing,
    created: UnixSeconds,
    site: &str,
    seed: &RequestSeed,
) -> Result<Issued, Refusal> {
    let path = &wanted.path;
    let segments = segments(path).ok_or(Refusal {
        field: "path",
        message: "write it decoded and absolute, like /team/a b.mkv, or /team/ for a folder",
    })?;
    let is_dav = wanted.dav == Some(true);
    if is_dav && wanted.referer.is_some() {
        let message = "leave it out: WebDAV clients come from no page";
        return Err(Refusal { field: "referer", message });
    }
    let claims = wanted.claims(segments.len(), created, seed)?;
    let scope = segments.iter().map(String::as_str).collect::<Vec<_>>();
    let make = if is_dav { share_link::make_dav_token } else { share_link::make };
    let token = make(keys, &scope, &claims).map_err(|_| Refusal {
        field: "",
        message: "these terms can't be kept: use uses and bytes of 1 or more, and a shorter path",
    })?;
    let prefix = if is_dav { Surface::Dav.prefix().to_owned() } else { format!("/~{token}") };
    let record = ShareLinkRecord { dav: is_dav, ..record(path, &claims) };
    Ok(Issued {
        url: url(&[site, &prefix].concat(), &segments, path),
        user: format!("/{}", scope.join("/")),
        password: is_dav.then_some(token),
        record,
    })
}

impl ShareLinkRequest {
    fn claims(
        &self,
        depth: usize,
        created: UnixSeconds,
        seed: &RequestSeed,
    ) -> Result<ShareClaims, Refusal> {
        let refuse = |field, message| Refusal { field, message };
        let expires_at = match (self.expires_at, self.expires_in, self.forever == Some(true)) {
            (None, None, true) => None,
            (Some(at), None, false) if at > seed.now => Some(at),
            (None, seconds, false) if seconds != Some(0) => {
                let lifetime = seconds.map_or(DEFAULT_LIFETIME, Duration::from_secs);
                Some(seed.now.after(lifetime))
            }
            _ => {
                let message = "give one of expires_in, expires_at and forever, and a time to come";
                return Err(refuse("expires_in", message));
            }
        };
        let bytes = match &self.bytes {
            None => None,
            Some(Amount::Bytes(bytes)) => Some(*bytes),
            Some(Amount::Text(text)) => Some(
                parse_bytes(text)
                    .map_err(|_| refuse("bytes", "write it like \"20 GB\" or 700000000"))?,
            ),
        };
        let site = self.referer.as_ref().map(|referer| referer.to_ascii_lowercase());
        if site.as_deref().is_some_and(|site| SitePattern::parse(site).is_none()) {
            return Err(refuse("referer", "write example.com or *.example.com"));
        }
        let address = self.address.as_deref().map(|text| {
            parse_range(text)
                .ok_or(refuse("address", "write an address or a range, like 203.0.113.0/24"))
        });
        Ok(ShareClaims {
            id: ShareId::draw(seed),
            depth,
            created,
            expires_at,
            uses: self.uses,
            bytes,
            site,
            address: address.transpose()?,
        })
    }
}

/// The URL of a path behind a prefix; a folder's ends in a slash.
fn url(prefix: &str, segments: &[String], path: &str) -> String {
    let mut url = prefix.to_owned();
    for segment in segments {
        url.push('/');
        url.extend(crate::percent::encode_name(segment));
    }
    if path.ends_with('/') {
        url.push('/');
    }
    url
}

fn record(path: &str, claims: &ShareClaims) -> ShareLinkRecord {
    ShareLinkRecord {
        id: claims.id.to_string(),
        path: path.to_owned(),
        created: claims.created.0,
        expires_at: claims.expires_at.map(|at| at.0),
        uses: claims.uses,
        bytes: claims.bytes,
        referer: claims.site.clone(),
        address: claims.address.map(|net| net.to_string()),
        dav: false,
    }
}

fn segments(path: &str) -> Option<Vec<String>> {
    let inner = path.strip_prefix('/')?;
    let inner = inner.strip_suffix('/').unwrap_or(inner);
    if inner.is_empty() {
        return Some(Vec::new());
    }
    let checked = inner
        .split('/')
        .map(|segment| crate::path::check_segment(segment).map(|()| segment.to_owned()));
    let segments = checked.collect::<Result<Vec<_>, _>>().ok()?;
    segments.first().is_none_or(|first| !EntryPath::is_reserved(first)).then_some(segments)
}

fn refused(Refusal { field, message }: Refusal) -> Response {
    let error = RefusalBody { status: 400, code: "bad_body", field, message };
    json(400, &RefusalJson { error })
}

fn json(status: u16, value: &impl Serialize) -> Response {
    let body = Body::Json(serde_json::to_string(value).unwrap_or_default());
    Response::new(status, body).with("Cache-Control", "private, no-store")
}

fn done() -> Response {
    Response::new(204, Body::None).with("Cache-Control", "private, no-store")
}
