//! The mole's acts in plain words, once the verdict has opened them.

use heist_bank::{Bank, Fact, Hole, Slot, in_words};

use super::event::{EventKind, Verdict};
use super::ledger::{Act, ActKind, NOTHING};
use super::name::AgentName;
use super::started::BankInfo;

/// What parts the values of a fact in an act.
const BETWEEN: &str = " | ";

/// Follows a heist's events, so that the acts can be told when the verdict opens them.
#[derive(Debug, Default)]
pub struct Sabotage {
    bank: BankInfo,
    messages: Vec<Said>,
    is_older: bool,
}

/// What must be remembered of a message.
#[derive(Debug)]
struct Said {
    id: String,
    round: u32,
    agent: AgentName,
}

/// What the mole did, in words.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SabotageTold {
    /// How much it was, in a few words.
    pub summary: String,
    /// Every act, in the order of the messages.
    pub acts: Vec<ActTold>,
    /// Whether an older version recorded the heist, and no act was written down.
    pub is_older: bool,
}

/// An act in words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ActTold {
    /// The id of the message.
    pub message: String,
    /// The round it was said in; 0 if the message is not known.
    pub round: u32,
    /// What the mole did, as a clause without the mole: `said 22:17 for the gap`.
    pub deed: String,
    /// What is true, as a clause: `the truth is 22:05`.
    pub truth: String,
    /// The fact as it is, as a clause without a stop; none if it is not about a fact.
    pub fact: Option<String>,
    /// The words that were not true, as they may stand in the message: a number also spelled out.
    pub words: Vec<String>,
}

impl Sabotage {
    /// Takes in the next event.
    pub fn take(&mut self, event: &EventKind) {
        match event {
            EventKind::SessionStarted(started) => self.bank = started.bank.clone(),
            EventKind::MessageCompleted(message) => {
                self.is_older |= message.is_older();
                let (id, agent) = (message.id.clone(), message.agent.clone());
                self.messages.push(Said { id, round: message.round, agent });
            }
            _ => {}
        }
    }

    /// What the mole did; none without a mole.
    #[must_use]
    pub fn told(&self, verdict: &Verdict) -> Option<SabotageTold> {
        let mole = verdict.mole.as_ref()?;
        let is_older = self.is_older && verdict.sabotage.is_empty();
        let messages = self.messages.iter().filter(|said| said.agent == *mole).count();
        let bank = self.bank.bank();
        let acts: Vec<_> = verdict.sabotage.iter().map(|act| self.act(&bank, act)).collect();
        let mut marked: Vec<_> = acts.iter().map(|act| &act.message).collect();
        marked.dedup();
        let summary = if is_older {
            "an older version of the program recorded this heist, and wrote down no acts".to_owned()
        } else if acts.is_empty() {
            "none: it had not sabotaged anything yet".to_owned()
        } else {
            let among = if messages == 1 {
                "its only message".to_owned()
            } else {
                format!("{} of its {messages} messages", marked.len())
            };
            let number = acts.len();
            format!("{number} act{}, in {among}", if number == 1 { "" } else { "s" })
        };
        Some(SabotageTold { summary, acts, is_older })
    }

