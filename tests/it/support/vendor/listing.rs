//! Pages of rows as the web and the share API write them.

use serde_json::{Map, Value, json};

use super::drive::{Dates, Node};
use super::quirks::{NextStyle, Quirks};
use super::{accounts, clock};

/// The parameters of a request for a page.
#[derive(Clone, Copy, Debug)]
pub struct Page {
    /// The page's number, from 1.
    pub number: u64,
    /// The maximum number of rows.
    pub limit: u64,
    /// Whether rows are ordered by name instead of by id.
    pub by_name: bool,
    /// Whether the order is descending.
    pub descending: bool,
}

/// Row of a node, with some of the fields that nobody needs.
pub fn row(node: &Node, quirks: &Quirks) -> Value {
    let id = |id: u64| if quirks.string_ids { json!(id.to_string()) } else { json!(id) };
    let date = match node.dates {
        Dates::Iso => json!(clock::iso(node.modified)),
        Dates::Fraction => json!(clock::iso_fraction(node.modified)),
        Dates::Int => json!(node.modified / 1000),
        Dates::Null => Value::Null,
    };
    json!({
        "FileId": id(node.id),
        "FileName": node.name,
        "Type": node.kind,
        "Size": node.size,
        "ContentType": "0",
        "S3KeyFlag": node.s3_key_flag(),
        "CreateAt": date,
        "UpdateAt": date,
        "Hidden": false,
        "Etag": node.etag,
        "Status": node.status,
        "ParentFileId": id(node.parent),
        "Category": 0,
        "PunishFlag": 0,
        "StorageNode": "m1",
        "Trashed": node.trashed,
        "DownloadUrl": "",
        "PinYin": "",
    })
}

/// The field `data` of a listing's response. A page past the last has a null `InfoList`; shares have no
/// `Total`.
pub fn data(mut nodes: Vec<&Node>, page: Page, quirks: &Quirks, with_total: bool) -> Value {
    if page.by_name {
        nodes.sort_by(|one, other| one.name.cmp(&other.name));
    } else {
        nodes.sort_by_key(|node| node.id);
    }
    if page.descending {
        nodes.reverse();
    }
    let size = match quirks.page_size {
        0 => usize::try_from(page.limit).unwrap_or(100).min(100),
        size => size,
    };
    let skipped = usize::try_from(page.number - 1).unwrap_or_default();
    let step = size.saturating_sub(quirks.page_overlap).max(1);
    let start = skipped.saturating_mul(step).min(nodes.len());
    // What only repeats the page before is no page.
    let start =
        if skipped > 0 && start + quirks.page_overlap >= nodes.len() { nodes.len() } else { start };
    let rows = &nodes[start..(start + size).min(nodes.len())];
    let last = start + rows.len() >= nodes.len();
    let cursor = rows.last().map_or(0, |node| node.id);
    let next = if last && !quirks.next_kept { -1 } else { cursor.cast_signed() };
    let mut data = Map::new();
    match quirks.next_style {
        NextStyle::Text => data.insert("Next".to_owned(), json!(next.to_string())),
        NextStyle::Int => data.insert("Next".to_owned(), json!(next)),
        NextStyle::Lower => data.insert("next".to_owned(), json!(next.to_string())),
    };
    data.insert("Len".to_owned(), json!(rows.len()));
    if with_total {
        let total = i64::try_from(nodes.len()).unwrap_or_default() + quirks.total_wrong;
        data.insert("IsFirst".to_owned(), json!(page.number == 1));
        data.insert("Total".to_owned(), json!(total));
        data.insert("Owner".to_owned(), json!(accounts::UID));
    }
    let rows: Vec<Value> = rows.iter().map(|node| row(node, quirks)).collect();
    let info = if rows.is_empty() { Value::Null } else { Value::Array(rows) };
    data.insert("InfoList".to_owned(), info);
    Value::Object(data)
}
