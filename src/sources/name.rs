//! The names of the sources that 123Pan lists, as the `source` field of `MOUNTS` has them.

/// A source that 123Pan lists, by its name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SourceName {
    /// A 123Pan user's own drive, by the web API.
    Personal,
    /// A 123Pan share, by the web API.
    Share,
    /// An account of 123Pan's open platform.
    Open,
}

impl SourceName {
    /// The source with this name; `None` if 123Pan lists none of that name.
    pub fn parse(name: &str) -> Option<Self> {
        [Self::Personal, Self::Share, Self::Open].into_iter().find(|source| source.as_str() == name)
    }

    /// The name in settings and on the health page.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Personal => "personal",
            Self::Share => "share",
            Self::Open => "open",
        }
    }

    /// Whether a mount of the source can be set to give out permanent direct links.
    pub fn can_link_directly(self) -> bool {
        match self {
            Self::Open => true,
            Self::Personal | Self::Share => false,
        }
    }
}
