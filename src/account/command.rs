//! Commands from isolates to the account object and its replies, as values and as the text between them.

use serde::{Deserialize, Serialize};

use crate::sources::upstream::entry::FileRef;
use crate::sources::upstream::error::UpstreamError;
use crate::time::UnixSeconds;

/// A command to an account object, about one of its mounts.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AccountRequest {
    /// The account object that is asked: others know a mount of the same digest too.
    pub account: String,
    /// The digest of the mount's settings.
    pub mount: String,
    /// The command.
    pub command: Command,
}

/// What an account object is asked for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Command {
    /// A folder's listing.
    List {
        /// The vendor's number of the folder.
        folder: u64,
        /// The digest of the listing that is at hand: it is not sent again if it is the newest.
        have: Option<String>,
        /// Whether the vendor is to be asked whatever is known.
        force: bool,
    },
    /// The listings of the folders on a path, each found in the one before it, the last one's included.
    Path(PathCommand),
    /// A file's link.
    Link {
        /// The file.
        file: FileRef,
        /// A link that turned out to be dead, not to be given again.
        dead: Option<String>,
    },
    /// How the account is.
    Status,
}

/// A path from a folder on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PathCommand {
    /// The vendor's number of the folder that it begins at.
    pub folder: u64,
    /// The names below that folder.
    pub names: Vec<String>,
    /// The folders whose listings are at hand, with the listings' digests: those are not sent again if they
    /// are the newest.
    pub have: Vec<(u64, String)>,
}

/// The reply to a command.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Reply {
    /// The listing at hand is the newest, as of this moment.
    Same(UnixSeconds),
    /// A listing, as [`crate::sources::listing`] writes it; maybe a part, maybe an old one.
    Listing(String),
    /// The folders on a path with the reply to each: [`Reply::Same`], [`Reply::Listing`], and as the last
    /// one [`Reply::Failed`]. The path ends early where a name is no folder.
    Path(Vec<(u64, Reply)>),
    /// A link.
    Link(UpstreamLink),
    /// How the account is.
    Status(AccountStatus),
    /// Nothing, and why.
    Failed(UpstreamError),
}

/// A file's link from the vendor. Never kept outside of memory, unless it is permanent.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct UpstreamLink {
    /// Absolute, http or https.
    pub url: String,
    /// The `Referer` without which the CDN refuses it.
    pub referer: Option<String>,
    /// It lives for ever, and is to be signed by the mount's key for this account.
    pub permanent: Option<u64>,
    /// Seconds since the vendor gave it.
    pub age: u64,
}

/// How an account is, for its owner.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct AccountStatus {
    /// Why no calls are made at present.
    pub stopped: Option<UpstreamError>,
    /// Unix seconds at which it is tried again; `None`: not before the owner does something.
    pub until: Option<u64>,
    /// The last failure that is not over, and when.
    pub last: Option<(UpstreamError, u64)>,
    /// Whether it is signed in.
    pub signed_in: bool,
}

impl std::fmt::Debug for UpstreamLink {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("UpstreamLink(***)")
    }
}

impl AccountRequest {
    /// As JSON.
    pub fn to_json(&self) -> String {
        // Texts and numbers always become JSON.
        serde_json::to_string(self).unwrap_or_default()
    }

    /// Reads what [`AccountRequest::to_json`] wrote.
    pub fn parse(text: &str) -> Option<Self> {
        serde_json::from_str(text).ok()
    }
}

/// The first line of a reply. Listings stand behind it as they are: escaping a megabyte would cost more
/// than all the rest.
#[derive(Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Head {
    Same(UnixSeconds),
    /// Its bytes behind the head.
    Listing(usize),
    Path(Vec<(u64, Head)>),
    Link(UpstreamLink),
    Status(AccountStatus),
    Failed(UpstreamError),
}

impl Reply {
    /// A line of JSON, and the listings of the reply behind it, one after the other.
    pub fn to_text(&self) -> String {
        let mut listings = String::new();
        let head = self.head(&mut listings);
        let head = serde_json::to_string(&head).unwrap_or_default();
        [head.as_str(), "\n", &listings].concat()
    }

