//! Who told what of the bank's facts, so that each step of the job can say whose words it hung on.

use heist_bank::{Bank, Fact};

use crate::heist::{AgentName, BankInfo, EventKind, Move};
use crate::tui::seen::label;
use crate::tui::text::one_line;

/// What was told of the facts of a bank, from the events of a heist.
#[derive(Debug, Default)]
pub(in crate::tui) struct Reports {
    bank: BankInfo,
    all: Vec<Report>,
}

/// A fact that a message told.
#[derive(Debug)]
struct Report {
    message: String,
    agent: AgentName,
    fact: String,
    value: String,
}

/// Who told a fact.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::tui) enum Said {
    /// As it is: who and where, in words.
    True(String),
    /// Otherwise, in a sentence.
    Bent(String),
}

impl Reports {
    /// Takes in the next event.
    pub(in crate::tui) fn take(&mut self, event: &EventKind) {
        match event {
            EventKind::SessionStarted(started) => self.bank = started.bank.clone(),
            EventKind::MessageCompleted(message) => {
                let told = message.moves.iter().filter_map(|mv| match mv {
                    Move::Report { fact, value, .. } | Move::Correct { fact, value, .. } => Some((fact, value)),
                    _ => None,
                });
                self.all.extend(told.map(|(fact, value)| Report {
                    message: one_line(&message.id, 24),
                    agent: message.agent.clone(),
                    fact: fact.clone(),
                    value: value.clone(),
                }));
            }
            _ => {}
        }
    }

    /// The bank of the heist.
    pub(super) fn bank(&self) -> Bank {
        self.bank.bank()
    }

    /// Who told a fact: of what went well whoever told it first as it is, of what went wrong whoever told it otherwise last;
    /// else that nobody did.
    pub(super) fn of(&self, fact: &Fact, ok: bool) -> Option<Said> {
        let (key, value) = (fact.key(), fact.value());
        let told = || self.all.iter().filter(|report| report.fact == key);
        let bent = told().rfind(|report| report.value != value).filter(|_| !ok);
        if let Some(report) = bent {
            let clause = fact.with_value(&report.value).map_or_else(|| report.value.clone(), |bent| bent.said(0));
            let (who, clause) = (label(&report.agent), one_line(&clause, 160));
            return Some(Said::Bent(format!("But {who} said in {}: {clause}.", report.message)));
        }
        match told().find(|report| report.value == value) {
            Some(report) => Some(Said::True(format!("{} in {}", label(&report.agent), report.message))),
            None => (!ok).then(|| Said::True("nobody told it".to_owned())),
        }
    }
}
