//! Remarks of hand-made games.

use heist_bank::Bank;

use super::*;
use crate::heist::{
    AgentScore, DetectorVerdict, Moment, SessionStarted, Strategy, Suspicion, Tokens, ToolCall, ToolReturn,
};

const CREW: [&str; 3] = ["planner", "hacker", "driver"];

/// A game in the making; the driver is the mole.
struct Game {
    remarks: Remarks,
    turn: u32,
    messages: u32,
    acts: Vec<Act>,
    hints: u32,
}

impl Game {
    fn new() -> Self {
        Self { remarks: Remarks::default(), turn: 0, messages: 0, acts: Vec::new(), hints: 0 }
    }

    fn turn(&mut self, agent: &str) -> &mut Self {
        self.turn += 1;
        self.remarks.take(&EventKind::TurnStarted { round: 1, turn: self.turn, agent: agent.into() });
        self
    }

    fn reads(&mut self, agent: &str, arguments: &str) -> &mut Self {
        let (id, turn, arguments) = (format!("t{}", self.turn), self.turn, arguments.to_owned());
        let call = ToolCall { id: id.clone(), turn, agent: agent.into(), tool: "file_reader".into(), arguments };
        let answer = ToolReturn {
            id,
            turn,
            agent: agent.into(),
            tool: "file_reader".into(),
            ok: true,
            result: Some("what stands there".into()),
            error: None,
            ms: 1,
        };
        self.remarks.take(&EventKind::ToolCalled(call));
        self.remarks.take(&EventKind::ToolReturned(answer));
        self
    }

    fn says(&mut self, agent: &str, moves: Vec<Move>) -> &mut Self {
        self.messages += 1;
        self.remarks.take(&EventKind::MessageCompleted(Message {
            id: format!("m{}", self.messages),
            round: 1,
            turn: self.turn,
            agent: agent.into(),
            text: String::new(),
            moves,
            sealed: "00".into(),
            tokens: Tokens::default(),
            ms: 0,
        }));
        self
    }

    /// The mole says something false about a fact.
    fn lies(&mut self, fact: &str) -> &mut Self {
        self.acts.push(Act {
            message: format!("m{}", self.messages + 1),
            turn: self.turn,
            kind: ActKind::Bent,
            about: fact.into(),
            said: "1".into(),
            truth: "2".into(),
        });
        self.says("driver", vec![report(fact)])
    }

    /// The detector weighs the newest message.
    fn suspects(&mut self, scores: [f64; 3]) -> &mut Self {
        let agents = CREW.into_iter().zip(scores);
        let agents = agents.map(|(agent, score)| AgentScore { agent: agent.into(), score, delta: 0.0 }).collect();
        let cause = Cause::Message(format!("m{}", self.messages));
        self.remarks.take(&EventKind::SuspicionChanged(Suspicion { cause, agents, evidence: Vec::new() }.into()));
        self
    }

    /// The remarks when somebody has guessed, this sure, with so many of ten turns left.
    fn guessed(&mut self, by: Guesser, agent: Option<&str>, percent: u8, turns_left: u32) -> Vec<String> {
        let outcome = match agent {
            Some("driver") => Outcome::Success,
            Some(_) => Outcome::Failure,
            None => Outcome::Busted,
        };
        let sureness = Sureness::of_percent(percent);
        let moment = Moment { turns_left, turns: 10, hints: self.hints, blind: false };
        let points = moment.points(sureness, outcome == Outcome::Success);
        let agent = agent.map(Into::into);
        self.remarks.take(&EventKind::GuessMade(Guess { by, agent, sureness: Some(sureness), blind: false }));
        self.remarks.take(&EventKind::VerdictReached(Verdict {
            mole: Some("driver".into()),
            strategy: Some(Strategy::FalseInfo),
            nonce: String::new(),
            outcome,
            detector: DetectorVerdict { agent: None, score: 0.0 },
            sabotage: self.acts.clone(),
            orders: None,
            score: Some(Score { points, sureness, moment }),
        }));
        self.remarks.told().iter().map(ToString::to_string).collect()
    }

    fn player(&mut self, agent: &str) -> Vec<String> {
        self.guessed(Guesser::Player, Some(agent), 50, 1)
    }
}

