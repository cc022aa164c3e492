//! Which names can be taken for one another.

/// Words that streets and destinations have without being alike for it.
#[rustfmt::skip]
const COMMON: &[&str] = &[
    "street", "lane", "row", "avenue", "road", "square", "hill", "drive", "walk", "market", "via", "rua", "rue", "calle",
    "ulica", "jalan", "dori", "marg", "the", "old", "factory", "warehouse", "yard", "works", "club", "depot", "bridge",
];

/// Letters by which names must differ.
const LETTERS: usize = 3;

/// Whether two names are the same, or so near one another that one is easily misread for the other: in fewer than three
/// letters, whether these are changed, added or missing. Small and capital letters are alike.
pub(crate) fn near(one: &str, other: &str) -> bool {
    within(one.as_bytes(), other.as_bytes(), LETTERS - 1)
}

/// Whether so many changes make the one of the other.
fn within(one: &[u8], other: &[u8], changes: usize) -> bool {
    let same = |(one, other): &(&u8, &u8)| one.eq_ignore_ascii_case(other);
    let alike = one.iter().zip(other).take_while(same).count();
    let (one, other) = (one.get(alike..).unwrap_or_default(), other.get(alike..).unwrap_or_default());
    if one.len().abs_diff(other.len()) > changes {
        return false;
    }
    let (Some((_, one_rest)), Some((_, other_rest))) = (one.split_first(), other.split_first()) else { return true };
    changes > 0
        && (within(one_rest, other_rest, changes - 1)
            || within(one, other_rest, changes - 1)
            || within(one_rest, other, changes - 1))
}

/// The words of a name, in small letters.
pub(crate) fn words(name: &str) -> impl Iterator<Item = &str> {
    name.split(|letter: char| !letter.is_alphanumeric()).filter(|word| !word.is_empty())
}

/// Whether the words of one name are all in the other, side by side.
pub(crate) fn contains(name: &str, part: &str) -> bool {
    let (name, part): (Vec<_>, Vec<_>) = (words(name).collect(), words(part).collect());
    let same = |(one, other): (&&str, &&str)| one.eq_ignore_ascii_case(other);
    !part.is_empty() && name.windows(part.len()).any(|name| name.iter().zip(&part).all(same))
}

/// Whether two things can be taken for one another: near, or one in the other.
pub(crate) fn mixed(one: &str, other: &str) -> bool {
    near(one, other) || contains(one, other) || contains(other, one)
}

/// Whether two names have a word in common, or words that are near, by which one would know them.
pub(crate) fn share(one: &str, other: &str) -> bool {
    let known = |word: &&str| word.len() > 2 && !COMMON.iter().any(|common| common.eq_ignore_ascii_case(word));
    words(one).filter(known).any(|one| words(other).filter(known).any(|other| near(one, other)))
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
            prop_assert_eq!(near(&one, &other), changes(&one, &other) < LETTERS);
        }
    }

    #[test]
    fn a_name_is_in_another_word_by_word() {
        assert!(contains("lobby kitchen", "Lobby") && contains("ramp of the loading dock", "loading dock"));
        assert!(!contains("boiler corridor", "boiler room") && !contains("anteroom", "ante") && !contains("dock", ""));
        assert!(share("Heron Lane", "heron point") && !share("Heron Lane", "Cedar Lane"));
        assert!(mixed("vault", "main vault") && mixed("coal door", "coal floor") && !mixed("lobby", "archive"));
    }
}
