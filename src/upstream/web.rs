//! The web API: a person's drive, and shares. Source: OpenList `drivers/123` and
//! `drivers/123_share`, rclone-123pan.

use serde_json::Value;

use crate::json::{self, json};
use crate::percent::encode_name;
use crate::secret::Secret;
use crate::time::UnixSeconds;
use crate::upstream::call::{Answer, Call, Endpoint, USER_AGENT};
use crate::upstream::entry::{FileRef, Page};
use crate::upstream::envelope::{self, Api, field, filled, number};
use crate::upstream::relay::referer_of;
use crate::upstream::request_sign::{Signing, pair};
use crate::upstream::row;
use crate::upstream::settings::{Share, WebHosts};
use crate::upstream::token::{Token, pasted};
use crate::upstream::trouble::{Failed, Trouble};

/// What a listing is asked for with; `Page` is what turns the pages, `next` is not (OpenList). Ordered
/// by id: by name, rows were lost or came twice (AList issues 6814, 6820). Oldest first: of two with one
/// name the older has it, in a part too.
const LIST: &str = "driveId=0&limit=100&next=0&orderBy=file_id&orderDirection=asc&trashed=false\
     &SearchData=&OnlyLookAbnormalFile=0&event=homeListFile&operateType=4&inDirectSpace=false";

/// Signs in. An `@` makes the user name an e-mail address.
pub fn sign_in(hosts: &WebHosts, username: &Secret, password: &Secret) -> Call {
    let (name, password) = (username.expose(), password.expose());
    let body = if name.contains('@') {
        json!({ "mail": name, "password": password, "type": 2 })
    } else {
        json!({ "passport": name, "password": password, "remember": true })
    };
    call(Endpoint::SignIn, hosts.login.clone(), hosts, None, Some(&body))
}

/// Reads the answer to [`sign_in`]. Success is code 200 there.
///
/// # Errors
/// [`Trouble::Credentials`] for every refusal that has no other name.
pub fn read_sign_in(answer: &Answer, now: UnixSeconds) -> Result<Token, Failed> {
    let data = envelope::read(answer, Api::SignIn)?;
    Token::read(field(&data, "token"), field(&data, "expire"), now).ok_or_else(other)
}

/// A token as people copy it from a browser, without `Bearer` and quotes.
pub fn pasted_token(text: &Secret) -> Secret {
    Secret::new(pasted(text.expose()))
}

/// Asks for a page of a folder. 0 is the root; pages count from 1, and 0 is the first too.
pub fn list(hosts: &WebHosts, token: &Secret, folder: u64, page: u32, signing: &Signing) -> Call {
    let query = format!("{LIST}&parentFileId={folder}&Page={}", page.max(1));
    let url = signed(hosts, "/file/list/new", &query, signing);
    call(Endpoint::List, url, hosts, Some(token), None)
}

/// Reads the answer to [`list`]. [`Page::next`] says only whether there may be more.
///
/// # Errors
/// What the vendor refused, or [`Trouble::Other`] if there is no list in the answer.
pub fn read_list(answer: &Answer) -> Result<Page, Failed> {
    page(&envelope::read(answer, Api::Web)?)
}

/// Asks for the address of a file, by version 1 or 2 of the endpoint.
pub fn download(
    hosts: &WebHosts,
    token: &Secret,
    file: &FileRef,
    version: u8,
    signing: &Signing,
) -> Call {
    let body = json!({
        "driveId": 0,
        "etag": etag(file),
        "fileId": file.id,
        "fileName": file.name,
        "s3keyFlag": file.key_flag,
        "size": file.size,
        "type": 0,
    });
    let path = if version == 2 { "/v2/file/download_info" } else { "/file/download_info" };
    let url = signed(hosts, path, "", signing);
    call(Endpoint::Download, url, hosts, Some(token), Some(&body))
}

/// Reads the answer to [`download`]: the address at which [`crate::upstream::relay`] begins.
///
/// # Errors
/// What the vendor refused, or [`Trouble::Other`] if there is no address in the answer.
pub fn read_download(answer: &Answer) -> Result<String, Failed> {
    address(&envelope::read(answer, Api::Web)?)
}

/// Asks for a page of a share's folder. 0 is the share's root; pages count from 1.
///
/// Never with a token: with one, a folder of the caller's own drive with that number is listed
/// instead of the share's (p123client).
pub fn share_list(share: &Share, folder: u64, page: u32, signing: &Signing) -> Call {
    let mut query = format!(
        "limit=100&next=0&orderBy=file_id&orderDirection=asc&event=homeListFile&operateType=4\
         &parentFileId={folder}&Page={}&shareKey=",
        page.max(1)
    );
    query.extend(encode_name(share.key.expose()));
    query.push_str("&SharePwd=");
    query.extend(encode_name(share.password.expose()));
    let url = signed(&share.hosts, "/share/get", &query, signing);
    call(Endpoint::ShareList, url, &share.hosts, None, None)
}

