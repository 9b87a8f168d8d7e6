//! The fields of mounts that are about direct links: of links that 123Pan gives (`direct_link`), and of links
//! that are made of paths (`direct_base`).

use std::rc::Rc;

use serde::Deserialize;

use super::direct_link::DirectLinks;
use super::path_link::PathLinks;
use crate::absolute_url;
use crate::config::error::ConfigError;
use crate::config::mount_fields::{direct_host, path_form, signed_hosts, valid_minutes};
use crate::config::remote_mount::Reader;
use crate::config::secret_name::SecretName;
use crate::direct_host::DirectHost;
use crate::host::{SignedHosts, VendorHost};
use crate::origin::{Base, OriginError};
use crate::secret::Secret;
use crate::sign::{PathForm, Signer};
use crate::time::ValidMinutes;

/// The fields of a mount that are about direct links, as its owner wrote them.
#[derive(Default, Deserialize)]
#[serde(default, deny_unknown_fields, expecting = "a table")]
pub(crate) struct RawDirect {
    /// The direct link of the folder that the mount shows.
    pub direct_base: Option<String>,
    private_key: Option<SecretName>,
    uid: Option<u64>,
    valid_minutes: Option<u64>,
    hosts: Option<Vec<String>>,
    host: Option<String>,
    path_form: Option<String>,
}

/// The settings that links made of paths and links from 123Pan have in common.
struct Common {
    private_key: Option<Secret>,
    hosts: SignedHosts,
    host: Option<DirectHost>,
    form: PathForm,
    valid: ValidMinutes,
}

impl RawDirect {
    /// The names of the fields.
    pub const NAMES: [&str; 7] =
        ["direct_base", "private_key", "uid", "valid_minutes", "hosts", "host", "path_form"];

    /// Reads the fields of a mount.
    pub fn read<L: Fn(&str) -> Option<String>>(
        reader: &Reader<'_, L>,
        errors: &mut Vec<ConfigError>,
    ) -> Self {
        reader.fields_named(&Self::NAMES, errors)
    }

    /// Fails if a field is set that is about direct links, because the mount gives out none. `hint` says how to
    /// have some.
    ///
    /// # Errors
    /// The first such field.
    pub fn require_unset<L: Fn(&str) -> Option<String>>(
        &self,
        reader: &Reader<'_, L>,
        hint: &str,
    ) -> Result<(), ConfigError> {
        let fields = [
            ("private_key", self.private_key.is_some()),
            ("uid", self.uid.is_some()),
            ("valid_minutes", self.valid_minutes.is_some()),
            ("hosts", self.hosts.is_some()),
            ("host", self.host.is_some()),
            ("path_form", self.path_form.is_some()),
        ];
        match fields.into_iter().find(|(_, is_set)| *is_set) {
            Some((field, _)) => {
                Err(reader.wrong(field, "is about direct links, which are off", hint))
            }
            None => Ok(()),
        }
    }

    /// Reads the settings of direct links that 123Pan gives.
    ///
    /// # Errors
    /// The field that is wrong, and how to correct it.
    pub fn given<L: Fn(&str) -> Option<String>>(
        &self,
        reader: &Reader<'_, L>,
    ) -> Result<DirectLinks, ConfigError> {
        let Common { private_key, hosts, host, form, valid } = self.common(reader, self.uid)?;
        Ok(DirectLinks { private_key, uid: self.uid, form, valid, hosts, host })
    }

