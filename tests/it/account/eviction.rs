//! What is evicted from the account object's memory, and what is not.

use super::{ReplyExt, folder, list};
use crate::support::account::World;
use crate::support::mounts::personal;

#[test]
fn a_folder_that_is_being_read_is_not_forgotten_for_thousands_of_others() {
    let world = World::sample();
    let client = world.client(&[personal()]);
    let big = folder(&world, "/big");
    world.begin(&client, vec![list("personal", big)], 10);
    // As many as there are folders in memory. All but the few that can wait for their turn are refused.
    for first in (1_000_000..1_020_000).step_by(100) {
        let others = (first..first + 100).map(|id| list("personal", id)).collect();
        world.begin(&client, others, 0);
    }
    world.run_until_idle();
    let listing = world.answer(&client, list("personal", big)).listing();
    assert!(listing.len() > 2_000, "{} entries of the slice's 40 pages", listing.len());
    world.run_until_idle();
    world.finish();
}