    fn act(&self, bank: &Bank, act: &Act) -> ActTold {
        let round = self.messages.iter().find(|said| said.id == act.message).map_or(0, |said| said.round);
        let Act { message, kind, about, said, truth, .. } = act;
        let slot = Slot::named(about).map(|slot| format!("the {}", slot.name()));
        let known = bank.fact(about);
        let label = || known.as_ref().map_or_else(|| about.clone(), Fact::label);
        let matter = slot.clone().unwrap_or_else(label);
        let (mut fact, mut words) = (None, vec![said.clone()]);
        let (deed, truth) = match kind {
            ActKind::Bent => {
                let holes = known.as_ref().map_or_else(Vec::new, |known| holes_of(known, truth));
                let units = |values: &str| {
                    let values = values.split(BETWEEN).enumerate();
                    let unit =
                        |(place, value): (usize, &str)| with_unit(holes.get(place).map(|(_, hole)| *hole), value);
                    listed(&values.map(unit).collect::<Vec<_>>())
                };
                let both = |value: &str| [value.to_owned(), in_words(value)];
                words = said.split(BETWEEN).flat_map(both).collect();
                words.dedup();
                fact = known.as_ref().map(|known| in_full(known, &holes));
                (format!("said {} for {matter}", units(said)), format!("the truth is {}", units(truth)))
            }
            ActKind::Reopened => (format!("opened {matter} again"), truth.clone()),
            ActKind::Muddled => (format!("gave {matter} to {said}"), format!("{truth} had been given it")),
            ActKind::Misquoted => {
                let stood =
                    if *truth == NOTHING { "nothing was".to_owned() } else { format!("what stood was {truth}") };
                (format!("called {said} agreed for {matter}"), stood)
            }
            ActKind::Deferred => (format!("put {matter} off"), truth.clone()),
            ActKind::Beside => (format!("claimed of {matter} that {said}"), truth.clone()),
        };
        ActTold { message: message.clone(), round, deed, truth, fact, words }
    }
}

impl ActTold {
    /// What was done and what is true, in a line.
    #[must_use]
    pub fn line(&self) -> String {
        format!("{}; {}", self.deed, self.truth)
    }

    /// What is true, with the whole fact if it is about one.
    #[must_use]
    pub fn whole_truth(&self) -> String {
        let fact = self.fact.as_ref().map_or_else(String::new, |fact| format!(": {fact}"));
        format!("{}{fact}", self.truth)
    }
}

/// The holes of a fact in which these values stand, in order.
fn holes_of(fact: &Fact, values: &str) -> Vec<(usize, Hole)> {
    let mut holes = fact.values.iter().zip(fact.kind.holes).enumerate().filter(|(hole, _)| Some(*hole) != fact.kind.id);
    let find = |value| holes.find(|(_, (own, _))| *own == value).map(|(place, (_, hole))| (place, *hole));
    values.split(BETWEEN).map_while(find).collect()
}

/// The fact as a clause that says what stands in these holes, if there is a way to say it so.
fn in_full(fact: &Fact, holes: &[(usize, Hole)]) -> String {
    let says_all = |way: &usize| {
        let said = fact.holes_said(*way);
        holes.iter().all(|(hole, _)| said.contains(hole))
    };
    fact.said((0..fact.kind.ways()).find(says_all).unwrap_or(0))
}

fn with_unit(hole: Option<Hole>, value: &str) -> String {
    match hole {
        Some(Hole::Minutes) if value == "1" => "1 minute".to_owned(),
        Some(Hole::Minutes) => format!("{value} minutes"),
        _ => value.to_owned(),
    }
}

