//! HTTP as this site reads and answers it, whatever the route: requests, responses, errors, routing.

pub mod conditional;
pub mod error;
pub mod form;
pub mod query;
pub mod request;
pub mod response;
pub mod router;
pub mod url;
