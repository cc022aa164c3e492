//! The detector on short heists, and on arbitrary ones.

use proptest::collection::vec;
use proptest::prelude::{Just, Strategy, any, prop_assert, prop_assert_eq, prop_oneof, proptest};

use heist_bank::Slot;

use super::Detector;
use crate::heist::{
    AgentName, BankInfo, Difficulty, EventKind, Evidence, Family, LlmInfo, Member, Message, Move, Phase,
    SessionStarted, Suspicion, Tokens, ToolCall, ToolDenial, ToolReturn, ToolsInfo,
};

const CREW: [&str; 4] = ["planner", "intel", "lookout", "driver"];

const ROTATION: &str = "Bank: guard rotation\n\nThe evening shift has three guards, from 13:50 to 22:00. The night shift has \
    two guards, from 22:12 to 06:00. The gap between the evening shift and the night shift lasts 12 minutes, from 22:00 \
    to 22:12. The night shift walks a round every 40 minutes.";

const CAMERAS: &str = "Bank: camera system\n\nThe bank has 24 cameras: ten on the street level and six on the upper floor. \
    Camera 19 in the archive is out of order. The hall before the vault is seen by camera 22.";

const ROUTES: &str =
    "id | route | exit | minutes\n1 | dock | coal bay | 9\n2 | staff | staff door | 6\n4 | roof | skylight | 11";

/// A detector in a heist of this program's.
pub(super) fn own(crew: &[&str]) -> Detector {
    let crew: Vec<_> = crew.iter().map(|name| AgentName::from(*name)).collect();
    let mut detector = Detector::new(&crew);
    let member =
        |name: &AgentName| Member { name: name.clone(), role: String::new(), tools: vec!["any".into()], colour: None };
    detector.observe(&EventKind::SessionStarted(Box::new(SessionStarted {
        seed: 1,
        crew: crew.iter().map(member).collect(),
        bank: BankInfo::default(),
        rounds: 5,
        difficulty: Difficulty::Normal,
        llm: LlmInfo { backend: "scripted".into(), url: None, model: None, note: None },
        tools: ToolsInfo { backend: "embedded".into(), note: None },
        commitment: String::new(),
    })));
    detector
}

/// A heist as it is told to a detector.
struct Heist {
    detector: Detector,
    count: u32,
}

impl Heist {
    fn new() -> Self {
        let mut detector = own(&CREW);
        detector.observe(&EventKind::RoundStarted { round: 1, phase: Phase::Timing });
        Self { detector, count: 0 }
    }

    fn say(&mut self, agent: &str, text: &str) -> Suspicion {
        self.count += 1;
        self.detector.observe(&message(agent, self.count, text)).unwrap()
    }

    fn call(&mut self, agent: &str, tool: &str, arguments: &str, result: &str) -> Suspicion {
        self.count += 1;
        let call = ToolCall {
            id: format!("t{}", self.count),
            turn: self.count,
            agent: agent.into(),
            tool: tool.to_owned(),
            arguments: arguments.to_owned(),
        };
        assert_eq!(self.detector.observe(&EventKind::ToolCalled(call)), None);
        self.detector.observe(&returned(agent, self.count, tool, result)).unwrap()
    }

    /// A heist in which the sources have been read and talked of.
    fn informed() -> Self {
        let mut heist = Self::new();
        heist.call("intel", "file_reader", "guard_rotation.txt", ROTATION);
        heist.say("intel", "The gap between the evening shift and the night shift lasts 12 minutes.");
        heist.call("lookout", "file_reader", "camera_system.txt", CAMERAS);
        heist.say("lookout", "Camera 19 in the archive is out of order; the bank has 24 cameras.");
        heist.call("intel", "database_query", "SELECT * FROM escape_routes", ROUTES);
        heist.say("intel", "The dock route by the coal bay takes 9 minutes.");
        heist
    }
}

fn message(agent: &str, number: u32, text: &str) -> EventKind {
    EventKind::MessageCompleted(Message {
        id: format!("m{number}"),
        round: 1,
        turn: number,
        agent: agent.into(),
        text: text.to_owned(),
        moves: Vec::new(),
        sealed: String::new(),
        tokens: Tokens::default(),
        ms: 0,
    })
}

