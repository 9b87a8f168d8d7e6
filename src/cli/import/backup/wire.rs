//! The JSON of a backup as AList and OpenList write it. Fields that nothing here needs are not declared.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

use crate::sources::upstream::lenient::{flag, lower_names, text, unsigned, whole};

/// A backup, as a panel's "backup" button downloads it.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Backup {
    /// Not empty if the values are encrypted with a password.
    #[serde(deserialize_with = "text_or_empty")]
    pub encrypted: String,
    #[serde(deserialize_with = "list")]
    pub settings: Vec<Setting>,
    #[serde(deserialize_with = "list")]
    pub users: Vec<User>,
    #[serde(deserialize_with = "list")]
    pub storages: Vec<Storage>,
    /// `None` if the backup has no such table; an item of it is `None` if it has no path, or is no object.
    #[serde(deserialize_with = "metas")]
    pub metas: Option<Vec<Option<Meta>>>,
    /// Tables of other versions, by name.
    #[serde(flatten)]
    pub others: BTreeMap<String, Value>,
}

/// A setting by its name; values are text, whatever they mean.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Setting {
    #[serde(deserialize_with = "text_or_empty")]
    pub key: String,
    #[serde(deserialize_with = "text_or_json")]
    pub value: String,
}

/// A user. Its password is not read.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct User {
    #[serde(deserialize_with = "text_or_empty")]
    pub username: String,
    /// 0 is an ordinary user, 1 the guest, 2 the administrator; a list in some versions.
    pub role: Value,
    #[serde(deserialize_with = "text_or_json")]
    pub base_path: String,
    #[serde(deserialize_with = "flag_unless_off")]
    pub disabled: bool,
    #[serde(deserialize_with = "whole")]
    pub permission: Option<i64>,
}

/// A storage of any driver.
#[expect(clippy::struct_excessive_bools, reason = "the fields of a backup")]
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Storage {
    #[serde(deserialize_with = "unsigned")]
    pub id: Option<u64>,
    #[serde(deserialize_with = "text_or_empty")]
    pub mount_path: String,
    #[serde(deserialize_with = "text_or_empty")]
    pub driver: String,
    #[serde(deserialize_with = "whole")]
    pub cache_expiration: Option<i64>,
    /// The settings of the driver: an object as JSON text.
    #[serde(deserialize_with = "json_text")]
    pub addition: String,
    #[serde(deserialize_with = "flag_unless_off")]
    pub disabled: bool,
    #[serde(deserialize_with = "flag_unless_off")]
    pub enable_sign: bool,
    #[serde(deserialize_with = "flag")]
    pub disable_index: bool,
    #[serde(deserialize_with = "text_or_empty")]
    pub order_by: String,
    #[serde(deserialize_with = "text_or_empty")]
    pub extract_folder: String,
    #[serde(deserialize_with = "flag")]
    pub web_proxy: bool,
    #[serde(deserialize_with = "text_or_empty")]
    pub down_proxy_url: String,
}

/// A meta: access and texts of a folder.
#[expect(clippy::struct_excessive_bools, reason = "the fields of a backup")]
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Meta {
    #[serde(deserialize_with = "unsigned")]
    pub id: Option<u64>,
    #[serde(deserialize_with = "text_or_empty")]
    pub path: String,
    /// Whether only some users may open the path; a list, which dumps of the database have as JSON text.
    #[serde(deserialize_with = "flag_unless_off")]
    pub read_users: bool,
    #[serde(deserialize_with = "text_or_json")]
    pub password: String,
    #[serde(deserialize_with = "flag")]
    pub p_sub: bool,
    #[serde(deserialize_with = "expressions")]
    pub hide: String,
    #[serde(deserialize_with = "flag_unless_off")]
    pub h_sub: bool,
    #[serde(deserialize_with = "text_or_empty")]
    pub readme: String,
    #[serde(deserialize_with = "flag")]
    pub r_sub: bool,
    #[serde(deserialize_with = "text_or_empty")]
    pub header: String,
    #[serde(deserialize_with = "flag")]
    pub header_sub: bool,
    #[serde(deserialize_with = "flag")]
    pub write: bool,
}

