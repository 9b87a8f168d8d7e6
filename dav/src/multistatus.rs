//! Writes a multistatus: the properties of a folder and of what is in it, or of a file (RFC 4918, section 13).

use signpost_core::http_date;
use signpost_core::percent::encode_name;
use signpost_core::time::UnixSeconds;

use crate::name::Prefixes;
use crate::property::{Property, PropertySet};
use crate::propfind::Propfind;
use crate::resource::Resource;
use crate::shape::{Shape, ShapeKey, Slot};
use crate::xml::{Document, escaped};

/// Maximum length of a multistatus in bytes: about 50,000 rows as most clients ask for them. An isolate has
/// 128 MB, in which the answer stands twice before it is sent.
pub const MAX_BYTES: usize = 32 << 20;

/// A multistatus longer than [`MAX_BYTES`]: nothing of it is sent, since a shortened listing would look like
/// the whole one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TooLarge;

/// A multistatus that is being written.
#[derive(Debug)]
pub struct Multistatus<'r> {
    request: &'r Propfind,
    prefixes: Prefixes,
    shapes: Vec<Shape>,
    out: Vec<u8>,
}

const ROOT: &str = "D:multistatus";

/// The time of the last change of what nothing is known of, always the same: OpenDAL refuses a whole listing in
/// which one row, the folder's own included, has none.
const UNKNOWN_TIME: UnixSeconds = UnixSeconds(0);

impl<'r> Multistatus<'r> {
    /// An empty multistatus with what a request asks for, and room for so many rows.
    pub fn new(request: &'r Propfind, rows: usize) -> Self {
        const BYTES_A_ROW: usize = 640;
        // For the row by which an answer turns out to be too long: for lack of room the buffer would double.
        const BYTES_OF_LAST_ROW: usize = 64 << 10;
        // Each stands in every row, with a prefix and as an element.
        let unknown = request.unknown.iter().map(|name| name.local.len() + 8).sum::<usize>();
        let prefixes = Prefixes::of(&request.unknown);
        let mut xml = Document::new();
        let mut root = quick_xml::events::BytesStart::new(ROOT);
        for (name, namespace) in prefixes.declarations() {
            root.push_attribute((name.as_str(), namespace));
        }
        xml.start(root);
        let mut out = xml.into_bytes();
        let bytes = rows.saturating_mul(BYTES_A_ROW.saturating_add(unknown));
        out.reserve(bytes.min(MAX_BYTES + BYTES_OF_LAST_ROW));
        Self { request, prefixes, shapes: Vec::new(), out }
    }

    /// Adds the entry at `href`, a path that is percent-encoded.
    ///
    /// # Errors
    /// [`TooLarge`] if there is no room for it.
    pub fn push(&mut self, href: &str, resource: &Resource<'_>) -> Result<(), TooLarge> {
        self.write(resource, |out| out.extend_from_slice(escaped(href).as_bytes()))
    }

    /// Adds an entry directly in the folder at `folder`, a path that is percent-encoded and ends in a slash;
    /// `name` is the entry's in the path, not encoded.
    ///
    /// # Errors
    /// [`TooLarge`] if there is no room for it.
    pub fn push_child(
        &mut self,
        folder: &str,
        name: &str,
        resource: &Resource<'_>,
    ) -> Result<(), TooLarge> {
        self.write(resource, |out| {
            out.extend_from_slice(escaped(folder).as_bytes());
            // Nothing is left in an encoded name that XML would have escaped.
            encode_name(name).for_each(|piece| out.extend_from_slice(piece.as_bytes()));
            if resource.is_folder {
                out.push(b'/');
            }
        })
    }

    /// The bytes of the multistatus.
    pub fn finish(mut self) -> Vec<u8> {
        let mut xml = Document::fragment();
        xml.end(ROOT);
        self.out.extend_from_slice(&xml.into_bytes());
        self.out
    }

    fn write(
        &mut self,
        resource: &Resource<'_>,
        mut href: impl FnMut(&mut Vec<u8>),
    ) -> Result<(), TooLarge> {
        let (modified, created) = (
            resource
                .modified
                .and_then(http_date::Moment::of)
                .or_else(|| http_date::Moment::of(UNKNOWN_TIME)),
            resource.created.and_then(http_date::Moment::of),
        );
        let have = PropertySet::EMPTY
            .with(Property::DisplayName)
            .with(Property::ResourceType)
            .with(Property::SupportedLock)
            .with(Property::LockDiscovery)
            .with_if(Property::ContentLength, resource.size.is_some())
            .with_if(Property::LastModified, modified.is_some())
            .with_if(Property::CreationDate, created.is_some())
            .with_if(Property::ETag, resource.tag.is_some())
            .with_if(Property::ContentType, resource.content_type.is_some());
        let key = ShapeKey { is_folder: resource.is_folder, have };
        let at = self.shapes.iter().position(|shape| shape.is_of(key)).unwrap_or_else(|| {
            self.shapes.push(Shape::new(self.request, &self.prefixes, key));
            self.shapes.len() - 1
        });
        let Some(shape) = self.shapes.get(at) else { return Ok(()) };
        shape.push_onto(&mut self.out, |out, slot| match slot {
            Slot::Href => href(out),
            Slot::Value(property) => match property {
                Property::DisplayName => out.extend_from_slice(escaped(resource.name).as_bytes()),
                Property::ContentLength => {
                    let size = resource.size.unwrap_or_default();
                    out.extend_from_slice(itoa::Buffer::new().format(size).as_bytes());
                }
                Property::LastModified => modified.iter().for_each(|at| at.push_http(out)),
                Property::CreationDate => created.iter().for_each(|at| at.push_rfc3339(out)),
                Property::ETag => resource.tag.iter().for_each(|tag| tag.push_onto(out)),
                Property::ContentType => {
                    let content_type = resource.content_type.unwrap_or_default();
                    out.extend_from_slice(escaped(content_type).as_bytes());
                }
                Property::ResourceType | Property::SupportedLock | Property::LockDiscovery => {}
            },
        });
        if self.out.len() > MAX_BYTES { Err(TooLarge) } else { Ok(()) }
    }
}