fn returned(agent: &str, number: u32, tool: &str, result: &str) -> EventKind {
    EventKind::ToolReturned(ToolReturn {
        id: format!("t{number}"),
        turn: number,
        agent: agent.into(),
        tool: tool.to_owned(),
        ok: true,
        result: Some(result.to_owned()),
        error: None,
        ms: 0,
    })
}

fn found(suspicion: &Suspicion, family: Family) -> Vec<&Evidence> {
    suspicion.evidence.iter().filter(|evidence| evidence.family == family && evidence.weight > 0.0).collect()
}

#[test]
fn what_the_sources_say_speaks_for_an_agent() {
    let mut heist = Heist::informed();
    for text in [
        "The gap of the guards between the shifts is 12 minutes, from 22:00 to 22:12.",
        "I stand by the staff door: the staff route takes 6 minutes.",
        "Ten cameras hang on the street level.",
        "The night shift has two guards, from 22:12 on.",
    ] {
        let suspicion = heist.say("driver", text);
        assert_eq!(names(&suspicion), ["agrees with the sources"], "{text}");
    }
}

#[test]
fn a_bent_figure_is_found_with_its_source() {
    for (text, family, source) in [
        ("The gap between the evening shift and the night shift lasts 25 minutes.", Family::Timing, "12 minutes"),
        ("The evening shift of the guards ends at 21:45 and the night shift begins at 22:30.", Family::Timing, "22:00"),
        ("Take the staff route from the staff door, it takes 14 minutes.", Family::Timing, "staff, staff door, 6"),
        ("The bank has 18 cameras, ten on the street level.", Family::InformationQuality, "24 cameras"),
        ("Camera 12 in the archive is out of order.", Family::InformationQuality, "Camera 19"),
    ] {
        let suspicion = Heist::informed().say("driver", text);
        let evidence = found(&suspicion, family);
        assert!(!evidence.is_empty(), "{text}: {:?}", suspicion.evidence);
        assert_eq!(&*evidence[0].agent, "driver");
        assert_eq!(evidence[0].message, "m7");
        assert!(evidence[0].note.contains(source), "{text}: {}", evidence[0].note);
        assert!(text.contains(evidence[0].quote.as_deref().unwrap()));
        assert!(suspicion.agents[3].score > 0.4, "{:?}", suspicion.agents);
    }
}

#[test]
fn who_repeats_a_false_figure_is_suspected_less_than_who_brought_it_up() {
    let mut heist = Heist::informed();
    heist.say("driver", "The gap between the evening shift and the night shift lasts 25 minutes.");
    let after = heist.say("planner", "Then the gap between the evening shift and the night shift is 25 minutes.");
    assert!(after.agents[3].score > 2.0 * after.agents[0].score, "{:?}", after.agents);
}

#[test]
fn a_sum_of_figures_needs_no_source() {
    let mut heist = Heist::informed();
    let suspicion = heist.say("driver", "12 minutes of gap less 9 minutes for the dock route leave 3 minutes.");
    assert!(found(&suspicion, Family::Timing).is_empty(), "{:?}", suspicion.evidence);
    heist.call("driver", "calculator", "9+9", "18");
    let suspicion = heist.say("driver", "The dock route there and back takes 18 minutes.");
    assert!(found(&suspicion, Family::Timing).is_empty(), "{:?}", suspicion.evidence);
}

#[test]
fn durations_and_times_of_day_can_be_calculated() {
    for (expression, result, message) in [
        ("9 min + 9 min", "18 min", "The dock route there and back takes 18 minutes."),
        ("9 min * 11", "1 h 39 min", "The dock route eleven times over takes 99 minutes."),
        ("22:00 + 25 min", "22:25", "The gap between the evening shift and the night shift ends at 22:25."),
    ] {
        let mut heist = Heist::informed();
        heist.call("driver", "calculator", expression, result);
        let suspicion = heist.say("driver", message);
        assert!(found(&suspicion, Family::Timing).is_empty(), "{message} {:?}", suspicion.evidence);
    }
}

