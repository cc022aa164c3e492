//! Who takes part: the crew, the file it is read from, how the mole and the order of turns are dealt, and what each agent is told.

mod agenda;
mod brief;
pub mod choice;
mod clean;
mod deal;
mod facts;
mod file;
pub mod judge;
mod likeness;
mod lines;
mod manner;
mod markup;
mod orders;
mod private;
pub mod prompt;
mod roster;
mod sums;

pub use brief::Brief;
pub use clean::{Flaw, clean};
pub use deal::{Deal, MoleChoice, deal, turns};
pub use roster::{Ability, BUILT_IN, Crew, Persona, roster};
