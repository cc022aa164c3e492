//! Moves in sentences: in the first person, each with all the names and figures of its move, in ways that follow from seed and
//! turn.

use heist_bank::{Fact, Hole, Slot};

use super::sums;
use super::view::View;
use crate::heist::{AgentName, Entry, Move, ToolUse};

/// A sentence has at most so many characters.
pub(super) const MOST_CHARS: usize = 200;

/// Words for a move, with holes for its parts.
type Bank = &'static [&'static str];

const REPORT: Bank = &[
    "I read in {source} that {fact}.",
    "According to {source}, {fact}.",
    "{source} says that {fact}.",
    "I have it from {source} that {fact}.",
    "I looked into {source}, and {fact}.",
    "It says in {source} that {fact}.",
];
const HEARD_FROM: Bank = &[
    "{agent} says that {fact}.",
    "From what {agent} says, {fact}.",
    "I have it from {agent} that {fact}.",
    "As {agent} told us, {fact}.",
];
const HEARD: Bank = &[
    "As far as I know, {fact}.",
    "From what I have heard, {fact}.",
    "I have been told that {fact}.",
    "I take it that {fact}.",
];
const CORRECT: Bank = &[
    "No, {agent}, I read in {source} that {fact}.",
    "I have to correct {agent}, because {source} says that {fact}.",
    "{agent} is wrong about {label}, since {source} says that {fact}.",
    "That is not right, {agent}, because I read in {source} that {fact}.",
    "{agent} got {label} wrong, because it says in {source} that {fact}.",
];
const CORRECT_HEARD: Bank = &[
    "No, {agent}, as far as I know {fact}.",
    "I think that {agent} is wrong about {label}, because {fact}.",
    "That cannot be right, {agent}, because {fact}.",
];
const TAKE_BACK: Bank = &[
    "I was wrong about {label}, because {source} says that {fact}.",
    "I take back what I said about {label}, since {source} says that {fact}.",
    "My mistake, {source} says that {fact}.",
    "I got {label} wrong, because it says in {source} that {fact}.",
];
const TAKE_BACK_HEARD: Bank = &[
    "I was wrong about {label}, and {fact}.",
    "I take back what I said about {label}, because {fact}.",
    "My mistake, {fact}.",
];
const PROPOSE: Bank = &[
    "I propose that {clause}{because}.",
    "I say that {clause}{because}.",
    "My proposal is that {clause}{because}.",
    "I want {noun}{because}.",
    "I would go for {noun}{because}.",
    "Let me propose {noun}{because}.",
];
const SUPPORT: Bank = &[
    "I agree that {clause}{because}.",
    "I am for {noun}{because}.",
    "Yes, {clause}{because}.",
    "Count me in for {noun}{because}.",
    "I support {noun}{because}.",
    "I would take {noun} too{because}.",
    "Good, {clause}{because}.",
    "I can live with {noun}{because}.",
    "My vote is for {noun}{because}.",
];
const BACK: Bank = &[
    "As we agreed, {clause}{because}.",
    "I go by what we agreed, and {clause}{because}.",
    "I have nothing against {noun}{because}.",
    "I am keeping to what we agreed, which is that {clause}{because}.",
    "I stand by {noun}{because}.",
];
const OPPOSE: Bank = &[
    "I am against {noun}{because}.",
    "I do not want {noun}{because}.",
    "I have my doubts about {noun}{because}.",
    "I cannot agree to {noun}{because}.",
    "I advise against {noun}{because}.",
    "Anything but {noun}{because}.",
    "I would leave {noun} alone{because}.",
];
const SETTLE: Bank = &[
    "It is settled that {clause}.",
    "I decide that {clause}.",
    "Then {clause}, and that is settled.",
    "My decision is that {clause}.",
    "We have talked enough, {clause}.",
    "I have weighed it, and {clause}.",
    "No more talk about it, {clause}.",
    "Once and for all, {clause}.",
    "I take {noun}, and anyone who minds should say so tonight.",
];
const REOPEN: Bank = &[
    "I want to open the question of {matter} again.",
    "We should go back to {matter} before we go on.",
    "We have to look again at what we settled about {matter}.",
    "I am no longer sure about {matter}, and I want it open again.",
];
const DEFER: Bank = &[
    "I would leave {matter} open for now.",
    "Let us not settle {matter} yet.",
    "I think {matter} can wait until we know more.",
    "It is too early to settle {matter}.",
];
const ASSIGN: Bank = &[
    "I want {agent} to see to {matter}.",
    "{agent} sees to {matter}.",
    "Let {agent} see to {matter}.",
    "{agent}, you see to {matter}.",
];
const ASSIGN_SELF: Bank = &[
    "I will see to {matter} myself.",
    "Leave {matter} to me.",
    "I will take care of {matter}.",
    "{matter} is my business.",
];
const ASK_FACT: Bank = &[
    "{agent}, what do you know about {label}?",
    "{agent}, can you find out about {label}?",
    "What about {label}, {agent}?",
    "I need to know about {label}, {agent}, can you look it up?",
];
/// What somebody does not know whom the player has asked about it.
const PASS_ON: Bank = &[
    "I do not know about {label}; {agent}, can you look it up?",
    "About {label} I know nothing yet; {agent}, can you find out?",
    "I cannot say anything about {label}, {agent}, can you?",
];
const ASK_SLOT: Bank = &[
    "{agent}, what do you say about {matter}?",
    "What would you do about {matter}, {agent}?",
    "{agent}, what is your view of {matter}?",
];
const CONCLUDE: Bank = &[
    "I did the sum, and {meaning}.",
    "By my sums, {meaning}.",
    "I have worked it out, and {meaning}.",
    "The figures say that {meaning}.",
];
const CONCLUDE_SUM: Bank = &[
    "By my sum {sum} comes to {result}, and that is enough for {matter}.",
    "I get {result} for {sum}, and that tells me enough about {matter}.",
];
const CONCLUDE_FOUND: Bank = &[
    "What I found in {source} settles {matter} for me.",
    "After what I saw in {source}, {matter} is clear to me.",
    "Now that I have read {source}, I have no more questions about {matter}.",
];

