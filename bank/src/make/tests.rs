//! Banks of many seeds.

use super::*;

#[test]
fn no_seed_panics() {
    for seed in 0..300 {
        let bank = Bank::of(seed);
        assert_eq!(bank, Bank::of(seed));
    }
}
