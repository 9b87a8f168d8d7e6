//! The API that reads a folder anew: with the bearer token.

use serde::Serialize;

use super::answer::{Answer, Body};
use super::ask::{Ask, Target};
use crate::error::Error;
use crate::path::EntryPath;
use crate::site::Site;
use crate::site::due::{Due, Receipts, Stop};
use crate::stamp::Stamp;

#[derive(Serialize)]
struct Refreshed {
    /// The folder, decoded.
    path: String,
    entries: usize,
    /// Unix seconds.
    read_at: u64,
    /// Whether that is all of it; else it is to be asked for again.
    whole: bool,
    /// Rows that can't be shown: refused by 123Pan's review, or with names that no path can have.
    left_out: u32,
    /// Whether 123Pan says that there is another number of rows.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    doubtful: bool,
}

/// Answers `POST /-/api/refresh?path=/team/files`: the vendor is asked for that folder, whatever is
/// remembered of it. A stopped account is tried once more.
pub(super) fn answer(
    site: &Site,
    ask: &Ask<'_>,
    target: &Target<'_>,
    stamp: &Stamp,
    receipts: &Receipts,
) -> Result<Answer, Stop> {
    if !site.is_owner(&ask.visitor) {
        return Err(Error::BadToken.into());
    }
    let raw = target.path_field().ok_or(Error::BadBody)?;
    let path = EntryPath::parse(&raw).map_err(Error::from)?;
    let (mount, folder) = site.vendor_folder(&path, stamp.now, receipts)?;
    let mut refreshed = receipts.refreshed.iter();
    match refreshed.find(|receipt| receipt.is(mount, folder)).map(|receipt| &receipt.outcome) {
        None => Err(Due::Refresh { mount, folder }.into()),
        Some(Err(failed)) => Err(Error::from_failure(failed.as_ref()).into()),
        Some(Ok(())) => {
            let drive = site.drive(mount).ok_or(Error::NotFound)?;
            let listing = drive.at_hand(folder, stamp.now).ok_or(Error::Unavailable)?;
            let refreshed = Refreshed {
                path: path.display(),
                entries: listing.len(),
                read_at: listing.read_at().0,
                whole: listing.is_whole(),
                left_out: listing.unusable(),
                doubtful: listing.is_doubtful(),
            };
            let json = serde_json::to_string(&refreshed).unwrap_or_default();
            Ok(Answer::new(200, Body::Json(json)).with("Cache-Control", "no-store"))
        }
    }
}
