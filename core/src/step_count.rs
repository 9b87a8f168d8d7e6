//! Counts the steps that decisions take, so that tests can hold their cost against the length of what a
//! client sends. Only native debug builds count; elsewhere it costs nothing and says 0.

#[cfg(all(debug_assertions, not(target_arch = "wasm32")))]
thread_local! {
    static STEPS: std::cell::Cell<u64> = const { std::cell::Cell::new(0) };
}

/// Adds to this thread's count of steps: characters matched against a pattern, or rules looked up.
#[cfg_attr(
    not(all(debug_assertions, not(target_arch = "wasm32"))),
    expect(unused_variables, reason = "nothing is counted")
)]
pub fn count(steps: usize) {
    #[cfg(all(debug_assertions, not(target_arch = "wasm32")))]
    STEPS.set(STEPS.get() + steps as u64);
}

/// The number of steps that this thread has counted so far; 0 where nothing is counted.
pub fn steps() -> u64 {
    #[cfg(all(debug_assertions, not(target_arch = "wasm32")))]
    return STEPS.get();
    #[cfg(not(all(debug_assertions, not(target_arch = "wasm32"))))]
    return 0;
}
