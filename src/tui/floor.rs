//! The places of the bank that the talk is about: which messages named them, how long ago that is, and where they are on the
//! floor plans.

use std::sync::OnceLock;

use heist_bank::{Bank, FloorPlan, Size};

use crate::heist::Message;

use super::talk::places;
use super::text::one_line;

/// A floor plan, its rows cut into what is drawn alike.
#[derive(Debug, Default)]
pub(super) struct Drawing {
    /// Texts from left to right, with the place that each names.
    pub(super) rows: Vec<Vec<(String, Option<usize>)>>,
    /// How many columns it has.
    pub(super) columns: usize,
    plan: FloorPlan,
}

impl Drawing {
    fn of(bank: &Bank, size: Size) -> Self {
        let plan = bank.floor_plan(size);
        let rows = (0..).zip(&plan.rows).map(|(number, row)| {
            let mut spots: Vec<_> = plan.spots.iter().filter(|spot| spot.row == number).collect();
            spots.sort_unstable_by_key(|spot| spot.column);
            let mut signs = row.chars();
            let mut at = 0;
            let mut pieces = Vec::new();
            for spot in spots {
                pieces.push((signs.by_ref().take(spot.column.saturating_sub(at)).collect(), None));
                pieces.push((signs.by_ref().take(spot.width).collect(), Some(spot.place)));
                at = spot.column + spot.width;
            }
            pieces.push((signs.collect(), None));
            pieces
        });
        Self { rows: rows.collect(), columns: size.columns(), plan }
    }

    /// The row that names a place.
    pub(super) fn row_of(&self, place: usize) -> usize {
        self.plan.spots.iter().find(|spot| spot.place == place).map_or(0, |spot| spot.row)
    }
}

/// The last message that named a place.
#[derive(Clone, Debug)]
pub(super) struct Mention {
    /// The place, of the bank's.
    pub(super) place: usize,
    /// The message.
    pub(super) id: String,
    /// Who said it, as shown.
    pub(super) agent: String,
    /// The word that named it.
    pub(super) word: String,
    /// Messages in which it was named altogether.
    pub(super) count: usize,
    /// The message's number, counted from 1.
    said: u32,
}

/// How long ago a place was last spoken of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Age {
    /// In the last message that named any.
    Now,
    /// A few messages ago.
    Lately,
    Before,
    Never,
}

/// Messages until a place is no more what was spoken of lately: about a round.
const LATELY: u32 = 6;

/// What was said of the bank's places. There are none until the session has begun.
#[derive(Debug, Default)]
pub(super) struct Floor {
    bank: Option<Box<Bank>>,
    /// What each place is called in the talk, in small letters.
    words: Vec<Vec<String>>,
    /// Drawn when they are first looked at.
    small: OnceLock<Drawing>,
    large: OnceLock<Drawing>,
    /// Newest first; each place once.
    mentions: Vec<Mention>,
    /// Messages heard.
    said: u32,
}

impl Floor {
    /// The floors of a bank that nothing was said of yet.
    pub(super) fn of(bank: Bank) -> Self {
        let words = (0..bank.places.len()).map(|place| bank.words_of(place)).collect();
        Self { words, bank: Some(Box::new(bank)), ..Self::default() }
    }

    /// The bank's name.
    pub(super) fn bank(&self) -> &str {
        self.bank.as_ref().map_or("", |bank| &bank.name)
    }

    /// The name of a place.
    pub(super) fn name_of(&self, place: usize) -> &str {
        self.bank.as_ref().map_or("", |bank| bank.name_of(place))
    }

    /// The plan as it is drawn.
    pub(super) fn drawing(&self, size: Size) -> &Drawing {
        let drawing = match size {
            Size::Small => &self.small,
            Size::Large => &self.large,
        };
        drawing.get_or_init(|| self.bank.as_ref().map_or_else(Drawing::default, |bank| Drawing::of(bank, size)))
    }

    /// Takes in a message of an agent.
    pub(super) fn hear(&mut self, message: &Message, agent: &str) {
        self.said += 1;
        let words = self.words.iter().enumerate();
        let named = words.filter_map(|(index, words)| {
            let (at, word) = first(&message.text, words)?;
            Some((at, index, word.to_owned()))
        });
        let mut named: Vec<(usize, usize, String)> = named.collect();
        named.sort_unstable();
        // What was named last in the message comes first.
        for (_, place, word) in named {
            let before = self.mentions.iter().position(|mention| mention.place == place);
            let count = before.map_or(0, |before| self.mentions.remove(before).count) + 1;
            let (id, agent) = (one_line(&message.id, 24), agent.to_owned());
            self.mentions.insert(0, Mention { place, id, agent, word, count, said: self.said });
        }
    }

