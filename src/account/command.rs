//! Commands from isolates to the account object and its replies, as values and in the text form in which
//! they are sent.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::error::upstream::UpstreamError;
use crate::secret::Secret;
use crate::sources::shown_listing::ShownListing;
use crate::sources::upstream::entry::FileRef;
use crate::time::{UnixSeconds, as_seconds};

/// A command, with the account and the mount that it is for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AccountRequest {
    /// The name of the account object that is asked: other account objects may know a mount of the same
    /// digest too.
    pub account: String,
    /// The indexes in `MOUNTS` of the account's mounts, whose settings the account object reads.
    pub mounts: Vec<usize>,
    /// The digest of the mount's settings, by which the account object finds the mount.
    pub mount: String,
    /// The command to perform for the mount.
    pub command: Command,
}

/// A command to an account object: what it is asked for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Command {
    /// Asks for a folder's listing.
    List {
        /// The folder's 123Pan id.
        folder: u64,
        /// The digest of the listing that the isolate has cached: if that is the newest, its text is not
        /// sent again.
        known: Option<String>,
        /// Whether 123Pan is to be asked even if a fresh listing is cached.
        force: bool,
    },
    /// Asks for the entries on a path, each found by name in the folder before it.
    Path(PathCommand),
    /// Asks for a file's download link.
    Link {
        /// The file, with what 123Pan wants to know of it.
        file: FileRef,
        /// A link to the file that turned out to be dead, so that it is not given again.
        dead: Option<String>,
    },
    /// The account's state, for its owner.
    Status,
    /// Asks for the token with which the isolate itself asks for a file's link, and for that call's turn; or for
    /// the link that another isolate of the same place got in that way.
    Token {
        /// The file whose link is wanted, and the place.
        asked: OwnPlaceFile,
        /// A link that the CDN refuses there.
        refused: String,
    },
    /// Says how the isolate's own call for a file's link went.
    OwnLink {
        /// The file, and the place of the isolate.
        asked: OwnPlaceFile,
        /// The link, or why there is none.
        outcome: Result<UpstreamLink, UpstreamError>,
    },
    /// Reports a failure of the CDN that an isolate met, for the account's owner.
    Report(UpstreamError),
}

/// A file whose link an isolate asks for from its own place.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct OwnPlaceFile {
    /// The file, with what 123Pan wants to know of it.
    pub file: FileRef,
    /// The name of the isolate's place, as the platform has it; empty if it is not known.
    pub place: String,
}

/// Asks for the entries on a path below a folder.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PathCommand {
    /// The 123Pan id of the folder at which the path begins.
    pub folder: u64,
    /// The names on the path, the first of which is a child of that folder.
    pub names: Vec<String>,
    /// The listing that is wanted besides the entries on the path.
    pub shown: ShownListing,
    /// The ids of folders whose listings the isolate has cached, with the listings' digests: the text of a
    /// listing that is still the newest is not sent again.
    pub known: Vec<(u64, String)>,
    /// The time at which the first folder's listing was read, where an entry of it turned out to be gone: a
    /// listing that is no newer is read again.
    #[serde(default)]
    pub outdated: Option<UnixSeconds>,
}

/// The account object's reply to a command.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Reply {
    /// The listing that the isolate has cached is the newest, as of this moment.
    Same(UnixSeconds),
    /// A listing in the text form of [`crate::sources::listing`]; it may be a part, or stale.
    Listing(String),
    /// The entry that was asked for in a folder, as an [excerpt](crate::sources::listing::Listing::excerpt)
    /// of the folder's listing.
    Excerpt(String),
    /// The replies for the folders on a path, each with the folder's 123Pan id: [`Reply::Same`],
    /// [`Reply::Excerpt`], [`Reply::Listing`] where that is shown, and as the last one [`Reply::Failed`].
    /// The path ends early where a name is no folder.
    Path(Vec<(u64, Reply)>),
    /// A file's download link.
    Link(UpstreamLink),
    /// The account's state, for its owner.
    Status(AccountStatus),
    /// The token for one call, whose turn it is.
    Token(LentToken),
    /// The command failed, for this reason.
    Failed(UpstreamError),
}

/// An account's access token, as it travels from the account object to the isolate that makes one call with
/// it. Never stored, and not printed.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct LentToken(String);

impl LentToken {
    /// A token to lend.
    pub fn new(token: &Secret) -> Self {
        Self(token.expose().to_owned())
    }

