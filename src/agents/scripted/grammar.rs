//! Small rules of grammar, so that pieces from different hands make a sentence.

/// The text with a capital letter in front, unless it begins with a file's name.
pub(super) fn capitalized(text: &str) -> String {
    if text.split_whitespace().next().is_some_and(|word| word.contains('_') || word.contains(".txt")) {
        return text.to_owned();
    }
    let mut letters = text.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}

/// A pattern's slots filled with the words that `words` has for them; none if it has none for one of them. What comes
/// after a stop begins with a capital letter.
pub(super) fn compose(pattern: &str, mut words: impl FnMut(&str) -> Option<String>) -> Option<String> {
    let mut text = String::with_capacity(pattern.len() * 2);
    let mut rest = pattern;
    while let Some((before, tail)) = rest.split_once('{') {
        let (slot, after) = tail.split_once('}')?;
        text.push_str(before);
        let word = words(slot)?;
        let begins = text.trim_end().is_empty() || text.trim_end().ends_with(['.', '?', '!']);
        text.push_str(&if begins { capitalized(&word) } else { word });
        rest = after;
    }
    text.push_str(rest);
    Some(singular(&capitalized(&text)))
}

/// "1 minutes" as one says it.
pub(super) fn singular(text: &str) -> String {
    const UNITS: [(&str, &str); 4] =
        [("1 minutes", "1 minute"), ("1 lenses", "1 lens"), ("1 boxes", "1 box"), ("are 1 minute", "is 1 minute")];
    let mut text = text.to_owned();
    for (many, one) in UNITS {
        let inside = |text: &str| text.replace(&format!(" {many}"), &format!(" {one}"));
        text = match text.strip_prefix(many) {
            Some(rest) => format!("{one}{}", inside(rest)),
            None => inside(&text),
        };
    }
    text
}

/// So many sentences end in the text.
pub(super) fn sentences(text: &str) -> usize {
    let mut letters = text.chars().peekable();
    let mut count = 0;
    while let Some(letter) = letters.next() {
        let ends = matches!(letter, '.' | '!' | '?' | '…');
        count += usize::from(ends && letters.peek().is_none_or(|next| next.is_whitespace() || *next == '"'));
    }
    count
}

/// A word that stands twice in a row, if there is one.
pub(super) fn doubled(text: &str) -> Option<String> {
    let words: Vec<_> = text.split_whitespace().collect();
    words
        .windows(2)
        .find(|pair| pair[0].eq_ignore_ascii_case(pair[1]) && pair[0].chars().any(char::is_alphabetic))
        .map(|pair| pair.join(" "))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn slots_are_filled_and_sentences_begin_large() {
        let words = |slot: &str| (slot == "fact").then(|| "the vault is below".to_owned());
        assert_eq!(compose("so {fact}. {fact}.", words).unwrap(), "So the vault is below. The vault is below.");
        assert_eq!(compose("so {nothing}.", words), None);
        assert_eq!(compose("{fact", words), None);
        assert_eq!(compose("{fact}, then.", |_| Some("a_b.txt".into())).unwrap(), "a_b.txt, then.");
    }

    #[test]
    fn one_of_many_is_one() {
        assert_eq!(
            singular("it takes 1 minutes or 11 minutes, 1 lenses, 1 boxes"),
            "it takes 1 minute or 11 minutes, 1 lens, 1 box"
        );
        assert_eq!(singular("1 minutes left"), "1 minute left");
        assert_eq!(singular("There are 1 minutes left."), "There is 1 minute left.");
    }

    #[test]
    fn sentences_end_with_marks_and_not_within_words() {
        assert_eq!(sentences("See a.txt. It takes 2.5 minutes! Right?"), 3);
        assert_eq!(sentences("\"Look!\" he said"), 1);
        assert_eq!(doubled("It is the the end").as_deref(), Some("the the"));
        assert_eq!(doubled("so 7 7"), None);
    }
}
