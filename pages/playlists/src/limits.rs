//! The limits on a playlist, and the count of what its rewriting has done.

use std::fmt;

/// URIs. A film of a day in parts of two seconds has 43,200, and as many again where each part has a key
/// or an initialization section of its own.
pub(crate) const MAX_URIS: usize = 100_000;
/// Lines, tags and their attributes. With five lines and three attributes for each part, the same film
/// has 345,600.
pub(crate) const MAX_ELEMENTS: usize = 500_000;
/// Folders and parameters in URIs that are not made of plain names alone. With ten in each, the same film
/// has 432,000.
const MAX_PIECES: usize = 500_000;
/// Bytes of a URI. The longest are keys for players in a `data:` URI, of at most 20 KiB.
pub(crate) const MAX_URI_BYTES: usize = 32 << 10;
/// Bytes of what comes of it: each of the film's 43,200 addresses may have 190. A few bytes may become a
/// long address, and four megabytes of them would be more than the Worker has memory for.
const MAX_OUTPUT_BYTES: usize = 8 << 20;

/// What a playlist has too much of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PlaylistLimit {
    /// More URIs than are rewritten.
    Uris,
    /// More lines, tags and attributes than are read.
    Elements,
    /// More folders and parameters in its URIs than are read.
    Pieces,
    /// A URI that is too long.
    UriBytes,
    /// What would come of it is too large.
    OutputBytes,
}

impl PlaylistLimit {
    /// All of them, by the names that stand for them between the Worker's two modules.
    pub(crate) const NAMES: [(&'static str, Self); 5] = [
        ("playlist: uris", Self::Uris),
        ("playlist: elements", Self::Elements),
        ("playlist: pieces", Self::Pieces),
        ("playlist: uri bytes", Self::UriBytes),
        ("playlist: output bytes", Self::OutputBytes),
    ];

    /// The name that stands for it between the Worker's two modules.
    pub fn name(self) -> &'static str {
        let found = Self::NAMES.iter().find(|(_, limit)| *limit == self);
        found.map_or("", |(name, _)| name)
    }

    /// The limit of this name.
    pub fn of_name(name: &str) -> Option<Self> {
        Self::NAMES.iter().find(|(known, _)| *known == name).map(|(_, limit)| *limit)
    }
}

impl fmt::Display for PlaylistLimit {
    /// What follows "This playlist has".
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

/// A number below a million with a comma before its thousands.
struct Grouped(usize);

impl fmt::Display for Grouped {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{},{:03}", self.0 / 1000, self.0 % 1000)
    }
}

/// What a rewrite has done so far. All that takes time in it is counted here, and so has an end.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Work {
    pub(crate) uris: usize,
    pub(crate) elements: usize,
    pub(crate) pieces: usize,
}

impl Work {
    /// Counts a line, a tag or an attribute.
    pub fn count_element(&mut self) -> Result<(), PlaylistLimit> {
        count(&mut self.elements, 1, MAX_ELEMENTS, PlaylistLimit::Elements)
    }

    /// Counts a URI.
    pub fn count_uri(&mut self, uri: &str) -> Result<(), PlaylistLimit> {
        if uri.len() > MAX_URI_BYTES {
            return Err(PlaylistLimit::UriBytes);
        }
        count(&mut self.uris, 1, MAX_URIS, PlaylistLimit::Uris)
    }

    /// Counts what a URI is taken apart into.
    pub fn count_pieces(&mut self, uri: &str) -> Result<(), PlaylistLimit> {
        let pieces = 1 + memchr::memchr2_iter(b'/', b'&', uri.as_bytes()).count();
        count(&mut self.pieces, pieces, MAX_PIECES, PlaylistLimit::Pieces)
    }

    /// Whether what has come of the playlist so far is not too large.
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
