//! A cache in the isolate's memory with an end for each entry and a limit on the bytes of all.

/// Values by key, the oldest first. Few and large: finding one compares the keys one by one.
#[derive(Debug)]
pub struct ByteCache<K, V> {
    entries: Vec<Entry<K, V>>,
    max_bytes: usize,
}

#[derive(Debug)]
struct Entry<K, V> {
    key: K,
    value: V,
    bytes: usize,
    expires_at_ms: f64,
}

impl<K: PartialEq, V: Clone> ByteCache<K, V> {
    /// An empty cache for entries of so many bytes together.
    pub const fn new(max_bytes: usize) -> Self {
        Self { entries: Vec::new(), max_bytes }
    }

    /// The value of this very key that has not expired, and when it does.
    pub fn get(&self, key: &K, now_ms: f64) -> Option<(V, f64)> {
        let is_it = |entry: &&Entry<K, V>| entry.key == *key && entry.expires_at_ms > now_ms;
        self.entries.iter().find(is_it).map(|entry| (entry.value.clone(), entry.expires_at_ms))
    }

    /// Keeps a value of `bytes`, its key included, in place of an earlier one. The oldest entries go to
    /// make room; a value that is larger than the cache is not kept.
    pub fn put(&mut self, key: K, value: V, bytes: usize, expires_at_ms: f64, now_ms: f64) {
        self.entries.retain(|entry| entry.key != key && entry.expires_at_ms > now_ms);
        if bytes > self.max_bytes {
            return;
        }
        self.entries.push(Entry { key, value, bytes, expires_at_ms });
        while self.bytes() > self.max_bytes {
            self.entries.remove(0);
        }
    }

    fn bytes(&self) -> usize {
        self.entries.iter().map(|entry| entry.bytes).sum()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_value_is_had_by_its_own_key_until_it_expires() {
        let mut cache = ByteCache::new(100);
        cache.put(("film", "/~one"), "text of one", 11, 10.0, 0.0);
        assert_eq!(cache.get(&("film", "/~one"), 9.0), Some(("text of one", 10.0)));
        assert_eq!(cache.get(&("film", "/~two"), 9.0), None);
        assert_eq!(cache.get(&("film", "/~one"), 10.0), None);
        cache.put(("film", "/~one"), "newer", 5, 30.0, 20.0);
        assert_eq!(cache.get(&("film", "/~one"), 20.0), Some(("newer", 30.0)));
        assert_eq!(cache.bytes(), 5);
    }

    #[test]
    fn what_is_kept_has_a_limit() {
        let mut cache = ByteCache::new(100);
        for number in 0..1_000 {
            cache.put(number, (), 30, 1.0, 0.0);
            assert!(cache.bytes() <= 100);
        }
        let kept = (0..1_000).filter(|number| cache.get(number, 0.0).is_some());
        assert_eq!(kept.collect::<Vec<_>>(), [997, 998, 999]);
        cache.put(997, (), 101, 1.0, 0.0);
        assert_eq!((cache.get(&997, 0.0), cache.bytes()), (None, 60), "too large to be kept");
        cache.put(0, (), 100, 3.0, 2.0);
        assert_eq!(cache.bytes(), 100, "those that have expired are gone");
    }
}
