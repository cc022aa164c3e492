//! Property tests of the engine: any run of inputs keeps the rules of a heist.

use proptest::collection::vec;
use proptest::prelude::{Just, Strategy as _, prop, prop_assert, prop_assert_eq, prop_oneof, proptest};
use proptest::strategy::BoxedStrategy;
use proptest::test_runner::Config as ProptestConfig;

use heist_bank::Slot;

use super::*;
use crate::crew::{MoleChoice, deal, roster};

fn setup(seed: u64, rounds: u32) -> Setup {
    let crew = roster();
    let game = deal(seed, &crew, rounds, &MoleChoice::Random, None, Difficulty::Normal);
    Setup {
        judge: JudgeWhen::Off,
        seed,
        bank: std::sync::Arc::new(heist_bank::Bank::first_meridian()),
        difficulty: Difficulty::Normal,
        crew: crew.iter().map(crate::crew::Persona::member).collect(),
        schedule: game.schedule,
        llm: LlmInfo { backend: "scripted".into(), url: None, model: None, note: None },
        tools: ToolsInfo { backend: "embedded".into(), note: None },
        seal: game.seal,
    }
}

fn at(millis: i64) -> Timestamp {
    Timestamp::from_millis(millis).unwrap()
}

fn speech(text: &str) -> Input {
    Input::Spoke(Speech {
        text: text.into(),
        moves: Vec::new(),
        acts: crate::heist::Acts::default(),
        tokens: Tokens::default(),
        ms: 1,
    })
}

fn suspicion(of: usize) -> Suspicion {
    let agents = roster()
        .iter()
        .enumerate()
        .map(|(index, persona)| AgentScore {
            agent: persona.name.clone(),
            score: if index == of { 0.5 } else { 0.1 },
            delta: 0.0,
        })
        .collect();
    Suspicion { cause: Cause::Message("m1".into()), agents, evidence: Vec::new() }
}

fn inputs() -> BoxedStrategy<Input> {
    let fault = |turn| Fault { place: "model".into(), message: "gone".into(), retry: false, turn };
    prop_oneof![
        6 => Just(Input::Proceed),
        4 => Just(Input::Chose(None)),
        4 => Just(Input::Chose(Some(("calculator".into(), "1+1".into())))),
        4 => Just(Input::Answered(Answer::Result("2".into()), 3)),
        2 => Just(Input::Answered(Answer::Error("no".into()), 3)),
        1 => Just(Input::Answered(Answer::Denied("no scope".into()), 3)),
        6 => Just(speech("The vault is below.")),
        1 => Just(Input::Fault(fault(None))),
        1 => (1..40u32).prop_map(move |turn| Input::Fault(fault(Some(turn)))),
        1 => (0..6usize).prop_map(|of| Input::Suspected(suspicion(of))),
        1 => Just(Input::Pause),
        2 => Just(Input::Resume),
        1 => Just(Input::Command { agent: "hacker".into(), text: "look".into() }),
        1 => Just(Input::Command { agent: "nobody".into(), text: "look".into() }),
        1 => Just(Input::Hint),
        1 => (1u32..6).prop_map(|round| Input::Judged(Ok(judgement(round)))),
        1 => Just(Input::Judged(Err(fault(None)))),
    ]
    .boxed()
}

/// What the agent whose turn it is says and does: something of each kind by turns, and an act where the mole owes one.
fn deeds(state: &State) -> Input {
    let Stage::InTurn(turn) = state.stage() else { return speech("Nothing.") };
    let (bank, number) = (&state.setup().bank, turn.number as usize);
    let slot = Slot::ALL[number / 2 % Slot::ALL.len()];
    let options = bank.options(slot);
    let (value, because) = (options[number % options.len()].clone(), None);
    let walk = bank.fact("walk:loading dock").unwrap().bent(1, "77");
    let (mv, act) = match number % 6 {
        0 => (Move::Report { fact: walk.key(), value: walk.value(), source: String::new() }, ActKind::Bent),
        1 => (Move::Settle { slot, value }, ActKind::Misquoted),
        2 => (Move::Reopen { slot }, ActKind::Reopened),
        3 => (Move::Propose { slot, value, because }, ActKind::Misquoted),
        4 => (Move::Assign { agent: "driver".into(), slot }, ActKind::Muddled),
        _ => (Move::Defer { slot }, ActKind::Deferred),
    };
    let is_due = state.orders_for(&turn.agent).is_some_and(|orders| orders.due);
    Input::Spoke(Speech {
        text: "It opens in nine minutes.".into(),
        moves: vec![Move::Ask { agent: "intel".into(), about: "gap".into() }, mv],
        acts: Acts::new([None, is_due.then_some(act)]),
        tokens: Tokens::default(),
        ms: 1,
    })
}

