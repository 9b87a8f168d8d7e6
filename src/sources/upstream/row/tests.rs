use serde_json::{Value, json};

use super::*;
use crate::sources::upstream::lenient::{lower_names, object};
use crate::time::UnixSeconds;

fn read(mut row: Value) -> Option<Row> {
    lower_names(&mut row);
    object(row)
}

fn taken(mut change: Value) -> Page {
    let mut row = json!({
        "FileId": 5001,
        "FileName": "资料 a+b.txt",
        "Type": 0,
        "Size": 12,
        "Etag": "0123456789ABCDEF0123456789abcdef",
        "S3KeyFlag": "1812345678-0",
        "CreateAt": "2025-02-24T17:57:01+08:00",
        "UpdateAt": "2026-01-02T03:04:05+08:00",
        "ParentFileId": 0,
        "Status": 0,
        "Trashed": false,
    });
    row.as_object_mut().unwrap().append(change.as_object_mut().unwrap());
    let mut page = Page::default();
    add_row(&mut page, read(row));
    page
}

#[test]
fn a_row_is_an_entry() {
    let want = Entry {
        id: 5001,
        name: "资料 a+b.txt".to_owned(),
        folder: false,
        size: 12,
        modified: Some(UnixSeconds(1_767_294_245)),
        md5: Some([1, 0x23, 0x45, 0x67, 0x89, 0xab, 0xcd, 0xef].repeat(2).try_into().unwrap()),
        key_flag: "1812345678-0".to_owned(),
    };
    let cases = [
        (json!({}), want.clone()),
        (json!({ "FileId": "5001", "Type": "0", "Size": "12" }), want.clone()),
        (json!({ "Status": 100, "Trashed": 0, "UpdateAt": 1_767_294_245_000_u64 }), want.clone()),
        (json!({ "Status": null, "Trashed": null }), want.clone()),
        (
            json!({ "UpdateAt": null }),
            Entry { modified: Some(UnixSeconds(1_740_391_021)), ..want.clone() },
        ),
        (json!({ "UpdateAt": null, "CreateAt": "soon" }), Entry { modified: None, ..want.clone() }),
        (json!({ "Etag": "0123-2" }), Entry { md5: None, ..want.clone() }),
        (json!({ "S3KeyFlag": null }), Entry { key_flag: String::new(), ..want.clone() }),
        (
            json!({ "Type": 1, "Size": 99 }),
            Entry { folder: true, size: 0, md5: None, ..want.clone() },
        ),
    ];
    for (change, want) in cases {
        let page = taken(change.clone());
        assert_eq!((page.entries, page.unusable), (vec![want], 0), "{change}");
    }
}

#[test]
fn a_row_that_cant_be_used_is_counted() {
    let cases = [
        json!({ "Type": 2 }),
        json!({ "Type": null }),
        json!({ "Status": 101 }),
        json!({ "Status": "104" }),
        json!({ "Trashed": true }),
        json!({ "Trashed": 1 }),
        json!({ "FileName": null }),
        json!({ "FileName": "" }),
        json!({ "FileId": null }),
        json!({ "FileId": 0 }),
        json!({ "FileId": -1 }),
        json!({ "Size": null }),
        json!({ "Size": -1 }),
    ];
    for change in cases {
        let page = taken(change.clone());
        assert_eq!((page.entries.len(), page.unusable), (0, 1), "{change}");
    }
    let mut page = Page::default();
    add_row(&mut page, read(json!("no row")));
    assert_eq!(page.unusable, 1);
}