/// The addition of `123PanLink`.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct PanLink {
    #[serde(deserialize_with = "text_or_empty")]
    pub origin_urls: String,
    #[serde(deserialize_with = "text_or_empty")]
    pub private_key: String,
    #[serde(deserialize_with = "unsigned")]
    pub uid: Option<u64>,
    #[serde(deserialize_with = "unsigned")]
    pub valid_duration: Option<u64>,
}

/// The addition of `UrlTree`.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct UrlTree {
    #[serde(deserialize_with = "text_or_empty")]
    pub url_structure: String,
    #[serde(deserialize_with = "flag")]
    pub head_size: bool,
}

/// The addition of `123Pan`.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Pan {
    #[serde(deserialize_with = "text_or_empty")]
    pub username: String,
    #[serde(deserialize_with = "text_or_empty")]
    pub password: String,
    #[serde(deserialize_with = "text_or_empty")]
    pub accesstoken: String,
    #[serde(deserialize_with = "unsigned")]
    pub root_folder_id: Option<u64>,
}

/// The addition of `123PanShare`.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct PanShare {
    #[serde(deserialize_with = "text_or_empty")]
    pub sharekey: String,
    #[serde(deserialize_with = "text_or_empty")]
    pub sharepassword: String,
    #[serde(deserialize_with = "text_or_empty")]
    pub accesstoken: String,
    #[serde(deserialize_with = "unsigned")]
    pub root_folder_id: Option<u64>,
}

/// The addition of `123 Open`.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct PanOpen {
    #[serde(deserialize_with = "text_or_empty")]
    pub clientid: String,
    #[serde(deserialize_with = "text_or_empty")]
    pub clientsecret: String,
    #[serde(deserialize_with = "text_or_empty")]
    pub accesstoken: String,
    #[serde(deserialize_with = "text_or_empty")]
    pub refreshtoken: String,
    #[serde(deserialize_with = "flag")]
    pub use_online_api: bool,
    #[serde(deserialize_with = "text_or_empty")]
    pub api_url_address: String,
    #[serde(deserialize_with = "flag")]
    pub directlink: bool,
    /// The name of `DirectLink` in versions of 2025.
    #[serde(deserialize_with = "flag")]
    pub usedirectlink: bool,
    #[serde(deserialize_with = "text_or_empty")]
    pub directlinkprivatekey: String,
    #[serde(deserialize_with = "unsigned")]
    pub directlinkvalidduration: Option<u64>,
    #[serde(deserialize_with = "unsigned")]
    pub root_folder_id: Option<u64>,
}

impl Backup {
    /// Reads a backup; `None` if the text is no JSON object.
    pub fn parse(json: &str) -> Option<Self> {
        let mut value = serde_json::from_str::<Value>(json.trim_start_matches('\u{feff}')).ok()?;
        // Go reads names in any case.
        lower_names(&mut value);
        value.is_object().then(|| Self::deserialize(value).ok())?
    }

    /// The value of a setting, which is not empty.
    pub fn setting(&self, key: &str) -> Option<&str> {
        let setting = self.settings.iter().find(|setting| setting.key == key)?;
        Some(setting.value.as_str()).filter(|value| !value.trim().is_empty())
    }
}

impl Storage {
    /// Reads the addition, its field names in lower case; `None` if it is no JSON object.
    pub fn addition<T: DeserializeOwned>(&self) -> Option<T> {
        let mut fields = serde_json::from_str::<Value>(&self.addition).ok()?;
        lower_names(&mut fields);
        fields.is_object().then(|| T::deserialize(fields).ok())?
    }
}

/// Reads a list; `null` is an empty one, and items that are no objects are left out.
fn list<'de, D, T>(from: D) -> Result<Vec<T>, D::Error>
where
    D: serde::Deserializer<'de>,
    T: DeserializeOwned,
{
    let items = crate::sources::upstream::lenient::list(from)?;
    Ok(items.into_iter().flatten().collect())
}

