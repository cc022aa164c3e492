//! The figures of the bank: found in documents, query results and messages, compared, and bent.

use std::collections::BTreeMap;

use crate::heist::{AgentName, Entry};

use super::facts::facts;

/// How a figure is written.
#[derive(Clone, Copy, PartialEq)]
enum Form {
    /// `12 minutes` after the anchor.
    Minutes,
    /// The n-th time of day after the anchor, such as `22:00`.
    Clock(usize),
    /// `20 kilograms` after the anchor.
    Kilograms,
    /// A number right before the anchor.
    Count,
}

/// A figure that the crew cares about.
struct Rule {
    /// Its name, which is also its slot in a phrase.
    name: &'static str,
    /// What it is, in words.
    label: &'static str,
    /// The words it follows (for a count, precedes).
    anchors: &'static [&'static str],
    form: Form,
}

const fn rule(name: &'static str, label: &'static str, anchors: &'static [&'static str], form: Form) -> Rule {
    Rule { name, label, anchors, form }
}

const RULES: &[Rule] = &[
    rule("gap", "the gap", &["gap"], Form::Minutes),
    rule("from", "the start of the gap", &["gap"], Form::Clock(0)),
    rule("to", "the end of the gap", &["gap"], Form::Clock(1)),
    rule("round", "the first round below", &["reaches the lower level"], Form::Clock(0)),
    rule("rest", "the time from round to round", &["walks a round every"], Form::Minutes),
    rule("cameras", "the cameras", &["cameras"], Form::Count),
    rule("restart", "the recorder's restart", &["recorder restarts"], Form::Clock(0)),
    rule("dark", "the blind recorder", &["is blind"], Form::Minutes),
    rule("loop", "the picture loop", &["picture loop can stand", "loop stands"], Form::Minutes),
    rule("test", "the alarm line test", &["alarm line is tested", "line test"], Form::Minutes),
    rule("police", "the police", &["police need", "police take"], Form::Minutes),
    rule("guards", "the guards in the building", &["guards in the building need", "guards need"], Form::Minutes),
    rule("patrol", "the private patrol", &["patrol needs", "patrol need"], Form::Minutes),
    rule("thermal", "the thermal method", &["thermal method"], Form::Minutes),
    rule("drill", "the drill method", &["drill method"], Form::Minutes),
    rule("override", "the override method", &["override method"], Form::Minutes),
    rule("shut", "the vault door falling shut", &["falls shut by itself"], Form::Minutes),
    rule("boxes", "the boxes two people empty in a minute", &["boxes in a minute"], Form::Count),
    rule("bag", "a bag", &["bag holds"], Form::Kilograms),
    rule("dock", "the dock route", &["dock route"], Form::Minutes),
    rule("staff", "the staff route", &["staff route"], Form::Minutes),
    rule("front", "the front route", &["front route"], Form::Minutes),
    rule("roof", "the roof route", &["roof route"], Form::Minutes),
    rule("tunnel", "the tunnel route", &["tunnel route"], Form::Minutes),
    rule("walk_dock", "the walk to the dock", &["vault to the loading dock"], Form::Minutes),
    rule("walk_staff", "the walk to the staff door", &["vault to the staff door"], Form::Minutes),
    rule("walk_roof", "the walk to the roof", &["vault to the roof hatch"], Form::Minutes),
    rule("walk_tunnel", "the walk to the tunnel", &["vault to the service tunnel"], Form::Minutes),
];

/// Words that may stand between an anchor and its figure; any other word means that the figure is another's.
const BETWEEN: &[&str] = &[
    "takes", "take", "lasts", "is", "of", "at", "about", "in", "the", "a", "for", "between", "after", "evening",
    "night", "shift", "shifts", "and", "minutes", "minute", "from", "to", "every", "roughly", "only", "off", "can",
    "stand",
];

/// A figure that was said or found: the name of its rule and its value (minutes, minutes after midnight, or a count).
pub(super) type Figure = (&'static str, u32);

/// The figures in a text.
pub(super) fn figures(text: &str) -> Vec<Figure> {
    let text = text.to_lowercase();
    let sentences = text.split_inclusive(['.', '!', '?', ';', '\n']).fold(Vec::<String>::new(), |mut done, piece| {
        // A stop inside a word (bank_layout.txt) ends nothing.
        match done.last_mut() {
            Some(last) if !piece.starts_with(char::is_whitespace) && !last.ends_with('\n') => last.push_str(piece),
            _ => done.push(piece.to_owned()),
        }
        done
    });
    let with_figures = sentences.iter().filter(|sentence| sentence.contains(|letter: char| letter.is_ascii_digit()));
    with_figures.flat_map(|sentence| RULES.iter().filter_map(|rule| Some((rule.name, find(rule, sentence)?)))).collect()
}

/// Whether a clause names a figure that the crew reckons with.
pub(super) fn has_figure(clause: &str) -> bool {
    !figures(clause).is_empty()
}

fn find(rule: &Rule, sentence: &str) -> Option<u32> {
    rule.anchors.iter().find_map(|anchor| {
        let (before, after) = sentence.split_once(anchor)?;
        match rule.form {
            Form::Count if after.trim_start().starts_with("work") => None,
            Form::Count => before.split_whitespace().next_back()?.parse().ok(),
            form => follow(form, after),
        }
    })
}

fn follow(form: Form, after: &str) -> Option<u32> {
    let mut words =
        after.split_whitespace().map(|word| word.trim_matches(|mark: char| !mark.is_alphanumeric())).peekable();
    let mut clocks = 0;
    while let Some(word) = words.next() {
        if let Some(time) = clock(word) {
            if form == Form::Clock(clocks) {
                return Some(time);
            }
            clocks += 1;
        } else if let Ok(number) = word.parse() {
            let unit = words.peek().copied().unwrap_or_default();
            let wanted = match form {
                Form::Minutes => unit.starts_with("minute"),
                Form::Kilograms => unit.starts_with("kilogram"),
                Form::Clock(_) | Form::Count => false,
            };
            if wanted {
                return Some(number);
            }
        } else if !BETWEEN.contains(&word) {
            return None;
        }
    }
    None
}

/// The minutes after midnight of a time of day such as `22:05`.
pub(super) fn clock(word: &str) -> Option<u32> {
    let (hours, minutes) = word.split_once(':')?;
    let (hours, minutes): (u32, u32) = (hours.parse().ok()?, minutes.parse().ok()?);
    (hours < 24 && minutes < 60).then_some(hours * 60 + minutes)
}

/// A time of day as it is written.
pub(super) fn time_of_day(minutes: u32) -> String {
    format!("{:02}:{:02}", minutes / 60 % 24, minutes % 60)
}

fn known(name: &str) -> Option<&'static Rule> {
    RULES.iter().find(|rule| rule.name == name)
}

