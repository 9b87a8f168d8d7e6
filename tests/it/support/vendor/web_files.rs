//! The web API's files: listing, information, download.

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};

use super::Vendor;
use super::drive::{FILE, Node};
use super::fields::{self, Required};
use super::http::{Reply, Request};
use super::links::SourceKind;
use super::listing::{self, Page};

/// What `file/list/new` has to be asked with. `Page` and `SearchData` are capital.
const LIST: [Required; 13] = [
    ("driveId", Some("0")),
    ("limit", None),
    ("next", Some("0")),
    ("Page", None),
    ("orderBy", None),
    ("orderDirection", None),
    ("parentFileId", None),
    ("trashed", Some("false")),
    ("SearchData", Some("")),
    ("OnlyLookAbnormalFile", Some("0")),
    ("event", Some("homeListFile")),
    ("operateType", Some("4")),
    ("inDirectSpace", Some("false")),
];
/// `file/info` answers no more of what it is asked for, and says nothing about it.
const MAX_INFOS: usize = 33;

/// The page that a query asks for.
///
/// # Errors
/// What is wrong with it.
pub fn page(fields: &BTreeMap<String, String>) -> Result<Page, String> {
    let page = Page {
        number: fields::number(fields, "Page")?,
        limit: fields::number(fields, "limit")?,
        by_name: match fields.get("orderBy").map(String::as_str) {
            Some("file_id" | "share_id") => false,
            Some("file_name") => true,
            _ => return Err("orderBy is unknown".to_owned()),
        },
        descending: match fields.get("orderDirection").map(String::as_str) {
            Some("desc") => true,
            Some("asc") => false,
            _ => return Err("orderDirection is unknown".to_owned()),
        },
    };
    if page.number == 0 || page.limit == 0 {
        return Err("Page and limit count from 1".to_owned());
    }
    Ok(page)
}

/// Whether the body's fields are those of the file's row. They name the file together.
///
/// # Errors
/// Which field isn't.
pub fn same(node: &Node, body: &Map<String, Value>, names: &[(&str, Value)]) -> Result<(), String> {
    match names.iter().find(|(name, value)| body.get(*name) != Some(value)) {
        Some((name, _)) => Err(format!("field {name:?} is not that of file {}", node.id)),
        None => Ok(()),
    }
}

impl Vendor {
    /// Lists a folder of the drive.
    pub(super) fn web_list(&self, request: &Request) -> Result<Reply, String> {
        let fields = fields::query(request, &LIST, &["fileCategory", "isSearchOrder"], &[])?;
        let page = page(&fields)?;
        let parent = fields::number(&fields, "parentFileId")?;
        if !self.drive.is_folder(parent) {
            return Ok(self.fail(5066, "文件不存在"));
        }
        Ok(self.success(&listing::data(self.drive.children(parent), page, &self.quirks, true)))
    }

    /// Answers with the rows of files by id.
    pub(super) fn web_file_info(&self, request: &Request) -> Result<Reply, String> {
        fields::query(request, &[], &[], &[])?;
        let body = fields::body(request, &["fileIdList"], false)?;
        let list = body.get("fileIdList").and_then(Value::as_array);
        let list = list.ok_or("fileIdList is no list")?;
        let mut rows = Vec::new();
        for item in list.iter().take(MAX_INFOS) {
            let id = item.get("fileId").and_then(Value::as_u64).ok_or("fileId is no number")?;
            rows.extend(self.drive.node(id).map(|node| listing::row(node, &self.quirks)));
        }
        Ok(self.success(&json!({"infoList": rows})))
    }

    /// Answers with a file's link; the body is the file's row once more. A former name is fine.
    pub(super) fn web_download(&self, request: &Request, second: bool) -> Result<Reply, String> {
        const NAMES: [&str; 7] =
            ["driveId", "etag", "fileId", "fileName", "s3keyFlag", "size", "type"];
        fields::query(request, &[], &[], &[])?;
        let body = fields::body(request, &NAMES, false)?;
        let id = body.get("fileId").and_then(Value::as_u64).ok_or("fileId is no number")?;
        let Some(node) = self.drive.node(id) else { return Ok(self.fail(5066, "文件不存在")) };
        same(
            node,
            &body,
            &[
                ("driveId", json!(0)),
                ("etag", json!(node.etag)),
                ("s3keyFlag", json!(node.s3_key_flag())),
                ("size", json!(node.size)),
                ("type", json!(FILE)),
            ],
        )?;
        let name = body.get("fileName").and_then(Value::as_str).unwrap_or_default();
        if node.name != name && !node.former.iter().any(|former| former == name) {
            return Err(format!("field \"fileName\" is not that of file {id}"));
        }
        Ok(self.download(node, SourceKind::Personal, second, "DownloadUrl", request))
    }

    /// What `request` for a file's link is answered with, by either API: a URL under `field`, or the
    /// second version's parts.
    pub(super) fn download(
        &self,
        node: &Node,
        kind: SourceKind,
        second: bool,
        field: &str,
        request: &Request,
    ) -> Reply {
        if node.kind != FILE {
            return self.fail(400, "不支持文件夹");
        }
        if node.trashed {
            return self.fail(5066, "文件不存在");
        }
        if node.status > 100 {
            return self.fail(104, "文件已失效");
        }
        if self.quirks.quota != 0 {
            let message = match self.quirks.quota {
                5112 => "您需要注册登录或付费后下载",
                _ => "免费流量不足，请购买流量包",
            };
            return self.fail(self.quirks.quota, message);
        }
        if node.size == 0 && !self.quirks.zero_byte_url {
            return self.success(&json!({ field: "" }));
        }
        let link = self.link(kind, node, request);
        if !second {
            return self.success(&json!({ field: link }));
        }
        let path = link.strip_prefix(&self.origin).unwrap_or_default();
        let dispatch = json!([{"prefix": self.origin, "isp": "default"}]);
        self.success(&json!({"dispatchList": dispatch, "downloadPath": path}))
    }
}
