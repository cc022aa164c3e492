//! What an agent of the scripted crew says: a few sentences, put together from what it wants to say in this turn.

use crate::crew::Brief;
use crate::heist::{Entry, Phase, Strategy};

use super::board::Board;
use super::dice::Dice;
use super::grammar::{doubled, sentences};
use super::plan::Plan;
use super::sabotage;
use super::this_turn;
use super::voices::{Kind, PLAN, Voice, kind, kinds};
use crate::crew::Seen as Find;

/// A message has at most so many characters.
const MESSAGE_CHARS: usize = 560;
/// Below this a message is filled up.
const ENOUGH_BYTES: usize = 60;
/// A message has so many sentences at most; the final plan one more.
const MOST_SENTENCES: usize = 4;
/// So many ways are tried to say something new.
const TRIES: u32 = 8;

/// What the agent says.
pub(super) fn speak(seed: u64, brief: &Brief) -> String {
    let said =
        |text: &str| brief.transcript.iter().any(|entry| matches!(entry, Entry::Said(message) if message.text == text));
    let mut text = String::new();
    for again in 0..TRIES {
        text = Speaker::new(seed, brief, again).message();
        if !said(&text) {
            break;
        }
    }
    text
}

/// Where in a message a sentence stands.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Place {
    /// To the player, or about a mistake.
    First,
    /// To somebody of the crew.
    Reaction,
    /// What was found.
    Report,
    /// What follows from it.
    Thought,
    /// What one wants, or how one stands to it all.
    Position,
    /// Whatever is left to say.
    Close,
}

pub(super) struct Speaker<'a> {
    pub(super) seed: u64,
    pub(super) brief: &'a Brief,
    pub(super) dice: Dice,
    pub(super) voice: &'static Voice,
    /// What each of the crew does, in the crew's order.
    pub(super) kinds: Vec<Kind>,
    pub(super) board: Board,
    pub(super) plan: Plan<'a>,
    pub(super) act: Option<Strategy>,
    /// All that was said, in small letters: a pattern is used once in a heist.
    pub(super) said: String,
    pub(super) spoken: Vec<(Place, String)>,
    /// The fact that the message reports.
    pub(super) told: Option<Find>,
    /// Whether something in the message was bent.
    pub(super) is_bent: bool,
    pub(super) again: u32,
}

impl<'a> Speaker<'a> {
    pub(super) fn new(seed: u64, brief: &'a Brief, again: u32) -> Self {
        let board = Board::of(&brief.bank, &brief.transcript);
        let mut said = String::new();
        for entry in brief.transcript.iter() {
            if let Entry::Said(message) = entry {
                said.push_str(&message.text.to_lowercase());
                said.push('\n');
            }
        }
        Self {
            seed,
            brief,
            dice: Dice::new(seed, brief.turn, &brief.me.name),
            voice: kind(brief).voice(),
            kinds: kinds(&brief.crew),
            plan: Plan::of(seed, brief, &board),
            board,
            act: sabotage::act(seed, brief),
            said,
            spoken: Vec::new(),
            told: None,
            is_bent: false,
            again,
        }
    }

    pub(super) fn message(mut self) -> String {
        if self.leads() && self.brief.phase == Phase::FinalPlan && self.has_spoken_in_round() {
            return self.final_plan();
        }
        let opened = self.obey() || self.mend() || self.dispute();
        if self.leads() {
            // A decision finds room before anything else.
            self.position();
        }
        let found = self.report();
        if !opened {
            self.react();
        }
        self.disturb();
        if !self.leads() {
            self.position();
        }
        if found {
            self.think();
        }
        self.close();
        self.fill_up();
        self.finish()
    }

    /// Whether the agent is the one who decides.
    pub(super) fn leads(&self) -> bool {
        self.brief.crew.first().is_some_and(|first| first.name == self.brief.me.name)
    }

    fn has_spoken_in_round(&self) -> bool {
        self.brief.transcript.iter().any(|entry| {
            matches!(entry, Entry::Said(message) if message.round == self.brief.round && message.agent == self.brief.me.name)
        })
    }

    fn final_plan(mut self) -> String {
        self.obey();
        if self.act == Some(Strategy::TimingErrors) {
            self.plan.shift(sabotage::minutes(self.seed, self.brief));
        }
        // What has a minute in it comes before what has none.
        let (exact, vague) = PLAN[1].split_at(5);
        self.say(Place::Reaction, "plan opening", PLAN[0], &[]);
        if !this_turn(self.brief).is_empty() {
            self.report();
        }
        if !self.say(Place::Position, "plan", exact, &[]) {
            self.say(Place::Position, "plan", vague, &[]);
        }
        if self.act.is_some() {
            self.disturb();
        }
        self.say(Place::Close, "plan end", PLAN[2], &[]);
        self.finish()
    }

    /// Somebody with nothing new still says a whole thing.
    fn fill_up(&mut self) {
        let phase = self.brief.phase;
        for bank in [self.voice.remarks[phase as usize], self.voice.hedge, self.voice.remarks[0]] {
            let text: usize = self.spoken.iter().map(|(_, text)| text.len()).sum();
            if self.count() < 2 || text < ENOUGH_BYTES {
                self.say(Place::Close, "more to say", bank, &[]);
            }
        }
        for (bank, topic) in [(self.voice.remarks[phase as usize], false), (self.voice.boast, true)] {
            if self.count() < 2 {
                let slots = [("topic", self.topic()), ("fact", String::new())];
                self.say_again(Place::Close, "anything", bank, if topic { &slots } else { &[] });
            }
        }
    }

    /// How many sentences there are.
    pub(super) fn count(&self) -> usize {
        self.spoken.iter().map(|(_, text)| sentences(text)).sum()
    }

    /// Whether the text can be said as well: it is whole, and there is room for it.
    pub(super) fn has_room(&self, text: &str) -> bool {
        let last = self.brief.phase == Phase::FinalPlan && self.leads();
        let chars: usize = self.spoken.iter().map(|(_, text)| text.chars().count() + 1).sum();
        self.count() + sentences(text) <= MOST_SENTENCES + usize::from(last)
            && chars + text.chars().count() <= MESSAGE_CHARS
            && doubled(text).is_none()
    }

    fn finish(mut self) -> String {
        self.spoken.sort_by_key(|(place, _)| *place);
        self.spoken.into_iter().map(|(_, text)| text).collect::<Vec<_>>().join(" ")
    }
}
