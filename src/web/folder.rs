//! A folder as a page that works without scripts, or as JSON.

use std::borrow::Cow;

use askama::Template;
use chrono::{Datelike as _, Timelike as _};
use serde::Serialize;

use super::answer::{Answer, Body};
use super::ask::Format;
use crate::error::Error;
use crate::percent;
use crate::site::drive::Age;
use crate::site::visit::Visit;
use crate::site::{OpenFolder, Row, Site};

/// Where pages find the style sheet; the version makes a new one load at once.
pub const STYLE_HREF: &str = concat!("/-/style.css?v=", env!("CARGO_PKG_VERSION"));

#[derive(Template)]
#[template(path = "folder.html")]
struct FolderPage<'a> {
    site: &'a str,
    style: &'static str,
    /// Where the site's name leads; `None` where it would lead out of a share link.
    home: Option<&'a str>,
    robots: Option<&'a str>,
    /// HTML that is safe already.
    header: Option<&'a str>,
    readme: Option<&'a str>,
    demo: bool,
    title: &'a str,
    /// Whether there is a row that leads to the folder above.
    can_go_up: bool,
    crumbs: &'a [Crumb<'a>],
    rows: &'a [PageRow<'a>],
    files: usize,
    folders: usize,
    opens_remote: bool,
    /// That what is listed is not the newest, or not all.
    notice: Option<Cow<'static, str>>,
}

/// A folder on the way here.
struct Crumb<'a> {
    name: &'a str,
    /// Empty for this folder, and for one that does not open.
    href: String,
    here: bool,
}

/// A row as the page shows it.
struct PageRow<'a> {
    name: &'a str,
    /// Relative, one segment, no query: the form that download tools follow.
    href: String,
    folder: bool,
    locked: bool,
    size: Option<Size>,
    time: Option<Time>,
}

struct Size {
    bytes: u64,
    shown: String,
}

struct Time {
    iso: String,
    shown: String,
}

#[derive(Serialize)]
struct FolderJson<'a> {
    path: String,
    name: &'a str,
    entries: Vec<EntryJson<'a>>,
    /// Only of what the vendor lists: seconds since it was asked.
    #[serde(skip_serializing_if = "Option::is_none")]
    age: Option<u64>,
    /// Whether that is longer ago than it should be.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    stale: bool,
    /// Whether more entries are on their way.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    loading: bool,
    /// Whether the vendor has more, and can't be asked.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    incomplete: bool,
}

#[derive(Serialize)]
struct EntryJson<'a> {
    name: &'a str,
    r#type: &'static str,
    path: String,
    size: Option<u64>,
    modified: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    md5: Option<String>,
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    locked: bool,
}

/// A folder in any of its forms.
pub(super) fn answer(
    site: &Site,
    folder: &OpenFolder<'_>,
    visit: &Visit<'_>,
    format: Format,
) -> Result<Answer, Error> {
    let rows = folder.rows(visit);
    let age = folder.age(visit.now);
    let body = match format {
        Format::Json => Body::Json(json(folder, visit, &rows)),
        Format::Plain => Body::Html(page(site, folder, visit, &rows)),
        Format::Url => return Err(Error::BadFormat),
    };
    let answer = Answer::new(200, body)
        .with("Cache-Control", "private, no-cache")
        .with("Vary", "Accept, Cookie");
    let answer = match age {
        Some(age) => with_age(answer, age),
        None => answer,
    };
    let look = folder.presentation();
    let answer = if look.header.is_some() || look.readme.is_some() {
        answer.with_images_from_anywhere()
    } else {
        answer
    };
    Ok(match &look.robots {
        Some(robots) => answer.with("X-Robots-Tag", robots.to_string()),
        None => answer,
    })
}

/// The answer, marked with how old it is. A page of which more is on its way loads itself again.
pub(super) fn with_age(answer: Answer, age: Age) -> Answer {
    let state = match age {
        Age { loading: true, .. } => "loading",
        Age { stale: true, .. } => "stale",
        Age { .. } => "fresh",
    };
    let answer = answer.with("X-Signpost-Cache", format!("{state}; age={}", age.seconds));
    let is_page = matches!(answer.body, Body::Html(_));
    if age.loading && is_page { answer.with("Refresh", "3") } else { answer }
}

/// The style sheet of all pages.
pub fn style() -> Answer {
    asset("text/css; charset=utf-8", include_str!("../../assets/style.css"))
}

/// The site's icon.
pub fn icon() -> Answer {
    asset("image/svg+xml", include_str!("../../assets/icon.svg"))
}

fn asset(content_type: &'static str, text: &'static str) -> Answer {
    Answer::new(200, Body::Asset(content_type, text)).with("Cache-Control", "public, max-age=86400")
}

