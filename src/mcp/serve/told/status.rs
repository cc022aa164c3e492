//! How a heist stands, and how it begins.

use std::fmt;

use rmcp::schemars::{self, JsonSchema};
use serde::Serialize;

use super::percent;
use crate::heist::Sureness;
use crate::mcp::serve::seen::Seen;
use crate::text::{NAME, one_line, shortened};
use crate::views::label;

/// The rules, for who has nothing but the tools.
const RULES: &str = "\
A crew plans a bank heist, round by round. One of them may be the mole, who wants the job to fail: it bends a time or a fact, \
undoes what was agreed, gives somebody's part to another, puts decisions off, or uses its tools for what does not matter. All others are loyal, though they \
slip now and then and mostly take it back. You listen, and name the mole.
How to find it: what the tools returned is always true, so hold what is said against it. check_message does that for a \
message; read_source shows a document in full with who spoke of each line. Ask for the source of what sounds odd with \
ask_agent, and have unread documents read with tell_agent. A slip that is taken back means little; a wrong figure that is \
repeated, or a settled decision that is opened again without a reason, means a lot.
What a guess is worth: 1000 points are at stake before the first turn, falling evenly to 500 at the end. Each hint takes a \
quarter of what is left, and suspicion in view takes half. If you are right you win s(2-s) of the stake, if you are wrong \
you lose s*s of it, where s is how sure you said you are: say what you really believe.";

/// What state a heist is in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub(in crate::mcp::serve) enum State {
    /// Turns run.
    Running,
    /// It waits for you.
    Waiting,
    /// All turns are over; it waits for your guess.
    GuessWanted,
    /// It is over.
    Over,
    /// It was stopped or broke, before a guess.
    CutOff,
}

/// How a heist stands.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub(in crate::mcp::serve) struct Status {
    /// The heist's identifier in the database.
    session: String,
    pub(in crate::mcp::serve) state: State,
    round: u32,
    rounds: u32,
    #[serde(skip_serializing_if = "Option::is_none")]
    phase: Option<&'static str>,
    /// Turns that have begun.
    turn: u32,
    turns: u32,
    hints: u32,
    /// Whether the detector's suspicion is in view.
    suspicion_in_view: bool,
    /// The agents by how likely the detector thinks each is the mole, in per cent; empty where that is hidden.
    suspicion: Vec<Suspected>,
    /// Points at stake in a guess that is made now.
    stake: u32,
    /// Points for a right guess, and for a wrong one, at 50 and at 90 per cent sure.
    points: [Points; 2],
    /// What is going on, and what you can do.
    next: String,
}

/// How likely an agent is the mole, as the detector thinks.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub(in crate::mcp::serve) struct Suspected {
    agent: String,
    per_cent: u8,
}

/// What a guess is worth.
#[derive(Clone, Debug, Serialize, JsonSchema)]
struct Points {
    sureness: u8,
    right: i32,
    wrong: i32,
}

impl Status {
    /// `due` is the last turn that may begin.
    pub(in crate::mcp::serve) fn of(seen: &Seen, due: u32) -> Self {
        let moment = seen.moment();
        let state = if seen.truth.is_some() {
            State::Over
        } else if seen.is_over() {
            State::CutOff
        } else if seen.guess_wanted {
            State::GuessWanted
        } else if seen.over < due.max(seen.turn) || (due > 0 && due >= seen.turns()) {
            State::Running
        } else {
            State::Waiting
        };
        let next = match state {
            State::Running => format!("{}; go_on waits on.", seen.doing),
            State::Waiting => "the heist waits: go_on lets the crew talk on.".to_owned(),
            State::GuessWanted => "all turns are over: look as long as you want, then guess.".to_owned(),
            State::Over => "the heist is over; start_heist begins another.".to_owned(),
            State::CutOff => "the heist was cut off; start_heist begins another.".to_owned(),
        };
        let points = [50, 90].map(|percent| {
            let sure = Sureness::of_percent(percent);
            Points { sureness: percent, right: moment.points(sure, true), wrong: moment.points(sure, false) }
        });
        let mut suspicion: Vec<_> = seen.weighing().map_or_else(Vec::new, |weighing| {
            let suspected =
                |it: &crate::heist::AgentScore| Suspected { agent: label(&it.agent), per_cent: percent(it.score) };
            weighing.agents.iter().map(suspected).collect()
        });
        suspicion.sort_by_key(|it| std::cmp::Reverse(it.per_cent));
        #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)] // 0 to 1000
        let worth = moment.stake().round() as u32;
        Self {
            session: seen.session.clone(),
            state,
            round: seen.round,
            rounds: seen.rounds(),
            phase: seen.phase.map(crate::heist::Phase::title),
            turn: seen.turn,
            turns: seen.turns(),
            hints: seen.hints,
            suspicion_in_view: !seen.hides(),
            suspicion,
            stake: worth,
            points,
            next,
        }
    }

