//! What the parts of a menu are made from: the agent's brief, what it knows, and what has been going on.

use std::cell::OnceCell;

use heist_bank::{Fact, Slot};

use super::best::Best;
use super::figures::Figures;
use super::lots::Lots;
use super::trades::{self, Trade};
use crate::crew::{Brief, Known, Persona, question};
use crate::heist::{AgentName, Draft, Drafted, Entry, Message, Move, Phase};

/// What the parts of a menu are made from.
pub(super) struct View<'a> {
    pub(super) brief: &'a Brief,
    pub(super) known: Known,
    /// What the player asks the agent about, if it does: a fact's key or a slot's name.
    pub(super) question: Option<String>,
    /// What each of the crew is for.
    trades: Vec<Trade>,
    /// What it believes, in figures.
    figures: OnceCell<Figures>,
    best: OnceCell<Best>,
}

impl<'a> View<'a> {
    pub(super) fn of(brief: &'a Brief) -> Self {
        let trades = trades::of(&brief.crew);
        let known = Known::of(brief);
        let question = brief.command.as_deref().and_then(|command| question::asked(command, known.truths()));
        Self { brief, known, question, trades, figures: OnceCell::new(), best: OnceCell::new() }
    }

    /// The fact that a move speaks of, as it is said there.
    pub(super) fn said(&self, key: &str, value: &str) -> Option<Fact> {
        self.known.shape(key)?.with_value(value)
    }

    /// What a fact is called: the words that can follow "about".
    pub(super) fn label(&self, key: &str) -> String {
        self.known.shape(key).map_or_else(|| key.to_owned(), Fact::label)
    }

    /// Whether the player asks the agent about this.
    pub(super) fn is_in_question(&self, about: &str) -> bool {
        self.question.as_deref() == Some(about)
    }

    /// What it believes, in figures.
    pub(super) fn figures(&self) -> &Figures {
        self.figures.get_or_init(|| Figures::of(self))
    }

    /// The plan that it likes best of those that go with what stands.
    pub(super) fn best(&self) -> &Best {
        self.best.get_or_init(|| Best::of(self))
    }

    pub(super) const fn draft(&self) -> &Draft {
        &self.brief.draft
    }

    /// A slot of the plan as it stands.
    pub(super) fn slot(&self, slot: Slot) -> &Drafted {
        self.draft().slot(slot)
    }

    pub(super) const fn me(&self) -> &AgentName {
        &self.brief.me.name
    }

    /// Whether a name is the agent's own.
    pub(super) fn is_me(&self, name: &AgentName) -> bool {
        *name == self.brief.me.name
    }

    /// Whether it is the agent who settles.
    pub(super) fn is_planner(&self) -> bool {
        self.brief.crew.first().is_some_and(|first| self.is_me(&first.name))
    }

    /// Whether there is no further turn.
    pub(super) fn is_last_turn(&self) -> bool {
        let agents = self.brief.crew.len();
        let turns = agents * usize::try_from(self.brief.rounds).unwrap_or(usize::MAX) + 1;
        self.is_planner() && usize::try_from(self.brief.turn).is_ok_and(|turn| turn >= turns)
    }

    pub(super) fn is_final(&self) -> bool {
        self.brief.phase == Phase::FinalPlan
    }

    /// The others of the crew.
    pub(super) fn others(&self) -> impl Iterator<Item = &'a Persona> {
        let brief = self.brief;
        brief.crew.iter().filter(|persona| persona.name != brief.me.name)
    }

    /// What somebody is for.
    pub(super) fn trade_of(&self, name: &AgentName) -> Trade {
        let place = self.brief.crew.iter().position(|persona| persona.name == *name);
        place.and_then(|place| self.trades.get(place)).copied().unwrap_or(Trade::Lead)
    }

    /// What the agent is for.
    pub(super) fn trade(&self) -> Trade {
        self.trade_of(self.me())
    }

    /// Who is for something, of the others first.
    pub(super) fn agent_for(&self, trade: Trade) -> Option<&'a Persona> {
        let brief = self.brief;
        let all = || brief.crew.iter().zip(&self.trades).filter(|(_, of)| **of == trade).map(|(persona, _)| persona);
        all().find(|persona| persona.name != brief.me.name).or_else(|| all().next())
    }

    /// The messages so far, newest first.
    pub(super) fn messages(&self) -> impl Iterator<Item = &'a Message> {
        let brief = self.brief;
        brief.transcript.iter().rev().filter_map(Entry::said)
    }

    /// What others have said since the agent spoke last, newest first.
    pub(super) fn since(&self) -> impl Iterator<Item = &'a Message> {
        let brief = self.brief;
        self.messages().take_while(|message| message.agent != brief.me.name)
    }

    /// Who asks the agent about what, newest first: a fact's key or a slot's name.
    pub(super) fn asked(&self) -> impl Iterator<Item = (&'a AgentName, &'a str)> {
        let brief = self.brief;
        self.since().flat_map(|message| {
            message.moves.iter().filter_map(|mv| match mv {
                Move::Ask { agent, about } if *agent == brief.me.name => Some((&message.agent, about.as_str())),
                _ => None,
            })
        })
    }

    /// Whether anybody has asked about something lately.
    pub(super) fn is_asked(&self, about: &str) -> bool {
        let crew = self.brief.crew.len();
        let asks = |mv: &Move| matches!(mv, Move::Ask { about: asked, .. } if asked == about);
        self.messages().take(2 * crew).any(|message| message.moves.iter().any(asks))
    }

    /// Whether the agent has made a move like this in the heist.
    pub(super) fn has_done(&self, is_such: impl Fn(&Move) -> bool) -> bool {
        self.messages().filter(|message| self.is_me(&message.agent)).any(|message| message.moves.iter().any(&is_such))
    }

    /// Whether a fact was returned by the agent's own call in this turn.
    pub(super) fn is_fresh(&self, key: &str) -> bool {
        let turn = self.brief.turn;
        // The same may have been read before.
        self.known.own().rev().take_while(|seen| seen.turn == turn).any(|seen| seen.fact.key() == key)
    }

    /// The agent's lots in this turn.
    pub(super) fn lots(&self) -> Lots<'a> {
        Lots { seed: self.brief.seed, turn: self.brief.turn, agent: &self.brief.me.name }
    }

    /// A number below `end` that follows from seed, turn, agent and purpose.
    pub(super) fn draw(&self, purpose: &str, end: usize) -> usize {
        draw(self.brief.seed, self.brief.turn, &[self.me(), purpose], end)
    }
}

/// A number below `end` that follows from a seed, a turn and words: their digest.
pub(super) fn draw(seed: u64, turn: u32, words: &[&str], end: usize) -> usize {
    const PRIME: u64 = 0x0000_0100_0000_01b3;
    let bytes = seed.to_le_bytes().into_iter().chain(turn.to_le_bytes());
    let words = words.iter().flat_map(|word| word.bytes().chain([0xff]));
    let mut digest = bytes
        .chain(words)
        .fold(0xcbf2_9ce4_8422_2325_u64, |digest, byte| (digest ^ u64::from(byte)).wrapping_mul(PRIME));
    // Its low digits would hang on the last letters alone.
    digest = (digest ^ (digest >> 32)).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    digest ^= digest >> 29;
    let end = u64::try_from(end).unwrap_or(u64::MAX);
    digest.checked_rem(end).and_then(|drawn| usize::try_from(drawn).ok()).unwrap_or(0)
}