/// Plays on from where the state stands to the verdict, with a tool call in each turn.
fn play_out(state: &mut State, log: &mut Vec<EventKind>) {
    log.extend(play_from(state, vec![Input::Resume, Input::Proceed]).concat());
}

/// Takes the last of these inputs and what follows from it, then the one before; gives the events step by step.
fn play_from(state: &mut State, mut todo: Vec<Input>) -> Vec<Vec<EventKind>> {
    let mut log = Vec::new();
    while let Some(input) = todo.pop() {
        let Step { events, effects } = step(state, input, at(9));
        log.push(events);
        todo.extend(effects.into_iter().filter_map(|effect| match effect {
            Effect::Choose => Some(Input::Chose(match state.stage() {
                Stage::InTurn(turn) if turn.calls > 0 => None,
                _ => Some(("calculator".into(), "1+1".into())),
            })),
            Effect::Call(_) => Some(Input::Answered(Answer::Result("2".into()), 1)),
            Effect::Speak => Some(deeds(state)),
            Effect::Judge => Some(Input::Judged(Ok(judgement(state.round())))),
            Effect::Proceed => Some(Input::Proceed),
            Effect::AskGuess => {
                Some(Input::Guess(Guess { by: Guesser::Player, agent: None, sureness: None, blind: false }))
            }
            Effect::Close => None,
        }));
    }
    log
}

fn judgement(round: u32) -> Judgement {
    let crew = roster();
    let agents = crew.iter().map(|it| Judged { agent: it.name.clone(), score: 1.0 / 6.0, reason: "calm".into() });
    Judgement { round, method: None, tokens: Tokens::default(), agents: agents.collect() }
}

#[test]
fn the_judge_is_asked_after_each_round_or_each_message_and_not_twice() {
    for (judge, answers) in [(JudgeWhen::Off, 0), (JudgeWhen::Round, 5), (JudgeWhen::Message, 31)] {
        let mut state = State::new(Setup { judge, ..setup(7, 5) });
        let mut log = step(&mut state, Input::Open, at(0)).events;
        play_out(&mut state, &mut log);
        log.retain(|event| !matches!(event, EventKind::PlanChanged(_)));
        let judged = log.iter().enumerate().filter(|(_, event)| matches!(event, EventKind::JudgeAnswered(_)));
        let before: Vec<_> = judged.map(|(place, _)| &log[place - 1]).collect();
        assert_eq!(before.len(), answers);
        assert!(before.iter().all(|event| matches!(event, EventKind::MessageCompleted(_))), "{before:?}");
        assert!(matches!(log.last(), Some(EventKind::SessionCompleted(SessionEnd { messages: 31, .. }))));
    }
}

#[test]
fn a_judge_that_does_not_answer_holds_nobody_up() {
    let mut state = State::new(Setup { judge: JudgeWhen::Round, ..setup(7, 1) });
    step(&mut state, Input::Open, at(0));
    while step(&mut state, Input::Proceed, at(1)).effects != [Effect::Judge] {
        step(&mut state, Input::Chose(None), at(1));
        step(&mut state, speech("So be it."), at(1));
    }
    let fault = Fault { place: "judge".into(), message: "no answer".into(), retry: false, turn: None };
    let Step { events, effects } = step(&mut state, Input::Judged(Err(fault)), at(2));
    assert!(matches!(events.as_slice(), [EventKind::FaultRaised(_)]), "{events:?}");
    assert_eq!(effects, [Effect::AskGuess]);
}

