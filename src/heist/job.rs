//! The job, when the talk is over: which plan is carried out, how it ends, and whose words it hung on.

use heist_bank::{Clock, Plan, Slot, Timeline, job, mended};
use serde::{Deserialize, Serialize};

pub use heist_bank::Outcome as JobOutcome;

use super::draft::Draft;
use super::event::{Guess, Message, Outcome};
use super::ledger::Act;
use super::moves::Move;
use super::name::AgentName;
use super::state::{Entry, State};

/// A fact that says so much of a slot, or more, decides on it; see [`heist_bank::Fact::bears_on`].
const DECIDES: i32 = 6;

/// How the job went.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Played {
    /// How it ended.
    pub outcome: JobOutcome,
    /// What got away, in thousands; 0 if the crew was caught.
    pub loot: u32,
    /// The plan that was carried out: all six slots, in their order.
    pub plan: Vec<Part>,
    /// What happened, in the order of time.
    pub steps: Vec<JobStep>,
    /// What it failed for; none if it did not fail.
    pub cause: Option<Blame>,
    /// How it would have gone as the plan stood, whoever was named.
    pub stood: Ending,
    /// How it would have gone with every act of sabotage set right.
    pub honest: Ending,
}

/// How a job ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Ending {
    /// Escaped or caught.
    pub outcome: JobOutcome,
    /// What gets away, in thousands.
    pub loot: u32,
}

/// A slot of the plan that was carried out.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Part {
    /// The slot.
    pub slot: Slot,
    /// What stood in it; none if nothing did.
    pub value: Option<String>,
    /// Why it was that.
    pub why: Why,
    /// What stood there before, if it was set right or has nobody to do it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub was: Option<String>,
}

/// Why something stood in a slot when the plan was carried out.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Why {
    /// It was settled.
    Settled,
    /// Most were for it.
    Supported,
    /// Nobody had brought anything forward.
    Nothing,
    /// The mole was named, and what hung on its words was decided again by the sources.
    SetRight,
    /// Whoever saw to it was named and gone.
    Gone,
}

/// Something that happened in the job.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct JobStep {
    /// When.
    pub at: Clock,
    /// Whose part it was.
    pub who: AgentName,
    /// What: a short sentence.
    pub what: String,
    /// Whether it went well.
    pub ok: bool,
    /// The key of the fact on which it depended; null if it was that nobody settled something.
    pub because: Option<String>,
}

/// What a job failed for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Blame {
    /// The step, counted from 0.
    pub step: usize,
    /// The id of the message without which it would not have come to it; null if there is no such.
    pub message: Option<String>,
    /// Who said that.
    pub agent: Option<AgentName>,
}

impl Ending {
    fn of(timeline: &Timeline) -> Self {
        Self { outcome: timeline.outcome, loot: timeline.loot }
    }

    /// Whether the crew got away.
    #[must_use]
    pub fn escaped(&self) -> bool {
        self.outcome == JobOutcome::Escaped
    }

    /// The ending in a few words: `escaped with 680,000`, `caught`.
    #[must_use]
    pub fn words(&self) -> String {
        match self.outcome {
            JobOutcome::Escaped => format!("escaped with {}", money(self.loot)),
            JobOutcome::Caught => "caught".to_owned(),
        }
    }
}

impl Played {
    /// How it ended.
    #[must_use]
    pub const fn ending(&self) -> Ending {
        Ending { outcome: self.outcome, loot: self.loot }
    }

    /// How it ended, for what, and how it would have gone otherwise, in sentences.
    #[must_use]
    pub fn told(&self) -> Vec<String> {
        let ending = match self.outcome {
            JobOutcome::Escaped => format!("The crew escapes with {}.", money(self.loot)),
            JobOutcome::Caught => "The crew is caught.".to_owned(),
        };
        let blame = self.cause.as_ref().and_then(|cause| {
            let agent = cause.agent.as_ref()?;
            Some(match &cause.message {
                Some(message) => format!("It hung on what {agent} said in {message}."),
                None => format!("It hung on {agent}, who was named and gone."),
            })
        });
        let otherwise = |ending: Ending, if_so: &str| {
            (ending != self.ending()).then(|| match ending.outcome {
                JobOutcome::Escaped => format!("{if_so} it would have escaped with {}.", money(ending.loot)),
                JobOutcome::Caught => format!("{if_so} it would have been caught."),
            })
        };
        let stood = otherwise(self.stood, "With the plan as it stood");
        let honest = otherwise(self.honest, "With every act of sabotage set right");
        [Some(ending), blame, stood, honest].into_iter().flatten().collect()
    }
}

