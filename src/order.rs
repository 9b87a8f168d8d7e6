//! Sorting in little code. The standard library's sorts are made anew for each type, 5 KB of WASM a
//! time; here one sorts places, and asks about what stands at them.

use std::cmp::Ordering;

/// Sorts; what compares equal stays in its order.
pub fn sort_by<T>(items: &mut Vec<T>, compare: impl Fn(&T, &T) -> Ordering) {
    let mut places = (0..items.len()).collect::<Vec<_>>();
    sort_places(&mut places, &|a, b| match (items.get(a), items.get(b)) {
        (Some(a), Some(b)) => compare(a, b),
        _ => Ordering::Equal,
    });
    let mut left = std::mem::take(items).into_iter().map(Some).collect::<Vec<_>>();
    items.extend(places.into_iter().filter_map(|place| left.get_mut(place)?.take()));
}

#[inline(never)]
fn sort_places(places: &mut [usize], compare: &dyn Fn(usize, usize) -> Ordering) {
    places.sort_unstable_by(|a, b| compare(*a, *b).then(a.cmp(b)));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn equals_stay_in_their_order() {
        let mut items = (0..200_u32).map(|n| (n * 7_919 % 10, n)).collect::<Vec<_>>();
        let mut want = items.clone();
        want.sort_by_key(|(key, _)| *key);
        sort_by(&mut items, |a, b| a.0.cmp(&b.0));
        assert_eq!(items, want);
        let mut none: Vec<u8> = Vec::new();
        sort_by(&mut none, u8::cmp);
        assert!(none.is_empty());
    }
}
