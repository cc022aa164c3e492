//! What the detector remembers of a heist: who said and asked what, how often, and what the tools returned.

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::sync::Arc;

use super::claim::{Claim, Figure};
use super::quote::Sentence;
use super::source::{Finding, Sources};
use super::text::{self, Token, Vocabulary, Word, Words};
use super::topics::Topics;
use crate::heist::{Phase, ToolCall};

/// So many claims are remembered; older ones are forgotten.
const SAID_LIMIT: usize = 600;

/// So many different calls of an agent are remembered.
const ASKED_LIMIT: usize = 200;

/// What is being talked of: the words of so many messages.
const TALK_LIMIT: usize = 6;

/// A claim that an agent made.
#[derive(Clone, Debug)]
pub(super) struct Said {
    /// The agent's place in the crew.
    pub agent: usize,
    /// The message.
    pub message: String,
    /// The claim.
    pub claim: Claim,
    /// The words of the claim.
    pub quote: String,
    /// How it fared against the sources.
    pub finding: Finding,
}

/// How often an agent does what the rules count, in messages.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Counts {
    /// All its messages.
    pub messages: u32,
    /// Those that put something off.
    pub delays: u32,
    /// Those that blame or reopen.
    pub discords: u32,
    /// Those that offer a small find as the answer.
    pub boasts: u32,
    /// Those that hedge.
    pub hedges: u32,
    /// Its tool calls that were answered or failed.
    pub calls: u32,
    /// The sum of the logarithms of its messages' lengths in words.
    pub log_length: f64,
}

impl std::ops::AddAssign for Counts {
    fn add_assign(&mut self, more: Self) {
        self.messages += more.messages;
        self.delays += more.delays;
        self.discords += more.discords;
        self.boasts += more.boasts;
        self.hedges += more.hedges;
        self.calls += more.calls;
        self.log_length += more.log_length;
    }
}

/// One agent.
#[derive(Clone, Debug)]
pub(super) struct Agent {
    /// How often it does what.
    pub counts: Counts,
    /// Whether any tool is open to it.
    pub has_tools: bool,
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

/// A message that is weighed.
pub(super) struct Heard<'a> {
    /// The speaker's place in the crew.
    pub agent: usize,
    /// The message's id.
    pub id: &'a str,
    /// Its text.
    pub text: &'a str,
    /// Its words, marks left out.
    pub words: Words<'a>,
    /// Its telling words, sorted.
    pub content: Vec<Word>,
    /// Its sentences' telling words.
    pub sentences: Vec<Sentence>,
    /// Whether one sentence names two others of the crew, and its words.
    pub names_two: Option<String>,
    /// Its claims with how they fare against the sources.
    pub claims: Vec<(Claim, Finding)>,
}

impl Heard<'_> {
    /// The first of the phrases that stands in the text, as it stands there.
    pub(super) fn phrase(&self, phrases: &[&str]) -> Option<&str> {
        phrases.iter().find_map(|phrase| {
            let from = self.words.position(phrase)?;
            let last = self.words.get(from + phrase.split(' ').count() - 1)?;
            self.text.get(self.words[from].start..last.end)
        })
    }

    /// The words of a claim, with its sentence's as far as they are near.
    pub(super) fn quote(&self, claim: &Claim) -> String {
        let sentence = |token: &&&Token| token.sentence == claim.sentence;
        let before =
            self.words.iter().filter(|token| token.end <= claim.span.start).rev().take(4).filter(sentence).last();
        let after = self.words.iter().filter(|token| token.start >= claim.span.end).take(3).filter(sentence).last();
        let from = before.map_or(claim.span.start, |token| token.start);
        let to = after.map_or(claim.span.end, |token| token.end);
        text::clip(self.text.get(from..to).unwrap_or_default(), 160).to_owned()
    }
}

/// All that is remembered.
#[derive(Clone, Debug)]
pub(super) struct Memory {
    pub vocabulary: Vocabulary,
    pub sources: Sources,
    pub agents: Vec<Agent>,
    /// Claims, oldest first.
    pub said: VecDeque<Said>,
    /// The revision of the sources by which earlier claims were last looked at again.
    pub rechecked: u64,
    /// The telling words of the latest messages.
    pub talk: VecDeque<Vec<Word>>,
    pub phase: Option<Phase>,
    /// What belongs to each phase.
    pub topics: Arc<Topics>,
    /// Calls that have no answer yet, by their id.
    pub pending: BTreeMap<String, ToolCall>,
}

impl Memory {
    pub(super) fn new(agents: usize) -> Self {
        let agent = Agent {
            counts: Counts::default(),
            has_tools: true,
            asked: BTreeSet::new(),
            has_read: false,
            fetched: None,
        };
        Self {
            vocabulary: Vocabulary::default(),
            sources: Sources::default(),
            agents: vec![agent; agents],
            said: VecDeque::new(),
            rechecked: 0,
            talk: VecDeque::new(),
            phase: None,
            topics: Topics::general(),
            pending: BTreeMap::new(),
        }
    }

    /// The counts of everybody else together.
    pub(super) fn peers(&self, agent: usize) -> Counts {
        let mut sum = Counts::default();
        for (_, peer) in self.agents.iter().enumerate().filter(|(at, _)| *at != agent) {
            sum += peer.counts;
        }
        sum
    }

    /// Whether anybody said the number, in whatever unit, but not as a part of a time of day.
    pub(super) fn has_said(&self, number: f64) -> bool {
        self.said
            .iter()
            .any(|said| !matches!(said.claim.figure, Figure::Clock(_)) && said.claim.figure.has_number(number))
    }

    /// Keeps a claim.
    pub(super) fn keep(&mut self, said: Said) {
        if self.said.len() >= SAID_LIMIT {
            self.said.pop_front();
        }
        self.said.push_back(said);
    }

    /// Keeps what is being talked of.
    pub(super) fn keep_talk(&mut self, content: Vec<Word>) {
        if self.talk.len() >= TALK_LIMIT {
            self.talk.pop_front();
        }
        self.talk.push_back(content);
    }

    /// Keeps that the agent asked this.
    pub(super) fn keep_asked(&mut self, agent: usize, asked: String) {
        if let Some(agent) = self.agents.get_mut(agent)
            && agent.asked.len() < ASKED_LIMIT
        {
            agent.asked.insert(asked);
        }
    }
}