#[test]
fn a_judgement_that_comes_while_the_heist_is_held_is_kept() {
    let mut state = State::new(Setup { judge: JudgeWhen::Message, ..setup(7, 1) });
    step(&mut state, Input::Open, at(0));
    step(&mut state, Input::Proceed, at(1));
    step(&mut state, Input::Chose(None), at(1));
    step(&mut state, speech("So be it."), at(1));
    assert_eq!(step(&mut state, Input::Proceed, at(1)).effects, [Effect::Judge]);
    step(&mut state, Input::Pause, at(2));
    step(&mut state, Input::Judged(Ok(judgement(1))), at(3));
    assert_eq!(step(&mut state, Input::Proceed, at(3)), Step::default(), "it is held");
    assert_eq!(step(&mut state, Input::Resume, at(4)).effects, [Effect::Proceed]);
    assert_eq!(step(&mut state, Input::Proceed, at(5)).effects, [Effect::Choose], "the judge has read it");
}

#[test]
fn a_heist_takes_every_turn_once_and_ends_in_a_verdict() {
    let mut state = State::new(setup(7, 5));
    let mut log = step(&mut state, Input::Open, at(0)).events;
    play_out(&mut state, &mut log);
    let count = |wanted: fn(&EventKind) -> bool| log.iter().filter(|event| wanted(event)).count();
    assert_eq!(count(|event| matches!(event, EventKind::RoundStarted { .. })), 5);
    assert_eq!(count(|event| matches!(event, EventKind::MessageCompleted(_))), 31);
    assert_eq!(count(|event| matches!(event, EventKind::ToolCalled(_))), 31);
    assert!(matches!(log.last(), Some(EventKind::SessionCompleted(SessionEnd { messages: 31, tool_calls: 31, .. }))));
    assert_eq!(*state.stage(), Stage::Over);
}

#[test]
fn the_verdict_keeps_the_promise_of_the_opening() {
    for named in [None, Some("hacker"), Some("planner")] {
        let mut state = State::new(setup(11, 2));
        let EventKind::SessionStarted(opening) = step(&mut state, Input::Open, at(0)).events.remove(0) else {
            panic!("the first event opens the session");
        };
        let guess = Guess { by: Guesser::Player, agent: named.map(AgentName::from), sureness: None, blind: false };
        let events = step(&mut state, Input::Guess(guess), at(5)).events;
        let [
            EventKind::GuessMade(_),
            EventKind::VerdictReached(verdict),
            EventKind::HeistPlayed(played),
            EventKind::SessionCompleted(end),
        ] = &events[..]
        else {
            panic!("a guess brings the verdict, the job and the end: {events:?}");
        };
        assert_eq!((end.ms, played.plan.len()), (5, Slot::ALL.len()));
        assert!(verdict.keeps(&opening.commitment));
        let right = verdict.mole.as_deref() == named;
        let expected = match named {
            _ if right => Outcome::Success,
            Some(_) => Outcome::Failure,
            None => Outcome::Busted,
        };
        assert_eq!(verdict.outcome, expected);
    }
}

#[test]
fn the_score_counts_turns_hints_and_sureness_and_the_orders_are_told() {
    let mut state = State::new(setup(11, 2));
    step(&mut state, Input::Open, at(0));
    for _ in 0..3 {
        step(&mut state, Input::Proceed, at(0));
        step(&mut state, speech("x"), at(0));
    }
    step(&mut state, Input::Suspected(suspicion(3)), at(0));
    step(&mut state, Input::Hint, at(0));
    for (sureness, blind) in [(None, false), (Some(70), false), (Some(100), true)] {
        let sureness = sureness.map(Sureness::of_percent);
        for agent in roster().names().cloned().map(Some).chain([None]) {
            let mut state = state.clone();
            let guess = Guess { by: Guesser::Player, agent, sureness, blind };
            let events = step(&mut state, Input::Guess(guess), at(5)).events;
            let [_, EventKind::VerdictReached(verdict), ..] = &events[..] else { panic!("{events:?}") };
            assert!(verdict.orders.as_ref().is_some_and(|orders| orders.contains("secretly the mole")));
            let moment = Moment { turns_left: 10, turns: 13, hints: 1, blind };
            let right = verdict.outcome == Outcome::Success;
            let expected = sureness.map(|sureness| Score { points: moment.points(sureness, right), sureness, moment });
            assert_eq!(verdict.score, expected);
        }
    }
}

