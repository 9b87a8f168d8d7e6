//! Reads the body of a `PROPFIND` (RFC 4918, section 9.1).

use quick_xml::NsReader;
use quick_xml::escape::unescape;
use quick_xml::events::{BytesRef, BytesStart, Event};
use quick_xml::name::{Prefix, ResolveResult};

use crate::name::{DAV, ExpandedName, is_nc_name};
use crate::property::{Property, PropertySet};
use crate::xml::has_forbidden;

/// Maximum length of a body in bytes. Clients send a few hundred.
pub const MAX_BYTES: usize = 16 << 10;
/// Maximum number of properties that are named; clients name up to about twenty.
const MAX_NAMES: usize = 64;
/// Maximum length in bytes of all names together that this server does not know: each stands in the answer
/// once for every row, and one request must not fill the isolate.
const MAX_UNKNOWN_BYTES: usize = 1 << 10;
/// Maximum depth of elements.
const MAX_DEPTH: usize = 16;
/// Maximum number of attributes of an element, which are compared with each other.
const MAX_ATTRIBUTES: usize = 64;

/// The properties that a `PROPFIND` asks for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Propfind {
    /// Whether names are asked for, and no values.
    pub(crate) is_names_only: bool,
    /// The known properties that are asked for.
    pub(crate) wanted: PropertySet,
    /// Those of them that are named, and so are reported where an entry lacks them.
    pub(crate) named: PropertySet,
    /// Named properties that this server does not know, each once.
    pub(crate) unknown: Vec<ExpandedName>,
}

/// A body that is not one of a `PROPFIND`: malformed, too large, or with markup that is refused (a DTD, an
/// entity, a processing instruction).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BadPropfind;

/// The kinds of a `PROPFIND`, of which a body has exactly one.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Names,
    All,
    Named,
}

/// An element that is open while a body is read.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Open {
    Propfind,
    /// `prop` or `include`, whose children are names of properties.
    Names,
    /// Anything else, which has no meaning here, nor has what is in it (RFC 4918, section 17).
    Ignored,
}

impl Propfind {
    /// A request for all properties, as one without a body is.
    pub fn all() -> Self {
        let wanted = PropertySet::DEFAULT;
        Self { is_names_only: false, wanted, named: PropertySet::EMPTY, unknown: Vec::new() }
    }

    /// Reads a body; an empty one asks for all properties.
    ///
    /// # Errors
    /// [`BadPropfind`] for a body that is no `PROPFIND`'s.
    pub fn parse(body: &[u8]) -> Result<Self, BadPropfind> {
        if body.len() > MAX_BYTES {
            return Err(BadPropfind);
        }
        let text = str::from_utf8(body).map_err(|_| BadPropfind)?;
        let text = text.strip_prefix('\u{feff}').unwrap_or(text);
        if text.trim_ascii().is_empty() {
            return Ok(Self::all());
        }
        if has_forbidden(text) {
            return Err(BadPropfind);
        }
        let mut body = Body::default();
        body.read(text)?;
        body.finish()
    }
}

/// A body as far as it is read.
#[derive(Default)]
struct Body {
    open: Vec<Open>,
    has_root: bool,
    kind: Option<Kind>,
    has_include: bool,
    named: PropertySet,
    unknown: Vec<ExpandedName>,
    names: usize,
    unknown_bytes: usize,
}

impl Body {
    fn read(&mut self, text: &str) -> Result<(), BadPropfind> {
        let mut reader = NsReader::from_str(text);
        reader.config_mut().enable_all_checks(true);
        let mut is_first = true;
        loop {
            let (namespace, event) = reader.read_resolved_event().map_err(|_| BadPropfind)?;
            match event {
                Event::Start(element) => self.enter(&namespace, &element)?,
                Event::Empty(element) => {
                    self.enter(&namespace, &element)?;
                    self.open.pop();
                }
                Event::End(_) => {
                    self.open.pop();
                }
                Event::Text(text) if self.open.is_empty() => is_blank(&text)?,
                Event::GeneralRef(reference) if !self.open.is_empty() => known(&reference)?,
                Event::CData(_) if !self.open.is_empty() => {}
                Event::Text(_) | Event::Comment(_) => {}
                // The declaration; UTF-8 was found by reading.
                Event::Decl(_) if is_first => {}
                Event::Eof => return Ok(()),
                Event::Decl(_)
                | Event::DocType(_)
                | Event::PI(_)
                | Event::GeneralRef(_)
                | Event::CData(_) => return Err(BadPropfind),
            }
            is_first = false;
        }
    }

