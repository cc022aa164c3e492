//! The ledger: every act of the mole's sabotage, with what was said and what is true. It is sealed until the verdict.
//!
//! Which of a message's moves are acts travels with the message, encrypted, so that whoever opens the log sees bytes. All
//! else about an act follows from the message's public moves, the bank and the plan as it stood.

use std::fmt;

use heist_bank::{Bank, Slot};
use serde::{Deserialize, Serialize};

use super::draft::{Draft, Proposal};
use super::event::Message;
use super::moves::{MOST_MOVES, Move};

/// What stands in a slot for which nobody has brought anything forward.
pub(super) const NOTHING: &str = "nothing";

/// A kind of sabotage.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ActKind {
    /// A fact with a value that is not true.
    Bent,
    /// A decision undone without a reason.
    Reopened,
    /// Somebody else is said to see to something.
    Muddled,
    /// Something else is said to be agreed than what is.
    Misquoted,
    /// A decision put off for which all is there.
    Deferred,
    /// Something is concluded from a tool's answer that has nothing to do with it.
    Beside,
}

impl ActKind {
    /// All six; a number in the log is a place here, counted from 1.
    pub const ALL: [Self; 6] =
        [Self::Bent, Self::Reopened, Self::Muddled, Self::Misquoted, Self::Deferred, Self::Beside];

    /// The name in events.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Bent => "bent",
            Self::Reopened => "reopened",
            Self::Muddled => "muddled",
            Self::Misquoted => "misquoted",
            Self::Deferred => "deferred",
            Self::Beside => "beside",
        }
    }
}

/// Which of a message's moves are acts of sabotage, in the moves' order. It can be neither serialized nor printed.
#[derive(Clone, Copy, Default, PartialEq, Eq)]
pub struct Acts([Option<ActKind>; MOST_MOVES]);

impl Acts {
    /// The acts among a message's moves, one place for each; what is beyond the most moves of a message is left out.
    #[must_use]
    pub fn new(acts: impl IntoIterator<Item = Option<ActKind>>) -> Self {
        let mut own = Self::default();
        own.0.iter_mut().zip(acts).for_each(|(place, act)| *place = act);
        own
    }

    /// Whether there is none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.iter().all(Option::is_none)
    }

    /// As many bytes for any message: 0 for a move that is no act, else the act's number.
    pub(super) fn to_bytes(self) -> [u8; MOST_MOVES] {
        let number =
            |act: ActKind| (1..).zip(ActKind::ALL).find(|(_, one)| *one == act).map_or(0, |(number, _)| number);
        self.0.map(|act| act.map_or(0, number))
    }

    pub(super) fn from_bytes(bytes: [u8; MOST_MOVES]) -> Self {
        let act = |number: u8| ActKind::ALL.get(usize::from(number.checked_sub(1)?)).copied();
        Self(bytes.map(act))
    }

    /// Each act with its move.
    fn among(self, moves: &[Move]) -> impl Iterator<Item = (ActKind, &Move)> {
        self.0.into_iter().zip(moves).filter_map(|(act, mv)| Some((act?, mv)))
    }
}

impl fmt::Debug for Acts {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Acts(sealed)")
    }
}

/// An act of sabotage, as the verdict tells it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Act {
    /// The id of the message.
    pub message: String,
    /// Its turn.
    pub turn: u32,
    /// What sort of sabotage it was.
    pub kind: ActKind,
    /// What it was about: a fact's key or a slot's name.
    pub about: String,
    /// What was said: of a fact the false values alone; of who sees to something or what was agreed, just that; else in a few
    /// words.
    pub said: String,
    /// What is true instead, in the same form.
    pub truth: String,
}

/// The acts so far. It can be neither serialized nor printed.
#[derive(Clone, Default, PartialEq, Eq)]
pub(super) struct Ledger(Vec<Act>);

impl Ledger {
    /// Writes down the acts of a message; `draft` is the plan as it stood before.
    pub(super) fn take(&mut self, bank: &Bank, draft: &Draft, message: &Message, acts: Acts) {
        let entry = |(kind, mv): (ActKind, &Move)| {
            let (about, said, truth) = told(bank, draft, kind, mv);
            Act { message: message.id.clone(), turn: message.turn, kind, about, said, truth }
        };
        self.0.extend(acts.among(&message.moves).map(entry));
    }

    /// In how many messages there were acts.
    pub(super) fn messages(&self) -> usize {
        let mut messages: Vec<_> = self.0.iter().map(|act| &act.message).collect();
        messages.dedup();
        messages.len()
    }

    /// All acts, for the verdict.
    pub(super) fn open(&self) -> &[Act] {
        &self.0
    }
}

impl fmt::Debug for Ledger {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Ledger(sealed)")
    }
}

