//! Every event survives its JSON form, and the JSON form is the one that was promised.

use heist_bank::{Clock, Slot};
use heist_tui::heist::{
    Act, ActKind, AgentScore, BankInfo, Blame, Cause, Colour, DetectorVerdict, Difficulty, Ending, Event, EventKind,
    Evidence, Family, Fault, Guess, Guesser, Hint, JobOutcome, JobStep, JudgeMethod, Judged, Judgement, LlmInfo,
    Member, Message, Moment, Move, Outcome, Part, Phase, PlanChange, Played, Score, ServiceState, SessionEnd,
    SessionFailure, SessionStarted, SlotState, Strategy, Sureness, Suspicion, Timestamp, Tokens, ToolCall, ToolDenial,
    ToolReturn, ToolsInfo, Verdict, Why,
};
use proptest::prelude::*;

use crate::game;

/// Every kind of event, and each both with and without what may be missing.
#[allow(clippy::too_many_lines)] // A list of all there is, without a decision in it.
fn every_kind(text: &str, fraction: f64, number: u64) -> Vec<EventKind> {
    use ServiceState::{Absent, Building, Exited, Healthy, Starting, Unhealthy};
    let count = u32::try_from(number % (1 << 32)).unwrap();
    let string = || text.to_owned();
    let evidence = |quote| Evidence {
        agent: text.into(),
        family: Family::MessageAnomaly,
        weight: fraction,
        note: string(),
        message: string(),
        quote,
    };
    let suspicion = |cause, evidence| {
        let agents = vec![AgentScore { agent: text.into(), score: fraction, delta: -fraction }];
        EventKind::SuspicionChanged(Suspicion { cause, agents, evidence }.into())
    };
    let started = |url: Option<String>| {
        EventKind::SessionStarted(Box::new(SessionStarted {
            seed: number,
            bank: BankInfo { name: string(), seed: Some(number) },
            crew: vec![Member {
                name: text.into(),
                role: string(),
                tools: vec![string()],
                colour: Some(Colour::BrightCyan),
            }],
            rounds: count,
            difficulty: Difficulty::Hard,
            llm: LlmInfo { backend: string(), model: url.clone(), note: url.clone(), url: url.clone() },
            tools: ToolsInfo { backend: string(), note: url },
            commitment: string(),
        }))
    };
    let returned = |ok, result, error| {
        EventKind::ToolReturned(ToolReturn {
            id: string(),
            turn: count,
            agent: text.into(),
            tool: string(),
            ok,
            result,
            error,
            ms: number,
        })
    };
    let moves = vec![
        Move::Report { fact: string(), value: string(), source: string() },
        Move::Propose { slot: Slot::Load, value: string(), because: Some(string()) },
        Move::Oppose { slot: Slot::Start, value: string(), because: None },
    ];
    let act =
        Act { message: string(), turn: count, kind: ActKind::Bent, about: string(), said: string(), truth: string() };
    let verdict = |mole: Option<_>, strategy, outcome| {
        let detector = DetectorVerdict { agent: mole.clone(), score: fraction };
        let moment = Moment { turns_left: count, turns: count, hints: count, blind: true };
        let score = Score { points: -7, sureness: Sureness::from(fraction), moment };
        let score = mole.is_some().then_some(score);
        let orders = mole.is_some().then(string);
        let sabotage = mole.iter().map(|_| act.clone()).collect();
        EventKind::VerdictReached(Verdict {
            mole,
            strategy,
            nonce: string(),
            outcome,
            detector,
            sabotage,
            orders,
            score,
        })
    };
    let mut kinds = vec![
        started(Some(string())),
        started(None),
        EventKind::TurnStarted { round: count, turn: count, agent: text.into() },
        EventKind::MessageCompleted(Message {
            id: string(),
            round: count,
            turn: count,
            agent: text.into(),
            text: string(),
            moves: moves.clone(),
            sealed: string(),
            tokens: Tokens { prompt: count, evaluated: count, generated: count, new: count },
            ms: number,
        }),
        EventKind::PlanChanged(PlanChange {
            message: string(),
            slot: Slot::Alarm,
            value: string(),
            by: text.into(),
            state: SlotState::Reopened,
            supporters: vec![text.into()],
            opponents: Vec::new(),
        }),
        EventKind::ToolCalled(ToolCall {
            id: string(),
            turn: count,
            agent: text.into(),
            tool: string(),
            arguments: string(),
        }),
        returned(true, Some(string()), None),
        returned(false, None, Some(string())),
        EventKind::ToolDenied(ToolDenial {
            id: string(),
            turn: count,
            agent: text.into(),
            tool: string(),
            reason: string(),
        }),
        suspicion(Cause::Message(string()), vec![evidence(Some(string())), evidence(None)]),
        suspicion(Cause::Tool(string()), vec![]),
        EventKind::JudgeAnswered(Judgement {
            round: count,
            method: [None, Some(JudgeMethod::Logprobs), Some(JudgeMethod::Sampled)][text.len() % 3],
            tokens: Tokens { prompt: count, evaluated: count, generated: count, new: count },
            agents: vec![Judged { agent: text.into(), score: fraction, reason: string() }],
        }),
        EventKind::CommandSent { agent: text.into(), text: string() },
        EventKind::HintGiven(Hint { agent: text.into(), score: fraction, evidence: Some(evidence(None)) }),
        EventKind::HintGiven(Hint { agent: text.into(), score: fraction, evidence: None }),
        EventKind::SessionPaused,
        EventKind::SessionResumed,
        verdict(None, None, Outcome::Busted),
        verdict(Some(text.into()), Some(Strategy::FalseInfo), Outcome::Failure),
        EventKind::SessionCompleted(SessionEnd {
            turns: count,
            messages: count,
            tool_calls: count,
            ms: number,
            tokens: Tokens { prompt: count, evaluated: count, generated: count, new: count },
            requests: count,
        }),
        EventKind::SessionFailed(SessionFailure { reason: string(), resumable: true, stopped: false }),
    ];
    for turn in [None, Some(count)] {
        kinds.push(EventKind::FaultRaised(Fault { place: string(), message: string(), retry: turn.is_none(), turn }));
    }
    for by in [Guesser::Player, Guesser::Detector, Guesser::Random] {
        let agent = (by != Guesser::Random).then(|| text.into());
        let sureness = (by != Guesser::Player).then(|| fraction.into());
        kinds.push(EventKind::GuessMade(Guess { by, agent, sureness, blind: by == Guesser::Player }));
    }
    for phase in Phase::ALL {
        kinds.push(EventKind::RoundStarted { round: count, phase });
    }
    for cause in [None, Some(Blame { step: 0, message: Some(string()), agent: Some(text.into()) })] {
        let outcome = if cause.is_some() { JobOutcome::Caught } else { JobOutcome::Escaped };
        let because = cause.is_none().then(string);
        let step =
            JobStep { at: Clock::at(22, 5), who: text.into(), what: string(), ok: true, because: because.clone() };
        let part = Part { slot: Slot::Entry, value: because.clone(), why: Why::SetRight, was: because };
        let ending = Ending { outcome, loot: count };
        kinds.push(EventKind::HeistPlayed(Box::new(Played {
            outcome,
            loot: count,
            plan: vec![part],
            steps: vec![step],
            cause,
            stood: ending,
            honest: ending,
        })));
    }
    for strategy in Strategy::ALL {
        kinds.push(verdict(Some(text.into()), Some(strategy), Outcome::Success));
    }
    for state in [Absent, Building, Starting, Healthy, Unhealthy, Exited] {
        let detail = (state != Healthy).then(string);
        kinds.push(EventKind::ServiceChanged { service: string(), state, detail });
    }
    kinds
}

