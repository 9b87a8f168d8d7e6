//! Views: the data of each page, as plain values that the Worker passes as JSON.
//!
//! The Worker puts into a view only what the guard let pass for this visitor.

use serde::{Deserialize, Serialize};

pub use custom::CustomView;
pub use doctor::{
    DoctorFound, DoctorProblem, DoctorRules, DoctorVendor, DoctorVerdict, DoctorView,
};
pub use embed::{EmbedView, OEmbedView};
pub use failure::{ConfigErrorView, Failure, FailureView, ReadingView};
pub use feed::{FeedFormat, FeedView, SubfolderView};
pub use file::{FileView, Neighbour};
pub use folder::{Column, Crumb, FolderListView, FolderView, Notice, PagerView, RowView, Totals};
pub use layout::{Layout, Social};
pub use login::LoginView;

use text::Text;

mod custom;
mod doctor;
mod embed;
mod failure;
pub(crate) mod feed;
mod file;
mod folder;
mod layout;
mod login;
pub(crate) mod text;

/// The data of a response that this crate renders.
#[derive(Debug, Serialize, Deserialize)]
pub enum View<'a> {
    /// A static file, by its name: see [`crate::asset()`].
    #[serde(borrow)]
    Asset(Text<'a>),
    /// The owner's style sheet.
    Custom(CustomView<'a>),
    /// A folder's page.
    Folder(FolderView<'a>),
    /// A whole folder as a plain list.
    FolderList(FolderListView<'a>),
    /// A folder as a feed for other programs.
    Feed(FeedView<'a>),
    /// A file's page.
    File(FileView<'a>),
    /// A failure, as a page or as JSON.
    Failure(FailureView<'a>),
    /// The page that asks for a password.
    Login(LoginView<'a>),
    /// The embed page: a file in a frame of another page.
    Embed(EmbedView<'a>),
    /// A failure of the embed page.
    EmbedFailure(FailureView<'a>),
    /// An oEmbed response, as JSON or XML.
    OEmbed(OEmbedView<'a>),
    /// The Referer doctor.
    Doctor(DoctorView<'a>),
}
