//! What pages are made of: plain data, as the Worker hands it over in JSON.
//!
//! Whoever makes a view has asked the guard for all that is in it.

use std::borrow::Cow;

use serde::{Deserialize, Serialize};
use signpost_core::path::PathError;

pub use doctor::{
    DoctorFound, DoctorProblem, DoctorRules, DoctorVendor, DoctorVerdict, DoctorView,
};
pub use file::{FileView, Neighbour};

use crate::feed::FeedView;
use crate::language::Language;
use crate::look::Theme;

mod doctor;
mod file;

/// Text that is borrowed where it can be.
type Text<'a> = Cow<'a, str>;

/// Something to show.
#[derive(Debug, Serialize, Deserialize)]
pub enum View<'a> {
    /// A file of the site's own, by its name: see [`crate::asset()`].
    #[serde(borrow)]
    Asset(Text<'a>),
    /// The owner's style sheet.
    Custom(CustomView<'a>),
    /// A folder's page.
    Folder(FolderView<'a>),
    /// A folder for other programs.
    Feed(FeedView<'a>),
    /// A file's page.
    File(FileView<'a>),
    /// A failure, as a page or as JSON.
    Failure(FailureView<'a>),
    /// The page that asks for a password.
    Login(LoginView<'a>),
    /// A file in a frame of another page.
    Embed(EmbedView<'a>),
    /// A failure there.
    EmbedFailure(FailureView<'a>),
    /// How to embed a file, as JSON or XML.
    OEmbed(OEmbedView<'a>),
    /// The Referer doctor.
    Doctor(DoctorView<'a>),
}

/// The owner's colour and style.
#[derive(Debug, Serialize, Deserialize)]
pub struct CustomView<'a> {
    /// `#rrggbb`.
    #[serde(borrow)]
    pub accent: Option<Text<'a>>,
    /// What follows.
    pub css: Option<Text<'a>>,
}

/// What all pages have.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct Frame<'a> {
    /// The site's title.
    #[serde(borrow)]
    pub site: Text<'a>,
    /// The language of the words.
    pub language: Language,
    /// Light or dark.
    pub theme: Theme,
    /// Unix seconds.
    pub now: u64,
    /// The site's time zone: seconds east of UTC.
    pub offset: i32,
    /// The icon's address, where the owner has one.
    pub icon: Option<Text<'a>>,
    /// Markdown at the foot of the page.
    pub footer: Option<Text<'a>>,
    /// The version of the owner's style sheet, where there is one.
    pub custom: Option<u64>,
    /// What services that show links may tell of it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub social: Option<Social<'a>>,
}

/// What services that show links may tell of a page: of one that is open to everybody.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Social<'a> {
    /// `https://files.example`.
    #[serde(borrow)]
    pub site: Text<'a>,
    /// The path of what the page is about: a file's, or a folder's with its slash.
    pub href: String,
    /// The name, decoded.
    pub name: Text<'a>,
    /// Whether it is a folder.
    pub folder: bool,
}

/// A folder and what is in it.
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is a part of the page that is there or not"
)]
#[derive(Debug, Serialize, Deserialize)]
pub struct FolderView<'a> {
    /// What all pages have. Its `site` is the title that a rule gives this part of the site.
    #[serde(borrow)]
    pub frame: Frame<'a>,
    /// The folder's own name; of the root the site's.
    pub title: Text<'a>,
    /// Where the site's name leads; `None` where it would lead out of a share link.
    pub home: Option<String>,
    /// The folders on the way here, this one last.
    pub crumbs: Vec<Crumb<'a>>,
    /// Whether the folder above opens.
    pub up: bool,
    /// Folders first, in natural order.
    pub rows: Vec<RowView<'a>>,
    /// Markdown above the listing.
    pub header: Option<Text<'a>>,
    /// Markdown below it.
    pub readme: Option<Text<'a>>,
    /// For search engines.
    pub robots: Option<Text<'a>>,
    /// Whether the site is the built-in demo.
    pub demo: bool,
    /// Whether it has files that can't be listed.
    pub remote: bool,
    /// What to know of the listing itself.
    pub notice: Option<Notice>,
    /// Whether a click on a file opens its page; without scripts it downloads.
    pub click_views: bool,
}

/// A folder on the way.
#[derive(Debug, Serialize, Deserialize)]
pub struct Crumb<'a> {
    /// Its name.
    #[serde(borrow)]
    pub name: Text<'a>,
    /// Relative; empty for this folder, and for one that does not open.
    pub href: String,
}

/// A file or folder in a listing. Short names: there may be ten thousand of them.
#[derive(Debug, Serialize, Deserialize)]
pub struct RowView<'a> {
    /// The name, decoded.
    #[serde(rename = "n", borrow)]
    pub name: Text<'a>,
    /// Whether it is a folder.
    #[serde(rename = "f", default, skip_serializing_if = "std::ops::Not::not")]
    pub folder: bool,
    /// Whether it is shown though it does not open yet.
    #[serde(rename = "l", default, skip_serializing_if = "std::ops::Not::not")]
    pub locked: bool,
    /// Bytes, if known.
    #[serde(rename = "s", default, skip_serializing_if = "Option::is_none")]
    pub size: Option<u64>,
    /// Of a folder: how many entries the visitor would see in it, if that is known.
    #[serde(rename = "i", default, skip_serializing_if = "Option::is_none")]
    pub items: Option<usize>,
    /// Unix seconds, if known.
    #[serde(rename = "t", default, skip_serializing_if = "Option::is_none")]
    pub modified: Option<u64>,
    /// The content's MD5 in hex, where a rule gives it away.
    #[serde(rename = "m", default, skip_serializing_if = "Option::is_none")]
    pub md5: Option<String>,
}

/// That a listing is not the newest, or not all.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Notice {
    /// More of it is on its way.
    Loading,
    /// It is as old as this.
    Stale {
        /// Whole minutes.
        minutes: u64,
    },
    /// The vendor has more, and can't be asked.
    LacksSome,
}

/// A failure.
#[derive(Debug, Serialize, Deserialize)]
pub struct FailureView<'a> {
    /// What all pages have.
    #[serde(borrow)]
    pub frame: Frame<'a>,
    /// JSON instead of a page.
    pub as_json: bool,
    /// The HTTP status.
    pub status: u16,
    /// What failed.
    pub failure: Failure,
    /// Unix seconds from which it may be tried again, where the moment is known.
    pub retry_at: Option<u64>,
    /// What the owner has to mend.
    pub faults: Vec<FaultView<'a>>,
}

