//! Who exists at the fake: one account with all its credentials. Each secret that may hold it holds
//! [`MARKER`], so that a test can look for it in logs, pages and stores.

/// What every secret of the fake contains, and nothing else.
pub const MARKER: &str = "FAKEsecret";
/// The account's id, and the first segment of its direct links.
pub const UID: u64 = 1_812_345_678;
pub const NICKNAME: &str = "假用户";
/// Signs in as `passport`.
pub const USERNAME: &str = "user-FAKEsecret-1";
/// Signs in as `passport`, too. A number, so it can't hold the marker.
pub const PHONE: &str = "13800138000";
/// Signs in as `mail`.
pub const EMAIL: &str = "user-fakesecret-1.FAKEsecret@mail.example";
pub const PASSWORD: &str = "pw-FAKEsecret-1";
/// The developer's pair of the open platform.
pub const CLIENT_ID: &str = "client-FAKEsecret-1";
pub const CLIENT_SECRET: &str = "clientkey-FAKEsecret-1";
/// The refresh token that is good at the start.
pub const REFRESH_TOKEN: &str = "refresh-FAKEsecret-0";
/// The key of the share of the sample drive's folder `shared`.
pub const SHARE_KEY: &str = "VN6A-qP163";
/// Four characters, so it can't hold the marker; compared without case.
pub const SHARE_PASSWORD: &str = "q7Zf";
/// The private key of direct links.
pub const DIRECT_KEY: &str = "directFAKEsecret1";