    /// The places that were named, newest first.
    pub(super) fn mentions(&self) -> &[Mention] {
        &self.mentions
    }

    /// How long ago a mention is.
    pub(super) fn age_of(&self, mention: &Mention) -> Age {
        if self.mentions.first().is_some_and(|first| first.said == mention.said) {
            Age::Now
        } else if self.said - mention.said < LATELY {
            Age::Lately
        } else {
            Age::Before
        }
    }

    /// How long ago a place was named.
    pub(super) fn age(&self, place: usize) -> Age {
        let mention = self.mentions.iter().find(|mention| mention.place == place);
        mention.map_or(Age::Never, |mention| self.age_of(mention))
    }
}

/// Where the first of the words stands in a text, as a word of its own or in the plural.
fn first<'a>(text: &str, words: &'a [String]) -> Option<(usize, &'a str)> {
    let found = words.iter().filter_map(|word| {
        let mut found = places(text, word);
        let alone = found.find(|place| {
            let ends = |text: &str| text.chars().next().is_none_or(|c| !c.is_alphanumeric());
            let (before, after) = (&text[..place.start], &text[place.end..]);
            before.chars().next_back().is_none_or(|c| !c.is_alphanumeric())
                && (ends(after) || after.strip_prefix('s').is_some_and(ends))
        })?;
        Some((alone.start, word.as_str()))
    });
    found.min()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::heist::Tokens;

    fn heard(mut plan: Floor, texts: &[&str]) -> Floor {
        for (index, text) in texts.iter().enumerate() {
            let message = Message {
                id: format!("m{}", index + 1),
                round: 1,
                turn: 1,
                agent: "intel".into(),
                text: (*text).into(),
                moves: Vec::new(),
                sealed: String::new(),
                tokens: Tokens::default(),
                ms: 0,
            };
            plan.hear(&message, "intel");
        }
        plan
    }

    fn floor(texts: &[&str]) -> Floor {
        heard(Floor::of(Bank::first_meridian()), texts)
    }

    fn named(plan: &Floor) -> Vec<&str> {
        plan.mentions().iter().map(|mention| plan.name_of(mention.place)).collect()
    }

    #[test]
    fn places_are_known_by_their_words() {
        let plan =
            floor(&["From the Vault to the loading dock; Docker and the lobbyist are no places. Two anterooms."]);
        assert_eq!(named(&plan), ["anteroom", "loading dock", "main vault"]);
    }

    #[test]
    fn every_place_of_another_bank_is_known_by_its_name() {
        let bank = Bank::of(7);
        for (number, place) in bank.places.iter().enumerate() {
            let plan = heard(Floor::of(bank.clone()), &[&format!("We meet at the {}.", place.name)]);
            assert_eq!(named(&plan), [&place.name]);
            assert_eq!(plan.mentions()[0].place, number);
        }
    }

    #[test]
    fn a_drawing_has_every_place_in_a_piece_of_its_own() {
        let bank = Bank::of(7);
        let plan = Floor::of(bank.clone());
        for size in [Size::Small, Size::Large] {
            let drawing = plan.drawing(size);
            let text = |row: &Vec<(String, _)>| row.iter().map(|(text, _)| text.as_str()).collect::<String>();
            assert_eq!(drawing.rows.iter().map(text).collect::<Vec<_>>(), bank.floor_plan(size).rows);
            for (number, place) in bank.places.iter().enumerate() {
                let pieces = drawing.rows[drawing.row_of(number)].iter();
                let texts: Vec<_> = pieces.filter(|(_, of)| *of == Some(number)).map(|(text, _)| text).collect();
                assert!(texts == [&place.label] || texts == [&place.name], "{texts:?}");
            }
        }
    }

    #[test]
    fn before_the_session_there_is_nothing_to_name() {
        assert!(heard(Floor::default(), &["the vault"]).mentions().is_empty());
    }

    #[test]
    fn the_newest_comes_first_and_all_fades() {
        let mut texts = vec!["the vault and the tunnel", "the lobby", "the vault"];
        let short = floor(&texts);
        assert_eq!(named(&short), ["main vault", "lobby", "service tunnel"]);
        assert_eq!(short.mentions()[0].count, 2);
        let ages = |plan: &Floor| plan.mentions().iter().map(|mention| plan.age_of(mention)).collect::<Vec<_>>();
        assert_eq!(ages(&short), [Age::Now, Age::Lately, Age::Lately]);
        texts.extend(["nothing"; 6]);
        assert_eq!(ages(&floor(&texts)), [Age::Now, Age::Before, Age::Before]);
        assert_eq!(floor(&texts).age(0), Age::Never);
    }
}
