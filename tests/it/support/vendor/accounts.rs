//! Who exists at the fake: one account with all its credentials. Each secret that may hold it holds
//! [`MARKER`], so that a test can look for it in logs, pages and stores.

/// The marker that every secret of the fake contains, and nothing else.
pub const MARKER: &str = "FAKEsecret";
/// The account's id, and the first segment of its direct links.
pub const UID: u64 = 1_812_345_678;
/// The account's display name.
pub const NICKNAME: &str = "假用户";
/// A user name of the account, for sign-in as `passport`.
pub const USERNAME: &str = "user-FAKEsecret-1";
/// The account's phone number, for sign-in as `passport`, too. A number, so it can't hold the marker.
pub const PHONE: &str = "13800138000";
/// The account's address, for sign-in as `mail`.
pub const EMAIL: &str = "user-fakesecret-1.FAKEsecret@mail.example";
/// The password of the account.
pub const PASSWORD: &str = "pw-FAKEsecret-1";
/// The client id of a developer of the open platform.
pub const CLIENT_ID: &str = "client-FAKEsecret-1";
/// The client secret of that developer.
pub const CLIENT_SECRET: &str = "clientkey-FAKEsecret-1";
/// The refresh token that is good at the start.
pub const REFRESH_TOKEN: &str = "refresh-FAKEsecret-0";
/// The key of the share of the sample drive's folder `shared`.
pub const SHARE_KEY: &str = "VN6A-qP163";
/// The share's password: four characters, so it can't hold the marker; compared without case.
pub const SHARE_PASSWORD: &str = "q7Zf";
/// The private key of direct links.
pub const DIRECT_KEY: &str = "directFAKEsecret1";
