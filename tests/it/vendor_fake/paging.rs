//! Pages of the web API, and what is odd about them.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::client::{Client, LIST};
use crate::support::vendor::quirks::NextStyle;
use crate::support::vendor::sample::{BIG, FORBIDDEN, MANY};

fn page(client: &mut Client, folder: &str, number: u64) -> Value {
    let parent = client.id(folder);
    let query = LIST
        .replace("Page=1", &format!("Page={number}"))
        .replace("parentFileId=0", &format!("parentFileId={parent}"));
    let request = client.list(&query);
    client.data(&request)
}

fn rows(page: &Value) -> Vec<Value> {
    page["InfoList"].as_array().cloned().unwrap_or_default()
}

#[test]
fn all_pages_hold_every_row_once() {
    let mut client = Client::new();
    let mut ids = BTreeSet::new();
    for number in 1..=BIG / 100 {
        let page = page(&mut client, "/big", number);
        assert_eq!(page["Total"], BIG);
        assert_eq!(page["Next"] == "-1", number == BIG / 100);
        ids.extend(rows(&page).iter().map(|row| row["FileId"].as_u64().unwrap()));
    }
    assert_eq!(ids.len() as u64, BIG);
    let past = page(&mut client, "/big", BIG / 100 + 1);
    assert_eq!(past["InfoList"], Value::Null);
    assert_eq!(page(&mut client, "/empty", 1)["InfoList"], Value::Null);
}

#[test]
fn quirks_change_the_pages() {
    let mut client = Client::new();
    client.vendor.quirks.page_size = 500;
    client.vendor.quirks.total_wrong = 3;
    client.vendor.quirks.next_kept = true;
    client.vendor.quirks.string_ids = true;
    let all = page(&mut client, "/many", 1);
    assert_eq!((rows(&all).len() as u64, &all["Total"]), (MANY, &json!(MANY + 3)));
    let last = rows(&all).last().unwrap()["FileId"].clone();
    assert_eq!(all["Next"], last);
    assert!(last.is_string());
    client.vendor.quirks.page_size = 0;
    client.vendor.quirks.next_style = NextStyle::Int;
    client.vendor.quirks.page_overlap = 10;
    let (first, second) = (page(&mut client, "/many", 1), page(&mut client, "/many", 2));
    assert_eq!(rows(&first)[90..], rows(&second)[..10]);
    assert!(first["Next"].is_u64());
    client.vendor.quirks.next_style = NextStyle::Lower;
    assert!(page(&mut client, "/many", 1)["next"].is_string());
    let mut seen = BTreeSet::new();
    for number in 1..=5 {
        let page = page(&mut client, "/many", number);
        seen.extend(rows(&page).iter().map(|row| row["FileId"].to_string()));
    }
    assert_eq!(seen.len() as u64, MANY);
}

#[test]
fn odd_rows_are_listed_as_they_are() {
    let mut client = Client::new();
    let states = rows(&page(&mut client, "/states", 1));
    let statuses: Vec<&Value> = states.iter().map(|row| &row["Status"]).collect();
    assert_eq!(statuses, [0, 100, 101, 104, 0]);
    assert_eq!((&states[0]["Type"], &states[4]["Trashed"]), (&json!(7), &json!(true)));
    let names: Vec<Value> = rows(&page(&mut client, "/forbidden", 1))
        .iter()
        .map(|row| row["FileName"].clone())
        .collect();
    assert_eq!(names[..7], FORBIDDEN);
    let dates = rows(&page(&mut client, "/dates", 1));
    let texts: Vec<bool> = dates.iter().map(|row| row["UpdateAt"].is_string()).collect();
    assert_eq!(texts, [true, true, false, false]);
    assert!(dates[1]["UpdateAt"].as_str().unwrap().ends_with(".000000+08:00"));
    let duplicates = rows(&page(&mut client, "/duplicates", 1));
    assert!(duplicates.iter().all(|row| row["FileName"] == "same.txt"));
    assert_eq!(duplicates.len(), 3);
}

#[test]
fn the_deepest_folder_is_sixteen_down() {
    let client = Client::new();
    let deep = (2..=16).fold("/deep".to_owned(), |path, level| format!("{path}/层{level}"));
    let line = client.vendor.drive.line(client.id(&format!("{deep}/end.txt")));
    assert_eq!(line.len(), 17);
}