fn report(fact: &str) -> Move {
    Move::Report { fact: fact.into(), value: String::new(), source: String::new() }
}

fn correct(agent: &str, fact: &str) -> Move {
    Move::Correct { agent: agent.into(), fact: fact.into(), value: String::new(), source: String::new() }
}

const EVEN: [f64; 3] = [0.3, 0.3, 0.3];
const HACKER: [f64; 3] = [0.2, 0.5, 0.3];
const DRIVER: [f64; 3] = [0.2, 0.3, 0.5];

#[test]
fn before_the_verdict_there_is_none() {
    let mut game = Game::new();
    game.turn("driver").lies("gap").suspects(DRIVER);
    assert_eq!(game.remarks.told(), []);
}

#[test]
fn whoever_names_the_mole_before_it_did_anything_is_told_so() {
    let mut game = Game::new();
    game.turn("driver").says("driver", vec![report("gap")]).suspects(HACKER);
    let told = game.guessed(Guesser::Player, Some("driver"), 60, 9);
    assert_eq!(
        told,
        [
            "You named the mole before it had sabotaged anything.",
            "You named the mole while the detector still suspected hacker most.",
            "You named the mole with 9 of 10 turns to go.",
        ]
    );
}

#[test]
fn the_first_lie_and_the_first_suspicion_are_told_in_their_order() {
    let told = |game: &mut Game| game.guessed(Guesser::Detector, Some("hacker"), 60, 0).swap_remove(0);
    let mut game = Game::new();
    game.turn("planner").says("planner", vec![]).suspects(EVEN);
    game.turn("driver").lies("gap").suspects(HACKER);
    game.turn("hacker").says("hacker", vec![]).suspects(EVEN);
    assert_eq!(told(&mut game), "The mole's first lie was in m2; the detector never suspected it most.");
    let mut game = Game::new();
    game.turn("driver").lies("gap").suspects(HACKER);
    game.turn("hacker").says("hacker", vec![]).suspects(DRIVER);
    assert_eq!(told(&mut game), "The mole's first lie was in m1; the detector first suspected it most after m2.");
    let mut game = Game::new();
    game.turn("driver").lies("gap").suspects(DRIVER);
    assert_eq!(told(&mut game), "The mole's first lie was in m1, and the detector at once suspected it most.");
    let mut game = Game::new();
    game.turn("planner").says("planner", vec![]).suspects(DRIVER);
    game.turn("driver").lies("gap").suspects(HACKER);
    assert_eq!(told(&mut game), "The detector already suspected the mole most after m1, before its first lie in m2.");
    let mut game = Game::new();
    game.turn("driver").lies("gap").suspects(EVEN);
    game.acts[0].kind = ActKind::Reopened;
    assert!(told(&mut game).starts_with("The mole's first act of sabotage was in m1;"));
}

#[test]
fn an_objection_is_one_to_what_was_bent_and_to_nothing_said_since() {
    let objects = |game: &mut Game| {
        game.turn("hacker").says("hacker", vec![correct("driver", "gap")]);
        game.player("driver").into_iter().find(|remark| remark.contains("objected"))
    };
    let mut game = Game::new();
    game.turn("driver").lies("gap");
    let told = "What the mole said in m1 was not true, and hacker objected to it in m2.";
    assert_eq!(objects(&mut game).as_deref(), Some(told));
    let mut game = Game::new();
    game.turn("driver").lies("gap").turn("driver").says("driver", vec![report("gap")]);
    assert_eq!(objects(&mut game), None, "by then it had said something else of it");
    let mut game = Game::new();
    game.turn("driver").lies("rounds");
    assert_eq!(objects(&mut game), None, "that was about something else");
    let mut game = Game::new();
    game.turn("driver").lies("gap").turn("driver").says("driver", vec![correct("driver", "gap")]);
    assert!(!game.player("driver").iter().any(|remark| remark.contains("objected")), "it took that back itself");
}

