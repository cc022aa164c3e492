//! What an agent is told in private: the mole its orders, everybody else to be loyal, both at the same length, so that
//! neither the costs nor the time of a turn tell which it was.

use crate::crew::Brief;
use crate::heist::Strategy;

/// What stands before it, in the tail of the agent's own decision and nowhere else.
pub(super) const PRIVATE: &str = "Only you know this";

/// What everybody is told who is not the mole.
const LOYAL: &str = "You are honest and want the plan to work.";

/// What fills up the shorter of two texts, as often as it takes. It changes nothing for anybody. Its words are as long as
/// those of orders, so that as many bytes are about as many tokens.
const FILLING: &str = "You stay calm, come what may. You pick your words with care. You let everybody finish. You keep \
                       your eyes open. You note who told you what. You never raise your voice.";

/// The private part of an agent's tail. Its length is the same for the whole crew, whoever is the mole and whatever its
/// strategy.
pub(super) fn private(brief: &Brief) -> String {
    let orders = |strategy| format!("You are secretly the mole. {}", brief.crew.order(strategy, brief.difficulty));
    let length = Strategy::ALL.into_iter().map(|strategy| orders(strategy).len()).fold(LOYAL.len(), usize::max);
    let own = brief.orders.as_ref().map_or_else(|| LOYAL.to_owned(), |own| orders(own.strategy));
    filled(&own, length)
}

/// The text with as much of the filling behind it as makes it so long, to the byte: whole words, then spaces.
fn filled(text: &str, length: usize) -> String {
    let mut filled = text.to_owned();
    for word in FILLING.split(' ').cycle() {
        if filled.len() + 1 + word.len() > length {
            break;
        }
        filled.push(' ');
        filled.push_str(word);
    }
    filled.extend(std::iter::repeat_n(' ', length.saturating_sub(filled.len())));
    filled
}

#[cfg(test)]
mod tests {
    use proptest::prelude::{prop_assert, prop_assert_eq, proptest};

    use super::*;
    use crate::agents::model::briefs::brief;
    use crate::crew::orders;
    use crate::heist::Difficulty;

    #[test]
    fn everybody_is_told_as_much_whatever_the_strategy() {
        for difficulty in Difficulty::ALL {
            let honest = Brief { difficulty, ..brief("hacker") };
            let told = private(&honest);
            assert!(told.starts_with(LOYAL) && !told.contains("mole"), "{told}");
            for strategy in Strategy::ALL {
                let orders = orders(&honest.crew, strategy, difficulty);
                let mole = Brief { orders: Some(orders), ..honest.clone() };
                assert!(private(&mole).contains(honest.crew.order(strategy, difficulty)));
                assert_eq!(private(&mole).len(), told.len(), "{strategy:?}, {difficulty:?}");
            }
        }
    }

    proptest! {
        #[test]
        fn a_text_is_filled_to_the_byte(text in "\\PC{0,40}", length in 0usize..900) {
            let filled = filled(&text, length);
            prop_assert!(filled.starts_with(&text));
            prop_assert_eq!(filled.len(), length.max(text.len()));
        }
    }
}
