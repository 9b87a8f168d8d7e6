//! The hash table from a path to an entry.

use std::hash::Hasher as _;

use rustc_hash::FxHasher;

/// Open addressing with linear probing, sized once for all lines of a text, never more than three
/// quarters full. Entry 0, the root, is nobody's child: 0 marks a free slot.
#[derive(Debug)]
pub struct Index {
    slots: Vec<Slot>,
}

#[derive(Clone, Copy, Debug, Default)]
struct Slot {
    hash: u32,
    id: u32,
    /// Where the entry's name begins in the tree's text. The entry knows it too, but asked here
    /// both are fetched from memory at once.
    name_at: u32,
}

/// A free slot, for the entry that was looked for and not found.
#[derive(Debug)]
pub struct Vacant {
    at: usize,
    hash: u32,
}

impl Index {
    pub fn with_room_for(entries: usize) -> Self {
        Self { slots: vec![Slot::default(); entries + entries / 3 + 8] }
    }

    /// The entry with this hash that `is` agrees to, given its id and where its name begins; else the
    /// slot where it belongs.
    pub fn probe(&self, hash: u32, is: impl Fn(u32, u32) -> bool) -> Result<u32, Vacant> {
        // The high half of hash × length is below length: a division without dividing.
        let start = ((u64::from(hash) * self.slots.len() as u64) >> 32) as usize;
        let (before, after) = self.slots.split_at_checked(start).unwrap_or((&[], &self.slots));
        let mut at = start;
        for slot in after.iter().chain(before) {
            if slot.id == 0 {
                return Err(Vacant { at, hash });
            }
            if slot.hash == hash && is(slot.id, slot.name_at) {
                return Ok(slot.id);
            }
            at += 1;
            if at == self.slots.len() {
                at = 0;
            }
        }
        Err(Vacant { at: usize::MAX, hash })
    }

    pub fn insert(&mut self, vacant: &Vacant, id: u32, name_at: u32) {
        if let Some(slot) = self.slots.get_mut(vacant.at) {
            *slot = Slot { hash: vacant.hash, id, name_at };
        }
    }

    pub fn heap_bytes(&self) -> usize {
        self.slots.len() * size_of::<Slot>()
    }
}

/// The hash of a path, from that of its folder; the root's is 0. It needs nothing from memory, so
/// the processor can look up a file while it still waits for the file's folder.
#[expect(
    clippy::cast_possible_truncation,
    reason = "both halves have been folded into the lower one"
)]
pub fn hash(folder: u32, name: &str) -> u32 {
    let mut hasher = FxHasher::default();
    hasher.write_u32(folder);
    hasher.write(name.as_bytes());
    let hash = hasher.finish();
    // Folded and spread, since a slot is chosen by the upper bits.
    ((hash ^ (hash >> 32)) as u32).wrapping_mul(0x9E37_79B1)
}
