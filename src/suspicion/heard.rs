//! A message as it is weighed: what it claims, held against what was read, and what it does to the plan. What it does is
//! known from its moves where it has any, and else from its words, so that a sign need not ask which.

use std::collections::BTreeSet;

use heist_bank::is_said;

use super::claim::{self, Claim};
use super::facts::Facts;
use super::memory::{Memory, Talk};
use super::name::{self, Name};
use super::quote::{self, Sentence};
use super::source::{Finding, Sources};
use super::text::{self, Shape, Token, Word, Words};
use crate::heist::{AgentName, Message, Move};

/// A message's further claims are not held against the sources.
const CLAIMS_PER_MESSAGE: usize = 24;

/// Of a sentence at most so many bytes are quoted.
const QUOTE_LIMIT: usize = 160;

/// What a claim is about, and what it says of it.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum About {
    /// A fact, by its key and its value as moves have them.
    Fact(String, String),
    /// A figure with the words around it.
    Figure(Claim),
}

impl About {
    /// Whether both say the same.
    pub(super) fn says_same(&self, earlier: &Self) -> bool {
        match (self, earlier) {
            (Self::Fact(..), Self::Fact(..)) => self == earlier,
            (Self::Figure(claim), Self::Figure(earlier)) => {
                earlier.figure == claim.figure
                    && (claim.unit.is_empty() || earlier.unit.iter().any(|unit| claim.unit.contains(unit)))
            }
            _ => false,
        }
    }

    /// Whether both are of one kind, so that one could stand for the other.
    pub(super) fn is_of_kind(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Fact(key, _), Self::Fact(of, _)) => key == of,
            (Self::Figure(claim), Self::Figure(other)) => claim.figure.same_kind(&other.figure),
            _ => false,
        }
    }

    /// How it fares against what has been read by now.
    pub(super) fn check(&self, agent: usize, sources: &Sources, facts: &Facts) -> Finding {
        match self {
            Self::Fact(key, value) => facts.check(agent, key, value),
            Self::Figure(claim) => sources.check(agent, claim, &[]),
        }
    }

    /// Whether both are about the same thing and what one says of it does not go with the other.
    pub(super) fn disagrees(&self, earlier: &Self) -> bool {
        match (self, earlier) {
            (Self::Fact(key, value), Self::Fact(of, before)) => key == of && value != before,
            (Self::Figure(claim), Self::Figure(earlier)) => {
                same_thing(earlier, claim)
                    && !earlier.figure.borne_out_by(&claim.figure)
                    && !claim.figure.borne_out_by(&earlier.figure)
            }
            _ => false,
        }
    }
}

fn same_thing(one: &Claim, other: &Claim) -> bool {
    if !one.figure.same_kind(&other.figure)
        || !(one.unit.is_empty() || one.unit.iter().any(|unit| other.unit.contains(unit)))
    {
        return false;
    }
    let in_common = text::shared(&one.topic, &other.topic).count();
    let smaller = one.topic.len().min(other.topic.len());
    in_common >= 3 && in_common * 3 >= smaller * 2
}

/// A claim that a message makes.
#[derive(Clone, Debug)]
pub(super) struct Claimed {
    /// What it says.
    pub about: About,
    /// How it fares against what was read.
    pub finding: Finding,
    /// Its words.
    pub quote: String,
    /// Who is corrected by it, by the place in the crew.
    pub corrects: Option<usize>,
}

impl Claimed {
    /// Whether a source says otherwise.
    pub(super) fn is_wrong(&self) -> bool {
        matches!(self.finding, Finding::Contradicted { .. })
    }
}

/// A message that is weighed.
pub(super) struct Heard<'a> {
    /// The speaker's place in the crew.
    pub agent: usize,
    /// The message's id.
    pub id: &'a str,
    /// Its text.
    pub text: &'a str,
    /// What it does.
    pub moves: &'a [Move],
    /// Its claims.
    pub claims: Vec<Claimed>,
    /// Its words, where they have to tell what the moves do not.
    pub said: Option<Worded<'a>>,
}

/// The words of a message.
pub(super) struct Worded<'a> {
    /// Marks left out.
    pub words: Words<'a>,
    /// The telling ones, sorted.
    pub content: Vec<Word>,
    /// Those of each sentence.
    pub sentences: Vec<Sentence>,
    /// A sentence that names two others of the crew.
    pub names_two: Option<String>,
}

impl<'a> Heard<'a> {
    /// The message in a talk of moves.
    pub(super) fn by_moves(memory: &Memory, agent: usize, message: &'a Message, crew: &[AgentName]) -> Self {
        let claims = message.moves.iter().filter_map(|mv| {
            let (key, value) = mv.claim()?;
            let corrects = if let Move::Correct { agent, .. } = mv { Some(agent) } else { None };
            Some(Claimed {
                about: About::Fact(key.to_owned(), value.to_owned()),
                finding: memory.facts.check(agent, key, value),
                quote: saying(&message.text, value),
                corrects: corrects.and_then(|corrected| crew.iter().position(|name| name == corrected)),
            })
        });
        let claims = claims.take(CLAIMS_PER_MESSAGE).collect();
        Self { agent, id: &message.id, text: &message.text, moves: &message.moves, claims, said: None }
    }