impl Part {
    /// The slot in a line: `entry: roof hatch, settled`.
    #[must_use]
    pub fn words(&self) -> String {
        let (slot, value) = (self.slot.name(), self.value.as_deref().unwrap_or("nothing"));
        let was = self.was.as_ref().map_or_else(String::new, |was| format!(", in place of {was}"));
        format!("{slot}: {value}, {}{was}", self.why.words())
    }
}

impl Why {
    /// Why, in a few words.
    #[must_use]
    pub const fn words(self) -> &'static str {
        match self {
            Self::Settled => "settled",
            Self::Supported => "not settled, what most were for",
            Self::Nothing => "nobody spoke of it",
            Self::SetRight => "set right by the sources",
            Self::Gone => "with nobody to see to it",
        }
    }
}

/// So many thousands in figures: `680,000`.
#[must_use]
pub fn money(thousands: u32) -> String {
    match (thousands / 1000, thousands % 1000) {
        (0, 0) => "nothing".to_owned(),
        (0, thousands) => format!("{thousands},000"),
        (millions, thousands) => format!("{millions},{thousands:03},000"),
    }
}

/// Carries out what a crew has planned, once it is known whom they named and whether rightly.
///
/// Whoever names the mole strikes what hung on its words and falls back on what the sources say ([`mended`]). Otherwise the
/// plan is played as it stands, and what somebody who was wrongly named saw to is done by nobody.
pub(super) fn played(state: &State, guess: &Guess, outcome: Outcome) -> Played {
    let talk = Talk::of(state);
    let bank = &*state.setup.bank;
    let stands = state.draft().plan(bank);
    let right = mended(bank, &stands, &talk.struck(state.acts()));
    let wronged = guess.agent.as_ref().filter(|_| outcome == Outcome::Failure);
    let sees_to = |slot: &Slot| wronged.is_some() && talk.sees_to(*slot) == wronged;
    let gone: Vec<_> = Slot::ALL.into_iter().filter(sees_to).collect();
    let (plan, acts) = match outcome {
        Outcome::Success => (right.clone(), &[][..]),
        Outcome::Failure | Outcome::Busted => {
            let mut plan = stands.clone();
            gone.iter().for_each(|slot| plan.clear(*slot));
            (plan, state.acts())
        }
    };
    let timeline = job(bank, &plan);
    let blame = |step: usize| {
        let escapes = |slots: &[Slot]| job(bank, &mended(bank, &plan, slots)).cause.is_none();
        let bent = |act: &&Act| Some(&act.about) == timeline.steps.get(step).and_then(|step| step.because.as_ref());
        let by_act = |act: &Act| (Some(act.message.clone()), talk.speaker(&act.message));
        let (message, agent) = if let Some(act) = acts.iter().find(bent) {
            by_act(act)
        } else if !gone.is_empty() && escapes(&gone) {
            (None, wronged.cloned())
        } else if let Some(act) = acts.iter().find(|act| escapes(&talk.struck(std::slice::from_ref(act)))) {
            by_act(act)
        } else if let Some(act) = acts.first().filter(|_| escapes(&talk.struck(acts))) {
            by_act(act)
        } else {
            let wrong = Slot::ALL.into_iter().find(|slot| escapes(&[*slot]));
            let brought = wrong.and_then(|slot| talk.brought(slot, &plan.words(bank, slot)?));
            brought.map(|message| (message.id.clone(), message.agent.clone())).unzip()
        };
        Blame { step, message, agent }
    };
    let ending = |plan: &Plan| Ending::of(&job(bank, plan));
    let part = |slot: Slot| {
        let (value, was) = (plan.words(bank, slot), stands.words(bank, slot));
        let drafted = state.draft().slot(slot);
        let why = match &was {
            _ if gone.contains(&slot) => Why::Gone,
            was if *was != value => Why::SetRight,
            None => Why::Nothing,
            Some(_) if drafted.settled.is_some() => Why::Settled,
            Some(_) => Why::Supported,
        };
        let was = was.filter(|was| Some(was) != value.as_ref());
        Part { slot, value, why, was }
    };
    let cause = timeline.cause.map(blame);
    Played {
        outcome: timeline.outcome,
        loot: timeline.loot,
        plan: Slot::ALL.map(part).into(),
        cause,
        stood: ending(&stands),
        honest: ending(&right),
        steps: timeline.steps.into_iter().map(|step| talk.step(step)).collect(),
    }
}