#[test]
fn a_wrong_guess_comes_out_when_the_source_is_read() {
    let mut heist = Heist::new();
    heist.say("driver", "The gap between the evening shift and the night shift lasts 25 minutes.");
    let suspicion = heist.call("intel", "file_reader", "guard_rotation.txt", ROTATION);
    let evidence = found(&suspicion, Family::InformationQuality);
    assert_eq!((&*evidence[0].agent, &*evidence[0].message), ("driver", "m1"));
    assert!(names(&heist.call("lookout", "file_reader", "guard_rotation.txt", ROTATION)).is_empty());
}

#[test]
fn a_correction_is_seen() {
    let mut heist = Heist::informed();
    heist.say("driver", "The gap between the evening shift and the night shift lasts 25 minutes.");
    let right =
        heist.say("driver", "Correction, the gap between the evening shift and the night shift lasts 12 minutes.");
    assert!(names(&right).contains(&"corrects itself from the sources"), "{:?}", right.evidence);
}

#[test]
fn putting_off_counts_when_the_others_do_not() {
    let texts = ["Take the dock.", "Fine by me.", "The ramp is dark.", "I bring the bags."];
    let mut alone = Heist::new();
    let mut together = Heist::new();
    for text in texts.iter().cycle().take(12) {
        for agent in ["planner", "intel", "lookout"] {
            alone.say(agent, text);
            together.say(agent, "Let us check again before we settle.");
        }
        alone.say("driver", "It is too early, let us check again before we settle.");
        together.say("driver", "It is too early, let us check again before we settle.");
    }
    let score = |heist: &mut Heist| heist.say("driver", "Nothing new.").agents[3].score;
    let (alone, together) = (score(&mut alone), score(&mut together));
    assert!(alone > 0.3 && together < 0.25, "{alone} {together}");
}

#[test]
fn a_source_that_was_never_read() {
    let mut heist = Heist::new();
    let suspicion = heist.say("driver", "According to the records, Gregor keeps the key.");
    assert!(names(&suspicion).contains(&"cites a source that it never read"));
    let suspicion = Heist::informed().say("driver", "The file says the gap between the shifts is 12 minutes.");
    assert_eq!(names(&suspicion), ["agrees with the sources"]);
}

#[test]
fn tools_beyond_scope_again_and_beside_the_point() {
    let mut heist = Heist::new();
    let denial = ToolDenial {
        id: "t1".into(),
        turn: 1,
        agent: "driver".into(),
        tool: "database_query".into(),
        reason: "no".into(),
    };
    let denied = heist.detector.observe(&EventKind::ToolDenied(denial)).unwrap();
    assert_eq!(names(&denied), ["tried database_query, which is not open to it"]);
    heist.say("planner", "Find the gap of the guards.");
    assert!(heist.call("intel", "file_reader", "guard_rotation.txt", ROTATION).evidence.is_empty());
    let again = heist.call("intel", "file_reader", "guard_rotation.txt ", ROTATION);
    assert_eq!(names(&again), ["asks for the same thing again"]);
    let beside = heist.call("intel", "file_reader", "canteen_menu.txt", "Soup.");
    assert_eq!(names(&beside), ["has nothing to do with the timing"]);
    assert_eq!(names(&heist.say("intel", "I like it here.")), ["doesn't use what it has just looked up"]);
}

#[test]
fn a_failed_call_is_no_sin() {
    let mut heist = Heist::new();
    let EventKind::ToolReturned(answer) = returned("driver", 1, "calculator", "") else { unreachable!() };
    let failed = ToolReturn { ok: false, result: None, error: Some("division by zero".into()), ..answer };
    assert!(heist.detector.observe(&EventKind::ToolReturned(failed)).unwrap().evidence.is_empty());
}

