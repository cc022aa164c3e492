//! Agents' names in texts: each is one word, however many parts it has.

use super::text::{Shape, Token, tokens};

/// An agent's name as it is found in texts.
#[derive(Clone, Debug)]
pub(super) struct Name {
    /// What [`tokens`] makes of it, each with whether it stands close to the one before it: "safe-cracker" is three.
    parts: Vec<(String, bool)>,
    /// The text of the one token that stands for it in the end.
    whole: String,
    /// The first of several words, by which others may call it too.
    first: Option<String>,
}

impl Name {
    pub(super) fn of(name: &str) -> Self {
        let tokens = tokens(name);
        let first = tokens.first().filter(|_| name.contains(char::is_whitespace)).map(|token| token.text.clone());
        let whole = tokens.iter().map(|token| token.text.as_str()).collect();
        let mut end = 0;
        let part = |token: Token| {
            let close = std::mem::replace(&mut end, token.end) == token.start;
            (token.text, close)
        };
        Self { whole, first, parts: tokens.into_iter().map(part).collect() }
    }

    /// Whether a word of a text is this name.
    pub(super) fn is(&self, token: &Token) -> bool {
        token.text == self.whole || Some(&token.text) == self.first.as_ref()
    }

    /// Whether a text begins with this name.
    fn opens(&self, tokens: &[Token]) -> bool {
        let Some(found) = tokens.get(..self.parts.len()) else { return false };
        found.iter().zip(&self.parts).all(|(token, (text, _))| token.text == *text)
            && found.windows(2).zip(&self.parts[1..]).all(|(two, (_, close))| (two[0].end == two[1].start) == *close)
    }
}

/// Makes one word of each name that was taken apart, so that nothing in it is taken for a word or a figure.
pub(super) fn with_names(mut tokens: Vec<Token>, names: &[Name]) -> Vec<Token> {
    for at in 0..tokens.len() {
        // The longest, where one name begins with another.
        let found = names.iter().filter(|name| name.parts.len() > 1 && name.opens(&tokens[at.min(tokens.len())..]));
        if let Some(name) = found.max_by_key(|name| name.parts.len()) {
            let last = at + name.parts.len() - 1;
            let end = tokens[last].end;
            tokens.drain(at + 1..=last);
            tokens[at] = Token { shape: Shape::Word, text: name.whole.clone(), end, ..tokens[at].clone() };
        }
    }
    tokens
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_of_several_parts_is_one_word() {
        let names = ["safe-cracker", "driver-2", "driver-2-b", "planner", "Ann O'Hara"].map(Name::of);
        let words = |text: &str| -> Vec<_> {
            with_names(tokens(text), &names).into_iter().map(|token| (token.shape, token.text)).collect()
        };
        let word = |text: &str| (Shape::Word, text.to_owned());
        assert_eq!(words("Safe-cracker's plan"), [word("safe-cracker"), word("plan")]);
        assert_eq!(words("driver-2 DRIVER-2-B"), [word("driver-2"), word("driver-2-b")]);
        assert_eq!(words("a safe planner"), [word("a"), word("safe"), word("planner")]);
        assert_eq!(words("ann O'Hara, Ann"), [word("anno'hara"), (Shape::Mark(','), ",".into()), word("ann")]);
        assert!(words("driver 2").iter().any(|(shape, _)| *shape == Shape::Number(2.0)));
    }
}