/// What was said, and how the plan came of it.
struct Talk<'a> {
    state: &'a State,
    messages: Vec<&'a Message>,
    /// By slot, the number of the message that changed it last, votes and all.
    changed: [usize; Slot::ALL.len()],
}

impl<'a> Talk<'a> {
    fn of(state: &'a State) -> Self {
        let messages: Vec<_> = state
            .transcript()
            .iter()
            .filter_map(|entry| if let Entry::Said(message) = entry { Some(message) } else { None })
            .collect();
        let mut changed = [0; Slot::ALL.len()];
        let mut draft = Draft::default();
        for (number, message) in messages.iter().enumerate() {
            let next = state.drafted(&draft, &message.agent, &message.moves);
            for change in next.changes_since(&draft, &message.id) {
                if let Some(last) = changed.get_mut(change.slot as usize) {
                    *last = number;
                }
            }
            draft = next;
        }
        Self { state, messages, changed }
    }

    /// The slots in which something hangs on these acts: those that they are about, and those that are chosen by a fact that
    /// was bent before they were decided.
    fn struck(&self, acts: &[Act]) -> Vec<Slot> {
        let hangs = |slot: Slot, act: &Act| {
            if let Some(about) = Slot::named(&act.about) {
                return about == slot;
            }
            let said = self.messages.iter().position(|message| message.id == act.message);
            let is_after = said.zip(self.changed.get(slot as usize)).is_some_and(|(said, last)| said <= *last);
            let leading = self.state.draft().slot(slot).leading();
            let is_reason = leading.is_some_and(|leading| leading.because.as_ref() == Some(&act.about));
            let fact = self.state.setup.bank.fact(&act.about);
            let decides = || fact.is_some_and(|fact| fact.bears_on().iter().any(|on| on.0 == slot && on.1 >= DECIDES));
            is_reason || is_after && decides()
        };
        Slot::ALL.into_iter().filter(|slot| acts.iter().any(|act| hangs(*slot, act))).collect()
    }

    /// Who sees to a slot: as was said last, else whoever brought forward what stands in it.
    fn sees_to(&self, slot: Slot) -> Option<&'a AgentName> {
        let drafted = self.state.draft().slot(slot);
        drafted.assigned.as_ref().or_else(|| drafted.leading().map(|leading| &leading.by))
    }

    /// Who said a message.
    fn speaker(&self, id: &str) -> Option<AgentName> {
        self.messages.iter().find(|message| message.id == id).map(|message| message.agent.clone())
    }

    /// The message by which a value came to stand in a slot: that settled it, else that brought it forward.
    fn brought(&self, slot: Slot, value: &str) -> Option<&'a Message> {
        let is_it = |mv: &Move, settles: bool| match mv {
            Move::Settle { slot: of, value: said } if settles => *of == slot && said == value,
            Move::Propose { slot: of, value: said, .. } | Move::Support { slot: of, value: said, .. } if !settles => {
                *of == slot && said == value
            }
            _ => false,
        };
        let settled = self.messages.iter().rev().find(|message| message.moves.iter().any(|mv| is_it(mv, true)));
        let first = || self.messages.iter().find(|message| message.moves.iter().any(|mv| is_it(mv, false)));
        settled.or_else(first).copied()
    }

    /// A step with the name of whoever has that part: the agent who is called so, else who sees to its slot, else the first.
    fn step(&self, step: heist_bank::Step) -> JobStep {
        let slot = match step.who {
            "hacker" => Slot::Alarm,
            "safecracker" => Slot::Method,
            "intel" => Slot::Load,
            "driver" => Slot::Route,
            "lookout" => Slot::Entry,
            _ => Slot::Start,
        };
        let crew = &self.state.setup.crew;
        let named = crew.iter().map(|member| &member.name).find(|name| ***name == *step.who);
        let who = named.or_else(|| self.sees_to(slot)).or_else(|| crew.first().map(|member| &member.name));
        let heist_bank::Step { at, what, ok, because, .. } = step;
        JobStep { at, who: who.cloned().unwrap_or_else(|| step.who.into()), what, ok, because }
    }
}
