//! Lists of links as tables, with a header that names the columns: CSV, or separated by tabs or semicolons.

use serde_json::Value;

use super::{Link, LinkList, Position};
use crate::cli::import::report::code;
use crate::sources::upstream::lenient::moment;

/// The meaning of a column.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Column {
    Url,
    Name,
    Size,
    Modified,
    Folder,
    Path,
}

/// The headers of columns, in lower case.
const HEADERS: [(Column, &[&str]); 6] = [
    (
        Column::Url,
        &[
            "url",
            "link",
            "links",
            "direct link",
            "direct_link",
            "directlink",
            "download_url",
            "download url",
            "链接",
            "直链",
            "直链地址",
            "直链链接",
            "下载链接",
            "下载地址",
            "地址",
            "网址",
        ],
    ),
    (Column::Name, &["name", "filename", "file name", "file_name", "文件名", "名称", "文件名称"]),
    (Column::Size, &["size", "bytes", "size (bytes)", "大小", "文件大小", "字节", "大小（字节）"]),
    (
        Column::Modified,
        &["modified", "time", "date", "mtime", "updated", "时间", "修改时间", "更新时间", "日期"],
    ),
    (Column::Folder, &["folder", "dir", "directory", "文件夹", "目录"]),
    (Column::Path, &["path", "路径", "文件路径"]),
];

/// Reads a table; `None` if the text has no header with a column of links.
pub fn read(text: &str) -> Option<LinkList> {
    let header = text.lines().find(|line| !line.trim().is_empty())?;
    if header.contains("://") {
        return None;
    }
    let delimiter = ['\t', ';', ','].into_iter().find(|mark| header.contains(*mark)).unwrap_or(',');
    let delimiter = u8::try_from(delimiter).ok()?;
    // The lines before the header, which the reader does not see; nor does it count `\r\n` as one.
    let table = text.trim_start();
    let skipped = text.strip_suffix(table).unwrap_or_default().matches('\n').count();
    let table = table.replace("\r\n", "\n");
    let mut reader = csv::ReaderBuilder::new()
        .delimiter(delimiter)
        .flexible(true)
        .has_headers(true)
        .trim(csv::Trim::All)
        .from_reader(table.as_bytes());
    let columns = reader.headers().ok()?.iter().map(column).collect::<Vec<_>>();
    if !columns.contains(&Some(Column::Url)) {
        return None;
    }
    let mut list = LinkList::default();
    for record in reader.records() {
        match record {
            Ok(record) => {
                let line = skipped + line_of(record.position());
                read_record(line, &columns, &record, &mut list);
            }
            Err(error) => {
                let line = skipped + line_of(error.position());
                list.left_out.push((Position::Line(line), "a row that can't be read".to_owned()));
            }
        }
    }
    Some(list)
}

fn column(header: &str) -> Option<Column> {
    let header = header.trim_start_matches('\u{feff}').trim().to_lowercase();
    let found = HEADERS.iter().find(|(_, names)| names.contains(&header.as_str()));
    found.map(|(column, _)| *column)
}

fn read_record(
    line: usize,
    columns: &[Option<Column>],
    record: &csv::StringRecord,
    list: &mut LinkList,
) {
    let field = |wanted: Column| {
        let at = columns.iter().position(|column| *column == Some(wanted))?;
        record.get(at).filter(|text| !text.is_empty())
    };
    let Some(url) = field(Column::Url) else {
        list.left_out.push((Position::Line(line), "no link in its column".to_owned()));
        return;
    };
    let names = |path: &str| {
        let names = path.split(['/', '\\']).filter(|name| !name.is_empty());
        names.map(str::to_owned).collect::<Vec<_>>()
    };
    let mut name = field(Column::Name).map(str::to_owned);
    let mut folders = field(Column::Folder).map(names);
    if let Some(path) = field(Column::Path) {
        let mut path = names(path);
        // A whole path ends with the file's name.
        if name.is_none() || path.last() == name.as_ref() {
            let of_file = path.pop();
            name = name.or(of_file);
        }
        folders = folders.or(Some(path));
    }
    let size = field(Column::Size).and_then(|size| {
        let parsed = size.parse::<u64>().ok();
        if parsed.is_none() {
            let reason = format!("its size {} is left out: only whole bytes are exact", code(size));
            list.left_out.push((Position::Line(line), reason));
        }
        parsed
    });
    let modified = field(Column::Modified).and_then(|time| {
        let at = moment(Value::from(time)).ok().flatten();
        let at = at.and_then(|at| u32::try_from(at.0).ok());
        if at.is_none() {
            list.left_out.push((
                Position::Line(line),
                format!("its time {} is left out: it is no date", code(time)),
            ));
        }
        at
    });
    let has_own_name = name.is_some();
    list.links.push(Link {
        position: Position::Line(line),
        url: url.to_owned(),
        name,
        has_own_name,
        folders,
        size,
        modified,
    });
}

fn line_of(position: Option<&csv::Position>) -> usize {
    position.and_then(|position| usize::try_from(position.line()).ok()).unwrap_or_default()
}