    /// The token, for the one call.
    pub fn secret(&self) -> Secret {
        Secret::new(&self.0)
    }
}

impl std::fmt::Debug for LentToken {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("LentToken(***)")
    }
}

/// The age up to which a link that expires is given out, by the account object and by isolates alike: an
/// isolate can't use a link that the account object still gives out after it. 123Pan's links live up to a
/// day for some accounts, and a quarter of an hour for others; other clients keep them for a quarter of an
/// hour.
pub const UPSTREAM_LINK_LIFETIME: Duration = Duration::from_mins(10);

/// A file's download link from 123Pan. Never stored outside of memory, unless it is permanent.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct UpstreamLink {
    /// The link's URL: absolute, http or https.
    pub url: String,
    /// The `Referer` header without which the CDN refuses the link.
    pub referer: Option<String>,
    /// The account's user id if the link is permanent, to be signed with it and the mount's key; `None` if
    /// the link expires.
    pub permanent: Option<u64>,
    /// The link's age: the time since 123Pan issued it.
    #[serde(with = "as_seconds")]
    pub age: Duration,
}

/// The state of a 123Pan account, for the site's owner.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct AccountStatus {
    /// Why no calls are made at present; `None` if calls are made.
    pub stopped: Option<UpstreamError>,
    /// The time at which calls are tried again; `None`: not before the owner does something.
    pub until: Option<UnixSeconds>,
    /// The last failure of an endpoint that has not worked since, and its time.
    pub last: Option<(UpstreamError, UnixSeconds)>,
    /// Whether the account holds a token that has neither expired nor been refused.
    pub signed_in: bool,
}

impl std::fmt::Debug for UpstreamLink {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("UpstreamLink(***)")
    }
}

impl AccountRequest {
    /// The command as JSON.
    pub fn to_json(&self) -> String {
        // Texts and numbers always become JSON.
        serde_json::to_string(self).unwrap_or_default()
    }

    /// Parses the JSON of [`AccountRequest::to_json`]; `None` for anything else.
    pub fn parse(text: &str) -> Option<Self> {
        serde_json::from_str(text).ok()
    }
}

/// The first line of a reply in its text form. Listings follow it unescaped: escaping a megabyte would cost
/// more than all the rest.
#[derive(Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Head {
    Same(UnixSeconds),
    /// The length of the listing that follows the head, in bytes.
    Listing(usize),
    /// The length of the excerpt that follows the head, in bytes.
    Excerpt(usize),
    Path(Vec<(u64, Head)>),
    Link(UpstreamLink),
    Status(AccountStatus),
    Token(LentToken),
    Failed(UpstreamError),
}

impl Reply {
    /// The text form of a reply: one line of JSON, followed by the reply's listings one after the other.
    pub fn to_text(&self) -> String {
        let mut listings = String::new();
        let head = self.head(&mut listings);
        let head = serde_json::to_string(&head).unwrap_or_default();
        [head.as_str(), "\n", &listings].concat()
    }

    /// Parses the text of [`Reply::to_text`]; `None` for anything else.
    pub fn parse(reply: &str) -> Option<Self> {
        let (head, mut listings) = reply.split_once('\n')?;
        Self::from_head(serde_json::from_str(head).ok()?, &mut listings)
    }

    fn head(&self, listings: &mut String) -> Head {
        match self {
            Self::Same(read_at) => Head::Same(*read_at),
            Self::Listing(text) => {
                listings.push_str(text);
                Head::Listing(text.len())
            }
            Self::Excerpt(text) => {
                listings.push_str(text);
                Head::Excerpt(text.len())
            }
            Self::Path(folders) => {
                let folders = folders.iter();
                Head::Path(folders.map(|(folder, reply)| (*folder, reply.head(listings))).collect())
            }
            Self::Link(link) => Head::Link(link.clone()),
            Self::Status(status) => Head::Status(status.clone()),
            Self::Token(token) => Head::Token(token.clone()),
            Self::Failed(failed) => Head::Failed(failed.clone()),
        }
    }