/// A fault of the configuration.
#[derive(Debug, Serialize, Deserialize)]
pub struct FaultView<'a> {
    /// The variable, secret or field.
    #[serde(borrow)]
    pub setting: Text<'a>,
    /// The line of a tree's text, counted from 1.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub line: Option<usize>,
    /// What is wrong.
    pub message: Text<'a>,
    /// What to do.
    pub mend: Text<'a>,
}

/// What can fail, as far as a visitor is told.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[expect(missing_docs, reason = "each is told in words::en")]
pub enum Failure {
    BadPath(PathError),
    BadFormat,
    BadBody,
    BadQuery,
    BadToken,
    PasswordRequired,
    WrongPassword,
    RefererNotAllowed,
    CountryNotAllowed,
    AddressNotAllowed,
    NotFound,
    MethodNotAllowed,
    NoSharing,
    LinkOver,
    TooManyGuesses,
    TooManyRequests,
    BudgetUsedUp,
    ClientBudgetUsedUp,
    TooManyLinks,
    ShareUsedUp,
    Misconfigured,
    Unavailable,
    StillLoading,
    ShareGone,
    ShareDenied,
    Blocked,
    TrafficUsedUp,
    StillChecked,
    VendorBusy,
    NoAccount,
    VendorSlow,
    AccountStopped,
    VendorFailed,
}

impl Failure {
    /// Its name for programs.
    pub fn code(self) -> &'static str {
        match self {
            Self::BadPath(_) => "bad_path",
            Self::BadFormat => "bad_format",
            Self::BadBody => "bad_body",
            Self::BadQuery => "bad_query",
            Self::BadToken => "bad_token",
            Self::PasswordRequired => "password_required",
            Self::WrongPassword => "wrong_password",
            Self::RefererNotAllowed => "referer_not_allowed",
            Self::CountryNotAllowed => "country_not_allowed",
            Self::AddressNotAllowed => "address_not_allowed",
            Self::NotFound => "not_found",
            Self::MethodNotAllowed => "method_not_allowed",
            Self::NoSharing => "no_share_links",
            Self::LinkOver => "link_over",
            Self::TooManyGuesses => "too_many_guesses",
            Self::TooManyRequests => "too_many_requests",
            Self::BudgetUsedUp => "budget_used_up",
            Self::ClientBudgetUsedUp => "client_budget_used_up",
            Self::TooManyLinks => "too_many_links",
            Self::ShareUsedUp => "share_used_up",
            Self::Misconfigured => "misconfigured",
            Self::Unavailable => "unavailable",
            Self::StillLoading => "still_loading",
            Self::ShareGone => "share_gone",
            Self::ShareDenied => "share_denied",
            Self::Blocked => "blocked",
            Self::TrafficUsedUp => "traffic_used_up",
            Self::StillChecked => "still_checked",
            Self::VendorBusy => "vendor_busy",
            Self::NoAccount => "no_account",
            Self::VendorSlow => "vendor_slow",
            Self::AccountStopped => "account_stopped",
            Self::VendorFailed => "vendor_failed",
        }
    }
}

/// The page that asks for a password. It says nothing of what the password opens.
#[derive(Debug, Serialize, Deserialize)]
pub struct LoginView<'a> {
    /// What all pages have.
    #[serde(borrow)]
    pub frame: Frame<'a>,
    /// The path to return to: one of ours already, never shown.
    pub back: Text<'a>,
    /// Whether a password was given and is not right.
    pub wrong: bool,
}

/// A file in a bare page, for the frame of another page.
#[derive(Debug, Serialize, Deserialize)]
pub struct EmbedView<'a> {
    /// What all pages have.
    #[serde(borrow)]
    pub frame: Frame<'a>,
    /// The file's name, decoded.
    pub name: Text<'a>,
    /// Its path on this site, with what opens it.
    pub href: String,
    /// Bytes, if known.
    pub size: Option<u64>,
    /// Seconds at which it begins.
    pub start: Option<u32>,
    /// Whether it plays at once, as far as the browser lets it.
    pub autoplay: bool,
    /// Whether it begins again at its end.
    pub repeat: bool,
    /// Whether it begins without sound.
    pub muted: bool,
}

/// How to embed a file, for services that ask.
#[derive(Debug, Serialize, Deserialize)]
pub struct OEmbedView<'a> {
    /// `https://files.example`.
    #[serde(borrow)]
    pub site: Text<'a>,
    /// The site's title.
    pub provider: Text<'a>,
    /// The file's name, decoded.
    pub name: Text<'a>,
    /// Its path, with the share link that opens it.
    pub href: String,
    /// Bytes, if known.
    pub size: Option<u64>,
    /// XML instead of JSON.
    pub xml: bool,
    /// CSS pixels, one or more.
    pub max_width: Option<u32>,
    /// The same.
    pub max_height: Option<u32>,
}
