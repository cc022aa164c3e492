//! What an agent of the scripted crew says: its moves in its own voice, and a word or two around them.

use heist_bank::{Fact, Slot};

use crate::agents::menu::Item;
use crate::crew::{Brief, Known, question};
use crate::heist::{Draft, Entry, Move, Phase};

use super::dice::Dice;
use super::grammar::{doubled, sentences};
use super::slots::thing;
use super::voices::{Kind, PLAN, Voice, kind, kinds};

/// A message has at most so many characters.
const MOST_CHARS: usize = 590;
/// What need not be said is not said beyond so many.
const ENOUGH_CHARS: usize = 430;
/// Below this a message is filled up.
const FEW_CHARS: usize = 60;
/// A message has so many sentences at most; the final plan one more.
const MOST_SENTENCES: usize = 4;
/// So many ways are tried to say something new.
const TRIES: u32 = 8;

/// What the agent says.
pub(super) fn speak(seed: u64, brief: &Brief, picked: &[Item]) -> String {
    let said = |text: &str| brief.transcript.iter().filter_map(Entry::said).any(|message| message.text == text);
    let known = Known::of(brief);
    let mut all = String::new();
    for message in brief.transcript.iter().filter_map(Entry::said) {
        all.push_str(&message.text.to_lowercase());
        all.push('\n');
    }
    let mut text = String::new();
    for again in 0..TRIES {
        text = Speaker::new(seed, brief, &known, &all, again).message(picked);
        if !said(&text) {
            break;
        }
    }
    text
}

pub(super) struct Speaker<'a> {
    pub(super) brief: &'a Brief,
    pub(super) known: &'a Known,
    pub(super) dice: Dice,
    pub(super) voice: &'static Voice,
    /// What each of the crew does, in the crew's order.
    pub(super) kinds: Vec<Kind>,
    /// What the player asks the agent about, if it does: a fact's key or a slot's name.
    pub(super) question: Option<String>,
    /// The plan that sentences may name.
    pub(super) draft: Draft,
    /// All that was said, in small letters: a pattern is used once in a heist.
    pub(super) said: String,
    pub(super) spoken: Vec<String>,
    /// The facts that the message has told, and where they are from.
    pub(super) told: Vec<(Fact, String)>,
    /// How many moves have still to be said, and how long they are in plain words.
    rest: (usize, usize),
    pub(super) again: u32,
}

impl<'a> Speaker<'a> {
    fn new(seed: u64, brief: &'a Brief, known: &'a Known, said: &str, again: u32) -> Self {
        Self {
            brief,
            known,
            dice: Dice::new(seed, brief.turn, &brief.me.name),
            voice: kind(brief).voice(),
            kinds: kinds(&brief.crew),
            question: brief.command.as_deref().and_then(|command| question::asked(command, known.truths())),
            draft: brief.draft.clone(),
            said: said.to_owned(),
            spoken: Vec::new(),
            told: Vec::new(),
            rest: (0, 0),
            again,
        }
    }

    fn message(mut self, picked: &[Item]) -> String {
        self.wait_for(picked);
        self.obey();
        if self.leads() && self.brief.phase == Phase::FinalPlan && self.has_spoken_in_round() {
            self.state_the_plan(picked);
        } else {
            self.react(picked);
            self.complain();
            self.say_all(picked);
            self.close();
            self.fill_up();
        }
        self.spoken.join(" ")
    }

    /// Says the moves, one after the other.
    fn say_all(&mut self, items: &[Item]) {
        for (number, item) in items.iter().enumerate() {
            self.wait_for(items.get(number + 1..).unwrap_or_default());
            self.say_move(item);
        }
    }

    /// Keeps room for what has to be said.
    fn wait_for(&mut self, items: &[Item]) {
        self.rest = (items.len(), items.iter().map(|item| item.words.chars().count() + 1).sum());
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

    /// The plan as it stands with these moves, in one statement.
    fn state_the_plan(&mut self, picked: &[Item]) {
        let planner = self.brief.me.name.clone();
        let moves: Vec<_> = picked.iter().map(|item| item.does.clone()).collect();
        self.draft.take(&planner, &planner, &moves);
        // What nobody settled is what most are for.
        let open = Slot::ALL.into_iter().filter_map(|slot| {
            let drafted = self.draft.slot(slot);
            let value = drafted.value().filter(|_| drafted.settled.is_none())?.to_owned();
            Some(Move::Settle { slot, value })
        });
        let open: Vec<_> = open.collect();
        self.draft.take(&planner, &planner, &open);
        let is_in_it = |item: &&Item| match &item.does {
            Move::Settle { slot, value } => self.draft.slot(*slot).settled.as_ref() == Some(value),
            _ => false,
        };
        let others: Vec<_> = picked.iter().filter(|item| !is_in_it(item)).cloned().collect();
        self.wait_for(&others);
        self.rest.0 += 1;
        self.add("plan opening", PLAN[0], &[]);
        self.rest.0 -= 1;
        if !self.say("plan", PLAN[1], &[]) {
            let text = self.what_stands();
            self.put(text);
        }
        self.say_all(&others);
        self.add("plan end", PLAN[2], &[]);
        self.fill_up();
    }

    /// What is settled, if not everything is.
    fn what_stands(&self) -> Option<String> {
        let settled = Slot::ALL.into_iter().filter_map(|slot| {
            let value = self.draft.slot(slot).settled.as_ref()?;
            Some(thing(slot, value))
        });
        let settled: Vec<_> = settled.collect();
        let (last, others) = settled.split_last()?;
        let all = if others.is_empty() { last.clone() } else { format!("{} and {last}", others.join(", ")) };
        Some(format!("So far we have {all}."))
    }

    /// Somebody with little to say still says a whole thing.
    fn fill_up(&mut self) {
        let phase = self.brief.phase;
        for bank in [self.voice.remarks[phase as usize], self.voice.hedge, self.voice.remarks[0]] {
            if self.count() < 2 || self.chars() < FEW_CHARS {
                self.add("more to say", bank, &[]);
            }
        }
        if self.count() < 2 {
            self.say("anything", self.voice.remarks[phase as usize], &[]);
        }
    }

    /// How many sentences there are.
    fn count(&self) -> usize {
        self.spoken.iter().map(|text| sentences(text)).sum()
    }

    fn chars(&self) -> usize {
        self.spoken.iter().map(|text| text.chars().count() + 1).sum()
    }

    /// Whether the text can be said as well, and what has to be said after it.
    fn fits(&self, text: &str, most: usize) -> bool {
        let last = self.brief.phase == Phase::FinalPlan && self.leads() && self.has_spoken_in_round();
        self.count() + sentences(text) + self.rest.0 <= MOST_SENTENCES + usize::from(last)
            && self.chars() + text.chars().count() + self.rest.1 <= most
            && self.spoken.last().map_or_else(|| doubled(text), |last| doubled(&format!("{last} {text}"))).is_none()
    }

    /// Whether there is room for something that need not be said.
    pub(super) fn has_room(&self, text: &str) -> bool {
        self.fits(text, ENOUGH_CHARS)
    }

    /// Whether something that has to be said can be said so.
    pub(super) fn must_fit(&self, text: &str) -> bool {
        self.fits(text, MOST_CHARS)
    }
}