fn listed(values: &[String]) -> String {
    match values {
        [before @ .., last] if !before.is_empty() => format!("{} and {last}", before.join(", ")),
        values => values.concat(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::heist::{DetectorVerdict, Message, Outcome, Strategy, Tokens};

    fn said(id: &str, round: u32, agent: &str, sealed: &str) -> EventKind {
        EventKind::MessageCompleted(Message {
            id: id.into(),
            round,
            turn: 1,
            agent: agent.into(),
            text: String::new(),
            moves: Vec::new(),
            sealed: sealed.into(),
            tokens: Tokens::default(),
            ms: 0,
        })
    }

    fn verdict(sabotage: Vec<Act>) -> Verdict {
        Verdict {
            mole: Some("driver".into()),
            strategy: Some(Strategy::FalseInfo),
            nonce: String::new(),
            outcome: Outcome::Busted,
            detector: DetectorVerdict { agent: None, score: 0.0 },
            sabotage,
            orders: None,
            score: None,
        }
    }

    fn act(message: &str, kind: ActKind, (about, said, truth): (&str, &str, &str)) -> Act {
        let [message, about, said, truth] = [message, about, said, truth].map(ToOwned::to_owned);
        Act { message, turn: 1, kind, about, said, truth }
    }

    fn follower(sealed: &str) -> Sabotage {
        let mut sabotage = Sabotage::default();
        for (id, round, agent) in [("m1", 1, "planner"), ("m2", 1, "driver"), ("m3", 2, "driver")] {
            sabotage.take(&said(id, round, agent, sealed));
        }
        sabotage
    }

    #[test]
    fn every_kind_of_act_is_told_in_plain_words() {
        let bank = Bank::first_meridian();
        let gap = bank.fact("gap").unwrap();
        let truth = [gap.text(0), gap.text(2)].join(" | ");
        let acts = vec![
            act("m2", ActKind::Bent, ("gap", "1 | 22:59", &truth)),
            act("m2", ActKind::Reopened, ("entry", "it is open again", "roof hatch was settled")),
            act("m3", ActKind::Muddled, ("alarm", "lookout", "hacker")),
            act("m3", ActKind::Misquoted, ("route", "dock", "nothing")),
            act("m3", ActKind::Deferred, ("load", "it can wait", "bonds had 2 for it")),
            act("m3", ActKind::Beside, ("gap", "t7 settles it", "t7 says nothing of it")),
        ];
        let told = follower("00").told(&verdict(acts)).unwrap();
        assert_eq!(told.summary, "6 acts, in 2 of its 2 messages");
        let lines: Vec<_> = told.acts.iter().map(ActTold::line).collect();
        assert_eq!(
            lines,
            [
                &*format!(
                    "said 1 minute and 22:59 for the gap; the truth is {} minutes and {}",
                    gap.text(0),
                    gap.text(2)
                ),
                "opened the entry again; roof hatch was settled",
                "gave the alarm to lookout; hacker had been given it",
                "called dock agreed for the route; nothing was",
                "put the load off; bonds had 2 for it",
                "claimed of the gap that t7 settles it; t7 says nothing of it",
            ]
        );
        assert_eq!(told.acts[0].words, ["1", "one", "22:59"]);
        let fact = told.acts[0].fact.as_ref().unwrap();
        assert!(fact.contains(gap.text(0)) && fact.contains(gap.text(2)), "{fact}");
        assert_eq!(told.acts.iter().map(|act| act.round).collect::<Vec<_>>(), [1, 1, 2, 2, 2, 2]);
        assert!(told.acts[1].fact.is_none());
    }

    #[test]
    fn any_fact_of_any_bank_is_told_in_full_when_one_value_of_it_is_bent() {
        for seed in 0..20 {
            let bank = Bank::of(seed);
            for fact in bank.facts() {
                for hole in (0..fact.values.len()).filter(|hole| Some(*hole) != fact.kind.id) {
                    let bent = act("m2", ActKind::Bent, (&fact.key(), "other", fact.text(hole)));
                    let mut sabotage = follower("00");
                    sabotage.bank = BankInfo::of(&bank);
                    let told = sabotage.act(&bank, &bent);
                    assert!(told.truth.contains(fact.text(hole)), "{told:?}");
                    assert!(told.deed.starts_with("said other") && !told.deed.ends_with(' '), "{told:?}");
                    let full = told.fact.unwrap();
                    assert!(!full.is_empty() && !full.ends_with('.'), "{full}");
                }
            }
        }
    }

    #[test]
    fn what_was_not_done_and_what_was_not_written_down_are_told_apart() {
        let told = follower("00").told(&verdict(Vec::new())).unwrap();
        assert!(told.acts.is_empty() && !told.is_older && told.summary.starts_with("none"), "{told:?}");
        let told = follower("").told(&verdict(Vec::new())).unwrap();
        assert!(told.is_older && told.summary.contains("older version"), "{told:?}");
        assert!(!Sabotage::default().told(&verdict(Vec::new())).unwrap().is_older);
        assert_eq!(follower("00").told(&Verdict { mole: None, ..verdict(Vec::new()) }), None);
    }
}
