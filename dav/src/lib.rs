//! The XML of WebDAV (RFC 4918) for a server that is read: the body of a `PROPFIND`, the multistatus that
//! answers it, and the bodies of errors.
//!
//! Everything in it is pure; who may see what is decided before.

pub use entity_tag::EntityTag;
pub use error_body::{CONTENT_TYPE, Precondition, error_body, precondition_body};
pub use multistatus::{MAX_BYTES as MAX_MULTISTATUS_BYTES, Multistatus, TooLarge};
pub use propfind::{BadPropfind, MAX_BYTES as MAX_PROPFIND_BYTES, Propfind};
pub use resource::Resource;

mod entity_tag;
mod error_body;
mod multistatus;
mod name;
mod property;
mod propfind;
mod resource;
mod shape;
mod xml;

#[cfg(test)]
mod tests;