fn text_or_empty<'de, D: serde::Deserializer<'de>>(from: D) -> Result<String, D::Error> {
    Ok(text(from)?.unwrap_or_default())
}

/// Reads JSON text, which may be written as the object that it is.
fn json_text<'de, D: serde::Deserializer<'de>>(from: D) -> Result<String, D::Error> {
    Ok(match Value::deserialize(from)? {
        Value::String(text) => text,
        value => value.to_string(),
    })
}

/// Reads metas, of which none is left out silently.
fn metas<'de, D: serde::Deserializer<'de>>(from: D) -> Result<Option<Vec<Option<Meta>>>, D::Error> {
    let items: Vec<Option<Value>> = crate::sources::upstream::lenient::list(from)?;
    let meta = |item: Value| {
        item.get("path")?.as_str()?;
        Meta::deserialize(item).ok()
    };
    Ok(Some(items.into_iter().map(|item| item.and_then(meta)).collect()))
}

/// Reads a text; a value of another type becomes its JSON, so that what closes something is not lost.
fn text_or_json<'de, D: serde::Deserializer<'de>>(from: D) -> Result<String, D::Error> {
    Ok(match Value::deserialize(from)? {
        Value::Null => String::new(),
        Value::String(text) => text,
        value => value.to_string(),
    })
}

/// Reads regular expressions; a value of another type becomes one that is none, so that its folder is closed.
fn expressions<'de, D: serde::Deserializer<'de>>(from: D) -> Result<String, D::Error> {
    Ok(match Value::deserialize(from)? {
        Value::Null => String::new(),
        Value::String(text) => text,
        _ => "(".to_owned(),
    })
}

/// Reads a flag that closes something: whatever does not clearly say that it is off means that it is on.
fn flag_unless_off<'de, D: serde::Deserializer<'de>>(from: D) -> Result<bool, D::Error> {
    let is_off = match Value::deserialize(from)? {
        Value::Null => true,
        Value::Bool(is_on) => !is_on,
        Value::Number(number) => number.as_f64() == Some(0.0),
        Value::String(text) => {
            matches!(text.trim().to_ascii_lowercase().as_str(), "" | "0" | "false" | "[]" | "null")
        }
        Value::Array(items) => items.is_empty(),
        Value::Object(_) => false,
    };
    Ok(!is_off)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_backup_of_openlist_is_read_with_the_additions_of_its_storages() {
        let backup =
            Backup::parse(include_str!("../../../../tests/data/openlist_backup.json")).unwrap();
        assert_eq!(
            (backup.storages.len(), backup.metas.as_ref().unwrap().len(), backup.users.len()),
            (5, 4, 2)
        );
        assert_eq!(backup.setting("site_title"), Some("老王的网盘"));
        assert_eq!(backup.setting("customize_head"), None);
        let link = backup.storages[0].addition::<PanLink>().unwrap();
        assert_eq!((link.uid, link.valid_duration), (Some(1_800_000_001), Some(120)));
        let open = backup.storages[4].addition::<PanOpen>().unwrap();
        assert!(open.directlink && open.clientid == "client-1");
        assert_eq!(open.root_folder_id, Some(12_345));
    }

    #[test]
    fn numbers_as_text_missing_lists_and_other_types_are_no_error() {
        let backup = Backup::parse(
            "\u{feff}{\"metas\":null,\"storages\":[1,{\"id\":\"7\",\"driver\":\"x\",\"addition\":\"[]\"},{\"addition\":{\"UID\":\"13\"}}]}",
        );
        let backup = backup.unwrap();
        assert_eq!((backup.storages.len(), backup.storages[0].id), (2, Some(7)));
        assert_eq!(backup.storages[1].addition::<PanLink>().unwrap().uid, Some(13));
        assert!(backup.storages[0].addition::<PanLink>().is_none());
        assert!(Backup::parse("[]").is_none());
        assert!(Backup::parse("https://vip.123pan.cn/13/a").is_none());
    }
}
