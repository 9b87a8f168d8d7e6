//! A bounded cache in memory whose values expire.

use std::borrow::Borrow;
use std::hash::Hash;

use super::lru::Lru;
use crate::time::UnixMillis;

/// A cache of values by key, bounded by the sum of their weights; each value may have an expiry.
///
/// Expired values are evicted first, then the least recently used. The value that was put last stays until
/// the next one comes, whatever it weighs.
#[derive(Debug)]
pub struct Cache<K, V>(Lru<K, Expiring<V>>);

#[derive(Debug)]
struct Expiring<V> {
    value: V,
    expires_at: Option<UnixMillis>,
}

impl<V> Expiring<V> {
    fn is_over(&self, now: UnixMillis) -> bool {
        self.expires_at.is_some_and(|at| at <= now)
    }
}

impl<K: Eq + Hash + Clone, V> Cache<K, V> {
    /// An empty cache; `limit` is in the unit of the weights.
    pub fn new(limit: usize) -> Self {
        Self(Lru::new(limit))
    }

    /// The value of a key if it has not expired; counts as a use of it.
    pub fn get<Q: Eq + Hash + ?Sized>(&self, key: &Q, now: UnixMillis) -> Option<&V>
    where
        K: Borrow<Q>,
    {
        self.0.get(key).filter(|entry| !entry.is_over(now)).map(|entry| &entry.value)
    }

    /// The value of a key if it has not expired, without counting as a use of it.
    pub fn peek<Q: Eq + Hash + ?Sized>(&self, key: &Q, now: UnixMillis) -> Option<&V>
    where
        K: Borrow<Q>,
    {
        self.0.peek(key).filter(|entry| !entry.is_over(now)).map(|entry| &entry.value)
    }

    /// The value of a key, expired or not, to be changed in place; counts as a use of it. Its weight stays
    /// as it was given.
    pub fn get_mut<Q: Eq + Hash + ?Sized>(&mut self, key: &Q) -> Option<&mut V>
    where
        K: Borrow<Q>,
    {
        self.0.get_mut(key).map(|entry| &mut entry.value)
    }

    /// Inserts a value, in place of an earlier one of its key.
    pub fn put(
        &mut self,
        key: K,
        value: V,
        weight: usize,
        expires_at: Option<UnixMillis>,
        now: UnixMillis,
    ) {
        self.0.remove(&key);
        if !self.0.has_room(weight) {
            self.0.retain(|entry| !entry.is_over(now));
        }
        self.0.put(key, Expiring { value, expires_at }, weight);
    }

    /// Removes the value of a key.
    pub fn remove<Q: Eq + Hash + ?Sized>(&mut self, key: &Q)
    where
        K: Borrow<Q>,
    {
        self.0.remove(key);
    }

    /// Removes all values from the cache.
    pub fn clear(&mut self) {
        self.0.clear();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const START: UnixMillis = UnixMillis(0);

    #[test]
    fn a_value_is_had_until_it_expires() {
        let mut cache = Cache::new(100);
        cache.put("one", 1, 11, Some(UnixMillis(10)), START);
        cache.put("two", 2, 11, None, START);
        assert_eq!(cache.get("one", UnixMillis(9)), Some(&1));
        assert_eq!(cache.get("one", UnixMillis(10)), None);
        assert_eq!(cache.peek("one", UnixMillis(10)), None);
        assert_eq!(cache.get("two", UnixMillis::NEVER), Some(&2));
        cache.put("one", 3, 5, Some(UnixMillis(30)), UnixMillis(20));
        assert_eq!(cache.get("one", UnixMillis(20)), Some(&3));
        cache.remove("one");
        assert_eq!(cache.peek("one", START), None);
        cache.clear();
        assert_eq!(cache.peek("two", START), None);
    }

    #[test]
    fn what_has_expired_makes_room_first() {
        let mut cache = Cache::new(100);
        cache.put(1, (), 60, None, START);
        cache.put(2, (), 40, Some(UnixMillis(5)), START);
        cache.put(3, (), 40, None, UnixMillis(5));
        assert!(cache.peek(&1, START).is_some() && cache.peek(&3, START).is_some());
        assert!(cache.peek(&2, START).is_none());
    }
}
