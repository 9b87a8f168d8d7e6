//! The Referer doctor.

use serde::{Deserialize, Serialize};

use super::frame::Frame;
use super::text::Text;

/// The Referer doctor: its form as it was filled in, and what it found.
#[derive(Debug, Serialize, Deserialize)]
pub struct DoctorView<'a> {
    /// What all pages have.
    #[serde(borrow)]
    pub frame: Frame<'a>,
    /// What is to be embedded.
    pub path: Text<'a>,
    /// The page that embeds.
    pub page: Text<'a>,
    /// The element, one of `doctor::WAYS`.
    pub way: Text<'a>,
    /// The page's Referrer-Policy; empty for none.
    pub policy: Text<'a>,
    /// `white`, `black` or anything else for no list at 123Pan.
    pub list: Text<'a>,
    /// The sites on it.
    pub hosts: Text<'a>,
    /// Whether that list lets pass what has no referrer.
    pub empty: bool,
    /// Why nothing is found.
    pub problem: Option<DoctorProblem>,
    /// What is found, if anything was asked.
    pub found: Option<DoctorFound<'a>>,
}

/// What is wrong with what was asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum DoctorProblem {
    /// That is no path.
    BadPath,
    /// That is another site's address.
    OtherSite,
    /// That is no address of a page.
    BadPage,
    /// That is no site, in the list of the account's own.
    BadHost,
    /// The token is wrong.
    WrongToken,
}

/// What the doctor found.
#[derive(Debug, Serialize, Deserialize)]
pub struct DoctorFound<'a> {
    /// The `Referer` that a browser sends.
    pub referer: Option<String>,
    /// The `Origin`.
    pub origin: Option<String>,
    /// The `Referer` that 123Pan gets with later parts of a film: Chromium asks where the redirect led.
    pub parts: Option<String>,
    /// The page's host.
    pub host: String,
    /// What this site does.
    pub verdict: DoctorVerdict,
    /// Which settings say so, for the owner.
    #[serde(borrow)]
    pub rules: Option<DoctorRules<'a>>,
    /// What the account's own list would do.
    pub vendor: Option<DoctorVendor>,
}

/// What this site does with a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum DoctorVerdict {
    /// It opens.
    Passes,
    /// It is refused for its referrer.
    Refused,
    /// It opens, and the browser shows it in no frame of that page.
    NotFramed,
    /// Nothing opens there for a stranger, whatever the referrer.
    Nothing,
}

/// Settings that decide at a path.
#[derive(Debug, Serialize, Deserialize)]
pub struct DoctorRules<'a> {
    /// The rule with the sites that may embed, such as `RULES[2]`.
    #[serde(borrow)]
    pub referers: Option<Text<'a>>,
    /// Other fields that keep visitors out.
    pub others: Vec<String>,
}

/// Whether the account's own list lets a request pass.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DoctorVendor {
    /// Without a referrer, as browsers send it after our redirect.
    pub silent: bool,
    /// With an address of this site, as some tools send it.
    pub here: bool,
    /// With the page's, as clients send it that don't know the policy.
    pub page: bool,
    /// With what Chromium gives for later parts, of a film or a song.
    pub parts: Option<bool>,
}
