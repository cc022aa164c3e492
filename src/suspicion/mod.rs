//! Who seems to be lying: a pure fold over the public events to a probability for each agent, with the evidence.
//!
//! The app owns the tools, so what an agent claims is held against what they really returned. Rules of four families
//! find signs; each sign moves its agent's log odds by its weight, damped so that no family passes its cap; the
//! scores are the softmax of the log odds, from even odds at the start. Times of the machine are never looked at.

mod claim;
mod figures;
mod index;
mod ledger;
mod lexicon;
mod memory;
mod name;
mod quote;
mod rules;
mod source;
#[cfg(test)]
mod tests;
mod text;
mod topics;
mod weights;

use std::collections::BTreeSet;

pub(crate) use figures::{Reader, Stated};
use heist_tools::table::calculates;
use ledger::Ledger;
use memory::{Fetched, Heard, Memory, Said};
use name::Name;
use rules::{Sign, information, manner, timing, tools};
pub use text::TEXT_LIMIT;
use text::{Shape, Token, Words};
use topics::Topics;

use crate::heist::{AgentName, Cause, EventKind, Evidence, Message, Suspicion, ToolCall, ToolReturn};

/// A message's further claims are not held against the sources.
const CLAIMS_PER_MESSAGE: usize = 24;

/// The pieces of evidence that one event gives at most; the weightiest are kept.
const EVIDENCE_PER_EVENT: usize = 12;

/// Of a sentence at most so many bytes are quoted.
const QUOTE_LIMIT: usize = 160;

/// So many calls may await their answers.
const PENDING_LIMIT: usize = 64;

/// Weighs the public events of one heist.
#[derive(Clone, Debug)]
pub struct Detector {
    crew: Vec<AgentName>,
    names: Vec<Name>,
    ledger: Ledger,
    memory: Memory,
    /// The id of the last message: what the judge has read last.
    last: String,
}

