//! The source `links`: a tree of direct links that the owner wrote. The tree in service is the module
//! [`source`]; its entries may be reached through the guard only.

pub mod config;
pub mod source;
