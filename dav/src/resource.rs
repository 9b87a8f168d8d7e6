//! A resource of a multistatus: an entry as the client may see it.

use signpost_core::time::UnixSeconds;

use crate::entity_tag::EntityTag;

/// An entry with the values of its properties.
#[derive(Clone, Copy, Debug, Default)]
pub struct Resource<'a> {
    /// The name that is shown; the root of a site has one as well.
    pub name: &'a str,
    /// Whether the entry is a folder.
    pub is_folder: bool,
    /// Size in bytes, if known.
    pub size: Option<u64>,
    /// Time of the last change, if known; clients are told 1970 otherwise.
    pub modified: Option<UnixSeconds>,
    /// Time of the creation, if known.
    pub created: Option<UnixSeconds>,
    /// The version of the content, if known.
    pub tag: Option<EntityTag>,
    /// The media type, if known.
    pub content_type: Option<&'a str>,
}