/// Reads the answer to [`share_list`]. Its total can't be relied on, and is none.
///
/// # Errors
/// As [`read_list`]; [`Trouble::ShareGone`] also if the share says it expired, and
/// [`Trouble::LoginRequired`] for [`Trouble::Auth`], as no token was sent.
pub fn read_share_list(answer: &Answer) -> Result<Page, Failed> {
    let page = page(&envelope::read(answer, Api::ShareList)?)?;
    Ok(Page { total: None, ..page })
}

/// Asks for the address of a share's file, by version 1 or 2 of the endpoint.
pub fn share_download(
    share: &Share,
    token: &Secret,
    file: &FileRef,
    version: u8,
    signing: &Signing,
) -> Call {
    let body = json!({
        "shareKey": share.key.expose(),
        "SharePwd": share.password.expose(),
        "fileId": file.id,
        "etag": etag(file),
        "s3keyFlag": file.key_flag,
        "size": file.size,
    });
    let path = if version == 2 { "/v2/share/download/info" } else { "/share/download/info" };
    let url = signed(&share.hosts, path, "", signing);
    call(Endpoint::ShareDownload, url, &share.hosts, Some(token), Some(&body))
}

/// Reads the answer to [`share_download`].
///
/// # Errors
/// As [`read_download`]; [`Trouble::ShareGone`] also if the share says it expired.
pub fn read_share_download(answer: &Answer) -> Result<String, Failed> {
    address(&envelope::read(answer, Api::ShareFile)?)
}

fn etag(file: &FileRef) -> String {
    file.md5.map(hex::encode).unwrap_or_default()
}

/// The URL of a call, with the signature of the moment.
fn signed(hosts: &WebHosts, path: &str, query: &str, signing: &Signing) -> String {
    let url = format!("{}{path}", hosts.api);
    let site = url.split_once("://").map_or("", |(_, site)| site);
    let signed_path = site.find('/').and_then(|at| site.get(at..)).unwrap_or_default();
    let (name, value) = pair(signed_path, signing.now, signing.rnd);
    let and = if query.is_empty() { "" } else { "&" };
    format!("{url}?{query}{and}{name}={value}")
}

fn call(
    endpoint: Endpoint,
    url: String,
    hosts: &WebHosts,
    token: Option<&Secret>,
    body: Option<&Value>,
) -> Call {
    let referer = referer_of(&hosts.api).unwrap_or_default();
    let mut headers = vec![
        ("user-agent", USER_AGENT.to_owned()),
        ("platform", "web".to_owned()),
        ("app-version", "3".to_owned()),
        ("origin", referer.trim_end_matches('/').to_owned()),
        ("referer", referer),
    ];
    headers.extend(token.map(|token| ("authorization", format!("Bearer {}", token.expose()))));
    headers.extend(body.map(|_| ("content-type", "application/json".to_owned())));
    let method = if body.is_some() { "POST" } else { "GET" };
    Call { endpoint, method, url, headers, body: body.map(json::write) }
}

fn page(data: &Value) -> Result<Page, Failed> {
    let rows = rows(data, "InfoList")?;
    let mut page = Page::default();
    for row in rows {
        row::take(&mut page, row);
    }
    // What else `Next` may hold is no cursor, and without one there may be more (OpenList, CF).
    let next = number(field(data, "Next")).unwrap_or_default();
    page.next = u64::try_from(next).ok().filter(|_| !rows.is_empty());
    page.total = number(field(data, "Total"))
        .and_then(|total| u64::try_from(total).ok())
        .filter(|total| *total > 0);
    Ok(page)
}

/// A list, which may be `null` if it is empty but has to be there.
pub(super) fn rows<'v>(data: &'v Value, name: &str) -> Result<&'v [Value], Failed> {
    let has = |data: &Value| {
        data.as_object().is_some_and(|data| data.keys().any(|key| key.eq_ignore_ascii_case(name)))
    };
    match field(data, name) {
        Value::Array(rows) => Ok(rows),
        Value::Null if has(data) => Ok(&[]),
        _ => Err(other()),
    }
}

/// `DownloadUrl` or `DownloadURL`, or version 2's first prefix and path.
fn address(data: &Value) -> Result<String, Failed> {
    if let Some(url) = filled(data, "DownloadUrl") {
        return Ok(url.to_owned());
    }
    let prefix = field(data, "dispatchList").get(0).and_then(|first| filled(first, "prefix"));
    match (prefix, filled(data, "downloadPath")) {
        (Some(prefix), Some(path)) => Ok(format!("{prefix}{path}")),
        _ => Err(other()),
    }
}

pub(super) fn other() -> Failed {
    Trouble::Other.into()
}

#[cfg(test)]
mod tests;
