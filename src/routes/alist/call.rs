//! The calls of AList's API that the site has, and their paths.

use super::failure::Failure;

/// A call of AList's API.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Call {
    /// `/api/public/settings`: the settings of the site.
    Settings,
    /// `/api/auth/login`: a token for a password.
    Login,
    /// `/api/auth/logout`: the end of a login, for which nothing is to be done.
    Logout,
    /// `/api/me`: the user that the token stands for.
    Me,
    /// `/api/fs/list`: what is in a folder.
    List,
    /// `/api/fs/get`: what is known of a file or folder.
    Get,
    /// `/api/fs/dirs`: the folders in a folder.
    Dirs,
    /// `/api/fs/search`: files and folders by name.
    Search,
    /// `/api/fs/other`: what some storages of AList's know besides, and this site does not.
    Other,
}

impl Call {
    /// The call at a path below `/api`.
    ///
    /// # Errors
    /// Why the site has no such call.
    pub fn of(path: &str) -> Result<Self, Failure> {
        Ok(match path {
            "/public/settings" => Self::Settings,
            "/auth/login" => Self::Login,
            "/auth/logout" => Self::Logout,
            "/me" => Self::Me,
            "/fs/list" => Self::List,
            "/fs/get" => Self::Get,
            "/fs/dirs" => Self::Dirs,
            "/fs/search" => Self::Search,
            "/fs/other" => Self::Other,
            "/auth/login/hash" => return Err(Failure::HASHED),
            _ => return Err(Failure::CALL),
        })
    }

    /// The HTTP methods that the call takes, as the value of `Allow`.
    pub fn methods(self) -> &'static str {
        match self {
            Self::Login => "POST, OPTIONS",
            Self::Me | Self::Logout => "GET, HEAD, OPTIONS",
            Self::Settings | Self::List | Self::Get | Self::Dirs | Self::Search | Self::Other => {
                "GET, HEAD, POST, OPTIONS"
            }
        }
    }

    /// Whether the call reads the body of a `POST`.
    pub fn reads_body(self) -> bool {
        match self {
            Self::Settings | Self::Me | Self::Logout => false,
            Self::Login | Self::List | Self::Get | Self::Dirs | Self::Search | Self::Other => true,
        }
    }
}
