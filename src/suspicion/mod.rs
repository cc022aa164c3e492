//! Who seems to be lying: a pure fold over the public events to a probability for each agent, with the evidence.
//!
//! The app owns the tools, so what an agent claims is held against what they really returned. What may give a mole away is
//! a list of signs (`signs/`); what each is worth is a likelihood ratio for each strategy (`parameters.rs`), fitted from
//! recorded heists (`fit/`). The scores are the posterior over agents and strategies, summed to agents, from even odds
//! at the start (`account.rs`). Times of the machine are never looked at.

mod account;
mod claim;
mod facts;
mod figures;
pub mod fit;
mod heard;
mod index;
mod lexicon;
mod measures;
mod memory;
mod name;
mod parameters;
mod quote;
mod signs;
mod source;
#[cfg(test)]
mod tests;
mod text;
mod topics;
#[cfg(test)]
mod traps;

use std::sync::Arc;

use account::Account;
pub(crate) use figures::{Reader, Stated};
use heard::{Heard, taken_apart};
use memory::{Memory, Talk};
use name::Name;
pub use parameters::Parameters;
use signs::{Found, SIGNS};
pub use text::TEXT_LIMIT;

use crate::heist::{AgentName, AgentScore, Cause, EventKind, Evidence, Message, Suspicion, ToolDenial, ToolReturn};

/// The pieces of evidence that one event gives at most; the weightiest are kept.
const EVIDENCE_PER_EVENT: usize = 12;

/// So many calls may await their answers.
const PENDING_LIMIT: usize = 64;

/// Weighs the public events of one heist.
#[derive(Clone, Debug)]
pub struct Detector {
    parameters: Arc<Parameters>,
    crew: Vec<AgentName>,
    names: Vec<Name>,
    account: Account,
    memory: Memory,
    /// Whether the talk is one of this program's.
    is_own: bool,
    /// The id of the last message: what the judge has read last.
    last: String,
}

impl Detector {
    /// A detector that suspects all of the crew alike. The scores come in the crew's order.
    #[must_use]
    pub fn new(crew: &[AgentName]) -> Self {
        Self::with(Parameters::built_in(), crew)
    }

    /// One with other parameters than those in the program.
    #[must_use]
    pub fn with(parameters: Arc<Parameters>, crew: &[AgentName]) -> Self {
        Self {
            parameters,
            crew: crew.to_vec(),
            names: crew.iter().map(|name| Name::of(name)).collect(),
            account: Account::new(crew.len()),
            memory: Memory::new(crew),
            is_own: false,
            last: String::new(),
        }
    }

    /// Takes in the next event of the heist. After a message and after a tool's answer or refusal come the scores with
    /// the evidence that was found in it; after the judge's answer come the scores that it
    /// has moved, with the message that it read last as their cause. After other events comes nothing. What somebody says who is not of the crew is not
    /// weighed. Neither verdicts nor times are read, and of the bank nothing but its names.
    pub fn observe(&mut self, event: &EventKind) -> Option<Suspicion> {
        match event {
            EventKind::SessionStarted(started) => {
                self.is_own = true;
                self.memory.bank = Some(started.bank.clone());
                for member in &started.crew {
                    if let Some(agent) = self.place(&member.name) {
                        self.memory.agents[agent].has_no_tools = member.tools.is_empty();
                    }
                }
                None
            }
            EventKind::RoundStarted { phase, .. } => {
                self.memory.phase = Some(*phase);
                None
            }
            EventKind::ToolCalled(call) => {
                if self.memory.pending.len() < PENDING_LIMIT {
                    self.memory.pending.insert(call.id.clone(), call.clone());
                }
                None
            }
            EventKind::JudgeAnswered(judgement) => {
                let score = |agent: &AgentName| {
                    judgement.agents.iter().find(|it| it.agent == *agent).map(|it| it.score.clamp(0.0, 1.0))
                };
                // Whoever is left out makes it no judgement of this crew.
                let scores = self.crew.iter().map(score).collect::<Option<Vec<f64>>>()?;
                self.account.judge(scores);
                Some(self.weigh(Cause::Message(self.last.clone()), Vec::new()))
            }
            EventKind::MessageCompleted(message) => {
                self.last.clone_from(&message.id);
                let signs = self.place(&message.agent).map_or_else(Vec::new, |agent| self.message(agent, message));
                Some(self.weigh(Cause::Message(message.id.clone()), signs))
            }
            EventKind::ToolReturned(answer) => {
                let signs = self.place(&answer.agent).map_or_else(Vec::new, |agent| self.answer(agent, answer));
                Some(self.weigh(Cause::Tool(answer.id.clone()), signs))
            }
            EventKind::ToolDenied(denial) => {
                let signs = self.place(&denial.agent).map_or_else(Vec::new, |agent| self.denial(agent, denial));
                Some(self.weigh(Cause::Tool(denial.id.clone()), signs))
            }
            _ => None,
        }
    }