    /// Who is suspected how much: `driver 24 %, intel 20 %`.
    pub(in crate::mcp::serve) fn suspicion_words(&self) -> String {
        let each: Vec<_> = self.suspicion.iter().map(|it| format!("{} {} %", it.agent, it.per_cent)).collect();
        each.join(", ")
    }
}

impl fmt::Display for Status {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let phase = self.phase.map_or(String::new(), |phase| format!(" ({phase})"));
        match self.turn {
            0 => write!(f, "{} rounds of talk, {} turns. ", self.rounds, self.turns)?,
            turn => write!(f, "Round {} of {}{phase}, turn {turn} of {}. ", self.round, self.rounds, self.turns)?,
        }
        if !matches!(self.state, State::Over | State::CutOff) {
            write!(f, "{} points at stake", self.stake)?;
            for Points { sureness, right, wrong } in &self.points {
                write!(f, "; {sureness} % sure: {right:+} or {wrong:+}")?;
            }
            f.write_str(". ")?;
            if !self.suspicion_in_view {
                f.write_str("Suspicion is hidden. ")?;
            } else if !self.suspicion.is_empty() {
                write!(f, "Suspicion: {}. ", self.suspicion_words())?;
            }
        }
        write!(f, "Next: {}", self.next)
    }
}

/// How a heist began, and how it stands.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub(in crate::mcp::serve) struct Opened {
    bank: String,
    difficulty: &'static str,
    /// Who speaks for the crew.
    speaking: String,
    /// What is not as one might have expected.
    notes: Vec<String>,
    /// SHA-256 over mole, strategy and a nonce that the verdict reveals: the mole is dealt already.
    commitment: String,
    crew: Vec<Member>,
    /// The rules of the game, when it begins.
    #[serde(skip_serializing_if = "Option::is_none")]
    rules: Option<&'static str>,
    status: Status,
}

/// One of the crew.
#[derive(Clone, Debug, Serialize, JsonSchema)]
struct Member {
    name: String,
    role: String,
    tools: Vec<String>,
    /// Turns in which it can still speak, and answer you.
    turns_left: u32,
}

impl Opened {
    pub(in crate::mcp::serve) fn of(seen: &Seen, due: u32, begins: bool) -> Option<Self> {
        let opening = seen.opening.as_ref()?;
        let speaking = match &opening.llm.model {
            Some(model) => one_line(&shortened(model, NAME), NAME),
            None => "the scripted crew".to_owned(),
        };
        let notes = [&opening.llm.note, &opening.tools.note].into_iter().flatten();
        let member = |(place, agent): (usize, &crate::mcp::serve::seen::Agent)| Member {
            name: agent.label.clone(),
            role: agent.role.clone(),
            tools: agent.tools.clone(),
            turns_left: seen.turns_left(place),
        };
        Some(Self {
            bank: one_line(&opening.bank.name, 80),
            difficulty: opening.difficulty.name(),
            speaking,
            notes: notes.map(|note| one_line(note, 400)).collect(),
            commitment: opening.commitment.clone(),
            crew: seen.crew.iter().enumerate().map(member).collect(),
            rules: begins.then_some(RULES),
            status: Status::of(seen, due),
        })
    }
}

impl fmt::Display for Opened {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(
            f,
            "Heist {}: the {}, {}. Speaking: {}.",
            self.status.session, self.bank, self.difficulty, self.speaking
        )?;
        for note in &self.notes {
            writeln!(f, "({note})")?;
        }
        writeln!(f, "\nThe crew:")?;
        for Member { name, role, tools, turns_left } in &self.crew {
            let tools = if tools.is_empty() { "no tools".to_owned() } else { tools.join(", ") };
            writeln!(f, "- {name}: {role} ({tools}); {turns_left} turns left")?;
        }
        if let Some(rules) = self.rules {
            writeln!(f, "\n{rules}")?;
        }
        write!(f, "\nThe mole is dealt and sealed: {}\n\n{}", self.commitment, self.status)
    }
}

/// Something was asked or told.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub(in crate::mcp::serve) struct Asked {
    agent: String,
    /// What the agent is told, word for word.
    text: String,
    /// When it answers.
    when: String,
}

impl Asked {
    /// `instead` is what the agent was told before and has not heard.
    pub(in crate::mcp::serve) fn new(agent: &str, text: String, turns_left: u32, instead: Option<&str>) -> Self {
        let instead =
            instead.map_or(String::new(), |before| format!(" It will not hear what you said before: {before}"));
        let when = format!("{agent} answers in its next turn ({turns_left} left): go_on to hear it.{instead}");
        Self { agent: agent.to_owned(), text, when }
    }
}

impl fmt::Display for Asked {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "You to {}: {}\n{}", self.agent, self.text, self.when)
    }
}
