//! HTTP requests, responses, errors and routing, as all routes share them.

pub mod conditional;
pub mod error;
pub mod etag;
pub mod file_headers;
pub mod form;
pub(crate) mod legacy_path;
pub mod query;
pub mod request;
pub mod response;
pub mod router;
pub(crate) mod set_cookie;
pub mod surface;
pub mod url;
