//! The view of the Referer doctor.

use serde::{Deserialize, Serialize};

use super::layout::Layout;
use super::text::Text;

/// The Referer doctor's page: the form as it was sent, and the findings.
#[derive(Debug, Serialize, Deserialize)]
pub struct DoctorView<'a> {
    /// The layout that all pages share.
    #[serde(borrow)]
    pub layout: Layout<'a>,
    /// The path or URL of the file to embed.
    pub path: Text<'a>,
    /// The URL of the page that embeds the file.
    pub page: Text<'a>,
    /// The element that embeds the file, one of `doctor::EMBED_METHODS`.
    pub way: Text<'a>,
    /// The page's Referrer-Policy; empty if it has none.
    pub policy: Text<'a>,
    /// The kind of Referer list at 123Pan: `white`, `black`, anything else for none.
    pub list: Text<'a>,
    /// The sites on the Referer list at 123Pan, as text.
    pub hosts: Text<'a>,
    /// Whether the Referer list at 123Pan lets requests without a `Referer` pass.
    pub empty: bool,
    /// Why there are no findings.
    pub problem: Option<DoctorProblem>,
    /// The findings, if the form was sent.
    pub found: Option<DoctorFound<'a>>,
}

/// Invalid input in the doctor's form.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum DoctorProblem {
    /// The path is invalid.
    BadPath,
    /// The URL of the file is one of another site.
    OtherSite,
    /// The URL of the page is invalid.
    BadPage,
    /// An entry of the list at 123Pan is no site.
    BadHost,
    /// The API token is wrong.
    WrongToken,
}

/// The doctor's findings.
#[derive(Debug, Serialize, Deserialize)]
pub struct DoctorFound<'a> {
    /// The `Referer` that a browser sends to this site.
    pub referer: Option<String>,
    /// The `Origin` that a browser sends to this site.
    pub origin: Option<String>,
    /// The `Referer` that 123Pan receives with later requests of a film: Chromium sends these to the
    /// redirect's target.
    pub parts: Option<String>,
    /// The host of the page.
    pub host: String,
    /// This site's answer to the request.
    pub verdict: DoctorVerdict,
    /// The settings that decide the verdict, for the owner only.
    #[serde(borrow)]
    pub rules: Option<DoctorRules<'a>>,
    /// The verdict of the 123Pan account's own Referer list.
    pub vendor: Option<DoctorVendor>,
}

/// This site's answer to a request from a page.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum DoctorVerdict {
    /// The request is answered.
    Passes,
    /// The request is refused for its `Referer`.
    Refused,
    /// The request is answered, but the browser shows the response in no frame of that page.
    NotFramed,
    /// An anonymous visitor gets nothing at this path, whatever the `Referer`.
    Nothing,
}

/// The settings that decide at a path.
#[derive(Debug, Serialize, Deserialize)]
pub struct DoctorRules<'a> {
    /// The rule whose list of sites decides, such as `RULES[2]`.
    #[serde(borrow)]
    pub referers: Option<Text<'a>>,
    /// Other settings that refuse visitors.
    pub others: Vec<String>,
}

/// Whether the account's own Referer list lets a request pass.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DoctorVendor {
    /// A request without a `Referer`, as browsers send it after our redirect.
    pub silent: bool,
    /// A request with a URL of this site as `Referer`, as some tools send it.
    pub here: bool,
    /// A request with the page's URL as `Referer`, from clients that ignore the policy.
    pub page: bool,
    /// A later request of a film or song, as Chromium sends it; `None` for other files.
    pub parts: Option<bool>,
}
