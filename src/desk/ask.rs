//! What isolates ask of the desk, and what it answers, as values and as the text between them.

use serde_json::Value;

use crate::json::{self, json, optional, required, text};
use crate::time::UnixSeconds;
use crate::upstream::entry::FileRef;
use crate::upstream::trouble::{Failed, Trouble};

/// A job for the desk.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ask {
    /// The desk that is asked: others know a mount of the same digest too.
    pub desk: String,
    /// The digest of the mount's settings.
    pub mount: String,
    /// What is wanted.
    pub job: Job,
}

/// What is wanted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Job {
    /// A folder's listing.
    List {
        /// The vendor's number of the folder.
        folder: u64,
        /// The digest of the listing that is at hand: it is not sent again if it is the newest.
        have: Option<String>,
        /// Whether the vendor is to be asked whatever is known.
        force: bool,
    },
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

/// What comes back.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Reply {
    /// The listing at hand is the newest, as of this moment.
    Same(UnixSeconds),
    /// A listing, as [`crate::listing`] writes it; maybe a part, maybe an old one.
    Listing(String),
    /// A link.
    Link(UpstreamLink),
    /// How the account is.
    Status(Status),
    /// Nothing, and why.
    Failed(Failed),
}

/// A file's link from the vendor. Never kept outside of memory, unless it is permanent.
#[derive(Clone, PartialEq, Eq)]
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
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Status {
    /// Why no calls are made at present.
    pub stopped: Option<Failed>,
    /// Unix seconds at which it is tried again; `None`: not before the owner does something.
    pub until: Option<u64>,
    /// The last failure that is not over, and when.
    pub last: Option<(Failed, u64)>,
    /// Whether it is signed in.
    pub signed_in: bool,
}

impl std::fmt::Debug for UpstreamLink {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("UpstreamLink(***)")
    }
}

impl Ask {
    /// As JSON.
    pub fn to_json(&self) -> String {
        let job = match &self.job {
            Job::List { folder, have, force } => {
                json!({ "list": folder, "have": have, "force": force })
            }
            Job::Link { file, dead } => json!({
                "link": file.id,
                "name": file.name,
                "size": file.size,
                "md5": file.md5.map(hex::encode),
                "flag": file.key_flag,
                "dead": dead,
            }),
            Job::Status => json!({ "status": true }),
        };
        json::write(&json!({ "desk": self.desk, "mount": self.mount, "job": job }))
    }

    /// Reads what [`Ask::to_json`] wrote.
    pub fn parse(ask: &str) -> Option<Self> {
        let ask = json::parse(ask.as_bytes()).ok()?;
        let job = ask.get("job")?;
        let job = if let Some(folder) = job.get("list") {
            Job::List {
                folder: folder.as_u64()?,
                have: optional(job, "have", text)?,
                force: required(job, "force", Value::as_bool)?,
            }
        } else if let Some(id) = job.get("link") {
            let file = FileRef {
                id: id.as_u64()?,
                name: required(job, "name", text)?,
                size: required(job, "size", Value::as_u64)?,
                md5: optional(job, "md5", md5)?,
                key_flag: required(job, "flag", text)?,
            };
            Job::Link { file, dead: optional(job, "dead", text)? }
        } else {
            required(job, "status", Value::as_bool).map(|_| Job::Status)?
        };
        let desk = required(&ask, "desk", text)?;
        Some(Self { desk, mount: required(&ask, "mount", text)?, job })
    }
}

fn md5(value: &Value) -> Option<[u8; 16]> {
    let mut md5 = [0; 16];
    hex::decode_to_slice(value.as_str()?, &mut md5).ok().map(|()| md5)
}