const AGREED: Bank = &[
    "As we agreed, {clause}.",
    "I go by what we agreed, and {clause}.",
    "We agreed on it before, {clause}.",
    "I am keeping to what we agreed, which is that {clause}.",
];

/// A move in a sentence.
pub(super) fn sentence(view: &View, does: &Move) -> String {
    match does {
        Move::Report { fact, value, source } => {
            let heard = view.known.heard(fact).filter(|said| said.fact.value() == *value && !view.is_me(&said.agent));
            match heard {
                _ if !source.is_empty() => told(view, REPORT, view.me(), fact, value, source),
                Some(said) => told(view, HEARD_FROM, &said.agent, fact, value, source),
                None => told(view, HEARD, view.me(), fact, value, source),
            }
        }
        Move::Correct { agent, fact, value, source } => {
            let bank = match (view.is_me(agent), source.is_empty()) {
                (true, true) => TAKE_BACK_HEARD,
                (true, false) => TAKE_BACK,
                (false, true) => CORRECT_HEARD,
                (false, false) => CORRECT,
            };
            told(view, bank, agent, fact, value, source)
        }
        Move::Propose { slot, value, because } => stand(view, PROPOSE, *slot, value, because.as_deref()),
        Move::Support { slot, value, because } if view.slot(*slot).settled.as_ref() == Some(value) => {
            stand(view, BACK, *slot, value, because.as_deref())
        }
        Move::Support { slot, value, because } => stand(view, SUPPORT, *slot, value, because.as_deref()),
        Move::Oppose { slot, value, because } => stand(view, OPPOSE, *slot, value, because.as_deref()),
        Move::Settle { slot, value } => stand(view, SETTLE, *slot, value, None),
        Move::Reopen { slot } => fill(view, REOPEN, slot.name(), &[("matter", slot.matter())]),
        Move::Defer { slot } => fill(view, DEFER, slot.name(), &[("matter", slot.matter())]),
        Move::Assign { agent, slot } => {
            let bank = if view.is_me(agent) { ASSIGN_SELF } else { ASSIGN };
            fill(view, bank, slot.name(), &[("agent", agent), ("matter", slot.matter())])
        }
        Move::Ask { agent, about } if view.is_in_question(about) && Slot::named(about).is_none() => {
            fill(view, PASS_ON, about, &[("agent", agent), ("label", &view.label(about))])
        }
        Move::Ask { agent, about } => match Slot::named(about) {
            Some(slot) => fill(view, ASK_SLOT, about, &[("agent", agent), ("matter", slot.matter())]),
            None => fill(view, ASK_FACT, about, &[("agent", agent), ("label", &view.label(about))]),
        },
        Move::Conclude { from, about } => conclusion(view, from, about),
    }
}

