//! Each kind of move in an agent's own voice, with all the names and figures of the move.

use heist_bank::{Fact, Hole, Slot};
use heist_tools::table::calculates;

use crate::agents::menu::{self, Item};
use crate::heist::{AgentName, Entry, Move};

use super::because::reasons;
use super::slots::{former, thing};
use super::speak::Speaker;
use super::voices::{Bank, SETTLE};

/// Reasons where none is given.
const NO_REASON: [&str; 7] = [
    "somebody has to begin",
    "nobody has shown me anything better yet",
    "my nose tells me so",
    "it's the first thing that comes to mind",
    "I've heard nothing against it so far",
    "we need something to argue about",
    "I'd rather be wrong early than late",
];
/// The same, against something.
const NO_REASON_AGAINST: [&str; 8] = [
    "I'd rather have something else",
    "nobody has shown me that it holds up",
    "something about it doesn't sit right with me",
    "it hasn't won me over",
    "nobody has made the case for it",
    "there must be something better",
    "I can't see it working",
    "it asks too much of us",
];
/// A reason that the message has given already.
const SAID_REASON: [&str; 3] =
    ["that alone makes the case for it", "that settles it for me", "what I just said says it all"];
/// A reason that somebody else has given.
const SAME_REASON: [&str; 6] = [
    "the reason given is good enough for me",
    "nothing has come up against it",
    "nobody has found a hole in it",
    "the argument for it still holds",
    "I heard the reason and couldn't fault it",
    "it was well argued",
];
/// A reason against something that the message has given already.
const SAID_REASON_AGAINST: [&str; 3] =
    ["that alone rules it out", "it doesn't fit with that", "what I just said rules it out"];

/// What somebody does not know whom the player has asked about it.
const PASS_ON: [&str; 4] = [
    "I don't know about {topic}; {name}, can you look it up?",
    "About {topic} I know nothing yet. {name}, can you find out?",
    "{topic} is not something I've seen; {name}, can you?",
    "Ask me another. {name} may be able to find out about {topic}, I can't.",
];