    /// Reads what [`Reply::to_text`] wrote.
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
            Self::Path(folders) => {
                let folders = folders.iter();
                Head::Path(folders.map(|(folder, reply)| (*folder, reply.head(listings))).collect())
            }
            Self::Link(link) => Head::Link(link.clone()),
            Self::Status(status) => Head::Status(status.clone()),
            Self::Failed(failed) => Head::Failed(failed.clone()),
        }
    }

    fn from_head(head: Head, listings: &mut &str) -> Option<Self> {
        Some(match head {
            Head::Same(read_at) => Self::Same(read_at),
            Head::Listing(bytes) => {
                let (listing, rest) = listings.split_at_checked(bytes)?;
                *listings = rest;
                Self::Listing(listing.to_owned())
            }
            Head::Path(folders) => {
                let folders = folders.into_iter();
                let folders =
                    folders.map(|(folder, head)| Some((folder, Self::from_head(head, listings)?)));
                Self::Path(folders.collect::<Option<_>>()?)
            }
            Head::Link(link) => Self::Link(link),
            Head::Status(status) => Self::Status(status),
            Head::Failed(failed) => Self::Failed(failed),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sources::upstream::error::UpstreamErrorKind;

    #[test]
    fn requests_and_replies_survive_the_way() {
        let file = FileRef {
            id: 5001,
            name: "资料 \"a\".txt".to_owned(),
            size: 12,
            md5: Some([9; 16]),
            key_flag: "1812345678-0".to_owned(),
        };
        let commands = [
            Command::List { folder: 0, have: Some("ab".to_owned()), force: true },
            Command::List { folder: u64::MAX, have: None, force: false },
            Command::Path(PathCommand {
                folder: 7,
                names: vec!["资料 \"a\"".to_owned(), "b".to_owned()],
                have: vec![(7, "ab".to_owned())],
            }),
            Command::Link { file: file.clone(), dead: None },
            Command::Link {
                file: FileRef { md5: None, ..file },
                dead: Some("https://h/".to_owned()),
            },
            Command::Status,
        ];
        for command in commands {
            let request =
                AccountRequest { account: "4567".to_owned(), mount: "0123".to_owned(), command };
            assert_eq!(AccountRequest::parse(&request.to_json()), Some(request));
        }
        let failed = UpstreamError {
            kind: UpstreamErrorKind::NeedHuman,
            code: Some(7012),
            said: Some("风险".to_owned()),
            retry_after: Some(9),
        };
        let link = UpstreamLink {
            url: "https://h/?a".to_owned(),
            referer: Some("https://r/".to_owned()),
            permanent: None,
            age: 599,
        };
        let status = AccountStatus {
            stopped: Some(failed.clone()),
            until: Some(7),
            last: Some((UpstreamErrorKind::Server.into(), 8)),
            signed_in: true,
        };
        for reply in [
            Reply::Same(UnixSeconds(7)),
            Reply::Listing("listing1 1 whole 0 d\na\td1\n".to_owned()),
            Reply::Path(vec![
                (7, Reply::Listing("listing1 1 whole 0 d\n资\td8\n".to_owned())),
                (8, Reply::Same(UnixSeconds(9))),
                (9, Reply::Listing("listing1 1 whole 0 e\n".to_owned())),
                (10, Reply::Failed(failed.clone())),
            ]),
            Reply::Path(Vec::new()),
            Reply::Link(link),
            Reply::Status(AccountStatus::default()),
            Reply::Status(status),
            Reply::Failed(failed),
        ] {
            assert_eq!(Reply::parse(&reply.to_text()), Some(reply));
        }
    }

    #[test]
    fn every_trouble_has_a_name_of_its_own() {
        for (kind, name) in UpstreamErrorKind::ALL {
            assert_eq!(
                (UpstreamErrorKind::parse(name), kind.to_string()),
                (Some(kind), name.into())
            );
        }
    }
}
