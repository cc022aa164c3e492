//! Carrying out the plan: which one it is, whom somebody was named for, and whose words the job hung on.

use heist_bank::{Plan, Slot, job, mended};

use super::{Blame, Ending, JobStep, Part, Played, Why};
use crate::heist::draft::Draft;
use crate::heist::event::{Guess, Message, Outcome};
use crate::heist::ledger::Act;
use crate::heist::moves::Move;
use crate::heist::name::AgentName;
use crate::heist::state::{Entry, State};

/// A fact that says so much of a slot, or more, decides on it; see [`heist_bank::Fact::bears_on`].
const DECIDES: i32 = 3;

/// What is decided together, by the minutes that it takes or the alarms that ring.
const TOGETHER: [[Slot; 2]; 5] = [
    [Slot::Start, Slot::Alarm],
    [Slot::Start, Slot::Method],
    [Slot::Method, Slot::Load],
    [Slot::Entry, Slot::Alarm],
    [Slot::Route, Slot::Alarm],
];

/// Carries out what a crew has planned, once it is known whom they named and whether rightly.
///
/// Whoever names the mole strikes what hung on its words and falls back on what the sources say ([`mended`]). Otherwise the
/// plan is played as it stands, and what somebody who was wrongly named saw to is done by nobody.
pub(in crate::heist) fn played(state: &State, guess: &Guess, outcome: Outcome) -> Played {
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
            for slot in &gone {
                plan.lose(*slot);
            }
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
        let is_set_right = plan.open.contains(&slot) != stands.open.contains(&slot) || was != value;
        let why = if gone.contains(&slot) {
            Why::Gone
        } else if is_set_right {
            Why::SetRight
        } else if was.is_none() {
            Why::Nothing
        } else if drafted.settled.is_none() {
            Why::Supported
        } else if drafted.muddled {
            Why::Muddled
        } else {
            Why::Settled
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
        steps: timeline.steps.into_iter().map(|step| talk.step(step, guess.agent.as_ref())).collect(),
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
        let messages: Vec<_> = state.transcript().iter().filter_map(Entry::said).collect();
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

    /// The slots in which something hangs on these acts or on whoever did them: what that one brought forward or was for; what
    /// an act is about, with what was decided by it since; and what is chosen by a fact that was bent before it was decided.
    fn struck(&self, acts: &[Act]) -> Vec<Slot> {
        let hangs = |slot: Slot, act: &Act| {
            let leading = self.state.draft().slot(slot).leading();
            let is_own = self
                .speaker(&act.message)
                .zip(leading)
                .is_some_and(|(mole, leading)| leading.by == mole || leading.supporters.contains(&mole));
            let said = self.messages.iter().position(|message| message.id == act.message);
            let is_after = said.zip(self.changed.get(slot as usize)).is_some_and(|(said, last)| said <= *last);
            let is_about = if let Some(about) = Slot::named(&act.about) {
                about == slot || is_after && TOGETHER.iter().any(|pair| pair.contains(&slot) && pair.contains(&about))
            } else {
                let is_reason = leading.is_some_and(|leading| leading.because.as_ref() == Some(&act.about));
                let fact = self.state.setup.bank.fact(&act.about);
                let decides =
                    || fact.is_some_and(|fact| fact.bears_on().iter().any(|on| on.0 == slot && on.1 >= DECIDES));
                is_reason || is_after && decides()
            };
            is_own || is_about
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
    /// Whoever was named doesn't come along, so that another has that part.
    fn step(&self, step: heist_bank::Step, named: Option<&AgentName>) -> JobStep {
        let slot = match step.who {
            "hacker" => Slot::Alarm,
            "safecracker" => Slot::Method,
            "intel" => Slot::Load,
            "driver" => Slot::Route,
            "lookout" => Slot::Entry,
            _ => Slot::Start,
        };
        let mut crew = self.state.setup.crew.iter().map(|member| &member.name).filter(|name| Some(*name) != named);
        let called = crew.clone().find(|name| ***name == *step.who);
        let who = called.or_else(|| self.sees_to(slot).filter(|name| Some(*name) != named)).or_else(|| crew.next());
        let heist_bank::Step { at, what, ok, because, .. } = step;
        JobStep { at, who: who.cloned().unwrap_or_else(|| step.who.into()), what, ok, because }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use heist_bank::Bank;

    use super::*;
    use crate::crew::MoleChoice;
    use crate::heist::{ActKind, Acts, EventKind, Guesser, Strategy, Timestamp, Tokens};
    use crate::rehearsal::Rehearsal;

    /// Who does what, and which of it is sabotage.
    type Said = (&'static str, Vec<Move>, Vec<Option<ActKind>>);

    const GOOD: [&str; 6] = ["22:00", "loading dock", "line test", "override", "cash cages and bearer bonds", "dock"];

    /// A heist at the First Meridian whose mole is the driver, and in which this was said, with these acts.
    fn state(talk: Vec<Said>) -> State {
        let heist = Rehearsal {
            bank: Arc::new(Bank::first_meridian()),
            mole: MoleChoice::Agent("driver".into()),
            strategy: Some(Strategy::FalseInfo),
            ..Rehearsal::of(1)
        };
        let mut state = State::new(heist.setup());
        for (number, (agent, moves, acts)) in (1..).zip(talk) {
            let message = Message {
                id: format!("m{number}"),
                round: 1,
                turn: number,
                agent: agent.into(),
                text: String::new(),
                moves,
                sealed: state.setup.seal.lock(number, Acts::new(acts)),
                tokens: Tokens::default(),
                ms: 0,
            };
            state.apply(&EventKind::MessageCompleted(message), Timestamp::from_millis(0).unwrap());
        }
        state
    }

    fn propose(slot: Slot, value: &str) -> Move {
        Move::Propose { slot, value: value.into(), because: None }
    }

    /// The planner settles a plan, slot by slot.
    fn settled(values: [&str; 6]) -> Vec<Said> {
        let settle =
            |(slot, value): (Slot, &str)| ("planner", vec![Move::Settle { slot, value: value.into() }], vec![]);
        Slot::ALL.into_iter().zip(values).map(settle).collect()
    }

    fn guess(agent: Option<&str>) -> Guess {
        Guess { by: Guesser::Player, agent: agent.map(Into::into), sureness: None, blind: false }
    }

    /// The driver says something false of the line test, and the crew does nothing about the alarm.
    fn misled() -> State {
        let bank = Bank::first_meridian();
        let test = bank.fact("line_test").unwrap();
        let mut values = GOOD;
        values[2] = "nothing";
        let lie = Move::Report { fact: test.key(), value: test.bent(1, "23:30").value(), source: String::new() };
        let mut talk = vec![("driver", vec![lie], vec![Some(ActKind::Bent)])];
        talk.extend(settled(values));
        state(talk)
    }

    #[test]
    fn a_good_plan_goes_well_whoever_is_named_unless_that_one_is_missing() {
        let state = state(settled(GOOD));
        for (named, outcome) in [(None, Outcome::Busted), (Some("driver"), Outcome::Success)] {
            let played = played(&state, &guess(named), outcome);
            assert_eq!((played.ending().escaped(), played.loot, played.cause), (true, 680, None));
            assert!(played.plan.iter().all(|part| part.why == Why::Settled && part.was.is_none()));
            assert_eq!((played.stood, played.honest), (played.honest, played.stood));
        }
        // The planner brought all of it forward.
        let played = played(&state, &guess(Some("planner")), Outcome::Failure);
        assert!(!played.ending().escaped() && played.stood.escaped());
        assert!(played.plan.iter().all(|part| part.why == Why::Gone && part.value.is_none()));
        assert_eq!(played.cause.unwrap().agent.as_deref(), Some("planner"));
    }

    #[test]
    fn whoever_names_the_mole_sets_right_what_hung_on_its_words() {
        let state = misled();
        let played = |named, outcome| super::played(&state, &guess(named), outcome);
        let at_large = played(None, Outcome::Busted);
        let cause = at_large.cause.clone().unwrap();
        assert_eq!((cause.message.as_deref(), cause.agent.as_deref()), (Some("m1"), Some("driver")));
        assert!(!at_large.steps[cause.step].ok && at_large.honest.escaped() && !at_large.stood.escaped());
        let caught = played(Some("driver"), Outcome::Success);
        assert_eq!((caught.ending(), caught.cause.clone()), (at_large.honest, None));
        let alarm = &caught.plan[Slot::Alarm as usize];
        assert_eq!(
            (alarm.why, alarm.value.as_deref(), alarm.was.as_deref()),
            (Why::SetRight, Some("line test"), Some("nothing"))
        );
        assert!(caught.told().iter().any(|line| line == "With the plan as it stood it would have been caught."));
    }

    #[test]
    fn what_was_said_after_a_decision_has_nothing_to_do_with_it() {
        let bank = Bank::first_meridian();
        let test = bank.fact("line_test").unwrap();
        let mut values = GOOD;
        values[2] = "nothing";
        let lie = Move::Report { fact: test.key(), value: test.bent(1, "23:30").value(), source: String::new() };
        let mut talk = settled(values);
        talk.push(("driver", vec![lie], vec![Some(ActKind::Bent)]));
        let played = played(&state(talk), &guess(None), Outcome::Busted);
        assert!(!played.honest.escaped());
        let cause = played.cause.unwrap();
        assert_eq!((cause.message.as_deref(), cause.agent.as_deref()), (Some("m3"), Some("planner")));
    }

    #[test]
    fn what_is_open_at_the_end_is_talked_over_on_the_spot() {
        let mut talk = settled(GOOD);
        talk.push(("driver", vec![Move::Reopen { slot: Slot::Load }], vec![Some(ActKind::Reopened)]));
        let played = played(&state(talk), &guess(None), Outcome::Busted);
        assert_eq!(played.plan[Slot::Load as usize].why, Why::Supported);
        assert!(played.steps.iter().any(|step| step.what.contains("the load")), "{:?}", played.steps);
        assert_eq!(played.honest.loot, 680);
    }

    #[test]
    fn whoever_was_named_does_nothing_in_the_job() {
        let talk = || {
            let mut talk = settled(GOOD);
            talk.push(("planner", vec![Move::Assign { agent: "hacker".into(), slot: Slot::Alarm }], vec![]));
            talk
        };
        let does = |played: &Played, who: &str| played.steps.iter().any(|step| *step.who == *who);
        let all = played(&state(talk()), &guess(None), Outcome::Busted);
        assert!(does(&all, "hacker") && does(&all, "driver"));
        for (named, outcome) in [("hacker", Outcome::Failure), ("driver", Outcome::Success)] {
            let played = played(&state(talk()), &guess(Some(named)), outcome);
            assert!(!does(&played, named) && does(&played, "lookout"), "{:?}", played.steps);
            assert!(played.film(&Bank::first_meridian()).is_some(), "the film is of the same job");
        }
        let without = played(&state(talk()), &guess(Some("hacker")), Outcome::Failure);
        let gone: Vec<_> = without.steps.iter().filter(|step| step.what.starts_with("Whoever saw to")).collect();
        assert_eq!((gone.len(), &*gone[0].who), (1, "planner"));
    }

    #[test]
    fn nothing_planned_is_played_too() {
        let played = played(
            &state(vec![("intel", vec![propose(Slot::Route, "no such road")], vec![])]),
            &guess(None),
            Outcome::Busted,
        );
        assert!(!played.ending().escaped() && played.plan.iter().all(|part| part.value.is_none()));
        assert_eq!(played.plan[0].words(), "start: nothing, nobody spoke of it");
    }
}
