//! Routes: one file each, request → response. The [router](crate::http::router) calls them.

pub mod alist;
pub mod asset;
pub mod dav;
pub mod doctor;
pub mod embed;
pub mod entry;
pub mod feed;
pub mod file;
pub mod folder;
pub(crate) mod head;
pub mod health;
pub mod legacy_path;
pub mod login;
pub mod oembed;
pub mod page;
pub mod preferences;
pub mod redirect;
pub mod refresh;
pub mod search;
pub mod share_link_api;
pub mod shortcut;
pub mod social;
pub mod visitor_share_link;
