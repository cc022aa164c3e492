//! Which names can be taken for one another.

/// Words that streets and destinations have without being alike for it.
#[rustfmt::skip]
const COMMON: &[&str] = &[
    "street", "lane", "row", "avenue", "road", "square", "hill", "drive", "walk", "market", "via", "rua", "rue", "calle",
    "ulica", "jalan", "dori", "marg", "the", "old", "factory", "warehouse", "yard", "works", "club", "depot", "bridge",
];

/// Changes that make one name of another which is near it: letters changed, added or missing.
const CHANGES: usize = 2;

/// Letters that a name has at least for so many changes to be overlooked.
const LONG: usize = 6;

/// Whether two names are the same, or so near one another that one is easily misread for the other: two changes make the one
/// of the other, or fewer. Small and capital letters are alike.
pub(crate) fn near(one: &str, other: &str) -> bool {
    within(one.as_bytes(), other.as_bytes(), CHANGES)
}

/// The same for ordinary words, which are read with more care: in a short one nobody overlooks two changes.
pub(crate) fn near_words(one: &str, other: &str) -> bool {
    let changes = if one.len().min(other.len()) < LONG { CHANGES - 1 } else { CHANGES };
    within(one.as_bytes(), other.as_bytes(), changes)
}

/// Whether so many changes make the one of the other.
fn within(one: &[u8], other: &[u8], changes: usize) -> bool {
    if one.len().abs_diff(other.len()) > changes {
        return false;
    }
    let same = |(one, other): &(&u8, &u8)| one.eq_ignore_ascii_case(other);
    let alike = one.iter().zip(other).take_while(same).count();
    let (one, other) = (one.get(alike..).unwrap_or_default(), other.get(alike..).unwrap_or_default());
    let (Some((_, one_rest)), Some((_, other_rest))) = (one.split_first(), other.split_first()) else { return true };
    changes > 0
        && (within(one_rest, other_rest, changes - 1)
            || within(one, other_rest, changes - 1)
            || within(one_rest, other, changes - 1))
}

/// The words of a name.
pub(crate) fn words(name: &str) -> impl DoubleEndedIterator<Item = &str> {
    name.split(|letter: char| !letter.is_ascii_alphanumeric()).filter(|word| !word.is_empty())
}

/// Whether one name stands in the other, word by word.
pub(crate) fn contains(name: &str, part: &str) -> bool {
    let (name, part) = (name.as_bytes(), part.as_bytes());
    let is_part = |at: &usize| name.get(*at..*at + part.len()).is_some_and(|found| found.eq_ignore_ascii_case(part));
    let is_end = |at: usize| name.get(at).is_none_or(|letter| !letter.is_ascii_alphanumeric());
    let mut starts = (0..(name.len() + 1).saturating_sub(part.len())).filter(is_part);
    !part.is_empty() && starts.any(|at| (at == 0 || is_end(at - 1)) && is_end(at + part.len()))
}

/// Whether two things can be taken for one another: near, or one in the other.
pub(crate) fn mixed(one: &str, other: &str) -> bool {
    near_words(one, other) || contains(one, other) || contains(other, one)
}

/// Whether two names have a word in common, or words that are near, by which one would know them.
pub(crate) fn share(one: &str, other: &str) -> bool {
    let known = |word: &str| word.len() > 2 && !COMMON.iter().any(|common| common.eq_ignore_ascii_case(word));
    words(one).any(|one| words(other).any(|other| near_words(one, other) && known(one) && known(other)))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// How many changes make one name of the other, as the books calculate it.
    fn changes(one: &str, other: &str) -> usize {
        let other: Vec<_> = other.bytes().collect();
        let mut row: Vec<_> = (0..=other.len()).collect();
        for (above, one) in one.bytes().enumerate() {
            let mut corner = row[0];
            row[0] = above + 1;
            for (place, other) in other.iter().enumerate() {
                let changed = corner + usize::from(one != *other);
                corner = row[place + 1];
                row[place + 1] = changed.min(corner + 1).min(row[place] + 1);
            }
        }
        row[other.len()]
    }

    proptest! {
        #[test]
        fn names_are_near_if_few_changes_make_one_of_the_other(one in "[abc]{0,6}", other in "[abc]{0,6}") {
            prop_assert_eq!(near(&one, &other), changes(&one, &other) <= CHANGES);
        }
    }

    #[test]
    fn a_name_is_in_another_word_by_word() {
        assert!(contains("lobby kitchen", "Lobby") && contains("ramp of the loading dock", "loading dock"));
        assert!(
            !contains("boiler corridor", "boiler room")
                && !contains("anteroom", "ante")
                && !contains("dock", "docks")
                && !contains("dock", "")
        );
        assert!(share("Heron Lane", "heron point") && !share("Heron Lane", "Cedar Lane"));
        assert!(mixed("vault", "main vault") && mixed("coal floor", "coal door") && !mixed("lobby", "archive"));
    }
}