impl Detector {
    /// A detector that suspects all of the crew alike. The scores come in the crew's order.
    #[must_use]
    pub fn new(crew: &[AgentName]) -> Self {
        Self {
            crew: crew.to_vec(),
            names: crew.iter().map(|name| Name::of(name)).collect(),
            ledger: Ledger::new(crew.len()),
            memory: Memory::new(crew.len()),
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
                self.memory.topics = Topics::of(&started.bank.bank());
                for member in &started.crew {
                    if let Some(agent) = self.place(&member.name) {
                        self.memory.agents[agent].has_tools = !member.tools.is_empty();
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
                self.ledger.judge(scores);
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
                self.memory.pending.remove(&denial.id);
                let signs = self.place(&denial.agent).map(|agent| tools::denied(agent, denial));
                Some(self.weigh(Cause::Tool(denial.id.clone()), signs.into_iter().collect()))
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

    fn place(&self, agent: &AgentName) -> Option<usize> {
        self.crew.iter().position(|name| name == agent)
    }

    fn message(&mut self, agent: usize, message: &Message) -> Vec<Sign> {
        let memory = &mut self.memory;
        let tokens = name::with_names(text::tokens(&message.text), &self.names);
        let mut claims = claim::claims(&tokens, &mut memory.vocabulary);
        claims.truncate(CLAIMS_PER_MESSAGE);
        let findings: Vec<_> = claims.iter().map(|claim| memory.sources.check(agent, claim, &claims)).collect();
        let heard = Heard {
            agent,
            id: &message.id,
            text: &message.text,
            words: Words::of(&tokens),
            content: memory.vocabulary.content(&tokens),
            names_two: names_two(&self.names, agent, &tokens, &message.text),
            sentences: quote::sentences(&tokens, &mut memory.vocabulary),
            claims: claims.into_iter().zip(findings).collect(),
        };
        let mut signs = information::contradictions(memory, &heard);
        signs.extend(information::misquotation(memory, &heard));
        signs.extend(information::agreement(memory, &heard));
        signs.extend(information::no_source(memory, &heard));
        signs.extend(information::claimed_source(memory, &heard));
        signs.extend(timing::delay(memory, &heard));
        signs.extend(tools::result_unused(memory, &heard));
        signs.extend(tools::overstates(memory, &heard));
        signs.extend(tools::tools_unused(memory, &heard));
        signs.extend(manner::changed_story(memory, &heard));
        signs.extend(manner::discord(memory, &heard));
        signs.extend(manner::hedging(memory, &heard));
        signs.extend(manner::length(memory, &heard));
        remember(memory, &heard);
        signs
    }

    fn answer(&mut self, agent: usize, answer: &ToolReturn) -> Vec<Sign> {
        let memory = &mut self.memory;
        memory.agents[agent].counts.calls += 1;
        let call = memory.pending.remove(&answer.id).unwrap_or_else(|| ToolCall {
            id: answer.id.clone(),
            turn: answer.turn,
            agent: answer.agent.clone(),
            tool: answer.tool.clone(),
            arguments: String::new(),
        });
        let Some(result) = answer.result.as_deref().filter(|_| answer.ok) else { return Vec::new() };
        let mut signs = Vec::new();
        signs.extend(tools::asked_again(memory, agent, &call));
        signs.extend(tools::figures_from_nowhere(memory, agent, &call));
        signs.extend(tools::beside_the_point(memory, agent, &call));
        memory.keep_asked(agent, tools::asked(&call));
        let tokens = text::tokens(result);
        memory.agents[agent].fetched = Some(Fetched {
            id: call.id,
            words: memory.vocabulary.content(&tokens),
            figures: tokens.iter().map(|token| tools::key(token.shape)).collect::<BTreeSet<_>>(),
        });
        if calculates(&call.tool) {
            memory.sources.calculate(agent, result);
        } else {
            memory.agents[agent].has_read = true;
            let Memory { sources, vocabulary, .. } = memory;
            sources.read(agent, &call.arguments, result, vocabulary);
            signs.extend(information::guessed_wrong(memory));
        }
        signs
    }

    fn weigh(&mut self, cause: Cause, mut signs: Vec<Sign>) -> Suspicion {
        signs.sort_by(|one, other| other.weight.abs().total_cmp(&one.weight.abs()));
        signs.truncate(EVIDENCE_PER_EVENT);
        let mut evidence = Vec::new();
        for sign in signs {
            let weight = self.ledger.book(sign.agent, sign.family, sign.weight);
            if let Some(agent) = self.crew.get(sign.agent) {
                evidence.push(Evidence {
                    agent: agent.clone(),
                    family: sign.family,
                    weight,
                    note: sign.note,
                    message: sign.found_in,
                    quote: sign.quote,
                });
            }
        }
        Suspicion { cause, agents: self.ledger.scores(&self.crew), evidence }
    }
}

/// The first sentence without figures that names two of the crew besides the speaker, shortened.
fn names_two(names: &[Name], speaker: usize, tokens: &[Token], text: &str) -> Option<String> {
    let two = |part: &&[Token]| {
        let spoken_of = |(at, name): &(usize, &Name)| *at != speaker && part.iter().any(|token| name.is(token));
        let figures = part.iter().any(|token| matches!(token.shape, Shape::Number(_) | Shape::Clock(_)));
        !figures && names.iter().enumerate().filter(spoken_of).count() >= 2
    };
    let sentence = tokens.chunk_by(|one, next| one.sentence == next.sentence).find(two)?;
    let span = sentence.first()?.start..sentence.last()?.end;
    text.get(span).map(|words| text::clip(words, QUOTE_LIMIT).to_owned())
}

/// Keeps of a message what later ones are compared with.
fn remember(memory: &mut Memory, heard: &Heard<'_>) {
    for (claim, finding) in &heard.claims {
        memory.keep(Said {
            agent: heard.agent,
            message: heard.id.to_owned(),
            claim: claim.clone(),
            quote: heard.quote(claim),
            finding: finding.clone(),
        });
    }
    memory.keep_talk(heard.content.clone());
    let agent = &mut memory.agents[heard.agent];
    agent.fetched = None;
    let length = f64::from(u32::try_from(heard.words.len()).unwrap_or(u32::MAX)) + 1.0;
    agent.counts += memory::Counts {
        messages: 1,
        delays: u32::from(heard.phrase(lexicon::DELAY).is_some()),
        discords: u32::from(manner::discord_words(heard).is_some()),
        boasts: u32::from(heard.phrase(lexicon::OVERSTATES).is_some()),
        hedges: u32::from(heard.phrase(lexicon::HEDGE).is_some()),
        calls: 0,
        log_length: length.ln(),
    };
}