/// The name of the kind; a new kind does not compile until it is here, and fails below until it is in `every_kind`.
fn name(kind: &EventKind) -> &'static str {
    match kind {
        EventKind::SessionStarted(_) => "session.started",
        EventKind::ServiceChanged { .. } => "service.changed",
        EventKind::RoundStarted { .. } => "round.started",
        EventKind::TurnStarted { .. } => "turn.started",
        EventKind::MessageCompleted(_) => "message.completed",
        EventKind::PlanChanged(_) => "plan.changed",
        EventKind::ToolCalled(_) => "tool.called",
        EventKind::ToolReturned(_) => "tool.returned",
        EventKind::ToolDenied(_) => "tool.denied",
        EventKind::SuspicionChanged(_) => "suspicion.changed",
        EventKind::JudgeAnswered(_) => "judge.answered",
        EventKind::CommandSent { .. } => "command.sent",
        EventKind::HintGiven(_) => "hint.given",
        EventKind::SessionPaused => "session.paused",
        EventKind::SessionResumed => "session.resumed",
        EventKind::GuessMade(_) => "guess.made",
        EventKind::VerdictReached(_) => "verdict.reached",
        EventKind::HeistPlayed(_) => "heist.played",
        EventKind::FaultRaised(_) => "fault.raised",
        EventKind::SessionCompleted(_) => "session.completed",
        EventKind::SessionFailed(_) => "session.failed",
    }
}