    /// The message in any other talk; `tokens` are those of its text.
    pub(super) fn by_words(
        memory: &mut Memory,
        agent: usize,
        message: &'a Message,
        tokens: &'a [Token],
        names: &[Name],
    ) -> Self {
        let mut claims = Vec::new();
        let mut told = BTreeSet::new();
        for sentence in tokens.chunk_by(|one, next| one.sentence == next.sentence) {
            let Some((first, last)) = sentence.first().zip(sentence.last()) else { continue };
            let words = message.text.get(first.start..last.end).unwrap_or_default();
            for (key, value) in memory.facts.told(words) {
                told.insert(first.sentence);
                let finding = memory.facts.check(agent, &key, &value);
                let quote = text::clip(words, QUOTE_LIMIT).to_owned();
                claims.push(Claimed { about: About::Fact(key, value), finding, quote, corrects: None });
            }
        }
        let mut found = claim::claims(tokens, &mut memory.vocabulary);
        // What a sentence says is known better where it is the way in which one says a fact.
        found.retain(|claim| !told.contains(&claim.sentence));
        found.truncate(CLAIMS_PER_MESSAGE);
        let findings: Vec<_> = found.iter().map(|claim| memory.sources.check(agent, claim, &found)).collect();
        let said = Worded {
            words: Words::of(tokens),
            content: memory.vocabulary.content(tokens),
            sentences: quote::sentences(tokens, &mut memory.vocabulary),
            names_two: names_two(names, agent, tokens, &message.text),
        };
        let claimed = |(claim, finding): (Claim, Finding)| Claimed {
            quote: around(&claim, &said.words, &message.text),
            about: About::Figure(claim),
            finding,
            corrects: None,
        };
        claims.extend(found.into_iter().zip(findings).map(claimed));
        claims.truncate(CLAIMS_PER_MESSAGE);
        Self { agent, id: &message.id, text: &message.text, moves: &[], claims, said: Some(said) }
    }

    /// In a talk of words the first of the phrases that stands in the text, as it stands there.
    pub(super) fn phrase(&self, phrases: &[&str]) -> Option<&str> {
        let words = &self.said.as_ref()?.words;
        phrases.iter().find_map(|phrase| {
            let from = words.position(phrase)?;
            let last = words.get(from + phrase.split(' ').count() - 1)?;
            self.text.get(words[from].start..last.end)
        })
    }

    /// The sentence that says it, if one does; else the beginning of the text.
    pub(super) fn saying(&self, value: &str) -> String {
        saying(self.text, value)
    }

    /// How the talk is read in which it stands.
    pub(super) const fn talk(&self) -> Talk {
        if self.said.is_some() { Talk::Words } else { Talk::Moves }
    }
}

/// The sentence with most of what is listed in `value`, shortened.
fn saying(text: &str, value: &str) -> String {
    let text = text::clip(text, text::TEXT_LIMIT);
    let mut best = (0, text);
    let mut ended = false;
    // A stop ends a sentence where a space follows, and not in `vault_specs.txt`.
    let ends =
        |letter: char| std::mem::replace(&mut ended, matches!(letter, '.' | '!' | '?')) && letter.is_whitespace();
    for sentence in text.split_inclusive(ends) {
        let said = value.split(" | ").filter(|part| is_said(part, sentence)).count();
        if said > best.0 {
            best = (said, sentence);
        }
    }
    text::clip(best.1.trim(), QUOTE_LIMIT).to_owned()
}

/// The words of a claim, with its sentence's as far as they are near.
fn around(claim: &Claim, words: &Words<'_>, text: &str) -> String {
    let sentence = |token: &&&Token| token.sentence == claim.sentence;
    let before = words.iter().filter(|token| token.end <= claim.span.start).rev().take(4).filter(sentence).last();
    let after = words.iter().filter(|token| token.start >= claim.span.end).take(3).filter(sentence).last();
    let from = before.map_or(claim.span.start, |token| token.start);
    let to = after.map_or(claim.span.end, |token| token.end);
    text::clip(text.get(from..to).unwrap_or_default(), QUOTE_LIMIT).to_owned()
}

/// The first sentence without figures that names two of the crew besides the speaker, shortened.
fn names_two(names: &[Name], speaker: usize, tokens: &[Token], text: &str) -> Option<String> {
    let two = |part: &&[Token]| {
        let is_named = |name: &Name| (0..part.len()).any(|at| name.is(&part[at]) && !is_only_a_word(part, at, text));
        let spoken_of = |(at, name): &(usize, &Name)| *at != speaker && is_named(name);
        let figures = part.iter().any(|token| matches!(token.shape, Shape::Number(_) | Shape::Clock(_)));
        !figures && names.iter().enumerate().filter(spoken_of).count() >= 2
    };
    let sentence = tokens.chunk_by(|one, next| one.sentence == next.sentence).find(two)?;
    let span = sentence.first()?.start..sentence.last()?.end;
    text.get(span).map(|words| text::clip(words, QUOTE_LIMIT).to_owned())
}

/// Whether what could be a name is a word there: what follows "the", and "will" or "may" unless it is written as a name.
fn is_only_a_word(part: &[Token], at: usize, text: &str) -> bool {
    const BEFORE_THINGS: [&str; 8] = ["the", "a", "an", "no", "every", "each", "our", "your"];
    let before = at.checked_sub(1).and_then(|before| part.get(before));
    let is_thing = before.is_some_and(|before| BEFORE_THINGS.contains(&before.text.as_str()));
    let is_capital = || text[part[at].start..].chars().next().is_some_and(char::is_uppercase);
    is_thing || text::is_empty_word(&part[at].text) && !(before.is_some() && is_capital())
}

/// The message's text taken apart, with each name of the crew as one word.
pub(super) fn taken_apart(text: &str, names: &[Name]) -> Vec<Token> {
    name::with_names(text::tokens(text), names)
}
