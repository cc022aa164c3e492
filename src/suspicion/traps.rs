//! What detectors stumble over: ties, crews of one, silence, names, lengths, scripts and repetition.

use super::Detector;
use super::fit::{Figures, Scored};
use super::tests::own;
use crate::heist::{AgentName, EventKind, Message, Phase, Suspicion, Tokens, ToolReturn};

const ROTATION: &str = "Bank: guard rotation\n\nThe gap between the evening shift and the night shift lasts 12 minutes, \
                        from 22:00 to 22:12. The night shift walks a round every 40 minutes.";

const TRUTH: &str = "The gap between the evening shift and the night shift lasts 12 minutes.";

const LIE: &str = "The gap between the evening shift and the night shift lasts 31 minutes.";

/// A talk of this program's by words, in which the first of the crew has read of the guards.
struct Talk {
    detector: Detector,
    crew: Vec<AgentName>,
    count: u32,
}

impl Talk {
    fn of(names: &[&str]) -> Self {
        let crew: Vec<_> = names.iter().map(|name| AgentName::from(*name)).collect();
        let mut detector = own(names);
        detector.observe(&EventKind::RoundStarted { round: 1, phase: Phase::Timing });
        detector.observe(&EventKind::ToolReturned(ToolReturn {
            id: "t1".into(),
            turn: 1,
            agent: crew[0].clone(),
            tool: "file_reader".into(),
            ok: true,
            result: Some(ROTATION.into()),
            error: None,
            ms: 0,
        }));
        Self { detector, crew, count: 0 }
    }

    fn say(&mut self, agent: usize, text: &str) -> Suspicion {
        self.count += 1;
        let message = Message {
            id: format!("m{}", self.count),
            round: 1,
            turn: self.count,
            agent: self.crew[agent].clone(),
            text: text.into(),
            moves: Vec::new(),
            sealed: String::new(),
            tokens: Tokens::default(),
            ms: 0,
        };
        self.detector.observe(&EventKind::MessageCompleted(message)).unwrap()
    }
}

fn scores(suspicion: &Suspicion) -> Vec<f64> {
    suspicion.agents.iter().map(|agent| agent.score).collect()
}

#[test]
fn who_does_the_same_is_suspected_alike_and_shares_the_first_place() {
    let mut talk = Talk::of(&["one", "two", "three", "four"]);
    talk.say(0, TRUTH);
    talk.say(1, "The round is on its way.");
    talk.say(3, "Wait until I have been there.");
    let [_, one, other, _] = scores(&talk.say(2, "The round is on its way."))[..] else { unreachable!() };
    assert!((one - other).abs() < 1e-9, "{one} {other}");
    let tied = Scored { scores: vec![0.4, 0.4, 0.2], mole: Some(1) };
    assert!((Figures::of(&[tied]).top1 - 0.5).abs() < 1e-9);
}

#[test]
fn a_crew_of_one_is_certain_and_a_crew_of_two_hundred_sums_to_one() {
    let mut alone = Talk::of(&["one"]);
    for text in [TRUTH, LIE, "Wait."] {
        assert_eq!(scores(&alone.say(0, text)), [1.0]);
    }
    let names: Vec<String> = (0..200).map(|number| format!("agent-{number}")).collect();
    let mut many = Talk::of(&names.iter().map(String::as_str).collect::<Vec<_>>());
    for agent in 0..200 {
        many.say(agent, if agent == 77 { LIE } else { TRUTH });
    }
    let last = scores(&many.say(0, "Go on."));
    assert!((last.iter().sum::<f64>() - 1.0).abs() < 1e-9);
    let liar = last[77];
    assert!(last.iter().enumerate().all(|(agent, score)| agent == 77 || *score < liar), "{last:?}");
}

#[test]
fn who_never_speaks_is_neither_cleared_nor_accused() {
    let mut talk = Talk::of(&["one", "two", "three", "four"]);
    for text in [TRUTH, LIE, "So it is settled."] {
        talk.say(1, text);
    }
    let [_, liar, silent, other] = scores(&talk.say(1, LIE))[..] else { unreachable!() };
    assert!((silent - other).abs() < 1e-9 && liar > silent && silent > 0.0);
}

#[test]
fn names_within_names_and_names_that_are_words_name_nobody_else() {
    let troubles = |crew: [&str; 4], text: &str| {
        let said = Talk::of(&crew).say(3, text);
        said.evidence.iter().filter(|evidence| evidence.note == "stirs up trouble").count()
    };
    let crew = ["ann", "anna", "joanna", "four"];
    assert_eq!(troubles(crew, "I leave it to Joanna to say who is right."), 0);
    assert_eq!(troubles(crew, "I leave it to Ann and Joanna to say who is right."), 1);
    let words = ["will", "guard", "hope", "four"];
    for text in ["The guard will come back.", "I hope the guard sleeps.", "Nobody will hope for that."] {
        assert_eq!(troubles(words, text), 0, "{text}");
    }
}

#[test]
fn long_messages_and_other_scripts_are_weighed_like_any() {
    let silly =
        ["等一下，金库在二楼。", "الانتظار أفضل حتى الغد", "Подождём до завтра!", "🚐🚐🚐", "e\u{301}\u{301}\u{301}"];
    for text in silly {
        let mut talk = Talk::of(&["one", "two", "three", "four"]);
        let said = talk.say(1, text);
        assert!(said.evidence.iter().all(|evidence| evidence.weight.abs() < 1.0), "{text}: {said:?}");
        let long = talk.say(2, &text.repeat(10_000 / text.len() + 1));
        assert!((scores(&long).iter().sum::<f64>() - 1.0).abs() < 1e-9);
    }
    let mut talk = Talk::of(&["one", "two", "three", "four"]);
    let padded = format!("{} {LIE}", "So much for that. ".repeat(500));
    let [.., last] = scores(&talk.say(3, &padded))[..] else { unreachable!() };
    assert!(last > 0.3, "the lie at the end of ten thousand characters is heard: {last}");
}

#[test]
fn the_same_message_ten_times_is_no_ten_signs() {
    let after = |text: &str, times: usize| {
        let mut talk = Talk::of(&["one", "two", "three", "four"]);
        for _ in 1..times {
            talk.say(1, text);
        }
        scores(&talk.say(1, text))[1]
    };
    assert!(after(TRUTH, 10) <= after(TRUTH, 1) + 1e-9, "who is right stays so");
    assert!(after(LIE, 10) < 1.0 - 1e-6, "nor is anybody certain: {}", after(LIE, 10));
}