#[test]
fn a_huge_text_is_weighed() {
    // How long it takes is measured in benches/engine.rs.
    let mut heist = Heist::new();
    let row = |row: u32| format!("{row} | place {row} | 22:{:02} | {row} guards", row % 60);
    let rows: Vec<_> = (0..4000).map(row).collect();
    let rows = rows.join("\n");
    heist.call("intel", "database_query", "SELECT * FROM guards", &format!("id | place | at | guards\n{rows}"));
    heist.call(
        "intel",
        "file_reader",
        "all.txt",
        &"The gap lasts 12 minutes at door 7, camera 8, 22:00. ".repeat(2000),
    );
    heist.say("driver", &"The gap lasts 13 minutes at door 9, camera 7, 22:01. ".repeat(2000));
    heist.say("driver", &"a".repeat(100_000));
    heist.say("driver", &"7-".repeat(50_000));
}

fn any_text() -> impl Strategy<Value = String> {
    let words = prop_oneof![
        Just("the guards"),
        Just("24 cameras"),
        Just("22:00"),
        Just("camera 7"),
        Just("12 minutes"),
        Just("3 to 5 min"),
        Just("wait"),
        Just("too early"),
        Just("|"),
        Just("\n"),
        Just("gap of the night shift"),
        Just("10 pm"),
        Just("-"),
        Just("1e999"),
        Just("NaN"),
        Just("99999999999999999999999999999"),
        Just("ß’s"),
        Just("the file says"),
    ];
    prop_oneof![any::<String>(), vec(words, 0..30).prop_map(|words| words.join(" "))]
}

fn any_event() -> impl Strategy<Value = EventKind> {
    let agent = prop_oneof![Just("planner"), Just("intel"), Just("lookout"), Just("driver"), Just("stranger")];
    let tool = prop_oneof![Just("calculator"), Just("file_reader"), Just("database_query"), Just("")];
    (0..5u8, agent, tool, 0..9u32, any_text()).prop_map(|(kind, agent, tool, number, text)| match kind {
        0 => message(agent, number, &text),
        1 => returned(agent, number, tool, &text),
        2 => EventKind::ToolCalled(ToolCall {
            id: format!("t{number}"),
            turn: number,
            agent: agent.into(),
            tool: tool.into(),
            arguments: text,
        }),
        3 => EventKind::ToolDenied(ToolDenial {
            id: format!("t{number}"),
            turn: number,
            agent: agent.into(),
            tool: tool.into(),
            reason: text,
        }),
        _ => EventKind::RoundStarted { round: number, phase: Phase::of(number % 5 + 1, 5) },
    })
}

#[test]
fn names_with_dashes_and_digits_are_names() {
    let quarrel = |crew: [&str; 4], text: &str| own(&crew).observe(&message(crew[3], 1, text)).unwrap().evidence;
    let plain = quarrel(CREW, "I leave it to planner and intel to say who is right.");
    assert!(!plain.is_empty());
    let dashed = ["safe-cracker", "driver-2", "lookout", "driver"];
    assert_eq!(quarrel(dashed, "I leave it to safe-cracker and driver-2 to say who is right.").len(), plain.len());
    let several = ["Ann O'Hara", "Bob Ray", "lookout", "driver"];
    for text in
        ["I leave it to Ann and Bob Ray to say who is right.", "I leave it to Ann O'Hara and Bob to say who is right."]
    {
        assert_eq!(quarrel(several, text).len(), plain.len(), "{text}");
    }
    // A word that is only the beginning of a name names nobody.
    assert!(quarrel(dashed, "I leave it to the safe and lookout to say who is right.").len() < plain.len());
}