impl Reply {
    /// A line of JSON, and for a listing its text behind it.
    pub fn to_text(&self) -> String {
        let answer = match self {
            Self::Listing(text) => return format!("{{\"listing\":true}}\n{text}"),
            Self::Same(read_at) => json!({ "same": read_at.0 }),
            Self::Link(link) => {
                let UpstreamLink { url, referer, permanent, age } = link;
                json!({ "url": url, "referer": referer, "permanent": permanent, "age": age })
            }
            Self::Status(status) => json!({
                "signed_in": status.signed_in,
                "stopped": status.stopped.as_ref().map(failed_json),
                "until": status.until,
                "last": status.last.as_ref().map(|(failed, _)| failed_json(failed)),
                "last_at": status.last.as_ref().map(|(_, at)| at),
            }),
            Self::Failed(failed) => json!({ "failed": failed_json(failed) }),
        };
        json::write(&answer)
    }

    /// Reads what [`Reply::to_text`] wrote.
    pub fn parse(answer: &str) -> Option<Self> {
        let (head, listing) = answer.split_once('\n').unwrap_or((answer, ""));
        let head = json::parse(head.as_bytes()).ok()?;
        if head.get("listing").is_some() {
            return Some(Self::Listing(listing.to_owned()));
        }
        if let Some(read_at) = head.get("same") {
            return Some(Self::Same(UnixSeconds(read_at.as_u64()?)));
        }
        if head.get("url").is_some() {
            return Some(Self::Link(UpstreamLink {
                url: required(&head, "url", text)?,
                referer: optional(&head, "referer", text)?,
                permanent: optional(&head, "permanent", Value::as_u64)?,
                age: required(&head, "age", Value::as_u64)?,
            }));
        }
        if let Some(failed) = head.get("failed") {
            return Some(Self::Failed(parse_failed(failed)?));
        }
        let last = optional(&head, "last", parse_failed)?;
        Some(Self::Status(Status {
            signed_in: required(&head, "signed_in", Value::as_bool)?,
            stopped: optional(&head, "stopped", parse_failed)?,
            until: optional(&head, "until", Value::as_u64)?,
            last: last.zip(optional(&head, "last_at", Value::as_u64)?),
        }))
    }
}

pub(super) fn failed_json(failed: &Failed) -> Value {
    json!({
        "trouble": failed.trouble.to_string(),
        "code": failed.code,
        "said": failed.said,
        "retry_after": failed.retry_after,
    })
}

pub(super) fn parse_failed(failed: &Value) -> Option<Failed> {
    Some(Failed {
        trouble: required(failed, "trouble", |name| Trouble::parse(name.as_str()?))?,
        code: optional(failed, "code", Value::as_i64)?,
        said: optional(failed, "said", text)?,
        retry_after: optional(failed, "retry_after", Value::as_u64)?,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn asks_and_replies_survive_the_way() {
        let file = FileRef {
            id: 5001,
            name: "资料 \"a\".txt".to_owned(),
            size: 12,
            md5: Some([9; 16]),
            key_flag: "1812345678-0".to_owned(),
        };
        let jobs = [
            Job::List { folder: 0, have: Some("ab".to_owned()), force: true },
            Job::List { folder: u64::MAX, have: None, force: false },
            Job::Link { file: file.clone(), dead: None },
            Job::Link { file: FileRef { md5: None, ..file }, dead: Some("https://h/".to_owned()) },
            Job::Status,
        ];
        for job in jobs {
            let ask = Ask { desk: "4567".to_owned(), mount: "0123".to_owned(), job };
            assert_eq!(Ask::parse(&ask.to_json()), Some(ask));
        }
        let failed = Failed {
            trouble: Trouble::NeedHuman,
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
        let status = Status {
            stopped: Some(failed.clone()),
            until: Some(7),
            last: Some((Trouble::Server.into(), 8)),
            signed_in: true,
        };
        for reply in [
            Reply::Same(UnixSeconds(7)),
            Reply::Listing("listing1 1 whole 0 d\na\td1\n".to_owned()),
            Reply::Link(link),
            Reply::Status(Status::default()),
            Reply::Status(status),
            Reply::Failed(failed),
        ] {
            assert_eq!(Reply::parse(&reply.to_text()), Some(reply));
        }
    }

    #[test]
    fn every_trouble_has_a_name_of_its_own() {
        for (trouble, name) in Trouble::ALL {
            assert_eq!((Trouble::parse(name), trouble.to_string()), (Some(trouble), name.into()));
        }
    }
}
