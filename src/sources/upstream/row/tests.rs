use serde_json::json;

use super::*;

#[test]
fn a_moment_is_read_however_it_is_written() {
    let cases = [
        (json!("2026-01-02T03:04:05+08:00"), Some(1_767_294_245)),
        (json!("2026-01-02T03:04:05.999+08:00"), Some(1_767_294_245)),
        (json!("2026-01-01T19:04:05Z"), Some(1_767_294_245)),
        (json!("2026-01-01T13:34:05-05:30"), Some(1_767_294_245)),
        (json!("2025-02-24 17:57:01"), Some(1_740_391_021)),
        (json!("2025-02-24 17:57:01 +0800 CST"), Some(1_740_391_021)),
        (json!("2025-03-23T15:48:37+08:00"), Some(1_742_716_117)),
        (json!("2024-02-29T00:00:00Z"), Some(1_709_164_800)),
        (json!(1_740_391_021), Some(1_740_391_021)),
        (json!(1_740_391_021.9), Some(1_740_391_021)),
        (json!(1_740_391_021_987_u64), Some(1_740_391_021)),
        (json!("1740391021"), Some(1_740_391_021)),
        (json!(0), None),
        (json!(-5), None),
        (json!(null), None),
        (json!(""), None),
        (json!("0001-01-01T00:00:00Z"), None),
        (json!("2025-13-01 00:00:00"), None),
        (json!("2025-02-24"), None),
        (json!("2025-02-24 25:00:00"), None),
        (json!("2025-02-24 17:57:01 CST"), None),
        (json!("2025/02/24 17:57:01"), None),
        (json!("二〇二五年二月二十四日十七时五十七分"), None),
        (json!([]), None),
    ];
    for (value, want) in cases {
        assert_eq!(moment(&value), want.map(UnixSeconds), "{value}");
    }
}

#[test]
fn days_and_dates_are_each_others_inverse() {
    for day in (-800_000..3_000_000).step_by(13) {
        let (year, month, of_month) = civil(day);
        assert_eq!(days(year, month, of_month), day);
    }
    assert_eq!((civil(0), civil(19_782)), ((1970, 1, 1), (2024, 2, 29)));
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
    take(&mut page, &row);
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
    take(&mut page, &json!("no row"));
    assert_eq!(page.unusable, 1);
}