    /// What is kept of the tools' results and can be kept no more, for a person: what came after is not held against
    /// claims. No heist gets so far.
    #[must_use]
    pub fn full(&self) -> Vec<String> {
        let Memory { sources, vocabulary, .. } = &self.memory;
        sources.full().chain(vocabulary.full()).collect()
    }

    /// How often each sign was found of each agent so far.
    fn counts(&self) -> &[account::Counts] {
        self.account.counts()
    }

    /// What the judge said last, in the crew's order.
    fn judged(&self) -> Option<&[f64]> {
        self.account.judged()
    }

    fn place(&self, agent: &AgentName) -> Option<usize> {
        self.crew.iter().position(|name| name == agent)
    }

    fn message(&mut self, agent: usize, message: &Message) -> Vec<Found> {
        self.memory.learn_way(!message.moves.is_empty());
        let memory = &mut self.memory;
        let tokens = if memory.is_of_moves() { Vec::new() } else { taken_apart(&message.text, &self.names) };
        let heard = if memory.is_of_moves() {
            Heard::by_moves(memory, agent, message, &self.crew)
        } else {
            Heard::by_words(memory, agent, message, &tokens, &self.names)
        };
        let found = signs::in_message(memory, &heard);
        memory.keep(&heard);
        found
    }

    fn answer(&mut self, agent: usize, answer: &ToolReturn) -> Vec<Found> {
        let memory = &mut self.memory;
        memory.agents[agent].calls += 1;
        let call = memory.called(&answer.id, answer.turn, &answer.agent, &answer.tool);
        let Some(result) = answer.result.as_deref().filter(|_| answer.ok) else { return Vec::new() };
        if !self.is_own && memory.way.is_none() {
            memory.learn_way(false);
        }
        let talk = if memory.is_of_moves() { Talk::Moves } else { Talk::Words };
        let before = signs::in_call(memory, talk, agent, &call);
        memory.read(agent, &call, result);
        let after = signs::in_reading(memory, talk, agent, &call);
        before.into_iter().chain(after).collect()
    }

    fn denial(&mut self, agent: usize, denial: &ToolDenial) -> Vec<Found> {
        let call = self.memory.called(&denial.id, denial.turn, &denial.agent, &denial.tool);
        signs::in_denial(self.talk(), agent, &call)
    }

    /// How the talk is read.
    fn talk(&self) -> Talk {
        if self.memory.is_of_moves() { Talk::Moves } else { Talk::Words }
    }

    /// What the signs count here: all in a talk of this program's, less in others, where nobody knows how honest agents talk.
    fn trust(&self) -> f64 {
        if self.is_own { 1.0 } else { self.parameters.foreign }
    }

    fn weigh(&mut self, cause: Cause, found: Vec<Found>) -> Suspicion {
        let (talk, trust) = (self.talk(), self.trust());
        let mut evidence: Vec<_> = found
            .into_iter()
            .filter_map(|Found { sign, agent, note, place, quote }| {
                let weight = self.account.book(&self.parameters, talk, trust, agent, sign);
                let agent = self.crew.get(agent)?.clone();
                // An opportunity is no evidence that a person could look at.
                if note.is_empty() {
                    return None;
                }
                Some(Evidence { agent, family: SIGNS.get(sign)?.family, weight, note, message: place, quote })
            })
            .collect();
        evidence.sort_by(|one, other| other.weight.abs().total_cmp(&one.weight.abs()));
        evidence.truncate(EVIDENCE_PER_EVENT);
        let scores = self.account.scores(&self.parameters, talk, trust);
        let score =
            |(agent, (score, delta)): (&AgentName, (f64, f64))| AgentScore { agent: agent.clone(), score, delta };
        Suspicion { cause, agents: self.crew.iter().zip(scores).map(score).collect(), evidence }
    }
}
