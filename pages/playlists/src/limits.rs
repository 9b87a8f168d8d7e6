//! Limits on the size of a playlist, and the counters that a rewrite checks against them.

use std::fmt;

/// Maximum number of URIs in a playlist. A film of a day in segments of two seconds has 43,200, and as
/// many again where each segment has a key or an initialization section of its own.
pub(crate) const MAX_URIS: usize = 100_000;
/// Maximum number of lines, tags and attributes in a playlist. With five lines and three attributes for
/// each segment, the film of a day has 345,600.
pub(crate) const MAX_ELEMENTS: usize = 500_000;
/// Maximum number of path segments and query parameters in URIs, not counting URIs of plain names. With
/// ten in each URI, the film of a day has 432,000.
const MAX_PIECES: usize = 500_000;
/// Maximum length of a URI in bytes. The longest in use are keys for players in `data:` URIs, of at most
/// 20 KiB.
pub(crate) const MAX_URI_BYTES: usize = 32 << 10;
/// Maximum length of the rewritten playlist in bytes: 190 for each of the 43,200 URIs of the film of a
/// day. A URI of a few bytes may become a long one, so that a playlist of four megabytes could outgrow
/// the Worker's memory.
const MAX_OUTPUT_BYTES: usize = 8 << 20;

/// A limit on the size of a playlist; a playlist that exceeds one is refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PlaylistLimit {
    /// The number of URIs.
    Uris,
    /// The number of lines, tags and attributes.
    Elements,
    /// The number of path segments and query parameters in URIs.
    Pieces,
    /// The length of one URI.
    UriBytes,
    /// The length of the rewritten playlist.
    OutputBytes,
}

impl PlaylistLimit {
    /// All limits, each with the name that is passed between the Worker's two WASM modules.
    pub(crate) const NAMES: [(&'static str, Self); 5] = [
        ("playlist: uris", Self::Uris),
        ("playlist: elements", Self::Elements),
        ("playlist: pieces", Self::Pieces),
        ("playlist: uri bytes", Self::UriBytes),
        ("playlist: output bytes", Self::OutputBytes),
    ];

    /// The limit's name, as it is passed between the Worker's two WASM modules.
    pub fn name(self) -> &'static str {
        let found = Self::NAMES.iter().find(|(_, limit)| *limit == self);
        found.map_or("", |(name, _)| name)
    }

    /// The limit with this name; `None` for any other text.
    pub fn of_name(name: &str) -> Option<Self> {
        Self::NAMES.iter().find(|(known, _)| *known == name).map(|(_, limit)| *limit)
    }
}

impl fmt::Display for PlaylistLimit {
    /// Writes what the playlist has too much of, as the end of a sentence: "more than 100,000 addresses"
    /// after "This playlist has".
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mib = |bytes: usize| bytes >> 20;
        match self {
            Self::Uris => write!(f, "more than {} addresses", Grouped(MAX_URIS)),
            Self::Elements => {
                write!(f, "more than {} lines, tags and attributes", Grouped(MAX_ELEMENTS))
            }
            Self::Pieces => {
                write!(
                    f,
                    "more than {} folders and parameters in its addresses",
                    Grouped(MAX_PIECES)
                )
            }
            Self::UriBytes => write!(f, "an address of more than {} KiB", MAX_URI_BYTES >> 10),
            Self::OutputBytes => {
                write!(
                    f,
                    "more than {} MiB once its addresses are rewritten",
                    mib(MAX_OUTPUT_BYTES)
                )
            }
        }
    }
}

/// A number below a million, displayed with a comma before its thousands.
struct Grouped(usize);

impl fmt::Display for Grouped {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{},{:03}", self.0 / 1000, self.0 % 1000)
    }
}

/// Counters of one rewrite. Every step whose time depends on the playlist is counted, so that a rewrite
/// ends after a bounded number of steps.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Work {
    pub(crate) uris: usize,
    pub(crate) elements: usize,
    pub(crate) pieces: usize,
}

impl Work {
    /// Counts a line, a tag or an attribute; fails once there are more than [`MAX_ELEMENTS`].
    pub fn count_element(&mut self) -> Result<(), PlaylistLimit> {
        count(&mut self.elements, 1, MAX_ELEMENTS, PlaylistLimit::Elements)
    }

    /// Counts a URI; fails for one longer than [`MAX_URI_BYTES`], or once there are more than
    /// [`MAX_URIS`].
    pub fn count_uri(&mut self, uri: &str) -> Result<(), PlaylistLimit> {
        if uri.len() > MAX_URI_BYTES {
            return Err(PlaylistLimit::UriBytes);
        }
        count(&mut self.uris, 1, MAX_URIS, PlaylistLimit::Uris)
    }

    /// Counts the path segments and query parameters of a URI; fails once there are more than
    /// [`MAX_PIECES`].
    pub fn count_pieces(&mut self, uri: &str) -> Result<(), PlaylistLimit> {
        let pieces = 1 + memchr::memchr2_iter(b'/', b'&', uri.as_bytes()).count();
        count(&mut self.pieces, pieces, MAX_PIECES, PlaylistLimit::Pieces)
    }

    /// Fails if the output so far is longer than [`MAX_OUTPUT_BYTES`].
    pub fn check_output(out: &str) -> Result<(), PlaylistLimit> {
        if out.len() > MAX_OUTPUT_BYTES { Err(PlaylistLimit::OutputBytes) } else { Ok(()) }
    }
}

fn count(
    counter: &mut usize,
    more: usize,
    most: usize,
    limit: PlaylistLimit,
) -> Result<(), PlaylistLimit> {
    *counter += more;
    if *counter > most { Err(limit) } else { Ok(()) }
}