/// What was said of a fact, in a sentence.
fn told(view: &View, bank: Bank, agent: &AgentName, key: &str, value: &str, source: &str) -> String {
    let Some(fact) = view.said(key, value) else { return String::new() };
    let (label, source) = (fact.label(), spoken(source));
    let said = |way: usize| {
        let words = fact.said(way);
        fill(view, bank, key, &[("agent", agent), ("label", &label), ("source", &source), ("fact", &words)])
    };
    let all = said(way_against(view, &fact, agent).unwrap_or_else(|| way(view, &fact)));
    if all.chars().count() <= MOST_CHARS {
        return all;
    }
    // What is long is said as shortly as can be.
    let bare = |way: usize| format!("{}.", capitalized(&fact.said(way)));
    ways(&fact).into_iter().map(bare).min_by_key(String::len).unwrap_or(all)
}

/// Which of a fact's ways to say it is taken, one that leaves nothing out where there is such.
pub(super) fn way(view: &View, fact: &Fact) -> usize {
    let ways = ways(fact);
    ways.get(view.draw(&format!("way {}", fact.key()), ways.len())).copied().unwrap_or(0)
}

/// The shortest way to say a fact that has all in which it differs from what somebody has said of it last; none if it does
/// not, or if there is no such way.
fn way_against(view: &View, fact: &Fact, agent: &AgentName) -> Option<usize> {
    let before = view.known.said_of(&fact.key()).rev().find(|said| said.agent == *agent)?;
    let pairs = before.fact.values.iter().zip(&fact.values).enumerate();
    let differ: Vec<_> = pairs.filter(|(_, (before, now))| before != now).map(|(hole, _)| hole).collect();
    let has_all = |way: &usize| {
        let said = fact.holes_said(*way);
        differ.iter().all(|hole| said.contains(hole))
    };
    let ways = (0..fact.kind.ways()).filter(|_| !differ.is_empty()).filter(has_all);
    ways.min_by_key(|way| fact.said(*way).len())
}

/// The ways to say a fact that leave least out.
fn ways(fact: &Fact) -> Vec<usize> {
    let holes = |way: &usize| {
        let mut said = fact.holes_said(*way);
        said.sort_unstable();
        said.dedup();
        said.len()
    };
    let most = (0..fact.kind.ways()).map(|way| holes(&way)).max().unwrap_or(0);
    (0..fact.kind.ways()).filter(|way| holes(way) == most).collect()
}

/// A stand on the plan, with what speaks for it.
fn stand(view: &View, bank: Bank, slot: Slot, value: &str, because: Option<&str>) -> String {
    let reason = because.and_then(|key| Some((key, view.known.fact(key)?))).map(|(key, fact)| {
        let word = ["because", "since", "as"];
        let word = word.get(view.draw(&format!("because {key}"), word.len())).copied().unwrap_or("because");
        // What one has only heard one has from somebody.
        let heard = view.known.heard(key).filter(|said| view.known.read(key).is_none() && !view.is_me(&said.agent));
        let teller = heard.map_or_else(String::new, |said| format!("{} says that ", said.agent));
        format!(", {word} {teller}{}", shortly(fact))
    });
    let (clause, noun) = (stands(slot, value), called(slot, value));
    let because = reason.unwrap_or_default();
    let with = |because| [("clause", clause.as_str()), ("noun", noun.as_str()), ("because", because)];
    let fits = |text: &String| text.chars().count() <= MOST_CHARS;
    let text = fill(view, bank, &format!("{} {value}", slot.name()), &with(because.as_str()));
    // What is long is said as shortly as can be.
    let shortest = || bank.iter().map(|pattern| filled(pattern, &with(because.as_str()))).min_by_key(String::len);
    let text = Some(text).filter(fits).or_else(|| shortest().filter(fits));
    text.unwrap_or_else(|| fill(view, bank, slot.name(), &with("")))
}

/// A fact in the shortest of the ways that have a figure, if it has any.
fn shortly(fact: &Fact) -> String {
    let figures = |way: &usize| {
        let is_figure =
            |hole: &usize| matches!(fact.kind.holes.get(*hole), Some(Hole::Minutes | Hole::Clock | Hole::Number));
        fact.holes_said(*way).iter().filter(|hole| is_figure(hole)).count().min(2)
    };
    let most = (0..fact.kind.ways()).map(|way| figures(&way)).max().unwrap_or(0);
    let ways = (0..fact.kind.ways()).filter(|way| figures(way) == most).map(|way| fact.said(way));
    ways.min_by_key(String::len).unwrap_or_default()
}

/// What a call is said to settle.
fn conclusion(view: &View, from: &str, about: &str) -> String {
    let call = view.brief.transcript.iter().rev().filter_map(Entry::used).find(|used| used.call.id == from);
    let label = Slot::named(about).map_or_else(|| view.label(about), |slot| slot.matter().to_owned());
    let Some(used) = call else { return fill(view, CONCLUDE_FOUND, about, &[("source", "that"), ("matter", &label)]) };
    if let Some(meaning) = sums::meaning(view, used) {
        return fill(view, CONCLUDE, from, &[("meaning", &meaning)]);
    }
    settles(view, used, &label)
}