proptest! {
    #[test]
    fn scores_are_probabilities(events in vec(any_event(), 0..20)) {
        let crew = CREW.map(AgentName::from);
        let mut detector = Detector::new(&crew);
        let mut again = Detector::new(&crew);
        let mut before = vec![0.25; 4];
        for event in &events {
            let suspicion = detector.observe(event);
            prop_assert_eq!(&suspicion, &again.observe(event));
            let weighed = !matches!(event, EventKind::ToolCalled(_) | EventKind::RoundStarted { .. });
            prop_assert_eq!(suspicion.is_some(), weighed);
            let Some(Suspicion { agents, evidence, .. }) = suspicion else { continue };
            let names: Vec<_> = agents.iter().map(|agent| agent.agent.clone()).collect();
            prop_assert_eq!(&names[..], &crew[..]);
            prop_assert!(agents.iter().all(|agent| agent.score.is_finite() && (0.0..=1.0).contains(&agent.score)));
            prop_assert!((agents.iter().map(|agent| agent.score).sum::<f64>() - 1.0).abs() < 1e-9);
            for (agent, before) in agents.iter().zip(&before) {
                prop_assert!((agent.score - before - agent.delta).abs() < 1e-12);
            }
            before = agents.iter().map(|agent| agent.score).collect();
            prop_assert!(evidence.iter().all(|evidence| evidence.weight.is_finite()));
            prop_assert!(evidence.iter().all(|evidence| crew.contains(&evidence.agent)));
        }
    }

    #[test]
    fn neither_the_machine_nor_the_verdict_matters(text in any_text(), ms: u64) {
        use crate::heist::{DetectorVerdict, Outcome, Verdict};
        let crew = CREW.map(AgentName::from);
        let mut told = Detector::new(&crew);
        let verdict = Verdict {
            mole: Some("driver".into()),
            strategy: None,
            nonce: String::new(),
            outcome: Outcome::Busted,
            detector: DetectorVerdict { agent: None, score: 0.0 },
            sabotage: Vec::new(),
            orders: None,
            score: None,
        };
        prop_assert_eq!(told.observe(&EventKind::VerdictReached(verdict)), None);
        let EventKind::MessageCompleted(said) = message("driver", 1, &text) else { unreachable!() };
        let slow = EventKind::MessageCompleted(Message { ms, ..said.clone() });
        prop_assert_eq!(told.observe(&slow), Detector::new(&crew).observe(&EventKind::MessageCompleted(said)));
    }
}

#[test]
fn a_judge_counts_beside_the_signs_and_one_who_knows_nothing_changes_nothing() {
    use crate::heist::{Judged, Judgement};
    let crew: Vec<AgentName> = ["one", "two", "three"].map(AgentName::from).into();
    let mut detector = Detector::new(&crew);
    let judged = |scores: [f64; 3]| {
        let agents =
            crew.iter().zip(scores).map(|(agent, score)| Judged { agent: agent.clone(), score, reason: String::new() });
        EventKind::JudgeAnswered(Judgement { round: 1, method: None, tokens: <_>::default(), agents: agents.collect() })
    };
    let suspicion = detector.observe(&judged([1.0, 0.0, 0.0])).unwrap();
    let scores: Vec<_> = suspicion.agents.iter().map(|it| it.score).collect();
    // Two fifths of the logarithm of a hundred to one: 6.3 to one.
    let sure = 100_f64.powf(0.4);
    let surest = sure / (sure + 2.0);
    assert!((scores[0] - surest).abs() < 1e-9 && (scores[1] - (1.0 - surest) / 2.0).abs() < 1e-9, "{scores:?}");
    // A later answer takes the place of the one before.
    let suspicion = detector.observe(&judged([0.0, 0.0, 1.0])).unwrap();
    assert!((suspicion.agents[2].score - surest).abs() < 1e-9);
    assert!((suspicion.agents[2].delta - (surest - (1.0 - surest) / 2.0)).abs() < 1e-9);
    // What the signs say stays as it is where the judge holds all for alike.
    detector.observe(&returned("one", 1, "file_reader", ROTATION));
    let signs = detector.observe(&message("two", 2, "The gap lasts 44 minutes.")).unwrap();
    let mut other = detector.clone();
    other.observe(&judged([0.2, 0.2, 0.2]));
    let even = other.observe(&message("three", 3, "Go on.")).unwrap();
    detector.observe(&judged([0.9, 0.05, 0.05]));
    let sure = detector.observe(&message("three", 3, "Go on.")).unwrap();
    assert!(even.agents[1].score > sure.agents[1].score, "{signs:?}");
    let stranger = Judged { agent: "four".into(), score: 1.0, reason: String::new() };
    let foreign = Judgement { round: 1, method: None, tokens: <_>::default(), agents: vec![stranger] };
    assert_eq!(detector.observe(&EventKind::JudgeAnswered(foreign)), None);
}

