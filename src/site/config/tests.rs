//! The settings of the documentation's tables against those that are read.

use std::collections::BTreeSet;

use serde::de::value::Error;
use serde::de::{Deserialize, Deserializer, Error as _, Visitor};
use serde::forward_to_deserialize_any;

use crate::access::rule_fields::RawRule;
use crate::config::remote_mount::RawRemote;
use crate::config::site_settings::SiteSettings;
use crate::sources::links::config::RawLinks;
use crate::sources::open::config::RawOpen;
use crate::sources::personal::config::RawPersonal;
use crate::sources::share::config::RawShare;
use crate::sources::upstream::direct_config::RawDirect;

/// The variables and secrets that are read by name and are no tables.
const SECRETS: [&str; 5] = ["URL_TREE", "PRIVATE_KEY", "UID", "SITE_KEYS", "API_TOKEN"];

/// Defaults that are words, in Chinese; all others are values.
const IN_CHINESE: [(&str, &str); 27] = [
    ("the KV key tree, else the demo tree", "KV 的键 tree，也没有时是演示用的地址树"),
    ("links are not signed", "链接不签名"),
    ("no passwords, no share links", "没有密码和分享链接"),
    ("no share links by API", "不能通过 API 生成分享链接"),
    ("Signpost's own", "Signpost 自带的"),
    ("none", "无"),
    ("required", "必填"),
    ("one of tree and tree_kv", "tree、tree_kv 二选一"),
    ("required with private_key", "设置了 private_key 时必填"),
    ("one of username and token", "username、token 二选一"),
    ("required with username; of a share none", "设置了 username 时必填；分享则无"),
    ("one of username and token; of a share none", "username、token 二选一；分享则无"),
    ("files of a share are only listed", "分享里的文件只列出"),
    ("one way to sign in is required", "登录方式必选其一"),
    ("required with client_id", "设置了 client_id 时必填"),
    ("the vendor renews", "由 123 云盘更新"),
    ("the vendor's of 2026", "123 云盘 2026 年的网址"),
    ("public; password if password is set", "public；设置了 password 时为 password"),
    ("AList's signatures are not accepted", "不接受 AList 的签名"),
    ("every page may embed", "所有网页都可以嵌入"),
    ("every country", "所有国家和地区"),
    ("every address", "所有 IP 地址"),
    ("not limited", "不限"),
    ("that of the mount", "沿用挂载的"),
    ("visitors make no links", "访客不能生成"),
    ("required with mode proxy_url", "mode 为 proxy_url 时必填"),
    ("required with proxy_url", "设置了 proxy_url 时必填"),
];

fn in_chinese(default: &str) -> &str {
    let words = IN_CHINESE.iter().find(|(words, _)| *words == default);
    words.map_or(default, |(_, chinese)| chinese)
}

/// A deserializer that only learns the names of a struct's fields.
struct FieldNames<'n>(&'n mut &'static [&'static str]);

impl<'de> Deserializer<'de> for FieldNames<'_> {
    type Error = Error;

    fn deserialize_any<V: Visitor<'de>>(self, _: V) -> Result<V::Value, Error> {
        Err(Error::custom("no struct"))
    }

    fn deserialize_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        fields: &'static [&'static str],
        _: V,
    ) -> Result<V::Value, Error> {
        *self.0 = fields;
        Err(Error::custom("the names are enough"))
    }

    forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf option unit
        unit_struct newtype_struct seq tuple tuple_struct map enum identifier ignored_any
    }
}

/// The names of a table's fields, behind the name of its setting.
fn fields<'de, T: Deserialize<'de>>(setting: &str) -> Vec<String> {
    let mut names: &'static [&'static str] = &[];
    let _ = T::deserialize(FieldNames(&mut names));
    names.iter().map(|name| format!("{setting}.{name}")).collect()
}

/// The rows of a page's tables of settings: name and default.
fn rows(page: &str) -> Vec<(String, String)> {
    let rows = page.lines().filter_map(|line| line.strip_prefix("| `"));
    let rows = rows.filter_map(|row| {
        let (setting, rest) = row.split_once("` | ")?;
        let (default, _) = rest.split_once(" |")?;
        Some((setting.to_owned(), default.replace('`', "")))
    });
    let is_setting = |name: &str| {
        ["SITE.", "MOUNTS[].", "RULES[]."].iter().any(|table| name.starts_with(table))
            || SECRETS.contains(&name)
    };
    rows.filter(|(name, _)| is_setting(name)).collect()
}

#[test]
fn both_languages_list_every_setting_with_its_default() {
    let english = rows(include_str!("../../../docs/en/configuration.md"));
    let chinese = rows(include_str!("../../../docs/zh-CN/configuration.md"));
    let expected =
        english.iter().map(|(name, default)| (name.clone(), in_chinese(default).to_owned()));
    assert_eq!(chinese, expected.collect::<Vec<_>>());
    let is_english = |default: &str| default.contains(' ') && default.is_ascii();
    assert!(!chinese.iter().any(|(_, default)| is_english(default)));

    let read = [
        SECRETS.map(str::to_owned).into(),
        fields::<SiteSettings>("SITE"),
        fields::<RawLinks>("MOUNTS[]"),
        fields::<RawRemote>("MOUNTS[]"),
        fields::<RawPersonal>("MOUNTS[]"),
        fields::<RawShare>("MOUNTS[]"),
        fields::<RawOpen>("MOUNTS[]"),
        fields::<RawDirect>("MOUNTS[]"),
        fields::<RawRule>("RULES[]"),
    ];
    let read = read.concat().into_iter().collect::<BTreeSet<_>>();
    let listed = english.iter().map(|(name, _)| name.clone()).collect::<BTreeSet<_>>();
    assert_eq!(listed, read);
    assert_eq!(listed.len(), english.len(), "each once");
}
