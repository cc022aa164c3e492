//! What stands before the job: whom the guess named, what the crew does about it, and the plan that it carries out.

use crate::heist::{Guesser, Outcome, Part, Played, Why};
use crate::tui::seen::{Seen, label};
use crate::tui::text::one_line;

/// A slot of the plan in words.
#[derive(Debug)]
pub(in crate::tui) struct SlotTold {
    pub(in crate::tui) slot: &'static str,
    pub(in crate::tui) value: String,
    /// Why it is that.
    pub(in crate::tui) note: String,
    /// Whether it was set right, or has nobody to do it; none if it is as it was settled.
    pub(in crate::tui) changed: Option<bool>,
}

/// Whom the guess named, rightly or not, and what follows for the plan, in sentences. Who the mole is stands here only if it
/// was named: the rest is for the reveal.
pub(super) fn caption(seen: &Seen, job: &Played) -> Vec<String> {
    let Some(truth) = &seen.truth else { return Vec::new() };
    let by = match seen.guess.as_ref().map(|guess| guess.by) {
        Some(Guesser::Detector) => "The detector",
        Some(Guesser::Random) => "Chance",
        _ => "You",
    };
    let slots = |why: Why| {
        let named: Vec<_> = job.plan.iter().filter(|part| part.why == why).map(|part| part.slot.name()).collect();
        (!named.is_empty()).then(|| listed(&named))
    };
    let stands = "The plan is played as it stands.";
    let agent = seen.guess.as_ref().and_then(|guess| guess.agent.as_ref()).map(label);
    let (named, follows) = match (truth.outcome, agent) {
        (Outcome::Success, Some(agent)) => (
            format!("{by} named {agent}, and rightly: {agent} was the mole, and stays behind."),
            slots(Why::SetRight).map_or_else(
                || format!("Nothing in the plan has to be changed for what {agent} said; it is played as it stands."),
                |slots| format!("What hung on {agent}'s words is decided again from the sources: {slots}."),
            ),
        ),
        (Outcome::Success, None) => {
            (format!("{by} named nobody, and rightly: there is no mole in this crew."), stands.to_owned())
        }
        (Outcome::Failure, Some(agent)) => {
            let mole = if truth.mole.is_some() { "The mole goes along." } else { "There is no mole in this crew." };
            let gone = slots(Why::Gone).map_or_else(
                || format!("{agent} saw to nothing in the plan, which is played as it stands."),
                |slots| format!("Nobody does what {agent} was to see to: {slots}."),
            );
            (format!("{by} named {agent}, and wrongly: {agent} is sent away. {mole}"), gone)
        }
        (Outcome::Failure, None) | (Outcome::Busted, _) => {
            (format!("{by} named nobody, but there is a mole, who goes along."), stands.to_owned())
        }
    };
    vec![named, follows]
}

/// A slot of the plan.
pub(super) fn slot(part: &Part) -> SlotTold {
    let was = part.was.as_ref().map_or_else(String::new, |was| format!("; it was {}", one_line(was, 80)));
    let (note, changed) = match part.why {
        Why::Settled => (String::new(), None),
        Why::Supported => ("never settled; most were for it".to_owned(), None),
        Why::Muddled => ("settled, but two see to it".to_owned(), None),
        Why::Nothing => ("nobody spoke of it".to_owned(), None),
        Why::SetRight if was.is_empty() => ("agreed on now".to_owned(), Some(true)),
        Why::SetRight => (format!("set right{was}"), Some(true)),
        Why::Gone => (format!("nobody sees to it{was}"), Some(false)),
    };
    let value = part.value.as_ref().map_or_else(|| "nothing".to_owned(), |value| one_line(value, 80));
    SlotTold { slot: part.slot.name(), value, note, changed }
}

/// Words in a row: `start, entry and alarm`.
fn listed(words: &[&str]) -> String {
    match words.split_last() {
        Some((last, [])) => (*last).to_owned(),
        Some((last, others)) => format!("{} and {last}", others.join(", ")),
        None => String::new(),
    }
}
