//! Taking a position: what an agent wants and why, and what the leader decides.

use crate::crew::Brief;
use crate::heist::{Entry, Phase};

use super::board::Board;
use super::plan::decided;
use super::reasons::reasons;
use super::speak::{Place, Speaker};
use super::stance::{Matter, pick};
use super::voices::{BEGIN, DECIDE, RECONSIDER};

/// Reasons for a choice that nothing speaks for.
const NO_REASON: [&str; 4] = [
    "somebody has to choose",
    "nobody has shown me a better way",
    "of all of them it has the fewest enemies here",
    "I have seen worse ideas work",
];

impl<'a> Speaker<'a> {
    /// What one wants; the leader decides.
    pub(super) fn position(&mut self) {
        if self.leads() {
            return self.decide();
        }
        let matter = match self.brief.phase {
            Phase::EntryAndVault if self.dice.chance("matter", 35) => Matter::Entry,
            Phase::EntryAndVault => Matter::Method,
            Phase::Getaway => Matter::Route,
            Phase::FinalPlan => {
                self.say(Place::Close, "part", self.voice.remarks[4], &[]);
                return;
            }
            Phase::Reconnaissance | Phase::Timing => return,
        };
        // Whoever obeys has said already what it wants.
        if self.brief.command.is_some() || !self.dice.chance("position", 75) {
            return;
        }
        let (mine, before) = (self.pick_now(matter), self.pick_before(matter));
        let chosen = decided(self.brief, matter);
        let leader = self.brief.crew.first().map(|first| first.name.to_string()).unwrap_or_default();
        let picked = [("pick", matter.named(mine)), ("why", self.why(matter, mine)), ("name", leader.clone())];
        if let Some(before) = before.filter(|before| *before != mine) {
            let slots = [&picked[..], &[("old", matter.named(before))]].concat();
            self.say(Place::Position, "change", self.voice.change, &slots);
        } else if let Some(chosen) = chosen.filter(|chosen| *chosen != mine) {
            let against = self.why_not(matter, chosen);
            let given_in = against.is_none() || self.dice.chance("give in", 35);
            if given_in {
                let slots = [("pick", matter.named(chosen)), ("name", leader)];
                self.say(Place::Position, "concede", self.voice.concede, &slots);
            } else if let Some(whynot) = against {
                let slots = [("bad", matter.named(chosen)), ("name", leader), ("whynot", whynot)];
                self.say(Place::Position, "object", self.voice.object, &slots);
            }
        } else if !self.new_reasons(matter, mine).is_empty() {
            self.say(Place::Position, "propose", self.voice.propose, &picked);
        }
    }

    fn decide(&mut self) {
        match self.brief.phase {
            Phase::Timing => self.begin(),
            Phase::EntryAndVault => self.choose_method(),
            Phase::Getaway => {
                let (now, before) = (self.pick_now(Matter::Method), decided(self.brief, Matter::Method));
                if let Some(before) = before.filter(|before| *before != now) {
                    let (old, new) = (Matter::Method.named(before), Matter::Method.named(now));
                    let slots = [("old", old), ("pick", new), ("why", self.why(Matter::Method, now))];
                    self.say_again(Place::Thought, "change", RECONSIDER, &slots);
                    self.plan.choose(Matter::Method, now);
                }
                let way = self.pick_now(Matter::Route);
                self.plan.choose(Matter::Route, way);
                let slots = [("way", way.to_owned()), ("why", self.why(Matter::Route, way))];
                self.say_again(Place::Position, "route", DECIDE[1], &slots);
            }
            Phase::FinalPlan => {
                self.say(Place::Close, "part", self.voice.remarks[4], &[]);
            }
            Phase::Reconnaissance => {}
        }
    }

    fn choose_method(&mut self) {
        let (method, entry) = (self.pick_now(Matter::Method), self.pick_now(Matter::Entry));
        let slots = [
            ("method", method.to_owned()),
            ("entry", Matter::Entry.named(entry)),
            ("why", self.why(Matter::Method, method)),
        ];
        self.say_again(Place::Position, "method", DECIDE[0], &slots);
    }

    /// Fixes the start, once something is known that it can hang on.
    fn begin(&mut self) {
        let starts = [
            ("gap", 1, "from then on nobody walks the vault's floor"),
            ("gap", 1, "that is when the guards hand over"),
            ("restart", 0, "that is when the camera recorder restarts"),
            ("restart", 0, "from then on the recorder is blind"),
        ];
        let known: Vec<_> = starts
            .iter()
            .filter_map(|(key, hole, why)| Some((self.board.fact(key)?.values.get(*hole)?.clone(), (*why).to_owned())))
            .collect();
        if let Some((start, why)) = self.dice.pick("start", &known) {
            self.say_again(Place::Position, "begin", BEGIN, &[("start", start), ("why", why)]);
        }
    }

    fn pick_now(&self, matter: Matter) -> &'a str {
        pick(self.seed, &self.brief.me.name, matter, &self.brief.bank, &self.board)
    }

    /// What the agent would have chosen when it last spoke, if it said so.
    fn pick_before(&self, matter: Matter) -> Option<&'a str> {
        let (place, text) = last_words(self.brief)?;
        let board = Board::of_tools(&self.brief.transcript[..place]);
        let before = pick(self.seed, &self.brief.me.name, matter, &self.brief.bank, &board);
        text.contains(&matter.named(before)).then_some(before)
    }

    pub(super) fn why(&self, matter: Matter, option: &str) -> String {
        let mut known = self.new_reasons(matter, option);
        if known.is_empty() {
            known = NO_REASON.map(str::to_owned).to_vec();
        }
        self.dice.pick(&format!("why {option}"), &known).unwrap_or_default()
    }

    /// What speaks for an option and was not said of it.
    fn new_reasons(&self, matter: Matter, option: &str) -> Vec<String> {
        let mut found = reasons(matter, option, &self.brief.bank, &self.board);
        found.retain(|reason| reason.weight > 0 && !self.said.contains(&reason.text));
        found.into_iter().map(|reason| reason.text).collect()
    }

    fn why_not(&self, matter: Matter, option: &str) -> Option<String> {
        let mut found = reasons(matter, option, &self.brief.bank, &self.board);
        found.retain(|reason| reason.weight < -3 && !self.said.contains(&reason.text));
        self.dice.pick("why not", &found.into_iter().map(|reason| reason.text).collect::<Vec<_>>())
    }
}

/// The agent's latest message and its place in the talk.
fn last_words(brief: &Brief) -> Option<(usize, &str)> {
    brief.transcript.iter().enumerate().rev().find_map(|(place, entry)| match entry {
        Entry::Said(message) if message.agent == brief.me.name => Some((place, message.text.as_str())),
        _ => None,
    })
}
