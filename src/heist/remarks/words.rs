//! Remarks in words.

use std::fmt;

use super::{Remark, Suspected};

impl fmt::Display for Remark {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Untouched => f.write_str("You named the mole before it had sabotaged anything."),
            Self::Ahead { suspect } => {
                write!(f, "You named the mole while the detector still suspected {suspect} most.")
            }
            Self::Sure { lost, even } => {
                write!(f, "At 50 % sure, naming an innocent would have cost {even} points, not {lost}.")
            }
            Self::Behind { since } => write!(f, "The detector had suspected the mole most since turn {since}."),
            Self::Objected { act, by, message } => {
                write!(f, "What the mole said in {act} was not true, and {by} objected to it in {message}.")
            }
            Self::First { act, lie, suspected } => {
                let first = if *lie { "lie" } else { "act of sabotage" };
                match suspected {
                    Suspected::Before(cause) => write!(
                        f,
                        "The detector already suspected the mole most after {cause}, before its first {first} in {act}."
                    ),
                    Suspected::AtOnce => {
                        write!(f, "The mole's first {first} was in {act}, and the detector at once suspected it most.")
                    }
                    Suspected::After(cause) => write!(
                        f,
                        "The mole's first {first} was in {act}; the detector first suspected it most after {cause}."
                    ),
                    Suspected::Never => {
                        write!(f, "The mole's first {first} was in {act}; the detector never suspected it most.")
                    }
                }
            }
            Self::Unread { act, document } => {
                write!(f, "The truth about what the mole said in {act} was in {document}, which nobody had read.")
            }
            Self::Hinted { hints: 1, points } => {
                write!(f, "Without the hint the same guess would have won {points} points.")
            }
            Self::Hinted { hints, points } => {
                write!(f, "Without the {hints} hints the same guess would have won {points} points.")
            }
            Self::Early { left, turns } => write!(f, "You named the mole with {left} of {turns} turns to go."),
            Self::Misled { agent, turns, of } => {
                write!(f, "After {turns} of {of} turns the detector suspected {agent} most, who was innocent.")
            }
            Self::Read { act, document, by, turn } => write!(
                f,
                "The truth about what the mole said in {act} was in {document}, which {by} had read in turn {turn}."
            ),
        }
    }
}
