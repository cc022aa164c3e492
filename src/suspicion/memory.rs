//! What the detector remembers of a heist: who said and asked what, how the plan stands, and what the tools returned.

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::sync::Arc;

use heist_bank::Slot;
use heist_tools::table::calculates;

use super::claim::Figure;
use super::facts::Facts;
use super::heard::{About, Claimed, Heard};
use super::source::{Finding, Sources};
use super::text::{self, Shape, Vocabulary, Word};
use super::topics::Topics;
use crate::heist::{AgentName, BankInfo, Draft, Move, Phase, ToolCall};

/// So many claims are remembered; older ones are forgotten.
const SAID_LIMIT: usize = 600;

/// So many different calls of an agent are remembered.
const ASKED_LIMIT: usize = 200;

/// What is being talked of: the words of so many messages.
const TALK_LIMIT: usize = 6;

/// So many answers wait at most to be read as text.
const UNREAD_LIMIT: usize = 64;

/// How a talk is read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) enum Talk {
    /// By its moves.
    Moves,
    /// By its words.
    Words,
}

/// A claim that an agent made.
#[derive(Clone, Debug)]
pub(super) struct Said {
    /// The agent's place in the crew.
    pub agent: usize,
    /// The message.
    pub message: String,
    /// What it says.
    pub about: About,
    /// The words of the claim.
    pub quote: String,
    /// How it fared against the sources.
    pub finding: Finding,
}

/// One agent.
#[derive(Clone, Debug, Default)]
pub(super) struct Agent {
    /// How many messages it has said.
    pub messages: u32,
    /// How many of its tool calls were answered or failed.
    pub calls: u32,
    /// The sum of the logarithms of its messages' lengths in words.
    pub log_length: f64,
    /// Whether no tool is open to it.
    pub has_no_tools: bool,
    /// The slots that it has put off.
    pub put_off: BTreeSet<Slot>,
    /// What it asked the tools and was answered.
    pub asked: BTreeSet<String>,
    /// Whether it has read a document or a table.
    pub has_read: bool,
    /// What its latest good call returned, until it speaks.
    pub fetched: Option<Fetched>,
}

/// A result that the agent has not spoken about yet.
#[derive(Clone, Debug)]
pub(super) struct Fetched {
    /// The call.
    pub id: String,
    /// The result's words.
    pub words: Vec<Word>,
    /// The result's numbers as they are written, and its times.
    pub figures: BTreeSet<String>,
}

/// A good answer of a tool that nobody has had to read as text yet.
#[derive(Clone, Debug)]
pub(super) struct Answered {
    /// Who called.
    pub agent: usize,
    /// The call.
    pub call: ToolCall,
    /// What it returned.
    pub result: String,
}

/// All that is remembered.
#[derive(Clone, Debug)]
pub(super) struct Memory {
    pub vocabulary: Vocabulary,
    pub sources: Sources,
    pub facts: Facts,
    pub draft: Draft,
    pub agents: Vec<Agent>,
    /// Who has said what of the plan is counted by names; the first of the crew leads.
    pub crew: Vec<AgentName>,
    /// Claims, oldest first.
    pub said: VecDeque<Said>,
    /// The revision of the sources by which earlier claims were last looked at again.
    pub rechecked: u64,
    /// The telling words of the latest messages.
    pub talk: VecDeque<Vec<Word>>,
    pub phase: Option<Phase>,
    /// How the talk is read; none until that is known.
    pub way: Option<Talk>,
    /// The bank of the heist, until its names are needed.
    pub bank: Option<BankInfo>,
    /// What belongs to each phase.
    pub topics: Arc<Topics>,
    /// Calls that have no answer yet, by their id.
    pub pending: BTreeMap<String, ToolCall>,
    /// Answers that are read as text when the first message comes that has to be.
    pub unread: Vec<Answered>,
}

impl Memory {
    pub(super) fn new(crew: &[AgentName]) -> Self {
        Self {
            vocabulary: Vocabulary::default(),
            sources: Sources::default(),
            facts: Facts::default(),
            draft: Draft::default(),
            agents: vec![Agent::default(); crew.len()],
            crew: crew.to_vec(),
            said: VecDeque::new(),
            rechecked: 0,
            talk: VecDeque::new(),
            phase: None,
            way: None,
            bank: None,
            topics: Topics::general(),
            pending: BTreeMap::new(),
            unread: Vec::new(),
        }
    }

    /// The messages, calls and lengths of everybody else together.
    pub(super) fn peers(&self, agent: usize) -> Agent {
        let mut sum = Agent::default();
        for (_, peer) in self.agents.iter().enumerate().filter(|(at, _)| *at != agent) {
            sum.messages += peer.messages;
            sum.calls += peer.calls;
            sum.log_length += peer.log_length;
        }
        sum
    }

    /// Whether anybody said the number, in whatever unit, but not as a part of a time of day.
    pub(super) fn has_said(&self, number: f64) -> bool {
        let is_number = |part: &str| part.parse::<f64>().is_ok_and(|value| (value - number).abs() < 0.01);
        self.said.iter().any(|said| match &said.about {
            About::Figure(claim) => !matches!(claim.figure, Figure::Clock(_)) && claim.figure.has_number(number),
            About::Fact(_, value) => value.split([' ', '|']).any(is_number),
        })
    }

    /// Who said the same first, by the place in the crew.
    pub(super) fn first_said(&self, about: &About) -> Option<usize> {
        self.said.iter().find(|said| about.says_same(&said.about)).map(|said| said.agent)
    }