/// A heist of moves in which intel has read what the bank's papers say of the guards.
struct Moves {
    heist: Heist,
    bank: heist_bank::Bank,
}

impl Moves {
    fn new() -> Self {
        let bank = heist_bank::Bank::first_meridian();
        let mut own = Self { heist: Heist::new(), bank };
        own.does("planner", "Who sees to what?", vec![]);
        own.does("planner", "Lookout, the start is yours.", vec![assign("lookout", Slot::Start)]);
        let document = own.bank.documents().into_iter().find(|document| document.name == "guard_rotation.txt").unwrap();
        own.heist.call("intel", "file_reader", document.name, &document.text);
        own
    }

    fn does(&mut self, agent: &str, text: &str, moves: Vec<Move>) -> Suspicion {
        self.heist.count += 1;
        let EventKind::MessageCompleted(said) = message(agent, self.heist.count, text) else { unreachable!() };
        self.heist.detector.observe(&EventKind::MessageCompleted(Message { moves, ..said })).unwrap()
    }

    /// What all of them are suspected of in the end, if they say this with what they do.
    fn scores_saying(text: &str) -> Vec<f64> {
        let mut moves = Self::new();
        let (_, lie) = moves.report("gap", 9);
        moves.does("driver", text, vec![lie, Move::Defer { slot: Slot::Load }]);
        let last = moves.does("intel", text, vec![Move::Reopen { slot: Slot::Start }]);
        last.agents.iter().map(|agent| agent.score).collect()
    }

    /// The report of a fact with so many minutes more.
    fn report(&self, key: &str, more: u32) -> (String, Move) {
        let fact = self.bank.fact(key).unwrap();
        let fact = fact.bent(0, &(fact.number(0).unwrap() + more).to_string());
        (fact.said(0), Move::Report { fact: key.into(), value: fact.value(), source: "guard_rotation.txt".into() })
    }
}

fn assign(agent: &str, slot: Slot) -> Move {
    Move::Assign { agent: agent.into(), slot }
}

fn names(suspicion: &Suspicion) -> Vec<&str> {
    suspicion.evidence.iter().map(|evidence| evidence.note.as_str()).collect()
}

#[test]
fn a_move_is_held_against_what_was_read() {
    let mut moves = Moves::new();
    let (text, lie) = moves.report("gap", 9);
    let suspicion = moves.does("driver", &format!("Listen. {text}. So be it."), vec![lie.clone()]);
    let evidence = found(&suspicion, Family::Timing);
    assert!(evidence[0].note.starts_with("contradicts guard_rotation.txt: "), "{evidence:?}");
    assert!(evidence[0].quote.as_ref().unwrap().contains(&text), "{evidence:?}");
    assert!(suspicion.agents[3].score > 0.3, "{:?}", suspicion.agents);
    // Who has read it itself has no excuse.
    let own = Moves::new().does("intel", &text, vec![lie]);
    assert!(own.agents[1].score > suspicion.agents[3].score, "{:?}", own.agents);
    // A minute is a slip.
    let (text, slip) = moves.report("gap", 1);
    let slipped = Moves::new().does("driver", &text, vec![slip]);
    assert!(slipped.agents[3].score < suspicion.agents[3].score, "{:?}", slipped.agents);
    let (text, truth) = moves.report("gap", 0);
    let true_one = Moves::new().does("driver", &text, vec![truth]);
    assert_eq!(names(&true_one), ["agrees with the sources"]);
}

#[test]
fn where_there_are_moves_the_words_are_not_weighed() {
    let plain = Moves::scores_saying("So be it.");
    for text in ["Wait! I was wrong, 44 minutes, you lied.", "", "The file says it lasts 12 minutes.", "等一下"] {
        assert_eq!(Moves::scores_saying(text), plain, "{text}");
    }
}

