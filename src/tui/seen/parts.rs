//! What a heist is seen to be made of: its services, its crew, its opening and its truth, made harmless as they come in.

use std::collections::VecDeque;

use heist_tools::table::{Gives, gives};

use super::SHORT;
use super::suspicion::WEIGHINGS;
use crate::heist::{
    AgentName, Colour, Difficulty, Member, Outcome, SabotageTold, Score, ServiceState, SessionStarted, Strategy,
};
use crate::tui::text::one_line;
use crate::views::label;

/// A tool service.
#[derive(Debug)]
pub(in crate::tui) struct Service {
    pub(in crate::tui) name: String,
    /// None until something was heard of it.
    pub(in crate::tui) state: Option<ServiceState>,
    pub(in crate::tui) detail: String,
}

/// What an agent does right now.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::tui) enum Doing {
    Waits,
    Thinks,
    Calls(String),
    Speaks,
}

/// One of the crew.
#[derive(Debug)]
pub(in crate::tui) struct Agent {
    pub(in crate::tui) name: AgentName,
    pub(in crate::tui) label: String,
    pub(in crate::tui) role: String,
    /// The tools that it may use.
    tools: Vec<String>,
    pub(in crate::tui) colour: Colour,
    pub(in crate::tui) doing: Doing,
    /// How many of its turns have begun.
    pub(super) turns: u32,
    /// 0 to 1.
    pub(in crate::tui) score: f64,
    /// The last change that can be seen; most events change nothing.
    pub(in crate::tui) delta: f64,
    /// The scores after the newest weighings, the newest last.
    pub(in crate::tui) history: VecDeque<f64>,
}

impl Agent {
    /// One of the crew as it was dealt; an event of an older version does not tell a member's colour.
    pub(super) fn of(member: &Member, otherwise: Colour) -> Self {
        Self {
            name: member.name.clone(),
            label: label(&member.name),
            role: one_line(&member.role, 80),
            tools: member.tools.clone(),
            colour: member.colour.unwrap_or(otherwise),
            doing: Doing::Waits,
            turns: 0,
            score: 0.0,
            delta: 0.0,
            history: VecDeque::with_capacity(WEIGHINGS),
        }
    }

    /// Whether one of its tools gives such answers.
    pub(in crate::tui) fn gets(&self, answers: Gives) -> bool {
        self.tools.iter().any(|tool| gives(tool) == Some(answers))
    }
}

/// How the session began.
#[derive(Debug)]
pub(in crate::tui) struct Opening {
    pub(in crate::tui) bank: String,
    pub(in crate::tui) rounds: u32,
    pub(in crate::tui) difficulty: Difficulty,
    pub(in crate::tui) scripted: bool,
    pub(in crate::tui) model: String,
    pub(in crate::tui) url: String,
    pub(in crate::tui) tools: String,
    /// Why the model or the tools are not what one might have expected.
    pub(in crate::tui) notes: Vec<String>,
    pub(in crate::tui) commitment: String,
}

impl Opening {
    pub(super) fn of(opening: &SessionStarted) -> Self {
        let line = |text: &Option<String>| one_line(text.as_deref().unwrap_or_default(), SHORT);
        let notes = [&opening.llm.note, &opening.tools.note].into_iter().flatten();
        Self {
            bank: one_line(&opening.bank.name, SHORT),
            rounds: opening.rounds,
            difficulty: opening.difficulty,
            scripted: opening.llm.backend == "scripted",
            model: line(&opening.llm.model),
            url: line(&opening.llm.url),
            tools: one_line(&opening.tools.backend, 40),
            notes: notes.map(|note| one_line(note, SHORT)).collect(),
            commitment: opening.commitment.clone(),
        }
    }
}

/// The truth, once it is out.
#[derive(Debug)]
pub(in crate::tui) struct Truth {
    pub(in crate::tui) mole: Option<AgentName>,
    pub(in crate::tui) strategy: Option<Strategy>,
    pub(in crate::tui) outcome: Outcome,
    pub(in crate::tui) suspect: Option<AgentName>,
    pub(in crate::tui) score: f64,
    /// The mole's orders; empty if they are not told.
    pub(in crate::tui) orders: String,
    /// What the mole did; none without one.
    pub(in crate::tui) sabotage: Option<SabotageTold>,
    /// What the guess has brought; none if the guesser did not say how sure it was.
    pub(in crate::tui) points: Option<Score>,
    /// What is worth remarking.
    pub(in crate::tui) remarks: Vec<String>,
    /// Whether it is what was promised before the first word.
    pub(in crate::tui) kept: bool,
}

/// Why a session was cut off.
#[derive(Debug)]
pub(in crate::tui) struct Failure {
    pub(in crate::tui) reason: String,
    pub(in crate::tui) stopped: bool,
    pub(in crate::tui) resumable: bool,
}

/// The acts with all their texts made harmless.
pub(super) fn clean_acts(mut told: SabotageTold) -> SabotageTold {
    for act in &mut told.acts {
        act.message = one_line(&act.message, 24);
        for text in [&mut act.deed, &mut act.truth].into_iter().chain(&mut act.fact).chain(&mut act.words) {
            *text = one_line(text, SHORT);
        }
    }
    told
}

/// What an agent does, in a word or two.
pub(in crate::tui) fn doing_words(doing: &Doing) -> String {
    match doing {
        Doing::Waits => String::new(),
        Doing::Thinks => "thinks".into(),
        Doing::Calls(tool) => format!("calls {tool}"),
        Doing::Speaks => "speaks".into(),
    }
}
