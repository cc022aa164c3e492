//! How much of a text was said before: the share of its word triples that another text has too.

use std::collections::HashSet;

/// Words in a shingle.
const SHINGLE: usize = 3;

/// The words of a text in lower case, without punctuation; `22:05` and `camera_system.txt` are one word each.
pub(super) fn words(text: &str) -> Vec<String> {
    let inner = |letter: char| letter.is_alphanumeric() || matches!(letter, ':' | '.' | '_' | '\'');
    let words = text.split(|letter: char| !inner(letter)).map(|word| word.trim_matches([':', '.', '_', '\'']));
    words.filter(|word| !word.is_empty()).map(str::to_lowercase).collect()
}

/// A text, taken apart to be compared with others.
#[derive(Debug)]
pub(super) struct Shingles(HashSet<Vec<String>>);

impl Shingles {
    /// A text of fewer words than a shingle is one shingle.
    pub(super) fn of(text: &str) -> Self {
        let words = words(text);
        let size = SHINGLE.min(words.len()).max(1);
        Self(words.windows(size).map(<[String]>::to_vec).collect())
    }

    /// How many shingles both have.
    pub(super) fn shared_with(&self, other: &Self) -> usize {
        self.0.intersection(&other.0).count()
    }

    /// How much of this text the other has too: 0 for nothing, 1 for all of it. An empty text is like none.
    pub(super) fn share_in(&self, other: &Self) -> f64 {
        if self.0.is_empty() {
            return 0.0;
        }
        let shared = self.shared_with(other);
        #[allow(clippy::cast_precision_loss, reason = "counts of words")]
        return shared as f64 / self.0.len() as f64;
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::{prop_assert, prop_assert_eq, proptest};

    use super::*;

    fn share(text: &str, other: &str) -> f64 {
        Shingles::of(text).share_in(&Shingles::of(other))
    }

    #[test]
    fn likeness_is_of_words_in_their_order() {
        let said = "The ramp of the coal bay is a blind spot, beside camera 7.";
        assert!(share("The ramp of the coal bay is a blind spot beside camera 7!", said) > 0.99);
        assert!(share("I say it again: the ramp of the coal bay is a blind spot.", said) > 0.5);
        assert!(share("Camera 7 does not see the ramp, so we come in by the dock.", said) < 0.2);
        assert!(share("We go.", "We go.") > 0.99 && share("We go.", "They go.") < 0.01);
        assert_eq!(words("At 22:05, see 'a.txt'."), ["at", "22:05", "see", "a.txt"]);
    }

    proptest! {
        #[test]
        fn a_text_is_like_itself_whatever_its_marks(text in "[a-z]{1,6}( [a-z]{1,6}){0,20}") {
            let loud = text.to_uppercase().replace(' ', ", ") + "!";
            prop_assert!((share(&text, &loud) - 1.0).abs() < 1e-9);
        }

        #[test]
        fn likeness_is_a_share(text in "\\PC{0,60}", other in "\\PC{0,60}") {
            prop_assert!((0.0..=1.0).contains(&share(&text, &other)));
        }

        #[test]
        fn other_words_are_nothing_alike(text in "[a-m]{1,6}( [a-m]{1,6}){0,9}", other in "[n-z]{1,6}( [n-z]{1,6}){0,9}") {
            prop_assert_eq!(share(&text, &other).to_bits(), 0.0f64.to_bits());
        }
    }
}
