//! Keyboards whose keys say something else than the table of keys: other scripts, Caps Lock, and digits that want Shift.

/// What the keys say on a keyboard, and what stands on the same keys of the table's.
const LAYOUTS: [(&str, &str); 5] = [
    // Russian, and what Ukrainian has otherwise.
    ("йцукенгшщзхъфывапролджэячсмитьбю.,ё", "qwertyuiop[]asdfghjkl;'zxcvbnm,./?`"),
    ("іїєґ", "s]'`"),
    // Greek.
    (";ςερτυθιοπασδφγηξκλζχψωβνμ", "qwertyuiopasdfghjklzxcvbnm"),
    // Hebrew.
    ("קראטוןםפשדגכעיחלךףזסבהנמצתץ", "ertyuiopasdfghjkl;zxcvbnm,."),
    // The digits of French.
    ("&é\"'(-è_çà", "1234567890"),
];

/// What a key may mean that says this, the likeliest first: with Caps Lock the small letter, and the letter that stands
/// in its place elsewhere, as large as it.
pub(super) fn meant(c: char) -> impl Iterator<Item = char> {
    let mut lower = c.to_lowercase();
    let small = lower.next().filter(|_| lower.next().is_none()).unwrap_or(c);
    let elsewhere = LAYOUTS.iter().filter_map(move |(theirs, ours)| {
        let at = theirs.chars().position(|their| their == small)?;
        ours.chars().nth(at)
    });
    let large = move |ours: char| (small != c).then(|| ours.to_ascii_uppercase());
    (small != c)
        .then_some(small)
        .into_iter()
        .chain(elsewhere.flat_map(move |ours| large(ours).into_iter().chain([ours])))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_layout_names_as_many_keys_as_there_are() {
        for (theirs, ours) in LAYOUTS {
            assert_eq!(theirs.chars().count(), ours.chars().count(), "{theirs}");
        }
    }
}
