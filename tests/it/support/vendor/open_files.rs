//! The open platform's files. `fileId` and `fileID` are two parameters: each endpoint has its own.

use serde_json::{Value, json};

use super::drive::{FILE, FOLDER, Node};
use super::http::{Reply, Request};
use super::links::SourceKind;
use super::quirks::OpenCursor;
use super::{Vendor, clock, fields};

/// Rows on a page, at most.
const MAX: u64 = 100;

fn row(node: &Node) -> Value {
    json!({
        "fileId": node.id,
        "filename": node.name,
        "parentFileId": node.parent,
        "type": node.kind,
        "etag": node.etag,
        "size": node.size,
        "category": 0,
        "status": node.status,
        "punishFlag": 0,
        "s3KeyFlag": node.s3_key_flag(),
        "storageNode": "m1",
        "trashed": u8::from(node.trashed),
        "createAt": clock::plain(node.modified),
        "updateAt": clock::plain(node.modified),
    })
}

impl Vendor {
    /// Lists a folder by id, after `lastFileId`. Rows of the bin are in it.
    pub(super) fn open_list(&self, request: &Request) -> Result<Reply, String> {
        let required = [("parentFileId", None), ("limit", None)];
        let optional = ["lastFileId", "searchData", "searchMode", "trashed"];
        let fields = fields::query(request, &required, &optional, &[])?;
        let limit = fields::number(&fields, "limit")?;
        let parent = fields::number(&fields, "parentFileId")?;
        if limit == 0 || limit > MAX {
            return Err("limit is not between 1 and 100".to_owned());
        }
        if fields.get("searchData").is_some_and(|words| !words.is_empty()) {
            return Err("a search isn't bound to its folder".to_owned());
        }
        let first = !fields.contains_key("lastFileId");
        let after = if first { 0 } else { fields::number(&fields, "lastFileId")? };
        if !self.drive.is_folder(parent) {
            return Ok(self.fail(5066, "文件不存在"));
        }
        let all = self.drive.children(parent);
        let known = after == 0 || all.iter().any(|node| node.id == after);
        if !known {
            return Err("lastFileId is no row of the folder".to_owned());
        }
        let limit = usize::try_from(limit).unwrap_or_default();
        let cursor = self.quirks.open_cursor;
        let mut rows: Vec<&&Node> = all.iter().filter(|node| node.id > after).take(limit).collect();
        if rows.is_empty() && cursor == OpenCursor::Repeats && after != 0 {
            rows = all.iter().skip(all.len().saturating_sub(limit)).collect();
        }
        let end = rows.last().map_or(after, |node| node.id);
        let last = all.last().is_none_or(|node| node.id == end);
        let next = if last && cursor == OpenCursor::End { -1 } else { end.cast_signed() };
        let rows: Vec<Value> = rows.iter().map(|node| row(node)).collect();
        Ok(self.success(&json!({"lastFileId": next, "fileList": rows})))
    }

    /// `fileID` in, `fileID` out; a folder's size is that of all in it.
    pub(super) fn open_detail(&self, request: &Request) -> Result<Reply, String> {
        let Some(node) = self.asked(request, "fileID")? else {
            return Ok(self.fail(5066, "文件不存在"));
        };
        let size = if node.kind == FOLDER { self.drive.weight(node.id) } else { node.size };
        Ok(self.success(&json!({
            "fileID": node.id,
            "filename": node.name,
            "type": node.kind,
            "size": size,
            "etag": node.etag,
            "status": node.status,
            "parentFileID": node.parent,
            "createAt": clock::plain(node.modified),
            "trashed": u8::from(node.trashed),
        })))
    }

    /// Answers with the details of several files.
    pub(super) fn open_infos(&self, request: &Request) -> Result<Reply, String> {
        fields::query(request, &[], &[], &[])?;
        let body = fields::body(request, &["fileIds"], false)?;
        let ids = body.get("fileIds").and_then(Value::as_array).ok_or("fileIds is no list")?;
        let mut rows = Vec::new();
        for id in ids {
            let id = id.as_u64().ok_or("fileIds holds no numbers")?;
            rows.extend(self.drive.node(id).map(row));
        }
        Ok(self.success(&json!({"fileList": rows})))
    }

    /// Answers with a file's download URL.
    pub(super) fn open_download(&self, request: &Request) -> Result<Reply, String> {
        let Some(node) = self.asked(request, "fileId")? else {
            return Ok(self.fail(5066, "文件不存在"));
        };
        Ok(self.download(node, SourceKind::Open, false, "downloadUrl", request))
    }

    /// Answers with a file's direct link.
    pub(super) fn open_direct_url(&self, request: &Request) -> Result<Reply, String> {
        let Some(node) = self.asked(request, "fileID")?.filter(|node| node.kind == FILE) else {
            return Ok(self.fail(5066, "文件不存在"));
        };
        Ok(match self.direct_url(node) {
            Some(url) => self.success(&json!({ "url": url })),
            None => self.fail(1, "文件所在文件夹未启用直链空间"),
        })
    }

    /// The file that the query's one parameter means.
    fn asked(&self, request: &Request, name: &'static str) -> Result<Option<&Node>, String> {
        let fields = fields::query(request, &[(name, None)], &[], &[])?;
        let id = fields::number(&fields, name)?;
        Ok(self.drive.node(id))
    }
}
