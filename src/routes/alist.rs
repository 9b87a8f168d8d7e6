//! The API of AList v3, for programs that were made for AList and OpenList: what those need that read.
//!
//! A call is answered with the HTTP status 200 and the real one in the body, as AList does; only a call that the
//! site does not have, and a method that a call does not take, have the status in both. No response is for
//! pages of other origins.

mod call;
mod caller;
mod failure;
mod get;
mod list;
mod raw_url;
mod search;
mod target;
mod user;
mod wire;

use serde::Serialize;

use call::Call;
use caller::Caller;
use failure::Failure;
use target::Target;
use wire::{Envelope, Fields};

use crate::access::client::AccessRequest;
use crate::context::RequestContext;
use crate::error::Error;
use crate::http::form::from_own_page;
use crate::http::request::Request;
use crate::http::response::{Body, JSON, Response};
use crate::http::surface::Surface;
use crate::platform::Platform;
use crate::site::Site;

/// Answers a call of the API.
pub(crate) async fn answer(
    site: &Site,
    request: &Request<'_>,
    ctx: &RequestContext<impl Platform>,
) -> Response {
    respond(site, request, ctx).await.unwrap_or_else(Failure::response).guarded()
}

async fn respond(
    site: &Site,
    request: &Request<'_>,
    ctx: &RequestContext<impl Platform>,
) -> Result<Response, Failure> {
    let path = request.url.path.strip_prefix(Surface::AlistApi.prefix()).unwrap_or_default();
    let call = match Call::of(path) {
        Ok(call) => call,
        Err(failure) => return Ok(Response { status: 404, ..failure.response() }),
    };
    if request.method == "OPTIONS" {
        return Ok(Response::new(204, Body::None).with("Allow", call.methods()));
    }
    if !call.methods().split(", ").any(|method| method == request.method) {
        let refusal = Failure::from(Error::Method).response().with("Allow", call.methods());
        return Ok(Response { status: 405, ..refusal });
    }
    if site.is_broken() {
        return Err(Error::Misconfigured.into());
    }
    if call == Call::Settings {
        return Ok(user::settings(site));
    }
    let fields = fields(call, request)?;
    // Else a page of another site could use up its visitor's guesses. A login is one without a password, too.
    let is_guess = fields.password.as_ref().is_some_and(|password| !password.is_empty());
    if is_guess || call == Call::Login {
        from_own_page(request)?;
    }
    if call == Call::Login {
        return user::log_in(site, request, fields, ctx).await;
    }
    let caller = Caller::of(site, request, fields.password.as_deref(), ctx.now())?;
    let path = if call == Call::Search { &fields.parent } else { &fields.path };
    let target = Target::of(site, path.as_deref())?;
    let client = caller.client(&request.client);
    let access = AccessRequest::new(&target.path, None, &client, ctx.now());
    match call {
        Call::Me => Ok(user::me(&caller)),
        Call::Logout => Ok(success(&None::<()>)),
        Call::List => list::list(site, &caller, &target, &fields, &access, ctx).await,
        Call::Dirs => list::dirs(site, &access, ctx).await,
        Call::Get => get::get(site, request, &caller, &target, &access, ctx).await,
        Call::Search => search::answer(site, &target, &fields, &access, ctx).await,
        Call::Other | Call::Settings | Call::Login => Err(Failure::OTHER),
    }
}

/// The fields of a request: those of its body, or of its query where it has no body. A query has no password:
/// any page may have an image with such an address, and for an image browsers need not name the page.
fn fields(call: Call, request: &Request<'_>) -> Result<Fields, Failure> {
    let fields = match request.method {
        "POST" if call.reads_body() => Fields::of_body(request.body.ok_or(Failure::BODY)?),
        _ => Fields::of_query(request.url.query).map(|fields| Fields { password: None, ..fields }),
    };
    fields.ok_or(Failure::BODY)
}

/// Answers `/ping`, by which programs see that the site is there.
pub(crate) fn pong() -> Response {
    Response::new(200, Body::Text("pong".to_owned()))
        .without("Access-Control-Allow-Origin")
        .with("Cache-Control", "no-store")
}

/// The response with what was asked for.
fn success<T: Serialize>(data: &T) -> Response {
    envelope(&Envelope { code: 200, message: "success", data: Some(data) })
}

/// The beginning of a response with what was asked for, which the caller writes behind it.
fn begin(capacity: usize) -> Vec<u8> {
    let mut json = Vec::with_capacity(capacity);
    json.extend_from_slice(b"{\"code\":200,\"message\":\"success\",\"data\":");
    json
}

/// The response that was begun so.
fn finish(mut json: Vec<u8>) -> Response {
    json.push(b'}');
    body(json)
}

fn envelope<T: Serialize>(envelope: &Envelope<'_, T>) -> Response {
    body(serde_json::to_vec(envelope).unwrap_or_default())
}

/// The response with a body of JSON, which pages of other origins may not read.
fn body(json: Vec<u8>) -> Response {
    Response::new(200, Body::Bytes(JSON, json))
}