#[test]
fn where_the_truth_stood_is_told_with_who_had_read_it() {
    let bank = Bank::first_meridian();
    let fact = bank.facts().iter().find(|fact| documents(fact).count() == 1 && fact.sources.len() == 1).cloned();
    let fact = fact.unwrap();
    let (key, document) = (fact.key(), documents(&fact).next().unwrap());
    let told = |game: &mut Game| game.player("hacker").into_iter().find(|remark| remark.contains(document));
    let mut game = Game::new();
    game.turn("driver").reads("driver", document).lies(&key);
    assert_eq!(told(&mut game), None, "the mole itself had it");
    let mut game = Game::new();
    game.turn("driver").lies(&key);
    let unread = format!("The truth about what the mole said in m1 was in {document}, which nobody had read.");
    assert_eq!(told(&mut game), Some(unread));
    let mut game = Game::new();
    game.turn("driver").lies(&key).turn("hacker").reads("hacker", &format!("./{document}"));
    assert_eq!(told(&mut game), None, "it may have been read later");
    let mut game = Game::new();
    game.turn("hacker").reads("hacker", document).turn("driver").lies(&key);
    let read = format!("The truth about what the mole said in m1 was in {document}, which hacker had read in turn 1.");
    assert_eq!(told(&mut game), Some(read));
}

#[test]
fn a_wrong_guess_is_held_against_the_detector_and_its_sureness() {
    let mut game = Game::new();
    for _ in 0..8 {
        game.turn("planner").says("planner", vec![]).suspects(DRIVER);
    }
    let told = game.guessed(Guesser::Player, Some("hacker"), 90, 2);
    // 300 points are at stake.
    assert_eq!(
        told,
        [
            "At 50 % sure, naming an innocent would have cost 75 points, not 243.",
            "The detector had suspected the mole most since turn 1.",
        ]
    );
    let mut game = Game::new();
    for _ in 0..8 {
        game.turn("planner").says("planner", vec![]).suspects(HACKER);
    }
    game.turn("driver").says("driver", vec![]).suspects(DRIVER);
    let told = game.guessed(Guesser::Player, Some("hacker"), 70, 1);
    assert_eq!(told, ["After 8 of 9 turns the detector suspected hacker most, who was innocent."]);
}

#[test]
fn what_hints_have_cost_is_told_to_whoever_was_right() {
    let mut game = Game::new();
    game.hints = 2;
    game.turn("driver").lies("gap").suspects(DRIVER);
    let told = game.guessed(Guesser::Player, Some("driver"), 100, 0);
    assert_eq!(told[0], "The mole's first lie was in m1, and the detector at once suspected it most.");
    assert!(told.contains(&"Without the 2 hints the same guess would have won 250 points.".to_owned()), "{told:?}");
}

#[test]
fn of_the_player_nothing_is_said_where_another_guessed_and_of_older_heists_no_act() {
    let mut game = Game::new();
    game.turn("driver").says("driver", vec![]).suspects(HACKER);
    assert_eq!(game.guessed(Guesser::Random, Some("driver"), 60, 9), Vec::<String>::new());
    let mut game = Game::new();
    game.turn("driver").says("driver", vec![]).suspects(HACKER);
    game.remarks.messages[0].sealed.clear();
    assert_eq!(
        game.player("driver"),
        ["You named the mole while the detector still suspected hacker most."],
        "whether it had done something was not written down"
    );
}

#[test]
fn there_are_three_at_most_and_the_bank_is_the_one_of_the_session() {
    let bank = Bank::of(3);
    let opening = SessionStarted {
        seed: 3,
        crew: Vec::new(),
        bank: BankInfo::of(&bank),
        rounds: 5,
        difficulty: crate::heist::Difficulty::Normal,
        llm: crate::heist::LlmInfo { backend: "scripted".into(), url: None, model: None, note: None },
        tools: crate::heist::ToolsInfo { backend: "embedded".into(), note: None },
        commitment: String::new(),
    };
    let mut game = Game::new();
    game.remarks.take(&EventKind::SessionStarted(Box::new(opening)));
    assert_eq!(game.remarks.bank.bank(), bank);
    game.hints = 1;
    game.turn("driver").lies("gap").suspects(HACKER).turn("hacker");
    game.says("hacker", vec![correct("driver", "gap")]).suspects(HACKER);
    assert_eq!(game.guessed(Guesser::Player, Some("driver"), 90, 9).len(), 3);
}