/// What an act was about, what was said, and what is true.
fn told(bank: &Bank, draft: &Draft, kind: ActKind, mv: &Move) -> (String, String, String) {
    if let Some((key, value)) = mv.claim() {
        let (said, truth) = differing(bank, key, value);
        return (key.to_owned(), said, truth);
    }
    let slot = mv.slot();
    let drafted = slot.map(|slot| draft.slot(slot));
    let stands = drafted.and_then(|drafted| drafted.value()).unwrap_or(NOTHING);
    let (said, truth) = match mv {
        Move::Assign { agent, .. } => {
            let assigned = drafted.and_then(|drafted| drafted.assigned.as_ref());
            (agent.to_string(), assigned.map_or("nobody", |agent| agent).to_owned())
        }
        Move::Propose { value, .. }
        | Move::Support { value, .. }
        | Move::Oppose { value, .. }
        | Move::Settle { value, .. } => (value.clone(), stands.to_owned()),
        Move::Reopen { .. } => ("it is open again".to_owned(), format!("{stands} was settled")),
        Move::Defer { .. } => {
            let leading = drafted.and_then(|drafted| drafted.leading());
            let told = |leading: &Proposal| format!("{stands} had {} for it", leading.supporters.len());
            ("it can wait".to_owned(), leading.map_or_else(|| "nothing had been proposed".to_owned(), told))
        }
        Move::Conclude { from, .. } => (format!("{from} settles it"), format!("{from} says nothing of it")),
        Move::Ask { .. } | Move::Report { .. } | Move::Correct { .. } => (kind.name().to_owned(), String::new()),
    };
    let about = match mv {
        Move::Conclude { about, .. } | Move::Ask { about, .. } => about.clone(),
        _ => slot.map_or("", Slot::name).to_owned(),
    };
    (about, said, truth)
}

/// The values of a fact that are not what the bank has, and what it has in their place.
fn differing(bank: &Bank, key: &str, value: &str) -> (String, String) {
    let truth = bank.fact(key);
    let said = truth.as_ref().and_then(|truth| truth.with_value(value));
    let Some((truth, said)) = truth.zip(said) else { return (value.to_owned(), String::new()) };
    let pairs = said.values.into_iter().zip(truth.values).filter(|(said, truth)| said != truth);
    let (said, truth): (Vec<_>, Vec<_>) = pairs.unzip();
    (said.join(" | "), truth.join(" | "))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::heist::Tokens;

    fn message(id: &str, moves: Vec<Move>) -> Message {
        Message {
            id: id.into(),
            round: 1,
            turn: 4,
            agent: "driver".into(),
            text: String::new(),
            moves,
            sealed: String::new(),
            tokens: Tokens::default(),
            ms: 0,
        }
    }

    #[test]
    fn any_acts_can_be_written_and_read() {
        for kind in ActKind::ALL {
            let acts = Acts::new([None, Some(kind)]);
            assert!(Acts::from_bytes(acts.to_bytes()) == acts && !acts.is_empty());
            assert_eq!(serde_json::to_string(&kind).unwrap(), format!("\"{}\"", kind.name()));
        }
        assert!(Acts::from_bytes([0, 200, 7]).is_empty());
        assert_eq!(format!("{:?}", Acts::new([Some(ActKind::Bent)])), "Acts(sealed)");
    }

    #[test]
    fn an_act_tells_what_was_said_and_what_is_true() {
        let bank = Bank::first_meridian();
        let walk = bank.fact("walk:loading dock").unwrap();
        let value = walk.bent(1, "9").value();
        let mut draft = Draft::default();
        let propose = Move::Propose { slot: Slot::Entry, value: "roof hatch".into(), because: None };
        let settle = Move::Settle { slot: Slot::Entry, value: "roof hatch".into() };
        let assign = Move::Assign { agent: "hacker".into(), slot: Slot::Entry };
        let planner = "planner".into();
        draft.take(&planner, &"driver".into(), &[propose, assign]);
        draft.take(&planner, &planner, &[settle]);
        let mut ledger = Ledger::default();
        let first = vec![
            Move::Ask { agent: "intel".into(), about: "gap".into() },
            Move::Report { fact: walk.key(), value, source: String::new() },
            Move::Reopen { slot: Slot::Entry },
        ];
        let acts = Acts::new([None, Some(ActKind::Bent), Some(ActKind::Reopened)]);
        ledger.take(&bank, &draft, &message("m4", first), acts);
        let second = vec![
            Move::Assign { agent: "lookout".into(), slot: Slot::Entry },
            Move::Support { slot: Slot::Entry, value: "front door".into(), because: None },
            Move::Defer { slot: Slot::Entry },
        ];
        let acts = Acts::new([Some(ActKind::Muddled), Some(ActKind::Misquoted), Some(ActKind::Deferred)]);
        ledger.take(&bank, &draft, &message("m5", second), acts);
        let told: Vec<_> = ledger.open().iter().map(|act| (&*act.about, &*act.said, &*act.truth)).collect();
        assert_eq!(
            told,
            [
                ("walk:loading dock", "9", walk.text(1)),
                ("entry", "it is open again", "roof hatch was settled"),
                ("entry", "lookout", "hacker"),
                ("entry", "front door", "roof hatch"),
                ("entry", "it can wait", "roof hatch had 2 for it"),
            ]
        );
        assert_eq!(ledger.messages(), 2);
        assert_eq!(format!("{ledger:?}"), "Ledger(sealed)");
    }
}