/// A bank to say a move with, and the words for its slots.
type Way = (Bank, Vec<(&'static str, String)>);

impl Speaker<'_> {
    /// Says a move in the agent's voice; in plain words if none of its patterns fits.
    pub(super) fn say_move(&mut self, item: &Item) {
        let purpose = format!("{} {}", item.does.kind(), self.spoken.len());
        let ways = self.ways(item);
        if !ways.into_iter().any(|(bank, slots)| self.say(&purpose, bank, &slots)) {
            self.put(Some(item.words.clone()));
        }
        if let Move::Report { fact, value, source } = &item.does
            && let Some(fact) = self.fact_of(fact, value)
        {
            self.told.push((fact, source.clone()));
            self.think();
        }
    }

    /// The ways to say a move, best first.
    fn ways(&self, item: &Item) -> Vec<Way> {
        let voice = self.voice;
        match &item.does {
            Move::Report { fact, value, source } => self.report(item, fact, value, source),
            Move::Correct { agent, fact, value, source } => self.correct(agent, fact, value, source),
            Move::Propose { slot, value, because } => {
                let slots = vec![("pick", thing(*slot, value)), ("why", self.why(item, because.as_ref(), true))];
                self.changed(*slot, value, &slots).into_iter().chain([(voice.propose, slots)]).collect()
            }
            Move::Support { slot, value, because } => self.support(item, *slot, value, because.as_ref()),
            Move::Oppose { slot, value, because } => {
                let mut slots = vec![("bad", thing(*slot, value)), ("whynot", self.why(item, because.as_ref(), false))];
                slots.extend(self.backer(*slot, value));
                vec![(voice.object, slots)]
            }
            Move::Settle { slot, value } => {
                let mut slots = vec![("pick", thing(*slot, value))];
                slots.extend(self.backer(*slot, value));
                let bank = Slot::ALL.into_iter().zip(SETTLE).find(|(one, _)| one == slot).map(|(_, bank)| bank);
                bank.map(|bank| (bank, slots)).into_iter().collect()
            }
            Move::Reopen { slot } => {
                let old = self.brief.draft.slot(*slot).value().map(|value| ("old", former(*slot, value)));
                vec![(voice.reopen, [("topic", slot.matter().to_owned())].into_iter().chain(old).collect())]
            }
            Move::Defer { slot } => vec![(voice.delay, vec![("topic", slot.matter().to_owned())])],
            Move::Assign { agent, slot } if *agent == self.brief.me.name => {
                vec![(voice.mine, vec![("job", slot.matter().to_owned())])]
            }
            Move::Assign { agent, slot } => {
                vec![(voice.assign, vec![("name", agent.to_string()), ("job", slot.matter().to_owned())])]
            }
            Move::Ask { agent, about } if self.question.as_ref() == Some(about) && Slot::named(about).is_none() => {
                vec![(&PASS_ON, vec![("name", agent.to_string()), ("topic", self.topic(about))])]
            }
            Move::Ask { agent, about } => {
                vec![(voice.ask, vec![("name", agent.to_string()), ("topic", self.topic(about))])]
            }
            Move::Conclude { from, about } => self.conclude(from, about),
        }
    }

    fn report(&self, item: &Item, key: &str, value: &str, source: &str) -> Vec<Way> {
        let Some(fact) = self.fact_of(key, value) else { return Vec::new() };
        let mut slots = vec![("fact", self.clause(&fact, &item.words))];
        let read = self.known.read(key);
        let source = if source.is_empty() { read.map_or("", |read| &read.source) } else { source };
        if !source.is_empty() {
            slots.push(("source", origin(source)));
        }
        let told = self.told.iter().any(|(_, told)| !source.is_empty() && told == source);
        let more = told.then(|| (self.voice.more, slots.clone()));
        if read.is_some() {
            return more.into_iter().chain([(self.voice.cite, slots)]).collect();
        }
        let me = &self.brief.me.name;
        let told = self.known.said_of(&fact.key()).rev().find(|said| said.agent != *me);
        let found = || self.known.seen_of(&fact.key()).next().map(|seen| &seen.agent);
        let name = told.map(|said| &said.agent).or_else(found);
        slots.extend(name.map(|name| ("name", name.to_string())));
        more.into_iter().chain([(self.voice.recall, slots)]).collect()
    }

    fn correct(&self, agent: &AgentName, key: &str, value: &str, source: &str) -> Vec<Way> {
        let Some(fact) = self.fact_of(key, value) else { return Vec::new() };
        let claim = self.known.said_of(&fact.key()).rev().find(|said| said.agent == *agent);
        let Some(claim) = claim.filter(|claim| claim.fact.kind.key == fact.kind.key) else { return Vec::new() };
        let values = fact.kind.holes.iter().zip(fact.values.iter().zip(&claim.fact.values));
        let differing = values.filter(|(_, (now, before))| now != before);
        let (now, before): (Vec<_>, Vec<_>) =
            differing.map(|(hole, (now, before))| (spoken(*hole, now), spoken(*hole, before))).unzip();
        if now.is_empty() {
            return Vec::new();
        }
        let mut slots = vec![("claimed", before.join(" and ")), ("what", fact.label()), ("actual", now.join(" and "))];
        if !source.is_empty() {
            slots.push(("source", origin(source)));
        }
        if *agent == self.brief.me.name {
            return vec![(self.voice.slip, slots)];
        }
        slots.push(("name", agent.to_string()));
        vec![(self.voice.dispute, slots)]
    }

    fn support(&self, item: &Item, slot: Slot, value: &str, because: Option<&String>) -> Vec<Way> {
        let drafted = self.brief.draft.slot(slot);
        let mut slots = vec![("pick", thing(slot, value)), ("why", self.why(item, because, true))];
        let proposal = drafted.proposals.iter().find(|proposal| proposal.value == value);
        let stands = drafted.settled.as_deref().is_none_or(|settled| settled == value);
        // Words of what was agreed are said as such.
        if proposal.is_none() || !stands || item.words.contains("agreed") {
            return vec![(self.voice.agreed, slots)];
        }
        slots.extend(self.backer(slot, value));
        if because.is_none() {
            return vec![(self.voice.concede, slots)];
        }
        let change = self.changed(slot, value, &slots);
        change.into_iter().chain([(self.voice.support, slots.clone()), (self.voice.propose, slots)]).collect()
    }

    fn conclude(&self, from: &str, about: &str) -> Vec<Way> {
        let mut used = self.brief.transcript.iter().rev().filter_map(Entry::used);
        let Some(used) = used.find(|used| used.call.id == from) else { return Vec::new() };
        let (asked, result) = (used.call.arguments.clone(), used.outcome.clone().unwrap_or_default().trim().to_owned());
        if let Some(meaning) = menu::meaning(self.brief, used) {
            return vec![(self.voice.sum, vec![("expression", asked), ("result", result), ("meaning", meaning)])];
        }
        let topic = ("topic", self.topic(about));
        if calculates(&used.call.tool) {
            return vec![(self.voice.idle_sum, vec![("expression", asked), ("result", result), topic])];
        }
        let table = asked.split_whitespace().skip_while(|word| !word.eq_ignore_ascii_case("from")).nth(1);
        let source = table.map_or_else(|| asked.clone(), origin);
        vec![(self.voice.conclude, vec![("source", source), topic])]
    }

    /// Turning from what the agent was for in a slot, if it was.
    fn changed(&self, slot: Slot, value: &str, slots: &[(&'static str, String)]) -> Option<Way> {
        let old = self.own_choice(slot).filter(|old| *old != value)?;
        Some((self.voice.change, slots.iter().cloned().chain([("old", former(slot, old))]).collect()))
    }

    /// What the agent is for in a slot.
    fn own_choice(&self, slot: Slot) -> Option<&str> {
        let proposals = &self.brief.draft.slot(slot).proposals;
        let own = proposals.iter().find(|proposal| proposal.supporters.contains(&self.brief.me.name));
        own.map(|proposal| proposal.value.as_str())
    }

    /// Somebody else who is for a value: who brought it forward, if that is so.
    fn backer(&self, slot: Slot, value: &str) -> Option<(&'static str, String)> {
        let proposals = &self.brief.draft.slot(slot).proposals;
        let proposal = proposals.iter().find(|proposal| proposal.value == value)?;
        let names = [&proposal.by].into_iter().chain(&proposal.supporters);
        let mut others = names.filter(|name| **name != self.brief.me.name);
        others.next().map(|name| ("name", name.to_string()))
    }

    /// A clause that can follow "because".
    fn why(&self, item: &Item, because: Option<&String>, is_for: bool) -> String {
        let is_told = |key: &String| self.told.iter().any(|(fact, _)| fact.key() == *key);
        let purpose = format!("why {} {}", self.again, item.words);
        let one_of = |given: &[&str], against: &[&str]| {
            let words = if is_for { given } else { against };
            let new: Vec<_> =
                words.iter().filter(|words| !self.said.contains(&words.to_lowercase())).copied().collect();
            self.dice.pick(&purpose, &new).or_else(|| self.dice.pick(&purpose, words)).unwrap_or_default().to_owned()
        };
        let Some(key) = because else { return one_of(&NO_REASON, &NO_REASON_AGAINST) };
        // The player wants to hear the reason itself.
        let asked = item.does.slot().is_some_and(|slot| self.question.as_deref() == Some(slot.name()));
        if is_for && !asked && self.dice.chance(&purpose, 60) && self.is_given(&item.does, key) {
            return one_of(&SAME_REASON, &[]);
        }
        if is_told(key) {
            return one_of(&SAID_REASON, &SAID_REASON_AGAINST);
        }
        let (fact, slot) = (self.known.fact(key), item.does.slot());
        let reasons = fact.zip(slot).map_or_else(Vec::new, |(fact, slot)| reasons(slot, fact, is_for));
        let new: Vec<_> = reasons.iter().filter(|why| !self.said.contains(&why.to_lowercase())).cloned().collect();
        let why = self.dice.pick(&purpose, &new).or_else(|| self.dice.pick(&purpose, &reasons));
        why.or_else(|| fact.map(|fact| self.clause(fact, ""))).unwrap_or_else(|| one_of(&NO_REASON, &NO_REASON_AGAINST))
    }

    /// Whether somebody has given this reason for the same.
    fn is_given(&self, does: &Move, key: &str) -> bool {
        let gives = |mv: &Move| match (mv, does) {
            (
                Move::Propose { slot, value, because } | Move::Support { slot, value, because },
                Move::Propose { slot: of, value: what, .. } | Move::Support { slot: of, value: what, .. },
            ) => slot == of && value == what && because.as_deref() == Some(key),
            _ => false,
        };
        let mut said = self.brief.transcript.iter().filter_map(Entry::said);
        said.any(|message| message.moves.iter().any(gives))
    }

    /// What a question or a conclusion is about.
    pub(super) fn topic(&self, about: &str) -> String {
        Slot::named(about).map_or_else(|| self.label(about), |slot| slot.matter().to_owned())
    }

    fn label(&self, key: &str) -> String {
        self.shape(key).map_or_else(|| key.to_owned(), |fact| fact.label())
    }

    /// A fact with this key. What it says of it is for nobody.
    fn shape(&self, key: &str) -> Option<Fact> {
        let known =
            self.known.seen().iter().map(|seen| &seen.fact).chain(self.known.said().iter().map(|said| &said.fact));
        known.into_iter().find(|fact| fact.key() == key).cloned().or_else(|| self.brief.bank.fact(key))
    }

    /// The fact as a move says it.
    fn fact_of(&self, key: &str, value: &str) -> Option<Fact> {
        self.shape(key)?.with_value(value)
    }

    /// A fact as a clause that says no less than these words of it.
    fn clause(&self, fact: &Fact, words: &str) -> String {
        let words = words.to_lowercase();
        let ways = 0..fact.kind.ways();
        let same = ways.clone().find(|way| words.contains(&fact.said(*way).to_lowercase()));
        let all = (0..fact.values.len()).filter(|hole| fact.kind.id != Some(*hole)).collect();
        let needed = same.map_or(all, |way| fact.holes_said(way));
        let full = ways.filter(|way| {
            let holes = fact.holes_said(*way);
            needed.iter().all(|hole| holes.contains(hole))
        });
        let full: Vec<_> = full.collect();
        let way = self.dice.pick(&format!("way {} {}", self.again, fact.key()), &full).or(same);
        fact.said(way.unwrap_or_default())
    }

    /// What follows from what was told last.
    fn think(&mut self) {
        let Some((fact, _)) = self.told.last() else { return };
        if !self.dice.chance(&format!("think {}", self.told.len()), 55) {
            return;
        }
        let order = self.dice.shuffled("so", &(0..fact.kind.consequences()).collect::<Vec<_>>());
        let new = order.into_iter().map(|so| fact.so(so)).find(|so| !self.said.contains(&so.to_lowercase()));
        if let Some(so) = new {
            self.add("so", self.voice.so, &[("so", so)]);
        }
    }
}

/// A source as one speaks of it: a document by its name, a table as such.
fn origin(source: &str) -> String {
    if source.contains('.') { source.to_owned() } else { format!("the {source} table") }
}

/// A value as one says it by itself.
fn spoken(hole: Hole, value: &str) -> String {
    match hole {
        Hole::Minutes if value == "1" => "1 minute".to_owned(),
        Hole::Minutes => format!("{value} minutes"),
        Hole::Clock | Hole::Number => value.to_owned(),
        // Numbers in a row are those of cameras.
        Hole::List if value.parse::<u32>().is_ok() => format!("camera {value}"),
        Hole::List if value.starts_with(|letter: char| letter.is_ascii_digit()) => format!("cameras {value}"),
        Hole::Place | Hole::Person | Hole::Words | Hole::List => format!("\"{value}\""),
    }
}
