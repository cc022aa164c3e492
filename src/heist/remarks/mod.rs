//! What is worth remarking after a game: a pure fold over its events to a few sentences, each of them true.

mod words;

#[cfg(test)]
mod tests;

use heist_bank::{Fact, Source};

use super::event::{Cause, EventKind, Guess, Guesser, Message, Outcome, Verdict};
use super::ledger::{Act, ActKind};
use super::moves::Move;
use super::name::AgentName;
use super::score::{Score, Sureness};
use super::started::BankInfo;

/// So many remarks are made at most.
const MOST: usize = 3;

/// From so many per cent on a wrong guess was a sure one.
const SURE: u8 = 80;

/// Fewer turns are not worth a remark.
const LEAST_TURNS: u32 = 5;

/// Something to say about a game when it is over.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Remark {
    /// The player named the mole, which had done nothing yet.
    Untouched,
    /// The player named the mole while the detector suspected somebody else most.
    Ahead {
        /// Whom the detector suspected.
        suspect: AgentName,
    },
    /// The player named an innocent and was very sure.
    Sure {
        /// What it has cost, above 0.
        lost: i32,
        /// What it would have cost at even odds.
        even: i32,
    },
    /// The player did not name the mole, whom the detector suspected most.
    Behind {
        /// The turn since which it did.
        since: u32,
    },
    /// Somebody objected to what the mole had bent.
    Objected {
        /// The mole's message.
        act: String,
        /// Who objected.
        by: AgentName,
        /// In which message.
        message: String,
    },
    /// When the mole first did something, and when the detector first suspected it most.
    First {
        /// The mole's message.
        act: String,
        /// Whether it was a lie; else another act of sabotage.
        lie: bool,
        /// When the detector suspected it.
        suspected: Suspected,
    },
    /// Nobody had read the document that has the truth.
    Unread {
        /// The mole's message.
        act: String,
        /// The document.
        document: &'static str,
    },
    /// The player named the mole with the help of hints.
    Hinted {
        /// How many.
        hints: u32,
        /// What the guess would have brought without.
        points: i32,
    },
    /// The player named the mole in the first half of the turns.
    Early {
        /// Turns that had not begun.
        left: u32,
        /// Turns that there were to be.
        turns: u32,
    },
    /// The detector suspected an innocent most of the time.
    Misled {
        /// Whom.
        agent: AgentName,
        /// After how many turns.
        turns: u32,
        /// Of how many.
        of: u32,
    },
    /// Somebody honest had read the document that has the truth.
    Read {
        /// The mole's message.
        act: String,
        /// The document.
        document: &'static str,
        /// Who had read it first.
        by: AgentName,
        /// In which turn.
        turn: u32,
    },
}

/// When the detector first suspected the mole more than anybody else.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Suspected {
    /// After this message or call, before the mole had done anything.
    Before(String),
    /// As soon as it had weighed what the mole did.
    AtOnce,
    /// After this message or call, later than that.
    After(String),
    /// Not before the guess.
    Never,
}

/// Follows a heist's events, so that remarks can be made when it is over.
#[derive(Debug, Default)]
pub struct Remarks {
    bank: BankInfo,
    turn: u32,
    messages: Vec<Message>,
    leads: Vec<Lead>,
    reads: Vec<Read>,
    /// What was asked for in the call that has no answer yet.
    asked: String,
    guess: Option<Guess>,
    verdict: Option<Verdict>,
}

/// Whom the detector suspected more than anybody else after a weighing.
#[derive(Debug)]
struct Lead {
    /// None if nobody stood out.
    agent: Option<AgentName>,
    turn: u32,
    /// The message or call that was weighed.
    cause: String,
    /// How many messages had been said.
    messages: usize,
}

/// A call that had a result.
#[derive(Debug)]
struct Read {
    by: AgentName,
    turn: u32,
    /// What was asked for, in small letters.
    asked: String,
    /// How many messages had been said.
    messages: usize,
}