fn event(kind: EventKind, seq: u64) -> Event {
    Event { seq, at: game::at(7), session: "20260131-120000-000".into(), kind }
}

#[test]
fn every_kind_has_its_name_and_survives() {
    let kinds = every_kind("a \"quoted\" \u{1b} line\nand 🧨", 0.1 + 0.2, u64::MAX);
    let mut names: Vec<_> = kinds.iter().map(name).collect();
    for kind in kinds {
        let event = event(kind, 1);
        let line = serde_json::to_string(&event).unwrap();
        assert_eq!(serde_json::from_str::<Event>(&line).unwrap(), event);
        assert_eq!(game::kind(&event), name(&event.kind));
        assert!(!line.contains(['\n', '\u{1b}']), "{line}");
    }
    names.sort_unstable();
    names.dedup();
    assert_eq!(names.len(), 21, "{names:?}");
}

#[test]
fn the_envelope_is_the_promised_one() {
    let line = serde_json::to_string(&event(EventKind::SessionPaused, 3)).unwrap();
    let promised =
        r#"{"seq":3,"at":"2026-01-31T12:00:00.007Z","session":"20260131-120000-000","kind":"session.paused"}"#;
    assert_eq!(line, promised);
}

#[test]
fn a_timestamp_always_has_three_digits_of_a_second() {
    for (millis, shown) in [
        (0, "2026-01-31T12:00:00.000Z"),
        (50, "2026-01-31T12:00:00.050Z"),
        (1_999, "2026-01-31T12:00:01.999Z"),
        (-game::START, "1970-01-01T00:00:00.000Z"),
    ] {
        assert_eq!(game::at(millis).to_string(), shown);
        assert_eq!(shown.parse::<Timestamp>().unwrap(), game::at(millis));
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn any_text_and_any_number_survives(text in any::<String>(), fraction in proptest::num::f64::NORMAL, number: u64) {
        for kind in every_kind(&text, fraction, number) {
            let event = event(kind, number);
            let line = serde_json::to_string(&event).unwrap();
            let back: Event = serde_json::from_str(&line).unwrap();
            prop_assert_eq!(serde_json::to_string(&back).unwrap(), line);
            prop_assert_eq!(back, event);
        }
    }

    #[test]
    fn any_millisecond_survives(millis in -62_135_596_800_000_i64..253_402_300_799_999) {
        let moment = Timestamp::from_millis(millis).unwrap();
        prop_assert_eq!(moment.to_string().parse::<Timestamp>().unwrap(), moment);
        prop_assert_eq!(moment.to_string().len(), 24);
    }
}

#[test]
fn a_log_that_tells_no_sureness_has_no_score() {
    let read = |rest: &str| {
        let head = r#"{"seq":1,"at":"2026-01-31T12:00:00.000Z","session":"s","kind":"#;
        let event: Event = serde_json::from_str(&format!("{head}{rest}")).unwrap();
        // An empty list of acts is all that is added.
        let written = serde_json::to_string(&event).unwrap().replace(r#","sabotage":[]"#, "");
        assert_eq!(written, format!("{head}{rest}"));
        event.kind
    };
    let EventKind::GuessMade(guess) = read(r#""guess.made","by":"player","agent":"hacker"}"#) else { panic!() };
    assert_eq!((guess.sureness, guess.blind), (None, false));
    let EventKind::VerdictReached(verdict) = read(
        r#""verdict.reached","mole":"hacker","strategy":"false_info","nonce":"00","outcome":"success","detector":{"agent":"hacker","score":0.5}}"#,
    ) else {
        panic!()
    };
    assert_eq!((verdict.orders, verdict.score), (None, None));
}

#[test]
fn a_log_that_does_not_tell_the_difficulty_was_of_the_usual_one() {
    let line = r#"{"seq":1,"at":"2026-01-31T12:00:00.000Z","session":"s","kind":"session.started","seed":7,"crew":[],
        "rounds":5,"llm":{"backend":"scripted","url":null,"model":null},"tools":{"backend":"embedded"},"commitment":"00"}"#;
    let event: Event = serde_json::from_str(line).unwrap();
    let EventKind::SessionStarted(started) = &event.kind else { panic!("{event:?}") };
    assert_eq!(started.difficulty, Difficulty::Normal);
    assert_eq!(serde_json::to_value(&event).unwrap()["difficulty"], "normal");
}
