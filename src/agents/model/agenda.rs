//! What a round has to settle, and what of it is still open.

use heist_bank::{Bank, Part};

use super::likeness::words;
use crate::crew::Brief;
use crate::heist::{Entry, Phase};

/// A question, and the words by which its answer is known; the answer also has a figure or a choice in it.
struct Point {
    question: String,
    about: Vec<String>,
}

/// The questions of a phase in a heist on one bank: the names of what there is to choose from are its own.
pub(super) struct Agenda {
    points: Vec<Point>,
}

impl Agenda {
    /// The agenda of the round that is running.
    pub(super) fn of(brief: &Brief) -> Self {
        Self::on(&brief.bank, brief.phase)
    }

    fn on(bank: &Bank, phase: Phase) -> Self {
        let point = |question: &str, about: &[&str], names: &[String]| Point {
            question: question.to_owned(),
            about: about.iter().map(|word| (*word).to_owned()).chain(names.iter().cloned()).collect(),
        };
        let (methods, ways, ends) = (methods(bank), ways(bank), ends(bank));
        let points = match phase {
            Phase::Reconnaissance => vec![
                point("which cameras have a blind spot", &["blind", "camera", "cameras"], &[]),
                point("how many guards there are, and when", &["guard", "guards", "shift"], &[]),
                point("how the vault can be opened", &["vault", "lock"], &methods),
                point("who answers an alarm, and how fast", &["alarm", "alarms", "police", "response"], &[]),
                point("which exits and routes there are", &["exit", "exits", "route", "routes"], &[]),
                point("who keeps the codes and the keys", &["code", "card", "key", "keeps"], &[]),
            ],
            Phase::Timing => vec![
                point("the minute at which the job begins", &["begin", "begins", "start", "starts", "go"], &[]),
                point("the gap between the guards' shifts", &["gap", "shift", "shifts"], &[]),
                point("how long the cameras are blind", &["blind", "recorder", "loop"], &[]),
                point("how many minutes the vault takes", &["vault"], &methods),
                point("how soon an alarm is answered", &["alarm", "police", "response", "patrol"], &[]),
            ],
            Phase::EntryAndVault => vec![
                point("the way in", &["enter", "entrance"], &ways),
                point(&format!("the way to open the vault: {}", or(&methods)), &[], &methods),
                point("how the alarm is kept silent", &["alarm", "sensor", "contact"], &[]),
                point("how many boxes or bags can be carried", &["box", "boxes", "bag", "bags", "kilograms"], &[]),
            ],
            Phase::Getaway => vec![
                point("the route away", &["route"], &ends),
                point("where the car stands, and from when", &["car", "van", "drive", "boat"], &[]),
                point("the minute at which everybody is gone", &["leave", "leaves", "gone", "out"], &[]),
                point("which cameras see the way out", &["camera", "cameras"], &[]),
            ],
            Phase::FinalPlan => vec![
                point("the minute of the start", &["start", "begin", "begins", "go"], &[]),
                point("the way in", &[], &ways),
                point("the way to open the vault", &[], &methods),
                point("the way out and its minute", &["route", "leave", "leaves", "out", "car"], &[]),
            ],
        };
        Self { points }
    }

    /// The questions that nobody has answered in this round with a figure; those that concern the agent's task come first.
    pub(super) fn open(&self, brief: &Brief) -> Vec<&str> {
        let said = brief.transcript.iter().rev().take_while(|entry| !matches!(entry, Entry::Round(..)));
        let said: Vec<_> = said
            .filter_map(|entry| if let Entry::Said(message) = entry { Some(message) } else { None })
            .flat_map(|message| message.text.split_inclusive(['.', '!', '?', ';']))
            .map(words)
            .filter(|words| words.iter().any(|word| word.contains(|letter: char| letter.is_ascii_digit())))
            .collect();
        let task = words(brief.me.task(brief.phase));
        let mut open: Vec<_> =
            self.points.iter().filter(|point| !said.iter().any(|words| point.concerns(words))).collect();
        open.sort_by_key(|point| !point.concerns(&task));
        open.into_iter().map(|point| &*point.question).collect()
    }

    /// Whether words speak of what the phase is about.
    pub(super) fn concerns(&self, words: &[String]) -> bool {
        self.points.iter().any(|point| point.concerns(words))
    }
}

impl Point {
    fn concerns(&self, words: &[String]) -> bool {
        words.iter().any(|word| self.about.contains(word))
    }
}

/// The names of the ways to open the vault.
fn methods(bank: &Bank) -> Vec<String> {
    bank.vault.methods.iter().map(|method| method.name.to_lowercase()).collect()
}

/// The words by which one exit is told from the others, and the names of the routes, which begin there.
fn ways(bank: &Bank) -> Vec<String> {
    let exits = bank.places.iter().filter(|place| place.part == Part::Exit).map(|place| words(&place.name));
    let exits: Vec<_> = exits.collect();
    let own = |word: &&String| exits.iter().filter(|exit| exit.contains(word)).count() == 1;
    let routes = bank.roads.iter().map(|road| road.name.to_lowercase());
    exits.iter().flatten().filter(own).cloned().chain(routes).collect()
}

/// The words for where the routes lead to.
fn ends(bank: &Bank) -> Vec<String> {
    bank.roads.iter().filter_map(|road| words(&road.leads_to).pop()).collect()
}

/// `a, b or c`.
fn or(names: &[String]) -> String {
    match names {
        [] => String::new(),
        [one] => one.clone(),
        [before @ .., last] => format!("{} or {last}", before.join(", ")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::agents::model::briefs::{brief, said};

    #[test]
    fn a_question_is_open_until_a_figure_answers_it() {
        let mut brief = brief("hacker");
        brief.phase = Phase::Timing;
        let agenda = Agenda::of(&brief);
        assert_eq!(agenda.open(&brief).len(), agenda.points.len());
        brief.transcript = vec![
            said(1, "planner", "We start at 22:05."),
            Entry::Round(2, Phase::Timing),
            said(2, "planner", "Somebody must find the gap between the shifts. It is late."),
            said(3, "intel", "The gap lasts 12 minutes."),
        ]
        .into();
        let open = agenda.open(&brief);
        assert!(!open.contains(&"the gap between the guards' shifts"));
        assert!(open.contains(&"the minute at which the job begins"), "only this round counts: {open:?}");
    }

    #[test]
    fn every_bank_has_choices_of_its_own() {
        let phases = [Phase::Reconnaissance, Phase::Timing, Phase::EntryAndVault, Phase::Getaway, Phase::FinalPlan];
        for bank in (0..40).map(Bank::of) {
            let agendas = phases.map(|phase| Agenda::on(&bank, phase));
            let questions: Vec<_> = agendas[2].points.iter().map(|point| &*point.question).collect();
            for method in &bank.vault.methods {
                let named = |question: &&str| question.contains(&*method.name.to_lowercase());
                assert!(questions.iter().any(named), "{questions:?} lack {}", method.name);
            }
            for road in &bank.roads {
                let text = format!("We go in by the {} at 22:00.", bank.name_of(road.exit));
                assert!(agendas[2].points[0].concerns(&words(&text)), "{text}");
                let text = format!("At 22:30 we are at the {}.", road.leads_to);
                assert!(agendas[3].points[0].concerns(&words(&text)), "{text}");
            }
        }
    }
}
