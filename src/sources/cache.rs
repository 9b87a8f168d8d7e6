//! A bounded cache in memory that evicts the least recently used value first.

use std::borrow::Borrow;
use std::cell::Cell;
use std::collections::HashMap;
use std::hash::Hash;

use crate::time::UnixMillis;

/// A cache of values by key, bounded by the sum of their weights; each value may have an expiry.
///
/// The value that was put last stays until the next one comes, whatever it weighs.
#[derive(Debug)]
pub struct Cache<K, V> {
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
    expires_at: Option<UnixMillis>,
    used: Cell<u64>,
}

impl<V> Entry<V> {
    fn is_over(&self, now: UnixMillis) -> bool {
        self.expires_at.is_some_and(|at| at <= now)
    }
}

impl<K: Eq + Hash + Clone, V> Cache<K, V> {
    /// An empty cache; `limit` is in the unit of the weights.
    pub fn new(limit: usize) -> Self {
        Self { entries: HashMap::new(), limit, weight: 0, uses: Cell::new(0) }
    }

    /// The value of a key if it has not expired; counts as a use of it.
    pub fn get<Q: Eq + Hash + ?Sized>(&self, key: &Q, now: UnixMillis) -> Option<&V>
    where
        K: Borrow<Q>,
    {
        let entry = self.entries.get(key).filter(|entry| !entry.is_over(now))?;
        entry.used.set(self.next_use());
        Some(&entry.value)
    }

    /// The value of a key if it has not expired, without counting as a use of it.
    pub fn peek<Q: Eq + Hash + ?Sized>(&self, key: &Q, now: UnixMillis) -> Option<&V>
    where
        K: Borrow<Q>,
    {
        self.entries.get(key).filter(|entry| !entry.is_over(now)).map(|entry| &entry.value)
    }

    /// The value of a key, expired or not, to be changed in place; counts as a use of it. Its weight stays
    /// as it was given.
    pub fn get_mut<Q: Eq + Hash + ?Sized>(&mut self, key: &Q) -> Option<&mut V>
    where
        K: Borrow<Q>,
    {
        let used = self.next_use();
        let entry = self.entries.get_mut(key)?;
        entry.used.set(used);
        Some(&mut entry.value)
    }

    /// Inserts a value, in place of an earlier one of its key. Expired values are evicted first, then the
    /// least recently used.
    pub fn put(
        &mut self,
        key: K,
        value: V,
        weight: usize,
        expires_at: Option<UnixMillis>,
        now: UnixMillis,
    ) {
        self.remove(&key);
        if self.weight + weight > self.limit {
            self.retain(|entry| !entry.is_over(now));
        }
        while self.weight + weight > self.limit {
            let oldest = self.entries.iter().min_by_key(|(_, entry)| entry.used.get());
            let Some(oldest) = oldest.map(|(key, _)| key.clone()) else { break };
            self.remove(&oldest);
        }
        let used = Cell::new(self.next_use());
        self.entries.insert(key, Entry { value, weight, expires_at, used });
        self.weight += weight;
    }

    /// Removes the value of a key, and returns it.
    pub fn remove<Q: Eq + Hash + ?Sized>(&mut self, key: &Q)
    where
        K: Borrow<Q>,
    {
        if let Some(entry) = self.entries.remove(key) {
            self.weight -= entry.weight;
        }
    }

    /// Removes all values.
    pub fn clear(&mut self) {
        self.entries.clear();
        self.weight = 0;
    }

    fn retain(&mut self, is_kept: impl Fn(&Entry<V>) -> bool) {
        self.entries.retain(|_, entry| is_kept(entry));
        self.weight = self.entries.values().map(|entry| entry.weight).sum();
    }

    fn next_use(&self) -> u64 {
        self.uses.set(self.uses.get() + 1);
        self.uses.get()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const START: UnixMillis = UnixMillis(0);

    #[test]
    fn a_value_is_had_by_its_own_key_until_it_expires() {
        let mut cache = Cache::new(100);
        cache.put("one", 1, 11, Some(UnixMillis(10)), START);
        cache.put("two", 2, 11, None, START);
        assert_eq!(cache.get("one", UnixMillis(9)), Some(&1));
        assert_eq!(cache.get("one", UnixMillis(10)), None);
        assert_eq!(cache.get("two", UnixMillis(u64::MAX)), Some(&2));
        assert_eq!(cache.get("three", START), None);
        cache.put("one", 3, 5, Some(UnixMillis(30)), UnixMillis(20));
        assert_eq!((cache.get("one", UnixMillis(20)), cache.weight), (Some(&3), 16));
        cache.remove("one");
        assert_eq!((cache.peek("one", START), cache.weight), (None, 11));
        cache.clear();
        assert_eq!((cache.peek("two", START), cache.weight), (None, 0));
    }

    #[test]
    fn what_was_not_used_for_longest_makes_room() {
        let mut cache = Cache::new(100);
        for number in 0..1_000 {
            cache.put(number, (), 30, None, START);
            assert!(cache.weight <= 100);
            // Entry 0 is used every time, and so is kept; a `peek` at another does not keep that.
            assert!(number == 0 || cache.get(&0, START).is_some(), "{number}");
            cache.peek(&(number / 2), START);
        }
        let kept = (0..1_000).filter(|number| cache.peek(number, START).is_some());
        assert_eq!(kept.collect::<Vec<_>>(), [0, 998, 999]);
    }

    #[test]
    fn what_has_expired_makes_room_first_and_the_last_one_always_has_it() {
        let mut cache = Cache::new(100);
        cache.put(1, (), 60, None, START);
        cache.put(2, (), 40, Some(UnixMillis(5)), START);
        cache.put(3, (), 40, None, UnixMillis(5));
        assert!(cache.peek(&1, START).is_some() && cache.peek(&3, START).is_some());
        cache.put(4, (), 1_000, None, START);
        assert!(cache.peek(&4, START).is_some() && cache.peek(&1, START).is_none());
        cache.put(5, (), 1, None, START);
        assert!(cache.peek(&4, START).is_none() && cache.peek(&5, START).is_some());
    }
}
