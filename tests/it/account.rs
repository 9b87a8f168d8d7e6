//! The client against the fake vendor: what a site sees of it, and what the vendor sees.

mod circuit_breaker;
mod eviction;
mod failures;
mod links;
mod listings;
mod own_place;
mod path;
mod publish;
mod rate_limiter;
mod tokens;

use std::rc::Rc;

use signpost::account::command::{
    AccountRequest, AccountStatus, Command, LentToken, Reply, UpstreamLink,
};
use signpost::error::upstream::{UpstreamError, UpstreamErrorKind};
use signpost::sources::SourceKind;
use signpost::sources::listing::Listing;
use signpost::sources::personal::Personal;
use signpost::sources::upstream::entry::FileRef;
use signpost::sources::web_api::WebAccount;

use crate::support::account::World;
use crate::support::mounts::{ACCOUNT, account, mount, password, personal};
use crate::support::vendor::failures::InjectedFailure;

fn request(mount: &str, command: Command) -> AccountRequest {
    let (account, mount) = (ACCOUNT.to_owned(), mount.to_owned());
    AccountRequest { account, mounts: Vec::new(), mount, command }
}

fn list(mount: &str, folder: u64) -> AccountRequest {
    list_with(mount, folder, None)
}

fn list_with(mount: &str, folder: u64, known: Option<&str>) -> AccountRequest {
    let job = Command::List { folder, known: known.map(str::to_owned), force: false };
    request(mount, job)
}

fn forced(mount: &str, folder: u64) -> AccountRequest {
    request(mount, Command::List { folder, known: None, force: true })
}

fn link(mount: &str, file: &FileRef, dead: Option<&str>) -> AccountRequest {
    let job = Command::Link { file: file.clone(), dead: dead.map(str::to_owned) };
    request(mount, job)
}

fn status(mount: &str) -> AccountRequest {
    request(mount, Command::Status)
}

/// What the vendor wants to know again of a file of the drive.
fn file(world: &World, path: &str) -> FileRef {
    world.vendor(|vendor| {
        let node = vendor.drive.find(path).and_then(|id| vendor.drive.node(id)).unwrap();
        let mut md5 = [0; 16];
        hex::decode_to_slice(&node.etag, &mut md5).unwrap();
        FileRef {
            id: node.id,
            name: node.name.clone(),
            size: node.size,
            md5: Some(md5),
            key_flag: node.s3_key_flag(),
        }
    })
}

fn folder(world: &World, path: &str) -> u64 {
    world.vendor(|vendor| vendor.drive.find(path).unwrap())
}

fn inject(world: &World, failure: InjectedFailure) {
    world.vendor(|vendor| vendor.add_failure(failure));
}

trait ReplyExt {
    fn listing(self) -> Listing;
    fn link(self) -> UpstreamLink;
    fn failed(self) -> UpstreamError;
    fn status(self) -> AccountStatus;
    fn token(self) -> LentToken;
}

impl ReplyExt for Reply {
    #[track_caller]
    fn listing(self) -> Listing {
        match self {
            Self::Listing(text) => Listing::parse(text).unwrap(),
            other => panic!("{other:?}"),
        }
    }

    #[track_caller]
    fn link(self) -> UpstreamLink {
        match self {
            Self::Link(link) => link,
            other => panic!("{other:?}"),
        }
    }

    #[track_caller]
    fn failed(self) -> UpstreamError {
        match self {
            Self::Failed(failed) => failed,
            other => panic!("{other:?}"),
        }
    }

    #[track_caller]
    fn status(self) -> AccountStatus {
        match self {
            Self::Status(status) => status,
            other => panic!("{other:?}"),
        }
    }

    #[track_caller]
    fn token(self) -> LentToken {
        match self {
            Self::Token(token) => token,
            other => panic!("{other:?}"),
        }
    }
}

#[test]
fn a_mount_of_another_account_object_is_unknown() {
    let world = World::sample();
    let client = world.client(&[]);
    assert_eq!(world.answer(&client, list("other", 0)).failed(), UpstreamErrorKind::Other.into());
}

#[test]
fn no_calls_are_made_for_the_account_of_another_account_object() {
    let world = World::sample();
    let mut others =
        mount("personal", SourceKind::Personal(Personal { account: account(password("wrong")) }));
    others.settings.account = "other".to_owned();
    let client = world.client(&[others.clone()]);
    assert_eq!(
        world.answer(&client, list("personal", 0)).failed(),
        UpstreamErrorKind::Other.into()
    );
    assert_eq!(world.calls("all"), 0);
    // The same folder by another account, first.
    let SourceKind::Personal(other) = &mut others.kind else {
        panic!("a share of a personal account")
    };
    other.account = Rc::new(WebAccount { digest: "other".to_owned(), ..(*other.account).clone() });
    let client = world.client(&[others, personal()]);
    world.answer(&client, list("personal", 0)).listing();
    world.finish();
}
