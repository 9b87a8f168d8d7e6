//! What an answer waits for, as values: the guard says what is due, the host settles it and asks
//! again with the receipts.

use std::rc::Rc;

use serde_json::Value;

use super::drive::LinkDue;
use crate::error::Error;
use crate::json::{self, optional, required, small, text};
use crate::ledger::{TicketAnswer, TicketAsk};
use crate::password::Password;
use crate::secret::Secret;
use crate::share::ShareId;
use crate::share::revoked::Revoked;
use crate::time::UnixSeconds;
use crate::upstream::trouble::Failed;

/// Something to settle outside.
#[derive(Clone, Debug)]
pub enum Due {
    /// Count a guess for this visitor and this place, and if there are not too many of them, hold
    /// the password against those that are right.
    Password(Guess),
    /// Ask a rate limiter whether this key may once more.
    Rate {
        /// The binding's name.
        binding: Rc<str>,
        /// Place and visitor.
        key: String,
    },
    /// Ask the quota object for a ticket.
    Ticket(Box<TicketAsk>),
    /// Read the list of revoked share links.
    Revoked,
    /// Do something with the share links that were made by API.
    Links(Box<LinkWork>),
    /// Get a folder's listing into the drive's memory.
    Folder {
        /// The mount's place among the mounts.
        mount: usize,
        /// The vendor's number of the folder.
        folder: u64,
    },
    /// The same, asking the vendor whatever is known.
    Refresh {
        /// The mount's place among the mounts.
        mount: usize,
        /// The vendor's number of the folder.
        folder: u64,
    },
    /// Get a file's link into the drive's memory.
    Link(Box<LinkDue>),
    /// Ask how a mount's account is.
    Status {
        /// The mount's place among the mounts.
        mount: usize,
    },
}

/// That a folder's listing was asked for.
#[derive(Clone, Debug)]
pub struct FolderReceipt {
    /// The mount's place among the mounts.
    pub mount: usize,
    /// The vendor's number of the folder.
    pub folder: u64,
    /// Whether it is in memory now; else why not, if the desk could be asked.
    pub outcome: Result<(), Option<Failed>>,
}

impl FolderReceipt {
    /// Whether it is this folder's.
    pub fn is(&self, mount: usize, folder: u64) -> bool {
        (self.mount, self.folder) == (mount, folder)
    }
}

/// A password that a visitor gave, for one place.
#[derive(Clone, Debug)]
pub struct Guess {
    /// What was given.
    pub given: Secret,
    /// What would be right.
    pub passwords: Rc<[Password]>,
    /// The place that it opens.
    pub scope: Rc<str>,
    /// Who gave it; see [`crate::rules::barrier::client`].
    pub client: String,
}

impl Guess {
    /// Whether the outcome of the other one is this one's: the same password, of the same place, by the
    /// same client.
    pub fn is(&self, other: &Self) -> bool {
        self.scope == other.scope
            && self.client == other.client
            && self.given.matches(other.given.expose())
    }
}

/// What the API asks to be done in KV.
#[derive(Clone, Debug)]
pub enum LinkWork {
    /// Remember a link that was made, until it expires.
    Record(LinkRecord),
    /// Give all that are remembered.
    List,
    /// Kill one; `expires_at` is when it would have died by itself, if that is known.
    Revoke(ShareId),
    /// Kill all that were made before.
    RevokeBefore(UnixSeconds),
}

/// A share link as the API shows it.
#[derive(Clone, Debug, serde::Serialize)]
pub struct LinkRecord {
    /// 12 hex digits.
    pub id: String,
    /// The decoded path that it opens.
    pub path: String,
    /// Unix seconds.
    pub created: u64,
    /// Unix seconds; `None`: never.
    pub expires_at: Option<u64>,
    /// Links that may be made through it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub uses: Option<u32>,
    /// Bytes that may be had through it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub bytes: Option<u64>,
    /// The site whose pages alone may embed it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub referer: Option<String>,
    /// The addresses that it works for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub address: Option<String>,
}

impl LinkRecord {
    /// Reads a record as it is kept.
    pub fn parse(kept: &str) -> Option<Self> {
        let record = &json::parse(kept.as_bytes()).ok()?;
        Some(Self {
            id: required(record, "id", text)?,
            path: required(record, "path", text)?,
            created: required(record, "created", Value::as_u64)?,
            expires_at: optional(record, "expires_at", Value::as_u64)?,
            uses: optional(record, "uses", small)?,
            bytes: optional(record, "bytes", Value::as_u64)?,
            referer: optional(record, "referer", text)?,
            address: optional(record, "address", text)?,
        })
    }
}

