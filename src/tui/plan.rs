//! The places of the bank that the talk is about: which messages named them, and how long ago that is.

use crate::heist::Message;

use super::talk::places;
use super::text::one_line;

/// A place of the bank.
#[derive(Debug)]
pub(super) struct Place {
    /// As the bank's documents call it.
    pub(super) name: &'static str,
    /// As it stands on the floor plan.
    pub(super) label: &'static str,
    /// What it is called in the talk, in small letters.
    words: &'static [&'static str],
}

const fn place(name: &'static str, label: &'static str, words: &'static [&'static str]) -> Place {
    Place { name, label, words }
}

/// All places on the plan, from the roof down.
pub(super) const PLACES: [Place; 18] = [
    place("roof hatch", "roof hatch", &["roof"]),
    place("offices", "offices", &["office", "offices"]),
    place("guard room", "guard room", &["guard room"]),
    place("control desk", "control desk", &["control desk"]),
    place("server room", "server room", &["server room"]),
    place("lobby", "lobby", &["lobby"]),
    place("front door", "front door", &["front door", "front route", "front exit"]),
    place("teller hall", "teller hall", &["teller hall"]),
    place("loading dock", "loading dock", &["dock"]),
    place("staff door", "staff door", &["staff door", "staff route", "staff exit"]),
    place("east stairwell", "stairwell", &["stairwell", "stairs"]),
    place("archive", "archive", &["archive"]),
    place("lower corridor", "lower corridor", &["lower corridor"]),
    place("anteroom", "anteroom", &["anteroom"]),
    place("main vault", "vault", &["vault"]),
    place("boiler room", "boiler room", &["boiler room"]),
    place("boiler corridor", "boiler corridor", &["boiler corridor"]),
    place("service tunnel", "service tunnel", &["tunnel"]),
];

/// The last message that named a place.
#[derive(Clone, Debug)]
pub(super) struct Mention {
    /// The place, of [`PLACES`].
    pub(super) place: usize,
    /// The message.
    pub(super) id: String,
    /// Who said it, as shown.
    pub(super) agent: String,
    /// The word that named it.
    pub(super) word: &'static str,
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

/// What was said of the bank's places.
#[derive(Debug, Default)]
pub(super) struct Plan {
    /// Newest first; each place once.
    mentions: Vec<Mention>,
    /// Messages heard.
    said: u32,
}

impl Plan {
    /// Takes in a message of an agent.
    pub(super) fn hear(&mut self, message: &Message, agent: &str) {
        self.said += 1;
        let mut named: Vec<(usize, usize, &'static str)> = PLACES
            .iter()
            .enumerate()
            .filter_map(|(index, place)| first(&message.text, place.words).map(|(at, word)| (at, index, word)))
            .collect();
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
fn first(text: &str, words: &[&'static str]) -> Option<(usize, &'static str)> {
    let found = words.iter().filter_map(|word| {
        let mut found = places(text, word);
        let alone = found.find(|place| {
            let ends = |text: &str| text.chars().next().is_none_or(|c| !c.is_alphanumeric());
            let (before, after) = (&text[..place.start], &text[place.end..]);
            before.chars().next_back().is_none_or(|c| !c.is_alphanumeric())
                && (ends(after) || after.strip_prefix('s').is_some_and(ends))
        })?;
        Some((alone.start, *word))
    });
    found.min()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::heist::Tokens;

    fn plan(texts: &[&str]) -> Plan {
        let mut plan = Plan::default();
        for (index, text) in texts.iter().enumerate() {
            let message = Message {
                id: format!("m{}", index + 1),
                round: 1,
                turn: 1,
                agent: "intel".into(),
                text: (*text).into(),
                tokens: Tokens::default(),
                ms: 0,
            };
            plan.hear(&message, "intel");
        }
        plan
    }

    fn named(plan: &Plan) -> Vec<&'static str> {
        plan.mentions().iter().map(|mention| PLACES[mention.place].name).collect()
    }

    #[test]
    fn places_are_known_by_their_words() {
        let plan = plan(&["From the Vault to the loading dock; Docker and the lobbyist are no places. Two anterooms."]);
        assert_eq!(named(&plan), ["anteroom", "loading dock", "main vault"]);
    }

    #[test]
    fn the_newest_comes_first_and_all_fades() {
        let mut texts = vec!["the vault and the tunnel", "the lobby", "the vault"];
        let short = plan(&texts);
        assert_eq!(named(&short), ["main vault", "lobby", "service tunnel"]);
        assert_eq!(short.mentions()[0].count, 2);
        let ages = |plan: &Plan| plan.mentions().iter().map(|mention| plan.age_of(mention)).collect::<Vec<_>>();
        assert_eq!(ages(&short), [Age::Now, Age::Lately, Age::Lately]);
        texts.extend(["nothing"; 6]);
        assert_eq!(ages(&plan(&texts)), [Age::Now, Age::Before, Age::Before]);
        assert_eq!(plan(&texts).age(0), Age::Never);
    }

    #[test]
    fn the_places_are_those_of_the_banks_papers() {
        let papers = [
            include_str!("../../bank/documents/bank_layout.txt"),
            include_str!("../../bank/documents/guard_rotation.txt"),
            include_str!("../../bank/bank.sql"),
        ]
        .concat();
        for place in &PLACES {
            assert!(papers.contains(place.name), "{}", place.name);
        }
    }
}