    /// Reads the settings of direct links that are made of paths below `written`, the value of `direct_base`.
    ///
    /// # Errors
    /// The field that is wrong, and how to correct it.
    pub fn of_paths<L: Fn(&str) -> Option<String>>(
        &self,
        written: &str,
        reader: &Reader<'_, L>,
    ) -> Result<PathLinks, ConfigError> {
        let wrong = |message: &str, hint: &str| reader.wrong("direct_base", message, hint);
        check_url(written).map_err(|message| {
            wrong(message, "write it like https://vip.123pan.cn/1812000499/movies/")
        })?;
        let slash = if written.ends_with('/') { "" } else { "/" };
        let written = [written, slash].concat();
        // Which hosts are signed depends on the uid, which may stand in this URL.
        let parsed = |hosts: &SignedHosts| {
            Base::parse(&written, hosts).map_err(|error| wrong(&error.to_string(), hint_of(error)))
        };
        let named = uid_of(&parsed(&SignedHosts::default())?);
        let uid = match (named, self.uid) {
            (Some(NamedUid::ByHost(named)), Some(uid)) if named != uid => {
                return Err(wrong(
                    &format!("the host of the account {named}, and uid is another"),
                    "write the URL and the uid of one account",
                ));
            }
            (named, uid) => uid.or(named.map(NamedUid::uid)),
        };
        let Common { private_key, hosts, host, form, valid } = self.common(reader, uid)?;
        let base = parsed(&hosts)?;
        if !base.is_signed() {
            return Err(wrong(
                "none of 123Pan's hosts of direct links",
                "add the host to hosts, if it is a custom domain of yours",
            ));
        }
        let signer = match (private_key, uid) {
            (None, _) => None,
            (Some(key), Some(uid)) => Some(Signer::new(uid, key, form)),
            (Some(_), None) => {
                let message = "a key is set, but no uid, and none is in direct_base";
                return Err(reader.wrong("uid", message, "add the account's uid"));
            }
        };
        let moved = host.and_then(|host| host.moved(&base, &hosts));
        Ok(PathLinks { base: Rc::new(moved.unwrap_or(base)), signer, valid })
    }

    fn common<L: Fn(&str) -> Option<String>>(
        &self,
        reader: &Reader<'_, L>,
        uid: Option<u64>,
    ) -> Result<Common, ConfigError> {
        let private_key = reader.secret("private_key", self.private_key.as_deref())?;
        if private_key.as_ref().is_some_and(|key| key.expose().is_empty()) {
            let hint = "set it to the key of the account's console";
            return Err(reader.wrong("private_key", "the key is empty", hint));
        }
        let host = direct_host(reader.setting, self.host.as_deref(), uid)?;
        let hosts = self.hosts.as_deref().unwrap_or_default();
        Ok(Common {
            private_key,
            hosts: signed_hosts(reader.setting, hosts, host.as_ref())?,
            host,
            form: path_form(reader.setting, self.path_form.as_deref())?,
            valid: valid_minutes(reader.setting, self.valid_minutes)?,
        })
    }
}

/// Checks that every parser finds the same host in a URL, and that nobody reads the links on their way: by
/// https, or by http on this very machine, where a fake may run.
fn check_url(written: &str) -> Result<(), &'static str> {
    let url = absolute_url::parse(written).ok_or("not a URL")?;
    match (url.scheme(), url.host_str()) {
        ("https", _) | ("http", Some("127.0.0.1" | "localhost")) => Ok(()),
        _ => Err("not an https URL"),
    }
}

fn hint_of(error: OriginError) -> &'static str {
    match error {
        OriginError::QueryInBase => {
            "write the folder's URL alone; ? and # in a name are %3F and %23"
        }
        OriginError::Scheme | OriginError::Host | OriginError::NoPath | OriginError::DotSegment => {
            "write it like https://vip.123pan.cn/1812000499/movies/"
        }
    }
}

/// The uid that a direct link states.
#[derive(Clone, Copy)]
enum NamedUid {
    /// As a part of the host, `<uid>.v.123pan.cn`.
    ByHost(u64),
    /// As the first segment of the path. An account that hides its uid may have a folder of digits there.
    ByPath(u64),
}

impl NamedUid {
    fn uid(self) -> u64 {
        match self {
            Self::ByHost(uid) | Self::ByPath(uid) => uid,
        }
    }
}

fn uid_of(base: &Base) -> Option<NamedUid> {
    match VendorHost::parse(base.host())? {
        VendorHost::OfAccount(uid) => Some(NamedUid::ByHost(uid)),
        VendorHost::Shared => {
            let first = base.written_path().split('/').nth(1)?;
            let is_number = first.bytes().all(|byte| byte.is_ascii_digit());
            is_number.then(|| first.parse().ok()).flatten().map(NamedUid::ByPath)
        }
    }
}