#[test]
fn an_agent_may_choose_again_after_any_call_but_not_for_ever() {
    let mut state = State::new(setup(1, 1));
    step(&mut state, Input::Open, at(0));
    step(&mut state, Input::Proceed, at(0));
    let choice = || Input::Chose(Some(("file_reader".to_owned(), "x".to_owned())));
    for (answer, next) in [
        (Answer::Denied("no scope".into()), Effect::Choose),
        (Answer::Result("2".into()), Effect::Choose),
        (Answer::Error("no such file".into()), Effect::Speak),
    ] {
        assert!(matches!(step(&mut state, choice(), at(0)).effects[..], [Effect::Call(_)]));
        assert_eq!(step(&mut state, Input::Answered(answer, 1), at(0)).effects, [next]);
    }
}

#[test]
fn three_lost_turns_in_a_row_cut_the_session_off() {
    let mut state = State::new(setup(1, 2));
    step(&mut state, Input::Open, at(0));
    let lost =
        |turn| Input::Fault(Fault { place: "model".into(), message: "gone".into(), retry: false, turn: Some(turn) });
    step(&mut state, Input::Proceed, at(0));
    for turn in [1, 2] {
        assert_eq!(step(&mut state, lost(turn), at(0)).effects, [Effect::Proceed]);
        step(&mut state, Input::Proceed, at(0));
    }
    let end = step(&mut state, lost(3), at(0));
    assert!(matches!(end.events.last(), Some(EventKind::SessionFailed(SessionFailure { stopped: false, .. }))));
    assert_eq!(end.effects, [Effect::Close]);
}

#[test]
fn a_paused_heist_starts_no_turn_until_it_is_resumed() {
    let mut state = State::new(setup(1, 1));
    step(&mut state, Input::Open, at(0));
    step(&mut state, Input::Proceed, at(0));
    assert_eq!(step(&mut state, Input::Pause, at(0)).events, [EventKind::SessionPaused]);
    assert_eq!(step(&mut state, Input::Pause, at(0)), Step::default());
    // The turn that is running may end; the next does not begin.
    assert_eq!(step(&mut state, speech("x"), at(0)).effects, [Effect::Proceed]);
    assert_eq!(step(&mut state, Input::Proceed, at(0)), Step::default());
    assert_eq!(step(&mut state, Input::Resume, at(0)).effects, [Effect::Proceed]);
    assert_eq!(step(&mut state, Input::Proceed, at(0)).effects, [Effect::Choose]);
}

#[test]
fn a_command_stays_until_its_agent_has_spoken_and_a_hint_names_the_suspect() {
    let mut state = State::new(setup(1, 1));
    step(&mut state, Input::Open, at(0));
    step(&mut state, Input::Command { agent: "planner".into(), text: "be brief".into() }, at(0));
    step(&mut state, Input::Proceed, at(0));
    assert_eq!(state.command_for(&"planner".into()), Some("be brief"));
    step(&mut state, speech("x"), at(0));
    assert_eq!(state.command_for(&"planner".into()), None);
    assert_eq!(step(&mut state, Input::Hint, at(0)), Step::default());
    step(&mut state, Input::Suspected(suspicion(3)), at(0));
    let hint = step(&mut state, Input::Hint, at(0)).events;
    assert!(matches!(&hint[..], [EventKind::HintGiven(Hint { agent, .. })] if &**agent == "intel"));
}

#[test]
fn a_command_in_the_agents_own_turn_is_for_its_next() {
    let mut state = State::new(setup(1, 2));
    step(&mut state, Input::Open, at(0));
    step(&mut state, Input::Proceed, at(0));
    let Stage::InTurn(turn) = state.stage().clone() else { panic!("no turn is running") };
    step(&mut state, Input::Command { agent: turn.agent.clone(), text: "be brief".into() }, at(0));
    assert_eq!(state.command_for(&turn.agent), None);
    step(&mut state, speech("x"), at(0));
    assert_eq!(state.command_for(&turn.agent), None, "nobody else's turn has begun");
    step(&mut state, Input::Proceed, at(0));
    assert_eq!(state.command_for(&turn.agent), Some("be brief"));
}