impl Remarks {
    /// Takes in the next event.
    pub fn take(&mut self, event: &EventKind) {
        match event {
            EventKind::SessionStarted(started) => self.bank = started.bank.clone(),
            EventKind::TurnStarted { turn, .. } => self.turn = *turn,
            EventKind::MessageCompleted(message) => self.messages.push(message.clone()),
            EventKind::ToolCalled(call) => self.asked = call.arguments.to_lowercase(),
            EventKind::ToolReturned(answer) if answer.ok => self.reads.push(Read {
                by: answer.agent.clone(),
                turn: answer.turn,
                asked: std::mem::take(&mut self.asked),
                messages: self.messages.len(),
            }),
            EventKind::SuspicionChanged(suspicion) => {
                let top = suspicion.agents.iter().max_by(|one, other| one.score.total_cmp(&other.score));
                let alone = |score: f64| suspicion.agents.iter().filter(|it| it.score >= score).count() == 1;
                let (Cause::Message(cause) | Cause::Tool(cause)) = &suspicion.cause;
                self.leads.push(Lead {
                    agent: top.filter(|top| alone(top.score)).map(|top| top.agent.clone()),
                    turn: self.turn,
                    cause: cause.clone(),
                    messages: self.messages.len(),
                });
            }
            EventKind::GuessMade(guess) => self.guess = Some(guess.clone()),
            EventKind::VerdictReached(verdict) => self.verdict = Some(verdict.clone()),
            _ => {}
        }
    }

    /// The few most worth making, the best first; none before the verdict.
    #[must_use]
    pub fn told(&self) -> Vec<Remark> {
        let (Some(guess), Some(verdict)) = (&self.guess, &self.verdict) else { return Vec::new() };
        let own = if guess.by == Guesser::Player { self.of_the_player(verdict) } else { Vec::new() };
        let behind = own.iter().any(|remark| matches!(remark, Remark::Behind { .. }));
        let mut remarks = own;
        if let Some(mole) = verdict.mole.as_ref().filter(|_| !self.is_older()) {
            remarks.extend(self.objected(mole, &verdict.sabotage));
            // When the detector came to suspect it is said once.
            remarks.extend(self.first(mole, &verdict.sabotage).filter(|_| !behind));
            remarks.extend(self.source(mole, &verdict.sabotage));
        }
        remarks.extend(self.misled(verdict));
        remarks.sort_by_key(Remark::place);
        remarks.truncate(MOST);
        remarks
    }

    /// Whether an older version recorded it, which wrote down no acts.
    fn is_older(&self) -> bool {
        self.messages.iter().any(Message::is_older)
    }

    /// What there is to say of the player's guess.
    fn of_the_player(&self, verdict: &Verdict) -> Vec<Remark> {
        let Some(mole) = &verdict.mole else { return Vec::new() };
        let suspect = self.leads.last().and_then(|lead| lead.agent.as_ref());
        let score = verdict.score;
        if verdict.outcome != Outcome::Success {
            let sure = |score: Score| {
                let Score { points, sureness, moment } = score;
                let is_sure = verdict.outcome == Outcome::Failure && sureness.percent() >= SURE;
                is_sure.then(|| Remark::Sure { lost: -points, even: -moment.points(Sureness::EVEN, false) })
            };
            let own = self.leads.iter().rev().take_while(|lead| lead.agent.as_ref() == Some(mole)).last();
            let since = own.map(|lead| lead.turn).filter(|since| self.turn >= since + LEAST_TURNS);
            return score.and_then(sure).into_iter().chain(since.map(|since| Remark::Behind { since })).collect();
        }
        let untouched = (verdict.sabotage.is_empty() && !self.is_older()).then_some(Remark::Untouched);
        let ahead =
            suspect.filter(|suspect| *suspect != mole).map(|suspect| Remark::Ahead { suspect: suspect.clone() });
        let hinted = score.filter(|score| score.moment.hints > 0).map(|Score { sureness, mut moment, .. }| {
            let hints = std::mem::take(&mut moment.hints);
            Remark::Hinted { hints, points: moment.points(sureness, true) }
        });
        let early = score.map(|score| (score.moment.turns_left, score.moment.turns));
        let early = early.filter(|(left, turns)| left * 2 >= *turns).map(|(left, turns)| Remark::Early { left, turns });
        [untouched, ahead, hinted, early].into_iter().flatten().collect()
    }

    /// The first objection to a fact that the mole had bent: nothing that it said of the fact comes between the two.
    fn objected(&self, mole: &AgentName, acts: &[Act]) -> Option<Remark> {
        let bent = |message: &Message, fact: &str| {
            acts.iter().any(|act| act.kind == ActKind::Bent && act.message == message.id && act.about == fact)
        };
        self.messages.iter().enumerate().find_map(|(number, message)| {
            let fact = message.moves.iter().find_map(|mv| match mv {
                Move::Correct { agent, fact, .. } if agent == mole && message.agent != *mole => Some(fact),
                _ => None,
            })?;
            let before = self.messages.iter().take(number).rev().filter(|message| message.agent == *mole);
            let said = before.into_iter().find(|message| claims(message, fact))?;
            let (act, by, message) = (said.id.clone(), message.agent.clone(), message.id.clone());
            bent(said, fact).then_some(Remark::Objected { act, by, message })
        })
    }

