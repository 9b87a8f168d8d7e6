//! The addresses of 123Pan's web API.

use crate::config::error::ConfigError;
use crate::config::remote_mount::Reader;

/// The web API's base URL as of 2026 (OpenList's pull request 2678), and its sign-in URL.
const WEB_API: &str = "https://yun.123pan.com/b/api";
const WEB_LOGIN: &str = "https://login.123pan.com/api/user/sign_in";

/// The current addresses of the web API, which move about once a year.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WebHosts {
    /// The base URL, `https://yun.123pan.com/b/api`, without a slash at the end.
    pub api: String,
    /// The sign-in URL, `https://login.123pan.com/api/user/sign_in`.
    pub login: String,
}

impl WebHosts {
    /// Reads the web API's addresses from the settings of a mount, of which `login` is the sign-in URL.
    ///
    /// # Errors
    /// The field that is not a URL.
    pub fn read<L: Fn(&str) -> Option<String>>(
        reader: &Reader<'_, L>,
        login: Option<&str>,
    ) -> Result<Self, ConfigError> {
        let api = reader.api(WEB_API)?;
        let login = match login {
            Some(login) => reader.address("login", login)?,
            None => WEB_LOGIN.to_owned(),
        };
        Ok(Self { api, login })
    }
}
