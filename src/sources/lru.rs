//! A bounded map in memory that evicts the least recently used value first.

use std::borrow::Borrow;
use std::cell::Cell;
use std::collections::HashMap;
use std::hash::Hash;

/// Values by key, bounded by the sum of their weights, of which the least recently used are evicted.
///
/// Nothing in it expires: [`super::cache::Cache`] is for values that do. The value that was put last stays
/// until the next one comes, whatever it weighs.
#[derive(Debug)]
pub struct Lru<K, V> {
    entries: HashMap<K, Entry<V>>,
    limit: usize,
    weight: usize,
    /// The number of uses so far, from which each entry gets the number of its last use.
    uses: Cell<u64>,
}

#[derive(Debug)]
struct Entry<V> {
    value: V,
    weight: usize,
    used: Cell<u64>,
}

impl<K: Eq + Hash + Clone, V> Lru<K, V> {
    /// An empty map; `limit` is in the unit of the weights.
    pub fn new(limit: usize) -> Self {
        Self { entries: HashMap::new(), limit, weight: 0, uses: Cell::new(0) }
    }

    /// The value of a key; counts as a use of it.
    pub fn get<Q: Eq + Hash + ?Sized>(&self, key: &Q) -> Option<&V>
    where
        K: Borrow<Q>,
    {
        let entry = self.entries.get(key)?;
        entry.used.set(self.next_use());
        Some(&entry.value)
    }

    /// The value of a key, without counting as a use of it.
    pub fn peek<Q: Eq + Hash + ?Sized>(&self, key: &Q) -> Option<&V>
    where
        K: Borrow<Q>,
    {
        self.entries.get(key).map(|entry| &entry.value)
    }

    /// The value of a key, to be changed in place; counts as a use of it. Its weight stays as it was given.
    pub fn get_mut<Q: Eq + Hash + ?Sized>(&mut self, key: &Q) -> Option<&mut V>
    where
        K: Borrow<Q>,
    {
        let used = self.next_use();
        let entry = self.entries.get_mut(key)?;
        entry.used.set(used);
        Some(&mut entry.value)
    }

    /// Whether a value of this weight can be put without an eviction.
    pub fn has_room(&self, weight: usize) -> bool {
        self.weight + weight <= self.limit
    }

    /// Inserts a value, in place of an earlier one of its key. The least recently used values make room.
    pub fn put(&mut self, key: K, value: V, weight: usize) {
        self.put_pinned(key, value, weight, |_| false);
    }

    /// Inserts a value like [`Lru::put`], but evicts none whose key `is_pinned`, even if the weights then
    /// exceed the limit.
    pub fn put_pinned(&mut self, key: K, value: V, weight: usize, is_pinned: impl Fn(&K) -> bool) {
        self.remove(&key);
        while !self.has_room(weight) {
            let evictable = self.entries.iter().filter(|(key, _)| !is_pinned(key));
            let oldest = evictable.min_by_key(|(_, entry)| entry.used.get());
            let Some(oldest) = oldest.map(|(key, _)| key.clone()) else { break };
            self.remove(&oldest);
        }
        let used = Cell::new(self.next_use());
        self.entries.insert(key, Entry { value, weight, used });
        self.weight += weight;
    }

    /// Removes the value of a key.
    pub fn remove<Q: Eq + Hash + ?Sized>(&mut self, key: &Q)
    where
        K: Borrow<Q>,
    {
        if let Some(entry) = self.entries.remove(key) {
            self.weight -= entry.weight;
        }
    }

    /// Removes all values but those that are to be kept.
    pub fn retain(&mut self, is_kept: impl Fn(&V) -> bool) {
        self.entries.retain(|_, entry| is_kept(&entry.value));
        self.weight = self.entries.values().map(|entry| entry.weight).sum();
    }

    /// Removes all values but those whose keys are to be kept.
    pub fn retain_keys(&mut self, is_kept: impl Fn(&K) -> bool) {
        self.entries.retain(|key, _| is_kept(key));
        self.weight = self.entries.values().map(|entry| entry.weight).sum();
    }

    /// Removes all values from the map.
    pub fn clear(&mut self) {
        self.entries.clear();
        self.weight = 0;
    }

    fn next_use(&self) -> u64 {
        self.uses.set(self.uses.get() + 1);
        self.uses.get()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_value_is_had_by_its_own_key_and_weighs_while_it_is_there() {
        let mut lru = Lru::new(100);
        lru.put("one", 1, 11);
        lru.put("two", 2, 11);
        assert_eq!((lru.get("one"), lru.get("three")), (Some(&1), None));
        lru.put("one", 3, 5);
        assert_eq!((lru.get("one"), lru.weight), (Some(&3), 16));
        lru.remove("one");
        assert_eq!((lru.peek("one"), lru.weight), (None, 11));
        lru.clear();
        assert_eq!((lru.peek("two"), lru.weight), (None, 0));
    }

    #[test]
    fn what_was_not_used_for_longest_makes_room() {
        let mut lru = Lru::new(100);
        for number in 0..1_000 {
            lru.put(number, (), 30);
            assert!(lru.weight <= 100);
            // Entry 0 is used every time, and so is kept; a `peek` at another does not keep that.
            assert!(number == 0 || lru.get(&0).is_some(), "{number}");
            lru.peek(&(number / 2));
        }
        let kept = (0..1_000).filter(|number| lru.peek(number).is_some());
        assert_eq!(kept.collect::<Vec<_>>(), [0, 998, 999]);
    }

    #[test]
    fn the_last_value_always_has_room() {
        let mut lru = Lru::new(100);
        lru.put(1, (), 60);
        lru.put(2, (), 1_000);
        assert!(lru.peek(&1).is_none() && lru.peek(&2).is_some());
        lru.put(3, (), 1);
        assert!(lru.peek(&2).is_none() && lru.peek(&3).is_some());
    }

    #[test]
    fn a_pinned_value_stays_however_long_it_was_not_used() {
        let mut lru = Lru::new(2);
        for number in 0..9 {
            lru.put_pinned(number, (), 1, |key| [0, 4].contains(key));
        }
        let kept = |lru: &Lru<_, _>| (0..99).filter(|key| lru.peek(key).is_some()).collect();
        let there: Vec<i32> = kept(&lru);
        assert_eq!(there, [0, 4, 8], "more than the limit, and not for long");
        lru.put(9, (), 1);
        let there: Vec<i32> = kept(&lru);
        assert_eq!(there, [8, 9]);
    }
}
