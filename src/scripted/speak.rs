//! What an agent of the scripted crew says: a few sentences, put together from what it wants to say in this turn.

use crate::crew::Brief;
use crate::heist::{Entry, Phase, Strategy, ToolUse};

use super::choose::{about, subjects, sum};
use super::dice::Dice;
use super::facts::{Facts, facts};
use super::figures::{Board, Claim, has_figure, label, value};
use super::plan::{METHODS, Plan, ROUTES, exit, preference};
use super::sabotage::{self, BOAST, CHAOS, DELAY, bend_fact, bend_time};
use super::this_turn;
use super::voices::{Bank, PLAN, Voice, voice};

/// A message has at most so many characters.
const MESSAGE_CHARS: usize = 560;
/// Below this a message is filled up.
const ENOUGH_BYTES: usize = 60;
/// A quoted command has at most so many characters.
const COMMAND_CHARS: usize = 70;
/// Others' wrong figures are taken up while they are at most so many turns old.
const FRESH: u32 = 9;
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

/// Words for slots.
type Slots<'a> = &'a [(&'a str, String)];

struct Speaker<'a> {
    seed: u64,
    brief: &'a Brief,
    dice: Dice,
    voice: &'static Voice,
    board: Board,
    plan: Plan,
    trusting: bool,
    act: Option<Strategy>,
    /// All that was said, in small letters: a phrase is used once in a heist.
    said: String,
    sentences: Vec<String>,
    again: u32,
}

impl<'a> Speaker<'a> {
    fn new(seed: u64, brief: &'a Brief, again: u32) -> Self {
        let dice = Dice::new(seed, brief.turn, &brief.me.name);
        let board = Board::of(&brief.transcript);
        let trusting = dice.chance("trust", 25);
        let plan = Plan::of(seed, brief, &board, trusting);
        let mut said = String::new();
        for entry in &brief.transcript {
            if let Entry::Said(message) = entry {
                said.push_str(&message.text.to_lowercase());
                said.push('\n');
            }
        }
        let act = sabotage::act(seed, brief);
        Self { seed, brief, dice, voice: voice(brief), board, plan, trusting, act, said, sentences: Vec::new(), again }
    }

    fn message(mut self) -> String {
        let phase = self.brief.phase;
        let leader = self.brief.crew.first().is_some_and(|first| first.name == self.brief.me.name);
        if phase == Phase::FinalPlan && leader && self.has_spoken_in_round() {
            return self.final_plan();
        }
        self.react();
        let reckoned = self.report();
        let disturb = match self.act {
            Some(Strategy::SubtleDelays) => Some(DELAY),
            Some(Strategy::CoordinationChaos) => Some(CHAOS),
            Some(Strategy::WrongTools) => Some(BOAST),
            Some(Strategy::TimingErrors | Strategy::FalseInfo) => None,
            None => match self.dice.between("noise", 0, 99) {
                0..=4 => Some(DELAY),
                5..=7 => Some(CHAOS),
                8..=12 => Some(BOAST),
                _ => None,
            },
        };
        // The leader's task in these phases is to choose, so that the others know what holds.
        let chooses = leader && matches!(phase, Phase::EntryAndVault | Phase::Getaway);
        if disturb.is_none() || chooses || self.dice.chance("task", 40) {
            self.say("task", self.voice.phases[phase as usize], &[]);
        }
        if let Some(bank) = disturb {
            self.say("disturb", bank, &[]);
        } else if self.sentences.len() < 4 {
            self.lean(phase, reckoned);
        }
        if self.sentences.len() < 2 {
            self.say("task again", self.voice.phases[phase as usize], &[]);
        }
        // Somebody with nothing new still says a whole thing.
        for bank in [self.voice.phases[phase as usize], self.voice.recall, self.voice.hedge, DELAY, BOAST] {
            if self.sentences.iter().map(String::len).sum::<usize>() < ENOUGH_BYTES {
                self.say("more to say", bank, &[]);
            }
        }
        self.finish()
    }

    fn finish(mut self) -> String {
        while self.sentences.len() > 1
            && self.sentences.iter().map(|sentence| sentence.chars().count() + 1).sum::<usize>() > MESSAGE_CHARS
        {
            self.sentences.pop();
        }
        self.sentences.join(" ")
    }

    fn has_spoken_in_round(&self) -> bool {
        self.brief.transcript.iter().any(|entry| {
            matches!(entry, Entry::Said(message) if message.round == self.brief.round && message.agent == self.brief.me.name)
        })
    }

    fn final_plan(mut self) -> String {
        if let Some(command) = self.command() {
            self.say("obey", self.voice.obey, &[("command", command)]);
        }
        // What has a minute in it comes before what has none.
        let (exact, vague) = PLAN[1].split_at(4);
        self.say("plan opening", PLAN[0], &[]);
        if !this_turn(self.brief).is_empty() {
            self.report();
        }
        if !self.say("plan", exact, &[]) {
            self.say("plan", vague, &[]);
        }
        self.say("plan end", PLAN[2], &[]);
        if self.sentences.len() < 4 && self.act.is_some() {
            self.say("disturb", DELAY, &[]);
        }
        self.finish()
    }

    /// Answers the player, a wrong figure, or somebody.
    fn react(&mut self) {
        if let Some(command) = self.command() {
            self.say("obey", self.voice.obey, &[("command", command)]);
            return;
        }
        let me = &self.brief.me.name;
        let since = self.brief.turn.saturating_sub(FRESH);
        let wrong: Vec<Claim> = self.board.wrong_claims(since).cloned().collect();
        if let Some(claim) = wrong.iter().find(|claim| claim.agent == *me && self.is_last_word(claim)) {
            let honest = self.brief.orders.is_none();
            let slots = self.correction(claim);
            let accuser = self.accuser(claim);
            if self.dice.chance("own slip", if honest { 85 } else { 30 }) {
                self.say("slip", self.voice.slip, &slots);
                return;
            }
            if let Some(name) = accuser {
                self.say("insist", self.voice.insist, &[("name", name)]);
                return;
            }
        }
        if let Some(claim) = wrong.iter().find(|claim| claim.agent != *me && self.accuser(claim).is_none())
            && self.dice.chance("dispute", if self.brief.orders.is_some() { 35 } else { 70 })
        {
            let slots = self.correction(claim);
            self.say("dispute", self.voice.dispute, &slots);
            return;
        }
        if self.dice.chance("answer", 55) {
            self.answer();
        }
    }

    fn command(&self) -> Option<String> {
        let words: Vec<_> = self.brief.command.as_deref()?.split_whitespace().collect();
        let command = words.join(" ").replace('"', "'");
        let short: String = command.chars().take(COMMAND_CHARS).collect();
        let end = if short.len() < command.len() { " …" } else { "" };
        Some(format!("{}{end}", short.trim_end_matches(['.', ' '])))
    }

    fn is_last_word(&self, claim: &Claim) -> bool {
        let later = |other: &&Claim| other.agent == claim.agent && other.name == claim.name;
        let withdrawn = self.messages_since(claim.turn).any(|(agent, text)| {
            *agent == *claim.agent
                && self.board.record(claim.name).is_some_and(|(actual, _)| text.contains(&value(claim.name, actual)))
        });
        !withdrawn && self.board.claims.iter().rev().find(later).is_some_and(|last| last.turn == claim.turn)
    }

    fn messages_since(&self, turn: u32) -> impl Iterator<Item = (&str, &str)> {
        self.brief.transcript.iter().filter_map(move |entry| match entry {
            Entry::Said(message) if message.turn > turn => Some((&*message.agent, message.text.as_str())),
            _ => None,
        })
    }

    /// Who has already told the claimant the right figure.
    fn accuser(&self, claim: &Claim) -> Option<String> {
        let actual = value(claim.name, self.board.record(claim.name)?.0);
        let mut told = self.messages_since(claim.turn).filter(|(agent, text)| {
            **agent != *claim.agent && text.contains(&actual) && text.to_lowercase().contains(&*claim.agent)
        });
        told.next().map(|(agent, _)| agent.to_owned())
    }

    fn correction(&self, claim: &Claim) -> Vec<(&'static str, String)> {
        let (actual, source) = self.board.record(claim.name).unwrap_or((claim.value, "my notes"));
        vec![
            ("name", claim.agent.to_string()),
            ("claimed", value(claim.name, claim.value)),
            ("what", label(claim.name).to_owned()),
            ("actual", value(claim.name, actual)),
            ("source", source.to_owned()),
        ]
    }

    fn answer(&mut self) {
        let me = &self.brief.me.name;
        let others = self.brief.transcript.iter().rev().filter_map(|entry| match entry {
            Entry::Said(message) if message.agent != *me => Some(message),
            _ => None,
        });
        let recent: Vec<_> = others.take(4).collect();
        let Some(message) = self.dice.pick("answered", &recent) else { return };
        let mut slots = vec![("name", message.agent.to_string())];
        let points: Vec<_> = self.board.claims.iter().filter(|claim| claim.turn == message.turn).collect();
        if let Some(claim) = self.dice.pick("point", &points) {
            slots.push(("point", format!("{} for {}", value(claim.name, claim.value), label(claim.name))));
        }
        self.say("answer", self.voice.answer, &slots);
    }

    /// Speaks of what the tool returned, or else of what is known; says whether a sum was reported.
    fn report(&mut self) -> bool {
        let used = this_turn(self.brief).iter().filter_map(|entry| match entry {
            Entry::Used(used) => Some(used),
            _ => None,
        });
        let used: Vec<ToolUse> = used.cloned().collect();
        match used.last() {
            Some(ToolUse { call, outcome: Ok(result) }) => {
                if used.len() > 1 && self.sentences.is_empty() {
                    self.failed(&used[0]);
                }
                if call.tool == "calculator" {
                    self.reckoned(&call.arguments, result);
                    return true;
                }
                let found = facts(call, result);
                if found.clauses.is_empty() {
                    self.blank(&call.tool, result);
                } else {
                    self.cite(&found);
                }
            }
            Some(failed) => {
                self.failed(failed);
                self.recall();
            }
            None => {
                if self.dice.chance("recall", 75) {
                    self.recall();
                }
            }
        }
        false
    }

    fn failed(&mut self, used: &ToolUse) {
        let short: String = used.call.arguments.chars().take(40).collect();
        let argument = if short.starts_with("SELECT") { "that query".to_owned() } else { short };
        self.say("fail", self.voice.fail, &[("tool", in_words(&used.call.tool)), ("argument", argument)]);
    }

    fn blank(&mut self, tool: &str, result: &str) {
        let result: String = result.split_whitespace().collect::<Vec<_>>().join(" ").chars().take(40).collect();
        if result.is_empty() {
            return;
        }
        self.say("blank", self.voice.blank, &[("tool", in_words(tool)), ("result", result)]);
    }

    fn reckoned(&mut self, expression: &str, result: &str) {
        let meaning =
            sum(self.seed, self.brief).filter(|sum| sum.expression == expression).and_then(|sum| sum.meaning(result));
        let Some(meaning) = meaning else {
            self.blank("calculator", result);
            return;
        };
        let slots = [("expression", expression.to_owned()), ("result", result.trim().to_owned()), ("meaning", meaning)];
        self.say("reckon", self.voice.reckon, &slots);
    }

    fn cite(&mut self, found: &Facts) {
        let fresh = self.ranked(&found.clauses);
        let Some(first) = self.bent(&fresh).or_else(|| fresh.first().cloned()) else { return };
        let slots = [("fact", first.clone()), ("source", found.source.clone())];
        self.say("cite", self.voice.cite, &slots);
        let next = fresh.iter().find(|clause| **clause != first && !related(clause, &first));
        if let Some(next) = next.filter(|_| self.dice.chance("more", 45)) {
            self.say("more", self.voice.more, &[("fact", next.clone())]);
        }
    }

    /// Takes up what a tool has returned to anybody before.
    fn recall(&mut self) {
        let earlier = self.brief.transcript.iter().rev().filter_map(|entry| match entry {
            Entry::Used(ToolUse { call, outcome: Ok(result) }) => Some((call, facts(call, result))),
            _ => None,
        });
        let mut known: Vec<(String, String, String)> = Vec::new();
        for (call, found) in earlier {
            known
                .extend(found.clauses.into_iter().map(|clause| (clause, call.agent.to_string(), found.source.clone())));
        }
        let clauses: Vec<_> = known.iter().map(|(clause, ..)| clause.clone()).collect();
        let ranked = self.ranked(&clauses);
        let Some(best) = ranked.first() else { return };
        let fact = self.bent(&ranked).unwrap_or_else(|| best.clone());
        let origin = known.iter().find(|(clause, ..)| *clause == fact || related(clause, &fact));
        let Some((_, finder, source)) = origin else { return };
        let mut slots = vec![("fact", fact), ("source", source.clone())];
        if *finder != *self.brief.me.name {
            slots.push(("name", finder.clone()));
        }
        self.say("recall", self.voice.recall, &slots);
    }

    /// The clauses, what bears on the task first, what was said already last.
    fn ranked(&self, clauses: &[String]) -> Vec<String> {
        let mut clauses = clauses.to_vec();
        let asked = self.brief.command.as_deref().and_then(about);
        let subjects = subjects(&self.brief.me.name, self.brief.phase);
        let weight = |clause: &String| {
            let small = clause.to_lowercase();
            let bears = |words: &[&str]| words.iter().filter(|word| small.contains(**word)).count();
            let hits = asked.map_or(0, |subject| 5 * bears(subject.words()))
                + subjects.iter().take(2).map(|subject| bears(subject.words())).sum::<usize>().min(2)
                + usize::from(has_figure(clause));
            (self.said.contains(&small), std::cmp::Reverse(hits))
        };
        clauses.sort_unstable();
        clauses.dedup();
        let mut clauses = self.dice.shuffled(&format!("clauses {}", self.again), &clauses);
        clauses.sort_by_cached_key(weight);
        clauses
    }

    /// The clause that the mole bends, or that an honest agent gets a little wrong; none if all is to stay true.
    fn bent(&self, clauses: &[String]) -> Option<String> {
        let (by, down) = (self.dice.between("bend", 5, 15), self.dice.chance("down", 40));
        match self.act {
            Some(Strategy::TimingErrors) => clauses.iter().find_map(|clause| bend_time(clause, by, down)),
            Some(Strategy::FalseInfo) => clauses.iter().find_map(|clause| bend_fact(clause, &self.dice)),
            _ if self.dice.chance("misread", 5) => {
                let first = clauses.first()?;
                bend_time(first, self.dice.between("little", 1, 3), down).or_else(|| bend_fact(first, &self.dice))
            }
            _ => None,
        }
    }

    /// What one would rather have, or a doubt.
    fn lean(&mut self, phase: Phase, reckoned: bool) {
        let wants = matches!(phase, Phase::EntryAndVault | Phase::Getaway)
            && self.dice.chance("lean", if reckoned { 35 } else { 50 });
        if wants {
            let bank = if phase == Phase::EntryAndVault { self.voice.vault } else { self.voice.way };
            self.say("lean", bank, &[]);
        } else if self.dice.chance("hedge", 20) {
            self.say("hedge", self.voice.hedge, &[]);
        }
    }

    /// Says a phrase of the bank: one whose slots can be filled and that was not used in this heist, if there is one.
    fn say(&mut self, purpose: &str, bank: Bank, slots: Slots<'_>) -> bool {
        let order = self.dice.shuffled(&format!("{purpose} {}", self.again), bank);
        // A thing of its own is said again rather than not at all; idle talk is not.
        let needed = slots.iter().any(|(slot, _)| matches!(*slot, "fact" | "meaning" | "actual" | "command"));
        let new = order.iter().filter(|phrase| !self.said.contains(&longest_literal(phrase).to_lowercase()));
        let old = order.iter().filter(|_| needed);
        let chosen = new.chain(old).find_map(|phrase| self.fill(phrase, slots));
        let Some(text) = chosen else { return false };
        let sentence = capitalized(&text).replace(" 1 minutes", " 1 minute");
        self.said.push_str(&sentence.to_lowercase());
        self.sentences.push(sentence);
        true
    }

    fn fill(&self, phrase: &str, slots: Slots<'_>) -> Option<String> {
        let mut text = String::with_capacity(phrase.len() * 2);
        let mut rest = phrase;
        while let Some((before, (slot, after))) =
            rest.split_once('{').and_then(|(before, tail)| Some((before, tail.split_once('}')?)))
        {
            text.push_str(before);
            let word = slots.iter().find(|(name, _)| *name == slot).map(|(_, word)| word.clone());
            let word = word.or_else(|| self.slot(phrase, slot))?;
            text.push_str(&if text.ends_with(['.', '?', '!', ' ']) && text.trim_end().ends_with(['.', '?', '!']) {
                capitalized(&word)
            } else {
                word
            });
            rest = after;
        }
        text.push_str(rest);
        Some(text)
    }

    /// The words for a slot that does not depend on the sentence.
    fn slot(&self, phrase: &str, name: &str) -> Option<String> {
        let (mine, myway) = preference(self.seed, &self.brief.me.name);
        let minutes = |figure: &str| self.board.believed(figure, self.trusting).map(|minutes| minutes.to_string());
        let rival = |all: &[&'static str], chosen: &str| {
            let others: Vec<_> = all.iter().copied().filter(|word| *word != chosen).collect();
            self.dice.pick(phrase, &others).map(str::to_owned)
        };
        match name {
            "mine" => Some(mine.to_owned()),
            "mine_min" => minutes(mine),
            "myway" => Some(myway.to_owned()),
            "myway_min" => minutes(myway),
            "method_min" => minutes(self.plan.method),
            "way_min" => minutes(self.plan.route),
            "exit" => Some(exit(self.plan.route).to_owned()),
            "rival" => rival(&METHODS, self.plan.method),
            "rivalway" => rival(&ROUTES, self.plan.route),
            "ally" | "other" => {
                let names: Vec<_> = self
                    .brief
                    .crew
                    .iter()
                    .map(|persona| &persona.name)
                    .filter(|name| **name != self.brief.me.name)
                    .collect();
                let names = self.dice.shuffled(phrase, &names);
                names.get(usize::from(name == "other")).map(ToString::to_string)
            }
            "topic" => {
                let topics: &[&str] = match self.brief.phase {
                    Phase::Reconnaissance => &["the cameras", "the staff", "the floors", "the guards"],
                    Phase::Timing => &["the shift change", "the start", "the rounds", "the line test"],
                    Phase::EntryAndVault => &["the door", "the way in", "the sensors", "the method"],
                    Phase::Getaway => &["the way out", "the car", "the exits", "the streets"],
                    Phase::FinalPlan => &["the order", "the start", "the signals", "the way out"],
                };
                self.dice.pick(phrase, topics).map(str::to_owned)
            }
            _ => self.plan.slot(name).or_else(|| {
                let figure = self.board.believed(name, self.trusting)?;
                Some(
                    value(name, figure)
                        .trim_end_matches(" minutes")
                        .trim_end_matches(" minute")
                        .trim_end_matches(" kilograms")
                        .to_owned(),
                )
            }),
        }
    }
}

fn in_words(tool: &str) -> String {
    tool.replace('_', " ")
}

/// Whether two clauses say nearly the same: most words of the one stand in the other.
fn related(one: &str, other: &str) -> bool {
    let words: Vec<_> = other.split(' ').collect();
    let shared = one.split(' ').filter(|word| words.contains(word)).count();
    shared * 10 >= one.split(' ').count() * 6
}

/// The longest piece of a phrase between its slots.
fn longest_literal(phrase: &str) -> &str {
    let pieces = phrase
        .split('{')
        .enumerate()
        .map(|(at, piece)| if at == 0 { piece } else { piece.split_once('}').map_or("", |(_, literal)| literal) });
    pieces.max_by_key(|piece| piece.len()).unwrap_or(phrase)
}

/// The text with a capital letter in front, unless it begins with a file's name.
fn capitalized(text: &str) -> String {
    if text.split_whitespace().next().is_some_and(|word| word.contains('_')) {
        return text.to_owned();
    }
    let mut letters = text.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}