/// What a figure is, in words.
pub(super) fn label(name: &str) -> &'static str {
    known(name).map_or("it", |rule| rule.label)
}

/// A figure's value with its unit.
pub(super) fn value(name: &str, value: u32) -> String {
    match known(name).map(|rule| rule.form) {
        Some(Form::Minutes) if value == 1 => "1 minute".to_owned(),
        Some(Form::Minutes) => format!("{value} minutes"),
        Some(Form::Kilograms) => format!("{value} kilograms"),
        Some(Form::Clock(_)) => time_of_day(value),
        _ => value.to_string(),
    }
}

/// A figure somebody named.
#[derive(Clone)]
pub(super) struct Claim {
    pub(super) agent: AgentName,
    pub(super) turn: u32,
    pub(super) name: &'static str,
    pub(super) value: u32,
}

/// What the talk so far has brought: figures from the tools and figures from the crew's mouths.
pub(super) struct Board {
    records: BTreeMap<&'static str, (u32, String)>,
    pub(super) claims: Vec<Claim>,
}

impl Board {
    pub(super) fn of(transcript: &[Entry]) -> Self {
        let mut board = Self { records: BTreeMap::new(), claims: Vec::new() };
        for entry in transcript {
            match entry {
                Entry::Round(..) => {}
                Entry::Said(message) => {
                    board.claims.extend(figures(&message.text).into_iter().map(|(name, value)| Claim {
                        agent: message.agent.clone(),
                        turn: message.turn,
                        name,
                        value,
                    }));
                }
                Entry::Used(used) => {
                    let Ok(result) = &used.outcome else { continue };
                    let found = facts(&used.call, result);
                    for (name, value) in figures(&found.clauses.join(". ")) {
                        board.records.entry(name).or_insert_with(|| (value, found.source.clone()));
                    }
                }
            }
        }
        board
    }

    /// What a tool returned for a figure, and its source.
    pub(super) fn record(&self, name: &str) -> Option<(u32, &str)> {
        self.records.get(name).map(|(value, source)| (*value, source.as_str()))
    }

    /// What the crew last said of a figure.
    fn said(&self, name: &str) -> Option<u32> {
        self.claims.iter().rev().find(|claim| claim.name == name).map(|claim| claim.value)
    }

    /// What an agent takes a figure to be: the record, unless it trusts what was said last.
    pub(super) fn believed(&self, name: &str, trusting: bool) -> Option<u32> {
        let (said, record) = (self.said(name), self.record(name).map(|(value, _)| value));
        if trusting { said.or(record) } else { record.or(said) }
    }

    /// Claims since a turn that a tool's result contradicts, newest first.
    pub(super) fn wrong_claims(&self, since: u32) -> impl Iterator<Item = &Claim> {
        self.claims.iter().rev().filter(move |claim| {
            claim.turn >= since && self.record(claim.name).is_some_and(|(value, _)| value != claim.value)
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn figures_are_found_where_they_belong() {
        let text = "guard_rotation.txt: the gap between the evening shift and the night shift lasts 12 minutes, from 22:00 \
                    to 22:12. The thermal method leaves 3 minutes. The police need 4 minutes; 23 cameras work, of 24 cameras.";
        let mut found = figures(text);
        found.sort_unstable();
        assert_eq!(found, [("from", 1320), ("gap", 12), ("police", 4), ("to", 1332)]);
        assert_eq!(figures("The bank has 24 cameras."), [("cameras", 24)]);
        assert_eq!(figures("the dock route takes 9 minutes by car"), [("dock", 9)]);
    }

    #[test]
    fn nonsense_has_no_figures() {
        for text in ["", "gap", "the gap lasts", "gap 99:99", "police need 99999999999 minutes", "… ¿gap? 12"] {
            assert!(figures(text).is_empty(), "{text}");
        }
    }
}
