//! The values of a rule's fields, as they are used once they are read.

use std::rc::Rc;

use crate::access::password_list::PasswordList;

/// The clients that may open a path: the setting `access` of a rule.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Access {
    /// Every client.
    #[default]
    Public,
    /// Clients that know a password, or have a share link.
    Password,
    /// Clients that have a share link.
    Link,
    /// No client.
    Deny,
}

/// The scope of a rule: the path for which, and below which, it holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Scope {
    /// The decoded path, `/` for the root.
    pub path: Rc<str>,
    /// The number of segments in the path.
    pub depth: usize,
}

impl Scope {
    /// The scope at the path of these segments.
    pub fn new(segments: &[String]) -> Self {
        let path = match segments {
            [] => "/".to_owned(),
            _ => segments.iter().fold(String::new(), |path, segment| path + "/" + segment),
        };
        Self { path: path.into(), depth: segments.len() }
    }
}

/// The passwords of a rule, and its scope: a client that has given any of them has opened the scope.
#[derive(Clone, Debug)]
pub struct Passwords {
    /// The scope of the rule that sets the passwords.
    pub scope: Scope,
    /// The passwords, of which any opens the scope.
    pub list: Rc<PasswordList>,
    /// The decoded path under which attempts are counted: that of the topmost rule on the way from which on all
    /// opens by password. A count for each rule would tell strangers which paths below it have a rule.
    pub counted_at: Rc<str>,
}

/// A rate limit by a Workers rate-limit binding, counted for each client and scope.
#[derive(Clone, Debug)]
pub struct Rate {
    /// The binding's name.
    pub binding: Rc<str>,
    /// The scope of the rule that sets the rate limit.
    pub scope: Scope,
}

/// The maximum number of new links for each client in an hour.
#[derive(Clone, Debug)]
pub struct MaxLinks {
    /// The number of links.
    pub limit: u32,
    /// The scope of the rule that sets the limit.
    pub scope: Scope,
}

/// A traffic budget: the bytes of files that may be had by links.
#[derive(Clone, Debug)]
pub struct Budget {
    /// The scope of the rule that sets the budget: everything in it counts together.
    pub scope: Scope,
    /// Bytes a day for all clients together.
    pub day: Option<u64>,
    /// Bytes a month for all clients together.
    pub month: Option<u64>,
    /// Bytes a day for one client.
    pub client_day: Option<u64>,
    /// Bytes a month for one client.
    pub client_month: Option<u64>,
    /// The size that is charged for a file of unknown size, in bytes.
    pub unknown: u64,
}

/// The way of a file's bytes to the client: the setting `mode` of a rule.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Mode {
    /// A redirect to the signed link.
    #[default]
    Redirect,
    /// The Worker streams the bytes to the client.
    Proxy,
    /// A redirect to the owner's own download proxy.
    ProxyUrl,
}

/// The answer to a HEAD request for a file: the setting `head` of a rule.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Head {
    /// As a GET without its body: with the file's link, or as the CDN answers.
    Link,
    /// By the Worker, from what is known of the file, without a link.
    Local,
}

/// The way of a file's bytes to a WebDAV client: the setting `dav` of a rule.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DavMode {
    /// The way of all other clients: the setting `mode`.
    Mode,
    /// The Worker streams the bytes, for clients that follow no redirect.
    Proxy,
}

/// The answer to requests for files while the quota object can't be reached: the setting `budget_fail` of
/// a rule.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BudgetFail {
    /// The files stay shut.
    Closed,
    /// The files are served without being counted.
    Open,
}

/// How a playlist is answered: the setting `playlists` of a rule.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Playlists {
    /// The playlist is rewritten, so that its parts are paths of this site.
    Rewrite,
    /// The playlist is redirected to its signed link, like any file.
    Redirect,
}

/// The effect of a click on a file on a folder's page: the setting `click` of a rule.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Click {
    /// The click opens the file's page.
    #[default]
    View,
    /// The click downloads the file.
    Download,
}