fn judges() -> impl proptest::strategy::Strategy<Value = JudgeWhen> {
    prop_oneof![Just(JudgeWhen::Off), Just(JudgeWhen::Round), Just(JudgeWhen::Message)]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1_000))]

    /// Whatever comes in, in whatever order: the log alone gives the state, ids and turns count up without a gap, each
    /// call has one answer, nothing follows the end, and nothing before the verdict differs with the mole.
    #[test]
    fn any_run_of_inputs_keeps_the_rules(seed: u64, judge in judges(), rounds in 1u32..6, inputs in vec(inputs(), 0..200)) {
        let mut state = State::new(Setup { judge, ..setup(seed, rounds) });
        let mut log = step(&mut state, Input::Open, at(0)).events;
        for input in inputs {
            log.extend(step(&mut state, input, at(1)).events);
        }
        play_out(&mut state, &mut log);

        let mut replayed = State::new(Setup { judge, ..setup(seed, rounds) });
        for event in &log {
            replayed.apply(event, at(0));
        }
        // When each happened is not in the log of this test.
        replayed.watch = state.watch;
        prop_assert_eq!(&replayed, &state);

        let (mut turns, mut messages, mut calls, mut pending) = (0, 0, 0, None);
        for (index, event) in log.iter().enumerate() {
            match event {
                EventKind::TurnStarted { turn, .. } => { turns += 1; prop_assert_eq!(*turn, turns); }
                EventKind::MessageCompleted(message) => {
                    messages += 1;
                    prop_assert_eq!(&message.id, &format!("m{messages}"));
                    prop_assert_eq!(message.turn, turns);
                }
                EventKind::ToolCalled(call) => {
                    calls += 1;
                    prop_assert_eq!(&call.id, &format!("t{calls}"));
                    prop_assert!(pending.replace(call.id.clone()).is_none());
                }
                EventKind::ToolReturned(ToolReturn { id, .. }) | EventKind::ToolDenied(ToolDenial { id, .. }) => {
                    prop_assert_eq!(pending.take(), Some(id.clone()));
                }
                // A turn that is given up or cut off may leave a call behind.
                EventKind::FaultRaised(Fault { turn: Some(_), .. }) => pending = None,
                EventKind::SessionCompleted(_) | EventKind::SessionFailed(_) => prop_assert_eq!(index, log.len() - 1),
                _ => {}
            }
        }
    }

    /// Wherever a session is cut off, killed or stopped, resumed it comes out as if it had not been.
    #[test]
    fn a_session_goes_on_where_it_was_cut_off(seed: u64, judge in judges(), rounds in 1u32..4, cut: prop::sample::Index, stopped: bool) {
        let mut state = State::new(Setup { judge, ..setup(seed, rounds) });
        let whole = play_from(&mut state, vec![Input::Proceed, Input::Open]);
        // Before the verdict, which is the last step, and after the first.
        let steps = 1 + cut.index(whole.len() - 2);
        let mut log = whole[..steps].concat();

        let mut state = State::new(Setup { judge, ..setup(seed, rounds) });
        for event in &log {
            state.apply(event, at(9));
        }
        if stopped {
            let failure = SessionFailure { reason: "stopped".into(), resumable: true, stopped };
            prop_assert_eq!(step(&mut state, Input::Stop(failure), at(9)).effects, [Effect::Close]);
        }
        prop_assert_eq!(step(&mut state, Input::Reopen, at(9)).events, [EventKind::SessionResumed]);
        log.extend(play_from(&mut state, vec![Input::Continue]).concat());
        prop_assert_eq!(&log, &whole.concat());
        // Neither the plan nor the ledger lacks what was before the cut.
        let told = log.iter().find_map(|event| match event {
            EventKind::VerdictReached(verdict) => Some(verdict.sabotage.len()),
            _ => None,
        });
        // In fewer rounds a mole may have a single turn, which it must not use.
        prop_assert!(told.is_some_and(|acts| acts > 0 || rounds < 3), "{:?}", told);
        prop_assert!(log.iter().any(|event| matches!(event, EventKind::PlanChanged(_))));
    }

    /// Two games that differ in nothing but the mole look the same until the verdict, the commitment aside.
    #[test]
    fn before_the_verdict_the_events_do_not_depend_on_the_mole(seed: u64, inputs in vec(inputs(), 0..100)) {
        let play = |mole: &str| {
            let mut setup = setup(seed, 3);
            setup.seal = deal(seed, &roster(), 3, &MoleChoice::Agent(mole.into()), None, Difficulty::Normal).seal;
            let mut state = State::new(setup);
            let opening = step(&mut state, Input::Open, at(0)).events;
            assert_eq!(opening.len(), 1);
            inputs.iter().flat_map(|input| step(&mut state, input.clone(), at(1)).events).collect::<Vec<_>>()
        };
        prop_assert_eq!(play("hacker"), play("lookout"));
    }
}