    fn from_head(head: Head, listings: &mut &str) -> Option<Self> {
        Some(match head {
            Head::Same(read_at) => Self::Same(read_at),
            Head::Listing(bytes) => Self::Listing(split_off(bytes, listings)?),
            Head::Excerpt(bytes) => Self::Excerpt(split_off(bytes, listings)?),
            Head::Path(folders) => {
                let folders = folders.into_iter();
                let folders =
                    folders.map(|(folder, head)| Some((folder, Self::from_head(head, listings)?)));
                Self::Path(folders.collect::<Option<_>>()?)
            }
            Head::Link(link) => Self::Link(link),
            Head::Status(status) => Self::Status(status),
            Head::Token(token) => Self::Token(token),
            Head::Failed(failed) => Self::Failed(failed),
        })
    }
}

/// Takes a text of so many bytes from the front of the listings behind a head.
fn split_off(bytes: usize, listings: &mut &str) -> Option<String> {
    let (text, rest) = listings.split_at_checked(bytes)?;
    *listings = rest;
    Some(text.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::upstream::UpstreamErrorKind;

    #[test]
    fn requests_and_replies_survive_a_round_trip() {
        let file = FileRef {
            id: 5001,
            name: "资料 \"a\".txt".to_owned(),
            size: 12,
            md5: Some([9; 16]),
            key_flag: "1812345678-0".to_owned(),
        };
        let failed = UpstreamError {
            kind: UpstreamErrorKind::NeedHuman,
            code: Some(7012),
            said: Some("风险".to_owned()),
            retry_after: Some(Duration::from_secs(9)),
        };
        let link = UpstreamLink {
            url: "https://h/?a".to_owned(),
            referer: Some("https://r/".to_owned()),
            permanent: None,
            age: Duration::from_secs(599),
        };
        let asked = OwnPlaceFile { file: file.clone(), place: "SIN".to_owned() };
        let commands = [
            Command::List { folder: 0, known: Some("ab".to_owned()), force: true },
            Command::List { folder: u64::MAX, known: None, force: false },
            Command::Path(PathCommand {
                folder: 7,
                names: vec!["资料 \"a\"".to_owned(), "b".to_owned()],
                shown: ShownListing::Parent,
                known: vec![(7, "ab".to_owned())],
                outdated: Some(UnixSeconds(9)),
            }),
            Command::Token { asked: asked.clone(), refused: "https://h/?a".to_owned() },
            Command::OwnLink { asked: asked.clone(), outcome: Ok(link.clone()) },
            Command::OwnLink { asked, outcome: Err(failed.clone()) },
            Command::Link { file: file.clone(), dead: None },
            Command::Link {
                file: FileRef { md5: None, ..file },
                dead: Some("https://h/".to_owned()),
            },
            Command::Status,
            Command::Report(UpstreamErrorKind::CityLocked.into()),
        ];
        for command in commands {
            let (account, mount) = ("4567".to_owned(), "0123".to_owned());
            let request = AccountRequest { account, mounts: vec![0, 3], mount, command };
            assert_eq!(AccountRequest::parse(&request.to_json()), Some(request));
        }
        let status = AccountStatus {
            stopped: Some(failed.clone()),
            until: Some(UnixSeconds(7)),
            last: Some((UpstreamErrorKind::Server.into(), UnixSeconds(8))),
            signed_in: true,
        };
        for reply in [
            Reply::Same(UnixSeconds(7)),
            Reply::Listing("listing2 1 whole 0 d\n\na\td1\n".to_owned()),
            Reply::Path(vec![
                (7, Reply::Listing("listing2 1 whole 0 d\n\n资\td8\n".to_owned())),
                (8, Reply::Same(UnixSeconds(9))),
                (8, Reply::Excerpt("listing2 1 whole 0 e\n\na\td9\n".to_owned())),
                (9, Reply::Listing("listing2 1 whole 0 e\n\n".to_owned())),
                (10, Reply::Failed(failed.clone())),
            ]),
            Reply::Path(Vec::new()),
            Reply::Link(link),
            Reply::Status(AccountStatus::default()),
            Reply::Status(status),
            Reply::Token(LentToken::new(&Secret::new("a token"))),
            Reply::Failed(failed),
        ] {
            assert!(!format!("{reply:?}").contains("a token"));
            assert_eq!(Reply::parse(&reply.to_text()), Some(reply));
        }
    }

    #[test]
    fn every_failure_has_a_name_of_its_own() {
        for (kind, name) in UpstreamErrorKind::ALL {
            assert_eq!(
                (UpstreamErrorKind::parse(name), kind.to_string()),
                (Some(kind), name.into())
            );
        }
    }
}
