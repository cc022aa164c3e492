//! The seed of a bank, as registrations and tokens write it: in digits, in a text, since many a reader of JSON does not keep
//! a number of 64 bits as it is. Each seed is written in one way only.

use serde::de::Error as _;
use serde::{Deserialize as _, Deserializer, Serializer};

/// How a seed is to be written, for whoever wrote it differently.
pub const RULE: &str = "a whole number from 0 to 18446744073709551615, in a string of digits without a leading zero";

/// The seed that is written so; none if it is written in another way.
pub fn read(text: &str) -> Option<u64> {
    let seed: u64 = text.parse().ok()?;
    // A plus and zeros in front can be read too.
    (seed.to_string() == text).then_some(seed)
}

/// A member that is left out where there is no seed.
#[expect(clippy::ref_option, reason = "serde calls it so")]
pub fn serialize<S: Serializer>(seed: &Option<u64>, serializer: S) -> Result<S::Ok, S::Error> {
    match seed {
        Some(seed) => serializer.collect_str(seed),
        None => serializer.serialize_none(),
    }
}

/// A member that is there has to be a seed.
pub fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<u64>, D::Error> {
    let text = String::deserialize(deserializer)?;
    read(&text).map(Some).ok_or_else(|| D::Error::custom(format!("the bank must be {RULE}")))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn what_is_no_seed_is_not_taken_for_one() {
        assert_eq!(read("0"), Some(0));
        assert_eq!(read("18446744073709551615"), Some(u64::MAX));
        for text in [
            "", " ", "-0", "-1", "+7", "07", "00", " 7", "7 ", "7\n", "7\0", "7.0", "7e3", "0x7", "7_0", "٧", "７", "²",
        ] {
            assert_eq!(read(text), None, "{text:?}");
        }
        assert_eq!(read("18446744073709551616"), None);
        assert_eq!(read(&"9".repeat(60_000)), None);
        assert_eq!(read(&("0".repeat(60_000) + "7")), None);
    }

    proptest! {
        #[test]
        fn every_seed_is_read_as_it_is_written(seed: u64) {
            prop_assert_eq!(read(&seed.to_string()), Some(seed));
        }

        #[test]
        fn only_what_a_seed_is_written_as_is_read(text in prop_oneof!["[0-9]{0,24}", "[-+ 0-9._ex]{1,8}", any::<String>()]) {
            match read(&text) {
                Some(seed) => prop_assert_eq!(seed.to_string(), text),
                None => prop_assert!(
                    text.is_empty()
                        || text.contains(|c: char| !c.is_ascii_digit())
                        || (text.len() > 1 && text.starts_with('0'))
                        || text.parse::<u128>().is_ok_and(|number| number > u128::from(u64::MAX)),
                    "{text:?} is a seed"
                ),
            }
        }
    }
}
