//! A platform in memory for unit tests: it knows what the test tells it, and notes what it is asked.

use std::cell::RefCell;
use std::collections::{HashMap, VecDeque};
use std::rc::Rc;
use std::time::Duration;

use super::Platform;
use crate::access::check_outcomes::{RateLimit, Verification};
use crate::access::password::PasswordAttempt;
use crate::access::revocation::RevocationList;
use crate::access::share_link::records::{ShareLinkCommand, ShareLinkRecord};
use crate::account::command::{AccountRequest, Command, PathCommand, Reply};
use crate::quota::{TicketReply, TicketRequest};
use crate::sources::listing::Listing;
use crate::sources::shown_listing::ShownListing;
use crate::sources::upstream::call::{ApiResponse, Call, TransportError};
use crate::time::UnixMillis;

/// Decodes GBK as the platform's `TextDecoder` does.
pub fn decode_gbk(bytes: &[u8]) -> Option<String> {
    let text = encoding_rs::GBK.decode_without_bom_handling_and_without_replacement(bytes);
    text.map(std::borrow::Cow::into_owned)
}

/// An in-memory [`Platform`] for unit tests, which has nothing but what it was given.
#[derive(Debug, Default)]
pub struct FakePlatform {
    /// The account object's replies about folders, by 123Pan id; it has none about any other.
    pub folders: HashMap<u64, Reply>,
    /// The account object's replies about files, by 123Pan id.
    pub links: HashMap<u64, Reply>,
    /// The account object's replies about tokens for files, by 123Pan id.
    pub tokens: HashMap<u64, Reply>,
    /// The responses to calls of 123Pan's API, in order.
    pub responses: RefCell<VecDeque<ApiResponse>>,
    /// A reply of the account object about a folder that no command named.
    pub stray: Option<(u64, Reply)>,
    /// The commands and checks that were requested, in order.
    pub asked: RefCell<Vec<String>>,
}

impl FakePlatform {
    fn note(&self, what: impl Into<String>) {
        self.asked.borrow_mut().push(what.into());
    }

    /// The replies of the account object to the folders on a path; `None` if it says nothing of the first.
    fn path(&self, path: &PathCommand) -> Option<Reply> {
        let (mut folder, mut names) = (path.folder, path.names.iter());
        let mut replies = self.stray.iter().cloned().collect::<Vec<_>>();
        let mut listed = vec![folder];
        while let Some(reply) = self.folders.get(&folder) {
            let (Reply::Listing(text), Some(name)) = (reply, names.next()) else {
                replies.push((folder, reply.clone()));
                break;
            };
            let listing = Listing::parse(text.clone()).unwrap();
            let (found, is_last) = (listing.find(name), names.len() == 0);
            let is_file_at_end = is_last && found.is_some_and(|found| !found.folder);
            replies.push(match path.shown {
                ShownListing::Parent if is_file_at_end => (folder, reply.clone()),
                _ => (folder, Reply::Excerpt(listing.excerpt(name))),
            });
            let goes_on = !is_last || path.shown == ShownListing::Folder;
            let Some(next) = found.filter(|found| found.folder && goes_on) else { break };
            folder = next.id;
            listed.push(folder);
        }
        self.note(format!("folders {listed:?}"));
        (!replies.is_empty()).then_some(Reply::Path(replies))
    }

    /// The commands and checks requested since the last call of this function.
    pub fn take_asked(&self) -> Vec<String> {
        self.asked.take()
    }
}

impl Platform for &FakePlatform {
    fn now(&self) -> UnixMillis {
        UnixMillis(0)
    }

    async fn verify_password(&self, _: &PasswordAttempt) -> Verification {
        self.note("password");
        Verification::Unavailable
    }

    async fn rate_limit(&self, binding: &str, key: &str) -> RateLimit {
        self.note(format!("rate {binding} {key}"));
        RateLimit::Unavailable
    }

    async fn revoked_share_links(&self) -> Option<Rc<RevocationList>> {
        self.note("revoked");
        None
    }

    async fn share_links(&self, _: ShareLinkCommand) -> Option<Vec<ShareLinkRecord>> {
        self.note("share links");
        None
    }

    async fn charge(&self, _: &TicketRequest) -> Option<TicketReply> {
        self.note("charge");
        None
    }

    fn decode_gbk(&self, bytes: &[u8]) -> Option<String> {
        decode_gbk(bytes)
    }

    fn place(&self) -> &'static str {
        "HERE"
    }

    async fn kv_get(&self, key: &str) -> Option<String> {
        self.note(format!("kv {key}"));
        None
    }

    async fn send_call(
        &self,
        call: &Call,
        _: usize,
        _: Duration,
    ) -> Result<ApiResponse, TransportError> {
        self.note(format!("call {}", call.endpoint.name));
        self.responses.borrow_mut().pop_front().ok_or(TransportError::Unreachable)
    }

    async fn ask_account(&self, _: &str, command: &str, _: Duration) -> Option<String> {
        let request = AccountRequest::parse(command).unwrap();
        let reply = match request.command {
            Command::List { folder, .. } => {
                self.note(format!("folder {folder}"));
                self.folders.get(&folder)
            }
            Command::Path(path) => {
                return self.path(&path).map(|reply| reply.to_text());
            }
            Command::Link { file, .. } => {
                self.note(format!("link {}", file.id));
                self.links.get(&file.id)
            }
            Command::Token { asked, .. } => {
                self.note(format!("token {} in {}", asked.file.id, asked.place));
                self.tokens.get(&asked.file.id)
            }
            Command::OwnLink { asked, outcome } => {
                let outcome =
                    outcome.map_or_else(|failed| failed.kind.to_string(), |link| link.url);
                self.note(format!("own link {}: {outcome}", asked.file.id));
                None
            }
            Command::Report(failed) => {
                self.note(format!("report {}", failed.kind));
                None
            }
            Command::Status => {
                self.note("status");
                None
            }
        };
        reply.map(Reply::to_text)
    }
}