    /// What the agent said last of the same thing that does not go with this.
    pub(super) fn own_earlier(&self, agent: usize, about: &About) -> Option<&Said> {
        self.said.iter().rev().find(|said| said.agent == agent && about.disagrees(&said.about))
    }

    /// Keeps of a message what later ones are compared with.
    pub(super) fn keep(&mut self, heard: &Heard<'_>) {
        for Claimed { about, finding, quote, .. } in &heard.claims {
            if self.said.len() >= SAID_LIMIT {
                self.said.pop_front();
            }
            self.said.push_back(Said {
                agent: heard.agent,
                message: heard.id.to_owned(),
                about: about.clone(),
                quote: quote.clone(),
                finding: finding.clone(),
            });
        }
        if let Some(said) = &heard.said {
            if self.talk.len() >= TALK_LIMIT {
                self.talk.pop_front();
            }
            self.talk.push_back(said.content.clone());
        }
        let crew = &self.crew;
        if let Some((leader, speaker)) = crew.first().zip(crew.get(heard.agent)) {
            self.draft.take(leader, speaker, heard.moves);
        }
        let agent = &mut self.agents[heard.agent];
        let put_off =
            heard.moves.iter().filter_map(|mv| if let Move::Defer { slot } = mv { Some(*slot) } else { None });
        agent.put_off.extend(put_off);
        agent.fetched = None;
        agent.messages += 1;
        if let Some(said) = &heard.said {
            agent.log_length += (f64::from(u32::try_from(said.words.len()).unwrap_or(u32::MAX)) + 1.0).ln();
        }
    }

    /// Keeps that the agent asked this.
    pub(super) fn keep_asked(&mut self, agent: usize, asked: String) {
        if let Some(agent) = self.agents.get_mut(agent)
            && agent.asked.len() < ASKED_LIMIT
        {
            agent.asked.insert(asked);
        }
    }

    /// The call that has its answer now; of one that nobody has heard of the arguments are not known.
    pub(super) fn called(&mut self, id: &str, turn: u32, agent: &AgentName, tool: &str) -> ToolCall {
        self.pending.remove(id).unwrap_or_else(|| ToolCall {
            id: id.to_owned(),
            turn,
            agent: agent.clone(),
            tool: tool.to_owned(),
            arguments: String::new(),
        })
    }

    /// A call as it is compared with others.
    pub(super) fn as_asked(call: &ToolCall) -> String {
        let words: Vec<_> = text::clip(&call.arguments, 400).split_whitespace().map(str::to_lowercase).collect();
        format!("{}:{}", text::clip(&call.tool, 40), words.join(" "))
    }

    /// Whether the talk is read by its moves, as far as is known.
    pub(super) fn is_of_moves(&self) -> bool {
        self.way != Some(Talk::Words)
    }

    /// Whether any document or table was read.
    pub(super) fn has_sources(&self) -> bool {
        self.sources.documents > 0 || self.facts.revision > 0
    }

    /// Whether anything that was read has the number.
    pub(super) fn has_read(&self, number: f64) -> bool {
        self.sources.has_number(number) || self.facts.has_number(number)
    }

    /// Counts up whenever a claim could fare otherwise than before.
    pub(super) fn revision(&self) -> u64 {
        self.sources.revision + self.facts.revision
    }

    /// Takes in a good answer: a calculation, or something that was read.
    pub(super) fn read(&mut self, agent: usize, call: &ToolCall, result: &str) {
        if calculates(&call.tool) {
            self.sources.calculate(agent, result);
            self.facts.calculated(call);
        } else {
            self.agents[agent].has_read = true;
            self.facts.read(agent, call, result);
        }
        let answered = Answered { agent, call: call.clone(), result: result.to_owned() };
        match self.way {
            Some(Talk::Words) => self.read_as_text(&answered),
            None if self.unread.len() < UNREAD_LIMIT => self.unread.push(answered),
            Some(Talk::Moves) | None => {}
        }
        let words = Vec::new();
        let fetched = Fetched { id: call.id.clone(), words, figures: BTreeSet::new() };
        self.agents[agent].fetched.get_or_insert(fetched).id.clone_from(&call.id);
    }

    fn read_as_text(&mut self, answered: &Answered) {
        let Answered { agent, call, result } = answered;
        let tokens = text::tokens(result);
        self.agents[*agent].fetched = Some(Fetched {
            id: call.id.clone(),
            words: self.vocabulary.content(&tokens),
            figures: tokens.iter().map(|token| key(token.shape)).collect(),
        });
        if !calculates(&call.tool) {
            let Self { sources, vocabulary, .. } = self;
            sources.read(*agent, &call.arguments, result, vocabulary);
        }
    }

    /// Learns how the talk is to be read, by whether its next message has moves. Once it had some it is read by them.
    pub(super) fn learn_way(&mut self, has_moves: bool) {
        if has_moves {
            self.way = Some(Talk::Moves);
            self.unread.clear();
        } else if self.way.is_none() {
            self.way = Some(Talk::Words);
            if let Some(bank) = self.bank.take() {
                self.topics = Topics::of(&bank.bank());
            }
            for answered in std::mem::take(&mut self.unread) {
                self.read_as_text(&answered);
            }
        }
    }
}

/// A number or time as it is compared.
pub(super) fn key(shape: Shape) -> String {
    match shape {
        Shape::Number(number) => number.to_string(),
        Shape::Clock(clock) => format!("{clock} o'clock"),
        Shape::Word | Shape::Mark(_) => String::new(),
    }
}