fn json(folder: &OpenFolder<'_>, visit: &Visit<'_>, rows: &[Row<'_>]) -> String {
    let (path, age) = (visit.path, folder.age(visit.now));
    let mut here = path.display();
    if !here.ends_with('/') {
        here.push('/');
    }
    let entries = rows
        .iter()
        .map(|row| EntryJson {
            name: row.name,
            r#type: if row.folder { "folder" } else { "file" },
            path: format!("{here}{}{}", row.name, if row.folder { "/" } else { "" }),
            size: row.size,
            modified: row.modified,
            md5: row.md5.map(hex::encode),
            locked: row.locked,
        })
        .collect();
    let json = FolderJson {
        path: here,
        name: path.segments().last().unwrap_or_default(),
        entries,
        age: age.map(|age| age.seconds),
        stale: age.is_some_and(|age| age.stale),
        loading: age.is_some_and(|age| age.loading),
        incomplete: folder.lacks_some(),
    };
    serde_json::to_string(&json).unwrap_or_default()
}

fn page(site: &Site, folder: &OpenFolder<'_>, visit: &Visit<'_>, rows: &[Row<'_>]) -> String {
    let (path, look) = (visit.path, folder.presentation());
    let depth = path.segments().count();
    let share_depth = folder.share_depth();
    let crumbs = path
        .segments()
        .enumerate()
        .map(|(index, name)| {
            let opens = index + 1 >= share_depth;
            // The last crumb is this folder.
            let href = if opens { "../".repeat(depth - index - 1) } else { String::new() };
            Crumb { name, href, here: index + 1 == depth }
        })
        .collect::<Vec<_>>();
    let home = match (visit.share, share_depth) {
        (Some(_), 1..) => None,
        (Some(_), 0) => {
            Some("../".repeat(depth)).filter(|up| !up.is_empty()).or(Some("./".to_owned()))
        }
        (None, _) => Some(if depth == 0 { "./".to_owned() } else { "/".to_owned() }),
    };
    let folders = rows.iter().filter(|row| row.folder).count();
    let rows = rows.iter().map(PageRow::new).collect::<Vec<_>>();
    let title = look.title.as_deref().unwrap_or(&site.title);
    FolderPage {
        site: title,
        style: STYLE_HREF,
        home: home.as_deref(),
        robots: look.robots.as_deref(),
        header: look.header.as_deref(),
        readme: look.readme.as_deref(),
        demo: site.demo,
        title: path.segments().last().unwrap_or(title),
        can_go_up: depth > share_depth,
        crumbs: &crumbs,
        files: rows.len() - folders,
        folders,
        rows: &rows,
        opens_remote: folder.opens_remote(),
        notice: notice(folder.lacks_some(), folder.age(visit.now)),
    }
    .render()
    .unwrap_or_default()
}

/// What a visitor should know of the listing itself.
fn notice(lacks_some: bool, age: Option<Age>) -> Option<Cow<'static, str>> {
    Some(match age {
        Some(Age { loading: true, .. }) => {
            "This folder is large and still loading: what is here so far is below. The page loads \
             itself again."
                .into()
        }
        Some(Age { stale: true, seconds, .. }) => {
            let minutes = seconds / 60;
            format!(
                "This is how the folder was {minutes} minutes ago; what is newer is being fetched."
            )
            .into()
        }
        _ if lacks_some => {
            "There is more in this folder, but 123Pan can’t be asked for it just now.".into()
        }
        _ => return None,
    })
}

impl<'a> PageRow<'a> {
    fn new(row: &Row<'a>) -> Self {
        let mut href: String = percent::encode_name(row.name).collect();
        if row.folder {
            href.push('/');
        }
        Self {
            name: row.name,
            href,
            folder: row.folder,
            locked: row.locked,
            size: row.size.map(|bytes| Size { bytes, shown: human_size(bytes) }),
            time: row.modified.and_then(time),
        }
    }
}

/// Three digits and a binary unit, as file managers show sizes.
fn human_size(bytes: u64) -> String {
    const UNITS: [&str; 6] = ["KB", "MB", "GB", "TB", "PB", "EB"];
    if bytes < 1024 {
        return format!("{bytes} B");
    }
    let mut units = UNITS.iter();
    let (mut tenths, mut unit) = (bytes, "B");
    // Tenths of the next unit, until less than 1,000 of it are left.
    let mut scale: u128 = 1;
    for next in units.by_ref() {
        scale *= 1024;
        tenths = u64::try_from((u128::from(bytes) * 10 + scale / 2) / scale).unwrap_or(u64::MAX);
        unit = next;
        if tenths < 10_000 {
            break;
        }
    }
    if tenths < 1_000 {
        format!("{}.{} {unit}", tenths / 10, tenths % 10)
    } else {
        format!("{} {unit}", (tenths + 5) / 10)
    }
}

fn time(seconds: u64) -> Option<Time> {
    let time = chrono::DateTime::from_timestamp(i64::try_from(seconds).ok()?, 0)?;
    let day = format!("{:04}-{:02}-{:02}", time.year(), time.month(), time.day());
    let clock = format!("{:02}:{:02}", time.hour(), time.minute());
    Some(Time {
        iso: format!("{day}T{clock}:{:02}Z", time.second()),
        shown: format!("{day} {clock}"),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_are_shown_in_three_digits() {
        const CASES: &[(u64, &str)] = &[
            (0, "0 B"),
            (1_023, "1023 B"),
            (1_024, "1.0 KB"),
            (1_536, "1.5 KB"),
            (102_400, "100 KB"),
            (1_048_576, "1.0 MB"),
            (127_451_136, "122 MB"),
            (u64::MAX - 1, "16.0 EB"),
        ];
        for (bytes, want) in CASES {
            assert_eq!(human_size(*bytes), *want, "{bytes} bytes");
        }
    }
}
