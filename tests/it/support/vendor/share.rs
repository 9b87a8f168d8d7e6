//! Shares: listed by anybody, downloaded by who is signed in.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::drive::{Node, ROOT};
use super::fields::{self, Required};
use super::http::{Reply, Request};
use super::links::SourceKind;
use super::listing;
use super::quirks::Expired;
use super::tokens::Usage;
use super::web_files::{page, same};
use super::{Vendor, accounts};

const GET: [Required; 8] = [
    ("limit", None),
    ("next", Some("0")),
    ("Page", None),
    ("orderBy", None),
    ("orderDirection", None),
    ("parentFileId", None),
    ("shareKey", None),
    ("SharePwd", None),
];

/// A share of the drive.
#[derive(Clone, Debug)]
pub struct Share {
    /// The key of the share.
    pub key: String,
    /// The share's password; empty if it needs none.
    pub password: String,
    /// The rows of the share's root.
    pub items: Vec<u64>,
}

impl Share {
    /// The fixed key and password.
    pub fn of(items: impl IntoIterator<Item = u64>) -> Self {
        Self {
            key: accounts::SHARE_KEY.to_owned(),
            password: accounts::SHARE_PASSWORD.to_owned(),
            items: items.into_iter().collect(),
        }
    }
}

impl Vendor {
    /// Headers and signature as for the web API. A listing comes without a token: with one the
    /// server may list the caller's own folder.
    pub(super) fn check_share(&mut self, name: &str, request: &Request) -> Result<(), Reply> {
        self.check_headers(name, request)?;
        self.check_signature(name, request)?;
        let token = request.header("authorization").is_some();
        match (name, token) {
            ("share.get", true) => {
                self.log.violation(name, "a share was listed with a token");
                Ok(())
            }
            ("share.get", false) => Ok(()),
            (_, true) => self.check_web_token(name, request),
            (_, false) if self.quirks.share_paid => Ok(()),
            (_, false) => Err(self.fail(401, "请登录后下载")),
        }
    }

    /// Answers a call of the web API for shares.
    pub(super) fn shared(&mut self, name: &str, request: &Request) -> Reply {
        let answered = match name {
            "share.get" => self.share_get(request),
            _ => self.share_download(request, name == "share.download_v2"),
        };
        answered.unwrap_or_else(|what| self.refuse(name, &what))
    }

    fn share_get(&self, request: &Request) -> Result<Reply, String> {
        let other = [("ParentFileId", "parentFileId"), ("ShareKey", "shareKey")];
        let optional = ["event", "operateType", "OrderId"];
        let fields = fields::query(request, &GET, &optional, &other)?;
        let text = |name: &str| fields.get(name).map(String::as_str).unwrap_or_default();
        if let Some(denied) = self.share_denied(text("shareKey"), text("SharePwd")) {
            return Ok(denied);
        }
        let page = page(&fields)?;
        Ok(match self.share_rows(request, &fields)? {
            Some(rows) => {
                let mut data = listing::data(rows, page, &self.quirks, false);
                data["Expired"] = json!(false);
                self.success(&data)
            }
            None => self.fail(5066, "文件不存在"),
        })
    }

    /// The rows of a folder of the share, or of the caller's own; none elsewhere.
    fn share_rows(
        &self,
        request: &Request,
        fields: &BTreeMap<String, String>,
    ) -> Result<Option<Vec<&Node>>, String> {
        let parent = fields::number(fields, "parentFileId")?;
        let token = request.header("authorization").and_then(|it| it.strip_prefix("Bearer "));
        let own = token.is_some_and(|it| self.web_tokens.usage(it, request.now) == Usage::Live)
            && parent != ROOT
            && self.drive.is_folder(parent);
        if parent == ROOT {
            let items = self.share.items.iter();
            return Ok(Some(items.filter_map(|id| self.drive.node(*id)).collect()));
        }
        let found = own || (self.is_shared(parent) && self.drive.is_folder(parent));
        Ok(found.then(|| self.drive.children(parent)))
    }

    fn is_shared(&self, id: u64) -> bool {
        self.drive.line(id).iter().any(|node| self.share.items.contains(&node.id))
    }

    /// 5103 for a wrong key and a wrong password alike; then whether it has expired.
    fn share_denied(&self, key: &str, password: &str) -> Option<Reply> {
        if key != self.share.key || !password.eq_ignore_ascii_case(&self.share.password) {
            return Some(self.fail(5103, "分享码或提取码错误"));
        }
        match self.quirks.share_expired {
            Expired::No => None,
            Expired::Flag => {
                let data =
                    json!({"Next": "-1", "Len": 0, "Expired": true, "InfoList": Value::Null});
                Some(self.success(&data))
            }
            Expired::Code => Some(self.fail(5104, "分享链接已过期")),
            Expired::NoSource => Some(self.fail(400, "非法请求，源文件不存在")),
            Expired::Message => Some(self.fail(1, "分享已失效")),
        }
    }

    /// Fields in any case: two spellings are in use.
    fn share_download(&self, request: &Request, second: bool) -> Result<Reply, String> {
        const NAMES: [&str; 6] = ["sharekey", "sharepwd", "fileid", "etag", "s3keyflag", "size"];
        fields::query(request, &[], &[], &[])?;
        let body = fields::body(request, &NAMES, true)?;
        let text = |name: &str| body.get(name).and_then(Value::as_str).unwrap_or_default();
        if let Some(denied) = self.share_denied(text("sharekey"), text("sharepwd")) {
            return Ok(denied);
        }
        let id = body.get("fileid").and_then(Value::as_u64).ok_or("fileId is no number")?;
        let Some(node) = self.drive.node(id).filter(|_| self.is_shared(id)) else {
            return Ok(self.fail(5066, "文件不存在"));
        };
        same(
            node,
            &body,
            &[
                ("etag", json!(node.etag)),
                ("s3keyflag", json!(node.s3_key_flag())),
                ("size", json!(node.size)),
            ],
        )?;
        Ok(self.download(node, SourceKind::Share, second, "DownloadURL", request))
    }
}
