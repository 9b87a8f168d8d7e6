//! The view of failures, and the kinds of failure in responses.

use serde::{Deserialize, Serialize};
use signpost_core::path::PathError;

use super::layout::Layout;
use super::text::Text;

/// A failure response, as a page or as JSON.
#[derive(Debug, Serialize, Deserialize)]
pub struct FailureView<'a> {
    /// The layout that all pages share.
    #[serde(borrow)]
    pub layout: Layout<'a>,
    /// Whether the response is JSON instead of a page.
    pub as_json: bool,
    /// The HTTP status.
    pub status: u16,
    /// The kind of failure.
    pub failure: Failure,
    /// Unix seconds after which the request may be retried, if known.
    pub retry_at: Option<u64>,
    /// The reading of the request's path in a legacy encoding; `None` for a path in UTF-8.
    pub reading: Option<ReadingView<'a>>,
    /// Configuration errors, for the owner.
    pub config_errors: Vec<ConfigErrorView<'a>>,
}

/// A path that is not UTF-8, as it reads in a legacy encoding.
#[derive(Debug, Serialize, Deserialize)]
pub struct ReadingView<'a> {
    /// The encoding's name, such as `GBK`.
    #[serde(borrow)]
    pub encoding: Text<'a>,
    /// The absolute URL with the path in UTF-8, escaped.
    pub address: Text<'a>,
}

/// A configuration error, as it is shown to the owner.
#[derive(Debug, Serialize, Deserialize)]
pub struct ConfigErrorView<'a> {
    /// The variable, secret or field with the error.
    #[serde(borrow)]
    pub setting: Text<'a>,
    /// The line of a link tree, counted from 1.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub line: Option<usize>,
    /// The error message.
    pub message: Text<'a>,
    /// How to correct the setting.
    #[serde(rename = "mend")]
    pub hint: Text<'a>,
}

/// The kind of a failure in a response; [`Failure::code`] is its name in JSON.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[expect(missing_docs, reason = "messages::en describes each")]
pub enum Failure {
    BadPath(PathError),
    BadFormat,
    BadBody,
    BadQuery,
    TreeTooLarge,
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
    MissingOrRefused,
    CityLocked,
    TrafficUsedUp,
    StillChecked,
    VendorBusy,
    NoAccount,
    VendorSlow,
    AccountStopped,
    VendorFailed,
}

impl Failure {
    /// The name of the kind in JSON.
    pub fn code(self) -> &'static str {
        match self {
            Self::BadPath(_) => "bad_path",
            Self::BadFormat => "bad_format",
            Self::BadBody => "bad_body",
            Self::BadQuery => "bad_query",
            Self::TreeTooLarge => "tree_too_large",
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
            Self::MissingOrRefused => "missing_or_refused",
            Self::CityLocked => "city_locked",
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
