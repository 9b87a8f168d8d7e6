//! Files and folders in the JSON of AList's API, as `/api/fs/list` and `/api/fs/get` give them. Here, and not
//! with the rest of that API, since a listing may have thousands.

use serde::Serialize;

use crate::http_date::Moment;
use crate::kind::{Kind, Use};
use crate::time::UnixSeconds;

/// A file or a folder, as a client may know of it.
#[derive(Clone, Copy, Debug, Default)]
pub struct AlistObject<'o> {
    /// The name, decoded.
    pub name: &'o str,
    /// Whether it is a folder.
    pub is_folder: bool,
    /// Size in bytes, if known.
    pub size: Option<u64>,
    /// Time of the last change, if known.
    pub modified: Option<UnixSeconds>,
    /// The MD5 of the content, if the client may know it.
    pub md5: Option<[u8; 16]>,
    /// The signature that opens the file; empty where none is needed.
    pub sign: &'o str,
}

/// Field by field as AList has it.
#[derive(Serialize)]
struct ObjectJson<'o> {
    name: &'o str,
    /// A number, since clients take nothing else: 0 where the size is not known.
    size: u64,
    is_dir: bool,
    modified: &'o str,
    created: &'o str,
    sign: &'o str,
    thumb: &'static str,
    r#type: u8,
    hashinfo: &'o str,
    hash_info: Option<HashJson<'o>>,
}

#[derive(Serialize)]
struct HashJson<'o> {
    md5: &'o str,
}

impl AlistObject<'_> {
    /// Appends the fields of the object's JSON, without the braces around them.
    pub fn push_fields(&self, json: &mut Vec<u8>) {
        let date = date(self.modified);
        let md5 = self.md5.map(hex::encode);
        let hash = md5.as_ref().map(|md5| ["{\"md5\":\"", md5, "\"}"].concat());
        let object = ObjectJson {
            name: self.name,
            size: self.size.unwrap_or_default(),
            is_dir: self.is_folder,
            modified: &date,
            // Where the time of creation is not known, AList gives that of the last change.
            created: &date,
            sign: self.sign,
            thumb: "",
            r#type: if self.is_folder { FOLDER } else { file_type(self.name) },
            hashinfo: hash.as_deref().unwrap_or("null"),
            hash_info: md5.as_deref().map(|md5| HashJson { md5 }),
        };
        // Writing text and numbers into memory does not fail.
        let whole = serde_json::to_vec(&object).unwrap_or_default();
        let fields = whole.strip_prefix(b"{").and_then(|whole| whole.strip_suffix(b"}"));
        json.extend_from_slice(fields.unwrap_or_default());
    }
}

/// A time as AList's API has it; 1970 where it is not known.
pub fn date(time: Option<UnixSeconds>) -> String {
    let mut date = Vec::with_capacity(20);
    if let Some(moment) = Moment::of(time.unwrap_or_default()).or(Moment::of(UnixSeconds(0))) {
        moment.push_rfc3339(&mut date);
    }
    String::from_utf8(date).unwrap_or_default()
}

/// AList's number for folders.
pub const FOLDER: u8 = 1;

/// AList's number for a file of this name: 2 for films, 3 for music, 4 for texts, 5 for pictures, 0 for others.
pub fn file_type(name: &str) -> u8 {
    let kind = Kind::of(name);
    match kind.used() {
        Some(Use::Video) => 2,
        Some(Use::Audio) => 3,
        Some(Use::Image) => 5,
        Some(Use::Document) if matches!(kind, Kind::Text | Kind::Markdown) => 4,
        Some(Use::Document) | None => 0,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn json(object: &AlistObject<'_>) -> String {
        let mut json = b"{".to_vec();
        object.push_fields(&mut json);
        json.push(b'}');
        String::from_utf8(json).unwrap()
    }

    #[test]
    fn an_object_has_the_fields_that_alist_gives_it() {
        let film = AlistObject {
            name: "a \"b\".mkv",
            size: Some(5),
            modified: Some(UnixSeconds(1_714_979_289)),
            sign: "abc:1",
            ..AlistObject::default()
        };
        assert_eq!(
            json(&film),
            r#"{"name":"a \"b\".mkv","size":5,"is_dir":false,"modified":"2024-05-06T07:08:09Z","created":"2024-05-06T07:08:09Z","sign":"abc:1","thumb":"","type":2,"hashinfo":"null","hash_info":null}"#
        );
        let hashed = AlistObject { name: "x", md5: Some([0xab; 16]), ..AlistObject::default() };
        let md5 = "ab".repeat(16);
        assert_eq!(
            json(&hashed),
            format!(
                r#"{{"name":"x","size":0,"is_dir":false,"modified":"1970-01-01T00:00:00Z","created":"1970-01-01T00:00:00Z","sign":"","thumb":"","type":0,"hashinfo":"{{\"md5\":\"{md5}\"}}","hash_info":{{"md5":"{md5}"}}}}"#
            )
        );
        let folder = AlistObject { name: "文", is_folder: true, ..AlistObject::default() };
        assert!(json(&folder).contains(r#""name":"文","size":0,"is_dir":true"#));
        assert!(json(&folder).contains(r#""type":1,"#));
    }

    #[test]
    fn a_name_tells_the_number_of_a_files_type() {
        for (name, want) in [
            ("a.MKV", 2),
            ("a.m3u8", 2),
            ("a.flac", 3),
            ("a.srt", 4),
            ("readme.md", 4),
            ("a.jpg", 5),
            ("a.pdf", 0),
            ("a.zip", 0),
            ("a", 0),
        ] {
            assert_eq!(file_type(name), want, "{name}");
        }
    }
}