    /// The mole's first act, and when the detector first suspected it most.
    fn first(&self, mole: &AgentName, acts: &[Act]) -> Option<Remark> {
        let act = acts.first()?;
        let said = self.said(act)?;
        let lead = self.leads.iter().find(|lead| lead.agent.as_ref() == Some(mole));
        let suspected = match lead {
            None => Suspected::Never,
            Some(lead) if lead.messages <= said => Suspected::Before(lead.cause.clone()),
            Some(lead) if lead.cause == act.message => Suspected::AtOnce,
            Some(lead) => Suspected::After(lead.cause.clone()),
        };
        let lie = matches!(act.kind, ActKind::Bent | ActKind::Misquoted);
        Some(Remark::First { act: act.message.clone(), lie, suspected })
    }

    /// Whether the document with the truth about the first fact that was bent had been read by somebody honest; nothing if
    /// it may have been read without a word of it, in a table.
    fn source(&self, mole: &AgentName, acts: &[Act]) -> Option<Remark> {
        let act = acts.iter().find(|act| act.kind == ActKind::Bent)?;
        let (said, act, fact) = (self.said(act)?, act.message.clone(), self.bank.bank().fact(&act.about)?);
        let honest = |read: &&Read| read.by != *mole && read.messages <= said;
        let found = documents(&fact).find_map(|document| {
            let read = self.reads.iter().filter(honest).find(|read| read.asked.trim() == document)?;
            Some((document, read))
        });
        if let Some((document, read)) = found {
            return Some(Remark::Read { act, document, by: read.by.clone(), turn: read.turn });
        }
        // Whoever asked for something like it may have got it.
        let is_asked_for = |source: &Source| {
            let (Source::Document(name) | Source::Table(name)) = source;
            let stem = name.split('.').next().unwrap_or(name);
            self.reads.iter().any(|read| read.asked.contains(stem))
        };
        let document = documents(&fact).next()?;
        (!fact.sources.iter().any(is_asked_for)).then_some(Remark::Unread { act, document })
    }

    /// Whom the detector suspected after at least half of the turns, though he was innocent.
    fn misled(&self, verdict: &Verdict) -> Option<Remark> {
        // The last weighing of each turn.
        let mut ends: Vec<&Lead> = Vec::new();
        for lead in &self.leads {
            ends.pop_if(|last| last.turn == lead.turn);
            ends.push(lead);
        }
        let after = |agent: &AgentName| ends.iter().filter(|lead| lead.agent.as_ref() == Some(agent)).count();
        let innocent =
            ends.iter().filter_map(|lead| lead.agent.as_ref()).filter(|agent| Some(*agent) != verdict.mole.as_ref());
        let (agent, turns) = innocent.map(|agent| (agent, after(agent))).max_by_key(|(_, turns)| *turns)?;
        let [turns, of] = [turns, ends.len()].map(|turns| u32::try_from(turns).unwrap_or(u32::MAX));
        (turns >= LEAST_TURNS && turns * 2 >= of).then(|| Remark::Misled { agent: agent.clone(), turns, of })
    }

    /// How many messages had been said before the act's.
    fn said(&self, act: &Act) -> Option<usize> {
        self.messages.iter().position(|message| message.id == act.message)
    }
}

impl Remark {
    /// Its place among those that could be made: what concerns the player most comes first.
    const fn place(&self) -> u8 {
        match self {
            Self::Untouched => 0,
            Self::Ahead { .. } => 1,
            Self::Sure { .. } => 2,
            Self::Behind { .. } => 3,
            Self::Objected { .. } => 4,
            Self::First { .. } => 5,
            Self::Unread { .. } => 6,
            Self::Hinted { .. } => 7,
            Self::Early { .. } => 8,
            Self::Misled { .. } => 9,
            Self::Read { .. } => 10,
        }
    }
}

/// The documents that tell a fact.
fn documents(fact: &Fact) -> impl Iterator<Item = &'static str> {
    fact.sources.iter().filter_map(|source| match source {
        Source::Document(name) => Some(*name),
        Source::Table(_) => None,
    })
}

/// Whether a message says something of a fact.
fn claims(message: &Message, fact: &str) -> bool {
    message.moves.iter().filter_map(Move::claim).any(|(key, _)| key == fact)
}
