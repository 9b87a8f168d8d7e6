//! The properties that entries have.

use crate::name::{DAV, ExpandedName};

/// A property in the namespace `DAV:` that this server knows (RFC 4918, section 15).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Property {
    DisplayName,
    ResourceType,
    ContentLength,
    LastModified,
    CreationDate,
    ETag,
    ContentType,
    /// Always empty: there are no locks.
    SupportedLock,
    /// Always empty: there are no locks.
    LockDiscovery,
}

impl Property {
    /// All properties, in the order in which they are written.
    pub const ALL: [Self; 9] = [
        Self::ResourceType,
        Self::DisplayName,
        Self::ContentLength,
        Self::LastModified,
        Self::CreationDate,
        Self::ETag,
        Self::ContentType,
        Self::SupportedLock,
        Self::LockDiscovery,
    ];

    /// The local name of the property's element.
    pub const fn name(self) -> &'static str {
        match self {
            Self::DisplayName => "displayname",
            Self::ResourceType => "resourcetype",
            Self::ContentLength => "getcontentlength",
            Self::LastModified => "getlastmodified",
            Self::CreationDate => "creationdate",
            Self::ETag => "getetag",
            Self::ContentType => "getcontenttype",
            Self::SupportedLock => "supportedlock",
            Self::LockDiscovery => "lockdiscovery",
        }
    }

    /// The property with this name; `None` if this server knows none of that name.
    pub fn of_name(name: &ExpandedName) -> Option<Self> {
        let is_named = |property: &Self| property.name() == name.local;
        Self::ALL.into_iter().find(is_named).filter(|_| name.namespace == DAV)
    }
}

/// A set of properties.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct PropertySet(u16);

impl PropertySet {
    /// The properties that a client gets which asks for all: those of locks are told by their names only.
    pub const DEFAULT: Self = Self::EMPTY
        .with(Property::DisplayName)
        .with(Property::ResourceType)
        .with(Property::ContentLength)
        .with(Property::LastModified)
        .with(Property::CreationDate)
        .with(Property::ETag)
        .with(Property::ContentType);

    /// The empty set.
    pub const EMPTY: Self = Self(0);

    /// The set with one more property.
    #[must_use]
    pub const fn with(self, property: Property) -> Self {
        Self(self.0 | (1 << property as u16))
    }

    /// The set with one more property, if `is_there`.
    #[must_use]
    pub const fn with_if(self, property: Property, is_there: bool) -> Self {
        if is_there { self.with(property) } else { self }
    }

    pub const fn contains(self, property: Property) -> bool {
        self.0 & (1 << property as u16) != 0
    }

    /// The properties that are in this set or in the other.
    #[must_use]
    pub const fn or(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    /// The properties that are in this set and in the other.
    #[must_use]
    pub const fn and(self, other: Self) -> Self {
        Self(self.0 & other.0)
    }

    /// The properties that are in this set and not in the other.
    #[must_use]
    pub const fn without(self, other: Self) -> Self {
        Self(self.0 & !other.0)
    }

    pub const fn is_empty(self) -> bool {
        self.0 == 0
    }

    /// The properties in the order in which they are written.
    pub fn iter(self) -> impl Iterator<Item = Property> {
        Property::ALL.into_iter().filter(move |property| self.contains(*property))
    }
}