/// What a call is said to settle, whatever its answer means.
pub(super) fn settles(view: &View, used: &ToolUse, label: &str) -> String {
    let from = &used.call.id;
    match sum(used) {
        Some((sum, result)) => fill(view, CONCLUDE_SUM, from, &[("sum", &sum), ("result", &result), ("matter", label)]),
        None => fill(view, CONCLUDE_FOUND, from, &[("source", &opened(used)), ("matter", label)]),
    }
}

/// What is said to be agreed, in a sentence.
pub(super) fn agreed(view: &View, slot: Slot, value: &str) -> String {
    fill(view, AGREED, slot.name(), &[("clause", &stands(slot, value))])
}

/// A sum as one says it, with what it comes to.
fn sum(used: &ToolUse) -> Option<(String, String)> {
    let result = used.outcome.as_ref().ok()?.trim().to_owned();
    let short = result.len() <= 24 && used.call.arguments.len() <= 60;
    let said = [("+", " plus "), ("-", " minus "), ("*", " times "), ("/", " divided by "), ("%", " modulo ")]
        .into_iter()
        .fold(used.call.arguments.clone(), |sum, (sign, word)| sum.replace(sign, word));
    let is_sum = heist_tools::table::calculates(&used.call.tool) && short;
    is_sum.then(|| (said.split_whitespace().collect::<Vec<_>>().join(" "), result))
}

/// What a call has opened, as one speaks of it.
fn opened(used: &ToolUse) -> String {
    let asked = used.call.arguments.trim();
    let query = asked.split_whitespace().skip_while(|word| !word.eq_ignore_ascii_case("from")).nth(1);
    spoken(query.unwrap_or(if asked.contains(' ') { "" } else { asked }))
}

/// A source as one speaks of it.
pub(super) fn spoken(source: &str) -> String {
    match source {
        "" => "that".to_owned(),
        document if document.contains('.') => document.to_owned(),
        table => format!("the {table} table"),
    }
}

/// One of a bank's sentences with its parts put in.
fn fill(view: &View, bank: Bank, purpose: &str, parts: &[(&str, &str)]) -> String {
    let drawn = view.draw(&format!("words {purpose}"), bank.len());
    filled(bank.get(drawn).or_else(|| bank.first()).copied().unwrap_or_default(), parts)
}

/// A sentence with its parts put in.
fn filled(pattern: &str, parts: &[(&str, &str)]) -> String {
    let mut text = String::with_capacity(MOST_CHARS);
    let mut rest = pattern;
    while let Some((before, after)) = rest.split_once('{') {
        let (name, after) = after.split_once('}').unwrap_or((after, ""));
        text.push_str(before);
        text.push_str(parts.iter().find(|(part, _)| *part == name).map_or("", |(_, words)| words));
        rest = after;
    }
    text.push_str(rest);
    capitalized(&text)
}

/// A text with a capital letter in front, unless it begins with a file's name.
fn capitalized(text: &str) -> String {
    if text.split_whitespace().next().is_some_and(|word| word.contains('_') || word.contains('.')) {
        return text.to_owned();
    }
    let mut letters = text.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}

/// What a value in a slot means, as a clause.
pub(super) fn stands(slot: Slot, value: &str) -> String {
    match slot {
        Slot::Start => format!("we start at {value}"),
        Slot::Entry => format!("we go in by the {value}"),
        Slot::Alarm if value == "line test" => "the line test covers our alarms".to_owned(),
        Slot::Alarm if value == "cut line" => "we cut the alarm line".to_owned(),
        Slot::Alarm => "we do nothing about the alarm line".to_owned(),
        Slot::Method => format!("we open the vault with the {value} method"),
        Slot::Load => format!("we take the {value}"),
        Slot::Route => format!("we leave by the {value} route"),
    }
}

/// What a value in a slot is called.
fn called(slot: Slot, value: &str) -> String {
    match slot {
        Slot::Start => format!("a start at {value}"),
        Slot::Alarm if value == "line test" => "the line test as our cover".to_owned(),
        Slot::Alarm if value == "cut line" => "a cut alarm line".to_owned(),
        Slot::Alarm => "doing nothing about the alarm line".to_owned(),
        Slot::Method => format!("the {value} method"),
        Slot::Entry | Slot::Load => format!("the {value}"),
        Slot::Route => format!("the {value} route"),
    }
}
