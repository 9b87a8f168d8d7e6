//! The compiled form of a tree: its records, tables and order of listing as they lie in memory, so that an
//! isolate that reads a large tree from KV copies it instead of parsing a text.
//!
//! A header, then the sections it gives the lengths of: the folders' block, the files' block, the listed
//! children, the two tables, the bases as text with a line each, and the remote folders. All numbers are
//! little-endian, and no offset depends on where the form lies. The checksum is the XXH64 of all that
//! follows it: it tells a form that was cut or changed by accident.

use std::fmt;

use xxhash_rust::xxh64::xxh64;
use zerocopy::little_endian::{U32, U64};
use zerocopy::{FromBytes, Immutable, IntoBytes, KnownLayout, Unaligned};

use super::Tree;
use super::children::ListedChild;
use super::index::Index;
use super::record::Records;
use crate::host::SignedHosts;
use crate::origin::{Base, OriginError};

/// The first bytes of every version of the form; no text begins with them.
const MAGIC: [u8; 8] = *b"\0UrlTree";
/// The version of the form. It changes with the form, with the layout of records and tables, and with the
/// functions that hash, order and fold names.
const VERSION: u32 = 1;

#[derive(FromBytes, IntoBytes, Immutable, KnownLayout, Unaligned)]
#[repr(C)]
struct Header {
    magic: [u8; 8],
    checksum: U64,
    version: U32,
    files: U32,
    folders: U32,
    /// The lengths of the sections in bytes, in their order.
    sections: [U32; SECTIONS],
}

const SECTIONS: usize = 7;
/// The offset of the first byte that the checksum covers.
const CHECKED_FROM: usize = size_of::<[u8; 8]>() + size_of::<U64>();

/// Why a compiled tree can't be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CompiledError {
    /// The form has another version than the one that is read here; holds that version.
    Version(u32),
    /// The form is shorter or longer than its header says.
    Length,
    /// The checksum does not match: some bytes have changed.
    Checksum,
    /// A section has no valid contents, though the checksum matches.
    Contents,
    /// The base of a URL is not valid.
    Base(OriginError),
}

impl fmt::Display for CompiledError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Version(version) => write!(
                f,
                "the compiled tree has form {version}, and this version of Signpost reads form {VERSION}"
            ),
            Self::Length => {
                f.write_str("the compiled tree is cut off, or has more bytes than it says")
            }
            Self::Checksum => {
                f.write_str("the compiled tree is damaged: its checksum does not match")
            }
            Self::Contents => f.write_str("the compiled tree has invalid contents"),
            Self::Base(error) => write!(f, "the compiled tree has an invalid base: {error}"),
        }
    }
}

/// Whether bytes are a compiled tree, of any version.
pub fn is_compiled(bytes: &[u8]) -> bool {
    bytes.starts_with(&MAGIC)
}

/// The checksum of a compiled tree, as it is, not as it states it: two forms with the same one hold the same
/// tree.
pub fn checksum(form: &[u8]) -> u64 {
    xxh64(form.get(CHECKED_FROM..).unwrap_or_default(), 0)
}

/// The checksum that an intact compiled tree states.
pub fn stated_checksum(form: &[u8]) -> Option<u64> {
    Some(Header::ref_from_prefix(form).ok()?.0.checksum.get())
}

impl Tree {
    /// The compiled form of the tree. `None` if a section is larger than 4 GB.
    pub fn compile(&self) -> Option<Vec<u8>> {
        let [folders, files] = self.records.blocks();
        let bases =
            self.bases.iter().map(|base| [base.written(), "\n"].concat()).collect::<String>();
        let prefixes = self.prefixes.iter().flat_map(|(folder, base)| [*folder, *base]);
        let prefixes = prefixes.map(U32::new).collect::<Vec<_>>();
        let (folder_index, file_index) = (self.folder_index.to_bytes(), self.file_index.to_bytes());
        let sections: [&[u8]; SECTIONS] = [
            folders,
            files,
            self.children.as_bytes(),
            &folder_index,
            &file_index,
            bases.as_bytes(),
            prefixes.as_bytes(),
        ];
        let mut header = Header {
            magic: MAGIC,
            checksum: U64::ZERO,
            version: VERSION.into(),
            files: u32::try_from(self.files).ok()?.into(),
            folders: u32::try_from(self.folders).ok()?.into(),
            sections: [U32::ZERO; SECTIONS],
        };
        for (length, section) in header.sections.iter_mut().zip(sections) {
            *length = u32::try_from(section.len()).ok()?.into();
        }
        let form = [&[header.as_bytes()][..], &sections].concat().concat();
        header.checksum = checksum(&form).into();
        let mut whole = header.as_bytes().to_vec();
        whole.extend_from_slice(form.get(whole.len()..)?);
        Some(whole)
    }

    /// Reads a compiled tree; `hosts` are those whose links will be signed.
    ///
    /// # Errors
    /// Why the bytes are no compiled tree that this version reads.
    pub fn from_compiled(form: &[u8], hosts: &SignedHosts) -> Result<Self, CompiledError> {
        let (header, mut rest) =
            Header::ref_from_prefix(form).map_err(|_| CompiledError::Length)?;
        if header.version != VERSION || header.magic != MAGIC {
            return Err(CompiledError::Version(header.version.get()));
        }
        let mut sections = [&[][..]; SECTIONS];
        for (section, length) in sections.iter_mut().zip(&header.sections) {
            let split = rest.split_at_checked(length.get() as usize);
            (*section, rest) = split.ok_or(CompiledError::Length)?;
        }
        if !rest.is_empty() {
            return Err(CompiledError::Length);
        }
        if checksum(form) != header.checksum.get() {
            return Err(CompiledError::Checksum);
        }
        let [folders, files, children, folder_index, file_index, bases, prefixes] = sections;
        let invalid = CompiledError::Contents;
        let children = <[ListedChild]>::ref_from_bytes(children).map_err(|_| invalid)?;
        let prefixes = <[[U32; 2]]>::ref_from_bytes(prefixes).map_err(|_| invalid)?;
        let bases = str::from_utf8(bases).map_err(|_| invalid)?;
        let bases = bases.lines().map(|written| Base::parse(written, hosts));
        Ok(Self {
            records: Records::from_blocks([folders, files]),
            children: children.to_vec(),
            folder_index: Index::from_bytes(folder_index).ok_or(invalid)?,
            file_index: Index::from_bytes(file_index).ok_or(invalid)?,
            bases: bases.collect::<Result<_, _>>().map_err(CompiledError::Base)?,
            prefixes: prefixes.iter().map(|[folder, base]| (folder.get(), base.get())).collect(),
            files: header.files.get() as usize,
            folders: header.folders.get() as usize,
        })
    }
}

#[cfg(test)]
mod tests;
