//! Mounts of the fake vendor's account.

use std::rc::Rc;
use std::time::Duration;

use signpost::secret::Secret;
use signpost::sources::open::{Open, OpenCredentials, RefreshClient};
use signpost::sources::personal::Personal;
use signpost::sources::share::Share;
use signpost::sources::upstream::direct_link::DirectLinks;
use signpost::sources::web_api::{WebAccount, WebCredentials, WebHosts};
use signpost::sources::{RemoteMountConfig, RemoteSettings, SourceKind};

use super::account::ORIGIN;
use super::vendor::accounts::{
    CLIENT_ID, CLIENT_SECRET, DIRECT_KEY, PASSWORD, REFRESH_TOKEN, SHARE_KEY, SHARE_PASSWORD,
    USERNAME,
};

/// The name of the account object of all mounts.
pub const ACCOUNT: &str = "account";
const FRESH: Duration = Duration::from_mins(5);
const STALE: Duration = Duration::from_hours(24);

/// A mount of this source, identified by its digest.
pub fn mount(digest: &str, kind: SourceKind) -> RemoteMountConfig {
    let settings = RemoteSettings {
        setting: format!("MOUNTS[{digest}]"),
        digest: digest.to_owned(),
        account: ACCOUNT.to_owned(),
        account_mounts: Vec::new(),
        root: 0,
        fresh: FRESH,
        stale: STALE,
    };
    RemoteMountConfig { settings, kind, path_links: None }
}

fn hosts() -> WebHosts {
    WebHosts { api: format!("{ORIGIN}/b/api"), login: format!("{ORIGIN}/api/user/sign_in") }
}

/// An account of the web API.
pub fn account(credentials: WebCredentials) -> Rc<WebAccount> {
    Rc::new(WebAccount { digest: "webacc".to_owned(), credentials, hosts: hosts() })
}

/// The credentials of an account with this password.
pub fn password(password: &str) -> WebCredentials {
    WebCredentials::Password { username: Secret::new(USERNAME), password: Secret::new(password) }
}

/// A mount of the fake's personal drive.
pub fn personal() -> RemoteMountConfig {
    mount("personal", SourceKind::Personal(Personal { account: account(password(PASSWORD)) }))
}

/// A mount of the fake's share.
pub fn share(account: Option<Rc<WebAccount>>) -> RemoteMountConfig {
    let share = Share {
        key: Secret::new(SHARE_KEY),
        password: Secret::new(SHARE_PASSWORD),
        hosts: hosts(),
        account,
    };
    mount("share", SourceKind::Share(share))
}

/// A mount of the open platform with these credentials.
pub fn open_with(credentials: OpenCredentials, direct: Option<DirectLinks>) -> RemoteMountConfig {
    let open = Open { account: "openacc".to_owned(), credentials, api: ORIGIN.to_owned(), direct };
    mount("open", SourceKind::Open(Rc::new(open)))
}

/// The credentials of the fake's developer.
pub fn client() -> OpenCredentials {
    OpenCredentials::Client { id: Secret::new(CLIENT_ID), secret: Secret::new(CLIENT_SECRET) }
}

/// The credentials with the fake's first refresh token.
pub fn refresh() -> OpenCredentials {
    OpenCredentials::Refresh {
        token: Secret::new(REFRESH_TOKEN),
        client: RefreshClient::Own {
            id: Secret::new(CLIENT_ID),
            secret: Secret::new(CLIENT_SECRET),
        },
    }
}

/// Settings of direct links, with a key if they are signed.
pub fn direct(signed: bool) -> DirectLinks {
    DirectLinks {
        uid: None,
        private_key: signed.then(|| Secret::new(DIRECT_KEY)),
        form: signpost::sign::PathForm::default(),
        valid: signpost::time::ValidMinutes::default(),
        hosts: signpost::host::SignedHosts::default(),
        host: None,
    }
}