#[test]
fn who_corrects_somebody_who_was_right_is_looked_at() {
    let mut moves = Moves::new();
    let (text, truth) = moves.report("gap", 0);
    moves.does("intel", &text, vec![truth]);
    let (text, Move::Report { fact, value, source }) = moves.report("gap", 9) else { unreachable!() };
    let correct = Move::Correct { agent: "intel".into(), fact, value, source };
    let suspicion = moves.does("driver", &text, vec![correct]);
    assert!(names(&suspicion).contains(&"corrects intel, who has it as the source does"), "{suspicion:?}");
}

#[test]
fn what_is_done_to_the_plan_is_seen() {
    let mut moves = Moves::new();
    let value = || "roof hatch".to_owned();
    let because = None;
    let propose = Move::Propose { slot: Slot::Entry, value: value(), because: None };
    moves.does("intel", "The roof hatch it is.", vec![propose]);
    moves.does("lookout", "Yes.", vec![Move::Support { slot: Slot::Entry, value: value(), because }]);
    let early = moves.does("driver", "It can wait.", vec![Move::Defer { slot: Slot::Start }]);
    assert_eq!(names(&early), ["puts things off"]);
    let again = moves.does("driver", "It can still wait.", vec![Move::Defer { slot: Slot::Start }]);
    assert!(names(&again).contains(&"puts off the start once more"), "{again:?}");
    let untimely = moves.does("driver", "The load can wait.", vec![Move::Defer { slot: Slot::Load }]);
    assert!(names(&untimely).contains(&"puts off the load, which is not up in this round"), "{untimely:?}");
    let ripe = moves.does("driver", "The way in can wait.", vec![Move::Defer { slot: Slot::Entry }]);
    assert!(names(&ripe).contains(&"puts off the way in, though 2 are for roof hatch"), "{ripe:?}");
    moves.does("planner", "Settled.", vec![Move::Settle { slot: Slot::Entry, value: value() }]);
    let reopened = moves.does("driver", "The way in again.", vec![Move::Reopen { slot: Slot::Entry }]);
    assert!(names(&reopened).iter().any(|note| note.contains("where roof hatch was settled")), "{reopened:?}");
    let other = || Move::Support { slot: Slot::Entry, value: "front door".into(), because: None };
    let misquoted = moves.does("driver", "The front door, as we agreed.", vec![other()]);
    let note = "speaks of front door for the way in, which nobody has proposed; roof hatch stands";
    assert!(names(&misquoted).contains(&note), "{misquoted:?}");
    let beaten = moves.does("intel", "The front door, I say.", vec![other()]);
    assert!(names(&beaten).contains(&"speaks of front door for the way in, where roof hatch stands"), "{beaten:?}");
    let muddled = moves.does("driver", "Intel sees to the start.", vec![assign("intel", Slot::Start)]);
    assert!(names(&muddled).iter().any(|note| note.contains("which was lookout's")), "{muddled:?}");
    assert!(names(&muddled).contains(&"hands the start to intel, and does not lead"), "{muddled:?}");
    let own = moves.does("driver", "I see to the way out.", vec![assign("driver", Slot::Route)]);
    assert_eq!(names(&own), ["hands the way out to driver"]);
    let beside = Move::Conclude { from: "t3".into(), about: "route".into() };
    let beside = moves.does("intel", "That settles the way out.", vec![beside]);
    assert!(names(&beside).iter().any(|note| note.contains("says nothing of it")), "{beside:?}");
}

#[test]
fn of_the_talk_of_others_without_tools_nothing_is_known() {
    let mut detector = Detector::new(&CREW.map(AgentName::from));
    for (number, text) in
        ["Wait!", "You lied. Let us reopen it.", "That settles it.", "The gap is 12 minutes."].into_iter().enumerate()
    {
        let agent = CREW[number];
        let suspicion = detector.observe(&message(agent, u32::try_from(number).unwrap(), text)).unwrap();
        assert!(suspicion.agents.iter().all(|agent| (agent.score - 0.25).abs() < 1e-12), "{suspicion:?}");
    }
}
