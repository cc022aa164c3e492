//! Who takes part: the crew, the file it is read from, how the mole and the order of turns are dealt, and what each agent is told.

mod brief;
mod common;
mod deal;
mod file;
mod finds;
mod known;
mod orders;
pub mod question;
mod roster;

pub use brief::Brief;
pub use deal::{Deal, MoleChoice, deal, turns, turns_of};
pub(crate) use finds::{finds, source_of};
pub use known::{Known, Said, Seen};
#[cfg(test)]
pub(crate) use orders::orders;
pub use roster::{Ability, BUILT_IN, Crew, Persona, roster};