    fn enter(
        &mut self,
        namespace: &ResolveResult<'_>,
        element: &BytesStart<'_>,
    ) -> Result<(), BadPropfind> {
        let name = expanded(namespace, element)?;
        check_attributes(element)?;
        let open = match self.open.last() {
            None if self.has_root || !name.is("propfind") => return Err(BadPropfind),
            None => {
                self.has_root = true;
                Open::Propfind
            }
            Some(Open::Propfind) => self.child(&name)?,
            Some(Open::Names) => {
                self.name(name)?;
                Open::Ignored
            }
            Some(Open::Ignored) => Open::Ignored,
        };
        self.open.push(open);
        if self.open.len() > MAX_DEPTH { Err(BadPropfind) } else { Ok(()) }
    }

    /// Reads a child of `propfind`.
    fn child(&mut self, name: &ExpandedName) -> Result<Open, BadPropfind> {
        let kind = match name.local.as_str() {
            _ if name.namespace != DAV => return Ok(Open::Ignored),
            "include" => {
                self.has_include = true;
                return Ok(Open::Names);
            }
            "propname" => Kind::Names,
            "allprop" => Kind::All,
            "prop" => Kind::Named,
            _ => return Ok(Open::Ignored),
        };
        if self.kind.replace(kind).is_some() {
            return Err(BadPropfind);
        }
        Ok(if kind == Kind::Named { Open::Names } else { Open::Ignored })
    }

    /// Reads the name of a property.
    fn name(&mut self, name: ExpandedName) -> Result<(), BadPropfind> {
        self.names += 1;
        if self.names > MAX_NAMES {
            return Err(BadPropfind);
        }
        if let Some(property) = Property::of_name(&name) {
            self.named = self.named.with(property);
        } else if !self.unknown.contains(&name) {
            self.unknown_bytes += name.namespace.len() + name.local.len();
            self.unknown.push(name);
        }
        if self.unknown_bytes > MAX_UNKNOWN_BYTES { Err(BadPropfind) } else { Ok(()) }
    }

    fn finish(self) -> Result<Propfind, BadPropfind> {
        if !self.open.is_empty() || (self.has_include && self.kind != Some(Kind::All)) {
            return Err(BadPropfind);
        }
        let kind = self.kind.ok_or(BadPropfind)?;
        let wanted = match kind {
            Kind::Names => PropertySet::DEFAULT,
            Kind::All => PropertySet::DEFAULT.or(self.named),
            Kind::Named => self.named,
        };
        let is_names_only = kind == Kind::Names;
        Ok(Propfind { is_names_only, wanted, named: self.named, unknown: self.unknown })
    }
}

impl ExpandedName {
    fn is(&self, local: &str) -> bool {
        self.namespace == DAV && self.local == local
    }
}

/// The name of an element. A prefix without a namespace is an error, and so is one that is declared empty. The
/// prefixes `xml` and `xmlns` are reserved: no property has one, and not every reader knows them in a name.
fn expanded(
    namespace: &ResolveResult<'_>,
    element: &BytesStart<'_>,
) -> Result<ExpandedName, BadPropfind> {
    let (local, prefix) = element.name().decompose();
    let local = local.into_inner();
    let namespace = match namespace {
        ResolveResult::Bound(namespace) => {
            unescape(namespace.into_inner()).map_err(|_| BadPropfind)?.into_owned()
        }
        ResolveResult::Unbound => String::new(),
        ResolveResult::Unknown(_) => return Err(BadPropfind),
    };
    let is_valid = is_nc_name(local)
        && prefix.is_none_or(|prefix| is_nc_name(prefix.into_inner()) && !is_reserved(prefix))
        && !has_forbidden(&namespace);
    if !is_valid {
        return Err(BadPropfind);
    }
    Ok(ExpandedName { namespace, local: local.to_owned() })
}

fn is_reserved(prefix: Prefix<'_>) -> bool {
    prefix.is_xml() || prefix.is_xmlns()
}

/// Fails for attributes that are malformed, two of one name, or a declaration of an empty prefix.
fn check_attributes(element: &BytesStart<'_>) -> Result<(), BadPropfind> {
    for (index, attribute) in element.attributes().enumerate() {
        let attribute = attribute.map_err(|_| BadPropfind)?;
        let is_declaration = attribute.key.prefix().is_some_and(|prefix| prefix.is_xmlns());
        if index >= MAX_ATTRIBUTES || (is_declaration && attribute.value.is_empty()) {
            return Err(BadPropfind);
        }
        unescape(&attribute.value).map_err(|_| BadPropfind)?;
    }
    Ok(())
}

fn is_blank(text: &str) -> Result<(), BadPropfind> {
    if text.trim_ascii().is_empty() { Ok(()) } else { Err(BadPropfind) }
}

/// Fails for a reference to an entity that only a DTD could declare.
fn known(reference: &BytesRef<'_>) -> Result<(), BadPropfind> {
    let whole = ["&", reference, ";"].concat();
    unescape(&whole).map(|_| ()).map_err(|_| BadPropfind)
}
