//! The children of a tree's folders, in the order in which pages list them.

use zerocopy::little_endian::{U32, U64};
use zerocopy::{FromBytes, Immutable, IntoBytes, KnownLayout, Unaligned};

use super::record::{Record, Records};
use crate::names::{LetterSet, sort_names};

/// A child in its folder's list.
#[derive(Clone, Copy, Debug, FromBytes, IntoBytes, Immutable, KnownLayout, Unaligned)]
#[repr(C)]
pub struct ListedChild {
    letters: U64,
    id: U32,
}

impl ListedChild {
    /// The id of the child's record.
    pub fn id(&self) -> u32 {
        self.id.get()
    }

    /// The letters of the child's name.
    pub fn letters(&self) -> LetterSet {
        LetterSet(self.letters.get())
    }
}

/// Lists the children of all folders, those of one folder one after the other: folders first, both by name.
/// `linked` are the entries as pairs of the folder's id and their own, in any order.
pub fn list_children(records: &mut Records, mut linked: Vec<(u32, u32)>) -> Vec<ListedChild> {
    linked.sort_by_key(|(folder, _)| *folder);
    let mut children = Vec::with_capacity(linked.len());
    for of_one in linked.chunk_by(|(a, _), (b, _)| a == b) {
        let begin = children.len();
        let mut entries =
            of_one.iter().filter_map(|(_, id)| Some((*id, records.get(*id)?))).collect();
        sort_names(&mut entries, |(_, record): &(u32, Record<'_>)| {
            (u32::from(!record.is_folder()), record.name())
        });
        children.extend(entries.iter().map(|(id, record)| ListedChild {
            letters: LetterSet::of_name(record.name()).0.into(),
            id: (*id).into(),
        }));
        if let Some((folder, _)) = of_one.first() {
            records.set_children(*folder, begin..children.len());
        }
    }
    children
}
