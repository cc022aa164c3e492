//! What is said around the moves: obeying the player, a nod, a frown, a failed call, a doubt of one's own, a remark. None of
//! it tells a fact.

use heist_bank::{Fact, Slot};

use crate::agents::menu::Item;
use crate::heist::{AgentName, Entry, Message, Move, Phase};

use super::speak::Speaker;
use super::this_turn;

/// A quoted command has at most so many characters.
const COMMAND_CHARS: usize = 70;
/// Before the answer to the player's question: `{topic}`.
const ASKED: [&str; 7] = [
    "You ask about {topic}, so that comes first.",
    "First, your question about {topic}.",
    "You want to know about {topic}; here's what I have.",
    "On {topic}, since you ask.",
    "{topic}, you said.",
    "You asked me about {topic}.",
    "About {topic}, then.",
];
/// Others' claims are nodded or frowned at while they are at most so many turns old.
const FRESH: u32 = 4;

impl Speaker<'_> {
    /// Obeys the player, in so many words.
    pub(super) fn obey(&mut self) {
        if let Some(about) = self.question.as_deref() {
            let topic = self.topic(about);
            self.say("asked", &ASKED, &[("topic", topic)]);
            return;
        }
        let Some(text) = self.brief.command.as_deref() else { return };
        let words: Vec<_> = text.split_whitespace().collect();
        let command = words.join(" ").replace('"', "'");
        let short: String = command.chars().take(COMMAND_CHARS).collect();
        let end = if short.len() < command.len() { " …" } else { "" };
        let command = format!("{}{end}", short.trim_end_matches(['.', '!', '?', ' ']));
        self.say("obey", self.voice.obey, &[("command", command)]);
    }

    /// Turns to whoever has asked, or doubts, or has said something.
    pub(super) fn react(&mut self, picked: &[Item]) {
        if self.brief.command.is_some() || self.reply(picked) || self.insist(picked) {
            return;
        }
        // Whoever corrects somebody has no nod to give.
        let corrects = picked.iter().any(|item| matches!(item.does, Move::Correct { .. }));
        if !corrects && self.dice.chance("react", 40) {
            self.nod(picked);
        }
    }

    /// The messages of others since the agent's last one, oldest first.
    fn since_mine(&self) -> impl DoubleEndedIterator<Item = &Message> {
        let me = &self.brief.me.name;
        let said: Vec<_> = self.brief.transcript.iter().filter_map(Entry::said).collect();
        let from = said.iter().rposition(|message| message.agent == *me).map_or(0, |at| at + 1);
        said.into_iter().skip(from)
    }

    /// Says whose question is answered now.
    fn reply(&mut self, picked: &[Item]) -> bool {
        let answers = |about: &str, item: &Item| match &item.does {
            Move::Report { fact, .. } if fact == about => Some(self.fact_label(fact)),
            Move::Report { fact, .. } => {
                let slot = Slot::named(about).filter(|slot| bears_on(*slot, fact))?;
                Some(slot.matter().to_owned())
            }
            mv => Some(mv.slot().filter(|slot| slot.name() == about)?.matter().to_owned()),
        };
        let mut found: Option<(AgentName, String)> = None;
        for message in self.since_mine() {
            for mv in &message.moves {
                if let Move::Ask { agent, about } = mv
                    && *agent == self.brief.me.name
                    && let Some(topic) = picked.iter().find_map(|item| answers(about, item))
                {
                    found = Some((message.agent.clone(), topic));
                }
            }
        }
        let Some((name, topic)) = found else { return false };
        self.add("reply", self.voice.reply, &[("name", name.to_string()), ("topic", topic)])
    }

    fn fact_label(&self, key: &str) -> String {
        let known = self.known.seen().iter().find(|seen| seen.fact.key() == key).map(|seen| seen.fact.label());
        known.unwrap_or_else(|| self.brief.bank.fact(key).map_or_else(|| key.to_owned(), |fact| fact.label()))
    }

    /// Stands by a claim that somebody has corrected, unless the message takes it back.
    fn insist(&mut self, picked: &[Item]) -> bool {
        let me = &self.brief.me.name;
        let takes_back = |key: &str| picked.iter().any(|item| item.does.claim().is_some_and(|(fact, _)| fact == key));
        let by = self.since_mine().find(|message| {
            message
                .moves
                .iter()
                .any(|mv| matches!(mv, Move::Correct { agent, fact, .. } if agent == me && !takes_back(fact)))
        });
        let Some(name) = by.map(|message| message.agent.to_string()) else { return false };
        self.dice.chance("insist", 60) && self.add("insist", self.voice.insist, &[("name", name)])
    }

    /// Nods or frowns at what somebody has said.
    fn nod(&mut self, picked: &[Item]) -> bool {
        let (me, turn) = (&self.brief.me.name, self.brief.turn);
        let is_picked =
            |fact: &Fact| picked.iter().any(|item| item.does.claim().is_some_and(|(key, _)| key == fact.key()));
        let said = self.known.said().iter().filter(|said| said.agent != *me && said.turn + FRESH >= turn);
        let matters = |fact: &Fact| Slot::ALL.into_iter().any(|slot| bears_on(slot, &fact.key()));
        let said: Vec<_> = said.filter(|said| !is_picked(&said.fact) && matters(&said.fact)).collect();
        let Some(said) = self.dice.pick("nodded at", &said) else { return false };
        let own = self.known.read(&said.fact.key());
        let bank = match own {
            Some(own) if own.fact == said.fact => self.voice.agree,
            Some(_) => self.voice.doubt,
            None if self.dice.chance("doubt", 32) => self.voice.doubt,
            None => self.voice.agree,
        };
        self.add("react", bank, &[("name", said.agent.to_string()), ("topic", said.fact.label())])
    }

    /// Says that a call has failed. What worked in the end need not be complained of.
    pub(super) fn complain(&mut self) {
        let used: Vec<_> = this_turn(self.brief).iter().filter_map(Entry::used).collect();
        let worked = used.iter().any(|used| used.outcome.is_ok());
        let failed = used.iter().find_map(|used| Some((used, used.outcome.as_ref().err()?)));
        let Some((used, error)) = failed.filter(|_| !worked || self.dice.chance("complain", 60)) else { return };
        let short: String = used.call.arguments.chars().take(40).collect();
        let argument = if short.starts_with("SELECT") { "that query".to_owned() } else { short };
        let denied = error.contains("scope") || error.contains("denied");
        let bank = if denied { self.voice.denied } else { self.voice.fail };
        let tool = used.call.tool.replace('_', " ");
        self.add("fail", bank, &[("tool", tool), ("argument", argument)]);
    }

    /// A doubt of one's own, or a remark.
    pub(super) fn close(&mut self) {
        let last = self.brief.phase == Phase::FinalPlan;
        match self.dice.between("close", 0, 99) {
            0..14 if !self.told.is_empty() && !last => {
                self.add("hedge", self.voice.hedge, &[]);
            }
            roll if roll < 46 || last => {
                self.add("remark", self.voice.remarks[self.brief.phase as usize], &[]);
            }
            _ => {}
        }
    }
}

/// Whether a fact with this key helps to settle a slot.
fn bears_on(slot: Slot, key: &str) -> bool {
    let group = key.split_once(':').map_or(key, |(group, _)| group);
    let groups: &[&str] = match slot {
        Slot::Start => &["gap", "first_round", "rounds", "restart", "line_test", "handover"],
        Slot::Entry => &["blind", "seen_by", "walk", "locks", "leads_to", "found_open", "false_alarms"],
        Slot::Alarm => &["line_test", "test_reach", "radio", "response", "calls", "police", "guards_need"],
        Slot::Method => &["method", "door", "time_lock", "override_desk", "keeps"],
        Slot::Load => &["loot", "shut", "bag", "empty", "boxes"],
        Slot::Route => &["route", "risk", "walk", "locks"],
    };
    groups.contains(&group)
}
