//! Where the web API is.

use crate::config::error::ConfigError;
use crate::config::remote_mount::Reader;

/// Where the web API was in 2026 (OpenList's pull request 2678), and where it signs in.
const WEB_API: &str = "https://yun.123pan.com/b/api";
const WEB_LOGIN: &str = "https://login.123pan.com/api/user/sign_in";

/// Where the web API is at present; it moves about once a year.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WebHosts {
    /// `https://yun.123pan.com/b/api`, without a slash at the end.
    pub api: String,
    /// `https://login.123pan.com/api/user/sign_in`.
    pub login: String,
}

impl WebHosts {
    /// Reads the addresses of a mount.
    ///
    /// # Errors
    /// The field that is no address.
    pub fn read<L: Fn(&str) -> Option<String>>(
        reader: &Reader<'_, L>,
    ) -> Result<Self, ConfigError> {
        let api = reader.address("api", WEB_API)?;
        let login = match reader.table.value("login") {
            Some(_) => reader.address("login", "")?,
            None => WEB_LOGIN.to_owned(),
        };
        Ok(Self { api, login })
    }
}