/// What came of a guess.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// It is the password at this place of the list.
    Right(usize),
    /// It is none of them.
    Wrong,
    /// Nobody looked: there were too many guesses.
    TooMany,
    /// The limiter can't be asked, so nobody looked.
    Unreachable,
}

/// What a rate limiter says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Allowed {
    /// Once more.
    Yes,
    /// Not now.
    No,
    /// It can't be asked.
    Unreachable,
}

/// The list of revoked share links, as far as it can be had.
#[derive(Clone, Debug)]
pub enum RevokedList {
    /// It is this.
    Known(Rc<Revoked>),
    /// KV can't be read, and no copy is fresh enough.
    Unreachable,
}

/// What has been settled so far for one request. Every outcome says what it is of, and is found by that
/// alone: a request may lead from one path to another, whose checks are its own.
#[derive(Clone, Debug, Default)]
pub struct Receipts {
    /// For [`Due::Password`].
    pub passwords: Vec<(Guess, Verdict)>,
    /// For [`Due::Rate`], by binding and key.
    pub rates: Vec<(Rc<str>, String, Allowed)>,
    /// For [`Due::Ticket`]; `None` if the quota object can't be reached.
    pub tickets: Vec<(TicketAsk, Option<TicketAnswer>)>,
    /// For [`Due::Revoked`]: one list for the whole site.
    pub revoked: Option<RevokedList>,
    /// For [`Due::Links`], of which a request has one; the inner `None` if KV failed.
    pub links: Option<Option<Vec<LinkRecord>>>,
    /// For [`Due::Folder`], one for each folder on the way.
    pub folders: Vec<FolderReceipt>,
    /// For [`Due::Link`], by the mount's place among the mounts and the vendor's number of the file: why
    /// there is none, if there is none.
    pub file_links: Vec<(usize, u64, Option<Failed>)>,
    /// For [`Due::Refresh`].
    pub refreshed: Vec<FolderReceipt>,
    /// For [`Due::Status`]: the mounts that were asked about.
    pub statuses: Vec<usize>,
}

impl Receipts {
    /// The outcome of a guess; else the guess itself is due.
    ///
    /// # Errors
    /// [`Stop::Owes`] the guess.
    pub fn password(&self, guess: Guess) -> Result<Verdict, Stop> {
        let known = self.passwords.iter().find(|(settled, _)| settled.is(&guess));
        known.map(|(_, verdict)| *verdict).ok_or(Stop::Owes(Due::Password(guess)))
    }

    /// What a rate limiter said of a key.
    ///
    /// # Errors
    /// [`Stop::Owes`] the question.
    pub fn rate(&self, binding: &Rc<str>, key: String) -> Result<Allowed, Stop> {
        let is_it = |(of, settled, _): &&(Rc<str>, String, _)| of == binding && *settled == key;
        match self.rates.iter().find(is_it) {
            Some((_, _, allowed)) => Ok(*allowed),
            None => Err(Due::Rate { binding: Rc::clone(binding), key }.into()),
        }
    }

    /// The quota object's ticket; `None` if it can't be reached.
    ///
    /// # Errors
    /// [`Stop::Owes`] the question.
    pub fn ticket(&self, ask: TicketAsk) -> Result<Option<&TicketAnswer>, Stop> {
        match self.tickets.iter().find(|(settled, _)| *settled == ask) {
            Some((_, answer)) => Ok(answer.as_ref()),
            None => Err(Due::Ticket(Box::new(ask)).into()),
        }
    }

    /// Whether a file's link was asked for, and why there is none, if there is none.
    pub fn file_link(&self, mount: usize, file: u64) -> Option<Option<&Failed>> {
        let known = self.file_links.iter().find(|known| (known.0, known.1) == (mount, file));
        known.map(|(_, _, failed)| failed.as_ref())
    }
}

/// Why there is no answer yet, or none but a refusal.
#[derive(Debug)]
pub enum Stop {
    /// Something has to be settled first.
    Owes(Due),
    /// It is refused.
    Refused(Error),
}

impl From<Due> for Stop {
    fn from(due: Due) -> Self {
        Self::Owes(due)
    }
}

impl From<Error> for Stop {
    fn from(error: Error) -> Self {
        Self::Refused(error)
    }
}
