//! Dealing with others: obeying the player, setting figures right, answering, asking, and getting in the way.

use crate::heist::{Difficulty, Entry, Phase, Strategy};

use super::board::{Claim, spoken};
use super::choose::asked;
use super::plan::decided;
use super::slots::longest_literal;
use super::speak::{Place, Speaker};
use super::stance::Matter;
use super::subjects::about;
use super::voices::Kind;
use crate::crew::Seen as Find;

/// A quoted command has at most so many characters.
const COMMAND_CHARS: usize = 70;
/// Others' wrong figures are taken up while they are at most so many turns old.
const FRESH: u32 = 9;
impl Speaker<'_> {
    /// Obeys the player, in so many words.
    pub(super) fn obey(&mut self) -> bool {
        let Some(text) = self.brief.command.as_deref() else { return false };
        let words: Vec<_> = text.split_whitespace().collect();
        let command = words.join(" ").replace('"', "'");
        let short: String = command.chars().take(COMMAND_CHARS).collect();
        let end = if short.len() < command.len() { " …" } else { "" };
        let command = format!("{}{end}", short.trim_end_matches(['.', '!', '?', ' ']));
        self.say_again(Place::First, "obey", self.voice.obey, &[("command", command)]);
        let small = text.to_lowercase();
        for matter in Matter::ALL {
            let named = |option: &&str| small.contains(&format!("the {}", option.to_lowercase()));
            let options = matter.options(&self.brief.bank).into_iter().filter(named);
            // Of a name within another the longer one is meant.
            if let Some(option) = options.max_by_key(|option| option.len()) {
                let slots = [("pick", matter.named(option)), ("why", self.why(matter, option))];
                self.say_again(Place::Position, "obeyed", self.voice.propose, &slots);
                return true;
            }
        }
        if let Some(name) = self.others().into_iter().find(|name| small.contains(&name.to_lowercase())) {
            let labels: Vec<_> = about(&small).map(|subject| self.topics(subject)).unwrap_or_default();
            let topic = self.dice.pick("obeyed topic", &labels).unwrap_or_else(|| self.topic());
            self.say_again(Place::Position, "obeyed", self.voice.ask, &[("name", name), ("topic", topic)]);
        }
        true
    }

    /// Takes back a wrong figure of one's own; the mole may rather stand by it.
    pub(super) fn mend(&mut self) -> bool {
        let me = &self.brief.me.name;
        let Some((claim, hole)) = self.board.wrong(0).find(|(claim, _)| claim.agent == *me && self.stands(claim))
        else {
            return false;
        };
        let sorry = match self.brief.orders.as_ref().map(|orders| orders.difficulty) {
            None => 100,
            Some(Difficulty::Hard) => 70,
            Some(Difficulty::Normal) => 30,
            Some(Difficulty::Easy) => 15,
        };
        let (slots, accuser) = (self.correction(claim, hole), self.accuser(claim, hole));
        if self.dice.chance("own slip", sorry) {
            return self.say_again(Place::First, "slip", self.voice.slip, &slots);
        }
        accuser.is_some_and(|name| self.say(Place::First, "insist", self.voice.insist, &[("name", name)]))
    }

    /// Sets another's wrong figure right.
    pub(super) fn dispute(&mut self) -> bool {
        let since = self.brief.turn.saturating_sub(FRESH);
        let me = &self.brief.me.name;
        let wrong: Vec<_> = self.board.wrong(since).filter(|(claim, _)| claim.agent != *me).collect();
        let noticed = wrong.into_iter().find(|(claim, hole)| {
            let own = self.board.finds[claim.find].agent == *me;
            let percent = match (self.brief.orders.is_some(), own) {
                (true, _) => 25,
                (_, true) => 75,
                _ => 40,
            };
            self.stands(claim)
                && self.accuser(claim, *hole).is_none()
                && self.dice.chance(&format!("dispute {}", claim.turn), percent)
        });
        let Some((claim, hole)) = noticed else { return false };
        let slots = self.correction(claim, hole);
        self.say_again(Place::First, "dispute", self.voice.dispute, &slots)
    }

    /// Whether a claim was not taken back since.
    fn stands(&self, claim: &Claim) -> bool {
        let fact = &self.board.finds[claim.find].fact;
        let hole = claim.values.iter().zip(&fact.values).position(|(said, actual)| said != actual);
        let Some((hole, kind)) = hole.and_then(|hole| Some((hole, *fact.kind.holes.get(hole)?))) else {
            return false;
        };
        let label = fact.label();
        let (claimed, actual) = (spoken(kind, &claim.values[hole]), spoken(kind, &fact.values[hole]));
        let taken_back = |text: &str| text.contains(&claimed) && text.contains(&actual) && text.contains(&label);
        !self.said_since(claim.turn).any(|(agent, text)| *agent == *claim.agent && taken_back(text))
    }

    fn said_since(&self, turn: u32) -> impl Iterator<Item = (&str, &str)> {
        self.brief.transcript.iter().filter_map(move |entry| match entry {
            Entry::Said(message) if message.turn > turn => Some((&*message.agent, message.text.as_str())),
            _ => None,
        })
    }

    /// Who has already told the claimant what is right.
    fn accuser(&self, claim: &Claim, hole: usize) -> Option<String> {
        let fact = &self.board.finds[claim.find].fact;
        let (label, actual) = (fact.label(), spoken(*fact.kind.holes.get(hole)?, &fact.values[hole]));
        let mut told = self.said_since(claim.turn).filter(|(agent, text)| {
            **agent != *claim.agent
                && text.contains(&actual)
                && text.contains(&label)
                && text.to_lowercase().contains(&claim.agent.to_lowercase())
        });
        told.next().map(|(agent, _)| agent.to_owned())
    }

    fn correction(&self, claim: &Claim, hole: usize) -> Vec<(&'static str, String)> {
        let Find { fact, source, .. } = &self.board.finds[claim.find];
        let kind = fact.kind.holes.get(hole);
        let value = |values: &[String]| kind.map_or_else(String::new, |kind| spoken(*kind, &values[hole]));
        vec![
            ("name", claim.agent.to_string()),
            ("claimed", value(&claim.values)),
            ("what", fact.label()),
            ("actual", value(&fact.values)),
            ("source", source.clone()),
        ]
    }

    /// Answers a question, or says something to what somebody has said.
    pub(super) fn react(&mut self) {
        if let Some((name, subject)) = asked(self.brief, &self.board)
            && let Some(fact) = self.told.as_ref().map(|find| &find.fact).filter(|fact| fact.kind.subject == subject)
        {
            let slots = [("name", name.to_string()), ("topic", fact.label())];
            if self.say(Place::Reaction, "reply", self.voice.reply, &slots) {
                return;
            }
        }
        if let Some(name) = self.doubter().filter(|_| self.dice.chance("insist", 40)) {
            self.say(Place::Reaction, "insist", self.voice.insist, &[("name", name)]);
            return;
        }
        if !self.dice.chance("react", 45) {
            return;
        }
        let (me, turn) = (&self.brief.me.name, self.brief.turn);
        let recent: Vec<_> =
            self.board.claims.iter().filter(|claim| claim.agent != *me && claim.turn + 5 > turn).collect();
        let Some(claim) = self.dice.pick("reacted", &recent) else { return };
        let fact = &self.board.finds[claim.find].fact;
        let right = claim.values == fact.values;
        let topic = fact.label();
        if self.told.as_ref().is_some_and(|told| told.fact.label() == topic) {
            return;
        }
        let slots = [("name", claim.agent.to_string()), ("topic", topic)];
        let bank = if right && !self.dice.chance("doubt", 32) { self.voice.agree } else { self.voice.doubt };
        self.say(Place::Reaction, "react", bank, &slots);
    }

    /// Who has doubted since the agent's last turn what it said, and what is right.
    fn doubter(&self) -> Option<String> {
        let me = &self.brief.me.name;
        let last = self.board.claims.iter().rev().find(|claim| claim.agent == *me)?;
        let fact = &self.board.finds[last.find].fact;
        if last.values != fact.values {
            return None;
        }
        let (mine, label) = (me.to_lowercase(), fact.label());
        let doubts = |agent: &str, text: &str| {
            let place = self.brief.crew.iter().position(|persona| *persona.name == *agent);
            let voice = place.and_then(|place| self.kinds.get(place)).map(|kind| kind.voice());
            let said = |pattern: &&str| text.contains(longest_literal(pattern));
            voice.is_some_and(|voice| voice.doubt.iter().any(said))
        };
        let mut since = self.said_since(last.turn);
        let found = since
            .find(|(agent, text)| text.contains(&label) && text.to_lowercase().contains(&mine) && doubts(agent, text));
        found.map(|(agent, _)| agent.to_owned())
    }

    /// What one says when one is in a mood, and the mole when it acts.
    pub(super) fn disturb(&mut self) {
        let mood = self.dice.between("mood", 0, 99);
        let strategy = match self.act {
            Some(Strategy::TimingErrors | Strategy::FalseInfo) => return,
            Some(strategy) => strategy,
            // Whoever obeys has no time for moods.
            None if self.brief.command.is_some() => return,
            None if mood < 10 => Strategy::SubtleDelays,
            None if mood < 16 => Strategy::CoordinationChaos,
            None if mood < 23 => Strategy::WrongTools,
            None => return,
        };
        let harms = self.act.is_some();
        match strategy {
            Strategy::SubtleDelays => {
                // Whoever means well puts off what is not known.
                let topic = if harms { Some(self.topic()) } else { self.open_topic() };
                if let Some(topic) = topic {
                    self.say_again(Place::Position, "delay", self.voice.delay, &[("topic", topic)]);
                }
            }
            Strategy::CoordinationChaos => {
                let slots = self.agreements(!harms);
                self.say(Place::Position, "discord", self.voice.discord, &slots);
            }
            _ => {
                let told = self.told.as_ref().map(|told| told.fact.label());
                let topic = if harms { self.topic() } else { told.unwrap_or_else(|| self.topic()) };
                self.say_again(Place::Position, "boast", self.voice.boast, &[("topic", topic)]);
            }
        }
    }

    /// Who does what, and what was chosen: as it is, or muddled.
    fn agreements(&self, truly: bool) -> Vec<(&'static str, String)> {
        let doers: Vec<Kind> = self.dice.shuffled("doers", &Kind::ALL);
        let mut others = doers.iter().filter_map(|kind| Some((*kind, self.agent_of(*kind)?)));
        let mut slots = Vec::new();
        if let Some((kind, name)) = others.next() {
            let job = if truly { Some(kind) } else { others.next().map(|(other, _)| other) };
            let job = job.and_then(|kind| self.dice.pick("job", jobs(kind)));
            slots.extend(job.map(|job| [("doer", name), ("job", job.to_owned())]).into_iter().flatten());
        }
        let late = matches!(self.brief.phase, Phase::Getaway | Phase::FinalPlan);
        let matter = if late { Matter::Route } else { Matter::Method };
        let chosen = decided(self.brief, matter);
        let mut rivals = matter.options(&self.brief.bank);
        rivals.retain(|option| Some(*option) != chosen);
        if let Some((chosen, rival)) = chosen.zip(self.dice.pick("rival", &rivals)) {
            let (said, rival) = if truly { (chosen, rival) } else { (rival, chosen) };
            slots.extend([("said", matter.named(said)), ("rival", matter.named(rival))]);
        }
        slots
    }

    /// A question, a doubt of one's own, or a remark.
    pub(super) fn close(&mut self) {
        let last = self.brief.phase == Phase::FinalPlan;
        let roll = self.dice.between("close", 0, 99);
        if roll < 26 && !last {
            let question = self.who_can_look().zip(self.open_topic());
            if let Some((name, topic)) = question {
                self.say(Place::Close, "ask", self.voice.ask, &[("name", name), ("topic", topic)]);
            }
        } else if roll < 40 && self.spoken.iter().any(|(place, _)| matches!(place, Place::Report | Place::Position)) {
            self.say(Place::Close, "hedge", self.voice.hedge, &[]);
        } else if roll < 72 && !last {
            let first = self.told.is_none() || self.dice.chance("remark first", 30);
            let place = if first { Place::Reaction } else { Place::Close };
            self.say(place, "remark", self.voice.remarks[self.brief.phase as usize], &[]);
        }
    }
}

/// What an agent with this voice sees to.
const fn jobs(kind: Kind) -> &'static [&'static str] {
    match kind {
        Kind::Planner => &["the order of things", "the clock"],
        Kind::Hacker => &["the cameras", "the alarm line", "the picture loop"],
        Kind::Safecracker => &["the vault door", "the boxes", "the lock"],
        Kind::Intel => &["the codes and the keys", "the names", "the papers"],
        Kind::Driver => &["the car", "the road"],
        Kind::Lookout => &["the street", "the guards' window", "the signal"],
    }
}
