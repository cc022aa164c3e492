//! The figures that a text states, for whoever has to hold one text against another: what the detector takes for a claim.

use super::claim::{self, Claim, Figure};
use super::text::{self, Token, Vocabulary, is_empty_word};

/// Counts of so few, written in words, say nothing: `two of us`, `one more thing`.
const FEW: f64 = 2.0;

/// A text taken apart.
#[derive(Clone, Debug)]
pub(crate) struct Stated {
    figures: Vec<Figure>,
    words: Vec<String>,
}

/// Takes texts apart that are to be held against each other.
#[derive(Debug, Default)]
pub(crate) struct Reader(Vocabulary);

impl Reader {
    /// What a text states.
    pub(crate) fn read(&mut self, text: &str) -> Stated {
        let tokens = text::tokens(text);
        let is_few = |claim: &Claim| {
            matches!(claim.figure, Figure::Count(low, high) if low >= 0.0 && high <= FEW)
                && !text[claim.span.clone()].contains(|letter: char| letter.is_ascii_digit())
        };
        let claims = claim::claims(&tokens, &mut self.0).into_iter().filter(|claim| !is_few(claim));
        let mut figures: Vec<_> = claims.map(|claim| claim.figure).collect();
        // A number without anything that is counted is no claim, and a figure all the same.
        let numbers: Vec<_> = tokens.iter().filter_map(Token::number).collect();
        let bare = numbers.into_iter().filter(|number| !figures.iter().any(|figure| names(figure, *number, &tokens)));
        let bare: Vec<_> = bare.map(|number| Figure::Count(number, number)).collect();
        figures.extend(bare);
        let words = tokens.into_iter().filter(Token::is_word).map(|token| token.text);
        Stated { figures, words: words.filter(|word| !is_empty_word(word)).collect() }
    }
}

/// Whether a number stands in a figure, or in the name of a thing.
fn names(figure: &Figure, number: f64, tokens: &[Token]) -> bool {
    figure.has_number(number)
        || matches!(figure, Figure::Name(..))
            && tokens.windows(2).any(|two| two[1].number() == Some(number) && two[0].is_word())
}

impl Stated {
    /// The figures.
    pub(crate) fn figures(&self) -> &[Figure] {
        &self.figures
    }

    /// Its telling words, in small letters and in the singular.
    pub(crate) fn words(&self) -> &[String] {
        &self.words
    }

    /// Whether it has this figure, whatever unit it is said with.
    pub(crate) fn has(&self, figure: &Figure) -> bool {
        self.figures.iter().any(|own| same(own, figure))
    }
}

/// Whether two figures are the same, or the same number once with a unit and once without.
fn same(one: &Figure, other: &Figure) -> bool {
    match (one, other) {
        (Figure::Count(low, high), Figure::Duration(from, to))
        | (Figure::Duration(from, to), Figure::Count(low, high)) => {
            Figure::Duration(*low, *high) == Figure::Duration(*from, *to)
        }
        // `220 thousand` and `220,000`.
        (Figure::Count(low, high), Figure::Count(from, to)) if one != other => {
            let is_thousand = |many: f64, few: f64| (many - few * 1000.0).abs() < 0.5;
            is_thousand(*low, *from) && is_thousand(*high, *to) || is_thousand(*from, *low) && is_thousand(*to, *high)
        }
        _ => one == other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn figures_are_the_same_in_whatever_dress() {
        let mut reader = Reader::default();
        let mut has = |text: &str, other: &str| {
            let (text, other) = (reader.read(text), reader.read(other));
            !other.figures().is_empty() && other.figures().iter().all(|figure| text.has(figure))
        };
        for (text, other) in [
            ("From 22:05 on nobody walks there.", "at 10:05 pm"),
            ("It takes twelve minutes.", "the 12-minute gap"),
            ("It takes 12 minutes, I say.", "12 of them"),
            ("Camera 7 is blind.", "camera 7"),
            ("Cameras 3 and 11 are out.", "cameras 3 and 11"),
            ("The number is 4711.", "number 4711"),
            ("It is worth 220 thousand.", "worth 220,000 dollars"),
        ] {
            assert!(has(text, other) && has(other, text), "{text} {other}");
        }
        for (text, other) in [
            ("From 22:05 on.", "at 22:06"),
            ("It takes twelve minutes.", "13 minutes"),
            ("Camera 7 is blind.", "camera 8"),
            ("We wait.", "number 4711"),
        ] {
            assert!(!has(text, other), "{text} {other}");
        }
        assert!(reader.read("Two of us have one thing more to do.").figures().is_empty());
    }
}
