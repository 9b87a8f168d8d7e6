//! The parts that 123Pan's APIs share: HTTP requests and responses as values, and their meaning. Nothing in
//! here sends a request: [`crate::account`] does, through its host. The sources' own calls are in
//! [`super`].
//!
//! [`pages`] assembles a folder's listing from pages, [`relay`] leads from a file's first URL to its last,
//! by the URLs that [`redirect_url`] allows.
//! Below them: [`envelope`] (the JSON around every response, and its failures), [`row`] (entries),
//! [`token`]. Their JSON is in `wire`, read as leniently as it is written by `lenient`.

pub mod call;
pub mod cdn_refusal;
pub(crate) mod direct_config;
pub mod direct_link;
pub mod endpoint;
pub mod entry;
pub mod envelope;
pub(crate) mod lenient;
pub mod pages;
pub mod path_link;
pub mod redirect_url;
pub mod relay;
pub mod row;
pub mod sign_in;
pub mod token;
pub(crate) mod wire;
