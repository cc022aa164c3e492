//! What a round has to settle, and what of it is still open.

use super::brief::Brief;
use super::likeness::words;
use crate::heist::{Entry, Phase};

/// A question, and the words by which its answer is known; the answer also has a figure or a choice in it.
struct Point {
    question: &'static str,
    about: &'static [&'static str],
}

const RECONNAISSANCE: [Point; 6] = [
    Point { question: "which cameras have a blind spot", about: &["blind", "camera", "cameras"] },
    Point { question: "how many guards there are, and when", about: &["guard", "guards", "shift"] },
    Point { question: "how the vault can be opened", about: &["vault", "lock", "override", "drill", "thermal"] },
    Point { question: "who answers an alarm, and how fast", about: &["alarm", "alarms", "police", "response"] },
    Point { question: "which exits and routes there are", about: &["exit", "exits", "route", "routes", "tunnel"] },
    Point { question: "who keeps the codes and the keys", about: &["code", "card", "key", "keeps"] },
];

const TIMING: [Point; 5] = [
    Point { question: "the minute at which the job begins", about: &["begin", "begins", "start", "starts", "go"] },
    Point { question: "the gap between the guards' shifts", about: &["gap", "shift", "shifts"] },
    Point { question: "how long the cameras are blind", about: &["blind", "recorder", "loop"] },
    Point { question: "how many minutes the vault takes", about: &["override", "drill", "thermal", "vault"] },
    Point { question: "how soon an alarm is answered", about: &["alarm", "police", "response", "patrol"] },
];

const ENTRY_AND_VAULT: [Point; 4] = [
    Point { question: "the way in", about: &["dock", "staff", "roof", "tunnel", "enter", "entrance"] },
    Point {
        question: "the way to open the vault: override, drill or thermal",
        about: &["override", "drill", "thermal"],
    },
    Point { question: "how the alarm is kept silent", about: &["alarm", "sensor", "contact"] },
    Point { question: "how many boxes or bags can be carried", about: &["box", "boxes", "bag", "bags", "kilograms"] },
];

const GETAWAY: [Point; 4] = [
    Point { question: "the route away", about: &["route", "garage", "yard", "quay", "ring"] },
    Point { question: "where the car stands, and from when", about: &["car", "van", "drive"] },
    Point { question: "the minute at which everybody is gone", about: &["leave", "leaves", "gone", "out"] },
    Point { question: "which cameras see the way out", about: &["camera", "cameras"] },
];

const FINAL_PLAN: [Point; 4] = [
    Point { question: "the minute of the start", about: &["start", "begin", "begins", "go"] },
    Point { question: "the way in", about: &["dock", "staff", "roof", "tunnel"] },
    Point { question: "the way to open the vault", about: &["override", "drill", "thermal"] },
    Point { question: "the way out and its minute", about: &["route", "leave", "leaves", "out", "car"] },
];

fn points(phase: Phase) -> &'static [Point] {
    match phase {
        Phase::Reconnaissance => &RECONNAISSANCE,
        Phase::Timing => &TIMING,
        Phase::EntryAndVault => &ENTRY_AND_VAULT,
        Phase::Getaway => &GETAWAY,
        Phase::FinalPlan => &FINAL_PLAN,
    }
}

/// The questions of the phase that nobody has answered in this round with a figure; those that concern the agent's task
/// come first.
pub(super) fn open(brief: &Brief) -> Vec<&'static str> {
    let said = brief.transcript.iter().rev().take_while(|entry| !matches!(entry, Entry::Round(..)));
    let said: Vec<_> = said
        .filter_map(|entry| if let Entry::Said(message) = entry { Some(message) } else { None })
        .flat_map(|message| message.text.split_inclusive(['.', '!', '?', ';']))
        .map(words)
        .filter(|words| words.iter().any(|word| word.contains(|letter: char| letter.is_ascii_digit())))
        .collect();
    let answers =
        |point: &Point| said.iter().any(|words| words.iter().any(|word| point.about.contains(&word.as_str())));
    let task = words(brief.me.task(brief.phase));
    let mut open: Vec<_> = points(brief.phase).iter().filter(|point| !answers(point)).collect();
    open.sort_by_key(|point| !task.iter().any(|word| point.about.contains(&word.as_str())));
    open.into_iter().map(|point| point.question).collect()
}

/// Whether words speak of what the phase is about.
pub(super) fn concerns(phase: Phase, words: &[String]) -> bool {
    points(phase).iter().any(|point| words.iter().any(|word| point.about.contains(&word.as_str())))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::crew::brief::tests::{brief, said};

    #[test]
    fn a_question_is_open_until_a_figure_answers_it() {
        let mut brief = brief("hacker");
        brief.phase = Phase::Timing;
        assert_eq!(open(&brief).len(), TIMING.len());
        brief.transcript = vec![
            said(1, "planner", "We start at 22:05."),
            Entry::Round(2, Phase::Timing),
            said(2, "planner", "Somebody must find the gap between the shifts. It is late."),
            said(3, "intel", "The gap lasts 12 minutes."),
        ];
        let open = open(&brief);
        assert!(!open.contains(&"the gap between the guards' shifts"));
        assert!(open.contains(&"the minute at which the job begins"), "only this round counts: {open:?}");
    }
}
