//! The hash table from a path to an entry; folders and files have one each.

use xxhash_rust::xxh64::xxh64;
use zerocopy::FromBytes as _;
use zerocopy::little_endian::U32;

/// A hash table with open addressing in buckets, sized once for all lines of a text, never more than two
/// thirds full. A slot is four bytes, so that a large tree's table takes little of the processor's cache:
/// the lower bits are the entry's id, the upper ones a part of its hash. No entry in the table has the id
/// 0, which marks a free slot.
#[derive(Debug)]
pub struct Index {
    buckets: Vec<Bucket>,
    /// The number of bits of a slot that hold the id.
    id_bits: u32,
}

/// The number of slots in a bucket: they are compared at once, without a branch that could be mispredicted.
const BUCKET: usize = 8;

/// A bucket of slots, aligned so that none lies in two cache lines.
#[derive(Clone, Copy, Debug)]
#[repr(align(32))]
struct Bucket([u32; BUCKET]);

/// A free slot, in which an entry that was not found can be inserted.
#[derive(Debug)]
pub struct Vacant {
    bucket: usize,
    slot: usize,
    hash: u32,
}

impl Index {
    /// A table for `entries` entries with ids up to `largest`.
    pub fn with_room_for(entries: usize, largest: u32) -> Self {
        let buckets = vec![Bucket([0; BUCKET]); (entries + entries / 2).div_ceil(BUCKET) + 1];
        Self { buckets, id_bits: u32::BITS - largest.leading_zeros() }
    }

    /// The entry with this hash for which `is` returns true; else the free slot where it belongs.
    pub fn probe(&self, hash: u32, is: impl Fn(u32) -> bool) -> Result<u32, Vacant> {
        let buckets = self.buckets.as_slice();
        // The high half of hash × length is below length: a division without dividing.
        let start = ((u64::from(hash) * buckets.len() as u64) >> 32) as usize;
        let (before, after) = buckets.split_at_checked(start).unwrap_or((&[], buckets));
        let tag = self.tag(hash);
        let tags = u32::MAX.checked_shl(self.id_bits).unwrap_or(0);
        let mut at = start;
        for Bucket(bucket) in after.iter().chain(before) {
            let (mut alike, mut free) = (0_u32, 0_u32);
            for (n, slot) in bucket.iter().enumerate() {
                alike |= u32::from((slot ^ tag) & tags == 0) << n;
                free |= u32::from(*slot == 0) << n;
            }
            alike &= !free;
            while let Some(slot) = bucket.get(alike.trailing_zeros() as usize) {
                if is(slot ^ tag) {
                    return Ok(slot ^ tag);
                }
                alike &= alike - 1;
            }
            if free != 0 {
                return Err(Vacant { bucket: at, slot: free.trailing_zeros() as usize, hash });
            }
            at += 1;
            if at == buckets.len() {
                at = 0;
            }
        }
        Err(Vacant { bucket: usize::MAX, slot: 0, hash })
    }

    /// Puts an entry into the slot; `false` if its id is larger than the table was made for.
    #[must_use]
    pub fn insert(&mut self, vacant: &Vacant, id: u32) -> bool {
        let tag = self.tag(vacant.hash);
        let fits = id.checked_shr(self.id_bits).unwrap_or(0) == 0;
        let bucket = self.buckets.get_mut(vacant.bucket).filter(|_| fits);
        match bucket.and_then(|Bucket(slots)| slots.get_mut(vacant.slot)) {
            Some(free) => {
                *free = id | tag;
                true
            }
            None => false,
        }
    }

    /// The table as it is stored in a compiled tree: the number of bits, then the buckets.
    pub fn to_bytes(&self) -> Vec<u8> {
        let slots =
            self.buckets.iter().flat_map(|Bucket(slots)| slots).flat_map(|slot| slot.to_le_bytes());
        self.id_bits.to_le_bytes().into_iter().chain(slots).collect()
    }

    /// The table that [`Self::to_bytes`] gave as these bytes; `None` for others.
    pub fn from_bytes(bytes: &[u8]) -> Option<Self> {
        let (id_bits, slots) = U32::ref_from_prefix(bytes).ok()?;
        let id_bits = Some(id_bits.get()).filter(|bits| *bits <= u32::BITS)?;
        let buckets =
            <[[U32; BUCKET]]>::ref_from_bytes(slots).ok().filter(|slots| !slots.is_empty())?;
        let buckets = buckets.iter().map(|slots| Bucket(slots.map(U32::get))).collect();
        Some(Self { buckets, id_bits })
    }

    /// Bytes that the table takes on the heap.
    pub fn heap_bytes(&self) -> usize {
        self.buckets.len() * size_of::<Bucket>()
    }

    /// The lowest bits of a hash, as the highest bits of a slot; the hash's highest bits choose the slot.
    fn tag(&self, hash: u32) -> u32 {
        hash.checked_shl(self.id_bits).unwrap_or(0)
    }
}

/// The hash of an entry, from its folder's hash and its name. The hash of a path is that of the whole path in
/// the root, whose own is 0. It needs nothing from memory, so the processor can look up a file while it still
/// waits for the file's folder. XXH64 is the same on every machine, as the tables of compiled trees have to be.
#[expect(clippy::cast_possible_truncation, reason = "every bit of the hash is as good as another")]
pub fn hash(folder: u32, name: &str) -> u32 {
    xxh64(name.as_bytes(), folder.into()) as u32
}
